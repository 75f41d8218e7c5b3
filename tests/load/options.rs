//! What the tool is told on its command line. Owns the flags and their defaults; refuses the environment.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Measures how many reports the portal takes. One JSON line a workload on standard output.
#[derive(Debug, Parser)]
pub struct Options {
    /// How many clients send at a time, each waiting for its answer; several numbers are several workloads.
    #[arg(long, value_delimiter = ',', default_values_t = [16, 64])]
    pub clients: Vec<usize>,
    /// How long each measurement lasts, in seconds.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Where the portal keeps its rows.
    #[arg(long, value_enum, default_value_t = Which::Sqlite)]
    database: Which,
    /// The portal's binary; the one that was built with this tool where it is left out.
    #[arg(long, default_value = env!("CARGO_BIN_EXE_homeward"))]
    pub bin: PathBuf,
    /// Where data folders are made; on the disk that is to be measured.
    #[arg(long, default_value = env!("CARGO_TARGET_TMPDIR"))]
    pub dir: PathBuf,
    /// Ends with status 1 when a bar is not reached.
    #[arg(long)]
    pub bars: bool,
    /// Said by `cargo bench`; changes nothing.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    Sqlite,
    Postgres,
    Both,
}

/// A database that the portal can keep its rows in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// In one file, in the data folder.
    Sqlite,
    /// In a cluster of the tool's own.
    Postgres,
}

impl Database {
    /// The name of its workload.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl Options {
    /// The databases to measure with.
    pub fn databases(&self) -> Vec<Database> {
        match self.database {
            Which::Sqlite => vec![Database::Sqlite],
            Which::Postgres => vec![Database::Postgres],
            Which::Both => vec![Database::Sqlite, Database::Postgres],
        }
    }
}
