//! What happens to a tip once it is in (研判): its life as one state machine, its deadlines, and the acts
//! of officers as pure commands. Owns decisions; refuses rows' storage, pages and who is signed in.
//!
//! | file | noun |
//! |---|---|
//! | [`status`] | where a tip stands and what may follow |
//! | [`deadline`] | when somebody must have acted, and why then |

pub mod deadline;
pub mod status;
