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
