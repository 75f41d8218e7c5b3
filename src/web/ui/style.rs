//! The pages' own style and script: embedded, named by their hash, allowed by their hash. No page asks
//! another host for anything.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384};

/// Whose pages a style or script is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Citizens, on phones.
    Public,
    /// Officers, at desks.
    Desk,
}

/// One deferred script: its address, its text, and the digest the browser checks it against.
pub struct Script {
    /// `/static/<name>.<hash>.js`
    pub path: String,
    /// The file's text.
    pub text: &'static str,
    /// Value of the `integrity` attribute.
    pub integrity: String,
}

const PUBLIC_CSS: &str = include_str!("../../../assets/css/public.css");
const DESK_CSS: &str = include_str!("../../../assets/css/desk.css");

static PUBLIC_SCRIPT: LazyLock<Script> =
    LazyLock::new(|| script("p", include_str!("../../../assets/js/public.js")));
static DESK_SCRIPT: LazyLock<Script> =
    LazyLock::new(|| script("d", include_str!("../../../assets/js/desk.js")));

fn script(name: &str, text: &'static str) -> Script {
    let digest = Sha384::digest(text.as_bytes());
    let tag: String = digest.iter().take(4).map(|b| format!("{b:02x}")).collect();
    Script {
        path: format!("/static/{name}.{tag}.js"),
        text,
        integrity: format!("sha384-{}", STANDARD.encode(digest)),
    }
}

impl Audience {
    /// The style that stands inline in each page.
    pub const fn css(self) -> &'static str {
        match self {
            Self::Public => PUBLIC_CSS,
            Self::Desk => DESK_CSS,
        }
    }

    /// The one script of these pages.
    pub fn script(self) -> &'static Script {
        match self {
            Self::Public => &PUBLIC_SCRIPT,
            Self::Desk => &DESK_SCRIPT,
        }
    }

    /// The style's digest as a CSP source.
    pub fn style_source(self) -> String {
        format!("'sha256-{}'", STANDARD.encode(Sha256::digest(self.css().as_bytes())))
    }
}
