//! From what arrived to what intake understands. Owns which hidden fields a form carries; refuses judging
//! what was typed.

use actix_web::HttpRequest;

use crate::i18n::Locale;
use crate::intake::draft::{Draft, Field};
use crate::web::context::Language;
use crate::web::upload::Upload;

/// The field that people do not see and programs fill in.
pub const TRAP: &str = "website";

/// The field that carries the form's token.
pub const TOKEN: &str = "form";

/// The draft in an upload.
pub fn draft(upload: &Upload) -> Draft {
    let mut draft = Draft::default();
    for (name, value) in &upload.fields {
        if let Some(field) = Field::named(name).filter(|f| *f != Field::Photo) {
            draft.put(field, value);
        }
    }
    draft.suspicious = !upload.get(TRAP).trim().is_empty();
    draft
}

/// The language the form was shown in; else what the request says.
pub fn language(upload: &Upload, req: &HttpRequest) -> Locale {
    upload.get("l").parse().unwrap_or_else(|()| Language::of(req).0)
}
