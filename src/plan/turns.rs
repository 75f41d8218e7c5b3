//! The days on which the plan turns into another by its own dates. Owns finding them; what must hold on each is
//! the proof's. Invariant: between two turns every row that is valid stays valid.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::PlanFiles;
use super::sheet::Sheet;

/// `from`, and every later day on which a row begins or ends.
pub fn turns(files: &PlanFiles, from: Date) -> BTreeSet<Date> {
    let mut days = BTreeSet::from([from]);
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".tsv")) {
        let sheet = Sheet::of(name, text);
        for row in 0..sheet.len() {
            for column in ["valid_from", "valid_to"] {
                days.extend(sheet.cell(row, column).and_then(|cell| cell.parse::<Date>().ok()));
            }
        }
    }
    days.split_off(&from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_ends_makes_a_turn() {
        let mut files = PlanFiles::embedded();
        let from: Date = "2026-11-23".parse().unwrap();
        assert_eq!(turns(&files, from), BTreeSet::from([from]));
        let text = files.get("rules.tsv").replacen("2014-01-10\t-\t", "2014-01-10\t2027-03-01\t", 1);
        files.set("rules.tsv", text);
        assert_eq!(turns(&files, from).last().map(ToString::to_string).as_deref(), Some("2027-03-01"));
    }
}
