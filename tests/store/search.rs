//! Search by the beginning of anything, with serial numbers only complete for those without the role.

use scanstation::domain::{EventKind, HolderId, IdentifierKind, NewEvent, Role, Sight, UnitId, UnitState};
use scanstation::store::{FoundKind, NewOwner, NewUnit, Reader};

use super::{Bench, moment};

fn filled() -> Bench {
    let mut bench = Bench::new();
    let first = bench.unit("AT-000001", "BX-77001");
    bench.unit("AT-000002", "BX-77002");
    let ann = bench.person("Ann Öztürk", "1");
    bench.answer(first, None, Some(ann));
    bench
        .store()
        .within(|store| {
            let shelf = store.add_location("LOC-A1", "Blue shelf", None, moment(5))?;
            let model = store.model_id("Bosch", "GSR 18V-60")?.unwrap();
            let unit = NewUnit { home: Some(shelf), lot: Some("LOT-9".into()), ..NewUnit::new(model) };
            store.add_unit(&unit.bearing(IdentifierKind::AssetTag, "AT-000003"), None, moment(5))
        })
        .unwrap();
    bench
}

#[track_caller]
fn check(bench: &Bench, query: &str, unmasked: bool, by: FoundKind, expected: &[i64]) {
    let found =
        Reader::open(bench.path()).unwrap().search(query, 20, Sight::of(unmasked.then_some(Role::Operator))).unwrap();
    let units: Vec<i64> = found.iter().map(|it| it.unit.id.0).collect();
    assert_eq!(units, expected, "{query}: {found:?}");
    assert!(found.iter().all(|it| it.by == by), "{query}: {found:?}");
}

#[test]
fn everything_is_found_by_its_beginning() {
    let bench = filled();
    check(&bench, "at-00000", false, FoundKind::Identifier, &[1, 2, 3]);
    check(&bench, "AT-000002", false, FoundKind::Identifier, &[2]);
    check(&bench, "lot-9", false, FoundKind::Lot, &[3]);
    check(&bench, "gsr", false, FoundKind::Model, &[1, 2, 3]);
    check(&bench, "bosch 18v", false, FoundKind::Model, &[1, 2, 3]);
    check(&bench, "drill", false, FoundKind::Model, &[1, 2, 3]);
    check(&bench, "bosch saw", false, FoundKind::Model, &[]);
    check(&bench, "özt", false, FoundKind::Holder, &[1]);
    check(&bench, "blue", false, FoundKind::Location, &[3]);
    check(&bench, "' OR 1=1 --", false, FoundKind::Model, &[]);
    check(&bench, "%", false, FoundKind::Model, &[]);
    check(&bench, "", false, FoundKind::Model, &[]);
}

#[test]
fn without_the_role_a_serial_number_matches_only_complete_and_stays_masked() {
    let bench = filled();
    check(&bench, "BX-77", false, FoundKind::Identifier, &[]);
    check(&bench, "BX-77", true, FoundKind::Identifier, &[1, 2]);
    check(&bench, "bx-77001", false, FoundKind::Identifier, &[1]);
    let reader = Reader::open(bench.path()).unwrap();
    let found = reader.search("bx-77001", 5, Sight::of(None)).unwrap().remove(0);
    assert_eq!(found.unit.serial_number.as_deref(), Some("••••••01"));
    let story = reader.unit(found.unit.id, 5, Sight::of(None)).unwrap().unwrap();
    assert!(story.identifiers.iter().all(|it| it.raw != "BX-77001"));
    let story = reader.unit(found.unit.id, 5, Sight::of(Some(Role::Admin))).unwrap().unwrap();
    assert!(story.identifiers.iter().any(|it| it.raw == "BX-77001"));
}

#[test]
fn a_person_is_shown_with_what_they_hold() {
    let bench = filled();
    let reader = Reader::open(bench.path()).unwrap();
    let person = reader.person(HolderId(1), Sight::of(None), moment(9)).unwrap().unwrap();
    assert_eq!((person.holder.held, person.holder.overdue, person.held.len()), (1, 0, 1));
    assert_eq!(person.held[0].unit.tag.as_deref(), Some("AT-000001"));
    assert_eq!(person.held[0].unit.holder.as_deref(), Some("Ann Öztürk"));
    assert_eq!(reader.people(HolderId(0), 10, moment(9)).unwrap().len(), 1);
    let counts = reader.counts(moment(9)).unwrap();
    assert_eq!((counts.units, counts.out, counts.people), (3, 1, 1));
}

/// A drill that belongs to somebody else and has a note, one that is lost, one in repair.
fn owned() -> Bench {
    let mut bench = filled();
    let in_state = |unit, state| NewEvent {
        unit: Some(UnitId(unit)),
        state: Some(state),
        ..NewEvent::new(EventKind::StateChanged)
    };
    let events = [in_state(2, UnitState::Lost), in_state(3, UnitState::Stolen)];
    bench
        .store()
        .within(|store| {
            let model = store.model_id("Bosch", "GSR 18V-60")?.unwrap();
            let (owner, note) = (Some("Hire & Co".to_owned()), Some("Lent to the museum's garden".to_owned()));
            let unit = NewUnit { owner, note, state: UnitState::InRepair, ..NewUnit::new(model) };
            store.add_unit(&unit.bearing(IdentifierKind::AssetTag, "AT-000004"), None, moment(6))?;
            store.record_events(None, &events, moment(7)).map(drop)
        })
        .unwrap();
    bench
}

#[test]
fn owners_notes_and_states_are_found_by_the_beginning_of_their_words() {
    let bench = owned();
    check(&bench, "hire", false, FoundKind::Owner, &[4]);
    check(&bench, "co hir", false, FoundKind::Owner, &[4]);
    check(&bench, "museum lent", false, FoundKind::Note, &[4]);
    check(&bench, "museum hire", false, FoundKind::Note, &[]);
    check(&bench, "lost", false, FoundKind::State, &[2]);
    check(&bench, "repa", false, FoundKind::State, &[4]);
    check(&bench, "in-repair", false, FoundKind::State, &[4]);
    check(&bench, "out", false, FoundKind::State, &[1]);
    check(&bench, "in", false, FoundKind::State, &[]);
}

#[test]
fn a_stolen_unit_is_found_as_what_it_looks_like() {
    let bench = owned();
    check(&bench, "stolen", false, FoundKind::State, &[]);
    check(&bench, "in-service", false, FoundKind::State, &[1, 3]);
    let reader = Reader::open(bench.path()).unwrap();
    let found = |query| reader.search(query, 20, Sight::of(Some(Role::Keeper))).unwrap();
    let units = |query| found(query).iter().map(|it| (it.unit.id.0, it.matched.clone())).collect::<Vec<_>>();
    assert_eq!(units("stolen"), [(3, "stolen".to_owned())]);
    assert_eq!(units("in-service"), [(1, "in-service".to_owned())]);
}

#[test]
fn an_owner_is_found_while_they_are_one() {
    let mut bench = owned();
    let new = NewOwner {
        to: "Museum".to_owned(),
        how: "sale".to_owned(),
        date: "2025-11-02".parse().unwrap(),
        proof: "invoice 7".to_owned(),
    };
    bench.store().within(|store| store.change_owner(UnitId(4), &new, None, moment(8))).unwrap();
    check(&bench, "hire", false, FoundKind::Owner, &[]);
    check(&bench, "museum", false, FoundKind::Owner, &[4]);
}

#[test]
fn a_store_from_before_owners_and_notes_were_searched_finds_them_once_it_is_open() {
    let mut bench = owned();
    bench.store = None;
    let old = rusqlite::Connection::open(bench.path().join("station.db")).unwrap();
    old.execute_batch("DROP INDEX unit_state_state; DELETE FROM name_word WHERE subject > 3; DELETE FROM setting WHERE name = 'exports_noted_from'; PRAGMA user_version = 12")
        .unwrap();
    drop(old);
    bench.open();
    check(&bench, "hire", false, FoundKind::Owner, &[4]);
    check(&bench, "garden", false, FoundKind::Note, &[4]);
    check(&bench, "lost", false, FoundKind::State, &[2]);
    assert!(bench.verify().ok);
}
