//! WebP: one RIFF list of chunks. Owns which chunks are the picture; notes, profiles, unknown chunks and
//! everything behind the list go. Moving pictures are refused: their frames can hide what chunks cannot.

use super::{PhotoRefused, check_pixels, orientation};

const HEAD: usize = 12;
const ALPHA: u8 = 0x10;
const NOTES: u8 = 0x08;
const MOVING: u8 = 0x02;

pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, PhotoRefused> {
    let listed = usize::try_from(number(bytes, 4)?).map_err(|_| PhotoRefused::Damaged)?;
    let end = listed.checked_add(8).filter(|end| *end <= bytes.len()).ok_or(PhotoRefused::Damaged)?;
    let mut parts = Parts::default();
    let mut rest = bytes.get(HEAD..end).ok_or(PhotoRefused::Damaged)?;
    while !rest.is_empty() {
        let (name, data, next) = chunk(rest)?;
        parts.take(name, data)?;
        rest = next;
    }
    parts.write()
}

#[derive(Default)]
struct Parts<'a> {
    canvas: Option<&'a [u8]>,
    alpha: Option<&'a [u8]>,
    picture: Option<(&'a [u8], &'a [u8])>,
    orientation: Option<u8>,
}

impl<'a> Parts<'a> {
    fn take(&mut self, name: &'a [u8], data: &'a [u8]) -> Result<(), PhotoRefused> {
        match name {
            b"VP8X" => {
                let flags = data.first().ok_or(PhotoRefused::Damaged)?;
                if flags & MOVING != 0 {
                    return Err(PhotoRefused::Kind);
                }
                check_pixels(size24(data, 4)?, size24(data, 7)?)?;
                self.canvas = Some(data.get(..10).ok_or(PhotoRefused::Damaged)?);
            }
            b"ANIM" | b"ANMF" => return Err(PhotoRefused::Kind),
            b"ALPH" if self.picture.is_none() => self.alpha = Some(data),
            b"VP8 " | b"VP8L" if self.picture.is_none() => {
                check_picture(name, data)?;
                self.picture = Some((name, data));
            }
            b"EXIF" => {
                let tiff = data.strip_prefix(b"Exif\0\0".as_slice()).unwrap_or(data);
                self.orientation = self.orientation.or_else(|| orientation::find(tiff));
            }
            _ => {}
        }
        Ok(())
    }

    fn write(self) -> Result<Vec<u8>, PhotoRefused> {
        let (name, data) = self.picture.ok_or(PhotoRefused::Damaged)?;
        let mut body = b"WEBP".to_vec();
        if let Some(canvas) = self.canvas {
            // Of the flags only "has transparency" and "has notes" can still be true.
            let notes = if self.orientation.is_some() { NOTES } else { 0 };
            let flags = (canvas[0] & ALPHA) | notes;
            push(&mut body, b"VP8X", &[&[flags, 0, 0, 0], &canvas[4..]].concat());
        }
        if let Some(alpha) = self.alpha {
            push(&mut body, b"ALPH", alpha);
        }
        push(&mut body, name, data);
        if let Some(orientation) = self.orientation.filter(|_| self.canvas.is_some()) {
            push(&mut body, b"EXIF", &orientation::minimal(orientation));
        }
        let length = u32::try_from(body.len()).map_err(|_| PhotoRefused::TooLarge)?;
        Ok([b"RIFF".as_slice(), &length.to_le_bytes(), &body].concat())
    }
}

/// The size that stands in the picture itself.
fn check_picture(name: &[u8], data: &[u8]) -> Result<(), PhotoRefused> {
    let (width, height) = if name == b"VP8L" {
        let bits = match data {
            [0x2f, a, b, c, d, ..] => u32::from_le_bytes([*a, *b, *c, *d]),
            _ => return Err(PhotoRefused::Damaged),
        };
        ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
    } else {
        match data {
            [_, _, _, 0x9d, 0x01, 0x2a, w1, w2, h1, h2, ..] => {
                let side = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
                (side(*w1, *w2), side(*h1, *h2))
            }
            _ => return Err(PhotoRefused::Damaged),
        }
    };
    check_pixels(u64::from(width), u64::from(height))
}

type Split<'a> = (&'a [u8], &'a [u8], &'a [u8]);

/// Name, data and what follows; data of odd length is followed by one byte that does not count.
fn chunk(bytes: &[u8]) -> Result<Split<'_>, PhotoRefused> {
    let length = usize::try_from(number(bytes, 4)?).map_err(|_| PhotoRefused::Damaged)?;
    let data = bytes.get(8..).and_then(|rest| rest.get(..length)).ok_or(PhotoRefused::Damaged)?;
    let next = bytes.get(8 + length + length % 2..).unwrap_or(&[]);
    Ok((&bytes[..4], data, next))
}

fn push(out: &mut Vec<u8>, name: &[u8], data: &[u8]) {
    let length = u32::try_from(data.len()).expect("read from a file of at most ten mebibytes");
    out.extend_from_slice(name);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(data);
    out.resize(out.len() + data.len() % 2, 0);
}

fn number(bytes: &[u8], at: usize) -> Result<u32, PhotoRefused> {
    let four = bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).ok_or(PhotoRefused::Damaged)?;
    Ok(u32::from_le_bytes(four))
}

fn size24(data: &[u8], at: usize) -> Result<u64, PhotoRefused> {
    let three = data.get(at..at + 3).ok_or(PhotoRefused::Damaged)?;
    Ok(u64::from(u32::from_le_bytes([three[0], three[1], three[2], 0])) + 1)
}
