//! Notices to duty mailboxes. Owns the outbox row and its wording's facts; refuses tip ids and content: a
//! notice says that something of this urgency waits, and where to sign in.

pub mod backoff;
pub mod head;
pub mod mail;

use crate::clock::Minute;
use crate::plan::{AgencyCode, Urgency};
use crate::vault::entropy::{Entropy, bytes};

/// Why an agency is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something waits for this agency to act.
    Act,
    /// The agency is told: clear facts stand in its list, no content.
    Told,
    /// The reporter has added something to a tip this agency leads.
    Added,
    /// The head of the record goes to the auditor's mailbox: about no tip.
    Head,
    /// A colleague asks for what takes two people.
    Approve,
    /// Somebody saw a sealed identity alone, and a second person must look at it.
    Glass,
    /// Tries whether mail arrives.
    Test,
    /// The recovery key was used for the agency's keys.
    Recovery,
    /// The code that confirms a mailbox goes to the one that is to be the agency's.
    Confirm,
    /// Another mailbox was named for the agency: said to the one in use.
    Moved,
    /// Another agency released a text to this one.
    Excerpt,
}

impl NoticeKind {
    /// The name in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Told => "told",
            Self::Added => "added",
            Self::Head => head::KIND,
            Self::Approve => "approve",
            Self::Glass => "glass",
            Self::Test => "test",
            Self::Recovery => "recovery",
            Self::Confirm => CONFIRM,
            Self::Moved => MOVED,
            Self::Excerpt => "excerpt",
        }
    }
}

/// An outbox row before it is one.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Whose mailbox.
    pub agency: AgencyCode,
    /// Why.
    pub kind: NoticeKind,
    /// How urgent the tip is.
    pub urgency: Urgency,
    /// When it was made, to the minute.
    pub created: Minute,
    /// When it may be sent.
    pub run: Minute,
    /// Rows with the same key are one.
    pub dedup_key: Option<String>,
}

/// How long notices of the normal lane are gathered, in minutes: the time of a mail then says nothing about
/// the time of a tip.
const GATHER_MINUTES: i64 = 10;

/// How far ahead of now a notice may be put off, in minutes, whatever the reason. One that lies further ahead
/// was written under a wrong clock, and would wait for as long as that clock was wrong: it is due.
pub const FARTHEST: i64 = 24 * 60;

/// The kind of a mail with a mailbox's code.
pub const CONFIRM: &str = "confirm";

/// The kind of a mail to a mailbox whose place another is to take.
pub const MOVED: &str = "moved";

/// The joint conference, under which auditors work.
const OFFICE: &str = "jointconf";

impl Notice {
    /// The head of the record, due now. It goes to the mailbox that the settings name; the agency under which
    /// auditors work stands beside it.
    ///
    /// # Panics
    ///
    /// Never: the code is well-formed.
    pub fn head(now: Minute) -> Self {
        let agency = OFFICE.parse().expect("the conference's code is well-formed");
        let (kind, urgency) = (NoticeKind::Head, Urgency::Normal);
        Self { agency, kind, urgency, created: now, run: now, dedup_key: None }
    }

    /// A notice made now. Urgent and immediate ones go at once; normal ones are gathered to the end of the
    /// current ten minutes, one mail for all of them, plus a few minutes by chance.
    pub fn now(
        agency: AgencyCode,
        kind: NoticeKind,
        urgency: Urgency,
        now: Minute,
        entropy: &dyn Entropy,
    ) -> Self {
        if urgency != Urgency::Normal {
            return Self { agency, kind, urgency, created: now, run: now, dedup_key: None };
        }
        let slot = now.0.div_euclid(GATHER_MINUTES) + 1;
        // A minute at least: whoever joins the row before the slot ends has committed long before it is sent.
        let late = 1 + i64::from(bytes::<1>(entropy)[0] % 3);
        let dedup_key = Some(format!("{}:{agency}:{slot}", kind.as_str()));
        Self { agency, kind, urgency, created: now, run: Minute(slot * GATHER_MINUTES + late), dedup_key }
    }
}
