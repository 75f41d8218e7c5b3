//! What happens to a tip once it is in (研判): its life as one state machine, its deadlines, and the acts
//! of officers as pure commands. Owns decisions; refuses rows' storage, pages and who is signed in.
//!
//! | file | noun |
//! |---|---|
//! | [`status`] | where a tip stands in its life, and what may follow |
//! | [`deadline`] | when somebody must have acted, and why then |
//! | [`outcome`] | how a tip ended |
//! | [`lease`] | how long a claim holds, and why a tip is passed by |
//! | [`aside`] | why a tip is set aside, and who looks again |
//! | [`tip`] | the clear facts of a tip |
//! | [`placement`] | where a tip stands among agencies, and who holds which key |
//! | [`keys`] | the keys of one tip in the hands of one officer |
//! | [`resealing`] | an envelope sealed anew because a pair was replaced |
//! | [`acts`] | what is done with it: typed -> every row to be written |

pub mod acts;
pub mod aside;
pub mod deadline;
pub mod keys;
pub mod lease;
pub mod outcome;
pub mod placement;
pub mod resealing;
pub mod status;
pub mod tip;

#[cfg(test)]
pub(crate) mod town;
