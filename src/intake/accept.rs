//! Report -> accepted tip: the one pure command of intake. Owns who gets which key, and every row that is
//! written together; refuses the database, the clock and the disk. Invariant: whoever the decision names to
//! act can open what they need, and nobody else can open anything.

mod commit;

use std::collections::BTreeSet;

use serde_json::json;

use super::answer::{Answer, Facts};
use super::facts;
use super::parse::Parsed;
use super::photo::Kind;
use super::report::{Contact, LifeFacts, Report};
use super::rows::{EntryRow, EnvelopeRow, EventRow, FileRow, ReceiptRow, SubmissionRow, TipRow};
use crate::audit::commitment::CommitmentRow;
use crate::audit::{Actor, AuditRow};
use crate::clock::Minute;
use crate::links::{self, Link};
use crate::notify::{Notice, NoticeKind};
use crate::people::directory::Directory;
use crate::plan::{AgencyCode, Plan, Whereabouts};
use crate::routing::{self, Access, Decision, TipFacts};
use crate::triage::deadline;
use crate::triage::placement::{Place as Part, Placement};
use crate::triage::status::Status;
use crate::vault::compartment::Compartment;
use crate::vault::deployment::DeploymentKey;
use crate::vault::entropy::Entropy;
use crate::vault::pair::{EnvelopeFor, KeyPair, Recipient, envelop_own, envelop_to};
use crate::vault::receipt::Receipt;
use crate::vault::seal::{Place, SymKey, seal};
use crate::vault::submit_key::SubmitKey;
use crate::vault::uid::Uid;

/// The recipient name of the reporter.
pub const REPORTER: &str = "reporter";

/// The ids and keys of a tip that does not exist yet: drawn first, so that a picture can be sealed under
/// them before the tip's rows are made.
pub struct Fresh {
    /// The tip.
    pub tip: Uid,
    /// The key of its report compartment.
    pub report_key: SymKey,
    /// The id of its picture.
    pub file: Uid,
    receipt: Receipt,
    /// What follows from the receipt, reckoned once.
    reporter: KeyPair,
}

impl Fresh {
    /// Draws them.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        let (tip, report_key, file) =
            (Uid::generate(entropy), SymKey::generate(entropy), Uid::generate(entropy));
        let receipt = Receipt::generate(entropy);
        let reporter = receipt.key_pair();
        Self { tip, report_key, file, receipt, reporter }
    }

    /// Where the picture's bytes stand.
    pub const fn file_place(&self) -> Place<'_> {
        Place { table: "files", row: &self.file, tip: &self.tip, field: "data", seq: 0 }
    }
}

/// A picture that lies sealed in the folder.
#[derive(Clone, Copy, Debug)]
pub struct SealedPhoto {
    /// What it is.
    pub kind: Kind,
    /// Its clear size.
    pub bytes: usize,
    /// Its size on disk.
    pub padded: u64,
}

/// What a tip is accepted into.
pub struct World<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Who can act.
    pub directory: &'a Directory,
    /// The key file's key.
    pub deployment: &'a DeploymentKey,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
}

/// A sending: its key, and the fingerprint of what was sent.
pub struct Sending<'a> {
    /// The idempotency key.
    pub key: &'a SubmitKey,
    /// The fingerprint of the canonical fields and the picture.
    pub body_mac: [u8; 32],
}

/// Everything that is written together, and the answer that is given after it.
#[derive(Clone)]
pub struct AcceptedTip {
    /// The version of the directory it was decided under.
    pub directory_version: i64,
    /// The tip.
    pub tip: TipRow,
    /// Who has which part.
    pub agencies: Vec<Part>,
    /// Who holds which key.
    pub envelopes: Vec<EnvelopeRow>,
    /// The sealed words.
    pub entries: Vec<EntryRow>,
    /// The picture.
    pub files: Vec<FileRow>,
    /// The reporter's way back in.
    pub receipt: ReceiptRow,
    /// What commits the portal to it.
    pub commitment: CommitmentRow,
    /// What its words name.
    pub links: Vec<Link>,
    /// The first line of its history.
    pub event: EventRow,
    /// Who is written to.
    pub notices: Vec<Notice>,
    /// The audit record's row, still without the tip's row id.
    pub audit: AuditRow,
    /// What makes it happen once.
    pub submission: SubmissionRow,
}

/// Why nothing can be accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// No body can lead it: only the emergency numbers help.
    #[error(transparent)]
    NoLead(#[from] routing::NoLead),
    /// The body that must act has no key.
    #[error("{0} must act but has no key")]
    NoKey(AgencyCode),
}

/// Decides, seals and answers.
pub fn accept(
    world: &World<'_>,
    fresh: &Fresh,
    parsed: &Parsed,
    photo: Option<SealedPhoto>,
    sending: &Sending<'_>,
) -> Result<AcceptedTip, Closed> {
    let facts = facts::of(&parsed.report);
    let decision = routing::decide(world.plan, &facts, world.directory)?;
    let received = parsed.report.received_at.minute();
    let due = deadline::due(world.plan.calendar(), received, decision.first_action_minutes);
    let placement = Placement::of(&decision, |agency| world.directory.has_key(agency));
    let keys = Keys::draw(fresh, parsed, &placement, world.entropy);
    let envelopes = Sealing { world, fresh, placement: &placement, keys: &keys }.envelopes()?;
    let readers = placement.holders(Compartment::Report);
    let without_key: Vec<AgencyCode> = decision.readers().difference(&readers).copied().collect();
    let entries = entries(fresh, parsed, &keys, world.entropy);
    let commitment = commit::to(fresh, &entries, received, world.deployment);
    let answer = Answer::new(
        &fresh.receipt,
        &Facts {
            received,
            due,
            urgency: decision.urgency,
            lead: decision.lead,
            first_responder: decision.first_responder,
            identity: parsed.report.identity,
            has_photo: photo.is_some(),
            unplaced: unplaced(world.plan, &parsed.report),
        },
    );
    Ok(AcceptedTip {
        directory_version: world.directory.version,
        agencies: placement.places(),
        envelopes,
        entries,
        commitment,
        links: links::links(world.deployment, parsed.report.words()),
        files: photo.iter().map(|p| file_row(fresh, p, world.entropy)).collect(),
        receipt: ReceiptRow { lookup: fresh.receipt.lookup(), public_key: fresh.reporter.public.bytes() },
        event: EventRow {
            uid: Uid::generate(world.entropy),
            kind: "received",
            detail: json!({ "lead": decision.lead, "without_key": without_key }).to_string(),
        },
        notices: notices(&decision, received, world.entropy),
        audit: AuditRow {
            at: received.start(),
            actor: Actor::Reporter,
            act: "tip.received",
            tip_id: None,
            detail: json!({ "category": facts.category, "lead": decision.lead, "urgency": decision.urgency }),
        },
        submission: SubmissionRow {
            row_mac: sending.key.row_mac(world.deployment),
            body_mac: sending.body_mac,
            sealed_answer: sending.key.seal_answer(&answer.to_bytes(), world.entropy),
        },
        tip: tip_row(fresh.tip, &facts, decision, received, due),
    })
}

/// Where the shared point of a report without a district lies.
fn unplaced(plan: &Plan, report: &Report) -> Option<Whereabouts> {
    report.point.filter(|_| report.district.is_none()).map(|point| plan.locate(point))
}

fn tip_row(uid: Uid, facts: &TipFacts, decision: Decision, received: Minute, due: Minute) -> TipRow {
    let json = |value| serde_json::to_string(&value).expect("codes and sentences always become JSON");
    TipRow {
        uid,
        category: facts.category,
        secondary: facts.secondary,
        district: facts.district,
        urgency: decision.urgency,
        status: Status::New,
        lead: decision.lead,
        first_responder: decision.first_responder,
        access: access(decision.access),
        clauses: json(json!(decision.clauses)),
        because: json(json!(decision.because)),
        rule: decision.rule,
        plan_version: decision.plan_version,
        has_minor: facts.minor,
        received,
        due,
    }
}

/// The word for what the first responder holds.
pub const fn access(access: Access) -> &'static str {
    match access {
        Access::Full => "full",
        Access::LifeFacts => "life_facts",
    }
}

/// Who is written to: those who must act, and those who are told.
fn notices(decision: &Decision, now: Minute, entropy: &dyn Entropy) -> Vec<Notice> {
    let acting: BTreeSet<AgencyCode> =
        [Some(decision.lead), decision.first_responder].into_iter().flatten().collect();
    let told = decision.told.difference(&acting).map(|agency| (*agency, NoticeKind::Told));
    let act = acting.iter().map(|agency| (*agency, NoticeKind::Act));
    act.chain(told).map(|(to, kind)| Notice::now(to, kind, decision.urgency, now, entropy)).collect()
}

/// The keys of the compartments this tip has.
struct Keys {
    case: SymKey,
    identity: Option<SymKey>,
    life: Option<SymKey>,
}

impl Keys {
    fn draw(fresh: &Fresh, parsed: &Parsed, placement: &Placement, entropy: &dyn Entropy) -> Self {
        debug_assert!(fresh.tip != fresh.file, "two ids were drawn alike");
        let life = !placement.holders(Compartment::Life).is_empty();
        Self {
            case: SymKey::generate(entropy),
            identity: parsed.contact.as_ref().map(|_| SymKey::generate(entropy)),
            life: life.then(|| SymKey::generate(entropy)),
        }
    }
}

struct Sealing<'a> {
    world: &'a World<'a>,
    fresh: &'a Fresh,
    placement: &'a Placement,
    keys: &'a Keys,
}

impl Sealing<'_> {
    /// The reporter's envelope, and one for each holder of each compartment this tip has.
    fn envelopes(&self) -> Result<Vec<EnvelopeRow>, Closed> {
        let mut all = vec![self.to_reporter()];
        for compartment in Compartment::ALL {
            let Some(key) = self.key(compartment) else { continue };
            for holder in self.holders(compartment) {
                let to = self.recipient(compartment, &holder)?;
                all.push(self.to(to, compartment, &holder.to_string(), key));
            }
        }
        Ok(all)
    }

    const fn key(&self, compartment: Compartment) -> Option<&SymKey> {
        match compartment {
            Compartment::Report => Some(&self.fresh.report_key),
            Compartment::Case => Some(&self.keys.case),
            Compartment::Identity => self.keys.identity.as_ref(),
            Compartment::Life => self.keys.life.as_ref(),
            Compartment::Excerpt => None,
        }
    }

    /// Whoever the placement gives the compartment; but for the life facts once more without whoever must
    /// not learn of the tip.
    fn holders(&self, compartment: Compartment) -> BTreeSet<AgencyCode> {
        let may = |agency: &AgencyCode| compartment == Compartment::Life || !self.placement.excludes(agency);
        self.placement.holders(compartment).into_iter().filter(may).collect()
    }

    fn recipient(&self, compartment: Compartment, agency: &AgencyCode) -> Result<&Recipient, Closed> {
        let directory = self.world.directory;
        let entry = directory.get(agency).filter(|_| directory.has_key(agency));
        let entry = entry.ok_or(Closed::NoKey(*agency))?;
        Ok(if compartment == Compartment::Identity { &entry.identity } else { &entry.work })
    }

    fn to_reporter(&self) -> EnvelopeRow {
        let compartment = Compartment::Report;
        let what = EnvelopeFor { tip: &self.fresh.tip, compartment, recipient: REPORTER };
        let sealed = envelop_own(&self.fresh.reporter, &what, &self.fresh.report_key, self.world.entropy);
        EnvelopeRow { compartment, recipient: REPORTER.to_owned(), sealed }
    }

    fn to(&self, to: &Recipient, compartment: Compartment, recipient: &str, key: &SymKey) -> EnvelopeRow {
        let what = EnvelopeFor { tip: &self.fresh.tip, compartment, recipient };
        let sealed = envelop_to(to, &what, key, self.world.entropy);
        EnvelopeRow { compartment, recipient: recipient.to_owned(), sealed }
    }
}

fn entries(fresh: &Fresh, parsed: &Parsed, keys: &Keys, entropy: &dyn Entropy) -> Vec<EntryRow> {
    let report: &Report = &parsed.report;
    let contact: Option<&Contact> = parsed.contact.as_ref();
    let mut all = vec![entry(&fresh.tip, "report", Compartment::Report, &fresh.report_key, report, entropy)];
    if let (Some(contact), Some(key)) = (contact, &keys.identity) {
        all.push(entry(&fresh.tip, "contact", Compartment::Identity, key, contact, entropy));
    }
    if let Some(key) = &keys.life {
        let life = LifeFacts::of(report, contact);
        all.push(entry(&fresh.tip, "life", Compartment::Life, key, &life, entropy));
    }
    all
}

/// Seals one body as an entry of a tip's thread.
pub fn entry<T: serde::Serialize>(
    tip: &Uid,
    kind: &'static str,
    compartment: Compartment,
    key: &SymKey,
    body: &T,
    entropy: &dyn Entropy,
) -> EntryRow {
    let uid = Uid::generate(entropy);
    let clear = serde_json::to_vec(body).expect("strings, numbers and codes always become JSON");
    let clear = zeroize::Zeroizing::new(clear);
    let place = Place { table: "entries", row: &uid, tip, field: "body", seq: 0 };
    EntryRow { uid, kind, compartment, sealed: seal(key, &place, &clear, entropy) }
}

fn file_row(fresh: &Fresh, photo: &SealedPhoto, entropy: &dyn Entropy) -> FileRow {
    let meta = json!({
        "kind": photo.kind,
        "mime": photo.kind.mime(),
        "bytes": photo.bytes,
        "name": photo.kind.file_name(),
    });
    let place = Place { table: "files", row: &fresh.file, tip: &fresh.tip, field: "meta", seq: 0 };
    FileRow {
        uid: fresh.file,
        sealed_meta: seal(&fresh.report_key, &place, meta.to_string().as_bytes(), entropy),
        padded_size: i64::try_from(photo.padded).unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
#[path = "accept_test.rs"]
mod tests;
