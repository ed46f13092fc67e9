//! One tag, with its check character or without it: unique as one, found by either, kept as it was written.

use scanstation::domain::{Ended, IdentifierKind, Sight};
use scanstation::store::{NewIdentifier, Reader};

use super::import::check;
use super::{Bench, moment};

#[test]
fn an_import_takes_both_forms_of_a_tag_for_one() {
    check(
        "tag\nAT-000123\nAT-000124\nAT-000123G\n",
        &["line 4, column tag: tag AT-000123G (the same as AT-000123) already belongs to the unit of line 2"],
    );
    check(
        "tag\nAT-000123G\nat-000123\nAT-000123\n",
        &[
            "line 3, column tag: tag at-000123 (the same as AT-000123G) already belongs to the unit of line 2",
            "line 4, column tag: tag AT-000123 (the same as AT-000123G) already belongs to the unit of line 2",
        ],
    );
    check("tag,kit\nAT-000123G,\nAT-000124,AT-000123\n", &[]);
    check("tag\nbox\nboxG\n", &[]);
}

#[test]
fn an_import_refuses_a_tag_with_a_letter_that_no_tag_has_and_names_the_one_on_record() {
    let has = |line: u64, tag: &str, letter: char, alike: char| {
        format!(
            "line {line}, column tag: the tag {tag} has the letter {letter}, which no tag of ours has, because it looks \
             like {alike}"
        )
    };
    check(
        "tag\nAT-0000V5\nAT-OOOOU5\nAT-I00007\nAT-0L0007\nAT-000050I\nBOLT-1\n",
        &[
            &format!("{}; did you mean AT-0000V5?", has(3, "AT-OOOOU5", 'O', '0')),
            &has(4, "AT-I00007", 'I', '1'),
            &has(5, "AT-0L0007", 'L', '1'),
        ],
    );
}

#[test]
fn both_forms_of_a_tag_lead_to_its_unit_and_neither_is_issued_again() {
    let mut bench = Bench::new();
    let (bare, whole, other) = (bench.unit("AT-000123", ""), bench.unit("AT-000124E", ""), bench.unit("AT-000125", ""));
    let reader = Reader::open(bench.path()).unwrap();
    for (name, unit) in [("AT-000123", bare), ("AT-000123G", bare), ("AT-000124", whole), ("at-000124e", whole)] {
        assert_eq!(bench.store().unit_named(name).unwrap(), unit, "{name}");
        assert_eq!(reader.unit_named(name).unwrap(), Some(unit), "{name}");
        let found = reader.search(name, 10, Sight::of(None)).unwrap();
        assert_eq!(found.iter().map(|it| it.unit.id).collect::<Vec<_>>(), [unit], "{name}");
    }
    assert_eq!(reader.unit_named("AT-000123H").unwrap(), None);
    let tag = |text: &str| NewIdentifier::new(IdentifierKind::AssetTag, text);
    let refused = |owner: &str| Some(format!("tag AT-000123G (the same as AT-000123) already belongs to {owner}"));
    assert_eq!(bench.store().unbindable(other, &tag("AT-000123G")).unwrap(), refused("unit 1"));
    assert_eq!(bench.store().unbindable(bare, &tag("AT-000123G")).unwrap(), refused("this unit"));
    let lost = bench.store().within(|store| {
        store.end_identifier(bare, IdentifierKind::AssetTag, "AT-000123", Ended::Lost, None, moment(9))
    });
    lost.unwrap();
    let withdrawn = refused("unit 1, from which it was withdrawn; a tag is never issued again");
    assert_eq!(bench.store().unbindable(other, &tag("AT-000123G")).unwrap(), withdrawn);
    let bound = bench.store().within(|store| store.bind(other, &tag("AT-000123G"), None, moment(10)));
    assert_eq!(Some(bound.unwrap_err().to_string()), withdrawn);
    assert!(bench.verify().ok);
}
