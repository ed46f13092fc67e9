//! Two things at once: what one of them waits for stays, whatever is said of the other, and no card is swallowed.
//!
//! Deliberately absent: two lanes, which have a file of their own.

use std::time::Duration;

use scanstation::domain::{EventKind, UnitState};

use crate::bench::{ANA, BROKEN, Bench, DRILL, KAY, KIM, SAW};

const SHOW: &str = "Damaged: Bosch GSR 18; show the damage, then scan the quarantine bin";

#[track_caller]
fn waits_for_bin(bench: &mut Bench) {
    assert_eq!(bench.view().prompt, "Show the damage, then scan the quarantine bin");
    bench.scan("!CMD:DONE").no("Scan the bin first");
    bench.scan("LOC-Q1").done("AT-000001 is in LOC-Q1 · Quarantine bin");
    bench.scan("!CMD:DONE").done("Goodbye Kay");
    bench.verify();
}

#[test]
fn a_damaged_thing_waits_for_its_bin_whatever_is_said_of_another() {
    for card in ["!CMD:LOST", "!CMD:OK", "!CMD:FOUND", "!CMD:BADLABEL", "!CMD:TRANSIT", "!CMD:IN"] {
        let mut bench = Bench::crib();
        bench.scan(KAY);
        bench.scan("!CMD:DAMAGED");
        bench.scan(DRILL).good(SHOW);
        bench.scan(card);
        bench.scan(SAW);
        waits_for_bin(&mut bench);
    }
}

#[test]
fn a_damaged_thing_waits_for_its_bin_when_another_action_is_taken_back() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, SAW, "!CMD:DAMAGED", DRILL]);
    bench.scan("!CMD:UNDO 2").done("Undone: AT-000004 is in again");
    waits_for_bin(&mut bench);
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:DAMAGED", DRILL]);
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is in service again");
    bench.scan("!CMD:DONE").done("Goodbye Kay");
}

#[test]
fn what_a_card_says_of_a_thing_in_the_cart_counts_and_the_thing_leaves_the_cart() {
    let mut bench = Bench::attended();
    bench.all_good(&[KAY, DRILL, SAW, "!CMD:DAMAGED"]);
    bench.scan(DRILL).good(&format!("{SHOW}; no longer in the cart"));
    assert_eq!(bench.view().cart.len(), 1);
    bench.scan("LOC-Q1");
    bench.scan("!CMD:DONE").done("Done: 1 out to Kay");
    assert_eq!(bench.unit(DRILL).unit.state, UnitState::Quarantine);
    assert_eq!((bench.holder(DRILL), bench.holder(SAW).as_deref()), (None, Some("Kay")));
    bench.verify();
}

#[test]
fn a_bad_label_is_noted_of_a_thing_in_the_cart_which_stays_there_and_nothing_is_put_away_from_it() {
    let mut bench = Bench::attended();
    bench.all_good(&[KAY, DRILL, "!CMD:BADLABEL"]);
    bench.scan(DRILL).good("Label noted: Bosch GSR 18 gets a new print");
    bench.all_good(&["!CMD:MOVE", "LOC-A2"]);
    bench.scan(DRILL).no("It lies in your cart: DONE books it, UNDO takes it out");
    bench.scan("!CMD:DONE").done("Done: 1 out to Kay");
    bench.verify();
}

#[test]
fn a_thing_that_is_found_comes_in_whoever_has_it_and_wherever_it_was_sent() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, KIM, ANA, "!CMD:FOUND"]);
    bench.scan(DRILL).good("Found: Bosch GSR 18, in service");
    assert_eq!(bench.holder(DRILL), None);
    assert_eq!(bench.last(EventKind::CheckedIn).body.unwrap().get("returned_for"), Some("Kim"));
    bench.scan(DRILL).already("Already in: LOC-A1 · Shelf A1");
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is out again");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kim"));
    bench.scan(ANA);
    bench.all_good(&[KAY, "!CMD:TRANSIT", SAW, "!CMD:FOUND"]);
    bench.scan(SAW).good("Found: Makita HS7601; put it aside, to be checked");
    bench.verify();
}

#[test]
fn what_is_put_away_while_somebody_has_it_is_said_to_be_theirs_still() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, KIM, ANA, "!CMD:MOVE", "LOC-A2"]);
    bench.scan(DRILL).good("Bosch GSR 18 is in LOC-A2 · Shelf A2; still with Kim: IN returns it");
    bench.scan(SAW).good("Makita HS7601 is in LOC-A2 · Shelf A2");
    bench.verify();
}

#[test]
fn a_clerk_hears_to_whom_it_goes_and_cancel_keeps_whom_they_serve() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:OUT", KIM, DRILL]);
    bench.scan("!CMD:CANCEL").done("Cart emptied: 1 not booked; still for Kim");
    bench.scan(SAW).good("In the cart: Makita HS7601 out, due 17:00");
    bench.scan("!CMD:DONE").done("Done: 1 out to Kim");
    bench.scan(DRILL).good("In the cart: Bosch GSR 18 out to Kay, due 17:00");
    bench.scan("!CMD:CANCEL").done("Cart emptied: 1 not booked");
    for end in ["!CMD:CANCEL", "!CMD:DONE", KAY] {
        bench.all_good(&["!CMD:OUT", KIM]);
        bench.scan(KIM).good("For Kim: what?");
        bench.scan(end).done("No longer for Kim");
        assert_eq!(bench.view().session.unwrap().name, "Kay");
    }
    bench.scan("!CMD:CANCEL").done("Goodbye Kay");
    assert_eq!(bench.holder(SAW).as_deref(), Some("Kim"));
    bench.verify();
}

#[test]
fn what_comes_back_for_somebody_else_says_for_whom_before_it_is_booked() {
    let mut bench = Bench::attended();
    bench.all_good(&[KIM, DRILL]);
    bench.scan("!CMD:DONE");
    bench.all_good(&[ANA, "!CMD:IN"]);
    bench.scan(DRILL).good("In the cart: Bosch GSR 18 back in for Kim");
    bench.scan("!CMD:DONE").done("Done: 1 back in");
    bench.verify();
}

#[test]
fn another_badge_in_the_middle_of_a_question_says_what_is_not_booked() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:PAIR", "SN-NEW-1"]);
    bench.scan(ANA).no("Hello Ana; the last scan of Kay was NOT booked");
    assert_eq!(bench.view().session.unwrap().name, "Ana");
    bench.verify();
}

#[test]
fn a_refusal_that_is_read_twice_is_told_twice() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, SAW]);
    bench.at_once();
    bench.scan(SAW).already("Read twice: counted once");
    bench.pass(Duration::from_secs(2));
    let refused = bench.scan(BROKEN).why();
    let (why, _) = refused.split_once(". Free: ").unwrap();
    for _ in 0..2 {
        bench.scan(BROKEN).already(&format!("Read twice: {why}"));
    }
}

#[test]
fn whoever_found_something_is_asked_for_it_and_for_no_badge() {
    let mut bench = Bench::crib();
    bench.scan("!CMD:FOUND");
    bench.scan("!CMD:HELP").good("Scan what you found");
    bench.scan(KAY);
    bench.scan("!CMD:NOTAG");
    bench.scan("!CMD:HELP").good("Scan the serial plate, or enter it twice");
}
