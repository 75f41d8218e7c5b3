//! Which acts of the record are readings, and which of them somebody must be able to explain. Owns the lists;
//! refuses counting them, which is the store's.

/// A person has read something of a tip.
pub const READINGS: [&str; 4] = ["tip.read", "tip.file_read", "tip.contact_read", "tip.glass_broken"];

/// A person has done something with a tip: whoever read it then had a reason.
pub const DOINGS: [&str; 9] = [
    "tip.claimed",
    "tip.accepted",
    "tip.noted",
    "tip.replied",
    "tip.asked",
    "tip.corrected",
    "tip.rerouted",
    "tip.referred",
    "tip.closed",
];

/// A person has looked into the record itself.
pub const RECORD_READ: &str = "record.read";
/// A person asks for rows of the record to leave the portal.
pub const EXPORT_ASKED: &str = "record.export_asked";
/// Another person has agreed to that.
pub const EXPORT_GRANTED: &str = "record.export_granted";
/// Another person has not.
pub const EXPORT_REFUSED: &str = "record.export_refused";
/// A person has taken rows of the record out of the portal.
pub const RECORD_EXPORTED: &str = "record.exported";
/// A person has asked for the figures on the command line.
pub const RECORD_REPORTED: &str = "record.reported";
/// The portal has walked the whole record.
pub const RECORD_VERIFIED: &str = "record.verified";
/// Rows whose time was over were removed.
pub const RECORD_PRUNED: &str = "record.pruned";

/// What a report of readings looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Read, and neither the reader nor the reader's agency did anything with the tip.
    WithoutAct,
    /// Asked for, and not given.
    Refused,
    /// The reporter's contact was opened.
    Contact,
    /// Read because the agency oversees it or is given it to read, not because it is the agency's own.
    Elsewhere,
}

impl Question {
    /// Every question, in the order of a report.
    pub const ALL: [Self; 4] = [Self::WithoutAct, Self::Refused, Self::Contact, Self::Elsewhere];

    /// The word in addresses and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WithoutAct => "without_act",
            Self::Refused => "refused",
            Self::Contact => "contact",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// The question of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|question| question.as_str() == word)
    }
}

/// Over how much of the record a report is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From this instant on, in milliseconds.
    pub from: i64,
    /// Before this instant.
    pub to: i64,
    /// Within so many days of a reading something must have been done, before it or after it.
    pub days: i64,
}

/// Days within which something must have been done with what was read, unless said otherwise.
pub const DAYS: i64 = 7;
/// Days that a report goes back, unless said otherwise.
pub const BACK: i64 = 90;
/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;

impl Span {
    /// The usual: the last [`BACK`] days until `now`.
    pub const fn until(now: i64, days: i64, back: i64) -> Self {
        Self { from: now.saturating_sub(back.saturating_mul(DAY)), to: now, days }
    }

    /// Before this instant a reading has had its time: something was done with it by now, or nothing was.
    pub const fn ripe(self) -> i64 {
        self.to.saturating_sub(self.days.saturating_mul(DAY))
    }
}
