//! A courier, cut into steps: it begins to listen, looks, leases, sends one notice after the other, settles
//! each, ends its look and rests. The order and the judgement are the real courier's own (`bell`, `rounds`);
//! only what is between them, where the real one waits, is the simulation's.

use std::collections::VecDeque;

use diesel::prelude::*;

use super::bench::{Bench, Held, holds};
use super::city::PLAN;
use super::portal::Pending;
use crate::clock::{Minute, Timestamp};
use crate::notify::mail::Undelivered;
use crate::store::bell::Watch;
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::lanes::Lane;
use crate::store::outbox::{self, Leased};
use crate::store::rounds::{LEASE_SECONDS, ROUND, judge};
use crate::store::schema::outbox as rows;
use crate::vault::entropy::bytes;
use crate::vault::hex;

/// A notice's state, lease token and end of lease.
type Hold = (String, Option<String>, Option<i64>);

/// The notices of a round that are still to be sent.
struct Round {
    token: String,
    left: VecDeque<Leased>,
    tried: usize,
    /// When it looked.
    at: Minute,
}

enum State {
    /// About to look.
    Listening,
    /// Waits for its lease; each notice comes with what it was before.
    Leasing { token: String, now: Timestamp, answer: Pending<Vec<(Leased, Hold)>, ()> },
    /// Has notices to send.
    Sending(Round),
    /// Waits for a settlement; what comes is the notice before it, and whether it was settled.
    Settling { round: Round, id: i64, answer: Pending<(Hold, bool), ()> },
    /// Has looked, at this minute if it could look at all, and found so many.
    Looked { found: Option<usize>, at: Minute },
    /// Rests until then.
    Resting { until: i64 },
}

/// A courier.
pub(super) struct Carrier {
    name: usize,
    watch: Watch,
    state: State,
    /// The minute of a look that found nothing, while it rests after it.
    looked: Option<Minute>,
}

impl Carrier {
    /// A courier of this portal, which has not looked yet.
    pub(super) fn hired(name: usize, bench: &Bench) -> Self {
        let mut watch = Watch::over(&bench.portal.bell);
        watch.begin();
        Self { name, watch, state: State::Listening, looked: None }
    }

    /// Whether it rests and nobody has rung.
    pub(super) fn rests(&self) -> bool {
        matches!(self.state, State::Resting { .. }) && !self.watch.has_rung()
    }

    /// No courier rests unrung while a notice that somebody rang for is due.
    pub(super) fn check(&self, bench: &mut Bench) -> Held {
        match self.looked.filter(|_| self.rests()) {
            None => Ok(()),
            Some(minute) => {
                let Bench { ledger, portal, .. } = bench;
                ledger.rests(portal, minute)
            }
        }
    }

    /// Does one thing.
    pub(super) fn act(&mut self, bench: &mut Bench) -> Held {
        match std::mem::replace(&mut self.state, State::Listening) {
            State::Listening => self.look(bench),
            State::Leasing { token, now, answer } => return self.take(bench, token, now, answer),
            State::Sending(round) => self.send(bench, round),
            State::Settling { round, id, answer } => return self.settled(bench, round, id, answer),
            State::Looked { found, at } => self.end(bench, found, at),
            State::Resting { until } => self.rest(bench, until),
        }
        Ok(())
    }

    fn look(&mut self, bench: &mut Bench) {
        let now = bench.time.now();
        let at = now.minute();
        self.state = match bench.portal.read(|db| outbox::is_due(db, now)) {
            Err(_) => State::Looked { found: None, at },
            Ok(false) => State::Looked { found: Some(0), at },
            Ok(true) => self.lease(bench, now),
        };
    }

    fn lease(&self, bench: &Bench, now: Timestamp) -> State {
        let token = hex::encode(&bytes::<16>(bench.entropy.as_ref()));
        let mine = token.clone();
        let answer = bench.portal.write("outbox.lease", Lane::Desk, move |db| {
            let before = all(db)?;
            let leased = outbox::lease(db, now, LEASE_SECONDS, &mine, ROUND)?;
            let was =
                |id: i64| before.iter().find(|row| row.0 == id).map(|row| row.1.clone()).unwrap_or_default();
            Ok::<_, Abort<()>>(leased.into_iter().map(|notice| (notice.clone(), was(notice.id))).collect())
        });
        State::Leasing { token, now, answer }
    }

    fn take(
        &mut self,
        bench: &mut Bench,
        token: String,
        now: Timestamp,
        mut answer: Pending<Vec<(Leased, Hold)>, ()>,
    ) -> Held {
        let at = now.minute();
        self.state = match answer.poll() {
            None => State::Leasing { token, now, answer },
            Some(Err(_)) => State::Looked { found: None, at },
            Some(Ok(leased)) => {
                for (notice, (state, _, until)) in &leased {
                    let free =
                        state == "ready" || (state == "leased" && until.is_none_or(|until| until < now.0));
                    holds(free, "one courier at a time", || format!("notice {} was {state}", notice.id))?;
                }
                let left: VecDeque<Leased> = leased.into_iter().map(|(notice, _)| notice).collect();
                let tried = left.len();
                bench.story.tell(format!("courier {} has leased {tried}", self.name));
                State::Sending(Round { token, left, tried, at })
            }
        };
        Ok(())
    }

    fn send(&mut self, bench: &mut Bench, mut round: Round) {
        let Some(notice) = round.left.pop_front() else {
            self.state = State::Looked { found: Some(round.tried), at: round.at };
            return;
        };
        let sent = Self::hand_over(bench, &notice);
        let chance = bytes::<1>(bench.entropy.as_ref())[0];
        let how = judge(sent, notice.attempts, bench.time.now().minute(), chance);
        bench.story.tell(format!("courier {} tried notice {}: {how:?}", self.name, notice.id));
        let (id, token) = (notice.id, round.token.clone());
        let answer = bench.portal.write("outbox.settle", Lane::Desk, move |db| {
            let before = one(db, id)?;
            Ok::<_, Abort<()>>((before, outbox::settle(db, id, &token, &how)?))
        });
        self.state = State::Settling { round, id, answer };
    }

    fn hand_over(bench: &mut Bench, notice: &Leased) -> Result<(), Undelivered> {
        let mailbox = bench.portal.read(|db| outbox::mailbox(db, PLAN, &notice.agency));
        mailbox.map_err(|_| Undelivered::Later("store"))?.ok_or(Undelivered::Later("no-mailbox"))?;
        let Bench { relay, chance, story, .. } = bench;
        relay.send(notice, story.moment(), chance)
    }

    fn settled(
        &mut self,
        bench: &mut Bench,
        round: Round,
        id: i64,
        mut answer: Pending<(Hold, bool), ()>,
    ) -> Held {
        let heard = match answer.poll() {
            None => {
                self.state = State::Settling { round, id, answer };
                return Ok(());
            }
            Some(heard) => heard,
        };
        let mine = Some(round.token.clone());
        self.state = State::Sending(round);
        let Ok(((state, holder, _), kept)) = heard else { return Ok(()) };
        bench.story.tell(format!("courier {} settles notice {id}: {kept}", self.name));
        let held = state == "leased" && holder == mine;
        holds(kept == held, "only the holder of the lease settles", || {
            format!("courier {} settled notice {id}, which was {state}", self.name)
        })
    }

    fn end(&mut self, bench: &Bench, found: Option<usize>, at: Minute) {
        match self.watch.end(found) {
            None => self.begin(),
            Some(longest) => {
                self.looked = found.map(|_| at);
                let seconds = i64::try_from(longest.as_secs()).unwrap_or(i64::MAX);
                self.state = State::Resting { until: bench.time.passed + seconds };
            }
        }
    }

    fn rest(&mut self, bench: &Bench, until: i64) {
        if self.watch.has_rung() || bench.time.passed >= until {
            return self.begin();
        }
        self.state = State::Resting { until };
    }

    fn begin(&mut self) {
        self.looked = None;
        self.watch.begin();
        self.state = State::Listening;
    }
}

const COLUMNS: (rows::state, rows::lease_token, rows::lease_until) =
    (rows::state, rows::lease_token, rows::lease_until);

fn all(db: &mut Db) -> QueryResult<Vec<(i64, Hold)>> {
    rows::table.select((rows::id, COLUMNS)).load(db)
}

fn one(db: &mut Db, id: i64) -> QueryResult<Hold> {
    rows::table.find(id).select(COLUMNS).first(db)
}
