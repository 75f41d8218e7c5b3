//! PNG: a signature and a row of chunks. Owns which chunks are the picture; text, times, notes, profiles,
//! moving frames, unknown chunks and everything behind the end go.

use super::{PhotoRefused, check_pixels, orientation};

const SIGNATURE: usize = 8;

/// Size, palette, pixels, transparency, and what the numbers mean as colours.
const KEPT: [&[u8; 4]; 8] = [b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT"];

pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, PhotoRefused> {
    let mut out = bytes[..SIGNATURE].to_vec();
    let mut rest = &bytes[SIGNATURE..];
    let mut orientation = None;
    let (mut after_head, mut has_pixels) = (0, false);
    loop {
        let chunk = Chunk::read(rest)?;
        if (after_head == 0) != (chunk.name == b"IHDR") {
            return Err(PhotoRefused::Damaged);
        }
        match chunk.name {
            b"IEND" => break,
            b"eXIf" => orientation = orientation.or_else(|| orientation::find(chunk.data)),
            name if KEPT.contains(&name) => out.extend_from_slice(chunk.whole),
            _ => {}
        }
        if chunk.name == b"IHDR" {
            check_size(chunk.data)?;
            after_head = out.len();
        }
        has_pixels |= chunk.name == b"IDAT";
        rest = &rest[chunk.whole.len()..];
    }
    if !has_pixels {
        return Err(PhotoRefused::Damaged);
    }
    out.extend_from_slice(&write(b"IEND", &[]));
    if let Some(orientation) = orientation {
        out.splice(after_head..after_head, write(b"eXIf", &orientation::minimal(orientation)));
    }
    Ok(out)
}

struct Chunk<'a> {
    name: &'a [u8; 4],
    data: &'a [u8],
    /// Length, name, data and checksum.
    whole: &'a [u8],
}

impl<'a> Chunk<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, PhotoRefused> {
        let (length, rest) = bytes.split_first_chunk::<4>().ok_or(PhotoRefused::Damaged)?;
        let (name, rest) = rest.split_first_chunk::<4>().ok_or(PhotoRefused::Damaged)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| PhotoRefused::Damaged)?;
        let data = rest.get(..length).ok_or(PhotoRefused::Damaged)?;
        let whole = length.checked_add(12).and_then(|n| bytes.get(..n)).ok_or(PhotoRefused::Damaged)?;
        Ok(Self { name, data, whole })
    }
}

fn check_size(head: &[u8]) -> Result<(), PhotoRefused> {
    let number = |at: usize| {
        let bytes: [u8; 4] = head.get(at..at + 4)?.try_into().ok()?;
        Some(u64::from(u32::from_be_bytes(bytes)))
    };
    let (width, height) = number(0).zip(number(4)).ok_or(PhotoRefused::Damaged)?;
    check_pixels(width, height)
}

pub(super) fn write(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("our own chunks are a few bytes long");
    let checked = [name.as_slice(), data].concat();
    let sum = crc32(&checked);
    [length.to_be_bytes().as_slice(), &checked, &sum.to_be_bytes()].concat()
}

/// The checksum of PNG (ISO 3309), bit by bit: our own chunks have a few dozen bytes.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(write(b"IEND", &[]), b"\0\0\0\0IEND\xae\x42\x60\x82");
    }
}
