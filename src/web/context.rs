//! What every view may know: the language, whose page it is, and where it stands. No rows, no secrets.

use std::future::{Ready, ready};
use std::sync::PoisonError;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use maud::Markup;

use super::ui::style::Audience;
use crate::app::App;
use crate::i18n::{Locale, Texts};

/// The frame a view is drawn in.
#[derive(Clone)]
pub struct PageContext {
    /// The texts of the visitor's language.
    pub texts: Texts,
    /// Public or desk.
    pub audience: Audience,
    /// This page's path, for the links to its other languages.
    pub path: String,
    /// What stands above the content: the desk's own bar.
    pub bar: Option<Markup>,
}

impl PageContext {
    /// A public page at `path`.
    pub fn public(locale: Locale, path: impl Into<String>) -> Self {
        Self { texts: Texts(locale), audience: Audience::Public, path: path.into(), bar: None }
    }

    /// A desk page at `path`.
    pub fn desk(locale: Locale, path: impl Into<String>) -> Self {
        Self { texts: Texts(locale), audience: Audience::Desk, path: path.into(), bar: None }
    }

    /// The neutral title: the portal's name and nothing of the matter.
    pub fn title(&self) -> String {
        self.texts.get("app-title")
    }

    /// An own address that keeps the visitor's language.
    pub fn href(&self, path: &str) -> String {
        format!("{path}?l={}", self.texts.0.code())
    }

    /// This page in another language.
    pub fn href_in(&self, locale: Locale) -> String {
        format!("{}?l={}", self.path, locale.code())
    }
}

/// The visitor's language: chosen (`?l=`), else what the browser asks for, else the portal's own. No cookie.
#[derive(Clone, Copy, Debug)]
pub struct Language(pub Locale);

impl Language {
    /// Reads the language off a request.
    pub fn of(req: &HttpRequest) -> Self {
        let chosen = req.query_string().split('&').find_map(|pair| pair.strip_prefix("l=")?.parse().ok());
        let asked = || {
            let header = req.headers().get(actix_web::http::header::ACCEPT_LANGUAGE)?;
            Some(Locale::negotiate(header.to_str().ok()?))
        };
        let set = || {
            let app = req.app_data::<actix_web::web::Data<App>>()?;
            app.face.read().unwrap_or_else(PoisonError::into_inner).language
        };
        Self(chosen.or_else(asked).or_else(set).unwrap_or(Locale::Zh))
    }
}

impl FromRequest for Language {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(req)))
    }
}
