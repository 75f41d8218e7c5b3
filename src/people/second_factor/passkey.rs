//! Passkeys (WebAuthn). Owns this portal as a relying party: its challenges, and whether an answer is a passkey's
//! own. Refuses remembering challenges, which is the store's, and being enough by itself: a passkey comes beside
//! the password, never instead of it. One invariant: the person was verified by the device, each time.
//!
//! The challenges' randomness is the library's own; everything else that is drawn here is passed in.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

use crate::clock::Minute;
use crate::vault::uid::Uid;

/// How long a challenge may be answered, in seconds.
pub const CHALLENGE_SECONDS: i64 = 300;

/// The most bytes of an answer that are looked at.
const LONGEST: usize = 16 * 1024;

/// An enrolled passkey. Serialised only into what is sealed at once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Key {
    /// Which, for the form that removes it.
    pub id: Uid,
    /// What the officer calls it.
    pub name: String,
    /// When it was enrolled.
    pub added: Minute,
    passkey: Passkey,
}

impl Key {
    /// A passkey that has just been enrolled.
    pub fn new(id: Uid, name: &str, added: Minute, enrolled: Enrolled) -> Self {
        Self { id, name: name.to_owned(), added, passkey: enrolled.0 }
    }

    /// Whether both are one credential.
    pub fn is_same(&self, other: &Self) -> bool {
        self.passkey.cred_id() == other.passkey.cred_id()
    }
}

/// A passkey as it has just been enrolled.
pub struct Enrolled(Passkey);

/// What the browser is asked, and what the server must remember until it is answered.
pub struct Asked {
    /// For the browser: JSON.
    pub options: String,
    /// For the server, to be sealed.
    pub state: Vec<u8>,
}

/// An answer to a challenge, and what was remembered of the challenge.
pub struct Answer {
    credential: PublicKeyCredential,
    state: DiscoverableAuthentication,
}

/// The answer is not one of this portal's to this challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is not a passkey's own to this challenge")]
pub struct NotAnswered;

/// This portal, as browsers and passkeys know it.
pub struct RelyingParty(Webauthn);

impl RelyingParty {
    /// The portal at the address that officers type: `https://…`, or `http://localhost` with any port. Nothing
    /// elsewhere: browsers give no passkey to plain HTTP or to a bare number.
    pub fn at(origin: &str) -> Option<Self> {
        let url = Url::parse(origin).ok()?;
        let id = url.domain()?.to_owned();
        if url.scheme() != "https" && id != "localhost" {
            return None;
        }
        WebauthnBuilder::new(&id, &url).ok()?.rp_name("归途").build().ok().map(Self)
    }

    /// Asks a browser to make a passkey for an officer, one that finds itself again without a name being typed
    /// and is not among those that are there.
    pub fn ask_to_enrol(&self, officer: &Uid, login: &str, name: &str, there: &[Key]) -> Option<Asked> {
        let known = there.iter().map(|key| key.passkey.cred_id().clone()).collect();
        let user = Uuid::from_bytes(*officer.as_bytes());
        let (options, state) = self.0.start_passkey_registration(user, login, name, Some(known)).ok()?;
        let mut options = serde_json::to_value(options).ok()?;
        let wanted = options.pointer_mut("/publicKey/authenticatorSelection")?;
        wanted["residentKey"] = json!("required");
        wanted["requireResidentKey"] = json!(true);
        Some(Asked { options: options.to_string(), state: serde_json::to_vec(&state).ok()? })
    }

    /// The passkey that a browser made.
    pub fn enrolled(&self, state: &[u8], answer: &str) -> Result<Enrolled, NotAnswered> {
        let state: PasskeyRegistration = serde_json::from_slice(state).map_err(|_| NotAnswered)?;
        let answer: RegisterPublicKeyCredential = read(answer)?;
        self.0.finish_passkey_registration(&answer, &state).map(Enrolled).map_err(|_| NotAnswered)
    }

    /// Asks a browser for any passkey of this portal.
    pub fn ask(&self) -> Option<Asked> {
        let (options, state) = self.0.start_discoverable_authentication().ok()?;
        let mut options = serde_json::to_value(options).ok()?;
        // The library asks quietly, in the name field; here a button was pressed.
        options.as_object_mut()?.remove("mediation");
        Some(Asked { options: options.to_string(), state: serde_json::to_vec(&state).ok()? })
    }

    /// Whether `answer` was made by one of these passkeys for this officer; moves its counter on. Costs the same
    /// where there is none that could have made it.
    pub fn accepts(&self, answer: &Answer, officer: &Uid, keys: &mut [Key]) -> bool {
        let id = answer.credential.get_credential_id().to_vec();
        let key = keys.iter_mut().find(|key| key.passkey.cred_id().as_slice() == id);
        let decoy = nobody(&answer.credential);
        let passkey = key.as_ref().map(|key| &key.passkey).or(decoy.as_ref());
        let Some(passkey) = passkey else { return false };
        let own = self.0.identify_discoverable_authentication(&answer.credential);
        let own = own.is_ok_and(|(user, _)| user.as_bytes() == officer.as_bytes());
        let done =
            self.0.finish_discoverable_authentication_v2(&answer.credential, answer.state.clone(), passkey);
        match (done, key) {
            (Ok(done), Some(key)) if own && done.user_verified() => {
                key.passkey.update_credential(&done);
                true
            }
            _ => false,
        }
    }
}

impl Answer {
    /// What a browser answered, beside what was remembered of the challenge.
    pub fn read(state: &[u8], answer: &str) -> Result<Self, NotAnswered> {
        let state = serde_json::from_slice(state).map_err(|_| NotAnswered)?;
        Ok(Self { credential: read(answer)?, state })
    }
}

fn read<T: serde::de::DeserializeOwned>(answer: &str) -> Result<T, NotAnswered> {
    if answer.len() > LONGEST {
        return Err(NotAnswered);
    }
    serde_json::from_str(answer).map_err(|_| NotAnswered)
}

/// A passkey with the answer's name and a key that signed nothing: the generator of the curve, which everybody
/// knows and whose private half is one. An answer that was signed with it is refused all the same, as this
/// passkey is nobody's.
fn nobody(answer: &PublicKeyCredential) -> Option<Passkey> {
    let id: Value = serde_json::to_value(answer).ok()?.get("rawId")?.clone();
    serde_json::from_value(json!({ "cred": {
        "cred_id": id,
        "cred": { "type_": "ES256", "key": { "EC_EC2": {
            "curve": "SECP256R1",
            "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
            "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
        } } },
        "counter": 0, "transports": null, "user_verified": true, "backup_eligible": false, "backup_state": false,
        "registration_policy": "required",
        "extensions": { "cred_protect": "NotRequested", "hmac_create_secret": "NotRequested",
            "appid": "NotRequested", "cred_props": "Ignored" },
        "attestation": { "data": "None", "metadata": "None" }, "attestation_format": "none",
    } }))
    .ok()
}
