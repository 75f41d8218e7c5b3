//! The settings every serving command shares: a file, and what the command line says over it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::config::{Config, ConfigError, Smtp, SmtpSecurity};

/// Where to listen and where the data lies.
#[derive(Debug, Default, Args)]
pub struct Settings {
    /// Configuration file (TOML).
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data folder; made at the first start.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Key file, such as a credential that a service manager hands over.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// PostgreSQL connection address (postgresql://…) instead of SQLite in the data folder.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Where citizens reach the portal. Port 0: chosen by the system.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Where officers reach it; keep it on loopback, behind a gateway.
    #[arg(long, value_name = "ADDR")]
    desk_listen: Option<SocketAddr>,
    /// Metrics and health; loopback only.
    #[arg(long, value_name = "ADDR")]
    ops_listen: Option<SocketAddr>,
    /// Send notices to this relay on loopback, without TLS.
    #[arg(long, value_name = "HOST:PORT", value_parser = local_relay)]
    smtp: Option<Smtp>,
}

fn local_relay(text: &str) -> Result<Smtp, String> {
    let (host, port) = text.rsplit_once(':').ok_or("write it as 127.0.0.1:2525")?;
    let port = port.parse().map_err(|_| format!("{port:?} is not a port"))?;
    Ok(Smtp { host: host.into(), port, security: SmtpSecurity::None, user: None, password_file: None })
}

impl Settings {
    /// The configuration: the file, then the command line.
    pub fn config(&self) -> Result<Config, ConfigError> {
        let mut config = self.config.as_deref().map_or_else(|| Ok(Config::default()), Config::read)?;
        let listen = &mut config.listen;
        for (said, place) in [
            (self.listen, &mut listen.public),
            (self.desk_listen, &mut listen.desk),
            (self.ops_listen, &mut listen.ops),
        ] {
            if let Some(address) = said {
                *place = address;
            }
        }
        if let Some(dir) = &self.data {
            config.data.dir.clone_from(dir);
        }
        if let Some(file) = &self.key_file {
            config.data.key_file = Some(file.clone());
        }
        if let Some(url) = &self.database {
            config.data.database = Some(url.clone());
        }
        if let Some(relay) = &self.smtp {
            config.mail.smtp = Some(relay.clone());
            config.mail.folder = None;
        }
        Ok(config)
    }
}
