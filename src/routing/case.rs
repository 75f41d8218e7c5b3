//! What is known of a tip, made ready to be judged. Owns the facts, the resolving of their codes, and which
//! of two categories leads (R2, R3). Invariant: a [`Case`] holds only what a decision may depend on, so two
//! equal cases under equal coverage are judged alike.

use std::collections::BTreeSet;

use crate::plan::{
    AgencyCode, BodyCode, BodyIx, BodySet, CategoryCode, Directory, DistrictCode, Plan, PoliceCopy, Rule,
    Urgency,
};

use super::{NoLead, Why};

/// What routing needs to know of a tip. It never sees the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TipFacts {
    /// What it is about.
    pub category: CategoryCode,
    /// A second matter in the same tip.
    pub secondary: Option<CategoryCode>,
    /// Where; none when unknown, on a border, or outside the city.
    pub district: Option<DistrictCode>,
    /// How soon somebody must act, when the tip says so; else as the category says.
    pub urgency: Option<Urgency>,
    /// Whether the category's pressing circumstance is given (locked in, hand-over imminent). Without a
    /// stated urgency it makes the tip immediate.
    pub sharp: bool,
    /// Whether the person concerned is a minor.
    pub minor: bool,
    /// Whether the tip shows a crime.
    pub crime: bool,
    /// Whether the person concerned agrees that the police read it. Not asked is not agreed.
    pub consent_police: bool,
    /// Who must not see it.
    pub exclude: BTreeSet<AgencyCode>,
    /// Whether the category was read from the words because the writer was not sure.
    pub read: bool,
    /// Whether the danger was read from the words because the writer did not say.
    pub danger_read: bool,
}

impl TipFacts {
    /// Facts of which only the category is known.
    pub const fn of(category: CategoryCode) -> Self {
        Self {
            category,
            secondary: None,
            district: None,
            urgency: None,
            sharp: false,
            minor: false,
            crime: false,
            consent_police: false,
            exclude: BTreeSet::new(),
            read: false,
            danger_read: false,
        }
    }
}

/// Which desks can lead: an active member holds the key and the mailbox is confirmed.
pub trait Coverage {
    /// Whether this desk can take a tip into its hands now.
    fn can_lead(&self, agency: &AgencyCode) -> bool;
}

/// Every desk that can take tips is manned: what the plan alone promises.
#[derive(Clone, Debug)]
pub struct FullCoverage(BTreeSet<BodyCode>);

impl FullCoverage {
    /// Full coverage of the bodies of `plan`.
    pub fn of(plan: &Plan) -> Self {
        Self(plan.bodies().iter().filter(|b| b.can_take_tips).map(|b| b.code).collect())
    }
}

impl Coverage for FullCoverage {
    fn can_lead(&self, agency: &AgencyCode) -> bool {
        self.0.contains(&agency.body())
    }
}

/// Which desks can lead, for one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manned {
    /// Bodies whose municipal desk can.
    pub(super) municipal: BodySet,
    /// Bodies whose branch in the place can.
    pub(super) here: BodySet,
}

impl Manned {
    pub(super) fn new(
        directory: &Directory,
        district: Option<DistrictCode>,
        coverage: &dyn Coverage,
    ) -> Self {
        let municipal = |b: &BodyIx| coverage.can_lead(&AgencyCode::municipal(directory.code(*b)));
        let branch = |b: &BodyIx| {
            district.is_some_and(|d| coverage.can_lead(&AgencyCode::branch(directory.code(*b), d)))
        };
        Self {
            municipal: directory.bodies().filter(municipal).collect(),
            here: directory.with_branches.iter().filter(branch).collect(),
        }
    }
}

/// Who must not see the tip, in the terms of the directory.
#[derive(Clone, Debug, Default)]
pub(super) struct Excluded {
    /// Bodies excluded with all their branches.
    pub(super) whole: BodySet,
    /// Bodies of which some branch is excluded.
    pub(super) somewhere: BodySet,
    /// Bodies whose branch in the tip's district is excluded.
    pub(super) here: BodySet,
    branches: BTreeSet<AgencyCode>,
}

impl Excluded {
    fn new(directory: &Directory, facts: &TipFacts) -> Result<Self, NoLead> {
        let mut excluded = Self::default();
        for agency in &facts.exclude {
            let body = directory.ix(agency.body()).ok_or(NoLead::UnknownAgency(*agency))?;
            excluded.add(directory, facts.district, *agency, directory.standing(body))?;
        }
        Ok(excluded)
    }

    fn add(
        &mut self,
        directory: &Directory,
        tip_district: Option<DistrictCode>,
        agency: AgencyCode,
        body: BodyIx,
    ) -> Result<(), NoLead> {
        match agency.district() {
            None => self.whole = self.whole.with(body).or(directory.hosted_by(body)),
            Some(district) if directory.has_branch(body, district) => {
                self.somewhere = self.somewhere.with(body);
                if Some(district) == tip_district {
                    self.here = self.here.with(body);
                }
                self.branches.insert(agency);
            }
            Some(_) => return Err(NoLead::UnknownAgency(agency)),
        }
        Ok(())
    }

    /// Whether the tip excludes anybody.
    pub(super) const fn any(&self) -> bool {
        !self.whole.is_empty() || !self.somewhere.is_empty()
    }

    /// Every excluded desk by its code.
    pub(super) fn codes(&self, directory: &Directory) -> BTreeSet<AgencyCode> {
        let mut codes = self.branches.clone();
        for body in self.whole.iter() {
            let code = directory.code(body);
            codes.insert(AgencyCode::municipal(code));
            if directory.with_branches.has(body) {
                codes.extend(directory.districts().iter().map(|d| AgencyCode::branch(code, *d)));
            }
        }
        codes
    }
}

/// A tip ready to be judged.
#[derive(Debug)]
pub(super) struct Case<'p> {
    pub(super) directory: &'p Directory,
    /// The rule that leads.
    pub(super) main: &'p Rule,
    /// The rule of the other category.
    pub(super) other: Option<&'p Rule>,
    /// Why the one leads and not the other.
    pub(super) order: Option<Why>,
    pub(super) district: Option<DistrictCode>,
    pub(super) urgency: Urgency,
    pub(super) sharp: bool,
    pub(super) minor: bool,
    pub(super) crime: bool,
    pub(super) consent: bool,
    pub(super) excluded: Excluded,
    /// Whether the category was read from the words.
    pub(super) read: bool,
    /// Whether the danger was.
    pub(super) danger_read: bool,
}

impl<'p> Case<'p> {
    pub(super) fn new(plan: &'p Plan, facts: &TipFacts) -> Result<Self, NoLead> {
        let rule = |code: CategoryCode| plan.rule(&code).ok_or(NoLead::UnknownCategory(code));
        let first = rule(facts.category)?;
        let second = facts.secondary.filter(|c| *c != facts.category).map(rule).transpose()?;
        Self::of_rules(plan.directory(), first, second, facts)
    }

    /// The case of `facts` under these two rules: all that a decision reads of the plan.
    pub(super) fn of_rules(
        directory: &'p Directory,
        first: &'p Rule,
        second: Option<&'p Rule>,
        facts: &TipFacts,
    ) -> Result<Self, NoLead> {
        if let Some(unknown) = facts.district.filter(|d| !directory.districts().contains(d)) {
            return Err(NoLead::UnknownDistrict(unknown));
        }
        let urgency = urgency(first, second, facts);
        let consent = facts.consent_police || facts.minor || urgency == Urgency::Immediate;
        let refused = first.police_copy == PoliceCopy::Consent && !consent;
        let (main, other, order) = order(directory, first, second, refused);
        Ok(Self {
            directory,
            main,
            other,
            order,
            district: facts.district,
            urgency,
            sharp: facts.sharp,
            minor: facts.minor,
            crime: facts.crime,
            consent: facts.consent_police,
            excluded: Excluded::new(directory, facts)?,
            read: facts.read,
            danger_read: facts.danger_read,
        })
    }

    /// Whether the body, or the body that hosts its office, is one the tip is about.
    pub(super) fn host_concerned(&self, body: BodyIx) -> Option<BodyIx> {
        let concerned = self.excluded.whole.or(self.excluded.somewhere);
        self.directory.host(body).filter(|host| concerned.has(*host))
    }

    /// Whether the tip is a complaint that the police must stand back from although somebody is in danger.
    pub(super) fn police_stand_back(&self) -> bool {
        let police = self.directory.roles.police;
        self.excluded.whole.has(police) || self.host_concerned(self.main.lead) == Some(police)
    }
}

fn urgency(first: &Rule, second: Option<&Rule>, facts: &TipFacts) -> Urgency {
    let rules = || std::iter::once(first).chain(second);
    let pressing = facts.sharp && rules().any(|r| r.sharp_when.is_some());
    let usual = rules().map(|r| r.urgency).min().unwrap_or(first.urgency);
    facts.urgency.unwrap_or(if pressing { Urgency::Immediate } else { usual })
}

/// The more urgent category leads, then the criminal one, then the one named first; but an adult's refusal
/// keeps the one she came with.
fn order<'p>(
    directory: &Directory,
    first: &'p Rule,
    second: Option<&'p Rule>,
    refused: bool,
) -> (&'p Rule, Option<&'p Rule>, Option<Why>) {
    let Some(second) = second else { return (first, None, None) };
    let police = directory.roles.police;
    let rank = |rule: &Rule| (rule.urgency, !rule.is_criminal(police));
    let second_leads = rank(second) < rank(first);
    if second_leads && refused {
        return (first, Some(second), Some(Why::ConsentKeepsLead { main: first.category }));
    }
    let (main, other) = if second_leads { (second, first) } else { (first, second) };
    (main, Some(other), Some(Why::MainCategory { main: main.category, other: other.category }))
}
