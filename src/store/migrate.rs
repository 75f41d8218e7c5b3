//! Migrations, embedded for both databases. The folders stand side by side under migrations/ and are
//! changed in one commit; steps only expand until no running version needs the old shape.
//!
//! Invariant: a database that a newer version has changed is left alone.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::{Db, on_each};
use super::{OpenError, sequencer};
use crate::audit::chain::Chain;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The step that changed how the record is linked.
const RECORD: &str = "00000000000006";

/// Runs every migration that has not run yet; each step is whole or not at all. Refuses a database that has
/// steps this version does not know. `chain` links anew what a step has changed the linking of.
pub(crate) fn up(db: &mut Db, chain: &Chain) -> Result<(), OpenError> {
    let ran = run_all(db)?;
    if !ran.iter().any(|step| step == RECORD) {
        return Ok(());
    }
    let anew = diesel::Connection::transaction(db, |db| sequencer::link_anew(db, chain));
    anew.map_err(|e| OpenError::Migrate(format!("the record could not be linked anew: {e}")))
}

fn run_all(db: &mut Db) -> Result<Vec<String>, OpenError> {
    let source = match db {
        Db::Sqlite(_) => SQLITE,
        #[cfg(feature = "postgres")]
        Db::Postgres(_) => POSTGRES,
    };
    on_each!(db, |c| run(c, source))
}

fn run<B, C>(c: &mut C, source: EmbeddedMigrations) -> Result<Vec<String>, OpenError>
where
    B: diesel::backend::Backend,
    C: MigrationHarness<B>,
    EmbeddedMigrations: diesel::migration::MigrationSource<B>,
{
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| OpenError::Migrate(error.to_string());
    let known = diesel::migration::MigrationSource::<B>::migrations(&source).map_err(failed)?;
    let known: Vec<String> = known.iter().map(|step| step.name().version().to_string()).collect();
    let applied = c.applied_migrations().map_err(failed)?;
    if let Some(newer) = applied.iter().map(ToString::to_string).find(|step| !known.contains(step)) {
        return Err(OpenError::Newer(newer));
    }
    let ran = c.run_pending_migrations(source).map_err(failed)?;
    Ok(ran.iter().map(ToString::to_string).collect())
}

/// The last step that this version knows; both databases have the same.
pub(crate) fn newest() -> String {
    let steps = diesel::migration::MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE);
    let names = steps.unwrap_or_default().into_iter().map(|step| step.name().version().to_string());
    names.max().unwrap_or_default()
}
