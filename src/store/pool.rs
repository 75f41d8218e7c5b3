//! The readers: a small pool of connections that cannot write. Owns nothing but their making.

use std::path::PathBuf;
use std::time::Duration;

use diesel::r2d2::{ManageConnection, Pool, R2D2Connection as _};

use super::connection::{Db, Purpose, open_sqlite};

/// Makes read-only connections to one database file.
#[derive(Debug)]
pub struct Readers {
    path: PathBuf,
}

impl ManageConnection for Readers {
    type Connection = Db;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Db, Self::Error> {
        open_sqlite(&self.path, Purpose::Read).map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut Db) -> Result<(), Self::Error> {
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Db) -> bool {
        conn.is_broken()
    }
}

/// How long a request waits for a free reader before it is told that the portal is busy.
const WAIT: Duration = Duration::from_secs(2);

/// A pool of `size` readers of the database at `path`; made lazily, so that a sick disk shows at the
/// first read rather than hiding the health page.
pub fn readers(path: PathBuf, size: u32) -> Pool<Readers> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(WAIT)
        .test_on_check_out(false)
        .build_unchecked(Readers { path })
}
