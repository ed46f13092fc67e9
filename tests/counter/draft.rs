//! An open cart is never booked by silence and never lost: it waits for the next badge of its person.

use std::time::Duration;

use crate::bench::{ANA, Bench, DRILL, KAY, KIM, SAW};

#[test]
fn an_idle_cart_comes_back_with_the_next_badge_of_its_person() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, SAW]);
    bench.pass(Duration::from_secs(31));
    assert_eq!(bench.view().cart.len(), 0);
    bench.scan(KIM).good("Hello Kim");
    assert!(bench.view().cart.is_empty(), "somebody else got the cart");
    bench.scan(KIM);
    bench.scan(ANA).good("Hello Ana; 2 still in your cart: DONE or CANCEL");
    assert_eq!(bench.view().cart.len(), 2);
    bench.scan("!CMD:DONE").done("Done: 2 out to Ana");
    assert_eq!((bench.holder(DRILL).as_deref(), bench.holder(SAW).as_deref()), (Some("Ana"), Some("Ana")));
    bench.scan(ANA).good("Hello Ana: you have 2");
    bench.verify();
}

#[test]
fn an_open_cart_survives_a_restart_without_being_booked() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.restart();
    assert_eq!(bench.holder(DRILL), None);
    bench.scan(ANA).good("Hello Ana; 1 still in your cart: DONE or CANCEL");
    bench.restart();
    bench.scan(ANA).good("Hello Ana; 1 still in your cart: DONE or CANCEL");
}

#[test]
fn a_cart_comes_back_at_another_lane_once() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.pass(Duration::from_secs(31));
    bench.lane("right").scan(ANA).good("Hello Ana; 1 still in your cart: DONE or CANCEL");
    bench.lane("left").scan(ANA).good("Hello Ana");
}

#[test]
fn the_cart_of_an_open_session_is_not_given_away_to_another_lane() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.lane("right").scan(ANA).good("Hello Ana");
    bench.lane("left").scan("!CMD:DONE").done("Done: 1 out to Ana");
}

#[test]
fn one_unit_in_two_carts_that_were_left_is_booked_once() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.lane("right").all_good(&[ANA, DRILL]);
    bench.pass(Duration::from_secs(31));
    bench.scan(ANA).good("Hello Ana; 1 still in your cart: DONE or CANCEL");
    bench.scan("!CMD:DONE").done("Done: 1 out to Ana");
}

#[test]
fn what_cancel_and_undo_took_out_does_not_come_back() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, SAW, "!CMD:UNDO"]);
    bench.pass(Duration::from_secs(31));
    bench.scan(ANA).good("Hello Ana; 1 still in your cart: DONE or CANCEL");
    bench.scan("!CMD:CANCEL");
    bench.pass(Duration::from_secs(31));
    bench.scan(ANA).good("Hello Ana");
}

#[test]
fn a_unit_that_went_out_meanwhile_stays_out_of_the_booking() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.pass(Duration::from_secs(31));
    bench.all_good(&[KIM, DRILL, "!CMD:DONE"]);
    bench.scan(ANA).good("Hello Ana; 1 still in your cart: DONE or CANCEL; changed meanwhile: AT-000001");
    bench.scan("!CMD:DONE").no("Goodbye Ana; NOT booked: AT-000001 (changed meanwhile)");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kim"));
}

#[test]
fn a_borrower_hears_at_a_desk_what_of_their_draft_has_gone() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:OUT", ANA, DRILL, SAW]);
    bench.pass(Duration::from_secs(91));
    bench.all_good(&[KAY, "!CMD:OUT", KIM, DRILL, "!CMD:DONE", "!CMD:OUT"]);
    bench.scan(ANA).good("For Ana, 2 still in the cart: what else?; changed meanwhile: AT-000001");
    bench.scan("!CMD:DONE").no("Done: 1 out to Ana; NOT booked: AT-000001 (changed meanwhile)");
    bench.verify();
}
