//! What keeps the rows and how it is set. Owns one question for each database.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::store::connection::Db;

/// The database and how it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite.
    Sqlite {
        /// What its quick check says: `ok`, or the first thing that is wrong.
        check: String,
    },
    /// PostgreSQL.
    Postgres {
        /// Its version, as a number: 150008 is 15.8.
        version: i64,
        /// The settings without which a commit may be lost at power loss, and that are off.
        unsafe_settings: Vec<&'static str>,
        /// How much its log of writes holds.
        wal_level: String,
        /// How many connections it takes.
        connections: i64,
    },
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    quick_check: String,
}

/// Looks at the database. On SQLite this reads all of it.
pub fn engine(db: &mut Db) -> QueryResult<Engine> {
    match db {
        Db::Sqlite(c) => {
            let lines: Vec<Line> = diesel::sql_query("pragma quick_check(1)").load(c)?;
            let check = lines.into_iter().next().map_or_else(String::new, |line| line.quick_check);
            Ok(Engine::Sqlite { check })
        }
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            let mut said = |name: &str| {
                let sql = format!("current_setting('{name}')");
                diesel::select(diesel::dsl::sql::<Text>(&sql)).get_result::<String>(c)
            };
            let mut unsafe_settings = Vec::new();
            for name in ["fsync", "full_page_writes"] {
                if said(name)? != "on" {
                    unsafe_settings.push(name);
                }
            }
            Ok(Engine::Postgres {
                version: said("server_version_num")?.parse().unwrap_or_default(),
                unsafe_settings,
                wal_level: said("wal_level")?,
                connections: said("max_connections")?.parse().unwrap_or_default(),
            })
        }
    }
}
