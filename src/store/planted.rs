//! Bugs that are put in on purpose, so that the proofs can be seen to find them, and faults of the disk that
//! no proof could wait for. Compiled in only with the `planted` feature, which no shipped program has; without
//! it every question is answered "no" at compile time.

#[cfg(feature = "planted")]
use std::cell::Cell;
#[cfg(feature = "planted")]
use std::sync::atomic::{AtomicU8, Ordering};

use diesel::result::Error;

/// A bug that a proof must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Bug {
    /// Commits are not flushed: an acknowledged tip may be lost at power loss.
    Unflushed = 1,
    /// Whoever waits is answered before the commit.
    AnswerBeforeCommit = 2,
    /// A notice is settled without asking whether the lease is still held.
    NoFencing = 4,
    /// The courier looks for work first and listens for the call afterwards.
    LostWakeUp = 8,
    /// An agency's last member leaves although it leads tips.
    LastOneLeaves = 16,
    /// The old keys are taken from the members when the new ones are there, not when nothing needs them.
    TakenTooEarly = 32,
    /// Whether an officer may act is not asked again where the act is written.
    NotAskedAgain = 64,
}

#[cfg(feature = "planted")]
static PLANTED: AtomicU8 = AtomicU8::new(0);

/// Plants these bugs, and only these, in the whole process.
#[cfg(feature = "planted")]
pub fn plant(bugs: &[Bug]) {
    PLANTED.store(bugs.iter().fold(0, |all, bug| all | *bug as u8), Ordering::SeqCst);
}

/// Plants what an operator of a proof names; nothing where the name is unknown.
#[cfg(feature = "planted")]
pub fn plant_named(name: Option<&std::ffi::OsStr>) {
    match name.and_then(std::ffi::OsStr::to_str) {
        Some("unflushed") => plant(&[Bug::Unflushed]),
        Some("answer-before-commit") => plant(&[Bug::AnswerBeforeCommit]),
        Some("last-one-leaves") => plant(&[Bug::LastOneLeaves]),
        Some("taken-too-early") => plant(&[Bug::TakenTooEarly]),
        Some("not-asked-again") => plant(&[Bug::NotAskedAgain]),
        _ => {}
    }
}

/// Whether this bug is planted.
#[cfg(feature = "planted")]
pub(crate) fn has(bug: Bug) -> bool {
    PLANTED.load(Ordering::SeqCst) & bug as u8 != 0
}

/// Never, in a program that is shipped.
#[cfg(not(feature = "planted"))]
pub(crate) const fn has(_: Bug) -> bool {
    false
}

/// How SQLite flushes.
pub(crate) fn synchronous() -> &'static str {
    if has(Bug::Unflushed) { "NORMAL" } else { "FULL" }
}

/// A fault of the disk while a transaction is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// COMMIT fails before anything of it is kept.
    CommitFails,
    /// COMMIT has written and flushed everything and reports a failure all the same.
    CommitUnsure,
}

#[cfg(feature = "planted")]
thread_local! {
    static ARMED: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// Lets this fault strike at this thread's next commit, or none.
#[cfg(feature = "planted")]
pub fn arm(fault: Option<Fault>) {
    ARMED.set(fault);
}

/// Strikes if this fault is armed: what SQLite says of a disk that fails.
#[cfg(feature = "planted")]
pub(crate) fn strike(fault: Fault) -> Result<(), Error> {
    if ARMED.get() != Some(fault) {
        return Ok(());
    }
    ARMED.set(None);
    let said = Box::new("disk I/O error".to_owned());
    Err(Error::DatabaseError(diesel::result::DatabaseErrorKind::Unknown, said))
}

/// Never, in a program that is shipped.
#[cfg(not(feature = "planted"))]
pub(crate) const fn strike(_: Fault) -> Result<(), Error> {
    Ok(())
}
