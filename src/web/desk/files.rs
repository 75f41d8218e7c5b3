//! A tip's files: each reading on record, opened piece by piece, never run by the browser. Owns the headers
//! that keep a file a file.

use actix_web::http::header;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::opened::{FileMeta, file_meta};
use super::session::SignedIn;
use super::tip;
use super::working::{down, keys, not_found, uid_of};
use crate::app::App;
use crate::store::tip_page::Purpose;
use crate::triage::keys::file_data_place;
use crate::vault::compartment::Compartment;
use crate::vault::file::open_stream;
use crate::web::reply::NO_STORE;

/// How a file is wanted.
#[derive(Deserialize)]
pub(super) struct Wanted {
    view: Option<String>,
}

/// The kinds that may be looked at in the browser: pictures that intake itself has cleaned.
const SHOWN: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// A file, to keep or (pictures, with `?view=1`) to look at.
///
/// It is opened whole before the first byte leaves: a file that was cut or changed must not be half shown.
/// Intake bounds it to ten mebibytes.
pub(super) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Error> {
    let (Some(uid), Some(file)) = (uid_of(&req, "uid"), uid_of(&req, "file")) else {
        return Ok(not_found(&req));
    };
    let sheet = tip::read(&app, &req, &who, uid, Purpose::File(file)).await?;
    let Some(sheet) = sheet else { return Ok(not_found(&req)) };
    let keys = keys(&who, &sheet);
    let sealed = sheet.files.iter().find(|it| it.uid == file);
    let meta = sealed.and_then(|it| file_meta(&uid, &keys, &file, &it.meta));
    let (Some(meta), Ok(key)) = (meta, keys.get(Compartment::Report)) else { return Ok(down(&req)) };
    let (key, blobs) = (key.clone(), app.blobs.clone());
    let opened = web::block(move || {
        let mut clear = Vec::new();
        let from = blobs.get(&file).ok()?;
        open_stream(&key, &file_data_place(&uid, &file), from, &mut clear).ok()?;
        Some(clear)
    })
    .await;
    match opened {
        Ok(Some(clear)) => Ok(answer(&meta, wanted.view.is_some(), clear)),
        _ => Ok(down(&req)),
    }
}

fn answer(meta: &FileMeta, look: bool, clear: Vec<u8>) -> HttpResponse {
    let shown = SHOWN.contains(&meta.mime.as_str());
    let mime = if shown { meta.mime.as_str() } else { "application/octet-stream" };
    let how = if look && shown { "inline" } else { "attachment" };
    HttpResponse::Ok()
        .content_type(mime)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("{how}; filename=\"{}\"", safe_name(&meta.name)),
        ))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, NO_STORE))
        .body(clear)
}

/// Names are ours (`photo-1.jpg`); anything else in a sealed row is not trusted with a header.
fn safe_name(name: &str) -> &str {
    let plain = !name.is_empty() && name.len() <= 64 && !name.starts_with('.');
    let safe = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if plain && safe { name } else { "file" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(mime: &str, name: &str) -> FileMeta {
        FileMeta { mime: mime.into(), bytes: 1, name: name.into() }
    }

    fn header(answer: &HttpResponse, name: header::HeaderName) -> &str {
        answer.headers().get(name).unwrap().to_str().unwrap()
    }

    #[test]
    fn only_pictures_are_shown_and_everything_else_is_kept() {
        let shown = answer(&meta("image/png", "photo-1.png"), true, vec![]);
        let kept = answer(&meta("image/png", "photo-1.png"), false, vec![]);
        let page = answer(&meta("text/html", "a.html"), true, vec![]);

        assert_eq!(header(&shown, header::CONTENT_DISPOSITION), "inline; filename=\"photo-1.png\"");
        assert_eq!(header(&kept, header::CONTENT_DISPOSITION), "attachment; filename=\"photo-1.png\"");
        assert_eq!(header(&page, header::CONTENT_DISPOSITION), "attachment; filename=\"a.html\"");
        assert_eq!(header(&page, header::CONTENT_TYPE), "application/octet-stream");
        assert!(header(&shown, header::CONTENT_SECURITY_POLICY).contains("sandbox"));
    }

    #[test]
    fn a_name_never_leaves_its_quotes() {
        for name in ["a\"; x=\"b", "../../etc", "a\r\nSet-Cookie: x", "", "照片.jpg", ".htaccess"] {
            let safe = safe_name(name);
            assert!(safe == "file", "{name:?} gave {safe:?}");
        }
    }
}
