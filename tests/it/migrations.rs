//! The migrations of both databases: each folder says the same, what goes up comes down, and the tables are
//! those the code knows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use homeward::audit::chain::Chain;
use homeward::store::{Location, OpenError, Options, Store};
use homeward::vault::deployment::DeploymentKey;

use crate::support::db;

fn open(path: &Path) -> Result<Arc<Store>, OpenError> {
    let chain = Chain::of(&DeploymentKey::from_bytes([1; 32]));
    Store::open(&Location::Sqlite(path.to_owned()), Options::new(chain))
}

fn folder(dialect: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(dialect)
}

fn steps(dialect: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder(dialect)).unwrap().flatten();
    entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect()
}

fn sql(dialect: &str, step: &str, file: &str) -> String {
    std::fs::read_to_string(folder(dialect).join(step).join(file)).unwrap()
}

/// Tables and their columns, as `create table` and `alter table` name them.
fn tables(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    for statement in code.join("\n").split(';') {
        if let Some(added) = statement.trim().strip_prefix("alter table ") {
            let (name, column) = added.split_once(" add column ").unwrap();
            let column = column.split(' ').next().unwrap().to_owned();
            all.entry(name.to_owned()).or_default().insert(column);
            continue;
        }
        let Some(rest) = statement.trim().strip_prefix("create table ") else { continue };
        let (name, columns) = rest.split_once('(').unwrap();
        let words = columns.lines().filter_map(|line| line.trim().split(' ').next());
        let columns = words.filter(|w| !matches!(*w, "" | ")" | "unique" | "primary" | "check" | "foreign"));
        all.insert(name.trim().to_owned(), columns.map(str::to_owned).collect());
    }
    all
}

#[test]
fn both_databases_have_the_same_steps_tables_and_columns() {
    assert_eq!(steps("sqlite"), steps("postgres"));
    for step in steps("sqlite") {
        let (one, other) = (sql("sqlite", &step, "up.sql"), sql("postgres", &step, "up.sql"));
        assert_eq!(tables(&one), tables(&other), "{step}");
        let indexes = |text: &str| -> BTreeSet<String> {
            text.lines()
                .filter_map(|l| l.strip_prefix("create index ")?.split(' ').next())
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(indexes(&one), indexes(&other), "{step}");
        assert!(!tables(&one).is_empty() || !indexes(&one).is_empty(), "{step} was read");
    }
}

#[test]
fn what_goes_up_comes_down_to_nothing() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("homeward.db");
    open(&path).unwrap().close();
    let own = "from sqlite_master where name not like 'sqlite_%' and name not like '__diesel%'";
    assert!(db::count(&path, &format!("select count(*) as n {own}")) > 20);
    for step in steps("sqlite").iter().rev() {
        db::connect_file(&path).batch_execute(&sql("sqlite", step, "down.sql")).unwrap();
    }
    assert_eq!(db::count(&path, &format!("select count(*) as n {own}")), 0);
}

#[test]
fn opening_a_second_time_changes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("homeward.db");
    open(&path).unwrap().close();
    let shape =
        || db::pairs(&path, "select name as a, coalesce(sql, '') as b from sqlite_master order by name");
    let before = shape();
    open(&path).unwrap().close();
    assert_eq!(before, shape());
}

#[test]
fn the_code_knows_every_table_and_column_that_the_migrations_make() {
    let code =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema.rs")).unwrap();
    let mut known = BTreeMap::new();
    for table in code.split("diesel::table!").skip(1) {
        let mut lines = table.lines().map(str::trim).filter(|l| !l.is_empty());
        let name = lines.nth(1).unwrap().split(' ').next().unwrap().to_owned();
        let columns = lines.take_while(|l| *l != "}").filter_map(|l| l.split(" -> ").next());
        known.insert(name, columns.map(str::to_owned).collect::<BTreeSet<_>>());
    }
    let mut made: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for (table, columns) in steps("sqlite").iter().flat_map(|s| tables(&sql("sqlite", s, "up.sql"))) {
        made.entry(table).or_default().extend(columns);
    }
    assert_eq!(known, made);
}
