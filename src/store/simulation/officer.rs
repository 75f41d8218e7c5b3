//! An officer: asks for the next tip, opens pages, and acts on what stands on them, however old they are.
//! Every command asks inside its own transaction whether it was allowed to do what it did.

use diesel::prelude::*;

use super::bench::{Bench, Held, holds};
use super::city::{Desk, PLAN};
use super::ledger::unread;
use super::portal::Pending;
use crate::people::roles::Permission;
use crate::store::acts::{ActNotWritten, Warrant, apply};
use crate::store::command::{Abort, WriteError};
use crate::store::connection::Db;
use crate::store::lanes::Lane;
use crate::store::next::take_next;
use crate::store::schema::tips;
use crate::store::tip_page::{Purpose, Sheet, read};
use crate::triage::acts::{ActRefused, Closing, Decided, Hand, accept, claim, close, note};
use crate::triage::keys::TipKeys;
use crate::triage::outcome::Outcome;
use crate::vault::uid::Uid;

/// What was given by `next`: the tip, and who had it before and after.
type Given = (Uid, Option<i64>, Option<i64>);

/// What an officer waits for.
enum Waiting {
    Next(Pending<Option<Given>, ActNotWritten>),
    Page(Pending<Option<Sheet>, ()>),
    /// The version that stood there, and the one that was acted on.
    Act(Pending<i64, ActNotWritten>, i64),
}

/// An officer at work.
pub(super) struct AtWork {
    desk: &'static Desk,
    page: Option<Sheet>,
    waiting: Option<Waiting>,
}

impl AtWork {
    pub(super) const fn at(desk: &'static Desk) -> Self {
        Self { desk, page: None, waiting: None }
    }

    /// The portal is gone; the page on the screen stays.
    pub(super) fn cut_off(&mut self) {
        self.waiting = None;
    }

    /// Does one thing.
    pub(super) fn act(&mut self, bench: &mut Bench) -> Held {
        match self.waiting.take() {
            Some(waiting) => self.listen(bench, waiting),
            None if self.page.is_some() && bench.percent(50) => {
                self.decide(bench);
                Ok(())
            }
            None if bench.percent(50) => {
                self.ask(bench);
                Ok(())
            }
            None => self.look(bench),
        }
    }

    /// Asks for the next tip.
    fn ask(&mut self, bench: &Bench) {
        let (officer, now, entropy) =
            (self.desk.officer.clone(), bench.time.now(), std::sync::Arc::clone(&bench.entropy));
        let next = bench.portal.write("tip.next", Lane::Desk, move |db| {
            let before = holders(db)?;
            let Some(tip) = take_next(db, PLAN, &officer, now, entropy.as_ref())? else { return Ok(None) };
            let had = before.iter().find(|(uid, _)| *uid == tip.to_string()).and_then(|(_, holder)| *holder);
            Ok(Some((tip, had, holder(db, &tip)?)))
        });
        self.waiting = Some(Waiting::Next(next));
    }

    /// Opens a page: of one of the agency's tips, or of any where it has none.
    fn look(&mut self, bench: &mut Bench) -> Held {
        let agency = self.desk.officer.agency.to_string();
        let all = bench.portal.read(|db| of_agency(db, &agency)).map_err(unread)?;
        if all.is_empty() {
            return Ok(());
        }
        let uid: Uid = all[bench.chance.usize(0..all.len())].parse().unwrap();
        let (officer, now) = (self.desk.officer.clone(), bench.time.now());
        let page = bench.portal.write("tip.read", Lane::Record, move |db| {
            Ok::<_, Abort<()>>(read(db, PLAN, &officer, &uid, Purpose::Page, now)?)
        });
        self.waiting = Some(Waiting::Page(page));
        Ok(())
    }

    /// Acts on the page, which may be old.
    fn decide(&mut self, bench: &mut Bench) {
        let Some(sheet) = &self.page else { return };
        let kind = bench.chance.u8(0..4);
        let Ok((permission, act)) = self.prepare(bench, sheet, kind) else { return };
        let warrant =
            Warrant { officer: self.desk.officer.clone(), tip: sheet.tip.uid, permission, directory: None };
        let seen = act.seen;
        let written = bench.portal.write(act.audit.act, Lane::Desk, move |db| {
            let stood = version(db, &warrant.tip)?;
            apply(db, PLAN, &warrant, &act).map(|()| stood)
        });
        self.waiting = Some(Waiting::Act(written, seen));
    }

    fn prepare(&self, bench: &Bench, sheet: &Sheet, kind: u8) -> Result<(Permission, Decided), ActRefused> {
        let Desk { officer, private } = self.desk;
        let hand = Hand { officer, now: bench.time.now(), entropy: bench.entropy.as_ref() };
        let keys = TipKeys::open(private, officer, &sheet.grants, &sheet.tip.uid, &sheet.envelopes);
        let closing = Closing { outcome: Outcome::ALL[0], reason: "done", reply: "" };
        Ok(match kind {
            0 => (Permission::Claim, claim(&hand, &sheet.tip, self.colleague_has(sheet))?),
            1 => (Permission::Decide, accept(&hand, &sheet.tip)?),
            2 => (Permission::Note, note(&hand, &sheet.tip, &keys, "a note")?),
            _ => (Permission::Decide, close(&hand, &sheet.tip, &keys, &closing)?),
        })
    }

    fn colleague_has(&self, sheet: &Sheet) -> bool {
        let holder = sheet.colleagues.iter().find(|colleague| Some(colleague.id) == sheet.tip.claimed_by);
        holder.is_some_and(|colleague| colleague.agency == self.desk.officer.agency)
    }

    /// Looks whether an answer has come.
    fn listen(&mut self, bench: &mut Bench, waiting: Waiting) -> Held {
        match waiting {
            Waiting::Next(mut next) => match next.poll() {
                None => self.waits(Waiting::Next(next)),
                Some(answer) => self.given(bench, &answer),
            },
            Waiting::Page(mut page) => match page.poll() {
                None => self.waits(Waiting::Page(page)),
                Some(answer) => {
                    self.page = answer.ok().flatten();
                    Ok(())
                }
            },
            Waiting::Act(mut act, seen) => match act.poll() {
                None => self.waits(Waiting::Act(act, seen)),
                Some(answer) => self.done(bench, &answer, seen),
            },
        }
    }

    fn waits(&mut self, waiting: Waiting) -> Held {
        self.waiting = Some(waiting);
        Ok(())
    }

    fn given(&self, bench: &mut Bench, answer: &Result<Option<Given>, WriteError<ActNotWritten>>) -> Held {
        let me = self.desk.officer.id;
        bench.story.tell(format!("officer {me} asks for the next tip: {answer:?}"));
        let Ok(Some((tip, before, after))) = *answer else { return Ok(()) };
        holds(before.is_none() && after == Some(me), "one owner", || {
            format!("next gave {tip} to {me}, who had {before:?} and has {after:?}")
        })?;
        bench.ledger.gives(&tip.to_string(), me)
    }

    fn done(
        &mut self,
        bench: &mut Bench,
        answer: &Result<i64, WriteError<ActNotWritten>>,
        seen: i64,
    ) -> Held {
        let me = self.desk.officer.id;
        bench.story.tell(format!("officer {me} acts on version {seen}: {answer:?}"));
        // A page that was acted on stays on the screen for a while, and is old from now on.
        if bench.percent(60) {
            self.page = None;
        }
        let Ok(stood) = *answer else { return Ok(()) };
        bench.ring();
        holds(stood == seen, "a fenced-out act is refused", || {
            format!("officer {me} acted on version {seen} while {stood} stood there")
        })
    }
}

fn of_agency(db: &mut Db, agency: &str) -> QueryResult<Vec<String>> {
    let lead = tips::table.filter(tips::lead.eq(agency).or(tips::first_responder.eq(agency)));
    let own: Vec<String> = lead.order(tips::id).select(tips::uid).load(db)?;
    if own.is_empty() { tips::table.order(tips::id).select(tips::uid).load(db) } else { Ok(own) }
}

fn holders(db: &mut Db) -> QueryResult<Vec<(String, Option<i64>)>> {
    tips::table.order(tips::id).select((tips::uid, tips::claimed_by)).load(db)
}

fn holder(db: &mut Db, tip: &Uid) -> QueryResult<Option<i64>> {
    tips::table.filter(tips::uid.eq(tip.to_string())).select(tips::claimed_by).first(db)
}

fn version(db: &mut Db, tip: &Uid) -> QueryResult<i64> {
    tips::table.filter(tips::uid.eq(tip.to_string())).select(tips::version).first(db)
}
