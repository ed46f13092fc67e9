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
    bench.lane("left").scan("!CMD:UNDO").no("Cannot undo: AT-000001 has moved since, now in, LOC-A1 · Shelf A1");
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

#[test]
fn undo_takes_a_place_and_a_state_back() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:MOVE", "LOC-A2", DRILL]);
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is in LOC-A1 · Shelf A1 again");
    assert_eq!(bench.unit(DRILL).unit.location.as_deref(), Some("Shelf A1"));
    bench.all_good(&["!CMD:DAMAGED", DRILL, "LOC-Q1"]);
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is in LOC-A1 · Shelf A1 again");
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is in service again");
    bench.scan("!CMD:UNDO").no("Nothing to undo");
    bench.verify();
}

#[test]
fn undo_says_who_has_the_unit_since() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, DRILL]);
    bench.lane("right").all_good(&[KIM, DRILL]);
    bench.lane("left").scan("!CMD:UNDO").no("Cannot undo: AT-000001 has moved since, now with Kim");
    bench.lane("right").all_good(&["!CMD:MOVE", "LOC-A2", SAW]);
    bench.lane("left").all_good(&["!CMD:AUTO", SAW]);
    bench.lane("right").scan("!CMD:UNDO").no("Cannot undo: AT-000004 has moved since, now with Ana");
    bench.verify();
}

#[test]
fn a_desk_asks_before_it_undoes() {
    let mut bench = Bench::desk();
    bench.all_good(&[KIM, "!CMD:OUT", ANA, DRILL, "!CMD:DONE"]);
    bench.scan("!CMD:UNDO").already("Undo check-out of AT-000001 to Ana? UNDO again, or your badge");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    bench
        .late(std::time::Duration::from_secs(6), "!CMD:UNDO")
        .already("Undo check-out of AT-000001 to Ana? UNDO again, or your badge");
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is in again");
    bench.all_good(&["!CMD:OUT", ANA, DRILL, "!CMD:DONE"]);
    bench.scan("!CMD:UNDO");
    bench.scan(KIM).done("Undone: AT-000001 is in again");
    assert!(bench.view().session.is_some());
    bench.verify();
}

#[test]
fn a_keeper_corrects_an_earlier_event_with_a_reason_if_nothing_came_after_it() {
    use crate::bench::{KAY, holder_id};
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, ANA]);
    let out = bench.last(EventKind::CheckedOut).id.seq;
    let correct = move |why: &'static str, event| {
        move |store: &mut scanstation::store::Store, now| {
            store.within(|store| store.correct(event, why, Some(holder_id(KAY)), now)).map_err(|it| it.to_string())
        }
    };
    assert_eq!(bench.work(correct(" ", out)), Err("a correction needs a reason".to_owned()));
    bench.work(correct("wrong drill", out)).unwrap();
    assert_eq!(bench.holder(DRILL), None);
    let corrected = bench.last(EventKind::Corrected);
    assert_eq!((corrected.corrects, corrected.person), (Some(out), Some(holder_id(KAY))));
    let again = bench.work(correct("once more", out)).unwrap_err();
    assert!(
        again.contains(&format!("event {} (corrected by Kay); correct that one first", corrected.id.seq.0)),
        "{again}"
    );
    bench.all_good(&[ANA, SAW]);
    bench.lane("right").all_good(&[KIM, "!CMD:IN", SAW]);
    let out = bench.last(EventKind::CheckedOut).id.seq;
    let refused = bench.work(correct("too late", out)).unwrap_err();
    assert!(refused.contains("(checked-in by Kim)"), "{refused}");
    bench.verify();
}
