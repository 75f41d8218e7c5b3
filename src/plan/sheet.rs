//! A table of the plan as rows that can be changed. Owns cells and their spelling in the file; refuses knowing
//! what they mean: whether a changed table still is a plan, reading it says. Invariant: a cell holds neither a
//! tab nor the end of a line, so a cell that was typed can never become two.

use super::PlanFiles;

/// One table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    file: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// What a cell says where it says nothing.
pub const NOTHING: &str = "-";

impl Sheet {
    /// The table in `text`.
    pub fn of(file: &str, text: &str) -> Self {
        let cells = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
        let mut lines = text.lines();
        let columns = lines.next().map(cells).unwrap_or_default();
        Self { file: file.to_owned(), columns, rows: lines.map(cells).collect() }
    }

    /// The table of this name in a plan's files.
    pub fn read(files: &PlanFiles, file: &str) -> Self {
        Self::of(file, files.get(file))
    }

    /// The file it is from.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many rows it has.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no row.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn at(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|it| it == column)
    }

    /// A cell as it is spelt.
    pub fn cell(&self, row: usize, column: &str) -> Option<&str> {
        self.rows.get(row)?.get(self.at(column)?).map(String::as_str)
    }

    /// A cell, empty where it says nothing.
    pub fn said(&self, row: usize, column: &str) -> &str {
        self.cell(row, column).filter(|cell| *cell != NOTHING).unwrap_or_default()
    }

    /// The first row with this in that column.
    pub fn find(&self, column: &str, value: &str) -> Option<usize> {
        (0..self.len()).find(|row| self.cell(*row, column) == Some(value))
    }

    /// Puts what was typed into a cell: without blanks around it, on one line, `-` for nothing.
    pub fn set(&mut self, row: usize, column: &str, typed: &str) {
        let Some(at) = self.at(column) else { return };
        if let Some(cell) = self.rows.get_mut(row).and_then(|cells| cells.get_mut(at)) {
            *cell = spelt(typed);
        }
    }

    /// Adds a row that says nothing; gives its place.
    pub fn add(&mut self) -> usize {
        self.rows.push(vec![NOTHING.to_owned(); self.columns.len()]);
        self.rows.len() - 1
    }

    /// Adds a row that says what another one says, behind it; gives its place.
    pub fn double(&mut self, row: usize) -> Option<usize> {
        let copy = self.rows.get(row)?.clone();
        self.rows.insert(row + 1, copy);
        Some(row + 1)
    }

    /// Takes a row away.
    pub fn remove(&mut self, row: usize) {
        if row < self.rows.len() {
            self.rows.remove(row);
        }
    }

    /// Puts the rows in the order of a column.
    pub fn sort_by(&mut self, column: &str) {
        if let Some(at) = self.at(column) {
            self.rows.sort_by(|a, b| a.get(at).cmp(&b.get(at)));
        }
    }

    /// The line of the file that a row stands on, from 1.
    pub const fn line(row: usize) -> usize {
        row + 2
    }

    /// The table as it stands in a file.
    pub fn to_text(&self) -> String {
        let lines = std::iter::once(&self.columns).chain(&self.rows).map(|cells| cells.join("\t") + "\n");
        lines.collect()
    }

    /// Puts the table into a plan's files.
    pub fn put(&self, files: &mut PlanFiles) {
        files.set(&self.file, self.to_text());
    }
}

fn spelt(typed: &str) -> String {
    let words: Vec<&str> =
        typed.split(|c: char| c.is_control() || c.is_whitespace()).filter(|w| !w.is_empty()).collect();
    if words.is_empty() { NOTHING.to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::NAMES;
    use proptest::prelude::*;

    #[test]
    fn every_table_is_written_back_as_it_was() {
        let files = PlanFiles::embedded();
        for name in NAMES.iter().filter(|name| name.ends_with(".tsv")) {
            assert_eq!(Sheet::read(&files, name).to_text().trim_end(), files.get(name).trim_end(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_stays_one_cell(typed in "(?s).{0,60}") {
            let mut sheet = Sheet::of("x.tsv", "a\tb\n1\t2\n");
            sheet.set(0, "b", &typed);
            let again = Sheet::of("x.tsv", &sheet.to_text());
            prop_assert_eq!(&again, &sheet);
            prop_assert_eq!((again.len(), again.cell(0, "a")), (1, Some("1")));
        }
    }
}
