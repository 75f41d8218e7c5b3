//! The public record's heads for everybody: what they are, how to check them, the newest ones. Owns the page;
//! refuses anything that differs between two visitors.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

use super::share;
use crate::app::App;
use crate::audit::commitment::Head;
use crate::i18n::Texts;
use crate::store::commitments::newest;
use crate::vault::hex;
use crate::web::context::{Language, PageContext};
use crate::web::error::{self, Failure};
use crate::web::reply;
use crate::web::ui::shell;
use crate::web::ui::style::Audience;

/// Heads on the page: a week's, so that it stays light.
const SHOWN: i64 = 7;

/// `GET /record`
pub async fn show(app: Data<App>, req: HttpRequest, language: Language) -> HttpResponse {
    if !share::may_read(&app, &req) {
        return error::page(&req, Audience::Public, Failure::Many);
    }
    let Ok(heads) = app.store.read(|db| newest(db, SHOWN)).await else {
        return error::page(&req, Audience::Public, Failure::Down);
    };
    reply::open_page(&req, StatusCode::OK, page(&PageContext::public(language.0, "/record"), &heads))
}

fn page(ctx: &PageContext, heads: &[Head]) -> Markup {
    let t = ctx.texts;
    let body = html! {
        p .lead { (t.get("record-lead")) }
        h2 { (t.get("record-newest")) }
        @if heads.is_empty() { p #none { (t.get("record-none")) } }
        ul #heads { @for head in heads { li { (line(t, head)) } } }
        p { a .tall href="/api/v1/record/heads" { (t.get("record-all")) } }
        h2 { (t.get("record-what-title")) }
        ul { @for id in ["record-what-leaf", "record-what-filled", "record-what-fixed"] { li { (t.get(id)) } } }
        h2 { (t.get("record-check-title")) }
        ul { @for id in ["record-check-own", "record-check-anybody", "record-check-tool"] { li { (t.get(id)) } } }
        p { a .tall href=(ctx.href("/")) { (t.get("error-back-home")) } }
    };
    shell::page_in_languages(ctx, &t.get("record-title"), &body)
}

fn line(t: Texts, head: &Head) -> Markup {
    html! {
        strong { (head.day) } " " (t.with("record-size", &[("size", &head.size.to_string())])) " "
        code { (groups(&hex::encode(&head.root))) }
    }
}

/// In groups of eight, for the eye and for narrow screens.
fn groups(hex: &str) -> String {
    hex.as_bytes().chunks(8).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}
