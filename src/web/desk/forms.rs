//! The forms of a tip, each the same on the tip's page and on the page that gives it back. Owns fields and
//! labels; refuses what the acts do. Every form carries the session's token and the version it was drawn from.

use maud::{Markup, html};

use super::session::Fields;
use super::words;
use crate::clock::Minute;
use crate::people::approval::Purpose;
use crate::plan::{Agency, Lang, Plan, Urgency};
use crate::routing::{Coverage, FullCoverage};
use crate::store::tip_page::Sheet;
use crate::triage::acts::{ActRefused, ExcerptRefused};
use crate::triage::aside::Noise;
use crate::triage::outcome::Outcome;
use crate::triage::placement::ReferRefused;
use crate::triage::status::NotNow;
use crate::triage::tip::{Tip, short_number};
use crate::vault::uid::Uid;
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// What every form is drawn with.
pub(super) struct Frame<'a> {
    /// The page.
    pub(super) ctx: &'a PageContext,
    /// The plan.
    pub(super) plan: &'a Plan,
    /// The session's token.
    pub(super) csrf: &'a str,
    /// The tip.
    pub(super) tip: &'a Tip,
    /// Who can take a tip now.
    pub(super) coverage: &'a dyn Coverage,
    /// Whether the urgency was set by an officer against the rule: it is then offered again.
    pub(super) pinned: bool,
    /// What was typed before.
    pub(super) draft: &'a Fields,
}

impl Frame<'_> {
    pub(super) fn form(&self, act: &str, fields: &Markup) -> Markup {
        let action = self.ctx.href(&format!("/desk/tips/{}/{act}", self.tip.uid));
        html! {
            form id=(act.replace('/', "-")) .act method="post" action=(action) autocomplete="off" {
                input type="hidden" name="csrf" value=(self.csrf);
                input type="hidden" name="version" value=(self.tip.version);
                (fields)
            }
        }
    }

    pub(super) fn get(&self, id: &str) -> String {
        self.ctx.texts.get(id)
    }

    pub(super) fn button(&self, id: &str, key: Option<&str>) -> Markup {
        html! {
            button type="submit" aria-keyshortcuts=[key] { (self.get(id)) }
        }
    }

    pub(super) fn text(&self, form: &str, name: &str, label: &str, rows: u8, required: bool) -> Markup {
        let id = format!("{form}-{name}");
        html! {
            label for=(id) { (self.get(label)) @if !required { " " span .optional { (self.get("desk-optional")) } } }
            textarea id=(id) name=(name) rows=(rows) required[required] { (self.draft.typed(name)) }
        }
    }

    fn options(&self, name: &str, present: &str, all: impl Iterator<Item = (String, String)>) -> Markup {
        let typed = self.draft.typed(name);
        let chosen = if typed.is_empty() { present } else { typed };
        html! { @for (value, label) in all { option value=(value) selected[value == chosen] { (label) } } }
    }

    /// One of the forms by its name; nothing for a name that has none.
    pub(super) fn named(&self, form: &str) -> Markup {
        match form {
            "claim" => self.claim(),
            "accept" => self.accept(),
            "note" => self.note(),
            "reply" => self.reply(),
            "correct" => self.correct(),
            "refer" => self.refer(),
            "close" => self.close(),
            "aside" => self.aside(),
            "take-back" => self.take_back(),
            "take-over" => self.take_over(),
            "skip" => self.skip(),
            "hold" => self.hold(),
            "lift" => self.lift(),
            "contact-ask" => self.contact_ask(),
            "contact-break-glass" => self.break_glass(),
            "minor-ask" => self.minor_ask(),
            "erase-ask" => self.erase_ask(),
            "excerpt" => self.excerpt(""),
            _ => html! {},
        }
    }

    pub(super) fn claim(&self) -> Markup {
        self.form("claim", &self.button("desk-claim-button", Some("c")))
    }

    pub(super) fn accept(&self) -> Markup {
        self.form("accept", &self.button("desk-accept-button", Some("a")))
    }

    pub(super) fn note(&self) -> Markup {
        self.form(
            "note",
            &html! {
                (self.text("note", "text", "desk-note-label", 3, true))
                (self.button("desk-note-button", None))
            },
        )
    }

    pub(super) fn reply(&self) -> Markup {
        self.form("reply", &html! {
            p .hint { (self.get("desk-reply-hint")) }
            (self.text("reply", "text", "desk-reply-label", 4, true))
            p .check {
                input #reply-ask type="checkbox" name="ask" value="yes" checked[self.draft.typed("ask") == "yes"];
                label for="reply-ask" { (self.get("desk-reply-ask")) }
            }
            (self.button("desk-reply-button", None))
        })
    }

    pub(super) fn correct(&self) -> Markup {
        let (t, plan, tip) = (self.ctx.texts, self.plan, self.tip);
        let categories =
            plan.categories().iter().map(|c| (c.code.to_string(), words::category(t, plan, &c.code)));
        let districts =
            plan.districts().iter().map(|d| (d.code.to_string(), d.name(Lang::of(t.0)).to_owned()));
        let unknown = ("unknown".to_owned(), t.get("desk-place-unknown"));
        let urgencies = Urgency::ALL.map(|u| (u.to_string(), words::urgency(t, u)));
        let by_rule = ("rule".to_owned(), t.get("desk-urgency-by-rule"));
        let district = tip.district.map_or_else(|| "unknown".to_owned(), |d| d.to_string());
        let urgency = if self.pinned { tip.placement.urgency.as_str() } else { "rule" };
        self.form("correct", &html! {
            p .hint { (self.get("desk-correct-hint")) }
            label for="correct-category" { (self.get("desk-category")) }
            select #correct-category name="category" { (self.options("category", tip.category.as_str(), categories)) }
            label for="correct-district" { (self.get("desk-district")) }
            select #correct-district name="district" {
                (self.options("district", &district, std::iter::once(unknown).chain(districts)))
            }
            label for="correct-urgency" { (self.get("desk-urgency")) }
            select #correct-urgency name="urgency" {
                (self.options("urgency", urgency, std::iter::once(by_rule).chain(urgencies)))
            }
            (self.button("desk-correct-button", None))
        })
    }

    pub(super) fn refer(&self) -> Markup {
        let may = |agency: &&Agency| {
            self.tip.placement.check_referral(&agency.code, self.plan, self.coverage).is_ok()
        };
        let (branches, municipal): (Vec<&Agency>, Vec<&Agency>) =
            self.plan.agencies().filter(may).partition(|agency| agency.code.is_branch());
        let lang = Lang::of(self.ctx.texts.0);
        let named = |agencies: Vec<&Agency>| {
            let named = agencies.into_iter().map(|a| (a.code.to_string(), a.name(lang).to_owned()));
            named.collect::<Vec<_>>().into_iter()
        };
        self.form("refer", &html! {
            p .hint { (self.get("desk-refer-hint")) }
            label for="refer-agency" { (self.get("desk-refer-agency")) }
            select #refer-agency name="agency" required {
                option value="" { (self.get("desk-choose")) }
                optgroup label=(self.get("desk-agencies-municipal")) { (self.options("agency", "", named(municipal))) }
                optgroup label=(self.get("desk-agencies-district")) { (self.options("agency", "", named(branches))) }
            }
            (self.text("refer", "reason", "desk-reason-label", 2, true))
            (self.button("desk-refer-button", None))
        })
    }

    pub(super) fn close(&self) -> Markup {
        let t = self.ctx.texts;
        let outcomes = Outcome::ALL.into_iter().map(|o| (o.to_string(), t.get(&format!("desk-outcome-{o}"))));
        self.form(
            "close",
            &html! {
                label for="close-outcome" { (self.get("desk-outcome")) }
                select #close-outcome name="outcome" required {
                    option value="" { (self.get("desk-choose")) }
                    (self.options("outcome", "", outcomes))
                }
                (self.text("close", "reason", "desk-reason-label", 2, true))
                (self.text("close", "reply", "desk-close-reply-label", 3, false))
                (self.button("desk-close-button", None))
            },
        )
    }

    /// Setting aside: one press where nobody is in danger; a reason and a confirmation where somebody may be.
    pub(super) fn aside(&self) -> Markup {
        let urgency = self.tip.placement.urgency;
        let immediate = urgency == Urgency::Immediate;
        self.form("aside", &html! {
            p .hint { (self.get(if immediate { "desk-aside-hint-immediate" } else { "desk-aside-hint" })) }
            @if !immediate && (urgency != Urgency::Normal || self.tip.has_minor) { p .hint { (self.get("desk-aside-looked-at")) } }
            (self.text("aside", "reason", "desk-reason-label", 1, immediate))
            @if immediate { p .check {
                input #aside-confirmed type="checkbox" name="confirmed" value="yes" required;
                label for="aside-confirmed" { (self.get("desk-aside-confirm")) }
            } }
            p .check {
                input #aside-then type="checkbox" name="then" value="next" checked;
                label for="aside-then" { (self.get("desk-aside-then")) }
            }
            p .ways { @for noise in Noise::ALL {
                button type="submit" name="noise" value=(noise) { (self.get(&format!("desk-noise-{noise}"))) }
            } }
        })
    }

    pub(super) fn take_back(&self) -> Markup {
        self.form("take-back", &self.button("desk-take-back-button", None))
    }

    pub(super) fn contact_ask(&self) -> Markup {
        self.form(
            "contact/ask",
            &html! {
                p .hint { (self.get("desk-contact-hint")) }
                (self.purpose("ask"))
                (self.text("contact", "reason", "desk-contact-reason", 2, true))
                (self.button("desk-contact-ask-button", None))
            },
        )
    }

    pub(super) fn minor_ask(&self) -> Markup {
        self.form(
            "minor/ask",
            &html! {
                (self.purpose("minor"))
                (self.text("minor", "reason", "desk-contact-reason", 2, true))
                (self.button("desk-contact-ask-button", None))
            },
        )
    }

    pub(super) fn erase_ask(&self) -> Markup {
        self.form(
            "erase/ask",
            &html! {
                p .hint { (self.get("desk-erase-hint")) }
                input type="hidden" name="purpose" value=(Purpose::Other);
                (self.text("erase", "reason", "desk-contact-reason", 2, true))
                (self.button("desk-erase-button", None))
            },
        )
    }

    pub(super) fn contact_show(&self) -> Markup {
        self.form("contact", &self.button("desk-contact-show-button", None))
    }

    pub(super) fn break_glass(&self) -> Markup {
        self.form(
            "contact/break-glass",
            &html! {
                p .hint { (self.get("desk-glass-hint")) }
                (self.purpose("glass"))
                (self.text("glass", "reason", "desk-contact-reason", 2, true))
                (self.button("desk-glass-button", None))
            },
        )
    }

    /// One button of a second person.
    pub(super) fn decision(&self, approval: &Uid, act: &str, label: &str) -> Markup {
        self.form(
            act,
            &html! {
                input type="hidden" name="approval" value=(approval);
                (self.button(label, None))
            },
        )
    }

    fn purpose(&self, form: &str) -> Markup {
        let id = format!("{form}-purpose");
        let word =
            |purpose: &Purpose| self.get(&format!("desk-purpose-{}", purpose.as_str().replace('_', "-")));
        let all = Purpose::ALL.iter().map(|purpose| (purpose.to_string(), word(purpose)));
        html! {
            label for=(id) { (self.get("desk-contact-purpose")) }
            select id=(id) name="purpose" required { (self.options("purpose", "", all)) }
        }
    }
}

/// A form that comes back.
pub(super) struct Again<'a> {
    /// The page.
    pub(super) ctx: &'a PageContext,
    /// The plan.
    pub(super) plan: &'a Plan,
    /// The session's token.
    pub(super) csrf: String,
    /// What was typed.
    pub(super) fields: &'a Fields,
    /// Which form.
    pub(super) form: &'static str,
    /// Now.
    pub(super) now: Minute,
}

impl Again<'_> {
    fn form(&self, tip: &Tip) -> Markup {
        let coverage = FullCoverage::of(self.plan);
        Frame {
            ctx: self.ctx,
            plan: self.plan,
            csrf: &self.csrf,
            tip,
            coverage: &coverage,
            pinned: false,
            draft: self.fields,
        }
        .named(self.form)
    }

    fn page(&self, tip: &Tip, title: &str, body: &Markup) -> Markup {
        let heading = self.ctx.texts.with(title, &[("number", &short_number(&tip.uid))]);
        let back = self.ctx.href(&format!("/desk/tips/{}", tip.uid));
        let body = html! {
            (body)
            div .card { (self.form(tip)) }
            p { a href=(back) { (self.ctx.texts.get("desk-back-to-tip")) } }
        };
        shell::page(self.ctx, &heading, &body)
    }
}

/// The form once more, and why the act was not done.
pub(super) fn again(again: &Again<'_>, sheet: &Sheet, text: &str) -> Markup {
    let body = html! {
        div #errors .errors role="alert" { p { (again.ctx.texts.get(text)) } p { (again.ctx.texts.get("desk-nothing-done")) } }
    };
    again.page(&sheet.tip, "desk-not-done-title", &body)
}

/// What changed since the officer opened the tip, and the form with what was typed.
pub(super) fn changed(again: &Again<'_>, sheet: &Sheet, seen: i64) -> Markup {
    let t = again.ctx.texts;
    let since = sheet.events.iter().filter(|event| event.version > seen);
    let body = html! {
        div #changed .errors role="alert" {
            p { (t.get("desk-changed-text")) }
            ul { @for event in since {
                li { (super::context_view::event_words(t, again.plan, sheet, event)) " · "
                    (words::time(t, again.now, event.minute)) }
            } }
            p { (t.get("desk-nothing-done")) }
        }
    };
    again.page(&sheet.tip, "desk-changed-title", &body)
}

/// The text that says why an act was not done.
pub(super) const fn refusal_text(refused: ActRefused) -> &'static str {
    match refused {
        ActRefused::Empty => "desk-refused-empty",
        ActRefused::TooLong(_) => "desk-refused-long",
        ActRefused::NotNow(NotNow { .. }) => "desk-refused-not-now",
        ActRefused::HeldByColleague => "desk-refused-held",
        ActRefused::Unconfirmed => "desk-refused-unconfirmed",
        ActRefused::TooSoon => "desk-look-soon",
        ActRefused::OwnLook => "desk-refused-own-look",
        ActRefused::Unchanged => "desk-refused-unchanged",
        ActRefused::Refer(ReferRefused::Same) => "desk-refused-same",
        ActRefused::Refer(ReferRefused::TakesNone | ReferRefused::Excluded) => "desk-refused-takes-none",
        ActRefused::Refer(ReferRefused::Unmanned) => "desk-refused-unmanned",
        ActRefused::NoKey(_) => "desk-refused-no-key",
        ActRefused::Reseal(_) => "desk-refused-reseal",
        ActRefused::Excerpt(ExcerptRefused::Nobody) => "desk-refused-excerpt-nobody",
        ActRefused::Excerpt(ExcerptRefused::NotOffered) => "desk-refused-excerpt-body",
    }
}
