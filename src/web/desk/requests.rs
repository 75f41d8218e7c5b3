//! What pages of requests that belong to no tip have in common: the typed text, sealed under the deployment's key, and
//! the two buttons of whoever decides.

use maud::{Markup, html};

use crate::app::App;
use crate::store::people::requests::Request;
use crate::vault::seal::{Place, SymKey, open, seal};
use crate::vault::uid::Uid;
use crate::web::context::PageContext;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 2_000;

/// The reason without blanks around it; none where there is none, or too much of it.
pub(super) fn reason(typed: &str) -> Option<&str> {
    Some(typed.trim()).filter(|reason| (1..=LONGEST_REASON).contains(&reason.chars().count()))
}

/// Seals what was typed.
pub(super) fn sealed(app: &App, uid: &Uid, text: &str) -> Vec<u8> {
    seal(&key(app), &place(uid), text.as_bytes(), app.entropy.as_ref())
}

/// What was typed; none where nothing stands there or it does not open.
pub(super) fn opened(app: &App, request: &Request) -> Option<String> {
    let text = open(&key(app), &place(&request.approval.uid), request.sealed.as_deref()?).ok()?;
    String::from_utf8(text.to_vec()).ok()
}

/// Yes and no, to `path/{uid}/grant` and `path/{uid}/refuse`.
pub(super) fn buttons(ctx: &PageContext, csrf: &str, path: &str, uid: &Uid) -> Markup {
    html! {
        @for (act, label) in [("grant", "desk-approval-grant"), ("refuse", "desk-approval-refuse")] {
            form .(act) method="post" action=(ctx.href(&format!("{path}/{uid}/{act}"))) {
                input type="hidden" name="csrf" value=(csrf);
                button .quiet[act == "refuse"] type="submit" { (ctx.texts.get(label)) }
            }
        }
    }
}

fn key(app: &App) -> SymKey {
    app.deployment.derive("approval reason")
}

/// The place of a text that belongs to no tip.
const fn place(uid: &Uid) -> Place<'_> {
    Place { table: "approvals", row: uid, tip: uid, field: "reason", seq: 0 }
}
