//! The ledger only grows, and its hashes can be recomputed by anybody, also after a purge.

use std::process::Command;

use rusqlite::Connection;
use scanstation::domain::{Body, EventClass, EventKind, EventSeq, NewEvent};
use scanstation::store::{Checkpoint, Reader, StoreError, hex, public_key};

use super::purge::{days, purge};
use super::{Bench, moment, movement};
use crate::skip::skipped;

fn raw(bench: &Bench) -> Connection {
    Connection::open(bench.path().join("station.db")).unwrap()
}

#[test]
fn an_event_is_read_back_as_it_was_written() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let ann = bench.person("Ann", "1");
    let seq = bench.answer(unit, None, Some(ann));
    let event = bench.store().event(EventSeq(seq)).unwrap().unwrap();
    assert_eq!(event.kind, EventKind::CheckedOut);
    assert_eq!((event.unit, event.holder, event.person), (Some(unit), Some(ann), Some(ann)));
    assert_eq!(event.body, Some(Body::new().with("by", "tag").with("mapping", "whole")));
    assert_eq!(event.event_time, event.record_time);
    assert_eq!(event.id.station.as_str(), "crib-1");
    assert_eq!(event.id.uuid.get_version_num(), 7);
    assert_eq!(bench.store().event(EventSeq(seq + 1)).unwrap(), None);
}

#[test]
fn a_group_is_all_or_nothing_and_a_savepoint_undoes_one_scan() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let ann = bench.person("Ann", "1");
    let before = bench.store().head();
    let store = bench.store();
    store.begin().unwrap();
    store.savepoint().unwrap();
    store.record_events(None, &[movement(unit, None, Some(ann))], moment(50)).unwrap();
    store.rollback_to().unwrap();
    assert_eq!(store.head(), before);
    store.savepoint().unwrap();
    let kept = store.record_events(None, &[movement(unit, None, Some(ann))], moment(50)).unwrap();
    store.release().unwrap();
    assert_eq!(kept, [EventSeq(before.0.0 + 1)]);
    store.rollback().unwrap();
    assert_eq!(store.head(), before);
    assert!(bench.store().unit(unit).unwrap().unwrap().custody.is_none());
    assert!(matches!(
        bench.store().record_events(None, &[NewEvent::new(EventKind::StationStarted)], moment(51)),
        Err(StoreError::Order(_))
    ));
    assert!(bench.verify().ok);
}

#[test]
fn the_database_itself_refuses_every_change_to_the_ledger() {
    let mut bench = Bench::new();
    bench.unit("AT-000001", "S1");
    bench.store().checkpoint(moment(60)).unwrap();
    bench.store = None;
    let connection = raw(&bench);
    connection.pragma_update(None, "recursive_triggers", true).unwrap();
    for statement in [
        "DELETE FROM event WHERE seq = 1",
        "DELETE FROM event",
        "UPDATE event SET unit = 9 WHERE seq = 1",
        "UPDATE event SET body = '{}' WHERE seq = 1",
        "UPDATE event SET body = NULL, salt = NULL WHERE seq = 1",
        "UPDATE event SET seq = 1000 WHERE seq = 1",
        "INSERT INTO event (seq, uuid, station, kind, record_time, hash) VALUES (1, x'00', 'x', 1, 1, x'00')",
        "INSERT OR REPLACE INTO event (seq, uuid, station, kind, record_time, hash) VALUES (1, x'00', 'x', 1, 1, x'00')",
        "DELETE FROM checkpoint",
        "UPDATE checkpoint SET seq = 1",
    ] {
        let found = connection.execute(statement, []).unwrap_err().to_string();
        assert!(found.contains("only grow"), "{statement}: {found}");
    }
}

#[test]
fn a_checkpoint_proves_the_head_with_the_published_key_alone() {
    let mut bench = Bench::new();
    bench.unit("AT-000001", "S1");
    bench.store().checkpoint(moment(60)).unwrap();
    assert_eq!(bench.store().unsigned_events(), 0);
    let exported = Reader::open(bench.path()).unwrap().checkpoint().unwrap().unwrap();
    let json = serde_json::to_string(&exported).unwrap();
    let read: Checkpoint = serde_json::from_str(&json).unwrap();
    assert!(read.holds());
    assert_eq!(Some(&read.public_key), public_key(bench.path()).unwrap().as_ref());
    assert_eq!(read.head, hex(&bench.store().head().1));
    let mut forged = read;
    forged.seq += 1;
    assert!(!forged.holds());
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(bench.path().join("station.key")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

/// The page tells everybody how to recompute the chain; this runs the program that stands on it.
#[test]
fn the_program_in_the_documentation_recomputes_the_chain() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "Ü-17");
    let ann = bench.person("Ann", "1");
    bench.answer(unit, None, Some(ann));
    bench.answer(unit, Some(ann), None);
    assert_eq!(purge(bench.store(), &[EventClass::Movements], days(1), days(9)).classes[0].events, 2);
    bench.answer(unit, None, Some(ann));
    let head = hex(&bench.store().head().1);
    bench.store = None;
    let page = include_str!("../../docs/ledger.md");
    let program = page.split("```python\n").nth(1).and_then(|it| it.split("```").next()).unwrap();
    let Ok(ran) = Command::new("python3").arg("-c").arg(program).arg(bench.path().join("station.db")).output() else {
        skipped("there is no python3 here");
        return;
    };
    assert_eq!(String::from_utf8_lossy(&ran.stdout).trim(), head, "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(bench.verify().head, head);
}
