//! The integration tests, one binary: what a person or another program can see from outside.

mod routing;
