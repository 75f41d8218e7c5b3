//! A passkey in a few lines: an ES256 key that answers as a browser with a platform authenticator does, and can be
//! told to answer wrongly.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The desk's address, as these portals have it.
pub const ORIGIN: &str = "http://localhost:8081";

/// Present, verified; with a new credential attached.
const VERIFIED: u8 = 0x05;
const ATTACHED: u8 = 0x40;

pub struct Authenticator {
    key: SigningKey,
    id: Vec<u8>,
    user: Vec<u8>,
    /// What it claims to have asked the person.
    pub flags: u8,
    /// Where it believes to be.
    pub origin: String,
    counter: u32,
}

impl Authenticator {
    /// A fresh one; `seed` tells several apart.
    pub fn new(seed: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[seed; 32]).unwrap(),
            id: vec![seed; 16],
            user: Vec::new(),
            flags: VERIFIED,
            origin: ORIGIN.into(),
            counter: 0,
        }
    }

    /// Answers what was asked on the page that adds a passkey.
    pub fn create(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let options = &options["publicKey"];
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        self.user = B64.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let data = [self.head(ATTACHED), self.attached()].concat();
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x59");
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        let client = self.client("webauthn.create", &options["challenge"]);
        self.answer(&json!({ "clientDataJSON": B64.encode(client), "attestationObject": B64.encode(object) }))
    }

    /// Answers what was asked at sign-in.
    pub fn get(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        assert!(options.get("mediation").is_none());
        self.counter += 1;
        let (data, client) = (self.head(0), self.client("webauthn.get", &options["publicKey"]["challenge"]));
        let signed = [data.as_slice(), &Sha256::digest(client.as_bytes())].concat();
        let signature: Signature = self.key.sign(&signed);
        self.answer(&json!({
            "clientDataJSON": B64.encode(client),
            "authenticatorData": B64.encode(data),
            "signature": B64.encode(signature.to_der().as_bytes()),
            "userHandle": B64.encode(&self.user),
        }))
    }

    fn answer(&self, response: &Value) -> String {
        let id = B64.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "extensions": {} })
            .to_string()
    }

    fn client(&self, kind: &str, challenge: &Value) -> String {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
    }

    fn head(&self, more: u8) -> Vec<u8> {
        let mut head = Sha256::digest(b"localhost").to_vec();
        head.push(self.flags | more);
        head.extend(self.counter.to_be_bytes());
        head
    }

    /// The credential's name and its public key, as COSE writes it.
    fn attached(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let mut out = vec![0; 16];
        out.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        out.extend(&self.id);
        out.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        out.extend(&point.as_bytes()[1..33]);
        out.extend([0x22, 0x58, 0x20]);
        out.extend(&point.as_bytes()[33..65]);
        out
    }
}
