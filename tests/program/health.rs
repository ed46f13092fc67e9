//! `doctor` beside a running station: what it reads is what the station says it reads.
//!
//! Deliberately absent: each check of the machine, which stands beside its function.

use super::{Service, check, demo};

#[test]
fn the_doctor_knows_the_scanners_of_the_running_station() {
    let folder = tempfile::tempdir().unwrap();
    let service = demo(folder.path());
    check(folder.path(), &["scan", "AT-000123"], 0, "");
    check(folder.path(), &["doctor"], 0, "scanner: ");
    check(folder.path(), &["doctor"], 0, "is read, lane counter, 0 scans since the start");
    assert_eq!(service.end(), Some(0));
    let gone = folder.path().join("gone");
    let service = Service::start(folder.path(), &["--serial", gone.to_str().unwrap()]);
    check(folder.path(), &["doctor"], 1, "serial-1: ");
    assert_eq!(service.end(), Some(0));
    check(folder.path(), &["doctor"], 0, "scanstation serve --serial PATH");
}

#[test]
fn the_doctor_knows_a_key_that_is_not_yet_made_from_one_that_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    std::fs::create_dir(&store).unwrap();
    check(&store, &["doctor"], 0, "there is none yet");
    assert_eq!(Service::start(&store, &["--demo"]).end(), Some(0));
    let key = store.join("station.key");
    let bytes = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    check(&store, &["doctor"], 1, "station.key is gone: the ledger is signed up to event ");
    check(
        &store,
        &["doctor"],
        1,
        "put the file back before the next start; if it is lost, the old entries are proved by",
    );
    std::fs::write(&key, &bytes[..20]).unwrap();
    check(
        &store,
        &["doctor"],
        1,
        "put station.key back from where you keep it".replace("station.key", key.to_str().unwrap()).as_str(),
    );
    check(&store, &["verify"], 1, "The key cannot be used");
}
