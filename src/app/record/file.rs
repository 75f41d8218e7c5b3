//! The file of heads: appended, flushed, read back. Owns the file; refuses what a line means (`audit::heads`).
//!
//! Several nodes may share one: each locks it while it appends, and leaves out what is there already.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::audit::chain::{Anchor, Chain};
use crate::audit::fault::{Fault, Place};
use crate::audit::heads;
use crate::audit::verifier::Post;

/// The longest line that is read; ours have 200 bytes.
const LONGEST: usize = 4_096;

/// Appends anchors and flushes them. When it returns they are on the medium.
pub fn append(path: &Path, anchors: &[Anchor], chain: &Chain) -> io::Result<()> {
    let is_new = !path.exists();
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    file.lock()?;
    let (there, ends_whole) = read_back(&mut file)?;
    let mut text = String::new();
    if !ends_whole {
        // A line that a crash cut short ends here; it is written again below.
        text.push('\n');
    }
    if there.is_empty() && ends_whole {
        text.push_str(heads::ABOUT);
        text.push('\n');
    }
    for line in anchors.iter().map(|anchor| heads::line(anchor, chain)).filter(|l| !there.contains(l)) {
        text.push_str(&line);
        text.push('\n');
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    if is_new && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// The lines of a file, and whether the last one is whole.
fn read_back(file: &mut File) -> io::Result<(HashSet<String>, bool)> {
    file.seek(SeekFrom::Start(0))?;
    let mut text = String::new();
    io::Read::read_to_string(&mut BufReader::new(&mut *file), &mut text)?;
    Ok((text.lines().map(str::to_owned).collect(), text.is_empty() || text.ends_with('\n')))
}

/// The heads of a file, and the lines in it that are not this portal's.
pub fn read(path: &Path, chain: &Chain) -> io::Result<(Vec<Post>, Vec<Fault>)> {
    let name = path.display().to_string();
    let (mut posts, mut strange) = (Vec::new(), Vec::new());
    let mut whole = Vec::new();
    for (at, line) in BufReader::new(File::open(path)?).split(b'\n').enumerate() {
        let line = line?;
        let text = std::str::from_utf8(&line).unwrap_or("?").trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let source = Place::File { name: name.clone(), line: at + 1 };
        match heads::read(text, chain).filter(|_| line.len() <= LONGEST) {
            Some(anchor) => {
                posts.push(Post { head: anchor.head, source });
                whole.push(text.to_owned());
            }
            None => strange.push((text.to_owned(), source)),
        }
    }
    // A line that a crash cut short stands there once more, whole.
    strange.retain(|(text, _)| !whole.iter().any(|line| line.starts_with(text.as_str())));
    Ok((posts, strange.into_iter().map(|(_, source)| Fault::Line(source)).collect()))
}

/// Whether this anchor stands in the file.
pub fn holds(path: &Path, anchor: &Anchor, chain: &Chain) -> bool {
    let wanted = heads::line(anchor, chain);
    let Ok(file) = File::open(path) else { return false };
    BufReader::new(file).lines().map_while(Result::ok).any(|line| line == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::chain::Head;
    use crate::clock::Minute;
    use crate::vault::deployment::DeploymentKey;

    fn anchor(number: i64) -> Anchor {
        Anchor { number, head: Head { seq: number * 10, link: [9; 32] }, minute: Minute(number) }
    }

    #[test]
    fn lines_are_appended_once_and_read_back() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("heads.log");
        let chain = Chain::of(&DeploymentKey::from_bytes([7; 32]));
        append(&path, &[anchor(1), anchor(2)], &chain).unwrap();
        append(&path, &[anchor(2), anchor(3)], &chain).unwrap();

        let (posts, faults) = read(&path, &chain).unwrap();

        assert_eq!(posts.iter().map(|post| post.head.seq).collect::<Vec<_>>(), [10, 20, 30]);
        assert!(faults.is_empty() && holds(&path, &anchor(3), &chain) && !holds(&path, &anchor(4), &chain));
    }

    #[test]
    fn a_line_cut_short_by_a_crash_is_written_again_and_a_strange_one_is_named() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("heads.log");
        let chain = Chain::of(&DeploymentKey::from_bytes([7; 32]));
        append(&path, &[anchor(1)], &chain).unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 60]).unwrap();
        append(&path, &[anchor(1)], &chain).unwrap();

        let (posts, faults) = read(&path, &chain).unwrap();

        assert!(posts.len() == 1 && faults.is_empty(), "{posts:?} {faults:?}");
        std::fs::write(&path, [&whole, b"10 aa bb\n".as_slice()].concat()).unwrap();
        assert_eq!(read(&path, &chain).unwrap().1.len(), 1);
    }
}
