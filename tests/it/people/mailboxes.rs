//! Duty mailboxes: named by one, confirmed by a code that only the mailbox has, in use from then on and not before.

use std::sync::Arc;

use homeward::app::courier;
use homeward::config::{Smtp, SmtpSecurity};
use homeward::notify::mail::Carrier;
use homeward::people::roles::Role;

use super::enrolled;
use crate::desk::bench::{Bench, Officer};
use crate::desk::with_contact;
use crate::site::Answer;
use crate::support::smtp::{Mail, Receiver};

const PAGE: &str = "/desk/people/mailboxes?l=zh";

struct Scene {
    bench: Bench,
    receiver: Receiver,
}

impl Scene {
    fn open() -> Self {
        let receiver = Receiver::start(&[]);
        let port = receiver.port;
        let bench = Bench::with(move |app| {
            Arc::make_mut(&mut app.config).mail.smtp = Some(Smtp {
                host: "127.0.0.1".into(),
                port,
                security: SmtpSecurity::None,
                user: None,
                password_file: None,
            });
        });
        enrolled(&bench, "system", "jointconf", Role::SystemAdmin);
        enrolled(&bench, "hand", "civil", Role::Handler);
        Self { bench, receiver }
    }

    fn carry(&self) -> Vec<Mail> {
        let carrier = Arc::new(Carrier::of(&self.bench.site.app.config.mail).unwrap());
        actix_web::rt::System::new().block_on(courier::round(&self.bench.site.app, &carrier)).unwrap();
        self.receiver.mails()
    }

    fn in_use(&self, agency: &str) -> String {
        self.bench.text(&format!("select coalesce(mailbox, '-') as v from agencies where code = '{agency}'"))
    }
}

fn name(system: &Officer<'_>, agency: &str, address: &str) -> Answer {
    let typed = [("agency", agency), ("address", address)];
    system.fill(&system.get(PAGE), "mailbox", &typed)
}

fn confirm(by: &Officer<'_>, agency: &str, code: &str) -> u16 {
    by.post("/desk/people/mailboxes/confirm", &[("agency", agency), ("code", code)]).status
}

/// The code in a mail: two groups of five.
fn code_in(mail: &Mail) -> String {
    let body = mail.body();
    let is_code = |word: &&str| word.len() == 11 && word.as_bytes()[5] == b'-';
    let words: Vec<&str> = body.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
    (*words.iter().find(|word| is_code(word)).unwrap_or_else(|| panic!("no code in {body}"))).to_owned()
}

#[test]
fn a_mailbox_is_in_use_once_its_reader_gave_the_code_back_and_not_before() {
    let scene = Scene::open();
    let system = scene.bench.officer("system");
    let before = scene.in_use("civil");
    assert_eq!(name(&system, "civil", "night@civil.example").status, 303);
    let (first, mails) = (scene.in_use("civil"), scene.carry());
    assert_eq!((first.as_str(), mails.len()), (before.as_str(), 2), "the one in use stays in use");
    let to = |address: &str| mails.iter().find(|mail| mail.to == [address]).unwrap();
    let (asked, told) = (to("night@civil.example"), to(&before));
    let code = code_in(asked);
    assert!(told.body().contains("值班邮箱改为另一个地址") && !told.body().contains(&code));
    assert!(system.get(PAGE).text("#mailboxes").contains("night@civil.example"));

    assert_eq!(confirm(&system, "civil", "aaaaa-aaaaa"), 422);
    assert_eq!(confirm(&system, "psb", &code), 422, "another agency's");
    assert_eq!(confirm(&scene.bench.officer("psb"), "civil", &code), 422, "not whose people they are");
    assert_eq!(confirm(&scene.bench.officer("hand"), "civil", &code), 403);
    assert_eq!(scene.in_use("civil"), before);

    let head = scene.bench.officer("civil");
    let page = head.get(PAGE);
    assert!(
        page.has("form.confirm") && !page.has("form#mailbox") && page.all("#mailboxes tbody tr").len() == 1
    );
    assert_eq!(confirm(&head, "civil", &code.to_uppercase().replace('-', " ")), 303);
    assert_eq!(scene.in_use("civil"), "night@civil.example");
    assert_eq!(confirm(&head, "civil", &code), 422, "once");
    let acts = ["mailbox.named", "mailbox.confirmed"].map(|act| scene.bench.audited(act));
    assert_eq!(acts, [1, 1]);
    let leaks = scene.bench.number("select count(*) as v from audit where detail like '%night@%'");
    assert_eq!(leaks, 0, "no address stands in the record");
}

#[test]
fn a_code_ends_with_its_week_and_with_the_next_one_and_nothing_typed_is_lost() {
    let scene = Scene::open();
    let system = scene.bench.officer("system");
    for wrong in ["", "no address", "a@b\r\nBcc: c@d.example", &format!("{}@x.example", "a".repeat(250))] {
        let refused = name(&system, "civil", wrong);
        assert!(refused.status == 422 && refused.has("#errors"), "{wrong}");
        assert_eq!(refused.value("#address"), wrong.replace('\r', ""), "{wrong}");
    }
    assert_eq!(name(&system, "nobody", "a@b.example").status, 422);
    assert!(scene.carry().is_empty());

    // However late the warning leaves, it goes where notices went when the other was named.
    scene.bench.change("update agencies set mailbox = 'soon@civil.example' where code = 'civil'");
    name(&system, "civil", "one@civil.example");
    scene.bench.change("update agencies set mailbox = 'new@civil.example' where code = 'civil'");
    assert!(scene.carry().iter().any(|mail| mail.to == ["soon@civil.example"]));
    let first = code_in(scene.carry().iter().find(|mail| mail.to == ["one@civil.example"]).unwrap());
    scene.bench.site.clock.advance(60);
    name(&system, "civil", "two@civil.example");
    let second = code_in(scene.carry().iter().find(|mail| mail.to == ["two@civil.example"]).unwrap());
    assert_eq!(confirm(&system, "civil", &first), 422, "that address is no longer wanted");
    scene.bench.site.clock.advance(7 * 86_400);
    let system = scene.bench.officer("system");
    assert_eq!(confirm(&system, "civil", &second), 422, "its week is over");
    assert!(system.get(PAGE).text("#mailboxes").contains("已过期"));
    assert!(!system.get(PAGE).has("form.confirm"));
}

#[test]
fn an_agency_that_gets_its_first_mailbox_leads_from_then_on() {
    let scene = Scene::open();
    let none = "update agencies set mailbox = null, mailbox_confirmed_minute = null where code = 'hrss'";
    scene.bench.change(none);
    let lead = || {
        scene.bench.tip(&with_contact());
        scene.bench.text("select lead as v from tips order by id desc limit 1")
    };
    let system = scene.bench.officer("system");
    assert_ne!(lead(), "hrss");
    assert_eq!(name(&system, "hrss", "duty@hrss.example").status, 303);
    let mails = scene.carry();
    let asked: Vec<_> = mails.iter().filter(|mail| mail.to == ["duty@hrss.example"]).collect();
    assert_eq!(asked.len(), 1, "there is nobody to tell beside");
    assert_ne!(lead(), "hrss");
    assert_eq!(confirm(&system, "hrss", &code_in(asked[0])), 303);
    assert_eq!(lead(), "hrss");
}
