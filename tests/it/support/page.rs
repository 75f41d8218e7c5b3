//! What came back: status, head and body, and questions about the page in it.

use scraper::{Html, Selector};

use super::form::Form;

pub struct Page {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Page {
    /// From the bytes of one answer, as they came off the wire.
    pub fn parse(raw: &[u8]) -> Self {
        let cut = raw.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(raw.len());
        let head = String::from_utf8_lossy(&raw[..cut]).into_owned();
        let body = String::from_utf8_lossy(raw.get(cut + 4..).unwrap_or_default()).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        let pair =
            |line: &str| line.split_once(": ").map(|(k, v)| (k.to_ascii_lowercase(), v.trim().to_owned()));
        Self { status, headers: head.lines().skip(1).filter_map(pair).collect(), body }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    pub fn all(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        self.html().select(&selector).map(|e| e.text().collect::<String>()).collect()
    }

    pub fn has(&self, selector: &str) -> bool {
        !self.all(selector).is_empty()
    }

    pub fn text(&self, selector: &str) -> String {
        self.all(selector).concat()
    }

    /// The values of an attribute of everything selected.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        self.html().select(&selector).filter_map(|e| e.value().attr(name).map(str::to_owned)).collect()
    }

    pub fn value(&self, selector: &str) -> String {
        self.attributes(selector, "value").into_iter().next().unwrap_or_default()
    }

    /// The form with every value a browser would send back, hidden ones included.
    pub fn form(&self, selector: &str) -> Form {
        Form::find(&self.html(), selector).unwrap_or_else(|| panic!("no {selector} in {}", self.body))
    }

    /// The twelve words of a receipt page.
    pub fn words(&self) -> Vec<String> {
        self.all("#words > li")
    }

    /// The code of a receipt page.
    pub fn code(&self) -> String {
        self.text("#code").replace(' ', "")
    }
}
