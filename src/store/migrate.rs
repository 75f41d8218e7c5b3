//! Migrations, embedded for both databases. The folders stand side by side under migrations/ and are
//! changed in one commit; steps only expand until no running version needs the old shape.
//!
//! Invariant: a database that a newer version has changed is left alone.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::OpenError;
use super::connection::{Db, on_each};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs every migration that has not run yet; each step is whole or not at all. Refuses a database that has
/// steps this version does not know.
pub(crate) fn up(db: &mut Db) -> Result<(), OpenError> {
    let source = match db {
        Db::Sqlite(_) => SQLITE,
        #[cfg(feature = "postgres")]
        Db::Postgres(_) => POSTGRES,
    };
    on_each!(db, |c| run(c, source))
}

fn run<B, C>(c: &mut C, source: EmbeddedMigrations) -> Result<(), OpenError>
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
    c.run_pending_migrations(source).map(|_| ()).map_err(failed)
}

/// The last step that this version knows; both databases have the same.
pub(crate) fn newest() -> String {
    let steps = diesel::migration::MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE);
    let names = steps.unwrap_or_default().into_iter().map(|step| step.name().version().to_string());
    names.max().unwrap_or_default()
}
