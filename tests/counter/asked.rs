//! What was asked stands until it is answered, its time is over, or something else is done: help, a card nobody knows
//! and a code that was not read do nothing else.

use std::time::Duration;

use scanstation::domain::{CategoryPolicy, EventKind, Training, Transport};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KAY, KIM, SAW, holder_id, unit_id};

const PROOF: &str = "Second proof: plate, PIN or another badge, 20 s";

fn category(bench: &Bench, policy: CategoryPolicy) {
    bench.register(move |store, now| store.set_category("power tool", &policy, None, now));
}

fn critical() -> Bench {
    let bench = Bench::crib();
    category(&bench, CategoryPolicy { critical: true, ..CategoryPolicy::default() });
    bench
}

#[test]
fn a_proof_is_waited_for_behind_help_and_what_was_not_read() {
    for between in
        ["!CMD:HELP", "!CMD:NONSENSE", "", "AT-00000", "bdg-200", "AT/000123", "NOPE-1", "!CMD:SHORT", "LOC-Z"]
    {
        let mut bench = critical();
        bench.scan(ANA);
        bench.scan(DRILL).asks(PROOF);
        let heard = bench.scan(between);
        if between == "!CMD:HELP" {
            heard.good("The plate, a PIN or another badge");
        }
        bench.scan(KIM).good("Out to Ana: Bosch GSR 18, due 17:00");
        bench.verify();
    }
}

#[test]
fn a_thing_that_waited_for_its_proof_is_named_when_the_next_one_goes_out_without_it() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, SAW]);
    category(&bench, CategoryPolicy { critical: true, ..CategoryPolicy::default() });
    bench.scan(DRILL).asks(PROOF);
    bench.scan(DRILL_2).asks(&format!("{PROOF}; NOT booked: AT-000001"));
    bench.scan(SAW).good("Back in: Makita HS7601, put it in LOC-A1 · Shelf A1; NOT booked: AT-000002");
    assert_eq!((bench.holder(DRILL), bench.holder(DRILL_2)), (None, None));
    bench.verify();
}

#[test]
fn a_label_is_waited_for_behind_help_and_a_card_nobody_knows() {
    for between in ["!CMD:HELP", "!CMD:NONSENSE"] {
        let mut bench = Bench::desk();
        bench.all_good(&[KAY, DRILL, "!CMD:PRINT"]);
        bench.scan(between);
        bench.scan(SAW).no("Not the new label of AT-000001: look again");
    }
}

#[test]
fn a_badge_that_comes_too_late_to_prove_is_told_and_opens_nothing() {
    let mut bench = critical();
    bench.scan(ANA);
    bench.scan(DRILL).asks(PROOF);
    bench.late(Duration::from_secs(21), KIM).no("Too late: scan the tool again");
    assert_eq!(bench.view().session.unwrap().name, "Ana");
    assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("cause"), Some("proof-late"));
    bench.scan(KIM).no("Too late: scan the tool again");
    assert_eq!(bench.view().session.unwrap().name, "Ana", "read twice it opens nothing, either");
    bench.scan(DRILL).asks(PROOF);
    bench.scan(KIM).good("Out to Ana: Bosch GSR 18, due 17:00");
    bench.scan(DRILL_2).asks(PROOF);
    bench.late(Duration::from_secs(21), ANA).no("Goodbye Ana; the last scan was NOT booked");
    bench.verify();
}

#[test]
fn a_number_that_comes_too_late_is_a_secret_each_time() {
    let mut bench = critical();
    bench.by(Transport::Page).scan(ANA);
    bench.scan(DRILL).asks(PROOF);
    bench.late(Duration::from_secs(21), "4711").no("Too late: scan the tool again");
    bench.scan("4711").no("Too late: scan the tool again");
    bench.scan("!PINÖ4711").no("Too late: scan the tool again");
    bench.late(Duration::from_secs(20), "4711").no("Too late: scan the tool again");
    assert!(bench.ledger().iter().all(|it| it.body.as_ref().is_none_or(|it| !format!("{it:?}").contains("4711"))));
}

#[test]
fn the_other_card_than_the_one_that_releases_is_told_which_it_is() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, ANA]);
    bench.scan(DRILL);
    bench.scan(KAY).asks("Kay releases it: why? TAKE and the reason");
    bench.scan("!CMD:OVERRIDE urgent").no("Say why: TAKE and the reason");
    bench.scan("!CMD:TAKE urgent").good("From Kim to Ana: Bosch GSR 18");
    bench.verify();
}

#[test]
fn taking_over_what_nobody_may_have_leaves_no_release_behind() {
    let mut bench = Bench::crib();
    let licence = scanstation::domain::Licence { reference: "WBK 4711".to_owned(), valid_until: None };
    bench.register(move |store, now| store.set_licence(holder_id(KIM), Some(&licence), None, now));
    category(&bench, CategoryPolicy { regulated: true, ..CategoryPolicy::default() });
    bench.all_good(&[KIM, DRILL, KAY, ANA]);
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kim"));
    bench.scan(DRILL);
    bench.scan(KAY).asks("Kay releases it: why? TAKE and the reason");
    bench.scan("!CMD:TAKE urgent").no("Licence missing: ask the keeper");
    assert!(bench.ledger().iter().all(|it| it.kind != EventKind::Overridden));
    let refused = bench.last(EventKind::Refused).body.unwrap();
    assert_eq!((refused.get("by"), refused.get("reason")), (Some("Kay"), Some("urgent")), "who tried is told");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kim"));
    bench.verify();
}

#[test]
fn a_second_card_about_a_return_corrects_the_first() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, DRILL]);
    bench.scan("!CMD:WORN").good("Bosch GSR 18: worn");
    bench.scan("!CMD:DIRTY").good("Bosch GSR 18: to be cleaned");
    bench.scan("!CMD:OK").good("Bosch GSR 18: in order");
    bench.all_good(&[SAW]);
    bench.scan(SAW).good("Back in: Makita HS7601, put it in LOC-A1 · Shelf A1");
    bench.verify();
}

#[test]
fn what_a_person_lacks_has_no_free_equal() {
    let mut bench = Bench::crib();
    let needed = CategoryPolicy { training: Some("drills".to_owned()), held_max: Some(1), ..CategoryPolicy::default() };
    category(&bench, needed);
    bench.scan(ANA);
    bench.scan(DRILL).no("Training missing: drills; ask the keeper");
    let training = Training { name: "drills".to_owned(), valid_until: None };
    bench.register(move |store, now| store.add_training(holder_id(ANA), &training, None, now));
    bench.scan(ANA);
    bench.all_good(&[ANA, DRILL]);
    bench.scan(DRILL_2).no("Limit reached: 1 of power tool");
}

#[test]
fn our_own_codes_in_small_letters_are_caps_lock_and_not_unknown() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    for code in ["qty-5", "job-12", "loc-a1"] {
        bench.scan(code).no("Not read: caps lock on, or the keyboard's layout? Scan again");
    }
    assert!(bench.ledger().iter().all(|it| it.kind != EventKind::Parked));
    bench.scan("Job-12").no("Unknown code: parked for the keeper");
}

#[test]
fn done_at_an_open_question_is_no() {
    let mut bench = Bench::attended();
    let held = scanstation::domain::Restrictions { on_hold: Some("lab".to_owned()), ..Default::default() };
    bench.register(move |store, now| store.restrict(unit_id(DRILL), &held, None, now));
    bench.scan(ANA);
    bench.scan(DRILL);
    bench.scan(KAY).asks("Kay releases it: why? OVERRIDE and the reason");
    bench.scan("!CMD:DONE").no("Goodbye Ana; the last scan was NOT booked");
}

#[test]
fn a_second_cause_behind_a_take_is_released_too() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL]);
    let limit = scanstation::store::Instruction::Limit { person: ANA.to_owned(), held_max: Some(0) };
    bench.register(move |store, now| store.carry_out(&limit, None, now).map(drop));
    bench.scan(ANA);
    bench.scan(DRILL);
    bench.scan("!CMD:TAKE Kim is ill").asks("TAKE: now the badge of a keeper");
    bench.scan(KAY).no("Limit reached: Ana may have 0");
    bench.scan("!CMD:OVERRIDE line 4 stands").asks("OVERRIDE: now the badge of a keeper");
    bench.scan(KAY).good("From Kim to Ana: Bosch GSR 18");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    bench.verify();
}

#[test]
fn a_clerks_own_cart_goes_on_under_out() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, DRILL]);
    bench.scan("!CMD:OUT").good("OUT: scan tools");
    bench.all_good(&[SAW]);
    bench.scan("!CMD:DONE").done("Done: 2 out to Kay");
}

#[test]
fn what_was_said_of_a_return_is_taken_back_before_it() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, DRILL, "!CMD:WORN"]);
    bench.scan("!CMD:UNDO 2").no("Cannot undo: AT-000001 has moved since, take the later one back first");
    bench.all_good(&["!CMD:UNDO", "!CMD:UNDO"]);
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    bench.verify();
}

#[test]
fn a_kit_counts_once_in_a_limit_in_whatever_order_it_is_scanned() {
    for attended in [false, true] {
        for codes in [[DRILL, SAW], [SAW, DRILL]] {
            let mut bench = if attended { Bench::attended() } else { Bench::crib() };
            bench.register(|store, now| store.set_kit(unit_id(DRILL_2), Some(unit_id(DRILL)), None, now));
            let limit = scanstation::store::Instruction::Limit { person: ANA.to_owned(), held_max: Some(2) };
            bench.register(move |store, now| store.carry_out(&limit, None, now).map(drop));
            category(&bench, CategoryPolicy { held_max: Some(2), ..CategoryPolicy::default() });
            bench.scan(ANA);
            bench.all_good(&codes);
            bench.scan("!CMD:DONE");
            assert_eq!((bench.holder(DRILL_2).as_deref(), bench.holder(SAW).as_deref()), (Some("Ana"), Some("Ana")));
            bench.scan(ANA);
            bench.scan("SN77003").no("Limit reached: 2 of power tool");
        }
    }
}

#[test]
fn a_hand_over_asks_the_limit_of_a_category_of_the_receiver() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, SAW, KIM, ANA, DRILL]);
    category(&bench, CategoryPolicy { held_max: Some(1), ..CategoryPolicy::default() });
    bench.all_good(&["!CMD:HANDOVER", DRILL]);
    bench.scan(KIM).no("Limit reached: 1 of power tool");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    bench.verify();
}

#[test]
fn a_card_about_a_return_is_about_it_behind_help_and_what_was_not_read() {
    for between in ["!CMD:HELP", "!CMD:NONSENSE", ""] {
        let mut bench = Bench::crib();
        bench.all_good(&[ANA, DRILL, DRILL]);
        bench.scan(between);
        bench.scan("!CMD:DIRTY").good("Bosch GSR 18: to be cleaned");
    }
}

#[test]
fn what_comes_back_in_a_cart_makes_room_in_it() {
    let mut bench = Bench::attended();
    let limit = scanstation::store::Instruction::Limit { person: ANA.to_owned(), held_max: Some(1) };
    bench.register(move |store, now| store.carry_out(&limit, None, now).map(drop));
    category(&bench, CategoryPolicy { held_max: Some(1), ..CategoryPolicy::default() });
    bench.all_good(&[ANA, DRILL, "!CMD:DONE", ANA, DRILL, SAW]);
    bench.scan(DRILL_2).no("Limit reached: 1 of power tool");
    bench.scan("!CMD:DONE").done("Done: 1 out to Ana, 1 back in");
    assert_eq!((bench.holder(DRILL), bench.holder(SAW).as_deref()), (None, Some("Ana")));
    bench.verify();
}

#[test]
fn a_proof_for_what_somebody_else_was_quicker_to_take_is_no_and_opens_nothing() {
    let mut bench = critical();
    bench.scan(ANA);
    bench.scan(DRILL_2).asks(PROOF);
    bench.lane("right").scan(KIM);
    bench.scan(DRILL_2).asks(PROOF);
    bench.scan("0088123456").good("Out to Kim: Bosch GSR 18, due 17:00");
    let heard = bench.lane("left").scan(KAY);
    assert!(heard.why().starts_with("With Kim"), "{}", heard.json);
    assert_eq!(bench.view().session.unwrap().name, "Ana");
    bench.verify();
}

#[test]
fn a_release_that_comes_too_late_is_told_and_opens_nothing() {
    let mut bench = Bench::with(|it| it.session_idle = Duration::from_secs(600));
    let held = scanstation::domain::Restrictions { on_hold: Some("lab".to_owned()), ..Default::default() };
    bench.register(move |store, now| store.restrict(unit_id(DRILL), &held, None, now));
    bench.scan(ANA);
    bench.scan(DRILL);
    bench.scan("!CMD:OVERRIDE urgent").asks("OVERRIDE: now the badge of a keeper");
    bench.late(Duration::from_secs(31), KAY).no("Too late: scan the tool again");
    assert_eq!((bench.view().session.unwrap().name.as_str(), bench.holder(DRILL)), ("Ana", None));
    bench.verify();
}

#[test]
fn a_desk_with_returns_in_the_cart_still_asks_who_takes() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:OUT", ANA, DRILL, "!CMD:DONE", "!CMD:IN", DRILL]);
    bench.scan("!CMD:OUT").good("OUT: who? Scan the borrower's badge");
    bench.scan(KIM).good("For Kim: what?");
    bench.all_good(&[SAW]);
    bench.scan("!CMD:DONE").done("Done: 1 out to Kim, 1 back in");
    assert_eq!((bench.holder(DRILL), bench.holder(SAW).as_deref()), (None, Some("Kim")));
    bench.verify();
}

#[test]
fn a_part_on_hold_is_released_with_the_kit_that_is_taken_over() {
    let mut bench = Bench::crib();
    bench.register(|store, now| store.set_kit(unit_id(DRILL_2), Some(unit_id(DRILL)), None, now));
    bench.all_good(&[KIM, DRILL]);
    let held = scanstation::domain::Restrictions { on_hold: Some("lab".to_owned()), ..Default::default() };
    bench.register(move |store, now| store.restrict(unit_id(DRILL_2), &held, None, now));
    bench.scan(ANA);
    bench.scan(DRILL);
    bench.scan("!CMD:TAKE Kim is ill").asks("TAKE: now the badge of a keeper");
    assert!(bench.scan(KAY).why().starts_with("On hold: lab"));
    bench.scan("!CMD:OVERRIDE looked at it").asks("OVERRIDE: now the badge of a keeper");
    assert_eq!(bench.scan(KAY).answer(), scanstation::domain::Answer::Good);
    assert_eq!(bench.holder(DRILL_2).as_deref(), Some("Ana"));
    let moved = bench.last(EventKind::HandedOver).body.unwrap();
    assert_eq!((moved.get("override"), moved.get("released_by")), (Some("held-by-another on-hold"), Some("Kay")));
    bench.verify();
}

#[test]
fn a_return_that_may_be_cancelled_makes_no_room_for_what_is_booked_at_once() {
    let mut bench = Bench::attended();
    bench.all_good(&[KIM, SAW, "!CMD:DONE", ANA, DRILL, "!CMD:DONE"]);
    let limit = scanstation::store::Instruction::Limit { person: ANA.to_owned(), held_max: Some(1) };
    bench.register(move |store, now| store.carry_out(&limit, None, now).map(drop));
    bench.all_good(&[ANA, "!CMD:IN", DRILL, "!CMD:OUT"]);
    bench.scan(SAW);
    bench.scan("!CMD:TAKE Kim is ill").asks("TAKE: now the badge of a keeper");
    bench.scan(KAY).no("Limit reached: Ana may have 1");
    assert_eq!(bench.holder(SAW).as_deref(), Some("Kim"));
    bench.verify();
}
