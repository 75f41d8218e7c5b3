//! Configuration: one struct per concern, every field with its unit, default and consequence. Read once at
//! start from a TOML file and the command line; nothing reads the environment later.

mod people;
mod record;
mod retention;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::i18n::Locale;

pub use people::{Confirm, People};
pub use record::{BadRecord, LEAST_YEARS, Record};
pub use retention::{Retention, TermRefused};

/// Everything an operator may set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the portal listens.
    pub listen: Listen,
    /// Where its data lies.
    pub data: Data,
    /// How notices leave.
    pub mail: Mail,
    /// Where "leave quickly" leads.
    pub exit: Exit,
    /// How long officers stay signed in.
    pub session: Session,
    /// Who becomes an officer.
    pub people: People,
    /// How the record of who did and read what is kept.
    pub record: Record,
    /// How long things are kept.
    pub retention: Retention,
    /// Where backups lie.
    pub backup: Backup,
}

/// Where backups lie.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Backup {
    /// The folder that `homeward backup --keep` fills. Named here so that `homeward doctor` sees how old the newest
    /// one is. Default: nobody looks.
    pub folder: Option<PathBuf>,
}

/// The three listeners. Ports of 0 are chosen by the system and printed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// Citizens. Off loopback only together with `origin = "https://…"`.
    pub public: SocketAddr,
    /// Officers, operators, administrators; loopback by default: a gateway or VPN stands before it.
    pub desk: SocketAddr,
    /// Metrics and health; loopback only, whatever is written here.
    pub ops: SocketAddr,
    /// The address people type, such as `https://guitu.example.gov.cn`. With `https`, cookies are bound to
    /// it and HSTS is sent.
    pub origin: Option<String>,
    /// The desk's address as officers type it; stands in the notices.
    pub desk_origin: Option<String>,
    /// Proxies whose `X-Forwarded-For` counts, as address blocks. Empty: nobody's.
    pub trusted_proxies: Vec<String>,
    /// The one side this process serves, where each has a process of its own; PostgreSQL only. Default: both.
    pub only: Option<Side>,
}

/// A side of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Citizens' pages.
    Public,
    /// Officers' pages, and the work nobody asks for by hand: notices, sweeping.
    Desk,
}

impl Listen {
    /// Whether this process serves that side.
    pub fn serves(&self, side: Side) -> bool {
        self.only.is_none_or(|only| only == side)
    }
}

impl Default for Listen {
    fn default() -> Self {
        let local = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        Self {
            public: local(8080),
            desk: local(8081),
            ops: local(8082),
            origin: None,
            desk_origin: None,
            trusted_proxies: Vec::new(),
            only: None,
        }
    }
}

/// Where the portal's data lies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Data {
    /// Database and sealed files.
    pub dir: PathBuf,
    /// The key file; belongs on another medium than `dir`. Default: `<dir>/deployment.key`, and the log says
    /// that this is not enough.
    pub key_file: Option<PathBuf>,
    /// A PostgreSQL connection address (`postgresql://…`), where one machine is not enough; sealed files stay
    /// in `dir`. Default: SQLite in `dir`. Wants a program built with the `postgres` feature.
    pub database: Option<String>,
    /// Connections to PostgreSQL that one process opens at most. Default 16. Unused with SQLite.
    pub connections: u32,
    /// Disk space kept back, in MiB, with SQLite: when the disk is full it is given up, so that sign-ins and
    /// the record of who read what still go through. 0: none. Default 64.
    pub reserve_mib: u64,
}

impl Default for Data {
    fn default() -> Self {
        Self { dir: PathBuf::from("data"), key_file: None, database: None, connections: 16, reserve_mib: 64 }
    }
}

impl Data {
    /// The key file's place.
    pub fn key_path(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.dir.join("deployment.key"))
    }

    /// The SQLite database's place.
    pub fn database(&self) -> PathBuf {
        self.dir.join("homeward.db")
    }
}

/// How notices leave. Either a relay or a folder; with neither, notices wait in the outbox.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// The SMTP relay.
    pub smtp: Option<Smtp>,
    /// Writes each mail as a file instead of sending it: for the demo.
    pub folder: Option<PathBuf>,
    /// The sender's address.
    pub from: Option<String>,
}

/// An SMTP relay.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `starttls` (default), `tls`, or `none`, which is refused off loopback.
    #[serde(default)]
    pub security: SmtpSecurity,
    /// Name to sign in with.
    #[serde(default)]
    pub user: Option<String>,
    /// A file that holds the password.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

/// How the way to the relay is protected. There is no opportunistic middle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpSecurity {
    /// STARTTLS, required.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Clear; loopback only.
    None,
}

/// Where "leave quickly" leads: pages without personalised content that open in mainland China.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Exit {
    /// For Chinese pages.
    pub zh: String,
    /// For English pages.
    pub en: String,
}

impl Default for Exit {
    fn default() -> Self {
        Self { zh: "https://www.weather.com.cn/".into(), en: "https://www.accuweather.com/".into() }
    }
}

/// How long officers stay signed in.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Session {
    /// Minutes without a request after which an officer signs in again. Default 30.
    pub idle_minutes: i64,
    /// Hours after which an officer signs in again in any case. Default 12.
    pub absolute_hours: i64,
    /// Whether each officer needs a second factor: `required` (default; whoever has none can do nothing but
    /// enrol one, and passwords have at least 12 characters) or `optional` (then at least 15).
    pub second_factor: SecondFactor,
}

/// Whether each officer needs something besides the password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// Everybody; whoever has none enrols one before anything else.
    #[default]
    Required,
    /// Whoever has one needs it; nobody needs to have one.
    Optional,
}

impl Default for Session {
    fn default() -> Self {
        Self { idle_minutes: 30, absolute_hours: 12, second_factor: SecondFactor::Required }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {0}: {1}")]
    Read(PathBuf, std::io::Error),
    /// The file is not what it should be.
    #[error("{0}, line {1}: {2}")]
    Parse(PathBuf, usize, String),
    /// Plain HTTP away from this machine.
    #[error(
        "{0} is not loopback: plain HTTP would carry reports in clear; put a TLS proxy before the portal and set origin = \"https://…\""
    )]
    PlainHttp(SocketAddr),
    /// The desk in clear away from this machine.
    #[error(
        "{0} is not loopback: officers' passwords would travel in clear; set desk_origin = \"https://…\" behind a TLS proxy"
    )]
    PlainDesk(SocketAddr),
    /// Metrics away from this machine.
    #[error("{0} is not loopback: metrics and health are for this machine only")]
    OpenOps(SocketAddr),
    /// Clear SMTP away from this machine.
    #[error("smtp security = \"none\" is for loopback only")]
    ClearSmtp,
    /// Two processes on one SQLite file.
    #[error(
        "serving only one side needs PostgreSQL: with SQLite one process serves a data folder, public and desk together; leave `only` out, or set data.database"
    )]
    OneProcess,
    /// The record would be kept too short, or in blocks of nothing.
    #[error(transparent)]
    Record(#[from] BadRecord),
    /// A trusted proxy is no address block.
    #[error("trusted_proxies: {0:?} is not an address block")]
    Proxy(String),
    /// Something would be erased too soon.
    #[error(transparent)]
    Retention(#[from] TermRefused),
}

impl Config {
    /// Reads a configuration file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|e| ConfigError::Read(path.to_owned(), e))?;
        toml::from_str(&text).map_err(|e| {
            // Not the line itself: a password may stand in it.
            let line = e.span().map_or(1, |at| text[..at.start].lines().count().max(1));
            ConfigError::Parse(path.to_owned(), line, e.message().to_owned())
        })
    }

    /// Refuses what would put somebody in danger.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.listen.only.is_some() && self.data.database.is_none() {
            return Err(ConfigError::OneProcess);
        }
        let (public, desk) = (self.listen.public, self.listen.desk);
        if !public.ip().is_loopback() && !self.is_tls() {
            return Err(ConfigError::PlainHttp(public));
        }
        if !desk.ip().is_loopback() && !is_https(self.listen.desk_origin.as_deref()) {
            return Err(ConfigError::PlainDesk(desk));
        }
        if !self.listen.ops.ip().is_loopback() {
            return Err(ConfigError::OpenOps(self.listen.ops));
        }
        let clear = |smtp: &Smtp| smtp.security == SmtpSecurity::None && !is_local(&smtp.host);
        if self.mail.smtp.as_ref().is_some_and(clear) {
            return Err(ConfigError::ClearSmtp);
        }
        self.record.check()?;
        Ok(self.retention.check()?)
    }

    /// Where the heads of the record are written.
    pub fn heads(&self) -> PathBuf {
        self.record.heads.clone().unwrap_or_else(|| self.data.dir.join("heads.log"))
    }

    /// Whether people reach the portal over TLS.
    pub fn is_tls(&self) -> bool {
        is_https(self.listen.origin.as_deref())
    }

    /// Where "leave quickly" leads in a language.
    pub fn exit_target(&self, locale: Locale) -> &str {
        match locale {
            Locale::Zh => &self.exit.zh,
            Locale::En => &self.exit.en,
        }
    }
}

fn is_https(origin: Option<&str>) -> bool {
    origin.is_some_and(|o| o.starts_with("https://"))
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_away_from_this_machine_is_refused() {
        let mut config = Config::default();
        config.listen.public = "0.0.0.0:80".parse().unwrap();
        assert!(matches!(config.check(), Err(ConfigError::PlainHttp(_))));

        config.listen.origin = Some("https://example.org".into());
        assert!(config.check().is_ok());

        config.listen.desk = "0.0.0.0:81".parse().unwrap();
        assert!(matches!(config.check(), Err(ConfigError::PlainDesk(_))));
    }

    #[test]
    fn one_side_alone_wants_a_database_that_two_processes_share() {
        let mut config = Config::default();
        assert!(config.listen.serves(Side::Public) && config.listen.serves(Side::Desk));

        config.listen.only = Some(Side::Public);
        assert!(matches!(config.check(), Err(ConfigError::OneProcess)));
        config.data.database = Some("postgresql:///homeward".into());

        assert!(config.check().is_ok());
        assert!(config.listen.serves(Side::Public) && !config.listen.serves(Side::Desk));
    }

    #[test]
    fn clear_mail_leaves_this_machine_never() {
        let smtp = |host: &str| Smtp {
            host: host.into(),
            port: 25,
            security: SmtpSecurity::None,
            user: None,
            password_file: None,
        };
        let mut config = Config::default();
        config.mail.smtp = Some(smtp("mail.example.org"));
        assert!(matches!(config.check(), Err(ConfigError::ClearSmtp)));

        config.mail.smtp = Some(smtp("127.0.0.1"));
        assert!(config.check().is_ok());
    }

    /// The sample that a deployment starts from.
    const SAMPLE: &str = include_str!("../deploy/homeward.toml");

    /// The sample with its defaults, and if wanted its examples too, written out as settings.
    fn sample(examples: bool) -> String {
        let setting = |line: &'static str| match line.strip_prefix('#') {
            None => line,
            Some(rest) => match rest.strip_prefix(": ") {
                Some(example) if examples => example,
                None if !rest.is_empty() && !rest.starts_with(' ') => rest,
                _ => "",
            },
        };
        SAMPLE.lines().map(setting).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_defaults_in_the_sample_are_the_codes_own() {
        let untouched: Config = toml::from_str(SAMPLE).unwrap();
        let written_out: Config = toml::from_str(&sample(false)).unwrap();

        let shown = |config: &Config| format!("{config:#?}");
        assert_eq!(shown(&untouched), shown(&Config::default()));
        assert_eq!(shown(&written_out), shown(&Config::default()));
    }

    #[test]
    fn the_sample_names_every_setting_and_its_examples_are_usable() {
        let all: Config = toml::from_str(&sample(true)).unwrap();
        all.check().unwrap();

        let shown = format!("{all:#?}");
        assert!(!shown.contains("None"), "a setting without an example: {shown}");
        // A section is a struct in what is shown, and a header in the sample.
        let names = shown.lines().filter_map(|line| Some(line.trim().split_once(": ")?.0.to_owned()));
        let text = sample(true);
        let key = |line: &str| Some(line.split_once(" = ")?.0.to_owned());
        let header =
            |line: &str| Some(line.strip_prefix('[')?.strip_suffix(']')?.rsplit('.').next()?.to_owned());
        let written: Vec<String> =
            text.lines().filter_map(|line| key(line).or_else(|| header(line))).collect();
        let missing: Vec<String> = names.filter(|name| !written.contains(name)).collect();
        assert!(missing.is_empty() && written.len() > 15, "{missing:?}");
    }

    #[test]
    fn an_unknown_setting_is_an_error_not_a_wish() {
        assert!(toml::from_str::<Config>("[listen]\nprot = 1").is_err());
    }
}
