//! What an officer's keys open of a tip: report, thread, notes, reasons, files' kinds. Owns the opening and
//! that nothing is shown as empty that could not be opened; refuses the database and markup.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::clock::Minute;
use crate::dialogue::message::Message;
use crate::dialogue::thread::Speaker;
use crate::intake::report::{Contact, LifeFacts, Report};
use crate::store::tip_page::{Event, SealedEntry, Sheet};
use crate::triage::acts::ExcerptNote;
use crate::triage::keys::{TipKeys, entry_place, file_meta_place, reason_place};
use crate::vault::compartment::Compartment;
use crate::vault::seal::open;
use crate::vault::uid::Uid;

/// A tip with what could be opened of it. No `Debug`: it is somebody's life.
#[derive(Default)]
pub(super) struct Opened {
    /// The report.
    pub(super) report: Option<Report>,
    /// The extract that saves a life.
    pub(super) life: Option<LifeFacts>,
    /// What was said after the report, in order.
    pub(super) said: Vec<Said>,
    /// Notes of the handling agencies.
    pub(super) notes: Vec<Note>,
    /// What was released to bodies that are told, and when.
    pub(super) excerpts: Vec<(ExcerptNote, Minute)>,
    /// Pictures.
    pub(super) pictures: Vec<Picture>,
    /// How many entries or files did not open although they should.
    pub(super) damaged: usize,
    /// How many entries stayed behind, sealed to an agency that had nobody left.
    pub(super) behind: usize,
}

impl Opened {
    /// The reporter's own words: the report and what was added, of which links are made.
    pub(super) fn reporters_words(&self) -> impl Iterator<Item = &str> {
        let report = self.report.iter().flat_map(Report::words);
        report.chain(self.added())
    }

    /// What the reporter added.
    pub(super) fn added(&self) -> impl Iterator<Item = &str> {
        let added = self.said.iter().filter(|said| said.by == Speaker::Reporter);
        added.map(|said| said.text.as_str())
    }
}

/// Something said after the report.
pub(super) struct Said {
    /// By whom.
    pub(super) by: Speaker,
    /// The words.
    pub(super) text: String,
    /// When.
    pub(super) minute: Minute,
    /// Whether an answer is asked for.
    pub(super) asks: bool,
}

/// A note among colleagues.
pub(super) struct Note {
    /// Who wrote it, by row id.
    pub(super) officer: Option<i64>,
    /// The words.
    pub(super) text: String,
    /// When.
    pub(super) minute: Minute,
}

/// A picture that came with the report.
pub(super) struct Picture {
    /// Its public id.
    pub(super) uid: Uid,
    /// What is known about it.
    pub(super) meta: FileMeta,
}

/// What is known about a file, sealed beside it.
#[derive(Clone, Deserialize)]
pub(super) struct FileMeta {
    /// Its type on the wire.
    pub(super) mime: String,
    /// Its clear size.
    pub(super) bytes: u64,
    /// The neutral name it got here.
    pub(super) name: String,
}

/// What an officer typed as a reason.
#[derive(Deserialize)]
pub(super) struct Reason {
    /// The words.
    pub(super) reason: String,
    /// How the tip ended, where it did.
    #[serde(default)]
    pub(super) outcome: Option<String>,
    /// What called a second person, where it was set aside and one was.
    #[serde(default)]
    pub(super) look: Option<String>,
    /// Why it was set aside, where it was.
    #[serde(default)]
    pub(super) noise: Option<String>,
}

#[derive(Deserialize)]
struct NoteBody {
    text: String,
}

/// Opens what the keys open.
pub(super) fn open_sheet(sheet: &Sheet, keys: &TipKeys) -> Opened {
    let mut opened = Opened::default();
    for entry in &sheet.entries {
        if take(&mut opened, &sheet.tip.uid, keys, entry).is_none() {
            *(if stayed_behind(sheet, entry) { &mut opened.behind } else { &mut opened.damaged }) += 1;
        }
    }
    for file in &sheet.files {
        match file_meta(&sheet.tip.uid, keys, &file.uid, &file.meta) {
            Some(meta) => opened.pictures.push(Picture { uid: file.uid, meta }),
            None => opened.damaged += 1,
        }
    }
    opened
}

/// Whether the notes began anew after the entry was written.
fn stayed_behind(sheet: &Sheet, entry: &SealedEntry) -> bool {
    let anew = |event: &Event| event.kind == "rehomed" && event.detail["notes"] == "anew";
    entry.compartment == Compartment::Case
        && sheet.events.iter().any(|event| anew(event) && event.minute >= entry.minute)
}

fn take(into: &mut Opened, tip: &Uid, keys: &TipKeys, entry: &SealedEntry) -> Option<()> {
    match entry.kind.as_str() {
        "report" => into.report = Some(body(tip, keys, entry)?),
        "life" => into.life = Some(body(tip, keys, entry)?),
        "added" | "reply" => {
            let message: Message = body(tip, keys, entry)?;
            let officer = entry.kind == "reply";
            let by = if officer { Speaker::Agency(message.agency) } else { Speaker::Reporter };
            into.said.push(Said { by, text: message.text, minute: entry.minute, asks: message.ask });
        }
        "note" => {
            let NoteBody { text } = body(tip, keys, entry)?;
            into.notes.push(Note { officer: entry.officer, text, minute: entry.minute });
        }
        "excerpt" => into.excerpts.push((body(tip, keys, entry)?, entry.minute)),
        _ => {}
    }
    Some(())
}

fn body<T: DeserializeOwned>(tip: &Uid, keys: &TipKeys, entry: &SealedEntry) -> Option<T> {
    let place = entry_place(tip, &entry.uid);
    let clear = keys.all(entry.compartment).find_map(|key| open(key, &place, &entry.sealed).ok())?;
    serde_json::from_slice(&clear).ok()
}

/// Who the reporter is, from the sealed contact.
pub(super) fn contact(tip: &Uid, keys: &TipKeys, entry: &SealedEntry) -> Option<Contact> {
    body(tip, keys, entry)
}

/// What is known about a file.
pub(super) fn file_meta(tip: &Uid, keys: &TipKeys, file: &Uid, sealed: &[u8]) -> Option<FileMeta> {
    let key = keys.get(Compartment::Report).ok()?;
    let clear = open(key, &file_meta_place(tip, file), sealed).ok()?;
    serde_json::from_slice(&clear).ok()
}

/// The reason typed with an event, for those who hold the case key.
pub(super) fn reason(tip: &Uid, keys: &TipKeys, event: &Uid, sealed: &[u8]) -> Option<Reason> {
    let place = reason_place(tip, event);
    let clear = keys.all(Compartment::Case).find_map(|key| open(key, &place, sealed).ok())?;
    serde_json::from_slice(&clear).ok()
}
