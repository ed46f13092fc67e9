//! UNDO: a further event that takes an earlier one back.

use scanstation::domain::EventKind;

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KIM, SAW};

#[test]
fn undo_takes_back_the_last_movement_and_both_events_stay() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, SAW]);
    bench.scan("!CMD:UNDO").done("Undone: AT-000004 is in again");
    assert_eq!((bench.holder(DRILL).as_deref(), bench.holder(SAW)), (Some("Ana"), None));
    let out = bench.last(EventKind::CheckedOut);
    let corrected = bench.last(EventKind::Corrected);
    assert_eq!((corrected.corrects, corrected.unit), (Some(out.id.seq), out.unit));
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is in again");
    bench.scan("!CMD:UNDO").no("Nothing to undo");
    bench.verify();
}

#[test]
fn undo_of_a_return_gives_holder_and_due_date_back() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL]);
    let due = bench.unit(DRILL).unit.due;
    assert!(due.is_some());
    bench.scan(DRILL);
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is out again");
    assert_eq!((bench.holder(DRILL).as_deref(), bench.unit(DRILL).unit.due), (Some("Ana"), due));
    bench.verify();
}

#[test]
fn a_unit_that_moved_since_stays_where_it_is() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL]);
    bench.lane("right").all_good(&[KIM, "!CMD:IN", DRILL]);
    bench.lane("left").scan("!CMD:UNDO").no("AT-000001 has moved since: cannot undo");
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn undo_needs_its_session() {
    let mut bench = Bench::crib();
    bench.scan("!CMD:UNDO").no("Badge first");
    bench.all_good(&[ANA, DRILL, ANA, ANA]);
    bench.scan("!CMD:UNDO").no("Nothing to undo");
}

#[test]
fn undo_reaches_ten_actions_back_and_no_further() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    for _ in 0..6 {
        bench.all_good(&[DRILL, DRILL_2]);
    }
    for _ in 0..10 {
        assert_eq!(bench.scan("!CMD:UNDO").answer(), scanstation::domain::Answer::Done);
    }
    bench.scan("!CMD:UNDO").no("Nothing to undo");
    assert_eq!((bench.holder(DRILL).as_deref(), bench.holder(DRILL_2).as_deref()), (Some("Ana"), Some("Ana")));
    bench.verify();
}

#[test]
fn undo_after_restart_finds_no_session() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL]);
    bench.restart();
    bench.scan("!CMD:UNDO").no("Badge first");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
}
