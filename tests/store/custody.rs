//! Custody is the fold of the ledger, and a unit has at most one holder, whatever is tried.

use proptest::prelude::*;
use scanstation::domain::{EventKind, HolderId, LocationId, Movement, NewEvent, UnitId, UnitState};
use scanstation::store::StoreError;

use super::{Bench, moment, movement};

#[test]
fn the_expected_former_holder_is_part_of_the_movement() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let (ann, ben) = (bench.person("Ann", "1"), bench.person("Ben", "2"));
    bench.answer(unit, None, Some(ann));
    let head = bench.store().head();
    let late = bench.store().within(|store| store.record_events(None, &[movement(unit, None, Some(ben))], moment(90)));
    assert!(matches!(late, Err(StoreError::Conflict { unit: found, expected: None }) if found == unit));
    assert_eq!(bench.store().head(), head);
    let facts = bench.store().unit(unit).unwrap().unwrap();
    assert_eq!(facts.custody.map(|it| (it.holder, it.name)), Some((ann, "Ann".to_owned())));
    assert!(bench.verify().ok);
}

#[test]
fn events_that_contradict_themselves_are_refused() {
    let mut bench = Bench::new();
    let unit = bench.unit("AT-000001", "S1");
    let mut check = |event: NewEvent, expected: &str| {
        let found = bench.store().within(|store| store.record_events(None, &[event], moment(9))).unwrap_err();
        assert_eq!(found.to_string(), expected);
    };
    let moves = Some(Movement { former: None, holder: None, due: None });
    check(
        NewEvent { unit: Some(unit), ..NewEvent::new(EventKind::CheckedOut) },
        "an event checked-out must say who has the unit",
    );
    check(
        NewEvent { unit: Some(unit), movement: moves, ..NewEvent::new(EventKind::Observed) },
        "an event observed cannot move a unit",
    );
    check(NewEvent { movement: moves, ..NewEvent::new(EventKind::CheckedIn) }, "an event checked-in moves no unit");
    check(
        NewEvent { unit: Some(UnitId(99)), state: Some(UnitState::Lost), ..NewEvent::new(EventKind::StateChanged) },
        "there is no unit 99 in the register",
    );
}

/// One thing that somebody tries.
#[derive(Clone, Debug)]
enum Attempt {
    Move { unit: usize, former: usize, holder: usize, due: Option<i64>, late: bool },
    Correct { unit: usize, holder: usize, moves: bool },
    State { unit: usize, state: usize },
    Place { unit: usize, place: i64 },
    Undo,
    Checkpoint,
    Again,
}

fn attempt() -> impl Strategy<Value = Attempt> {
    prop_oneof![
        8 => (0..4_usize, 0..3_usize, 0..3_usize, prop::option::of(0..99_i64), any::<bool>())
            .prop_map(|(unit, former, holder, due, late)| Attempt::Move { unit, former, holder, due, late }),
        2 => (0..4_usize, 0..3_usize, any::<bool>())
            .prop_map(|(unit, holder, moves)| Attempt::Correct { unit, holder, moves }),
        2 => (0..4_usize, 0..11_usize).prop_map(|(unit, state)| Attempt::State { unit, state }),
        2 => (0..4_usize, 1..5_i64).prop_map(|(unit, place)| Attempt::Place { unit, place }),
        1 => Just(Attempt::Undo),
        1 => Just(Attempt::Checkpoint),
        1 => Just(Attempt::Again),
    ]
}

fn event_of(bench: &mut Bench, attempt: &Attempt, units: &[UnitId], people: &[Option<HolderId>]) -> Option<NewEvent> {
    Some(match attempt {
        Attempt::Move { unit, former, holder, due, late } => {
            let mut event = movement(units[*unit], people[*former], people[*holder]);
            let due = due.map(|it| moment(10_000 + it).wall);
            event.movement = Some(Movement { former: people[*former], holder: people[*holder], due });
            event.event_time = late.then(|| moment(-500).wall);
            event
        }
        Attempt::Correct { unit, holder, moves } => {
            let now = bench.store().unit(units[*unit]).unwrap().unwrap().custody.map(|it| it.holder);
            let movement = moves.then_some(Movement { former: now, holder: people[*holder], due: None });
            NewEvent { unit: Some(units[*unit]), movement, ..NewEvent::new(EventKind::Corrected) }
        }
        Attempt::State { unit, state } => {
            let state = Some(UnitState::ALL[*state]);
            NewEvent { unit: Some(units[*unit]), state, ..NewEvent::new(EventKind::StateChanged) }
        }
        Attempt::Place { unit, place } => {
            let location = Some(LocationId(*place));
            NewEvent { unit: Some(units[*unit]), location, ..NewEvent::new(EventKind::Moved) }
        }
        Attempt::Undo | Attempt::Checkpoint | Attempt::Again => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn custody_is_the_fold_of_the_ledger_after_anything_that_was_tried(
        attempts in prop::collection::vec(attempt(), 1..40)
    ) {
        let mut bench = Bench::new();
        let units: Vec<UnitId> = (0..4).map(|it| bench.unit(&format!("AT-00000{it}"), "")).collect();
        let people = [None, Some(bench.person("Ann", "1")), Some(bench.person("Ben", "2"))];
        let mut model: Vec<Option<HolderId>> = vec![None; units.len()];
        for attempt in attempts {
            let now = bench.now();
            match &attempt {
                Attempt::Checkpoint => bench.store().checkpoint(now).unwrap(),
                Attempt::Again => bench.again(),
                Attempt::Undo => {
                    bench.store().begin().unwrap();
                    let event = NewEvent::new(EventKind::Observed);
                    bench.store().record_events(None, &[event], now).unwrap();
                    bench.store().rollback().unwrap();
                }
                Attempt::Move { .. } | Attempt::Correct { .. } | Attempt::State { .. } | Attempt::Place { .. } => {
                    let event = event_of(&mut bench, &attempt, &units, &people).unwrap();
                    let done = bench.store().within(|store| store.record_events(None, std::slice::from_ref(&event), now));
                    let place = units.iter().position(|it| Some(*it) == event.unit).unwrap();
                    match (done, event.movement) {
                        (Ok(_), Some(movement)) => {
                            prop_assert_eq!(movement.former, model[place], "moved away from somebody who did not have it");
                            model[place] = movement.holder;
                        }
                        (Ok(_), None) => {}
                        (Err(StoreError::Conflict { .. }), Some(movement)) => {
                            prop_assert_ne!(movement.former, model[place]);
                        }
                        (Err(found), _) => prop_assert!(false, "{}", found),
                    }
                }
            }
        }
        for (unit, holder) in units.iter().zip(&model) {
            let facts = bench.store().unit(*unit).unwrap().unwrap();
            prop_assert_eq!(facts.custody.map(|it| it.holder), *holder);
        }
        let report = bench.verify();
        prop_assert!(report.ok, "{:?}", report);
        prop_assert!(bench.store().opening().damage.is_empty());
    }
}
