//! A form as a browser holds it: what stands in it, what somebody changes, and the bytes it is sent as.

use scraper::{ElementRef, Html, Selector};

use crate::site::{MULTIPART, Part, URLENCODED, multipart, urlencoded};

#[derive(Clone)]
pub struct Form {
    pub action: String,
    multipart: bool,
    fields: Vec<Field>,
}

#[derive(Clone)]
struct Field {
    name: String,
    value: Vec<u8>,
    file: Option<String>,
}

impl Form {
    pub fn find(html: &Html, selector: &str) -> Option<Self> {
        let form = html.select(&Selector::parse(selector).unwrap()).next()?;
        let controls = Selector::parse("input, textarea, select").unwrap();
        Some(Self {
            action: form.value().attr("action").unwrap_or_default().to_owned(),
            multipart: form.value().attr("enctype") == Some("multipart/form-data"),
            fields: form.select(&controls).filter_map(field).collect(),
        })
    }

    /// Types or chooses a value.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.set_bytes(name, value.as_bytes())
    }

    /// Sends bytes that no keyboard makes.
    pub fn set_bytes(&mut self, name: &str, value: &[u8]) -> &mut Self {
        self.fields.retain(|field| field.name != name);
        self.fields.push(Field { name: name.to_owned(), value: value.to_vec(), file: None });
        self
    }

    /// Chooses a file.
    pub fn choose(&mut self, name: &str, file: &str, bytes: &[u8]) -> &mut Self {
        self.fields.retain(|field| field.name != name);
        self.fields.push(Field { name: name.to_owned(), value: bytes.to_vec(), file: Some(file.to_owned()) });
        self
    }

    pub fn get(&self, name: &str) -> String {
        let found = self.fields.iter().find(|field| field.name == name);
        found.map_or_else(String::new, |field| String::from_utf8_lossy(&field.value).into_owned())
    }

    /// The content type and the body.
    pub fn encode(&self) -> (&'static str, Vec<u8>) {
        if self.multipart {
            let part = |f: &'_ Field| -> (String, Option<String>, Vec<u8>) {
                (f.name.clone(), f.file.clone(), f.value.clone())
            };
            let owned: Vec<_> = self.fields.iter().map(part).collect();
            let parts: Vec<Part<'_>> =
                owned.iter().map(|(name, file, bytes)| Part { name, file: file.as_deref(), bytes }).collect();
            return (MULTIPART, multipart(&parts));
        }
        let pairs: Vec<(String, String)> = self
            .fields
            .iter()
            .map(|f| (f.name.clone(), String::from_utf8_lossy(&f.value).into_owned()))
            .collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        (URLENCODED, urlencoded(&pairs))
    }
}

/// What a browser would send for one control; nothing for what is not ticked.
fn field(control: ElementRef<'_>) -> Option<Field> {
    let of = |name: &str| control.value().attr(name);
    let name = of("name")?.to_owned();
    let value = match (control.value().name(), of("type")) {
        ("textarea", _) => control.text().collect::<String>(),
        ("select", _) => chosen(control),
        (_, Some("radio" | "checkbox")) => of("checked").and(of("value"))?.to_owned(),
        (_, Some("file")) => return Some(Field { name, value: Vec::new(), file: Some(String::new()) }),
        (_, Some("submit")) => return None,
        _ => of("value").unwrap_or_default().to_owned(),
    };
    Some(Field { name, value: value.into_bytes(), file: None })
}

fn chosen(select: ElementRef<'_>) -> String {
    let options = Selector::parse("option").unwrap();
    let mut all = select.select(&options);
    let first = all.clone().next();
    let chosen = all.find(|option| option.value().attr("selected").is_some()).or(first);
    chosen.and_then(|option| option.value().attr("value")).unwrap_or_default().to_owned()
}
