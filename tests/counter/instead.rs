//! Something else is scanned than what the station waits for: the answer says what is not booked, and nothing is lent that
//! nobody asked for.
//!
//! Deliberately absent: another thing in place of the answer, which is `asked`, and two things at once, which is `cross`.

use std::time::Duration;

use scanstation::domain::{CategoryPolicy, EventKind, IdentifierKind, Training, Transport};
use scanstation::store::{NewModel, NewUnit};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, Heard, KAY, KIM, SAW, holder_id, unit_id};

fn critical(bench: &Bench) {
    let policy = CategoryPolicy { critical: true, ..CategoryPolicy::default() };
    bench.register(move |store, now| store.set_category("power tool", &policy, None, now));
}

/// Further units of one model, each with a tag.
fn ladders(bench: &Bench, tags: &'static [&'static str]) {
    bench.register(move |store, now| {
        let model = NewModel {
            maker: "Zarges".into(),
            name: "Ladder".into(),
            category: "ladder".into(),
            ..NewModel::default()
        };
        let model = store.add_model(&model, None, now)?;
        for tag in tags {
            store.add_unit(&NewUnit::new(model).bearing(IdentifierKind::AssetTag, *tag), None, now)?;
        }
        Ok(())
    });
}

#[test]
fn a_question_that_gets_a_card_for_an_answer_is_told_as_not_booked() {
    for card in ["!CMD:DUE 3", "JOB-77", "!CMD:OUT", "!CMD:IN", "!CMD:DIRTY", "!CMD:BADLABEL", "!CMD:SHIFT", "LOC-A1"] {
        let mut bench = Bench::crib();
        critical(&bench);
        bench.scan(KAY);
        bench.scan(DRILL).asks("Second proof: plate, PIN or another badge, 20 s");
        let told = bench.scan(card);
        assert!(told.why().ends_with("; NOT booked: AT-000001"), "{card}: {}", told.why());
        bench.scan("!CMD:DONE").done("Goodbye Kay");
        assert_eq!(bench.holder(DRILL), None);
        bench.verify();
    }
}

#[test]
fn an_answer_to_the_question_says_nothing_of_the_kind() {
    let mut bench = Bench::attended();
    critical(&bench);
    bench.all_good(&[ANA]);
    bench.scan(DRILL_2).asks("Second proof: plate, PIN or another badge, 20 s");
    bench.scan("!CMD:HELP").good("The plate, a PIN or another badge");
    bench.scan(KIM).good("In the cart: Bosch GSR 18 out, due 17:00");
    bench.scan("!CMD:DONE").done("Done: 1 out to Ana");
}

#[test]
fn what_is_left_at_the_end_is_named_as_what_it_is() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:PAIR", DRILL]);
    bench.scan("0088123456"); // The plate of another unit.
    bench.all_good(&["!CMD:AUTO", SAW]);
    bench.scan("!CMD:DONE").no("Goodbye Kay; AT-000001 is in no bin: tell the keeper");
    assert_eq!(bench.holder(SAW).as_deref(), Some("Kay"));
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:OUT", KIM, DRILL]);
    bench.scan("!CMD:DONE").done("Done: 1 out to Kim");
    bench.scan("!CMD:UNDO");
    bench.late(Duration::from_secs(7), KAY).no("Goodbye Kay; nothing was taken back");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kim"));
    bench.verify();
}

#[test]
fn the_plate_that_repair_asks_for_is_nobodys_badge_and_nothing_is_lent() {
    let mut bench = Bench::crib();
    bench.register(|store, now| store.set_pin(holder_id(KAY), Some("4711"), None, now).map(drop));
    bench.all_good(&[KAY, "!CMD:REPAIR"]);
    bench.scan(DRILL_2).no("Scan the maker's serial plate, not the tag");
    bench.scan("!PIN:4711").no("Scan the maker's serial plate, not the tag");
    assert_eq!(bench.holder(DRILL_2), None);
    bench.scan("0088123456").good("Off to repair: Bosch GSR 18");
    bench.scan("!PIN:4711").no("Too late: scan the tool again");
    bench.scan("!CMD:UNDO");
    bench.scan(DRILL_2).no("Scan the maker's serial plate, not the tag");
    bench.scan(KIM).no("Hello Kim; the last scan of Kay was NOT booked");
    assert_eq!(bench.holder(DRILL_2), None);
    bench.verify();
}

#[test]
fn undo_reaches_the_right_event_also_when_more_were_booked_at_once_than_it_remembers() {
    const TAGS: &[&str] = &[
        "AT-000061",
        "AT-000062",
        "AT-000063",
        "AT-000064",
        "AT-000065",
        "AT-000066",
        "AT-000067",
        "AT-000068",
        "AT-000069",
        "AT-000070",
        "AT-000071",
        "AT-000072",
    ];
    let mut bench = Bench::desk();
    ladders(&bench, TAGS);
    bench.all_good(&[KAY, "!CMD:OUT", KIM]);
    bench.all_good(TAGS);
    bench.scan("!CMD:DONE").done("Done: 12 out to Kim");
    bench.scan("!CMD:UNDO");
    bench.scan("!CMD:UNDO").done("Undone: AT-000072 is in again");
    let taken_back = bench.last(EventKind::Corrected);
    let first = bench.ledger().into_iter().find(|it| Some(it.id.seq) == taken_back.corrects).unwrap();
    assert_eq!((first.kind, first.unit), (EventKind::CheckedOut, taken_back.unit));
    bench.verify();
}

/// A kit of a drill that asks for no training and a saw that does; Ana is trained.
fn trained() -> Bench {
    let bench = Bench::crib();
    bench.register(|store, now| {
        let model =
            NewModel { maker: "Sortimo".into(), name: "Case".into(), category: "case".into(), ..NewModel::default() };
        let model = store.add_model(&model, None, now)?;
        let kit = store.add_unit(&NewUnit::new(model).bearing(IdentifierKind::AssetTag, "AT-000080"), None, now)?;
        store.set_kit(unit_id(SAW), Some(kit), None, now)?;
        let policy = CategoryPolicy { training: Some("saws".to_owned()), ..CategoryPolicy::default() };
        store.set_category("power tool", &policy, None, now)?;
        store.add_training(holder_id(ANA), &Training { name: "saws".to_owned(), valid_until: None }, None, now)
    });
    bench
}

#[test]
fn a_part_is_not_taken_over_with_its_kit_by_somebody_without_its_training() {
    let mut bench = trained();
    bench.all_good(&[ANA, "AT-000080", ANA, KIM]);
    assert_eq!(bench.holder(SAW).as_deref(), Some("Ana"));
    bench.scan("AT-000080").no("With Ana: IN to return it for Ana, HANDOVER to take it over");
    bench.scan("!CMD:TAKE Ana is ill");
    bench.scan(KAY).no("Training missing: saws; ask the keeper");
    assert_eq!(bench.holder(SAW).as_deref(), Some("Ana"));
    bench.verify();
}

#[test]
fn a_kit_is_handed_over_to_somebody_who_may_have_one_thing() {
    let mut bench = Bench::crib();
    bench.register(|store, now| {
        let drill = store.model_id("Bosch", "GSR 18")?.unwrap();
        let kit = store.add_unit(&NewUnit::new(drill).bearing(IdentifierKind::AssetTag, "AT-000080"), None, now)?;
        store.set_kit(unit_id(SAW), Some(kit), None, now)?;
        store.set_limit(holder_id(KIM), Some(1), None, now).map(drop)
    });
    bench.all_good(&[ANA, "AT-000080", "!CMD:HANDOVER", "AT-000080"]);
    bench.scan(KIM).done("Handed over: 1 kit with 1 part to Kim");
    bench.verify();
}

#[test]
fn a_hand_over_begins_with_the_givers_badge_too_and_goes_to_whom_a_clerk_serves() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL, KIM]);
    bench.scan("!CMD:HANDOVER").good("HANDOVER: scan the giver's badge");
    bench.scan(KIM).good("Hello Kim: you have 1; now the tools to hand over");
    assert_eq!(bench.view().prompt, "Scan the tools to hand over");
    bench.scan(DRILL).good("Hand over: Bosch GSR 18; then the receiver's badge");
    bench.scan(ANA).done("Handed over: 1 to Ana");
    bench.scan(KIM);
    bench.all_good(&[ANA, "!CMD:HANDOVER"]);
    bench.scan(ANA).good("From Ana: scan the tools, then the other badge");
    bench.all_good(&[DRILL]);
    bench.scan(KIM).done("Handed over: 1 to Kim");
    bench.all_good(&["!CMD:HANDOVER"]);
    bench.scan(KIM).good("From Kim: scan the tools, then Kim's badge again");
    bench.scan(DRILL).good("Hand over: Bosch GSR 18; then Kim's badge");
    bench.scan(KIM).done("Handed over: 1 to Ana");
    bench.verify();
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, "!CMD:OUT", KIM, DRILL]);
    bench.scan("!CMD:DONE").done("Done: 1 out to Kim");
    bench.all_good(&["!CMD:OUT", ANA, "!CMD:HANDOVER", DRILL]);
    bench.scan(KIM).done("Handed over: 1 to Ana");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    bench.verify();
}

#[test]
fn a_serial_number_that_somebody_typed_moves_nothing_before_it_was_typed_again() {
    let mut bench = Bench::crib();
    critical(&bench);
    bench.by(Transport::Page).scan(ANA);
    bench.scan("0088123456").asks("Typed: enter it once more");
    bench.at_once().scan("0088123456").asks("Second proof: tag, PIN or another badge, 20 s");
    assert_eq!(bench.holder(DRILL_2), None);
    bench.by(Transport::Serial).scan(DRILL_2).good("Out to Ana: Bosch GSR 18, due 17:00");
    let rest = Duration::from_secs(2);
    bench.late(rest, DRILL_2).good("Back in: Bosch GSR 18, put it in LOC-A1 · Shelf A1");
    bench.by(Transport::Page).late(rest, DRILL_2).asks("Second proof: plate, PIN or another badge, 20 s");
    bench.late(rest, "0088-123456").asks("Found without its separators: scan it again to confirm");
    bench.late(rest, "0088123456").good("Out to Ana: Bosch GSR 18, due 17:00");
    bench.verify();
}

#[test]
fn what_is_said_of_a_return_lends_nothing_whatever_the_mode() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:OUT", "!CMD:DIRTY"]);
    bench.scan(DRILL).already("Already in: LOC-A1 · Shelf A1");
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn the_plate_of_a_part_is_no_conflict_with_its_kit() {
    let mut bench = Bench::crib();
    critical(&bench);
    bench.register(|store, now| {
        let drill = store.model_id("Bosch", "GSR 18")?.unwrap();
        let kit = store.add_unit(&NewUnit::new(drill).bearing(IdentifierKind::AssetTag, "AT-000080"), None, now)?;
        store.set_kit(unit_id(DRILL_2), Some(kit), None, now)
    });
    bench.scan(ANA);
    bench.scan("AT-000080").asks("Second proof: PIN or another badge, 20 s");
    let told: Heard = bench.scan("0088123456");
    assert!(told.why().starts_with("Second proof: tag, PIN or another badge"), "{}", told.why());
    assert!(bench.reader().cases(false, 10, true).unwrap().is_empty());
}

#[test]
fn what_bears_nothing_but_its_lost_tag_is_found_again_by_it() {
    let mut bench = Bench::crib();
    ladders(&bench, &["AT-000061"]);
    bench.all_good(&[KAY, "!CMD:TAGLOST", "AT-000061", "!CMD:RELABEL"]);
    bench.scan("AT-000061").good("Zarges Ladder: now the new tag");
    bench.all_good(&["AT-000062"]);
    bench.scan("!CMD:DONE").done("Paired: AT-000062 with no serial number, Zarges Ladder");
    bench.verify();
}

#[test]
fn an_imei_read_twice_is_not_the_serial_plate() {
    let mut bench = Bench::crib();
    ladders(&bench, &["AT-000061"]);
    bench.all_good(&[KAY, "!CMD:PAIR", "AT-000061"]);
    let waits = "That is the IMEI: DONE binds it; now the serial number";
    bench.scan("490154203237518").good(waits);
    bench.scan("490154203237518").already(waits);
    bench.scan("SN77999").good("AT-000061 with SN77999, Zarges Ladder + IMEI: DONE binds them");
    bench.scan("!CMD:DONE");
    bench.verify();
}

#[test]
fn a_place_that_is_not_on_record_a_number_that_nobody_means_and_a_card_above_the_role_are_named() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:MOVE"]);
    bench.scan("LOC-X9").no("No place on record: LOC-X9; ask the keeper");
    bench.scan("!CMD:OK").no("OK needs the role keeper: ask the keeper");
    bench.scan(ANA);
    bench.scan("!CMD:FOUND").good("FOUND: scan what you found");
    bench.scan("LOC-A1").good("LOC-A1 · Shelf A1");
}
