//! The one number of a camera's notes that the picture needs: how it was held. Owns finding it in EXIF and
//! writing an EXIF that holds nothing else; refuses every other tag.

const TAG: u16 = 0x0112;
const SHORT: u16 = 3;

/// How the picture was held, 2 to 8, if it has to be turned at all. `tiff` is EXIF without its prefix.
pub(super) fn find(tiff: &[u8]) -> Option<u8> {
    let order = Order::of(tiff)?;
    let directory = usize::try_from(order.u32(tiff, 4)?).ok()?;
    let entries = usize::from(order.u16(tiff, directory)?);
    let found = (0..entries).find_map(|i| {
        let at = directory.checked_add(2 + i * 12)?;
        (order.u16(tiff, at)? == TAG && order.u16(tiff, at + 2)? == SHORT).then(|| order.u16(tiff, at + 8))?
    })?;
    u8::try_from(found).ok().filter(|n| (2..=8).contains(n))
}

/// EXIF that says how the picture was held, and ends.
pub(super) fn minimal(orientation: u8) -> Vec<u8> {
    let mut tiff = Vec::with_capacity(26);
    tiff.extend_from_slice(b"MM\0\x2a\0\0\0\x08");
    tiff.extend_from_slice(&[0, 1]);
    tiff.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend_from_slice(&[0, 0, 0, 0]);
    tiff
}

#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn of(tiff: &[u8]) -> Option<Self> {
        match tiff.get(..4)? {
            b"II\x2a\0" => Some(Self::Little),
            b"MM\0\x2a" => Some(Self::Big),
            _ => None,
        }
    }

    fn u16(self, from: &[u8], at: usize) -> Option<u16> {
        let bytes: [u8; 2] = from.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        })
    }

    fn u32(self, from: &[u8], at: usize) -> Option<u32> {
        let bytes: [u8; 4] = from.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_found_and_upright_needs_nothing() {
        for orientation in 2..=8 {
            assert_eq!(find(&minimal(orientation)), Some(orientation));
        }
        assert_eq!(find(&minimal(1)), None);
        assert_eq!(find(&minimal(9)), None);
    }

    #[test]
    fn both_byte_orders_are_read() {
        let little = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        assert_eq!(find(little), Some(6));
    }

    proptest! {
        #[test]
        fn no_notes_can_hurt(tiff in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = find(&tiff);
            let _ = find(&[b"II\x2a\0".as_slice(), &tiff].concat());
        }
    }
}
