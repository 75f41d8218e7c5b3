//! Tests of the key file: made once, whole, for its owner only.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::vault::entropy::{OsEntropy, SeededEntropy};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn write(path: &Path, bytes: &[u8], mode: u32) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_first_start_makes_the_key_and_every_other_finds_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");

    let made = DeploymentKey::load_or_create(&path, &OsEntropy).ok().unwrap();
    let found = DeploymentKey::load_or_create(&path, &OsEntropy).ok().unwrap();

    assert!(made.expose() == found.expose());
    assert_eq!(fs::read(&path).unwrap().len(), 32);
    assert_eq!(mode(&path), 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a draft was left behind");
}

#[test]
fn processes_that_start_together_agree_on_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let start = || *DeploymentKey::load_or_create(&path, &OsEntropy).ok().unwrap().expose();

    let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..16).map(|_| scope.spawn(start)).collect();
        started.into_iter().map(|thread| thread.join().unwrap()).collect()
    });

    assert!(keys.iter().all(|key| *key == keys[0]));
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");

    for damaged in [[].as_slice(), &[7; 31], &[7; 33], &[0; 32]] {
        write(&path, damaged, 0o600);
        let refused = DeploymentKey::load_or_create(&path, &OsEntropy);
        assert!(matches!(refused, Err(KeyFileError::Damaged { .. })), "{} bytes", damaged.len());
        assert_eq!(fs::read(&path).unwrap(), damaged);
    }
}

#[test]
fn a_file_open_to_others_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");

    for open in [0o604, 0o644, 0o620, 0o602, 0o777] {
        write(&path, &[7; 32], open);
        let refused = DeploymentKey::load(&path);
        assert!(matches!(refused, Err(KeyFileError::Exposed { mode, .. }) if mode == open), "{open:o}");
    }
    for closed in [0o600, 0o400, 0o440] {
        write(&path, &[7; 32], closed);
        assert!(DeploymentKey::load(&path).is_ok(), "{closed:o}");
    }
}

#[test]
fn a_folder_that_is_missing_is_said_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("key");

    assert!(matches!(DeploymentKey::load_or_create(&path, &OsEntropy), Err(KeyFileError::Io { .. })));
    assert!(!path.parent().unwrap().exists());
}

#[test]
fn each_purpose_has_its_own_key_and_fingerprint() {
    let key = DeploymentKey::from_bytes([1; 32]);
    let other = DeploymentKey::from_bytes([2; 32]);

    assert_ne!(key.mac("a", b"x"), key.mac("b", b"x"));
    assert_ne!(key.mac("a", b"x"), key.mac("a", b"y"));
    assert_ne!(key.mac("a", b"x"), other.mac("a", b"x"));
    assert!(key.derive("a").expose() != key.derive("b").expose());
    assert!(key.derive("a").expose() != other.derive("a").expose());
    assert_eq!(key.mac("a", b"x"), key.mac("a", b"x"));
}

#[test]
fn what_follows_from_the_key_is_frozen() {
    let key = DeploymentKey::from_bytes([1; 32]);

    assert_eq!(
        hex::encode(&key.mac("phone", "13800138000".as_bytes())),
        "00f675f304df6c7432741f4c077ddb77d53b4136169ac725d11ce47f7ef6647e"
    );
    assert_eq!(
        hex::encode(key.derive("follow-up ticket").expose()),
        "1f7845ca19f83e4ccf49786f4bf401c344382f601674bd225f83324d5b1cc089"
    );
}

#[test]
fn a_seeded_deployment_repeats_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));

    let one = DeploymentKey::load_or_create(&a, &SeededEntropy::new(1)).ok().unwrap();
    let two = DeploymentKey::load_or_create(&b, &SeededEntropy::new(1)).ok().unwrap();

    assert!(one.expose() == two.expose());
}
