//! Filled portals, kept between runs: made once for each step of the schema, form of the seed and count, and
//! never measured themselves: each run works on copies. Owns where they lie and how they are made, by the
//! program's own commands; refuses one that was not finished.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use homeward::store::seed::FORMAT;

use crate::cluster::Cluster;

/// Which database holds the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// One file.
    Sqlite,
    /// A cluster of its own.
    Postgres,
}

impl Database {
    /// Its name in the lines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// How much of a portal is open.
#[derive(Clone, Copy)]
pub enum Open {
    /// One tip in five, half of these in one queue.
    OneInFive,
    /// One tip in twenty, two in five of these in one queue.
    OneInTwenty,
}

impl Open {
    /// So many of these tips are open, and so many of them in one queue.
    const fn of(self, tips: u32) -> (u32, u32) {
        match self {
            Self::OneInFive => (tips / 5, tips / 10),
            Self::OneInTwenty => (tips / 20, tips / 50),
        }
    }
}

/// A filled portal to work on. Goes with everything in it.
pub struct Folder {
    /// The data folder.
    pub data: PathBuf,
    /// Where its rows lie, if not in the folder.
    pub database: Option<String>,
    /// The agency with the longest queue.
    pub agency: String,
    /// The password of its officer.
    pub password: String,
    copy: Option<(PathBuf, String)>,
}

/// What is kept, and the program that makes it.
pub struct Cache {
    root: PathBuf,
    bin: PathBuf,
    cluster: Option<Cluster>,
}

impl Cache {
    /// Opens what is kept below the home folder.
    pub fn open(bin: &Path, database: Database) -> Self {
        let home = std::env::home_dir().expect("somebody's home folder");
        let root = home.join(".cache/homeward-seeded");
        std::fs::create_dir_all(&root).unwrap();
        let cluster = (database == Database::Postgres).then(|| Cluster::start(&root.join("postgres")));
        Self { root, bin: bin.to_owned(), cluster }
    }

    /// The program.
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// A copy of the portal with so many tips, which is made now if it is not kept yet.
    pub fn copy(&self, tips: u32, open: Open) -> Folder {
        let (open, largest) = open.of(tips);
        let place = if self.cluster.is_some() { "-pg" } else { "" };
        let name = format!("{}-{FORMAT}-{tips}-{open}-{largest}{place}", schema_step());
        let kept = self.root.join(&name);
        if !kept.join("whole").exists() {
            self.make(&kept, &name, [tips, open, largest]);
        }
        let work = self.root.join(format!("work-{}-{name}", std::process::id()));
        run(Command::new("cp").args(["-a", "--reflink=auto"]).arg(&kept).arg(&work));
        let database = self.cluster.as_ref().map(|cluster| {
            let copy = format!("work_{}_{}", std::process::id(), name.replace('-', "_"));
            cluster.copy(&name.replace('-', "_"), &copy);
            (cluster.address(&copy), copy)
        });
        // Whatever is still to be written would be written while the acts are timed.
        run(&mut Command::new("sync"));
        warm(&work.join("data/homeward.db"));
        let said: serde_json::Value =
            serde_json::from_slice(&std::fs::read(kept.join("seeded.json")).unwrap()).unwrap();
        let agency = said["largest"]["agency"].as_str().unwrap().to_owned();
        let password = password(&kept.join("data/demo-officers.json"), &agency);
        let (database, copy) = database.unzip();
        Folder {
            data: work.join("data"),
            database,
            agency,
            password,
            copy: Some((work, copy.unwrap_or_default())),
        }
    }

    /// Lets go of a copy.
    pub fn forget(&self, folder: &mut Folder) {
        let Some((work, database)) = folder.copy.take() else { return };
        let _ = std::fs::remove_dir_all(work);
        if let Some(cluster) = &self.cluster {
            cluster.drop_database(&database);
        }
    }

    fn make(&self, kept: &Path, name: &str, [tips, open, largest]: [u32; 3]) {
        let _ = std::fs::remove_dir_all(kept);
        std::fs::create_dir_all(kept).unwrap();
        let database = self.cluster.as_ref().map(|cluster| cluster.create(&name.replace('-', "_")));
        let data = kept.join("data");
        self.enrol(&data, database.as_deref());
        let mut seed = Command::new(&self.bin);
        seed.args(["seed", "--json", "--tips", &tips.to_string(), "--open", &open.to_string()]);
        seed.args(["--largest", &largest.to_string(), "--data"]).arg(&data);
        seed.args(database.iter().flat_map(|address| ["--database", address]));
        let said = seed.stderr(Stdio::inherit()).output().unwrap();
        assert!(said.status.success(), "seeding {tips} tips");
        std::fs::write(kept.join("seeded.json"), &said.stdout).unwrap();
        std::fs::write(kept.join("whole"), "").unwrap();
    }

    /// Lets the demo make its officers, and ends it.
    fn enrol(&self, data: &Path, database: Option<&str>) {
        let mut demo = Command::new(&self.bin);
        demo.args(["demo", "--no-tips", "--json", "--data"]).arg(data);
        for listener in ["--listen", "--desk-listen", "--ops-listen"] {
            demo.args([listener, "127.0.0.1:0"]);
        }
        demo.args(database.iter().flat_map(|address| ["--database", address]));
        let mut demo = demo.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(demo.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        assert!(ready.contains("officers"), "the demo was not ready: {ready}");
        // Once may be too early for a portal that has only just said that it is ready.
        while demo.try_wait().unwrap().is_none() {
            let _ = Command::new("kill").args(["-TERM", &demo.id().to_string()]).status();
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    }
}

/// The newest step of the schema.
fn schema_step() -> u64 {
    let steps = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let names = std::fs::read_dir(steps).unwrap().flatten().map(|e| e.file_name());
    names.filter_map(|name| name.to_str()?.split('_').next()?.parse().ok()).max().unwrap()
}

fn password(officers: &Path, agency: &str) -> String {
    let all: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(officers).unwrap()).unwrap();
    let own = all.iter().find(|officer| officer["name"] == agency).expect("the agency has an officer");
    own["password"].as_str().unwrap().to_owned()
}

/// Reads a file once, so that its pages lie in memory.
fn warm(path: &Path) {
    if let Ok(mut file) = std::fs::File::open(path) {
        std::io::copy(&mut file, &mut std::io::sink()).unwrap();
    }
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}
