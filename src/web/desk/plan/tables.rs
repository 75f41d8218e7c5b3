//! The tables that the plan desk changes: which columns, and how each is typed. Owns this list; refuses what a cell may
//! say, which reading the plan decides.

/// How a cell is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One line.
    Text,
    /// One of the words.
    Choice(&'static [&'static str]),
    /// One body.
    Body,
    /// Bodies, each with a box to tick.
    Bodies,
    /// Shown and not changed.
    Fixed,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Whether the list shows it.
    pub(super) listed: bool,
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    /// The end of its address, and its name on record.
    pub(super) name: &'static str,
    /// Its file.
    pub(super) file: &'static str,
    pub(super) columns: &'static [Column],
    /// Whether rows may come and go.
    pub(super) grows: bool,
}

const fn shown(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, listed: true }
}

const fn aside(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, listed: false }
}

const YES_NO: Kind = Kind::Choice(&["y", "n"]);

/// How tips travel.
pub(super) const RULES: Table = Table {
    name: "rules",
    file: "rules.tsv",
    grows: true,
    columns: &[
        shown("category", Kind::Fixed),
        aside("rule", Kind::Text),
        shown("lead", Kind::Body),
        aside("primary_clause", Kind::Text),
        aside("supporting_clauses", Kind::Text),
        shown("told_at_intake", Kind::Bodies),
        aside("may_be_told", Kind::Bodies),
        aside("content_for", Kind::Bodies),
        aside("police_copy", Kind::Choice(&["always", "if_crime", "consent", "no"])),
        shown("urgency", Kind::Choice(&["immediate", "urgent", "normal"])),
        shown("first_action_minutes", Kind::Text),
        aside("sharp_minutes", Kind::Text),
        aside("sharp_when", Kind::Text),
        aside("told_when_normal", Kind::Choice(&["same", "none"])),
        shown("valid_from", Kind::Text),
        shown("valid_to", Kind::Text),
        aside("note", Kind::Text),
    ],
};

/// Numbers.
pub(super) const CONTACTS: Table = Table {
    name: "contacts",
    file: "contacts.tsv",
    grows: true,
    columns: &[
        shown("code", Kind::Body),
        shown("kind", Kind::Choice(&["call", "sms"])),
        shown("number", Kind::Text),
        shown("label_zh", Kind::Text),
        aside("label_en", Kind::Text),
        shown("verified", YES_NO),
        shown("reviewed_on", Kind::Text),
        aside("source", Kind::Text),
    ],
};

/// The working calendar.
pub(super) const HOLIDAYS: Table = Table {
    name: "holidays",
    file: "holidays.tsv",
    grows: true,
    columns: &[
        shown("day", Kind::Text),
        shown("kind", Kind::Choice(&["holiday", "workday"])),
        shown("name_zh", Kind::Text),
        aside("name_en", Kind::Text),
        shown("basis", Kind::Choice(&["announced", "law"])),
        aside("source", Kind::Text),
    ],
};

/// Which bodies have a branch in each district, and what it is called.
pub(super) const BRANCHES: Table = Table {
    name: "branches",
    file: "agencies.tsv",
    grows: false,
    columns: &[
        shown("code", Kind::Fixed),
        shown("branch_zh", Kind::Text),
        aside("branch_en", Kind::Text),
        aside("note", Kind::Text),
    ],
};

/// All of them.
pub(super) const ALL: [&Table; 4] = [&RULES, &CONTACTS, &HOLIDAYS, &BRANCHES];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::PlanFiles;
    use crate::plan::sheet::Sheet;

    #[test]
    fn every_column_is_one_of_its_file() {
        for table in ALL {
            let sheet = Sheet::read(&PlanFiles::embedded(), table.file);
            for column in table.columns {
                assert!(sheet.columns().iter().any(|it| it == column.name), "{} {}", table.file, column.name);
            }
        }
    }
}
