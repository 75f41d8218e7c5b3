//! The desk's people: who is a member, who is invited, who becomes an officer, who does no longer. Owns the addresses
//! under `/desk/people` and `/desk/join`; refuses who may do what (`people`) and rows (`store::people`).
//!
//! | file | what |
//! |---|---|
//! | [`invite`], [`mod@join`] | inviting, and becoming an officer |
//! | [`members`] | the list of members, and what is done with one |
//! | [`mailboxes`] | duty mailboxes: named, and confirmed by whoever reads them |
//! | [`rotate`] | replacing an agency's keys |

mod invite;
mod invite_view;
mod join;
pub(super) mod mailboxes;
mod mailboxes_view;
pub(super) mod members;
mod members_view;
mod recovery;
pub(super) mod rotate;

pub(super) use invite::{confirm, decline, hand_over, list, propose, reset, withdraw};
pub(super) use join::{form as join_form, submit as join};
pub(super) use recovery::{
    ask as ask_recovery, grant as grant_recovery, list as recovery_list, refuse as refuse_recovery,
};
