//! The database: its version, how it is set, its clock, what it is bound to, and the end of the record. Owns these
//! findings.

use super::{Finding, Said};
use crate::app::bond::fingerprint;
use crate::audit::chain::Chain;
use crate::clock::{Minute, Timestamp};
use crate::config::Config;
use crate::store::Db;
use crate::store::survey::{self, Engine};
use crate::vault::deployment::DeploymentKey;
use crate::vault::hex;
use crate::vault::recovery::RecoveryPublic;

/// How far the clocks of portal and database may be apart, in milliseconds.
const APART: i64 = 5_000;

/// How far ahead of now a row may have been written, in seconds.
const AHEAD: i64 = 300;

/// How many links of the record are looked at.
const LINKS: i64 = 1_000;

/// How old a row may be before it must have its place, in seconds; see `cli::audit`.
const PLACED_WITHIN: i64 = 70;

/// The oldest PostgreSQL that is supported.
const OLDEST: i64 = 150_000;

/// Whether this version knows the database's tables; false where nothing more can be asked.
pub(super) fn steps(db: &mut Db) -> Result<(Vec<Finding>, bool), Said> {
    let (last, known) = survey::steps(db)?;
    let finding = match last.cmp(&known) {
        std::cmp::Ordering::Equal => Finding::ok("schema"),
        std::cmp::Ordering::Less => {
            Finding::attention("schema-old").with("step", &last).with("known", &known)
        }
        std::cmp::Ordering::Greater => Finding::wrong("schema-new").with("step", &last),
    };
    Ok((vec![finding], last == known))
}

pub(super) fn engine(db: &mut Db, config: &Config) -> Result<Vec<Finding>, Said> {
    Ok(judge(survey::engine(db)?, config.data.connections))
}

/// What is to be said of a database that is set like this, of which one process opens so many connections.
fn judge(engine: Engine, connections_of_one: u32) -> Vec<Finding> {
    match engine {
        Engine::Sqlite { check } if check == "ok" => vec![Finding::ok("sqlite")],
        Engine::Sqlite { check } => vec![Finding::wrong("sqlite-damaged").with("said", &check)],
        Engine::Postgres { version, unsafe_settings, wal_level, connections } => {
            let mut found = vec![if version < OLDEST {
                Finding::wrong("postgres-old").with("version", &(version / 10_000))
            } else {
                Finding::ok("postgres").with("version", &(version / 10_000))
            }];
            found.push(if unsafe_settings.is_empty() {
                Finding::ok("postgres-flush")
            } else {
                Finding::wrong("postgres-unflushed").with("settings", &unsafe_settings.join(" "))
            });
            if wal_level == "minimal" {
                found.push(Finding::attention("postgres-wal"));
            }
            // Half as many more read; two for each process that serves a side.
            let wanted = i64::from(connections_of_one).saturating_mul(3) + 3;
            found.push(if connections < wanted {
                let few = Finding::attention("postgres-connections");
                few.with("n", &connections).with("wanted", &wanted)
            } else {
                Finding::ok("postgres-room").with("n", &connections)
            });
            found
        }
    }
}

pub(super) fn clock(db: &mut Db, now: Timestamp) -> Result<Vec<Finding>, Said> {
    let apart = (survey::time(db)?.0 - now.0) / 1000;
    let mut found = vec![if apart.abs() * 1000 > APART {
        Finding::wrong("clock-apart").with("seconds", &apart)
    } else {
        Finding::ok("clock")
    }];
    let (row, tip) = survey::newest(db)?;
    let newest = row.into_iter().chain(tip.map(Minute::start)).max();
    found.push(match newest {
        Some(newest) if newest > now.plus_seconds(AHEAD) => {
            Finding::wrong("clock-behind").with("newest", &newest.minute().local())
        }
        _ => Finding::ok("clock-rows"),
    });
    Ok(found)
}

pub(super) fn bond(db: &mut Db, config: &Config, key: Option<&DeploymentKey>) -> Result<Vec<Finding>, Said> {
    let Some(bond) = survey::bond(db)? else { return Ok(vec![Finding::attention("bond-none")]) };
    let mut found = Vec::new();
    if let Some(key) = key {
        found.push(if fingerprint(key) == bond.key {
            Finding::ok("bond")
        } else {
            Finding::wrong("bond-key")
        });
    }
    let public = RecoveryPublic::load(&config.data.dir.join("recovery.pub"));
    found.push(match public {
        Ok(public) if hex::encode(public.0.as_bytes()) == bond.recovery => Finding::ok("recovery"),
        Ok(_) => Finding::wrong("bond-recovery"),
        Err(_) => Finding::attention("recovery-none"),
    });
    let has_spare = survey::spare(db)?.is_some_and(|spare| spare.key == bond.key);
    found.push(if has_spare { Finding::ok("spare") } else { Finding::attention("spare-none") });
    Ok(found)
}

pub(super) fn record(db: &mut Db, now: Timestamp, key: Option<&DeploymentKey>) -> Result<Vec<Finding>, Said> {
    let Some(key) = key else { return Ok(Vec::new()) };
    let tail = survey::tail(db, &Chain::of(key), LINKS, now.plus_seconds(-PLACED_WITHIN))?;
    let mut found = vec![match tail.broken {
        None => Finding::ok("record").with("n", &tail.links),
        Some(row) => Finding::wrong("record-broken").with("row", &row),
    }];
    if tail.unplaced > 0 {
        found.push(Finding::wrong("record-unplaced").with("n", &tail.unplaced));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(
        version: i64,
        unsafe_settings: Vec<&'static str>,
        wal_level: &str,
        connections: i64,
    ) -> Vec<&'static str> {
        let wal_level = wal_level.to_owned();
        let engine = Engine::Postgres { version, unsafe_settings, wal_level, connections };
        judge(engine, 16).iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn each_setting_of_postgresql_that_is_not_well_is_said_and_no_other() {
        assert_eq!(codes(150_008, vec![], "replica", 51), ["postgres", "postgres-flush", "postgres-room"]);
        assert_eq!(codes(140_001, vec![], "logical", 99)[0], "postgres-old");
        assert_eq!(codes(170_000, vec!["fsync"], "replica", 99)[1], "postgres-unflushed");
        assert_eq!(codes(170_000, vec![], "minimal", 99)[2], "postgres-wal");
        assert_eq!(codes(170_000, vec![], "replica", 50)[2], "postgres-connections");
    }
}
