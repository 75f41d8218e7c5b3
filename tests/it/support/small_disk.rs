//! A portal on a small disk of its own, which a test can fill and clear. Owns the mount, in a namespace of its
//! own, so that no rights on the machine are needed.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::db;
use super::process::{self, Process};

/// Whether this system lets an ordinary process have mounts of its own.
pub fn has_namespaces() -> bool {
    let tried =
        Command::new("unshare").args(["-rm", "sh", "-c", "mount -t tmpfs -o size=1m x /mnt"]).output();
    tried.is_ok_and(|output| output.status.success())
}

/// A portal whose data and log lie on a disk of its own, which fills up.
pub struct SmallDisk {
    pub process: Process,
    _folder: tempfile::TempDir,
    /// The disk as it is seen from here.
    pub disk: PathBuf,
}

impl SmallDisk {
    /// A disk of `mib`, of which `reserve` are kept back.
    pub fn start(mib: u32, reserve: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = process::prepare(folder.path());
        let text = std::fs::read_to_string(&settings).unwrap();
        let kept_back = text.replace("reserve_mib = 0", &format!("reserve_mib = {reserve}"));
        std::fs::write(&settings, kept_back).unwrap();
        let (data, disk) = (folder.path().join("data"), folder.path().join("disk"));
        std::fs::create_dir(&disk).unwrap();
        let script = "mount -t tmpfs -o size=\"$0\",mode=700 small \"$1\" && cp -a \"$2\" \"$1/data\" && \
                      cd \"$1\" && shift 2 && exec \"$@\" >portal.log 2>&1";
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", script, &format!("{mib}m")]).args([&disk, &data]);
        command.arg(env!("CARGO_BIN_EXE_homeward")).args(process::arguments(&settings, &disk.join("data")));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = Process::run(command, folder.path());
        let seen = PathBuf::from(format!("/proc/{}/root", child.id())).join(disk.strip_prefix("/").unwrap());
        let process = Process::wait_for(child, seen.join("portal.log"), seen.join("data"));
        Self { process, _folder: folder, disk: seen }
    }

    /// Writes until nothing more fits.
    pub fn fill(&self) {
        let mut filler = File::create(self.disk.join("filler")).unwrap();
        let mut written = 0;
        while filler.write_all(&[0x5a; 4096]).is_ok() {
            written += 4096;
            assert!(written < 64 << 20, "the disk has no end");
        }
    }

    pub fn make_room(&self) {
        std::fs::remove_file(self.disk.join("filler")).unwrap();
    }

    /// Rows of a copy: SQLite would follow the path out of the other process's view.
    pub fn count(&self, table: &str) -> i64 {
        let copy = tempfile::tempdir().unwrap();
        for name in ["homeward.db", "homeward.db-wal"] {
            std::fs::copy(self.disk.join("data").join(name), copy.path().join(name)).unwrap();
        }
        db::count(&copy.path().join("homeward.db"), &format!("select count(*) as n from {table}"))
    }

    pub fn unfinished_files(&self) -> usize {
        std::fs::read_dir(self.disk.join("data/files")).unwrap().count()
    }
}
