//! The picture of a thing: a keeper sets it, anybody sees it at the scan, and the ledger answers for the file.

use std::ops::ControlFlow;

use scanstation::store::{self, Checks, PICTURE_MAX, STILL_MAX};
use scanstation::vision::{Luma, jpeg};
use serde_json::{Value, json};

use super::Bench;
use crate::bench::PICTURE as OWN;

const UNKNOWN: &str = "no unit bears the tag AT-999999, and none has that serial number";

/// A JPEG with something to see in every row.
fn of_model() -> Vec<u8> {
    jpeg(&Luma::from_fn(160, 120, |x, y| u8::try_from((x * 7 + y * 13) % 251).unwrap()), 80)
}

#[track_caller]
fn set(bench: &Bench, path: &str, picture: &[u8], status: u16) -> Value {
    let answer = bench.client().post(&format!("/api/v1/units/{path}"), &[], picture);
    assert_eq!(answer.status, status, "{path}: {}", answer.text());
    answer.json()
}

/// What is shown of a unit, with its type; `None` if there is nothing to be seen.
fn shown(bench: &Bench, unit: &str) -> Option<(String, Vec<u8>)> {
    let answer = bench.client().get(&format!("/api/v1/units/{unit}/picture"), &[]);
    let kind = answer.field("content-type").unwrap_or_default().to_owned();
    (answer.status == 200).then_some((kind, answer.body))
}

#[test]
fn a_keeper_sets_a_picture_and_anybody_sees_it_at_the_scan() {
    let bench = Bench::new();
    set(&bench, "AT-100001/picture", OWN, 403);
    bench.scan("BDG-1001", "web");
    set(&bench, "AT-100001/picture", OWN, 403);
    bench.scan("BDG-1002", "web");
    assert_eq!(bench.scan("AT-100001", "left")["unit"].get("picture"), None);
    let hash = set(&bench, "AT-100001/picture", OWN, 200)["still"].as_str().unwrap().to_owned();
    assert_eq!(bench.scan("AT-100001", "left")["unit"]["picture"], hash.as_str());
    assert_eq!(shown(&bench, "AT-100001"), Some(("image/png".to_owned(), OWN.to_vec())));
    assert_eq!(shown(&bench, "AT-100002"), None);
    // The model's is seen where a unit has none of its own.
    set(&bench, "AT-100001/picture?of=model", &of_model(), 200);
    assert_eq!(shown(&bench, "AT-100001").unwrap().1, OWN);
    assert_eq!(shown(&bench, "2"), Some(("image/jpeg".to_owned(), of_model())));
    let gone = json!({"do": "picture", "unit": "AT-100001"}).to_string();
    let post = |body: &str| bench.client().post("/api/v1/instructions", &[], body.as_bytes()).status;
    assert_eq!((post(&gone), post(&gone)), (200, 409));
    assert_eq!(shown(&bench, "AT-100001").unwrap().1, of_model());
}

#[test]
fn what_is_no_picture_or_too_large_is_refused_and_nothing_changes() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    set(&bench, "AT-100001/picture", b"GIF89a", 409);
    assert_eq!(set(&bench, "AT-999999/picture", OWN, 409)["detail"], UNKNOWN);
    assert!(!bench.folder.path().join("stills").exists(), "of what nobody knows no picture is kept");
    set(&bench, "AT-100001/picture?of=all", OWN, 400);
    let large = [OWN, &vec![0; PICTURE_MAX]].concat();
    let mut client = bench.client();
    client.request("POST /api/v1/units/AT-100001/picture", &[("Content-Length", &large.len().to_string())], b"");
    assert_eq!(client.answer().status, 413, "it is refused by what it announces");
    let kept = bench.client().post("/api/v1/stills", &[], &large).json()["still"].as_str().unwrap().to_owned();
    for still in [kept.as_str(), &"0".repeat(64), "../station.key"] {
        let wanted = json!({"do": "picture", "unit": "AT-100001", "still": still}).to_string();
        assert_eq!(bench.client().post("/api/v1/instructions", &[], wanted.as_bytes()).status, 409, "{still}");
    }
    assert_eq!(shown(&bench, "AT-100001"), None);
}

#[test]
fn a_still_of_what_is_not_there_is_refused_and_not_kept() {
    let bench = Bench::new();
    let post = |query: &str| bench.client().post(&format!("/api/v1/stills?{query}"), &[], OWN);
    let told = |query: &str| post(query).json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(told("event=1"), "nobody's session is open at the lane `web`; scan an operator's badge there first");
    bench.scan("BDG-1001", "web");
    assert_eq!(told("event=99999"), "there is no event 99999 in the register");
    assert_eq!(told("unit=AT-999999&identifier=tag"), UNKNOWN);
    assert_eq!(told("unit=AT-100001&identifier=imei"), "the unit bears no such imei");
    assert_eq!(post("event=99999").status, 409);
    assert!(!bench.folder.path().join("stills").exists(), "of what nobody knows no picture is kept");
    assert_eq!(post("event=1").status, 200);
}

#[test]
fn a_still_of_a_damage_is_not_seen_as_a_picture() {
    let bench = Bench::new();
    bench.scan("BDG-1001", "web");
    bench.scan("!CMD:DAMAGED", "web");
    bench.scan("AT-100001", "web");
    let kept = bench.client().post("/api/v1/stills?lane=web", &[], OWN).json();
    assert_eq!(kept["answer"]["answer"], "good", "{kept}");
    assert_eq!(shown(&bench, "AT-100001"), None);
}

#[test]
fn a_picture_is_asked_for_once_and_another_has_another_address() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let hash = set(&bench, "AT-100001/picture", OWN, 200)["still"].as_str().unwrap().to_owned();
    let named = format!("/api/v1/units/AT-100001/picture?still={hash}");
    let get = |path: &str, headers: &[(&str, &str)]| bench.client().get(path, headers);
    assert_eq!(get(&named, &[]).field("cache-control"), Some("private, max-age=31536000, immutable"));
    let bare = "/api/v1/units/AT-100001/picture";
    let first = get(bare, &[]);
    assert_eq!(first.field("cache-control"), Some("private, no-cache"));
    let tag = first.field("etag").unwrap().to_owned();
    let again = get(bare, &[("If-None-Match", &tag)]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    set(&bench, "AT-100001/picture", &of_model(), 200);
    assert_eq!(get(bare, &[("If-None-Match", &tag)]).status, 200);
    assert_eq!(get(&named, &[]).field("cache-control"), Some("private, no-cache"), "another one is there now");
}

#[test]
fn verify_says_when_a_picture_is_missing_or_changed() {
    let mut bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let set = set(&bench, "AT-100001/picture?of=model", OWN, 200);
    let (hash, event) = (set["still"].as_str().unwrap(), &set["event"]);
    bench.stop();
    let folder = bench.folder.path();
    let wrong = || store::verify(folder, Checks::ALL, |_| ControlFlow::Continue(())).unwrap().sentences.concat();
    assert!(!wrong().contains(hash), "{}", wrong());
    let file = folder.join("stills").join(hash);
    std::fs::write(&file, b"\x89PNG\r\n\x1a\nanother").unwrap();
    assert!(wrong().contains(&format!("The still {hash} of event {event} was changed.")), "{}", wrong());
    std::fs::remove_file(&file).unwrap();
    assert!(wrong().contains(&format!("The still {hash} of event {event} is missing.")), "{}", wrong());
}

#[test]
fn a_picture_that_would_be_shown_as_broken_is_not_kept_and_its_sender_hears_why() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let whole = of_model();
    let mut bomb = OWN.to_vec();
    bomb[16..24].copy_from_slice(&[0, 0, 0x2E, 0xE0, 0, 0, 0x23, 0x28]); // 12,000 by 9,000.
    for (broken, why) in [
        (&whole[..whole.len() / 2], "the picture ends in the middle; send the whole file"),
        (&OWN[..50], "the picture ends in the middle; send the whole file"),
        (b"\xff\xd8\xff<html>", "the picture cannot be shown ("),
        (b"<html>", "a picture is a PNG or a JPEG, and this is nothing that is known here"),
        (&bomb, "the picture has 12,000 × 9,000 pixels, more than"),
    ] {
        for path in ["units/AT-100001/picture", "stills", "stills?lane=web"] {
            let answer = bench.client().post(&format!("/api/v1/{path}"), &[], broken);
            let told = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(answer.status == 409 && told.starts_with(why), "{path}: {} {told}", answer.status);
        }
    }
    assert!(!bench.folder.path().join("stills").exists());
}

#[test]
fn one_picture_that_two_send_at_once_is_one_file() {
    let bench = Bench::new();
    bench.scan("BDG-1002", "web");
    let large = [of_model(), vec![0; STILL_MAX / 8]].concat();
    let hashes: Vec<String> = std::thread::scope(|scope| {
        let send = || bench.client().post("/api/v1/stills", &[], &large).json()["still"].as_str().unwrap().to_owned();
        let sent: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
        sent.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let kept: Vec<_> = std::fs::read_dir(bench.folder.path().join("stills")).unwrap().collect();
    assert!(kept.len() == 1 && hashes.iter().all(|it| *it == hashes[0]), "{kept:?}");
}
