//! Whoever else has the database open: the command line beside the running portal, with a connection and a
//! writer of its own. Owns the lock it may hold, and the command that cannot be committed.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use diesel::RunQueryDsl as _;
use diesel::connection::SimpleConnection as _;

use super::city::city;
use super::disk::Disk;
use crate::audit::{Actor, AuditRow};
use crate::clock::Timestamp;
use crate::store::command::{Abort, Command, Queued};
use crate::store::connection::Db;
use crate::store::writer::Writer;
use crate::store::{audit, dialect, directory};

/// The command line.
#[derive(Default)]
pub(super) struct Shell {
    lock: Option<Db>,
    /// Whether the portal's next batch cannot be committed.
    pub(super) poisons: bool,
}

impl Shell {
    /// Holds the write lock from now on, or gives it back.
    pub(super) fn lock_or_release(&mut self, disk: &Disk) {
        if self.lock.is_some() {
            return self.release();
        }
        self.lock = disk.opener()().ok().and_then(|mut db| dialect::begin(&mut db).ok().map(|()| db));
    }

    /// Gives the lock back.
    pub(super) fn release(&mut self) {
        if let Some(mut db) = self.lock.take() {
            let _ = dialect::rollback(&mut db);
        }
    }

    /// Changes who can act, through a writer of its own; gives the `synchronous` of its connection when done.
    pub(super) fn moves_the_directory_on(&self, disk: &Disk, at: Timestamp) -> Option<i64> {
        let mut open = disk.opener();
        let db = open().ok()?;
        let mut writer = Writer::new(open, db, city().chain(), Arc::new(AtomicBool::new(true)));
        let (command, mut answer) = Queued::new("directory", move |db: &mut Db| {
            directory::touch(db)?;
            let (act, detail) = ("officer.granted", serde_json::json!({}));
            audit::append(db, &AuditRow { at, actor: Actor::System, act, tip_id: None, detail })?;
            Ok::<_, Abort<()>>(super::portal::synchronous(db)?)
        });
        writer.step(vec![Box::new(command)]);
        answer.try_recv().ok().and_then(Result::ok)
    }
}

/// A command that breaks a rule which is only asked about at the commit.
pub(super) fn poison() -> Box<dyn Command> {
    let (command, _) = Queued::new("poison", |db: &mut Db| {
        db.batch_execute("PRAGMA defer_foreign_keys=ON")?;
        let row = "insert into sessions (lookup, officer_id, wrapped_key, created_at, seen_at) \
                   values (x'00', 4711, x'00', 0, 0)";
        diesel::sql_query(row).execute(db)?;
        Ok::<_, Abort<()>>(())
    });
    Box::new(command)
}
