//! Bytes as lower-case hexadecimal text and back. Owns only that; refuses upper case, so that every value has
//! one spelling.

/// `bytes` as lower-case hexadecimal.
pub fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// The `N` bytes that `text` spells, if it is exactly their lower-case hexadecimal.
pub fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N {
        return None;
    }
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(out)
}

/// The bytes that `text` spells, however many, under the same rule.
pub(crate) fn decode_all(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

const fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let all: [u8; 256] = std::array::from_fn(|i| i as u8);

        assert_eq!(decode::<256>(&encode(&all)), Some(all));
    }

    #[test]
    fn another_spelling_or_length_is_refused() {
        assert_eq!(decode::<2>("00Ff"), None);
        assert_eq!(decode::<2>("00f"), None);
        assert_eq!(decode::<2>("00ff0"), None);
        assert_eq!(decode::<2>("0é0"), None);
    }
}
