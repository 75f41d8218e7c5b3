//! The sign-in page: one form for name, password and code, and with script a button for a passkey that is sent
//! along with the same form. Owns its markup; refuses saying which part of a refused attempt was wrong.

use maud::{Markup, html};

use super::passkeys::Place;
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// The page.
pub(super) fn view(ctx: &PageContext, name: &str, place: &Place, refused: bool) -> Markup {
    let t = ctx.texts;
    let body = html! {
        (shell::languages(ctx))
        @if refused {
            div #errors .errors role="alert" {
                p { (t.get("sign-in-refused")) }
                p { (t.get("sign-in-refused-help")) }
            }
        }
        form #sign-in .card method="post" action=(ctx.href("/desk/sign-in")) {
            p { label for="name" { (t.get("desk-sign-in-name")) }
                input #name type="text" name="name" value=(name) autocomplete="username" autocapitalize="none"
                    spellcheck="false" required autofocus[name.is_empty()]; }
            p { label for="password" { (t.get("desk-sign-in-password")) }
                input #password type="password" name="password" autocomplete="current-password" required; }
            p { label for="code" { (t.get("sign-in-code")) " " span .optional { (t.get("sign-in-code-optional")) } }
                input #code type="text" name="code" autocomplete="one-time-code" autocapitalize="none"
                    spellcheck="false" aria-describedby="code-hint"; }
            p #code-hint .hint { (t.get("sign-in-code-hint")) }
            input type="hidden" name="passkey" value="";
            p { button type="submit" { (t.get("desk-sign-in-button")) } }
            (passkey(ctx, place))
        }
        p .hint { (t.get("desk-sign-in-hint")) }
    };
    shell::page(ctx, &t.get("desk-sign-in-title"), &body)
}

/// Hidden until the script finds that the browser knows passkeys.
fn passkey(ctx: &PageContext, place: &Place) -> Markup {
    let t = ctx.texts;
    match place {
        Place::Works(_) => html! {
            p #passkey-way hidden data-form="sign-in" data-ask=(ctx.href("/desk/sign-in/challenge")) data-act="get" {
                button .quiet type="button" { (t.get("sign-in-passkey-button")) }
                span .hint role="status" data-failed=(t.get("sign-in-passkey-failed")) {}
            }
        },
        Place::Elsewhere(address) => html! {
            p .hint { (t.with("sign-in-passkey-elsewhere", &[("address", address)])) }
        },
        Place::Nowhere => html! {},
    }
}
