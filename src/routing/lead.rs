//! Who is accountable. Owns the walk from the body the clause names to a desk that may and can lead (R10,
//! R17). Refuses to end without a lead while any body of the fallback chain is free and manned. Invariant:
//! the desk it ends at is not excluded and can lead.

use crate::plan::{AgencyCode, BodyIx, BodySet};

use super::case::{Case, Manned};
use super::{NoLead, Why};

/// The walk and the reasons along it.
struct Walk<'a> {
    case: &'a Case<'a>,
    manned: Manned,
    tried: BodySet,
    why: &'a mut Vec<Why>,
}

/// The accountable desk.
pub(super) fn lead(case: &Case<'_>, manned: Manned, why: &mut Vec<Why>) -> Result<AgencyCode, NoLead> {
    let mut walk = Walk { case, manned, tried: BodySet::EMPTY, why };
    let named = case.main.lead;
    walk.name(named);
    let mut next = walk.settle(named);
    loop {
        match next {
            Step::Here(desk) => return Ok(desk),
            Step::On(body) => next = walk.settle_municipal(body),
            Step::End => return Err(NoLead::Nobody),
        }
    }
}

enum Step {
    Here(AgencyCode),
    On(BodyIx),
    End,
}

impl Walk<'_> {
    /// Says which clause names the body.
    fn name(&mut self, named: BodyIx) {
        let body = self.case.directory.code(named);
        self.why.push(match self.case.main.primary {
            Some(clause) => Why::Clause { clause, body },
            None => Why::OutsidePlan { body },
        });
    }

    /// The body the clause names: its branch, else itself, else on.
    fn settle(&mut self, body: BodyIx) -> Step {
        if self.barred(body) {
            return self.settle_municipal(body);
        }
        match self.branch(body) {
            Some(desk) => Step::Here(desk),
            None => self.settle_municipal(body),
        }
    }

    /// The branch of the district, where there is one that may and can.
    fn branch(&mut self, body: BodyIx) -> Option<AgencyCode> {
        let directory = self.case.directory;
        if !directory.with_branches.has(body) {
            return None;
        }
        let municipal = self.municipal(body);
        let Some(district) = self.case.district else {
            self.why.push(Why::PlaceUnknown { agency: municipal });
            return None;
        };
        let branch = AgencyCode::branch(municipal.body(), district);
        if self.case.excluded.here.has(body) {
            self.why.push(Why::Excluded { agency: branch, next: municipal });
        } else if !self.manned.here.has(body) {
            self.why.push(Why::Unmanned { agency: branch, next: municipal });
        } else {
            self.why.push(Why::DistrictBranch { agency: branch });
            return Some(branch);
        }
        None
    }

    /// The municipal body, or where the tip goes from there. A tip that comes to a body only because
    /// another one stands aside stays at the municipal rank: an independent eye of at least equal standing.
    fn settle_municipal(&mut self, body: BodyIx) -> Step {
        self.tried = self.tried.with(body);
        let here = self.municipal(body);
        if self.barred(body) {
            return self.after_exclusion(body, here);
        }
        if self.manned.municipal.has(body) {
            return Step::Here(here);
        }
        let Some(next) = self.free_fallback() else { return Step::End };
        self.why.push(Why::Unmanned { agency: here, next: self.municipal(next) });
        Step::On(next)
    }

    fn after_exclusion(&mut self, body: BodyIx, here: AgencyCode) -> Step {
        let named = self.successor(body);
        let next = Some(named).filter(|b| !self.tried.has(*b)).or_else(|| self.free_fallback());
        let Some(next) = next else { return Step::End };
        self.why.push(match self.case.host_concerned(body) {
            Some(host) => Why::HostStandsAside {
                body: here.body(),
                host: self.case.directory.code(host),
                next: self.case.directory.code(next),
            },
            None => Why::Excluded { agency: here, next: self.municipal(next) },
        });
        Step::On(next)
    }

    /// Whether the tip may not come to this body at all.
    fn barred(&self, body: BodyIx) -> bool {
        self.case.excluded.whole.has(body) || self.case.host_concerned(body).is_some()
    }

    /// Where a tip goes that a body must not see.
    fn successor(&self, body: BodyIx) -> BodyIx {
        let roles = self.case.directory.roles;
        if body == roles.police || body == roles.conference {
            roles.procuratorate
        } else if body == roles.procuratorate {
            roles.neutral
        } else {
            roles.conference
        }
    }

    /// The next fallback not yet tried: the neutral desk, or the procuratorate first where somebody is
    /// excluded; then the other; then the second owner of the reporting mechanism.
    fn free_fallback(&self) -> Option<BodyIx> {
        let roles = self.case.directory.roles;
        let (first, then) = if self.case.excluded.any() {
            (roles.procuratorate, roles.neutral)
        } else {
            (roles.neutral, roles.procuratorate)
        };
        [first, then, roles.second_owner].into_iter().find(|b| !self.tried.has(*b))
    }

    fn municipal(&self, body: BodyIx) -> AgencyCode {
        AgencyCode::municipal(self.case.directory.code(body))
    }
}
