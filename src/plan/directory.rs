//! What decisions depend on, of bodies and districts: who exists, who can take tips, who has branches, and
//! which bodies the rules themselves name. Refuses names and everything else that no decision may turn on.
//! Invariant: a merged body and a hosted office point at bodies that exist.

use std::collections::BTreeSet;

use super::{Body, BodyCode, BodyIx, BodySet, District, DistrictCode, PlanError};

/// The bodies that the rules name where the plan is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// First responder in immediate danger.
    pub police: BodyIx,
    /// Takes what the police must not.
    pub procuratorate: BodyIx,
    /// Takes what another municipal body must not.
    pub conference: BodyIx,
    /// The neutral desk, first owner of the reporting mechanism (2.1.1).
    pub neutral: BodyIx,
    /// The second owner of the reporting mechanism (2.1.1), where a tip comes when all else is barred.
    pub second_owner: BodyIx,
}

/// What decisions depend on, of bodies and districts.
#[derive(Clone, Debug, PartialEq)]
pub struct Directory {
    codes: Vec<BodyCode>,
    by_code: Vec<(BodyCode, BodyIx)>,
    merged: Vec<Option<BodyIx>>,
    hosts: Vec<Option<BodyIx>>,
    districts: BTreeSet<DistrictCode>,
    /// The bodies with a part in the rules themselves.
    pub roles: Roles,
    /// Bodies that a tip may be put into the hands of.
    pub can_take_tips: BodySet,
    /// Bodies with a branch in each district.
    pub with_branches: BodySet,
    /// Bodies that are never told.
    pub never_told: BodySet,
}

impl Directory {
    pub(super) fn new(bodies: &[Body], districts: &[District]) -> Result<Self, PlanError> {
        let codes: Vec<BodyCode> = bodies.iter().map(|b| b.code).collect();
        if codes.len() > BodySet::ROOM {
            return Err(PlanError::TooManyBodies);
        }
        let place = |code: BodyCode| {
            let at = codes.iter().position(|c| *c == code).ok_or(PlanError::NoBody { code })?;
            Ok(BodyIx(u8::try_from(at).map_err(|_| PlanError::TooManyBodies)?))
        };
        let other = |code: Option<BodyCode>| code.map(place).transpose();
        let merged = bodies.iter().map(|b| other(b.merged_into)).collect::<Result<_, PlanError>>()?;
        let hosts = bodies.iter().map(|b| other(b.hosted_by)).collect::<Result<_, PlanError>>()?;
        let those =
            |is: fn(&Body) -> bool| (0u8..).zip(bodies).filter(move |(_, b)| is(b)).map(|(i, _)| BodyIx(i));
        let role = |code: &str| place(code.parse().expect("role codes are well-formed"));
        let roles = Roles {
            police: role("psb")?,
            procuratorate: role("procur")?,
            conference: role("jointconf")?,
            neutral: role("polilegal")?,
            second_owner: role("justice")?,
        };
        let mut by_code: Vec<_> = codes.iter().copied().zip((0u8..).map(BodyIx)).collect();
        by_code.sort_unstable();
        Ok(Self {
            by_code,
            roles,
            merged,
            hosts,
            districts: districts.iter().map(|d| d.code).collect(),
            can_take_tips: those(|b| b.can_take_tips).collect(),
            with_branches: those(Body::has_branches).collect(),
            never_told: those(|b| b.never_told).collect(),
            codes,
        })
    }

    /// The place of a body.
    pub fn ix(&self, code: BodyCode) -> Option<BodyIx> {
        let at = self.by_code.binary_search_by(|(known, _)| known.cmp(&code)).ok()?;
        Some(self.by_code[at].1)
    }

    /// The code of the body at a place.
    pub fn code(&self, body: BodyIx) -> BodyCode {
        self.codes[body.at()]
    }

    /// The body that stands for `body` today: itself, or the one it was merged into.
    pub fn standing(&self, body: BodyIx) -> BodyIx {
        self.merged[body.at()].unwrap_or(body)
    }

    /// The bodies whose office sits in `host`.
    pub fn hosted_by(&self, host: BodyIx) -> BodySet {
        self.bodies().filter(|b| self.host(*b) == Some(host)).collect()
    }

    /// The body in whose house the office of `body` sits.
    pub fn host(&self, body: BodyIx) -> Option<BodyIx> {
        self.hosts[body.at()]
    }

    /// Whether `body` has a branch in `district`.
    pub fn has_branch(&self, body: BodyIx, district: DistrictCode) -> bool {
        self.with_branches.has(body) && self.districts.contains(&district)
    }

    /// Every body.
    pub fn bodies(&self) -> impl Iterator<Item = BodyIx> {
        (0u8..).map(BodyIx).take(self.codes.len())
    }

    /// Every district.
    pub const fn districts(&self) -> &BTreeSet<DistrictCode> {
        &self.districts
    }
}
