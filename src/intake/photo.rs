//! Pictures without what the camera wrote into them. Owns telling JPEG, PNG and WebP by their content and
//! taking out, without touching a pixel: EXIF with its place and time, XMP, colour profiles, comments, text,
//! thumbnails, and whatever hides behind the end. Refuses decoding: no picture is unpacked here.
//!
//! What is kept is listed, what is removed is everything else. Colour profiles go too: some name the device.
//! A turned picture keeps the one number that says so. Faces, reflections and a sensor's own noise stay:
//! the form says so.

mod jpeg;
mod orientation;
mod png;
mod webp;

use zeroize::Zeroizing;

/// The largest picture, in bytes.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// The most pixels a reader's screen is asked to unpack.
const MOST_PIXELS: u64 = 120_000_000;

/// The kinds of picture that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP, not moving.
    Webp,
}

impl Kind {
    /// Its name on the wire.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// The name its file gets here; the name it came with is data about somebody and is dropped.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Jpeg => "photo-1.jpg",
            Self::Png => "photo-1.png",
            Self::Webp => "photo-1.webp",
        }
    }

    fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }
}

/// A picture that tells what it shows and nothing else.
pub struct Photo {
    /// What it is.
    pub kind: Kind,
    /// Its bytes; wiped when dropped.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhotoRefused {
    /// More bytes than allowed.
    #[error("the picture has more than ten mebibytes")]
    TooLarge,
    /// Not JPEG, PNG or still WebP.
    #[error("not a jpeg, png or still webp picture")]
    Kind,
    /// It breaks off or contradicts itself.
    #[error("the picture is damaged")]
    Damaged,
    /// More pixels than a screen can take.
    #[error("the picture has too many pixels")]
    TooManyPixels,
}

impl PhotoRefused {
    /// The id of its text.
    pub const fn text_id(self) -> &'static str {
        match self {
            Self::TooLarge => "photo-too-large",
            Self::Kind => "photo-kind",
            Self::Damaged => "photo-damaged",
            Self::TooManyPixels => "photo-too-many-pixels",
        }
    }
}

/// Takes out everything but the picture.
pub fn clean(bytes: &[u8]) -> Result<Photo, PhotoRefused> {
    if bytes.len() > MOST_BYTES {
        return Err(PhotoRefused::TooLarge);
    }
    let kind = Kind::sniff(bytes).ok_or(PhotoRefused::Kind)?;
    let kept = match kind {
        Kind::Jpeg => jpeg::clean(bytes)?,
        Kind::Png => png::clean(bytes)?,
        Kind::Webp => webp::clean(bytes)?,
    };
    Ok(Photo { kind, bytes: Zeroizing::new(kept) })
}

fn check_pixels(width: u64, height: u64) -> Result<(), PhotoRefused> {
    match width.checked_mul(height) {
        Some(0) => Err(PhotoRefused::Damaged),
        Some(n) if n <= MOST_PIXELS => Ok(()),
        _ => Err(PhotoRefused::TooManyPixels),
    }
}

#[cfg(test)]
#[path = "photo/photo_test.rs"]
mod tests;
