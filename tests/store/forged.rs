//! A past that was rewritten with the chain recomputed: without the checkpoints all hashes fit again.
//!
//! The forger knows docs/ledger.md and has the files, not the station's key.
//! Deliberately absent: damage, where the hashes do not fit.

use std::{fs, path::Path};

use rusqlite::{Connection, types::Value};
use scanstation::domain::{EventKind, EventSeq, ModelId, NewEvent};
use scanstation::store::{Insist, NewStock, Reader, Report, StoreError, backup, public_key, restore, verify_signed};
use sha2::{Digest as _, Sha256};

use super::damage::{killed, proved};
use super::{Bench, moment, options};

/// Lets anything be changed, and makes all hashes fit again.
pub(super) fn forge(file: &Path, statement: &str) {
    let database = Connection::open(file).unwrap();
    let triggers: Vec<String> = database
        .prepare("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        .and_then(|mut it| it.query_map([], |row| row.get(0))?.collect())
        .unwrap();
    for name in
        ["event_grows", "event_stays", "event_fixed", "checkpoint_grows", "checkpoint_stays", "checkpoint_fixed"]
    {
        database.execute_batch(&format!("DROP TRIGGER IF EXISTS {name}")).unwrap();
    }
    database.execute_batch(statement).unwrap();
    let columns = "seq, uuid, station, kind, record_time, event_time, person, unit, holder, due, location, state, scan, \
                   corrects, salt, body";
    let rows: Vec<Vec<Value>> = database
        .prepare(&format!("SELECT {columns} FROM event ORDER BY seq"))
        .and_then(|mut it| it.query_map([], |row| (0..16).map(|at| row.get(at)).collect())?.collect())
        .unwrap();
    let mut head = vec![0; 32];
    for row in rows {
        let mut header = "scanstation-event-1\n".to_owned();
        for value in &row[..14] {
            header.push_str(&match value {
                Value::Integer(number) => number.to_string(),
                Value::Text(text) => text.clone(),
                Value::Blob(bytes) => scanstation::store::hex(bytes),
                Value::Null | Value::Real(_) => String::new(),
            });
            header.push('\n');
        }
        let (Value::Blob(salt), Value::Text(body)) = (&row[14], &row[15]) else { panic!("no words in {row:?}") };
        let body = Sha256::digest([salt.as_slice(), body.as_bytes()].concat());
        head = Sha256::digest([&*head, header.as_bytes(), &*body].concat()).to_vec();
        database.execute("UPDATE event SET hash = ?1 WHERE seq = ?2", (&head, &row[0])).unwrap();
    }
    for made in triggers {
        database.execute_batch(&made.replacen("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1)).unwrap();
    }
}

/// The mark is no secret: it is made to fit as well.
fn forge_mark(data: &Path) {
    let head = Connection::open(data.join("station.db"))
        .and_then(|it| {
            it.query_row(
                "SELECT seq, hash, (SELECT coalesce(max(id), 0) FROM scan) FROM event ORDER BY seq DESC LIMIT 1",
                [],
                |row| Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?, row.get::<_, i64>(2)?)),
            )
        })
        .unwrap();
    let text = [b"scanmrk1".as_slice(), &head.0.to_le_bytes(), &head.2.to_le_bytes(), &head.1].concat();
    let sum = Sha256::digest(&text);
    fs::write(data.join("station.mark"), [&text, &sum[..16]].concat()).unwrap();
}

#[test]
fn a_store_of_an_earlier_program_is_not_blamed_for_what_that_program_did_not_sign() {
    let mut bench = signed();
    let file = bench.path().join("station.db");
    // As it was before: nothing signed behind the first checkpoint, though a silence lies there.
    forge(
        &file,
        "DELETE FROM checkpoint; DROP TABLE import_file; DROP INDEX unit_state_quarantine; DROP INDEX unit_state_state; \
         ALTER TABLE unit DROP COLUMN no_serial_number; ALTER TABLE model DROP COLUMN no_serial_number; \
         DELETE FROM setting WHERE name = 'exports_noted_from'; \
         PRAGMA user_version = 9",
    );
    forge_mark(bench.path());
    let report = proved(bench.path());
    assert!(report.ok, "{report:#?}");
    assert!(report.sentences.iter().any(|it| it.starts_with("An earlier program wrote this")), "{report:#?}");
    bench.open();
    assert_eq!(bench.store().opening().damage, Vec::<String>::new());
    bench
        .store()
        .within(|store| store.record_events(None, &[NewEvent::new(EventKind::StationStarted)], moment(50)))
        .unwrap();
    bench.store = None;
    assert!(proved(bench.path()).ok);
}

/// Some answered scans, signed, and the store closed.
fn signed() -> Bench {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let ann = bench.person("Ann", "1");
    for _ in 0..3 {
        bench.answer(unit, None, Some(ann));
        bench.answer(unit, Some(ann), None);
    }
    bench.store().checkpoint(moment(30)).unwrap();
    bench.store = None;
    assert!(bench.verify().ok);
    bench
}

const WHOLE: &str = "DELETE FROM checkpoint; UPDATE event SET person = 2 WHERE seq = 5";

#[track_caller]
fn unsigned(report: &Report) {
    assert_eq!((report.ok, report.first_bad, &report.signed), (false, Some(EventSeq(1)), &None), "{report:?}");
    let said =
        "Nothing is signed: the ledger has 10 events and no checkpoint that holds, and the station signs its first";
    assert!(report.sentences[0].starts_with(said), "{report:?}");
}

#[test]
fn a_ledger_without_any_signature_is_a_finding_whatever_it_is_compared_with() {
    let bench = signed();
    let copy = bench.path().join("copy.db");
    backup(bench.path(), &copy, moment(40)).unwrap();
    let own = public_key(bench.path()).unwrap().unwrap();
    let keyed = |path: &Path| {
        let all = scanstation::store::Checks::ALL;
        verify_signed(path, std::slice::from_ref(&own), &[], all, |_| std::ops::ControlFlow::Continue(())).unwrap()
    };
    forge(&bench.path().join("station.db"), WHOLE);
    forge_mark(bench.path());
    unsigned(&bench.verify());
    unsigned(&keyed(bench.path()));
    let head = Reader::open(bench.path()).unwrap().head().unwrap();
    forge(&copy, WHOLE);
    let carried = format!("10 {} 2025", scanstation::store::hex(&head.1));
    Connection::open(&copy)
        .and_then(|it| it.execute("UPDATE setting SET value = ? WHERE name = 'backup.head'", [carried]))
        .unwrap();
    unsigned(&proved(&copy));
    unsigned(&keyed(&copy));
    let refused = restore(&options(bench.path()), &copy, None, moment(50), Insist::default()).unwrap_err();
    assert!(refused.to_string().contains("does not verify: Nothing is signed"), "{refused}");
}

#[test]
fn a_start_on_a_ledger_without_any_signature_says_so_for_ever_before_it_signs() {
    let mut bench = signed();
    forge(&bench.path().join("station.db"), WHOLE);
    forge_mark(bench.path());
    bench.open();
    let opening = bench.store().opening().clone();
    assert!(opening.damage[0].starts_with("Nothing is signed"), "{opening:?}");
    assert!(opening.kept_aside.is_some());
    bench.again();
    assert!(bench.store().opening().damage[0].starts_with("Found at an earlier start"));
    let report = bench.verify();
    assert_eq!((report.ok, report.first_bad), (false, Some(EventSeq(11))), "{report:?}");
    assert!(report.sentences[0].starts_with("Event 11 declares that events before it were not signed"), "{report:?}");
}

/// Of checkpoints that are removed some may stay: the first one holds whatever becomes of the events behind it.
#[track_caller]
fn cut(change: impl Fn(&mut Bench), said: &str) {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    change(&mut bench);
    let ann = bench.person("Ann", "1");
    bench.answer(unit, None, Some(ann));
    bench.store().checkpoint(moment(900)).unwrap();
    bench.store = None;
    assert!(bench.verify().ok);
    let keep_first = "DELETE FROM checkpoint WHERE seq > 2; UPDATE event SET person = 2 WHERE seq = 4";
    forge(&bench.path().join("station.db"), keep_first);
    forge_mark(bench.path());
    let report = bench.verify();
    assert_eq!((report.ok, report.first_bad), (false, Some(EventSeq(3))), "{report:?}");
    assert!(report.sentences[0].contains(said), "{report:?}");
    assert_eq!(report.signed.map(|it| it.seq), Some(EventSeq(2)));
}

#[test]
fn checkpoints_that_were_removed_at_the_end_are_missed_over_a_start_and_over_a_silence() {
    cut(
        |bench| {
            let now = bench.now();
            let event = NewEvent::new(EventKind::StationStarted);
            bench.store().within(|it| it.record_events(None, &[event], now).map(drop)).unwrap();
        },
        "are not signed, but the station started among them",
    );
    cut(
        |bench| {
            bench.person("Eve", "2");
            bench.clock += 600;
        },
        "are not signed, but a silence is among them",
    );
}

#[test]
fn what_kill_9_leaves_is_signed_from_its_first_event_and_nothing_is_missed() {
    let fresh = Bench::new();
    assert_eq!((fresh.verify().ok, fresh.verify().signed), (true, None), "a ledger without events");
    let mut bench = Bench::new();
    bench.unit("AT-000001", "S1");
    let report = bench.verify();
    let first = report.signed.clone().unwrap();
    assert_eq!((report.ok, first.seq, report.unsigned), (true, EventSeq(2), 0), "{report:?}");
    assert_eq!(Some(first.public_key), public_key(bench.path()).unwrap());
    bench.unit("AT-000002", "");
    assert_eq!((bench.verify().ok, bench.verify().unsigned), (true, 1));
    let killed = killed(5);
    let store = scanstation::store::Store::open(&options(killed.folder.path()), moment(5_000)).unwrap();
    assert!(store.opening().damage.is_empty(), "{:?}", store.opening());
}

#[test]
fn a_group_never_leaves_more_unsigned_than_a_start_reads() {
    let mut bench = Bench::new();
    let now = bench.now();
    let events = vec![NewEvent::new(EventKind::Observed); 10_000];
    for count in [1, 9_999, 1] {
        bench.store().within(|it| it.record_events(None, &events[..count], now).map(drop)).unwrap();
    }
    assert_eq!(bench.store().unsigned_events(), 0, "the last one may not stay without a signature");
    assert!(bench.verify().ok);
}

#[test]
fn a_backup_must_agree_with_what_the_replaced_store_has_signed() {
    let mut bench = signed();
    let copy = bench.path().join("copy.db");
    backup(bench.path(), &copy, moment(40)).unwrap();
    let other = signed();
    let foreign = bench.path().join("other.db");
    backup(other.path(), &foreign, moment(40)).unwrap();
    bench.open();
    bench.unit("AT-000002", "");
    bench.store = None;
    let refused = restore(&options(bench.path()), &foreign, None, moment(50), Insist::default()).unwrap_err();
    assert!(matches!(refused, StoreError::OtherLedger { seq: 10, .. }), "{refused}");
    assert!(bench.verify().ok, "nothing was changed");
    restore(&options(bench.path()), &copy, None, moment(51), Insist::default()).unwrap();
    // The mark alone knows it too.
    fs::remove_file(other.path().join("station.db")).unwrap();
    let refused = restore(&options(other.path()), &copy, None, moment(52), Insist::default()).unwrap_err();
    assert!(matches!(refused, StoreError::OtherLedger { seq: 10, .. }), "{refused}");
    let insist = Insist { another: true, ..Insist::default() };
    restore(&options(bench.path()), &foreign, None, moment(53), insist).unwrap();
    assert!(bench.verify().ok, "{:?}", bench.verify());
}

/// Two shelves, of which one was counted twice; what `verify` says after a change.
#[track_caller]
fn counted(statement: &str, said: &str) {
    let mut bench = Bench::new();
    bench.unit("AT-000001", "S1");
    let now = bench.now();
    let shelf = |shelf: &str, quantity: i64| NewStock {
        model: ModelId(1),
        shelf: shelf.to_owned(),
        location: None,
        quantity,
        minimum: 0,
    };
    bench
        .store()
        .within(|it| {
            it.add_stock(&shelf("SH-1", 50), None, now)?;
            it.add_stock(&shelf("SH-2", 7), None, now)?;
            it.count_stock("SH-1", 40, "counted", None, now)?;
            it.count_stock("SH-1", 30, "counted", None, now)
        })
        .unwrap();
    bench.store = None;
    let report = bench.verify();
    assert!(report.ok, "{report:?}");
    forge(&bench.path().join("station.db"), statement);
    forge_mark(bench.path());
    let report = bench.verify();
    assert!(report.sentences.iter().any(|it| it == said), "{report:?}");
}

#[test]
fn each_quantity_follows_from_the_one_before_it_from_the_first_on() {
    counted(
        "UPDATE event SET body = replace(body, '\"before\":\"50\"', '\"before\":\"60\"') WHERE kind = 25",
        "Event 5 changes the quantity on shelf SH-1 from 60 to 40, and it was 50 by the events before it.",
    );
    counted(
        "UPDATE event SET body = replace(body, '\"quantity\":\"50\"', '\"quantity\":\"500\"') WHERE kind = 15",
        "Event 5 changes the quantity on shelf SH-1 from 50 to 40, and it was 500 by the events before it.",
    );
    counted(
        "UPDATE event SET body = replace(body, '\"left\":\"40\"', '\"left\":\"45\"') WHERE kind = 25",
        "Event 6 changes the quantity on shelf SH-1 from 40 to 30, and it was 45 by the events before it.",
    );
    counted(
        "UPDATE stock SET quantity = 9 WHERE shelf = 'SH-2'",
        "The quantity on shelf SH-2 is not what the ledger says; it says 7.",
    );
}
