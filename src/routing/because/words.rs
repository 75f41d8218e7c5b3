//! The words of a reason, in Chinese and English. Owns the sentences; which reasons there are is for
//! `because`. Invariant: a sentence is made of the plan's names and codes only.

use crate::plan::{AgencyCode, BodyCode, CategoryCode, ClauseId, Lang, Plan, Urgency};

use super::{CopyGround, NoCopyGround, Why};

/// The names of today, for writing a reason down.
pub(super) struct Words<'p> {
    pub(super) plan: &'p Plan,
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

    fn clause(&self, clause: ClauseId, lang: Lang) -> &str {
        self.plan.clause_text(&clause, lang).unwrap_or_default()
    }

    pub(super) fn zh(&self, why: &Why) -> String {
        let (agency, body) = (|c| self.agency(c, Lang::Zh), |c| self.body(c, Lang::Zh));
        let category = |c| self.category(c, Lang::Zh);
        match *why {
            Why::Clause { clause, body: b } => {
                format!("按方案分工（{clause} {}），由{}负责。", self.clause(clause, Lang::Zh), body(b))
            }
            Why::ReadFromWords { category: c } => {
                format!("举报人没有选择类别，按文字内容建议为“{}”，请经办人核对。", category(c))
            }
            Why::DangerFromWords => {
                "举报人没有说明是否有危险，按文字内容判断可能有人正处于危险之中，请经办人核对。".to_owned()
            }
            Why::OutsidePlan { body: b } => {
                format!("不属于方案所列事项，由{}人工查看。", body(b))
            }
            Why::MainCategory { main, other } => {
                format!("同时涉及“{}”和“{}”，以更紧急、涉罪的前者为主。", category(main), category(other))
            }
            Why::ConsentKeepsLead { main } => {
                format!("成年当事人未同意告知警方，仍按“{}”办理。", category(main))
            }
            Why::HostStandsAside { body: b, host, next } => {
                format!("{}的办公室设在{}，为保证独立，改由{}处理。", body(b), body(host), body(next))
            }
            Why::Excluded { agency: a, next } => {
                format!("举报人要求{}回避，改由{}负责。", agency(a), agency(next))
            }
            Why::Unmanned { agency: a, next } => {
                format!("{}暂无可查阅的工作人员，改由{}负责。", agency(a), agency(next))
            }
            Why::DistrictBranch { agency: a } => format!("区内事项由{}承办。", agency(a)),
            Why::PlaceUnknown { agency: a } => format!("所在区不明，由市级的{}承办。", agency(a)),
            Why::PoliceFirst { agency: a } => format!("有人正处于危险之中，由{}先行处置。", agency(a)),
            Why::LifeFactsOnly { agency: a } => {
                format!("举报涉及警方，但有人正处于危险之中：仅向{}提供救人所必需的信息。", agency(a))
            }
            Why::PoliceUnmanned => "公安机关暂无可查阅的工作人员，紧急情况请拨打110。".to_owned(),
            Why::PoliceCopy { ground } => format!("抄送公安机关：{}。", ground.zh()),
            Why::NoPoliceCopy { ground } => format!("不抄送公安机关：{}。", ground.zh()),
            Why::SecondLeadTold { category: c, body: b } => {
                format!("同时涉及“{}”，告知其负责单位{}。", category(c), body(b))
            }
            Why::QuietWhenNormal => "未见强迫或未成年人，除负责单位外不告知其他单位。".to_owned(),
            Why::Deadline { urgency, minutes } => {
                format!("{}，首次处置时限{}。", urgency_zh(urgency), time_zh(minutes))
            }
        }
    }

    pub(super) fn en(&self, why: &Why) -> String {
        let (agency, body) = (|c| self.agency(c, Lang::En), |c| self.body(c, Lang::En));
        let category = |c| self.category(c, Lang::En);
        match *why {
            Why::Clause { clause, body: b } => {
                let duty = self.clause(clause, Lang::En);
                format!("Responsible under clause {clause} of the plan ({duty}): {}.", body(b))
            }
            Why::ReadFromWords { category: c } => format!(
                "The reporter was not sure; the words suggest \"{}\", for the officer to check.",
                category(c)
            ),
            Why::DangerFromWords => {
                "The reporter did not say whether somebody is in danger; the words suggest so, for the officer to check."
                    .to_owned()
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
