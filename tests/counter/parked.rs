//! Codes that nobody knew: kept with time and place, and dealt with later by one of three ways.

use std::time::Duration;

use scanstation::domain::{EventClass, EventKind, EventSeq, IdentifierKind, ModelId};
use scanstation::store::{NewIdentifier, Settle, Shown, Store, StoreError, keep_still};

use crate::bench::{ANA, Bench, DRILL, KAY, holder_id, unit_id};
use crate::store::purge::purge;

fn settle(bench: &Bench, place: usize, how: Settle) -> Result<(), String> {
    let parked = bench.reader().parked(10).unwrap()[place].id;
    let work = move |store: &mut Store, now| -> Result<(), StoreError> {
        store.within(|store| store.settle(parked, &how, Some(holder_id(KAY)), now)).map(drop)
    };
    bench.work(move |store, now| work(store, now).map_err(|it| it.to_string()))
}

#[test]
fn a_parked_code_becomes_an_identifier_and_then_names_its_unit() {
    let mut bench = Bench::crib();
    bench.lane("right").scan("CHUCK-77").no("Unknown code: parked for the keeper");
    bench.lane("left").scan(ANA);
    bench.scan("CHUCK-77");
    let parked = bench.reader().parked(10).unwrap();
    let [code] = parked.as_slice() else { panic!("{parked:?}") };
    assert_eq!(
        (code.text.as_str(), code.lane.as_str(), code.person.as_deref(), code.times),
        ("CHUCK-77", "left", Some("Ana"), 2)
    );
    settle(&bench, 0, Settle::Bind(unit_id(DRILL), IdentifierKind::RfidUid)).unwrap();
    assert!(bench.reader().parked(10).unwrap().is_empty());
    bench.scan("CHUCK-77").good("Out to Ana: Bosch GSR 18, due 17:00");
    let resolved = bench.last(EventKind::ParkedResolved);
    assert_eq!((resolved.unit, resolved.person), (Some(unit_id(DRILL)), Some(holder_id(KAY))));
    bench.verify();
}

#[test]
fn a_parked_code_becomes_a_unit_or_is_dismissed_with_a_reason() {
    let mut bench = Bench::crib();
    bench.scan("CHUCK-77");
    bench.scan("LUNCHBOX");
    assert_eq!(settle(&bench, 0, Settle::Dismiss(String::new())), Err("a dismissed code needs a reason".to_owned()));
    settle(&bench, 0, Settle::Dismiss("a lunch box".to_owned())).unwrap();
    settle(&bench, 0, Settle::Create(ModelId(1), IdentifierKind::ForeignTag)).unwrap();
    assert!(bench.reader().parked(10).unwrap().is_empty());
    bench.scan("CHUCK-77").no("Badge first: Bosch GSR 18: in");
    bench.scan("LUNCHBOX").no("Unknown code: parked for the keeper");
    assert_eq!(bench.reader().parked(10).unwrap().len(), 1);
    bench.verify();
}

#[test]
fn a_parked_code_with_named_elements_is_bound_by_the_number_in_it() {
    let check = |kind, code: &str| {
        let mut bench = Bench::desk();
        bench.scan(code).no("Unknown code: parked for the keeper");
        settle(&bench, 0, Settle::Bind(unit_id(DRILL), kind)).unwrap();
        assert_eq!(bench.scan(code).value()["unit"]["tag"], DRILL, "{code}");
    };
    check(IdentifierKind::Giai, "]d280040614141ABC");
    check(IdentifierKind::Grai, "]d2800300614141123452A7");
    check(IdentifierKind::Sscc, "]C100106141412345678908");
    check(IdentifierKind::Uii, "[)>\u{1e}06\u{1d}25SD0CVA54786950\u{1e}\u{4}");
    check(IdentifierKind::Vin, "1M8GDM9AXKP042788");
    check(IdentifierKind::Mac, "00:1B:44:11:3A:B7");
    check(IdentifierKind::Sgtin, "3074257BF7194E4000001A85");
}

#[test]
fn a_unit_has_one_serial_number() {
    let mut bench = Bench::crib();
    bench.scan("ANOTHER-77");
    let refused = settle(&bench, 0, Settle::Bind(unit_id(DRILL), IdentifierKind::SerialNumber)).unwrap_err();
    assert!(refused.starts_with("the unit already bears another serial number"), "{refused}");
    assert_eq!(bench.reader().parked(10).unwrap().len(), 1);
    bench.verify();
}

#[test]
fn what_cannot_be_bound_stays_parked() {
    let mut bench = Bench::crib();
    bench.scan("AT-000009");
    let refused = settle(&bench, 0, Settle::Bind(unit_id(DRILL), IdentifierKind::AssetTag)).unwrap_err();
    assert!(refused.contains("AT-000001"), "{refused}");
    assert_eq!(bench.reader().parked(10).unwrap().len(), 1);
    assert!(!bench.kinds().contains(&EventKind::ParkedResolved));
}

#[test]
fn a_purge_takes_the_text_of_a_parked_code_once_it_is_dealt_with() {
    let mut bench = Bench::crib();
    bench.scan("CHUCK-77");
    bench.scan("CHUCK-78");
    settle(&bench, 0, Settle::Dismiss("not ours".to_owned())).unwrap();
    bench.advance(Duration::from_secs(1));
    let before = bench.now();
    bench.pass(Duration::from_secs(2 * 86_400));
    bench.work(move |store, now| purge(store, &[EventClass::Parked], before, now));
    let waits = bench.reader().parked(10).unwrap();
    assert_eq!(waits.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["CHUCK-77"]);
    let texts: Vec<String> = rusqlite::Connection::open(bench.path().join("station.db"))
        .and_then(|it| it.prepare("SELECT text FROM parked ORDER BY event")?.query_map([], |row| row.get(0))?.collect())
        .unwrap();
    assert_eq!(texts, ["CHUCK-77", ""]);
    bench.verify();
}

const PICTURE: &[u8] = b"\xff\xd8\xffwhere it lay";

#[test]
fn a_still_right_after_an_unknown_code_shows_it_and_stays_with_its_text() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.scan("CHUCK-77").no("Unknown code: parked for the keeper");
    let still = keep_still(bench.path(), PICTURE).unwrap().still;
    bench.scan(&format!("!CMD:STILL {still}")).good("Picture kept for the unknown code");
    let bound = bench.last(EventKind::StillBound).body.unwrap();
    let parked = bench.reader().parked(10).unwrap();
    assert_eq!(bound.get("of"), Some(parked[0].id.0.to_string().as_str()));
    assert_eq!(parked[0].still.as_deref(), Some(still.as_str()));
    bench.scan("CHUCK-77");
    assert_eq!(bench.reader().parked(10).unwrap()[0].still.as_deref(), Some(still.as_str()));
    bench.scan(DRILL);
    bench.scan(&format!("!CMD:STILL {still}")).no("Damage or unknown code first, then the picture");
    bench.verify();
}

#[test]
fn a_still_is_bound_to_an_identifier_by_its_kind_and_by_its_end_where_there_are_several() {
    let bench = Bench::crib();
    let still = keep_still(bench.path(), PICTURE).unwrap().still;
    let (one, other) = ("356938035643809", "490154203237518");
    bench.register(move |store, now| {
        for imei in [one, other] {
            store.bind(unit_id(DRILL), &NewIdentifier::new(IdentifierKind::Imei, imei), None, now)?;
        }
        Ok(())
    });
    let bind = |bench: &Bench, kind, ending: Option<&str>, still: &str| -> Result<EventSeq, String> {
        let (still, raw) = (still.to_owned(), ending.map(str::to_owned));
        bench.work(move |store, now| {
            let shown = Shown::Identifier { unit: DRILL.to_owned(), kind, raw };
            store.within(|store| store.bind_still(&still, &shown, None, now)).map_err(|it| it.to_string())
        })
    };
    let imei = IdentifierKind::Imei;
    assert!(bind(&bench, imei, None, &still).unwrap_err().contains("bears 2 of the kind imei"));
    assert!(bind(&bench, imei, Some("77"), &still).unwrap_err().contains("bears no such imei"));
    assert!(bind(&bench, imei, Some("18"), "00").unwrap_err().contains("was not kept"));
    bind(&bench, imei, Some("•••18"), &still).unwrap();
    bind(&bench, IdentifierKind::SerialNumber, None, &still).unwrap();
    let borne = bench.unit(DRILL).identifiers;
    let stills = |raw: &str| borne.iter().find(|it| it.raw.ends_with(raw)).unwrap().stills.len();
    assert_eq!((stills("09"), stills("18")), (0, 1));
    assert_eq!(bench.last(EventKind::StillBound).unit, Some(unit_id(DRILL)));
    bench.verify();
}
