//! A thief's tool, written with the portal's own code: it takes the data folder and the key file, tries
//! every key it can make out of them on every sealed thing, and goes on with whatever that opens until
//! nothing new opens. Owns its own SQL and its own idea of what could be a key; refuses nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use homeward::people::enrol::RECOVERY;
use homeward::vault::compartment::Compartment;
use homeward::vault::deployment::DeploymentKey;
use homeward::vault::envelope::REPORTER;
use homeward::vault::file::open_stream;
use homeward::vault::header::key_id;
use homeward::vault::key::{KeyId, SymKey};
use homeward::vault::pair::{EnvelopeFor, GrantFor, KeyPair, PrivateKey, open_envelope, open_grant};
use homeward::vault::password::unwrap_private;
use homeward::vault::receipt::Receipt;
use homeward::vault::recovery::parse_recovery;
use homeward::vault::seal::{Place, open};
use homeward::vault::session::SessionSecret;
use homeward::vault::spare::open_spare;
use homeward::vault::submit_key::SubmitKey;
use homeward::vault::uid::Uid;

use super::stolen::{Stolen, every_value};

/// What a thief brings home.
#[derive(Default)]
pub struct Loot {
    /// Compartments whose key was opened, by tip.
    pub compartments: BTreeSet<(String, Compartment)>,
    /// Clear texts, by tip and kind: entries, reasons, what is known of files.
    pub texts: Vec<(String, String, String)>,
    /// Tips of which a picture was opened to its end.
    pub pictures: BTreeSet<String>,
    /// How many spares of the key file were opened.
    pub spares: usize,
    /// How many keys were tried.
    pub keys: usize,
}

impl Loot {
    /// The tips of which anything at all was opened.
    pub fn tips(&self) -> BTreeSet<String> {
        let compartments = self.compartments.iter().map(|(tip, _)| tip);
        compartments.chain(self.texts.iter().map(|(tip, ..)| tip)).chain(&self.pictures).cloned().collect()
    }

    /// The tips whose key to one compartment was opened.
    pub fn with(&self, compartment: Compartment) -> BTreeSet<String> {
        self.compartments.iter().filter(|(_, c)| *c == compartment).map(|(tip, _)| tip.clone()).collect()
    }
}

pub struct Thief {
    stolen: Stolen,
    /// Every value of every column.
    texts: Vec<String>,
    files: PathBuf,
    passwords: Vec<String>,
    // By the id that follows from the key: it stands, authenticated, at the head of whatever the key sealed,
    // so a key with another id cannot be the one.
    symmetric: BTreeMap<KeyId, SymKey>,
    private: BTreeMap<KeyId, PrivateKey>,
    sessions: Vec<SessionSecret>,
    sendings: Vec<SubmitKey>,
    loot: Loot,
}

impl Thief {
    /// Takes the database, the folder of sealed files and the key file.
    pub fn breaks_in(database: &Path, key_file: &Path) -> Self {
        let mut thief = Self {
            stolen: Stolen::copy(database),
            texts: Vec::new(),
            files: database.with_file_name("files"),
            passwords: ["", "password", "admin", "homeward"].map(str::to_owned).into(),
            symmetric: BTreeMap::new(),
            private: BTreeMap::new(),
            sessions: Vec::new(),
            sendings: Vec::new(),
            loot: Loot::default(),
        };
        thief.guess_from_key_file(key_file);
        for value in every_value(database).into_iter().chain(small_files(database.parent().unwrap())) {
            thief.guess(&value);
            let text = String::from_utf8(value).unwrap_or_default();
            // A value may be words, and a word the spelling of bytes.
            text.split(' ').filter_map(unhex).for_each(|bytes| thief.guess(&bytes));
            thief.texts.push(text);
        }
        thief
    }

    /// Somebody read the paper.
    pub fn knows_recovery(mut self, printed: &str) -> Self {
        self.take_private(parse_recovery(printed).ok().unwrap().private);
        self
    }

    /// One officer was careless.
    pub fn knows_password(mut self, password: &str) -> Self {
        self.passwords.push(password.to_owned());
        self
    }

    /// Somebody lost a receipt.
    pub fn knows_receipt(mut self, code: &str) -> Self {
        self.take_private(Receipt::parse(code).unwrap().key_pair().private);
        self
    }

    /// Everything the key file can give: itself, and whatever the portal's own sources derive from it.
    fn guess_from_key_file(&mut self, key_file: &Path) {
        let deployment = DeploymentKey::load(key_file).unwrap();
        self.guess(deployment.expose());
        let purposes = purposes();
        assert!(purposes.len() >= 5, "the sources name what they derive: {purposes:?}");
        for purpose in purposes {
            self.guess(deployment.derive(&purpose).expose());
            self.guess(&deployment.mac(&purpose, b""));
            for uid in self.stolen.tips.values().cloned().collect::<Vec<_>>() {
                self.guess(&deployment.mac(&purpose, uid.as_bytes()));
            }
        }
    }

    /// Tries a value as whatever key it could be.
    fn guess(&mut self, value: &[u8]) {
        for part in [value.first_chunk::<32>(), value.last_chunk::<32>()].into_iter().flatten() {
            self.take_symmetric(SymKey::from_bytes(*part));
            self.take_private(PrivateKey::from_bytes(*part));
            self.take_private(KeyPair::from_seed(part).private);
            self.sessions.extend(SessionSecret::parse(&base64url(part)));
        }
        for part in [value.first_chunk::<16>(), value.last_chunk::<16>()].into_iter().flatten() {
            let hex = hex(part);
            self.take_private(Receipt::parse(&hex).unwrap().key_pair().private);
            self.sendings.extend(SubmitKey::parse(&hex));
        }
        if let Ok(text) = std::str::from_utf8(value) {
            self.sendings.extend(SubmitKey::parse(text));
            // The written form of a receipt's 16 bytes: every public id has it too.
            if let Some(receipt) = Some(text).filter(|t| t.len() == 32).and_then(|t| Receipt::parse(t).ok()) {
                self.take_private(receipt.key_pair().private);
            }
        }
    }

    fn take_symmetric(&mut self, key: SymKey) -> bool {
        self.symmetric.insert(key.id(), key).is_none()
    }

    fn take_private(&mut self, key: PrivateKey) -> bool {
        self.private.insert(key.public().id(), key).is_none()
    }

    /// The private key that something may have been sealed to, if it is at hand.
    fn private_for(&self, sealed: &[u8]) -> Option<&PrivateKey> {
        self.private.get(&key_id(sealed).ok()?)
    }

    fn symmetric_for(&self, sealed: &[u8]) -> Option<&SymKey> {
        self.symmetric.get(&key_id(sealed).ok()?)
    }

    /// Opens everything that opens.
    pub fn opens_everything(mut self) -> Loot {
        self.open_officers();
        while self.open_grants() {}
        self.open_spares();
        self.open_envelopes();
        self.open_answers();
        self.open_values();
        self.loot.keys =
            self.symmetric.len() + self.private.len() + self.sessions.len() + self.sendings.len();
        self.loot
    }

    fn open_officers(&mut self) {
        let tried = self.stolen.officers.iter().flat_map(|officer| {
            self.passwords.iter().filter_map(|password| unwrap_private(password, &officer.wrapped).ok())
        });
        let sessions = self
            .stolen
            .sessions
            .iter()
            .flat_map(|wrapped| self.sessions.iter().filter_map(|secret| secret.unwrap(wrapped).ok()));
        let found: Vec<PrivateKey> = tried.chain(sessions).collect();
        found.into_iter().for_each(|key| {
            self.take_private(key);
        });
    }

    /// Opens grants to officers and to the recovery key; true when that gave a key that was new.
    fn open_grants(&mut self) -> bool {
        let mut found = Vec::new();
        for grant in &self.stolen.grants {
            for to in self.stolen.officers.iter().map(|o| o.uid.as_str()).chain([RECOVERY]) {
                let what = GrantFor { agency: &grant.agency, kind: &grant.kind, to };
                found.extend(
                    self.private_for(&grant.sealed)
                        .and_then(|key| open_grant(key, &what, &grant.sealed).ok()),
                );
            }
        }
        let before = self.private.len();
        found.into_iter().for_each(|key| {
            self.take_private(key);
        });
        self.private.len() > before
    }

    /// Spares of the key file: a fingerprint and what was sealed for it.
    fn open_spares(&mut self) {
        let pairs = self.texts.iter().filter_map(|text| text.split_once(' '));
        let sealed = pairs.filter_map(|(name, spelt)| Some((name, unhex(spelt)?)));
        let opened = sealed.filter(|(name, sealed)| {
            self.private_for(sealed).is_some_and(|key| open_spare(key, name, sealed).is_ok())
        });
        self.loot.spares = opened.count();
    }

    fn open_envelopes(&mut self) {
        let mut found = Vec::new();
        for envelope in &self.stolen.envelopes {
            let tip: Uid = envelope.tip.parse().unwrap();
            let agencies = self.stolen.recipients.iter().map(String::as_str);
            for (compartment, recipient) in
                Compartment::ALL.iter().flat_map(|c| agencies.clone().chain([REPORTER]).map(move |r| (*c, r)))
            {
                // Only what the row says it is can open; the others are tried for the row that lies.
                if recipient != envelope.recipient && compartment.as_str() != envelope.compartment {
                    continue;
                }
                let what = EnvelopeFor { tip: &tip, compartment, recipient };
                let key = self.private_for(&envelope.sealed);
                let opened = key.and_then(|key| open_envelope(key, &what, &envelope.sealed).ok());
                found.extend(opened.map(|key| (envelope.tip.clone(), compartment, key)));
            }
        }
        for (tip, compartment, key) in found {
            self.loot.compartments.insert((tip, compartment));
            self.take_symmetric(key);
        }
    }

    /// Stored answers hold receipts.
    fn open_answers(&mut self) {
        let answers: Vec<_> = self
            .stolen
            .answers
            .iter()
            .flat_map(|(tip, sealed)| {
                let opened = self.sendings.iter().filter_map(|key| key.open_answer(sealed).ok());
                opened.map(|clear| {
                    (tip.clone(), "answer".to_owned(), String::from_utf8_lossy(&clear).into_owned())
                })
            })
            .collect();
        self.loot.texts.extend(answers);
    }

    fn open_values(&mut self) {
        for value in &self.stolen.values {
            let (row, tip): (Uid, Uid) = (value.row_uid.parse().unwrap(), value.tip.parse().unwrap());
            let place =
                Place { table: &value.table_name, row: &row, tip: &tip, field: &value.column_name, seq: 0 };
            let key = self.symmetric_for(&value.sealed);
            let opened = key.and_then(|key| open(key, &place, &value.sealed).ok());
            if let Some(clear) = opened {
                let text = String::from_utf8_lossy(&clear).into_owned();
                self.loot.texts.push((value.tip.clone(), value.kind.clone(), text));
            }
            if value.table_name == "files" && self.open_picture(&row, &tip) {
                self.loot.pictures.insert(value.tip.clone());
            }
        }
    }

    fn open_picture(&self, row: &Uid, tip: &Uid) -> bool {
        let place = Place { table: "files", row, tip, field: "data", seq: 0 };
        let sealed = std::fs::read(self.files.join(row.to_string())).unwrap();
        let key = self.symmetric_for(&sealed);
        key.is_some_and(|key| open_stream(key, &place, sealed.as_slice(), std::io::sink()).is_ok())
    }
}

/// Every purpose for which the portal derives something from a key, read from its own sources.
fn purposes() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |text| {
        for call in [".mac(\"", ".derive(\""] {
            let after = text.split(call).skip(1);
            found.extend(after.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    });
    found
}

fn sources(folder: &Path, see: &mut impl FnMut(&str)) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            sources(&entry.path(), see);
        } else {
            see(&std::fs::read_to_string(entry.path()).unwrap_or_default());
        }
    }
}

/// Files so small that they could hold a key, such as the recovery key's public half.
fn small_files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    let contents = entries.filter(|e| e.path().is_file()).filter_map(|e| std::fs::read(e.path()).ok());
    contents.filter(|bytes| bytes.len() <= 4096).collect()
}

fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair.filter(|p| p.len() == 2)?, 16).ok()).collect()
}
