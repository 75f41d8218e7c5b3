//! The password once more, before anything that matters: whoever finds a desk unlocked can read, but neither
//! stay nor lock its officer out. Owns the question; refuses the act.

use zeroize::Zeroizing;

use super::super::session::SignedIn;
use super::super::sign_in::hold_back;
use crate::app::App;
use crate::app::hashing::Caller;
use crate::store::{Lane, WriteError, accounts, sessions};
use crate::vault::pair::PrivateKey;
use crate::vault::password::unwrap_private;

/// The officer's own key, opened with the password that was typed just now.
pub(super) struct Confirmed {
    /// The key.
    pub(super) private: PrivateKey,
    /// How it was wrapped.
    pub(super) wrapped: Vec<u8>,
}

/// Why nothing is confirmed: the text's name.
pub(super) type Unconfirmed = &'static str;

/// Tries the password of the session's own officer. Slowed like a sign-in, on record like one when it is wrong.
pub(super) async fn confirm(app: &App, who: &SignedIn, password: &str) -> Result<Confirmed, Unconfirmed> {
    let id = who.officer.id;
    hold_back([app.limits.check_name(&format!("account {}", who.officer.login))]).await;
    let wrapped = app.store.read(move |db| accounts::wrapped(db, id)).await;
    let wrapped = wrapped.ok().flatten().ok_or("account-refused-down")?;
    let (password, row) = (Zeroizing::new(password.to_owned()), wrapped.clone());
    let tried = app.hashing.run(Caller::Known, move || unwrap_private(&password, &row).ok()).await;
    match tried {
        Some(Some(private)) => Ok(Confirmed { private, wrapped }),
        Some(None) => {
            record(app, id).await;
            Err("account-refused-password")
        }
        None => Err("account-refused-busy"),
    }
}

async fn record(app: &App, officer: i64) {
    let now = app.clock.now();
    let written = app
        .store
        .write("session.refused", Lane::Record, move |db| Ok(sessions::refused(db, Some(officer), now)?));
    // As at sign-in: the answer is a refusal either way.
    let _: Result<(), WriteError<()>> = written.await;
}

/// The nonce of a form that enrols an app, as the form carries it.
pub(super) fn nonce(text: &str) -> Option<[u8; 16]> {
    let bytes = text.as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if bytes.len() != 32 {
        return None;
    }
    let mut out = [0; 16];
    for (byte, pair) in out.iter_mut().zip(bytes.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_32_digits() {
        assert_eq!(nonce("000102030405060708090a0b0c0d0e0f").unwrap()[15], 15);
        assert_eq!(nonce(""), None);
        assert_eq!(nonce(&"g".repeat(32)), None);
        assert_eq!(nonce(&"0".repeat(33)), None);
    }
}
