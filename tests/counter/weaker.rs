//! Serial numbers that are stored with separators, zeros or a prefix, and scanned without: found, named, asked about.

use scanstation::domain::{Answer, Ended, IdentifierKind, Moment};
use scanstation::store::{NewIdentifier, Store, StoreError};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, SAW, unit_id};

/// Gives a unit another plate than it had.
fn replate(store: &mut Store, tag: &str, (old, new): (&str, &str), now: Moment) -> Result<(), StoreError> {
    let (unit, kind) = (unit_id(tag), IdentifierKind::SerialNumber);
    store.end_identifier(unit, kind, old, Ended::Superseded, None, now)?;
    store.bind(unit, &NewIdentifier::new(kind, new), None, now)
}

#[test]
fn a_match_by_a_weaker_form_names_its_rule_and_asks_first() {
    let mut bench = Bench::crib();
    bench.register(|store, now| {
        replate(store, DRILL, ("SN77001", "AB-12.34/5"), now)?;
        replate(store, SAW, ("SN77001", "S/N: 4711X"), now)?;
        replate(store, DRILL_2, ("0088123456", "000451"), now)
    });
    bench.scan(ANA);
    for (code, tag, rule) in [
        ("AB1234-5", DRILL, "without its separators"),
        ("ab12345", DRILL, "without its separators"),
        ("4711X", SAW, "without its leading data identifier"),
        ("S4711X", SAW, "without its leading data identifier"),
        ("451", DRILL_2, "without its leading zeros"),
    ] {
        bench.scan("!CMD:AUTO");
        let heard = bench.scan(code).already(&format!("Found {rule}: scan it again to confirm")).value();
        assert_eq!(heard["unit"]["tag"], tag, "{heard:#}");
        assert!(
            heard["because"].as_str().unwrap().ends_with(&format!("Our records: a serial number {rule}.")),
            "{heard:#}"
        );
    }
    assert_eq!(bench.holder(DRILL_2), None);
    assert_eq!(bench.scan("AB1B345").answer(), Answer::No, "a look-alike is never taken");
}

#[test]
fn the_part_that_a_makers_rule_names_leads_to_the_unit_and_asks_first() {
    let mut bench = Bench::crib();
    bench.register(|store, now| replate(store, SAW, ("SN77001", "PF1ABCDE"), now));
    bench.scan(ANA);
    let rule = "by the part that its maker's rule names";
    let heard = bench.scan("1S20KHCTO1WWPF1ABCDE");
    heard.already(&format!("Found {rule}: scan it again to confirm"));
    let because = heard.value()["because"].as_str().unwrap().to_owned();
    assert!(because.starts_with("It fits the serial numbers of Lenovo"), "{because}");
    assert!(because.ends_with(&format!("Our records: a serial number {rule}.")), "{because}");
    bench.scan("1S20KHCTO1WWPF1ABCDE").good("Out to Ana: Makita HS7601, due 17:00");
}
