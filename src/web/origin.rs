//! Whether a form stood on one of our own pages, as far as the browser says. Owns reading `Sec-Fetch-Site`
//! and `Origin`; refuses nothing itself: each side answers in its own words. Invariant: a browser that says
//! neither is believed, because the oldest telephones say neither.

use actix_web::HttpRequest;
use actix_web::http::header;

/// Whether a form sent to the desk came from the desk. A form is never sent by hand there.
pub fn is_same(req: &HttpRequest) -> bool {
    match text(req, header::HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin",
        None => origin_is_ours(req, None),
    }
}

/// Whether a form sent to the public side came from the public side. "none" is a page that was sent again by
/// hand; an address in `configured` is ours whatever the proxy made of `Host`.
pub fn is_ours(req: &HttpRequest, configured: Option<&str>) -> bool {
    match text(req, header::HeaderName::from_static("sec-fetch-site")) {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => origin_is_ours(req, configured),
    }
}

/// A page without referrer sends `Origin: null` even to itself, so that value says nothing.
fn origin_is_ours(req: &HttpRequest, configured: Option<&str>) -> bool {
    match text(req, header::ORIGIN) {
        None | Some("null") => true,
        Some(origin) => {
            let host = origin.split_once("://").map_or("", |(_, host)| host);
            let named =
                configured.is_some_and(|ours| ours.trim_end_matches('/').eq_ignore_ascii_case(origin));
            named || text(req, header::HOST) == Some(host)
        }
    }
}

fn text(req: &HttpRequest, name: header::HeaderName) -> Option<&str> {
    req.headers().get(name).map(|value| value.to_str().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn ours(headers: &[(&'static str, &'static str)]) -> bool {
        let request = TestRequest::post().uri("/report");
        let request = headers.iter().fold(request, |request, pair| request.insert_header(*pair));
        is_ours(&request.to_http_request(), Some("https://homeward.example"))
    }

    #[test]
    fn a_form_on_another_site_is_told_apart_and_an_old_browser_is_believed() {
        assert!(ours(&[]) && ours(&[("host", "x"), ("origin", "null")]));
        assert!(ours(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(ours(&[("host", "x:8080"), ("origin", "http://x:8080")]));
        assert!(ours(&[("host", "127.0.0.1:8080"), ("origin", "https://homeward.example")]));
        for site in ["cross-site", "same-site", "something"] {
            assert!(!ours(&[("sec-fetch-site", site)]), "{site}");
        }
        assert!(!ours(&[("host", "x"), ("origin", "https://evil.example")]));
    }
}
