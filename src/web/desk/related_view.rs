//! How other tips that name the same look: a list on a tip's page, and the page on which they stand beside it. Owns the
//! order of things and that both say what a shared number does not mean.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::opened::Opened;
use super::related::{Compared, Known};
use super::tip_view::View;
use super::words;
use crate::clock::Minute;
use crate::i18n::Texts;
use crate::links::masked::{masked, service};
use crate::links::reason::Reason;
use crate::plan::Plan;
use crate::triage::tip::{Tip, short_number};
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// How many stand on a tip's page unfolded.
const OPEN: usize = 5;

/// The tips beside each other.
pub(super) struct Page<'a> {
    /// Language and address.
    pub(super) ctx: &'a PageContext,
    /// For names.
    pub(super) plan: &'a Plan,
    /// The tip they are compared with.
    pub(super) tip: &'a Tip,
    /// What it says.
    pub(super) opened: &'a Opened,
    /// The others.
    pub(super) others: &'a [Compared],
    /// Now.
    pub(super) now: Minute,
}

/// The section on a tip's page; none where others were not looked for, or the tip itself did not open.
pub(super) fn section(view: &View<'_>) -> Markup {
    let Some(all) = view.related.filter(|_| view.opened.report.is_some()) else { return html! {} };
    let ctx = view.frame.ctx;
    let t = ctx.texts;
    let (shown, folded) = all.split_at(all.len().min(OPEN));
    html! {
        section #related aria-labelledby="related-title" {
            h2 #related-title { (t.get("links-title")) }
            @if all.is_empty() { p .none { (t.get("links-none")) } }
            @else {
                p .hint { (t.get("links-hint")) }
                ul .plain { @for it in shown { (line(view, it)) } }
                @if !folded.is_empty() { details {
                    summary { (t.with("links-more", &[("n", &folded.len().to_string())])) }
                    ul .plain { @for it in folded { (line(view, it)) } }
                } }
                p .hint { (t.get("links-compare-hint")) }
            }
            p { a #compare .open href=(ctx.href(&format!("/desk/tips/{}/related", view.sheet.tip.uid))) {
                (t.get(if all.is_empty() { "links-near" } else { "links-compare" })) } }
            p .hint { (t.get("links-near-hint")) }
        }
    }
}

fn line(view: &View<'_>, it: &Known<'_>) -> Markup {
    let (ctx, plan) = (view.frame.ctx, view.frame.plan);
    html! {
        li data-tip=(it.tip.uid) {
            p { (head(ctx, plan, it.tip)) }
            (facts(ctx.texts, plan, it.tip, "", view.now))
            (reasons(ctx.texts, &it.reasons))
        }
    }
}

/// The number, which leads to the tip, and where the tip stands.
fn head(ctx: &PageContext, plan: &Plan, tip: &Tip) -> Markup {
    let t = ctx.texts;
    html! {
        a .number href=(ctx.href(&format!("/desk/tips/{}", tip.uid))) { (short_number(&tip.uid)) }
            " " (words::category(t, plan, &tip.category))
            " " span .tag data-status=(tip.status) { (t.get(&format!("desk-status-{}", tip.status))) }
    }
}

/// Where and when.
fn facts(t: Texts, plan: &Plan, tip: &Tip, place: &str, now: Minute) -> Markup {
    html! {
        p .by { (words::district(t, plan, tip.district.as_ref()))
            @if !place.is_empty() { " · " span .verbatim { (place) } }
            " · " (t.get("desk-received")) " " (words::time(t, now, tip.received)) }
    }
}

/// Why it stands there. Every reason there is goes through here.
fn reasons(t: Texts, all: &BTreeSet<Reason>) -> Markup {
    html! { ul .reasons { @for reason in all { li { (said(t, reason)) } } } }
}

fn said(t: Texts, reason: &Reason) -> Markup {
    let Reason::Same { kind, entity } = reason;
    html! {
        (t.get(&format!("links-same-{}", kind.as_str())))
        @if let Some(entity) = entity {
            @if let Some(service) = service(entity) { " " (t.get(&format!("links-service-{service}"))) }
            " " span .number { (masked(entity)) }
        }
    }
}

/// The page.
pub(super) fn page(page: &Page<'_>) -> Markup {
    let (ctx, t) = (page.ctx, page.ctx.texts);
    let number = short_number(&page.tip.uid);
    let body = html! {
        p { a .back href=(ctx.href(&format!("/desk/tips/{}", page.tip.uid))) { "← " (t.with("desk-tip-title", &[("number", &number)])) } }
        p .warn { (t.get("links-hint")) }
        div .beside {
            section #own aria-labelledby="own-title" {
                h2 #own-title { (t.get("links-own")) }
                p { (head(ctx, page.plan, page.tip)) }
                (facts(t, page.plan, page.tip, place(page.opened), page.now))
                (said_by_reporter(t, page.opened))
            }
            section #others aria-labelledby="others-title" {
                h2 #others-title { (t.get("links-others")) }
                @if page.others.is_empty() { p #empty .empty { (t.get("links-none")) } }
                @for other in page.others { (article(page, other)) }
            }
        }
    };
    shell::page(ctx, &t.with("links-compare-title", &[("number", &number)]), &body)
}

fn article(page: &Page<'_>, other: &Compared) -> Markup {
    let t = page.ctx.texts;
    html! {
        article .card data-tip=(other.tip.uid) {
            h3 { (head(page.ctx, page.plan, &other.tip)) }
            (facts(t, page.plan, &other.tip, place(&other.opened), page.now))
            @if other.alike.event { p { span .tag { (t.get("links-alike-event")) } } }
            @if other.alike.person { p { span .tag { (t.get("links-alike-person")) } } }
            (reasons(t, &other.reasons))
            @if !other.alike.reasons.is_empty() {
                ul .alike { @for why in &other.alike.reasons { li .verbatim { (why) } } }
            }
            (said_by_reporter(t, &other.opened))
        }
    }
}

fn place(opened: &Opened) -> &str {
    opened.report.as_ref().map_or("", |report| report.place_words.as_str())
}

/// The reporter's words; that they did not open is said, never shown as silence.
fn said_by_reporter(t: Texts, opened: &Opened) -> Markup {
    html! {
        @match &opened.report {
            None => { p .errors { (t.get("desk-damaged")) } }
            Some(report) if report.text.is_empty() => { p .none { (t.get("desk-no-text")) } }
            Some(report) => { div .verbatim.words lang=(report.language.html_lang()) { (report.text) } }
        }
        @if opened.added().next().is_some() {
            p .by { (t.get("links-added")) }
            @for text in opened.added() { div .verbatim.words { (text) } }
        }
    }
}
