//! The components every page is made of. A view takes data and returns markup: no rows, no I/O, no result.

pub mod emergency;
pub mod shell;
pub mod style;
