//! The frame of every page: language, exit, one heading, one deferred script. Titles are neutral, the icon
//! is empty: what shows in a history or over a shoulder says nothing.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::style::Audience;
use crate::i18n::Texts;
use crate::web::context::PageContext;

/// A whole page around `body`. `heading` stands in the page; the browser's title never names a subject.
pub fn page(ctx: &PageContext, heading: &str, body: &Markup) -> Markup {
    frame(ctx, &html! {}, heading, body, &html! {})
}

/// [`page`] for everybody: the choice of language before anything else, and a quiet line at the end. Not where
/// somebody's words or receipt stand: nothing there leads away.
pub fn page_in_languages(ctx: &PageContext, heading: &str, body: &Markup) -> Markup {
    frame(ctx, &languages(ctx), heading, body, &footer(ctx))
}

fn frame(ctx: &PageContext, above: &Markup, heading: &str, body: &Markup, below: &Markup) -> Markup {
    let t = ctx.texts;
    let script = ctx.audience.script();
    html! {
        (DOCTYPE)
        html lang=(t.0.html_lang()) dir="ltr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex, noarchive";
                meta name="format-detection" content="telephone=no";
                meta name="color-scheme" content="light dark";
                title { (ctx.title()) }
                link rel="icon" href="data:,";
                // Our own file, embedded at build time and allowed by its hash: nothing from outside enters it.
                style { (PreEscaped(ctx.audience.css())) }
                script src=(script.path) integrity=(script.integrity) crossorigin="anonymous" defer {}
            }
            body class=(match ctx.audience { Audience::Public => "public", Audience::Desk => "desk" }) {
                @match ctx.audience {
                    Audience::Public => header { (exit(ctx)) (skip(t)) },
                    // The desk's bar is its header.
                    Audience::Desk => (skip(t)),
                }
                @if let Some(bar) = &ctx.bar { (bar) }
                main #main {
                    (above)
                    h1 { (heading) }
                    (body)
                }
                (below)
            }
        }
    }
}

/// What stands under a page that is the same for everybody.
fn footer(ctx: &PageContext) -> Markup {
    html! { footer .hint { a .tall href=(ctx.href("/record")) { (ctx.texts.get("record-footer")) } } }
}

/// The way out: first in the tab order, works without script.
fn exit(ctx: &PageContext) -> Markup {
    let t = ctx.texts;
    html! {
        a #exit .exit rel="nofollow noreferrer" href=(ctx.href("/exit")) title=(t.get("exit-hint")) {
            (t.get("exit-button"))
        }
    }
}

/// Past the bars, for who moves by keyboard or hears the page.
fn skip(t: Texts) -> Markup {
    html! { a .skip href="#main" { (t.get("skip-to-content")) } }
}

/// Links to this page in the other languages, each in its own script.
pub fn languages(ctx: &PageContext) -> Markup {
    html! {
        nav .languages aria-label=(ctx.texts.get("lang-label")) {
            @for locale in crate::i18n::Locale::ALL {
                @if locale == ctx.texts.0 {
                    span aria-current="true" lang=(locale.html_lang()) { (locale.own_name()) }
                } @else {
                    a href=(ctx.href_in(locale)) lang=(locale.html_lang()) hreflang=(locale.html_lang()) { (locale.own_name()) }
                }
            }
        }
    }
}
