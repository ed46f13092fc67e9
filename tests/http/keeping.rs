//! What a keeper enters and says of one thing over the API, as the forms of the page do it.

use serde_json::{Value, json};

use super::Bench;

#[track_caller]
fn instruct(bench: &Bench, body: &Value, status: u16) -> Value {
    let answer = bench.client().post("/api/v1/instructions", &[], body.to_string().as_bytes());
    assert_eq!(answer.status, status, "{body}: {}", answer.text());
    answer.json()
}

#[track_caller]
fn refused(bench: &Bench, body: &Value, why: &str) {
    assert_eq!(instruct(bench, body, 409)["detail"], why);
}

fn list(bench: &Bench, path: &str) -> Value {
    bench.client().get(&format!("/api/v1/{path}"), &[]).json()
}

#[test]
fn a_parked_code_becomes_a_unit_of_a_model_that_was_entered_by_hand() {
    let bench = Bench::new();
    let model = json!({"do": "model", "maker": " Fein ", "name": "FMM 350", "sku": "OSC-1", "gtin": "4006381333931", "category": "saw"});
    instruct(&bench, &model, 403);
    bench.scan("BDG-1002", "web");
    bench.scan("PLATE-77", "left");
    instruct(&bench, &model, 200);
    let found = list(&bench, "models?query=350%20fein");
    let entered = json!({"id": 2, "maker": "Fein", "name": "FMM 350", "sku": "OSC-1", "gtin": "04006381333931", "category": "saw"});
    assert_eq!(found, json!([entered]));
    assert_eq!(list(&bench, "models")[0]["maker"], "Bosch");
    assert_eq!(list(&bench, "models?query=nothing"), json!([]));
    assert_eq!(list(&bench, "categories"), json!(["saw"]));
    let path = format!("/api/v1/parked/{}/resolve", list(&bench, "parked")[0]["id"]);
    let created = bench.client().post(&path, &[], br##"{"do": "create", "model": "#2"}"##);
    assert_eq!(created.status, 200, "{}", created.text());
    let unit = bench.scan("PLATE-77", "left")["unit"].clone();
    assert_eq!((&unit["model"], &unit["sku"]), (&"Fein FMM 350".into(), &"OSC-1".into()), "{unit}");
}

#[test]
fn a_model_with_a_slip_of_the_pen_or_that_is_there_is_refused_with_which() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let fein = json!({"do": "model", "maker": "Fein", "name": "FMM 350", "sku": "OSC-1", "gtin": "4006381333931"});
    instruct(&bench, &fein, 200);
    let model = |more: Value| {
        let mut body = json!({"do": "model", "maker": "Fein", "name": "FMM 500"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (more, why) in [
        (json!({"name": " "}), "a model needs a name"),
        (
            json!({"name": "fmm 350"}),
            "the model Fein FMM 350 is there already, with the SKU OSC-1; nothing was entered",
        ),
        (
            json!({"maker": "Bosch", "name": "GSR 18V-60"}),
            "the model Bosch GSR 18V-60 is there already, without a SKU; nothing was entered",
        ),
        (json!({"sku": "osc-1"}), "SKU osc-1 already belongs to Fein FMM 350"),
        (json!({"gtin": "04006381333931"}), "GTIN 04006381333931 already belongs to Fein FMM 350"),
        (json!({"gtin": "4006381333932"}), "the check digit of 4006381333932 does not hold"),
        (
            json!({"gtin": "40063"}),
            "40063 is no GTIN; it has 8, 12, 13 or 14 digits (leading zeros may have been lost)",
        ),
        (
            json!({"sku": "3611j055001"}),
            "3611j055001 is the serial number of AT-100001, and a SKU names no single piece; choose another SKU",
        ),
        (
            json!({"sku": "AT-777777"}),
            "AT-777777 is read as a tag of a unit, because it begins with AT-; choose another SKU",
        ),
        (json!({"category": "a\u{7}b"}), "the category has the control character \\u{7}"),
    ] {
        refused(&bench, &model(more), why);
    }
    assert_eq!(list(&bench, "models").as_array().unwrap().len(), 2);
    instruct(&bench, &model(json!({"colour": "red"})), 400);
}

#[test]
fn a_unit_is_put_back_where_a_keeper_says_that_it_belongs() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    for (label, name) in [("LOC-A", "Cabinet A"), ("LOC-B", "Cabinet B")] {
        instruct(&bench, &json!({"do": "location", "label": label, "name": name}), 200);
    }
    let places = list(&bench, "locations?query=cabinet%20loc-b");
    assert_eq!(places, json!([{"id": 2, "label": "LOC-B", "name": "Cabinet B", "quarantine": false}]));
    instruct(&bench, &json!({"do": "location", "label": "LOC-K", "name": "Kühlräume"}), 200);
    assert_eq!(list(&bench, "locations?query=r%C3%A4u")[0]["label"], "LOC-K");
    assert_eq!(list(&bench, "locations").as_array().unwrap().len(), 3);
    assert_eq!(list(&bench, "locations?limit=1").as_array().unwrap().len(), 1);
    let home = |location: Value| json!({"do": "home", "unit": "AT-100001", "location": location});
    instruct(&bench, &home("loc-a".into()), 200);
    instruct(&bench, &home("Cabinet B".into()), 200);
    let unit = list(&bench, "units/AT-100001");
    assert_eq!(unit["standing"]["home"], json!({"label": "LOC-B", "name": "Cabinet B"}));
    let told =
        json!({"column": "home", "before": "1", "after": "2", "from": "LOC-A · Cabinet A", "to": "LOC-B · Cabinet B"});
    assert_eq!((&unit["story"][0]["kind"], &unit["story"][0]["body"]), (&"unit-changed".into(), &told));
    for code in ["BDG-1001", "AT-100001"] {
        bench.scan(code, "left");
    }
    bench.scan("!CMD:IN", "web");
    let back = bench.scan("AT-100001", "web")["why"].clone();
    assert_eq!(back, "Returned for Kim: Bosch GSR 18V-60, put it in LOC-B · Cabinet B");
    refused(&bench, &home("LOC-B".into()), "it belongs to LOC-B · Cabinet B already; nothing changed");
    refused(&bench, &home("LOC-C".into()), "there is no location LOC-C; enter it first");
    instruct(&bench, &home(Value::Null), 200);
    refused(&bench, &home(Value::Null), "it belongs to nowhere already; nothing changed");
    assert_eq!(list(&bench, "units/AT-100001")["standing"]["home"], Value::Null);
}

#[test]
fn a_note_and_what_stands_against_a_unit_and_its_model_are_told_at_its_page() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let note = |text: &str| json!({"do": "note", "unit": "AT-100001", "note": text});
    instruct(&bench, &note(" charger in the lid "), 200);
    refused(&bench, &note("two\nlines"), "the note has the control character \\u{a}; it is one line");
    refused(&bench, &note(&"x".repeat(301)), "a note has 300 characters at most, this one has 301");
    for (what, why) in [("hold", "frayed"), ("recall", "battery"), ("no-serial-number", "none on it")] {
        let of_model = json!({"do": what, "model": "#1", "why": format!("{why}, all of them")});
        instruct(&bench, &of_model, 200);
        if what != "no-serial-number" {
            instruct(&bench, &json!({"do": what, "unit": "AT-100001", "why": why}), 200);
        }
    }
    instruct(&bench, &json!({"do": "calibration", "unit": "AT-100001", "due": "2090-01-31T12:00:00Z"}), 200);
    let unit = list(&bench, "units/AT-100001");
    assert_eq!(unit["note"], "charger in the lid");
    let model = json!({"id": 1, "recalled": "battery, all of them", "on_hold": "frayed, all of them", "no_serial_number": "none on it, all of them"});
    let standing = json!({"recalled": "battery", "on_hold": "frayed", "no_serial_number": null, "calibration_due": "2090-01-31T12:00:00Z",
        "inspection_due": null, "home": null, "model": model});
    assert_eq!(unit["standing"], standing);
    instruct(&bench, &note(""), 200);
    assert_eq!(list(&bench, "units/AT-100001")["note"], Value::Null);
    refused(
        &bench,
        &json!({"do": "no-serial-number", "unit": "AT-100001", "why": "x"}),
        "AT-100001 has a serial number on record; AT-100001 stays as it was",
    );
}

#[test]
fn what_a_keeper_sets_of_a_person_is_told_to_whom_it_concerns() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    for body in [
        json!({"do": "training", "person": "#1", "name": "laser", "until": "2999-01-01T00:00:00Z"}),
        json!({"do": "training", "person": "#1", "name": "cord"}),
        json!({"do": "limit", "person": "#1", "held_max": 3}),
        json!({"do": "pin", "person": "#1", "pin": "4711"}),
    ] {
        instruct(&bench, &body, 200);
    }
    refused(&bench, &json!({"do": "limit", "person": "#9", "held_max": 3}), "nobody has the badge or the name #9");
    let trainings =
        json!([{"name": "cord", "valid_until": null}, {"name": "laser", "valid_until": "2999-01-01T00:00:00Z"}]);
    let kim = list(&bench, "people/1");
    assert_eq!((&kim["trainings"], &kim["held_max"], &kim["has_pin"]), (&trainings, &3.into(), &true.into()));
    assert_eq!(list(&bench, "people/2")["has_pin"], false);
    bench.scan("BDG-1001", "left");
    let kim = list(&bench, "people/1?lane=left");
    assert_eq!((kim.get("trainings"), kim.get("held_max"), kim.get("has_pin")), (Some(&trainings), None, None));
    let kim = list(&bench, "people/1?lane=nobody");
    assert_eq!((kim.get("trainings"), kim.get("held_max"), kim.get("has_pin")), (None, None, None));
}
