//! From person to person without the crib, with both badges.

use std::time::Duration;

use scanstation::domain::{CategoryPolicy, EventKind, Restrictions, Training};

use crate::bench::{ANA, Bench, DRILL, KAY, KIM, LOU, SAW, holder_id, unit_id};

#[test]
fn who_has_the_tools_gives_them_and_the_receivers_badge_takes_them() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, SAW]);
    bench.scan("!CMD:HANDOVER").good("HANDOVER: scan the tools, then the other badge");
    bench.scan(DRILL).good("Hand over: Bosch GSR 18; then the receiver's badge");
    bench.scan(SAW);
    assert_eq!(bench.view().cart[0].direction, "over");
    bench.scan(KIM).done("Handed over: 2 to Kim");
    assert_eq!((bench.holder(DRILL).as_deref(), bench.holder(SAW).as_deref()), (Some("Kim"), Some("Kim")));
    let event = bench.last(EventKind::HandedOver);
    assert_eq!(
        (event.person, event.holder, event.due),
        (Some(holder_id(ANA)), Some(holder_id(KIM)), bench.unit(SAW).unit.due)
    );
    let body = event.body.unwrap();
    assert_eq!((body.get("from"), body.get("to")), (Some("Ana"), Some("Kim")));
    bench.verify();
}

#[test]
fn who_takes_over_scans_the_tool_and_the_holder_confirms() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, KIM, ANA, "!CMD:HANDOVER"]);
    bench.scan(DRILL).good("Hand over: Bosch GSR 18; then Kim's badge");
    bench.scan("BDG-900").no("Kim's badge is needed: nothing changed");
    bench.scan(KIM).done("Handed over: 1 to Ana");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    assert_eq!(bench.view().session.map(|it| it.held), Some(1));
    bench.verify();
}

#[test]
fn without_the_second_badge_nothing_changes() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:HANDOVER", DRILL]);
    bench.scan(ANA).no("The receiver's badge is needed: nothing changed");
    bench.scan("!CMD:DONE").no("Hand-over is open: the other badge, or CANCEL");
    bench.pass(Duration::from_secs(61));
    assert_eq!(bench.view().notice.map(|it| it.why).as_deref(), Some("No second badge: nothing handed over (1)"));
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    bench.scan(ANA).good("Hello Ana: you have 1");
}

#[test]
fn cancel_gives_a_hand_over_up() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:HANDOVER", DRILL, "!CMD:CANCEL"]);
    bench.scan(KIM).good("Hello Kim");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
}

#[test]
fn a_hand_over_can_be_taken_back() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:HANDOVER", DRILL, KIM]);
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is out again");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    bench.verify();
}

#[test]
fn who_may_only_look_receives_nothing() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:HANDOVER", DRILL]);
    bench.scan(LOU).no("This badge may look, not move: ask the keeper");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
}

#[test]
fn what_is_in_is_not_handed_over() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:HANDOVER"]);
    bench.scan(DRILL).already("Already in: LOC-A1 · Shelf A1");
}

#[test]
fn a_cart_is_closed_before_a_hand_over() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.scan("!CMD:HANDOVER").no("Ana has an open cart: DONE or CANCEL first");
}

#[test]
fn what_may_not_go_out_is_not_handed_over_either() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, SAW]);
    let recalled = Restrictions { recalled: Some("battery fire".to_owned()), ..Restrictions::default() };
    bench.register(move |store, now| store.restrict(unit_id(DRILL), &recalled, None, now));
    bench.scan("!CMD:HANDOVER");
    bench.scan(DRILL).no("Recalled: battery fire; give it to the keeper");
    let held = Restrictions { on_hold: Some("for the lab".to_owned()), ..Restrictions::default() };
    bench.scan(SAW).good("Hand over: Makita HS7601; then the receiver's badge");
    bench.register(move |store, now| store.restrict(unit_id(SAW), &held, None, now));
    bench.scan(KIM).no("On hold: for the lab; ask the keeper");
    assert_eq!(bench.last(EventKind::Refused).unit, Some(unit_id(SAW)), "which of them");
    assert_eq!((bench.holder(DRILL).as_deref(), bench.holder(SAW).as_deref()), (Some("Ana"), Some("Ana")));
    bench.verify();
}

#[test]
fn the_receiver_needs_the_training_whoever_scans_the_tool() {
    let mut bench = Bench::crib();
    let policy = CategoryPolicy { training: Some("drills".to_owned()), ..CategoryPolicy::default() };
    bench.register(move |store, now| store.set_category("power tool", &policy, None, now));
    for badge in [ANA, KAY] {
        let training = Training { name: "drills".to_owned(), valid_until: None };
        bench.register(move |store, now| store.add_training(holder_id(badge), &training, None, now));
    }
    bench.all_good(&[ANA, DRILL, "!CMD:HANDOVER", DRILL]);
    bench.scan(KIM).no("Training missing: drills; ask the keeper");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    bench.scan(KAY).done("Handed over: 1 to Kay");
    bench.scan(ANA);
    bench.all_good(&[KIM, "!CMD:HANDOVER"]);
    bench.scan(DRILL).no("Training missing: drills; ask the keeper");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kay"));
    bench.verify();
}

#[test]
fn nobody_receives_more_than_they_may_have() {
    let mut bench = Bench::crib();
    bench.register(|store, now| store.set_limit(holder_id(KIM), Some(1), None, now).map(drop));
    bench.all_good(&[ANA, DRILL, SAW, "!CMD:HANDOVER", DRILL, SAW]);
    bench.scan(KIM).no("Limit reached: Kim may have 1");
    bench.scan("!CMD:CANCEL");
    bench.all_good(&["!CMD:HANDOVER", DRILL]);
    bench.scan(KIM).done("Handed over: 1 to Kim");
    bench.verify();
}

#[test]
fn the_tools_of_two_people_go_over_one_after_the_other() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, KIM, KAY, SAW, KAY, ANA, "!CMD:HANDOVER", DRILL]);
    bench.scan(SAW).no("Hand-over is open: the other badge, or CANCEL");
    bench.scan("!CMD:UNDO").done("Taken out of the cart: AT-000001");
    bench.scan(SAW).good("Hand over: Makita HS7601; then Kay's badge");
    bench.scan(KAY).done("Handed over: 1 to Ana");
    assert_eq!((bench.holder(DRILL).as_deref(), bench.holder(SAW).as_deref()), (Some("Kim"), Some("Ana")));
    bench.verify();
}
