//! Reading a form that a stranger sends. Owns the bounds on fields, text and pictures, and telling apart the
//! ways a form can go wrong on its way; refuses judging values. Invariant: memory is bounded before a byte is
//! kept, and whatever was read is handed back, so that a page can keep it.

mod encoding;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_multipart::{Field as Part, Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, Payload};
use futures_util::{Stream, StreamExt as _};
use percent_encoding::percent_decode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::intake::photo::MOST_BYTES;

/// All typed values together. Above what the form takes, so that a text that is too long can be given back.
const TEXT_ROOM: usize = 256 * 1024;

/// How many fields are read.
const MOST_FIELDS: usize = 50;

/// How many parts or fields may come before the sender is cut off.
const MOST_PARTS: usize = 200;

/// How long a picture may take once it holds room in memory, which others wait for.
const PHOTO_TIME: Duration = Duration::from_secs(240);

/// How much of an oversized body is read and thrown away, so that the browser gets to see the answer.
const DRAIN: usize = 32 * 1024 * 1024;

/// How long a picture waits for room in memory.
const PATIENCE: Duration = Duration::from_secs(2);

/// What went wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UploadProblem {
    /// The text is not in UTF-8; in this encoding, as far as can be told.
    #[error("the text is in another encoding")]
    Encoding(&'static str),
    /// More fields than the form has.
    #[error("too many fields")]
    TooManyFields,
    /// More text than is read.
    #[error("too much text")]
    TooMuchText,
    /// A picture of more than ten mebibytes.
    #[error("the picture is too large")]
    PhotoTooLarge,
    /// It broke off, or is no form at all.
    #[error("the form did not arrive whole")]
    Broken,
    /// It took too long.
    #[error("the form took too long")]
    Slow,
    /// Too many pictures are being read just now.
    #[error("no room for a picture just now")]
    NoRoom,
}

/// A form as it arrived.
#[derive(Default)]
pub struct Upload {
    /// Names and values, as sent.
    pub fields: Vec<(String, Zeroizing<String>)>,
    /// The picture, if one came.
    pub photo: Option<Zeroizing<Vec<u8>>>,
    /// What went wrong first, if anything did.
    pub problem: Option<UploadProblem>,
    /// Whether a picture came, kept or not.
    pub had_photo: bool,
    permit: Option<OwnedSemaphorePermit>,
    text_bytes: usize,
}

/// What one form may be.
#[derive(Clone, Copy)]
struct Bounds<'a> {
    /// Where pictures find room; none where the form takes no picture.
    photos: Option<&'a Arc<Semaphore>>,
    /// The most bytes of a body that is taken.
    most: usize,
    /// The most bytes that are read at all, so that the browser gets to see the answer.
    cut: usize,
}

impl Upload {
    /// The last value of a field; empty where it did not come.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().rfind(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    /// Gives the picture's room in memory back.
    pub fn release(&mut self) {
        self.photo = None;
        self.permit = None;
    }

    fn fail(&mut self, problem: UploadProblem) {
        self.problem.get_or_insert(problem);
    }

    /// Keeps one value. What is not UTF-8 is kept as far as it can be read.
    fn keep(&mut self, name: String, bytes: &[u8]) {
        if self.fields.len() >= MOST_FIELDS {
            return self.fail(UploadProblem::TooManyFields);
        }
        let value = std::str::from_utf8(bytes).map_or_else(
            |_| {
                self.fail(UploadProblem::Encoding(encoding::guess(bytes)));
                String::from_utf8_lossy(bytes).into_owned()
            },
            str::to_owned,
        );
        self.fields.push((name, Zeroizing::new(value)));
    }

    /// Whether so many more bytes of text are still kept.
    fn has_room(&mut self, more: usize) -> bool {
        self.text_bytes += more;
        self.text_bytes <= TEXT_ROOM
    }

    /// Whether reading on makes sense.
    fn goes_on(&self) -> bool {
        use UploadProblem::{Broken, Slow, TooManyFields, TooMuchText};
        !matches!(self.problem, Some(Broken | Slow | TooManyFields | TooMuchText))
    }
}

/// Reads the report form with its picture. Never fails: what went wrong stands in it.
pub async fn read_with_photo(req: &HttpRequest, payload: Payload, photos: &Arc<Semaphore>) -> Upload {
    read(req, payload, Bounds { photos: Some(photos), most: 12 * 1024 * 1024, cut: DRAIN }).await
}

/// Reads a form of words only: a picture is passed over and takes no room.
pub async fn read_text(req: &HttpRequest, payload: Payload) -> Upload {
    read(req, payload, Bounds { photos: None, most: 512 * 1024, cut: 4 * 1024 * 1024 }).await
}

/// Either of the two kinds that browsers send.
async fn read(req: &HttpRequest, mut payload: Payload, bounds: Bounds<'_>) -> Upload {
    let kind = req.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let kind = kind.trim_start().to_ascii_lowercase();
    if kind.starts_with("multipart/form-data") {
        let seen = Arc::new(AtomicUsize::new(0));
        let counted = counted(payload, Arc::clone(&seen), bounds.cut);
        let mut upload = read_multipart(Multipart::new(req.headers(), counted), bounds.photos).await;
        if seen.load(Ordering::Relaxed) > bounds.most {
            upload.fail(UploadProblem::TooMuchText);
        }
        upload
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        read_urlencoded(payload, bounds).await
    } else {
        drain(&mut payload, bounds.cut).await;
        Upload { problem: Some(UploadProblem::Broken), ..Upload::default() }
    }
}

/// The body, cut off after so many bytes: parts without content count by their heads.
fn counted(
    payload: Payload,
    seen: Arc<AtomicUsize>,
    cut: usize,
) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    payload.map(move |chunk| {
        let chunk = chunk?;
        let before = seen.fetch_add(chunk.len(), Ordering::Relaxed);
        if before + chunk.len() > cut { Err(PayloadError::Overflow) } else { Ok(chunk) }
    })
}

async fn read_multipart(mut parts: Multipart, photos: Option<&Arc<Semaphore>>) -> Upload {
    let mut upload = Upload::default();
    let mut count = 0;
    while let Some(part) = parts.next().await {
        count += 1;
        match part {
            _ if count > MOST_PARTS => {
                upload.fail(UploadProblem::TooManyFields);
                break;
            }
            Ok(part) if upload.goes_on() => read_part(&mut upload, part, photos).await,
            Ok(part) => discard(part).await,
            Err(error) => {
                upload.fail(problem_of(&error));
                break;
            }
        }
    }
    upload
}

async fn read_part(upload: &mut Upload, mut part: Part, photos: Option<&Arc<Semaphore>>) {
    let name = part.name().unwrap_or_default().to_owned();
    if name == "photo" {
        return match photos {
            Some(photos) => read_photo(upload, part, photos).await,
            None => discard(part).await,
        };
    }
    let mut value = Zeroizing::new(Vec::new());
    while let Some(chunk) = part.next().await {
        match chunk {
            Ok(chunk) if upload.has_room(chunk.len()) => value.extend_from_slice(&chunk),
            Ok(_) => {
                upload.fail(UploadProblem::TooMuchText);
                discard(part).await;
                break;
            }
            Err(error) => {
                upload.fail(problem_of(&error));
                break;
            }
        }
    }
    upload.keep(name, &value);
}

/// A browser sends an empty part where no picture was chosen: that takes no room.
async fn read_photo(upload: &mut Upload, mut part: Part, photos: &Arc<Semaphore>) {
    let mut bytes = Zeroizing::new(Vec::new());
    let mut until = None;
    while let Some(chunk) = next_until(&mut part, until).await {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(problem) => {
                upload.release();
                return upload.fail(problem);
            }
        };
        if chunk.is_empty() {
            continue;
        }
        upload.had_photo = true;
        if upload.permit.is_none() {
            upload.permit = room(photos).await;
        }
        until.get_or_insert_with(|| Instant::now() + PHOTO_TIME);
        let refused = match upload.permit {
            None => Some(UploadProblem::NoRoom),
            Some(_) if bytes.len() + chunk.len() > MOST_BYTES => Some(UploadProblem::PhotoTooLarge),
            Some(_) => None,
        };
        if let Some(problem) = refused {
            upload.fail(problem);
            upload.release();
            discard(part).await;
            return;
        }
        append_wiping(&mut bytes, &chunk);
    }
    if !bytes.is_empty() {
        upload.photo = Some(bytes);
    }
}

/// The next piece of a picture, unless its time is over.
async fn next_until(part: &mut Part, until: Option<Instant>) -> Option<Result<Bytes, UploadProblem>> {
    let next = match until {
        Some(until) => tokio::time::timeout_at(until, part.next()).await,
        None => Ok(part.next().await),
    };
    match next {
        Ok(chunk) => chunk.map(|chunk| chunk.map_err(|error| problem_of(&error))),
        Err(_) => Some(Err(UploadProblem::Slow)),
    }
}

/// Growing a vector leaves its old copy behind; here that copy is wiped.
fn append_wiping(bytes: &mut Zeroizing<Vec<u8>>, more: &[u8]) {
    if bytes.capacity() - bytes.len() < more.len() {
        let mut larger = Zeroizing::new(Vec::with_capacity((bytes.len() + more.len()).max(64 * 1024) * 2));
        larger.extend_from_slice(bytes);
        *bytes = larger;
    }
    bytes.extend_from_slice(more);
}

async fn room(photos: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    let permit = tokio::time::timeout(PATIENCE, Arc::clone(photos).acquire_owned()).await;
    permit.ok().and_then(Result::ok)
}

/// Passes over a part; the cut of the body ends it.
async fn discard(mut part: Part) {
    while let Some(Ok(_)) = part.next().await {}
}

fn problem_of(error: &MultipartError) -> UploadProblem {
    match error {
        MultipartError::Payload(PayloadError::Io(io)) if io.kind() == std::io::ErrorKind::TimedOut => {
            UploadProblem::Slow
        }
        MultipartError::Payload(PayloadError::Overflow) => UploadProblem::TooMuchText,
        _ => UploadProblem::Broken,
    }
}

async fn read_urlencoded(mut payload: Payload, bounds: Bounds<'_>) -> Upload {
    let mut upload = Upload::default();
    let mut body = Zeroizing::new(Vec::new());
    // Percent signs make three bytes of one.
    let most = bounds.most.min(3 * TEXT_ROOM);
    while let Some(chunk) = payload.next().await {
        match chunk {
            Ok(chunk) if body.len() + chunk.len() <= most => append_wiping(&mut body, &chunk),
            Ok(_) => {
                upload.fail(UploadProblem::TooMuchText);
                drain(&mut payload, bounds.cut).await;
                break;
            }
            Err(PayloadError::Io(io)) if io.kind() == std::io::ErrorKind::TimedOut => {
                upload.fail(UploadProblem::Slow);
                break;
            }
            Err(_) => {
                upload.fail(UploadProblem::Broken);
                break;
            }
        }
    }
    for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()).take(MOST_FIELDS + 1) {
        let equals = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
        let name = String::from_utf8_lossy(&decoded(&pair[..equals])).into_owned();
        upload.keep(name, &decoded(pair.get(equals + 1..).unwrap_or_default()));
    }
    upload
}

fn decoded(value: &[u8]) -> Zeroizing<Vec<u8>> {
    let spaced: Vec<u8> = value.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    Zeroizing::new(percent_decode(&spaced).collect())
}

async fn drain(payload: &mut Payload, most: usize) {
    let mut seen = 0;
    while let Some(Ok(chunk)) = payload.next().await {
        let chunk: Bytes = chunk;
        seen += chunk.len();
        if seen > most {
            break;
        }
    }
}
