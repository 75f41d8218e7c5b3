//! The report form as a browser holds it: every control of the page with what stands in it, a sample's
//! answers put in, and the bytes it is sent as. Owns reading the page once; each later page only gives its
//! token, because the rest of a form is the same for everybody.

use anyhow::{Context as _, ensure};
use scraper::{ElementRef, Html, Selector};

use crate::samples::Sample;

const EDGE: &str = "----edge-of-a-part";

/// The content type of the form.
pub const KIND: &str = "multipart/form-data; boundary=----edge-of-a-part";

/// Where the token and the text go: no page and no sample has these characters.
const HOLES: [&str; 2] = ["\u{1}token\u{1}", "\u{1}text\u{1}"];

/// A form with a sample's answers in it, ready but for its token and its text.
pub struct Filled {
    before: String,
    between: String,
    after: String,
}

/// The token in a page with the form.
pub fn token(page: &str) -> Option<&str> {
    let at = page.find("name=\"form\"")?;
    let value = page[at..].split("value=\"").nth(1)?;
    value.split('"').next().filter(|token| token.len() > 64)
}

impl Filled {
    /// The form of a page, with the answers of a sample.
    pub fn of(page: &str, sample: &Sample) -> anyhow::Result<Self> {
        let mut controls = controls(page)?;
        for (name, value) in sample.values() {
            controls.retain(|control| control.name != name);
            controls.push(Control { name: name.into(), value: value.into(), is_file: false });
        }
        for (name, hole) in ["form", "text"].into_iter().zip(HOLES) {
            let control = controls.iter_mut().find(|control| control.name == name);
            control.with_context(|| format!("the form has no {name}"))?.value = hole.into();
        }
        let body: String = controls.iter().map(Control::part).chain([format!("--{EDGE}--\r\n")]).collect();
        let (before, rest) = body.split_once(HOLES[0]).context("the token's place")?;
        let (between, after) = rest.split_once(HOLES[1]).context("the text comes after the token")?;
        Ok(Self { before: before.into(), between: between.into(), after: after.into() })
    }

    /// The form's body with this token and this text, into `out`.
    pub fn body(&self, out: &mut Vec<u8>, token: &str, text: &str) {
        out.clear();
        for part in [&self.before, token, &self.between, text, &self.after] {
            out.extend_from_slice(part.as_bytes());
        }
    }
}

/// One control as it would be sent.
struct Control {
    name: String,
    value: String,
    is_file: bool,
}

impl Control {
    fn part(&self) -> String {
        let (name, value) = (&self.name, &self.value);
        let file = "; filename=\"\"\r\nContent-Type: application/octet-stream";
        let file = if self.is_file { file } else { "" };
        format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n")
    }
}

fn selector(text: &str) -> anyhow::Result<Selector> {
    Selector::parse(text).map_err(|error| anyhow::anyhow!("{error}"))
}

/// Everything a browser would send of the page's form if nobody had touched it.
fn controls(page: &str) -> anyhow::Result<Vec<Control>> {
    let html = Html::parse_document(page);
    let form = html.select(&selector("form#report")?).next().context("the page has no report form")?;
    ensure!(form.value().attr("enctype") == Some("multipart/form-data"), "the form is sent another way");
    let (all, options) = (selector("input, textarea, select")?, selector("option")?);
    Ok(form.select(&all).filter_map(|control| sent(control, &options)).collect())
}

/// What would be sent of one control; nothing for what is not ticked.
fn sent(control: ElementRef<'_>, options: &Selector) -> Option<Control> {
    let of = |name: &str| control.value().attr(name);
    let value = match (control.value().name(), of("type")) {
        ("textarea", _) => control.text().collect(),
        ("select", _) => chosen(control, options),
        (_, Some("radio" | "checkbox")) => of("checked").and(of("value"))?.to_owned(),
        (_, Some("submit")) => return None,
        _ => of("value").unwrap_or_default().to_owned(),
    };
    Some(Control { name: of("name")?.to_owned(), value, is_file: of("type") == Some("file") })
}

fn chosen(select: ElementRef<'_>, options: &Selector) -> String {
    let marked = select.select(options).find(|option| option.value().attr("selected").is_some());
    let option = marked.or_else(|| select.select(options).next());
    option.and_then(|option| option.value().attr("value")).unwrap_or_default().to_owned()
}
