//! Tests of the lists: their size and order, and finding what was typed.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::*;
use crate::vault::hex;

const TRADITIONAL: &str = include_str!("../../assets/words/zh-hant.txt");

fn digest(list: WordList) -> String {
    hex::encode(&Sha256::digest(list.words().join("\n")))
}

#[test]
fn every_list_has_2048_different_words() {
    for list in WordList::ALL {
        assert_eq!(list.words().len(), 2048, "{list:?}");
        assert_eq!(list.words().iter().collect::<HashSet<_>>().len(), 2048, "{list:?}");
    }
    assert_eq!(TRADITIONAL.lines().count(), 2048);
}

/// The order is part of every receipt on paper. If this fails, the list was changed: change it back.
#[test]
fn the_lists_are_frozen() {
    assert_eq!(digest(WordList::Chinese), "efb010026e8e011186f6d8afa919062930c717a06c5fdfc8ef1889b2d2791650");
    assert_eq!(digest(WordList::English), "187db04a869dd9bc7be80d21a86497d692c0db6abd3aa8cb6be5d618ff757fae");
}

#[test]
fn every_chinese_word_has_two_characters_of_chinese_in_both_writings() {
    for word in WordList::Chinese.words().iter().copied().chain(TRADITIONAL.lines()) {
        let characters: Vec<char> = word.chars().collect();
        assert_eq!(characters.len(), 2, "{word}");
        assert!(characters.iter().all(|c| ('\u{4e00}'..='\u{9fff}').contains(c)), "{word}");
    }
}

#[test]
fn every_word_is_found_at_its_place() {
    for list in WordList::ALL {
        for index in 0..2048 {
            assert_eq!(list.find(list.word(index)), Some(index), "{}", list.word(index));
        }
    }
}

#[test]
fn every_traditional_form_leads_to_its_word() {
    for (index, word) in (0..).zip(TRADITIONAL.lines()) {
        assert_eq!(WordList::Chinese.find(word), Some(index), "{word}");
    }
}

#[test]
fn words_of_mixed_writing_lead_to_the_same_word() {
    for (simple, traditional) in WordList::Chinese.words().iter().zip(TRADITIONAL.lines()) {
        let (s, t): (Vec<char>, Vec<char>) = (simple.chars().collect(), traditional.chars().collect());
        for mixed in [[s[0], t[1]], [t[0], s[1]]] {
            let mixed: String = mixed.iter().collect();
            assert_eq!(WordList::Chinese.find(&mixed), WordList::Chinese.find(simple), "{mixed}");
        }
    }
}

#[test]
fn forms_written_in_hong_kong_lead_to_the_same_word() {
    let written = |word: &str, from: &str, to: &str| WordList::Chinese.find(&word.replace(from, to));
    for (simple, other) in
        [("里", "裏"), ("面", "麪"), ("台", "枱"), ("床", "牀"), ("线", "綫"), ("群", "羣")]
    {
        let words = WordList::Chinese.words().iter().filter(|word| word.contains(simple));
        let found = words.map(|word| (WordList::Chinese.find(word), written(word, simple, other)));
        let found: Vec<_> = found.collect();

        assert!(!found.is_empty(), "{simple} is in no word");
        assert!(found.iter().all(|(listed, typed)| listed == typed), "{other}: {found:?}");
    }
}

#[test]
fn no_written_form_of_a_word_leads_to_another() {
    for (index, word) in (0..).zip(WordList::Chinese.words()) {
        for written in chinese::written_forms(word) {
            assert_eq!(WordList::Chinese.find(&written), Some(index), "{written} for {word}");
        }
    }
}

#[test]
fn four_letters_tell_english_words_apart_and_fewer_do_not() {
    for (index, word) in (0..).zip(WordList::English.words()) {
        for letters in 4..=word.len() {
            assert_eq!(WordList::English.find(&word[..letters]), Some(index), "{word}");
        }
    }
    assert_eq!(WordList::English.find("act"), Some(19), "a whole word of three letters");
    for unlisted in ["", "a", "ab", "aba", "abandons", "zzzz", "applee"] {
        assert_eq!(WordList::English.find(unlisted), None, "{unlisted}");
    }
}

#[test]
fn a_slip_in_an_english_word_is_guessed() {
    for (typed, meant) in
        [("abandom", "abandon"), ("appel", "apple"), ("zebar", "zebra"), ("hungery", "hungry")]
    {
        assert_eq!(WordList::English.nearest(typed), Some(meant), "{typed}");
    }
    for hopeless in ["", "q", "xylophonist"] {
        assert_eq!(WordList::English.nearest(hopeless), None, "{hopeless}");
    }
}

#[test]
fn a_chinese_word_with_its_characters_swapped_is_guessed() {
    for word in WordList::Chinese.words() {
        let swapped: String = word.chars().rev().collect();
        if WordList::Chinese.find(&swapped).is_none() {
            assert_eq!(WordList::Chinese.nearest(&swapped), Some(*word));
        }
    }
}

#[test]
fn a_guess_is_always_on_the_list() {
    for typed in ["苹果", "苹", "苹果树", "的的", "abandon", "龘龘"] {
        for list in WordList::ALL {
            assert!(list.nearest(typed).is_none_or(|word| list.find(word).is_some()), "{typed}");
        }
    }
}
