//! Readable tables of words by kind: a kind, then its words, joined by `;`, with what a word is worth after `=`. Owns reading them.

use std::collections::HashMap;

/// The words of a table.
pub(super) struct Words(HashMap<&'static str, Vec<(&'static str, u64)>>);

impl Words {
    /// Reads a table; a row that is none is left out, and a test reads all of them.
    pub(super) fn of_table(table: &'static str) -> Self {
        Self(table.lines().skip(1).filter_map(row).collect())
    }

    /// The words of a kind.
    pub(super) fn of(&self, kind: &str) -> impl Iterator<Item = &'static str> + Clone {
        self.valued(kind).map(|(word, _)| word)
    }

    /// The words of a kind with what each is worth.
    pub(super) fn valued(&self, kind: &str) -> impl Iterator<Item = (&'static str, u64)> + Clone {
        self.0.get(kind).into_iter().flatten().copied()
    }
}

fn row(line: &'static str) -> Option<(&'static str, Vec<(&'static str, u64)>)> {
    let (kind, words) = line.split_once('\t')?;
    let one = |word: &'static str| {
        word.split_once('=').map_or((word, 0), |(word, value)| (word, value.parse().unwrap_or(0)))
    };
    Some((kind, words.split(';').map(one).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_both_tables_has_words() {
        let figures = include_str!("../../assets/insight/figures.tsv");
        for line in figures.lines().chain(include_str!("../../assets/insight/denials.tsv").lines()) {
            let (kind, words) = row(line).unwrap();
            assert!(words.iter().all(|(word, _)| !word.trim().is_empty()), "{kind}");
        }
        assert!(Words::of_table(figures).valued("money").all(|(_, value)| value > 0));
    }
}
