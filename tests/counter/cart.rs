//! The attended crib: a cart that waits for DONE.

use std::time::Duration;

use scanstation::domain::EventKind;

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KIM, SAW};

#[test]
fn a_cart_is_booked_by_done_and_not_before() {
    let mut bench = Bench::attended();
    bench.scan(ANA);
    bench.scan(DRILL).good("In the cart: Bosch GSR 18 out, due 17:00");
    bench.scan(SAW).good("In the cart: Makita HS7601 out, due 17:00");
    assert_eq!((bench.holder(DRILL), bench.view().cart.len()), (None, 2));
    bench.scan("!CMD:DONE").done("Done: 2 out to Ana");
    assert_eq!((bench.holder(DRILL).as_deref(), bench.holder(SAW).as_deref()), (Some("Ana"), Some("Ana")));
    let out = bench.ledger().into_iter().filter(|it| it.kind == EventKind::CheckedOut);
    let by: Vec<_> = out.map(|it| it.body.unwrap().get("by").map(str::to_owned)).collect();
    assert_eq!(by, [Some("tag".to_owned()), Some("tag".to_owned())]);
    bench.verify();
}

#[test]
fn the_own_badge_books_the_cart_as_done_does() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.scan(ANA).done("Done: 1 out to Ana");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
}

#[test]
fn the_same_unit_is_in_the_cart_once() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.scan(DRILL).already("Already in the cart");
    assert_eq!(bench.view().cart.len(), 1);
}

#[test]
fn cancel_empties_the_cart_and_books_nothing() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, SAW]);
    bench.scan("!CMD:CANCEL").done("Cart emptied: 2 not booked");
    assert!(bench.view().cart.is_empty());
    bench.scan("!CMD:CANCEL").done("Goodbye Ana");
    assert_eq!((bench.holder(DRILL), bench.view().session), (None, None));
}

#[test]
fn undo_takes_the_last_line_out_of_the_cart() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, SAW]);
    bench.scan("!CMD:UNDO").done("Taken out of the cart: AT-000004");
    bench.scan("!CMD:DONE").done("Done: 1 out to Ana");
    assert_eq!(bench.holder(SAW), None);
}

#[test]
fn another_badge_never_books_under_the_wrong_name() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.scan(KIM).asks("Ana has an open cart: Kim's badge again takes it over; else DONE or CANCEL");
    bench.scan("!CMD:DONE");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
}

#[test]
fn what_was_moved_meanwhile_stays_out_of_the_booking() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, DRILL_2]);
    bench.lane("right").all_good(&[KIM, DRILL, "!CMD:DONE"]);
    bench.lane("left").scan("!CMD:DONE").no("Done: 1 out to Ana; NOT booked: AT-000001 (changed meanwhile)");
    assert_eq!((bench.holder(DRILL).as_deref(), bench.holder(DRILL_2).as_deref()), (Some("Kim"), Some("Ana")));
    bench.verify();
}

#[test]
fn silence_books_no_cart_and_says_so_loudly() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.pass(Duration::from_secs(31));
    let notice = bench.view().notice.unwrap();
    assert_eq!(notice.answer, scanstation::domain::Answer::No);
    assert!(notice.why.contains("NOT booked"), "{}", notice.why);
    assert_eq!(bench.holder(DRILL), None);
    assert_eq!(bench.last(EventKind::SessionClosed).body.unwrap().get("cart"), Some(DRILL));
}

#[test]
fn a_full_cart_says_so() {
    let mut bench = Bench::with(|policy| {
        policy.self_service = false;
        policy.cart_max = 1;
    });
    bench.all_good(&[ANA, DRILL]);
    bench.scan(SAW).no("The cart is full (1): DONE first");
}

#[test]
fn nothing_open_is_not_an_error() {
    let mut bench = Bench::crib();
    bench.scan("!CMD:DONE").already("Nothing open");
    bench.scan("!CMD:CANCEL").already("Nothing open");
}
