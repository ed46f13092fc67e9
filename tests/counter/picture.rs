//! What a camera shows in one picture: a row for each symbol, one answer for all, and a question when it is too much.

use scanstation::domain::{EventKind, IdentifierKind};
use scanstation::store::NewIdentifier;

use crate::bench::{ANA, Bench, DRILL, DRILL_2, SAW, unit_id};

/// Payload, answer and unit of the journal's rows of the last reading, in order.
fn rows(bench: &Bench) -> Vec<(String, bool, Option<i64>)> {
    let journal = rusqlite::Connection::open(bench.path().join("station.db")).unwrap();
    let mut rows = journal
        .prepare(
            "SELECT cast(payload AS TEXT), outcome IS NOT NULL, unit FROM scan WHERE reading = \
             (SELECT max(reading) FROM scan) ORDER BY id",
        )
        .unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect()
}

fn row(payload: &str, answered: bool, unit: Option<&str>) -> (String, bool, Option<i64>) {
    (payload.to_owned(), answered, unit.map(|it| unit_id(it).0))
}

#[test]
fn the_symbols_of_one_label_have_a_row_each_and_one_answer() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    let heard = bench.show(&["0088123456", "1TL2401", "04059952533643"]);
    heard.good("Out to Ana: Bosch GSR 18, due 17:00");
    let because = heard.value()["because"].as_str().unwrap().to_owned();
    assert!(because.ends_with("Beside it: lot L2401, gtin 04059952533643."), "{because}");
    assert_eq!(bench.kinds().iter().filter(|it| **it == EventKind::CheckedOut).count(), 1);
    let drill = Some(DRILL_2);
    let expected = [row("0088123456", true, drill), row("1TL2401", false, None), row("04059952533643", false, None)];
    assert_eq!(rows(&bench), expected);
}

#[test]
fn the_answer_names_the_row_of_the_symbol_that_spoke_whatever_the_order() {
    let mut bench = Bench::crib();
    let before = bench.scan(ANA).value()["scan"].as_i64().unwrap();
    let heard = bench.show(&["04059952533643", "1TL2401", "0088123456"]);
    assert_eq!((heard.good("Out to Ana: Bosch GSR 18, due 17:00").value()["scan"].as_i64()), Some(before + 3));
    assert!(rows(&bench)[2].1);
    bench.stop();
    bench.verify();
}

#[test]
fn a_serial_number_and_two_imeis_of_one_phone_are_one_unit() {
    let mut bench = Bench::crib();
    let imeis = ["356938035643809", "490154203237518"];
    bench.register(move |store, now| {
        for imei in imeis {
            store.bind(unit_id(SAW), &NewIdentifier::new(IdentifierKind::Imei, imei), None, now)?;
        }
        Ok(())
    });
    bench.scan(ANA);
    // Two makers have this serial number; the IMEIs say which is meant.
    bench.show(&["SN77001", imeis[0], imeis[1]]).good("Out to Ana: Makita HS7601, due 17:00");
    assert_eq!(bench.holder(SAW).as_deref(), Some("Ana"));
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn several_units_in_one_picture_are_asked_about_and_nothing_moves() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.show(&[DRILL, DRILL_2]).no("2 things in one picture, show one: AT-000001, AT-000002");
    let refused = bench.last(EventKind::Refused);
    assert_eq!((refused.unit, refused.body.unwrap().get("cause")), (None, Some("one-at-a-time")));
    bench.show(&[ANA, DRILL]).no("2 things in one picture, show one: Ana, AT-000001");
    assert_eq!((bench.holder(DRILL), bench.holder(DRILL_2)), (None, None));
    bench.show(&[DRILL]).good("Out to Ana: Bosch GSR 18, due 17:00");
}

#[test]
fn what_nobody_knows_is_parked_whole_and_a_secret_beside_it_is_not_kept() {
    let mut bench = Bench::crib();
    let secret = "WIFI:T:WPA;S:shop;P:hunter2hunter2;;";
    bench.show(&[secret, "XYZZY-9", "356938035643809"]).no("Unknown code: parked for the keeper");
    let body = bench.last(EventKind::Parked).body.unwrap();
    assert_eq!((body.get("scanned"), body.get("beside")), (Some("XYZZY-9"), Some("imei 356938035643809")));
    bench.stop();
    for entry in std::fs::read_dir(bench.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(8).any(|it| it == b"hunter2h"), "the secret is on the disk");
    }
}
