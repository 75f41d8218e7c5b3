//! `homeward demo`: a portal filled with the whole Tianjin directory, officers with printed passwords, and
//! sample tips that came in through the same door as any other. For looking and for tests; never for use.

mod factors;
pub mod officers;
mod tips;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use self::officers::DemoOfficer;
use super::settings::Settings;
use crate::app::{App, alone};
use crate::clock::ShiftedClock;
use crate::config::{Config, SecondFactor};
use crate::notify::mail::Carrier;
use crate::server::Portal;
use crate::vault::entropy::OsEntropy;

/// Runs a portal with made-up officers and tips.
#[derive(Debug, Args)]
pub struct Demo {
    #[command(flatten)]
    settings: Settings,
    /// Prints one JSON line when ready.
    #[arg(long)]
    json: bool,
    /// Leaves the sample tips out.
    #[arg(long)]
    no_tips: bool,
    /// Requires a second factor, as a portal for people does: each officer gets an authenticator app's secret,
    /// which is printed beside the password.
    #[arg(long)]
    second_factor: bool,
}

/// Fills the portal at its first start, then serves.
pub fn run(args: &Demo) -> anyhow::Result<ExitCode> {
    crate::telemetry::start();
    let config = settle(args)?;
    let mail_dir = config.mail.folder.clone();
    let carrier = Carrier::of(&config.mail)?;
    let _alone = alone(&config.data)?;
    let clock = Arc::new(ShiftedClock::default());
    let (app, recovery) = App::open(config, clock.clone(), Arc::new(OsEntropy))?;
    if let Some(recovery) = &recovery {
        super::serve::show_recovery(recovery)?;
    }
    let app = Arc::new(app);
    let (officers, fresh) = officers::known_or_made(&app, args.second_factor)?;
    actix_web::rt::System::new().block_on(async move {
        if fresh && !args.no_tips {
            tips::send(&app, &clock).await?;
        }
        let portal = Portal::bind(app)?;
        say_ready(args.json, &portal, mail_dir.as_deref(), &officers)?;
        portal.run(carrier).await?;
        Ok(ExitCode::SUCCESS)
    })
}

fn settle(args: &Demo) -> anyhow::Result<Config> {
    let mut config = args.settings.config()?;
    // A demo shows both sides, whatever a file says of a process of its own for each.
    config.listen.only = None;
    if args.settings.data.is_none() && config.data.dir == Path::new("data") {
        config.data.dir = "demo-data".into();
    }
    // Somebody who only looks gets in with name and password.
    config.session.second_factor =
        if args.second_factor { SecondFactor::Required } else { SecondFactor::Optional };
    config.mail.from.get_or_insert_with(|| "duty@homeward.example".into());
    if config.mail.smtp.is_none() && config.mail.folder.is_none() {
        config.mail.folder = Some(config.data.dir.join("mail"));
    }
    Ok(config)
}

fn say_ready(
    json: bool,
    portal: &Portal,
    mail: Option<&Path>,
    officers: &[DemoOfficer],
) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let address =
        |at: Option<_>| at.map_or_else(String::new, |at: std::net::SocketAddr| format!("http://{at}"));
    let [public, desk, ops] = [portal.public, portal.desk, Some(portal.ops)].map(address);
    if json {
        let line = serde_json::json!({
            "public": public, "desk": desk, "ops": ops, "mail_dir": mail, "officers": officers,
        });
        writeln!(out, "{line}")?;
        return out.flush();
    }
    writeln!(out, "公众 / public   {public}/\n工作台 / desk   {desk}/desk\n运行 / ops      {ops}/healthz")?;
    if let Some(mail) = mail {
        writeln!(out, "邮件 / mail     {}", mail.display())?;
    }
    writeln!(out, "\n演示账号，口令只用于演示 / demo officers:")?;
    for officer in officers {
        let secret = officer.totp_secret.as_deref().unwrap_or_default();
        writeln!(out, "  {:<16} {}  {secret}  {}", officer.name, officer.password, officer.title)?;
    }
    out.flush()
}
