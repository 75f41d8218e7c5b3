//! `homeward seed`: fills a portal with synthetic tips, to see how it works at size. Owns the command, which
//! tips stay open and when each came in; refuses a portal that is being served, and one that holds tips
//! already unless it is told to add.
//!
//! Invariant: the same seed and count give the same rows in the same portal.

mod case;
mod dice;
mod life;
mod make;
mod words;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::json;

use self::case::Pool;
use self::dice::Dice;
use self::make::{Ground, Maker, Order, Recipients, SET};
use super::settings::Settings;
use crate::app::{App, PLAN_ID, alone};
use crate::audit::chain::Chain;
use crate::clock::{Minute, SystemClock};
use crate::config::Config;
use crate::plan::AgencyCode;
use crate::store::seed::{FORMAT, SeededTip, Seeding};
use crate::store::{Location, directory, officers};
use crate::vault::entropy::OsEntropy;

/// Fills a portal with synthetic tips, to see how it works at size. Never use it where people's tips are.
///
/// The portal must have officers (`homeward user add`, or the folder of a `homeward demo --no-tips`) and must
/// not be served meanwhile. Tips are placed by the plan and sealed to the officers' agencies, who can open
/// them; but of a thousand tips in a row, envelopes to one recipient share one key encapsulation: quicker to
/// make, and not how people's tips are sealed. No notices are written.
#[derive(Debug, Args)]
pub struct Seed {
    #[command(flatten)]
    settings: Settings,
    /// How many tips.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    tips: u32,
    /// The same seed and count give the same rows in the same portal.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How many of them are open. Default: one in twenty.
    #[arg(long, value_name = "N")]
    open: Option<u32>,
    /// How many of the open ones stand in the longest queue. Default: two in five.
    #[arg(long, value_name = "N")]
    largest: Option<u32>,
    /// The last minute of their year, in minutes since 1970 (UTC); the seed's own unless it is given.
    #[arg(long, value_name = "MINUTE", default_value_t = LAST_MINUTE)]
    until: i64,
    /// Adds to the tips that the portal holds already.
    #[arg(long)]
    add: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// 2026-10-31 24:00 in Tianjin: a fixed day, so that the rows of a seed do not depend on when it is sown.
const LAST_MINUTE: i64 = 29_891_040;
/// The time over which the tips came in, in minutes: a year.
const SPAN: i64 = 365 * 1440;
/// Sets that wait to be written at most, so that memory stays bounded.
const AHEAD: usize = 2;

/// Runs the command.
pub fn run(args: &Seed) -> anyhow::Result<ExitCode> {
    let config = args.settings.config()?;
    ensure!(config.data.key_path().exists(), "{} holds no portal", config.data.dir.display());
    let _alone = alone(&config.data)?;
    let (location, chain, ground) = ground(config)?;
    let shape = Shape::of(args, &ground)?;
    let started = Instant::now();
    let mut seeding = Seeding::begin(&location, PLAN_ID, chain, args.add)?;
    warn_of_sharing();
    let codes: Vec<AgencyCode> = ground.plan.agencies().map(|agency| agency.code).collect();
    seeding.register(&codes)?;
    fill(&mut seeding, &ground, &shape)?;
    seeding.finish()?;
    say(args.json, &shape, started.elapsed().as_secs_f64());
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stderr, reason = "the command line speaks to a person on stderr")]
fn warn_of_sharing() {
    eprintln!(
        "合成数据：每 {SET} 条线索共用同一次密钥封装，只供演练，不得与真实线索混放 / synthetic: every {SET} tips \
         share one key encapsulation for each recipient; for exercises only"
    );
}

/// Reads what the tips are made from, and lets go of the portal again.
fn ground(config: Config) -> anyhow::Result<(Location, Chain, Ground)> {
    let location = Location::of(&config.data)?;
    let (app, _) = App::open(config, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    let (directory, members) =
        app.store.read_blocking(|db| Ok((directory::load(db, PLAN_ID)?, officers::active(db, PLAN_ID)?)))?;
    let officers: BTreeMap<_, _> =
        members.into_iter().rev().map(|officer| (officer.agency, officer)).collect();
    let cases = case::all(&app.plan(), &directory);
    ensure!(
        !cases.is_empty(),
        "nobody could open a tip: first make officers who hold their agency's keys (`homeward user add`)"
    );
    let (plan, deployment) = (app.plan(), Arc::clone(&app.deployment));
    let chain = Chain::of(&deployment);
    Ok((location, chain, Ground { plan, directory, deployment, officers, cases }))
}

/// How many there are of what, and what each kind is cast from.
struct Shape {
    seed: u64,
    tips: i64,
    open: i64,
    largest: i64,
    busiest: AgencyCode,
    until: Minute,
    any: Pool,
    at_busiest: Pool,
    elsewhere: Pool,
}

impl Shape {
    fn of(args: &Seed, ground: &Ground) -> anyhow::Result<Self> {
        let open = args.open.unwrap_or(args.tips / 20);
        let largest = args.largest.unwrap_or(open / 5 * 2);
        ensure!(open <= args.tips, "{open} of {} tips cannot be open", args.tips);
        ensure!(largest <= open, "{largest} of {open} open tips cannot be in one queue");
        let busiest = case::busiest(&ground.cases).context("no agency leads")?;
        let shape = Self {
            seed: args.seed,
            tips: args.tips.into(),
            open: open.into(),
            largest: largest.into(),
            busiest,
            until: Minute(args.until),
            any: Pool::of(&ground.cases, |_| true),
            at_busiest: Pool::of(&ground.cases, |case| case.is_open_at(&busiest)),
            elsewhere: Pool::of(&ground.cases, |case| !case.is_open_at(&busiest)),
        };
        ensure!(
            largest == open || !shape.elsewhere.cases.is_empty(),
            "every tip goes to {busiest}: give other agencies officers, or say --largest {open}"
        );
        Ok(shape)
    }

    /// The tip of this number, counted from 0.
    ///
    /// Open ones lie evenly among the latest, twice as many as there are; those of the longest queue lie evenly
    /// among these.
    fn order(&self, number: i64, id: i64) -> Order<'_> {
        let recent = (2 * self.open).min(self.tips);
        let among = number - (self.tips - recent);
        let open = nth(among, self.open, recent);
        let pool = match open.map(|nth_open| nth(nth_open, self.largest, self.open)) {
            None => &self.any,
            Some(Some(_)) => &self.at_busiest,
            Some(None) => &self.elsewhere,
        };
        let before = (self.tips - number) * SPAN / self.tips;
        let dice = Dice::of(self.seed, u64::try_from(id).unwrap_or(0));
        let received = self.until.plus(-before);
        Order { id, dice, pool, open: open.is_some(), received, until: self.until }
    }
}

/// Which of `some` things spread evenly among `all` places stands at this place; none for the places between.
const fn nth(place: i64, some: i64, all: i64) -> Option<i64> {
    if place < 0 || all == 0 {
        return None;
    }
    let (before, after) = (place * some / all, (place + 1) * some / all);
    if after > before { Some(before) } else { None }
}

/// Makes the tips on a thread of their own and writes them on this one, set by set.
fn fill(seeding: &mut Seeding, ground: &Ground, shape: &Shape) -> anyhow::Result<()> {
    let first = seeding.first();
    std::thread::scope(|scope| {
        let (out, sets) = sync_channel(AHEAD);
        let making = scope.spawn(move || make(ground, shape, first, &out));
        let written = write(seeding, &sets);
        // Whoever still makes finds nobody who takes it.
        drop(sets);
        let made = making.join().map_err(|_| anyhow::anyhow!("the thread that makes the tips failed"))?;
        written?;
        made
    })
}

fn write(seeding: &mut Seeding, sets: &Receiver<Vec<SeededTip>>) -> anyhow::Result<()> {
    for set in sets {
        seeding.put(&set)?;
    }
    Ok(())
}

fn make(ground: &Ground, shape: &Shape, first: i64, out: &SyncSender<Vec<SeededTip>>) -> anyhow::Result<()> {
    let maker = Maker::new(ground);
    let numbers: Vec<i64> = (0..shape.tips).collect();
    for (nth, set) in numbers.chunks(SET).enumerate() {
        // The recipients' choices lie in a range of their own, beyond any row id.
        let mut recipients = Recipients::of(Dice::of(shape.seed, (1 << 63) + nth as u64));
        let made: anyhow::Result<Vec<SeededTip>> =
            set.iter().map(|n| maker.make(&shape.order(*n, first + n), &mut recipients)).collect();
        if out.send(made?).is_err() {
            break;
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say(as_json: bool, shape: &Shape, seconds: f64) {
    let Shape { seed, tips, open, largest, busiest, .. } = shape;
    if as_json {
        let line = json!({ "format": FORMAT, "tips": tips, "seed": seed, "open": open, "seconds": seconds,
            "largest": { "agency": busiest, "open": largest } });
        println!("{line}");
    } else {
        println!(
            "合成线索 {tips} 条，其中未办结 {open} 条，{busiest} 待办 {largest} 条；用时 {seconds:.1} 秒 / \
             {tips} synthetic tips, {open} open, {largest} of them at {busiest}, in {seconds:.1} s"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_of_all_places_are_taken_evenly_each_by_the_next() {
        let taken: Vec<i64> = (0..100).filter_map(|place| nth(place, 40, 100)).collect();
        assert_eq!(taken, (0..40).collect::<Vec<_>>());

        for tenth in 0..10 {
            let here = (tenth * 10..tenth * 10 + 10).filter(|place| nth(*place, 40, 100).is_some());
            assert_eq!(here.count(), 4);
        }
        assert_eq!(nth(-1, 40, 100), None);
        assert_eq!(nth(0, 0, 0), None);
    }

    #[test]
    fn the_fixed_day_is_the_one_named() {
        assert_eq!(Minute(LAST_MINUTE).local().to_string(), "2026-11-01 00:00");
    }
}
