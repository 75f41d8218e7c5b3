//! How the second look looks: what came of those just judged, then each tip with its words and what may be said of it.
//! Owns the order of things; nothing is chosen beforehand.

use maud::{Markup, html};

use super::opened::Opened;
use super::second_look::{Judged, LOOK, Lying, VERSION};
use super::words;
use crate::clock::Minute;
use crate::i18n::Texts;
use crate::people::roles::words as named;
use crate::plan::Plan;
use crate::store::queue::MOST;
use crate::store::tip_page::Sheet;
use crate::triage::tip::short_number;
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// What a second person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was rightly set aside.
    Uphold,
    /// It goes back to the queue.
    PutBack,
}

named!(Verdict { Uphold = "uphold", PutBack = "put_back" });

/// What the page shows.
pub(super) struct View<'a> {
    /// For names.
    pub(super) plan: &'a Plan,
    /// The session's token.
    pub(super) csrf: &'a str,
    /// The tips, opened.
    pub(super) tips: &'a [Lying],
    /// How many wait.
    pub(super) waiting: i64,
    /// What was just judged.
    pub(super) judged: &'a [Judged],
    /// Now.
    pub(super) now: Minute,
}

/// How many wait, as a way to them.
pub(super) fn waits(ctx: &PageContext, waiting: i64) -> Markup {
    let n = if waiting > MOST { format!("{MOST}+") } else { waiting.to_string() };
    html! { p #looks .warn { a href=(ctx.href("/desk/second-look")) { (ctx.texts.with("desk-look-waiting", &[("n", &n)])) } } }
}

/// The page.
pub(super) fn page(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let body = html! {
        p { a .back href=(ctx.href("/desk")) { "← " (t.get("desk-queue-title")) } }
        (results(t, view.judged))
        p .hint { (t.get("desk-look-hint")) }
        @if view.tips.is_empty() { p #empty .empty { (t.get("desk-look-empty")) } }
        @else {
            @if view.waiting > 0 { p .hint { (t.with("desk-look-waiting", &[("n", &view.waiting.to_string())])) } }
            form #look method="post" action=(ctx.href("/desk/second-look")) autocomplete="off" {
                input type="hidden" name="csrf" value=(view.csrf);
                @for one in view.tips { (tip(ctx, view, one)) }
                button type="submit" { (t.get("desk-look-button")) }
            }
        }
    };
    shell::page(ctx, &t.get("desk-look-title"), &body)
}

fn results(t: Texts, judged: &[Judged]) -> Markup {
    html! {
        @if !judged.is_empty() { ul #judged .done role="status" { @for one in judged {
            li data-tip=(one.uid) { (short_number(&one.uid)) " · " (t.get(match one.result {
                Ok(Verdict::Uphold) => "desk-look-upheld",
                Ok(Verdict::PutBack) => "desk-look-put-back",
                Err(why) => why,
            })) }
        } } }
    }
}

fn tip(ctx: &PageContext, view: &View<'_>, one: &Lying) -> Markup {
    let Lying { sheet, opened, .. } = one;
    let (t, plan, tip) = (ctx.texts, view.plan, &sheet.tip);
    html! {
        article .card data-tip=(tip.uid) {
            h2 { a .number href=(ctx.href(&format!("/desk/tips/{}", tip.uid))) { (short_number(&tip.uid)) }
                " " (words::category(t, plan, &tip.category)) }
            p { (words::lane_mark(t, tip.placement.urgency))
                @if tip.has_minor { " " span .tag { (t.get("desk-minor-tag")) } }
                @if let Some(sign) = sign(one) { " " span .tag { (t.get(&format!("desk-look-sign-{sign}"))) } } }
            p .by { (words::district(t, plan, tip.district.as_ref())) " · " (t.get("desk-received")) " " (words::time(t, view.now, tip.received))
                @if let Some(by) = tip.look_by { " · " (t.get("desk-look-by")) " " (words::time(t, view.now, by)) } }
            (said(t, sheet, opened))
            (why(t, one))
            @if sheet.closed { p .hint { (t.get("desk-look-minor")) } } @else { (verdicts(t, sheet)) }
        }
    }
}

/// Why somebody looks, from the last time it was set aside.
fn sign(one: &Lying) -> Option<&str> {
    one.aside.as_ref()?.look.as_deref()
}

/// Why the colleague set it aside.
fn why(t: Texts, one: &Lying) -> Markup {
    let Some(why) = &one.aside else { return html! {} };
    html! {
        @if let Some(noise) = &why.noise { p { (t.get("desk-noise")) (words::colon(t)) (t.get(&format!("desk-noise-{noise}"))) } }
        @if !why.reason.is_empty() { p .verbatim { (why.reason) } }
    }
}

fn said(t: Texts, sheet: &Sheet, opened: &Opened) -> Markup {
    html! {
        @match &opened.report {
            _ if sheet.closed => {}
            None => { p .errors { (t.get("desk-damaged")) } }
            Some(report) if report.text.is_empty() => { p .none { (t.get("desk-no-text")) } }
            Some(report) => { div .verbatim.words lang=(report.language.html_lang()) { (report.text) } }
        }
        @for text in opened.added() { div .verbatim.words { (text) } }
        @if !opened.pictures.is_empty() { p .hint { (t.with("desk-look-files", &[("n", &opened.pictures.len().to_string())])) } }
    }
}

fn verdicts(t: Texts, sheet: &Sheet) -> Markup {
    let uid = sheet.tip.uid;
    html! {
        input type="hidden" name=(format!("{VERSION}{uid}")) value=(sheet.tip.version);
        fieldset .ways {
            legend .hidden { (t.with("desk-look-of", &[("number", &short_number(&uid))])) }
            @for (verdict, label) in [(Verdict::Uphold, "desk-look-uphold"), (Verdict::PutBack, "desk-look-return")] {
                @let id = format!("{verdict}-{uid}");
                span .check {
                    input id=(id) type="radio" name=(format!("{LOOK}{uid}")) value=(verdict);
                    label for=(id) { (t.get(label)) }
                }
            }
        }
    }
}
