//! Notices from the outbox to a mailbox: leased once, taken over when a courier dies, sent at least once under
//! one Message-ID, and telling nothing of the tip. The relay is a real SMTP receiver.

use std::sync::Arc;

use homeward::app::courier;
use homeward::app::{App, PLAN_ID};
use homeward::clock::{Clock as _, Minute, SteppedClock, Timestamp};
use homeward::config::{Smtp, SmtpSecurity};
use homeward::notify::mail::Carrier;
use homeward::notify::{Notice, NoticeKind};
use homeward::plan::Urgency;
use homeward::store::outbox::{self, Leased, Settled};
use homeward::store::{Lane, WriteError};
use homeward::vault::entropy::OsEntropy;
use homeward::vault::password::KdfCost;

use crate::support::db;
use crate::support::pg;
use crate::support::portal::{START, TestPortal, config_in, staff};
use crate::support::smtp::Receiver;

struct Scene {
    folder: tempfile::TempDir,
    clock: Arc<SteppedClock>,
    app: Arc<App>,
}

impl Scene {
    fn open() -> Self {
        Self::with(None)
    }

    /// A portal without listeners whose notices leave through a relay on this machine.
    fn with(relay: Option<u16>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SteppedClock::at(START));
        let mut config = config_in(folder.path());
        if let Some(port) = relay {
            config.mail.folder = None;
            config.mail.smtp = Some(Smtp {
                host: "127.0.0.1".into(),
                port,
                security: SmtpSecurity::None,
                user: None,
                password_file: None,
            });
        }
        let (app, _) = App::open(config, clock.clone(), Arc::new(OsEntropy)).unwrap();
        staff(&app, &["psb", "civil"], KdfCost { memory_kib: 64, passes: 1, lanes: 1 });
        Self { folder, clock, app: Arc::new(app) }
    }

    fn enqueue(&self, agency: &str, kind: NoticeKind, urgency: Urgency) {
        let notice =
            Notice::now(agency.parse().unwrap(), kind, urgency, self.clock.now().minute(), &OsEntropy);
        self.enqueue_all(vec![notice]);
    }

    fn enqueue_all(&self, notices: Vec<Notice>) {
        let written: Result<(), WriteError<()>> =
            self.app
                .store
                .write_blocking("test", Lane::Tips, move |db| Ok(outbox::enqueue(db, PLAN_ID, &notices)?));
        written.unwrap();
    }

    fn lease(&self, token: &'static str, seconds: i64) -> Vec<Leased> {
        let now = self.clock.now();
        let leased: Result<_, WriteError<()>> =
            self.app.store.write_blocking("test", Lane::Desk, move |db| {
                Ok(outbox::lease(db, now, seconds, token, 20)?)
            });
        leased.unwrap()
    }

    /// So many seconds pass on the clock that leases go by: this process's, or the database's.
    fn let_leases_run_out(&self, seconds: i64) {
        self.clock.advance(seconds);
        if pg::is_wanted() {
            let sooner = format!("update outbox set lease_until = lease_until - {}", seconds * 1000);
            db::execute(&self.app.config.data.database(), &sooner);
        }
    }

    fn settle(&self, id: i64, token: &'static str, how: Settled) -> bool {
        let kept: Result<bool, WriteError<()>> =
            self.app
                .store
                .write_blocking("test", Lane::Desk, move |db| Ok(outbox::settle(db, id, token, &how)?));
        kept.unwrap()
    }

    /// One round of the courier; gives how many notices it tried.
    fn round(&self) -> usize {
        let carrier = Arc::new(Carrier::of(&self.app.config.mail).unwrap());
        actix_web::rt::System::new().block_on(courier::round(&self.app, &carrier)).unwrap()
    }

    fn rows(&self) -> Vec<(String, String)> {
        let sql =
            "select state as a, attempts || ' ' || coalesce(last_error, '-') as b from outbox order by id";
        db::pairs(&self.app.config.data.database(), sql)
    }

    fn states(&self) -> Vec<String> {
        self.rows().into_iter().map(|(state, _)| state).collect()
    }

    fn mails_in_folder(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join("mails")).unwrap().flatten();
        entries
            .filter(|e| e.path().extension().is_some_and(|x| x == "eml"))
            .map(|e| std::fs::read_to_string(e.path()).unwrap())
            .collect()
    }
}

#[test]
fn two_couriers_at_once_never_hold_the_same_notice() {
    let scene = Scene::open();
    for _ in 0..50 {
        scene.enqueue("psb", NoticeKind::Act, Urgency::Urgent);
    }
    let lease = |token: &'static str| {
        let mut held = Vec::new();
        loop {
            let leased = scene.lease(token, 900);
            if leased.is_empty() {
                return held;
            }
            held.extend(leased.into_iter().map(|notice| notice.id));
        }
    };
    let (one, other) = std::thread::scope(|scope| {
        let (a, b) = (scope.spawn(|| lease("one")), scope.spawn(|| lease("other")));
        (a.join().unwrap(), b.join().unwrap())
    });
    let mut all: Vec<i64> = one.iter().chain(&other).copied().collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!((all.len(), one.len() + other.len()), (50, 50));
}

#[test]
fn a_lease_that_ran_out_is_taken_over_and_the_late_courier_settles_nothing() {
    let scene = Scene::open();
    scene.enqueue("psb", NoticeKind::Act, Urgency::Immediate);
    let first = scene.lease("first", 900);
    assert_eq!(first.len(), 1);
    assert!(scene.lease("second", 900).is_empty(), "it is held");
    scene.let_leases_run_out(901);

    let second = scene.lease("second", 900);
    assert_eq!(second.len(), 1);
    let id = first[0].id;
    assert!(!scene.settle(id, "first", Settled::Sent), "the lease is gone, and with it the say");
    assert!(!scene.settle(id, "first", Settled::Dead("late")));
    assert_eq!(scene.states(), ["leased"]);
    assert!(scene.settle(id, "second", Settled::Sent));
    assert_eq!(scene.states(), ["sent"]);
    assert!(!scene.settle(id, "second", Settled::Dead("again")), "settled is settled");
}

#[test]
fn normal_notices_of_ten_minutes_are_one_mail_and_urgent_ones_go_each_at_once() {
    let scene = Scene::open();
    for _ in 0..5 {
        scene.enqueue("psb", NoticeKind::Act, Urgency::Normal);
        scene.enqueue("civil", NoticeKind::Told, Urgency::Normal);
    }
    assert_eq!(scene.states().len(), 2, "one for each mailbox and kind");
    assert_eq!(scene.round(), 0, "gathered first");
    scene.enqueue("psb", NoticeKind::Act, Urgency::Urgent);
    scene.enqueue("psb", NoticeKind::Act, Urgency::Immediate);
    assert_eq!(scene.round(), 2, "these wait for nothing");
    scene.clock.advance(14 * 60);
    assert_eq!(scene.round(), 2);
    scene.enqueue("psb", NoticeKind::Act, Urgency::Normal);
    assert_eq!(scene.states(), ["sent", "sent", "sent", "sent", "ready"], "the next ten minutes gather anew");
    assert_eq!(scene.mails_in_folder().len(), 4);
}

#[test]
fn nothing_gathers_under_a_notice_whose_mail_may_have_left() {
    let scene = Scene::open();
    scene.enqueue("psb", NoticeKind::Act, Urgency::Normal);
    scene.clock.advance(14 * 60);
    let leased = scene.lease("first", 900);
    assert_eq!(leased.len(), 1);

    // A clock that is put back brings the same ten minutes once more.
    scene.clock.advance(-14 * 60);
    scene.enqueue("psb", NoticeKind::Act, Urgency::Normal);
    assert!(scene.settle(leased[0].id, "first", Settled::Sent));

    assert_eq!(scene.states(), ["sent", "ready"]);
}

#[test]
fn a_relay_that_is_away_is_tried_again_ever_more_rarely() {
    // A port nobody listens on: bound once, closed again.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let scene = Scene::with(Some(port));
    scene.enqueue("psb", NoticeKind::Act, Urgency::Urgent);
    let mut waits = Vec::new();
    for attempt in 1..=8 {
        let before = scene.clock.now().minute();
        assert_eq!(scene.round(), 1);
        assert_eq!(scene.rows(), [("ready".to_owned(), format!("{attempt} unreachable"))]);
        let run = db::count(&scene.app.config.data.database(), "select run_minute as n from outbox");
        waits.push(run - before.0);
        assert_eq!(scene.round(), 0, "not before its time");
        move_to(&scene.clock, Minute(run).start());
    }
    assert!(
        waits.iter().zip([1, 2, 4, 8, 16, 32, 60, 60]).all(|(got, least)| (least..=least + 1).contains(got)),
        "{waits:?}"
    );
}

fn move_to(clock: &SteppedClock, at: Timestamp) {
    clock.advance(at.seconds() - clock.now().seconds());
}

#[test]
fn an_agency_without_a_mailbox_keeps_its_notice_waiting() {
    let scene = Scene::open();
    db::execute(
        &scene.app.config.data.database(),
        "update agencies set mailbox_confirmed_minute = null where code = 'psb'",
    );
    scene.enqueue("psb", NoticeKind::Act, Urgency::Urgent);
    assert_eq!(scene.round(), 1);
    assert_eq!(scene.rows(), [("ready".to_owned(), "1 no-mailbox".to_owned())]);
}

#[test]
fn a_mail_that_was_refused_for_now_arrives_once() {
    let receiver = Receiver::start(&["--refuse", "451", "--refuse-times", "1"]);
    let scene = Scene::with(Some(receiver.port));
    scene.enqueue("psb", NoticeKind::Act, Urgency::Immediate);

    assert_eq!(scene.round(), 1);
    assert_eq!(scene.rows(), [("ready".to_owned(), "1 deferred".to_owned())]);
    assert!(receiver.mails().is_empty());
    scene.clock.advance(3 * 60);
    assert_eq!(scene.round(), 1);
    assert_eq!(scene.states(), ["sent"]);
    assert_eq!(scene.round(), 0);
    let mails = receiver.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, ["psb@duty.example"]);
}

#[test]
fn a_courier_that_dies_after_sending_sends_again_under_the_same_message_id() {
    let receiver = Receiver::start(&[]);
    let scene = Scene::with(Some(receiver.port));
    scene.enqueue("psb", NoticeKind::Act, Urgency::Urgent);
    scene.enqueue("civil", NoticeKind::Told, Urgency::Urgent);
    assert_eq!(scene.round(), 2);
    // As the rows stand when a courier dies between the relay's answer and its own note of it.
    let died = "update outbox set state = 'leased', lease_token = 'of the dead', lease_until = 0";
    db::execute(&scene.app.config.data.database(), died);
    assert_eq!(scene.round(), 2);

    let ids: Vec<String> = receiver.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 4);
    assert_eq!((&ids[0], &ids[1]), (&ids[2], &ids[3]), "whoever receives it twice can tell");
    assert_ne!(ids[0], ids[1]);
    assert!(ids.iter().all(|id| id.len() > 30));
    assert_eq!(scene.states(), ["sent", "sent"]);
}

#[test]
fn a_mailbox_that_does_not_exist_is_given_up_in_the_end() {
    let receiver = Receiver::start(&["--refuse", "550", "--refuse-times", "1000"]);
    let scene = Scene::with(Some(receiver.port));
    scene.enqueue("psb", NoticeKind::Act, Urgency::Urgent);
    let mut rounds = 0;
    while scene.states() != ["dead"] {
        scene.round();
        scene.clock.advance(62 * 60);
        rounds += 1;
        assert!(rounds < 20, "{:?}", scene.rows());
    }
    assert!(rounds > 1, "a relay that was set up wrongly for an hour loses nothing");
    assert_eq!(scene.rows()[0].1.split(' ').nth(1), Some("refused"));
}

#[test]
fn a_mail_says_that_something_waits_and_nothing_of_the_tip() {
    let portal = TestPortal::open();
    let page = portal.report(&[
        ("text", "MAILCANARY 后院"),
        ("place_words", "MAILCANARY 大王古庄"),
        ("category", "missing_child"),
        ("place_district", "120114"),
        ("danger", "yes"),
        ("identity", "named"),
        ("contact_name", "MAILCANARY 欧阳"),
    ]);
    let mails = portal.wait_for_mails(1);
    let uids: Vec<String> = portal.leads().into_keys().collect();
    for mail in &mails {
        let text = readable(mail);
        assert!(text.contains("/desk"), "where to sign in: {text}");
        for secret in ["MAILCANARY", "missing", "孩子", "武清", page.code().as_str()] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert!(uids.iter().all(|uid| !text.to_lowercase().contains(&uid[..8])), "{text}");
    }
}

/// Headers and body as a reader sees them.
fn readable(mail: &str) -> String {
    use base64::Engine as _;
    let mut text = mail.to_owned();
    if let Some((_, body)) = mail.split_once("\r\n\r\n") {
        let joined: String = body.lines().collect();
        let decoded = base64::engine::general_purpose::STANDARD.decode(joined.trim());
        text.push_str(&decoded.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default());
    }
    text
}
