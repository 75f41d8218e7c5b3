//! Where the rows lie: a SQLite file in the data folder, or a PostgreSQL database. Owns reading the setting;
//! refuses opening anything.
//!
//! Invariant: what is shown of a location never holds a password.

use std::fmt;
use std::path::PathBuf;

use crate::config;

/// Where the rows lie.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// One file; the default.
    Sqlite(PathBuf),
    /// A database named by a libpq connection address.
    Postgres(String),
}

/// The setting names no database that this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "data.database must be a connection address such as postgresql://homeward@/homeward?host=/run/postgresql; leave it out for SQLite in the data folder"
)]
pub struct NoLocation;

impl Location {
    /// What the configuration says.
    pub fn of(data: &config::Data) -> Result<Self, NoLocation> {
        match &data.database {
            None => Ok(Self::Sqlite(data.database())),
            Some(url) if is_postgres(url) => Ok(Self::Postgres(url.clone())),
            Some(_) => Err(NoLocation),
        }
    }
}

fn is_postgres(url: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme))
}

/// The address without user, password and parameters.
fn shown(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    place.split(['?', '#']).next().unwrap_or_default()
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => write!(f, "postgresql {}", shown(url)),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(database: Option<&str>) -> config::Data {
        config::Data { database: database.map(str::to_owned), ..config::Data::default() }
    }

    #[test]
    fn without_a_setting_it_is_the_file_in_the_data_folder() {
        assert_eq!(Location::of(&data(None)), Ok(Location::Sqlite("data/homeward.db".into())));
    }

    #[test]
    fn what_is_no_address_is_refused_with_an_example() {
        for wrong in ["", "homeward", "mysql://x/y", "sqlite://data/x.db", "host=/run dbname=x"] {
            assert_eq!(Location::of(&data(Some(wrong))), Err(NoLocation), "{wrong}");
        }
        assert!(NoLocation.to_string().contains("postgresql://"));
    }

    #[test]
    fn a_password_is_never_shown() {
        let all = ["postgres://u:secret@db.example/x?password=secret", "postgresql://u:se@cret@h/x#secret"];
        for url in all {
            let location = Location::of(&data(Some(url))).unwrap();
            for text in [location.to_string(), format!("{location:?}")] {
                assert!(!text.contains("cret") && text.contains("/x"), "{text}");
            }
        }
    }
}
