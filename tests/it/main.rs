//! The integration tests, one binary: what a person or another program can see from outside.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests stop the test by panicking and say what they measured"
)]

mod backup;
mod bad_input;
mod canary;
mod desk;
mod doctor;
mod door;
mod faults;
mod flood;
mod follow_up;
mod intake;
mod layers;
mod links;
mod listening;
mod locales;
mod lost_answer;
mod migrations;
mod one_side;
mod outbox;
mod people;
mod photo;
mod plan;
mod proof;
mod record;
mod restore;
mod retention;
mod routing;
mod seed;
mod setup;
mod site;
mod slow_body;
mod store;
mod suggest;
mod support;
mod thief;
mod unavailable;
