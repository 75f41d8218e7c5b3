//! Migrations, embedded for both databases. The folders stand side by side under migrations/ and are
//! changed in one commit; steps only expand until no running version needs the old shape.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::connection::Db;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs every migration that has not run yet; each step is whole or not at all.
pub(crate) fn up(db: &mut Db) -> Result<(), String> {
    let done = match db {
        Db::Sqlite(c) => c.run_pending_migrations(SQLITE).map(|_| ()),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => c.run_pending_migrations(POSTGRES).map(|_| ()),
    };
    done.map_err(|error| error.to_string())
}
