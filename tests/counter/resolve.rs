//! Every number that leads to a thing, from the scan to the answer: which record, why, and what is said when the label
//! and the record differ, when several bear a number, or when none does.

use scanstation::cli::identify::{IdentifyArgs, run_with};
use scanstation::domain::{EventKind, IdentifierKind, Transport};
use scanstation::identify::Options;
use scanstation::store::{NewIdentifier, NewModel, NewUnit};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, Heard, SAW, unit_id};

/// The GTIN of the drill's model in the bench.
const GTIN: &str = "04059952533643";

#[track_caller]
fn names(heard: &Heard, tag: &str, because: &str) {
    let found = heard.value();
    assert_eq!((&found["unit"]["tag"], &found["answer"]), (&tag.into(), &"good".into()), "{found:#}");
    assert!(found["because"].as_str().unwrap().ends_with(because), "{found:#}");
}

/// Binds an identifier to the drill, scans a code, and expects the drill to be shown.
#[track_caller]
fn check(kind: IdentifierKind, raw: &str, code: &str, because: &str) {
    let mut bench = Bench::desk();
    let raw = raw.to_owned();
    bench.register(move |store, now| store.bind(unit_id(DRILL), &NewIdentifier::new(kind, raw), None, now));
    names(&bench.scan(code), DRILL, because);
}

fn record(kind: &str) -> String {
    format!("Our records: an identifier of the kind {kind}.")
}

#[test]
fn each_kind_of_identifier_leads_to_its_unit() {
    use IdentifierKind as Kind;
    let uii = "D0CVA554786950";
    let message = "[)>\u{1e}06\u{1d}17V0CVA5\u{1d}1P4786\u{1d}S950\u{1e}\u{4}";
    check(Kind::Uii, "D0CVA54786950", message, &record("uii"));
    check(Kind::Uii, uii, &format!("[)>\u{1e}06\u{1d}25S{uii}\u{1e}\u{4}"), &record("uii"));
    check(Kind::Giai, "0614141ABC", "]d280040614141ABC", &record("giai"));
    check(Kind::Grai, "00614141123452A7", "]d2800300614141123452A7", &record("grai"));
    check(Kind::Sscc, "106141412345678908", "]C100106141412345678908", &record("sscc"));
    check(Kind::Sscc, "106141412345678908", "00106141412345678908", &record("sscc"));
    check(Kind::Imei, "490154203237518", "490154203237518", &record("imei"));
    check(Kind::Imei, "490154203237518", "IMEI: 49-015420-323751-8", &record("imei"));
    check(Kind::Vin, "1M8GDM9AXKP042788", "1M8GDM9AXKP042788", &record("vin"));
    check(Kind::Vin, "1M8GDM9AXKP042788", "I1M8GDM9AXKP042788", &record("vin"));
    check(Kind::Mac, "001A2B3C4D5E", "00:1a:2b:3c:4d:5e", &record("mac"));
    check(Kind::Mac, "00:1A:2B:3C:4D:5E", "23S001A2B3C4D5E", &record("mac"));
    check(Kind::Mac, "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e", &record("mac"));
    check(Kind::Iccid, "89490200001234567897", "89490200001234567897", &record("iccid"));
    check(Kind::RfidUid, "04A2B3C4D5E680", "04A2B3C4D5E680", &record("rfid-uid"));
}

#[test]
fn the_tag_of_a_radio_reader_leads_to_the_unit_that_its_bar_code_names() {
    use IdentifierKind as Kind;
    // The worked examples of the EPC Tag Data Standard.
    check(Kind::Sgtin, "01=80614141123458;21=6789", "3074257BF7194E4000001A85", &record("sgtin"));
    check(Kind::Sscc, "106141412345678908", "3154257BF4499602D2000000", &record("sscc"));
    check(Kind::Grai, "00614141123452400", "3314257BF40C0E4000000190", &record("grai"));
    check(Kind::Giai, "06141415678", "3414257BF40000000000162E", &record("giai"));
}

#[test]
fn gtin_and_serial_number_lead_to_the_piece_of_that_product() {
    let mut bench = Bench::desk();
    // Two makers have this serial number; the GTIN tells which piece it is.
    let heard = bench.scan(&format!("]d201{GTIN}21SN77001"));
    names(&heard, DRILL, "Our records: the serial number under that GTIN.");
    names(&bench.scan(&format!("(01){GTIN}(21)SN77001")), DRILL, "Our records: the serial number under that GTIN.");
    let link = format!("https://id.gs1.org/01/{GTIN}/21/SN77001");
    names(&bench.scan(&link), DRILL, "Our records: the serial number under that GTIN.");
    bench.scan("SN77001").no("2 units bear this number, scan the tag: AT-000001, AT-000004");
    assert!(bench.scan("SN77001").value()["because"].as_str().unwrap().ends_with("Our records: 2 units bear it."));
}

#[test]
fn a_piece_that_is_not_on_record_is_no_product_and_is_parked() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench
        .scan(&format!("]d201{GTIN}21QQ99999"))
        .no("A piece of Bosch GSR 18 that is not on record: parked for the keeper");
    assert_eq!(bench.last(EventKind::Parked).body.unwrap().get("cause"), Some("unknown-piece"));
    bench
        .scan(&format!("]d201{GTIN}10L2401\u{1d}210088123465"))
        .no("A piece of lot L2401 that is not on record: parked for the keeper; did you mean AT-000002?");
}

#[test]
fn a_label_of_another_product_than_the_record_books_nothing() {
    let mut bench = Bench::crib();
    bench.register(|store, now| {
        let other = NewModel {
            maker: "Makita".into(),
            name: "HS7611".into(),
            gtin: Some("00088381095167".into()),
            ..NewModel::default()
        };
        store.add_model(&other, None, now).map(|_| ())
    });
    bench.scan(ANA);
    let why = "Label says Makita HS7611, record says Bosch GSR 18: nothing booked, ask the keeper";
    bench.scan("]d20100088381095167210088123456").no(why);
    assert_eq!(
        (bench.last(EventKind::Refused).body.unwrap().get("cause"), bench.holder(DRILL_2)),
        (Some("contradiction"), None)
    );
    // A product that nobody knows contradicts too: the record has another number.
    bench
        .scan("]d20109520123456788210088123456")
        .no("Label says GTIN 09520123456788, record says Bosch GSR 18: nothing booked, ask the keeper");
    // Not on the way in either.
    bench.scan("!CMD:IN");
    bench.scan("]d20100088381095167210088123456").no(why);
    bench.verify();
}

#[test]
fn a_label_of_another_batch_than_the_record_books_nothing() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench
        .scan(&format!("]d201{GTIN}10L2402\u{1d}210088123456"))
        .no("Label says lot L2402, record says lot L2401: nothing booked, ask the keeper");
    bench
        .scan("[)>\u{1e}06\u{1d}1TL2402\u{1d}S0088123456\u{1e}\u{4}")
        .no("Label says lot L2402, record says lot L2401: nothing booked, ask the keeper");
    assert_eq!(bench.holder(DRILL_2), None);
    bench.scan(&format!("]d201{GTIN}10l2401\u{1d}210088123456")).good("Out to Ana: Bosch GSR 18, due 17:00");
}

#[test]
fn a_part_number_of_another_model_books_nothing() {
    let mut bench = Bench::desk();
    bench
        .scan("[)>\u{1e}06\u{1d}1PSAW-19\u{1d}S0088123456\u{1e}\u{4}")
        .no("Label says Makita HS7601, record says Bosch GSR 18: nothing booked, ask the keeper");
    let heard = bench.scan("[)>\u{1e}06\u{1d}1PSOMETHING\u{1d}S0088123456\u{1e}\u{4}");
    names(&heard, DRILL_2, "Our records: a serial number.");
}

#[test]
fn a_product_a_batch_and_a_model_number_are_named_as_such() {
    let mut bench = Bench::desk();
    let product = "Names a product, not a piece: Bosch GSR 18, 2 free; scan the tag";
    bench.scan("]E04059952533643").good(product);
    bench.scan(&format!("]d201{GTIN}")).good(product);
    bench.scan("DRILL-18").good(product);
    bench.scan("gsr 18").good(product);
    bench.scan("HS7601").good("Names a product, not a piece: Makita HS7601, 1 free; scan the tag");
    bench.scan("1TL2401").good("Names a batch, not a piece: L2401, 3 units; scan the tag");
    bench.scan("L2401").good("Names a batch, not a piece: L2401, 3 units; scan the tag");
}

#[test]
fn a_phones_number_on_record_as_a_serial_number_is_said_to_be_one() {
    let mut bench = Bench::desk();
    bench.register(|store, now| {
        let number = NewIdentifier::new(IdentifierKind::SerialNumber, "356938035643809");
        store.end_identifier(
            unit_id(DRILL),
            IdentifierKind::SerialNumber,
            "SN77001",
            scanstation::domain::Ended::Corrected,
            None,
            now,
        )?;
        store.bind(unit_id(DRILL), &number, None, now)
    });
    let heard = bench.scan("356938035643809");
    names(&heard, DRILL, "Our records: a serial number, though it has the form of an IMEI.");
    assert_eq!(heard.value()["kind"], "imei");
}

#[test]
fn a_number_of_a_phone_and_of_a_tool_is_a_question() {
    let mut bench = Bench::desk();
    bench.register(|store, now| {
        let twin =
            NewUnit::new(scanstation::domain::ModelId(1)).bearing(IdentifierKind::SerialNumber, "356938035643809");
        store.add_unit(&twin, None, now)?;
        store.bind(unit_id(SAW), &NewIdentifier::new(IdentifierKind::Imei, "356938035643809"), None, now)
    });
    bench.scan("356938035643809").no("2 units bear this number, scan the tag: AT-000004, Bosch GSR 18");
}

#[test]
fn an_unknown_number_that_is_nearly_one_on_record_is_asked_about_and_never_booked() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    for code in ["0088132456", "OO88I23456", "008812345", "00881234567", "0088123459"] {
        bench.scan(code).no("Unknown code: parked for the keeper; did you mean AT-000002?");
    }
    let letter = "Misread, scan again: the tag has the letter O, which no tag of ours has, because it looks like 0";
    bench.scan("AT-OOO002").no(&format!("{letter}; did you mean AT-000002?"));
    bench.scan("AT-OOO009").no(letter);
    bench.scan("AT-000020").no("Unknown code: parked for the keeper; did you mean AT-000002?");
    // Tags follow one another: one digit more or less says nothing.
    bench.scan("AT-000007").no("Unknown code: parked for the keeper");
    bench.scan("9988123456").no("Unknown code: parked for the keeper");
    assert!(bench.ledger().iter().all(|it| it.kind != EventKind::CheckedOut));
}

#[test]
fn who_types_a_number_hears_of_its_near_twins() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    assert_eq!(bench.scan("SN77003").why(), "Cannot go out: in quarantine. Free: AT-000001, LOC-A1");
    let typed = bench.by(Transport::Page).scan("SN77003").why();
    assert!(typed.ends_with(" (careful, nearly the same number: AT-000001, AT-000004)"), "{typed}");
}

#[test]
fn the_sentence_is_in_the_answer_on_the_screens_and_in_the_journal() {
    let mut bench = Bench::crib();
    let mut updates = bench.handle().updates();
    let because = bench.scan(&format!("(01){GTIN}(21)SN77001")).value()["because"].as_str().unwrap().to_owned();
    assert_eq!(
        because,
        "GS1 elements in brackets. It names one individual. Our records: the serial number under that GTIN."
    );
    let shown: serde_json::Value = std::iter::from_fn(|| updates.blocking_recv().ok())
        .find(|it| it.name == scanstation::domain::UpdateName::Scan)
        .map(|it| serde_json::from_str(&it.json).unwrap())
        .unwrap();
    assert_eq!(shown["because"], because.as_str());
    let (_, kept) = bench.reader().recent_outcomes(1).unwrap().pop().unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["because"], because.as_str());
}

#[test]
fn a_code_is_explained_with_what_the_records_say_beside_the_running_station() {
    let bench = Bench::crib();
    let ask = |code: &str| {
        let args =
            IdentifyArgs { text: Some(code.into()), folder: Some(bench.path().to_owned()), ..IdentifyArgs::default() };
        let mut out = Vec::new();
        run_with(&args, &Options::default(), bench.now(), &mut &[][..], &mut out).unwrap();
        String::from_utf8(out)
            .unwrap()
            .lines()
            .filter(|it| !it.starts_with("field"))
            .skip(4)
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert_eq!(ask(DRILL), "record      unit: AT-000001 Bosch GSR 18, in-service; by its tag");
    let known = "record      unit: AT-000001 Bosch GSR 18, in-service; by its serial";
    assert!(ask(&format!("(01){GTIN}(21)SN77001")).starts_with(known), "{}", ask(&format!("(01){GTIN}(21)SN77001")));
    let unknown = ask("0088132456");
    assert!(unknown.ends_with("record      unknown: our records do not know it; near        AT-000002"), "{unknown}");
    assert!(bench.kinds().is_empty(), "nothing is recorded");
}
