//! The simulated scanner as a person uses it: `printf` from another shell, read by the real serial source.
//!
//! The proof that the path that `serve --demo` prints can be written to by hand.
//! Deliberately absent: tapes, which are played elsewhere.

use std::path::Path;
use std::process::Command;

use scanstation::domain::FaultKind;
use scanstation::source::pretend::Scanner;

use super::{Desk, Seen};

fn printf(text: &str, path: &Path) {
    let script = r#"printf "$1" > "$2""#;
    let status = Command::new("sh").args(["-c", script, "sh", text]).arg(path).status().unwrap();
    assert!(status.success());
}

#[test]
fn what_a_person_prints_to_the_path_arrives_as_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let scanner = Scanner::start(folder.path()).unwrap();
    let mut desk = Desk::open(&scanner.read_from());
    assert_eq!(desk.next(), Seen::Attached);
    printf(r"AT-000123\r", &scanner.written_to());
    desk.expect("AT-000123");
    printf(r"AT-1\r\nAT-2\n\003\004\021\023AT-3\r", &scanner.written_to());
    desk.expect("AT-1");
    desk.expect("AT-2");
    desk.expect(r"\x03\x04\x11\x13AT-3");
    scanner.scan(b"AT-4\r").unwrap();
    desk.expect("AT-4");
}

#[test]
fn it_can_be_unplugged_and_plugged_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let scanner = Scanner::start(folder.path()).unwrap();
    let mut desk = Desk::open(&scanner.read_from());
    assert_eq!(desk.next(), Seen::Attached);
    scanner.unplug();
    assert_eq!(desk.next(), Seen::Fault(FaultKind::Disconnected));
    scanner.scan(b"AT-LOST\r").unwrap();
    scanner.plug().unwrap();
    while desk.next() != Seen::Attached {}
    printf(r"AT-000123\r", &scanner.written_to());
    desk.expect("AT-000123");
    drop(scanner);
    assert!(!folder.path().join("scanner").exists());
}
