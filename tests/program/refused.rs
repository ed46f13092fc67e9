//! What is asked wrong, or cannot be done: said with its cause and its status, in JSON to whoever asked for JSON, and nothing
//! is left of it.
//!
//! Deliberately absent: what each word does where it can be done.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};

use super::{Service, check, demo, json, program, run};
use crate::skip::skipped;

#[test]
fn a_folder_that_was_mistyped_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("crip");
    let file = folder.path().join("units.csv");
    std::fs::write(&file, "tag\nAT-000001\n").unwrap();
    let file = file.to_str().unwrap();
    let none = "there is no store at";
    check(&store, &["scan", "AT-000001"], 4, none);
    check(&store, &["import", "units", file, "--dry-run"], 4, none);
    check(&store, &["set", "hold", "AT-000001", "--why", "x"], 4, none);
    check(&store, &["correct", "1", "--why", "x"], 4, none);
    check(&store, &["restore", file], 4, "is not a database");
    assert!(!store.exists());
    check(&store, &["import", "units", file], 0, "1 unit imported");
}

#[test]
fn a_folder_that_this_user_may_not_enter_is_said_and_not_taken_for_an_empty_one() {
    if !rustix::process::geteuid().is_root() {
        return skipped("only root can become somebody else");
    }
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let file = folder.path().join("units.csv");
    std::fs::write(&file, "tag\nAT-000001\n").unwrap();
    check(&store, &["import", "units", file.to_str().unwrap()], 0, "1 unit imported");
    // A copy in a folder that everybody may enter: the built program may lie in one that not everybody may.
    let open = tempfile::tempdir().unwrap();
    std::fs::set_permissions(open.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let copy = open.path().join("scanstation");
    std::fs::copy(env!("CARGO_BIN_EXE_scanstation"), &copy).unwrap();
    let said = |words: &[&str]| {
        let mut command = Command::new(&copy);
        command.args(words).env("SCANSTATION_DATA", &store).env_remove("SCANSTATION_CONFIG");
        command.current_dir(open.path()).uid(64_124).gid(64_124);
        let output = loop {
            match command.output() {
                // A program that another test is starting just now still holds the copy open for writing.
                Err(busy) if busy.kind() == ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
                done => break done.unwrap(),
            }
        };
        let text = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
        assert!(
            text.contains("may not be read by this user") && !text.contains("there is no store"),
            "{words:?}: {text}"
        );
    };
    let words = [&["parked"][..], &["scan", "AT-000001"], &["verify"], &["checkpoint"]];
    let mode = |of: &Path, mode| std::fs::set_permissions(of, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(folder.path(), 0o755);
    mode(&store, 0o755);
    words.into_iter().for_each(said); // The folder may be entered, and its files may not be read.
    mode(folder.path(), 0o700);
    words.into_iter().chain([&["doctor"][..]]).for_each(said);
}

#[test]
fn who_asks_for_json_is_told_in_json_what_went_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let none = run(&store, &["correct", "1", "--why", "x", "--json"]);
    let told = &json(&none)[0];
    assert_eq!((none.status.code(), &told["status"], told["error"].is_string()), (Some(4), &4.into(), true));
    let service = demo(&store);
    let sale = ["--to", "Ada", "--how", "sale", "--date", "2026-02-03", "--proof", "receipt 9", "--json"];
    let noted = &json(&run(&store, &[&["owner", "AT-000123"][..], &sale].concat()))[0];
    assert_eq!((&noted["answer"], noted["event"].is_i64()), (&"done".into(), true), "{noted}");
    let unknown = run(&store, &[&["owner", "AT-999999"][..], &sale].concat());
    assert_eq!((unknown.status.code(), &json(&unknown)[0]["answer"]), (Some(1), &"no".into()));
    let large = "A".repeat(9_000);
    let refused = run(&store, &["scan", &large, "--json"]);
    assert_eq!((refused.status.code(), &json(&refused)[0]["status"]), (Some(1), &1.into()));
    check(&store, &["devices", "release", "--json"], 2, "");
    check(&store, &["devices", "--json", "udev"], 2, "--json is for the list of devices");
    assert_eq!(service.end(), Some(0));
    let alone = &json(&run(&store, &[&["owner", "AT-000123"][..], &sale].concat()))[0];
    assert_eq!((&alone["answer"], alone["event"].is_i64()), (&"done".into(), true), "{alone}");
}

#[test]
fn an_export_that_finds_no_room_leaves_nothing_and_one_in_full_is_for_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let (store, list, out) =
        (folder.path().join("store"), folder.path().join("units.csv"), folder.path().join("out.csv"));
    let rows: Vec<String> = (0..3_000).map(|it| format!("AT-{it:06},a note that fills the file\n")).collect();
    std::fs::write(&list, format!("tag,note\n{}", rows.concat())).unwrap();
    check(&store, &["import", "units", list.to_str().unwrap()], 0, "3000 units imported");
    let words = format!("exec \"$0\" export units --unmasked --out {}", out.display());
    let mut small = Command::new("sh");
    small.args(["-c", &format!("trap '' XFSZ; ulimit -f 128; {words}"), env!("CARGO_BIN_EXE_scanstation")]);
    let failed = small.env("SCANSTATION_DATA", &store).env_remove("SCANSTATION_CONFIG").output().unwrap();
    assert!(!failed.status.success() && !out.exists(), "{}", String::from_utf8_lossy(&failed.stderr));
    check(&store, &["export", "units", "--unmasked", "--out", out.to_str().unwrap()], 0, "3000 rows");
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_a_file_holds_steers_no_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let (store, list) = (folder.path().join("store"), folder.path().join("u\u{1b}[2J.csv"));
    std::fs::write(&list, "tag,no\u{1b}]0;x\u{7}\u{202e}te\nT1,x\n").unwrap();
    let said = run(&store, &["import", "units", list.to_str().unwrap()]);
    let text = [said.stdout, said.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("u\u{fffd}[2J.csv: line 1, column no\u{fffd}]0;x\u{fffd}\u{fffd}te"), "{text:?}");
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
    let rows: Vec<String> = (0..150).map(|it| format!("T{it},x\n")).collect();
    std::fs::write(&list, format!("tag,gtin\n{}", rows.concat())).unwrap();
    check(&store, &["import", "units", list.to_str().unwrap()], 1, "and 50 more problems");
}

#[test]
fn the_end_of_its_terminal_ends_the_service_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = Service::start(folder.path(), &[]);
    kill_process(Pid::from_child(&service.child), Signal::HUP).unwrap();
    assert_eq!(service.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_key_that_others_may_read_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    drop(demo(&store));
    let key = store.join(scanstation::store::KEY_FILE);
    let said = |store: &Path| {
        let output = program(store).args(["scan", "AT-000123"]).output().unwrap();
        String::from_utf8_lossy(&output.stderr).contains("has mode 0644 and not 0600")
    };
    assert!(!said(&store));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(said(&store));
}
