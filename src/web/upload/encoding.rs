//! Naming the encoding of a text that is not UTF-8, so that its writer can be told. A guess: the text itself
//! is never decoded by it.

/// What the text seems to be written in.
pub(super) fn guess(bytes: &[u8]) -> &'static str {
    let zeros = bytes.iter().filter(|b| **b == 0).count();
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16",
        _ if zeros * 4 > bytes.len() => "UTF-16",
        _ if is_gbk(bytes) => "GBK / GB18030",
        _ if is_big5(bytes) => "Big5",
        _ => "?",
    }
}

fn pairs(bytes: &[u8], lead: impl Fn(u8) -> bool, trail: impl Fn(u8) -> bool) -> bool {
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        if byte.is_ascii() {
            continue;
        }
        if !lead(*byte) || !rest.next().is_some_and(|next| trail(*next)) {
            return false;
        }
    }
    true
}

/// The everyday characters of GBK lie in its first two levels.
fn is_gbk(bytes: &[u8]) -> bool {
    pairs(bytes, |b| (0xa1..=0xf7).contains(&b), |b| (0xa1..=0xfe).contains(&b))
        || pairs(bytes, |b| (0x81..=0xfe).contains(&b), |b| (0x40..=0xfe).contains(&b) && b != 0x7f)
            && !is_big5(bytes)
}

fn is_big5(bytes: &[u8]) -> bool {
    pairs(bytes, |b| (0xa1..=0xf9).contains(&b), |b| (0x40..=0x7e).contains(&b) || (0xa1..=0xfe).contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_of_odd_browsers_are_named() {
        // 有人被锁在砖厂 in GBK; 有人 in UTF-16LE; 中文 in Big5 with a low second byte (一).
        let gbk = [0xd3, 0xd0, 0xc8, 0xcb, 0xb1, 0xbb, 0xcb, 0xf8, 0xd4, 0xda, 0xd7, 0xa9, 0xb3, 0xa7];
        assert_eq!(guess(&gbk), "GBK / GB18030");
        assert_eq!(guess(&[0xff, 0xfe, 0x09, 0x67]), "UTF-16");
        assert_eq!(guess(&[0xa4, 0x40, 0xa4, 0xa4, 0xa4, 0xe5]), "Big5");
        assert_eq!(guess(&[0xff, 0x20]), "?");
    }
}
