//! The disk under the database: the files that the engine writes, and how much of them would survive a loss of
//! power. Owns the files' generations, the platter and the switches that make a disk fail; refuses SQL.
//!
//! What is on the platter follows from what the engine promises under the setting that its own connection
//! reports. With `synchronous=FULL` a COMMIT that returned has flushed the whole log. With NORMAL only a
//! checkpoint flushes it. Of whatever was written since the last flush a loss of power keeps any sectors. The
//! log's header is flushed before its first frame, and the log before a checkpoint touches the database.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::SimpleConnection as _;
use fastrand::Rng;
use tempfile::TempDir;

use crate::store::connection::{Purpose, open_sqlite};
use crate::store::writer::Opener;

const SECTOR: usize = 512;
const PAGE: usize = 4096;
/// The header of the log.
const HEADER: usize = 32;
/// More than any disk has, so that the reserve, once spent, comes back only when the simulation puts it there.
pub(super) const RESERVE: u64 = 1 << 43;

/// The files.
pub(super) struct Disk {
    folder: TempDir,
    generation: u32,
    away: Arc<AtomicBool>,
    /// Whether there is room; none where that was never in question.
    full: Option<bool>,
    flushed: Mark,
    /// The database file as it was last looked at; only followed where commits are not flushed.
    followed: Vec<u8>,
}

/// How far the log is known to be on the platter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mark {
    salt: [u8; 8],
    length: usize,
}

/// Both files at one moment.
pub(super) struct Image {
    database: Vec<u8>,
    log: Vec<u8>,
}

impl Disk {
    /// A disk in memory where there is one, with this database on it.
    pub(super) fn holding(database: &[u8]) -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let away = Arc::default();
        let mut disk =
            Self { folder, generation: 0, away, full: None, flushed: Mark::default(), followed: Vec::new() };
        disk.put(&Image { database: database.to_vec(), log: Vec::new() });
        disk.make_room();
        disk
    }

    /// Where the database lies now.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join(format!("{}.db", self.generation))
    }

    /// Where the space is that is kept back.
    pub(super) fn reserve(&self) -> PathBuf {
        self.folder.path().join("reserve")
    }

    /// Opens the database as the portal does, but waits for nobody's lock: nothing here may take real time.
    pub(super) fn opener(&self) -> Opener {
        let (path, away) = (self.path(), Arc::clone(&self.away));
        Box::new(move || {
            if away.load(Ordering::SeqCst) {
                return Err(diesel::ConnectionError::BadConnection("unable to open".into()));
            }
            let mut db = open_sqlite(&path, Purpose::Write)?;
            let patience = db.batch_execute("PRAGMA busy_timeout=0");
            patience.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
            Ok(db)
        })
    }

    /// Whether a new connection can be opened.
    pub(super) fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// Takes the room there is: the database grows no further.
    pub(super) fn fill(&mut self) {
        self.full = Some(true);
    }

    /// Gives room again, for the reserve too.
    pub(super) fn make_room(&mut self) {
        self.full = self.full.map(|_| false);
        let file = std::fs::File::create(self.reserve()).unwrap();
        file.set_len(RESERVE).unwrap();
    }

    /// What tells a connection how many pages the database may have beside the `spent` reserve: the engine
    /// takes a number below the present one for the present one.
    pub(super) fn room(&self, spent: bool) -> Option<&'static str> {
        Some(match (self.full?, spent) {
            (false, _) => "PRAGMA max_page_count=1073741823",
            (true, false) => "PRAGMA max_page_count=1",
            (true, true) => "PRAGMA max_page_count=4096",
        })
    }

    /// Both files as programs see them.
    pub(super) fn image(&self) -> Image {
        let log = std::fs::read(self.log()).unwrap_or_default();
        Image { database: std::fs::read(self.path()).unwrap(), log }
    }

    /// A commit has returned on a connection that reports this `synchronous`.
    pub(super) fn committed(&mut self, synchronous: i64) {
        if synchronous >= 2 {
            self.flushed = self.mark();
            return;
        }
        let database = std::fs::read(self.path()).unwrap();
        if self.followed != database {
            (self.flushed, self.followed) = (self.mark(), database);
        }
    }

    /// A checkpoint has returned.
    pub(super) fn checkpointed(&mut self) {
        (self.flushed, self.followed) = (self.mark(), std::fs::read(self.path()).unwrap());
    }

    /// The process is gone, the machine runs on: everything written is there.
    pub(super) fn kill(&mut self) {
        let image = self.image();
        self.put(&image);
    }

    /// The power is gone. `before` is what stood there when the step began that did not end; none between
    /// steps.
    pub(super) fn lose_power(&mut self, before: Option<&Image>, chance: &mut Rng) {
        let Image { database, log } = self.image();
        let touched = before.filter(|before| before.database != database);
        let image = match touched {
            // A checkpoint was on its way: the log it copies from was flushed before.
            Some(before) => {
                let log = if log.len() < before.log.len() { before.log.clone() } else { log };
                Image { database: mixed(&before.database, database, chance), log }
            }
            None => Image { database, log: self.torn(log, chance) },
        };
        self.put(&image);
    }

    /// The log with any of the sectors that were not flushed.
    fn torn(&self, mut log: Vec<u8>, chance: &mut Rng) -> Vec<u8> {
        let same = mark(&log).salt == self.flushed.salt;
        let safe = if same { self.flushed.length.min(log.len()) } else { HEADER.min(log.len()) };
        match chance.u8(0..4) {
            0 => log.truncate(safe),
            1 => log.truncate(chance.usize(safe..=log.len())),
            2 => {}
            _ => {
                for sector in log[safe..].chunks_mut(SECTOR).filter(|_| chance.bool()) {
                    sector.fill(0);
                }
            }
        }
        log
    }

    /// Puts files under a new name, as a machine finds them at its next start.
    fn put(&mut self, image: &Image) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.path().display()));
        }
        self.generation += 1;
        std::fs::write(self.path(), &image.database).unwrap();
        if !image.log.is_empty() {
            std::fs::write(self.log(), &image.log).unwrap();
        }
        self.flushed = mark(&image.log);
        self.followed.clone_from(&image.database);
    }

    /// How far the log goes now, without reading all of it.
    fn mark(&self) -> Mark {
        let Ok(mut file) = std::fs::File::open(self.log()) else { return Mark::default() };
        let mut header = [0; HEADER];
        let found = file.read_exact(&mut header).is_ok();
        let length = usize::try_from(file.metadata().unwrap().len()).unwrap();
        Mark { length, ..if found { mark(&header) } else { Mark::default() } }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join(format!("{}.db-wal", self.generation))
    }
}

/// How far a log goes, and which it is.
fn mark(log: &[u8]) -> Mark {
    let salt = log.get(16..24).and_then(|salt| salt.try_into().ok()).unwrap_or_default();
    Mark { salt, length: log.len() }
}

/// The database while a checkpoint writes to it: any of its pages old, any new.
fn mixed(before: &[u8], mut after: Vec<u8>, chance: &mut Rng) -> Vec<u8> {
    for (page, old) in after.chunks_mut(PAGE).zip(before.chunks(PAGE)) {
        if chance.bool() {
            page[..old.len()].copy_from_slice(old);
        }
    }
    after
}
