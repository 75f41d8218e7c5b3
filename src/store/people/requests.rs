//! Requests for a second person that belong to no tip: asked with a sealed reason, decided by somebody else, good for
//! a while. Owns these rows and their states; refuses who may ask and decide, which each matter says (`recovery`,
//! `exports`), and reading the reasons.
//!
//! One invariant: nobody decides their own, and of two who decide at the same moment one is refused.

use diesel::prelude::*;

use crate::clock::Minute;
use crate::people::approval::{ASK_MINUTES, Approval, ApprovalState, Matter};
use crate::people::officer::Officer;
use crate::people::roles::Right;
use crate::plan::AgencyCode;
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::people::approvals::{Entry, Row, approval, enter, settle};
use crate::store::schema::{approvals, officers as officer_rows};
use crate::store::{dialect, officers};
use crate::vault::uid::Uid;

/// The most requests of a list.
const MOST: i64 = 50;

/// How many requests of one person may wait: nobody's are hidden behind another's.
const AT_ONCE: i64 = 10;

/// Why it is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefused {
    /// The officer may not.
    #[error("the officer may not do this")]
    Forbidden,
    /// It is decided, used, or its time is over.
    #[error("it is decided already, or its time is over")]
    Past,
    /// Too many of the officer's wait already.
    #[error("too many requests of this officer wait already")]
    Many,
    /// Nobody has granted it, or its time is over.
    #[error("nobody has agreed to it, or its time is over")]
    NotGranted,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where it stands.
    pub approval: Approval,
    /// Whose keys, or for which agency whoever asked stands.
    pub agency: AgencyCode,
    /// The name of whoever asked.
    pub who: String,
    /// What was typed, sealed under the deployment's key.
    pub sealed: Option<Vec<u8>>,
}

impl Request {
    /// Whether it waits for a decision.
    pub fn waits(&self, now: Minute) -> bool {
        self.approval.state == ApprovalState::Asked && self.approval.waits(now)
    }

    /// Where it stands in a word, with `over` for what nobody decided or used in time.
    pub fn standing(&self, now: Minute) -> &'static str {
        let open = matches!(self.approval.state, ApprovalState::Asked | ApprovalState::Granted);
        if open && now >= self.approval.expires { "over" } else { self.approval.state.as_str() }
    }
}

/// What is asked.
pub(super) struct Asked<'a> {
    pub(super) matter: Matter,
    pub(super) uid: &'a Uid,
    pub(super) agency: &'a AgencyCode,
    pub(super) sealed: &'a [u8],
}

/// Enters a request.
pub(super) fn insert(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    asked: &Asked<'_>,
    now: Minute,
) -> Result<(), Abort<RequestRefused>> {
    let own = approvals::table.filter(approvals::asked_by.eq(by.id).and(approvals::tip_id.is_null()));
    let waiting = own
        .filter(approvals::state.eq(ApprovalState::Asked.as_str()).and(approvals::expires_minute.gt(now.0)));
    if waiting.count().get_result::<i64>(db)? >= AT_ONCE {
        return Err(Abort::Refused(RequestRefused::Many));
    }
    let Asked { matter, uid, agency, sealed } = *asked;
    let entry = Entry { uid, matter, agency, tip: None, sealed: Some(sealed), state: ApprovalState::Asked };
    Ok(enter(db, plan, &entry, by, (now, ASK_MINUTES))?)
}

/// Another person says yes or no; gives what was decided.
pub(super) fn decide(
    db: &mut Db,
    by: &Officer,
    matter: Matter,
    (uid, yes): (&Uid, bool),
    now: Minute,
) -> Result<Request, Abort<RequestRefused>> {
    let past = || Abort::Refused(RequestRefused::Past);
    let found = find(db, matter, uid)?.filter(|it| it.waits(now)).ok_or_else(past)?;
    found.approval.decidable_by(by, now).map_err(|_| past())?;
    let state = if yes { ApprovalState::Granted } else { ApprovalState::Refused };
    if settle(db, &found.approval, state, by, now)? { Ok(found) } else { Err(past()) }
}

/// One request.
pub fn find(db: &mut Db, matter: Matter, uid: &Uid) -> QueryResult<Option<Request>> {
    let found = select(db, matter, Narrow::Uid(uid))?;
    Ok(found.into_iter().next())
}

/// What was granted for an agency, newest first.
pub(super) fn granted(db: &mut Db, matter: Matter, agency: &AgencyCode) -> QueryResult<Vec<Request>> {
    select(db, matter, Narrow::Granted(agency))
}

/// The latest requests: what waits first, then newest first.
pub fn latest(db: &mut Db, matter: Matter) -> QueryResult<Vec<Request>> {
    select(db, matter, Narrow::Nothing)
}

/// Which requests of a matter.
#[derive(Clone, Copy)]
enum Narrow<'a> {
    Nothing,
    Uid(&'a Uid),
    Granted(&'a AgencyCode),
}

fn select(db: &mut Db, matter: Matter, narrow: Narrow<'_>) -> QueryResult<Vec<Request>> {
    let mut wanted = approvals::table
        .inner_join(officer_rows::table.on(officer_rows::id.eq(approvals::asked_by)))
        .filter(approvals::kind.eq(matter.as_str()))
        // What waits stands first, however much was decided since.
        .order((approvals::state.eq(ApprovalState::Asked.as_str()).desc(), approvals::id.desc()))
        .limit(MOST)
        .select((Row::as_select(), approvals::agency, officer_rows::display_name, approvals::sealed))
        .into_boxed();
    wanted = match narrow {
        Narrow::Nothing => wanted,
        Narrow::Uid(uid) => wanted.filter(approvals::uid.eq(uid.to_string())),
        Narrow::Granted(agency) => wanted
            .filter(approvals::agency.eq(agency.to_string()))
            .filter(approvals::state.eq(ApprovalState::Granted.as_str())),
    };
    let rows: Vec<(Row, String, String, Option<Vec<u8>>)> = wanted.load(db)?;
    let request = |(row, agency, who, sealed): (Row, String, String, Option<Vec<u8>>)| {
        Some(Request { approval: approval(&row)?, agency: agency.parse().ok()?, who, sealed })
    };
    Ok(rows.into_iter().filter_map(request).collect())
}

/// The officer as they are now, where the role has one of these rights.
pub(super) fn with(db: &mut Db, by: &Officer, rights: &[Right]) -> Result<Officer, Abort<RequestRefused>> {
    dialect::keep_officer(db, by.id)?;
    let present = officers::present(db, by.id)?;
    let entitled = present.filter(|officer| rights.iter().any(|right| officer.role.has(*right)));
    entitled.ok_or(Abort::Refused(RequestRefused::Forbidden))
}
