//! What the machine does to the portal: it is killed, its disk fills up, fails or turns read-only, its
//! database stops, the clock jumps. The proofs run on the built binary; which database is under it, the run
//! says. They are a suite of their own, for they take minutes.

mod database;
mod disk;
mod kill;
mod migration;
mod order;
mod reporter;
mod start;
mod time;
mod trace;
