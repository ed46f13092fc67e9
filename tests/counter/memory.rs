//! Scans that come later than they were made: dated as they were, marked, in order, and booked once.
//!
//! Deliberately absent: reading a dump, which is `tests/memory.rs`.

use scanstation::domain::{EventKind, LaneId, Message, Transport};

use crate::bench::{ANA, Bench, DRILL, Heard, KIM, SAW};

/// Uploads one code that was scanned at that time of the bench's day, which begins at 08:00.
fn upload(bench: &Bench, time: &str, code: &str, key: Option<&str>) -> Heard {
    let event_time = Some(time.parse().unwrap());
    let message = Message { bytes: code.as_bytes().to_vec(), aim: None, event_time };
    let (lane, key) = (LaneId::new("memory"), key.map(str::to_owned));
    let reply = bench.handle().scan(message, Transport::Batch, lane, key).unwrap().blocking_recv().unwrap();
    Heard { json: reply.json, recorded: reply.recorded }
}

#[test]
fn each_code_is_booked_at_its_own_time_and_marked_as_late() {
    let mut bench = Bench::crib();
    upload(&bench, "2026-03-09T15:00:00Z", ANA, None).good("Hello Ana");
    upload(&bench, "2026-03-09T15:00:20Z", DRILL, None);
    let out = bench.last(EventKind::CheckedOut);
    assert_eq!(out.event_time, "2026-03-09T15:00:20Z".parse().unwrap());
    assert_eq!(out.record_time, bench.now().wall);
    assert_eq!(out.body.unwrap().get("late_s"), Some("61180"));
    let custody = bench.unit(DRILL);
    assert_eq!(custody.unit.holder.as_deref(), Some("Ana"));
    let due = custody.unit.due;
    assert_eq!(due, "2026-03-09T17:00:00Z".parse().ok(), "due at the end of the shift in which it was taken");
    // Back half an hour later, though it came within the same moment: the scanner's clock counts.
    upload(&bench, "2026-03-09T15:08:00Z", DRILL, None).good("Back in: Bosch GSR 18, put it in LOC-A1 · Shelf A1");
    upload(&bench, "2026-03-09T15:08:00Z", DRILL, None).already("Read twice: counted once");
    bench.stop();
    bench.verify();
}

#[test]
fn who_had_left_by_the_scanners_clock_takes_nothing_more() {
    let mut bench = Bench::crib();
    upload(&bench, "2026-03-09T15:00:00Z", ANA, None).good("Hello Ana");
    upload(&bench, "2026-03-09T15:09:00Z", DRILL, None);
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"), "nine minutes of walking are no end");
    upload(&bench, "2026-03-09T16:00:00Z", SAW, None);
    assert_eq!(bench.holder(SAW), None);
    let closed = bench.last(EventKind::SessionClosed);
    assert_eq!(closed.event_time, "2026-03-09T15:09:00Z".parse().unwrap());
    assert_eq!(closed.body.unwrap().get("cause"), Some("idle"));
    bench.stop();
    bench.verify();
}

#[test]
fn a_clock_that_was_wrong_is_said_and_its_time_is_not_booked() {
    let mut bench = Bench::crib();
    upload(&bench, "2000-01-01T00:12:00Z", KIM, None)
        .good("Hello Kim; the scanner's clock is wrong, it said 2000-01-01T00:12:00Z: booked as of now");
    upload(&bench, "2031-01-01T00:00:00Z", DRILL, None);
    let out = bench.last(EventKind::CheckedOut);
    assert_eq!((out.event_time, out.record_time), (bench.now().wall, bench.now().wall));
    assert_eq!(out.body.unwrap().get("wrong_clock"), Some("2031-01-01T00:00:00Z"));
    bench.stop();
    bench.verify();
}

#[test]
fn a_second_upload_gets_the_first_answers_and_books_nothing() {
    let mut bench = Bench::crib();
    let codes = [("2026-03-09T15:00:00Z", ANA, "1"), ("2026-03-09T15:00:20Z", DRILL, "2")];
    let twice = || codes.map(|(time, code, key)| upload(&bench, time, code, Some(key)).json);
    let first = twice();
    let events = bench.ledger().len();
    assert_eq!(twice(), first);
    assert_eq!(bench.ledger().len(), events);
    bench.stop();
    bench.verify();
}
