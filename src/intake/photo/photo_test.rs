//! Pictures are built here byte by byte, so that what must stay and what must go is known exactly; what is
//! kept is read back with a library of its own.

use img_parts::jpeg::Jpeg;
use img_parts::png::Png;
use img_parts::webp::WebP;
use img_parts::{Bytes, ImageEXIF as _, ImageICC as _};
use proptest::prelude::*;

use super::*;

const CANARY: &[u8] = b"CANARY-GPS-39.1";
/// What the scan of every JPEG here consists of: stuffed bytes and a restart mark among them.
const SCAN: &[u8] = &[0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0x78];
const PIXELS: &[u8] = b"these are the pixels";

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], length.as_slice(), content].concat()
}

fn frame(width: u16, height: u16) -> Vec<u8> {
    let [h1, h2] = height.to_be_bytes();
    let [w1, w2] = width.to_be_bytes();
    segment(0xc2, &[8, h1, h2, w1, w2, 1, 1, 0x11, 0])
}

/// EXIF with an orientation, a text canary behind it, and a thumbnail that is a JPEG of its own.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend([0x10, 0x01, 2, 0, 16, 0, 0, 0, 0x40, 0, 0, 0]);
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0, 0, 0, 0]);
    tiff.extend_from_slice(CANARY);
    tiff.extend([0xff, 0xd8, 0xff, 0xd9]);
    tiff
}

/// A progressive JPEG of two scans that carries every kind of note.
fn noisy_jpeg(orientation: u8) -> Vec<u8> {
    let exif = [b"Exif\0\0".as_slice(), &exif(orientation)].concat();
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0".as_slice(), CANARY].concat();
    let icc = [b"ICC_PROFILE\0\x01\x01".as_slice(), CANARY].concat();
    let jfif = [b"JFIF\0\x01\x02\x01\0\x48\0\x48\x01\x01".as_slice(), b"CAN"].concat();
    let adobe = [b"Adobe\0\x64\0\0\0\0\x01".as_slice(), CANARY].concat();
    [
        vec![0xff, 0xd8],
        segment(0xe0, &jfif),
        segment(0xe0, &[b"JFXX\0\x10".as_slice(), CANARY].concat()),
        segment(0xe1, &exif),
        segment(0xe1, &xmp),
        segment(0xe2, &icc),
        segment(0xed, &[b"Photoshop 3.0\0".as_slice(), CANARY].concat()),
        segment(0xee, &adobe),
        segment(0xfe, CANARY),
        segment(0xdb, &[0; 65]),
        frame(40, 30),
        segment(0xc4, &[0, 1, 2, 3]),
        segment(0xda, &[1, 1, 0, 0, 0, 0]),
        SCAN.to_vec(),
        segment(0xfe, CANARY),
        segment(0xc4, &[4, 5, 6]),
        segment(0xda, &[1, 1, 0, 1, 5, 0]),
        SCAN.to_vec(),
        vec![0xff, 0xd9],
        CANARY.to_vec(),
        vec![0xff, 0xd8, 0xff, 0xe1],
    ]
    .concat()
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    // Checked against the standard where it is written, and by the other library where it is read.
    png::write(name, data)
}

fn noisy_png(orientation: u8) -> Vec<u8> {
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[0, 0, 0, 40, 0, 0, 0, 30, 8, 2, 0, 0, 0]),
        chunk(b"tEXt", CANARY),
        chunk(b"iTXt", CANARY),
        chunk(b"zTXt", CANARY),
        chunk(b"tIME", CANARY),
        chunk(b"iCCP", CANARY),
        chunk(b"pHYs", CANARY),
        chunk(b"eXIf", &exif(orientation)),
        chunk(b"acTL", CANARY),
        chunk(b"caNv", CANARY),
        chunk(b"IDAT", PIXELS),
        chunk(b"IEND", &[]),
        CANARY.to_vec(),
    ]
    .concat()
}

fn riff(chunks: &[Vec<u8>], trailing: &[u8]) -> Vec<u8> {
    let body = [b"WEBP".to_vec(), chunks.concat()].concat();
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [b"RIFF".as_slice(), &length, &body, trailing].concat()
}

fn piece(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let pad: &[u8] = if data.len() % 2 == 1 { b"C" } else { b"" };
    [name.as_slice(), &length, data, pad].concat()
}

const VP8: &[u8] = &[0, 0, 0, 0x9d, 0x01, 0x2a, 40, 0, 30, 0, 9, 8, 7];

fn noisy_webp(orientation: u8) -> Vec<u8> {
    riff(
        &[
            piece(b"VP8X", &[0x3c, 1, 1, 1, 39, 0, 0, 29, 0, 0]),
            piece(b"ICCP", CANARY),
            piece(b"ALPH", b"alpha"),
            piece(b"VP8 ", VP8),
            piece(b"EXIF", &exif(orientation)),
            piece(b"XMP ", CANARY),
            piece(b"CANA", CANARY),
        ],
        CANARY,
    )
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|w| w == needle)
}

fn cleaned(bytes: &[u8]) -> Vec<u8> {
    clean(bytes).unwrap_or_else(|e| panic!("{e}")).bytes.to_vec()
}

#[test]
fn nothing_of_the_camera_is_left_in_any_kind() {
    for (kind, picture) in
        [(Kind::Jpeg, noisy_jpeg(6)), (Kind::Png, noisy_png(6)), (Kind::Webp, noisy_webp(6))]
    {
        assert!(holds(&picture, CANARY));
        let photo = clean(&picture).unwrap();
        assert_eq!(photo.kind, kind);
        for canary in [CANARY, b"CANA", b"CAN", b"caNv", b"ICC", b"iCCP", b"http://", b"Photoshop"] {
            assert!(!holds(&photo.bytes, canary), "{kind:?} still holds {}", String::from_utf8_lossy(canary));
        }
    }
}

#[test]
fn the_pixels_are_untouched() {
    let jpeg = cleaned(&noisy_jpeg(1));
    let both = [SCAN, &segment(0xc4, &[4, 5, 6]), &segment(0xda, &[1, 1, 0, 1, 5, 0]), SCAN].concat();
    assert!(holds(&jpeg, &both), "both scans and the table between them");
    assert!(holds(&jpeg, &segment(0xdb, &[0; 65])) && holds(&jpeg, &frame(40, 30)));
    assert!(jpeg.ends_with(&[0xff, 0xd9]));

    assert!(holds(&cleaned(&noisy_png(1)), &chunk(b"IDAT", PIXELS)));
    let webp = cleaned(&noisy_webp(1));
    assert!(holds(&webp, VP8) && holds(&webp, b"alpha"));
}

#[test]
fn another_library_reads_what_is_left_and_finds_no_notes() {
    let jpeg = Jpeg::from_bytes(Bytes::from(cleaned(&noisy_jpeg(1)))).unwrap();
    assert!(jpeg.exif().is_none() && jpeg.icc_profile().is_none());
    assert_eq!(jpeg.dimensions(), Some((40, 30)));
    let png = Png::from_bytes(Bytes::from(cleaned(&noisy_png(1)))).unwrap();
    assert!(png.exif().is_none() && png.icc_profile().is_none());
    let webp = WebP::from_bytes(Bytes::from(cleaned(&noisy_webp(1)))).unwrap();
    assert!(webp.exif().is_none() && webp.icc_profile().is_none());
}

#[test]
fn a_turned_picture_keeps_its_turn_and_nothing_else() {
    let minimal = |turn| Some(Bytes::from(orientation::minimal(turn)));
    for turn in 2..=8 {
        let jpeg = Jpeg::from_bytes(Bytes::from(cleaned(&noisy_jpeg(turn)))).unwrap();
        assert_eq!(jpeg.exif(), minimal(turn));
        let png = Png::from_bytes(Bytes::from(cleaned(&noisy_png(turn)))).unwrap();
        assert_eq!(png.exif(), minimal(turn));
        let webp = WebP::from_bytes(Bytes::from(cleaned(&noisy_webp(turn)))).unwrap();
        assert_eq!(webp.exif(), minimal(turn));
    }
}

#[test]
fn cleaning_twice_changes_nothing() {
    for picture in [noisy_jpeg(6), noisy_png(3), noisy_webp(8), noisy_jpeg(1), noisy_png(1), noisy_webp(1)] {
        let once = cleaned(&picture);
        assert_eq!(cleaned(&once), once);
    }
}

#[test]
fn what_is_no_picture_is_refused_with_a_reason() {
    let refused = |bytes: &[u8]| clean(bytes).err();
    for other in [b"".as_slice(), b"GIF89a", b"%PDF-1.7", b"<svg xmlns=", b"PK\x03\x04", &[0xff, 0xd8]] {
        assert_eq!(refused(other), Some(PhotoRefused::Kind));
    }
    assert_eq!(refused(&vec![0xff; MOST_BYTES + 1]), Some(PhotoRefused::TooLarge));
    assert_eq!(refused(&[0xff, 0xd8, 0xff, 0xd9]), Some(PhotoRefused::Damaged));
    let moving = riff(&[piece(b"VP8X", &[2, 0, 0, 0, 39, 0, 0, 29, 0, 0]), piece(b"ANIM", &[0; 6])], &[]);
    assert_eq!(refused(&moving), Some(PhotoRefused::Kind));
}

#[test]
fn a_flood_of_pixels_is_refused_unopened() {
    let jpeg = [vec![0xff, 0xd8], frame(50_000, 50_000)].concat();
    assert_eq!(clean(&jpeg).err(), Some(PhotoRefused::TooManyPixels));
    let png =
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50, 8, 2, 0, 0, 0])]
            .concat();
    assert_eq!(clean(&png).err(), Some(PhotoRefused::TooManyPixels));
    let webp = riff(&[piece(b"VP8X", &[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])], &[]);
    assert_eq!(clean(&webp).err(), Some(PhotoRefused::TooManyPixels));
}

#[test]
fn a_jpeg_whose_line_broke_off_gets_its_end() {
    let whole = noisy_jpeg(1);
    let scan = whole.windows(SCAN.len()).position(|w| w == SCAN).unwrap();
    let cut = cleaned(&whole[..scan + 5]);
    assert!(cut.ends_with(&[0xff, 0xd9]) && holds(&cut, &SCAN[..4]));
}

proptest! {
    #[test]
    fn no_bytes_can_hurt(
        which in 0..3_usize,
        at in any::<prop::sample::Index>(),
        with in prop::collection::vec(any::<u8>(), 0..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut picture = [noisy_jpeg(6), noisy_png(6), noisy_webp(6)][which].clone();
        let at = at.index(picture.len());
        let end = (at + with.len()).min(picture.len());
        picture.splice(at..end, with);
        picture.truncate(cut.index(picture.len()) + 1);
        if let Ok(photo) = clean(&picture) {
            prop_assert!(clean(&photo.bytes).is_ok());
        }
    }

    /// Whatever a note says and wherever it stands, it does not come out again.
    #[test]
    fn no_note_survives(note in "[a-z]{12,40}", marker in prop::sample::select(vec![0xe1_u8, 0xe2, 0xe5, 0xec, 0xed, 0xfe])) {
        let picture = [
            vec![0xff, 0xd8],
            segment(marker, note.as_bytes()),
            frame(1, 1),
            segment(marker, note.as_bytes()),
            segment(0xda, &[1]),
            SCAN.to_vec(),
            vec![0xff, 0xd9],
            note.clone().into_bytes(),
        ]
        .concat();
        prop_assert!(!holds(&cleaned(&picture), note.as_bytes()));
    }
}
