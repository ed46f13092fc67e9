//! Explaining a code over the API: the same answer as the command line's, field by field, and nothing recorded.

use serde_json::{Value, json};

use super::Bench;

fn explain(bench: &Bench, body: &Value) -> (u16, Value) {
    let answer = bench.client().post("/api/v1/identify", &[], body.to_string().as_bytes());
    (answer.status, answer.json())
}

#[track_caller]
fn check(bench: &Bench, body: &Value, expected: &Value) {
    let (status, found) = explain(bench, body);
    assert_eq!(status, 200, "{found}");
    let Value::Object(expected) = expected else { panic!("{expected}") };
    for (key, value) in expected {
        assert_eq!(&found[key], value, "{key} of {found:#}");
    }
}

#[test]
fn a_code_is_explained_field_by_field_without_a_session_and_nothing_is_recorded() {
    let bench = Bench::new();
    let head = bench.handle().view().borrow().head;
    let expected = json!({
        "kind": "gs1", "key": "01=09520123456788;21=A1", "confidence": "certain", "valid": true, "aim": "]C1",
        "fields": [["01", "09520123456788"], ["17", "271231"], ["21", "A1"]],
        "elements": [
            {"syntax": "ai", "element": "01", "name": "GTIN", "value": "09520123456788", "meaning": "check digit 8",
             "valid": true, "reason": null},
            {"syntax": "ai", "element": "17", "name": "USE BY or EXPIRY", "value": "271231", "meaning": "2027-12-31",
             "valid": true, "reason": null},
            {"syntax": "ai", "element": "21", "name": "SERIAL", "value": "A1", "meaning": null,
             "valid": true, "reason": null}]
    });
    check(&bench, &json!({"data": "]C101095201234567881727123121A1"}), &expected);
    check(&bench, &json!({"data": "01095201234567881727123121A1", "aim": "]C1"}), &expected);
    let hex: String = b"]C101095201234567881727123121A1"
        .iter()
        .flat_map(|it| [it >> 4, it & 15])
        .map(|it| char::from_digit(it.into(), 16).unwrap())
        .collect();
    check(&bench, &json!({"bytes_hex": hex}), &expected);

    check(&bench, &json!({"data": "WIFI:S:net;P:geheim;;"}), &json!({"kind": "refused", "key": "", "elements": []}));
    check(
        &bench,
        &json!({"data": "490154203237519", "as": "imei"}),
        &json!({"kind": "invalid", "valid": false, "reason": "its check digit (Luhn) does not hold"}),
    );
    assert_eq!(bench.handle().view().borrow().head, head);
    assert_eq!(bench.client().get("/api/v1/scans", &[]).json(), json!([]));
}

#[test]
fn what_cannot_be_asked_is_said() {
    let bench = Bench::new();
    for (body, says) in [
        (json!({"data": "1", "as": "horoscope"}), "is no kind"),
        (json!({"data": "1", "lane": "left"}), "unknown field"),
        (json!({"data": "1", "aim": "C1"}), "three characters"),
        (json!({}), "must be there"),
    ] {
        let (status, found) = explain(&bench, &body);
        assert_eq!(status, 400, "{found}");
        assert!(found["detail"].as_str().unwrap().contains(says), "{found}");
    }
    let (status, _) = explain(&bench, &json!({"data": "A".repeat(8 * 1024 + 1)}));
    assert_eq!(status, 413);
}
