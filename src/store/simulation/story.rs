//! What happened under one seed, line by line, and its fingerprint: two runs of a seed tell the same story.

use sha2::{Digest as _, Sha256};

/// The lines so far.
#[derive(Default)]
pub(super) struct Story(Vec<String>);

impl Story {
    /// Adds a line.
    pub(super) fn tell(&mut self, line: String) {
        self.0.push(line);
    }

    /// How many lines there are: the simulation's sense of before and after.
    pub(super) const fn moment(&self) -> usize {
        self.0.len()
    }

    /// The last `most` lines.
    pub(super) fn end(&self, most: usize) -> &[String] {
        &self.0[self.0.len().saturating_sub(most)..]
    }

    /// The fingerprint of all lines.
    pub(super) fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for line in &self.0 {
            hash.update(line.as_bytes());
            hash.update(b"\n");
        }
        crate::vault::hex::encode(&hash.finalize()[..8])
    }
}
