//! JPEG: a row of segments, the last of which is followed by the picture. Owns which segments are the
//! picture; everything else, and everything behind the end, goes.

use super::{PhotoRefused, check_pixels, orientation};

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP14: u8 = 0xee;
const EXIF: &[u8] = b"Exif\0\0";

/// JFIF without its thumbnail: version 1.1, square pixels.
const PLAIN_JFIF: [u8; 18] = [0xff, APP0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];

/// Adobe's note, version 100, up to the byte that counts.
const PLAIN_ADOBE: &[u8] = b"Adobe\0\x64\0\0\0\0";

pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, PhotoRefused> {
    let mut walk = Walk { bytes, at: 2 };
    let mut kept =
        Kept { out: vec![0xff, SOI], head: 2, orientation: None, has_frame: false, has_scan: false };
    while let Some(marker) = walk.marker() {
        match marker {
            EOI => break,
            // Restart marks and fill between segments carry nothing.
            0x01 | 0xd0..=0xd8 => {}
            _ => kept.take(marker, walk.segment()?, &mut walk)?,
        }
    }
    kept.finish()
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    /// The next marker; none where the file ends.
    fn marker(&mut self) -> Option<u8> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            self.at += rest.iter().position(|b| *b == 0xff)?;
            while *self.bytes.get(self.at)? == 0xff {
                self.at += 1;
            }
            let marker = *self.bytes.get(self.at)?;
            self.at += 1;
            if marker != 0 {
                return Some(marker);
            }
        }
    }

    fn segment(&mut self) -> Result<&'a [u8], PhotoRefused> {
        let length = self.bytes.get(self.at..self.at + 2).ok_or(PhotoRefused::Damaged)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let content = self.bytes.get(self.at + 2..self.at + length).ok_or(PhotoRefused::Damaged)?;
        self.at += length;
        Ok(content)
    }

    /// The picture's own bytes after a scan's head: up to the next marker that is neither a stuffed 0xff nor
    /// a restart mark.
    fn entropy(&mut self) -> &'a [u8] {
        let start = self.at;
        while let Some(rest) = self.bytes.get(self.at..) {
            let Some(mark) = rest.iter().position(|b| *b == 0xff) else {
                self.at = self.bytes.len();
                break;
            };
            self.at += mark;
            match self.bytes.get(self.at + 1) {
                Some(0 | 0xd0..=0xd7) => self.at += 2,
                Some(0xff) => self.at += 1,
                Some(_) => break,
                None => self.at = self.bytes.len(),
            }
        }
        &self.bytes[start..self.at]
    }
}

struct Kept {
    out: Vec<u8>,
    /// Where the orientation would stand: behind JFIF, before the tables.
    head: usize,
    orientation: Option<u8>,
    has_frame: bool,
    has_scan: bool,
}

impl Kept {
    fn take(&mut self, marker: u8, content: &[u8], walk: &mut Walk<'_>) -> Result<(), PhotoRefused> {
        match marker {
            APP0 if content.starts_with(b"JFIF\0") && self.head == 2 && self.out.len() == 2 => {
                self.out.extend_from_slice(&PLAIN_JFIF);
                self.head = self.out.len();
            }
            APP1 if content.starts_with(EXIF) => {
                self.orientation = self.orientation.or_else(|| orientation::find(&content[EXIF.len()..]));
            }
            // Adobe's note says how the colours are coded; without that one byte they come out wrong.
            APP14 if content.starts_with(b"Adobe") && content.len() >= 12 => {
                self.push(marker, &[PLAIN_ADOBE, &content[11..12]].concat());
            }
            SOS => {
                self.push(marker, content);
                self.out.extend_from_slice(walk.entropy());
                self.has_scan = true;
            }
            // Frame headers, which carry the size.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let &[_, h1, h2, w1, w2, ..] = content else { return Err(PhotoRefused::Damaged) };
                let (height, width) = (u16::from_be_bytes([h1, h2]), u16::from_be_bytes([w1, w2]));
                check_pixels(u64::from(width), u64::from(height))?;
                self.has_frame = true;
                self.push(marker, content);
            }
            // Tables: Huffman, arithmetic, quantisation, restart interval.
            0xc4 | 0xcc | 0xdb | 0xdd => self.push(marker, content),
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, marker: u8, content: &[u8]) {
        let length = u16::try_from(content.len() + 2).expect("read from a segment of at most 65,535 bytes");
        self.out.extend_from_slice(&[0xff, marker]);
        self.out.extend_from_slice(&length.to_be_bytes());
        self.out.extend_from_slice(content);
    }

    /// A picture whose line broke off is still somebody's evidence: it gets its end.
    fn finish(mut self) -> Result<Vec<u8>, PhotoRefused> {
        if !self.has_frame || !self.has_scan {
            return Err(PhotoRefused::Damaged);
        }
        self.out.extend_from_slice(&[0xff, EOI]);
        if let Some(orientation) = self.orientation {
            let notes = [EXIF, &orientation::minimal(orientation)].concat();
            let length = u16::try_from(notes.len() + 2).expect("34 bytes");
            let segment = [&[0xff, APP1], length.to_be_bytes().as_slice(), &notes].concat();
            self.out.splice(self.head..self.head, segment);
        }
        Ok(self.out)
    }
}
