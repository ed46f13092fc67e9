//! What is looked at once more when DONE books a cart: rules that changed since the scan, and drafts that are days old.

use std::time::Duration;

use scanstation::domain::{CategoryPolicy, EventKind, Reservation, Restrictions, Training};
use scanstation::store::{Instruction, Reserved};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KAY, KIM, SAW, holder_id, unit_id};

fn category(bench: &Bench, policy: CategoryPolicy) {
    bench.register(move |store, now| store.set_category("power tool", &policy, None, now));
}

fn trained(bench: &Bench, until: Option<&str>) {
    let training = Training { name: "drills".to_owned(), valid_until: until.map(|it| it.parse().unwrap()) };
    bench.register(move |store, now| store.add_training(holder_id(ANA), &training, None, now));
}

#[test]
fn a_reservation_that_came_after_the_scan_keeps_its_unit_out_of_the_booking() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, SAW]);
    let reservation = Reservation {
        holder: holder_id(KIM),
        name: String::new(),
        begins: "2026-03-10T08:00:00Z".parse().unwrap(),
        ends: "2026-03-11T08:00:00Z".parse().unwrap(),
    };
    bench.register(move |store, now| store.reserve(Reserved::Unit(unit_id(DRILL)), &reservation, None, now).map(drop));
    bench.scan("!CMD:DONE").no("Done: 1 out to Ana; NOT booked: AT-000001 (reserved)");
    assert_eq!((bench.holder(DRILL), bench.holder(SAW).as_deref()), (None, Some("Ana")));
    bench.verify();
}

#[test]
fn a_training_that_ended_while_a_draft_waited_keeps_its_units_out_of_the_booking() {
    let mut bench = Bench::attended();
    category(&bench, CategoryPolicy { training: Some("drills".to_owned()), ..CategoryPolicy::default() });
    trained(&bench, Some("2026-03-10T12:00:00Z"));
    bench.all_good(&[ANA, DRILL]);
    bench.pass(Duration::from_secs(31));
    bench.pass(Duration::from_secs(5 * 3_600));
    bench.scan(ANA).good("Hello Ana; training drills is over; 1 still in your cart: DONE or CANCEL");
    bench.scan("!CMD:DONE").no("Goodbye Ana; NOT booked: AT-000001 (training missing)");
    assert_eq!(bench.holder(DRILL), None);
    bench.verify();
}

#[test]
fn a_limit_counts_the_lines_before_and_not_the_line_itself() {
    let mut bench = Bench::attended();
    category(&bench, CategoryPolicy { held_max: Some(2), ..CategoryPolicy::default() });
    bench.all_good(&[ANA, DRILL, DRILL_2]);
    bench.scan("!CMD:DONE").done("Done: 2 out to Ana");
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, DRILL_2]);
    category(&bench, CategoryPolicy { held_max: Some(1), ..CategoryPolicy::default() });
    bench.scan("!CMD:DONE").no("Done: 1 out to Ana; NOT booked: AT-000002 (over limit)");
    bench.verify();
}

#[test]
fn what_was_released_at_the_scan_is_released_at_done() {
    let mut bench = Bench::attended();
    category(&bench, CategoryPolicy { held_max: Some(1), ..CategoryPolicy::default() });
    bench.all_good(&[ANA, DRILL]);
    bench.scan(DRILL_2).no("Limit reached: 1 of power tool");
    bench.scan(KAY).asks("Kay releases it: why? OVERRIDE and the reason");
    bench.scan("!CMD:OVERRIDE two hands").good("In the cart: Bosch GSR 18 out, due 17:00");
    bench.scan("!CMD:DONE").done("Done: 2 out to Ana");
    bench.verify();
}

/// What is due before the loan ends is measured by the loan as it was scanned, not by a card for what came after it.
#[test]
fn a_due_card_is_for_what_is_scanned_after_it_at_done_too() {
    let mut bench = Bench::attended();
    let due =
        Restrictions { calibration_due: Some("2026-03-12T08:00:00Z".parse().unwrap()), ..Restrictions::default() };
    bench.register(move |store, now| store.restrict(unit_id(DRILL), &due, None, now));
    bench.all_good(&[ANA, DRILL, "!CMD:DUE 3", SAW]);
    bench.scan("!CMD:DONE").done("Done: 2 out to Ana");
    assert_eq!(bench.unit(DRILL).unit.due.unwrap().to_string(), "2026-03-10T17:00:00Z");
    assert_eq!(bench.unit(SAW).unit.due.unwrap().to_string(), "2026-03-13T17:00:00Z");
}

#[test]
fn a_draft_whose_end_has_passed_gets_a_new_one() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, "!CMD:DUE 3", SAW]);
    bench.pass(Duration::from_secs(24 * 3_600));
    bench.scan(ANA).good("Hello Ana; 2 still in your cart: DONE or CANCEL");
    bench.scan("!CMD:DONE").done("Done: 2 out to Ana");
    assert_eq!(bench.unit(DRILL).unit.due.unwrap().to_string(), "2026-03-11T17:00:00Z");
    assert_eq!(bench.unit(SAW).unit.due.unwrap().to_string(), "2026-03-13T17:00:00Z");
    bench.verify();
}

#[test]
fn the_movement_out_of_a_cart_names_its_second_proof_after_a_restart_too() {
    let mut bench = Bench::attended();
    category(&bench, CategoryPolicy { critical: true, ..CategoryPolicy::default() });
    bench.all_good(&[ANA, DRILL, KIM]);
    bench.restart();
    bench.all_good(&[ANA, "!CMD:DONE"]);
    assert_eq!(bench.last(EventKind::CheckedOut).body.unwrap().get("second_proof"), Some("Kim"));
    bench.verify();
}

#[test]
fn a_draft_keeps_its_job_and_done_asks_for_one_that_is_missing_before_it_books_anything() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, "JOB-4711", SAW]);
    bench.pass(Duration::from_secs(31));
    bench.all_good(&[ANA, DRILL]);
    category(&bench, CategoryPolicy { job_required: true, ..CategoryPolicy::default() });
    bench.pass(Duration::from_secs(31));
    bench.all_good(&[ANA]);
    bench.scan("!CMD:DONE").no("NOT booked, scan the job first: AT-000001");
    assert_eq!((bench.view().cart.len(), bench.holder(SAW)), (2, None), "a cart was thrown away");
    bench.scan("JOB-4712").good("Job 4712: what lies in the cart, and all lines from now on");
    bench.scan("!CMD:DONE").done("Done: 2 out to Ana");
    let jobs = |tag: &str| {
        let out = bench.ledger().into_iter().rfind(|it| it.unit == Some(unit_id(tag)) && it.holder.is_some());
        out.unwrap().body.unwrap().get("job").map(str::to_owned)
    };
    assert_eq!((jobs(DRILL).as_deref(), jobs(SAW).as_deref()), (Some("4712"), Some("4711")));
    bench.verify();
}

#[test]
fn a_model_that_was_reserved_after_the_scan_leaves_as_many_as_are_reserved() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, DRILL_2]);
    let reservation = Reservation {
        holder: holder_id(KIM),
        name: String::new(),
        begins: "2026-03-10T08:00:00Z".parse().unwrap(),
        ends: "2026-03-11T08:00:00Z".parse().unwrap(),
    };
    bench.register(move |store, now| {
        let drill = store.model_id("Bosch", "GSR 18")?.unwrap();
        store.reserve(Reserved::Model(drill), &reservation, None, now).map(drop)
    });
    bench.scan("!CMD:DONE").no("Done: 1 out to Ana; NOT booked: AT-000002 (reserved)");
    bench.all_good(&[KIM, DRILL_2]);
    bench.scan("!CMD:DONE").done("Done: 1 out to Kim");
    bench.verify();
}

#[test]
fn a_kit_that_a_badge_proved_names_the_proof_on_each_of_its_movements() {
    for attended in [false, true] {
        let mut bench = if attended { Bench::attended() } else { Bench::crib() };
        category(&bench, CategoryPolicy { critical: true, ..CategoryPolicy::default() });
        bench.register(|store, now| store.set_kit(unit_id(DRILL_2), Some(unit_id(DRILL)), None, now));
        bench.all_good(&[ANA, DRILL, KIM, "!CMD:DONE"]);
        let out: Vec<_> = bench.ledger().into_iter().filter(|it| it.kind == EventKind::CheckedOut).collect();
        assert_eq!(out.len(), 2);
        assert!(out.iter().all(|it| it.body.as_ref().unwrap().get("second_proof") == Some("Kim")), "{out:?}");
    }
}

#[test]
fn a_clerk_stays_when_nothing_of_a_borrower_can_be_booked() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:OUT", ANA, DRILL]);
    let held = Restrictions { on_hold: Some("lab".to_owned()), ..Restrictions::default() };
    bench.register(move |store, now| store.restrict(unit_id(DRILL), &held, None, now));
    bench.scan("!CMD:DONE").no("Nothing out to Ana; NOT booked: AT-000001 (on hold)");
    assert_eq!(bench.view().session.unwrap().name, "Kay");
    assert_eq!(bench.last(EventKind::Observed).body.unwrap().get("cart"), Some("AT-000001"));
    bench.verify();
}

#[test]
fn what_comes_back_comes_from_whoever_had_it_when_it_was_scanned() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, "!CMD:DONE", ANA, DRILL]);
    bench.pass(Duration::from_secs(31));
    bench.all_good(&[KIM, "!CMD:IN", DRILL, "!CMD:DONE", KIM, DRILL, "!CMD:DONE"]);
    bench.scan(ANA).good("Hello Ana; 1 still in your cart: DONE or CANCEL; changed meanwhile: AT-000001");
    bench.scan("!CMD:DONE").no("Goodbye Ana; NOT booked: AT-000001 (changed meanwhile)");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kim"), "Kim walks with it");
    bench.verify();
}

#[test]
fn what_a_keeper_changes_about_a_person_holds_in_the_session_that_is_open() {
    let mut bench = Bench::attended();
    category(&bench, CategoryPolicy { training: Some("drills".to_owned()), ..CategoryPolicy::default() });
    trained(&bench, None);
    bench.all_good(&[ANA, DRILL, DRILL_2]);
    let carry = |bench: &Bench, wanted: Instruction| {
        bench.register(move |store, now| store.carry_out(&wanted, None, now).map(drop));
    };
    let training =
        |ended: bool| Instruction::Training { person: ANA.to_owned(), name: "drills".to_owned(), until: None, ended };
    carry(&bench, training(true));
    bench.scan(SAW).no("Training missing: drills; ask the keeper");
    bench.scan("!CMD:DONE").no("Goodbye Ana; NOT booked: AT-000001 (training missing), AT-000002 (training missing)");
    bench.scan(ANA);
    bench.scan(SAW).no("Training missing: drills; ask the keeper");
    carry(&bench, training(false));
    bench.scan(SAW).good("In the cart: Makita HS7601 out, due 17:00");
    carry(&bench, Instruction::Limit { person: ANA.to_owned(), held_max: Some(0) });
    bench.scan("!CMD:DONE").no("Goodbye Ana; NOT booked: AT-000004 (over own limit)");
    bench.verify();
}

#[test]
fn whoever_has_left_is_out_at_once_and_their_cart_waits() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    let leave = |back: bool| Instruction::Leave { person: ANA.to_owned(), back };
    let leaves = leave(false);
    bench.register(move |store, now| store.carry_out(&leaves, None, now).map(drop));
    assert!(bench.view().session.is_none());
    assert_eq!(bench.view().notice.unwrap().why, "Ana's badge is no longer valid: the session has ended");
    assert_eq!(bench.last(EventKind::SessionClosed).body.unwrap().get("cause"), Some("badge withdrawn"));
    bench.scan("!CMD:DONE").already("Nothing open");
    let comes = leave(true);
    bench.register(move |store, now| store.carry_out(&comes, None, now).map(drop));
    bench.scan(ANA).good("Hello Ana; 1 still in your cart: DONE or CANCEL");
    bench.verify();
}
