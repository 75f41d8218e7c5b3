//! A tip as a page: the text first, then the facts, what is said and noted, what can be done, and why it is
//! here. Owns the order of things; each part says so when it has nothing to show.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::aside::{self, Just};
use super::contact_view;
use super::forms::Frame;
use super::opened::{Opened, Picture};
use super::related::Known;
use super::{context_view, excerpts_view, hold, lease, words};
use crate::clock::Minute;
use crate::dialogue::thread::Speaker;
use crate::intake::report::{Avoid, Contact, LifeFacts, Report};
use crate::people::officer::Officer;
use crate::people::roles::Permission;
use crate::plan::{AgencyCode, DistrictCode, Plan, Point, Whereabouts};
use crate::store::tip_page::{Colleague, Event, Sheet};
use crate::triage::keys::TipKeys;
use crate::triage::status::{Act, Status};
use crate::triage::tip::short_number;
use crate::vault::compartment::Compartment;
use crate::web::ui::shell;

/// What the page of a tip shows.
pub(super) struct View<'a> {
    /// What the forms are drawn with.
    pub(super) frame: Frame<'a>,
    /// The version of the plan that decided it.
    pub(super) own: &'a Plan,
    /// The tip and its rows.
    pub(super) sheet: &'a Sheet,
    /// The keys, for reasons in the history.
    pub(super) keys: &'a TipKeys,
    /// What the keys opened.
    pub(super) opened: &'a Opened,
    /// Who looks.
    pub(super) officer: &'a Officer,
    /// Now.
    pub(super) now: Minute,
    /// Whom the plan lets know of it.
    pub(super) may_be_told: BTreeSet<AgencyCode>,
    /// Other tips that name the same, where they were looked for.
    pub(super) related: Option<&'a [Known<'a>]>,
    /// Another tip that the officer has just set aside.
    pub(super) just: Option<Just>,
    /// Who the reporter is, where it was just asked for; inside, nothing if it did not open.
    pub(super) contact: Option<Option<&'a Contact>>,
}

impl View<'_> {
    pub(super) fn get(&self, id: &str) -> String {
        self.frame.ctx.texts.get(id)
    }

    pub(super) fn time(&self, at: Minute) -> Markup {
        words::time(self.frame.ctx.texts, self.now, at)
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        self.sheet.standing.allows(self.officer.role, permission)
    }

    pub(super) fn can(&self, permission: Permission, act: Act) -> bool {
        self.may(permission) && self.sheet.tip.status.after(act).is_ok()
    }

    fn holder(&self) -> Option<&Colleague> {
        self.sheet.colleagues.iter().find(|c| Some(c.id) == self.sheet.tip.claimed_by)
    }
}

/// The page.
pub(super) fn page(view: &View<'_>) -> Markup {
    let t = view.frame.ctx.texts;
    let heading = t.with("desk-tip-title", &[("number", &short_number(&view.sheet.tip.uid))]);
    let body = html! {
        @if let Some(just) = view.just { (aside::done(view.frame.ctx, view.frame.csrf, just)) }
        (head(view))
        @if view.may(Permission::Read) { (hold::banner(view)) }
        div .panes {
            div .pane.tip {
                @if view.opened.damaged > 0 { p .errors role="alert" { (view.get("desk-damaged")) } }
                @if let Some(event) = view.sheet.events.iter().rfind(|event| event.kind == "rehomed") { (rehomed(view, event)) }
                @if view.sheet.closed { (contact_view::closed(view)) }
                @if let Some(life) = &view.opened.life { (life_facts(view, life)) }
                @if let Some(report) = &view.opened.report {
                    (text(view, report))
                    (facts(view, report))
                    (pictures(view))
                    (thread(view))
                }
                @if view.may(Permission::Note) { (notes(view)) (excerpts_view::released(view)) }
            }
            div .pane.acts { (acts(view)) }
            div .pane.context { (context_view::context(view)) }
        }
    };
    shell::page(view.frame.ctx, &heading, &body)
}

/// What could not come along when the tip changed hands because nobody was left.
fn rehomed(view: &View<'_>, event: &Event) -> Markup {
    let behind = event.detail["identity"] == "behind" && !view.sheet.held.has(Compartment::Identity);
    html! {
        @if view.opened.behind > 0 { p #notes-behind .warn { (view.get("members-notes-behind")) } }
        @if behind { p #identity-behind .warn { (view.get("members-identity-behind")) } }
    }
}

fn head(view: &View<'_>) -> Markup {
    let (t, tip, plan) = (view.frame.ctx.texts, &view.sheet.tip, view.frame.plan);
    html! {
        p .tip-head {
            a .back href=(view.frame.ctx.href("/desk")) { "← " (view.get("desk-queue-title")) }
            (words::lane_mark(t, tip.placement.urgency))
            span #tip-status data-status=(tip.status) .tag { (t.get(&format!("desk-status-{}", tip.status))) }
            @if tip.acted.is_none() { (words::clock(t, view.now, tip.due)) }
            @if view.may(Permission::Read) { span .holder {
                @match view.holder() {
                    Some(c) if c.id == view.officer.id => { (t.get("desk-holder-is-me")) }
                    Some(c) if c.agency == view.officer.agency => { (t.with("desk-holder-is", &[("name", &c.name)])) }
                    Some(c) => { (t.with("desk-holder-is", &[("name", &words::agency(t, plan, &c.agency))])) }
                    None => { (t.get("desk-holder-none")) }
                }
            } }
        }
    }
}

fn life_facts(view: &View<'_>, life: &LifeFacts) -> Markup {
    let t = view.frame.ctx.texts;
    html! {
        section #life aria-labelledby="life-title" {
            h2 #life-title { (t.get("desk-life-title")) }
            p .hint { (t.get("desk-life-hint")) }
            dl .facts {
                dt { (t.get("desk-danger")) } dd { (t.get(&format!("desk-yesno-{}", life.danger.as_str()))) }
                dt { (t.get("desk-minor")) } dd { (t.get(&format!("desk-yesno-{}", life.minor.as_str()))) }
                dt { (t.get("desk-district")) } dd { (place(view, &life.place_words)) }
                (point(view, life.point))
                dt { (t.get("desk-safe-contact")) } dd { (or_nothing(view, &life.safe_contact)) }
            }
        }
    }
}

/// The district as it stands on the tip, and the place in the reporter's words.
fn place(view: &View<'_>, place_words: &str) -> Markup {
    let district = words::district(view.frame.ctx.texts, view.frame.plan, view.sheet.tip.district.as_ref());
    html! { (district) @if !place_words.is_empty() { " · " span .verbatim { (place_words) } } }
}

/// The shared point, where it lies by the boundaries, and whether that is not where the tip stands.
fn point(view: &View<'_>, point: Option<Point>) -> Markup {
    let (t, plan) = (view.frame.ctx.texts, view.frame.plan);
    let Some(point) = point else { return html! {} };
    let named = |all: &[DistrictCode]| {
        let names: Vec<String> = all.iter().map(|code| words::district(t, plan, Some(code))).collect();
        names.join(words::comma(t))
    };
    let (districts, said) = match plan.locate(point) {
        Whereabouts::Outside => (Vec::new(), t.get("desk-point-outside")),
        Whereabouts::In(only) => (vec![only], named(&[only])),
        Whereabouts::Between(all) => {
            let said = t.with("desk-point-between", &[("districts", &named(&all))]);
            (all, said)
        }
    };
    let differs = view.sheet.tip.district.is_some_and(|district| !districts.contains(&district));
    html! {
        dt { (t.get("desk-point")) }
        dd #point { (format!("{:.5}, {:.5}", point.lat, point.lon)) " · " (said)
            @if differs { p .warn { (t.get("desk-point-differs")) } } }
    }
}

pub(super) fn or_nothing(view: &View<'_>, text: &str) -> Markup {
    html! { @if text.is_empty() { span .none { (view.get("desk-nothing-given")) } } @else { span .verbatim { (text) } } }
}

fn text(view: &View<'_>, report: &Report) -> Markup {
    html! {
        section aria-labelledby="report-title" {
            h2 #report-title { (view.get("desk-report-title")) }
            @if report.text.is_empty() {
                p #report-text .none { (view.get("desk-no-text")) }
            } @else {
                div #report-text .verbatim lang=(report.language.html_lang()) { (report.text) }
            }
            @if report.suspicious { p .warn { (view.get("desk-suspicious")) } }
        }
    }
}

fn facts(view: &View<'_>, report: &Report) -> Markup {
    let (t, tip, plan) = (view.frame.ctx.texts, &view.sheet.tip, view.frame.plan);
    let exact = report.received_at.minute();
    html! {
        section #facts aria-labelledby="facts-title" {
            h2 #facts-title { (t.get("desk-facts-title")) }
            dl .facts {
                dt { (t.get("desk-category")) } dd { (words::category(t, plan, &tip.category))
                    @if let Some(second) = &tip.secondary { " · " (words::category(t, plan, second)) } }
                dt { (t.get("desk-district")) } dd { (place(view, &report.place_words)) }
                (point(view, report.point))
                dt { (t.get("desk-danger")) } dd { (t.get(&format!("desk-yesno-{}", report.danger.as_str()))) }
                dt { (t.get("desk-minor")) } dd { (t.get(&format!("desk-yesno-{}", report.minor.as_str()))) }
                dt { (t.get("desk-language")) } dd { (report.language.own_name()) }
                dt { (t.get("desk-identity")) } dd { (t.get(&format!("desk-identity-{}", report.identity.as_str()))) }
                dt { (t.get("desk-consent")) } dd { (t.get(&format!("desk-consent-{}", report.consent_police.as_str()))) }
                dt { (t.get("desk-exclude")) } dd #named-excluded { (excluded(view, report)) }
                dt { (t.get("desk-exclude-words")) } dd { (or_nothing(view, &report.exclude_words)) }
                dt { (t.get("desk-received-exactly")) } dd { (view.time(exact)) span .seconds {
                    (format!(":{:02}", report.received_at.seconds().rem_euclid(60))) } }
            }
            (contact_view::section(view))
        }
    }
}

/// Whom the reporter ticked as somebody who must not see it.
fn excluded(view: &View<'_>, report: &Report) -> Markup {
    let (t, plan) = (view.frame.ctx.texts, view.frame.plan);
    let name = |avoid: &Avoid| match avoid {
        Avoid::PoliceHere => t.get("answer-exclude-psb-branch"),
        Avoid::Agency(code) => words::agency(t, plan, code),
    };
    html! {
        @if report.exclude.is_empty() { span .none { (t.get("desk-nothing-given")) } }
        @else { ul { @for avoid in &report.exclude { li { (name(avoid)) } } } }
    }
}

fn pictures(view: &View<'_>) -> Markup {
    if view.opened.pictures.is_empty() {
        return html! {};
    }
    html! {
        section #pictures aria-labelledby="pictures-title" {
            h2 #pictures-title { (view.get("desk-pictures-title")) }
            p .hint { (view.get("desk-pictures-hint")) }
            @for (at, picture) in (1..).zip(&view.opened.pictures) { (picture_box(view, at, picture)) }
        }
    }
}

/// Folded, then grey and blurred, then clear: each step only when asked. A closed fold fetches nothing, so
/// the record of readings stays true.
fn picture_box(view: &View<'_>, at: usize, picture: &Picture) -> Markup {
    let t = view.frame.ctx.texts;
    let path = format!("/desk/tips/{}/files/{}", view.sheet.tip.uid, picture.uid);
    let keep = view.frame.ctx.href(&path);
    let size = (picture.meta.bytes / 1024).max(1).to_string();
    let (number, unveil) = (at.to_string(), format!("unveil-{at}"));
    html! {
        details .picture {
            summary { (t.with("desk-picture", &[("number", &number), ("size", &size)])) }
            input id=(unveil) .unveil type="checkbox" autocomplete="off";
            label for=(unveil) { (t.get("desk-picture-unveil")) }
            img .veiled src=(format!("{keep}&view=1")) alt=(t.with("desk-picture-alt", &[("number", &number)])) loading="lazy";
            p { a href=(keep) download=(picture.meta.name) { (t.get("desk-picture-keep")) } }
        }
    }
}

fn thread(view: &View<'_>) -> Markup {
    let t = view.frame.ctx.texts;
    html! {
        section aria-labelledby="thread-title" {
            h2 #thread-title { (t.get("desk-thread-title")) }
            @if view.opened.said.is_empty() { p .none { (t.get("desk-thread-empty")) } }
            ol #thread {
                @for said in &view.opened.said {
                    li data-from=(if said.by == Speaker::Reporter { "reporter" } else { "officer" }) {
                        p .by { (speaker(view, said.by)) " · " (view.time(said.minute))
                            @if said.asks { " · " span .tag { (t.get("desk-asked-tag")) } } }
                        p .verbatim { (said.text) }
                    }
                }
            }
        }
    }
}

fn speaker(view: &View<'_>, by: Speaker) -> String {
    match by {
        Speaker::Reporter => view.get("desk-reporter"),
        Speaker::Agency(Some(agency)) => words::agency(view.frame.ctx.texts, view.frame.plan, &agency),
        Speaker::Agency(None) => view.get("desk-some-agency"),
    }
}

fn notes(view: &View<'_>) -> Markup {
    let t = view.frame.ctx.texts;
    let name = |id: Option<i64>| {
        let found = view.sheet.colleagues.iter().find(|c| Some(c.id) == id);
        found.map_or_else(String::new, |c| context_view::colleague(t, view.frame.plan, view.officer, c))
    };
    html! {
        section aria-labelledby="notes-title" {
            h2 #notes-title { (t.get("desk-notes-title")) }
            p .hint { (t.get("desk-notes-hint")) }
            @if view.opened.notes.is_empty() { p .none { (t.get("desk-notes-empty")) } }
            ol #notes { @for note in &view.opened.notes {
                li { p .by { (name(note.officer)) " · " (view.time(note.minute)) } p .verbatim { (note.text) } }
            } }
        }
    }
}

/// The form for a text to a body that is told; it starts from the report.
fn excerpt(view: &View<'_>) -> Markup {
    view.frame.excerpt(view.opened.report.as_ref().map_or("", |report| &report.text))
}

/// What this officer can do with the tip as it stands.
fn acts(view: &View<'_>) -> Markup {
    let frame = &view.frame;
    let tip = &view.sheet.tip;
    let held_by_us = view.holder().is_some_and(|holder| holder.agency == view.officer.agency);
    let takes_over = !held_by_us && view.officer.agency == tip.placement.lead;
    let claim = view.can(Permission::Claim, Act::Claim) && (tip.claimed_by.is_none() || takes_over);
    let fold = |id: &str, act: bool, form: Markup| {
        html! {
            @if act { details .fold { summary { (view.get(id)) } (form) } }
        }
    };
    html! {
        h2 { (view.get("desk-acts-title")) }
        @if tip.status == Status::Closed { p .hint { (view.get("desk-closed-hint")) } }
        (aside::standing(view))
        @if !view.may(Permission::Note) && view.may(Permission::Read) { p .hint { (view.get("desk-read-only-hint")) } }
        @if !view.may(Permission::Read) { p .hint { (view.get("desk-life-acts")) } }
        @if claim { (frame.claim()) }
        @if claim && tip.claimed_by.is_none() { p .hint { (view.get("desk-claim-first")) } }
        @if view.may(Permission::Read) { (lease::standing(view)) }
        @if view.can(Permission::Decide, Act::Accept) { (frame.accept()) }
        @if view.can(Permission::Reply, Act::Reply) { section .act-box { h3 { (view.get("desk-reply-title")) } (frame.reply()) } }
        @if view.may(Permission::Note) { section .act-box { h3 { (view.get("desk-note-title")) } (frame.note()) } }
        (fold("desk-aside-title", view.can(Permission::Decide, Act::SetAside), frame.aside()))
        (fold("desk-correct-title", view.can(Permission::Decide, Act::Correct), frame.correct()))
        (fold("desk-refer-title", view.can(Permission::Decide, Act::Refer), frame.refer()))
        (fold("desk-excerpt-title", view.can(Permission::SendExcerpt, Act::SendExcerpt) && !view.sheet.closed, excerpt(view)))
        (fold("desk-close-title", view.can(Permission::Decide, Act::Close), frame.close()))
        (fold("desk-hold-title", view.may(Permission::Decide), hold::form(view)))
        (fold("desk-erase-title", view.may(Permission::Decide), view.frame.erase_ask()))
    }
}
