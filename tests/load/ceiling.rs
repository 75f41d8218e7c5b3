//! The ceiling: the store alone, in this process, with rows that were made beforehand. Owns making the rows
//! and driving the writer as the portal does: the same tables, the same batches, the same flush. Whatever the
//! portal does beside this (pages, ciphers, parsing) shows as the distance from here.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use homeward::app::{App, PLAN_ID};
use homeward::clock::SystemClock;
use homeward::i18n::Locale;
use homeward::intake::accept::{AcceptedTip, Fresh, Sending, World, accept};
use homeward::intake::draft::{Draft, Field};
use homeward::intake::parse::{Arrival, parse};
use homeward::intake::report::Via;
use homeward::people::directory::Directory;
use homeward::store::intake::{Written, put};
use homeward::store::{Lane, Store, directory};
use homeward::vault::entropy::{Entropy as _, OsEntropy, bytes};
use homeward::vault::submit_key::SubmitKey;
use homeward::vault::uid::Uid;

use crate::figures::Batches;
use crate::rows::Folder;
use crate::samples::Sample;

/// How long the writer is driven before it is measured. Meanwhile its log only grows, so that its length
/// tells how much one commit writes.
const WARM: Duration = Duration::from_secs(1);

/// Reports sealed for each sample; the rest are these with names of their own.
const SEALED: usize = 4;

/// The store alone, and what it is given.
pub struct Ceiling {
    store: Arc<Store>,
    sealed: Vec<AcceptedTip>,
    next: AtomicUsize,
}

/// What the writer did.
pub struct Driven {
    /// Tips committed a second.
    pub per_second: f64,
    /// Commands that shared one commit, on average; nothing where the database gathers commits itself.
    pub batch: Option<f64>,
}

impl Ceiling {
    /// Opens a store and seals the rows.
    pub fn open(folder: &Folder, samples: &[Sample]) -> anyhow::Result<Self> {
        let (app, _) = App::open(folder.config()?, Arc::new(SystemClock), Arc::new(OsEntropy))?;
        let known = app.store.read_blocking(|db| directory::load(db, PLAN_ID))?;
        let all = samples.iter().enumerate().flat_map(|(n, sample)| (0..SEALED).map(move |_| (n, sample)));
        let sealed = all.map(|(n, sample)| sealed(&app, &known, sample, n)).collect::<anyhow::Result<_>>()?;
        Ok(Self { store: app.store, sealed, next: AtomicUsize::new(0) })
    }

    /// Lets so many clients write for a moment while the log can only grow; gives the bytes of one commit.
    pub fn commit_size(&self, folder: &Folder, clients: usize, batches: &Batches) -> anyhow::Result<usize> {
        let reader = hold_log(&folder.data.join("homeward.db"))?;
        let (before, seen) = (std::fs::metadata(folder.log())?.len(), batches.read());
        self.drive(clients, WARM, batches)?;
        let grown = std::fs::metadata(folder.log())?.len().saturating_sub(before);
        drop(reader);
        let commits = batches.since(&seen).context("no batch was committed")?.commits;
        Ok(usize::try_from(grown)? / usize::try_from(commits)?.max(1))
    }

    /// Lets so many clients write, each waiting for its commit.
    pub fn drive(&self, clients: usize, time: Duration, batches: &Batches) -> anyhow::Result<Driven> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let (seen, begun) = (batches.read(), Instant::now());
        let over = Arc::new(AtomicBool::new(false));
        let written: usize = runtime.block_on(async {
            let end = Arc::clone(&over);
            tokio::spawn(async move {
                tokio::time::sleep(time).await;
                end.store(true, Ordering::Relaxed);
            });
            let all = futures_util::future::join_all((0..clients).map(|_| self.client(&over))).await;
            all.into_iter().sum::<anyhow::Result<usize>>()
        })?;
        let took = begun.elapsed().as_secs_f64();
        ensure!(written > 0, "nothing was written");
        Ok(Driven { per_second: written as f64 / took, batch: batches.since(&seen).map(|b| b.mean()) })
    }

    async fn client(&self, over: &AtomicBool) -> anyhow::Result<usize> {
        let mut written = 0;
        while !over.load(Ordering::Relaxed) {
            let n = self.next.fetch_add(1, Ordering::Relaxed);
            let tip = renamed(&self.sealed[n % self.sealed.len()]);
            let put = self.store.write("tip.put", Lane::Tips, move |db| put(db, PLAN_ID, &tip)).await;
            ensure!(matches!(put, Ok(Written::New)), "the store did not take a tip");
            written += 1;
        }
        Ok(written)
    }
}

/// A connection that keeps on seeing the database as it is now: while it does, the log cannot begin anew.
fn hold_log(path: &Path) -> anyhow::Result<SqliteConnection> {
    let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
    connection.batch_execute("begin; select count(*) from meta;")?;
    Ok(connection)
}

/// A sample as the portal would accept it.
fn sealed(app: &App, directory: &Directory, sample: &Sample, n: usize) -> anyhow::Result<AcceptedTip> {
    let mut draft = Draft::default();
    draft.put(Field::Text, &sample.numbered(n));
    for (name, value) in sample.values() {
        draft.put(Field::named(name).context("a field's name")?, value);
    }
    let arrival = Arrival { language: Locale::Zh, at: app.clock.now(), via: Via::Web, has_photo: false };
    let parsed = parse(&draft, &app.plan(), arrival).map_err(|_| anyhow::anyhow!("a sample is refused"))?;
    let (fresh, key) = (Fresh::draw(&OsEntropy), SubmitKey::generate(&OsEntropy));
    let world = World { plan: &app.plan(), directory, deployment: &app.deployment, entropy: &OsEntropy };
    let sending = Sending { key: &key, body_mac: bytes(&OsEntropy) };
    Ok(accept(&world, &fresh, &parsed, None, &sending)?)
}

/// The same rows under names of their own: what is unique in the database is drawn anew.
fn renamed(tip: &AcceptedTip) -> AcceptedTip {
    let mut tip = tip.clone();
    tip.tip.uid = Uid::generate(&OsEntropy);
    tip.event.uid = Uid::generate(&OsEntropy);
    for entry in &mut tip.entries {
        entry.uid = Uid::generate(&OsEntropy);
    }
    OsEntropy.fill(&mut tip.receipt.lookup);
    OsEntropy.fill(&mut tip.submission.row_mac);
    tip
}
