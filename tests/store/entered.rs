//! Files as exports and spreadsheets leave them: what is ours goes back in, what is not whole or steers is refused by name.
//!
//! Deliberately absent: what each column holds, which `import` has.

use scanstation::store::{Form, List};

use super::import::{check, exported, units};
use super::{Bench, moment};

#[test]
fn an_export_as_it_is_goes_back_in_and_comes_out_the_same() {
    let mut bench = Bench::new();
    let csv =
        "tag,serial_number,maker,model,note,location\nT1,''-7,Bosch,+GSR,=HYPERLINK(1),LOC-A1\nT2,'@SUM(1),,,'plain,\n";
    assert!(units(&mut bench, csv, false).done);
    let people = "badge,name,role\n7,Ann,keeper\n";
    assert!(bench.store().import_people(people.as_bytes(), false, None, moment(50)).unwrap().done);
    let sheet = exported(&bench, List::Units, Form::Csv, true);
    let mut second = Bench::new();
    let report = units(&mut second, &sheet, false);
    let note = "The columns unit, state, holder, due are passed over: an import does not set how things stand.";
    assert_eq!((report.problems, report.notes, report.done), (Vec::new(), vec![note.to_owned()], true));
    assert_eq!(exported(&second, List::Units, Form::Csv, true), sheet);
    let people = exported(&bench, List::People, Form::Csv, true);
    let report = second.store().import_people(people.as_bytes(), false, None, moment(51)).unwrap();
    assert!(report.done, "{report:?}");
    assert_eq!(exported(&second, List::People, Form::Csv, true), people);
    let masked = exported(&bench, List::Units, Form::Csv, false);
    let report = units(&mut Bench::new(), &masked, false);
    assert!(!report.done && report.problems[0].to_string().contains("is masked, as an export shows it"), "{report:?}");
}

#[test]
fn a_separator_in_a_line_of_its_own_is_taken_and_lines_are_counted_with_it() {
    check("\u{feff}sep=;\r\ntag;note\r\nT1;a,b,c\r\n", &[]);
    check(
        "sep=,\ntag,gtin\nT1,1\n",
        &["line 3, column gtin: 1 is no GTIN; it has 8, 12, 13 or 14 digits (leading zeros may have been lost)"],
    );
    check("sep=;\ntag;tag\nT1;T2\n", &["line 2, column tag: stands twice in the line of names"]);
}

#[test]
fn names_that_would_steer_what_shows_them_are_refused() {
    check(
        "tag,maker,model,location\nT1,\u{1b}[2JBosch,\u{202e}GSR,LOC\u{7}\nT2,,,\n",
        &[
            "line 2, column maker: has the control character \\u{1b}",
            "line 2, column model: has the control character \\u{202e}",
            "line 2, column location: has the control character \\u{7}",
        ],
    );
    let mut bench = Bench::new();
    let report = bench.store().import_people("name\nA\u{1b}nn\n".as_bytes(), false, None, moment(5)).unwrap();
    assert_eq!(report.problems[0].to_string(), "line 2, column name: has the control character \\u{1b}");
    bench.store().begin().unwrap();
    let refused = bench.store().add_location("LOC-1", "a\nb", None, moment(5)).unwrap_err();
    assert_eq!(refused.to_string(), "the name of a location has the control character \\u{a}");
    bench.store().rollback().unwrap();
}
