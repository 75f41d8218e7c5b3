//! What becomes of a synthetic tip: how far officers have come with it, and when. Owns the fates and their
//! times; refuses rows and rules: each step is the officer's own act out of `triage`.
//!
//! Invariant: what is open at the end of a life is open in the queue, and nothing happens after the last day.

use super::dice::Dice;
use super::words;
use crate::clock::Minute;
use crate::people::officer::Officer;
use crate::triage::acts::{self, ActRefused, Closing, Decided, Hand};
use crate::triage::keys::TipKeys;
use crate::triage::outcome::Outcome;
use crate::triage::tip::Tip;

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nobody has opened it.
    New,
    /// An officer has it before them.
    Claimed,
    /// The lead has taken it on.
    Accepted,
    /// The reporter has been asked something.
    Waiting,
    /// Done; `accepted` says whether it was taken on first.
    Closed {
        /// Whether it was taken on first.
        accepted: bool,
    },
}

/// Open tips in a hundred: new, claimed, accepted, waiting, as running sums.
const OPEN: [u64; 4] = [60, 72, 92, 100];

impl Fate {
    /// A fate for a tip that stays open, or for one that is closed.
    pub(super) fn draw(dice: &Dice, open: bool) -> Self {
        if !open {
            return Self::Closed { accepted: dice.below(2) == 0 };
        }
        [Self::New, Self::Claimed, Self::Accepted, Self::Waiting][dice.weighted(&OPEN)]
    }

    const fn is_claimed(self) -> bool {
        !matches!(self, Self::New)
    }

    const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::Closed { accepted: true })
    }
}

/// A tip on its way, in one officer's hands.
pub(super) struct Life<'a> {
    /// Choices.
    pub(super) dice: &'a Dice,
    /// Who works on it.
    pub(super) officer: &'a Officer,
    /// Its keys.
    pub(super) keys: &'a TipKeys,
    /// After this nothing happens.
    pub(super) until: Minute,
}

impl Life<'_> {
    /// Lives it: every act in its order.
    pub(super) fn live(&self, tip: Tip, fate: Fate) -> Result<Vec<Decided>, ActRefused> {
        let mut way = Way { now: tip.received, tip, done: Vec::new() };
        if fate.is_claimed() {
            self.step(&mut way, (5, 600), |hand, tip| acts::claim(hand, tip, false))?;
        }
        if fate.is_accepted() {
            self.step(&mut way, (10, 1_440), acts::accept)?;
        }
        if fate == Fate::Waiting {
            let ask = |hand: &Hand<'_>, tip: &Tip| acts::reply(hand, tip, self.keys, words::QUESTION, true);
            self.step(&mut way, (10, 1_440), ask)?;
        }
        if matches!(fate, Fate::Closed { .. }) {
            let outcome = Outcome::ALL[usize::try_from(self.dice.below(8)).unwrap_or(0)];
            let closing = Closing { outcome, reason: words::REASON, reply: "" };
            self.step(&mut way, (1_440, 43_200), |hand, tip| acts::close(hand, tip, self.keys, &closing))?;
        }
        Ok(way.done)
    }

    /// One act, some minutes after the last.
    fn step(
        &self,
        way: &mut Way,
        (least, most): (i64, i64),
        act: impl Fn(&Hand<'_>, &Tip) -> Result<Decided, ActRefused>,
    ) -> Result<(), ActRefused> {
        way.now = way.now.plus(self.dice.between(least, most)).min(self.until);
        let hand = Hand { officer: self.officer, now: way.now.start(), entropy: self.dice };
        let decided = act(&hand, &way.tip)?;
        way.take(decided);
        Ok(())
    }
}

/// How far a life has come.
struct Way {
    tip: Tip,
    now: Minute,
    done: Vec<Decided>,
}

impl Way {
    /// The tip as it stands after an act.
    fn take(&mut self, act: Decided) {
        self.tip.status = act.status;
        self.tip.version = act.seen + 1;
        self.tip.claimed_by = act.claimed_by;
        self.tip.acted = act.acted;
        self.tip.closed = act.closed;
        self.done.push(act);
    }
}
