//! The receipt: that it was received, the words, what happens next, what is safe. Owns its wording's order;
//! refuses any promise: nobody has read it yet, so the emergency numbers stand here.

use maud::{Markup, html};

use super::times::{gap, when, words};
use crate::clock::Minute;
use crate::i18n::{Locale, Texts};
use crate::intake::answer::Answer;
use crate::intake::report::IdentityLevel;
use crate::plan::{AgencyCode, DistrictCode, Lang, Plan, Urgency};
use crate::vault::receipt::{Receipt, WordList};
use crate::web::context::PageContext;
use crate::web::ui::{emergency, shell};

/// The page.
pub fn page(ctx: &PageContext, answer: &Answer, receipt: &Receipt, plan: &Plan, now: Minute) -> Markup {
    let t = ctx.texts;
    let body = html! {
        p .lead { (t.get("receipt-received")) (gap(t)) (when(t, answer.received, now)) }
        @if answer.urgency == Urgency::Immediate { p .lead { strong { (t.get("next-danger")) } } }
        section .receipt aria-labelledby="words-title" {
            h2 #words-title { (t.get("receipt-words-title")) }
            p { (t.get("receipt-words-text")) }
            ol #words lang=(t.0.html_lang()) {
                @for word in receipt.words(list(t.0)) { li { (word) } }
            }
            p { (t.get("receipt-code-label")) " " code #code { (grouped(&receipt.code())) } }
        }
        section #next aria-labelledby="next-title" {
            h2 #next-title { (t.get("next-title")) }
            ul {
                li { (t.get("next-unread")) }
                li { (who_and_when(t, plan, &answer.lead, answer.due, now)) }
                @if let Some(first) = answer.first_responder.filter(|first| *first != answer.lead) {
                    li { (t.with("next-first", &[("agency", &agency(plan, t, &first))])) }
                }
                li { (t.get("next-look")) (gap(t)) a .tall href=(ctx.href("/follow-up")) { (t.get("next-look-link")) } }
                @if !answer.between.is_empty() { li #between { (t.with("next-between", &[("districts", &districts(plan, t, &answer.between))])) } }
                @if answer.outside { li #outside { (t.get("next-outside")) } }
                @if answer.has_photo { li { (t.get("next-photo")) } }
                @if answer.identity != IdentityLevel::Anonymous { li { (t.get("next-contact")) } }
            }
        }
        section .safe aria-labelledby="safe-title" {
            h2 #safe-title { (t.get("safe-title")) }
            ul { @for id in ["safe-paper", "safe-whoever", "safe-lost", "safe-leave"] { li { (t.get(id)) } } }
        }
        (emergency::numbers(t))
    };
    shell::page(ctx, &t.get("receipt-title"), &body)
}

/// The page for a sending that was received and whose receipt has been used since.
pub fn opened_before(ctx: &PageContext) -> Markup {
    let t = ctx.texts;
    let body = html! {
        p .lead { (t.get("opened-before-text")) }
        p { a .tall href=(ctx.href("/follow-up")) { (t.get("next-look-link")) } }
        (emergency::numbers(t))
    };
    shell::page(ctx, &t.get("receipt-title"), &body)
}

/// The list of words for a language.
pub const fn list(locale: Locale) -> WordList {
    match locale {
        Locale::Zh => WordList::Chinese,
        Locale::En => WordList::English,
    }
}

/// Who answers for a tip, and by when somebody should have looked.
pub fn who_and_when(t: Texts, plan: &Plan, lead: &AgencyCode, due: Minute, now: Minute) -> String {
    t.with("next-who-due", &[("agency", &agency(plan, t, lead)), ("when", &words(t, due, now))])
}

/// An agency's name; its code where the plan no longer has it.
pub fn agency(plan: &Plan, t: Texts, code: &AgencyCode) -> String {
    let lang = if t.0 == Locale::Zh { Lang::Zh } else { Lang::En };
    plan.agency(code).map_or_else(|| code.to_string(), |agency| agency.name(lang).to_owned())
}

/// Districts by their names.
fn districts(plan: &Plan, t: Texts, codes: &[DistrictCode]) -> String {
    let (lang, comma) = if t.0 == Locale::Zh { (Lang::Zh, "、") } else { (Lang::En, ", ") };
    let name = |code: &DistrictCode| {
        plan.district(code).map_or_else(|| code.to_string(), |d| d.name(lang).to_owned())
    };
    codes.iter().map(name).collect::<Vec<_>>().join(comma)
}

/// In groups of four, to be read aloud and typed.
fn grouped(code: &str) -> String {
    let digits: Vec<char> = code.chars().collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn thirty_two_digits_come_in_eight_groups() {
        assert_eq!(
            super::grouped("0123456789abcdef0123456789abcdef"),
            "0123 4567 89ab cdef 0123 4567 89ab cdef"
        );
    }
}
