//! A backup is taken beside a running station, proves itself, and comes back without using a number twice.

use std::{fs, ops::ControlFlow, os::unix::fs::PermissionsExt as _, path::Path, time::SystemTime};

use rusqlite::Connection;
use scanstation::domain::{Body, EventKind, EventSeq, NewEvent};
use scanstation::store::{Checks, Insist, Report, StoreError, backup, has_still, hex, keep_still, restore, verify};

use super::{Bench, moment, options};

fn filled() -> Bench {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let ann = bench.person("Ann", "1");
    bench.answer(unit, None, Some(ann));
    bench
}

#[test]
fn a_backup_is_private_carries_its_head_and_overwrites_nothing() {
    let mut bench = filled();
    let to = bench.path().join("copy.backup");
    let made = backup(bench.path(), &to, moment(60)).unwrap();
    let (seq, head) = bench.store().head();
    assert_eq!((made.seq, made.head.clone()), (seq, hex(&head)));
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(made.bytes, fs::metadata(&to).unwrap().len());
    let carried: String = Connection::open(&to)
        .unwrap()
        .query_row("SELECT value FROM setting WHERE name = 'backup.head'", [], |row| row.get(0))
        .unwrap();
    assert!(carried.starts_with(&format!("{} {}", seq.0, made.head)));
    let refused = backup(bench.path(), &to, moment(61)).map(|it| it.seq).unwrap_err().to_string();
    assert_eq!(refused, format!("make the backup {}: it is there already; give another name", to.display()));
}

/// The files in a folder that are named like a backup that is not yet one.
fn parts(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    names.filter(|it| it.contains(".part")).collect()
}

#[test]
fn a_backup_that_was_cut_short_bears_another_name_and_is_done_again() {
    let bench = filled();
    let to = bench.path().join("copy.backup");
    let left = bench.path().join("copy.backup.0f3a9c21.part");
    fs::write(&left, "half of one").unwrap();
    let long_ago = SystemTime::UNIX_EPOCH;
    fs::File::options().write(true).open(&left).unwrap().set_modified(long_ago).unwrap();
    backup(bench.path(), &to, moment(60)).unwrap();
    assert!(to.exists() && parts(bench.path()).is_empty());
    let nowhere = bench.path().join("no-store");
    fs::create_dir(&nowhere).unwrap();
    let to = bench.path().join("other.backup");
    backup(&nowhere, &to, moment(61)).unwrap_err();
    assert!(!to.exists() && parts(bench.path()).is_empty(), "nothing is left of one that failed");
}

#[test]
fn a_backup_takes_nobody_elses_file_for_its_own() {
    let bench = filled();
    let to = bench.path().join("copy.backup");
    let others = ["copy.backup.part", "copy.backup.0f3a9c2g.part", "other.backup.0f3a9c21.part"];
    for name in others {
        fs::write(bench.path().join(name), "somebody's").unwrap();
    }
    let busy = bench.path().join("copy.backup.00000000.part");
    fs::write(&busy, "still written").unwrap();
    backup(bench.path(), &to, moment(60)).unwrap();
    for name in others {
        assert_eq!(fs::read_to_string(bench.path().join(name)).unwrap(), "somebody's");
    }
    assert_eq!(fs::read_to_string(&busy).unwrap(), "still written");
}

#[test]
fn of_many_backups_to_one_name_at_once_one_is_made_and_the_others_are_told() {
    let bench = filled();
    let to = bench.path().join("copy.backup");
    let from = bench.path().to_owned();
    let made: Vec<_> = std::thread::scope(|scope| {
        let begun: Vec<_> = (0..8).map(|_| scope.spawn(|| backup(&from, &to, moment(60)))).collect();
        begun.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let (made, refused): (Vec<_>, Vec<_>) = made.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1, "{refused:?}");
    for refused in refused {
        let said = refused.unwrap_err().to_string();
        assert!(said.ends_with("it is there already; give another name"), "{said}");
    }
    assert!(parts(bench.path()).is_empty());
    let report = verify(&to, Checks::ALL, |_| ControlFlow::Continue(())).unwrap();
    assert!(report.ok, "{report:?}");
}

#[test]
fn a_restore_refuses_while_the_station_runs() {
    let bench = filled();
    let to = bench.path().join("copy.backup");
    backup(bench.path(), &to, moment(60)).unwrap();
    let refused = restore(&options(bench.path()), &to, None, moment(61), Insist::default()).unwrap_err();
    assert!(matches!(refused, StoreError::SecondWriter { .. }), "{refused}");
}

#[test]
fn a_restored_ledger_goes_on_behind_the_last_number_ever_answered() {
    let mut bench = filled();
    let to = bench.path().join("copy.backup");
    let made = backup(bench.path(), &to, moment(60)).unwrap();
    bench.unit("AT-000002", "");
    bench.unit("AT-000003", "");
    let last = bench.store().head().0;
    bench.store = None;
    let restored = restore(&options(bench.path()), &to, None, moment(61), Insist::default()).unwrap();
    assert_eq!((restored.seq, restored.restored), (made.seq, EventSeq(last.0 + 1)));
    assert!(restored.kept_aside.as_ref().is_some_and(|it| it.join("station.db").exists()));
    let report = bench.verify();
    assert!(report.ok, "{report:?}");
    assert_eq!(
        report.sentences,
        [format!(
            "Events {} to {} were given up when a backup was restored (event {}).",
            made.seq.0 + 1,
            last.0,
            last.0 + 1
        )]
    );
    bench.open();
    assert!(bench.store().opening().damage.is_empty(), "{:?}", bench.store().opening());
    let event = bench.store().event(EventSeq(last.0 + 1)).unwrap().unwrap();
    assert_eq!(event.kind, EventKind::Restored);
    bench.unit("AT-000004", "");
    assert!(bench.verify().ok);
}

#[test]
fn a_backup_comes_back_into_an_empty_folder() {
    let bench = filled();
    let to = bench.path().join("copy.backup");
    let still = keep_still(bench.path(), b"\x89PNG\r\n\x1a\nof a drill").unwrap().still;
    let made = backup(bench.path(), &to, moment(60)).unwrap();
    assert_eq!(made.stills, 1);
    let mut fresh = Bench { folder: tempfile::tempdir().unwrap(), store: None, clock: 100 };
    let restored = restore(&options(fresh.path()), &to, None, moment(61), Insist::default()).unwrap();
    assert_eq!((restored.restored, restored.kept_aside), (EventSeq(made.seq.0 + 1), None));
    assert!(fresh.verify().ok);
    assert!(has_still(fresh.path(), &still), "pictures come back too");
    fresh.open();
    assert!(fresh.store().opening().damage.is_empty());
}

#[test]
fn a_backup_that_was_changed_is_refused_and_the_store_stays() {
    let mut bench = filled();
    let to = bench.path().join("copy.backup");
    backup(bench.path(), &to, moment(60)).unwrap();
    let head = bench.store().head();
    bench.store = None;
    Connection::open(&to)
        .unwrap()
        .execute_batch("DROP TRIGGER event_fixed; UPDATE event SET body = '{}' WHERE seq = 2")
        .unwrap();
    let refused = restore(&options(bench.path()), &to, None, moment(61), Insist::default()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("the backup {} does not verify: The hash of event 2 does not fit: it was changed.", to.display())
    );
    bench.open();
    assert_eq!(bench.store().head(), head);
    fs::write(&to, "no backup").unwrap();
    bench.store = None;
    assert!(restore(&options(bench.path()), &to, None, moment(62), Insist::default()).is_err());
    bench.open();
    assert_eq!(bench.store().head(), head);
}

fn proved(file: &Path) -> Report {
    verify(file, Checks::ALL, |_| ControlFlow::Continue(())).unwrap()
}

/// The chain and the signatures of a backup hold without its last events; the head that it carries knows of them.
#[test]
fn a_backup_that_does_not_end_where_it_ended_is_a_finding() {
    let mut bench = filled();
    bench.store().checkpoint(moment(50)).unwrap();
    bench.person("Eve", "2");
    let to = bench.path().join("copy.backup");
    let made = backup(bench.path(), &to, moment(60)).unwrap();
    assert!(proved(&to).ok);
    let copy = Connection::open(&to).unwrap();
    let shorter = format!("DROP TRIGGER event_stays; DELETE FROM event WHERE seq = {}", made.seq.0);
    copy.execute_batch(&shorter).unwrap();
    let report = proved(&to);
    assert_eq!((report.ok, report.first_bad), (false, Some(made.seq)), "{report:?}");
    let said = format!(
        "This backup was made at event {} with the head {}, and its ledger ends at event {}: it was changed since.",
        made.seq.0,
        made.head,
        made.seq.0 - 1
    );
    assert_eq!(report.sentences[0], said);
    copy.execute("UPDATE setting SET value = 'so' WHERE name = 'backup.head'", []).unwrap();
    let said = "The ledger head that this backup carries cannot be read: it was changed.";
    assert_eq!((proved(&to).ok, &*proved(&to).sentences[0]), (false, said));
}

#[test]
fn a_copy_of_a_restored_store_is_no_backup_that_was_changed() {
    let mut bench = filled();
    let to = bench.path().join("copy.backup");
    backup(bench.path(), &to, moment(60)).unwrap();
    bench.store = None;
    restore(&options(bench.path()), &to, None, moment(61), Insist::default()).unwrap();
    bench.open();
    bench.unit("AT-000002", "");
    bench.store = None;
    let copy = bench.path().join("copy.db");
    fs::copy(bench.path().join("station.db"), &copy).unwrap();
    assert!(proved(&copy).ok, "{:?}", proved(&copy));
}

#[test]
fn a_backup_without_the_pictures_that_its_events_bind_says_so_and_is_restored_only_if_that_is_meant() {
    for damage in ["gone", "changed"] {
        let mut bench = filled();
        let still = keep_still(bench.path(), b"\x89PNG\r\n\x1a\nof a drill").unwrap().still;
        let now = bench.now();
        let mut event = NewEvent::new(EventKind::Observed);
        event.body = Body::new().with("still", &*still);
        let seq = bench.store().within(|it| it.record_events(None, &[event], now)).unwrap()[0].0;
        let harm = |file: &Path| match damage {
            "gone" => fs::remove_file(file).unwrap(),
            _ => fs::write(file, b"\x89PNG\r\n\x1a\nof a saw").unwrap(),
        };
        let to = bench.path().join("copy.backup");
        assert!(backup(bench.path(), &to, moment(60)).unwrap().wrong_stills.is_empty());
        assert!(proved(&to).ok);
        harm(&bench.path().join("copy.backup.stills").join(&still));
        let wrong = if damage == "gone" { "is missing" } else { "was changed" };
        let said = format!("The still {still} of event {seq} {wrong}");
        assert_eq!((proved(&to).ok, &proved(&to).sentences[0]), (false, &format!("{said}.")));
        bench.store = None;
        let fresh = tempfile::tempdir().unwrap();
        let refused =
            restore(&options(fresh.path()), &to, None, moment(61), Insist::default()).unwrap_err().to_string();
        assert!(refused.contains(&said) && refused.contains("--without-pictures"), "{refused}");
        let insist = Insist { without_stills: true, ..Insist::default() };
        restore(&options(fresh.path()), &to, None, moment(62), insist).unwrap();
        // Where the store has the picture itself, nothing is lost.
        restore(&options(bench.path()), &to, None, moment(63), Insist::default()).unwrap();
        assert!(has_still(bench.path(), &still) && bench.verify().ok, "{damage}: {:?}", bench.verify());
        harm(&bench.path().join("stills").join(&still));
        let later = backup(bench.path(), &bench.path().join("later.backup"), moment(64)).unwrap();
        assert_eq!(later.wrong_stills, [format!("{said} in the store, and so in the backup.")]);
    }
}
