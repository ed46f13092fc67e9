//! `scanstation decode` and `camera` as a person or a program calls them, through the shipped binary.
//!
//! Deliberately absent: what is read of difficult pictures, which the other files of this folder hold.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output};

use scanstation::vision::{HAS_SECOND_ENGINE, Luma};
use serde_json::Value;

use super::camera::save;
use super::draw::{Message, on_paper, qr};

fn run(folder: &Path, words: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scanstation"));
    let Output { status, stdout, stderr } = command.current_dir(folder).args(words).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::create_dir_all(path.join("box/inner")).unwrap();
    save(&on_paper(&qr(Message::Gs1(b"0109521101530001\x1d10LOT7")), 4), &path.join("gs1.png"));
    save(&on_paper(&qr(Message::Text("SN-2")), 4), &path.join("box/b.png"));
    save(&Luma::flat(60, 40, 200), &path.join("box/a.png"));
    save(&on_paper(&qr(Message::Text("SN-1")), 4), &path.join("box/inner/c.png"));
    std::fs::write(path.join("box/notes.txt"), "no picture").unwrap();
    std::fs::write(path.join("torn.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    folder
}

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

#[test]
fn a_line_of_json_says_everything_about_a_file() {
    let folder = folder();
    let words = ["decode", "--json", "--budget", "60000", "--engine", "own", "gs1.png"];
    let (status, out, _) = run(folder.path(), &words);
    assert_eq!(status, Some(0));
    let [line] = lines(&out).try_into().unwrap();
    assert!(out.starts_with(r#"{"file":"gs1.png","width":164,"height":164,"ms":"#), "{out}");
    assert!(out.contains(r#""text":"0109521101530001\u001d10LOT7""#), "{out}");
    let symbol = &line["symbols"][0];
    let named: Vec<&str> = symbol.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(named, ["aim", "bytes", "confidence", "corners", "engine", "grade", "symbology", "text"]);
    assert_eq!(
        (&symbol["symbology"], &symbol["aim"], &symbol["engine"]),
        (&"QRCode".into(), &"]Q3".into(), &"own-segments".into())
    );
    assert_eq!(symbol["bytes"], "303130393532313130313533303030311d31304c4f5437");
    let corners: Vec<(f64, f64)> = serde_json::from_value(symbol["corners"].clone()).unwrap();
    for (found, expected) in corners.iter().zip([(16.0, 16.0), (148.0, 16.0), (148.0, 148.0), (16.0, 148.0)]) {
        assert!((found.0 - expected.0).abs() < 2.0 && (found.1 - expected.1).abs() < 2.0, "{corners:?}");
    }
}

#[test]
fn files_come_in_the_order_given_folders_by_name_and_each_has_its_line() {
    let folder = folder();
    let words = ["decode", "--json", "--budget", "60000", "--engine", "own", "torn.png", "box", "none.png", "gs1.png"];
    let (status, out, _) = run(folder.path(), &words);
    assert_eq!(status, Some(7), "one could not be read");
    let lines = lines(&out);
    let files: Vec<&str> = lines.iter().map(|it| it["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["torn.png", "box/a.png", "box/b.png", "box/inner/c.png", "none.png", "gs1.png"]);
    let broken: Vec<bool> = lines.iter().map(|it| it["error"].is_string()).collect();
    assert_eq!(broken, [true, false, false, false, true, false]);
    let read: Vec<usize> = lines.iter().map(|it| it["symbols"].as_array().unwrap().len()).collect();
    assert_eq!(read, [0, 0, 1, 1, 0, 1]);
}

#[test]
fn the_exit_code_says_whether_all_were_read_and_a_wrong_word_is_explained() {
    let folder = folder();
    let own = ["decode", "--budget", "60000", "--engine", "own"];
    let decode = |files: &[&str]| run(folder.path(), &[&own, files].concat());
    let (status, out, _) = decode(&["box/b.png", "gs1.png"]);
    assert_eq!(status, Some(0));
    assert!(out.starts_with("box/b.png: QRCode SN-2 ("), "{out}");
    assert_eq!(decode(&["box/b.png", "box/a.png"]).0, Some(1));
    let (status, _, said) = run(folder.path(), &["decode", "--symbologies", "QRCode,Barcode", "gs1.png"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("`Barcode` is no symbology; known are QRCode, MicroQR, rMQR, DataMatrix"), "{said}");
    let (_, out, _) = run(folder.path(), &["decode", "--symbologies", "EAN13", "--engine", "own", "gs1.png"]);
    assert!(out.starts_with("gs1.png: no symbol ("), "{out}");
}

#[test]
fn a_build_without_a_part_says_so_and_names_the_feature() {
    let folder = folder();
    let decode = |list: &str| run(folder.path(), &["decode", "--budget", "60000", "--symbologies", list, "gs1.png"]);
    let ((status, out, said), (alone, _, refused)) = (decode("QRCode,Code128"), decode("Code128"));
    assert_eq!(status, Some(0), "{said}");
    assert!(out.starts_with("gs1.png: QRCode "), "{out}");
    let missing = "does not read Code128; build it with the feature `second-engine`";
    assert_eq!(said.contains(missing), !HAS_SECOND_ENGINE, "{said}");
    assert_eq!(refused.contains(missing), !HAS_SECOND_ENGINE, "{refused}");
    assert_eq!(alone, Some(if HAS_SECOND_ENGINE { 1 } else { 7 }), "{refused}");
    let (status, _, said) = run(folder.path(), &["camera", "list"]);
    let missing = "this build has no camera; build it with the feature `camera`";
    assert_eq!(said.contains(missing), cfg!(not(feature = "camera")), "{said}");
    assert!(cfg!(feature = "camera") || status != Some(0));
    let (as_json, out, _) = run(folder.path(), &["camera", "list", "--json"]);
    assert_eq!(as_json, status);
    assert!(out.starts_with('[') == cfg!(feature = "camera") && lines(&out).len() < 2, "{out}");
}

#[test]
fn a_terminal_shows_how_far_it_is_and_results_stand_on_lines_of_their_own() {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let folder = folder();
    let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&near).unwrap();
    unlockpt(&near).unwrap();
    let name = ptsname(&near, Vec::new()).unwrap().into_string().unwrap();
    let far = std::fs::OpenOptions::new().read(true).write(true).open(name).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_scanstation"));
    command.current_dir(folder.path()).args(["decode", "--budget", "60000", "--engine", "own", "box/a.png", "gs1.png"]);
    command.stdout(far.try_clone().unwrap()).stderr(far);
    assert_eq!(command.status().unwrap().code(), Some(1));
    drop(command); // With it the last end that writes.
    let mut shown = Vec::new();
    // A terminal whose other end has gone says so by an error.
    std::fs::File::from(near).read_to_end(&mut shown).ok();
    let shown = String::from_utf8(shown).unwrap();
    assert!(shown.contains("[###############...............] 1/2 box/a.png"), "{shown:?}");
    assert!(shown.contains("2/2 gs1.png\u{1b}[K\r\u{1b}[Kgs1.png: QRCode "), "{shown:?}");
}

#[test]
fn a_camera_is_tried_and_a_picture_of_it_is_saved() {
    let folder = folder();
    let (status, out, _) =
        run(folder.path(), &["camera", "tune", "--folder", "box", "--budget", "60000", "--symbologies", "QRCode"]);
    assert_eq!(status, Some(0));
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(out.lines().any(|it| it.contains("QRCode SN-2 (legibility")), "{out}");
    for (file, begins) in [("seen.pgm", &b"P5\n60 40\n255\n"[..]), ("seen.jpg", &b"\xff\xd8\xff"[..])] {
        let (status, _, said) = run(folder.path(), &["camera", "snap", "--folder", "box", file]);
        assert_eq!(status, Some(0), "{said}");
        assert!(std::fs::read(folder.path().join(file)).unwrap().starts_with(begins));
    }
    let (status, _, said) = run(folder.path(), &["camera", "snap", "--device", "/dev/video77", "x.jpg"]);
    assert_eq!(status, Some(7));
    assert!(said.contains("/dev/video77") || said.contains("no camera"), "{said}");
}
