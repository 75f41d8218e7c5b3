//! Proving a draft of the plan on a thread of its own. Owns starting it once and keeping what it found; refuses what
//! must hold (`routing::proof`). Invariant: what is kept is kept for exactly the content that was proved.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::plans::today;
use super::{App, PLAN_ID};
use crate::plan::PlanFiles;
use crate::routing::proof::life::prove;
use crate::store::plans::{Found, Proof, Version, put_proof};
use crate::store::{Lane, WriteError};

/// The contents that are being proved in this process.
#[derive(Debug, Default)]
pub struct Proving(Mutex<BTreeSet<String>>);

impl Proving {
    /// Whether this content is being proved.
    pub fn is_running(&self, digest: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(digest)
    }

    /// Marks a content until the mark is dropped; none where somebody else has already.
    fn begin<'a>(&'a self, digest: &'a str) -> Option<Mark<'a>> {
        let fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(digest.to_owned());
        fresh.then_some(Mark { proving: self, digest })
    }
}

/// That a content is being proved: gone with whoever proves it, also where that one panics.
struct Mark<'a> {
    proving: &'a Proving,
    digest: &'a str,
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        self.proving.0.lock().unwrap_or_else(PoisonError::into_inner).remove(self.digest);
    }
}

/// Proves a version's files; returns at once where that is being done. Not for a thread that answers requests.
pub fn run(app: &Arc<App>, version: &Version, files: &PlanFiles) {
    let Some(_mark) = app.proving.begin(&version.digest) else { return };
    let from = version.first_day(today(app.clock.as_ref()));
    let life = prove(files, from);
    let findings = life.findings.iter().map(|(day, finding)| Found::on(*day, finding)).collect();
    let proof = Proof { cases: life.cases, days: life.days.len(), findings };
    let (number, digest) = (version.number, version.digest.clone());
    let kept: Result<(), WriteError<()>> = app.store.write_blocking("plan.proved", Lane::Desk, move |db| {
        Ok(put_proof(db, PLAN_ID, (number, &digest), &proof)?)
    });
    if kept.is_err() {
        tracing::warn!(version = version.label, "what the proof found could not be kept: prove it again");
    }
}
