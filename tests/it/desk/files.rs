//! A picture's way from the reporter's form to the officer's screen.

use homeward::intake::photo;

use super::bench::{Bench, Officer, attribute};
use crate::site::{Answer, Part};
use crate::support::picture::jpeg;

const NOTE: &[u8] = b"CANARY-GPS";

/// Fetches an address; gives head and exact bytes.
fn fetch(officer: &Officer<'_>, path: &str) -> (Answer, Vec<u8>) {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: desk\r\nCookie: {}\r\nConnection: close\r\n\r\n",
        officer.cookies
    );
    let raw = officer.bench.exchange(request.as_bytes());
    let cut = raw.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    (Answer::parse(&raw), raw[cut + 4..].to_vec())
}

#[test]
fn an_officer_gets_the_cleaned_picture_and_each_look_is_on_record() {
    let bench = Bench::open();
    let picture = jpeg(200_000, NOTE);
    let parts = [
        Part::text("text", "看照片"),
        Part::text("place_district", "120114"),
        Part::text("category", "forced_labour"),
        Part::file("photo", "CANARY-照片.jpg", &picture),
    ];
    let uid = bench.tip(&parts).0;
    let officer = bench.officer("psb-120114");
    let page = officer.open(&uid);
    assert_eq!(bench.audited("tip.file_read"), 0, "the page itself fetches nothing");
    let (look, keep) = (attribute(&page, "img.veiled", "src"), attribute(&page, ".picture a", "href"));

    let (shown, seen) = fetch(&officer, &look);
    let (kept, saved) = fetch(&officer, &keep);

    let clean = photo::clean(&picture).unwrap().bytes.to_vec();
    assert!(seen == clean && saved == clean && !seen.windows(NOTE.len()).any(|w| w == NOTE));
    assert_eq!((shown.status, kept.status), (200, 200));
    assert!(shown.header("content-disposition")[0].starts_with("inline; filename=\"photo-"));
    assert!(kept.header("content-disposition")[0].starts_with("attachment; filename=\"photo-"));
    for answer in [&shown, &kept] {
        assert_eq!(answer.header("content-type"), ["image/jpeg"]);
        assert_eq!(answer.header("content-security-policy"), ["default-src 'none'; sandbox"]);
        assert_eq!(answer.header("x-content-type-options"), ["nosniff"]);
        assert_eq!(answer.header("cache-control"), ["no-store, no-transform"]);
    }
    assert_eq!(bench.audited("tip.file_read"), 2);
}

#[test]
fn a_picture_is_for_whoever_reads_its_tip_and_lost_bytes_are_no_picture() {
    let bench = Bench::open();
    let picture = jpeg(1_000, NOTE);
    let parts = [
        Part::text("text", "看照片"),
        Part::text("place_district", "120114"),
        Part::text("category", "forced_labour"),
        Part::file("photo", "a.jpg", &picture),
    ];
    let uid = bench.tip(&parts).0;
    let officer = bench.officer("psb-120114");
    let look = attribute(&officer.open(&uid), "img.veiled", "src");

    let (refused, _) = fetch(&bench.officer("psb-120117"), &look);
    assert_eq!((refused.status, bench.audited("tip.refused")), (404, 1));
    assert_eq!(bench.send("GET", &look, b"", "", "").status, 303, "nobody is signed in");

    let folder = bench.site.app.config.data.dir.join("files");
    for file in std::fs::read_dir(folder).unwrap().flatten() {
        let sealed = std::fs::read(file.path()).unwrap();
        std::fs::write(file.path(), &sealed[..sealed.len() - 40]).unwrap();
    }
    let (cut, body) = fetch(&officer, &look);
    assert_eq!(cut.status, 503);
    assert!(!body.starts_with(&[0xff, 0xd8]));
}
