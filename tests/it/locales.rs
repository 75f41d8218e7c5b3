//! The locale files against each other and against the code: the same ids and variables in every language,
//! the right script in each, and no id in the code that no file has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Ids whose text may be the same in every language.
const SAME: [&str; 0] = [];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// id -> (variables, text), over all files of a language.
fn texts(locale: &str) -> BTreeMap<String, (BTreeSet<String>, String)> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(root().join("assets/locales").join(locale)).unwrap() {
        let file = fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut current: Option<(String, String)> = None;
        for line in file.lines().chain([""]) {
            if let Some((_, text)) = current.as_mut().filter(|_| line.starts_with(' ')) {
                text.push_str(line);
                continue;
            }
            if let Some((id, text)) = current.take() {
                let known = all.insert(id.clone(), (variables(&text), text));
                assert!(known.is_none(), "{locale}: {id} stands twice");
            }
            if let Some((id, text)) =
                line.split_once(" =").filter(|(id, _)| !id.starts_with('#') && !id.contains(' '))
            {
                current = Some((id.to_owned(), text.trim().to_owned()));
            }
        }
    }
    all
}

fn variables(text: &str) -> BTreeSet<String> {
    text.match_indices('$')
        .map(|(at, _)| {
            text[at + 1..]
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_')
                .collect()
        })
        .collect()
}

fn has_han(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn both_languages_have_the_same_ids_and_variables() {
    let (zh, en) = (texts("zh"), texts("en"));
    assert!(zh.len() > 100, "only {} texts were read", zh.len());

    let ids = |t: &BTreeMap<String, (BTreeSet<String>, String)>| t.keys().cloned().collect::<BTreeSet<_>>();
    let only: Vec<_> = ids(&zh).symmetric_difference(&ids(&en)).cloned().collect();
    assert!(only.is_empty(), "in one language only: {only:?}");

    let differ: Vec<_> = zh.iter().filter(|(id, (vars, _))| en[*id].0 != *vars).map(|(id, _)| id).collect();
    assert!(differ.is_empty(), "other variables: {differ:?}");
}

#[test]
fn each_language_is_in_its_own_script() {
    let (zh, en) = (texts("zh"), texts("en"));
    let english_in_chinese: Vec<_> = zh
        .iter()
        .filter(|(id, (_, text))| {
            !has_han(text) && !SAME.contains(&id.as_str()) && text.chars().any(char::is_alphabetic)
        })
        .map(|(id, (_, t))| (id, t))
        .collect();
    let chinese_in_english: Vec<_> =
        en.iter().filter(|(_, (_, text))| has_han(text)).map(|(id, _)| id).collect();
    assert!(english_in_chinese.is_empty(), "{english_in_chinese:?}");
    assert!(chinese_in_english.is_empty(), "{chinese_in_english:?}");
}

#[test]
fn chinese_texts_use_chinese_marks() {
    let zh = texts("zh");
    let wrong: Vec<_> =
        zh.iter().filter(|(_, (_, text))| ascii_mark_beside_han(text)).map(|(id, (_, t))| (id, t)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn ascii_mark_beside_han(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(2).any(|pair| {
        let mark = |c: char| matches!(c, ',' | ';' | ':' | '?' | '!' | '(' | ')');
        (mark(pair[1]) && has_han(&pair[0].to_string())) || (mark(pair[0]) && has_han(&pair[1].to_string()))
    })
}

#[test]
fn every_id_that_the_code_names_exists() {
    let zh = texts("zh");
    let mut missing = BTreeSet::new();
    for path in rust_files(&root().join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        for call in ["t.get(\"", "texts.get(\"", "t.with(\"", "t.count(\"", "t.with_number(\""] {
            for (at, _) in text.match_indices(call) {
                let id: String = text[at + call.len()..].chars().take_while(|c| *c != '"').collect();
                if !id.contains('{') && !zh.contains_key(&id) {
                    missing.insert(format!("{id} in {}", path.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}
