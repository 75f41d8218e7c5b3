//! A QR code as a picture in the page. Owns turning dark squares into one path; refuses what they say.

use fast_qr::{ECL, QRBuilder};
use maud::{Markup, html};

/// Light squares around the code, which readers want.
const QUIET: usize = 4;

/// The text as a QR code; nothing where it is too long for one.
pub(super) fn svg(text: &str, label: &str) -> Markup {
    let Ok(code) = QRBuilder::new(text).ecl(ECL::M).build() else { return html! {} };
    let side = code.size + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size {
        for x in 0..code.size {
            if code[y][x].value() {
                path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
            }
        }
    }
    html! {
        svg .qr role="img" aria-label=(label) viewBox=(format!("0 0 {side} {side}")) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}
