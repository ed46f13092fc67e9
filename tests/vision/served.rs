//! A camera through the whole shipped program: configured, served, its child's symbols in the ledger.
//!
//! The camera is a folder of pictures, which goes through the same child process as a lens.
//! Deliberately absent: a lens, which the rig's virtual machine has.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::Path;

use scanstation::domain::{Body, EventKind, EventSeq};
use scanstation::store::Reader;
use scanstation::vision::{Luma, picture as picture_of};

use super::camera::save;
use super::draw::{Message, code128, on_paper, qr, side_by_side};
use crate::service::crib;
use crate::service::program::Service;

/// A crib whose camera sees these pictures, each followed by an empty one.
fn serve(folder: &Path, pictures: &[Luma], more: &str) -> Service {
    let (store, film) = (folder.join("store"), folder.join("film"));
    std::fs::create_dir_all(&store).unwrap();
    std::fs::create_dir_all(&film).unwrap();
    crib(&store);
    for (number, picture) in pictures.iter().enumerate() {
        save(picture, &film.join(format!("{number}-0.png")));
        save(&Luma::flat(200, 200, 90), &film.join(format!("{number}-1.png")));
    }
    let film = film.display();
    let mut config = format!("[[camera]]\nname = \"lens\"\nlane = \"left\"\nfolder = \"{film}\"\nrate = 240\n");
    // An unoptimised build on a busy machine takes longer than a picture's time.
    writeln!(config, "budget_ms = 20000\n{more}").unwrap();
    std::fs::write(folder.join("station.toml"), config).unwrap();
    Service::configured(&store, &folder.join("station.toml"))
}

/// An answer, head and body.
fn ask(service: &Service, path: &str) -> (String, Vec<u8>) {
    request(service, "GET", path)
}

/// What came of a still, as JSON.
fn still(service: &Service, path: &str) -> serde_json::Value {
    let (head, body) = request(service, "POST", path);
    serde_json::from_slice(&body).unwrap_or_else(|it| panic!("{it}: {head}"))
}

/// Scans at the side of the window.
fn scan(service: &Service, code: &str) {
    let (head, _) = sent(service, "POST", "/api/v1/scans", &format!(r#"{{"data":"{code}","lane":"window"}}"#));
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
}

fn request(service: &Service, method: &str, path: &str) -> (String, Vec<u8>) {
    sent(service, method, path, "")
}

fn sent(service: &Service, method: &str, path: &str, body: &str) -> (String, Vec<u8>) {
    let mut stream = service.connect();
    let (host, length) = (&service.address, body.len());
    let length = if method == "POST" { format!("Content-Length: {length}\r\n") } else { String::new() };
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{length}Connection: close\r\n\r\n{body}").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
    (String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end + 4..].to_vec())
}

fn label(text: &str) -> Luma {
    on_paper(&qr(Message::Text(text)), 4)
}

#[test]
fn what_a_configured_camera_sees_is_booked_on_its_lane() {
    let folder = tempfile::tempdir().unwrap();
    let service = serve(folder.path(), &[label("BDG-lane-1"), label("AT-000007")], "");
    let mut screen = service.screen_from_the_start();
    screen.wait_for("Out to Person 1: Bosch GSR 18V-60");
    screen.wait_for("\"lane\":\"left\"");
    drop(service);
    let events = Reader::open(&folder.path().join("store")).unwrap().events(EventSeq(0), 10_000).unwrap();
    assert_eq!(events.iter().filter(|it| it.kind == EventKind::CheckedOut).count(), 1);
}

#[test]
fn the_symbols_of_one_label_come_through_as_one_reading_with_one_answer() {
    if !scanstation::vision::HAS_SECOND_ENGINE {
        crate::skip::skipped("it was built without the second engine");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let both = side_by_side(&[on_paper(&code128("1TL2401"), 2), label("AT-000007")]);
    let service = serve(folder.path(), &[both], "symbologies = [\"QRCode\", \"Code128\"]");
    service.screen_from_the_start().wait_for("Beside it: lot L2401.");
    drop(service);
    let journal = rusqlite::Connection::open(folder.path().join("store/station.db")).unwrap();
    let count = |what: &str| -> i64 {
        journal.query_row(&format!("SELECT count(*) FROM scan WHERE {what}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("reading IS NOT NULL"), count("outcome IS NOT NULL")), (2, 1));
}

#[test]
fn a_camera_can_be_watched_only_if_the_configuration_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let service = serve(folder.path(), &[label("AT-000007")], "again = true");
    assert_eq!(ask(&service, "/api/v1/cameras").1, br#"[{"name":"lens","lane":"left","preview":false}]"#);
    let (head, _) = ask(&service, "/api/v1/cameras/lens/preview");
    assert!(head.starts_with("HTTP/1.1 404"), "{head}");
}

#[test]
fn a_watcher_gets_picture_after_picture_with_what_was_found_in_each() {
    let folder = tempfile::tempdir().unwrap();
    let service = serve(folder.path(), &[label("AT-000007")], "again = true\npreview = true");
    assert_eq!(ask(&service, "/api/v1/cameras").1, br#"[{"name":"lens","lane":"left","preview":true}]"#);
    let mut last = 0;
    loop {
        let (head, body) = ask(&service, &format!("/api/v1/cameras/lens/preview?after={last}"));
        if head.starts_with("HTTP/1.1 204") {
            continue;
        }
        assert!(head.contains("content-type: image/jpeg"), "{head}");
        let sight = head.lines().find_map(|it| it.strip_prefix("scanstation-sight: ")).unwrap();
        let sight: serde_json::Value = serde_json::from_str(sight).unwrap();
        let number = sight["number"].as_u64().unwrap();
        assert!(number > last);
        last = number;
        let image = picture_of(&body).unwrap();
        assert_eq!(sight["width"].as_u64(), Some(image.width() as u64));
        if sight["outlines"].as_array().is_some_and(|it| it.len() == 1) {
            break;
        }
    }
}

/// The bodies of the stills that are bound, oldest first, each with its unit.
fn bound(store: &Path) -> Vec<(Option<i64>, Body)> {
    let events = Reader::open(store).unwrap().events(EventSeq(0), 10_000).unwrap();
    let stills = events.into_iter().filter(|it| it.kind == EventKind::StillBound);
    stills.map(|it| (it.unit.map(|it| it.0), it.body.unwrap())).collect()
}

#[test]
fn a_still_of_the_camera_is_kept_for_the_unknown_code_the_damage_and_each_identifier() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let service = serve(folder.path(), &[label("lens cap")], "again = true\nsymbologies = [\"EAN13\"]");
    let take = |query: &str| still(&service, &format!("/api/v1/cameras/lens/still?{query}"));
    assert_eq!(take("lane=window")["status"], 403, "nobody is at that side");
    scan(&service, "BDG-lane-1");
    assert_eq!(take("lane=window")["answer"]["why"], "Damage or unknown code first, then the picture");
    scan(&service, "CHUCK-77");
    let shown = take("lane=window");
    assert_eq!(shown["answer"]["why"], "Picture kept for the unknown code", "{shown}");
    let parked = Reader::open(&store).unwrap().parked(10).unwrap();
    assert_eq!(parked[0].still.as_deref(), shown["still"].as_str());
    let by_number = take(&format!("lane=window&event={}", parked[0].id.0));
    assert!(by_number["event"].as_i64() > Some(parked[0].id.0), "{by_number}");
    scan(&service, "!CMD:DAMAGED");
    scan(&service, "AT-000007");
    assert_eq!(take("lane=window")["answer"]["why"], "Picture kept for AT-000007");
    for _ in 0..2 {
        assert!(take("lane=window&unit=AT-000007&identifier=tag")["event"].is_i64());
    }
    assert_eq!(take("lane=window&unit=AT-000007&identifier=imei")["status"], 409);
    assert_eq!(take("lane=window&unit=AT-000007")["status"], 400);
    let picture = shown["still"].as_str().unwrap();
    let (head, jpeg) = ask(&service, &format!("/api/v1/stills/{picture}?lane=window"));
    assert!(head.contains("content-type: image/jpeg"), "{head}");
    assert!(picture_of(&jpeg).unwrap().width() >= 100);
    let unit = ask(&service, "/api/v1/units/AT-000007?lane=window").1;
    let unit: serde_json::Value = serde_json::from_slice(&unit).unwrap();
    let stills = |kind: &str| {
        let all = unit["identifiers"].as_array().unwrap();
        all.iter().find(|it| it["kind"] == kind).unwrap()["stills"].as_array().unwrap().len()
    };
    assert_eq!(stills("tag"), 2);
    drop(service);
    let bound = bound(&store);
    let shows = |it: &Body| it.get("of").is_some() || it.get("identifier").is_some_and(|it| it.starts_with("tag "));
    assert_eq!(bound.len(), 5);
    assert!(bound.iter().all(|(_, it)| it.get("still").is_some_and(|it| it.len() == 64) && shows(it)));
    assert_eq!(bound.iter().filter(|(unit, _)| unit.is_some()).count(), 3);
}

#[test]
fn a_camera_without_pictures_keeps_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let service = serve(folder.path(), &[], "");
    scan(&service, "BDG-lane-1");
    let told = still(&service, "/api/v1/cameras/lens/still?lane=window");
    assert_eq!((&told["status"], &told["type"]), (&504.into(), &"/problems/no-picture".into()), "{told}");
    assert_eq!(still(&service, "/api/v1/cameras/other/still?lane=window")["status"], 404);
    assert!(!folder.path().join("store/stills").exists());
}
