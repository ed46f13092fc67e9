//! Which way a unit goes: automatic, or fixed by a card.

use scanstation::domain::EventKind;

use crate::bench::{ANA, BROKEN, Bench, DRILL, KIM, holder_id};

#[test]
fn nothing_moves_without_a_badge() {
    let mut bench = Bench::crib();
    bench.scan("!CMD:OUT").good("OUT: scan your badge");
    bench.scan(DRILL).no("Badge first");
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn a_unit_that_is_in_goes_out_and_one_that_is_held_comes_back() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.scan(DRILL).good("Out to Ana: Bosch GSR 18, due 17:00");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    let event = bench.last(EventKind::CheckedOut);
    assert_eq!((event.holder, event.person), (Some(holder_id(ANA)), Some(holder_id(ANA))));
    let body = event.body.unwrap();
    assert_eq!((body.get("mapping"), body.get("by"), body.get("scanned")), (Some("whole"), Some("tag"), None));
    bench.scan(DRILL).good("Back in: Bosch GSR 18, put it in LOC-A1 · Shelf A1");
    assert_eq!(bench.holder(DRILL), None);
    bench.verify();
}

#[test]
fn who_scans_somebody_elses_tool_is_told_whose_it_is() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, KIM, ANA]);
    bench.scan(DRILL).no("With Kim: IN to return it for Kim, HANDOVER to take it over. Free: AT-000002, LOC-A1");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kim"));
}

#[test]
fn a_tool_is_returned_for_somebody_else_and_both_names_stay() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, KIM, ANA, "!CMD:IN"]);
    bench.scan(DRILL).good("Returned for Kim: Bosch GSR 18, put it in LOC-A1 · Shelf A1");
    let event = bench.last(EventKind::CheckedIn);
    assert_eq!((event.person, event.holder), (Some(holder_id(ANA)), None));
    assert_eq!(event.body.unwrap().get("returned_for"), Some("Kim"));
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn in_a_fixed_mode_nothing_turns_round() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.scan("!CMD:OUT").good("OUT: scan tools");
    bench.scan(DRILL);
    bench.scan(DRILL).already("You have it already");
    bench.scan("!CMD:IN").good("IN: scan tools");
    bench.scan(DRILL);
    bench.scan(DRILL).already("Already in: LOC-A1 · Shelf A1");
    assert_eq!(bench.view().mode, "in");
}

#[test]
fn a_mode_falls_back_with_its_session() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:IN", "!CMD:DONE"]);
    assert_eq!(bench.view().mode, "auto");
}

#[test]
fn a_tool_that_is_kept_apart_does_not_go_out_and_an_equal_is_offered() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.scan(BROKEN).no("Cannot go out: in quarantine. Free: AT-000001, LOC-A1");
    assert_eq!(bench.holder(BROKEN), None);
}

#[test]
fn what_blocks_going_out_never_blocks_coming_in() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL]);
    bench.register(|store, now| store.set_blocked(crate::bench::unit_id(DRILL), Some("recalled"), None, now));
    bench.scan(DRILL).good("Back in: Bosch GSR 18; keep it apart: recalled");
    bench.scan(DRILL).no("Cannot go out: recalled. Free: AT-000002, LOC-A1");
}

#[test]
fn a_due_card_sets_the_day_for_what_follows() {
    let mut bench = Bench::crib();
    bench.scan("!CMD:DUE 3").no("Badge first");
    bench.scan(ANA);
    bench.scan("!CMD:DUE 3").good("Due in 3 days from now on");
    bench.scan(DRILL).good("Out to Ana: Bosch GSR 18, due Fri 17:00");
}

#[test]
fn a_job_is_scanned_once_and_stands_in_every_movement() {
    let mut bench = Bench::crib();
    bench.scan("JOB-4711").no("Badge first");
    bench.scan(ANA);
    bench.scan("JOB-4711").good("Job 4711: all lines from now on");
    bench.scan(DRILL);
    assert_eq!(bench.last(EventKind::CheckedOut).body.unwrap().get("job"), Some("4711"));
}
