//! Whether a portal stands as it should: one finding for each thing looked at, in codes; the words are in the locale
//! files. Owns the round; refuses repairing, writing and opening any tip.
//!
//! Invariant: it may run beside a portal that serves, and beside one that does not start, and leaves no trace but a
//! test mail that was asked for.

mod backups;
mod files;
mod people;
mod plan;
mod rows;
mod settings;

use serde::Serialize;

use crate::clock::Timestamp;
use crate::config::Config;
use crate::store::survey::{self, Closed};
use crate::store::{Db, Location};
use crate::vault::deployment::DeploymentKey;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// Somebody should look at it.
    Attention,
    /// Something does not work, or puts somebody in danger.
    Wrong,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad.
    pub level: Level,
    /// What, as a code: `doctor-CODE` are the words, `doctor-CODE-do` what to do about it.
    pub code: &'static str,
    /// What the words speak of.
    pub facts: Vec<(&'static str, String)>,
}

impl Finding {
    fn ok(code: &'static str) -> Self {
        Self { level: Level::Ok, code, facts: Vec::new() }
    }

    fn attention(code: &'static str) -> Self {
        Self { level: Level::Attention, code, facts: Vec::new() }
    }

    fn wrong(code: &'static str) -> Self {
        Self { level: Level::Wrong, code, facts: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
}

/// What is looked at.
pub struct Look<'a> {
    /// The settings of the portal.
    pub config: &'a Config,
    /// Now.
    pub now: Timestamp,
    /// Where to send a test mail.
    pub mail_test: Option<&'a str>,
}

/// Looks at everything; what is wrong does not keep the rest from being looked at.
pub fn examine(look: &Look<'_>) -> Vec<Finding> {
    let mut all = settings::look(look.config, look.mail_test);
    let key = files::look(look.config, &mut all);
    match Location::of(&look.config.data).map(|location| survey::open(&location)) {
        Err(_) => all.push(Finding::wrong("database-name")),
        Ok(Err(Closed::None)) => all.push(Finding::wrong("database-none")),
        Ok(Err(Closed::NotOurs)) => all.push(Finding::wrong("database-not-ours")),
        Ok(Err(Closed::Said(said))) => all.push(Finding::wrong("database-closed").with("said", &said)),
        Ok(Ok(mut db)) => look_at_rows(look, &mut db, key.as_ref(), &mut all),
    }
    all.extend(backups::look(look));
    all
}

fn look_at_rows(look: &Look<'_>, db: &mut Db, key: Option<&DeploymentKey>, all: &mut Vec<Finding>) {
    let mut part = |looked: Result<Vec<Finding>, Said>| match looked {
        Ok(found) => all.extend(found),
        Err(Said(said)) => all.push(Finding::wrong("database-closed").with("said", &said)),
    };
    match rows::steps(db) {
        Ok((found, true)) => part(Ok(found)),
        // Of tables that this version does not know, or of none, nothing more can be asked.
        Ok((found, false)) => return part(Ok(found)),
        Err(error) => return part(Err(error)),
    }
    part(rows::engine(db, look.config));
    part(rows::clock(db, look.now));
    part(rows::bond(db, look.config, key));
    part(rows::record(db, look.now, key));
    part(files::sealed(db, look.config));
    match plan::look(db, key, look.now) {
        Ok((plan, found)) => {
            part(Ok(found));
            part(people::look(db, &plan));
        }
        Err(error) => part(Err(error)),
    }
    part(people::notices(db, look.now));
}

/// What a database said, as the doctor says it.
#[derive(Debug)]
struct Said(String);

impl<E: std::error::Error> From<E> for Said {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
