//! A backup that only the holder of a private key can read, made and opened by the program `age` itself.
//!
//! Deliberately absent: what a backup holds, which `store` tests.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{check, demo, run};
use crate::skip::skipped;

/// Makes a key in a file; returns its public half.
fn key(file: &Path) -> Option<String> {
    let made = Command::new("age-keygen").arg("-o").arg(file).output().ok()?;
    assert!(made.status.success(), "{made:?}");
    let text = fs::read_to_string(file).unwrap();
    text.split_whitespace().find(|it| it.starts_with("age1")).map(str::to_owned)
}

#[test]
fn an_encrypted_backup_is_read_by_its_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (own, others, sealed, store) = (path("own.key"), path("others.key"), path("crib.age"), path("store"));
    let Some(recipient) = key(own.as_ref()) else { return skipped("the program age is not installed") };
    key(others.as_ref());
    let service = demo(store.as_ref());
    let at = Path::new(&store);
    check(at, &["backup", &sealed, "--encrypt-to", &recipient], 0, "pictures in it");
    let bytes = fs::read(&sealed).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1") && !bytes.windows(9).any(|it| it == b"AT-000123"));
    check(at, &["backup", &sealed, "--encrypt-to", &recipient], 4, "it is there already");
    check(at, &["verify", &sealed], 2, "is encrypted: --identity names the file with the private key for it");
    check(at, &["verify", &sealed, "--identity", &others], 7, "no identity matched any of the recipients");
    check(at, &["verify", &sealed, "--identity", &own], 0, "The ledger holds");
    check(at, &["restore", &sealed, "--identity", &own, "--dry-run"], 0, "It can be restored: 60 units");
    fs::write(path("cut.age"), &bytes[..bytes.len() / 2]).unwrap();
    check(at, &["restore", &path("cut.age"), "--identity", &own, "--dry-run"], 1, "it was cut short or changed");
    check(at, &["verify", &path("cut.age"), "--identity", &own], 1, "cut.age does not verify");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    fs::write(path("flipped.age"), flipped).unwrap();
    check(at, &["verify", &path("flipped.age"), "--identity", &own], 1, "failed to decrypt and authenticate");
    check(at, &["verify", &sealed, "--identity", &path("none.key")], 7, "no such file");
    check(at, &["backup", &path("b.age"), "--encrypt-to", "age1nope"], 4, "malformed recipient");
    check(at, &["backup", &path("plain.db")], 0, "pictures");
    check(at, &["restore", &path("plain.db"), "--identity", &own, "--dry-run"], 2, "is not encrypted");
    let names = |it: &Path| fs::read_dir(it).unwrap().map(|it| it.unwrap().file_name()).collect::<Vec<_>>();
    let (here, inside) = (names(folder.path()), names(at));
    assert!(!here.iter().chain(&inside).any(|it| {
        let name = it.to_string_lossy();
        name.contains("apart-") || name.contains("part") || name == "b.age"
    }));
    assert_eq!(service.end(), Some(0));
    // On a box that has nothing but the file and the key, and by hand without this program.
    let fresh = path("fresh");
    check(fresh.as_ref(), &["restore", &sealed, "--identity", &own], 0, "Restored up to event");
    check(fresh.as_ref(), &["scan", "AT-000123"], 0, "GOOD");
    let words = ["--decrypt", "--identity", &own, "--output", &path("b.tar"), &sealed];
    assert!(Command::new("age").args(words).status().unwrap().success());
    let listed = Command::new("tar").args(["-tf", &path("b.tar")]).output().unwrap();
    assert!(String::from_utf8(listed.stdout).unwrap().lines().any(|it| it == "backup.db"));
}

#[test]
fn without_age_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let sealed = folder.path().join("crib.age");
    drop(demo(&store));
    let words = ["backup", sealed.to_str().unwrap(), "--encrypt-to", "age1nope"];
    let output = super::program(&store).args(words).env("PATH", "/nonexistent").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("is not installed; on Debian: apt install"), "{said}");
    assert!(output.status.code() == Some(4) && !sealed.exists());
    assert!(run(&store, &["verify"]).status.success());
}
