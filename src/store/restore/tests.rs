//! A restore that is stopped after each of its steps: what is left starts, and no number is used twice.
//!
//! Deliberately absent: whole restores, which `tests/store/backup.rs` does.

use std::{ops::ControlFlow, time::Duration};

use tempfile::TempDir;

use super::*;
use crate::domain::StationId;
use crate::store::{Checks, backup, verify};

fn now() -> Moment {
    Moment::new(jiff::Timestamp::from_second(1_763_700_000).unwrap(), Duration::ZERO)
}

fn options(data: &Path) -> Options {
    Options { wal_bytes_min: 0, ..Options::new(data, StationId::parse("crib-1").unwrap()) }
}

/// One answered event; returns its number.
fn answer(store: &mut Store) -> i64 {
    store.within(|it| it.record_events(None, &[NewEvent::new(EventKind::Observed)], now())).unwrap()[0].0
}

/// A store as `kill -9` leaves it, with a backup of its first three events, and the last number it answered.
fn killed() -> (TempDir, PathBuf, i64) {
    let memory = || tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let (live, folder) = (memory(), memory());
    let mut store = Store::open(&options(live.path()), now()).unwrap();
    (0..3).for_each(|_| assert!(answer(&mut store) > 0));
    store.checkpoint(now()).unwrap();
    let copy = folder.path().join("copy.backup");
    backup(live.path(), &copy, now()).unwrap();
    let last = (0..4).map(|_| answer(&mut store)).last().unwrap();
    for name in [FILE, "station.db-wal", mark::FILE, checkpoint::KEY_FILE] {
        fs::copy(live.path().join(name), folder.path().join(name)).unwrap();
    }
    (folder, copy, last)
}

/// What befell the old files before the restore.
const BEFORE: [fn(&Path); 5] = [
    |_| {},
    |data| fs::remove_file(data.join(mark::FILE)).unwrap(),
    |data| fs::write(data.join("station.db-wal"), "").unwrap(),
    |data| fs::write(data.join(FILE), "Dear diary, ".repeat(1_000)).unwrap(),
    |data| {
        fs::write(data.join(FILE), "Dear diary, ".repeat(1_000)).unwrap();
        fs::remove_file(data.join(mark::FILE)).unwrap();
    },
];

/// Stops after some steps, starts as if nobody had wanted a restore, and restores again.
#[track_caller]
fn check(before: usize, steps: usize) {
    let (folder, copy, mut last) = killed();
    let (data, at) = (folder.path(), format!("file damage {before}, stopped after {steps} steps"));
    BEFORE[before](data);
    let mut plan = Plan::new(&options(data), &copy, None, now()).unwrap();
    STEPS[..steps].iter().for_each(|step| step(&mut plan).unwrap());
    assert!(matches!(Store::open(&options(data), now()), Err(StoreError::SecondWriter { .. })), "{at}");
    drop(plan);
    let exchanged = steps >= 5;
    match Store::open(&options(data), now()) {
        Ok(mut store) => {
            let damage = store.opening().damage.clone();
            // A mark that is missing is told until the restore has made it anew.
            let told = before == 2 || (matches!(before, 1 | 4) && steps == 0);
            assert_eq!(damage.is_empty(), exchanged || !told, "{at}: {damage:?}");
            let next = answer(&mut store);
            assert!(next > last, "{at}: {next} was used before");
            last = next;
        }
        Err(found) => assert!(!exchanged && before >= 3, "{at}: {found}"),
    }
    let done = restore(&options(data), &copy, None, now(), Insist::default()).unwrap();
    assert!(done.restored.0 > last, "{at}: {done:?}");
    let report = verify(data, Checks::ALL, |_| ControlFlow::Continue(())).unwrap();
    assert!(report.ok, "{at}: {report:?}");
    let mut store = Store::open(&options(data), now()).unwrap();
    assert!(store.opening().damage.is_empty(), "{at}: {:?}", store.opening());
    assert_eq!(answer(&mut store), done.restored.0 + 1, "{at}");
    assert!(!data.join(ARRIVING).exists());
}

#[test]
fn a_restore_that_is_cut_short_anywhere_leaves_a_store_and_no_number_is_used_twice() {
    for before in 0..BEFORE.len() {
        for steps in 0..=STEPS.len() {
            check(before, steps);
        }
    }
}

#[test]
fn between_database_and_mark_verify_sees_that_the_mark_is_replaced() {
    let (folder, copy, _) = killed();
    let mut plan = Plan::new(&options(folder.path()), &copy, None, now()).unwrap();
    STEPS[..5].iter().for_each(|step| step(&mut plan).unwrap());
    drop(plan);
    let report = verify(folder.path(), Checks::ALL, |_| ControlFlow::Continue(())).unwrap();
    assert!(report.ok, "{report:?}");
    fs::write(folder.path().join(mark::FILE), "").unwrap();
    let (mut marks, _) = MarkFile::open(folder.path()).unwrap();
    marks.write(&Mark { seq: 5, head: [7; 32], scan: 0 }).unwrap();
    let report = verify(folder.path(), Checks::ALL, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(report.first_bad, Some(EventSeq(5)), "a mark that nothing names is none of ours: {report:?}");
}
