//! What the station promises about its answers: one row and one feedback a scan, and "good" only once it is durable.

use std::time::Duration;

use scanstation::domain::{EventClass, EventKind, ScanId};

use crate::bench::{ANA, Bench, DRILL, KIM, SAW};
use crate::store::purge::purge;

#[test]
fn every_scan_leaves_exactly_one_row_and_one_feedback() {
    let mut bench = Bench::crib();
    let codes =
        [ANA, DRILL, "", "XYZZY", "!CMD:NOPE", "WIFI:S:x;P:secret;;", "AT-00001", "SN77001", KIM, "LOC-A2", "QTY-5"];
    for (place, code) in codes.iter().enumerate() {
        let heard = bench.scan(code);
        let number = i64::try_from(place + 1).unwrap();
        assert_eq!(heard.value()["scan"], number, "{code}");
        let events = heard.value()["events"].as_array().unwrap().len();
        assert!(events >= 1, "{code} left no event");
    }
    let rows = bench.ledger().iter().filter_map(|it| it.scan).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(rows, (1..=i64::try_from(codes.len()).unwrap()).map(ScanId).collect());
    bench.verify();
}

#[test]
fn a_repeated_request_gets_the_first_answer_byte_for_byte_also_after_a_restart() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    let first = bench.send(DRILL.as_bytes(), Some("key-1"));
    let before = bench.ledger().len();
    let again = bench.send(DRILL.as_bytes(), Some("key-1"));
    assert_eq!((&first.json, bench.ledger().len()), (&again.json, before));
    bench.restart();
    let after = bench.send(DRILL.as_bytes(), Some("key-1"));
    assert_eq!(first.json, after.json);
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
}

#[test]
fn a_repeated_request_whose_answer_was_purged_is_told_so_and_books_nothing() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    let first = bench.send(DRILL.as_bytes(), Some("key-1"));
    bench.all_good(&[DRILL]);
    bench.pass(Duration::from_secs(2 * 86_400));
    let before = bench.now();
    bench.pass(Duration::from_secs(2 * 86_400));
    bench.work(move |store, now| purge(store, EventClass::ALL, before, now));
    let events = bench.ledger().len();
    let again = bench.send(DRILL.as_bytes(), Some("key-1"));
    again.already("Answered before, and the answer was purged; nothing was done again");
    assert_eq!((&again.value()["scan"], again.recorded), (&first.value()["scan"], true));
    assert_eq!((bench.ledger().len(), bench.holder(DRILL)), (events, None));
    bench.lane("right");
    assert!(!bench.send(DRILL.as_bytes(), Some("key-1")).recorded, "another lane: the key is taken");
}

#[test]
fn what_cannot_be_written_is_not_said_to_be_and_nothing_of_it_stays() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    // Another program holds the file for longer than the station waits.
    let other = rusqlite::Connection::open(bench.path().join("station.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let heard = bench.scan(SAW);
    assert!(!heard.recorded);
    assert_eq!((heard.answer(), heard.value()["scan"].is_null()), (scanstation::domain::Answer::No, true));
    assert!(heard.why().starts_with("NOT recorded"), "{}", heard.why());
    let heard = bench.scan("!CMD:DONE");
    assert!(!heard.recorded, "{}", heard.why());
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    assert_eq!(bench.view().cart.len(), 1, "the lane is as it was");
    bench.scan("!CMD:DONE").done("Done: 1 out to Ana");
    assert_eq!((bench.holder(DRILL).as_deref(), bench.holder(SAW)), (Some("Ana"), None));
    bench.verify();
}

#[test]
fn a_scan_that_fails_half_way_leaves_nothing_and_the_next_one_is_as_if_it_had_not_been() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    let before = bench.ledger().len();
    let other = rusqlite::Connection::open(bench.path().join("station.db")).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER no BEFORE INSERT ON scan BEGIN SELECT RAISE(ABORT, 'the journal is closed'); END",
        )
        .unwrap();
    let heard = bench.scan(DRILL);
    assert!(!heard.recorded && heard.why().starts_with("NOT recorded"), "{}", heard.why());
    assert!(heard.why().contains("the journal is closed"), "{}", heard.why());
    assert_eq!((bench.ledger().len(), bench.holder(DRILL)), (before, None), "its event was written before its row");
    other.execute_batch("DROP TRIGGER no").unwrap();
    bench.scan(DRILL).good("Out to Ana: Bosch GSR 18, due 17:00");
    assert_eq!(bench.ledger().len(), before + 1);
    bench.verify();
}

#[test]
fn a_clock_that_is_set_is_an_event_and_sessions_do_not_feel_it() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.set_clock("2026-03-11T08:00:10Z").pass(Duration::from_secs(1));
    assert_eq!(bench.last(EventKind::ClockChanged).body.unwrap().get("seconds"), Some("86408"));
    assert!(bench.view().session.is_some());
    assert_eq!(alarms(&bench), Vec::<String>::new());
    bench.set_clock("2026-03-01T08:00:00Z").pass(Duration::from_secs(1));
    bench.scan(DRILL).good("Out to Ana: Bosch GSR 18, due 17:00");
    assert_eq!(alarms(&bench), ["The clock is 10 days behind the last entry: check date and time"]);
    bench.verify();
}

#[test]
fn a_clock_that_is_behind_at_a_start_is_told_and_noted_until_it_is_right() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.stop(); // Or it would note the step itself.
    bench.set_clock("2026-03-10T05:00:00Z").restart();
    assert_eq!(alarms(&bench), ["The clock is 3 hours behind the last entry: check date and time"]);
    assert!(bench.last(EventKind::ClockChanged).body.unwrap().get("seconds").unwrap().starts_with("-108"));
    bench.set_clock("2026-03-10T08:30:00Z").pass(Duration::from_secs(1));
    assert_eq!(alarms(&bench), Vec::<String>::new());
    bench.verify();
}

#[test]
fn a_session_does_not_survive_a_restart_and_custody_does() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL]);
    bench.restart();
    assert_eq!(bench.view().session, None);
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    bench.verify();
}

#[test]
fn each_scan_of_a_known_unit_renews_where_it_was_last_seen() {
    let mut bench = Bench::crib();
    bench.scan(DRILL);
    let seen = bench.unit(DRILL).seen.unwrap();
    assert_eq!(seen, (bench.now().wall, "crib-1".to_owned()));
}

/// What the screens say until it is mended.
fn alarms(bench: &Bench) -> Vec<String> {
    bench.view();
    bench.handle().view().borrow().alarms.clone()
}
