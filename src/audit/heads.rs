//! Heads in a second place: how an anchor is written as a line of a file or in a mail, and read back. Owns the
//! format; refuses files and mailboxes.
//!
//! A line is `PLACE LINK ANCHOR MINUTE MAC`: the place of the last row, its link, the anchor's number, whole
//! minutes since 1970, and the MAC over all of them; then the time in words for people. Lines that begin with
//! `#` explain.

use super::chain::{Anchor, Chain, Head, Link};
use crate::clock::Minute;
use crate::vault::hex;

/// What the first line of a file says.
pub const ABOUT: &str = "# 操作留痕的链头 / heads of the audit record: place, link, anchor, minute, MAC. Keep this file on another medium than the database; compare with: homeward audit verify --heads FILE";

/// The line of an anchor.
pub fn line(anchor: &Anchor, chain: &Chain) -> String {
    let Anchor { number, head, minute } = anchor;
    let (link, mac) = (hex::encode(&head.link), hex::encode(&chain.of_anchor(anchor)));
    format!("{} {link} {number} {} {mac} {} +08:00", head.seq, minute.0, minute.local())
}

/// The anchor that a line speaks of; none where it is no line of this portal's.
pub fn read(line: &str, chain: &Chain) -> Option<Anchor> {
    let mut words = line.split_ascii_whitespace();
    let mut next = || words.next();
    let (seq, link) = (next()?.parse().ok()?, hex::decode(next()?)?);
    let (number, minute) = (next()?.parse().ok()?, Minute(next()?.parse().ok()?));
    let mac: Link = hex::decode(next()?)?;
    let anchor = Anchor { number, head: Head { seq, link }, minute };
    (chain.of_anchor(&anchor) == mac).then_some(anchor)
}

/// A head as it stands in a mail: `PLACE LINK`, however much stands behind it.
pub fn said(text: &str) -> Option<Head> {
    let mut words = text.split_ascii_whitespace();
    let seq: i64 = words.next()?.parse().ok()?;
    let link = hex::decode(words.next()?)?;
    (seq > 0).then_some(Head { seq, link })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::deployment::DeploymentKey;

    #[test]
    fn a_line_reads_back_and_a_changed_one_does_not() {
        let chain = Chain::of(&DeploymentKey::from_bytes([7; 32]));
        let anchor =
            Anchor { number: 3, head: Head { seq: 4711, link: [9; 32] }, minute: Minute(29_923_580) };
        let written = line(&anchor, &chain);

        assert_eq!(read(&written, &chain), Some(anchor));
        assert_eq!(said(&written), Some(anchor.head));
        assert!(written.ends_with("2026-11-23 14:20 +08:00"));
        let numbers = written.split(" 2026-").next().unwrap();
        for at in 0..numbers.len() {
            let mut bytes = written.clone().into_bytes();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(read(&String::from_utf8(bytes).unwrap(), &chain), None, "{at}");
        }
        for text in ["", "x", "1", "0 00", "# 1 2"] {
            assert_eq!(said(text), None, "{text}");
        }
    }
}
