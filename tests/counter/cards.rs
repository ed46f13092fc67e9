//! Command cards: every one is understood, each has its role, and those of other stations say so.

use scanstation::domain::Role;
use scanstation::station::cards;

use crate::bench::{ANA, Bench, DRILL, KAY, LOU};

#[test]
fn the_table_of_roles_names_each_card_in_the_row_of_its_role() {
    let document = include_str!("../../docs/counter.md");
    let rows = document.split("\n## Roles\n").nth(1).unwrap().split("\n## ").next().unwrap().lines();
    let rows: Vec<&str> = rows.filter(|it| it.starts_with("| ")).skip(1).collect();
    let roles: Vec<&str> = rows.iter().map(|it| it[2..].split(" |").next().unwrap().trim_matches('`')).collect();
    let expected: Vec<&str> = std::iter::once("nobody's badge").chain(Role::ALL.map(Role::word)).collect();
    assert_eq!(roles, expected, "weakest first");
    let words =
        |row: &str| -> Vec<String> { row.split(|it: char| !it.is_ascii_uppercase()).map(str::to_owned).collect() };
    for card in cards() {
        // Cards that need any badge stand with the weakest that has one.
        let word = card.word.split(' ').next().unwrap();
        let needs_badge = ["DUE", "JOB", "QTY"].contains(&word);
        let least = card.role.or(needs_badge.then_some(Role::Viewer));
        let row = rows[least.map_or(0, |it| 1 + Role::ALL.iter().position(|role| *role == it).unwrap())];
        assert!(words(row).contains(&word.to_owned()), "{word} is not in: {row}");
    }
}

#[test]
fn a_card_of_another_station_says_so() {
    let mut bench = Bench::crib();
    for word in ["AUDIT", "CHAIN", "CLOSE BOX"] {
        let name = word.split(' ').next().unwrap();
        bench.scan(&format!("!CMD:{word}")).no(&format!("{name} is not offered at this counter"));
    }
}

#[test]
fn a_card_is_bound_to_its_role() {
    let mut bench = Bench::crib();
    bench.scan("!CMD:LOST").no("Badge first");
    bench.scan(LOU);
    bench.scan("!CMD:LOST").no("LOST needs the role operator: ask the keeper");
    bench.all_good(&[LOU, ANA]);
    bench.scan("!CMD:REPAIR").no("REPAIR needs the role keeper: ask the keeper");
    bench.scan("!CMD:LOST").good("LOST: scan tools");
    bench.all_good(&["!CMD:AUTO", ANA, KAY]);
    bench.scan("!CMD:REPAIR").good("REPAIR: scan the serial plate");
    assert_eq!(bench.view().mode, "repair");
}

#[test]
fn the_mode_falls_back_with_silence() {
    let mut bench = Bench::crib();
    bench.scan("!CMD:FOUND").good("FOUND: scan what you found");
    bench.pass(std::time::Duration::from_secs(31));
    assert_eq!(bench.view().mode, "auto");
    bench.scan(DRILL).no("Badge first: Bosch GSR 18: in, LOC-A1 · Shelf A1");
}
