//! Which form this is. Owns the token in each form: its nonce (the idempotency key of the sending), when it
//! was given out, and a seal against forging; refuses rows. Invariant: a token that this deployment did not
//! give out is refused before anything else is done with the form.
//!
//! Text: nonce (32 hex) `.` seconds since 1970 (hex) `.` tag (64 hex).

use subtle::ConstantTimeEq as _;

use crate::clock::Timestamp;
use crate::vault::deployment::DeploymentKey;
use crate::vault::entropy::Entropy;
use crate::vault::submit_key::SubmitKey;

/// A person needs longer than this to write a sentence; a program does not.
pub const LEAST_SECONDS: i64 = 3;

/// How long a form may lie open.
pub const VALID_SECONDS: i64 = 24 * 3600;

/// A form's token.
pub struct FormToken {
    key: SubmitKey,
    issued: i64,
}

/// Why a form's token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// It is missing, damaged, or of another deployment.
    #[error("the form's token is not one of ours")]
    Unknown,
    /// It has lain open too long.
    #[error("the form is older than a day")]
    Expired,
}

impl FormToken {
    /// A token for a form given out now.
    pub fn issue(now: Timestamp, entropy: &dyn Entropy) -> Self {
        Self { key: SubmitKey::generate(entropy), issued: now.seconds() }
    }

    /// The text in the form's hidden field.
    pub fn to_text(&self, deployment: &DeploymentKey) -> String {
        let body = self.body();
        let tag = hex(&deployment.mac("form", body.as_bytes()));
        format!("{body}.{tag}")
    }

    /// Reads a token back and checks that it is ours and not too old.
    pub fn parse(text: &str, deployment: &DeploymentKey, now: Timestamp) -> Result<Self, TokenRefused> {
        let (body, tag) = text.rsplit_once('.').ok_or(TokenRefused::Unknown)?;
        let wanted = hex(&deployment.mac("form", body.as_bytes()));
        if !bool::from(wanted.as_bytes().ct_eq(tag.as_bytes())) {
            return Err(TokenRefused::Unknown);
        }
        let (nonce, issued) = body.split_once('.').ok_or(TokenRefused::Unknown)?;
        let key = SubmitKey::parse(nonce).map_err(|_| TokenRefused::Unknown)?;
        let issued = i64::from_str_radix(issued, 16).map_err(|_| TokenRefused::Unknown)?;
        if now.seconds() - issued > VALID_SECONDS {
            return Err(TokenRefused::Expired);
        }
        Ok(Self { key, issued })
    }

    /// How many milliseconds are missing until a person could have written something.
    pub fn too_early_by_ms(&self, now: Timestamp) -> u64 {
        let ready = Timestamp(0).plus_seconds(self.issued + LEAST_SECONDS);
        let missing = ready.0.saturating_sub(now.0).clamp(0, LEAST_SECONDS * 1000);
        missing.unsigned_abs()
    }

    /// The idempotency key of this form's sending.
    pub const fn key(&self) -> &SubmitKey {
        &self.key
    }

    /// A mark of this form that a script may see: it says which form was accepted and nothing else.
    pub fn mark(&self, deployment: &DeploymentKey) -> String {
        hex(&deployment.mac("form mark", self.key.as_str().as_bytes())[..8])
    }

    fn body(&self) -> String {
        format!("{}.{:x}", self.key.as_str(), self.issued)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;

    const NOON: Timestamp = Timestamp(1_800_000_000_000);

    fn deployment() -> DeploymentKey {
        DeploymentKey::from_bytes([7; 32])
    }

    fn refused(text: &str, now: Timestamp) -> Option<TokenRefused> {
        FormToken::parse(text, &deployment(), now).err()
    }

    #[test]
    fn a_token_is_good_for_a_day_and_keeps_its_key() {
        let token = FormToken::issue(NOON, &SeededEntropy::new(1));
        let text = token.to_text(&deployment());

        let back = FormToken::parse(&text, &deployment(), NOON.plus_seconds(VALID_SECONDS)).ok().unwrap();

        assert_eq!(back.key().as_str(), token.key().as_str());
        assert_eq!(refused(&text, NOON.plus_seconds(VALID_SECONDS + 1)), Some(TokenRefused::Expired));
    }

    #[test]
    fn every_changed_character_is_refused() {
        let text = FormToken::issue(NOON, &SeededEntropy::new(1)).to_text(&deployment());
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(refused(&changed, NOON), Some(TokenRefused::Unknown), "character {at}");
        }
        for text in ["", ".", "..", "a.b.c", "\u{0}", "一.二.三"] {
            assert_eq!(refused(text, NOON), Some(TokenRefused::Unknown), "{text}");
        }
        let other = DeploymentKey::from_bytes([8; 32]);
        assert!(FormToken::parse(&text, &other, NOON).is_err());
    }

    #[test]
    fn a_form_answered_at_once_waits_its_three_seconds() {
        let token = FormToken::issue(NOON, &SeededEntropy::new(1));
        assert_eq!(token.too_early_by_ms(NOON), 3000);
        assert_eq!(token.too_early_by_ms(Timestamp(NOON.0 + 2999)), 1);
        assert_eq!(token.too_early_by_ms(NOON.plus_seconds(3)), 0);
        // A clock set back must not hold anybody longer.
        assert_eq!(token.too_early_by_ms(NOON.plus_seconds(-9999)), 3000);
    }

    #[test]
    fn the_mark_differs_by_form_and_does_not_contain_the_key() {
        let (a, b) =
            (FormToken::issue(NOON, &SeededEntropy::new(1)), FormToken::issue(NOON, &SeededEntropy::new(2)));
        assert_ne!(a.mark(&deployment()), b.mark(&deployment()));
        assert!(!a.key().as_str().contains(&a.mark(&deployment())));
    }
}
