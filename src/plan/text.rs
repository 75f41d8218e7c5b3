//! The plan's own words as a witness. Owns finding the brackets 「……负责,……配合」 in the text, and the names
//! by which bodies stand in them. Invariant: nothing here is read from the tables that it bears witness against.

use jiff::civil::Date;

use super::table::Table;
use super::{BodyCode, Directory, PlanError, PlanFiles};

/// A name a body has carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) body: BodyCode,
    pub(super) name: String,
    pub(super) in_brackets: bool,
    pub(super) valid_from: Date,
    pub(super) valid_to: Option<Date>,
}

pub(super) fn names(files: &PlanFiles, directory: &Directory) -> Result<Vec<Name>, PlanError> {
    const COLUMNS: &[&str] = &["code", "form", "name", "valid_from", "valid_to", "source"];
    let table = Table::read(files, "names.tsv", COLUMNS)?;
    let mut names: Vec<Name> = Vec::new();
    for row in table.rows() {
        let body: BodyCode = row.parse("code")?;
        let name = Name {
            body,
            name: row.required("name")?,
            in_brackets: row.choice("form", &[("bracket", true), ("full", false)])?,
            valid_from: row.parse("valid_from")?,
            valid_to: row.parse_optional("valid_to")?,
        };
        if directory.ix(body).is_none() {
            return Err(row.bad("code", &format!("no body `{body}`")));
        }
        if names.iter().any(|n| n.name == name.name) {
            return Err(row.bad("name", "stands twice"));
        }
        names.push(name);
    }
    Ok(names)
}

/// One bracket of the text: the responsible and the co-operating, by the names written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bracket {
    pub(super) lead: Vec<String>,
    pub(super) coop: Vec<String>,
}

/// All duty brackets of the text, in order.
pub(super) fn brackets(text: &str) -> Vec<Bracket> {
    let joined: String = text.lines().collect();
    let inner = joined.split('(').skip(1).filter_map(|rest| rest.split(')').next());
    inner.filter_map(bracket).collect()
}

fn bracket(inner: &str) -> Option<Bracket> {
    let (lead, rest) = inner.split_once("负责")?;
    let names = |list: &str| list.split('、').map(str::to_owned).collect();
    let coop = match rest.strip_suffix("配合") {
        Some(list) => names(list.strip_prefix(',')?),
        None if rest.is_empty() => Vec::new(),
        None => return None,
    };
    Some(Bracket { lead: names(lead), coop })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_is_read_and_other_parentheses_are_not() {
        let text = "(1)建立\n机制。(市综治办、市司法局负责,市教委配合)DNA(脱氧核糖核酸)库。(市公安局负\n责)";
        let found = brackets(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].lead, ["市综治办", "市司法局"]);
        assert_eq!(found[0].coop, ["市教委"]);
        assert_eq!(found[1], Bracket { lead: vec!["市公安局".to_owned()], coop: vec![] });
    }
}
