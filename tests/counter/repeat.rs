//! The guard against repeats: one unit read twice is one scan, ten equal boxes are ten.

use std::time::Duration;

use scanstation::domain::{EventKind, Transport};

use crate::bench::{ANA, Bench, DRILL, KAY, KIM};

#[test]
fn the_same_unit_within_the_time_is_counted_once() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL]);
    bench.at_once();
    bench.scan(DRILL).already("Read twice: counted once");
    bench.pass(Duration::from_millis(900));
    bench.scan(DRILL).already("Read twice: counted once");
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Ana"));
    bench.pass(Duration::from_millis(1_001));
    bench.scan(DRILL).good("Back in: Bosch GSR 18, put it in LOC-A1 · Shelf A1");
}

#[test]
fn the_time_is_the_keepers_to_set() {
    let mut bench = Bench::with(|policy| policy.repeat = Duration::from_millis(1));
    bench.all_good(&[ANA, DRILL]);
    bench.at_once().pass(Duration::from_millis(2));
    bench.scan(DRILL).good("Back in: Bosch GSR 18, put it in LOC-A1 · Shelf A1");
}

#[test]
fn tag_and_serial_plate_of_one_unit_are_one_scan() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "AT-000002"]);
    bench.at_once();
    bench.scan("0088123456").already("Read twice: counted once");
    assert_eq!(bench.holder("AT-000002").as_deref(), Some("Ana"));
}

#[test]
fn the_new_label_is_not_answered_with_what_was_wrong_with_the_old_one() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:RELABEL", "0088123456", "AT-000902", "!CMD:DONE", KAY]);
    bench.at_once();
    let old = bench.scan("AT-000002").why();
    assert!(old.contains("superseded"), "{old}");
    bench.scan("AT-000002").already(&format!("Read twice: {old}"));
    let new = bench.scan("AT-000902").why();
    assert!(!new.contains("superseded") && !new.contains("Read twice"), "{new}");
}

#[test]
fn product_and_batch_codes_count_each_time() {
    let mut bench = Bench::desk();
    bench.at_once();
    for _ in 0..3 {
        bench.scan("DRILL-18").good("Names a product, not a piece: Bosch GSR 18, 2 free; scan the tag");
    }
    assert_eq!(bench.kinds(), [EventKind::Observed; 3]);
}

#[test]
fn the_guard_never_crosses_lanes() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL]);
    bench.lane("right").all_good(&[KIM]);
    bench.at_once().lane("left").scan(DRILL);
    bench.lane("right").scan(DRILL).good("Out to Kim: Bosch GSR 18, due 17:00");
}

#[test]
fn a_scanner_that_repeats_a_card_or_badge_is_counted_once_and_a_person_at_the_keys_twice() {
    let mut bench = Bench::crib();
    bench.at_once();
    bench.scan(ANA).good("Hello Ana");
    bench.scan(ANA).already("Read twice: counted once");
    bench.by(Transport::Page).lane("page");
    bench.scan(KIM).good("Hello Kim");
    bench.scan(KIM).done("Goodbye Kim");
}

#[test]
fn a_camera_and_a_scanner_that_read_the_same_label_within_two_seconds_read_it_once() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL]);
    bench.at_once().pass(Duration::from_millis(1_900));
    bench.by(Transport::Camera).scan(DRILL).already("Read twice: counted once");
    bench.pass(Duration::from_millis(2_001));
    bench.by(Transport::Serial).scan(DRILL).good("Back in: Bosch GSR 18, put it in LOC-A1 · Shelf A1");
    bench.pass(Duration::from_millis(1_500));
    bench.scan(DRILL).good("Out to Ana: Bosch GSR 18, due 17:00");
}

#[test]
fn two_identifiers_of_one_unit_are_no_repeat_where_the_second_one_is_asked_for() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:PAIR", "AT-000002"]);
    bench.at_once();
    bench.scan("AT-000002").already("Read twice: counted once");
    bench.scan("0088123456").already("Paired already, and right: Bosch GSR 18");
    bench.scan("!CMD:REPAIR");
    bench.scan("AT-000002").no("Scan the maker's serial plate, not the tag");
    bench.scan("0088123456").good("Off to repair: Bosch GSR 18");
    bench.scan("0088123456").already("Read twice: counted once");
    bench.verify();
}

#[test]
fn a_tag_and_an_imei_of_one_phone_are_no_repeat_where_they_are_paired() {
    let mut bench = Bench::crib();
    bench.all_good(&[KAY, "!CMD:PAIR", DRILL]);
    bench.scan("490154203237518").good("That is the IMEI: DONE binds it");
    bench.scan("!CMD:DONE");
    bench.all_good(&["!CMD:PAIR", DRILL]);
    bench.at_once().scan("490154203237518").already("Paired already, and right: Bosch GSR 18");
    bench.verify();
}
