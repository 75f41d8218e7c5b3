//! Where the record ends, and where it begins since it was pruned. Owns both marks and their MACs: whoever has
//! the database alone can neither set the head back to a row that once was the last one, nor lift the floor.

use diesel::prelude::*;
use diesel::result::Error;

use crate::audit::chain::{Chain, Floor, Head, Kept, Link};
use crate::store::connection::Db;
use crate::store::meta;
use crate::vault::hex;

/// Where the head is kept: `PLACE LINK ANCHOR MAC`.
const HEAD: &str = "audit_head";
/// Where the floor is kept: `FIRST PLACE LINK ANCHOR MAC`.
const FLOOR: &str = "audit_floor";

/// The mark was not written by this portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotOurs;

/// The head as it is kept.
pub(crate) fn kept(db: &mut Db, chain: &Chain) -> QueryResult<Result<Kept, NotOurs>> {
    let Some(text) = meta::get(db, HEAD)? else { return Ok(Ok(Kept::default())) };
    Ok(read_head(&text, chain).ok_or(NotOurs))
}

/// The head as it is kept; an error where it is not this portal's, so that nothing is built on it.
pub(crate) fn own(db: &mut Db, chain: &Chain) -> QueryResult<Kept> {
    kept(db, chain)?.map_err(|NotOurs| Error::DeserializationError("the audit head is damaged".into()))
}

fn read_head(text: &str, chain: &Chain) -> Option<Kept> {
    let mut words = text.split(' ');
    let kept = read_kept(&mut words)?;
    is_mac(&mut words, chain.of_head(&kept)).then_some(kept)
}

fn read_kept<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Kept> {
    let head = Head { seq: words.next()?.parse().ok()?, link: hex::decode(words.next()?)? };
    Some(Kept { head, anchor: words.next()?.parse().ok()? })
}

fn is_mac<'a>(words: &mut impl Iterator<Item = &'a str>, mac: Link) -> bool {
    words.next().and_then(hex::decode) == Some(mac) && words.next().is_none()
}

fn written(kept: &Kept) -> String {
    format!("{} {} {}", kept.head.seq, hex::encode(&kept.head.link), kept.anchor)
}

/// Keeps the head.
pub(crate) fn keep(db: &mut Db, chain: &Chain, kept: &Kept) -> QueryResult<()> {
    meta::put(db, HEAD, &format!("{} {}", written(kept), hex::encode(&chain.of_head(kept))))
}

/// What the record begins after; none where nothing was ever pruned.
pub(crate) fn floor(db: &mut Db, chain: &Chain) -> QueryResult<Result<Option<Floor>, NotOurs>> {
    let Some(text) = meta::get(db, FLOOR)? else { return Ok(Ok(None)) };
    Ok(read_floor(&text, chain).map(Some).ok_or(NotOurs))
}

fn read_floor(text: &str, chain: &Chain) -> Option<Floor> {
    let mut words = text.split(' ');
    let first = words.next()?.parse().ok()?;
    let floor = Floor { first, kept: read_kept(&mut words)? };
    is_mac(&mut words, chain.of_floor(&floor)).then_some(floor)
}

/// Lifts the floor.
pub(super) fn lift(db: &mut Db, chain: &Chain, floor: &Floor) -> QueryResult<()> {
    let mac = hex::encode(&chain.of_floor(floor));
    meta::put(db, FLOOR, &format!("{} {} {mac}", floor.first, written(&floor.kept)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::deployment::DeploymentKey;

    #[test]
    fn marks_read_back_and_others_do_not() {
        let chain = Chain::of(&DeploymentKey::from_bytes([7; 32]));
        let kept = Kept { head: Head { seq: 7, link: [0xab; 32] }, anchor: 2 };
        let (floor, mac) = (Floor { first: 1, kept }, chain.of_head(&kept));
        let head = format!("{} {}", written(&kept), hex::encode(&mac));
        let mark = format!("1 {} {}", written(&kept), hex::encode(&chain.of_floor(&floor)));

        assert_eq!(read_head(&head, &chain), Some(kept));
        assert_eq!(read_floor(&mark, &chain), Some(floor));
        for text in ["", "7", &written(&kept), &format!("{head} 1"), &head.replacen('7', "6", 1), &mark] {
            assert_eq!(read_head(text, &chain), None, "{text:?}");
        }
        assert_eq!(read_floor(&mark.replacen('1', "2", 1), &chain), None);
        assert_eq!(read_head(&head, &Chain::of(&DeploymentKey::from_bytes([8; 32]))), None);
    }
}
