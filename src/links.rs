//! Which reports may speak of one event or one person (线索关联). Owns likeness and its reasons; refuses joining: what
//! comes out is a suggestion that a person confirms or turns down.
//!
//! Pure functions of texts and of the readable tables in `assets/links`: no store, no network, no model.

pub mod likeness;
pub mod persons;
pub mod profile;
pub mod say;
