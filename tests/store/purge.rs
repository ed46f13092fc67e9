//! A purge takes the words of old events for good, and leaves what something stands on.
//!
//! Deliberately absent: words that somebody else took away, which is `hidden`; the command line and the service.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use scanstation::domain::{
    Answer, Body, Confidence, EventClass, EventKind, EventSeq, HolderId, Identifier, Kind, Moment, NewEvent, ReadingId,
    Scan, ScanId, UnitId, UnitState,
};
use scanstation::store::{
    Form, Insist, List, Next, Purge, PurgeOrder, PurgeReport, Reader, Settle, Store, backup, keep_still, restore,
};

use crate::bench::PICTURE;

use super::{Bench, moment, movement, options, seen};

/// A moment so many days after the first of the bench.
pub(crate) fn days(count: i64) -> Moment {
    moment(count * 86_400)
}

/// Purges these classes of what was recorded before a moment, to the end.
pub(crate) fn purge(store: &mut Store, classes: &[EventClass], before: Moment, now: Moment) -> PurgeReport {
    let mut purge = Purge::new(&orders(classes, before), None, "a test", now).unwrap().alone();
    while purge.piece(store, now).unwrap() != Next::End {}
    purge.report().clone()
}

fn orders(classes: &[EventClass], before: Moment) -> Vec<PurgeOrder> {
    classes.iter().map(|it| PurgeOrder { class: *it, before: before.wall }).collect()
}

/// One scan with its events, as the station writes them, with words of its own.
pub(super) fn scanned(bench: &mut Bench, payload: &str, events: &[NewEvent]) -> EventSeq {
    let now = bench.now();
    let known = Identifier::new(Kind::Text, payload, Confidence::Low, "Readable text.");
    let scan = seen(payload.as_bytes(), now);
    let work = |store: &mut Store| {
        let number = store.next_scan();
        let seqs = store.record_events(Some(number), events, now)?;
        for seq in events.iter().zip(&seqs).filter(|it| it.0.kind == EventKind::Parked).map(|it| *it.1) {
            store.park(seq, number, &scan, &known)?;
        }
        let outcome = format!("{{\"why\":\"{payload}\",\"events\":{}}}", serde_json::to_string(&seqs).unwrap());
        store.record_scan(&scan, &known, Answer::Done, None, None, None, outcome.as_str())?;
        Ok(seqs[0])
    };
    bench.store().within(work).unwrap()
}

pub(super) fn of(kind: EventKind, word: &str) -> NewEvent {
    NewEvent { body: Body::new().with("scanned", word), ..NewEvent::new(kind) }
}

fn body(bench: &mut Bench, seq: EventSeq) -> Option<Body> {
    bench.store().event(seq).unwrap().unwrap().body
}

/// A unit that Ann took and brought back, and has again.
pub(super) fn lent(bench: &mut Bench) -> (UnitId, HolderId, [EventSeq; 3]) {
    let (unit, ann) = (bench.unit("AT-000001", "S1"), bench.person("Ann", "1"));
    let steps = [(None, Some(ann)), (Some(ann), None), (None, Some(ann))];
    (unit, ann, steps.map(|(from, to)| EventSeq(bench.answer(unit, from, to))))
}

#[test]
fn the_words_go_the_rows_and_hashes_stay_and_verify_tells_by_which_purge() {
    let mut bench = Bench::new();
    let (_, ann, [out, back, again]) = lent(&mut bench);
    let looked = scanned(&mut bench, "LOOKED", &[of(EventKind::Observed, "LOOKED")]);
    let trial = Reader::open(bench.path()).unwrap().rehearse_purge(&orders(&[EventClass::Movements], days(1)), days(9));
    let report = purge(bench.store(), &[EventClass::Movements], days(1), days(9));
    let class = &report.classes[0];
    assert_eq!((class.events, class.up_to, class.needed, report.scans), (2, Some(back), 1, 2), "{report:?}");
    assert_eq!(PurgeReport { done: true, ..trial.unwrap() }, report);
    let event = bench.store().event(out).unwrap().unwrap();
    assert_eq!((event.body, event.holder, event.kind), (None, Some(ann), EventKind::CheckedOut));
    assert!(body(&mut bench, again).is_some(), "she still has it");
    assert!(body(&mut bench, looked).is_some(), "another class");
    let tombstone = bench.store().head().0;
    let said = body(&mut bench, tombstone).unwrap();
    let word = |name: &str| said.get(name).unwrap_or_default().to_owned();
    let numbers = format!("{}-{}", out.0, back.0);
    assert_eq!(
        ["class", "events", "scans", "numbers", "reason"].map(word),
        ["movements", "2", "2", &*numbers, "a test"]
    );
    assert_eq!(word("before"), days(1).wall.to_string());
    let found = bench.verify();
    let purged = &found.purged[0];
    assert!(found.ok && found.unsigned == 0, "{found:?}");
    assert_eq!(
        (found.purged.len(), purged.class, purged.events, purged.up_to, purged.purges, purged.first_purge),
        (1, EventClass::Movements, 2, back, 1, tombstone)
    );
    let report = purge(bench.store(), &[EventClass::Movements], days(1), days(9));
    assert_eq!((report.classes[0].events, report.scans, bench.store().head().0), (0, 0, tombstone));
}

#[test]
fn what_something_still_stands_on_stays_until_it_does_no_longer() {
    let mut bench = Bench::new();
    let (unit, ann, [.., again]) = lent(&mut bench);
    let other = bench.unit("AT-000002", "S2");
    let about = |kind, word: &str| NewEvent { unit: Some(unit), ..of(kind, word) };
    let released =
        [NewEvent { unit: Some(other), ..of(EventKind::Overridden, "RELEASED") }, movement(other, None, Some(ann))];
    let released = scanned(&mut bench, "RELEASED", &released);
    let moved = scanned(&mut bench, "MOVED", &[about(EventKind::Moved, "MOVED")]);
    let waits = scanned(&mut bench, "WAITS", &[of(EventKind::Parked, "WAITS")]);
    let mut shown = about(EventKind::Moved, "SHOWN");
    shown.body = shown.body.with("still", "ab".repeat(32));
    let shown = scanned(&mut bench, "SHOWN", &[shown]);
    let all = |bench: &mut Bench, day: i64| purge(bench.store(), EventClass::ALL, days(day), days(day + 9));
    let report = all(&mut bench, 1);
    assert_eq!(report.classes.iter().map(|it| it.needed).collect::<Vec<_>>(), [5, 0, 0, 1], "{report:?}");
    for seq in [again, released, moved, waits, shown] {
        assert!(body(&mut bench, seq).is_some(), "{seq:?}");
    }
    let mut back = movement(unit, Some(ann), None);
    back.body = back.body.with("condition", "dirty");
    let back = scanned(&mut bench, "BACK", &[back]);
    let lost = scanned(
        &mut bench,
        "LOST",
        &[NewEvent { state: Some(UnitState::Lost), ..about(EventKind::StateChanged, "LOST") }],
    );
    let now = bench.now();
    bench.store().within(|store| store.settle(waits, &Settle::Dismiss("ours".to_owned()), None, now)).unwrap();
    all(&mut bench, 1);
    assert_eq!(
        [again, moved, waits, shown, back, lost].map(|it| body(&mut bench, it).is_some()),
        [false, false, false, true, true, true]
    );
    let found = scanned(
        &mut bench,
        "FOUND",
        &[NewEvent { state: Some(UnitState::InService), ..about(EventKind::StateChanged, "FOUND") }],
    );
    all(&mut bench, 1);
    assert_eq!([back, lost, found].map(|it| body(&mut bench, it).is_some()), [true, false, false]);
    bench.store = None;
    let said = bench.verify().sentences;
    assert_eq!(said.iter().filter(|it| !it.starts_with("The still ")).count(), 0, "{said:?}");
}

#[test]
fn a_scan_goes_with_the_last_of_its_events() {
    let mut bench = Bench::new();
    scanned(&mut bench, "BADGE", &[of(EventKind::SessionOpened, "BADGE"), of(EventKind::Refused, "BADGE")]);
    let left = |bench: &Bench| -> i64 {
        let file = Connection::open(bench.path().join("station.db")).unwrap();
        file.query_row("SELECT count(*) FROM scan WHERE payload IS NOT NULL", [], |row| row.get(0)).unwrap()
    };
    let trial = |bench: &Bench, classes: &[EventClass]| {
        Reader::open(bench.path()).unwrap().rehearse_purge(&orders(classes, days(1)), days(9)).unwrap().scans
    };
    assert_eq!((trial(&bench, &[EventClass::Sessions]), trial(&bench, EventClass::ALL)), (0, 1));
    assert_eq!(purge(bench.store(), &[EventClass::Sessions], days(1), days(9)).scans, 0);
    assert_eq!((left(&bench), trial(&bench, &[EventClass::Scans])), (1, 1));
    assert_eq!(purge(bench.store(), &[EventClass::Scans], days(1), days(9)).scans, 1);
    assert_eq!(left(&bench), 0);
    assert!(bench.verify().ok);
}

#[test]
fn all_symbols_of_a_picture_go_with_the_one_that_spoke_for_them() {
    let mut bench = Bench::new();
    let now = bench.now();
    let known = Identifier::new(Kind::Text, "x", Confidence::Low, "Readable text.");
    let work = |store: &mut Store| {
        for picture in 0..2 {
            let (reading, spokesman) = (store.next_scan().0, store.next_scan().0 + 1);
            store.record_events(Some(ScanId(spokesman)), &[of(EventKind::Observed, "x")], now)?;
            for place in 0..3 {
                let reading = Some(ReadingId(reading.unsigned_abs()));
                let scan = Scan { reading, ..seen(format!("{picture}-{place}").as_bytes(), now) };
                let outcome = (store.next_scan().0 == spokesman).then_some("{}");
                store.record_scan(&scan, &known, Answer::Done, None, None, None, outcome)?;
            }
        }
        store.record_scan(&seen(b"alone", now), &known, Answer::Done, None, None, None, "{}").map(drop)
    };
    bench.store().within(work).unwrap();
    assert_eq!(purge(bench.store(), &[EventClass::Scans], days(1), days(9)).scans, 2);
    let file = Connection::open(bench.path().join("station.db")).unwrap();
    let left: Vec<Vec<u8>> = file
        .prepare("SELECT payload FROM scan WHERE payload IS NOT NULL")
        .and_then(|mut it| it.query_map([], |row| row.get(0))?.collect())
        .unwrap();
    assert_eq!(left, [b"alone".to_vec()]);
}

/// Whether these bytes stand in any file of a folder.
fn stands_in(folder: &Path, word: &str) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            let bytes = fs::read(entry.path()).unwrap();
            if bytes.windows(word.len()).any(|it| it == word.as_bytes()) {
                files.push(entry.file_name().into_string().unwrap());
            }
        }
    }
    files
}

#[test]
fn what_was_purged_is_in_no_file_of_the_store_any_more() {
    for wal_bytes_min in [0, 256 * 1024] {
        let mut bench = Bench::new();
        bench.store = None;
        let options = scanstation::store::Options { wal_bytes_min, ..options(bench.path()) };
        bench.store = Some(Store::open(&options, moment(1)).unwrap());
        // Words in no order, and rows that grow later: both are moved between pages, which leaves copies of them there.
        let still = keep_still(bench.path(), PICTURE).unwrap().still;
        let (mut waits, mut dice) = (Vec::new(), 1_u64);
        let mut throw = |sides: usize| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(dice >> 33).unwrap() % sides
        };
        let dismiss = |bench: &mut Bench, parked: EventSeq| {
            let now = bench.now();
            let how = Settle::Dismiss("no".to_owned());
            bench.store().within(|store| store.settle(parked, &how, None, now)).unwrap();
        };
        for number in 0..700 {
            let word = format!("HUSH-{:08}-{}", throw(100_000_000), "x".repeat(throw(37)));
            waits.push(scanned(&mut bench, &word, &[of(EventKind::Parked, &word)]));
            let long = format!("HUSH-{number:05}-{}", "y".repeat(6_000 * (number % 2)));
            scanned(&mut bench, &long, &[of(EventKind::Observed, &long)]);
            if throw(4) == 0 {
                let shown = waits[throw(waits.len())].0.to_string();
                let body = Body::new().with("of", shown).with("still", &*still);
                let now = bench.now();
                let bound = NewEvent { body, ..NewEvent::new(EventKind::StillBound) };
                bench.store().within(|store| store.record_events(None, &[bound], now)).unwrap();
            }
            if throw(3) == 0 {
                let parked = waits.swap_remove(throw(waits.len()));
                dismiss(&mut bench, parked);
            }
        }
        for it in waits {
            dismiss(&mut bench, it);
        }
        assert!(!stands_in(bench.path(), "HUSH-").is_empty());
        let report = purge(bench.store(), EventClass::ALL, days(1), days(9));
        assert!(!report.wal_is_left && report.scans == 1_400, "{report:?}");
        assert_eq!(stands_in(bench.path(), "HUSH-"), Vec::<String>::new(), "while the writer is open");
        bench.again();
        assert_eq!(stands_in(bench.path(), "HUSH-"), Vec::<String>::new(), "after a start");
        assert!(bench.verify().ok);
    }
}

#[test]
fn while_somebody_reads_the_wal_is_left_and_told() {
    let mut bench = Bench::new();
    scanned(&mut bench, "HUSH-1", &[of(EventKind::Observed, "HUSH-1")]);
    let reader = Connection::open(bench.path().join("station.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM event").unwrap();
    let _: i64 = reader.query_row("SELECT count(*) FROM event", [], |row| row.get(0)).unwrap();
    let report = purge(bench.store(), EventClass::ALL, days(1), days(9));
    assert!(report.wal_is_left && report.done, "{report:?}");
    reader.execute_batch("COMMIT").unwrap();
    drop(reader);
    assert!(!purge(bench.store(), EventClass::ALL, days(1), days(9)).wal_is_left, "the next one finishes it");
    assert_eq!(stands_in(bench.path(), "HUSH-"), Vec::<String>::new());
}

/// Looked up so often that a purge takes several pieces.
fn many(bench: &mut Bench) {
    for number in 0..13 {
        let words: Vec<_> = (0..100).map(|it| of(EventKind::Observed, &format!("HUSH-{number}-{it}"))).collect();
        scanned(bench, "HUSH", &words);
    }
}

#[test]
fn what_ends_the_program_between_two_pieces_leaves_a_ledger_that_verifies_and_a_second_purge_takes_the_rest() {
    let mut bench = Bench::new();
    many(&mut bench);
    let left = |bench: &Bench| -> i64 {
        let file = Connection::open(bench.path().join("station.db")).unwrap();
        file.query_row("SELECT count(*) FROM event WHERE kind = 5 AND body IS NOT NULL", [], |row| row.get(0)).unwrap()
    };
    let mut broken_off = Purge::new(&orders(&[EventClass::Scans], days(1)), None, "a test", days(9)).unwrap();
    let mut before = left(&bench);
    for pieces in 1..=2 {
        assert_eq!(broken_off.piece(bench.store(), days(9)).unwrap(), Next::Piece);
        bench.store = None;
        assert!(left(&bench) < before, "piece {pieces}");
        before = left(&bench);
        let found = bench.verify();
        assert!(found.ok, "{found:?}");
        assert_eq!(found.purged[0].purges, pieces);
        bench.open();
    }
    assert_ne!(before, 0);
    let report = purge(bench.store(), &[EventClass::Scans], days(1), days(9));
    assert_eq!((u64::try_from(before).unwrap(), left(&bench)), (report.classes[0].events, 0));
    assert_eq!(stands_in(bench.path(), "HUSH"), Vec::<String>::new());
    assert!(bench.verify().ok, "{:?}", bench.verify());
}

#[test]
fn what_is_too_young_has_no_reason_or_no_class_is_refused() {
    let mut bench = Bench::new();
    scanned(&mut bench, "X", &[of(EventKind::Observed, "X")]);
    let why = |orders: &[PurgeOrder], why: &str| Purge::new(orders, None, why, days(9)).err().unwrap().to_string();
    let scans = |day| orders(&[EventClass::Scans], days(day));
    assert_eq!(why(&scans(1), " "), "a purge needs a reason");
    assert_eq!(why(&[], "x"), "a purge needs a class");
    assert_eq!(why(&[scans(1), scans(2)].concat(), "x"), "scans are ordered twice; name each class once");
    let young = why(&scans(9), "x");
    assert!(young.starts_with("scans are purged from an age of one day on; "), "{young}");
    assert_eq!(Reader::open(bench.path()).unwrap().rehearse_purge(&scans(9), days(9)).unwrap_err().to_string(), young);
}

#[test]
fn a_story_a_list_and_an_export_go_on_over_purged_events() {
    let mut bench = Bench::new();
    let (unit, _, [out, ..]) = lent(&mut bench);
    purge(bench.store(), EventClass::ALL, days(1), days(9));
    let reader = Reader::open(bench.path()).unwrap();
    let told = reader.events(EventSeq(out.0 - 1), 1).unwrap();
    assert_eq!((told[0].kind, &told[0].body), (EventKind::CheckedOut, &None));
    assert_eq!(reader.events(EventSeq(0), 100).unwrap().len(), usize::try_from(bench.store().head().0.0).unwrap());
    assert!(reader.outcomes(EventSeq(0), 100).unwrap().iter().all(|it| it.0 > out));
    for (form, expected) in [(Form::Csv, ",,purged,"), (Form::JsonLines, "\"body\":\"purged\"")] {
        let mut out = Vec::new();
        reader.export(List::Events, form, true, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches(expected).count(), 2, "{text}");
    }
    assert!(reader.export(List::Scans, Form::Csv, true, &mut Vec::new()).is_ok());
    // A correction looks at the whole story of its unit.
    let last = bench.verify().events;
    let now = days(9);
    let again = bench.store().within(|store| store.correct(EventSeq(out.0 + 2), "wrong drill", None, now)).unwrap();
    assert!(again.0 > i64::try_from(last).unwrap());
    assert_eq!(bench.store().unit(unit).unwrap().unwrap().custody, None);
    assert!(bench.verify().ok);
}

#[test]
fn a_backup_of_a_purged_ledger_holds_and_an_older_one_brings_the_words_back() {
    let mut bench = Bench::new();
    let (_, _, [out, ..]) = lent(&mut bench);
    let elsewhere = tempfile::tempdir().unwrap();
    let [early, late] = ["early", "late"].map(|it| elsewhere.path().join(it));
    bench.store().checkpoint(moment(80)).unwrap();
    backup(bench.path(), &early, moment(80)).unwrap();
    purge(bench.store(), EventClass::ALL, days(1), days(9));
    backup(bench.path(), &late, days(9)).unwrap();
    bench.store = None;
    let into = |file: &Path| {
        restore(&options(bench.path()), file, None, days(10), Insist::default()).unwrap();
        let report = bench.verify();
        assert!(report.ok, "{report:?}");
        let reader = Reader::open(bench.path()).unwrap();
        (report.purged.len(), reader.events(EventSeq(out.0 - 1), 1).unwrap()[0].body.is_some())
    };
    assert_eq!(into(&late), (1, false));
    assert_eq!(into(&early), (0, true));
    let mut store = Store::open(&options(bench.path()), days(11)).unwrap();
    let report = purge(&mut store, EventClass::ALL, days(1), days(11));
    assert_eq!(report.classes[0].events, 2, "what came back is purged again");
    assert_eq!(report.copies.len(), 2, "{:?}", report.copies);
    assert!(report.copies.iter().all(|it| it.starts_with("replaced-")));
}
