//! What a report's own words say (研判建议): language, place, people's numbers, what it is about, how pressing it is, who
//! must not see it; each with the words that say so. Owns reading; refuses deciding, closing, hiding and ranking down:
//! what comes out is a suggestion, and a person or a form stands above it.
//!
//! Everything here is a pure function of the text and of the readable tables in `assets/insight`. No model, no network,
//! no state, the same answer every time; nobody is scored by nationality, region or ethnicity.
//!
//! | file | what |
//! |---|---|
//! | [`fold`] | one spelling of what people type |
//! | [`entities`] | numbers and names by which people are reached |

pub mod entities;
pub mod fold;
pub mod language;
pub mod names;
pub mod place;
