//! A repeated `Idempotency-Key`: the first answer for the same scan, 422 for another one.
//!
//! Deliberately absent: the repeat after a restart, which `api` tries.

use super::Bench;

const KEY: [(&str, &str); 1] = [("Idempotency-Key", "4f1c-b")];

#[track_caller]
fn check(bench: &Bench, body: &str, expected: u16) {
    let answer = bench.client().post("/api/v1/scans", &KEY, body.as_bytes());
    assert_eq!(answer.status, expected, "{body}: {}", answer.text());
    if expected == 422 {
        let problem = answer.json();
        assert_eq!(problem["type"], "/problems/key-taken", "{body}");
        assert_eq!(problem["title"], "That key was used for another scan: nothing was done", "{body}");
    }
}

#[test]
fn a_key_that_was_used_for_another_scan_is_told_and_nothing_is_done() {
    let bench = Bench::new();
    check(&bench, r#"{"data":"AT-100001","aim":"]C0"}"#, 200);
    let head = || bench.client().get("/api/v1/state", &[]).json()["head"].clone();
    let before = head();
    check(&bench, r#"{"data":"AT-100001","aim":"]C0"}"#, 200);
    check(&bench, r#"{"bytes_hex":"41542d313030303031","aim":"]C0","lane":"web"}"#, 200); // The same in other words.
    check(&bench, r#"{"data":"AT-100002","aim":"]C0"}"#, 422);
    check(&bench, r#"{"data":"AT-100001","aim":"]C1"}"#, 422);
    check(&bench, r#"{"data":"AT-100001"}"#, 422);
    check(&bench, r#"{"data":"AT-100001","aim":"]C0","lane":"left"}"#, 422);
    assert_eq!(head(), before);
    assert_eq!(bench.client().get("/api/v1/state", &[]).json()["recording"], true, "it is no trouble of the station's");
}

#[test]
fn the_bytes_of_a_secret_are_not_kept_so_a_repeat_of_any_secret_gets_the_first_answer() {
    let bench = Bench::new();
    check(&bench, r#"{"data":"WIFI:T:WPA;S:x;P:hunter2;;"}"#, 200);
    check(&bench, r#"{"data":"WIFI:T:WPA;S:x;P:hunter2;;"}"#, 200);
    check(&bench, r#"{"data":"AT-100001"}"#, 422);
}
