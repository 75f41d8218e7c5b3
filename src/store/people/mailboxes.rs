//! Duty mailboxes as rows: which one an agency has, and which it is to have. Owns naming, confirming and the list; refuses
//! mails, and what a code is (`people::mailbox`).
//!
//! One invariant: the confirmed mailbox stays in use until another one is confirmed.

use diesel::prelude::*;

use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::notify::Notice;
use crate::people::mailbox::Wanted;
use crate::people::members::sees;
use crate::people::officer::Officer;
use crate::people::roles::Right;
use crate::plan::AgencyCode;
use crate::store::command::Abort;
use crate::store::connection::{Db, on_each};
use crate::store::schema::agencies;
use crate::store::{audit, dialect, directory, officers, outbox};
use crate::vault::deployment::DeploymentKey;

/// Why it is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailboxRefused {
    /// The officer may not.
    Forbidden,
    /// Nothing waits there, its time is over, or the code is another's: which of them is not said.
    NoSuchCode,
}

type Outcome<T> = Result<T, Abort<MailboxRefused>>;

/// An agency's mailboxes.
#[derive(Clone, Debug)]
pub struct Line {
    /// Whose.
    pub agency: AgencyCode,
    /// The one in use, and since when.
    pub confirmed: Option<(String, Minute)>,
    /// The one that waits for its code.
    pub wanted: Option<Wanted>,
}

/// Names the mailbox that an agency is to have; a code goes there, and word of it to the one in use.
pub fn name(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    (agency, address): (&AgencyCode, &str),
    (code_mail, warning): (&Notice, &Notice),
    now: Timestamp,
) -> Outcome<()> {
    dialect::keep_officer(db, by.id)?;
    let by = officers::present(db, by.id)?.filter(|officer| officer.role.has(Right::ProposeStaff));
    let by = by.ok_or(Abort::Refused(MailboxRefused::Forbidden))?;
    let (code, minute) = (agency.to_string(), now.minute().0);
    let row = (
        agencies::plan_id.eq(plan),
        agencies::code.eq(&code),
        agencies::wanted_mailbox.eq(address),
        agencies::wanted_minute.eq(minute),
    );
    on_each!(db, |c| diesel::insert_into(agencies::table)
        .values(row)
        .on_conflict((agencies::plan_id, agencies::code))
        .do_update()
        .set((agencies::wanted_mailbox.eq(address), agencies::wanted_minute.eq(minute)))
        .execute(c))?;
    let own = agencies::table.filter(agencies::plan_id.eq(plan).and(agencies::code.eq(&code)));
    let in_use = own.filter(agencies::mailbox_confirmed_minute.is_not_null());
    let told = diesel::update(in_use).set(agencies::former_mailbox.eq(agencies::mailbox)).execute(db)?;
    outbox::enqueue(db, plan, std::slice::from_ref(code_mail))?;
    if told > 0 {
        outbox::enqueue(db, plan, std::slice::from_ref(warning))?;
    }
    record(db, &by, "mailbox.named", agency, now)
}

/// Puts the mailbox in use whose code this is.
pub fn confirm(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    (agency, typed): (&AgencyCode, &str),
    deployment: &DeploymentKey,
    now: Timestamp,
) -> Outcome<()> {
    dialect::keep_officer(db, by.id)?;
    let by = officers::present(db, by.id)?.filter(|it| sees(it).is_some_and(|seen| seen.covers(agency)));
    let by = by.ok_or(Abort::Refused(MailboxRefused::Forbidden))?;
    let minute = now.minute();
    let found = wanted(db, plan, agency)?.filter(|it| it.is_confirmed_by(typed, deployment, minute));
    let found = found.ok_or(Abort::Refused(MailboxRefused::NoSuchCode))?;
    let still = agencies::table
        .filter(agencies::plan_id.eq(plan).and(agencies::code.eq(agency.to_string())))
        .filter(agencies::wanted_mailbox.eq(&found.address).and(agencies::wanted_minute.eq(found.named.0)));
    let none = (agencies::wanted_mailbox.eq(None::<String>), agencies::wanted_minute.eq(None::<i64>));
    if diesel::update(still).set(none).execute(db)? == 0 {
        return Err(Abort::Refused(MailboxRefused::NoSuchCode));
    }
    directory::put_agency(db, plan, agency, Some((&found.address, minute)))?;
    record(db, &by, "mailbox.confirmed", agency, now)
}

/// The mailbox that was in use when another was named last.
pub fn former(db: &mut Db, plan: i64, agency: &AgencyCode) -> QueryResult<Option<String>> {
    agencies::table
        .filter(agencies::plan_id.eq(plan).and(agencies::code.eq(agency.to_string())))
        .select(agencies::former_mailbox)
        .first::<Option<String>>(db)
        .optional()
        .map(Option::flatten)
}

/// The mailbox that an agency is to have.
pub fn wanted(db: &mut Db, plan: i64, agency: &AgencyCode) -> QueryResult<Option<Wanted>> {
    let found = lines(db, plan, &[*agency])?;
    Ok(found.into_iter().next().and_then(|line| line.wanted))
}

/// Code, address in use and since when, address that waits and since when.
type Row = (String, Option<String>, Option<i64>, Option<String>, Option<i64>);

/// The mailboxes of these agencies, in the order of their codes; nothing stands there for one without any.
pub fn lines(db: &mut Db, plan: i64, of: &[AgencyCode]) -> QueryResult<Vec<Line>> {
    let codes: Vec<String> = of.iter().map(ToString::to_string).collect();
    let rows: Vec<Row> = agencies::table
        .filter(agencies::plan_id.eq(plan).and(agencies::code.eq_any(codes)))
        .order(agencies::code)
        .select((
            agencies::code,
            agencies::mailbox,
            agencies::mailbox_confirmed_minute,
            agencies::wanted_mailbox,
            agencies::wanted_minute,
        ))
        .load(db)?;
    let line = |(code, address, since, wanted, named): Row| {
        let agency: AgencyCode = code.parse().ok()?;
        let confirmed = address.zip(since.map(Minute));
        let wanted = Option::zip(wanted, named.map(Minute));
        let wanted = wanted.map(|(address, named)| Wanted { agency, address, named });
        Some(Line { agency, confirmed, wanted })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

fn record(db: &mut Db, by: &Officer, act: &'static str, agency: &AgencyCode, at: Timestamp) -> Outcome<()> {
    let (actor, detail) = (Actor::Officer(by.id), serde_json::json!({ "agency": agency }));
    Ok(audit::append(db, &AuditRow { at, actor, act, tip_id: None, detail })?)
}
