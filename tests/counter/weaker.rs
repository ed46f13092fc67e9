//! Serial numbers that are stored with separators, zeros or a prefix, and scanned without: found, named, asked about; and
//! those that became the number of a product or a batch too.

use scanstation::domain::{Answer, Ended, IdentifierKind, Moment};
use scanstation::store::{NewIdentifier, NewModel, NewUnit, Store, StoreError};

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

/// A product that is entered later, or a unit of a batch.
fn later(store: &mut Store, name: &str, (sku, gtin, lot): (&str, &str, &str), now: Moment) -> Result<(), StoreError> {
    let said = |it: &str| (!it.is_empty()).then(|| it.to_owned());
    let (maker, name) = ("Acme".to_owned(), name.to_owned());
    let new = NewModel { maker, name, sku: said(sku), gtin: said(gtin), ..NewModel::default() };
    let model = store.add_model(&new, None, now)?;
    let unit = NewUnit { lot: said(lot), ..NewUnit::new(model) };
    store.add_unit(&unit.bearing(IdentifierKind::ForeignTag, format!("F{sku}{gtin}{lot}")), None, now).map(drop)
}

#[test]
fn a_serial_number_that_became_the_number_of_a_product_or_a_batch_lends_nothing() {
    let mut bench = Bench::crib();
    bench.register(|store, now| {
        replate(store, DRILL, ("SN77001", "4013288169303"), now)?;
        replate(store, DRILL_2, ("0088123456", "B-77"), now)?;
        replate(store, SAW, ("SN77001", "L9"), now)?;
        later(store, "By GTIN", ("", "04013288169303", ""), now)?;
        later(store, "By SKU", ("b-77", "", ""), now)?;
        store.bind(unit_id(DRILL), &NewIdentifier::new(IdentifierKind::ForeignTag, "B-78"), None, now)?;
        later(store, "By tag", ("b-78", "", ""), now)?;
        let saw = NewUnit { lot: Some("l9".to_owned()), ..NewUnit::new(store.model_id("Makita", "HS7601")?.unwrap()) };
        store.add_unit(&saw.bearing(IdentifierKind::ForeignTag, "F1"), None, now).map(drop)
    });
    bench.scan(ANA);
    bench.scan("4013288169303").no("Names a product, not a piece: Acme By GTIN, 1 free; scan the tag");
    bench.scan("04013288169303").no("Names a product, not a piece: Acme By GTIN, 1 free; scan the tag");
    bench.scan("B-77").no("Names a product, not a piece: Acme By SKU, 1 free; scan the tag");
    bench.scan("L9").no("Names a batch, not a piece: L9, 1 units; scan the tag");
    bench.scan("B-78").no("Names a product, not a piece: Acme By tag, 1 free; scan the tag");
    assert_eq!([DRILL, DRILL_2, SAW].map(|it| bench.holder(it)), [None, None, None]);
    bench.scan(DRILL).good("Out to Ana: Bosch GSR 18, due 17:00");
    bench.scan("(21)B-77").good("Out to Ana: Bosch GSR 18, due 17:00");
}

#[test]
fn a_serial_number_that_is_a_batch_of_other_products_asks_first() {
    let mut bench = Bench::crib();
    bench.register(|store, now| {
        replate(store, SAW, ("SN77001", "1001"), now)?;
        later(store, "By lot", ("", "", "1001"), now)
    });
    bench.scan(ANA);
    let heard = bench.scan("1001");
    heard.already("Found beside a batch of that number: scan it again to confirm");
    assert!(
        heard.value()["because"]
            .as_str()
            .unwrap()
            .ends_with("Our records: a serial number beside a batch of that number.")
    );
    assert_eq!(bench.holder(SAW), None);
    bench.scan("1001").good("Out to Ana: Makita HS7601, due 17:00");
}
