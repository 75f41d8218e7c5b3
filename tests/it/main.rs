//! The integration tests, one binary: what a person or another program can see from outside.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop the test by panicking")]

mod canary;
mod follow_up;
mod intake;
mod layers;
mod locales;
mod lost_answer;
mod migrations;
mod outbox;
mod photo;
mod routing;
mod site;
mod store;
mod support;
mod thief;
