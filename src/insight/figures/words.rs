//! The words around numbers, from the readable table `assets/insight/figures.tsv`.

use std::sync::LazyLock;

use crate::insight::words::Words;

static WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::of_table(include_str!("../../../assets/insight/figures.tsv")));

/// The words of a kind.
pub(super) fn of(kind: &str) -> impl Iterator<Item = &'static str> + Clone {
    WORDS.of(kind)
}

/// The words of a kind with what each is worth.
pub(super) fn valued(kind: &str) -> impl Iterator<Item = (&'static str, u64)> + Clone {
    WORDS.valued(kind)
}
