//! People at the desk: who is a member of what, and what is done with them. Owns the addresses under
//! `/desk/people`; refuses deciding who may (`people`) and rows (`store::people`).
//!
//! | file | what |
//! |---|---|
//! | [`members`], [`members_view`] | the list of members, and what is done with one |
//! | [`rotate`] | replacing the agency's keys |

pub(super) mod members;
mod members_view;
pub(super) mod rotate;
