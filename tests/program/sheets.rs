//! Sheets of labels from the command line: painted as a printer paints them, and read by the station's own eye.
//!
//! Deliberately absent: where words stand, which `labels` tests, and the look of a page, which `tests/browser` shows.

use std::path::Path;

use scanstation::domain::Symbology;
use scanstation::vision::HAS_SECOND_ENGINE;

use super::{check, run};
use crate::paper::{painted, read, symbols};

/// Dots a millimetre of a laser printer of 300 dpi.
const DOTS: f32 = 300.0 / 25.4;

/// A page, and what was said beside it.
fn page(folder: &Path, words: &[&str]) -> (String, String) {
    let output = run(folder, &[&["labels"], words].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{words:?}: {said}");
    (String::from_utf8(output.stdout).unwrap(), said)
}

/// What is read of each label of a page; each must be one symbol of that kind.
fn texts(page: &str, symbology: Symbology) -> Vec<String> {
    let each = symbols(page).into_iter().map(|it| read(&painted(&it, DOTS, 3.0)));
    each.map(|seen| match seen.as_slice() {
        [(found, bytes)] if *found == symbology => String::from_utf8(bytes.clone()).unwrap(),
        other => panic!("{other:?}"),
    })
    .collect()
}

fn store() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let units = folder.path().join("units.csv");
    std::fs::write(&units, "tag,serial_number\nAT-000124E,S1\n").unwrap();
    check(folder.path(), &["import", "units", units.to_str().unwrap()], 0, "1 unit imported");
    folder
}

#[test]
fn new_tags_are_printed_as_sheets_that_read_back() {
    let folder = store();
    let folder = folder.path();
    let numbers = run(folder, &["labels", "tags", "70"]).stdout;
    let numbers: Vec<String> = String::from_utf8(numbers).unwrap().lines().map(str::to_owned).collect();
    let (drawn, said) = page(folder, &["tags", "70", "--form", "svg"]);
    assert_eq!(texts(&drawn, Symbology::QRCode), numbers[..24]);
    assert!(numbers[..24].iter().all(|it| drawn.contains(&format!(">{it}</text>"))), "in letters too");
    assert!(drawn.contains("width=\"210mm\" height=\"297mm\""), "A4");
    assert!(said.contains("page 1 of 3; --page N draws another") && said.contains("Print at 100 % on 70x36"), "{said}");
    let (third, _) = page(folder, &["tags", "70", "--form", "svg", "--page", "3"]);
    assert_eq!(texts(&third, Symbology::QRCode), numbers[48..]);
    // A sheet that was begun: its first labels are gone.
    let skipped = ["tags", "70", "--form", "svg", "--skip", "20"];
    let (first, _) = page(folder, &skipped);
    assert_eq!(texts(&first, Symbology::QRCode), numbers[..4]);
    assert!(first.contains("<g transform=\"translate(140.00 220.50)\">"), "the third column of the seventh row");
    let (second, _) = page(folder, &[&skipped[..], &["--page", "2"]].concat());
    assert_eq!(texts(&second, Symbology::QRCode), numbers[4..28]);
}

#[test]
fn the_other_symbols_read_back_on_their_stocks() {
    let folder = store();
    let folder = folder.path();
    let matrix = ["tags", "3", "--form", "svg", "--symbol", "data-matrix", "--stock", "38x21"];
    if !HAS_SECOND_ENGINE {
        check(folder, &[&["labels"], &matrix[..]].concat(), 1, "this build cannot read data-matrix back");
        return;
    }
    let expected = ["AT-000125C", "AT-000126A", "AT-0001278"];
    assert_eq!(texts(&page(folder, &matrix).0, Symbology::DataMatrix), expected);
    for stock in ["70x36", "63x38", "105x74", "85x54"] {
        let bars = ["tags", "3", "--form", "svg", "--symbol", "code-128", "--stock", stock];
        assert_eq!(texts(&page(folder, &bars).0, Symbology::Code128), expected, "{stock}");
    }
}

#[test]
fn what_cannot_be_printed_is_said_and_nothing_is_written() {
    let folder = store();
    let folder = folder.path();
    let refused = |words: &[&str], said: &str| {
        let output = run(folder, &[&["labels", "tags"], words].concat());
        let text = String::from_utf8(output.stderr).unwrap();
        let drawn = String::from_utf8(output.stdout).unwrap().contains("<svg");
        assert_eq!((output.status.code(), drawn), (Some(2), false), "{words:?}: {text}");
        assert!(text.contains(said), "{text}");
    };
    refused(&["--stock", "38x21"], "--symbol, --stock, --page and --skip are for labels: add --form svg or zpl");
    refused(&["--form", "svg", "--json"], "--json lists the numbers, --form draws them: name one of them");
    refused(&["--form", "svg", "--page", "2"], "--page 2: there are pages 1 to 1");
    refused(&["--form", "svg", "--skip", "24"], "--skip 24: a sheet of 70x36 has 23 before its last");
    refused(&["--form", "svg", "--stock", "9x9"], "[possible values: 70x36, 38x21, 63x38, 105x74, 85x54]");
    if HAS_SECOND_ENGINE {
        let narrow = "AT-000125C as code-128 does not fit on a label of 38x21: it needs 38.5 mm and has 36.1 mm";
        refused(&["--form", "svg", "--symbol", "code-128", "--stock", "38x21"], narrow);
    }
}

#[test]
fn locations_and_badges_are_printed_with_their_names_and_read_as_what_they_are() {
    let folder = store();
    let folder = folder.path();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let units = file("u.csv", "tag,location\nAT-000200,LOC-A1\nAT-000201,LOC-B <2>\n");
    check(folder, &["import", "units", &units], 0, "2 units imported");
    let people = "badge,name,role\n0042,Kim Park,operator\n0099,Max Müller,keeper\n0007,Ada,operator\n";
    check(folder, &["import", "people", &file("p.csv", people)], 0, "3 people imported");
    check(folder, &["people", "leave", "0007"], 0, "");
    let (drawn, _) = page(folder, &["locations", "--all"]);
    assert_eq!(texts(&drawn, Symbology::QRCode), ["LOC-A1", "LOC-B <2>"]);
    assert!(drawn.contains(">LOC-B &lt;2&gt;</text>"), "{drawn}");
    let (drawn, said) = page(folder, &["badges", "--all"]);
    assert_eq!(texts(&drawn, Symbology::QRCode), ["BDG-0042", "BDG-0099"], "who has left has none");
    assert!(said.contains("85x54") && drawn.contains(">Max Müller</text>") && drawn.contains(">BDG-0099</text>"));
    for unsaid in ["keeper", "operator", "pin", "PIN"] {
        assert!(!drawn.contains(unsaid), "{unsaid}");
    }
    let (drawn, _) = page(folder, &["badges", "Max Müller", "BDG-0042", "0042"]);
    let badges = texts(&drawn, Symbology::QRCode);
    assert_eq!(badges, ["BDG-0099", "BDG-0042", "BDG-0042"], "as they were named");
    check(folder, &["scan", &badges[1]], 0, "Kim Park");
    check(folder, &["labels", "badges"], 2, "<NAME");
    check(folder, &["labels", "badges", "Ada"], 2, "nobody who is here has a valid badge Ada");
    check(folder, &["labels", "locations", "LOC-C9"], 2, "there is no location LOC-C9");
    check(folder, &["labels", "locations", "--all", "--form", "text"], 0, "LOC-A1\nLOC-B <2>\n");
    let json = r#"[{"text":"BDG-0042","name":"Kim Park"}]"#;
    check(folder, &["labels", "badges", "Kim Park", "--json"], 0, json);
}

#[test]
fn a_code_that_the_station_reads_as_something_else_is_not_printed() {
    let folder = store();
    let folder = folder.path();
    let people = folder.join("p.csv");
    std::fs::write(&people, "badge,name\n0042,Kim Park\n").unwrap();
    check(folder, &["import", "people", people.to_str().unwrap()], 0, "1 person imported");
    let config = folder.join("s.toml");
    std::fs::write(&config, "[codes]\nbadge_prefix = \"\"\n").unwrap();
    let words = ["labels", "badges", "--all", "--config", config.to_str().unwrap()];
    let output = run(folder, &words);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
    assert!(
        said.contains("0042 is read as") && said.contains("and not as badge, so its label is not printed"),
        "{said}"
    );
}

#[test]
fn the_labels_of_units_name_serial_number_and_lot_and_those_that_wait_come_in_their_order() {
    let folder = store();
    let folder = folder.path();
    let (units, people) = (folder.join("u.csv"), folder.join("p.csv"));
    let list = "tag,serial_number,maker,model,lot\nAT-000200,0088123456,Bosch,GSR 18,L-2026-07\n\
        AT-000201,SN-2,Bosch,GSR 18,\n,SN-3,Bosch,GSR 18,\n";
    std::fs::write(&units, list).unwrap();
    std::fs::write(&people, "badge,name,role\n0099,Max,keeper\n").unwrap();
    check(folder, &["import", "units", units.to_str().unwrap()], 0, "3 units imported");
    check(folder, &["import", "people", people.to_str().unwrap()], 0, "1 person imported");
    let (drawn, _) = page(folder, &["units", "0088123456"]);
    assert_eq!(texts(&drawn, Symbology::QRCode), ["AT-000200"]);
    let field = |name: &str, value: &str| format!(">{name}</tspan> {value}</text>");
    assert!(drawn.contains(&field("SERIAL", "0088123456")) && drawn.contains(&field("LOT", "L-2026-07")), "{drawn}");
    check(folder, &["labels", "units", "--queue"], 2, "there is nothing to print");
    for tag in ["AT-000201", "AT-000124E", "AT-000200"] {
        check(folder, &["scan", "BDG-0099", tag, "!CMD:PRINT", "!CMD:CANCEL", "!CMD:DONE"], 0, "Label to be printed");
    }
    check(folder, &["scan", "BDG-0099", "SN-3", "SN-3", "!CMD:PRINT", "!CMD:CANCEL"], 0, "New label to be printed");
    let (drawn, _) = page(folder, &["units", "--queue"]);
    assert_eq!(texts(&drawn, Symbology::QRCode), ["AT-000201", "AT-000124E", "AT-000200"]);
    check(folder, &["labels", "units", "SN-3"], 2, "SN-3 bears no tag: RELABEL or PAIR gives it one");
    check(folder, &["labels", "units", "AT-000999"], 2, "there is no unit AT-000999");
}

/// The dark runs of each graphic field of ZPL: left, top, width, height in dots.
fn graphics(formats: &str) -> Vec<Vec<[f32; 4]>> {
    let field = |it: &str| {
        let (head, hex) = it.split_once("^FS").unwrap().0.rsplit_once(',').unwrap();
        let bytes: usize = head.rsplit(',').next().unwrap().parse().unwrap();
        let (mut rows, mut rest): (Vec<Vec<bool>>, &str) = (Vec::new(), hex);
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix(':') {
                rows.push(rows.last().unwrap().clone());
                rest = after;
                continue;
            }
            let (row, after) = rest.split_at(bytes * 2);
            let digits = row.chars().map(|it| it.to_digit(16).unwrap());
            rows.push(digits.flat_map(|it| (0..4).rev().map(move |bit| it >> bit & 1 == 1)).collect());
            rest = after;
        }
        let dots = |row: &Vec<bool>, y: u16| -> Vec<[f32; 4]> {
            let dark = row.iter().zip(0_u16..).filter(|it| *it.0);
            dark.map(|(_, x)| [f32::from(x), f32::from(y), 1.0, 1.0]).collect()
        };
        rows.iter().zip(0..).flat_map(|(row, y)| dots(row, y)).collect()
    };
    formats.split("^GFA,").skip(1).map(field).collect()
}

#[test]
fn what_a_label_printer_gets_reads_back_from_its_dots() {
    let folder = store();
    let folder = folder.path();
    let forms = if HAS_SECOND_ENGINE { &["qr", "data-matrix", "code-128"][..] } else { &["qr"] };
    for (form, symbology) in forms.iter().zip([Symbology::QRCode, Symbology::DataMatrix, Symbology::Code128]) {
        for dpi in ["203", "300"] {
            let (formats, _) = page(folder, &["tags", "2", "--form", "zpl", "--symbol", form, "--dpi", dpi]);
            assert_eq!(formats.matches("^XA").count(), 2);
            assert!(formats.contains("^FDAT-000126A^FS"), "{formats}");
            let read: Vec<_> = graphics(&formats).iter().map(|it| read(&painted(it, 2.0, 40.0))).collect();
            let expected = ["AT-000125C", "AT-000126A"].map(|it| vec![(symbology, it.as_bytes().to_vec())]);
            assert_eq!(read, expected, "{form} at {dpi} dpi");
        }
    }
    check(folder, &["labels", "tags", "--form", "zpl", "--skip", "2"], 2, "a label printer has none");
}
