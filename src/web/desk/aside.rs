//! Setting a tip aside and taking it back. Owns the two addresses, what is said of a tip just set aside and the
//! button that undoes it; refuses who looks a second time (`second_look`).
//!
//! Invariant: whoever sets a tip aside finds the way back on the very next page.

use std::fmt;
use std::str::FromStr;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use serde::Deserialize;

use super::session::Act;
use super::tip_view::View;
use super::working::Working;
use super::{next, words};
use crate::app::App;
use crate::i18n::Locale;
use crate::people::officer::Officer;
use crate::people::roles::Permission;
use crate::triage::acts::{self, SettingAside};
use crate::triage::status::Status;
use crate::triage::tip::short_number;
use crate::vault::uid::Uid;
use crate::web::context::PageContext;
use crate::web::reply;

/// A tip that was just set aside, and its version since: what the next page offers to undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Just {
    uid: Uid,
    version: i64,
}

impl fmt::Display for Just {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.uid, self.version)
    }
}

impl FromStr for Just {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (uid, version) = text.split_once('.').ok_or(())?;
        Ok(Self { uid: uid.parse().map_err(drop)?, version: version.parse().map_err(drop)? })
    }
}

/// What the address of the next page says of it.
#[derive(Deserialize)]
pub(super) struct Came {
    aside: Option<String>,
}

impl Came {
    /// The tip just set aside; nothing for an address that says none, or nonsense.
    pub(super) fn just(&self) -> Option<Just> {
        self.aside.as_deref()?.parse().ok()
    }
}

/// Sets the tip aside, and takes the next one where that was asked for.
pub(super) async fn set_aside(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let working = Working::begin(app.clone(), req, act, "aside").await?;
    let typed = |name| working.fields.typed(name);
    let Ok(noise) = typed("noise").parse() else {
        return Ok(working.refused("desk-refused-noise").await);
    };
    let (sheet, plan) = (&working.sheet, app.plan());
    let holder = sheet.colleagues.iter().find(|c| Some(c.id) == sheet.tip.claimed_by);
    let asked = SettingAside {
        noise,
        reason: typed("reason"),
        confirmed: typed("confirmed") == "yes",
        held_elsewhere: holder.is_some_and(|holder| holder.agency != working.who.officer.agency),
    };
    let decided =
        acts::set_aside(&working.hand(), (&sheet.tip, sheet.risk), &working.keys, plan.calendar(), &asked);
    let just = Just { uid: sheet.tip.uid, version: sheet.tip.version + 1 };
    let officer = (typed("then") == "next").then(|| working.who.officer.clone());
    let locale = working.who.locale;
    let answer = working.write(decided).await?;
    if answer.status() != StatusCode::SEE_OTHER {
        return Ok(answer);
    }
    Ok(leads_on(&app, officer, locale, just).await)
}

/// To the next tip where the officer wants one and there is one, else to the queue; either page offers the way back.
async fn leads_on(app: &App, officer: Option<Officer>, locale: Locale, just: Just) -> HttpResponse {
    let next = match officer {
        Some(officer) => next::grab(app, officer).await.ok().flatten(),
        None => None,
    };
    let path = next.map_or_else(|| "/desk".to_owned(), |uid| format!("/desk/tips/{uid}"));
    reply::see_other(&format!("{path}?l={}&aside={just}", locale.code()))
}

/// Takes a tip that was set aside to work on after all.
pub(super) async fn take_back(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "take-back").await?;
    let decided = acts::take_back(&working.hand(), &working.sheet.tip);
    working.write(decided).await
}

/// Says which tip was set aside, with the button that undoes it.
pub(super) fn done(ctx: &PageContext, csrf: &str, just: Just) -> Markup {
    let t = ctx.texts;
    let action = ctx.href(&format!("/desk/tips/{}/take-back", just.uid));
    html! {
        form #undo .done.row method="post" action=(action) autocomplete="off" {
            input type="hidden" name="csrf" value=(csrf);
            input type="hidden" name="version" value=(just.version);
            span role="status" { (t.with("desk-aside-done", &[("number", &short_number(&just.uid))])) }
            " " button .quiet type="submit" aria-keyshortcuts="u" { (t.get("desk-undo-button")) kbd aria-hidden="true" { "U" } }
        }
    }
}

/// On the page of a tip that is set aside: that it is, whether somebody looks again, and the way back.
pub(super) fn standing(view: &View<'_>) -> Markup {
    let tip = &view.sheet.tip;
    if tip.status != Status::SetAside {
        return html! {};
    }
    let t = view.frame.ctx.texts;
    html! {
        @if let Some(by) = tip.look_by {
            p #look-by .warn { (t.get("desk-look-waits")) " " (words::time(t, view.now, by))
                @if by < view.now { " · " (t.get("desk-look-late")) } }
            @if view.may(Permission::Look) { p { a .open href=(view.frame.ctx.href("/desk/second-look")) { (t.get("desk-look-title")) } } }
        }
        @if view.may(Permission::Decide) { (view.frame.take_back()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_address_says_reads_back_and_nonsense_says_nothing() {
        let just = Just { uid: Uid::from_bytes([7; 16]), version: 12 };
        assert_eq!(just.to_string().parse(), Ok(just));
        for text in ["", ".", "7.7", "0.x", "nonsense"] {
            assert_eq!(Came { aside: Some(text.into()) }.just(), None, "{text:?}");
        }
    }
}
