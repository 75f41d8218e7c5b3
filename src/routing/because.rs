//! Why a decision came out as it did. Owns the reasons, the rule each rests on, and its words in both
//! languages. Refuses anything from the tip itself: a reason names codes of the plan only, so it may stand
//! in clear. Invariant: a reason once written reads the same for ever, also after the plan has changed.

use serde::{Deserialize, Serialize};

use crate::plan::{AgencyCode, BodyCode, CategoryCode, ClauseId, Lang, Plan, Urgency};

mod words;

use words::Words;

/// One reason, with its words as they were when it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// The rule: `plan` for a clause of the plan, else `R1`..`R17`.
    pub rule: String,
    /// The reason itself.
    pub why: Why,
    zh: String,
    en: String,
}

impl Because {
    pub(super) fn new(plan: &Plan, why: Why) -> Self {
        let words = Words { plan };
        Self { rule: why.rule().to_owned(), why, zh: words.zh(&why), en: words.en(&why) }
    }

    /// The reason as a sentence.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// The kinds of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Why {
    /// The clause makes this body responsible.
    Clause {
        /// The clause.
        clause: ClauseId,
        /// The body.
        body: BodyCode,
    },
    /// The writer was not sure what it is about; the words say this.
    ReadFromWords {
        /// The category.
        category: CategoryCode,
    },
    /// The writer did not say whether somebody is in danger; the words say so.
    DangerFromWords,
    /// The category stands in no bracket and goes to the general desk.
    OutsidePlan {
        /// The general desk.
        body: BodyCode,
    },
    /// Of two categories the more urgent, then the criminal one, leads.
    MainCategory {
        /// The one that leads.
        main: CategoryCode,
        /// The other.
        other: CategoryCode,
    },
    /// An adult's refusal keeps the other category, and the police, away.
    ConsentKeepsLead {
        /// The category that stays.
        main: CategoryCode,
    },
    /// The lead's office sits with a body this tip is about, so the tip goes elsewhere.
    HostStandsAside {
        /// The body with the office.
        body: BodyCode,
        /// Its host.
        host: BodyCode,
        /// Where the tip goes.
        next: BodyCode,
    },
    /// The tip names this desk among those who must not see it.
    Excluded {
        /// The desk.
        agency: AgencyCode,
        /// Where the tip goes instead.
        next: AgencyCode,
    },
    /// The desk has no member who could read.
    Unmanned {
        /// The desk.
        agency: AgencyCode,
        /// Where the tip goes instead.
        next: AgencyCode,
    },
    /// The district's branch does the district's work.
    DistrictBranch {
        /// The branch.
        agency: AgencyCode,
    },
    /// The place is unknown, so the municipal body leads.
    PlaceUnknown {
        /// The municipal body.
        agency: AgencyCode,
    },
    /// Immediate danger: the police act first.
    PoliceFirst {
        /// The police desk.
        agency: AgencyCode,
    },
    /// Immediate danger in a tip about police: the facts needed to save life, nothing more.
    LifeFactsOnly {
        /// The police command.
        agency: AgencyCode,
    },
    /// Immediate danger, but no police desk has a member: only the emergency numbers help.
    PoliceUnmanned,
    /// The police get a copy.
    PoliceCopy {
        /// On which ground.
        ground: CopyGround,
    },
    /// The police get no copy.
    NoPoliceCopy {
        /// On which ground.
        ground: NoCopyGround,
    },
    /// The lead of the second category is told.
    SecondLeadTold {
        /// The second category.
        category: CategoryCode,
        /// Its lead.
        body: BodyCode,
    },
    /// While the urgency is normal, nobody besides the lead is told.
    QuietWhenNormal,
    /// The time to the first action.
    Deadline {
        /// The urgency it follows from.
        urgency: Urgency,
        /// In minutes.
        minutes: u32,
    },
}

/// Why the police get a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyGround {
    /// The rule says always.
    Always,
    /// The tip shows a crime.
    Crime,
    /// The person concerned agrees.
    Consent,
    /// The person concerned is a minor.
    Minor,
    /// Somebody is in danger now.
    Danger,
}

/// Why the police get no copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoCopyGround {
    /// The tip shows no crime.
    NoCrime,
    /// The person concerned has not agreed.
    NoConsent,
    /// The rule says never.
    ByRule,
}

impl Why {
    /// The rule the reason rests on.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Clause { .. } => "plan",
            Self::OutsidePlan { .. } | Self::ReadFromWords { .. } => "R6",
            Self::MainCategory { .. } => "R2",
            Self::ConsentKeepsLead { .. } | Self::PoliceCopy { .. } | Self::NoPoliceCopy { .. } => "R3",
            Self::HostStandsAside { .. } | Self::LifeFactsOnly { .. } => "R5",
            Self::Excluded { .. } | Self::Unmanned { .. } => "R17",
            Self::DistrictBranch { .. } | Self::PlaceUnknown { .. } => "R10",
            Self::PoliceFirst { .. } | Self::PoliceUnmanned | Self::DangerFromWords => "R1",
            Self::SecondLeadTold { .. } => "R13",
            Self::QuietWhenNormal => "R14",
            Self::Deadline { .. } => "R16",
        }
    }
}
