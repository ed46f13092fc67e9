//! Tag and plate of different units: nothing is booked, both stay with their holders, a case opens.

use scanstation::domain::restriction::CategoryPolicy;
use scanstation::domain::{CaseId, CaseKind, CaseView, EventKind, IdentifierKind, UnitId};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KAY, KIM, SAW, holder_id};

fn cases(bench: &Bench) -> Vec<CaseView> {
    bench.reader().cases(false, 50, true).unwrap()
}

#[track_caller]
fn check(bench: &Bench, kind: CaseKind, unit: i64, other: Option<i64>) {
    let cases = cases(bench);
    assert_eq!(cases.len(), 1, "{cases:?}");
    assert_eq!((cases[0].kind, cases[0].unit, cases[0].other), (kind, UnitId(unit), other.map(UnitId)));
    bench.verify();
}

#[test]
fn a_number_of_another_unit_is_not_bound_and_opens_a_case() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:PAIR", DRILL]);
    bench.scan("0088123456").no("On AT-000002 already: not bound; scan the quarantine bin");
    check(&bench, CaseKind::Duplicate, 1, Some(2));
    assert_eq!(bench.view().prompt, "Scan the quarantine bin");
    bench.scan("LOC-Q1").done("Put aside in LOC-Q1 · Quarantine bin: the keeper looks into it");
    assert_eq!(cases(&bench)[0].place.as_deref(), Some("LOC-Q1"));
    assert_eq!(bench.unit(DRILL).unit.location.as_deref(), Some("Shelf A1"), "what was seen is no movement");
    bench.verify();
}

#[test]
fn cancel_leaves_a_thing_in_doubt_without_its_bin_and_says_so() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:PAIR", DRILL]);
    bench.scan("0088123456").no("On AT-000002 already: not bound; scan the quarantine bin");
    bench.scan(ANA).no("Scan the bin first");
    bench.scan("!CMD:CANCEL").done("AT-000001 is in no bin: tell the keeper");
    assert_eq!(bench.view().session.unwrap().name, "Kay");
    check(&bench, CaseKind::Duplicate, 1, Some(2));
    bench.scan("!CMD:CANCEL").done("Goodbye Kay");
}

#[test]
fn a_tag_of_another_unit_is_no_new_label_and_two_tags_are_two_things() {
    let mut bench = Bench::crib();
    for card in ["!CMD:RELABEL", "!CMD:PAIR"] {
        bench.all_good(&[KAY, card, DRILL]);
        bench.scan(SAW).no("AT-000004 is another thing: first DONE or CANCEL");
        assert!(cases(&bench).is_empty(), "{card}");
        bench.scan("!CMD:CANCEL").done("Nothing bound");
        bench.scan(KAY);
    }
    assert_eq!(bench.unit(DRILL).unit.tag.as_deref(), Some(DRILL));
}

#[test]
fn a_plate_that_is_not_the_one_on_record_opens_a_case() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:PAIR", DRILL]);
    bench.scan("SN99999").no("Not the plate on record for AT-000001: not bound; scan the quarantine bin");
    check(&bench, CaseKind::ReadingDiffers, 1, None);
}

#[test]
fn the_second_proof_of_another_unit_books_nothing() {
    let mut bench = Bench::crib();
    let policy = CategoryPolicy { critical: true, ..CategoryPolicy::default() };
    bench.register(move |store, now| store.set_category("power tool", &policy, None, now));
    bench.all_good(&[ANA, DRILL]);
    bench.scan("0088123456").no("Tag and plate are of two units: nothing booked; scan the quarantine bin");
    assert_eq!((bench.holder(DRILL), bench.holder(DRILL_2)), (None, None));
    check(&bench, CaseKind::MappingConflict, 1, Some(2));
    let opened = bench.last(EventKind::CaseChanged);
    assert_eq!((opened.person, opened.unit), (Some(holder_id(ANA)), Some(UnitId(1))));
}

#[test]
fn the_plate_of_another_unit_at_a_repair_books_nothing_out_or_in() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL_2, KIM, KAY, "!CMD:REPAIR"]);
    bench.scan(DRILL).no("Scan the maker's serial plate, not the tag");
    bench.scan("0088123456").no("Tag and plate are of two units: nothing booked; scan the quarantine bin");
    check(&bench, CaseKind::MappingConflict, 1, Some(2));
    assert_eq!(bench.holder(DRILL_2).as_deref(), Some("Kim"), "both stay with their holders");
    bench.scan("LOC-Q1");
    bench.scan(DRILL).no("Scan the maker's serial plate, not the tag");
    bench.scan("0088123456").no("Tag and plate are of two units: nothing booked; scan the quarantine bin");
    assert_eq!(cases(&bench)[0].readings, 2, "the same case, met again");
    bench.verify();
}

#[test]
fn tag_and_plate_in_one_image_are_of_one_thing_also_when_it_comes_back() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:IN"]);
    bench.show(&[DRILL, "0088123456"]).no("Tag and plate are of two units: nothing booked; scan the quarantine bin");
    check(&bench, CaseKind::MappingConflict, 1, Some(2));
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"), "nothing is booked in any direction");
    bench.scan("LOC-Q1");
    bench.show(&[DRILL_2, DRILL]).no("2 things in one picture, show one: AT-000002, AT-000001");
    assert_eq!(cases(&bench).len(), 1, "two tags in one picture are two things, and no case");
    bench.verify();
}

#[test]
fn an_older_case_blocks_going_out_and_never_coming_in() {
    let mut bench = Bench::crib();
    bench.all_good(&[KIM, DRILL_2, KIM, KAY, "!CMD:PAIR", DRILL]);
    bench.scan("0088123456");
    bench.all_good(&["LOC-Q1", KAY, KIM]);
    bench.scan(DRILL).no("Cannot go out: a case about tag and plate is open. Free: AT-000004, Makita HS7601, LOC-A1");
    bench.scan(DRILL_2).good("Back in: Bosch GSR 18; keep it apart: a case is open");
    assert_eq!(bench.last(EventKind::CheckedIn).body.unwrap().get("mapping"), Some("conflict"));
    bench.verify();
}

#[test]
fn a_unit_with_an_open_case_is_not_disposed_of_and_a_closed_case_frees_it() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:PAIR", DRILL]);
    bench.scan("0088123456");
    bench.all_good(&["LOC-Q1", "!CMD:DECOMMISSION", DRILL, "!CMD:DISPOSE"]);
    bench.scan(DRILL).no("A case about tag and plate is open");
    let case = cases(&bench)[0].id;
    let refused = bench.work(move |store, now| store.within(|store| store.resolve_case(case, " ", None, now)));
    assert!(refused.unwrap_err().to_string().contains("with a reason"));
    let refused = bench.work(|store, now| store.within(|store| store.resolve_case(CaseId(3), "x", None, now)));
    assert_eq!(refused.unwrap_err().to_string(), "there is no open case 3");
    let keeper = holder_id(KAY);
    bench
        .work(move |store, now| {
            store.within(|store| store.resolve_case(case, "labels were swapped", Some(keeper), now))
        })
        .unwrap();
    assert_eq!(cases(&bench), []);
    let closed = &bench.reader().cases(true, 5, true).unwrap()[0];
    assert_eq!(
        (closed.resolved_by.as_deref(), closed.resolution.as_deref()),
        (Some("Kay"), Some("labels were swapped"))
    );
    bench.scan(DRILL).good("Bosch GSR 18: disposed of");
    bench.verify();
}

#[test]
fn each_movement_says_how_whole_the_mapping_was() {
    let mut bench = Bench::crib();
    bench.register(|store, now| {
        let drill = store.model_id("Bosch", "GSR 18")?.unwrap();
        let unit = scanstation::store::NewUnit::new(drill).bearing(IdentifierKind::AssetTag, "AT-000060");
        store.add_unit(&unit, None, now)?;
        let policy = CategoryPolicy { critical: true, ..CategoryPolicy::default() };
        store.set_category("saws", &policy, None, now)
    });
    bench.all_good(&[ANA, DRILL]);
    let mapping = |bench: &Bench| bench.last(EventKind::CheckedOut).body.unwrap().get("mapping").map(str::to_owned);
    assert_eq!(mapping(&bench).as_deref(), Some("whole"));
    bench.all_good(&["AT-000060"]);
    assert_eq!(mapping(&bench).as_deref(), Some("tag-only"));
    let policy = CategoryPolicy { critical: true, ..CategoryPolicy::default() };
    bench.register(move |store, now| store.set_category("power tool", &policy, None, now));
    bench.all_good(&[DRILL_2, "0088123456"]);
    assert_eq!(mapping(&bench).as_deref(), Some("verified"));
}

#[test]
fn verify_sees_a_case_that_was_taken_away() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:PAIR", DRILL]);
    bench.scan("SN99999");
    bench.stop();
    let store = rusqlite::Connection::open(bench.path().join("station.db")).unwrap();
    store.execute("DELETE FROM case_file", []).unwrap();
    drop(store);
    let checks = scanstation::store::Checks::ALL;
    let report = scanstation::store::verify(bench.path(), checks, |_| std::ops::ControlFlow::Continue(())).unwrap();
    assert_eq!(
        report.sentences,
        [
            "The open cases are not what the ledger says; restore the last backup that verifies.",
            "Unit 1 is marked as in conflict, and no case about it is open; it was changed in the file and not by the \
             station; restore the last backup that verifies.",
        ]
    );
}
