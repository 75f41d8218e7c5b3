//! Where a measurement's rows lie: data folders with officers in them and, with PostgreSQL, a cluster of the
//! tool's own. Owns making them; each measurement gets a copy that nobody has written to.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::ensure;

use crate::options::{Database, Options};
use crate::portal::Portal;

/// A data folder and the settings of a portal that serves it behind a proxy on this machine.
pub struct Folder {
    /// The data.
    pub data: PathBuf,
    /// The settings file.
    pub settings: PathBuf,
}

/// A prepared portal that nobody has written to yet.
pub struct Rows {
    root: tempfile::TempDir,
    /// Which database it is.
    pub database: Database,
    fresh: Folder,
    #[cfg(feature = "postgres")]
    cluster: Option<crate::pg::Cluster>,
}

impl Rows {
    /// Lets the demo make its officers, once for all measurements.
    pub fn prepare(options: &Options, database: Database) -> anyhow::Result<Self> {
        let root = tempfile::tempdir_in(&options.dir)?;
        #[cfg(not(feature = "postgres"))]
        ensure!(database == Database::Sqlite, "build this tool with --features postgres");
        #[cfg(feature = "postgres")]
        let cluster =
            (database == Database::Postgres).then(|| crate::pg::Cluster::start(crate::pg::Flush::On));
        #[cfg(feature = "postgres")]
        let address = cluster.as_ref().map(crate::pg::Cluster::database);
        #[cfg(not(feature = "postgres"))]
        let address: Option<String> = None;
        let fresh = Folder::make(root.path(), "fresh", address.as_deref())?;
        Portal::start(&options.bin, &fresh)?.stop()?;
        Ok(Self {
            root,
            database,
            fresh,
            #[cfg(feature = "postgres")]
            cluster,
        })
    }

    /// A copy under a name of its own.
    pub fn copy(&self, name: &str) -> anyhow::Result<Folder> {
        let copied = Folder::make(self.root.path(), name, self.copied_database(name)?.as_deref())?;
        let status =
            Command::new("cp").arg("-a").arg(self.fresh.data.join(".")).arg(&copied.data).status()?;
        ensure!(status.success(), "the data folder could not be copied");
        Ok(copied)
    }

    #[cfg(feature = "postgres")]
    fn copied_database(&self, name: &str) -> anyhow::Result<Option<String>> {
        let Some(cluster) = &self.cluster else { return Ok(None) };
        let name = name.replace('-', "_");
        cluster.sql("postgres", &format!("create database {name} template homeward_0"));
        Ok(Some(cluster.address(&name)))
    }

    #[cfg(not(feature = "postgres"))]
    fn copied_database(&self, _: &str) -> anyhow::Result<Option<String>> {
        Ok(None)
    }
}

impl Folder {
    fn make(root: &Path, name: &str, database: Option<&str>) -> anyhow::Result<Self> {
        let (data, settings) = (root.join(name), root.join(format!("{name}.toml")));
        std::fs::create_dir(&data)?;
        let line = database.map(|url| format!("database = {url:?}\n")).unwrap_or_default();
        let text = format!(
            "[listen]\ntrusted_proxies = [\"127.0.0.0/8\"]\n[data]\ndir = {data:?}\n{line}\
             [mail]\nfolder = {:?}\nfrom = \"duty@homeward.example\"\n",
            data.join("mail")
        );
        std::fs::write(&settings, text)?;
        Ok(Self { data, settings })
    }

    /// The settings as the portal reads them.
    pub fn config(&self) -> anyhow::Result<homeward::config::Config> {
        Ok(homeward::config::Config::read(&self.settings)?)
    }

    /// SQLite's log, as it stands on the disk.
    pub fn log(&self) -> PathBuf {
        self.data.join("homeward.db-wal")
    }

    /// Removes what was written, to make room for the next measurement.
    pub fn clear(self) -> std::io::Result<()> {
        std::fs::remove_dir_all(&self.data)
    }
}
