//! `POST /api/v1/purge`: an admin alone orders it, with a reason, and nothing that is young goes.
//!
//! Deliberately absent: what goes, which `store` tries, and the command, which `program` tries.

use super::Bench;

#[test]
fn a_purge_needs_an_admin_a_reason_and_an_age() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let order = |class: &str, before: &str, why: &str| {
        format!("{{\"classes\":[{{\"class\":\"{class}\",\"before\":\"{before}\"}}],\"why\":\"{why}\"}}")
    };
    let old = order("scans", "2020-01-01T00:00:00Z", "x");
    let pass = std::fs::read_to_string(bench.folder.path().join("station.pass")).unwrap();
    let shown = [("X-Scanstation-Pass", pass.as_str())];
    let post = |path: &str, headers: &[(&str, &str)], body: &str| {
        let answer = bench.client().post(&format!("/api/v1/purge{path}"), headers, body.as_bytes());
        (answer.status, answer.text().to_owned())
    };
    let (status, said) = post("", &[], &old);
    assert!(status == 403 && said.contains("this needs the role admin; the session has the role keeper"), "{said}");
    assert_eq!(post("?as=BDG-1001", &shown, &old).0, 403);
    assert_eq!(post("", &shown, &order("scans", "2020-01-01T00:00:00Z", " ")).0, 409);
    let (status, said) = post("", &shown, &order("scans", "2999-01-01T00:00:00Z", "x"));
    assert!(status == 409 && said.contains("from an age of one day on"), "{said}");
    assert_eq!(post("", &shown, &order("units", "2020-01-01T00:00:00Z", "x")).0, 400);
    let (status, said) = post("", &shown, &old);
    assert!(status == 200 && said.contains("\"done\":true") && said.contains("\"events\":0"), "{said}");
    assert_eq!(bench.client().get("/api/v1/scans", &[]).json().as_array().unwrap().len(), 1, "the badge is kept");
}
