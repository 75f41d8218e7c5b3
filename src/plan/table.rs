//! Reading a table of the plan: tab-separated, one heading line, `-` for "nothing", lists by comma. Owns
//! cells and where they stand, so that every refusal names file, line and column. Invariant: a table has
//! exactly the wanted columns and every row has a cell for each.

use std::fmt::Display;
use std::str::FromStr;

use jiff::civil::Date;

use super::{PlanError, PlanFiles};

/// One table, not yet understood.
pub(super) struct Table<'a> {
    file: &'static str,
    columns: &'static [&'static str],
    rows: Vec<(usize, Vec<&'a str>)>,
}

/// One row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    file: &'static str,
    columns: &'static [&'static str],
    line: usize,
    cells: &'t [&'t str],
}

impl<'a> Table<'a> {
    /// Cuts the text of `file` into rows under the given headings.
    pub(super) fn read(
        files: &'a PlanFiles,
        file: &'static str,
        columns: &'static [&'static str],
    ) -> Result<Self, PlanError> {
        let mut lines = files.get(file).lines().zip(1..);
        let heading = lines.next().map_or("", |(line, _)| line);
        if !heading.split('\t').eq(columns.iter().copied()) {
            return Err(PlanError::Columns { file, wanted: columns.join(", ") });
        }
        let rows = lines.map(|(line, at)| (at, line.split('\t').collect::<Vec<_>>())).collect::<Vec<_>>();
        match rows.iter().find(|(_, cells)| cells.len() != columns.len()) {
            Some((line, _)) => Err(PlanError::Cells { file, line: *line }),
            None => Ok(Self { file, columns, rows }),
        }
    }

    /// All rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let Self { file, columns, rows } = self;
        rows.iter().map(|(line, cells)| Row { file, columns, line: *line, cells })
    }

    /// The rows whose `valid_from`..`valid_to` contains `day`; `valid_to` is the first day no longer valid.
    pub(super) fn valid_on(&self, day: Date) -> Result<Vec<Row<'_>>, PlanError> {
        let mut valid = Vec::new();
        for row in self.rows() {
            let from: Date = row.parse("valid_from")?;
            let to: Option<Date> = row.parse_optional("valid_to")?;
            if to.is_some_and(|to| to <= from) {
                return Err(row.bad("valid_to", "ends before it begins"));
            }
            if from <= day && to.is_none_or(|to| day < to) {
                valid.push(row);
            }
        }
        Ok(valid)
    }
}

impl<'t> Row<'t> {
    /// The cell under `column`.
    pub(super) fn text(&self, column: &str) -> &'t str {
        let at = self.columns.iter().position(|c| *c == column);
        self.cells[at.expect("only columns of the heading are asked for")]
    }

    /// The cell, or nothing where it says `-`.
    pub(super) fn optional(&self, column: &str) -> Option<&'t str> {
        Some(self.text(column)).filter(|text| *text != "-")
    }

    /// The cell, which must say something.
    pub(super) fn required(&self, column: &str) -> Result<String, PlanError> {
        match self.optional(column).filter(|text| !text.trim().is_empty()) {
            Some(text) => Ok(text.to_owned()),
            None => Err(self.bad(column, "is empty")),
        }
    }

    /// The cell as a value.
    pub(super) fn parse<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T, PlanError> {
        self.value(column, self.text(column))
    }

    /// The cell as a value, or nothing where it says `-`.
    pub(super) fn parse_optional<T: FromStr<Err: Display>>(
        &self,
        column: &str,
    ) -> Result<Option<T>, PlanError> {
        self.optional(column).map(|text| self.value(column, text)).transpose()
    }

    /// The cell as a list of distinct values.
    pub(super) fn list<T: FromStr<Err: Display> + PartialEq>(
        &self,
        column: &str,
    ) -> Result<Vec<T>, PlanError> {
        let mut list = Vec::new();
        for text in self.optional(column).into_iter().flat_map(|cell| cell.split(',')) {
            let value = self.value(column, text)?;
            if list.contains(&value) {
                return Err(self.bad(column, &format!("names `{text}` twice")));
            }
            list.push(value);
        }
        Ok(list)
    }

    /// The cell as one of the given words.
    pub(super) fn choice<T: Copy>(&self, column: &str, words: &[(&str, T)]) -> Result<T, PlanError> {
        let text = self.text(column);
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| *value).ok_or_else(|| self.bad(column, &format!("`{text}` is not a choice")))
    }

    /// The cell as yes or no.
    pub(super) fn yes(&self, column: &str) -> Result<bool, PlanError> {
        self.choice(column, &[("y", true), ("n", false)])
    }

    /// A refusal of this row.
    pub(super) fn bad(&self, column: &str, reason: &str) -> PlanError {
        let (file, line) = (self.file, self.line);
        PlanError::Cell { file, line, column: column.to_owned(), reason: reason.to_owned() }
    }

    fn value<T: FromStr<Err: Display>>(&self, column: &str, text: &str) -> Result<T, PlanError> {
        text.parse().map_err(|e: T::Err| self.bad(column, &e.to_string()))
    }
}
