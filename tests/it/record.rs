//! The record of who did and read what: whatever is done to it behind the portal's back is named, its heads lie
//! in a second place, its old blocks go without a gap, and an auditor sees all of it and nobody else does.

mod keep;
mod named;
mod pruned;
mod reasons;
mod scene;
mod tampered;
