//! The key that seals rows while a command runs. Owns lending it to the thread that runs the command; refuses
//! being held any longer.
//!
//! A row is appended deep inside an act, by functions that know a connection and nothing else. The key could
//! be handed down through all of them, and each of them could then do what only the record may do with it. So
//! it lies where only [`append`](super::append) finds it: with the thread, for as long as the command takes.

use std::cell::RefCell;

use crate::audit::chain::{Chain, Written};

thread_local! {
    static PEN: RefCell<Option<Chain>> = const { RefCell::new(None) };
}

/// Takes the key from the thread again, also when a command panics.
struct Back;

impl Drop for Back {
    fn drop(&mut self) {
        PEN.with_borrow_mut(|pen| *pen = None);
    }
}

/// Runs `act` with the key lent to this thread.
pub(crate) fn lend<T>(chain: &Chain, act: impl FnOnce() -> T) -> T {
    PEN.with_borrow_mut(|pen| *pen = Some(chain.clone()));
    let _back = Back;
    act()
}

/// The seal of a row; none outside of a command, and such a row is nobody's.
pub(super) fn seal(row: &Written) -> Option<Vec<u8>> {
    PEN.with_borrow(|pen| pen.as_ref().map(|chain| chain.seal(row).to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::deployment::DeploymentKey;

    #[test]
    fn the_key_is_there_while_a_command_runs_and_not_after() {
        let row = Written {
            id: 1,
            at: 0,
            actor: "system".into(),
            officer_id: None,
            act: "test".into(),
            tip_id: None,
            detail: "{}".into(),
            seal: None,
        };
        let chain = Chain::of(&DeploymentKey::from_bytes([7; 32]));

        assert_eq!(lend(&chain, || seal(&row)), Some(chain.seal(&row).to_vec()));
        assert_eq!(seal(&row), None);
        let panicked = std::panic::catch_unwind(|| lend(&chain, || panic!("on purpose")));
        assert!(panicked.is_err() && seal(&row).is_none());
    }
}
