//! A sealed file: written and read in pieces, never whole in memory and never clear on disk. Owns the chunk
//! format and the padding; refuses names, kinds and storage. One invariant: a file that was cut, extended,
//! reordered, mixed with another or moved to another place does not open to its end.
//!
//! Format: version (1) · suite (1) · key id (8) · nonce (19) · chunks. Each chunk is 64 KiB before sealing
//! (length (4) · data · zeros), so the size of the file tells the size of its content to 64 KiB only. STREAM
//! numbers the chunks and marks the last one; every chunk is bound to the header and the place.

use std::io::{self, Read, Write};

use zeroize::Zeroizing;

use super::entropy::{self, Entropy};
use super::header::{self, OpenError, Parts};
use super::key::SymKey;
use super::seal::Place;
use super::suite::{self, ChunkAt, Suite};

const NONCE: usize = 19;
const LENGTH: usize = 4;
const CHUNK: usize = 64 * 1024;
const ROOM: usize = CHUNK - LENGTH;
const SEALED_CHUNK: usize = CHUNK + 16;

/// Why a sealed file did not open to its end. What was read until then must be thrown away.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Reading or writing failed.
    #[error("the file could not be read or written")]
    Io(#[from] io::Error),
    /// The file is not whole, not in its place, or sealed under another key.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Bytes before the first chunk of a sealed file.
pub const HEAD: usize = header::HEADER + NONCE;

/// Whether `head`, the first [`HEAD`] bytes of a file of `length` bytes, begins a sealed file of a version and
/// suite that are known, and its length is one that a sealed file can have. Opens nothing.
pub fn check_shape(head: &[u8], length: u64) -> Result<(), OpenError> {
    header::read(head)?;
    let chunks = length.checked_sub(HEAD as u64).ok_or(OpenError::Short)?;
    if chunks == 0 || chunks % SEALED_CHUNK as u64 != 0 { Err(OpenError::Short) } else { Ok(()) }
}

/// What sealer and opener share: the cipher's side of one file.
struct Stream {
    suite: &'static dyn Suite,
    key: SymKey,
    nonce: [u8; NONCE],
    context: Vec<u8>,
    index: u32,
}

impl Stream {
    fn next(&mut self, last: bool) -> ChunkAt {
        let at = ChunkAt { index: self.index, last };
        self.index = self.index.checked_add(1).expect("2^32 chunks are 256 TiB, and uploads are bounded");
        at
    }

    fn seal(&mut self, clear: &[u8], last: bool) -> Vec<u8> {
        let at = self.next(last);
        self.suite.seal_chunk(self.key.expose(), &self.nonce, at, &self.context, clear)
    }

    fn open(&mut self, sealed: &[u8], last: bool) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let at = self.next(last);
        let clear = self.suite.open_chunk(self.key.expose(), &self.nonce, at, &self.context, sealed);
        let mut clear = clear.ok_or(OpenError::Refused)?;
        let length = clear.first_chunk::<LENGTH>().ok_or(OpenError::Refused)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| OpenError::Refused)?;
        if length > clear.len() - LENGTH {
            return Err(OpenError::Refused);
        }
        clear.copy_within(LENGTH..LENGTH + length, 0);
        clear.truncate(length);
        Ok(clear)
    }
}

/// Seals a file piece by piece.
pub struct FileSealer {
    stream: Stream,
    /// The chunk being filled; its first bytes wait for the length.
    chunk: Zeroizing<Vec<u8>>,
}

impl FileSealer {
    /// A sealer, and the bytes that the sealed file starts with.
    pub fn new(key: &SymKey, place: &Place<'_>, entropy: &dyn Entropy) -> (Self, Vec<u8>) {
        let suite = suite::current();
        let nonce: [u8; NONCE] = entropy::bytes(entropy);
        let head = header::write(suite, key.id());
        let context = [head.as_slice(), &place.encode()].concat();
        let stream = Stream { suite, key: key.clone(), nonce, context, index: 0 };
        (Self { stream, chunk: empty_chunk() }, [head.as_slice(), &nonce].concat())
    }

    /// Takes a piece of any size; gives the sealed bytes that are ready, often none.
    pub fn chunk(&mut self, mut piece: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        while !piece.is_empty() {
            // A full chunk waits for the next byte: only then it is known not to be the last.
            if self.chunk.len() == CHUNK {
                out.extend(self.flush(false));
            }
            let (fits, rest) = piece.split_at(piece.len().min(CHUNK - self.chunk.len()));
            self.chunk.extend_from_slice(fits);
            piece = rest;
        }
        out
    }

    /// Takes the last piece, which may be empty; gives the end of the sealed file.
    pub fn finish(mut self, piece: &[u8]) -> Vec<u8> {
        let mut out = self.chunk(piece);
        out.extend(self.flush(true));
        out
    }

    fn flush(&mut self, last: bool) -> Vec<u8> {
        let length = u32::try_from(self.chunk.len() - LENGTH).expect("a chunk has 64 KiB");
        self.chunk[..LENGTH].copy_from_slice(&length.to_be_bytes());
        self.chunk.resize(CHUNK, 0);
        let sealed = self.stream.seal(&self.chunk, last);
        self.chunk = empty_chunk();
        sealed
    }
}

fn empty_chunk() -> Zeroizing<Vec<u8>> {
    let mut chunk = Zeroizing::new(Vec::with_capacity(CHUNK));
    chunk.resize(LENGTH, 0);
    chunk
}

/// Opens a sealed file piece by piece, as an iterator. Every piece is authentic when it is given, but only
/// the end without an error says that the file was whole.
pub struct FileOpener<R> {
    stream: Stream,
    from: R,
    /// The sealed chunk that comes next; empty once the last was opened or an error was given.
    ahead: Vec<u8>,
}

impl<R: Read> FileOpener<R> {
    /// An opener over a sealed file.
    pub fn new(key: &SymKey, place: &Place<'_>, mut from: R) -> Result<Self, FileError> {
        let head = read_up_to(&mut from, header::HEADER + NONCE)?;
        let Parts { suite, header, rest } = header::read_for(key.id(), &head)?;
        let nonce: [u8; NONCE] = rest.try_into().map_err(|_| OpenError::Short)?;
        let context = [header.as_slice(), &place.encode()].concat();
        let ahead = read_up_to(&mut from, SEALED_CHUNK)?;
        if ahead.is_empty() {
            return Err(OpenError::Short.into());
        }
        Ok(Self { stream: Stream { suite, key: key.clone(), nonce, context, index: 0 }, from, ahead })
    }

    fn step(&mut self) -> Result<Zeroizing<Vec<u8>>, FileError> {
        let sealed = std::mem::take(&mut self.ahead);
        let following = read_up_to(&mut self.from, SEALED_CHUNK)?;
        let clear = self.stream.open(&sealed, following.is_empty())?;
        self.ahead = following;
        Ok(clear)
    }
}

impl<R: Read> Iterator for FileOpener<R> {
    type Item = Result<Zeroizing<Vec<u8>>, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.ahead.is_empty()).then(|| self.step())
    }
}

/// Seals all of `from` into `to`; gives the number of clear bytes.
pub fn seal_stream(
    key: &SymKey,
    place: &Place<'_>,
    entropy: &dyn Entropy,
    mut from: impl Read,
    mut to: impl Write,
) -> io::Result<u64> {
    let (mut sealer, head) = FileSealer::new(key, place, entropy);
    to.write_all(&head)?;
    let mut piece = Zeroizing::new(vec![0; ROOM]);
    let mut total = 0;
    loop {
        let read = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        to.write_all(&sealer.chunk(&piece[..read]))?;
        total += read as u64;
    }
    to.write_all(&sealer.finish(&[]))?;
    Ok(total)
}

/// Opens all of `from` into `to`; gives the number of clear bytes. After an error, throw away what was
/// written: it is authentic but not whole.
pub fn open_stream(
    key: &SymKey,
    place: &Place<'_>,
    from: impl Read,
    mut to: impl Write,
) -> Result<u64, FileError> {
    let mut total = 0;
    for piece in FileOpener::new(key, place, from)? {
        let piece = piece?;
        to.write_all(&piece)?;
        total += piece.len() as u64;
    }
    Ok(total)
}

fn read_up_to(from: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(most);
    from.take(most as u64).read_to_end(&mut out)?;
    Ok(out)
}

#[cfg(test)]
#[path = "file_test.rs"]
mod tests;
