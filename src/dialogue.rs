//! The two-way thread between a reporter and the agency that answers for the tip. Owns what is said, how it
//! is added, and what a reporter is told about progress; refuses who may read (envelopes decide that) and
//! how officers write.
//!
//! | file | noun |
//! |---|---|
//! | [`message`] | one thing said |
//! | [`thread`] | all of them, opened |
//! | [`progress`] | where the tip stands, in plain words with dates |
//! | [`kept_out`] | who must not know, and does not |
//! | [`add`] | the reporter says more |
//!
//! Invariant: nothing of notes, contacts or decisions is ever part of a thread.

pub mod add;
pub mod kept_out;
pub mod message;
pub mod progress;
pub mod thread;
