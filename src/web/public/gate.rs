//! The first page: language, danger, doors, and an honest word about who learns what. Owns which doors stand
//! open; a door that leads nowhere yet is not drawn.

use maud::{Markup, html};

use crate::web::context::PageContext;
use crate::web::ui::{emergency, shell};

/// The page.
pub fn page(ctx: &PageContext) -> Markup {
    let t = ctx.texts;
    let missing = format!("{}&kind=missing", ctx.href("/report"));
    let body = html! {
        (emergency::numbers(t))
        nav .doors aria-label=(t.get("doors-label")) {
            (door(&ctx.href("/report"), &t.get("door-report"), &t.get("door-report-note")))
            (door(&missing, &t.get("door-missing"), &t.get("door-missing-note")))
            (door(&ctx.href("/follow-up"), &t.get("door-receipt"), &t.get("door-receipt-note")))
        }
        section #privacy aria-labelledby="privacy-title" {
            h2 #privacy-title { (t.get("privacy-title")) }
            ul {
                @for id in ["privacy-name", "privacy-device", "privacy-network", "privacy-stronger", "privacy-later"] {
                    li { (t.get(id)) }
                }
            }
        }
        section aria-labelledby="readers-title" {
            h2 #readers-title { (t.get("readers-title")) }
            ul {
                @for id in ["readers-who", "readers-exclude", "readers-trace"] { li { (t.get(id)) } }
            }
        }
    };
    shell::page_in_languages(ctx, &t.get("gate-heading"), &body)
}

fn door(href: &str, words: &str, note: &str) -> Markup {
    html! { a .door href=(href) { strong { (words) } span { (note) } } }
}
