//! Command cards: every one is understood, each has its role, and those of other stations say so.

use crate::bench::{ANA, Bench, DRILL, KAY, LOU};

#[test]
fn a_card_of_another_station_says_so() {
    let mut bench = Bench::crib();
    for word in ["AUDIT", "CHAIN", "CLOSE BOX"] {
        let name = word.split(' ').next().unwrap();
        bench.scan(&format!("!CMD:{word}")).no(&format!("{name} is not offered at this counter"));
    }
}

#[test]
fn a_card_is_bound_to_its_role() {
    let mut bench = Bench::crib();
    bench.scan("!CMD:LOST").no("Badge first");
    bench.scan(LOU);
    bench.scan("!CMD:LOST").no("LOST needs the role operator: ask the keeper");
    bench.all_good(&[LOU, ANA]);
    bench.scan("!CMD:REPAIR").no("REPAIR needs the role keeper: ask the keeper");
    bench.scan("!CMD:LOST").good("LOST: scan tools");
    bench.all_good(&["!CMD:AUTO", ANA, KAY]);
    bench.scan("!CMD:REPAIR").good("REPAIR: scan the serial plate");
    assert_eq!(bench.view().mode, "repair");
}

#[test]
fn the_mode_falls_back_with_silence() {
    let mut bench = Bench::crib();
    bench.scan("!CMD:FOUND").good("FOUND: scan what you found");
    bench.pass(std::time::Duration::from_secs(31));
    assert_eq!(bench.view().mode, "auto");
    bench.scan(DRILL).no("Badge first: Bosch GSR 18: in, LOC-A1 · Shelf A1");
}
