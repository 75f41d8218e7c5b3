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
//! | [`language`] | in which language |
//! | [`place`] | which district the text means |
//! | [`entities`] | numbers and names by which people are reached |
//! | [`names`] | what looks like a person's name |
//! | [`figures`] | ages, sums, how long ago |
//! | [`lexicon`] | concepts in every language's words, and `denial`: whether the text denies them |
//! | [`leanings`] | what wordings lean to, where no rule speaks |
//! | [`readings`] | from concepts to category, urgency, disposition |
//! | [`reason`] | why, in the officer's words and the text's own |
//! | `accused` | whom the text speaks against |
//! | [`suggest`] | what routing would do with it |
//! | [`reader`] | all of it together, with reasons |

mod accused;
mod denial;
pub mod entities;
pub mod figures;
pub mod fold;
mod known;
pub mod language;
pub mod leanings;
pub mod lexicon;
pub mod names;
pub mod place;
pub mod reader;
pub mod readings;
pub mod reason;
pub mod suggest;
mod words;

pub use reader::{Reader, Reading};
pub use readings::Disposition;
pub use reason::Reason;
