//! Homeward (归途): a public hotline and reporting portal against human trafficking.
//!
//! This crate doc is the map; ARCHITECTURE.md says why. Layers, lowest first; imports run downward only, and
//! `tests/it/layers.rs` holds the sources to it.
//!
//! | layer | module | owns |
//! |---|---|---|
//! | ground | [`clock`] | instants, minutes, where time comes from |
//! | | [`i18n`] | texts in every language |
//! | | [`config`] | settings and what is refused of them |
//! | | [`telemetry`] | logging that cannot name a visitor |
//! | mission | [`plan`] | the action plan as data: bodies, districts, categories, duties, rules |
//! | | [`vault`] | all cryptography |
//! | | [`routing`] | facts of a tip -> who leads, reads, is told, must not know; and the proof of it |
//! | | [`audit`] | the record of who did and read what |
//! | | [`limits`] | fair shares without keeping an address |
//! | | [`notify`] | notices to duty mailboxes |
//! | | [`people`] | officers, permissions, sign-in, the live directory |
//! | | [`triage`] | a tip's life, deadlines, placement, keys and acts |
//! | | [`links`] | which tips name the same telephone, plate, card or account |
//! | | [`intake`] | what was typed -> an accepted tip |
//! | | [`dialogue`] | the thread between reporter and agency |
//! | | [`retention`] | how long a tip is kept, who has stopped that, what is left of it |
//! | adapters | [`store`] | rows and files; the only place with diesel |
//! | | [`app`] | everything a request may touch; courier, sweeper and purge |
//! | | [`web`] | addresses, pages, headers; the only place with maud |
//! | | [`server`] | the three listeners |
//! | | [`cli`] | the command line |
//!
//! One tip, end to end: [`web::public`] reads a form, [`intake`] accepts it through [`routing`] and [`vault`],
//! [`store`] commits it, [`app::courier`] tells a duty mailbox, [`web::desk`] shows it to an officer,
//! [`triage`] turns what the officer does into rows, and [`web::follow_up`] carries the answer back.

#[cfg(all(feature = "planted", not(debug_assertions)))]
compile_error!("bugs that are put in on purpose are for the proofs, never for a program that is shipped");

pub mod app;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dialogue;
pub mod i18n;
pub mod insight;
pub mod intake;
pub mod limits;
pub mod links;
pub mod notify;
pub mod people;
pub mod plan;
pub mod retention;
pub mod routing;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod triage;
pub mod vault;
pub mod web;
