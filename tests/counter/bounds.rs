//! What keeps one lane from harming the others: ends recorded each for itself, and no more lanes than there may be.

use std::time::Duration;

use scanstation::domain::EventKind;

use crate::bench::{ANA, Bench, DRILL, KIM};

#[test]
fn an_end_that_cannot_be_recorded_holds_up_no_other() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA]);
    bench.lane("right").all_good(&[KIM]);
    let other = rusqlite::Connection::open(bench.path().join("station.db")).unwrap();
    let closed = 1 + EventKind::ALL.iter().position(|it| *it == EventKind::SessionClosed).unwrap();
    let refuse = format!(
        "CREATE TRIGGER refuse BEFORE INSERT ON event WHEN NEW.kind = {closed} AND NEW.person = 1 \
         BEGIN SELECT RAISE(ABORT, 'not this one'); END"
    );
    other.execute_batch(&refuse).unwrap();
    bench.pass(Duration::from_secs(40));
    assert!(bench.view().session.is_none(), "Kim's session waits for Ana's");
    assert!(bench.lane("left").view().session.is_some(), "an end that is not on disk was shown");
    other.execute_batch("DROP TRIGGER refuse").unwrap();
    bench.pass(Duration::from_secs(3));
    assert!(bench.view().session.is_none());
    bench.verify();
}

#[test]
fn a_clock_that_was_set_is_signed_after_a_silence() {
    let mut bench = Bench::crib();
    bench.scan(DRILL);
    bench.rest(Duration::from_secs(6));
    bench.set_clock("2026-03-12T20:00:00Z").rest(Duration::ZERO);
    let changed = bench.last(EventKind::ClockChanged).id.seq;
    bench.rest(Duration::from_secs(6));
    assert_eq!(bench.reader().checkpoint().unwrap().unwrap().seq, changed.0);
}

#[test]
fn a_lane_too_many_is_told_so_and_opens_nothing() {
    let mut bench = Bench::crib();
    bench.at_once();
    for number in 0..64 {
        bench.lane(&format!("client-{number}")).scan("!CMD:FOUND").good("FOUND: scan what you found");
    }
    bench.lane("one-more").scan("!CMD:FOUND").no("64 lanes are in use: finish on one of them first");
    bench.scan(ANA).no("64 lanes are in use: finish on one of them first");
    assert!(bench.scan(DRILL).why().starts_with("Badge first: Bosch GSR 18: in"), "looking up needs no place");
    let open = || bench.handle().view().borrow().lanes.values().filter(|it| it.mode != "auto").count();
    assert_eq!(open(), 64);
    bench.pass(Duration::from_secs(40));
    bench.lane("one-more").scan("!CMD:FOUND").good("FOUND: scan what you found");
    bench.verify();
}
