//! What is refused, and how: unreadable, foreign, too large, too many, too slow.

use std::io::{ErrorKind, Read, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use scanstation::http::{Eyes, HttpError, Options, run};
use scanstation::station;
use tokio::sync::watch;

use super::{Bench, Sizes};

#[track_caller]
fn check(bench: &Bench, headers: &[(&str, &str)], body: &str, expected: (u16, &str)) {
    let answer = bench.client().post("/api/v1/scans", headers, body.as_bytes());
    assert_eq!(answer.field("content-type"), Some("application/problem+json"), "{}", answer.text());
    let problem = answer.json();
    assert_eq!((answer.status, problem["type"].as_str().unwrap()), expected, "{body} {problem}");
    assert_eq!(problem["status"], answer.status);
}

#[test]
fn a_request_that_cannot_be_read_is_told_why_and_leaves_nothing() {
    let bench = Bench::new();
    let before = bench.client().get("/api/v1/state", &[]).json()["head"].clone();
    let unreadable = (400, "/problems/unreadable");
    for body in ["{}", "nothing", "[]", r#"{"data":1}"#, r#"{"data":"1","bytes_hex":"31"}"#, r#"{"bytes_hex":"3"}"#] {
        check(&bench, &[], body, unreadable);
    }
    // Its fields in their order are no object.
    check(&bench, &[], r#"["1",null,null,null,null,false]"#, unreadable);
    let said = bench.client().post("/api/v1/scans", &[], b"[]").json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(said, r#"the body must be a JSON object like {"data": "…"}; this one is an array"#);
    check(&bench, &[], r#"{"data":"1","lane":"a b"}"#, unreadable);
    check(&bench, &[], r#"{"data":"1","aim":"C1"}"#, unreadable);
    check(&bench, &[("Idempotency-Key", &"k".repeat(129))], r#"{"data":"1"}"#, unreadable);
    let large = format!(r#"{{"data":"{}"}}"#, "a".repeat(8 * 1024 + 1));
    check(&bench, &[], &large, (413, "/problems/too-large"));
    // Also by a client that sends all of it before it reads.
    check(&bench, &[], &"a".repeat(5_000_000), (413, "/problems/too-large"));
    assert_eq!(bench.client().get("/api/v1/state", &[]).json()["head"], before);
    let largest = format!(r#"{{"data":"{}"}}"#, "a".repeat(8 * 1024));
    let answer = bench.client().post("/api/v1/scans", &[], largest.as_bytes());
    assert_eq!(answer.status, 200);
    assert!(
        !answer.json()["because"].as_str().unwrap().contains("longer than any symbol"),
        "what is taken is looked at"
    );
}

#[test]
fn a_name_that_is_not_ours_and_a_page_that_is_not_ours_are_refused_everywhere() {
    let bench = Bench::with(Options { hosts: vec!["crib.example".to_owned()], ..Options::default() }, Sizes::USUAL);
    let foreign_host = [("Host", "evil.example")];
    let foreign_page = [("Origin", "http://evil.example")];
    for path in ["/", "/api/v1/units", "/api/v1/updates", "/metrics", "/assets/app.js"] {
        assert_eq!(bench.client().get(path, &foreign_host).status, 421, "{path}");
        assert_eq!(bench.client().get(path, &foreign_page).status, 403, "{path}");
    }
    check(&bench, &foreign_host, r#"{"data":"1"}"#, (421, "/problems/foreign-host"));
    check(&bench, &foreign_page, r#"{"data":"1"}"#, (403, "/problems/foreign-origin"));
    assert_eq!(bench.client().get("/", &[("Host", "crib.example:8080")]).status, 200);
}

#[test]
fn an_address_that_others_can_reach_is_refused_with_a_sentence() {
    let bench = Bench::new();
    let listener = TcpListener::bind(("0.0.0.0", 0)).unwrap();
    let (_stop, stopped) = watch::channel(false);
    let folder = bench.folder.path().to_owned();
    let refused =
        run(Options::default(), listener, bench.handle(), folder, station::clock::start(), Eyes::new(), stopped);
    let error = refused.expect_err("it listens to the world");
    assert!(matches!(error, HttpError::OpenToNetwork(_)), "{error}");
    assert!(error.to_string().contains("listen on 127.0.0.1"), "{error}");
}

#[test]
fn unknown_addresses_and_methods_are_problems_too() {
    let bench = Bench::new();
    let mut client = bench.client();
    for (line, status) in [
        ("GET /nothing", 404),
        ("GET /api/v1/units/999999", 404),
        ("GET /api/v1/units/AT-999999", 404),
        ("GET /api/v1/people/x", 404),
        ("DELETE /api/v1/scans", 405),
        ("GET /api/v1/events?after=x", 400),
        ("GET /api/v1/updates?after=x", 400),
        ("POST /api/v1/updates", 405),
        ("POST /api/v1/import/units?dry-run=true", 400),
        ("POST /api/v1/instructions?why=x", 400),
        ("POST /api/v1/scans?lane=left", 400),
        ("GET /api/v1/units?limmit=3", 400),
    ] {
        client.request(line, &[], b"");
        let answer = client.answer();
        assert_eq!((answer.status, answer.field("content-type")), (status, Some("application/problem+json")), "{line}");
        assert_eq!(answer.field("allow").is_some(), status == 405, "{line}");
    }
}

#[test]
fn a_live_stream_has_no_head() {
    let bench = Bench::new();
    let mut client = bench.client();
    client.request("HEAD /api/v1/updates", &[], b"");
    assert!(client.head().starts_with("HTTP/1.1 405 "));
}

#[test]
fn a_part_of_a_scan_that_nobody_knows_is_named_and_nothing_is_recorded() {
    let bench = Bench::new();
    let head = bench.handle().view().borrow().head;
    let answer = bench.client().post("/api/v1/scans", &[], br#"{"data":"AT-100001","lanes":"left"}"#);
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(answer.status, 400);
    assert!(detail.contains("unknown field `lanes`, expected one of `data`, `bytes_hex`, `aim`, `lane`"), "{detail}");
    assert_eq!(bench.handle().view().borrow().head, head);
    bench.scan("BDG-1002", "web");
    let sale = r#"{"to":"Ada","how":"sale","date":"2026-02-03","proof":"9","price":"5"}"#;
    for (path, body) in [("cases/1/resolve", r#"{"why":"x","note":"y"}"#), ("units/AT-100001/owners", sale)] {
        let answer = bench.client().post(&format!("/api/v1/{path}"), &[], body.as_bytes());
        assert!(answer.status == 400 && answer.text().contains("unknown field"), "{path}: {}", answer.text());
    }
}

#[test]
fn a_full_queue_is_told_at_once_and_nothing_of_the_request_is_done() {
    let bench = Bench::with(Options::default(), Sizes { queue_max: 1, ..Sizes::USUAL });
    let (release, released) = mpsc::channel::<()>();
    let (began, begun) = mpsc::channel::<()>();
    let working = bench.handle().work(move |_, _| {
        began.send(()).unwrap();
        released.recv().ok();
    });
    drop(working.unwrap());
    begun.recv().unwrap();
    // One request fits into the queue; the station is busy, so it waits there.
    let mut waiting = bench.client();
    waiting.request("POST /api/v1/scans", &[], br#"{"data":"AT-100001"}"#);
    let full = loop {
        let answer =
            bench.client().post("/api/v1/scans", &[("Idempotency-Key", "refused")], br#"{"data":"AT-100002"}"#);
        if answer.status == 503 {
            break answer;
        }
    };
    assert_eq!((full.field("retry-after"), full.json()["type"].as_str()), (Some("1"), Some("/problems/busy")));
    release.send(()).unwrap();
    assert_eq!(waiting.answer().status, 200);
}

#[test]
fn one_connection_too_many_is_told_and_the_others_go_on() {
    let bench = Bench::with(Options { connections_max: 2, ..Options::default() }, Sizes::USUAL);
    let mut kept = [bench.client(), bench.client()];
    for client in &mut kept {
        assert_eq!(client.get("/healthz", &[]).status, 200);
    }
    assert_eq!(bench.client().answer().status, 503);
    // Whoever is still sending hears it too, and not just that the connection broke.
    for _ in 0..20 {
        let mut late = bench.client();
        late.send(b"POST /api/v1/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 40000\r\n\r\n");
        late.send("A".repeat(40_000).as_bytes());
        assert_eq!(late.answer().status, 503);
    }
    for client in &mut kept {
        assert_eq!(client.get("/healthz", &[]).status, 200);
    }
}

#[test]
fn a_head_or_a_body_that_never_ends_is_given_up() {
    // Each limit alone: a busy machine may take longer for a head than one that is short enough to be waited for.
    let short = Duration::from_millis(50);
    let bench = Bench::with(Options { body_timeout: short, ..Options::default() }, Sizes::USUAL);
    let mut client = bench.client();
    client.send(b"POST /api/v1/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 20\r\n\r\n{\"data\":");
    assert_eq!(client.answer().status, 408);
    let bench = Bench::with(Options { header_timeout: short, ..Options::default() }, Sizes::USUAL);
    let mut client = bench.client();
    // It may be given up before this is sent; what is read then is the end, or that the other side has gone.
    drop(client.stream.get_mut().write_all(b"GET / HTTP/1.1\r\nHost: "));
    let ended = client.stream.read_to_end(&mut Vec::new()).map_err(|it| it.kind());
    assert!(matches!(ended, Ok(_) | Err(ErrorKind::ConnectionReset)), "the connection is closed: {ended:?}");
}
