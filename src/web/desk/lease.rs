//! A claim's end, and what keeps it: taking over from a colleague, passing a tip by, and the sign that the holder is still
//! at work. Owns these addresses and how they look; refuses how long a claim holds (`triage::lease`).

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::forms::Frame;
use super::session::{Act, SignedIn};
use super::tip_view::View;
use super::working::{Working, down, not_found, uid_of};
use super::{next, stop, words};
use crate::app::{App, PLAN_ID};
use crate::clock::Minute;
use crate::people::roles::Permission;
use crate::store::leases::{self, PassedBy};
use crate::store::{Lane, WriteError};
use crate::triage::acts::{self, skip};
use crate::triage::lease::Skip;
use crate::triage::status;
use crate::triage::tip::short_number;
use crate::web::context::PageContext;
use crate::web::reply;
use crate::web::ui::shell;

/// Takes a tip over from a colleague.
pub(super) async fn take_over(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "take-over").await?;
    let sheet = &working.sheet;
    let holder = sheet.colleagues.iter().find(|c| Some(c.id) == sheet.tip.claimed_by);
    let holder = holder.map(|holder| (holder.id, holder.agency));
    let reason = working.fields.typed("reason");
    let decided = acts::take_over(&working.hand(), &sheet.tip, holder, &working.keys, reason);
    working.write(decided).await
}

/// Passes a tip by and takes the next one.
pub(super) async fn pass_by(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app.clone(), req, act, "skip").await?;
    let Ok(why) = working.fields.typed("why").parse() else {
        return Ok(working.refused("desk-refused-skip").await);
    };
    let words = working.fields.typed("reason");
    let decided = skip(&working.hand(), &working.sheet.tip, &working.keys, why, words);
    let (officer, locale) = (working.who.officer.clone(), working.who.locale);
    let answer = working.write(decided).await?;
    if answer.status() != StatusCode::SEE_OTHER {
        return Ok(answer);
    }
    let next = next::grab(&app, officer).await.ok().flatten();
    let path = next.map_or_else(|| "/desk".to_owned(), |uid| format!("/desk/tips/{uid}"));
    Ok(reply::see_other(&format!("{path}?l={}", locale.code())))
}

/// The holder is still at work. Renews nothing that is not the officer's own, and says nothing about it.
pub(super) async fn heartbeat(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let Some(uid) = uid_of(&req, "uid") else { return Ok(not_found(&req)) };
    let (officer, now) = (act.who.officer.id, app.clock.now().minute());
    let renewed: Result<(), WriteError<()>> = app
        .store
        .write("tip.renewed", Lane::Desk, move |db| Ok(leases::renew(db, officer, &uid, now)?))
        .await;
    Ok(renewed.map_or_else(|_| down(&req), |()| HttpResponse::NoContent().finish()))
}

/// What the agency's people passed by, for whoever heads it.
pub(super) async fn passed(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    let agency = who.officer.agency;
    let all = app.store.read(move |db| leases::passed(db, PLAN_ID, &agency)).await;
    let all = all.map_err(|_| stop(down(&req)))?;
    let ctx = who.frame(&app, "/desk/skips");
    Ok(reply::private_page(StatusCode::OK, page(&ctx, &all, app.clock.now().minute())))
}

fn page(ctx: &PageContext, all: &[PassedBy], now: Minute) -> Markup {
    let t = ctx.texts;
    let body = html! {
        p { a .back href=(ctx.href("/desk")) { "← " (t.get("desk-queue-title")) } }
        p .hint { (t.get("desk-skips-hint")) }
        @if all.is_empty() { p #empty .empty { (t.get("desk-skips-empty")) } }
        @else { table #skips {
            thead { tr {
                @for id in ["desk-col-number", "desk-skips-who", "desk-skips-why", "desk-skips-when"] { th scope="col" { (t.get(id)) } }
            } }
            tbody { @for one in all { tr {
                td .number data-label=(t.get("desk-col-number")) { a href=(ctx.href(&format!("/desk/tips/{}", one.tip))) { (short_number(&one.tip)) } }
                td data-label=(t.get("desk-skips-who")) { (one.officer) }
                td data-label=(t.get("desk-skips-why")) { (t.get(&format!("desk-skip-{}", one.why))) }
                td data-label=(t.get("desk-skips-when")) { (words::time(t, now, one.minute)) }
            } } }
        } }
    };
    shell::page(ctx, &t.get("desk-skips-title"), &body)
}

/// On the page of a tip that is in somebody's hands: until when, and the ways out of them.
pub(super) fn standing(view: &View<'_>) -> Markup {
    let (tip, frame) = (&view.sheet.tip, &view.frame);
    let t = frame.ctx.texts;
    let mine = tip.claimed_by == Some(view.officer.id);
    let colleague =
        view.sheet.colleagues.iter().any(|c| Some(c.id) == tip.claimed_by && c.agency == view.officer.agency);
    let may = |act| view.can(Permission::Claim, act);
    html! {
        @if let Some(until) = tip.lease.filter(|_| mine) {
            p #lease .hint { (t.get("desk-lease-until")) " " (words::time(t, view.now, until)) (t.get("desk-lease-renewed")) }
            form #heartbeat hidden method="post" action=(frame.ctx.href(&format!("/desk/tips/{}/heartbeat", tip.uid))) {
                input type="hidden" name="csrf" value=(frame.csrf);
            }
        }
        @if mine && may(status::Act::Skip) { details .fold { summary { (t.get("desk-skip-title")) } (frame.skip()) } }
        @if !mine && colleague && may(status::Act::TakeOver) { details .fold { summary { (t.get("desk-take-over-title")) } (frame.take_over()) } }
    }
}

impl Frame<'_> {
    pub(super) fn take_over(&self) -> Markup {
        self.form(
            "take-over",
            &html! {
                p .hint { (self.get("desk-take-over-hint")) }
                (self.text("take-over", "reason", "desk-reason-label", 1, true))
                (self.button("desk-take-over-button", None))
            },
        )
    }

    pub(super) fn skip(&self) -> Markup {
        self.form(
            "skip",
            &html! {
                p .hint { (self.get("desk-skip-hint")) }
                (self.text("skip", "reason", "desk-skip-words", 1, false))
                p .ways { @for why in Skip::ALL {
                    button type="submit" name="why" value=(why) { (self.get(&format!("desk-skip-{why}"))) }
                } }
            },
        )
    }
}
