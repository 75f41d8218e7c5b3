//! One measurement from end to end: what the disk can do, what the store alone can do, what the portal does.
//! All three in one run on one machine, so that their ratios hold whatever the machine is.

use std::time::Duration;

use anyhow::ensure;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::ceiling::{Ceiling, Driven};
use crate::clients::{Crowd, Sent};
use crate::disk;
use crate::figures::{Batches, Count, Figures, quantile, rounded};
use crate::machine::{self, Cores, Watch};
use crate::options::{Database, Options};
use crate::portal::Portal;
use crate::rows::Rows;
use crate::samples;

/// Forms that are sent before anything is measured: the portal and its database are warm then, and the rate
/// tells how many forms the measurement needs.
const WARM: usize = 1_500;

/// A little more than the portal waits out: a form answered sooner is held back.
const AGE: Duration = Duration::from_millis(3_300);

/// What one commit of the store writes, and how often the disk could take that.
struct Disk {
    commit_bytes: usize,
    fsync_per_s: f64,
}

/// What the portal did.
struct Served {
    sent: Sent,
    opened: usize,
    batch: Option<f64>,
    rss_mib: f64,
    cores: Cores,
}

/// Measures one workload.
pub fn run(
    options: &Options,
    rows: &Rows,
    clients: usize,
    metrics: &PrometheusHandle,
) -> anyhow::Result<Figures> {
    let (disk, driven) = alone(options, rows, clients, &Batches(metrics))?;
    let served = served(options, rows, clients)?;
    let mut waits = served.sent.waits;
    waits.sort_unstable();
    for error in served.sent.errors.iter().take(5) {
        eprintln!("{error}");
    }
    let seconds = served.sent.took.as_secs_f64();
    let accepted = waits.len() as f64 / seconds;
    let could = disk.as_ref().zip(driven.batch).map(|(disk, batch)| disk.fsync_per_s * batch);
    Ok(Figures {
        workload: rows.database.name(),
        clients,
        seconds: rounded(seconds, 10.0),
        accepted_per_s: accepted.round(),
        p50_ms: quantile(&waits, 0.50),
        p99_ms: quantile(&waits, 0.99),
        errors: served.sent.errors.len(),
        rss_mib: served.rss_mib,
        ceiling_per_s: driven.per_second.round(),
        ratio: rounded(accepted / driven.per_second, 1_000.0),
        opened: served.opened,
        batch: served.batch,
        ceiling_batch: driven.batch,
        commit_bytes: disk.as_ref().map(|disk| disk.commit_bytes),
        fsync_per_s: disk.as_ref().map(|disk| disk.fsync_per_s.round()),
        ceiling_of_disk: could.map(|could| rounded(driven.per_second / could, 1_000.0)),
        cores: served.cores,
    })
}

/// The disk and the store, without the portal.
fn alone(
    options: &Options,
    rows: &Rows,
    clients: usize,
    batches: &Batches<'_>,
) -> anyhow::Result<(Option<Disk>, Driven)> {
    let folder = rows.copy(&format!("ceiling-{clients}"))?;
    let ceiling = Ceiling::open(&folder, &samples::all()?)?;
    let disk = if rows.database == Database::Sqlite {
        let commit_bytes = ceiling.commit_size(&folder, clients, batches)?;
        Some(Disk { commit_bytes, fsync_per_s: disk::flushes_per_second(&folder.data, commit_bytes)? })
    } else {
        ceiling.drive(clients, Duration::from_secs(1), batches)?;
        None
    };
    let driven = ceiling.drive(clients, Duration::from_secs(options.seconds), batches)?;
    drop(ceiling);
    folder.clear()?;
    Ok((disk, driven))
}

/// The whole portal.
fn served(options: &Options, rows: &Rows, clients: usize) -> anyhow::Result<Served> {
    let folder = rows.copy(&format!("portal-{clients}"))?;
    let portal = Portal::start(&options.bin, &folder)?;
    let crowd = Crowd::before(portal.public, &samples::all()?)?;
    fill(&crowd, clients, options.seconds)?;
    let (before, watch) = (Count::of(&portal.metrics()?), Watch::begin(portal.id())?);
    let mut sent = crowd.send(clients, Duration::from_secs(options.seconds))?;
    let cores = watch.end()?;
    let batch = Count::of(&portal.metrics()?).since(&before).map(|count| count.mean());
    let opened = crowd.look_again(&mut sent)?;
    let rss_mib = machine::most_resident(portal.id())?;
    portal.stop()?;
    folder.clear()?;
    Ok(Served { sent, opened, batch, rss_mib, cores })
}

/// Warms the portal, and fills the pool with as many forms as the measurement may need; all have lain as long
/// as somebody needs to write a sentence.
fn fill(crowd: &Crowd, clients: usize, seconds: u64) -> anyhow::Result<()> {
    crowd.fetch(WARM, clients)?;
    std::thread::sleep(AGE);
    let warm = crowd.send(clients, Duration::from_secs(600))?;
    ensure!(warm.errors.is_empty(), "before anything was measured: {}", warm.errors[0]);
    let rate = WARM as f64 / warm.took.as_secs_f64();
    crowd.fetch((rate * 1.5 * seconds as f64) as usize + clients, clients)?;
    std::thread::sleep(AGE);
    Ok(())
}
