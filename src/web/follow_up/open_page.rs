//! Where a receipt is typed. Owns what is said of a receipt that cannot be one, and the single page for all
//! that could be one but open nothing; refuses saying which of them it was.

use maud::{Markup, html};

use crate::i18n::Texts;
use crate::vault::receipt::ReceiptTypo;
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// What stands above the form.
pub enum Above<'a> {
    /// Nothing.
    Nothing,
    /// What is wrong with the typed receipt, and the receipt.
    Typo(&'a ReceiptTypo, &'a str),
    /// Nothing answers to it.
    NotFound,
    /// The ticket's time was over; words that were not saved are given back.
    TicketOver(&'a str),
    /// It was left.
    Left,
    /// The store could not be asked.
    Down,
}

/// The page.
pub fn page(ctx: &PageContext, above: &Above<'_>) -> Markup {
    let t = ctx.texts;
    let typed = if let Above::Typo(_, typed) = above { typed } else { "" };
    let body = html! {
        (said_above(t, above))
        form #open-receipt method="post" action="/follow-up" autocomplete="off" accept-charset="utf-8" {
            input type="hidden" name="l" value=(t.0.code()) autocomplete="off";
            div .question {
                label .ask for="receipt" { (t.get("open-label")) }
                p .hint #receipt-hint { (t.get("open-hint")) }
                textarea #receipt name="receipt" rows="4" maxlength="2000" autocomplete="off" autocapitalize="none"
                    spellcheck="false" dir="auto" aria-describedby="receipt-hint" { "\n" (typed) }
            }
            button type="submit" { (t.get("open-button")) }
        }
        p .hint { (t.get("open-lost")) }
    };
    match above {
        Above::Nothing | Above::Left => shell::page_in_languages(ctx, &t.get("open-title"), &body),
        _ => shell::page(ctx, &t.get("open-title"), &body),
    }
}

fn said_above(t: Texts, above: &Above<'_>) -> Markup {
    html! {
        @match above {
            Above::Nothing => {}
            Above::Left => p .lead role="status" { (t.get("open-left")) },
            Above::Typo(typo, _) => section #errors .errors role="alert" {
                h2 { (t.get("typo-title")) }
                p { a href="#receipt" { (typo_text(t, typo)) } }
                p { (t.get("typo-nothing-asked")) }
            },
            Above::NotFound => section #not-found .errors role="alert" {
                h2 { (t.get("not-found-title")) }
                p { (t.get("not-found-text")) }
            },
            Above::TicketOver(text) => section #errors .errors role="alert" {
                h2 { (t.get("ticket-over-title")) }
                p { (t.get("ticket-over-text")) }
                @if !text.is_empty() {
                    label .ask for="kept" { (t.get("ticket-over-kept")) }
                    textarea #kept rows="6" readonly dir="auto" { "\n" (text) }
                }
            },
            Above::Down => section #errors .errors role="alert" {
                h2 { (t.get("open-down-title")) }
                p #emergency { (t.get("open-down-text")) " " (t.get("emergency-plain")) }
            },
        }
    }
}

fn typo_text(t: Texts, typo: &ReceiptTypo) -> String {
    match typo {
        ReceiptTypo::Empty => t.get("typo-empty"),
        ReceiptTypo::UnlistedWord { position, word, nearest } => {
            let position = position.to_string();
            match nearest {
                Some(near) => {
                    t.with("typo-word-near", &[("position", &position), ("word", word), ("near", near)])
                }
                None => t.with("typo-word", &[("position", &position), ("word", word)]),
            }
        }
        ReceiptTypo::Length { found } => t.with("typo-length", &[("found", &found.to_string())]),
        ReceiptTypo::CodeLength { found } => t.with("typo-code-length", &[("found", &found.to_string())]),
        ReceiptTypo::Checksum => t.get("typo-checksum"),
    }
}
