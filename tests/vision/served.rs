//! A camera through the whole shipped program: configured, served, its child's symbols in the ledger.
//!
//! The camera is a folder of pictures, which goes through the same child process as a lens.
//! Deliberately absent: a lens, which the rig's virtual machine has.

use std::fmt::Write as _;
use std::path::Path;

use scanstation::domain::{EventKind, EventSeq};
use scanstation::store::Reader;
use scanstation::vision::Luma;

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
