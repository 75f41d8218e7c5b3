//! The gates of the desk: every address, and who may pass. Owns this one table and asking it; refuses knowing
//! any role: what a role may is `people::roles`.
//!
//! Whether an officer may do something with one tip is asked again where the tip is at hand, first when the act
//! is prepared and once more in the transaction that writes it.
//!
//! One invariant: an address that is not in the table lets nobody pass.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::html;

use super::stop;
use crate::app::App;
use crate::people::officer::Officer;
use crate::people::roles::{Permission, Right, Role};
use crate::store::{Lane, WriteError, people};
use crate::web::context::{Language, PageContext};
use crate::web::reply;

/// What it takes to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing: signing in, and what comes before it.
    Open,
    /// A living session.
    SignedIn,
    /// A session whose officer's role has this right.
    Office(Right),
    /// A session whose officer's role has one of these rights; which people are whose is asked with the rows.
    OneOf(&'static [Right]),
    /// Being allowed to read something of the tip: its report, or the life facts.
    Reading,
    /// Being allowed this with the tip.
    Tip(Permission),
}

/// An address with its guard.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// The method.
    pub method: &'static str,
    /// The pattern of the path.
    pub path: &'static str,
    /// What it takes.
    pub guard: Guard,
}

const fn get(path: &'static str, guard: Guard) -> Gate {
    Gate { method: "GET", path, guard }
}

const fn post(path: &'static str, guard: Guard) -> Gate {
    Gate { method: "POST", path, guard }
}

/// Looking after people in any way.
const STAFFING: &[Right] =
    &[Right::ManageAgency, Right::ManageBranches, Right::ProposeStaff, Right::ConfirmStaff];

/// Agreeing that rows of the record leave: the security administrator, or another auditor.
const RELEASING: &[Right] = &[Right::ReadRecord, Right::ReleaseRecord];

/// Whoever changes the plan, and whoever agrees to it.
const PLANNING: &[Right] = &[Right::ProposePlan, Right::ConfirmPlan];

/// The table.
pub const GATES: &[Gate] = &[
    get("/", Guard::Open),
    get("/desk", Guard::SignedIn),
    post("/desk/next", Guard::Office(Right::WorkQueue)),
    get("/desk/sign-in", Guard::Open),
    post("/desk/sign-in", Guard::Open),
    post("/desk/sign-in/challenge", Guard::Open),
    post("/desk/sign-out", Guard::SignedIn),
    get("/setup", Guard::Open),
    post("/setup", Guard::Open),
    get("/desk/account", Guard::SignedIn),
    get("/desk/account/news", Guard::SignedIn),
    get("/desk/account/app", Guard::SignedIn),
    post("/desk/account/app", Guard::SignedIn),
    get("/desk/account/passkey", Guard::SignedIn),
    post("/desk/account/passkey", Guard::SignedIn),
    post("/desk/account/passkey/challenge", Guard::SignedIn),
    post("/desk/account/remove", Guard::SignedIn),
    post("/desk/account/codes", Guard::SignedIn),
    post("/desk/account/sessions/end", Guard::SignedIn),
    post("/desk/account/sessions/end-others", Guard::SignedIn),
    get("/desk/account/password", Guard::SignedIn),
    post("/desk/account/password", Guard::SignedIn),
    get("/desk/join", Guard::Open),
    post("/desk/join", Guard::Open),
    get("/desk/approvals", Guard::OneOf(&[Right::ManageAgency, Right::ReadRecord])),
    get("/desk/figures", Guard::Office(Right::SeeFigures)),
    get("/desk/people/invitations", Guard::OneOf(STAFFING)),
    post("/desk/people/invitations", Guard::OneOf(STAFFING)),
    post("/desk/people/invitations/{uid}/code", Guard::OneOf(STAFFING)),
    post("/desk/people/invitations/{uid}/withdraw", Guard::OneOf(STAFFING)),
    post("/desk/people/invitations/{uid}/confirm", Guard::Office(Right::ConfirmStaff)),
    post("/desk/people/invitations/{uid}/decline", Guard::Office(Right::ConfirmStaff)),
    get("/desk/record", Guard::Office(Right::ReadRecord)),
    get("/desk/record/reads", Guard::Office(Right::ReadRecord)),
    get("/desk/record/exports", Guard::OneOf(RELEASING)),
    post("/desk/record/exports", Guard::Office(Right::ReadRecord)),
    post("/desk/record/exports/{uid}/grant", Guard::OneOf(RELEASING)),
    post("/desk/record/exports/{uid}/refuse", Guard::OneOf(RELEASING)),
    post("/desk/record/exports/{uid}/file", Guard::Office(Right::ReadRecord)),
    get("/desk/people/recovery", Guard::OneOf(&[Right::ProposeStaff, Right::ConfirmStaff])),
    post("/desk/people/recovery", Guard::Office(Right::ProposeStaff)),
    post("/desk/people/recovery/{uid}/grant", Guard::Office(Right::ConfirmStaff)),
    post("/desk/people/recovery/{uid}/refuse", Guard::Office(Right::ConfirmStaff)),
    get("/desk/tips/{uid}", Guard::Reading),
    post("/desk/tips/{uid}/open", Guard::Reading),
    post("/desk/tips/{uid}/claim", Guard::Tip(Permission::Claim)),
    post("/desk/tips/{uid}/accept", Guard::Tip(Permission::Decide)),
    post("/desk/tips/{uid}/note", Guard::Tip(Permission::Note)),
    post("/desk/tips/{uid}/reply", Guard::Tip(Permission::Reply)),
    post("/desk/tips/{uid}/correct", Guard::Tip(Permission::Decide)),
    post("/desk/tips/{uid}/refer", Guard::Tip(Permission::Decide)),
    post("/desk/tips/{uid}/close", Guard::Tip(Permission::Decide)),
    post("/desk/tips/{uid}/aside", Guard::Tip(Permission::Decide)),
    post("/desk/tips/{uid}/take-back", Guard::Tip(Permission::Decide)),
    post("/desk/tips/{uid}/take-over", Guard::Tip(Permission::Claim)),
    post("/desk/tips/{uid}/skip", Guard::Tip(Permission::Claim)),
    // Renews the officer's own claim or nothing.
    post("/desk/tips/{uid}/heartbeat", Guard::Office(Right::WorkQueue)),
    get("/desk/skips", Guard::Office(Right::ManageAgency)),
    get("/desk/second-look", Guard::Office(Right::WorkQueue)),
    // Which tips the officer may judge is asked in the transaction.
    post("/desk/second-look", Guard::Office(Right::WorkQueue)),
    post("/desk/tips/{uid}/excerpt", Guard::Tip(Permission::SendExcerpt)),
    post("/desk/tips/{uid}/excerpt/withdraw", Guard::Tip(Permission::SendExcerpt)),
    get("/desk/excerpts", Guard::Office(Right::ReadExcerpts)),
    // Whose text it is is asked in the transaction.
    get("/desk/excerpts/{uid}", Guard::Office(Right::ReadExcerpts)),
    post("/desk/tips/{uid}/hold", Guard::Tip(Permission::Decide)),
    post("/desk/tips/{uid}/lift", Guard::Tip(Permission::Decide)),
    get("/desk/holds", Guard::Office(Right::WorkQueue)),
    post("/desk/tips/{uid}/contact", Guard::Tip(Permission::ReadContact)),
    post("/desk/tips/{uid}/contact/ask", Guard::Tip(Permission::ReadContact)),
    post("/desk/tips/{uid}/erase/ask", Guard::Tip(Permission::Decide)),
    post("/desk/tips/{uid}/minor/ask", Guard::Tip(Permission::Read)),
    post("/desk/tips/{uid}/contact/grant", Guard::Tip(Permission::Approve)),
    post("/desk/tips/{uid}/contact/refuse", Guard::Tip(Permission::Approve)),
    post("/desk/tips/{uid}/contact/break-glass", Guard::Tip(Permission::BreakGlass)),
    get("/desk/tips/{uid}/files/{file}", Guard::Reading),
    get("/desk/tips/{uid}/related", Guard::Tip(Permission::Read)),
    // What may be done with whom is asked in the transaction.
    get("/desk/people", Guard::OneOf(STAFFING)),
    get("/desk/people/mailboxes", Guard::OneOf(STAFFING)),
    post("/desk/people/mailboxes", Guard::Office(Right::ProposeStaff)),
    post("/desk/people/mailboxes/confirm", Guard::OneOf(STAFFING)),
    get("/desk/people/rotate", Guard::Office(Right::ManageAgency)),
    post("/desk/people/rotate", Guard::Office(Right::ManageAgency)),
    post("/desk/people/pass-on", Guard::Office(Right::ManageAgency)),
    get("/desk/people/{uid}/end", Guard::OneOf(STAFFING)),
    post("/desk/people/{uid}/end", Guard::OneOf(STAFFING)),
    post("/desk/people/{uid}/reset", Guard::OneOf(STAFFING)),
    post("/desk/people/{uid}/sessions", Guard::OneOf(STAFFING)),
    post("/desk/people/{uid}/role", Guard::OneOf(STAFFING)),
    get("/desk/plan", Guard::OneOf(PLANNING)),
    post("/desk/plan", Guard::Office(Right::ProposePlan)),
    get("/desk/plan/{uid}", Guard::OneOf(PLANNING)),
    post("/desk/plan/{uid}/frame", Guard::Office(Right::ProposePlan)),
    post("/desk/plan/{uid}/prove", Guard::Office(Right::ProposePlan)),
    post("/desk/plan/{uid}/propose", Guard::Office(Right::ProposePlan)),
    post("/desk/plan/{uid}/withdraw", Guard::Office(Right::ProposePlan)),
    post("/desk/plan/{uid}/discard", Guard::Office(Right::ProposePlan)),
    post("/desk/plan/{uid}/grant", Guard::Office(Right::ConfirmPlan)),
    post("/desk/plan/{uid}/refuse", Guard::Office(Right::ConfirmPlan)),
    get("/desk/plan/{uid}/simulate", Guard::OneOf(PLANNING)),
    get("/desk/plan/{uid}/rules", Guard::OneOf(PLANNING)),
    post("/desk/plan/{uid}/rules", Guard::Office(Right::ProposePlan)),
    get("/desk/plan/{uid}/contacts", Guard::OneOf(PLANNING)),
    post("/desk/plan/{uid}/contacts", Guard::Office(Right::ProposePlan)),
    get("/desk/plan/{uid}/holidays", Guard::OneOf(PLANNING)),
    post("/desk/plan/{uid}/holidays", Guard::Office(Right::ProposePlan)),
    get("/desk/plan/{uid}/branches", Guard::OneOf(PLANNING)),
    post("/desk/plan/{uid}/branches", Guard::Office(Right::ProposePlan)),
];

/// The guard of an address; none for one that is not in the table.
pub fn guard_of(method: &str, pattern: &str) -> Option<Guard> {
    GATES.iter().find(|gate| gate.method == method && gate.path == pattern).map(|gate| gate.guard)
}

/// The permission that the request's address takes. An address that takes none is not one for acts on tips.
pub(super) fn permission(req: &HttpRequest) -> Option<Permission> {
    match guard_of(req.method().as_str(), &req.match_pattern()?)? {
        Guard::Tip(permission) => Some(permission),
        _ => None,
    }
}

/// Lets an officer pass, or answers that the role may not, on record.
pub(super) async fn admit(req: &HttpRequest, app: &App, officer: &Officer) -> Result<(), Error> {
    let pattern = req.match_pattern().unwrap_or_default();
    let guard = guard_of(req.method().as_str(), &pattern);
    match guard.map_or(Some("nobody"), |guard| needed(guard, officer.role)) {
        Some(needed) => Err(stop(refuse(req, app, officer, needed).await)),
        None => Ok(()),
    }
}

/// What the role lacks to pass, in a word for the record; none where it passes as far as the role goes.
pub(super) fn needed(guard: Guard, role: Role) -> Option<&'static str> {
    match guard {
        Guard::Office(right) => (!role.has(right)).then_some(right.as_str()),
        Guard::OneOf(rights) => (!rights.iter().any(|right| role.has(*right))).then(|| rights[0].as_str()),
        Guard::Open | Guard::SignedIn | Guard::Reading | Guard::Tip(_) => None,
    }
}

/// Answers that the role may not, on record.
pub(super) async fn refuse(
    req: &HttpRequest,
    app: &App,
    officer: &Officer,
    needed: &'static str,
) -> HttpResponse {
    let (id, now) = (officer.id, app.clock.now());
    let written: Result<(), WriteError<()>> = app
        .store
        .write("office.refused", Lane::Record, move |db| Ok(people::refused(db, id, needed, now)?))
        .await;
    // The answer is a refusal either way; a record that could not be kept shows in the store's health.
    drop(written);
    let ctx = PageContext::desk(Language::of(req).0, "/desk");
    let t = ctx.texts;
    let body = html! {
        p .lead { (t.get("people-not-your-office")) }
        p { a href=(ctx.href("/desk")) { (t.get("people-to-your-desk")) } }
    };
    let page = crate::web::ui::shell::page(&ctx, &t.get("people-not-your-office-title"), &body);
    reply::private_page(StatusCode::FORBIDDEN, page)
}

/// Registers the addresses in the table and no others: one that is not there stops the start, not a visitor.
pub(super) fn route(
    cfg: &mut web::ServiceConfig,
    path: &'static str,
    route: actix_web::Route,
    method: &'static str,
) {
    assert!(guard_of(method, path).is_some(), "{method} {path} has no guard: give it one in the table");
    cfg.route(path, route);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_address_has_one_guard() {
        let named: BTreeSet<_> = GATES.iter().map(|gate| (gate.method, gate.path)).collect();
        assert_eq!(named.len(), GATES.len());
    }

    #[test]
    fn what_is_not_in_the_table_has_no_guard() {
        assert_eq!(guard_of("DELETE", "/desk"), None);
        assert_eq!(guard_of("GET", "/desk/tips"), None);
    }

    #[test]
    fn whatever_changes_something_wants_a_session() {
        let open: Vec<_> =
            GATES.iter().filter(|gate| gate.method == "POST" && gate.guard == Guard::Open).collect();
        assert!(
            open.iter().all(|gate| ["/desk/sign-in", "/desk/sign-in/challenge", "/desk/join", "/setup"]
                .contains(&gate.path)),
            "{open:?}"
        );
    }
}
