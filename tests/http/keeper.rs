//! What a keeper does over the API: instructions, parked codes, lists of what is open, stills.

use scanstation::domain::time::{When, Zone};
use serde_json::{Value, json};

use super::Bench;
use crate::bench::PICTURE;

#[track_caller]
fn instruct(bench: &Bench, body: &Value, status: u16) -> Value {
    let answer = bench.client().post("/api/v1/instructions", &[], body.to_string().as_bytes());
    assert_eq!(answer.status, status, "{body}: {}", answer.text());
    answer.json()
}

fn list(bench: &Bench, path: &str) -> Value {
    bench.client().get(&format!("/api/v1/{path}"), &[]).json()
}

#[test]
fn an_instruction_needs_a_keeper_and_says_why_it_cannot_be_carried_out() {
    let bench = Bench::new();
    let hold = json!({"do": "hold", "unit": "AT-100001", "why": "for the lab"});
    instruct(&bench, &hold, 403);
    bench.scan("BDG-1001", "web");
    instruct(&bench, &hold, 403);
    bench.scan("BDG-1002", "web");
    let event = instruct(&bench, &hold, 200)["event"].as_i64().unwrap();
    let story = list(&bench, "units/AT-100001")["story"].clone();
    assert_eq!((&story[0]["seq"], &story[0]["person"]["name"]), (&event.into(), &"Ada".into()));
    assert_eq!((&story[0]["body"]["column"], &story[0]["body"]["after"]), (&"on_hold".into(), &"for the lab".into()));
    let why = instruct(&bench, &json!({"do": "hold", "unit": "AT-999999", "why": "x"}), 409)["detail"].clone();
    assert_eq!(why, "no unit bears the tag AT-999999, and none has that serial number");
    instruct(&bench, &json!({"do": "hold", "unit": "AT-100001", "model": "x", "why": "x"}), 409);
    let lacking = instruct(&bench, &json!({"do": "recall", "why": "x"}), 400);
    assert_eq!(lacking["detail"], "either `unit` or `model` must be there");
    instruct(&bench, &json!({"do": "dance"}), 400);
    let refused = bench.scan("AT-100001", "web");
    assert_eq!(refused["answer"], "no", "{refused}");
    instruct(&bench, &json!({"do": "hold", "unit": "AT-100001"}), 200);
    assert_eq!(bench.scan("AT-100002", "web")["answer"], "good");
}

#[test]
fn what_was_sent_is_not_repeated_by_a_problem() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let answer = bench.client().post("/api/v1/instructions", &[], br#"{"do":"pin","person":"1001","pin":90718253}"#);
    assert!(answer.status == 400 && !answer.text().contains("90718253"), "{}", answer.text());
    for (body, said) in
        [("null", "this one is null"), ("\"BDG-1\"", "this one is only a text"), ("x", "this one is no JSON")]
    {
        let told = bench.client().post("/api/v1/instructions", &[], body.as_bytes()).json()["detail"].clone();
        assert!(told.as_str().unwrap().ends_with(&format!("; {said}")), "{told}");
    }
}

#[test]
fn days_and_moments_are_taken_and_one_that_cannot_be_read_is_told_by_its_field() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let zone = Zone::system();
    let ends = |day: &str| When::parse(day).unwrap().ends(&zone).unwrap().to_string();
    instruct(&bench, &json!({"do": "calibration", "unit": "AT-100001", "due": "2027-03-31"}), 200);
    instruct(&bench, &json!({"do": "inspection", "unit": "AT-100001", "due": "2027-03-31T08:00:00+02:00"}), 200);
    let story = list(&bench, "units/AT-100001")["story"].clone();
    assert_eq!(
        (&story[0]["body"]["after"], &story[1]["body"]["after"]),
        (&"2027-03-31T06:00:00Z".into(), &ends("2027-03-31").into())
    );
    instruct(&bench, &json!({"do": "licence", "person": "BDG-1001", "reference": "WBK-1", "until": "2090-01-31"}), 200);
    assert_eq!(list(&bench, "people/1")["licence"]["valid_until"], ends("2090-01-31"));
    let (from, until) = ("2090-12-01", "2090-12-03");
    instruct(
        &bench,
        &json!({"do": "reserve", "unit": "AT-100001", "person": "BDG-1001", "from": from, "until": until}),
        200,
    );
    let reserved = list(&bench, "reservations")[0].clone();
    let begins = When::parse(from).unwrap().begins(&zone).unwrap().to_string();
    assert_eq!((&reserved["begins"], &reserved["ends"]), (&begins.into(), &ends(until).into()));
    let either = "is no day like 2027-03-31 and no moment like 2027-03-31T17:00:00Z";
    for (wanted, why) in [
        (
            json!({"do": "calibration", "unit": "AT-100001", "due": "31.3.2027"}),
            format!("`due`: \"31.3.2027\" {either}"),
        ),
        (
            json!({"do": "training", "person": "BDG-1001", "name": "laser", "until": "soon"}),
            format!("`until`: \"soon\" {either}"),
        ),
        (
            json!({"do": "reserve", "unit": "AT-100001", "person": "1001", "from": "x", "until": until}),
            format!("`from`: \"x\" {either}"),
        ),
        (
            json!({"do": "reserve", "unit": "AT-100001", "person": "1001", "from": null, "until": until}),
            "`from` is null; it is a text like \"2027-03-31\"".to_owned(),
        ),
        (
            json!({"do": "inspection", "unit": "AT-100001", "due": 20_270_331}),
            "`due`: it is a text like \"2027-03-31\"".to_owned(),
        ),
        (
            json!({"do": "warranty", "unit": "AT-100001", "until": "2027-02-29"}),
            "`until`: \"2027-02-29\" is no day like 2027-03-31".to_owned(),
        ),
        (
            json!({"do": "purchase", "unit": "AT-100001", "on": "2024-03-04T10:00:00Z"}),
            "`on`: \"2024-03-04T10:00:00Z\" is no day like 2027-03-31".to_owned(),
        ),
    ] {
        let told = instruct(&bench, &wanted, 400)["detail"].as_str().unwrap().to_owned();
        assert!(told.ends_with(&format!("; the field {why}")), "{told}");
    }
}

#[test]
fn reservations_are_listed_honoured_and_cancelled() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let (from, until) = ("2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z");
    let reserve = |what: &str, name: &str| json!({"do": "reserve", what: name, "person": "BDG-1001", "from": from, "until": until});
    instruct(&bench, &reserve("unit", "AT-100001"), 200);
    instruct(&bench, &reserve("model", "Bosch GSR 18V-60"), 200);
    let calendar = list(&bench, "reservations");
    assert_eq!(
        (calendar.as_array().unwrap().len(), &calendar[0]["name"], &calendar[1]["unit"]),
        (2, &"Kim".into(), &Value::Null)
    );
    let refused = bench.scan("AT-100001", "web");
    assert!(refused["why"].as_str().unwrap().starts_with("Reserved for Kim"), "{refused}");
    // One of five is reserved by name, one more of the model: three go out to others.
    for (tag, answer) in [("AT-100002", "good"), ("AT-100003", "good"), ("AT-100004", "good"), ("AT-100005", "no")] {
        assert_eq!(bench.scan(tag, "web")["answer"], answer, "{tag}");
    }
    let id = calendar[1]["id"].as_i64().unwrap();
    instruct(&bench, &json!({"do": "cancel-reservation", "reservation": id}), 200);
    instruct(&bench, &json!({"do": "cancel-reservation", "reservation": id}), 409);
    bench.scan("AT-100001", "web");
    assert_eq!(bench.scan("AT-100005", "web")["answer"], "good");
}

#[test]
fn parked_codes_are_listed_masked_and_resolved() {
    let bench = Bench::new();
    bench.scan("CHUCK-7788", "left");
    assert_eq!(list(&bench, "parked")[0]["text"], "••••••••88");
    bench.scan("BDG-1002", "web");
    let parked = list(&bench, "parked");
    assert_eq!(
        (&parked[0]["text"], &parked[0]["lane"], &parked[0]["times"]),
        (&"CHUCK-7788".into(), &"left".into(), &1.into())
    );
    let path = format!("/api/v1/parked/{}/resolve", parked[0]["id"]);
    let resolve = |body: &Value| bench.client().post(&path, &[], body.to_string().as_bytes()).status;
    assert_eq!(resolve(&json!({"do": "recall", "unit": "AT-100001", "why": "x"})), 400);
    let refused = |body: &str, expected: &str| {
        let told = bench.client().post(&path, &[], body.as_bytes());
        assert_eq!(told.status, 400);
        assert!(told.json()["detail"].as_str().unwrap().ends_with(expected), "{body}: {}", told.json());
    };
    refused(
        r#"{"do": "bind", "unti": "AT-100001"}"#,
        "; unknown field `unti`, expected `unit` or `as`; did you mean `unit`?",
    );
    refused(r#"{"do": "dismiss"}"#, "; missing field `why`");
    refused(r#"{"do": "dismiss", "why": "x", "parked": 7}"#, "; unknown field `parked`, expected `why`");
    refused(
        r#"{"do": "recall", "why": "x"}"#,
        "; expected one of `bind`, `create`, `dismiss` before line 1, column 15",
    );
    assert_eq!(resolve(&json!({"do": "bind", "unit": "AT-100001", "as": "rfid-uid"})), 200);
    assert_eq!(resolve(&json!({"do": "dismiss", "why": "x"})), 409);
    assert_eq!(bench.scan("CHUCK-7788", "left")["unit"]["tag"], "AT-100001");
}

#[test]
fn a_parked_code_is_bound_as_what_it_was_read_as_and_never_as_what_it_cannot_be() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let resolve = |code: &str, body: Value| -> (u16, String) {
        bench.scan(code, "left");
        let parked = list(&bench, "parked")[0].clone();
        let path = format!("/api/v1/parked/{}/resolve", parked["id"]);
        let answer = bench.client().post(&path, &[], body.to_string().as_bytes());
        (answer.status, answer.json()["detail"].as_str().unwrap_or_default().to_owned())
    };
    let bind = |code: &str, kind: Option<&str>| resolve(code, json!({"do": "bind", "unit": "AT-100001", "as": kind}));
    let refused = |found: (u16, String), said: &str| assert_eq!(found, (409, said.to_owned()));
    let create = |code: &str| resolve(code, json!({"do": "create", "model": "Bosch GSR 18V-60"}));
    refused(
        bind("PLATE-77", None),
        "the unit already bears another serial number, which is never edited; if its plate says this one, scan tag and plate \
         after PAIR, which opens a case",
    );
    assert_eq!(create("PLATE-77"), (200, String::new()));
    assert_eq!(bench.scan("PLATE-77", "left")["unit"]["id"], 6);
    refused(
        bind("AT-200001", None),
        "the unit already bears the tag AT-100001; RELABEL replaces it (a unit has one live tag)",
    );
    refused(bind("AT-200002", Some("serial")), "that is one of our tags, and nothing else; it can be known as tag");
    let product = "that is the number of a product, which many units share: dismiss it, then scan the plate or the tag of the unit";
    refused(bind("4006381333931", None), product);
    refused(bind("4006381333931", Some("serial")), product);
    refused(create("4006381333931"), product);
    let imei = "356938035643809";
    refused(
        bind(imei, Some("serial")),
        "that is a number of the kind imei, not a serial number; it can be known as imei",
    );
    refused(
        bind("356938035643808", Some("imei")),
        "that is no imei: its check digit (Luhn) does not hold; it can be known as serial",
    );
    assert_eq!(bind(imei, None), (200, String::new()));
    let borne = list(&bench, "units/AT-100001")["identifiers"].clone();
    let borne = borne.as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap());
    assert_eq!(borne.collect::<Vec<_>>(), ["tag", "serial", "imei"]);
    let resolved = list(&bench, "units/AT-100001")["story"][0]["body"].clone();
    assert_eq!((&resolved["how"], &resolved["as"]), (&"bound".into(), &"imei".into()));
}

#[test]
fn the_number_of_a_phone_that_was_scanned_is_shown_to_a_keeper_alone() {
    let bench = Bench::new();
    let imei = "356938035643809";
    bench.scan(imei, "left");
    for (badge, shown) in [("BDG-1001", "•••••••••••••09"), ("BDG-1002", imei)] {
        bench.scan(badge, "web");
        assert_eq!(list(&bench, "parked")[0]["text"], shown);
        assert_eq!(list(&bench, "shift")["codes_parked"][0]["text"], shown);
        let events = list(&bench, "events?limit=500");
        let parked = events.as_array().unwrap().iter().find(|it| it["kind"] == "parked").unwrap();
        assert_eq!(parked["body"]["scanned"], shown);
    }
}

#[test]
fn a_shift_is_reported_closed_and_signed() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    bench.scan("AT-100001", "web");
    let report = list(&bench, "shift");
    assert_eq!((&report["out"], &report["units_out"][0]["tag"]), (&1.into(), &"AT-100001".into()));
    assert_eq!(list(&bench, "overdue"), json!([]));
    let event = instruct(&bench, &json!({"do": "close-shift"}), 200)["event"].as_i64().unwrap();
    let reader = scanstation::store::Reader::open(bench.folder.path()).unwrap();
    assert_eq!(reader.checkpoint().unwrap().unwrap().seq, event);
}

#[test]
fn a_still_is_kept_shown_to_who_may_and_bound() {
    let bench = Bench::new();
    assert_eq!(bench.client().post("/api/v1/stills", &[], PICTURE).status, 403);
    bench.scan("BDG-1001", "web");
    bench.scan("!CMD:DAMAGED", "web");
    bench.scan("AT-100001", "web");
    assert_eq!(bench.client().post("/api/v1/stills?lane=web", &[], b"GIF89a").status, 409);
    let kept = bench.client().post("/api/v1/stills?lane=web", &[], PICTURE).json();
    assert_eq!(kept["answer"]["why"], "Picture kept for AT-100001", "{kept}");
    let path = format!("/api/v1/stills/{}", kept["still"].as_str().unwrap());
    assert_eq!(bench.client().get(&format!("{path}?lane=other"), &[]).status, 403);
    assert_eq!(bench.client().get(&path, &[]).status, 200);
    assert_eq!(bench.client().get("/api/v1/stills/..%2fstation.key", &[]).status, 404);
}

#[test]
fn a_shelf_is_counted_a_label_is_printed_and_a_kit_is_made_up() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    bench.scan("!CMD:BADLABEL", "web");
    bench.scan("AT-100001", "web");
    assert_eq!(list(&bench, "labels").as_array().unwrap().len(), 1);
    let label = bench.client().get("/api/v1/units/1/label", &[]);
    assert_eq!((label.status, label.field("content-type")), (200, Some("image/svg+xml")));
    assert_eq!(
        label.text(),
        scanstation::labels::symbol(&scanstation::station::drawn(scanstation::labels::Form::Qr, "AT-100001").unwrap())
    );
    assert_eq!(bench.client().get("/api/v1/units/99/label", &[]).status, 404);
    instruct(&bench, &json!({"do": "printed", "unit": "AT-100001"}), 200);
    assert_eq!(list(&bench, "labels"), json!([]));
    instruct(&bench, &json!({"do": "printed", "unit": "AT-100001"}), 409);
    instruct(&bench, &json!({"do": "kit", "unit": "AT-100002", "kit": "AT-100001"}), 200);
    instruct(&bench, &json!({"do": "kit", "unit": "AT-100001", "kit": "AT-100002"}), 409);
    instruct(&bench, &json!({"do": "kit", "unit": "AT-100002"}), 200);
    instruct(&bench, &json!({"do": "count", "shelf": "SH-NONE", "counted": 4, "why": "stock-taking"}), 409);
    instruct(&bench, &json!({"do": "quarantine", "location": "LOC-NONE"}), 409);
}

#[test]
fn a_warranty_is_set_said_at_look_up_and_taken_away() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    instruct(&bench, &json!({"do": "warranty", "unit": "AT-100001", "until": "2199-12-31"}), 200);
    instruct(&bench, &json!({"do": "warranty", "unit": "AT-100002", "until": "2020-02-29"}), 200);
    instruct(&bench, &json!({"do": "purchase", "unit": "AT-100001", "on": "2024-02-29"}), 200);
    instruct(&bench, &json!({"do": "warranty", "unit": "AT-100001", "until": "2023-02-29"}), 400);
    let unit = list(&bench, "units/AT-100001");
    assert_eq!((&unit["warranty_until"], &unit["purchased"]), (&"2199-12-31".into(), &"2024-02-29".into()));
    let body = &unit["story"][1]["body"];
    assert_eq!((&body["column"], &body["after"]), (&"warranty_until".into(), &"2199-12-31".into()), "{body}");
    let told = bench.scan("AT-100001", "left");
    assert_eq!(told["why"], "Bosch GSR 18V-60: in; warranty until 2199-12-31", "{told}");
    assert_eq!(told["unit"]["warranty_until"], "2199-12-31");
    assert_eq!(bench.scan("AT-100002", "left")["why"], "Bosch GSR 18V-60: in; warranty ended 2020-02-29");
    instruct(&bench, &json!({"do": "warranty", "unit": "AT-100001"}), 200);
    assert_eq!(list(&bench, "units/AT-100001").get("warranty_until"), None);
}

#[test]
fn days_of_a_purchase_and_its_warranty_that_cannot_be_are_refused() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    instruct(&bench, &json!({"do": "purchase", "unit": "AT-100001", "on": "2024-02-29"}), 200);
    instruct(&bench, &json!({"do": "warranty", "unit": "AT-100002", "until": "2023-02-28"}), 200);
    let before = "a warranty until 2023-02-28 ends before the purchase on 2024-02-29; check both days";
    for (what, unit, field, day, why) in [
        ("warranty", "AT-100001", "until", "2023-02-28", before),
        ("purchase", "AT-100002", "on", "2024-02-29", before),
        ("warranty", "AT-100001", "until", "2999-12-31", "2999-12-31 is not between 1950 and 2200; check the year"),
        ("purchase", "AT-100001", "on", "1924-02-29", "1924-02-29 is not between 1950 and 2200; check the year"),
        ("purchase", "AT-100001", "on", "2199-12-31", "2199-12-31 is yet to come; a purchase is noted once it is made"),
    ] {
        let told = instruct(&bench, &json!({"do": what, "unit": unit, field: day}), 409)["detail"].clone();
        assert_eq!(told, format!("{why}; {unit} stays as it was"));
    }
    assert_eq!(list(&bench, "units/AT-100001").get("warranty_until"), None);
}

#[test]
fn a_licence_is_noted_and_seen_whole_by_a_keeper_alone() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let noted =
        json!({"do": "licence", "person": "BDG-1001", "reference": "WBK-4711", "until": "2999-01-01T00:00:00Z"});
    let event = instruct(&bench, &noted, 200)["event"].clone();
    let trained = json!({"do": "training", "person": "BDG-1001", "name": "laser", "until": "2999-01-01T00:00:00Z"});
    instruct(&bench, &trained, 200);
    instruct(&bench, &json!({"do": "licence", "person": "BDG-1001", "reference": " "}), 409);
    let whole = json!({"reference": "WBK-4711", "valid_until": "2999-01-01T00:00:00Z"});
    assert_eq!(list(&bench, "people/1")["licence"], whole);
    bench.scan("BDG-1001", "left");
    bench.scan("BDG-1003", "viewer");
    let (end, hidden) = ("2999-01-01T00:00:00Z", "••••••••••••••••••0Z");
    for (lane, end, until, training) in
        [("left", Some(end), end, "laser"), ("nobody", None, hidden, "••••r"), ("viewer", None, hidden, "••••r")]
    {
        let person = list(&bench, &format!("people/1?lane={lane}"));
        assert_eq!(person["licence"]["reference"], "••••••11");
        assert_eq!(person["licence"].get("valid_until"), end.map(Value::from).as_ref(), "{lane}");
        let after = event.as_i64().unwrap() - 1;
        let events = list(&bench, &format!("events?after={after}&limit=2&lane={lane}"));
        let (noted, learnt) = (&events[0]["body"], &events[1]["body"]);
        assert_eq!((&noted["licence"], &noted["until"]), (&"••••••11".into(), &until.into()), "{events}");
        assert_eq!((&learnt["training"], &learnt["until"]), (&training.into(), &until.into()), "{events}");
    }
    for path in ["people", "people/1", "units", "units/AT-100001", "state", "shift", "overdue"] {
        let told = bench.client().get(&format!("/api/v1/{path}?lane=nobody"), &[]);
        assert!(!told.text().contains("2999-01-01") && !told.text().contains("laser"), "{path}: {}", told.text());
    }
    instruct(&bench, &json!({"do": "licence", "person": "BDG-1001"}), 200);
    assert_eq!(list(&bench, "people/1")["licence"], Value::Null);
}

#[test]
fn a_serial_number_that_is_said_to_be_typed_is_asked_for_twice() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    bench.scan("!CMD:NOTAG", "web");
    let typed = json!({"data": "3611J055001", "lane": "web", "typed": true}).to_string();
    let once = bench.client().post("/api/v1/scans", &[], typed.as_bytes()).json();
    assert_eq!(once["answer"], "already", "{once}");
    let twice = bench.client().post("/api/v1/scans", &[], typed.as_bytes()).json();
    assert_eq!(twice["answer"], "good", "{twice}");
}
