//! Taking the next tip: the most pressing one of the agency's queue that nobody has. Owns the address
//! `/desk/next` and what is said when there is none; refuses the order and the claim (`store::next`).
//!
//! Invariant: of officers who ask at once no two are led to the same tip, and an answer "there is none" is
//! true of the moment it was asked.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::session::Act;
use super::working::down;
use crate::app::{App, PLAN_ID};
use crate::i18n::Texts;
use crate::people::officer::Officer;
use crate::store::acts::ActNotWritten;
use crate::store::next::take_next;
use crate::store::queue::{Line, Tab};
use crate::store::{Lane, WriteError};
use crate::vault::uid::Uid;
use crate::web::context::PageContext;
use crate::web::reply;

/// Takes the next tip and leads to it; back to the queue, with a word about it, where there is none.
pub(super) async fn take(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let language = act.who.locale.code();
    Ok(match grab(&app, act.who.officer).await {
        Ok(Some(uid)) => reply::see_other(&format!("/desk/tips/{uid}?l={language}")),
        Ok(None) => reply::see_other(&format!("/desk?l={language}&none=free")),
        // The officer may no longer take any, or somebody was quicker: the queue shows how it stands.
        Err(WriteError::Refused(_)) => reply::see_other(&format!("/desk?l={language}")),
        // A tip may have been taken all the same: it would stand among the officer's own.
        Err(WriteError::NotConfirmed) => {
            reply::see_other(&format!("/desk?tab=mine&l={language}&none=unsure"))
        }
        Err(_) => down(&req),
    })
}

/// Takes the next tip; gives its id, or that there is none.
pub(super) async fn grab(app: &App, officer: Officer) -> Result<Option<Uid>, WriteError<ActNotWritten>> {
    let (now, entropy) = (app.clock.now(), app.entropy.clone());
    let take = move |db: &mut _| take_next(db, PLAN_ID, &officer, now, entropy.as_ref());
    app.store.write("tip.next", Lane::Desk, take).await
}

/// The button, for the lists it takes from.
pub(super) fn form(ctx: &PageContext, csrf: &str, tab: Tab) -> Markup {
    let t = ctx.texts;
    html! {
        @if matches!(tab, Tab::Agency | Tab::Mine) {
            form #next method="post" action=(ctx.href("/desk/next")) {
                input type="hidden" name="csrf" value=(csrf);
                button type="submit" aria-keyshortcuts="n" { (t.get("desk-next-button")) kbd aria-hidden="true" { "N" } }
            }
        }
    }
}

/// Says that it is not known whether one was taken.
pub(super) fn unsure(t: Texts) -> Markup {
    html! { p #next-unsure .warn role="status" { (t.get("desk-next-unsure")) } }
}

/// Says that there was none to take. Where the list shows one that nobody has, it came in since, or the officer must
/// stand back from it.
pub(super) fn none_free(t: Texts, lines: &[Line]) -> Markup {
    let is_free = |line: &Line| line.holder.is_none() && line.matter.is_some();
    html! {
        @if lines.iter().any(is_free) {
            p #none-for-you .hint role="status" { (t.get("desk-next-none-for-you")) }
        } @else {
            p #none-free .warn role="status" { (t.get("desk-next-none")) }
        }
    }
}
