//! The judgment itself, in sets of bodies: small enough to be made a million times when the plan is proved.
//! Owns R1, R3-R5 and R13-R16. Invariant: every set is built from what a rule allows and then only shrinks.

use std::collections::BTreeSet;

use crate::plan::{AgencyCode, BodyIx, BodySet, Plan, PoliceCopy, Urgency};

use super::because::{CopyGround, NoCopyGround};
use super::case::{Case, Manned};
use super::{Access, Because, Decision, NoLead, Why, lead};

/// An immediate tip waits no longer than this, whatever its rule says.
const IMMEDIATE_MINUTES: u32 = 10;

/// A decision before it is written out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) lead: AgencyCode,
    pub(super) first: Option<AgencyCode>,
    pub(super) access: Access,
    pub(super) ladder: Vec<AgencyCode>,
    pub(super) police_copy: Option<AgencyCode>,
    pub(super) content_for: BodySet,
    pub(super) told: BodySet,
    pub(super) may_be_told: BodySet,
    pub(super) urgency: Urgency,
    pub(super) minutes: u32,
    pub(super) why: Vec<Why>,
    /// The desk of each body in `told`, where that is a branch.
    pub(super) at_branch: BodySet,
}

/// Judges a case.
pub(super) fn judge(case: &Case<'_>, manned: Manned) -> Result<Verdict, NoLead> {
    let read = case.read.then_some(Why::ReadFromWords { category: case.main.category });
    let danger = case.danger_read.then_some(Why::DangerFromWords);
    let mut why: Vec<Why> = read.into_iter().chain(danger).chain(case.order).collect();
    let lead = lead::lead(case, manned, &mut why)?;
    let lead_body = case.directory.ix(lead.body()).expect("the walk goes from body to body");
    let bench = Bench { case, manned, lead, lead_body };
    let (first, access) = bench.first_responder(&mut why);
    let copy = bench.police_copy(&mut why);
    let told = bench.told(copy, &mut why);
    let may_be_told = bench.may_be_told(copy).or(told);
    let minutes = bench.minutes();
    why.push(Why::Deadline { urgency: case.urgency, minutes });
    let police = case.directory.roles.police;
    let free = first.is_none() && access == Access::Full;
    let copied = told.has(police) && copy && free && bench.with_reader().has(police);
    Ok(Verdict {
        lead,
        first,
        access,
        ladder: bench.ladder(access),
        police_copy: copied.then(|| bench.desk(police)),
        content_for: bench.content_for().and(told),
        told,
        may_be_told,
        urgency: case.urgency,
        minutes,
        why,
        at_branch: told.and(bench.with_branch_here()).and(manned.here),
    })
}

/// A case with its lead, while the rest is worked out.
struct Bench<'a> {
    case: &'a Case<'a>,
    manned: Manned,
    lead: AgencyCode,
    lead_body: BodyIx,
}

impl Bench<'_> {
    /// The desk of a body: the district's branch where it may and can, else the municipal body.
    fn desk(&self, body: BodyIx) -> AgencyCode {
        let branch = self.branch(body).filter(|_| self.manned.here.has(body));
        branch.unwrap_or_else(|| self.municipal(body))
    }

    fn municipal(&self, body: BodyIx) -> AgencyCode {
        AgencyCode::municipal(self.case.directory.code(body))
    }

    /// Bodies whose branch in the district exists and is not excluded.
    fn with_branch_here(&self) -> BodySet {
        let here = self.case.directory.with_branches.minus(self.case.excluded.here);
        self.case.district.map_or(BodySet::EMPTY, |_| here)
    }

    /// The district's branch of a body, unless it is excluded.
    fn branch(&self, body: BodyIx) -> Option<AgencyCode> {
        let district = self.case.district.filter(|_| self.with_branch_here().has(body))?;
        Some(AgencyCode::branch(self.case.directory.code(body), district))
    }

    /// Bodies with a desk that can read: their branch here or their municipal desk.
    fn with_reader(&self) -> BodySet {
        self.with_branch_here().and(self.manned.here).or(self.manned.municipal)
    }

    /// R1 and R5.
    fn first_responder(&self, why: &mut Vec<Why>) -> (Option<AgencyCode>, Access) {
        let police = self.case.directory.roles.police;
        if self.case.urgency != Urgency::Immediate {
            return (None, Access::Full);
        }
        let (agency, manned, access) = if self.case.police_stand_back() {
            (self.municipal(police), self.manned.municipal.has(police), Access::LifeFacts)
        } else {
            (self.desk(police), self.with_reader().has(police), Access::Full)
        };
        why.push(match access {
            _ if !manned => Why::PoliceUnmanned,
            Access::LifeFacts => Why::LifeFactsOnly { agency },
            Access::Full => Why::PoliceFirst { agency },
        });
        (Some(agency).filter(|_| manned), access)
    }

    /// R3: whether the police copy applies.
    fn police_copy(&self, why: &mut Vec<Why>) -> bool {
        let case = self.case;
        let ground = match case.main.police_copy {
            PoliceCopy::Always => Ok(CopyGround::Always),
            PoliceCopy::IfCrime if case.crime => Ok(CopyGround::Crime),
            PoliceCopy::IfCrime => Err(NoCopyGround::NoCrime),
            PoliceCopy::Consent if case.urgency == Urgency::Immediate => Ok(CopyGround::Danger),
            PoliceCopy::Consent if case.minor => Ok(CopyGround::Minor),
            PoliceCopy::Consent if case.consent => Ok(CopyGround::Consent),
            PoliceCopy::Consent => Err(NoCopyGround::NoConsent),
            PoliceCopy::No => Err(NoCopyGround::ByRule),
        };
        let police = case.directory.roles.police;
        if self.lead_body != police && !case.excluded.whole.has(police) {
            why.push(match ground {
                Ok(ground) => Why::PoliceCopy { ground },
                Err(ground) => Why::NoPoliceCopy { ground },
            });
        }
        ground.is_ok()
    }

    /// R3: where a refusal or the rule itself keeps the tip from the police, they may not even be told.
    fn police_barred(&self, copy: bool) -> bool {
        !copy && matches!(self.case.main.police_copy, PoliceCopy::Consent | PoliceCopy::No)
    }

    /// R14.
    fn is_quiet(&self) -> bool {
        self.case.main.quiet_when_normal && self.case.urgency == Urgency::Normal
    }

    /// R4, R13, R15.
    fn told(&self, copy: bool, why: &mut Vec<Why>) -> BodySet {
        let rule = self.case.main;
        let police = BodySet::one(self.case.directory.roles.police);
        let mut told = rule.told.or(rule.content_for).or(if copy { police } else { BodySet::EMPTY });
        if self.is_quiet() {
            why.push(Why::QuietWhenNormal);
            told = BodySet::EMPTY;
        }
        let second = self.second_lead(copy);
        if let (Some(body), Some(other)) = (second, self.case.other) {
            let body = self.case.directory.code(body);
            why.push(Why::SecondLeadTold { category: other.category, body });
        }
        self.allowed(told, copy).or(second.into_iter().collect())
    }

    /// R13: the lead of the other category, where it may be told. A complaint goes past the conference to
    /// the procuratorate where the police, who host its office, lead or are accused (R5), or where the
    /// conference itself is (R17).
    fn second_lead(&self, copy: bool) -> Option<BodyIx> {
        let (case, roles) = (self.case, self.case.directory.roles);
        let named = case.other?.lead;
        let host_leads = case.directory.host(named) == Some(self.lead_body);
        let accused = case.excluded.whole.has(named) || case.host_concerned(named).is_some();
        let past = named == roles.conference && (host_leads || accused);
        let body = if past { roles.procuratorate } else { named };
        self.allowed(BodySet::one(body), copy).iter().next()
    }

    /// R4, R12: whom the plan lets know, and whom a person may decide to tell besides.
    fn may_be_told(&self, copy: bool) -> BodySet {
        let of = |rule: &crate::plan::Rule| rule.may_be_told.or(rule.extras);
        let own = if self.is_quiet() { BodySet::EMPTY } else { of(self.case.main) };
        self.allowed(own.or(self.case.other.map_or(BodySet::EMPTY, of)), copy)
    }

    /// R5, R7: without the lead, the excluded and those never told.
    fn allowed(&self, set: BodySet, copy: bool) -> BodySet {
        let directory = self.case.directory;
        let set = set.minus(directory.never_told).minus(self.case.excluded.whole);
        let set = set.without(self.lead_body);
        if self.police_barred(copy) { set.without(directory.roles.police) } else { set }
    }

    /// Who is given the content by rule and has somebody to read it.
    fn content_for(&self) -> BodySet {
        let able = self.case.directory.can_take_tips.and(self.with_reader());
        self.case.main.content_for.and(able)
    }

    /// The lead, its municipal body; in immediate danger the district's police and the municipal police.
    fn ladder(&self, access: Access) -> Vec<AgencyCode> {
        let police = self.case.directory.roles.police;
        let mut ladder = vec![self.lead];
        let mut climb = |step: AgencyCode, manned: BodySet, body: BodyIx| {
            if manned.has(body) && !ladder.contains(&step) {
                ladder.push(step);
            }
        };
        climb(self.lead.parent(), self.manned.municipal, self.lead_body);
        if self.case.urgency == Urgency::Immediate && access == Access::Full {
            if let Some(branch) = self.branch(police) {
                climb(branch, self.manned.here, police);
            }
            climb(self.municipal(police), self.manned.municipal, police);
        }
        ladder
    }

    /// R16.
    fn minutes(&self) -> u32 {
        let rule = self.case.main;
        match self.case.urgency {
            Urgency::Immediate => rule.sharp_minutes.min(IMMEDIATE_MINUTES),
            _ if self.case.sharp => rule.sharp_minutes,
            _ => rule.minutes,
        }
    }
}

impl Verdict {
    /// The decision in the codes of the plan.
    pub(super) fn into_decision(self, plan: &Plan, case: &Case<'_>) -> Decision {
        let directory = case.directory;
        let desk = |body: BodyIx| match case.district.filter(|_| self.at_branch.has(body)) {
            Some(district) => AgencyCode::branch(directory.code(body), district),
            None => AgencyCode::municipal(directory.code(body)),
        };
        let desks = |set: BodySet| set.iter().map(desk).collect::<BTreeSet<_>>();
        let municipal = |body| AgencyCode::municipal(directory.code(body));
        let mut clauses: Vec<_> = case.main.clauses().collect();
        let second = case.other.and_then(|rule| rule.primary);
        clauses.extend(second.filter(|clause| !clauses.contains(clause)));
        Decision {
            lead: self.lead,
            first_responder: self.first,
            access: self.access,
            police_copy: self.police_copy,
            content_for: desks(self.content_for),
            told: desks(self.told),
            may_be_told: self.may_be_told.iter().map(municipal).collect(),
            excluded: case.excluded.codes(directory),
            urgency: self.urgency,
            first_action_minutes: self.minutes,
            clauses,
            rule: case.main.id.clone(),
            plan_version: plan.label().to_owned(),
            because: self.why.iter().map(|why| Because::new(plan, *why)).collect(),
            ladder: self.ladder,
        }
    }
}
