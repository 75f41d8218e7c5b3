//! Reads the sources and holds them to the map: adapters stay out of the mission, imports run downward, no
//! two folders need each other, and unescaped markup has one home.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The layers, lowest first. Folders in one set may import each other, but never in a circle.
const LAYERS: [&[&str]; 12] = [
    &["clock", "i18n", "config", "telemetry"],
    &["plan", "vault"],
    &["routing", "insight"],
    &["audit", "limits", "notify", "people"],
    &["triage", "links"],
    &["intake"],
    &["dialogue", "retention"],
    &["store"],
    &["app"],
    &["web"],
    &["server"],
    &["cli"],
];

/// Folders of the mission: no adapter in them.
const MISSION: [&str; 13] = [
    "plan",
    "vault",
    "routing",
    "insight",
    "audit",
    "limits",
    "notify",
    "people",
    "triage",
    "links",
    "intake",
    "dialogue",
    "retention",
];

/// What a mission module must not name.
const ADAPTERS: [&str; 3] = ["diesel", "actix_web", "maud"];

struct Source {
    path: PathBuf,
    module: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 50, "the sources were not found");
    found
}

fn collect(root: &Path, dir: &Path, into: &mut Vec<Source>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let module =
                path.strip_prefix(root).unwrap().iter().next().unwrap().to_string_lossy().replace(".rs", "");
            into.push(Source { text: fs::read_to_string(&path).unwrap(), module, path });
        }
    }
}

/// The code of a source without comments; crate-level names in it are what it imports.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split("//").next().unwrap_or("")).filter(|line| !line.trim().is_empty())
}

fn is_test(source: &Source) -> bool {
    source.path.file_stem().is_some_and(|s| s.to_string_lossy().ends_with("_test"))
}

fn imports(source: &Source) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // Unit tests at the end of a file may reach wider: they are not part of what is shipped.
    let shipped = source.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
    for line in code(shipped) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            names.insert(name);
        }
    }
    names.remove(&source.module);
    names.retain(|name| LAYERS.iter().any(|layer| layer.contains(&name.as_str())));
    names
}

fn level(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

#[test]
fn every_module_has_a_place_on_the_map() {
    let modules: BTreeSet<String> = sources().into_iter().map(|s| s.module).collect();
    let lost: Vec<_> =
        modules.iter().filter(|m| level(m).is_none() && !["lib", "main"].contains(&m.as_str())).collect();
    assert!(lost.is_empty(), "not on the map: {lost:?}");
}

#[test]
fn the_mission_knows_no_adapter() {
    let mut breaches = Vec::new();
    for source in sources().iter().filter(|s| MISSION.contains(&s.module.as_str())) {
        for adapter in ADAPTERS {
            if code(&source.text).any(|line| line.contains(&format!("{adapter}::"))) {
                breaches.push(format!("{} names {adapter}", source.path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn only_the_store_speaks_to_the_database() {
    let breaches: Vec<_> = sources()
        .into_iter()
        .filter(|s| !["store", "main"].contains(&s.module.as_str()) && !is_test(s))
        .filter(|s| code(&s.text).any(|line| line.contains("diesel::")))
        .map(|s| s.path)
        .collect();
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn imports_run_downward() {
    let mut breaches = Vec::new();
    for source in sources().iter().filter(|s| !is_test(s)) {
        let Some(own) = level(&source.module) else { continue };
        for name in imports(source) {
            if level(&name).is_some_and(|other| other > own) {
                breaches.push(format!("{} imports {name}", source.path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn no_two_folders_need_each_other() {
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources().iter().filter(|s| !is_test(s)) {
        needs.entry(source.module.clone()).or_default().extend(imports(source));
    }
    let mut circles = Vec::new();
    for (module, names) in &needs {
        for name in names {
            if needs.get(name).is_some_and(|back| back.contains(module)) {
                circles.push(format!("{module} <-> {name}"));
            }
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn unescaped_markup_has_one_home() {
    let breaches: Vec<_> = sources()
        .into_iter()
        .filter(|s| !s.path.to_string_lossy().contains("/web/ui/"))
        .filter(|s| code(&s.text).any(|line| line.contains("PreEscaped")))
        .map(|s| s.path)
        .collect();
    assert!(breaches.is_empty(), "{breaches:#?}");
}
