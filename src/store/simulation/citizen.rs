//! A citizen: writes one report, sends it under one key until an answer comes, keeps the receipt and opens it.
//! Walks the way of the web's own `submit`, press by press, over the same functions of intake and store.

use std::sync::Arc;

use super::bench::{Bench, Broken, Held, holds};
use super::city::{PLAN, city};
use super::ledger::unread;
use super::portal::Pending;
use crate::audit::{Actor, AuditRow};
use crate::dialogue::thread::open_thread;
use crate::i18n::Locale;
use crate::intake::accept::{AcceptedTip, Fresh, REPORTER, Sending, World, accept};
use crate::intake::answer::Answer;
use crate::intake::canonical;
use crate::intake::draft::{Draft, Field};
use crate::intake::parse::{Arrival, Parsed, parse};
use crate::intake::report::Via;
use crate::store::command::{Abort, WriteError};
use crate::store::directory::Stale;
use crate::store::follow_up::{find, opened, thread};
use crate::store::intake::{Earlier, Written, earlier, put};
use crate::store::lanes::Lane;
use crate::vault::compartment::Compartment;
use crate::vault::pair::{EnvelopeFor, open_envelope};
use crate::vault::receipt::Receipt;
use crate::vault::submit_key::SubmitKey;
use crate::vault::uid::Uid;

/// What reports are about: some are told at once, some gather.
const MATTERS: [(&str, &str, &str); 6] = [
    ("missing_child", "120114", "yes"),
    ("forced_labour", "120114", "no"),
    ("women_consult", "120101", "no"),
    ("victim_followup", "", "no"),
    ("victim_followup", "120114", "no"),
    ("agency_complaint", "120114", "no"),
];

/// One press on the button, until it is answered or the line is cut.
struct Press {
    fresh: Fresh,
    parsed: Parsed,
    accepted: AcceptedTip,
    answer: Pending<Written, Stale>,
    tries: u8,
}

/// A citizen.
pub(super) struct Citizen {
    name: usize,
    text: String,
    draft: Draft,
    key: SubmitKey,
    presses: Vec<Press>,
    receipt: Option<String>,
    /// Whether the receipt was used: its answer is then not given out again.
    used: bool,
}

impl Citizen {
    /// A citizen with a report written.
    pub(super) fn new(name: usize, bench: &mut Bench) -> Self {
        let (category, district, danger) = bench.one_of(&MATTERS);
        let text = format!("report of citizen {name}");
        let mut draft = Draft::default();
        for (field, value) in [
            (Field::Text, text.as_str()),
            (Field::Category, category),
            (Field::District, district),
            (Field::Danger, danger),
        ] {
            draft.put(field, value);
        }
        let key = SubmitKey::generate(bench.entropy.as_ref());
        Self { name, text, draft, key, presses: Vec::new(), receipt: None, used: false }
    }

    /// Does one thing.
    pub(super) fn act(&mut self, bench: &mut Bench) -> Held {
        let waits = !self.presses.is_empty();
        if waits && bench.percent(12) {
            let cut = bench.chance.usize(0..self.presses.len());
            self.presses.swap_remove(cut);
            bench.story.tell(format!("citizen {}: the line is cut", self.name));
            return Ok(());
        }
        if waits && bench.percent(85) {
            return self.listen(bench);
        }
        if self.receipt.is_some() && bench.percent(60) {
            return self.open(bench);
        }
        if self.presses.len() < 2 { self.press(bench) } else { Ok(()) }
    }

    /// Whether the receipt was used, and nothing is under way.
    pub(super) const fn is_done(&self) -> bool {
        self.used && self.presses.is_empty()
    }

    /// Whether a receipt was given.
    pub(super) const fn has_receipt(&self) -> bool {
        self.receipt.is_some()
    }

    /// The portal is gone, and with it every line; what had been answered before was answered.
    pub(super) fn cut_off(&mut self, bench: &mut Bench) -> Held {
        for mut press in std::mem::take(&mut self.presses) {
            if let Some(Ok(Written::New)) = press.answer.poll() {
                self.given(bench, &own(&press, &self.fingerprint()))?;
            }
        }
        Ok(())
    }

    /// Sends the report, again if need be.
    pub(super) fn press(&mut self, bench: &mut Bench) -> Held {
        let row_mac = self.key.row_mac(&city().deployment);
        if let Some(before) = bench.portal.read(|db| earlier(db, &row_mac)).map_err(unread)? {
            return self.given(bench, &before);
        }
        let arrival = Arrival { language: Locale::Zh, at: bench.time.now(), via: Via::Web, has_photo: false };
        let parsed = parse(&self.draft, &city().plan, arrival).ok().unwrap();
        let fresh = Fresh::draw(bench.entropy.as_ref());
        let (accepted, answer) = self.send(bench, &fresh, &parsed)?;
        bench.story.tell(format!("citizen {} sends {}", self.name, accepted.tip.uid));
        self.presses.push(Press { fresh, parsed, accepted, answer, tries: 1 });
        Ok(())
    }

    /// Decides, seals and stands in line.
    fn send(
        &self,
        bench: &mut Bench,
        fresh: &Fresh,
        parsed: &Parsed,
    ) -> Result<(AcceptedTip, Pending<Written, Stale>), Broken> {
        let directory = bench.directory().map_err(unread)?;
        let world = World {
            plan: &city().plan,
            directory: &directory,
            deployment: &city().deployment,
            entropy: bench.entropy.as_ref(),
        };
        let sending = Sending { key: &self.key, body_mac: self.fingerprint() };
        let accepted = accept(&world, fresh, parsed, None, &sending).unwrap();
        bench.ledger.tries(&accepted);
        let rows = Arc::new(accepted.clone());
        let answer = bench.portal.write("tip.put", Lane::Tips, move |db| put(db, PLAN, &rows));
        Ok((accepted, answer))
    }

    /// Looks whether an answer has come.
    fn listen(&mut self, bench: &mut Bench) -> Held {
        let at = bench.chance.usize(0..self.presses.len());
        let Some(answer) = self.presses[at].answer.poll() else { return Ok(()) };
        let mut press = self.presses.swap_remove(at);
        match answer {
            Ok(Written::New) => {
                bench.ring();
                self.given(bench, &own(&press, &self.fingerprint()))
            }
            Ok(Written::Before(before)) => self.given(bench, &before),
            Err(WriteError::Refused(Stale)) if press.tries < 3 => {
                bench.story.tell(format!("citizen {} decides anew: the directory has changed", self.name));
                press.tries += 1;
                (press.accepted, press.answer) = self.send(bench, &press.fresh, &press.parsed)?;
                self.presses.push(press);
                Ok(())
            }
            Err(error) => {
                bench.story.tell(format!("citizen {} is told: {error}", self.name));
                Ok(())
            }
        }
    }

    /// Takes an answer, new or given before.
    fn given(&mut self, bench: &mut Bench, answer: &Earlier) -> Held {
        holds(answer.body_mac == self.fingerprint(), "the answer is to what was sent", || {
            self.name.to_string()
        })?;
        if answer.sealed_answer.is_empty() {
            bench.story.tell(format!("citizen {} is told that the receipt was used", self.name));
            return holds(self.used, "an answer is kept until its receipt is used", || self.name.to_string());
        }
        let clear = self.key.open_answer(&answer.sealed_answer).ok();
        let receipt = clear.and_then(|clear| Answer::from_bytes(&clear).ok()?.receipt().ok());
        let Some(receipt) = receipt else {
            return Err(Broken(format!("an answer opens: that of citizen {} does not", self.name)));
        };
        let code = receipt.code().to_string();
        bench.story.tell(format!("citizen {} has a receipt", self.name));
        self.receipt = Some(code.clone());
        let Bench { ledger, portal, .. } = bench;
        ledger.promised(self.name, &code, portal)
    }

    /// Opens the receipt and reads.
    pub(super) fn open(&mut self, bench: &mut Bench) -> Held {
        let Some(code) = &self.receipt else { return Ok(()) };
        let receipt = Receipt::parse(code).ok().unwrap();
        let found = bench.portal.read(|db| find(db, &receipt.lookup())).map_err(unread)?;
        let Some(found) = found else {
            return Err(Broken(format!("a receipt opens its tip: citizen {} finds nothing", self.name)));
        };
        let tip: Uid = found.uid.parse().unwrap();
        let what = EnvelopeFor { tip: &tip, compartment: Compartment::Report, recipient: REPORTER };
        let key = open_envelope(&receipt.key_pair().private, &what, &found.sealed).ok();
        let rows = bench.portal.read(|db| thread(db, &found.uid)).map_err(unread)?;
        let said = key.zip(rows).and_then(|(key, rows)| open_thread(&tip, &key, &rows.entries).ok());
        let reads = said.is_some_and(|said| said.iter().any(|said| said.text == self.text));
        holds(reads, "a receipt opens its tip", || format!("citizen {} reads something else", self.name))?;
        self.used(bench, found.id);
        Ok(())
    }

    /// Puts the use on record; nobody waits for it.
    fn used(&mut self, bench: &mut Bench, tip: i64) {
        let at = bench.time.now().minute().start();
        let detail = serde_json::json!({});
        let row = AuditRow { at, actor: Actor::Reporter, act: "receipt.opened", tip_id: Some(tip), detail };
        drop(
            bench
                .portal
                .write("receipt.opened", Lane::Tips, move |db| Ok::<_, Abort<()>>(opened(db, tip, &row)?)),
        );
        self.used = true;
        bench.story.tell(format!("citizen {} reads", self.name));
    }

    fn fingerprint(&self) -> [u8; 32] {
        self.key.body_mac_of(&[&canonical::bytes(&self.draft), &[]])
    }
}

/// The answer to a press that was written.
fn own(press: &Press, body_mac: &[u8; 32]) -> Earlier {
    Earlier { body_mac: body_mac.to_vec(), sealed_answer: press.accepted.submission.sealed_answer.clone() }
}
