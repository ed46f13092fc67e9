//! In what condition things come back, quarantine bins, taking over, and silence that is about to end a session.

use std::{ops::ControlFlow, time::Duration};

use scanstation::domain::time::When;
use scanstation::domain::{Condition, EventClass, EventKind, EventSeq, Role, StationKind, UnitState};
use scanstation::store::{self, Checks, Instruction, NewHolder, Store};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KAY, KIM, SAW, unit_id};
use crate::store::purge::purge;

fn condition(bench: &Bench, tag: &str) -> Option<Condition> {
    let unit = unit_id(tag);
    bench.work(move |store, _| store.unit(unit).unwrap().unwrap().condition)
}

fn instruct(bench: &Bench, wanted: Instruction) {
    bench.register(move |store, now| store.carry_out(&wanted, None, now).map(drop));
}

fn marked() -> Bench {
    let bench = Bench::crib();
    instruct(&bench, Instruction::Quarantine { location: "LOC-Q1".to_owned(), ended: false });
    bench
}

#[test]
fn a_condition_stays_with_the_unit_until_somebody_says_otherwise() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.scan("!CMD:DONE");
    bench.all_good(&[ANA, DRILL, "!CMD:DIRTY"]);
    assert_eq!(condition(&bench, DRILL), None, "what lies in a cart is not booked");
    bench.scan("!CMD:DONE").done("Done: 1 back in");
    assert_eq!(condition(&bench, DRILL), Some(Condition::Dirty));
    assert_eq!(bench.last(EventKind::CheckedIn).body.unwrap().get("condition"), Some("dirty"));
    bench.all_good(&[KAY, DRILL]);
    bench.scan("!CMD:DONE");
    bench.all_good(&[KAY, DRILL, "!CMD:OK"]);
    bench.scan("!CMD:DONE");
    assert_eq!(condition(&bench, DRILL), None, "OK right after a later return takes the note away");
    assert_eq!(bench.last(EventKind::CheckedIn).body.unwrap().get("condition"), Some("ok"));
    bench.verify();
}

#[test]
fn the_word_about_a_return_is_taken_back_by_undo_and_by_ok() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, DRILL]);
    bench.scan("!CMD:WORN").good("Bosch GSR 18: worn");
    assert_eq!(condition(&bench, DRILL), Some(Condition::Worn));
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is in order again");
    assert_eq!(condition(&bench, DRILL), None);
    bench.all_good(&[SAW, "!CMD:DIRTY"]);
    bench.scan(DRILL).already("Already in: LOC-A1 · Shelf A1");
    assert_eq!(bench.view().prompt, "Scan what comes back");
    assert_eq!(bench.holder(DRILL), None, "what was said of a return lends nothing");
    bench.scan(SAW).good("Back in: Makita HS7601, put it in LOC-A1 · Shelf A1; to be cleaned");
    bench.scan("!CMD:OK").good("Makita HS7601: in order");
    assert_eq!(condition(&bench, SAW), None);
    bench.verify();
}

#[test]
fn what_takes_a_return_back_takes_back_what_was_said_of_it() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:DIRTY", DRILL]);
    assert_eq!(condition(&bench, DRILL), Some(Condition::Dirty));
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is out again");
    assert_eq!(condition(&bench, DRILL), None);
    bench.all_good(&["!CMD:WORN", DRILL, "!CMD:DIRTY"]);
    bench.scan("!CMD:UNDO 2").no("Cannot undo: AT-000001 has moved since, take the later one back first");
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is worn again");
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is out again");
    assert_eq!(condition(&bench, DRILL), None);
    bench.verify();
}

#[test]
fn a_correction_gives_the_condition_back_and_names_what_was_said_since() {
    let mut bench = Bench::crib();
    let correct = |bench: &Bench, event: EventSeq| {
        let work = move |store: &mut Store, now| store.within(|store| store.correct(event, "not he", None, now));
        bench.work(work).map_err(|it| it.to_string())
    };
    bench.all_good(&[ANA, DRILL, "!CMD:DIRTY", DRILL, "!CMD:WORN"]);
    let (back, said) = (bench.last(EventKind::CheckedIn).id.seq, bench.last(EventKind::UnitChanged).id.seq);
    let refused = correct(&bench, back).unwrap_err();
    assert!(refused.contains(&format!("event {} (unit-changed by Ana); correct that one first", said.0)), "{refused}");
    correct(&bench, said).unwrap();
    assert_eq!(condition(&bench, DRILL), Some(Condition::Dirty));
    assert!(correct(&bench, said).is_err(), "once");
    correct(&bench, back).unwrap();
    assert_eq!((condition(&bench, DRILL), bench.holder(DRILL).as_deref()), (None, Some("Ana")));
    bench.all_good(&[SAW, "!CMD:DIRTY", SAW, ANA]);
    let back = bench.last(EventKind::CheckedIn).id.seq;
    correct(&bench, back).unwrap();
    assert_eq!((condition(&bench, SAW), bench.holder(SAW).as_deref()), (None, Some("Ana")));
    bench.verify();
}

#[test]
fn a_condition_that_the_ledger_does_not_say_is_a_finding() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:DIRTY", DRILL, SAW, "!CMD:WORN", SAW]);
    bench.stop();
    let store = rusqlite::Connection::open(bench.path().join("station.db")).unwrap();
    store.execute("UPDATE unit SET condition = NULL WHERE condition = 'dirty'", []).unwrap();
    let found = || store::verify(bench.path(), Checks::ALL, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(
        found().sentences.iter().filter(|it| it.contains("condition")).collect::<Vec<_>>(),
        ["The condition of unit 1 is not what the ledger says; it says dirty."]
    );
    store.execute("UPDATE unit SET condition = 'dirty' WHERE id = 1", []).unwrap();
    assert!(found().ok, "{:?}", found().sentences);
}

#[test]
fn a_purge_leaves_what_says_a_condition_so_that_it_can_be_compared_and_taken_back() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:DIRTY", DRILL, SAW, SAW, ANA]);
    let back = bench.ledger().into_iter().find(|it| it.kind == EventKind::CheckedIn).unwrap().id.seq;
    let before = bench.now();
    bench.pass(Duration::from_secs(2 * 86_400));
    let report = bench.work(move |store, now| purge(store, EventClass::ALL, before, now));
    assert!(report.classes[0].events > 0, "{report:?}");
    bench.verify();
    assert_eq!(condition(&bench, DRILL), Some(Condition::Dirty));
    let work = move |store: &mut Store, now| store.within(|store| store.correct(back, "wrong", None, now));
    bench.work(work).unwrap();
    assert_eq!(condition(&bench, DRILL), None, "as before it came back");
    bench.verify();
}

#[test]
fn ok_puts_a_unit_back_into_service_for_a_keeper_alone() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.scan("!CMD:OK").no("OK needs the role keeper: ask the keeper");
    bench.scan(ANA);
    bench.all_good(&[KAY, "!CMD:OK", crate::bench::BROKEN]);
    assert_eq!(bench.unit(crate::bench::BROKEN).unit.state, UnitState::InService);
}

#[test]
fn only_a_quarantine_bin_finishes_a_damage_once_one_is_said_to_be_one() {
    let mut bench = marked();
    bench.all_good(&[ANA, DRILL, DRILL, "!CMD:DAMAGED"]);
    bench.scan("LOC-A1").no("LOC-A1 · Shelf A1 is no quarantine bin: scan one");
    bench.scan("!CMD:DONE").no("Scan the bin first");
    bench.scan(ANA).no("Scan the bin first");
    assert_eq!(bench.unit(DRILL).unit.state, UnitState::Quarantine);
    bench.scan("LOC-Q1").done("AT-000001 is in LOC-Q1 · Quarantine bin");
    bench.scan(ANA).done("Goodbye Ana");
    bench.verify();
}

#[test]
fn damaged_is_also_said_of_what_lies_in_the_cart() {
    let mut bench = Bench::attended();
    bench.all_good(&[KIM, DRILL]);
    bench.scan("!CMD:DONE");
    bench.all_good(&[ANA, "!CMD:IN", DRILL]);
    assert!(!bench.view().tells_damage);
    bench.all_good(&["!CMD:DAMAGED"]);
    assert!(bench.view().cart.is_empty() && bench.view().tells_damage, "the page asks for a picture");
    assert_eq!((bench.holder(DRILL), bench.unit(DRILL).unit.state), (None, UnitState::Quarantine));
    assert_eq!(bench.last(EventKind::CheckedIn).body.unwrap().get("returned_for"), Some("Kim"));
    bench.verify();
}

#[test]
fn silence_is_warned_of_once_and_any_scan_renews() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    let notice = |bench: &Bench| bench.view().notice.map(|it| it.why);
    bench.pass(Duration::from_secs(19));
    assert_eq!(notice(&bench), None);
    bench.pass(Duration::from_secs(1));
    assert_eq!(notice(&bench).as_deref(), Some("Ana, still there? 10 s, then the session ends"));
    bench.scan(DRILL).good("Out to Ana: Bosch GSR 18, due 17:00");
    assert_eq!(notice(&bench), None);
    bench.pass(Duration::from_secs(30));
    assert_eq!(notice(&bench).as_deref(), Some("Ana: session ended"));
}

#[test]
fn a_desk_is_warned_fifteen_seconds_before_its_end() {
    let mut bench = Bench::desk();
    bench.scan(KAY);
    bench.pass(Duration::from_secs(75));
    let notice = bench.view().notice.map(|it| it.why);
    assert_eq!(notice.as_deref(), Some("Kay, still there? 15 s, then the session ends"));
}

#[test]
fn a_hand_over_is_warned_of_and_counted_down_by_its_own_silence() {
    let mut bench = Bench::with(|it| it.hand_over = Duration::from_secs(12));
    bench.all_good(&[ANA, DRILL, "!CMD:HANDOVER", DRILL]);
    let left = |bench: &Bench| bench.view().session.unwrap().ends.duration_since(bench.now().wall).as_secs();
    assert_eq!((left(&bench), bench.view().notice), (12, None));
    bench.pass(Duration::from_secs(7));
    assert_eq!(bench.view().notice, None);
    bench.pass(Duration::from_secs(1));
    let notice = bench.view().notice.map(|it| it.why);
    assert_eq!(notice.as_deref(), Some("Ana, still there? 4 s, then the session ends"));
}

#[test]
fn take_needs_a_keeper_and_a_reason_and_keeps_both_names() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, KIM, ANA]);
    bench.scan(DRILL).no("With Kim: IN to return it for Kim, HANDOVER to take it over. Free: AT-000002, LOC-A1");
    bench.scan("!CMD:TAKE Kim is ill").asks("TAKE: now the badge of a keeper");
    bench.scan(KAY).good("From Kim to Ana: Bosch GSR 18");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    let body = bench.last(EventKind::HandedOver).body.unwrap();
    assert_eq!((body.get("from"), body.get("to"), body.get("cause")), (Some("Kim"), Some("Ana"), Some("taken")));
    assert_eq!(bench.last(EventKind::Overridden).body.unwrap().get("reason"), Some("Kim is ill"));
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is out again");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kim"));
    bench.verify();
}

#[test]
fn override_does_not_take_and_take_does_not_override() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, KIM, KAY]);
    bench.scan(DRILL);
    bench.scan("!CMD:OVERRIDE urgent").no("Say why: TAKE and the reason");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kim"));
    instruct(&bench, Instruction::Hold { unit: Some(DRILL_2.into()), model: None, why: Some("lab".into()) });
    bench.scan(DRILL_2);
    bench.scan("!CMD:TAKE urgent").no("Say why: OVERRIDE and the reason");
    assert_eq!(bench.holder(DRILL_2), None);
}

#[test]
fn shelves_labels_and_kits_are_changed_by_instructions() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:BADLABEL", DRILL]);
    assert_eq!(bench.reader().label_queue(10).unwrap().len(), 1);
    instruct(&bench, Instruction::Printed { unit: DRILL.into(), why: None });
    assert!(bench.reader().label_queue(10).unwrap().is_empty());
    instruct(&bench, Instruction::Kit { unit: SAW.into(), kit: Some(DRILL_2.into()) });
    bench.scan("!CMD:AUTO");
    bench.scan(SAW).good("Out to Ana: Makita HS7601, due 17:00; part of AT-000002");
    bench.verify();
}

#[test]
fn a_long_reason_of_an_inspection_that_is_near_is_released_and_no_more() {
    let mut bench = Bench::with(|it| it.release_role = Role::Keeper);
    assert_eq!(bench.options.policy.kind, StationKind::Crib);
    let due = Some(When::parse("2026-03-10T12:00:00Z").unwrap());
    instruct(&bench, Instruction::Inspection { unit: DRILL.into(), due });
    bench.scan(ANA);
    bench.scan(DRILL).no("Inspection due 12:00, before it is back; ask the keeper. Free: AT-000002, LOC-A1");
    bench.scan("!CMD:OVERRIDE short job").asks("OVERRIDE: now the badge of a keeper");
    bench.scan(KAY).good("Out to Ana: Bosch GSR 18, due 17:00");
    bench.verify();
}

#[test]
fn a_regulated_unit_is_disposed_of_by_two_keepers() {
    let mut bench = Bench::crib();
    let keeper = NewHolder { name: "Max".into(), role: Role::Keeper, badge: Some("901".into()) };
    bench.register(move |store, now| store.add_holder(&keeper, None, now).map(drop));
    let regulated = Instruction::Category {
        name: "power tool".into(),
        training: None,
        held_max: None,
        job_required: false,
        critical: false,
        regulated: true,
    };
    instruct(&bench, regulated);
    bench.all_good(&[KAY, "!CMD:DECOMMISSION", DRILL, "!CMD:DISPOSE"]);
    bench.scan(DRILL).asks("Regulated: the badge of a second keeper, 20 s");
    assert_eq!(bench.unit(DRILL).unit.state, UnitState::Decommissioned);
    bench.scan(ANA).no("DISPOSE needs a badge of the role keeper, not Ana's");
    bench.scan("BDG-901").good("Bosch GSR 18: disposed of");
    let body = bench.last(EventKind::StateChanged).body.unwrap();
    assert_eq!((body.get("second_proof"), body.get("cause")), (Some("Max"), Some("dispose")));
    bench.verify();
}

#[test]
fn a_keeper_is_told_which_stolen_units_were_seen_and_nobody_else() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:STOLEN", DRILL]);
    bench.scan(KAY);
    bench.scan(KAY).good("Hello Kay");
    bench.scan(KAY);
    bench.scan(DRILL);
    bench.scan(ANA).good("Hello Ana");
    bench.scan(ANA);
    bench.scan(KAY).good("Hello Kay; STOLEN and seen: AT-000001");
}

#[test]
fn done_gives_a_receipt_of_what_was_booked() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, SAW]);
    let receipt = bench.scan("!CMD:DONE").value()["receipt"].clone();
    let labels: Vec<&str> = receipt.as_array().unwrap().iter().map(|it| it["label"].as_str().unwrap()).collect();
    assert_eq!((labels, &receipt[0]["direction"]), (vec![DRILL, SAW], &"out".into()));
    assert_eq!(bench.scan(ANA).value().get("receipt"), None, "nothing was booked");
}

#[test]
fn a_receipt_says_in_what_condition_a_thing_came_back() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, SAW]);
    bench.scan("!CMD:DONE").done("Done: 2 out to Ana");
    bench.all_good(&[ANA, "!CMD:IN", "!CMD:WORN", DRILL, SAW]);
    let receipt = bench.scan("!CMD:DONE").value()["receipt"].clone();
    assert_eq!((&receipt[0]["condition"], receipt[1].get("condition")), (&"worn".into(), None));
}
