//! The desk: a clerk serves borrowers.

use std::time::Duration;

use scanstation::domain::EventKind;

use crate::bench::{ANA, Bench, DRILL, KAY, KIM, LOU, SAW, holder_id};

#[test]
fn out_asks_who_and_the_next_badge_is_the_borrower() {
    let mut bench = Bench::desk();
    bench.scan(KAY).good("Hello Kay");
    bench.scan("!CMD:OUT").good("OUT: who? Scan the borrower's badge");
    assert_eq!(bench.view().prompt, "Who? Scan the borrower's badge");
    bench.scan(DRILL).no("Who? Scan the borrower's badge first");
    bench.scan(KIM).good("For Kim: what?");
    bench.scan(DRILL).good("In the cart: Bosch GSR 18 out, due 17:00");
    bench.scan("!CMD:DONE").done("Done: 1 out to Kim");
    let event = bench.last(EventKind::CheckedOut);
    assert_eq!((event.holder, event.person), (Some(holder_id(KIM)), Some(holder_id(KAY))));
    assert_eq!(bench.view().session.map(|it| it.name).as_deref(), Some("Kay"), "the clerk's session goes on");
    bench.scan("!CMD:UNDO").already("Undo check-out of AT-000001 to Kim? UNDO again, or your badge");
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is in again");
    bench.verify();
}

#[test]
fn the_borrowers_badge_again_is_done() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:OUT", KIM, DRILL]);
    bench.scan(KIM).done("Done: 1 out to Kim");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kim"));
}

#[test]
fn another_badge_while_something_is_in_the_cart_asks_and_changes_nothing() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:OUT", KIM, DRILL]);
    bench.scan(ANA).asks("Kim has an open cart: Ana's badge again takes it over; else DONE or CANCEL");
    bench.scan("!CMD:DONE").done("Done: 1 out to Kim");
}

#[test]
fn an_idle_cart_waits_for_the_borrower_not_for_the_clerk() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:OUT", KIM, DRILL, SAW]);
    bench.pass(Duration::from_secs(91));
    assert_eq!(bench.holder(DRILL), None);
    bench.scan(KAY).good("Hello Kay");
    bench.scan("!CMD:OUT");
    bench.scan(KIM).good("For Kim, 2 still in the cart: what else?");
    bench.scan("!CMD:DONE").done("Done: 2 out to Kim");
}

#[test]
fn in_needs_no_borrower() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:OUT", KIM, DRILL, "!CMD:DONE", "!CMD:IN", DRILL]);
    bench.scan("!CMD:DONE").done("Done: 1 back in");
    assert_eq!(bench.last(EventKind::CheckedIn).body.unwrap().get("returned_for"), Some("Kim"));
}

#[test]
fn who_may_only_look_serves_nobody() {
    let mut bench = Bench::desk();
    bench.all_good(&[LOU, "!CMD:OUT", KIM]);
    bench.scan(DRILL).no("May look, not move: Bosch GSR 18: in, LOC-A1 · Shelf A1");
}
