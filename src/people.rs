//! People at desks: who they are, which agency they stand for, how they sign in. Owns officers, roles and
//! the directory of agencies that can act; refuses tips.

pub mod approval;
pub mod directory;
pub mod enrol;
pub mod invitation;
pub mod keys;
pub mod mailbox;
pub mod members;
pub mod news;
pub mod officer;
pub mod password;
pub mod roles;
pub mod second_factor;
pub mod sign_in;
