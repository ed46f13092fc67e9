//! A backup is tried whole, beside a running station, and nothing of the trial stays.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use scanstation::store::{Apart, Insist, StoreError, backup, rehearse};

use super::{Bench, moment, options};

/// The files of a folder with their bytes; the WAL's index is memory that readers share.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|it| it.unwrap());
    let entries = entries.map(|it| (it.file_name().into_string().unwrap(), it.path()));
    let entries = entries.filter(|it| !it.0.ends_with("-shm"));
    entries.map(|(name, path)| (name, if path.is_dir() { Vec::new() } else { fs::read(path).unwrap() })).collect()
}

#[test]
fn a_backup_is_tried_beside_a_running_station_and_says_what_it_would_give_up() {
    let mut bench = Bench::new();
    bench.unit("AT-000001", "S1");
    bench.unit("AT-000002", "S2");
    let elsewhere = tempfile::tempdir().unwrap();
    let to = elsewhere.path().join("copy.backup");
    let made = backup(bench.path(), &to, moment(60)).unwrap();
    bench.unit("AT-000003", "S3");
    let before = files(bench.path());
    let tried = rehearse(&options(bench.path()), &to, moment(61), Insist::default()).unwrap();
    assert_eq!((tried.seq, tried.units), (made.seq, 2));
    assert_eq!(tried.taken, moment(60).wall.to_string());
    assert_eq!(tried.behind, u64::try_from(bench.store().head().0.0 - made.seq.0).unwrap());
    assert_eq!(before, files(bench.path()));
    bench.unit("AT-000004", "S4"); // It was never held up, and goes on.
    assert!(bench.verify().ok);
}

#[test]
fn a_trial_refuses_what_a_restore_refuses() {
    let (mut bench, mut other) = (Bench::new(), Bench::new());
    bench.unit("AT-000001", "S1");
    other.unit("AT-000009", "S9");
    let elsewhere = tempfile::tempdir().unwrap();
    let (to, foreign) = (elsewhere.path().join("copy.backup"), elsewhere.path().join("foreign.backup"));
    backup(bench.path(), &to, moment(60)).unwrap();
    backup(other.path(), &foreign, moment(60)).unwrap();
    let before = files(bench.path());
    let tried = |from: &Path, insist| rehearse(&options(bench.path()), from, moment(61), insist);
    let refused = tried(&foreign, Insist::default()).unwrap_err();
    assert!(matches!(refused, StoreError::OtherLedger { .. }), "{refused}");
    let insisting = Insist { another: true, ..Insist::default() };
    assert_eq!(tried(&foreign, insisting).unwrap().behind, 0);
    let rewritten = Connection::open(&to).unwrap();
    rewritten.execute_batch("DROP TRIGGER event_fixed; UPDATE event SET body = '{}' WHERE seq = 2").unwrap();
    drop(rewritten);
    let refused = tried(&to, Insist::default()).unwrap_err();
    assert!(matches!(refused, StoreError::BadBackup { .. }), "{refused}");
    assert_eq!(before, files(bench.path()));
}

#[test]
fn what_a_killed_trial_left_is_removed_and_what_is_in_use_stays() {
    let mut bench = Bench::new();
    let folders = ["apart-0f3a9c21", "apart-0f3a9c2g", "apart-notes"];
    for name in folders {
        fs::create_dir(bench.path().join(name)).unwrap();
    }
    let left = |bench: &Bench| folders.map(|it| bench.path().join(it).is_dir());
    let busy = Apart::begin(bench.path()).unwrap();
    assert_eq!(left(&bench), [false, true, true], "only its own");
    let beside = Apart::begin(bench.path()).unwrap();
    assert!(busy.path() != beside.path() && busy.path().is_dir() && beside.path().is_dir());
    fs::create_dir(bench.path().join(folders[0])).unwrap();
    bench.again();
    assert_eq!(left(&bench), [false, true, true], "a start does it, too");
    assert!(busy.path().is_dir());
    let path = busy.path().to_owned();
    drop(busy);
    assert!(!path.exists());
}
