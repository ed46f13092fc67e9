//! Codes that do not lead to one unit: unknown, damaged, secret, ambiguous, withdrawn, weak.

use scanstation::domain::{Ended, EventKind, IdentifierKind};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, unit_id};

#[test]
fn an_unknown_code_is_parked_and_never_dropped() {
    let mut bench = Bench::crib();
    bench.scan("XYZZY-9").no("Unknown code: parked for the keeper");
    assert_eq!(bench.last(EventKind::Parked).body.unwrap().get("scanned"), Some("XYZZY-9"));
}

#[test]
fn a_misread_tag_is_refused_before_any_look_up() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    let heard = bench.scan("AT-0000011");
    assert!(heard.why().starts_with("Misread, scan again"), "{}", heard.why());
    assert_eq!((heard.answer(), bench.holder(DRILL)), (scanstation::domain::Answer::No, None));
    assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("cause"), Some("misread"));
}

#[test]
fn a_secret_is_not_kept_anywhere() {
    let mut bench = Bench::crib();
    let secret = "WIFI:T:WPA;S:shop;P:hunter2hunter2;;";
    bench.scan(secret).no("That is a secret: not kept");
    bench.stop();
    for entry in std::fs::read_dir(bench.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(8).any(|it| it == b"hunter2h"), "the secret is on the disk");
    }
}

#[test]
fn a_withdrawn_tag_is_known_and_leads_to_the_live_one() {
    let mut bench = Bench::crib();
    bench.register(|store, now| {
        let unit = unit_id(DRILL);
        store.end_identifier(unit, IdentifierKind::AssetTag, DRILL, Ended::Voided, None, now)?;
        let new = scanstation::store::NewIdentifier::new(IdentifierKind::AssetTag, "AT-000009");
        store.bind(unit, &new, None, now)
    });
    bench.scan(ANA);
    bench.scan(DRILL).no("This tag was voided; the unit now bears AT-000009");
    assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("cause"), Some("ended-tag"));
    bench.scan("AT-000009").good("Out to Ana: Bosch GSR 18, due 17:00");
}

#[test]
fn a_superseded_serial_number_still_leads_to_its_unit() {
    let mut bench = Bench::crib();
    bench.register(|store, now| {
        let (unit, kind) = (unit_id(DRILL_2), IdentifierKind::SerialNumber);
        store.end_identifier(unit, kind, "0088123456", Ended::Superseded, None, now)?;
        store.bind(unit, &scanstation::store::NewIdentifier::new(kind, "0099000777"), None, now)
    });
    bench.scan(ANA);
    let heard = bench.scan("0088123456");
    heard.good("Out to Ana: Bosch GSR 18, due 17:00");
    let because = heard.value()["because"].as_str().unwrap().to_owned();
    assert!(because.ends_with("Our records: a serial number, superseded."), "{because}");
}

#[test]
fn a_look_up_by_a_superseded_serial_number_says_so() {
    let mut bench = Bench::desk();
    bench.register(|store, now| {
        let (unit, kind) = (unit_id(DRILL_2), IdentifierKind::SerialNumber);
        store.end_identifier(unit, kind, "0088123456", Ended::Superseded, None, now)
    });
    let old = "Bosch GSR 18: in, LOC-A1 · Shelf A1; this serial number was superseded";
    bench.scan("0088123456").good(old);
    bench.register(|store, now| {
        let new = scanstation::store::NewIdentifier::new(IdentifierKind::SerialNumber, "0099000777");
        store.bind(unit_id(DRILL_2), &new, None, now)
    });
    bench.scan("0088123456").good(&format!("{old}: the unit now bears another"));
    bench.scan("0099000777").good("Bosch GSR 18: in, LOC-A1 · Shelf A1");
}

#[test]
fn a_number_that_several_units_bear_is_a_question() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.scan("SN77001").no("2 units bear this number, scan the tag: AT-000001, AT-000004");
    assert_eq!(bench.kinds(), [EventKind::SessionOpened, EventKind::Refused]);
}

#[test]
fn a_product_or_a_batch_never_lends() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.scan("DRILL-18").no("Names a product, not a piece: Bosch GSR 18, 2 free; scan the tag");
    bench.scan("04059952533643").no("Names a product, not a piece: Bosch GSR 18, 2 free; scan the tag");
    bench.scan("(01)04059952533643(10)L2401").no("Names a batch, not a piece: L2401, 3 units; scan the tag");
    assert_eq!((bench.holder(DRILL), bench.holder(DRILL_2)), (None, None));
}

#[test]
fn a_weak_match_asks_first() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    let heard = bench.scan("0088-123456");
    assert_eq!(
        (heard.answer(), bench.holder(DRILL_2)),
        (scanstation::domain::Answer::Already, None),
        "{}",
        heard.why()
    );
    assert!(heard.why().contains("scan it again to confirm"), "{}", heard.why());
    bench.scan("0088-123456").good("Out to Ana: Bosch GSR 18, due 17:00");
    assert!(bench.last(EventKind::CheckedOut).body.unwrap().get("rule").is_some());
}

#[test]
fn a_weak_match_is_forgotten_by_another_scan() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.scan("0088-123456");
    bench.scan(DRILL);
    assert_eq!(bench.scan("0088-123456").answer(), scanstation::domain::Answer::Already);
    assert_eq!(bench.holder(DRILL_2), None);
}

#[test]
fn a_card_that_does_not_exist_is_named() {
    let mut bench = Bench::crib();
    bench.scan("!CMD:LAUNCH").no("No such card here: LAUNCH");
}

#[test]
fn hostile_text_is_parked_as_it_is() {
    let mut bench = Bench::crib();
    for text in
        ["<script>alert(1)</script>", "'; DROP TABLE unit; --", "=HYPERLINK(\"http://x\")", "\u{1b}[2J\u{202e}x"]
    {
        let heard = bench.scan(text);
        assert_eq!(heard.answer(), scanstation::domain::Answer::No, "{}", heard.json);
    }
    bench.verify();
}
