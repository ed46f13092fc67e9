//! What becomes of a unit: found, lost, damaged, in repair, put away; and its label.

use std::collections::BTreeMap;

use scanstation::domain::{Body, CategoryPolicy, EventKind, IdentifierKind, Role, Sight, UnitState};
use scanstation::store::{Instruction, NewModel, NewUnit};

use crate::bench::{ANA, BROKEN, Bench, DRILL, DRILL_2, KAY, KIM, SAW, holder_id};

fn state(bench: &Bench, tag: &str) -> UnitState {
    bench.unit(tag).unit.state
}

#[test]
fn a_found_tool_is_taken_in_from_anybody_and_waits_for_a_badge() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, KIM, "!CMD:FOUND"]);
    bench.scan(DRILL).good("Found: Bosch GSR 18; put it aside, to be checked");
    let event = bench.last(EventKind::CheckedIn);
    assert_eq!((event.person, event.holder, event.state), (None, None, Some(UnitState::ToBeChecked)));
    let body = event.body.unwrap();
    assert_eq!(body.get("booked_to"), Some("unidentified at crib-1"));
    assert_eq!(body.get("returned_for"), Some("Kim"));
    bench.all_good(&["!CMD:AUTO", ANA]);
    bench.scan(DRILL).no("Cannot go out: to be checked first. Free: AT-000002, LOC-A1");
    bench.scan("!CMD:FOUND");
    bench.scan(DRILL).good("Found: Bosch GSR 18, in service");
    bench.all_good(&["!CMD:AUTO", DRILL]);
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    bench.verify();
}

#[test]
fn a_look_up_says_the_state_of_what_is_not_there_and_where_it_was_last() {
    let place = "last in LOC-A1 · Shelf A1";
    for (card, told) in [
        ("LOST", format!("reported lost: tell the keeper; {place}; FOUND if it is here")),
        ("TRANSIT", format!("in transit; {place}; TRANSIT when it arrives")),
        ("DECOMMISSION", format!("taken out of service; {place}")),
        ("FOUND", format!("to be checked first; {place}; FOUND or OK when it was checked")),
        ("STOLEN", "in, LOC-A1 · Shelf A1".to_owned()),
    ] {
        let mut bench = Bench::desk();
        bench.all_good(if card == "FOUND" { &[] } else { &[KAY] });
        bench.all_good(&[&format!("!CMD:{card}"), SAW, "!CMD:AUTO"]);
        bench.scan("!CMD:DONE");
        bench.scan(SAW).good(&format!("Makita HS7601: {told}"));
    }
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:REPAIR", "0088123456", "!CMD:AUTO"]);
    bench.scan("!CMD:DONE");
    bench.scan(DRILL_2).good(&format!("Bosch GSR 18: in repair; {place}; REPAIR and its plate when it is back"));
    bench.scan(BROKEN).good(&format!("Bosch GSR 18: in quarantine; {place}; OK when it was checked"));
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:LOST", DRILL, ANA]);
    let told = "reported lost: tell the keeper; last with Ana, due 17:00; FOUND if it is here";
    bench.scan(DRILL).no(&format!("Badge first: Bosch GSR 18: {told}"));
}

#[test]
fn a_lost_tool_stays_with_who_lost_it_and_undo_takes_it_back() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:LOST"]);
    bench.scan(DRILL).good("Bosch GSR 18: reported lost: tell the keeper");
    assert_eq!((state(&bench, DRILL), bench.holder(DRILL).as_deref()), (UnitState::Lost, Some("Ana")));
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is in service again");
    assert_eq!((state(&bench, DRILL), bench.holder(DRILL).as_deref()), (UnitState::InService, Some("Ana")));
    bench.verify();
}

#[test]
fn a_lost_tool_that_is_brought_back_is_found() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:LOST", DRILL, "!CMD:IN"]);
    bench.scan(DRILL).good("Back in: Bosch GSR 18, put it in LOC-A1 · Shelf A1; found again");
    assert_eq!((state(&bench, DRILL), bench.holder(DRILL)), (UnitState::InService, None));
    assert_eq!(bench.last(EventKind::CheckedIn).body.unwrap().get("before"), Some("lost"));
    bench.scan("!CMD:UNDO").done("Undone: AT-000001 is out again and reported lost");
    assert_eq!((state(&bench, DRILL), bench.holder(DRILL).as_deref()), (UnitState::Lost, Some("Ana")));
    bench.all_good(&["!CMD:LOST", SAW, ANA, KIM, "!CMD:IN"]);
    bench.scan(DRILL).good("Returned for Ana: Bosch GSR 18, put it in LOC-A1 · Shelf A1; found again");
    bench.verify();
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL]);
    bench.scan("!CMD:DONE");
    bench.all_good(&[ANA, "!CMD:LOST", DRILL, "!CMD:AUTO", DRILL]);
    assert_eq!(state(&bench, DRILL), UnitState::Lost, "what lies in a cart is not booked");
    bench.scan("!CMD:DONE").done("Done: 1 back in");
    assert_eq!((state(&bench, DRILL), bench.holder(DRILL)), (UnitState::InService, None));
    bench.verify();
}

#[test]
fn a_damaged_tool_comes_in_and_its_bin_finishes_it() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, KIM, ANA, "!CMD:DAMAGED"]);
    bench.scan(DRILL).good("Damaged: Bosch GSR 18; show the damage, then scan the quarantine bin");
    assert_eq!((state(&bench, DRILL), bench.holder(DRILL)), (UnitState::Quarantine, None));
    assert_eq!(bench.last(EventKind::CheckedIn).body.unwrap().get("returned_for"), Some("Kim"));
    assert_eq!(bench.view().prompt, "Show the damage, then scan the quarantine bin");
    bench.scan("LOC-Q1").done("AT-000001 is in LOC-Q1 · Quarantine bin");
    assert_eq!(bench.unit(DRILL).unit.location.as_deref(), Some("Quarantine bin"));
    bench.verify();
}

#[test]
fn repair_needs_the_makers_plate() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:REPAIR"]);
    bench.scan(DRILL_2).no("Scan the maker's serial plate, not the tag");
    bench.scan("0088123456").good("Off to repair: Bosch GSR 18");
    assert_eq!(state(&bench, DRILL_2), UnitState::InRepair);
    assert_eq!(bench.last(EventKind::StateChanged).body.unwrap().get("mapping"), Some("verified"), "tag, then plate");
    bench.scan("0088123456").good("Back from repair: Bosch GSR 18, to be checked");
    bench.all_good(&["!CMD:OK", DRILL_2]);
    assert_eq!(state(&bench, DRILL_2), UnitState::InService);
    bench.verify();
}

#[test]
fn what_somebody_has_does_not_go_to_repair() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL_2, KIM, KAY, "!CMD:REPAIR"]);
    bench.scan("0088123456").no("With Kim: IN to return it for Kim, HANDOVER to take it over");
    assert_eq!(bench.holder(DRILL_2).as_deref(), Some("Kim"));
}

#[test]
fn a_card_that_does_not_fit_the_state_changes_nothing() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:DISPOSE"]);
    bench.scan(DRILL).no("DISPOSE does not fit: in service");
    bench.all_good(&["!CMD:OK", BROKEN]);
    assert_eq!((state(&bench, DRILL), state(&bench, BROKEN)), (UnitState::InService, UnitState::InService));
}

#[test]
fn disposal_waits_until_tag_and_plate_are_known_and_no_case_is_open() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:TAGLOST", SAW, "!CMD:DECOMMISSION"]);
    assert_eq!(bench.scan(SAW).why(), "This tag was lost; the unit needs a new one");
    bench.all_good(&[DRILL, "!CMD:DISPOSE"]);
    bench.register(|store, now| store.set_blocked(crate::bench::unit_id(DRILL), Some("serial twice"), None, now));
    bench.scan(DRILL).no("Cannot go out: serial twice");
    bench.register(|store, now| store.set_blocked(crate::bench::unit_id(DRILL), None, None, now));
    bench.scan(DRILL).good("Bosch GSR 18: disposed of");
    bench.verify();
}

#[test]
fn what_bears_no_serial_number_is_disposed_of_with_its_tag_and_never_if_it_is_regulated() {
    const CABLE: &str = "AT-000005";
    let mut bench = Bench::crib();
    bench.register(|store, now| {
        let cable = NewModel { name: "Cable".to_owned(), category: "cable".to_owned(), ..NewModel::default() };
        let cable = store.add_model(&cable, None, now)?;
        store.add_unit(&NewUnit::new(cable).bearing(IdentifierKind::AssetTag, CABLE), None, now).map(drop)
    });
    let none = |unit: Option<&str>, model: Option<&str>, why: Option<&str>| Instruction::NoSerialNumber {
        unit: unit.map(str::to_owned),
        model: model.map(str::to_owned),
        why: why.map(str::to_owned),
    };
    let say = |bench: &Bench, wanted: Instruction| {
        bench.register(move |store, now| store.carry_out(&wanted, None, now).map(drop));
    };
    bench.all_good(&[KAY, "!CMD:DECOMMISSION", CABLE, "!CMD:DISPOSE"]);
    let unsaid = "No serial number on record: PAIR its plate, or note that it bears none";
    bench.scan(CABLE).no(unsaid);
    say(&bench, none(None, Some("Cable"), Some("none on it")));
    let regulated = CategoryPolicy { regulated: true, ..CategoryPolicy::default() };
    bench.register(move |store, now| store.set_category("cable", &regulated, None, now));
    bench.scan(CABLE).no("Tag and serial must both be known: tag-only");
    bench.register(|store, now| store.set_category("cable", &CategoryPolicy::default(), None, now));
    say(&bench, none(None, Some("Cable"), None));
    bench.scan(CABLE).no(unsaid);
    say(&bench, none(Some(CABLE), None, Some("worn off")));
    bench.scan(CABLE).good("Cable: disposed of");
    assert_eq!(bench.last(EventKind::StateChanged).body.unwrap().get("mapping"), Some("tag-only"));
    let said = none(Some(DRILL), None, Some("worn off"));
    let refused = bench.work(move |store, now| store.within(|store| store.carry_out(&said, None, now)).unwrap_err());
    assert_eq!(refused.to_string(), "AT-000001 has a serial number on record; AT-000001 stays as it was");
    bench.verify();
}

#[test]
fn a_hold_that_a_keeper_releases_releases_no_stolen_unit() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:STOLEN", DRILL, "!CMD:AUTO"]);
    bench.scan("!CMD:DONE");
    let hold = Instruction::Hold { unit: Some(DRILL.to_owned()), model: None, why: Some("lab".to_owned()) };
    bench.register(move |store, now| store.carry_out(&hold, None, now).map(drop));
    bench.scan(ANA);
    bench.scan(DRILL).no("On hold: lab; ask the keeper. Free: AT-000002, LOC-A1");
    bench.scan("!CMD:OVERRIDE needed");
    bench.scan(KAY).no("On hold: to be looked at; ask the keeper. Free: AT-000002, LOC-A1");
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn a_stolen_unit_shows_nothing_unusual_and_alerts_the_keeper() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:STOLEN", DRILL, KAY, "!CMD:AUTO"]);
    assert_eq!(state(&bench, DRILL), UnitState::Stolen);
    let heard = bench.scan(DRILL);
    heard.no("Badge first: Bosch GSR 18: in, LOC-A1 · Shelf A1");
    assert!(!heard.json.contains("stolen"), "{}", heard.json);
    assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("alert"), Some("stolen"));
    bench.scan(ANA);
    let heard = bench.scan(DRILL);
    heard.no("On hold: to be looked at; ask the keeper. Free: AT-000002, LOC-A1");
    assert!(!heard.json.contains("stolen"), "{}", heard.json);
    let stolen = bench.last(EventKind::Refused).body.unwrap();
    assert_eq!(stolen.get("alert"), Some("stolen"));
    let why = Some("to be looked at".to_owned());
    let hold = Instruction::Hold { unit: Some(DRILL_2.to_owned()), model: None, why };
    bench.register(move |store, now| store.carry_out(&hold, None, now).map(drop));
    bench.scan(DRILL_2).no("On hold: to be looked at; ask the keeper. Free: AT-000004, Makita HS7601, LOC-A1");
    let held = bench.last(EventKind::Refused).body.unwrap();
    let seen = |body: &Body| Sight::of(Some(Role::Operator)).words(body);
    let but_scanned = |mut it: BTreeMap<String, String>| {
        it.remove("scanned");
        it
    };
    assert_eq!(but_scanned(seen(&stolen)), but_scanned(seen(&held)), "nothing tells them apart");
    bench.scan("!CMD:FOUND");
    bench.scan(DRILL).good("Found: Bosch GSR 18; hand it to the keeper");
    assert_eq!(state(&bench, DRILL), UnitState::Stolen);
}

#[test]
fn a_lost_tag_is_withdrawn_and_the_thing_is_not() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:TAGLOST"]);
    bench.scan("0088123456").good("Tag withdrawn: Bosch GSR 18 needs a new label");
    assert_eq!(state(&bench, DRILL_2), UnitState::InService);
    assert_eq!(bench.last(EventKind::IdentifierEnded).person, Some(holder_id(ANA)));
    bench.scan(DRILL_2).no("This tag was lost; the unit needs a new one");
    bench.scan("!CMD:AUTO");
    bench.scan("0088123456").good("Out to Ana: Bosch GSR 18, due 17:00");
    bench.verify();
}

#[test]
fn a_bad_label_is_noted_and_nothing_else_changes() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:BADLABEL"]);
    bench.scan(DRILL).good("Label noted: Bosch GSR 18 gets a new print");
    let body = bench.last(EventKind::LabelQueued).body.unwrap();
    assert_eq!((body.get("reason"), body.get("reprint")), (Some("badlabel"), Some(DRILL)));
}

#[test]
fn things_are_put_away_bin_first() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:MOVE"]);
    bench.scan(DRILL).no("Scan the bin first");
    bench.scan("LOC-A2").good("Into LOC-A2 · Shelf A2: scan what goes in");
    bench.scan(DRILL).good("Bosch GSR 18 is in LOC-A2 · Shelf A2");
    bench.scan(DRILL).already("Bosch GSR 18 is in LOC-A2 · Shelf A2");
    bench.scan(SAW);
    assert_eq!(bench.unit(SAW).unit.location.as_deref(), Some("Shelf A2"));
    let event = bench.last(EventKind::Moved);
    assert_eq!(
        (event.person, event.body.unwrap().get("from").map(str::to_owned)),
        (Some(holder_id(ANA)), Some("LOC-A1".to_owned()))
    );
    bench.verify();
}

#[test]
fn who_badges_in_after_a_stranger_handed_something_in_takes_and_returns_as_always() {
    let mut bench = Bench::crib();
    bench.all_good(&["!CMD:FOUND", DRILL, ANA]);
    assert_eq!(bench.view().mode, "auto");
    bench.scan(DRILL_2).good("Out to Ana: Bosch GSR 18, due 17:00");
    bench.scan(ANA);
    for between in ["!CMD:HELP", "XYZZY", "LOC-A1"] {
        bench.all_good(&["!CMD:FOUND", SAW]);
        bench.scan(between);
        bench.all_good(&[ANA]);
        assert_eq!(bench.view().mode, "auto", "after {between}");
        bench.scan(ANA);
    }
    bench.all_good(&["!CMD:FOUND", "!CMD:HELP", ANA]);
    assert_eq!(bench.view().mode, "found", "a card of one's own stays");
    bench.verify();
}
