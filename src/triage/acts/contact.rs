//! The steps towards who the reporter is: asked, decided, shown; or shown to somebody alone and looked at
//! afterwards. They change no version: nobody's decision goes stale by them.

use serde_json::json;

use super::{ActRefused, Hand, LONGEST_REASON, NewEvent, typed};
use crate::audit::{Actor, AuditRow, reason};
use crate::notify::{Notice, NoticeKind};
use crate::people::approval::Purpose;
use crate::triage::keys::{TipKeys, reason_place};
use crate::triage::tip::Tip;
use crate::vault::compartment::Compartment;
use crate::vault::seal::seal;
use crate::vault::uid::Uid;

/// Why somebody wants to see who the reporter is.
#[derive(Clone, Copy)]
pub struct Reason<'a> {
    /// In a word, for whoever decides and holds no case key.
    pub purpose: Option<Purpose>,
    /// As typed; sealed under the case key.
    pub typed: &'a str,
}

/// What concerns the reporter's identity: the words of the history and of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactStep {
    /// Somebody asks to see it.
    Asked,
    /// A second person agrees.
    Granted,
    /// A second person does not.
    Refused,
    /// It was shown.
    Opened,
    /// It was shown to somebody alone.
    GlassBroken,
    /// A second person has looked at that.
    GlassReviewed,
    /// Somebody asks to read a minor's record.
    MinorAsked,
    /// The responsible person agrees.
    MinorGranted,
    /// The responsible person does not.
    MinorRefused,
    /// Somebody asks to erase the tip before its time.
    EraseAsked,
    /// A second person agrees, and it is erased.
    EraseGranted,
    /// A second person does not agree.
    EraseRefused,
}

impl ContactStep {
    /// Every step.
    pub const ALL: [Self; 12] = [
        Self::Asked,
        Self::Granted,
        Self::Refused,
        Self::Opened,
        Self::GlassBroken,
        Self::GlassReviewed,
        Self::MinorAsked,
        Self::MinorGranted,
        Self::MinorRefused,
        Self::EraseAsked,
        Self::EraseGranted,
        Self::EraseRefused,
    ];

    /// The word in the history, and the one in the record.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Asked => ("contact_asked", "tip.contact_asked"),
            Self::Granted => ("contact_granted", "tip.contact_granted"),
            Self::Refused => ("contact_refused", "tip.contact_refused"),
            Self::Opened => ("contact_opened", "tip.contact_read"),
            Self::GlassBroken => ("glass_broken", "tip.glass_broken"),
            Self::GlassReviewed => ("glass_reviewed", "tip.glass_reviewed"),
            Self::MinorAsked => ("minor_asked", "tip.minor_asked"),
            Self::MinorGranted => ("minor_granted", "tip.minor_granted"),
            Self::MinorRefused => ("minor_refused", "tip.minor_refused"),
            Self::EraseAsked => ("erase_asked", "tip.erase_asked"),
            Self::EraseGranted => ("erase_granted", "tip.erase_granted"),
            Self::EraseRefused => ("erase_refused", "tip.erase_refused"),
        }
    }
}

/// The lines for a step towards who the reporter is. A typed reason is sealed under the case key.
pub fn contact_step(
    hand: &Hand<'_>,
    tip: &Tip,
    keys: &TipKeys,
    step: ContactStep,
    why: Option<Reason<'_>>,
) -> Result<(NewEvent, AuditRow), ActRefused> {
    let (kind, act) = step.words();
    let uid = Uid::generate(hand.entropy);
    let purpose = why.and_then(|why| why.purpose).map(Purpose::as_str);
    let detail = match purpose {
        Some(purpose) => json!({ "agency": hand.officer.agency, "purpose": purpose }),
        None => json!({ "agency": hand.officer.agency }),
    };
    let mut bound = detail.clone();
    let sealed = match why {
        Some(why) => {
            let text = json!({ "reason": typed(why.typed, LONGEST_REASON)? }).to_string();
            let place = reason_place(&tip.uid, &uid);
            let sealed = seal(keys.get(Compartment::Case)?, &place, text.as_bytes(), hand.entropy);
            reason::bind(&mut bound, &uid, &sealed);
            Some(sealed)
        }
        None => None,
    };
    let event = NewEvent { uid, kind, detail, sealed };
    let actor = Actor::Officer(hand.officer.id);
    Ok((event, AuditRow { at: hand.now, actor, act, tip_id: Some(tip.id), detail: bound }))
}

/// Notices to whoever decides, or must look: the agency and the bodies above it, at once.
pub fn contact_notices(hand: &Hand<'_>, tip: &Tip, kind: NoticeKind) -> Vec<Notice> {
    let above = tip.placement.ladder.iter().copied().filter(|agency| *agency != hand.officer.agency);
    let now = hand.now.minute();
    std::iter::once(hand.officer.agency)
        .chain(above)
        .map(|agency| Notice::now(agency, kind, tip.placement.urgency, now, hand.entropy))
        .collect()
}
