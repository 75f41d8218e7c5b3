//! The mail relay. Owns what was delivered and when; refuses wording: a delivery is known by mailbox and kind.

use fastrand::Rng;

use crate::notify::mail::Undelivered;
use crate::store::outbox::Leased;

/// How the relay behaves for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// Takes everything.
    Well,
    /// Takes some, is silent to some, and loses the answer to some that it took.
    Flaky,
    /// Refuses for now.
    Busy,
    /// Refuses for good.
    Hostile,
}

/// A mail that the relay took.
pub(super) struct Delivery {
    pub(super) moment: usize,
    pub(super) agency: String,
    pub(super) kind: String,
}

/// The relay.
pub(super) struct Relay {
    pub(super) mood: Mood,
    pub(super) taken: Vec<Delivery>,
}

impl Relay {
    pub(super) const fn new() -> Self {
        Self { mood: Mood::Well, taken: Vec::new() }
    }

    /// Hands over one mail at this moment; gives what the courier hears.
    pub(super) fn send(
        &mut self,
        notice: &Leased,
        moment: usize,
        chance: &mut Rng,
    ) -> Result<(), Undelivered> {
        let (takes, says) = match (self.mood, chance.u8(0..3)) {
            (Mood::Well, _) | (Mood::Flaky, 0) => (true, Ok(())),
            (Mood::Flaky, 1) => (true, Err(Undelivered::Later("timeout"))),
            (Mood::Flaky, _) => (false, Err(Undelivered::Later("timeout"))),
            (Mood::Busy, _) => (false, Err(Undelivered::Later("deferred"))),
            (Mood::Hostile, _) => (false, Err(Undelivered::Never("refused"))),
        };
        if takes {
            let (agency, kind) = (notice.agency.clone(), notice.kind.clone());
            self.taken.push(Delivery { moment, agency, kind });
        }
        says
    }
}
