//! What everybody in the simulation touches: chance, time, the portal, the relay, and the ledger of what was
//! promised. Owns nothing of what they do.

use std::sync::Arc;

use diesel::QueryResult;
use fastrand::Rng;

use super::city::{PLAN, START};
use super::ledger::Ledger;
use super::portal::Portal;
use super::relay::Relay;
use super::story::Story;
use crate::clock::Timestamp;
use crate::people::directory::Directory;
use crate::store::directory;
use crate::vault::entropy::SeededEntropy;

/// A promise of the portal that did not hold.
#[derive(Debug)]
pub(super) struct Broken(pub(super) String);

/// What a step of somebody gives.
pub(super) type Held = Result<(), Broken>;

/// Breaks the promise that is named, unless it holds.
pub(super) fn holds(holds: bool, promise: &str, what: impl FnOnce() -> String) -> Held {
    if holds { Ok(()) } else { Err(Broken(format!("{promise}: {}", what()))) }
}

/// Time: seconds that only ever pass, and the clock on the wall, which somebody may set.
#[derive(Clone, Copy)]
pub(super) struct Time {
    /// Seconds since the start.
    pub(super) passed: i64,
    wall: Timestamp,
}

impl Time {
    /// What the clock says.
    pub(super) const fn now(&self) -> Timestamp {
        self.wall
    }

    /// Time passes.
    pub(super) const fn pass(&mut self, seconds: i64) {
        self.passed += seconds;
        self.wall = self.wall.plus_seconds(seconds);
    }

    /// Somebody sets the clock; no time passes.
    pub(super) const fn set_off(&mut self, seconds: i64) {
        self.wall = self.wall.plus_seconds(seconds);
    }
}

/// The bench.
pub(super) struct Bench {
    pub(super) chance: Rng,
    pub(super) entropy: Arc<SeededEntropy>,
    pub(super) time: Time,
    pub(super) portal: Portal,
    pub(super) relay: Relay,
    pub(super) ledger: Ledger,
    pub(super) story: Story,
    directory: Option<Arc<Directory>>,
}

impl Bench {
    pub(super) fn new(seed: u64, portal: Portal) -> Self {
        Self {
            chance: Rng::with_seed(seed),
            entropy: Arc::new(SeededEntropy::new(seed)),
            time: Time { passed: 0, wall: START },
            portal,
            relay: Relay::new(),
            ledger: Ledger::default(),
            story: Story::default(),
            directory: None,
        }
    }

    /// Who can act, read again when it has changed, as the portal's own cache does.
    pub(super) fn directory(&mut self) -> QueryResult<Arc<Directory>> {
        let version = self.portal.read(directory::version)?;
        if let Some(seen) = self.directory.as_ref().filter(|seen| seen.version == version) {
            return Ok(Arc::clone(seen));
        }
        let fresh = Arc::new(self.portal.read(|db| directory::load(db, PLAN))?);
        self.directory = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, so_many: u8) -> bool {
        self.chance.u8(0..100) < so_many
    }

    /// Rings for what has just been answered as done.
    pub(super) fn ring(&mut self) {
        self.portal.bell.ring();
        let Self { portal, ledger, .. } = self;
        ledger.rung(portal);
    }

    /// One of these.
    pub(super) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.chance.usize(0..all.len())]
    }
}
