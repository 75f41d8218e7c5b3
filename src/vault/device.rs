//! The cookie of a device from which somebody has signed in before. Owns its format and its MAC under the
//! deployment's key; refuses saying what it is good for: it opens nothing and proves nobody, it only gives an
//! honest person a line of their own when others are guessing. One invariant: two devices of one officer that
//! signed in within the same second hold the same bytes: nothing in it marks a device.
//!
//! Format: end, in seconds (8) · generation (8) · MAC (32), as base64url.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::context::Context;
use super::deployment::DeploymentKey;
use crate::clock::Timestamp;

/// What a device's cookie says once its MAC is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// The officer's generation when it was given out: an older one counts no more.
    pub generation: i64,
    /// When it counts no more in any case.
    pub until: Timestamp,
}

impl Device {
    /// The cookie's value for the officer who signs in with this name.
    pub fn to_cookie(self, deployment: &DeploymentKey, login: &str) -> String {
        let body = self.body();
        URL_SAFE_NO_PAD.encode([body.as_slice(), &mac(deployment, login, &body)].concat())
    }

    /// What a cookie says of somebody who wants to sign in with this name: nothing where it was given to
    /// another, by another portal, or is over.
    pub fn read(cookie: &str, deployment: &DeploymentKey, login: &str, now: Timestamp) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        let (body, sent) = bytes.split_first_chunk::<16>()?;
        if !bool::from(mac(deployment, login, body).ct_eq(sent)) {
            return None;
        }
        let number = |at: usize| body[at..at + 8].try_into().map(i64::from_be_bytes).ok();
        let device = Self { until: Timestamp(number(0)?.saturating_mul(1000)), generation: number(8)? };
        (now < device.until).then_some(device)
    }

    fn body(self) -> [u8; 16] {
        let mut body = [0; 16];
        body[..8].copy_from_slice(&self.until.seconds().to_be_bytes());
        body[8..].copy_from_slice(&self.generation.to_be_bytes());
        body
    }
}

fn mac(deployment: &DeploymentKey, login: &str, body: &[u8; 16]) -> [u8; 32] {
    deployment.mac("device", &Context::new("homeward/device/1").text(login).bytes(body).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const DEVICE: Device = Device { generation: 4, until: Timestamp(1_800_000_600_000) };

    #[test]
    fn it_reads_back_for_its_name_and_until_its_end() {
        let key = DeploymentKey::from_bytes([7; 32]);
        let cookie = DEVICE.to_cookie(&key, "psb");

        assert_eq!(Device::read(&cookie, &key, "psb", NOW), Some(DEVICE));
        assert_eq!(Device::read(&cookie, &key, "civil", NOW), None);
        assert_eq!(Device::read(&cookie, &key, "psb", DEVICE.until), None);
        assert_eq!(Device::read(&cookie, &DeploymentKey::from_bytes([8; 32]), "psb", NOW), None);
        assert_eq!(Device::read("", &key, "psb", NOW), None);
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let key = DeploymentKey::from_bytes([7; 32]);
        let bytes = URL_SAFE_NO_PAD.decode(DEVICE.to_cookie(&key, "psb")).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Device::read(&URL_SAFE_NO_PAD.encode(changed), &key, "psb", NOW), None, "bit {bit}");
        }
    }
}
