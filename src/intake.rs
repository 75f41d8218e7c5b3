//! From what a person typed to an accepted tip. Owns the report as a value, the form's rules, the cleaning
//! of photos and the one pure command that turns a report into rows; refuses HTTP, SQL and pages.
//!
//! | file | noun |
//! |---|---|
//! | [`report`] | what was reported, and how the reporter can be reached |
//! | [`draft`] | the form as typed, kept whole until it is accepted |
//! | [`parse`] | draft -> report, or what to change in which field |
//! | [`facts`] | report -> what routing may know |
//! | [`stand_back`] | the words "who must not see it" -> desks that stand back |
//! | [`suggested`] | what the words say where a question was left open |
//! | [`form_token`] | which form this is, when it was given out, and its idempotency key |
//! | [`canonical`] | the draft as bytes, for "was this the same?" |
//! | [`photo`] | pictures without what the camera wrote into them |
//! | [`point`] | a shared place -> coordinates, whosever map it is |
//! | [`answer`] | what the receipt page is made from |
//! | [`accept`] | report -> rows, envelopes, notices, receipt |
//! | [`rows`] | what an accepted tip leaves behind |
//!
//! Invariant: nothing here is stored in clear but codes, minutes and padded sizes.

pub mod accept;
pub mod answer;
pub mod canonical;
pub mod draft;
pub mod facts;
pub mod form_token;
pub mod parse;
pub mod photo;
pub mod point;
pub mod report;
pub mod rows;
pub mod stand_back;
pub mod suggested;
