//! The part of a tip's page about who the reporter is: how to ask, what waits, what was shown.

use maud::{Markup, html};

use super::tip_view::{View, or_nothing};
use super::words;
use crate::intake::report::Contact;
use crate::people::approval::{Approval, ApprovalState, Matter};
use crate::people::roles::Permission;
use crate::plan::Urgency;
use crate::vault::compartment::Compartment;

/// Hidden until somebody has said why they must know and another has agreed; then shown once.
pub(super) fn section(view: &View<'_>) -> Markup {
    if view.sheet.closed {
        return html! {};
    }
    let asks = view.may(Permission::ReadContact);
    let breaks = view.may(Permission::BreakGlass) && view.sheet.tip.placement.urgency == Urgency::Immediate;
    let decides = view.may(Permission::Approve);
    let pending: Vec<_> = view.sheet.approvals.iter().filter(|it| decides && it.waits(view.now)).collect();
    let has_contact = view.sheet.held.has(Compartment::Identity);
    if !(has_contact && (asks || breaks)) && pending.is_empty() {
        return html! {};
    }
    html! {
        section #reporter aria-labelledby="reporter-title" {
            h3 #reporter-title { (view.get("desk-contact-title")) }
            @match view.contact {
                Some(None) => p .errors role="alert" { (view.get("desk-damaged")) },
                Some(Some(contact)) => (shown(view, contact)),
                None if !has_contact => (view.get("desk-nothing-given")),
                None => {
                    @if asks { (way_to_ask(view)) }
                    @if breaks {
                        details { summary { (view.get("desk-glass-open")) } (view.frame.break_glass()) }
                    }
                },
            }
            @for it in pending { (waiting(view, it)) }
        }
    }
}

/// In place of a minor's record: what it takes to read it.
pub(super) fn closed(view: &View<'_>) -> Markup {
    let own = view.sheet.approvals.iter().rev().filter(|it| it.asked_by == view.officer.id);
    let last = own.into_iter().find(|it| it.matter == Matter::Minor);
    html! {
        section #minor-closed .warn aria-labelledby="minor-title" {
            h2 #minor-title { (view.get("desk-minor-title")) }
            p { (view.get("desk-minor-hint")) }
            @match last {
                Some(asked) if asked.waits(view.now) => p #minor-waits { (view.get("desk-contact-waits")) " " (view.time(asked.asked)) },
                _ => {
                    @if last.is_some_and(|it| it.state == ApprovalState::Refused) { p { (view.get("desk-contact-was-refused")) } }
                    (view.frame.minor_ask())
                },
            }
        }
    }
}

fn way_to_ask(view: &View<'_>) -> Markup {
    let own = || view.sheet.approvals.iter().rev().filter(|it| it.asked_by == view.officer.id);
    let own = || own().filter(|it| it.matter == Matter::Contact);
    if let Some(granted) = own().find(|it| it.opens_for(view.officer, view.now)) {
        return html! {
            p #contact-granted .hint { (view.get("desk-contact-granted")) " " (view.time(granted.expires)) }
            (view.frame.contact_show())
        };
    }
    let last = own().next();
    if let Some(asked) = last.filter(|it| it.state == ApprovalState::Asked && it.waits(view.now)) {
        return html! { p #contact-waits .warn { (view.get("desk-contact-waits")) " " (view.time(asked.asked)) } };
    }
    html! {
        @if last.is_some_and(|it| it.state == ApprovalState::Refused) { p .hint { (view.get("desk-contact-was-refused")) } }
        details { summary { (view.get("desk-contact-open")) } (view.frame.contact_ask()) }
    }
}

/// What waits for a second person, with the buttons for one.
fn waiting(view: &View<'_>, it: &Approval) -> Markup {
    let t = view.frame.ctx.texts;
    let who = view.sheet.colleagues.iter().find(|colleague| colleague.id == it.asked_by);
    let own = it.asked_by == view.officer.id;
    html! {
        div .approval.warn {
            p {
                @if let Some(who) = who {
                    strong { (who.name) } " (" (words::agency(t, view.frame.plan, &who.agency)) ") "
                }
                (view.get(match it.matter {
                    Matter::Contact | Matter::Recovery | Matter::Export | Matter::Plan => "desk-approval-asks",
                    Matter::Minor => "desk-approval-asks-minor",
                    Matter::Erase => "desk-approval-asks-erase",
                    Matter::BreakGlass => "desk-approval-broke",
                }))
                " " (view.time(it.asked)) " " span .hint { (view.get("desk-approval-reason-where")) }
            }
            @if own {
                p .hint { (view.get("desk-approval-oneself-hint")) }
            } @else {
                @match it.matter {
                    Matter::Contact | Matter::Minor | Matter::Erase | Matter::Recovery | Matter::Export | Matter::Plan => div .buttons {
                        (view.frame.decision(&it.uid, "contact/grant", "desk-approval-grant"))
                        (view.frame.decision(&it.uid, "contact/refuse", "desk-approval-refuse"))
                    },
                    Matter::BreakGlass => (view.frame.decision(&it.uid, "contact/grant", "desk-approval-reviewed")),
                }
            }
        }
    }
}

fn shown(view: &View<'_>, contact: &Contact) -> Markup {
    html! {
        dl #contact-shown .facts {
            dt { (view.get("desk-contact-name")) } dd { (or_nothing(view, &contact.name)) }
            dt { (view.get("desk-contact-phone")) } dd { (or_nothing(view, &contact.phone)) }
            dt { (view.get("desk-contact-note")) } dd { (or_nothing(view, &contact.note)) }
        }
        p .hint { (view.get("desk-contact-shown-once")) }
    }
}
