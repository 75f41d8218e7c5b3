//! All cryptography of the portal. Owns the keys, what is sealed under them and what is derived from them;
//! refuses rows, routes and permissions: who may hold a key is decided above, here it is only made so.
//!
//! | noun | file |
//! |---|---|
//! | randomness, public ids | [`entropy`], [`uid`] |
//! | the algorithms, behind one trait | [`suite`] |
//! | a sealed value and its key | [`seal`], [`key`], [`header`] |
//! | a sealed file | [`mod@file`] |
//! | compartments of a tip | [`compartment`] |
//! | key pairs, envelopes, grants | [`pair`], [`envelope`] |
//! | many envelopes at once, for synthetic tips | [`shared`] |
//! | an officer's password and session | [`password`], [`session`] |
//! | what an officer keeps, challenges to passkeys, known devices | [`own`], [`challenge`], [`device`] |
//! | a reporter's receipt and follow-up cookie | [`receipt`], [`words`], [`ticket`] |
//! | what commits the portal to a tip | [`commitment`] |
//! | by what an entity is found again | [`link`] |
//! | sending once | [`submit_key`] |
//! | digests of what is sealed already | `digest` |
//! | the key file, the recovery key | [`deployment`], [`recovery`] |
//! | the key file's spare, sealed to the recovery key | [`spare`] |
//!
//! One invariant: no type that holds a secret can be printed or serialised, and each is wiped when dropped.

pub mod challenge;
pub mod commitment;
pub mod compartment;
pub(crate) mod context;
mod cookie;
pub mod deployment;
pub mod device;
pub(crate) mod digest;
pub mod entropy;
pub mod envelope;
pub mod file;
pub mod header;
pub mod hex;
pub mod key;
pub mod link;
pub mod own;
pub mod pair;
pub mod password;
pub mod receipt;
pub mod recovery;
pub mod seal;
pub mod session;
pub mod shared;
pub mod spare;
pub mod submit_key;
pub mod suite;
pub mod ticket;
pub mod uid;
pub mod words;

#[cfg(test)]
mod secrecy_test;
