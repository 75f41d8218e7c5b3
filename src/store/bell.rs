//! The bell: tells the courier of this process that something was put into the outbox. Owns the order
//! "listen, then look"; refuses carrying anything: it says that there may be work, never which.
//!
//! Invariant: a ring between a look that found nothing and the rest after it ends that rest at once.

use std::time::Duration;

use tokio::sync::watch;

use super::planted::{self, Bug};

/// How long a courier rests when nothing is due and nobody rings; other nodes' notices, and those whose
/// minute has come, are found by looking.
const REST: Duration = Duration::from_secs(1);

/// How long it rests when it could not look.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Rings. Cheap to clone.
#[derive(Clone)]
pub struct Bell(watch::Sender<u64>);

impl Default for Bell {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Bell {
    /// Says that there may be work.
    pub fn ring(&self) {
        self.0.send_modify(|rings| *rings = rings.wrapping_add(1));
    }
}

/// A courier's watch over the outbox: [`begin`](Self::begin), look, [`end`](Self::end), rest, and so on. It
/// has no clock of its own, so that a simulation can stand between any two of these.
pub struct Watch(watch::Receiver<u64>);

impl Watch {
    /// A watch that hears this bell.
    pub fn over(bell: &Bell) -> Self {
        Self(bell.0.subscribe())
    }

    /// Begins to listen. To be called before each look: what is put in while we look ends the rest.
    pub fn begin(&mut self) {
        if !planted::has(Bug::LostWakeUp) {
            self.0.mark_unchanged();
        }
    }

    /// How long to rest after a look: not at all while it finds something. `found` is how many notices the
    /// look found, or none where it failed.
    pub fn end(&mut self, found: Option<usize>) -> Option<Duration> {
        if planted::has(Bug::LostWakeUp) {
            self.0.mark_unchanged();
        }
        match found {
            Some(0) => Some(REST),
            Some(_) => None,
            None => Some(REST_AFTER_FAILURE),
        }
    }

    /// Whether it has rung since the watch began.
    pub fn has_rung(&self) -> bool {
        self.0.has_changed().unwrap_or(false)
    }

    /// Rests until it rings, at most `longest`.
    pub async fn rest(&mut self, longest: Duration) {
        let rung = async {
            if self.0.changed().await.is_err() {
                // Nobody can ring any more.
                std::future::pending::<()>().await;
            }
        };
        let _ = tokio::time::timeout(longest, rung).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_while_looking_is_heard_and_an_old_one_is_not() {
        let bell = Bell::default();
        let mut watch = Watch::over(&bell);
        bell.ring();
        watch.begin();
        assert!(!watch.has_rung(), "that work is found by looking");
        bell.ring();
        assert_eq!(watch.end(Some(0)), Some(REST));
        assert!(watch.has_rung());
    }

    #[test]
    fn a_look_that_found_something_is_followed_by_another() {
        let mut watch = Watch::over(&Bell::default());
        assert_eq!(watch.end(Some(1)), None);
        assert!(watch.end(None) > watch.end(Some(0)));
    }
}
