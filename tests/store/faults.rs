//! Full, read-only, locked, newer, older, foreign, a second writer: each is told, and nothing is half done.

use std::{fs, ops::ControlFlow, path::Path, process::Command, time::Duration};

use rusqlite::Connection;
use scanstation::domain::{EventKind, EventSeq, NewEvent};
use scanstation::source::Stop;
use scanstation::store::{Checks, Reader, Store, StoreError, lock, newest_schema, verify};
use tempfile::TempDir;

use super::{Bench, moment, options};
use crate::skip::skipped;

/// A small file system of its own; nothing if the system does not let us.
struct Small {
    folder: TempDir,
}

impl Small {
    fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let made = Self { folder };
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "scanstation-test"])
            .arg(made.path())
            .output()
            .is_ok_and(|it| it.status.success());
        if !mounted {
            skipped("no file system can be mounted here (it needs root)");
            return None;
        }
        Some(made)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn remount(&self, how: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(self.path()).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(self.folder.path()).output());
    }
}

fn observed() -> NewEvent {
    let mut event = NewEvent::new(EventKind::Observed);
    event.body = scanstation::domain::Body::new().with("text", "x".repeat(2_000));
    event
}

#[test]
fn a_full_disk_is_told_and_what_was_answered_stays_and_it_recovers_alone() {
    let Some(small) = Small::new("3m") else { return };
    let mut store = Store::open(&options(small.path()), moment(0)).unwrap();
    let ballast = small.path().join("ballast");
    fs::write(&ballast, vec![1; 1_000_000]).unwrap();
    let mut answered = EventSeq(0);
    let refused = loop {
        match store.within(|store| store.record_events(None, &[observed()], moment(1))) {
            Ok(seqs) => answered = seqs[0],
            Err(found) => break found,
        }
        assert!(answered.0 < 5_000, "the disk never became full");
    };
    assert!(matches!(refused, StoreError::Full { .. }), "{refused:?}");
    assert!(refused.to_string().ends_with("the disk is full; nothing was recorded, free some space and scan again"));
    assert_eq!(store.head().0, answered);
    assert!(store.within(|store| store.record_events(None, &[observed()], moment(1))).is_err());
    fs::remove_file(&ballast).unwrap();
    let next = store.within(|store| store.record_events(None, &[observed()], moment(2))).unwrap();
    assert_eq!(next, [EventSeq(answered.0 + 1)]);
    drop(store);
    let report = verify(small.path(), Checks::ALL, |_| ControlFlow::Continue(())).unwrap();
    assert!(report.ok, "{report:?}");
    assert_eq!(report.events, u64::try_from(answered.0 + 1).unwrap());
}

/// The WAL is copied soon after there is room, and has not taken that room itself: then nothing but more room would help.
#[test]
fn what_could_not_be_copied_on_a_full_disk_is_copied_once_there_is_room() {
    let Some(small) = Small::new("6m") else { return };
    let mut kept = options(small.path());
    (kept.wal_bytes_min, kept.wal_commits_max) = (1024 * 1024, 50);
    let mut store = Store::open(&kept, moment(0)).unwrap();
    let mut record = || store.within(|store| store.record_events(None, &[observed()], moment(1)));
    let ballast = small.path().join("ballast");
    assert!(fs::write(&ballast, vec![1; 6 * 1024 * 1024]).is_err(), "there is room left");
    let recorded = std::iter::repeat_with(&mut record).take_while(Result::is_ok).count();
    assert!(recorded > 50, "the copy was not asked for");
    assert!((0..2_000).all(|_| record().is_err()), "it was asked for and failed meanwhile");
    let database = || fs::metadata(small.path().join("station.db")).unwrap().len();
    let before = database();
    let filled = fs::metadata(&ballast).unwrap().len();
    fs::OpenOptions::new().write(true).open(&ballast).unwrap().set_len(filled - 600_000).unwrap();
    let waits = Stop::new();
    assert!((0..6_000).any(|_| database() > before || waits.wait(Duration::from_millis(10))), "it is not copied");
    for _ in 0..60 {
        record().unwrap();
    }
    drop(store);
    assert!(verify(small.path(), Checks::ALL, |_| ControlFlow::Continue(())).unwrap().ok);
}

#[test]
fn a_read_only_store_answers_look_ups_and_records_nothing() {
    let Some(small) = Small::new("4m") else { return };
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    bench.store = None;
    for name in ["station.db", "station.mark", "station.key"] {
        fs::copy(bench.path().join(name), small.path().join(name)).unwrap();
    }
    small.remount("ro");
    let mut store = Store::open(&options(small.path()), moment(0)).unwrap();
    assert!(store.opening().read_only.is_some());
    assert!(store.opening().damage[0].starts_with("The store is read-only: look-ups work"));
    assert!(store.unit(unit).unwrap().is_some());
    let refused = store.begin().unwrap_err();
    assert_eq!(
        refused.to_string(),
        "record the scan: the store is read-only; nothing was recorded; the page still looks units up"
    );
    drop(store);
    assert!(verify(small.path(), Checks::ALL, |_| ControlFlow::Continue(())).unwrap().ok);
    small.remount("rw");
    let mut store = Store::open(&options(small.path()), moment(0)).unwrap();
    store.within(|store| store.record_events(None, &[observed()], moment(1))).unwrap();
}

/// The WAL keeps its length over a clean stop; a copy on a medium that cannot be written must still be readable.
#[test]
fn a_store_with_its_wal_is_read_from_a_medium_that_cannot_be_written() {
    let Some(small) = Small::new("4m") else { return };
    let mut kept = options(small.path());
    kept.wal_bytes_min = 256 * 1024;
    let mut store = Store::open(&kept, moment(0)).unwrap();
    for number in 0..3 {
        store.within(|store| store.record_events(None, &[observed()], moment(number))).unwrap();
    }
    drop(store);
    assert!(fs::metadata(small.path().join("station.db-wal")).unwrap().len() >= kept.wal_bytes_min);
    fs::remove_file(small.path().join("station.db-shm")).unwrap();
    small.remount("ro");
    let report = verify(small.path(), Checks::ALL, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!((report.ok, report.events), (true, 3));
    assert_eq!(Reader::open(small.path()).unwrap().head().unwrap().0, EventSeq(3));
    assert!(Store::open(&kept, moment(9)).unwrap().opening().read_only.is_some());
    small.remount("rw");
    let mut store = Store::open(&kept, moment(9)).unwrap();
    assert!(store.opening().damage.is_empty());
    store.within(|store| store.record_events(None, &[observed()], moment(10))).unwrap();
}

#[test]
fn what_a_bulk_entry_made_of_the_wal_is_not_left_for_the_next_start_to_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut kept = options(folder.path());
    kept.wal_bytes_min = 64 * 1024;
    let wal = folder.path().join("station.db-wal");
    let mut store = Store::open(&kept, moment(0)).unwrap();
    let many: Vec<_> = (0..4_000).map(|_| observed()).collect();
    store.within(|store| store.record_events(None, &many, moment(1))).unwrap();
    assert!(fs::metadata(&wal).unwrap().len() > 4 * kept.wal_bytes_min);
    drop(store);
    let left = fs::read(&wal).unwrap();
    assert_eq!((left.len(), left.iter().all(|it| *it == 0)), (64 * 1024, true));
    let mut store = Store::open(&kept, moment(2)).unwrap();
    assert_eq!((store.head().0, &store.opening().damage), (EventSeq(4_000), &Vec::new()));
    store.within(|store| store.record_events(None, &[observed()], moment(3))).unwrap();
    drop(store);
    assert!(verify(folder.path(), Checks::ALL, |_| ControlFlow::Continue(())).unwrap().ok);
}

#[test]
fn a_file_that_another_program_holds_is_waited_for_a_bounded_time() {
    let mut bench = Bench::new();
    let other = Connection::open(bench.path().join("station.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let head = bench.store().head();
    let refused = bench.store().within(|store| store.record_events(None, &[observed()], moment(1))).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "begin recording: another program holds the store's file; nothing was recorded, close it and scan again"
    );
    assert_eq!(bench.store().head(), head);
    other.execute_batch("ROLLBACK").unwrap();
    bench.store().within(|store| store.record_events(None, &[observed()], moment(2))).unwrap();
    assert!(bench.verify().ok);
}

#[test]
fn a_file_that_another_program_holds_at_start_is_told() {
    let mut bench = Bench::new();
    bench.store = None;
    let other = Connection::open(bench.path().join("station.db")).unwrap();
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let Err(refused) = Store::open(&options(bench.path()), moment(1)) else { panic!("opened") };
    assert!(matches!(refused, StoreError::Locked { .. }), "{refused:?}");
    drop(other);
    bench.open();
}

#[test]
fn a_second_writer_is_refused_with_the_pid_of_the_first() {
    let mut bench = Bench::new();
    let Err(refused) = Store::open(&options(bench.path()), moment(1)) else { panic!("two writers") };
    let pid = std::process::id();
    assert_eq!(
        refused.to_string(),
        format!(
            "the store at {} is in use by another scanstation (process {pid}); stop it, or give another --data",
            bench.path().display()
        )
    );
    assert_eq!(lock::running(bench.path()).unwrap(), Some(lock::Running { pid, address: None }));
    bench.store().lock().unwrap().publish("127.0.0.1:8417").unwrap();
    let running = lock::running(bench.path()).unwrap().unwrap();
    assert_eq!(running.address.as_deref(), Some("127.0.0.1:8417"));
    assert!(Reader::open(bench.path()).is_ok(), "readers are welcome");
    bench.store = None;
    assert_eq!(lock::running(bench.path()).unwrap(), None);
    bench.open();
    assert_eq!(lock::running(bench.path()).unwrap(), Some(lock::Running { pid, address: None }));
}

#[test]
fn a_newer_schema_is_refused_and_not_touched() {
    let mut bench = Bench::new();
    bench.unit("AT-000001", "");
    bench.store = None;
    let path = bench.path().join("station.db");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(&path).unwrap();
    let Err(refused) = Store::open(&options(bench.path()), moment(1)) else { panic!("opened") };
    assert_eq!(
        refused.to_string(),
        format!(
            "the store at {} has schema 99, this program knows up to {}; install the newer scanstation again, or \
             restore a backup",
            path.display(),
            newest_schema()
        )
    );
    assert!(matches!(Reader::open(bench.path()), Err(StoreError::NewerSchema { .. })));
    let verified = verify(bench.path(), Checks::ALL, |_| ControlFlow::Continue(()));
    assert!(matches!(verified, Err(StoreError::NewerSchema { .. })), "what its events mean is not known here");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_number_of_the_schema_that_is_not_that_of_the_tables_is_said_and_nothing_is_changed() {
    for number in [-1, 0, 1, i64::from(newest_schema()) - 1] {
        let mut bench = Bench::new();
        bench.store = None;
        let path = bench.path().join("station.db");
        Connection::open(&path).unwrap().pragma_update(None, "user_version", number).unwrap();
        let refused = Store::open(&options(bench.path()), moment(1)).err().unwrap();
        let said = format!("says that its schema is {number}, and its tables are of another one");
        assert!(matches!(refused, StoreError::WrongSchema { .. }) && refused.to_string().contains(&said), "{refused}");
        let left = fs::read_dir(bench.path()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
        assert!(!left.into_iter().any(|it| it.contains("schema")), "no copy of no schema");
        Connection::open(&path).unwrap().pragma_update(None, "user_version", newest_schema()).unwrap();
        Store::open(&options(bench.path()), moment(2)).unwrap();
    }
}

#[test]
fn an_older_schema_is_copied_aside_and_migrated_forward() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("station.db");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../../src/store/schema/1.sql")).unwrap();
    old.pragma_update(None, "application_id", 0x7363_616e).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    old.execute("INSERT INTO location (label, label_key, name) VALUES ('LOC-1', 'LOC-1', 'Old shelf')", []).unwrap();
    drop(old);
    let mut store = Store::open(&options(folder.path()), moment(1)).unwrap();
    assert_eq!(store.opening().migrated_from, Some(1));
    assert!(store.location_id("loc-1").unwrap().is_some());
    store.within(|store| store.record_events(None, &[observed()], moment(2))).unwrap();
    drop(store);
    let kept = Connection::open(folder.path().join("station.db.schema-1")).unwrap();
    let version: i64 = kept.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 1);
    let store = Store::open(&options(folder.path()), moment(3)).unwrap();
    assert_eq!(store.opening().migrated_from, None);
}

#[test]
fn a_file_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("station.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE song (title TEXT)").unwrap();
    let Err(refused) = Store::open(&options(folder.path()), moment(1)) else { panic!("opened") };
    assert_eq!(
        refused.to_string(),
        format!("{} is not a scanstation store; give the folder of one, or an empty folder", path.display())
    );
    fs::write(&path, "Dear diary, ".repeat(1_000)).unwrap();
    let Err(refused) = Store::open(&options(folder.path()), moment(1)) else { panic!("opened") };
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused:?}");
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(Reader::open(empty.path()), Err(StoreError::Missing { .. })));
}

#[test]
fn the_files_of_a_store_are_for_its_user_alone() {
    let mut bench = Bench::new();
    bench.unit("AT-000001", "");
    for name in ["station.db", "station.db-wal", "station.mark", "station.key"] {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(bench.path().join(name)).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}
