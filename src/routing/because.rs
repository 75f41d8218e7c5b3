//! Why a decision came out as it did. Owns the reasons, the rule each rests on, and its words in both
//! languages. Refuses anything from the tip itself: a reason names codes of the plan only, so it may stand
//! in clear. Invariant: a reason once written reads the same for ever, also after the plan has changed.

use serde::{Deserialize, Serialize};

use crate::plan::{AgencyCode, BodyCode, CategoryCode, ClauseId, Lang, Plan, Urgency};

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
            Self::OutsidePlan { .. } => "R6",
            Self::MainCategory { .. } => "R2",
            Self::ConsentKeepsLead { .. } | Self::PoliceCopy { .. } | Self::NoPoliceCopy { .. } => "R3",
            Self::HostStandsAside { .. } | Self::LifeFactsOnly { .. } => "R5",
            Self::Excluded { .. } | Self::Unmanned { .. } => "R17",
            Self::DistrictBranch { .. } | Self::PlaceUnknown { .. } => "R10",
            Self::PoliceFirst { .. } | Self::PoliceUnmanned => "R1",
            Self::SecondLeadTold { .. } => "R13",
            Self::QuietWhenNormal => "R14",
            Self::Deadline { .. } => "R16",
        }
    }
}

/// The names of today, for writing a reason down.
struct Words<'p> {
    plan: &'p Plan,
}

impl Words<'_> {
    fn agency(&self, code: AgencyCode, lang: Lang) -> String {
        self.plan.agency(&code).map_or_else(|| code.to_string(), |a| a.name(lang).to_owned())
    }

    fn body(&self, code: BodyCode, lang: Lang) -> String {
        self.agency(AgencyCode::municipal(code), lang)
    }

    fn category(&self, code: CategoryCode, lang: Lang) -> String {
        self.plan.category(&code).map_or_else(
            || code.to_string(),
            |c| match lang {
                Lang::Zh => c.zh.clone(),
                Lang::En => c.en.clone(),
            },
        )
    }

    fn zh(&self, why: &Why) -> String {
        let (agency, body) = (|c| self.agency(c, Lang::Zh), |c| self.body(c, Lang::Zh));
        let category = |c| self.category(c, Lang::Zh);
        match *why {
            Why::Clause { clause, body: b } => format!("方案第{clause}条由{}负责。", body(b)),
            Why::OutsidePlan { body: b } => {
                format!("不属于方案所列事项,由{}人工查看。", body(b))
            }
            Why::MainCategory { main, other } => {
                format!("同时涉及“{}”和“{}”,以更紧急、涉罪的前者为主。", category(main), category(other))
            }
            Why::ConsentKeepsLead { main } => {
                format!("成年当事人未同意告知警方,仍按“{}”办理。", category(main))
            }
            Why::HostStandsAside { body: b, host, next } => {
                format!("{}的办公室设在{},为保证独立,改由{}处理。", body(b), body(host), body(next))
            }
            Why::Excluded { agency: a, next } => {
                format!("举报人要求{}回避,改由{}负责。", agency(a), agency(next))
            }
            Why::Unmanned { agency: a, next } => {
                format!("{}暂无可查阅的工作人员,改由{}负责。", agency(a), agency(next))
            }
            Why::DistrictBranch { agency: a } => format!("区内事项由{}承办。", agency(a)),
            Why::PlaceUnknown { agency: a } => format!("所在区不明,由市级的{}承办。", agency(a)),
            Why::PoliceFirst { agency: a } => format!("有人正处于危险之中,由{}先行处置。", agency(a)),
            Why::LifeFactsOnly { agency: a } => {
                format!("举报涉及警方,但有人正处于危险之中:仅向{}提供救人所必需的信息。", agency(a))
            }
            Why::PoliceUnmanned => "公安机关暂无可查阅的工作人员,紧急情况请拨打110。".to_owned(),
            Why::PoliceCopy { ground } => format!("抄送公安机关:{}。", ground.zh()),
            Why::NoPoliceCopy { ground } => format!("不抄送公安机关:{}。", ground.zh()),
            Why::SecondLeadTold { category: c, body: b } => {
                format!("同时涉及“{}”,告知其负责单位{}。", category(c), body(b))
            }
            Why::QuietWhenNormal => "未见强迫或未成年人,除负责单位外不告知其他单位。".to_owned(),
            Why::Deadline { urgency, minutes } => {
                format!("{},首次处置时限{}。", urgency_zh(urgency), time_zh(minutes))
            }
        }
    }

    fn en(&self, why: &Why) -> String {
        let (agency, body) = (|c| self.agency(c, Lang::En), |c| self.body(c, Lang::En));
        let category = |c| self.category(c, Lang::En);
        match *why {
            Why::Clause { clause, body: b } => {
                format!("Clause {clause} of the plan makes this body responsible: {}.", body(b))
            }
            Why::OutsidePlan { body: b } => {
                format!("Not a matter of the plan; a person looks at it at: {}.", body(b))
            }
            Why::MainCategory { main, other } => format!(
                "It concerns both “{}” and “{}”; the first leads, being more urgent or criminal.",
                category(main),
                category(other)
            ),
            Why::ConsentKeepsLead { main } => format!(
                "The adult concerned has not agreed that the police learn of it, so “{}” leads.",
                category(main)
            ),
            Why::HostStandsAside { body: b, host, next } => format!(
                "The office of this body sits with another one concerned ({} with {}); for an independent \
                 eye it goes to: {}.",
                body(b),
                body(host),
                body(next)
            ),
            Why::Excluded { agency: a, next } => {
                format!(
                    "The report asks that this desk not see it: {}. It goes to: {}.",
                    agency(a),
                    agency(next)
                )
            }
            Why::Unmanned { agency: a, next } => {
                format!("Nobody at this desk can read yet: {}. It goes to: {}.", agency(a), agency(next))
            }
            Why::DistrictBranch { agency: a } => {
                format!("Work inside a district is done by its branch: {}.", agency(a))
            }
            Why::PlaceUnknown { agency: a } => {
                format!("The district is unknown, so the municipal body leads: {}.", agency(a))
            }
            Why::PoliceFirst { agency: a } => {
                format!("Somebody is in danger now; the police act first: {}.", agency(a))
            }
            Why::LifeFactsOnly { agency: a } => format!(
                "The report concerns the police, yet somebody is in danger now: only what is needed to save \
                 life reaches the {}.",
                agency(a)
            ),
            Why::PoliceUnmanned => "Nobody at the police can read yet; in an emergency call 110.".to_owned(),
            Why::PoliceCopy { ground } => format!("The police get a copy: {}.", ground.en()),
            Why::NoPoliceCopy { ground } => format!("The police get no copy: {}.", ground.en()),
            Why::SecondLeadTold { category: c, body: b } => {
                format!(
                    "It also concerns “{}”, so the body responsible for that is told: {}.",
                    category(c),
                    body(b)
                )
            }
            Why::QuietWhenNormal => {
                "No coercion and no minor appears, so nobody besides the lead is told.".to_owned()
            }
            Why::Deadline { urgency, minutes } => {
                format!("Urgency: {urgency}. First action within {}.", time_en(minutes))
            }
        }
    }
}

impl CopyGround {
    const fn zh(self) -> &'static str {
        match self {
            Self::Always => "此类线索一律抄送",
            Self::Crime => "内容显示涉嫌犯罪",
            Self::Consent => "当事人同意",
            Self::Minor => "当事人未成年",
            Self::Danger => "有人正处于危险之中",
        }
    }

    const fn en(self) -> &'static str {
        match self {
            Self::Always => "tips of this kind always go to them",
            Self::Crime => "it shows a crime",
            Self::Consent => "the person concerned agrees",
            Self::Minor => "the person concerned is a minor",
            Self::Danger => "somebody is in danger now",
        }
    }
}

impl NoCopyGround {
    const fn zh(self) -> &'static str {
        match self {
            Self::NoCrime => "内容未显示涉嫌犯罪",
            Self::NoConsent => "成年当事人尚未同意",
            Self::ByRule => "此类事项不抄送",
        }
    }

    const fn en(self) -> &'static str {
        match self {
            Self::NoCrime => "it shows no crime",
            Self::NoConsent => "the adult concerned has not agreed",
            Self::ByRule => "the rule for this matter excludes it",
        }
    }
}

const fn urgency_zh(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Immediate => "紧急",
        Urgency::Urgent => "较急",
        Urgency::Normal => "一般",
    }
}

const DAY: u32 = 1440;

fn time_zh(minutes: u32) -> String {
    match minutes {
        DAY.. => format!("{}个工作日", minutes / DAY),
        60.. if minutes.is_multiple_of(60) => format!("{}小时", minutes / 60),
        _ => format!("{minutes}分钟"),
    }
}

fn time_en(minutes: u32) -> String {
    let (count, unit) = match minutes {
        DAY.. => (minutes / DAY, "working day"),
        60.. if minutes.is_multiple_of(60) => (minutes / 60, "hour"),
        _ => (minutes, "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
