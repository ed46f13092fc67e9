//! Every scan leaves a row, a secret leaves no payload, and a repeated request gets the first answer byte for byte.

use rusqlite::Connection;
use scanstation::domain::{
    Answer, Confidence, EventClass, EventKind, EventSeq, Identifier, Kind, NewEvent, ScanId, Sight, UnitId,
};
use scanstation::store::{Answered, Reader, Store, StoreError};

use super::purge::{days, purge};
use super::{Bench, moment, seen};

fn observe(bench: &mut Bench, identifier: &Identifier, payload: &[u8], key: Option<&str>, json: &str) -> ScanId {
    let now = bench.now();
    bench
        .store()
        .within(|store| {
            let scan = store.next_scan();
            let events = [NewEvent::new(EventKind::Observed), NewEvent::new(EventKind::Observed)];
            store.record_events(Some(scan), &events, now)?;
            store.record_scan(&seen(payload, now), identifier, Answer::No, None, None, key, json)
        })
        .unwrap()
}

fn text(key: &str) -> Identifier {
    Identifier::new(Kind::Text, key, Confidence::Low, "Readable text.")
}

#[test]
fn a_repeated_request_gets_the_first_answer_also_after_a_restart() {
    let mut bench = Bench::new();
    let json = "{\"answer\":\"no\",\"why\":\"ünbekannt\"}";
    observe(&mut bench, &text("x"), b"x", Some("key-1"), json);
    let (scan, outcome, lane, aim) = (ScanId(1), Some(json.into()), "left".to_owned(), Some("]C0".to_owned()));
    let first = Answered { scan, outcome, lane, aim, payload: Some(b"x".to_vec()) };
    let purged = Some(Answered { outcome: None, payload: None, ..first.clone() });
    let first = Some(first);
    assert_eq!(bench.store().answered("key-1").unwrap(), first);
    bench.again();
    assert_eq!(bench.store().answered("key-1").unwrap(), first);
    assert_eq!(bench.store().answered("key-2").unwrap(), None);
    purge(bench.store(), &[EventClass::Scans], days(1), days(9));
    assert_eq!(bench.store().answered("key-1").unwrap(), purged, "the key stays, so that nothing is done twice");
}

#[test]
fn a_scan_keeps_its_bytes_and_a_secret_does_not() {
    let mut bench = Bench::new();
    let hostile = b"\0\xff<script>'; DROP TABLE scan;--\x1b[31m";
    observe(&mut bench, &text("readable"), hostile, None, "{}");
    let secret = Identifier::new(Kind::Refused, "WIFI:", Confidence::Certain, "A password.");
    observe(&mut bench, &secret, b"WIFI:T:WPA;S:x;P:hunter2;;", None, "{}");
    bench.store = None;
    let connection = Connection::open(bench.path().join("station.db")).unwrap();
    let row = |id: i64| -> (Option<Vec<u8>>, Option<String>, Option<String>) {
        connection
            .query_row("SELECT payload, key, aim FROM scan WHERE id = ?", [id], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap()
    };
    assert_eq!(row(1), (Some(hostile.to_vec()), Some("readable".to_owned()), Some("]C0".to_owned())));
    assert_eq!(row(2), (None, None, Some("]C0".to_owned())));
    drop(connection);
    let file = std::fs::read(bench.path().join("station.db")).unwrap();
    assert!(!file.windows(7).any(|it| it == b"hunter2"));
}

#[test]
fn answers_come_back_by_the_number_of_their_last_event() {
    let mut bench = Bench::new();
    for number in 0..5 {
        let json = format!("{{\"events\":[{},{}]}}", number * 2 + 1, number * 2 + 2);
        observe(&mut bench, &text("x"), b"x", None, &json);
    }
    let reader = Reader::open(bench.path()).unwrap();
    let all: Vec<(i64, String)> =
        reader.outcomes(EventSeq(0), 10).unwrap().into_iter().map(|(seq, json)| (seq.0, json.to_string())).collect();
    let expected: Vec<(i64, String)> =
        (0..5).map(|it| (it * 2 + 2, format!("{{\"events\":[{},{}]}}", it * 2 + 1, it * 2 + 2))).collect();
    assert_eq!(all, expected);
    // A number in the middle of a scan's events does not lose or double its answer.
    assert_eq!(reader.outcomes(EventSeq(3), 10).unwrap().first().map(|it| it.0), Some(EventSeq(4)));
    assert_eq!(reader.outcomes(EventSeq(4), 10).unwrap().first().map(|it| it.0), Some(EventSeq(6)));
    assert_eq!(reader.outcomes(EventSeq(10), 10).unwrap(), []);
    let recent: Vec<i64> = reader.recent_outcomes(2).unwrap().into_iter().map(|it| it.0.0).collect();
    assert_eq!(recent, [8, 10]);
}

#[test]
fn every_scan_of_a_known_unit_updates_where_it_was_last_seen() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "");
    let now = moment(500);
    bench
        .store()
        .within(|store| {
            let event = NewEvent { unit: Some(unit), ..NewEvent::new(EventKind::Observed) };
            store.record_events(Some(store.next_scan()), &[event], now)?;
            store.record_scan(&seen(b"AT-000001", now), &text("AT-000001"), Answer::Good, Some(unit), None, None, "{}")
        })
        .unwrap();
    let story = Reader::open(bench.path()).unwrap().unit(unit, 10, Sight::of(None)).unwrap().unwrap();
    assert_eq!(story.seen, Some((now.wall, "crib-1".to_owned())));
    let kinds: Vec<EventKind> = story.events.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [EventKind::Observed, EventKind::UnitRegistered]);
}

/// Scans the unit; with an event of it, or as a symbol beside the one that spoke.
fn see(store: &mut Store, unit: UnitId, event: bool, at: i64) -> Result<(), StoreError> {
    let (scan, now) = (store.next_scan(), moment(at));
    if event {
        let event = NewEvent { unit: Some(unit), ..NewEvent::new(EventKind::Observed) };
        store.record_events(Some(scan), &[event], now)?;
    }
    store
        .record_scan(&seen(b"AT-000001", now), &text("AT-000001"), Answer::Good, Some(unit), None, None, "{}")
        .map(drop)
}

#[test]
fn last_seen_is_the_later_of_scans_with_and_without_an_event_of_the_unit() {
    let mut bench = Bench::new();
    let (unit, other) = (bench.unit("AT-000001", ""), bench.unit("AT-000002", ""));
    let at = |bench: &Bench, unit| {
        let story = Reader::open(bench.path()).unwrap().unit(unit, 10, Sight::of(None)).unwrap().unwrap();
        story.seen.map(|it| it.0)
    };
    assert_eq!(at(&bench, unit), None);
    for (time, event) in [(500, true), (600, false), (700, true), (800, true), (900, false)] {
        bench.store().within(|store| see(store, unit, event, time)).unwrap();
        assert_eq!(at(&bench, unit), Some(moment(time).wall), "{time}");
    }
    // An event of another unit's scan is no scan of this one.
    bench
        .store()
        .within(|store| {
            let event = NewEvent { unit: Some(unit), ..NewEvent::new(EventKind::Observed) };
            store.record_events(Some(store.next_scan()), &[event], moment(950))?;
            see(store, other, true, 950)
        })
        .unwrap();
    assert_eq!((at(&bench, unit), at(&bench, other)), (Some(moment(900).wall), Some(moment(950).wall)));
    // A scan that was undone leaves its number, and not that it was seen.
    let store = bench.store();
    store.begin().unwrap();
    store.savepoint().unwrap();
    see(store, unit, true, 960).unwrap();
    store.rollback_to().unwrap();
    store.savepoint().unwrap();
    see(store, unit, false, 970).unwrap();
    store.release().unwrap();
    store.commit().unwrap();
    assert_eq!(at(&bench, unit), Some(moment(970).wall));
}

#[test]
fn as_many_last_answers_come_as_were_asked_for_however_many_events_each_has() {
    let mut bench = Bench::new();
    for number in 1..=4 {
        let now = moment(number);
        let store = bench.store();
        store
            .within(|store| {
                let events = vec![NewEvent::new(EventKind::Observed); 40];
                let seqs = store.record_events(Some(store.next_scan()), &events, now)?;
                let json = format!("{{\"events\":{}}}", serde_json::to_string(&seqs).unwrap());
                store.record_scan(&seen(b"x", now), &text("x"), Answer::Done, None, None, None, json.as_str())
            })
            .unwrap();
    }
    let recent = |bench: &Bench, rows: usize| -> Vec<i64> {
        let reader = Reader::open(bench.path()).unwrap();
        reader.recent_outcomes(rows).unwrap().into_iter().map(|it| it.0.0).collect()
    };
    assert_eq!(recent(&bench, 3), [80, 120, 160]);
    assert_eq!(recent(&bench, 9), [40, 80, 120, 160]);
    purge(bench.store(), &[EventClass::Scans], moment(4), days(9));
    assert_eq!(recent(&bench, 3), [160]);
}
