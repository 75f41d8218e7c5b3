//! A deterministic simulation of the store: the real writer, lanes, sequencer, outbox, courier's round and
//! receipts on the real SQLite engine, in a world that one number decides. Owns worlds, faults and invariants;
//! refuses threads, timers and real time. Not in any program that is shipped.
//!
//! Who acts: citizens who send until an answer comes and open their receipts; officers who ask for the next
//! tip and act on pages of any age; couriers who are slow or die; a command line that writes beside them; the
//! writer, which takes batches of any size.
//!
//! What goes wrong: the process is killed or the power goes, between steps, at a commit or in a checkpoint;
//! COMMIT fails, or succeeds and says that it failed; the disk is full or away; somebody else holds the lock;
//! the clock is set; the relay refuses, is silent, or takes a mail and loses its answer.
//!
//! What must hold, at every step and at the end:
//! - acknowledged implies durable: whatever was answered as done is there after any crash;
//! - a receipt opens its tip; one receipt and one tip per key;
//! - one owner: no two officers are given the same tip, and an act on an old version is refused;
//! - only the holder of a lease settles a notice, and a notice has one holder at a time;
//! - at least once: whoever must be told of a tip is written to after it was committed;
//! - no lost wake-up: no courier rests unrung while a notice that somebody rang for is due;
//! - the audit record verifies, the feed has no gaps and never changes, the counters count.
//!
//! What it does not show: that the operating system flushes what it says it has flushed, and anything of
//! PostgreSQL, HTTP or real parallelism.

mod bench;
mod carrier;
mod citizen;
mod city;
mod disk;
mod ledger;
mod officer;
mod portal;
mod relay;
mod shell;
mod story;
mod world;

use world::World;

/// How a seed ended.
pub(super) struct Ended {
    /// The promise that did not hold.
    pub(super) broken: Option<String>,
    /// The fingerprint of all that happened.
    pub(super) fingerprint: String,
    /// The last things that happened.
    pub(super) last: Vec<String>,
}

/// Runs one seed; of what happened the last `lines` are kept.
pub(super) fn run(seed: u64, lines: usize) -> Ended {
    let mut world = World::of(seed);
    let broken = world.run().err().map(|broken| broken.0);
    let story = &world.bench.story;
    Ended { broken, fingerprint: story.fingerprint(), last: story.end(lines).to_vec() }
}

#[path = "simulation_test.rs"]
mod tests;
