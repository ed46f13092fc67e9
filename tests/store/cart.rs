//! Carts on disk: what one person left open is never overwritten by what the next one takes.
//!
//! Deliberately absent: what goes into a cart and when it is booked, which `counter::cart` tries.

use rusqlite::Connection;
use scanstation::domain::{
    Change, Confidence, EventKind, HolderId, Identifier, Kind, LaneId, Line, NewEvent, Question, Subject, UnitId,
};
use scanstation::store::{Store, StoreError};

use super::{Bench, moment};

fn cart(store: &mut Store, holder: HolderId, unit: UnitId) -> Result<(), StoreError> {
    let (label, model) = ("AT-000001".to_owned(), "Bosch GSR 18V-60".to_owned());
    let (scanned, missing) = ("AT-000001".to_owned(), String::new());
    let line = Line {
        unit,
        label,
        model,
        out: true,
        former: None,
        due: None,
        scanned,
        kit: None,
        missing,
        verified: false,
        condition: None,
        in_order: false,
        job: None,
        second_proof: String::new(),
    };
    let change = Change::Cart { holder, lines: vec![line] };
    store.within(|store| store.apply(&change, &LaneId::new("left"), moment(50)))
}

/// What waits for whoever has this badge.
fn waits(bench: &mut Bench, badge: &str) -> Vec<UnitId> {
    let mut identifier = Identifier::new(Kind::Badge, badge, Confidence::Certain, "It is a badge.");
    identifier.questions = vec![Question::Badge { key: badge.to_owned() }];
    let found = bench.store().resolve(&identifier, moment(60)).unwrap().subject;
    let Subject::Holder(holder) = found else { panic!("{found:?}") };
    holder.left_behind.iter().map(|it| it.unit).collect()
}

#[test]
fn a_cart_of_an_earlier_life_waits_for_its_person_whatever_failed_at_the_start() {
    let mut bench = Bench::new();
    let (first, second) = (bench.unit("AT-000001", ""), bench.unit("AT-000002", ""));
    let (ann, bea) = (bench.person("Ann", "1"), bench.person("Bea", "2"));
    cart(bench.store(), ann, first).unwrap();
    bench.again();
    // The start cannot record: another program holds the file. Then a group begins and is not kept.
    let other = Connection::open(bench.path().join("station.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(bench.store().begin(), Err(StoreError::Locked { .. })));
    drop(other);
    bench.store().begin().unwrap();
    bench.store().rollback().unwrap();
    // The next person takes something at the same lane, then the first one comes back.
    cart(bench.store(), bea, second).unwrap();
    assert_eq!((waits(&mut bench, "1"), waits(&mut bench, "2")), (vec![first], vec![]));
    // Also if it is the same person who begins anew.
    bench.again();
    cart(bench.store(), bea, first).unwrap();
    assert_eq!((waits(&mut bench, "1"), waits(&mut bench, "2")), (vec![first], vec![second]));
}

#[test]
fn an_open_cart_of_this_life_is_replaced_and_not_left_behind() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "");
    let ann = bench.person("Ann", "1");
    cart(bench.store(), ann, unit).unwrap();
    cart(bench.store(), ann, unit).unwrap();
    bench.store().within(|store| store.record_events(None, &[NewEvent::new(EventKind::Observed)], moment(70))).unwrap();
    assert!(waits(&mut bench, "1").is_empty());
}
