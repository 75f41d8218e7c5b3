//! The integration tests, one binary: what a person or another program can see from outside.

mod follow_up;
mod intake;
mod layers;
mod locales;
mod photo;
mod routing;
mod site;
