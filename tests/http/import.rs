//! Files into the register through the running service: all of a file, or nothing of it, and only for who may.

use super::Bench;
use super::client::patiently;

/// A keeper's session at the lane `web`.
fn keeper() -> Bench {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    bench
}

#[track_caller]
fn check(bench: &Bench, path: &str, file: &str, expected: (u64, u64, bool)) {
    let report = bench.client().post(&format!("/api/v1/import/{path}"), &[], file.as_bytes()).json();
    let number = |name: &str| report[name].as_u64().unwrap();
    assert_eq!((number("rows"), number("wrong"), report["done"].as_bool().unwrap()), expected, "{report}");
}

#[test]
fn a_file_is_tried_first_then_imported_and_its_units_can_be_scanned() {
    let bench = keeper();
    let file = "tag,serial_number,maker,model\nAT-200001,HX1,Hilti,TE 30\nAT-200002,HX2,Hilti,TE 30\n";
    check(&bench, "units?dry_run=true", file, (2, 0, false));
    assert_eq!(bench.client().get("/api/v1/units/AT-200001", &[]).status, 404);
    check(&bench, "units?dry_run=false", file, (2, 0, true));
    check(&bench, "people", "badge,name,role\n2001,Lena,operator\n", (1, 0, true));
    bench.scan("BDG-2001", "left");
    assert_eq!(bench.scan("AT-200002", "left")["unit"]["holder"], "Lena");
}

#[test]
fn a_file_with_one_mistake_leaves_nothing_and_is_told_where() {
    let bench = keeper();
    let file = "tag,serial_number,maker,model\nAT-200001,HX1,Hilti,TE 30\nAT-100001,HX2,Hilti,TE 30\n";
    let report = bench.client().post("/api/v1/import/units", &[], file.as_bytes()).json();
    assert_eq!((&report["wrong"], &report["problems"][0]["line"]), (&1.into(), &3.into()), "{report}");
    assert_eq!(bench.client().get("/api/v1/units/AT-200001", &[]).status, 404);
    assert_eq!(bench.client().post("/api/v1/import/animals", &[], b"a\n").status, 404);
}

#[test]
fn who_may_not_imports_nothing_and_nobody_but_an_admin_enters_an_admin() {
    let bench = Bench::new();
    let people = b"badge,name,role\n2001,Eve,admin\n";
    assert_eq!(bench.client().post("/api/v1/import/people", &[], people).status, 403);
    bench.scan("BDG-1001", "web");
    let refused = bench.client().post("/api/v1/import/people", &[], people);
    assert_eq!((refused.status, refused.json()["type"].as_str()), (403, Some("/problems/forbidden")));
    bench.scan("BDG-1002", "left");
    let report = bench.client().post("/api/v1/import/people?lane=left", &[], people).json();
    let message = report["problems"][0]["message"].as_str();
    assert_eq!(
        (report["done"].as_bool(), message),
        (Some(false), Some("only an admin enters somebody with the role admin"))
    );
    let wrong = [("X-Scanstation-Pass", "0123")];
    assert_eq!(bench.client().post("/api/v1/import/people?lane=left", &wrong, people).status, 403);
    let pass = std::fs::read_to_string(bench.folder.path().join("station.pass")).unwrap();
    let shown = [("X-Scanstation-Pass", pass.as_str())];
    let as_keeper = bench.client().post("/api/v1/import/people?as=BDG-1002", &shown, people).json();
    assert_eq!(as_keeper["done"], false);
    assert_eq!(bench.client().post("/api/v1/import/people?as=BDG-7777", &shown, people).status, 403);
    assert_eq!(bench.client().post("/api/v1/import/people", &shown, people).json()["done"], true);
}

fn many(from: usize, count: usize) -> String {
    let rows = (from..from + count).map(|it| format!("AT-{it:06},HX{it},Hilti,TE 30,LOC-{}\n", it % 7));
    std::iter::once("tag,serial_number,maker,model,location\n".to_owned()).chain(rows).collect()
}

#[test]
fn a_large_file_comes_in_pieces_between_which_scans_pass() {
    let bench = keeper();
    let file = many(300_000, 1_000);
    check(&bench, "units?dry_run=true", &file, (1_000, 0, false));
    assert_eq!(bench.client().get("/api/v1/units/AT-300000", &[]).status, 404);
    let head = bench.handle().view().borrow().head;
    // Scans that come while the file goes in: each is recorded between two pieces.
    let client = bench.client();
    let scans = std::thread::scope(|scope| {
        let import = scope.spawn(|| {
            let mut client = client;
            client.post("/api/v1/import/units", &[], file.as_bytes()).json()
        });
        let mut scans = Vec::new();
        while !import.is_finished() {
            let answer = bench.scan("AT-100001", "left");
            scans.push(answer["events"][0].as_i64().unwrap());
        }
        let report = import.join().unwrap();
        assert_eq!((&report["added"], &report["done"], &report["models"]), (&1_000.into(), &true.into(), &1.into()));
        scans
    });
    let last = bench.client().get("/api/v1/units/AT-300999", &[]).json()["story"][0]["seq"].as_i64().unwrap();
    let between = scans.iter().filter(|it| **it > head && **it < last).count();
    assert!(between > 0, "no scan passed between {head} and {last}: {scans:?}");
    assert!(std::fs::read_dir(bench.folder.path()).unwrap().all(|it| !it.unwrap().path().is_dir()), "a copy stays");
}

#[test]
fn a_large_file_with_one_mistake_at_its_end_leaves_nothing() {
    let bench = keeper();
    let file = many(300_000, 400) + "AT-300000,HX9,Hilti,TE 30,\n";
    let report = bench.client().post("/api/v1/import/units", &[], file.as_bytes()).json();
    assert_eq!(
        (&report["wrong"], &report["done"], &report["problems"][0]["line"]),
        (&1.into(), &false.into(), &402.into())
    );
    assert_eq!(bench.client().get("/api/v1/units/AT-300000", &[]).status, 404);
}

#[test]
fn a_client_that_leaves_in_the_middle_leaves_a_whole_file() {
    let bench = keeper();
    let file = many(300_000, 1_000);
    let mut client = bench.client();
    client.request("POST /api/v1/import/units", &[], file.as_bytes());
    let is_in = |unit: &str| bench.client().get(&format!("/api/v1/units/{unit}"), &[]).status == 200;
    patiently("the first rows are in", || is_in("AT-300000"));
    drop(client);
    patiently("the rest of the file comes", || is_in("AT-300999"));
}
