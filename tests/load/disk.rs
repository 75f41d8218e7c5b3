//! What the disk can do: how often a second bytes can be appended to a file and be known to lie on it. Owns
//! the append and the flush, in the pattern of a log; refuses databases.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long is measured.
const TIME: Duration = Duration::from_secs(2);

/// Appends of so many bytes a second, each flushed before the next, to a fresh file in `folder`.
pub fn flushes_per_second(folder: &Path, bytes: usize) -> std::io::Result<f64> {
    let path = folder.join("flushes");
    let mut file = File::create(&path)?;
    let (block, begun) = (vec![0x5a; bytes], Instant::now());
    let mut flushes = 0_u32;
    while begun.elapsed() < TIME {
        file.write_all(&block)?;
        file.sync_data()?;
        flushes += 1;
    }
    let rate = f64::from(flushes) / begun.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(rate)
}
