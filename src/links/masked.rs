//! An entity as it is shown in a list: enough of it to recognise what one has read, too little to copy. Owns the mask;
//! refuses words: what kind it is, the page says.

use super::Shared;
use crate::insight::entities::Kind;

/// What stands for the signs that are left out, however many there are.
const HIDDEN: &str = "****";

/// The entity with its middle left out; an account without its service, a page by its host.
pub fn masked(entity: &Shared) -> String {
    let value = entity.value.as_str();
    match entity.kind {
        Kind::Phone => ends(value, 3, 4),
        Kind::Id => ends(value, 4, 4),
        Kind::Card => ends(value, 0, 4),
        Kind::Plate => ends(value, 2, 2),
        Kind::Account => ends(value.split_once(':').map_or(value, |(_, name)| name), 2, 2),
        Kind::Url => value.split(['/', '?', '#']).next().unwrap_or_default().to_owned(),
    }
}

/// The service of an account, by its word.
pub fn service(entity: &Shared) -> Option<&str> {
    let named = entity.value.split_once(':').filter(|_| entity.kind == Kind::Account);
    named.map(|(service, _)| service)
}

/// The first and last signs of a value. One so short that these would be nearly all of it shows its first.
fn ends(value: &str, first: usize, last: usize) -> String {
    let signs: Vec<char> = value.chars().collect();
    let last = if signs.len() < first + last + 2 { 0 } else { last };
    let (head, tail) = (signs.iter().take(first.min(signs.len() / 2)), signs.iter().skip(signs.len() - last));
    head.chain(HIDDEN.chars().collect::<Vec<_>>().iter()).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_shows_its_ends() {
        let table = [
            (Kind::Phone, "15400176620", "154****6620"),
            (Kind::Id, "120102199003074518", "1201****4518"),
            (Kind::Card, "6222021234567890", "****7890"),
            (Kind::Plate, "津C0T7Q2", "津C****Q2"),
            (Kind::Account, "wechat:lei_ge_3v8", "le****v8"),
            (Kind::Account, "qq:12345", "12****"),
            (Kind::Url, "zhaogong.example/join?id=7", "zhaogong.example"),
        ];
        for (kind, value, shown) in table {
            assert_eq!(masked(&Shared { kind, value: value.into() }), shown);
        }
        let account = Shared { kind: Kind::Account, value: "wechat:lei_ge_3v8".into() };
        assert_eq!(service(&account), Some("wechat"));
    }
}
