//! `homeward serve`: runs the portal.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::settings::Settings;
use crate::app::{App, Recovery, alone};
use crate::clock::SystemClock;
use crate::notify::mail::Carrier;
use crate::server::Portal;
use crate::vault::entropy::OsEntropy;

/// Runs the portal.
#[derive(Debug, Default, Args)]
pub struct Serve {
    #[command(flatten)]
    settings: Settings,
}

/// Serves until it is told to stop.
pub fn run(args: &Serve) -> anyhow::Result<ExitCode> {
    crate::telemetry::start();
    let config = args.settings.config()?;
    let carrier = Carrier::of(&config.mail)?;
    let _alone = alone(&config.data)?;
    let (app, recovery) = App::open(config, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    if let Some(recovery) = &recovery {
        show_recovery(recovery)?;
    }
    actix_web::rt::System::new().block_on(async move {
        let portal = Portal::bind(Arc::new(app))?;
        tracing::info!(public = %portal.public, desk = %portal.desk, ops = %portal.ops, "listening");
        portal.run(carrier).await?;
        Ok(ExitCode::SUCCESS)
    })
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
