//! Files as exports and spreadsheets leave them: what is ours goes back in, what is not whole or steers is refused by name.
//!
//! Deliberately absent: what each column holds, which `import` has.

use scanstation::store::{By, Form, Import, ImportList, List};

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

/// A list of so many units.
fn many(count: usize) -> Vec<u8> {
    let rows: Vec<String> = (0..count).map(|it| format!("TL-{it:03},HX{it},Hilti,TE 30\n")).collect();
    format!("tag,serial_number,maker,model\n{}", rows.concat()).into_bytes()
}

/// A file that is about to go in.
fn staged(bench: &mut Bench, file: &[u8]) -> Import {
    let options = bench.store().options().clone();
    let import = Import::read(ImportList::Units, file, By::owner(None), &options, moment(50)).unwrap();
    let tried = import.rehearse(file, &options, moment(50)).unwrap();
    assert_eq!(tried.wrong, 0, "{tried:?}");
    import.stage(file, &options).unwrap()
}

#[test]
fn a_file_that_was_broken_off_goes_on_behind_the_rows_that_are_in() {
    let (mut bench, file) = (Bench::new(), many(350));
    let mut first = staged(&mut bench, &file);
    assert!(
        first.piece(bench.store(), false, moment(51)).unwrap()
            && first.piece(bench.store(), false, moment(52)).unwrap()
    );
    drop(first);
    let mut second = staged(&mut bench, &file);
    while second.piece(bench.store(), false, moment(53)).unwrap() {}
    let report = second.report();
    assert_eq!((report.rows, report.added, report.done, report.kept), (350, 150, true, 0));
    assert_eq!(report.notes, ["The first 200 rows went in before, when this import was broken off."]);
    assert!(bench.store().finish_imports(moment(54)).unwrap().is_empty());
    assert!(bench.verify().ok);
}

#[test]
fn a_row_that_somebody_else_entered_meanwhile_ends_the_file_with_a_note_of_what_is_in() {
    let (mut bench, file) = (Bench::new(), many(250));
    let mut import = staged(&mut bench, &file);
    assert!(import.piece(bench.store(), false, moment(51)).unwrap());
    assert!(units(&mut bench, "tag\nTL-200\n", false).done);
    while import.piece(bench.store(), false, moment(52)).unwrap() {}
    let report = import.report();
    assert_eq!((report.wrong, report.kept, report.done), (1, 200, false));
    assert_eq!(report.notes, ["The register changed meanwhile: the first 200 rows are in, no others."]);
    assert!(bench.store().finish_imports(moment(53)).unwrap().is_empty());
    let left = std::fs::read_dir(bench.path())
        .unwrap()
        .filter(|it| it.as_ref().unwrap().file_name().to_string_lossy().starts_with("import-"));
    assert_eq!(left.count(), 0);
}
