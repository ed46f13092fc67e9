//! What programs are promised: answers, masks, names and numbers.

use std::time::Duration;

use scanstation::domain::{Delivery, Message, Moment, Read, SourceId};
use scanstation::source::SourceInput;
use serde_json::Value;

use super::Bench;
use super::client::patiently;

fn answers(said: &Value) -> (&str, &str) {
    (said["answer"].as_str().unwrap(), said["kind"].as_str().unwrap())
}

#[test]
fn a_tool_goes_out_and_comes_back_and_the_register_knows() {
    let bench = Bench::new();
    assert_eq!(answers(&bench.scan("BDG-1001", "left")), ("good", "badge"));
    let out = bench.scan("AT-100001", "left");
    assert_eq!(answers(&out).1, "asset-tag", "{out}");
    assert_eq!((&out["unit"]["tag"], &out["unit"]["holder"]), (&"AT-100001".into(), &"Kim".into()), "{out}");
    assert!(out["scan"].is_i64() && out["events"][0].is_i64(), "{out}");
    for key in ["id", "tag", "serial_number", "lot", "model", "sku", "location", "state", "holder", "due"] {
        assert!(out["unit"].get(key).is_some(), "`unit` has no `{key}`: {out}");
    }

    let mut client = bench.client();
    let id = out["unit"]["id"].as_i64().unwrap();
    let unit = client.get(&format!("/api/v1/units/{id}"), &[]).json();
    assert_eq!(unit["custody"]["holder"], "Kim", "{unit}");
    assert_eq!(unit["story"][0]["kind"], "checked-out", "{unit}");
    assert_eq!(unit["identifiers"].as_array().unwrap().len(), 2, "{unit}");
    let by_tag = client.get("/api/v1/units/at-100001", &[]).json();
    assert_eq!(by_tag["id"], id);
    let people = client.get("/api/v1/people", &[]).json();
    assert_eq!((&people[0]["name"], &people[0]["held"]), (&"Kim".into(), &1.into()), "{people}");
    let kim = client.get("/api/v1/people/1", &[]).json();
    assert_eq!(kim["units"][0]["tag"], "AT-100001", "{kim}");
}

#[test]
fn refusals_and_repeats_are_answers_with_status_200() {
    let bench = Bench::new();
    assert_eq!(bench.scan("NOBODY KNOWS THIS", "web")["answer"], "no");
    bench.scan("BDG-1001", "web");
    bench.scan("AT-100001", "web");
    assert_eq!(bench.scan("AT-100001", "web")["answer"], "already");
    assert_eq!(bench.scan("!CMD:DONE", "web")["answer"], "done");
}

#[test]
fn the_same_key_gets_the_first_answer_byte_for_byte_even_after_a_restart() {
    let mut bench = Bench::new();
    let body = br#"{"data":"BDG-1001"}"#;
    let key = [("Idempotency-Key", "4f1c-a")];
    let first = bench.client().post("/api/v1/scans", &key, body);
    let mut client = bench.client();
    assert_eq!(client.post("/api/v1/scans", &key, body).text(), first.text());
    drop(client);
    let head = bench.client().get("/api/v1/state", &[]).json()["head"].as_i64().unwrap();
    bench.again();
    assert_eq!(bench.client().post("/api/v1/scans", &key, body).text(), first.text());
    let events = bench.client().get(&format!("/api/v1/events?after={head}"), &[]).json();
    let kinds: Vec<_> = events.as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert!(kinds.iter().all(|it| !it.starts_with("session-opened")), "{kinds:?}");
}

#[test]
fn each_lane_has_a_session_of_its_own() {
    let bench = Bench::new();
    bench.scan("BDG-1001", "left");
    bench.scan("BDG-1002", "right");
    assert_eq!(bench.scan("AT-100001", "left")["unit"]["holder"], "Kim");
    assert_eq!(bench.scan("AT-100002", "right")["unit"]["holder"], "Ada");
    let lanes = bench.client().get("/api/v1/state", &[]).json()["lanes"].clone();
    assert_eq!((&lanes["left"]["session"]["name"], &lanes["right"]["session"]["name"]), (&"Kim".into(), &"Ada".into()));
}

#[test]
fn serial_numbers_are_masked_without_a_session_and_with_a_viewers() {
    let bench = Bench::new();
    let seen = |lane: &str| {
        let found = bench.client().get(&format!("/api/v1/units?query=AT-100003&lane={lane}"), &[]).json();
        let unit = bench.client().get(&format!("/api/v1/units/AT-100003?lane={lane}"), &[]).json();
        let story = unit["story"].to_string();
        let numbers = unit["identifiers"].to_string();
        let whole = "3611J055003";
        let shown = [
            found[0]["serial_number"] == whole,
            unit["serial_number"] == whole,
            story.contains(whole),
            numbers.contains(whole),
        ];
        assert!(shown.iter().all(|it| *it == shown[0]), "{shown:?}: {found} {unit}");
        shown[0]
    };
    assert!(!seen("web"));
    bench.scan("BDG-1003", "viewer");
    assert!(!seen("viewer"));
    bench.scan("BDG-1001", "operator");
    assert!(seen("operator") && !seen("web"));
}

#[test]
fn what_is_asked_later_about_a_scan_shows_no_serial_number_and_no_badge() {
    let bench = Bench::new();
    bench.scan("BDG-1001", "web");
    let said = bench.scan("AT-100001", "web");
    assert_eq!(said["unit"]["serial_number"], "3611J055001", "the person at the desk sees it: {said}");
    bench.scan("!CMD:DONE", "web");
    let recent = bench.client().get("/api/v1/scans?limit=10", &[]);
    assert!(!recent.text().contains("3611J055001"), "{}", recent.text());
    assert_eq!(recent.json()[1]["outcome"]["unit"]["tag"], "AT-100001", "{}", recent.text());
    let events = bench.client().get("/api/v1/events?limit=500", &[]);
    assert!(!events.text().contains("3611J055001"), "{}", events.text());
    assert!(!events.text().contains("1001\"") && !events.text().contains("490154203237518"), "{}", events.text());
}

#[test]
fn a_number_that_was_scanned_is_masked_in_the_newest_outcomes_and_in_what_they_say() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let rows = "serial_number,maker,model\nHX4711,Bosch,GSR 18V-60\n";
    bench.client().post("/api/v1/import/units", &[], rows.as_bytes());
    bench.scan("!CMD:PAIR", "web");
    bench.scan("HX4711", "web");
    let asked = bench.scan("AT-100009", "web");
    assert_eq!(asked["why"], "AT-100009 with HX4711, Bosch GSR 18V-60: DONE binds them");
    assert_eq!(bench.scan("!CMD:DONE", "web")["why"], "Paired: AT-100009 with HX4711, Bosch GSR 18V-60");
    bench.scan("490154203237518", "web");
    bench.scan("C02XK1ABJG5H", "web");
    let recent = bench.client().get("/api/v1/scans?limit=10", &[]);
    for hidden in ["BDG-1002", "HX4711", "490154203237518", "C02XK1ABJG5H"] {
        assert!(!recent.text().contains(hidden), "{hidden}: {}", recent.text());
    }
    let outcome = |place: usize| recent.json()[place]["outcome"].clone();
    assert_eq!((&outcome(0)["payload"], &outcome(0)["key"]), (&"••••••••••5H".into(), &"••••••••••5H".into()));
    assert_eq!(outcome(2)["why"], "Paired: AT-100009 with ••••11, Bosch GSR 18V-60");
    assert_eq!((&outcome(3)["payload"], &outcome(3)["key"]), (&"AT-100009".into(), &"AT-100009".into()));
}

#[test]
fn a_mark_that_was_missing_at_the_start_is_an_alarm_on_the_screens() {
    let mut bench = Bench::new();
    bench.again();
    let alarms = |bench: &Bench| bench.client().get("/api/v1/state", &[]).json()["alarms"].clone();
    assert_eq!(alarms(&bench), serde_json::json!([]));
    bench.stop();
    std::fs::remove_file(bench.folder.path().join("station.mark")).unwrap();
    let store = bench.store();
    bench.start(store, super::Sizes::USUAL);
    let said = alarms(&bench)[0].as_str().unwrap().to_owned();
    assert!(said.starts_with("The mark outside the ledger was missing or unreadable: "), "{said}");
}

#[test]
fn events_come_in_order_and_page_by_page() {
    let bench = Bench::new();
    let mut client = bench.client();
    let mut after = 0;
    let mut all = Vec::new();
    loop {
        let page = client.get(&format!("/api/v1/events?after={after}&limit=3"), &[]).json();
        let page: Vec<i64> = page.as_array().unwrap().iter().map(|it| it["seq"].as_i64().unwrap()).collect();
        let Some(last) = page.last() else { break };
        after = *last;
        all.extend(page);
    }
    let expected: Vec<i64> = (1..=after).collect();
    assert_eq!(all, expected);
}

#[test]
fn bytes_that_are_no_text_come_as_hexadecimal() {
    let bench = Bench::new();
    let body = br#"{"bytes_hex":"41542d313030303031","aim":"]C0"}"#;
    let said = bench.client().post("/api/v1/scans", &[], body).json();
    assert_eq!((&said["kind"], &said["key"]), (&"asset-tag".into(), &"AT-100001".into()), "{said}");
    let odd = bench.client().post("/api/v1/scans", &[], br#"{"bytes_hex":"00ff1b"}"#);
    assert_eq!(odd.status, 200, "{}", odd.text());
}

#[test]
fn those_who_watch_over_the_service_get_plain_answers() {
    let bench = Bench::new();
    let mut client = bench.client();
    assert_eq!(client.get("/healthz", &[]).status, 200);
    assert_eq!(client.get("/readyz", &[]).status, 200);
    let metrics = client.get("/metrics", &[]);
    assert_eq!(metrics.field("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    for line in metrics.text().lines() {
        let sample =
            line.strip_prefix("# ").is_some() || line.rsplit_once(' ').is_some_and(|it| it.1.parse::<f64>().is_ok());
        assert!(sample, "{line:?}");
    }
}

#[test]
fn the_time_from_read_to_durable_is_told_of_devices_and_not_of_requests() {
    let bench = Bench::new();
    bench.scan("asked", "web");
    let told = || bench.client().get("/metrics", &[]).text().to_owned();
    assert!(told().contains("\nscanstation_durable_seconds_count 0\n") && !told().contains("quantile="));
    let delivery = Delivery::Message(Message { bytes: b"read".to_vec(), ..Message::default() });
    let at = Moment::new("2026-11-20T08:00:00Z".parse().unwrap(), Duration::ZERO);
    let read = Read { source: SourceId::new("gun"), at, delivery };
    bench.handle().sink()(SourceInput::Read(read)).unwrap();
    patiently("it is durable", || told().contains("\nscanstation_durable_seconds_count 1\n"));
    let told = told();
    for part in ["0.5", "0.9", "0.99"] {
        let line = format!("scanstation_durable_seconds{{quantile=\"{part}\"}} ");
        let seconds: f64 = told.lines().find_map(|it| it.strip_prefix(&line)).unwrap().parse().unwrap();
        assert!(seconds > 0.0 && told.contains(&format!("scanstation_durable_seconds_sum {seconds}\n")), "{told}");
    }
}

#[test]
fn the_page_is_served_with_a_policy_that_forbids_everything_foreign() {
    let bench = Bench::new();
    let mut client = bench.client();
    for path in ["/", "/people", "/unit/3"] {
        let page = client.get(path, &[]);
        assert_eq!((page.status, page.field("content-type")), (200, Some("text/html; charset=utf-8")));
        let policy = page.field("content-security-policy").unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        assert!(!page.text().contains("http://") && !page.text().contains("https://"));
    }
    let module = client.get("/assets/app.js", &[]);
    assert_eq!((module.status, module.field("x-content-type-options")), (200, Some("nosniff")));
    let tag = module.field("etag").unwrap().to_owned();
    assert_eq!(client.get("/assets/app.js", &[("If-None-Match", &tag)]).status, 304);
    assert_eq!(client.get("/assets/..%2fmod.rs", &[]).status, 404);
}
