//! What an officer does with a tip, as pure commands: the tip as it stands and what was typed go in, every
//! row to be written comes out, in one [`Decided`]. Owns the checks of the typed and of the life cycle;
//! refuses the permission (`people::roles`), the database and the clock.
//!
//! One invariant: a command changes nothing unless it gives everything: rows, event, audit and notices.

use thiserror::Error;

use super::keys::{Envelope, NoKey, ResealError, Resealed, entry_place, reason_place};
use super::lease::Skip;
use super::outcome::Outcome;
use super::placement::{Placement, ReferRefused};
use super::status::{Act, NotNow, Status};
use super::tip::{Reasons, Tip};
use crate::audit::{Actor, AuditRow, reason};
use crate::clock::{Minute, Timestamp};
use crate::notify::{Notice, NoticeKind};
use crate::people::officer::Officer;
use crate::people::roles::Relation;
use crate::plan::{AgencyCode, CategoryCode, DistrictCode};
use crate::routing::Access;
use crate::vault::compartment::Compartment;
use crate::vault::entropy::Entropy;
use crate::vault::seal::{SymKey, seal};
use crate::vault::uid::Uid;

mod aside;
mod contact;
mod excerpt;
mod handing;
mod lease;
pub mod rehoming;
mod writing;

pub use aside::{SettingAside, put_back, set_aside, take_back, uphold};
pub use contact::{ContactStep, Reason, contact_notices, contact_step};
pub use excerpt::{
    Excerpt, ExcerptBody, ExcerptNote, ExcerptRefused, NewExcerpt, excerpt_place, offered, send_excerpt,
    withdraw_excerpt,
};
pub use handing::{Correction, Referral, correct, refer};
pub use lease::{lapse, skip, take_over};
pub use writing::{Closing, accept, claim, close, note, reply};

/// The longest note or reply, in characters.
pub const LONGEST_TEXT: usize = 20_000;
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 2_000;

/// Who acts, when, and with what randomness.
#[derive(Clone, Copy)]
pub struct Hand<'a> {
    /// The officer.
    pub officer: &'a Officer,
    /// Now.
    pub now: Timestamp,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
}

/// Why an act was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ActRefused {
    /// Nothing was typed where something must be.
    #[error("nothing was typed")]
    Empty,
    /// Too much was typed.
    #[error("more than {0} characters were typed")]
    TooLong(usize),
    /// The life cycle does not allow it.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// A colleague works on it.
    #[error("a colleague works on it")]
    HeldByColleague,
    /// In the immediate lane it was not confirmed.
    #[error("not confirmed")]
    Unconfirmed,
    /// The agency's own colleagues still have time to look.
    #[error("the agency's own colleagues still have time to look")]
    TooSoon,
    /// The second person must be another one.
    #[error("it was this officer who set it aside")]
    OwnLook,
    /// Nothing would change.
    #[error("nothing would change")]
    Unchanged,
    /// The tip cannot go there.
    #[error(transparent)]
    Refer(#[from] ReferRefused),
    /// The officer does not hold a key that is needed.
    #[error(transparent)]
    NoKey(#[from] NoKey),
    /// Somebody who must read could not.
    #[error(transparent)]
    Reseal(#[from] ResealError),
    /// The text cannot be released so.
    #[error(transparent)]
    Excerpt(#[from] ExcerptRefused),
}

/// A sealed entry before it is a row.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Public id.
    pub uid: Uid,
    /// `reply`, `note`, `excerpt` or `life`.
    pub kind: &'static str,
    /// Whose key seals it.
    pub compartment: Compartment,
    /// The sealed body.
    pub sealed: Vec<u8>,
}

/// An event of a tip's history before it is a row.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Public id.
    pub uid: Uid,
    /// What happened: the word of the act.
    pub kind: &'static str,
    /// Codes that explain it, in clear.
    pub detail: serde_json::Value,
    /// The typed reason, sealed under the case key.
    pub sealed: Option<Vec<u8>>,
}

/// The clear facts and the placement after a correction or a referral.
#[derive(Clone, Debug)]
pub struct Moved {
    /// What it is about now.
    pub category: CategoryCode,
    /// A second matter in it.
    pub secondary: Option<CategoryCode>,
    /// Where.
    pub district: Option<DistrictCode>,
    /// Where it stands among agencies.
    pub placement: Placement,
    /// Why.
    pub reasons: Reasons,
    /// When somebody must have acted.
    pub due: Minute,
    /// What changes among its envelopes.
    pub resealed: Resealed,
}

/// Everything that an act writes.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The tip.
    pub tip: i64,
    /// The version acted on: the act is refused if it is not the present one.
    pub seen: i64,
    /// Where the tip stands in its life afterwards.
    pub status: Status,
    /// Who works on it afterwards.
    pub claimed_by: Option<i64>,
    /// When the first action was done, this one or an earlier one.
    pub acted: Option<Minute>,
    /// When it was closed, if it is afterwards: what is noted later does not move it.
    pub closed: Option<Minute>,
    /// How it ended, where this act closes it: for how long it is kept follows from that.
    pub outcome: Option<Outcome>,
    /// Where it has moved.
    pub moved: Option<Moved>,
    /// New sealed entries.
    pub entries: Vec<NewEntry>,
    /// Texts released to bodies that are told.
    pub excerpts: Vec<NewExcerpt>,
    /// The body whose text is taken back.
    pub withdrawn: Option<AgencyCode>,
    /// Until when a second person must look afterwards, where it is set aside and one must.
    pub look_by: Option<Minute>,
    /// Whether it was closed or set aside and is open afterwards.
    pub reopened: bool,
    /// Who passes it by with this act, and why.
    pub skipped: Option<(i64, Skip)>,
    /// The line in its history.
    pub event: NewEvent,
    /// Notices to agencies.
    pub notices: Vec<Notice>,
    /// The line in the audit record.
    pub audit: AuditRow,
    /// When, to the minute.
    pub minute: Minute,
}

impl Decided {
    /// An act that changes the standing and writes its history, and nothing else yet.
    fn of(hand: &Hand<'_>, tip: &Tip, act: Act, detail: serde_json::Value) -> Result<Self, NotNow> {
        Self::by(Actor::Officer(hand.officer.id), (hand.now, hand.entropy), tip, act, detail)
    }

    fn by(
        actor: Actor,
        (now, entropy): (Timestamp, &dyn Entropy),
        tip: &Tip,
        act: Act,
        detail: serde_json::Value,
    ) -> Result<Self, NotNow> {
        let (status, minute) = (tip.status.after(act)?, now.minute());
        let event = NewEvent {
            uid: Uid::generate(entropy),
            kind: act.as_str(),
            detail: detail.clone(),
            sealed: None,
        };
        Ok(Self {
            tip: tip.id,
            seen: tip.version,
            status,
            claimed_by: tip.claimed_by,
            acted: tip.acted.or_else(|| act.is_first_action().then_some(minute)),
            closed: (!status.is_open()).then(|| tip.closed.unwrap_or(minute)),
            outcome: None,
            moved: None,
            entries: Vec::new(),
            excerpts: Vec::new(),
            withdrawn: None,
            look_by: if status.is_open() { None } else { tip.look_by },
            skipped: None,
            reopened: status.is_open() && !tip.status.is_open(),
            event,
            notices: Vec::new(),
            audit: AuditRow { at: now, actor, act: audit_word(act), tip_id: Some(tip.id), detail },
            minute,
        })
    }

    /// Seals the typed reason into the event, and binds its ciphertext to the record.
    fn with_reason(mut self, hand: &Hand<'_>, tip: &Tip, key: &SymKey, why: &serde_json::Value) -> Self {
        let place = reason_place(&tip.uid, &self.event.uid);
        let sealed = seal(key, &place, why.to_string().as_bytes(), hand.entropy);
        reason::bind(&mut self.audit.detail, &self.event.uid, &sealed);
        self.event.sealed = Some(sealed);
        self
    }

    fn with_entry(mut self, hand: &Hand<'_>, tip: &Tip, key: &SymKey, entry: &Draft<'_>) -> Self {
        self.entries.push(entry.sealed(&tip.uid, key, hand.entropy));
        self
    }
}

/// An entry before it is sealed.
struct Draft<'a> {
    kind: &'static str,
    compartment: Compartment,
    body: &'a [u8],
}

impl Draft<'_> {
    fn sealed(&self, tip: &Uid, key: &SymKey, entropy: &dyn Entropy) -> NewEntry {
        let uid = Uid::generate(entropy);
        let sealed = seal(key, &entry_place(tip, &uid), self.body, entropy);
        NewEntry { uid, kind: self.kind, compartment: self.compartment, sealed }
    }
}

const fn audit_word(act: Act) -> &'static str {
    match act {
        Act::Claim => "tip.claimed",
        Act::Accept => "tip.accepted",
        Act::Note => "tip.noted",
        Act::Reply => "tip.replied",
        Act::Ask => "tip.asked",
        Act::Correct => "tip.corrected",
        Act::Reroute => "tip.rerouted",
        Act::Refer => "tip.referred",
        Act::Close => "tip.closed",
        Act::Add => "tip.added",
        Act::Rehome => "tip.rehomed",
        Act::Release => "tip.released",
        Act::SendExcerpt => "tip.excerpt_sent",
        Act::WithdrawExcerpt => "tip.excerpt_withdrawn",
        Act::SetAside => "tip.set_aside",
        Act::TakeBack => "tip.taken_back",
        Act::Uphold => "tip.upheld",
        Act::PutBack => "tip.put_back",
        Act::TakeOver => "tip.taken_over",
        Act::Skip => "tip.skipped",
        Act::Lapse => "tip.lapsed",
    }
}

/// What was typed, trimmed; refused when there is nothing or too much.
pub(crate) fn typed(text: &str, longest: usize) -> Result<&str, ActRefused> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ActRefused::Empty);
    }
    if text.chars().count() > longest { Err(ActRefused::TooLong(longest)) } else { Ok(text) }
}

/// Notices to whoever has the tip before them now and had not before.
fn notices((now, entropy): (Minute, &dyn Entropy), before: &Placement, after: &Placement) -> Vec<Notice> {
    let placed = after.newly_placed(before);
    let kind = |relation| match relation {
        Relation::Lead | Relation::FirstResponder => NoticeKind::Act,
        _ => NoticeKind::Told,
    };
    placed
        .into_iter()
        .map(|(agency, relation)| Notice::now(agency, kind(relation), after.urgency, now, entropy))
        .collect()
}

/// A notice to whoever leads the tip.
fn notice_to_lead(tip: &Tip, kind: NoticeKind, now: Minute, entropy: &dyn Entropy) -> Notice {
    Notice::now(tip.placement.lead, kind, tip.placement.urgency, now, entropy)
}

/// Notices to whoever leads the tip, and to whoever acts first on it and may read it.
fn notices_to_actors(tip: &Tip, kind: NoticeKind, now: Minute, entropy: &dyn Entropy) -> Vec<Notice> {
    let placement = &tip.placement;
    let first = placement.first_responder.filter(|first| *first != placement.lead);
    let first = first.filter(|_| placement.access == Access::Full);
    let agencies = std::iter::once(placement.lead).chain(first);
    agencies.map(|agency| Notice::now(agency, kind, placement.urgency, now, entropy)).collect()
}

/// Adds the envelopes of a compartment made just now to what was sealed for the others.
fn has_new(resealed: &Resealed, compartment: Compartment) -> bool {
    resealed.added.iter().any(|Envelope { compartment: c, .. }| *c == compartment)
}

#[cfg(test)]
#[path = "acts_test.rs"]
mod tests;
