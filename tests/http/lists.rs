//! What somebody must look into, print and order, as programs ask for it.

use scanstation::domain::{Moment, Role};
use scanstation::store::{NewHolder, NewOwner, Store};
use serde_json::Value;

use super::Bench;

/// A service with a keeper, at whose lane a plate of another unit was read and a label was noted.
fn bench() -> Bench {
    let bench = Bench::new();
    work(&bench, |store, now| {
        let keeper = NewHolder { name: "Max".to_owned(), role: Role::Keeper, badge: Some("9999".to_owned()) };
        store.within(|store| store.add_holder(&keeper, None, now).map(drop)).unwrap();
    });
    let unit = |tag: &str| bench.client().get(&format!("/api/v1/units/{tag}"), &[]).json()["id"].as_i64().unwrap();
    let (first, second) = (unit("AT-100001"), unit("AT-100002"));
    assert!(first > 0 && second > first);
    bench.scan("BDG-9999", "keeper");
    let full = bench.client().get(&format!("/api/v1/units/{second}?lane=keeper"), &[]).json();
    let number = full["serial_number"].as_str().unwrap().to_owned();
    for code in ["!CMD:BADLABEL", "AT-100001", "!CMD:PAIR", "AT-100001", number.as_str()] {
        bench.scan(code, "keeper");
    }
    bench
}

/// Has work done on the store, as the service does it.
fn work(bench: &Bench, work: impl FnOnce(&mut Store, Moment) + Send + 'static) {
    bench.handle().work(work).unwrap().blocking_recv().unwrap();
}

fn list(bench: &Bench, path: &str) -> Value {
    bench.client().get(path, &[]).json()
}

#[test]
fn cases_are_listed_with_serial_numbers_masked_for_strangers() {
    let bench = bench();
    let cases = list(&bench, "/api/v1/cases");
    assert_eq!((&cases[0]["kind"], &cases[0]["label"]), (&"duplicate".into(), &"AT-100001".into()), "{cases}");
    assert_eq!(cases[0]["other_label"], "AT-100002");
    assert!(cases[0]["serial_number"].as_str().unwrap().starts_with('•'), "{cases}");
    let known = list(&bench, "/api/v1/cases?lane=keeper");
    assert!(!known[0]["serial_number"].as_str().unwrap().starts_with('•'), "{known}");
    for (unit, open) in [("AT-100001", 1), ("AT-100002", 1), ("AT-100003", 0)] {
        let its = list(&bench, &format!("/api/v1/units/{unit}"))["cases"].clone();
        assert_eq!(its.as_array().unwrap().len(), open, "{its}");
        assert_eq!(its.get(0).unwrap_or(&cases[0]), &cases[0]);
    }
}

#[test]
fn a_case_is_closed_by_a_keeper_with_a_reason() {
    let bench = bench();
    let case = list(&bench, "/api/v1/cases")[0]["id"].as_i64().unwrap();
    let close = |lane: &str, body: &str| {
        bench.client().post(&format!("/api/v1/cases/{case}/resolve?lane={lane}"), &[], body.as_bytes()).json()
    };
    assert_eq!(close("left", r#"{"why":"x"}"#)["type"], "/problems/forbidden");
    assert_eq!(close("keeper", r#"{"why":" "}"#)["why"], "a case is closed with a reason");
    assert_eq!(close("keeper", r#"{"why":"swapped back"}"#)["answer"], "done");
    assert_eq!(close("keeper", r#"{"why":"again"}"#)["answer"], "no");
    assert_eq!(list(&bench, "/api/v1/cases"), Value::Array(Vec::new()));
    let closed = list(&bench, "/api/v1/cases?all");
    assert_eq!((&closed[0]["resolution"], &closed[0]["resolved_by"]), (&"swapped back".into(), &"Max".into()));
}

#[test]
fn labels_and_shelves_are_listed() {
    let bench = bench();
    let labels = list(&bench, "/api/v1/labels");
    assert_eq!(
        (&labels[0]["reason"], &labels[0]["tag"], &labels[0]["person"]),
        (&"badlabel".into(), &"AT-100001".into(), &"Max".into())
    );
    // Serial number and lot stand on the label for whoever may print it: nobody, an operator, a keeper.
    assert_eq!((labels[0].get("serial_number"), labels[0].get("lot")), (None, None));
    let named = |lane: &str| list(&bench, &format!("/api/v1/labels?lane={lane}"))[0]["serial_number"].clone();
    let whole = list(&bench, "/api/v1/units/AT-100001?lane=keeper")["serial_number"].clone();
    assert_eq!((named("keeper"), named("left")), (whole, Value::Null));
    assert_eq!(list(&bench, "/api/v1/stock?low"), Value::Array(Vec::new()));
}

#[test]
fn the_chain_of_owners_is_told_with_date_and_proof() {
    let bench = bench();
    work(&bench, |store, now| {
        let sale = |to: &str, how: &str, proof: &str| NewOwner {
            to: to.to_owned(),
            how: how.to_owned(),
            date: "2026-02-03".parse().unwrap(),
            proof: proof.to_owned(),
        };
        let unit = scanstation::domain::UnitId(1);
        store
            .within(|store| {
                store.change_owner(unit, &sale("Crib Ltd", "purchase", "invoice 4711"), None, now)?;
                store.change_owner(unit, &sale("Ada", "sale", "receipt 9"), None, now)
            })
            .unwrap();
        let without = store.within(|store| store.change_owner(unit, &sale("Kim", "gift", "x"), None, now));
        assert!(without.is_err(), "a gift is no purchase, transfer or sale");
        let without = store.within(|store| store.change_owner(unit, &sale("Kim", "sale", " "), None, now));
        assert!(without.is_err(), "nothing proves it");
    });
    let add = |lane: &str, how: &str| {
        let body = format!(r#"{{"to":"Kim","how":"{how}","date":"2026-03-01","proof":"receipt 10"}}"#);
        bench.client().post(&format!("/api/v1/units/1/owners?lane={lane}"), &[], body.as_bytes()).json()["answer"]
            .clone()
    };
    assert_eq!((add("left", "sale"), add("keeper", "gift")), (Value::Null, "no".into()));
    let owners = list(&bench, "/api/v1/units/1/owners");
    assert_eq!(bench.scan("AT-100001", "web")["unit"]["owner"], "Ada", "a look-up tells whose it is");
    assert_eq!(add("keeper", "transfer"), "done");
    let view = bench.client().get("/api/v1/units/1", &[]).json();
    assert_eq!((&view["owner"], bench.scan("AT-100002", "web")["unit"].get("owner")), (&"Kim".into(), None), "{view}");
    assert_eq!(owners.as_array().unwrap().len(), 2, "{owners}");
    let last = &owners[1];
    assert_eq!(
        (&last["from"], &last["to"], &last["how"], &last["date"], &last["proof"]),
        (&"Crib Ltd".into(), &"Ada".into(), &"sale".into(), &"2026-02-03".into(), &"receipt 9".into())
    );
}

#[test]
fn an_address_that_names_nothing_is_a_problem_like_any_other() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let check = |answer: crate::http::client::Answer, status: u16, detail: &str| {
        assert_eq!((answer.status, answer.field("content-type")), (status, Some("application/problem+json")));
        assert_eq!(answer.json()["detail"], detail);
    };
    for unit in ["99999", "AT-999999"] {
        check(bench.client().get(&format!("/api/v1/units/{unit}/owners"), &[]), 404, "the register has no such unit");
    }
    assert_eq!(bench.client().get("/api/v1/units/AT-100001/owners", &[]).text(), "[]");
    let post = |path: &str, body: &str| bench.client().post(&format!("/api/v1/{path}"), &[], body.as_bytes());
    check(post("cases/abc/resolve", r#"{"why": "x"}"#), 404, "the register has no such case");
    check(post("parked/abc/resolve", r#"{"do": "dismiss", "why": "x"}"#), 404, "the register has no such parked code");
    let no_text = "a name in this address is no text; write it in UTF-8, each byte that needs it as % and two digits";
    check(bench.client().get("/api/v1/units/%ff", &[]), 400, no_text);
    check(bench.client().get("/api/v1/cards/%ff", &[]), 400, no_text);
    let body = r#"{"data": "AT-100001", "event_time": "yesterday"}"#;
    let told = post("scans", body).json()["detail"].as_str().unwrap().to_owned();
    assert!(told.ends_with("; the field `event_time`: it is a text like \"2027-03-31T14:30:00Z\""), "{told}");
    for body in
        [r#"{"do": "limit", "person": "1001", "held_max": -1}"#, r#"{"do": "category", "name": "x", "held_max": "2"}"#]
    {
        let told = post("instructions", body).json()["detail"].as_str().unwrap().to_owned();
        assert!(told.ends_with("; the field `held_max`: it is a whole number from 0 to 4294967295"), "{told}");
    }
}
