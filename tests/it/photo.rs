//! A picture's way from the form to the sealed file.

use std::io::Cursor;

use homeward::intake::photo;
use homeward::vault::compartment::Compartment;
use homeward::vault::file::open_stream;
use homeward::vault::pair::{EnvelopeFor, open_envelope};
use homeward::vault::receipt::Receipt;
use homeward::vault::seal::{Place, SymKey};
use homeward::vault::uid::Uid;

use crate::site::{Part, Site};

const CANARY: &[u8] = b"CANARY-GPS";

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], length.as_slice(), content].concat()
}

/// A picture of `size` bytes of scan, with notes.
fn jpeg(size: usize) -> Vec<u8> {
    [
        vec![0xff, 0xd8],
        segment(0xe1, &[b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0".as_slice(), CANARY].concat()),
        segment(0xc0, &[8, 0, 30, 0, 40, 1, 1, 0x11, 0]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        (0..size).map(|n| u8::try_from(n % 251).unwrap()).collect(),
        vec![0xff, 0xd9],
        CANARY.to_vec(),
    ]
    .concat()
}

fn report_key(site: &Site, code: &str) -> (Uid, SymKey) {
    let receipt = Receipt::parse(code).unwrap();
    let lookup = receipt.lookup();
    let found =
        site.app.store.read_blocking(|db| homeward::store::follow_up::find(db, &lookup)).unwrap().unwrap();
    let tip: Uid = found.uid.parse().unwrap();
    let what = EnvelopeFor { tip: &tip, compartment: Compartment::Report, recipient: "reporter" };
    let key = open_envelope(&receipt.key_pair().private, &what, &found.sealed).unwrap();
    (tip, key)
}

#[test]
fn the_sealed_file_opens_to_the_cleaned_picture_and_the_disk_tells_nothing() {
    let site = Site::open();
    let picture = jpeg(300_000);
    let name = "CANARY-照片.jpg";
    let code = site.receipt(&[Part::text("text", "看照片"), Part::file("photo", name, &picture)]);

    let (tip, key) = report_key(&site, &code);
    let names = site.app.store.read_blocking(homeward::store::intake::file_names).unwrap();
    assert_eq!(names.len(), 1);
    let uid: Uid = names.iter().next().unwrap().parse().unwrap();
    let place = Place { table: "files", row: &uid, tip: &tip, field: "data", seq: 0 };
    let mut clear = Vec::new();
    open_stream(&key, &place, site.app.blobs.get(&uid).unwrap(), &mut clear).unwrap();
    assert!(clear == *photo::clean(&picture).unwrap().bytes);
    assert!(!clear.windows(CANARY.len()).any(|w| w == CANARY));
    assert!(!site.everything_on_disk().windows(6).any(|w| w == b"CANARY"));
    open_stream(&key, &place, Cursor::new(b"x"), Vec::new()).unwrap_err();
}

#[test]
fn a_picture_alone_is_a_report_and_an_empty_file_field_is_none() {
    let site = Site::open();
    let picture = jpeg(100);
    let code = site.receipt(&[Part::text("text", ""), Part::file("photo", "a.jpg", &picture)]);
    let (_, _) = report_key(&site, &code);
    let token = site.token();
    let none = site.report(&[Part::text("form", &token), Part::file("photo", "", b"")]);
    assert_eq!(none.status, 422);
}

#[test]
fn a_picture_that_is_not_taken_is_explained_and_the_words_stay() {
    let site = Site::open();
    let large = jpeg(11 * 1024 * 1024);
    for (bytes, status, said) in [
        (b"%PDF-1.7 not a picture".as_slice(), 422, "JPEG"),
        (&[0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff], 422, "读不完整"),
        (&large, 413, "10 MB"),
    ] {
        let token = site.token();
        let answer = site.report(&[
            Part::text("form", &token),
            Part::text("l", "zh"),
            Part::text("text", "留下的话"),
            Part::file("photo", "a.jpg", bytes),
        ]);
        assert_eq!(answer.status, status, "{said}");
        assert!(answer.text("#errors").contains(said), "{}", answer.text("#errors"));
        assert!(answer.has("#errors a[href='#photo']"));
        assert_eq!(answer.text("#text").trim(), "留下的话");
    }
    assert_eq!(site.tips(), 0);
    assert_eq!(std::fs::read_dir(site.app.config.data.dir.join("files")).unwrap().count(), 0);
}

#[test]
fn another_picture_under_the_same_form_is_another_report() {
    let site = Site::open();
    let token = site.token();
    let send = |picture: &[u8]| {
        site.report(&[
            Part::text("form", &token),
            Part::text("text", "x"),
            Part::file("photo", "a.jpg", picture),
        ])
    };
    let (one, other) = (jpeg(100), jpeg(101));
    let first = send(&one);
    assert_eq!(send(&one).code(), first.code());
    assert_eq!(send(&other).status, 422);
    assert_eq!(site.tips(), 1);
}
