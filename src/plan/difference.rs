//! What differs between two plans' tables, row by row and cell by cell. Owns finding it; the words are the page's.
//! Invariant: two plans without a difference here have the same tables, up to the order of rows.

use std::collections::BTreeMap;

use super::sheet::Sheet;
use super::{NAMES, PlanFiles};

/// A cell that says something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The column.
    pub column: String,
    /// What it said; empty for nothing.
    pub before: String,
    /// What it says now; empty for nothing.
    pub after: String,
}

impl Cell {
    /// The members of a list that are new and those that are gone.
    pub fn moved(&self) -> (Vec<&str>, Vec<&str>) {
        (only(&self.after, &self.before), only(&self.before, &self.after))
    }
}

/// The members of one list that are not in another.
fn only<'t>(of: &'t str, other: &str) -> Vec<&'t str> {
    of.split(',').filter(|it| !it.is_empty() && !other.split(',').any(|o| o == *it)).collect()
}

/// A row that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub file: &'static str,
    /// What the row is known by, one value for each of [`keys`].
    pub key: Vec<String>,
    /// What became of it.
    pub what: What,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is new; the cells that say something.
    Added(Vec<Cell>),
    /// It is gone; the cells that said something.
    Removed(Vec<Cell>),
    /// It says something else.
    Changed(Vec<Cell>),
}

impl What {
    /// The cells it is about.
    pub fn cells(&self) -> &[Cell] {
        match self {
            Self::Added(cells) | Self::Removed(cells) | Self::Changed(cells) => cells,
        }
    }
}

/// The columns by which a row of a table is known.
pub fn keys(file: &str) -> &'static [&'static str] {
    match file {
        "rules.tsv" => &["category", "rule"],
        "contacts.tsv" => &["code", "kind", "label_zh"],
        "holidays.tsv" => &["day"],
        "districts.tsv" => &["gb2260"],
        "names.tsv" => &["name"],
        "duties.tsv" => &["clause"],
        "duties_2021.tsv" => &["version", "overrides"],
        "extras.tsv" => &["category", "code"],
        "versions.tsv" => &["version"],
        _ => &["code"],
    }
}

/// What differs, table by table in the order of [`NAMES`]. A file that is no table differs as a whole.
pub fn changes(before: &PlanFiles, after: &PlanFiles) -> Vec<Change> {
    let differs = |name: &&&str| before.get(name).trim_end() != after.get(name).trim_end();
    NAMES.iter().filter(differs).flat_map(|name| of_file(name, before, after)).collect()
}

fn of_file(file: &'static str, before: &PlanFiles, after: &PlanFiles) -> Vec<Change> {
    if !file.ends_with(".tsv") {
        return vec![Change { file, key: Vec::new(), what: What::Changed(Vec::new()) }];
    }
    let (old, new) = (Sheet::read(before, file), Sheet::read(after, file));
    let (old_rows, new_rows) = (by_key(file, &old), by_key(file, &new));
    let mut all = Vec::new();
    for (key, row) in &new_rows {
        let what = match old_rows.get(key) {
            None => What::Added(cells(None, Some((&new, *row)))),
            Some(was) => What::Changed(cells(Some((&old, *was)), Some((&new, *row)))),
        };
        all.push((key, what));
    }
    let gone = old_rows.iter().filter(|(key, _)| !new_rows.contains_key(*key));
    all.extend(gone.map(|(key, row)| (key, What::Removed(cells(Some((&old, *row)), None)))));
    let change = |(key, what): (&(Vec<String>, usize), What)| Change { file, key: key.0.clone(), what };
    all.into_iter().filter(|(_, what)| !what.cells().is_empty()).map(change).collect()
}

/// The rows by what they are known by; of several with the same, by which of them it is.
fn by_key(file: &str, sheet: &Sheet) -> BTreeMap<(Vec<String>, usize), usize> {
    let mut all = BTreeMap::new();
    for row in 0..sheet.len() {
        let key: Vec<String> = keys(file).iter().map(|column| sheet.said(row, column).to_owned()).collect();
        let nth = all.range((key.clone(), 0)..=(key.clone(), usize::MAX)).count();
        all.insert((key, nth), row);
    }
    all
}

fn cells(before: Option<(&Sheet, usize)>, after: Option<(&Sheet, usize)>) -> Vec<Cell> {
    let Some((sheet, _)) = after.or(before) else { return Vec::new() };
    let said = |of: Option<(&Sheet, usize)>, column: &str| {
        of.map(|(sheet, row)| sheet.said(row, column).to_owned()).unwrap_or_default()
    };
    let cell = |column: &String| Cell {
        column: column.clone(),
        before: said(before, column),
        after: said(after, column),
    };
    sheet.columns().iter().map(cell).filter(|cell| cell.before != cell.after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(file: &str, change: impl FnOnce(&mut Sheet)) -> PlanFiles {
        let mut files = PlanFiles::embedded();
        let mut sheet = Sheet::read(&files, file);
        change(&mut sheet);
        sheet.put(&mut files);
        files
    }

    #[test]
    fn a_plan_does_not_differ_from_itself_nor_by_the_order_of_its_rows() {
        let plain = PlanFiles::embedded();
        assert_eq!(changes(&plain, &plain), []);
        assert_eq!(changes(&plain, &with("rules.tsv", |sheet| sheet.sort_by("rule"))), []);
    }

    #[test]
    fn a_changed_list_says_who_is_new_and_who_is_gone() {
        let after = with("rules.tsv", |sheet| {
            let row = sheet.find("category", "forced_labour").unwrap();
            sheet.set(row, "told_at_intake", "hrss,union,women");
        });
        let found = changes(&PlanFiles::embedded(), &after);
        let [Change { file: "rules.tsv", key, what: What::Changed(cells) }] = &found[..] else {
            panic!("{found:?}")
        };
        assert_eq!((key[0].as_str(), cells.len()), ("forced_labour", 1));
        assert_eq!(cells[0].moved(), (vec!["women"], vec!["civil"]));
    }

    #[test]
    fn a_row_that_is_new_and_one_that_is_gone_are_told_apart() {
        let after = with("holidays.tsv", |sheet| {
            sheet.remove(0);
            let row = sheet.add();
            sheet.set(row, "day", "2027-05-03");
        });
        let found = changes(&PlanFiles::embedded(), &after);
        assert!(
            matches!(&found[..], [Change { what: What::Added(_), .. }, Change { what: What::Removed(_), key, .. }] if key[0] == "2026-01-01"),
            "{found:?}"
        );
    }
}
