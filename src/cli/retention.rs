//! `homeward retention`: what would be erased, what was, and a round by hand. Owns what is asked and said in a
//! terminal; refuses what is due (`retention`) and how it goes (`app::purge`). No content, no tip's id.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::settings::Settings;
use crate::app::purge::{self, Unfinished};
use crate::app::{App, PLAN_ID};
use crate::clock::{Minute, SystemClock};
use crate::config::{Config, Retention as Terms};
use crate::retention::class::Class;
use crate::retention::erasure;
use crate::retention::terms::{DAY, days};
use crate::store::retention::due::by_month;
use crate::store::retention::rounds::{Did, Status, status};
use crate::store::retention::{Count, found};
use crate::vault::entropy::OsEntropy;
use crate::vault::uid::Uid;

/// What is erased when, and what was.
#[derive(Debug, Args)]
pub struct Retention {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Says how many tips of each class are due, by the month in which their time ended. Changes nothing.
    Due(Due),
    /// Says how retention stands: the terms, the last round, holds, and when the erasures are complete.
    Status(Shown),
    /// Runs a round by hand.
    Purge(Purge),
    /// Says when a tip was erased and when that is complete, from its full id. Needs the key file.
    Find(Find),
}

#[derive(Debug, Args)]
struct Shown {
    #[command(flatten)]
    settings: Settings,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Due {
    #[command(flatten)]
    shown: Shown,
    /// Looks so many days ahead.
    #[arg(long, value_name = "DAYS", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=36_525))]
    ahead: i64,
}

#[derive(Debug, Args)]
struct Purge {
    #[command(flatten)]
    shown: Shown,
    /// Runs the round now.
    #[arg(long, required = true)]
    now: bool,
    /// The clock is right and the number is meant: says so for a round that would not begin without a person.
    #[arg(long)]
    yes_all: bool,
    /// On PostgreSQL, has large tables written anew too, so that nothing erased is left in their pages. Keeps
    /// everybody out of each for as long as that takes: in a quiet hour.
    #[arg(long)]
    rewrite: bool,
}

#[derive(Debug, Args)]
struct Find {
    #[command(flatten)]
    shown: Shown,
    /// The tip's full id, 32 digits, such as it stood in the desk's address.
    #[arg(value_name = "ID")]
    tip: String,
}

/// Runs the command.
pub fn run(args: &Retention) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Due(args) => due(args),
        Command::Status(args) => stands(args),
        Command::Purge(args) => purge(args),
        Command::Find(args) => find(args),
    }
}

/// The portal of these settings; never a new one.
fn open(args: &Shown) -> anyhow::Result<Arc<App>> {
    let config = args.settings.config()?;
    anyhow::ensure!(config.data.key_path().exists(), "{} holds no portal", config.data.dir.display());
    let (app, _) = App::open(config, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    Ok(Arc::new(app))
}

fn due(args: &Due) -> anyhow::Result<ExitCode> {
    let app = open(&args.shown)?;
    let (until, set) = (app.clock.now().minute().plus(args.ahead * DAY), app.config.retention);
    let counts = app.store.read_blocking(|db| by_month(db, until, &set))?;
    say_due(&counts, args.shown.json);
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say_due(counts: &[Count], as_json: bool) {
    let of = |class: Class| counts.iter().filter(move |count| count.class == class);
    if as_json {
        let class = |class: Class| -> (String, Value) {
            let months: serde_json::Map<_, _> = of(class).map(|c| (c.month.clone(), c.tips.into())).collect();
            (class.to_string(), json!({ "tips": of(class).map(|c| c.tips).sum::<i64>(), "months": months }))
        };
        println!("{}", Value::Object(Class::ALL.map(class).into_iter().collect()));
        return;
    }
    if counts.is_empty() {
        println!("没有到期的线索 / nothing is due");
    }
    for Count { class, month, tips } in counts {
        println!("{month} {} / {class}: {tips}", chinese(*class));
    }
}

const fn chinese(class: Class) -> &'static str {
    match class {
        Class::SetAside => "非本平台事项",
        Class::WithoutCase => "未成案",
        Class::WithCase => "成案或涉及未成年人",
    }
}

fn stands(args: &Shown) -> anyhow::Result<ExitCode> {
    let app = open(args)?;
    let now = app.clock.now();
    let status = app.store.read_blocking(|db| status(db, now))?;
    say_status(&status, &app.config, args.json);
    Ok(if status.stopped.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn date(day: i64) -> String {
    erasure::begin_of(day).local().date()
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say_status(status: &Status, config: &Config, as_json: bool) {
    let Status { stopped, last, erased, incomplete: (open, until), doomed, holds: (held, old) } = status;
    let (minute, did) = last.map_or((None, Did::default()), |(minute, did)| (Some(Minute(minute)), did));
    let ended = minute.map(|minute| minute.local().to_string());
    if as_json {
        let line = json!({ "stopped": stopped, "terms": terms(&config.retention), "last_round": ended,
            "last_erased": { "tips": did.tips, "identities": did.identities, "files": did.files,
                "scrubbed": did.scrubbed },
            "erased": erased, "not_yet_complete": open, "complete_on": until.map(date),
            "files_to_unlink": doomed, "holds": held, "holds_to_review": old });
        println!("{line}");
        return;
    }
    if let Some(why) = stopped {
        println!("销毁已暂停，等待人工确认：{why} / nothing is erased until a person has looked: {why}");
    }
    let ended = ended.unwrap_or_else(|| "—".into());
    println!("上次销毁 / last round: {ended}（线索 / tips {}）", did.tips);
    println!("已销毁 / erased: {erased}");
    match until {
        Some(day) => println!(
            "其中 {open} 条仍可能留在备份中，最迟 {0} 全部消失 / {open} may still lie in a backup; complete on {0}",
            date(*day)
        ),
        None => println!("备份中也已不再保留 / none of them is left in a backup"),
    }
    println!("依法保留 / holds: {held}，满一年待复核 / a year old: {old}");
    if *doomed > 0 {
        println!("待删除的文件 / files to be removed: {doomed}");
    }
}

fn terms(set: &Terms) -> Value {
    let classes = Class::ALL.map(|class| (class.to_string(), Value::from(days(set, class))));
    let mut all: serde_json::Map<_, _> = classes.into_iter().collect();
    all.insert("identity".into(), set.identity_days.into());
    all.insert("files".into(), set.files_days.into());
    all.insert("backups".into(), set.backups_days.into());
    Value::Object(all)
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn purge(args: &Purge) -> anyhow::Result<ExitCode> {
    let app = open(&args.shown)?;
    let done = actix_web::rt::System::new().block_on(async {
        let did = purge::round(&app, args.yes_all).await?;
        let clean = if args.rewrite { purge::scrub(&app, true).await? } else { did.scrubbed };
        Ok::<_, Unfinished>(Did { scrubbed: clean, ..did })
    });
    let did = match done {
        Ok(did) => did,
        Err(Unfinished::Stopped(stopped)) if stopped.wants_a_person() => anyhow::bail!(
            "{stopped}. See `homeward retention due`; if clock and number are right: --now --yes-all"
        ),
        Err(error) => return Err(error.into()),
    };
    let Did { tips, identities, files, unlinked, scrubbed } = did;
    if args.shown.json {
        println!(
            "{}",
            json!({ "tips": tips, "identities": identities, "files": files, "unlinked": unlinked,
                "scrubbed": scrubbed })
        );
    } else {
        println!(
            "已销毁线索 {tips} 条、联系方式 {identities} 条、照片 {files} 条 / erased: {tips} tips, {identities} contacts, {files} tips' photos"
        );
        if !scrubbed {
            println!(
                "数据库正忙，残留页将在下一轮清理 / the database was busy: the next round cleans its pages"
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn find(args: &Find) -> anyhow::Result<ExitCode> {
    let tip: Uid = args.tip.parse().map_err(|_| anyhow::anyhow!("a tip's id has 32 digits, 0-9 and a-f"))?;
    let app = open(&args.shown)?;
    let mark = erasure::mark(&app.deployment, &tip);
    let found = app.store.read_blocking(|db| found(db, &mark))?;
    let days = found.map(|(erased, complete)| (date(erased), date(complete)));
    if args.shown.json {
        let (erased, complete) = days.clone().unzip();
        println!("{}", json!({ "plan": PLAN_ID, "erased": erased, "complete_on": complete }));
    } else if let Some((erased, complete)) = &days {
        println!(
            "{erased} 已销毁，{complete} 起备份中也不再保留 / erased on {erased}, complete on {complete}"
        );
    } else {
        println!("没有这条线索的销毁记录 / no erasure of this tip is on record");
    }
    Ok(if days.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
