//! The follow-up cookie: for fifteen minutes after the receipt was typed, the reporter need not type it
//! again. Owns sealing tip, report key and end into the cookie; refuses how long that is. One invariant: the
//! report key is in the reporter's cookie only, under the deployment's key: neither alone opens the tip.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::context::Context;
use super::deployment::DeploymentKey;
use super::entropy::Entropy;
use super::key::SymKey;
use super::seal;
use super::uid::Uid;
use crate::clock::Timestamp;

const SIZE: usize = 16 + 32 + 8;

/// What the follow-up cookie holds.
pub struct FollowUpTicket {
    /// The tip it opens.
    pub tip: Uid,
    /// The key of the tip's report compartment.
    pub report_key: SymKey,
    /// When it stops opening it.
    pub expires: Timestamp,
}

/// Why a follow-up cookie opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketRefused {
    /// It is no ticket of this deployment.
    #[error("the follow-up cookie is not a ticket of this portal")]
    Unreadable,
    /// Its time is over.
    #[error("the follow-up cookie has expired")]
    Expired,
}

impl FollowUpTicket {
    /// The cookie's value.
    pub fn to_cookie(&self, deployment: &DeploymentKey, entropy: &dyn Entropy) -> String {
        let mut clear = Zeroizing::new(Vec::with_capacity(SIZE));
        clear.extend_from_slice(self.tip.as_bytes());
        clear.extend_from_slice(self.report_key.expose());
        clear.extend_from_slice(&self.expires.0.to_be_bytes());
        URL_SAFE_NO_PAD.encode(seal::seal_in(&key(deployment), &context(), &clear, entropy))
    }

    /// The ticket in a cookie's value, if it still opens at `now`.
    pub fn open(cookie: &str, deployment: &DeploymentKey, now: Timestamp) -> Result<Self, TicketRefused> {
        let sealed = URL_SAFE_NO_PAD.decode(cookie).map_err(|_| TicketRefused::Unreadable)?;
        let clear = seal::open_in(&key(deployment), &context(), &sealed);
        let ticket = clear.ok().as_deref().and_then(|clear| Self::decode(clear));
        match ticket.ok_or(TicketRefused::Unreadable)? {
            ticket if now >= ticket.expires => Err(TicketRefused::Expired),
            ticket => Ok(ticket),
        }
    }

    fn decode(clear: &[u8]) -> Option<Self> {
        let (tip, rest) = clear.split_first_chunk::<16>()?;
        let (report_key, rest) = rest.split_first_chunk::<32>()?;
        let expires = i64::from_be_bytes(rest.try_into().ok()?);
        Some(Self {
            tip: Uid::from_bytes(*tip),
            report_key: SymKey::from_bytes(*report_key),
            expires: Timestamp(expires),
        })
    }
}

fn key(deployment: &DeploymentKey) -> SymKey {
    deployment.derive("follow-up ticket")
}

fn context() -> Vec<u8> {
    Context::new("homeward/follow-up ticket/1").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;

    const NOON: Timestamp = Timestamp(1_800_000_000_000);

    fn a_ticket(entropy: &SeededEntropy) -> FollowUpTicket {
        FollowUpTicket {
            tip: Uid::generate(entropy),
            report_key: SymKey::generate(entropy),
            expires: NOON.plus_seconds(900),
        }
    }

    #[test]
    fn a_ticket_comes_back_from_its_cookie_until_its_time_is_over() {
        let entropy = SeededEntropy::new(1);
        let deployment = DeploymentKey::from_bytes([1; 32]);
        let ticket = a_ticket(&entropy);
        let cookie = ticket.to_cookie(&deployment, &entropy);

        let opened = FollowUpTicket::open(&cookie, &deployment, NOON.plus_seconds(899)).ok().unwrap();
        let late = FollowUpTicket::open(&cookie, &deployment, NOON.plus_seconds(900)).err();

        assert_eq!((opened.tip, opened.expires), (ticket.tip, ticket.expires));
        assert!(opened.report_key.expose() == ticket.report_key.expose());
        assert_eq!(late, Some(TicketRefused::Expired));
        assert!(cookie.len() < 200, "{} bytes", cookie.len());
    }

    #[test]
    fn another_deployment_and_every_changed_character_are_refused() {
        let entropy = SeededEntropy::new(2);
        let deployment = DeploymentKey::from_bytes([1; 32]);
        let cookie = a_ticket(&entropy).to_cookie(&deployment, &entropy);
        let refused = |cookie: &str, by: &DeploymentKey| FollowUpTicket::open(cookie, by, NOON).err();

        assert_eq!(refused(&cookie, &DeploymentKey::from_bytes([2; 32])), Some(TicketRefused::Unreadable));
        assert_eq!(refused("", &deployment), Some(TicketRefused::Unreadable));
        for at in 0..cookie.len() {
            let mut changed = cookie.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(refused(&changed, &deployment), Some(TicketRefused::Unreadable), "character {at}");
        }
    }
}
