//! Homeward (归途): a public hotline and reporting portal against human trafficking.
//!
//! This crate doc is the map; ARCHITECTURE.md says why. Imports run downward only:
//!
//! | layer | folders |
//! |---|---|
//! | ground | [`clock`] |
//! | mission | plan, [`vault`], routing, audit, people, notify, intake, dialogue, triage |
//! | adapters | store, app, web, server, [`cli`] |

pub mod app;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dialogue;
pub mod i18n;
pub mod intake;
pub mod limits;
pub mod notify;
pub mod people;
pub mod plan;
pub mod routing;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod triage;
pub mod vault;
pub mod web;
