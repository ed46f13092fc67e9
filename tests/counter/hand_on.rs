//! Another badge at an open cart: it asks, and the same badge again hands the cart over.

use std::time::Duration;

use scanstation::domain::{CategoryPolicy, EventKind, Reservation};
use scanstation::store::Reserved;

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KAY, KIM, LOU, SAW, holder_id, unit_id};

const ASKED: &str = "Ana has an open cart: Kim's badge again takes it over; else DONE or CANCEL";

fn power_tools(bench: &Bench, policy: CategoryPolicy) {
    bench.register(move |store, now| store.set_category("power tool", &policy, None, now));
}

#[test]
fn another_badge_asks_and_the_same_badge_again_hands_the_cart_over() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, "!CMD:DUE 2", DRILL, SAW]);
    bench.scan(KIM).asks(ASKED);
    assert_eq!(bench.view().prompt, "Whose cart? The same badge again, DONE or CANCEL");
    assert_eq!(bench.view().session.unwrap().name, "Ana");
    bench.scan(KIM).good("Kim has the cart of Ana now: 2");
    assert_eq!((bench.view().session.unwrap().name.as_str(), bench.view().cart.len()), ("Kim", 2));
    let (closed, opened) = (bench.last(EventKind::SessionClosed), bench.last(EventKind::SessionOpened));
    let word =
        |event: &scanstation::domain::Event, name: &str| event.body.clone().unwrap().get(name).map(str::to_owned);
    assert_eq!((closed.person, word(&closed, "to").as_deref()), (Some(holder_id(ANA)), Some("Kim")));
    assert_eq!((opened.person, word(&opened, "from").as_deref()), (Some(holder_id(KIM)), Some("Ana")));
    assert_eq!(word(&closed, "cause").as_deref(), Some("handed on"));
    assert_eq!(word(&opened, "cart").as_deref(), Some("AT-000001 AT-000004"));
    bench.scan("!CMD:DONE").done("Done: 2 out to Kim");
    let out = bench.last(EventKind::CheckedOut);
    assert_eq!((out.person, out.holder), (Some(holder_id(KIM)), Some(holder_id(KIM))));
    assert_eq!(out.due.unwrap().to_string(), "2026-03-10T17:00:00Z", "what Ana chose is not Kim's");
    bench.verify();
}

#[test]
fn own_badge_done_and_cancel_mean_what_they_always_mean() {
    for (code, heard, holder) in [
        (ANA, "Done: 1 out to Ana", Some("Ana")),
        ("!CMD:DONE", "Done: 1 out to Ana", Some("Ana")),
        ("!CMD:CANCEL", "Cart emptied: 1 not booked", None),
    ] {
        let mut bench = Bench::attended();
        bench.all_good(&[ANA, DRILL]);
        bench.scan(KIM).asks(ASKED);
        bench.scan(code).done(heard);
        assert_eq!(bench.holder(DRILL).as_deref(), holder);
        bench.scan(KIM).good("Hello Kim");
        bench.verify();
    }
}

#[test]
fn silence_after_the_question_leaves_the_first_persons_draft() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.scan(KIM).asks(ASKED);
    bench.pass(Duration::from_secs(31));
    bench.scan(KIM).good("Hello Kim");
    assert!(bench.view().cart.is_empty());
    bench.scan(ANA).good("Hello Ana; 1 still in your cart: DONE or CANCEL");
}

#[test]
fn after_the_hand_over_silence_leaves_the_second_persons_draft() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.scan(KIM);
    bench.scan(KIM).good("Kim has the cart of Ana now: 1");
    bench.pass(Duration::from_secs(31));
    bench.scan(ANA).good("Hello Ana");
    bench.scan(KIM).good("Hello Kim; 1 still in your cart: DONE or CANCEL");
    bench.verify();
}

#[test]
fn the_question_is_about_one_badge_and_lapses() {
    let mut bench = Bench::with(|it| {
        it.self_service = false;
        it.session_idle = Duration::from_secs(600);
    });
    bench.all_good(&[ANA, DRILL]);
    bench.scan(KIM).asks(ASKED);
    bench.scan(KAY).asks("Ana has an open cart: Kay's badge again takes it over; else DONE or CANCEL");
    bench.scan(KIM).asks(ASKED);
    bench.late(Duration::from_secs(31), KIM).asks(ASKED);
    bench.scan(SAW).good("In the cart: Makita HS7601 out, due 17:00");
    bench.scan(KIM).asks(ASKED);
    bench.scan(LOU).no("Ana has an open cart: DONE or CANCEL first");
    bench.scan("!CMD:DONE").done("Done: 2 out to Ana");
}

#[test]
fn a_device_that_reads_a_badge_twice_hands_nothing_over() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.scan(KIM).asks(ASKED);
    bench.at_once().scan(KIM).already("Read twice: counted once");
    assert_eq!(bench.view().session.unwrap().name, "Ana");
    bench.late(Duration::from_secs(2), KIM).good("Kim has the cart of Ana now: 1");
}

#[test]
fn what_the_second_person_may_not_have_stays_out_of_the_cart() {
    let mut bench = Bench::attended();
    power_tools(&bench, CategoryPolicy { held_max: Some(2), ..CategoryPolicy::default() });
    bench.all_good(&[KIM, SAW, "!CMD:DONE", ANA, DRILL, DRILL_2]);
    bench.scan(KIM).asks(ASKED);
    let heard = bench.scan(KIM);
    heard.no("Kim has the cart of Ana now: 1; NOT AT-000002 (over limit)");
    assert_eq!(bench.last(EventKind::SessionOpened).body.unwrap().get("left_out"), Some("AT-000002 (over limit)"));
    bench.scan("!CMD:DONE").done("Done: 1 out to Kim");
    assert_eq!((bench.holder(DRILL).as_deref(), bench.holder(DRILL_2)), (Some("Kim"), None));
    bench.verify();
}

#[test]
fn a_reservation_a_training_a_job_and_a_proof_are_the_second_persons_own() {
    let mut bench = Bench::attended();
    let begins = bench.now().wall;
    let ends = begins + Duration::from_secs(3_600);
    let for_ana = Reservation { holder: holder_id(ANA), name: String::new(), begins, ends };
    let unit = Reserved::Unit(unit_id(DRILL));
    bench.register(move |store, now| store.reserve(unit, &for_ana, None, now).map(drop));
    bench.all_good(&[ANA, DRILL, SAW]);
    bench.scan(KIM);
    bench.scan(KIM).no("Kim has the cart of Ana now: 1; NOT AT-000001 (reserved)");
    bench.scan("!CMD:CANCEL");
    power_tools(&bench, CategoryPolicy { critical: true, job_required: true, ..CategoryPolicy::default() });
    bench.all_good(&[ANA, "!CMD:JOB 4711"]);
    bench.scan(DRILL_2);
    bench.scan("0088123456").good("In the cart: Bosch GSR 18 out, due 17:00");
    bench.scan(KIM);
    bench.scan(KIM).no("Kim has the cart of Ana now: 0; NOT AT-000002 (job first)");
    power_tools(&bench, CategoryPolicy { critical: true, ..CategoryPolicy::default() });
    bench.scan(DRILL_2);
    bench.scan("0088123456").good("In the cart: Bosch GSR 18 out, due 17:00");
    bench.scan(ANA);
    bench.scan(ANA).no("Ana has the cart of Kim now: 0; NOT AT-000002 (second proof)");
    bench.scan(ANA).done("Goodbye Ana");
    assert_eq!(bench.holder(DRILL_2), None);
    bench.verify();
}

#[test]
fn what_comes_back_does_so_whoever_books_it() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, "!CMD:DONE", ANA, DRILL]);
    bench.scan(KIM);
    bench.scan(KIM).good("Kim has the cart of Ana now: 1");
    bench.scan("!CMD:DONE").done("Done: 1 back in");
    assert_eq!(bench.last(EventKind::CheckedIn).body.unwrap().get("returned_for"), Some("Ana"));
    assert_eq!(bench.last(EventKind::CheckedIn).person, Some(holder_id(KIM)));
    bench.verify();
}

#[test]
fn at_a_desk_the_borrower_changes_and_the_clerk_stays() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:OUT", ANA, DRILL]);
    bench.scan(KIM).asks(ASKED);
    bench.scan(KIM).good("Kim has the cart of Ana now: 1");
    let view = bench.view();
    assert_eq!((view.session.unwrap().name.as_str(), view.taker.as_deref()), ("Kay", Some("Kim")));
    let told = bench.last(EventKind::Observed);
    let body = told.body.unwrap();
    assert_eq!((body.get("from"), body.get("to"), told.person), (Some("Ana"), Some("Kim"), Some(holder_id(KAY))));
    bench.scan("!CMD:DONE").done("Done: 1 out to Kim");
    bench.verify();
}

#[test]
fn a_kit_goes_with_its_parts_and_a_damage_is_finished_first() {
    let mut bench = Bench::attended();
    bench.register(|store, now| store.set_kit(unit_id(SAW), Some(unit_id(DRILL)), None, now));
    bench.all_good(&[ANA, DRILL]);
    bench.scan(KIM);
    bench.scan(KIM).good("Kim has the cart of Ana now: 1");
    bench.scan("!CMD:DONE").done("Done: 1 kit with 1 part out to Kim");
    bench.all_good(&[ANA, DRILL_2, "!CMD:DONE", ANA, "!CMD:IN", DRILL, DRILL_2, "!CMD:DAMAGED"]);
    bench.scan(KIM).no("Scan the bin first");
    bench.scan("LOC-Q1").done("AT-000002 is in LOC-Q1 · Quarantine bin");
    bench.verify();
}

#[test]
fn what_the_second_person_had_left_before_comes_back_to_them_too() {
    let mut bench = Bench::attended();
    bench.all_good(&[KIM, SAW]);
    bench.pass(Duration::from_secs(31));
    bench.all_good(&[ANA, DRILL]);
    bench.scan(KIM).asks(ASKED);
    bench.scan(KIM).good("Kim has the cart of Ana now: 1; 1 left before");
    bench.scan("!CMD:DONE").done("Done: 2 out to Kim");
    bench.verify();
}

#[test]
fn the_second_persons_own_limit_counts_what_they_have() {
    let mut bench = Bench::attended();
    let limit = scanstation::store::Instruction::Limit { person: KIM.to_owned(), held_max: Some(1) };
    bench.register(move |store, now| store.carry_out(&limit, None, now).map(drop));
    bench.all_good(&[KIM, SAW, "!CMD:DONE", ANA, DRILL]);
    bench.scan(KIM).asks(ASKED);
    bench.scan(KIM).no("Kim has the cart of Ana now: 0; NOT AT-000001 (over own limit)");
}
