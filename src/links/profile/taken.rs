//! Which characters of a text are read already, so that nothing counts twice. Owns that; refuses what they are.

use crate::insight::fold::Folded;

/// Which characters are read already.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    typed: Vec<char>,
    pub(super) marks: Vec<bool>,
}

impl Taken {
    pub(super) fn of(text: &Folded) -> Self {
        Self { typed: text.typed.clone(), marks: vec![false; text.typed.len()] }
    }

    /// Marks a stretch and gives its words.
    pub(super) fn take(&mut self, from: usize, to: usize) -> String {
        if let Some(marks) = self.marks.get_mut(from..to) {
            marks.fill(true);
        }
        self.typed.get(from..to).unwrap_or_default().iter().collect::<String>().trim().to_owned()
    }

    pub(super) fn is_free(&self, from: usize, to: usize) -> bool {
        !self.marks.get(from..to).unwrap_or_default().contains(&true)
    }
}
