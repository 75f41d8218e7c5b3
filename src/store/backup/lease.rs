//! The lease that a backup holds while it runs, so that whoever erases waits: a row in `meta` with an end by the
//! database's clock, renewed while the work goes on. Owns taking, renewing and asking; refuses deciding what
//! waits.
//!
//! Invariant: a snapshot begins only after every transaction that was told "no backup runs" has ended, and a
//! backup that was killed keeps nobody waiting longer than [`SECONDS`].

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::prelude::*;

use super::BackupError;
use crate::clock::Timestamp;
use crate::store::Location;
use crate::store::connection::{Db, Purpose, open_sqlite};
use crate::store::dialect::{self, backups};
use crate::store::meta;
use crate::store::schema::meta as rows;

/// How long a lease lasts if nobody renews it, in seconds.
pub const SECONDS: i64 = 120;

/// How often it is renewed.
const RENEW: Duration = Duration::from_secs(30);

/// How often taking it is tried while somebody is in the way, a second apart.
const ATTEMPTS: usize = 20;

/// What the rows are called in `meta`, before the holder's token: backups may run beside each other.
const NAME: &str = "backup-lease/";

/// Takes the lease for `token` inside the open transaction. Waits for transactions in which [`held`] was asked;
/// rows of backups that died are removed.
pub fn hold(db: &mut Db, token: &str) -> QueryResult<()> {
    backups::own_backup(db)?;
    let now = backups::database_time(db)?;
    for (name, _) in all(db)?.into_iter().filter(|(_, until)| !is_alive(until, now)) {
        remove(db, &name)?;
    }
    meta::put(db, &format!("{NAME}{token}"), &now.plus_seconds(SECONDS).0.to_string())
}

/// Renews a lease that has not run out.
fn extend(db: &mut Db, token: &str) -> QueryResult<()> {
    let name = format!("{NAME}{token}");
    let now = backups::database_time(db)?;
    match meta::get(db, &name)?.filter(|until| is_alive(until, now)) {
        Some(_) => meta::put(db, &name, &now.plus_seconds(SECONDS).0.to_string()),
        None => Ok(()),
    }
}

/// Whether a backup runs. Asked inside a transaction that writes, the answer "no" holds until that ends.
pub fn held(db: &mut Db) -> QueryResult<bool> {
    backups::share_backup(db)?;
    let now = backups::database_time(db)?;
    Ok(all(db)?.iter().any(|(_, until)| is_alive(until, now)))
}

/// Gives the lease back; true when it had not run out before.
pub fn release(db: &mut Db, token: &str) -> QueryResult<bool> {
    let name = format!("{NAME}{token}");
    let (now, until) = (backups::database_time(db)?, meta::get(db, &name)?);
    remove(db, &name)?;
    Ok(until.is_some_and(|until| is_alive(&until, now)))
}

/// Removes every lease: in a database that was restored they are those of the backup itself.
pub fn forget_all(db: &mut Db) -> QueryResult<()> {
    for (name, _) in all(db)? {
        remove(db, &name)?;
    }
    Ok(())
}

fn all(db: &mut Db) -> QueryResult<Vec<(String, String)>> {
    let named = rows::table.filter(rows::key.like(format!("{NAME}%")));
    named.order(rows::key).select((rows::key, rows::value)).load(db)
}

fn remove(db: &mut Db, name: &str) -> QueryResult<()> {
    diesel::delete(rows::table.filter(rows::key.eq(name))).execute(db).map(|_| ())
}

/// One that ends farther ahead than any is given was written under a wrong clock.
fn is_alive(until: &str, now: Timestamp) -> bool {
    until.parse().is_ok_and(|until: i64| until > now.0 && until <= now.plus_seconds(2 * SECONDS).0)
}

/// A lease that a thread of its own renews until it is given back.
pub(super) struct Kept {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<Result<bool, BackupError>>>,
}

impl Kept {
    /// Takes the lease on the database at `location`.
    pub(super) fn take(location: &Location, token: &str) -> Result<Self, BackupError> {
        let mut db = open(location)?;
        let mut turn = 0;
        while let Err(error) = in_transaction(&mut db, |db| hold(db, token)) {
            turn += 1;
            if turn == ATTEMPTS {
                return Err(BackupError::Database(error.to_string()));
            }
            std::thread::sleep(Duration::from_secs(1));
        }
        let ((stop, stopped), token) = (channel(), token.to_owned());
        let thread = std::thread::Builder::new()
            .name("backup lease".into())
            .spawn(move || renew(db, &token, &stopped))
            .map_err(|e| BackupError::Database(e.to_string()))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }

    /// Gives it back; an error where it had run out meanwhile.
    pub(super) fn give_back(mut self) -> Result<(), BackupError> {
        match self.end() {
            Some(Ok(Ok(true))) | None => Ok(()),
            Some(Ok(Err(error))) => Err(error),
            Some(Ok(Ok(false)) | Err(_)) => Err(BackupError::LeaseLost),
        }
    }

    fn end(&mut self) -> Option<std::thread::Result<Result<bool, BackupError>>> {
        drop(self.stop.take());
        self.thread.take().map(JoinHandle::join)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// Renews until it is told to stop, then gives the lease back. A renewal that fails is tried again with the
/// next; at the end it shows whether the lease lived on.
fn renew(mut db: Db, token: &str, stopped: &Receiver<()>) -> Result<bool, BackupError> {
    let said = |error: diesel::result::Error| BackupError::Database(error.to_string());
    while stopped.recv_timeout(RENEW) == Err(RecvTimeoutError::Timeout) {
        let _ = in_transaction(&mut db, |db| extend(db, token));
    }
    in_transaction(&mut db, |db| release(db, token)).map_err(said)
}

fn in_transaction<T>(db: &mut Db, act: impl Fn(&mut Db) -> QueryResult<T>) -> QueryResult<T> {
    dialect::begin(db)?;
    let done = act(db).and_then(|value| dialect::commit(db).map(|()| value));
    if done.is_err() {
        let _ = dialect::rollback(db);
    }
    done
}

fn open(location: &Location) -> Result<Db, BackupError> {
    let cannot = |_| BackupError::Database(format!("cannot open {location}"));
    match location {
        Location::Sqlite(path) => open_sqlite(path, Purpose::Write).map_err(cannot),
        #[cfg(feature = "postgres")]
        Location::Postgres(url) => {
            crate::store::connection::open_postgres(url, Purpose::Write).map_err(cannot)
        }
        #[cfg(not(feature = "postgres"))]
        Location::Postgres(_) => Err(BackupError::NotBuiltIn),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::chain::Chain;
    use crate::store::{Options, Store};
    use crate::vault::deployment::DeploymentKey;

    #[test]
    fn a_lease_lives_while_it_is_kept_and_one_that_ran_out_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(folder.path().join("homeward.db"));
        let chain = Chain::of(&DeploymentKey::from_bytes([1; 32]));
        let _store = Store::open(&location, Options::new(chain)).unwrap();
        let mut db = open(&location).unwrap();

        let kept = Kept::take(&location, "one").unwrap();
        assert!(held(&mut db).unwrap());
        kept.give_back().unwrap();
        assert!(!held(&mut db).unwrap());

        drop(Kept::take(&location, "dropped").unwrap());
        assert!(!held(&mut db).unwrap(), "whoever fails gives it back too");

        let lost = Kept::take(&location, "lost").unwrap();
        meta::put(&mut db, "backup-lease/lost", "1000").unwrap();
        extend(&mut db, "lost").unwrap();
        assert!(!held(&mut db).unwrap(), "what ran out is not renewed");
        assert!(matches!(lost.give_back(), Err(BackupError::LeaseLost)));
    }

    #[test]
    fn renewing_moves_the_end_on() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(folder.path().join("homeward.db"));
        let chain = Chain::of(&DeploymentKey::from_bytes([1; 32]));
        let _store = Store::open(&location, Options::new(chain)).unwrap();
        let mut db = open(&location).unwrap();
        hold(&mut db, "one").unwrap();
        let soon = backups::database_time(&mut db).unwrap().plus_seconds(5).0;
        meta::put(&mut db, "backup-lease/one", &soon.to_string()).unwrap();

        extend(&mut db, "one").unwrap();

        let until: i64 = meta::get(&mut db, "backup-lease/one").unwrap().unwrap().parse().unwrap();
        assert!(until > soon + 60_000);
    }
}
