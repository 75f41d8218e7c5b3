//! `homeward serve`: runs the portal.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::settings::Settings;
use crate::app::{App, Recovery, StartError, alone, setup};
use crate::clock::SystemClock;
use crate::config::{Config, ConfigError, Side};
use crate::notify::mail::{Carrier, CarrierError};
use crate::server::Portal;
use crate::vault::entropy::OsEntropy;

/// Runs the portal.
#[derive(Debug, Default, Args)]
pub struct Serve {
    #[command(flatten)]
    settings: Settings,
    /// Serves one side only, where public and desk have a process each; needs PostgreSQL.
    #[arg(long, value_name = "SIDE")]
    only: Option<Only>,
}

/// [`Side`] as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Only {
    /// Citizens' pages.
    Public,
    /// Officers' pages, notices, sweeping.
    Desk,
}

impl Serve {
    fn config(&self) -> Result<Config, ConfigError> {
        let mut config = self.settings.config()?;
        if let Some(only) = self.only {
            config.listen.only = Some(match only {
                Only::Public => Side::Public,
                Only::Desk => Side::Desk,
            });
        }
        // Before the folder is taken: "only" on SQLite has a better answer than "somebody serves it already".
        config.check()?;
        Ok(config)
    }
}

/// How notices leave this process. One without the desk never opens the relay's password.
fn carrier(config: &Config) -> Result<Carrier, CarrierError> {
    if config.listen.serves(Side::Desk) { Carrier::of(&config.mail) } else { Ok(Carrier::None) }
}

/// Serves until it is told to stop.
pub fn run(args: &Serve) -> anyhow::Result<ExitCode> {
    crate::telemetry::start();
    let config = args.config()?;
    let carrier = carrier(&config)?;
    let _alone = alone(&config.data)?;
    let (app, recovery) = App::open(config, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    if let Some(recovery) = &recovery {
        show_recovery(recovery)?;
    }
    let app = Arc::new(app);
    actix_web::rt::System::new().block_on(async move {
        let portal = Portal::bind(Arc::clone(&app))?;
        let [public, desk] = [portal.public, portal.desk].map(|at| at.map(tracing::field::display));
        tracing::info!(public, desk, ops = %portal.ops, "listening");
        if portal.desk.is_some() {
            let app = Arc::clone(&app);
            tokio::task::spawn_blocking(move || show_the_way(&app)).await??;
        }
        portal.run(carrier).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Shows the way to the set-up page, while the portal is to be set up.
fn show_the_way(app: &App) -> Result<(), StartError> {
    setup::begin(app)?.map_or(Ok(()), |link| setup::show(app, &link))
}

/// Shows the recovery key, once, on a terminal; where there is none (a service, whose output is a log that
/// many read and that is kept for years) leaves it in a file and says so.
pub fn show_recovery(recovery: &Recovery) -> std::io::Result<()> {
    if !std::io::stderr().is_terminal() {
        let path = recovery.leave_behind()?;
        // Not every command that makes a key has a log yet.
        crate::telemetry::start();
        tracing::error!(
            file = %path.display(),
            "the recovery key was made and lies in this file: move it off this machine now, then delete it here"
        );
        return Ok(());
    }
    let mut out = std::io::stderr().lock();
    writeln!(
        out,
        "恢复密钥（只显示这一次，请抄写后离线保管） / recovery key, shown only now; keep it off line:"
    )?;
    writeln!(out, "  {}", recovery.0.as_str())
}
