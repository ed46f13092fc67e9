//! Codes that nobody knew: kept with time and place, and dealt with later by one of three ways.

use scanstation::domain::{EventKind, IdentifierKind, ModelId};
use scanstation::store::{Settle, Store, StoreError};

use crate::bench::{ANA, Bench, DRILL, KAY, holder_id, unit_id};

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
    bench.scan("CHUCK-77").good("Bosch GSR 18: in");
    bench.scan("LUNCHBOX").no("Unknown code: parked for the keeper");
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
fn a_purge_takes_the_text_of_a_parked_code() {
    let mut bench = Bench::crib();
    bench.scan("CHUCK-77");
    bench.work(|store, now| {
        let head = store.head().0;
        store.within(|store| store.purge(head, None, now)).unwrap();
    });
    assert_eq!(bench.reader().parked(10).unwrap()[0].text, "");
}
