//! The bell: tells the courier of this process that something was put into the outbox. Owns the order
//! "listen, then look"; refuses carrying anything: it says that there may be work, never which.
//!
//! Invariant: a ring between a look that found nothing and the rest after it ends that rest at once.

use tokio::sync::watch;

/// Rings. Cheap to clone.
#[derive(Clone)]
pub struct Bell(watch::Sender<u64>);

/// Hears every ring since it last listened.
pub struct Listener(watch::Receiver<u64>);

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

    /// Somebody who listens from now on.
    pub fn listener(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

impl Listener {
    /// Begins to listen: what rings from here on is heard. To be called before looking for work.
    pub fn listen(&mut self) {
        self.0.mark_unchanged();
    }

    /// Whether it has rung since.
    pub fn has_rung(&self) -> bool {
        self.0.has_changed().unwrap_or(false)
    }

    /// Waits until it has rung since.
    pub async fn rung(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody can ring any more: rest for as long as the caller allows.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_while_looking_is_heard_and_an_old_one_is_not() {
        let bell = Bell::default();
        let mut ear = bell.listener();
        bell.ring();
        ear.listen();
        assert!(!ear.has_rung(), "that work is found by looking");
        bell.ring();
        assert!(ear.has_rung());
    }
}
