//! What the public record says of a tip, in plain words, and the file to keep. Owns saying what the file would
//! tell somebody who finds it; refuses showing what stands in it.

use maud::{Markup, html};

use super::proving::Standing;
use crate::i18n::Texts;
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// The page; without a standing, the record and the tip do not agree.
pub fn page(ctx: &PageContext, standing: Option<&Standing>) -> Markup {
    let t = ctx.texts;
    let body = html! {
        @match standing {
            Some(Standing::Included(proof)) => {
                p #proof .lead data-proof="included" {
                    (t.with("proof-included", &[("day", &proof.head.day.to_string())]))
                }
                (keeping(t))
            }
            Some(Standing::Waiting(day)) => p #proof .lead data-proof="waiting" {
                (t.with("proof-waiting", &[("day", &day.to_string())]))
            },
            Some(Standing::Erased(day)) => p #proof .lead data-proof="erased" {
                (t.with("proof-erased", &[("day", &day.to_string())]))
            },
            Some(Standing::Before) => p #proof .lead data-proof="before" { (t.get("proof-before")) },
            None => section #errors .errors role="alert" {
                h2 { (t.get("proof-wrong-title")) }
                p #proof data-proof="wrong" { (t.get("proof-wrong")) }
            },
        }
        p { a .tall href=(ctx.href("/record")) { (t.get("proof-how")) } }
        p { a .tall href=(ctx.href("/follow-up")) { (t.get("proof-back")) } }
    };
    shell::page(ctx, &t.get("proof-title"), &body)
}

fn keeping(t: Texts) -> Markup {
    html! {
        h2 { (t.get("proof-keep-title")) }
        p { (t.get("proof-keep")) }
        p #tells { (t.get("proof-keep-tells")) }
        form #keep-proof method="post" action="/follow-up/proof/file" {
            input type="hidden" name="l" value=(t.0.code()) autocomplete="off";
            button .quiet type="submit" { (t.get("proof-keep-button")) }
        }
    }
}

/// The way here from the thread.
pub fn asking(t: Texts) -> Markup {
    html! {
        form #prove method="post" action="/follow-up/proof" {
            input type="hidden" name="l" value=(t.0.code()) autocomplete="off";
            p .hint { (t.get("prove-note")) }
            button .quiet type="submit" { (t.get("prove-button")) }
        }
    }
}
