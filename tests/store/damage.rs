//! What a disk does to files: lost ends, flipped bits, changed rows. Whatever answered event is lost is said.

use std::{fs, path::Path};

use rusqlite::Connection;
use scanstation::domain::{EventKind, EventSeq, HolderId, UnitId};
use scanstation::store::{Checks, Insist, Store, backup, restore, verify};
use tempfile::TempDir;

use super::{Bench, moment, options};

const FILES: [&str; 4] = ["station.db", "station.db-wal", "station.mark", "station.key"];

/// A store as `kill -9` leaves it: the files are copied while the writer has them open.
pub(super) struct Killed {
    pub(super) folder: TempDir,
    /// The last answered event.
    pub(super) last: i64,
}

pub(super) fn memory_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

pub(super) fn copy(from: &Path, to: &Path) {
    for name in FILES {
        if from.join(name).exists() {
            fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
}

/// A clean start, then some answered scans that only the WAL has.
pub(super) fn killed(answers: usize) -> Killed {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let ann = bench.person("Ann", "1");
    let now = bench.now();
    bench.store().checkpoint(now).unwrap();
    bench.again(); // The WAL is in the database now.
    let last = answer_some(&mut bench, unit, ann, answers);
    let folder = memory_folder();
    copy(bench.path(), folder.path());
    Killed { folder, last }
}

fn answer_some(bench: &mut Bench, unit: UnitId, ann: HolderId, answers: usize) -> i64 {
    let mut last = 0;
    for number in 0..answers {
        let (from, to) = if number % 2 == 0 { (None, Some(ann)) } else { (Some(ann), None) };
        last = bench.answer(unit, from, to);
    }
    last
}

pub(super) fn proved(folder: &Path) -> scanstation::store::Report {
    verify(folder, Checks::ALL, |_| std::ops::ControlFlow::Continue(())).unwrap()
}

#[test]
fn after_kill_9_every_answered_scan_is_there() {
    let killed = killed(5);
    let report = proved(killed.folder.path());
    assert_eq!((report.ok, report.events), (true, u64::try_from(killed.last).unwrap()), "verify works on a copy");
    let store = Store::open(&options(killed.folder.path()), moment(900)).unwrap();
    assert_eq!((store.opening().head, &store.opening().damage[..]), (killed.last, &[][..]));
    drop(store);
    assert!(proved(killed.folder.path()).ok);
}

#[test]
fn a_lost_wal_is_said_declared_and_kept_aside_and_no_number_is_used_twice() {
    let killed = killed(4);
    let folder = killed.folder.path();
    let wal = fs::read(folder.join("station.db-wal")).unwrap();
    fs::write(folder.join("station.db-wal"), b"").unwrap();
    let store = Store::open(&options(folder), moment(900)).unwrap();
    let survived = store.opening().head;
    assert_eq!(survived, killed.last - 4);
    assert_eq!(
        store.opening().damage,
        [format!(
            "Events {} to {} are missing from the ledger and had been answered. The files were copied aside and \
             recording goes on behind event {}; compare with the last backup.",
            survived + 1,
            killed.last,
            killed.last
        )]
    );
    assert!(store.opening().kept_aside.as_ref().unwrap().join("station.mark").exists());
    assert!(!wal.is_empty());
    let declared = store.event(EventSeq(killed.last + 1)).unwrap().unwrap();
    assert_eq!(declared.kind, EventKind::GapDeclared);
    assert_eq!(store.next_scan().0, 5, "numbers of scans are not used twice either");
    drop(store);
    let report = proved(folder);
    assert_eq!((report.ok, report.first_bad), (false, Some(EventSeq(survived + 1))));
    let mut store = Store::open(&options(folder), moment(901)).unwrap();
    assert!(store.opening().damage[0].starts_with("Found at an earlier start"), "{:?}", store.opening().damage);
    assert_eq!(store.opening().kept_aside, None, "it is said at every start, but declared once");
    store.acknowledge_damage(None, moment(902)).unwrap();
    drop(store);
    let store = Store::open(&options(folder), moment(903)).unwrap();
    assert!(store.opening().damage.is_empty());
    drop(store);
    assert_eq!(proved(folder).first_bad, Some(EventSeq(survived + 1)), "verify still names it");
}

#[test]
fn the_loss_is_named_also_where_not_even_the_tables_are_left() {
    let mut bench = Bench::new();
    bench.unit("AT-000001", "S1");
    let wal = fs::read(bench.path().join("station.db-wal")).unwrap();
    let all = proved(bench.path()).events;
    let frames = (0..24).map(|it| 32 + it * (24 + 4_096)).take_while(|it| *it < wal.len());
    let mut empty = 0;
    for length in std::iter::once(0).chain(frames) {
        let folder = memory_folder();
        copy(bench.path(), folder.path());
        fs::write(folder.path().join("station.db-wal"), &wal[..length]).unwrap();
        let report = proved(folder.path());
        let next = i64::try_from(report.events + 1).unwrap();
        let expected = if report.events < all { (false, Some(EventSeq(next))) } else { (true, None) };
        assert_eq!((report.ok, report.first_bad), expected, "{length}: {report:?}");
        empty += usize::from(report.events == 0);
    }
    assert!(empty > 2, "some of these ends lie within the making of the tables: {empty}");
}

/// A power cut leaves some beginning of what was not yet synced, and an older mark: the rest is simply not there.
#[test]
fn after_a_power_cut_the_ledger_is_some_beginning_of_what_was_written() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let ann = bench.person("Ann", "1");
    let now = bench.now();
    bench.store().checkpoint(now).unwrap();
    bench.again();
    let synced = bench.store().head().0.0;
    let mark = fs::read(bench.path().join("station.mark")).unwrap();
    let last = answer_some(&mut bench, unit, ann, 3);
    let wal = fs::read(bench.path().join("station.db-wal")).unwrap();
    let mut heads = Vec::new();
    for length in (0..wal.len()).step_by(1_021).chain([wal.len()]) {
        let folder = memory_folder();
        copy(bench.path(), folder.path());
        fs::write(folder.path().join("station.db-wal"), &wal[..length]).unwrap();
        fs::write(folder.path().join("station.mark"), &mark).unwrap();
        let store = Store::open(&options(folder.path()), moment(900)).unwrap();
        assert!(store.opening().damage.is_empty(), "{length}: {:?}", store.opening());
        heads.push(store.opening().head);
        drop(store);
        assert!(proved(folder.path()).ok, "{length}");
    }
    assert!(heads.is_sorted(), "{heads:?}");
    heads.dedup();
    assert_eq!(heads, (synced..=last).collect::<Vec<_>>());
}

#[test]
fn a_lagging_mark_is_no_damage() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let ann = bench.person("Ann", "1");
    let mark = bench.path().join("station.mark");
    let old = fs::read(&mark).unwrap();
    answer_some(&mut bench, unit, ann, 3);
    bench.store = None;
    fs::write(&mark, old).unwrap();
    bench.open();
    assert!(bench.store().opening().damage.is_empty(), "{:?}", bench.store().opening());
    assert!(bench.verify().ok);
}

#[test]
fn a_missing_mark_is_a_finding_for_ever_also_after_a_start_has_made_it_anew() {
    for damage in ["gone", "empty", "torn"] {
        let mut bench = Bench::new();
        let unit = bench.unit("AT-000001", "S1");
        let ann = bench.person("Ann", "1");
        let mark = bench.path().join("station.mark");
        let last = answer_some(&mut bench, unit, ann, 3);
        let copy = bench.path().join("copy.db");
        backup(bench.path(), &copy, moment(800)).unwrap();
        bench.store = None;
        match damage {
            "gone" => fs::remove_file(&mark).unwrap(),
            "empty" => fs::write(&mark, "").unwrap(),
            _ => fs::write(&mark, vec![7; 600]).unwrap(),
        }
        let report = bench.verify();
        assert_eq!((report.ok, report.first_bad, report.sentences.len()), (false, None, 1), "{damage}: {report:?}");
        let said = "The mark outside the ledger, station.mark, is missing or cannot be read";
        assert!(report.sentences[0].starts_with(said), "{report:?}");
        assert!(proved(&copy).ok, "a backup has none");
        bench.open();
        let found = bench.store().opening().clone();
        let said = format!("It is made anew behind event {last}; compare with the last backup.");
        assert!(matches!(&*found.damage, [one] if one.ends_with(&said)), "{damage}: {found:?}");
        assert_eq!(found.kept_aside, None);
        bench.answer(unit, Some(ann), None);
        bench.again();
        assert!(bench.store().opening().damage.is_empty(), "{damage}: {:?}", bench.store().opening());
        let report = bench.verify();
        assert_eq!((report.ok, report.first_bad), (false, Some(EventSeq(last + 1))), "{damage}: {report:?}");
        let said = format!("Event {} declares that the mark outside the ledger was missing", last + 1);
        assert!(report.sentences[0].starts_with(&said), "{damage}: it is said for ever: {report:?}");
        let later = bench.path().join("later.db");
        backup(bench.path(), &later, moment(801)).unwrap();
        bench.store = None;
        restore(&options(bench.path()), &later, None, moment(802), Insist::default()).unwrap();
        assert!(bench.verify().sentences[0].starts_with(&said), "{damage}: a restore takes it along");
    }
}

#[test]
fn another_ledger_in_the_place_of_ours_is_noticed() {
    let [mut ours, mut other] = [Bench::new(), Bench::new()];
    for bench in [&mut ours, &mut other] {
        for number in 0..9 {
            bench.unit(&format!("AT-00000{number}"), "");
        }
        bench.store = None;
    }
    for name in ["station.db", "station.key"] {
        fs::copy(other.path().join(name), ours.path().join(name)).unwrap();
    }
    let report = ours.verify();
    assert_eq!((report.ok, report.first_bad), (false, Some(EventSeq(10))), "{report:?}");
    ours.open();
    assert!(ours.store().opening().damage[0].contains("is not the one that this station answered from"));
}

/// Changes a row behind the back of the triggers, as a person with a tool would.
fn tamper(bench: &Bench, statement: &str) {
    let connection = Connection::open(bench.path().join("station.db")).unwrap();
    let script = format!(
        "DROP TRIGGER event_fixed; DROP TRIGGER event_stays; DROP TRIGGER event_grows; DROP TRIGGER checkpoint_fixed; \
         DROP TRIGGER checkpoint_stays; {statement}"
    );
    connection.execute_batch(&script).unwrap();
}

#[track_caller]
fn check(statement: &str, first_bad: Option<i64>, sentence: &str) {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let ann = bench.person("Ann", "1");
    answer_some(&mut bench, unit, ann, 3);
    bench.store().checkpoint(moment(80)).unwrap();
    bench.store = None;
    assert!(bench.verify().ok);
    tamper(&bench, statement);
    let report = bench.verify();
    assert_eq!((report.ok, report.first_bad), (false, first_bad.map(EventSeq)), "{report:?}");
    assert_eq!(report.sentences[0], sentence);
}

#[test]
fn whatever_is_changed_in_the_ledger_is_found_and_named() {
    let broken = "The hash of event 6 does not fit: it was changed.";
    check("UPDATE event SET holder = 9 WHERE seq = 6", Some(6), broken);
    check("UPDATE event SET body = '{}' WHERE seq = 6", Some(6), broken);
    check("UPDATE event SET record_time = record_time + 1 WHERE seq = 6", Some(6), broken);
    check("UPDATE event SET station = 'crib-2' WHERE seq = 6", Some(6), broken);
    check("UPDATE event SET uuid = zeroblob(16) WHERE seq = 6", Some(6), broken);
    check("UPDATE event SET hash = zeroblob(32) WHERE seq = 6", Some(6), broken);
    check("UPDATE event SET unit = 35184372088832 WHERE seq = 6", Some(6), broken);
    check(
        "DELETE FROM unit_state",
        None,
        "1 units that the ledger says are out have no row of custody; restore the last backup that verifies.",
    );
    check("DELETE FROM event WHERE seq = 5", Some(5), "Event 5 is missing.");
    check("DELETE FROM event WHERE seq IN (3, 4)", Some(3), "Events 3 to 4 are missing.");
    check("DELETE FROM event WHERE seq = 7", Some(7), "A signed checkpoint names event 7, but the ledger ends at 6.");
    check(
        "UPDATE checkpoint SET time = time + 1 WHERE seq = 7",
        Some(7),
        "The signature of the checkpoint at event 7 does not hold.",
    );
    check(
        "UPDATE unit_state SET holder = NULL",
        None,
        "Custody of unit 1 is not what the ledger says; restore the last backup that verifies.",
    );
}

#[test]
fn start_checks_what_no_checkpoint_covers_and_verify_the_rest() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let ann = bench.person("Ann", "1");
    bench.store().checkpoint(moment(80)).unwrap();
    let last = answer_some(&mut bench, unit, ann, 3);
    bench.store = None;
    tamper(&bench, "UPDATE event SET body = '{}' WHERE seq = 2");
    bench.open();
    assert!(bench.store().opening().damage.is_empty());
    assert_eq!(bench.verify().first_bad, Some(EventSeq(2)));
    bench.store = None;
    let connection = Connection::open(bench.path().join("station.db")).unwrap();
    connection.execute("UPDATE event SET body = '{}' WHERE seq = ?", [last]).unwrap();
    drop(connection);
    bench.open();
    assert_eq!(bench.store().opening().checked, 3);
    assert!(bench.store().opening().damage[0].starts_with(&format!("The ledger is damaged at event {last}")));
    bench.answer(unit, Some(ann), None);
    assert_eq!(bench.verify().first_bad, Some(EventSeq(2)));
}

/// Garbage in any page of the file: a sentence, never a panic, and verify does not call it well.
#[test]
fn a_corrupt_page_is_an_error_with_a_sentence() {
    let mut bench = Bench::new();
    for number in 0..40 {
        bench.unit(&format!("AT-{number:06}"), &format!("S{number}"));
    }
    bench.store = None;
    let whole = fs::read(bench.path().join("station.db")).unwrap();
    let pages = whole.len() / 4_096;
    let mut noticed = 0;
    for page in 0..pages {
        let folder = memory_folder();
        copy(bench.path(), folder.path());
        let mut broken = whole.clone();
        broken[page * 4_096..(page + 1) * 4_096].fill(0xa5);
        fs::write(folder.path().join("station.db"), broken).unwrap();
        match verify(folder.path(), Checks::ALL, |_| std::ops::ControlFlow::Continue(())) {
            Ok(report) => {
                assert_eq!(report.ok, report.sentences.is_empty(), "page {page}: {report:?}");
                noticed += usize::from(!report.ok);
            }
            Err(found) => {
                assert!(found.to_string().contains("damaged"), "page {page}: {found}");
                noticed += 1;
            }
        }
        if let Err(found) = Store::open(&options(folder.path()), moment(900)) {
            assert!(found.to_string().contains("damaged"), "page {page}: {found}");
        }
    }
    // A page that nothing uses (on the free list) may be anything.
    assert!(noticed + 1 >= pages, "{noticed} of {pages} pages");
}

/// SQLite takes the missing end of the last page for zeros, and that page may hold nothing there.
#[test]
fn a_file_that_ends_inside_a_page_is_not_called_whole() {
    let mut bench = Bench::new();
    bench.unit("AT-000001", "S1");
    bench.store = None;
    let whole = fs::read(bench.path().join("station.db")).unwrap();
    for cut in [1, 100] {
        let folder = memory_folder();
        copy(bench.path(), folder.path());
        fs::write(folder.path().join("station.db"), &whole[..whole.len() - cut]).unwrap();
        let report = proved(folder.path());
        assert!(!report.ok, "{cut} bytes");
        assert!(report.sentences.iter().any(|it| it.contains("ends inside a page")), "{report:?}");
    }
}
