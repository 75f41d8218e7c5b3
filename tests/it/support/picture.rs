//! Pictures as telephones make them: small, whole, and full of notes about where and by what they were taken.

/// A JPEG of `size` bytes of scan with `note` wherever a camera writes notes: EXIF, comment, behind the end.
pub fn jpeg(size: usize, note: &[u8]) -> Vec<u8> {
    let exif = [b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0".as_slice(), note].concat();
    [
        vec![0xff, 0xd8],
        segment(0xe1, &exif),
        segment(0xfe, note),
        segment(0xc0, &[8, 0, 30, 0, 40, 1, 1, 0x11, 0]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        (0..size).map(|n| u8::try_from(n % 251).unwrap()).collect(),
        vec![0xff, 0xd9],
        note.to_vec(),
    ]
    .concat()
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], length.as_slice(), content].concat()
}
