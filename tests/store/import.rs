//! Import says everything that is wrong, with line and column, and then keeps nothing; export goes back in.

use scanstation::domain::Sight;
use scanstation::domain::tag::check_character;
use scanstation::store::{Form, ImportReport, List, Reader};

use super::{Bench, moment};

pub(super) fn units(bench: &mut Bench, csv: &str, dry_run: bool) -> ImportReport {
    bench.store().import_units(csv.as_bytes(), dry_run, None, moment(50)).unwrap()
}

#[track_caller]
pub(super) fn check(csv: &str, expected: &[&str]) {
    let mut bench = Bench::new();
    let head = bench.store().head();
    let report = units(&mut bench, csv, false);
    let found: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
    assert_eq!((report.done, bench.store().head() == head), (expected.is_empty(), !expected.is_empty()));
}

const GOOD: &str = "\u{feff}tag,serial_number,maker,model,sku,gtin,lot,category,location,imei,note,purchased,warranty_until\r\n\
    AT-000001,X1,Bosch,GSR 18V,DRILL,4006381333931,,power tool,LOC-A1,,\"with case, blue\",2024-03-04,2027-03-04\r\n\
    AT-000002,X2,bosch,gsr 18v,DRILL,,L1,,LOC-A1,,,,\r\n\
    \r\n\
    ,,Fairphone,5,,,,phone,,490154203237518 356938035643809,,2025-11-03,\r\n";

#[test]
fn a_good_file_is_taken_and_a_dry_run_changes_nothing() {
    let mut bench = Bench::new();
    let before = bench.store().head();
    let dry = units(&mut bench, GOOD, true);
    assert_eq!((dry.rows, dry.added, dry.models, dry.locations, dry.done), (3, 3, 2, 1, false));
    assert_eq!(bench.store().head(), before);
    let real = units(&mut bench, GOOD, false);
    assert_eq!(real, ImportReport { done: true, ..dry });
    let reader = Reader::open(bench.path()).unwrap();
    assert_eq!(reader.search("AT-", 10, Sight::of(None)).unwrap().len(), 2);
    assert_eq!(reader.search("490154203237518", 10, Sight::of(None)).unwrap().len(), 1);
    assert!(bench.verify().ok);
}

#[test]
fn every_problem_is_named_with_line_and_column() {
    check("tag;serial_number\nAT-000001;X1\n", &[]);
    let nothing = "line 2, column tag: a unit needs a tag, a serial number or an IMEI by which it can be scanned";
    check("imei,model\n/,Phone\n", &[nothing]);
    check("", &["line 1: the file is empty; its first line must name the columns"]);
    check(
        "tag,seriel_number\nA,B\n",
        &["line 1, column seriel_number: is no column; did you mean serial_number? Columns are tag, serial_number, \
           maker, model, sku, gtin, lot, category, location, imei, note, kit, shelf, quantity, minimum, recalled, \
           on_hold, calibration_due, inspection_due, purchased, warranty_until"],
    );
    check("tag,tag\nA,B\n", &["line 1, column tag: stands twice in the line of names"]);
    check(
        "tag,serial_number,gtin,imei\nT1,4.2E+11,,\nT2,,4006381333932,\nT3,,,49015420323751\nT4,T4,,\n,,,\n,,4006381333931,\n\
         T5,x,y,z,w\n",
        &[
            "line 2, column serial_number: 4.2E+11 is a number that a spreadsheet rounded; format the column as text \
             and enter it again",
            "line 3, column gtin: the check digit of 4006381333932 does not hold",
            "line 4, column imei: 49015420323751 is no IMEI; it has 15 digits",
            "line 5, column tag: tag and serial number are both T4; a tag is ours, a serial number the maker's, and \
             they must differ",
            "line 7, column tag: a unit needs a tag, a serial number or an IMEI by which it can be scanned",
            "line 8: has 5 cells, the first line names 4",
        ],
    );
    check(
        "tag,serial_number,maker\nT1,S1,Bosch\nT2,s1,bosch\nT1,S2,Bosch\nT4,S1,Makita\n",
        &[
            "line 3, column serial_number: serial number of BOSCH s1 already belongs to the unit of line 2",
            "line 4, column tag: tag T1 already belongs to the unit of line 2",
        ],
    );
    check(
        "tag,quantity,minimum,note\nT1,5,,\nT2,,1,\nT3,,,\"never closed\nT4,,,\nT5,,,\n",
        &[
            "line 2, column quantity: counts what lies on a shelf; name its code in the column shelf, or leave this empty",
            "line 3, column minimum: counts what lies on a shelf; name its code in the column shelf, or leave this empty",
            "line 4: a quotation mark opens a cell here and is never closed: all that follows is in that cell",
        ],
    );
    check(
        "tag,purchased,warranty_until\nT1,2024-03-04T10:00:00Z,\nT2,,31.3.2027\nT3,,2027-02-29\n",
        &[
            "line 2, column purchased: 2024-03-04T10:00:00Z is no day like 2027-03-31",
            "line 3, column warranty_until: 31.3.2027 is no day like 2027-03-31",
            "line 4, column warranty_until: 2027-02-29 is no day like 2027-03-31",
        ],
    );
    check(
        "tag,purchased,warranty_until\nT1,2025-11-22,2200-12-31\nT2,2025-11-23,\nT3,1024-03-04,2999-12-31\nT4,2024-03-04,2023-03-04\n",
        &[
            "line 3, column purchased: 2025-11-23 is yet to come; a purchase is noted once it is made",
            "line 4, column purchased: 1024-03-04 is not between 1950 and 2200; check the year",
            "line 4, column warranty_until: 2999-12-31 is not between 1950 and 2200; check the year",
            "line 5, column warranty_until: a warranty until 2023-03-04 ends before the purchase on 2024-03-04; check both \
             days",
        ],
    );
    check(
        "tag,model,sku\nT1,Drill,D1\nT2,Drill,D2\nT3,Saw,D1\n",
        &[
            "line 3, column sku: the model Drill has the SKU D1, not D2",
            "line 4, column sku: SKU D1 already belongs to Drill",
        ],
    );
}

#[test]
fn one_line_is_told_all_that_is_wrong_with_it() {
    check(
        "tag,serial_number,maker,gtin,imei,quantity,kit,calibration_due,purchased\n\
         T1,S1,Bosch,,,,,,\n\
         T1,s1,bosch,,,,T9,soon,2027-02-29\n\
         T1,4.2E+11,Bosch,4006381333932,1,7,,,\n",
        &[
            "line 3, column purchased: 2027-02-29 is no day like 2027-03-31",
            "line 3, column calibration_due: soon is no day like 2027-03-31",
            "line 3, column kit: no unit bears the tag T9; a kit stands before its parts",
            "line 3, column tag: tag T1 already belongs to the unit of line 2",
            "line 3, column serial_number: serial number of BOSCH s1 already belongs to the unit of line 2",
            "line 4, column gtin: the check digit of 4006381333932 does not hold",
            "line 4, column quantity: counts what lies on a shelf; name its code in the column shelf, or leave this empty",
            "line 4, column serial_number: 4.2E+11 is a number that a spreadsheet rounded; format the column as text and \
             enter it again",
            "line 4, column imei: 1 is no IMEI; it has 15 digits",
            "line 4, column tag: tag T1 already belongs to the unit of line 2",
        ],
    );
    check(
        "tag,shelf,quantity,minimum,lot\nT1,SH-1,many,-1,L1\n",
        &[
            "line 2, column tag: what lies on a shelf is counted; it has no number of its own",
            "line 2, column lot: what lies on a shelf is counted; it has no number of its own",
            "line 2, column quantity: many is no whole number from 0 to 1000000000",
            "line 2, column minimum: -1 is no whole number from 0 to 1000000000",
        ],
    );
    let one = |column: &str| {
        format!(
            "line 2, column {column}: is said of one unit; what lies on a shelf is only counted, so leave this empty"
        )
    };
    let said = ["note", "recalled", "on_hold", "calibration_due", "inspection_due", "purchased", "warranty_until"];
    check(
        &format!("shelf,quantity,{}\nSH-1,5,a,b,c,d,e,f,g\n", said.join(",")),
        &said.map(one).each_ref().map(String::as_str),
    );
    check(
        "tag,serial_number,kit\nT4,t4,T9\n",
        &[
            "line 2, column kit: no unit bears the tag T9; a kit stands before its parts",
            "line 2, column tag: tag and serial number are both T4; a tag is ours, a serial number the maker's, and they \
             must differ",
        ],
    );
}

#[test]
fn a_column_that_nobody_knows_is_told_the_one_that_was_meant() {
    let said = |name: &str| {
        let report = units(&mut Bench::new(), &format!("{name}\nA\n"), false);
        let (said, _) = report.problems[0].message.split_once(" Columns are tag, ").unwrap();
        said.to_owned()
    };
    assert_eq!(said("Serial"), "is no column; did you mean serial_number?");
    assert_eq!(said("Manufacturer"), "is no column; did you mean maker?");
    assert_eq!(said("warranty"), "is no column; did you mean warranty_until?");
    assert_eq!(said("colour"), "is no column.");
}

#[test]
fn a_training_has_a_name_and_a_day_behind_until() {
    let mut bench = Bench::new();
    let csv = "badge,name,role,trainings,held_max\n1,Ann,,laser UNTIL 2027-03-31; ladders,\n2,Ben,,laser until,\n\
        3,Cid,,until 2027-03-31|ladders until soon,\n1,,boss,until,many\n";
    let report = bench.store().import_people(csv.as_bytes(), false, None, moment(5)).unwrap();
    let found: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "line 3, column trainings: \"laser until\" lacks a day behind \"until\"; write it like laser until 2027-03-31",
            "line 4, column trainings: \"until 2027-03-31\" lacks a name before \"until\"; write it like laser until \
             2027-03-31",
            "line 4, column trainings: soon is no day like 2027-03-31, in \"ladders until soon\"",
            "line 5, column name: a person needs a name",
            "line 5, column role: boss is no role; roles are viewer, operator, tagger, auditor, keeper, admin",
            "line 5, column trainings: \"until\" lacks a name before \"until\"; write it like laser until 2027-03-31",
            "line 5, column held_max: many is no whole number",
            "line 5, column badge: badge 1 already belongs to Ann",
        ]
    );
    let good = csv.lines().take(2).collect::<Vec<_>>().join("\n");
    assert!(bench.store().import_people(good.as_bytes(), false, None, moment(5)).unwrap().done);
    assert!(exported(&bench, List::Events, Form::JsonLines, true).contains("\"training\":\"laser\""));
    let many = format!("name,trainings\nDan,{}\n", "until;".repeat(30));
    let report = bench.store().import_people(many.as_bytes(), false, None, moment(5)).unwrap();
    assert_eq!((report.wrong, report.problems.len()), (21, 21));
    assert_eq!(report.problems[20].to_string(), "line 2: has 10 more mistakes like these");
}

/// A spreadsheet ends lines with CR LF and leaves empty ones; a cell may have lines of its own.
#[test]
fn the_line_of_a_problem_is_the_one_an_editor_shows() {
    let lines = ["tag,note,gtin", "T1,,1", "", "T2,\"two", "lines\",2", "T3,,3", ""];
    let said = |line: u64, gtin: u64| {
        format!(
            "line {line}, column gtin: {gtin} is no GTIN; it has 8, 12, 13 or 14 digits (leading zeros may have been lost)"
        )
    };
    let expected = [said(2, 1), said(4, 2), said(6, 3)];
    for (begin, end) in [("", "\n"), ("", "\r\n"), ("\u{feff}", "\r\n"), ("", "\r")] {
        check(&format!("{begin}{}", lines.join(end)), &expected.each_ref().map(String::as_str));
    }
}

#[test]
fn one_of_our_tags_must_have_the_check_character_that_belongs_to_it() {
    let right = check_character("AT-", "000123");
    let wrong = if right == 'X' { 'Y' } else { 'X' };
    check(&format!("tag\nAT-000123{right}\n"), &[]);
    check(
        &format!("tag\nAT-000123{wrong}\n"),
        &[&format!(
            "line 2, column tag: the tag AT-000123{wrong} ends in {wrong}; its check character should be {right}"
        )],
    );
}

#[test]
fn bytes_that_are_no_text_are_named_and_stop_nothing() {
    let mut bench = Bench::new();
    let report = bench.store().import_units(&b"tag,note\nT1,\xff\nT2,ok\n"[..], false, None, moment(5)).unwrap();
    let found: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["line 2, column note: is not UTF-8; save the file as \"CSV UTF-8\""]);
    assert_eq!((report.rows, report.added, report.done), (2, 1, false));
}

#[test]
fn people_come_with_badge_and_role() {
    let mut bench = Bench::new();
    let csv = "badge,name,role\nBDG-0042,Ann,keeper\n7,Ben,\n,Cid,viewer\n";
    let report = bench.store().import_people(csv.as_bytes(), false, None, moment(5)).unwrap();
    assert_eq!((report.added, report.done), (3, true));
    let wrong = "badge,name,role\n0042,Dan,\n9,,\n9,Eve,boss\n";
    let report = bench.store().import_people(wrong.as_bytes(), false, None, moment(5)).unwrap();
    let found: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "line 2, column badge: badge 0042 already belongs to Ann",
            "line 3, column name: a person needs a name",
            "line 4, column role: boss is no role; roles are viewer, operator, tagger, auditor, keeper, admin",
        ]
    );
    let licences = "name,licence,licence_until\nFay,WBK 4711,2028-06-30\nGus,,2028-06-30\nHal,4.2E+11,\nIda,X,soon\n";
    let report = bench.store().import_people(licences.as_bytes(), false, None, moment(5)).unwrap();
    let found: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "line 3, column licence_until: is the end of a licence; name it in the column licence",
            "line 4, column licence: 4.2E+11 is a number that a spreadsheet rounded; format the column as text and \
             enter it again",
            "line 5, column licence_until: soon is no day like 2027-03-31",
        ]
    );
    let report = bench.store().import_people(&licences.as_bytes()[..51], false, None, moment(5)).unwrap();
    assert!(report.done, "{report:?}");
    let fay = bench.store().person_named("Fay").unwrap();
    let licence = bench.store().holder(fay, moment(5)).unwrap().unwrap().licence.unwrap();
    assert_eq!(
        (licence.reference.as_str(), licence.valid_until.unwrap().to_string()),
        ("WBK 4711", "2028-06-30T23:59:59Z".into())
    );
    for (unmasked, shown) in [(true, "WBK 4711"), (false, "••• ••••")] {
        assert!(exported(&bench, List::Events, Form::JsonLines, unmasked).contains(shown));
    }
    assert!(bench.verify().ok);
}

pub(super) fn exported(bench: &Bench, list: List, form: Form, unmasked: bool) -> String {
    let mut out = Vec::new();
    Reader::open(bench.path()).unwrap().export(list, form, unmasked, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn an_export_is_inert_in_a_spreadsheet_and_masked_without_the_role() {
    let mut bench = Bench::new();
    let csv = "tag,serial_number,imei,note\nT1,SECRET-12,490154203237518,=HYPERLINK(1)\nT2,@SUM(1),,\n";
    assert!(units(&mut bench, csv, false).done);
    let sheet = exported(&bench, List::Units, Form::Csv, true);
    assert!(sheet.contains(",'=HYPERLINK(1),") && sheet.contains(",'@SUM(1),"), "{sheet}");
    for form in [Form::Csv, Form::JsonLines] {
        for list in [List::Units, List::Events] {
            let masked = exported(&bench, list, form, false);
            assert!(!masked.contains("SECRET") && !masked.contains("490154203237518"), "{masked}");
            assert!(exported(&bench, list, form, true).contains("SECRET-12"));
        }
    }
    for line in exported(&bench, List::Events, Form::JsonLines, true).lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(value["seq"].is_i64() && value["body"].is_object(), "{line}");
    }
    assert_eq!(exported(&bench, List::People, Form::Csv, true), "badge,name,role,active,held\r\n");
}

#[test]
fn a_serial_number_that_looks_like_one_of_the_same_maker_is_taken_in_and_noted() {
    let mut bench = Bench::new();
    let before = units(&mut bench, "tag,serial_number,maker,model\nT1,SN77O01,Bosch,GSR\n", false);
    assert!(before.done && before.notes.is_empty(), "{before:?}");
    let list = "tag,serial_number,maker,model\n\
        T2,SN-77001,Bosch,GSB\nT3,SN77001,Makita,HS\nT4,SN77002,Bosch,GSR\nT5,5N77002,Bosch,GSR\n";
    for dry_run in [true, false] {
        let report = units(&mut bench, list, dry_run);
        assert_eq!((report.wrong, report.rows), (0, 4), "{report:?}");
        let expected = [
            "Line 2: its serial number looks like that of T1, of the same maker; compare both plates.",
            "Line 5: its serial number looks like that of the unit of line 4, of the same maker; compare both plates.",
        ];
        assert_eq!(report.notes, expected);
    }
    let two = |it| format!("T1{it:02},SN9{it:02}O0,Bosch,GSR\nT2{it:02},SN9{it:02}00,Bosch,GSR\n");
    let many = (10..35).map(two).collect::<Vec<_>>().concat();
    let report = units(&mut bench, &format!("tag,serial_number,maker,model\n{many}"), false);
    assert_eq!((report.done, report.notes.len()), (true, 20));
    assert!(report.notes.last().unwrap().ends_with("Others are not named."), "{report:?}");
    assert!(bench.verify().ok);
}

#[test]
fn exported_units_can_be_imported_into_an_empty_store() {
    let mut bench = Bench::new();
    assert!(units(&mut bench, GOOD, false).done);
    let sheet = exported(&bench, List::Units, Form::JsonLines, true);
    let names = "tag,serial_number,maker,model,sku,gtin,lot,category,location,imei,note,purchased,warranty_until";
    let mut csv = format!("{names}\n");
    for line in sheet.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let cells = names.split(',').map(|it| format!("\"{}\"", value[it].as_str().unwrap_or_default()));
        csv.push_str(&cells.collect::<Vec<_>>().join(","));
        csv.push('\n');
    }
    let mut second = Bench::new();
    assert!(units(&mut second, &csv, false).done);
    assert!(sheet.contains(r#""purchased":"2024-03-04","warranty_until":"2027-03-04""#), "{sheet}");
    assert_eq!(exported(&second, List::Units, Form::JsonLines, true), sheet);
}

#[test]
fn an_import_at_the_command_line_ends_with_a_signed_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let (data, list) = (folder.path().join("store"), folder.path().join("people.csv"));
    std::fs::write(&list, "badge,name,role\n100,Ann,operator\n200,Bea,keeper\n").unwrap();
    let run = |words: &[&str]| {
        let ran = std::process::Command::new(env!("CARGO_BIN_EXE_scanstation"))
            .args(words)
            .env("SCANSTATION_DATA", &data)
            .env_remove("SCANSTATION_CONFIG")
            .output()
            .unwrap();
        assert!(ran.status.success(), "{words:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    };
    run(&["import", "people", list.to_str().unwrap()]);
    let reader = Reader::open(&data).unwrap();
    let signed = reader.checkpoint().unwrap().unwrap();
    assert_eq!(signed.seq, reader.head().unwrap().0.0);
    let copy = folder.path().join("copy.db");
    run(&["backup", copy.to_str().unwrap()]);
    assert!(run(&["verify", copy.to_str().unwrap()]).starts_with("There is no key file here and no key was named"));
    let proved = run(&["verify", copy.to_str().unwrap(), "--key", &signed.public_key]);
    assert!(proved.starts_with("The ledger holds: "), "{proved}");
}
