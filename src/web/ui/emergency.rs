//! The emergency numbers: links that dial, and the same as plain text for who cannot follow a link.

use maud::{Markup, html};

use crate::i18n::Texts;

/// The block that stands above every door and on every page that could not do its work.
pub fn numbers(t: Texts) -> Markup {
    html! {
        section #gate .gate aria-labelledby="gate-title" {
            h2 #gate-title { (t.get("emergency-title")) }
            p .calls {
                a href="tel:110" { (t.get("emergency-110")) }
                a href="tel:120" { (t.get("emergency-120")) }
                a .wide href="sms:12110" { (t.get("emergency-12110")) }
            }
            p #emergency .numbers { (t.get("emergency-plain")) }
        }
    }
}
