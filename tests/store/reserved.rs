//! Codes that are read as something else, or that something else bears, are given to no tag, shelf or location.
//!
//! Deliberately absent: the numbers of makers, which nobody here chooses.

use scanstation::domain::{IdentifierKind, ModelId};
use scanstation::store::{Instruction, NewIdentifier, NewStock};

use super::{Bench, import, moment};

#[track_caller]
fn check(csv: &str, expected: &[&str]) {
    let mut bench = Bench::new();
    let place = |label: &str| Instruction::Location { label: label.to_owned(), name: None };
    bench.store().within(|store| store.carry_out(&place("LOC-Q"), None, moment(1))).unwrap();
    let report = import::units(&mut bench, csv, false);
    let found: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
    assert!(!report.done && bench.verify().ok);
}

#[test]
fn an_import_gives_no_unit_shelf_or_location_a_code_that_is_taken_for_something_else() {
    let head = "tag,serial_number,shelf,location\n";
    let lines = "!CMD:DONE,,,\nBDG-0042,,,\nLOC-Q,,,\nLOC-Z,,,\nJOB-1,,,\nQTY-3,,,\nAT-000123,S1,,\n,,!CMD:IN,\n,,BDG-0023,\n\
        ,,AT-000123,\n,,at-000123,\n,,AT-000999,\n,,LOC-Q,\nT1,,,!CMD:OUT\nT2,,,AT-000123\n";
    check(
        &format!("{head}{lines}"),
        &[
            "line 2, column tag: !CMD:DONE is read as a command card, because it begins with !CMD:; choose another tag",
            "line 3, column tag: BDG-0042 is read as a badge, because it begins with BDG-; choose another tag",
            "line 4, column tag: tag LOC-Q already belongs to the location LOC-Q",
            "line 5, column tag: LOC-Z is read as the label of a location, because it begins with LOC-; choose another tag",
            "line 6, column tag: JOB-1 is read as a job card, because it begins with JOB-; choose another tag",
            "line 7, column tag: QTY-3 is read as a number card, because it begins with QTY-; choose another tag",
            "line 9, column shelf: !CMD:IN is read as a command card, because it begins with !CMD:; choose another shelf code",
            "line 10, column shelf: BDG-0023 is read as a badge, because it begins with BDG-; choose another shelf code",
            "line 11, column shelf: shelf code AT-000123 already belongs to the unit AT-000123",
            "line 12, column shelf: shelf code at-000123 already belongs to the unit AT-000123",
            "line 13, column shelf: AT-000999 is read as a tag of a unit, because it begins with AT-; choose another shelf \
             code",
            "line 14, column shelf: shelf code LOC-Q already belongs to the location LOC-Q",
            "line 15, column location: !CMD:OUT is read as a command card, because it begins with !CMD:; choose another \
             location label",
            "line 16, column location: location label AT-000123 already belongs to the unit AT-000123",
        ],
    );
}

#[test]
fn a_tag_that_is_bound_and_a_location_that_is_entered_are_looked_over_too() {
    let mut bench = Bench::new();
    let (unit, now) = (bench.unit("AT-000123", ""), bench.now());
    let tag = |it: &str| NewIdentifier::new(IdentifierKind::AssetTag, it);
    let said = bench
        .store()
        .within(|store| {
            let shelf = NewStock { model: ModelId(1), shelf: "SH-1".into(), location: None, quantity: 1, minimum: 0 };
            store.add_stock(&shelf, None, now)?;
            let place = |label: &str| Instruction::Location { label: label.to_owned(), name: Some("Bay".to_owned()) };
            Ok([
                store.unbindable(unit, &tag("!CMD:DONE"))?,
                store.unbindable(unit, &tag("sh-1"))?,
                store.unbindable(unit, &NewIdentifier::new(IdentifierKind::SerialNumber, "JOB-1"))?,
                store.bind(unit, &tag("QTY-3"), None, now).err().map(|it| it.to_string()),
                store.carry_out(&place("!CMD:DONE"), None, now).err().map(|it| it.to_string()),
                store.carry_out(&place("SH-1"), None, now).err().map(|it| it.to_string()),
                store.carry_out(&place("LOC-B"), None, now).err().map(|it| it.to_string()),
            ])
        })
        .unwrap();
    let said = said.each_ref().map(Option::as_deref);
    let expected = [
        Some("!CMD:DONE is read as a command card, because it begins with !CMD:; choose another tag"),
        Some("tag sh-1 already belongs to the shelf SH-1"),
        None,
        Some("QTY-3 is read as a number card, because it begins with QTY-; choose another tag"),
        Some("!CMD:DONE is read as a command card, because it begins with !CMD:; choose another location label"),
        Some("location label SH-1 already belongs to the shelf SH-1"),
        None,
    ];
    assert_eq!(said, expected);
}
