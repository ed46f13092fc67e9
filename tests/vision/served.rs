//! A camera through the whole shipped program: configured, served, its child's symbols in the ledger.
//!
//! The camera is a folder of pictures, which goes through the same child process as a lens.
//! Deliberately absent: a lens, which the rig's virtual machine has.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::Path;

use scanstation::domain::{EventKind, EventSeq};
use scanstation::store::Reader;
use scanstation::vision::{Luma, picture};

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
    let mut stream = service.connect();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", service.address).unwrap();
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
    assert_eq!(ask(&service, "/api/v1/cameras").1, b"[]");
    let (head, _) = ask(&service, "/api/v1/cameras/lens/preview");
    assert!(head.starts_with("HTTP/1.1 404"), "{head}");
}

#[test]
fn a_watcher_gets_picture_after_picture_with_what_was_found_in_each() {
    let folder = tempfile::tempdir().unwrap();
    let service = serve(folder.path(), &[label("AT-000007")], "again = true\npreview = true");
    assert_eq!(ask(&service, "/api/v1/cameras").1, b"[\"lens\"]");
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
        let image = picture(&body).unwrap();
        assert_eq!(sight["width"].as_u64(), Some(image.width() as u64));
        if sight["outlines"].as_array().is_some_and(|it| it.len() == 1) {
            break;
        }
    }
}
