//! Files into the register through the running service: all of a file, or nothing of it.

use super::Bench;

#[track_caller]
fn check(bench: &Bench, path: &str, file: &str, expected: (u64, u64, bool)) {
    let report = bench.client().post(&format!("/api/v1/import/{path}"), &[], file.as_bytes()).json();
    let number = |name: &str| report[name].as_u64().unwrap();
    assert_eq!((number("rows"), number("wrong"), report["done"].as_bool().unwrap()), expected, "{report}");
}

#[test]
fn a_file_is_tried_first_then_imported_and_its_units_can_be_scanned() {
    let bench = Bench::new();
    let file = "tag,serial_number,maker,model\nAT-200001,HX1,Hilti,TE 30\nAT-200002,HX2,Hilti,TE 30\n";
    check(&bench, "units?dry_run=true", file, (2, 0, false));
    assert_eq!(bench.client().get("/api/v1/units/AT-200001", &[]).status, 404);
    check(&bench, "units?dry_run=false", file, (2, 0, true));
    check(&bench, "people", "badge,name,role\n2001,Lena,operator\n", (1, 0, true));
    bench.scan("BDG-2001", "web");
    assert_eq!(bench.scan("AT-200002", "web")["unit"]["holder"], "Lena");
}

#[test]
fn a_file_with_one_mistake_leaves_nothing_and_is_told_where() {
    let bench = Bench::new();
    let file = "tag,serial_number,maker,model\nAT-200001,HX1,Hilti,TE 30\nAT-100001,HX2,Hilti,TE 30\n";
    let report = bench.client().post("/api/v1/import/units", &[], file.as_bytes()).json();
    assert_eq!((&report["wrong"], &report["problems"][0]["line"]), (&1.into(), &3.into()), "{report}");
    assert_eq!(bench.client().get("/api/v1/units/AT-200001", &[]).status, 404);
    assert_eq!(bench.client().post("/api/v1/import/animals", &[], b"a\n").status, 404);
}
