//! Changes, findings and mistakes of a plan in words. Owns how each is said; refuses texts of its own.

use crate::i18n::Texts;
use crate::plan::difference::{Cell, Change, What};
use crate::plan::sheet::Sheet;
use crate::plan::{AgencyCode, BodyCode, CategoryCode, DistrictCode, Plan, PlanError};
use crate::store::plans::Found;
use crate::web::desk::words as desk;

/// The names of today, for saying what a code means.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) t: Texts,
    pub(super) plan: &'a Plan,
}

/// Columns that hold one body.
const BODY: [&str; 4] = ["lead", "code", "merged_into", "hosted_by"];

/// Columns that hold bodies.
pub(super) const BODIES: [&str; 3] = ["told_at_intake", "may_be_told", "content_for"];

/// Columns that hold minutes.
const MINUTES: [&str; 2] = ["first_action_minutes", "sharp_minutes"];

/// Columns that hold a day.
pub(super) const DAYS: [&str; 4] = ["valid_from", "valid_to", "reviewed_on", "day"];

impl Words<'_> {
    /// What a table is called.
    pub(super) fn table(self, file: &str) -> String {
        let name = match file {
            "rules.tsv" => "rules",
            "contacts.tsv" => "contacts",
            "holidays.tsv" => "holidays",
            "agencies.tsv" => "branches",
            other => return other.to_owned(),
        };
        self.t.get(&format!("plan-table-{name}"))
    }

    /// What a column is called.
    pub(super) fn column(self, column: &str) -> String {
        let id = format!("plan-cell-{}", column.replace('_', "-"));
        if self.t.has(&id) { self.t.get(&id) } else { column.to_owned() }
    }

    /// A body's name.
    pub(super) fn body(self, code: &str) -> String {
        let agency = code.parse::<BodyCode>().map(AgencyCode::municipal);
        agency.map_or_else(|_| code.to_owned(), |agency| desk::agency(self.t, self.plan, &agency))
    }

    fn category(self, code: &str) -> Option<String> {
        let code: CategoryCode = code.parse().ok()?;
        self.plan.category(&code)?;
        Some(desk::category(self.t, self.plan, &code))
    }

    /// The names of bodies, one after the other.
    pub(super) fn bodies<'c>(self, codes: impl IntoIterator<Item = &'c str>) -> String {
        let names: Vec<String> = codes.into_iter().map(|code| self.body(code)).collect();
        names.join(desk::comma(self.t))
    }

    /// What a cell says, for people.
    pub(super) fn value(self, column: &str, said: &str) -> String {
        let t = self.t;
        if said.is_empty() {
            return t.get("plan-nothing");
        }
        let named = format!("plan-value-{}-{}", column.replace('_', "-"), said.replace('_', "-"));
        match column {
            _ if BODY.contains(&column) => self.body(said),
            _ if BODIES.contains(&column) => self.bodies(said.split(',')),
            _ if MINUTES.contains(&column) => self.minutes(said),
            "category" => self.category(said).unwrap_or_else(|| said.to_owned()),
            "can_take_tips" | "never_told" => t.get(if said == "y" { "plan-yes" } else { "plan-no" }),
            _ if t.has(&named) => t.get(&named),
            _ => said.to_owned(),
        }
    }

    fn minutes(self, said: &str) -> String {
        match said.parse::<i64>() {
            Ok(minutes) if minutes >= 1440 && minutes % 1440 == 0 => {
                self.t.count("plan-days", minutes / 1440)
            }
            Ok(minutes) => self.t.count("plan-minutes", minutes),
            Err(_) => said.to_owned(),
        }
    }

    /// What a changed row is called.
    pub(super) fn row(self, change: &Change) -> String {
        let first = change.key.first().map_or("", String::as_str);
        match change.file {
            "rules.tsv" => self.category(first).unwrap_or_else(|| first.to_owned()),
            "contacts.tsv" => {
                let number = change.what.cells().iter().find(|cell| cell.column == "number");
                let number =
                    number.map(|cell| if cell.after.is_empty() { &cell.before } else { &cell.after });
                let what = change.key.get(2).map_or("", String::as_str);
                let number = number.map(|it| format!(" {it}")).unwrap_or_default();
                format!("{} {what}{number}", self.body(first)).trim_end().to_owned()
            }
            "agencies.tsv" | "extras.tsv" => self.body(first),
            _ => first.to_owned(),
        }
    }

    /// What became of a row: one sentence for each cell.
    pub(super) fn change(self, change: &Change) -> Vec<String> {
        let t = self.t;
        match &change.what {
            What::Changed(cells) if cells.is_empty() => vec![t.get("plan-diff-file")],
            What::Changed(cells) => cells.iter().flat_map(|cell| self.cell(cell)).collect(),
            What::Added(cells) => {
                let own = cells.iter().filter(|cell| !change.key.contains(&cell.after));
                let said = own.map(|cell| self.labelled(&cell.column, &cell.after));
                std::iter::once(t.get("plan-diff-added")).chain(said).collect()
            }
            What::Removed(_) => vec![t.get("plan-diff-removed")],
        }
    }

    fn labelled(self, column: &str, said: &str) -> String {
        format!("{}{}{}", self.column(column), desk::colon(self.t), self.value(column, said))
    }

    fn cell(self, cell: &Cell) -> Vec<String> {
        let (t, what) = (self.t, self.column(&cell.column));
        if BODIES.contains(&cell.column.as_str()) {
            let (new, gone) = cell.moved();
            let lists = [("plan-diff-more", new), ("plan-diff-fewer", gone)];
            let said = lists.into_iter().filter(|(_, list)| !list.is_empty());
            return said
                .map(|(id, list)| t.with(id, &[("what", &what), ("names", &self.bodies(list))]))
                .collect();
        }
        let (from, to) = (self.value(&cell.column, &cell.before), self.value(&cell.column, &cell.after));
        let id = match (cell.before.is_empty(), cell.after.is_empty()) {
            (true, _) => return vec![t.with("plan-diff-set", &[("what", &what), ("to", &to)])],
            (_, true) => return vec![t.with("plan-diff-cleared", &[("what", &what), ("from", &from)])],
            _ => "plan-diff-changed",
        };
        vec![t.with(id, &[("what", &what), ("from", &from), ("to", &to)])]
    }

    /// Why a plan cannot be read.
    pub(super) fn error(self, error: &PlanError) -> String {
        let t = self.t;
        match error {
            PlanError::Cell { file, line, column, reason } => {
                let (table, line) = (self.table(file), line.to_string());
                let why = self.reason(column, reason);
                let column = self.column(column);
                t.with("plan-row", &[("table", &table), ("line", &line), ("column", &column), ("why", &why)])
            }
            PlanError::NoRule { category } => {
                let name = self.category(category.as_str()).unwrap_or_else(|| category.to_string());
                let why = t.with("plan-bad-hole", &[("category", &name)]);
                t.with("plan-row-plain", &[("table", &self.table("rules.tsv")), ("why", &why)])
            }
            PlanError::Versions { .. } => t.get("plan-bad-versions"),
            other => t.with("plan-bad-other", &[("said", &other.to_string())]),
        }
    }

    fn reason(self, column: &str, reason: &str) -> String {
        let t = self.t;
        let code = reason.split('`').nth(1).unwrap_or_default();
        let id = match reason {
            "is empty" => "plan-bad-empty",
            "stands twice" | "has two rules in force" => "plan-bad-double",
            "ends before it begins" => "plan-bad-dates",
            _ if DAYS.contains(&column) => "plan-bad-date",
            _ if MINUTES.contains(&column) => "plan-bad-number",
            _ if reason.starts_with("must say something exactly where") => "plan-bad-both",
            _ if reason.starts_with("no ") || reason.contains("is not a ") && !reason.contains("choice") => {
                return t.with("plan-bad-unknown", &[("code", code)]);
            }
            _ if reason.ends_with("twice") => return t.with("plan-bad-twice", &[("code", code)]),
            _ if reason.ends_with("is not a choice") => return t.with("plan-bad-choice", &[("code", code)]),
            other => return t.with("plan-bad-other", &[("said", other)]),
        };
        t.get(id)
    }

    /// A finding of the proof: where, and what.
    pub(super) fn finding(self, found: &Found) -> String {
        let place: Vec<String> = found.at.split(['+', ' ']).map(|word| self.place(word)).collect();
        let says = found.says.split(" (lead ").next().unwrap_or_default();
        let id = format!("plan-says-{}", slug(says));
        let says = if self.t.has(&id) { self.t.get(&id) } else { found.says.clone() };
        format!("{}{}{says}", place.join(" "), desk::colon(self.t))
    }

    /// A word of the line that names a case.
    fn place(self, word: &str) -> String {
        if let Some(name) = self.category(word) {
            return name;
        }
        if let Some(district) =
            word.parse::<DistrictCode>().ok().filter(|it| self.plan.district(it).is_some())
        {
            return desk::district(self.t, self.plan, Some(&district));
        }
        let agency = word.parse::<AgencyCode>().ok().filter(|it| self.plan.agency(it).is_some());
        agency.map_or_else(|| word.to_owned(), |agency| desk::agency(self.t, self.plan, &agency))
    }

    /// How a row is spelt in a list: what its columns say.
    pub(super) fn row_cell(self, sheet: &Sheet, row: usize, column: &str) -> String {
        match sheet.said(row, column) {
            "" => String::new(),
            said => self.value(column, said),
        }
    }
}

/// A sentence as the end of an id.
fn slug(says: &str) -> String {
    let lower = says.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use crate::plan::PlanFiles;
    use crate::plan::difference::changes;

    fn said(column: &str, typed: &str) -> String {
        let mut files = PlanFiles::embedded();
        let mut sheet = Sheet::read(&files, "rules.tsv");
        let row = sheet.find("category", "forced_labour").unwrap();
        sheet.set(row, column, typed);
        sheet.put(&mut files);
        let plan = Plan::embedded().unwrap();
        let words = Words { t: Texts(Locale::Zh), plan: &plan };
        let found = changes(&PlanFiles::embedded(), &files);
        format!("{}：{}", words.row(&found[0]), words.change(&found[0]).join("；"))
    }

    #[test]
    fn a_change_is_said_as_people_say_it() {
        assert_eq!(
            said("lead", "hrss"),
            "强迫劳动、限制人身自由做工：牵头单位由“天津市公安局”改为“天津市人力资源和社会保障局”"
        );
        assert_eq!(
            said("told_at_intake", "hrss,union,women"),
            "强迫劳动、限制人身自由做工：受理时知会新增天津市妇女联合会；受理时知会取消天津市民政局"
        );
        assert_eq!(
            said("first_action_minutes", "2880"),
            "强迫劳动、限制人身自由做工：首次处置时限由“120 分钟”改为“2 个工作日”"
        );
        assert!(said("sharp_when", "").contains("紧迫情形“people locked in”删去"));
    }

    #[test]
    fn a_mistake_is_said_with_table_line_and_column() {
        let plan = Plan::embedded().unwrap();
        let words = Words { t: Texts(Locale::Zh), plan: &plan };
        for (column, typed, says) in [
            ("lead", "pbs", "路由规则第 8 行“牵头单位”：“pbs”不存在"),
            ("first_action_minutes", "soon", "路由规则第 8 行“首次处置时限”：应为分钟数（整数）"),
            ("valid_to", "2027-13-01", "路由规则第 8 行“截止日期（不含当日）”：应写成 2026-12-01 这样的日期"),
            ("told_at_intake", "hrss,hrss", "路由规则第 8 行“受理时知会”：“hrss”写了两遍"),
            ("valid_to", "2013-01-01", "路由规则第 8 行“截止日期（不含当日）”：截止日期早于起始日期"),
        ] {
            let mut files = PlanFiles::embedded();
            let mut sheet = Sheet::read(&files, "rules.tsv");
            let row = sheet.find("category", "forced_labour").unwrap();
            sheet.set(row, column, typed);
            sheet.put(&mut files);
            assert_eq!(words.error(&Plan::parse(&files).unwrap_err()), says);
        }
    }

    #[test]
    fn every_statement_of_the_proof_has_words() {
        let rules = include_str!("../../../plan/check/ruling.rs");
        let exam = include_str!("../../../routing/proof/exam.rs");
        let of_exam = exam.lines().filter_map(|line| {
            let mut parts = line.trim().split('"').skip(1);
            let (rule, between, says) = (parts.next()?, parts.next()?, parts.next()?);
            (between == " " && line.contains("=>") && !rule.is_empty()).then_some(says)
        });
        // "may be told" is the name of a check.
        let quoted = rules.split('"').skip(1).step_by(2);
        let of_rules = quoted.filter(|it| it.contains(' ') && *it != "may be told");
        let all: Vec<&str> = of_exam.chain(of_rules).collect();
        let missing: Vec<_> =
            all.iter().filter(|says| !Texts(Locale::Zh).has(&format!("plan-says-{}", slug(says)))).collect();
        assert!(all.len() > 40 && missing.is_empty(), "{} {missing:?}", all.len());
    }
}
