//! Scanners that are pulled, held by others, missing, or come and go.
//!
//! A pulled cable is a closed pseudo-terminal: the kernel hangs the port up as it does for a USB device.
//! Deliberately absent: two devices that swap their names, which `source::serial::select` tries on a made-up `/sys`.

use std::os::unix::fs::symlink;
use std::path::Path;

use scanstation::domain::FaultKind;
use scanstation::source::pretend::Terminal;

use super::{Desk, Seen};

/// Opens a terminal behind a link, as a device comes back under another name.
fn plug(link: &Path) -> Terminal {
    let terminal = Terminal::open().unwrap();
    std::fs::remove_file(link).ok();
    symlink(terminal.path(), link).unwrap();
    terminal
}

/// Pulls it: its path goes first, because the system may give the number of this terminal to that of another test.
fn pull(link: &Path, terminal: Terminal) {
    std::fs::remove_file(link).unwrap();
    drop(terminal);
}

/// Reads on until the scanner is there again; what is seen before must be a fault.
#[track_caller]
fn until_attached(desk: &mut Desk) {
    loop {
        match desk.next() {
            Seen::Attached => return,
            Seen::Fault(_) => {}
            other @ (Seen::Code(_) | Seen::Discard(_)) => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_scanner_pulled_in_mid_code_is_told_of_and_read_again_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("gun");
    let terminal = plug(&link);
    let mut desk = Desk::open(&link);
    assert_eq!(desk.next(), Seen::Attached);
    terminal.write(b"AT-000123\r").unwrap();
    desk.expect("AT-000123");
    terminal.write(b"AT-00").unwrap();
    // Only when the half is read is the cable pulled: what the kernel still holds at a hang-up, it throws away.
    while desk.decoder.as_ref().is_some_and(|it| it.deadline().is_none()) {
        let input = desk.told.recv_timeout(super::PATIENCE).unwrap();
        desk.take(input);
    }
    pull(&link, terminal);
    assert_eq!(desk.next(), Seen::Discard("PulledMidway { bytes: 5 }".into()));
    assert_eq!(desk.next(), Seen::Fault(FaultKind::Disconnected));
    assert!(desk.last_fault.as_ref().unwrap().message.ends_with("gun: it was unplugged"));
    let terminal = plug(&link);
    until_attached(&mut desk);
    terminal.write(b"AT-000456\r").unwrap();
    desk.expect("AT-000456");
}

#[test]
fn a_storm_of_plugging_loses_no_code_and_no_file_descriptor() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("gun");
    let mut terminal = plug(&link);
    let mut desk = Desk::open(&link);
    let is_terminal = |path: &Path| path.starts_with("/dev/pts") || path.starts_with("/dev/ptmx");
    let links = || std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|it| it.ok()?.path().read_link().ok());
    let open = || links().filter(|it| is_terminal(it)).count();
    let before = open();
    for round in 0..100 {
        until_attached(&mut desk);
        terminal.write(format!("AT-{round:06}\r").as_bytes()).unwrap();
        desk.expect(&format!("AT-{round:06}"));
        pull(&link, terminal);
        terminal = plug(&link);
    }
    // Other tests open terminals meanwhile; a leak would be one a round.
    assert!(open() < before + 60, "{} terminals before, {} after", before, open());
}

#[test]
fn a_port_that_another_program_holds_is_busy_and_is_taken_when_it_is_free() {
    let terminal = Terminal::open().unwrap();
    let first = Desk::open(terminal.path());
    let mut second = Desk::open(terminal.path());
    assert_eq!(second.next(), Seen::Fault(FaultKind::Busy));
    drop(first);
    assert_eq!(second.next(), Seen::Attached);
}

#[test]
fn a_port_that_is_not_there_is_told_of_once_and_read_when_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("gun");
    let mut desk = Desk::open(&link);
    assert_eq!(desk.next(), Seen::Fault(FaultKind::NotFound));
    let terminal = plug(&link);
    assert_eq!(desk.next(), Seen::Attached);
    terminal.write(b"AT-000123\n").unwrap();
    desk.expect("AT-000123");
}

#[test]
fn a_file_that_is_no_serial_port_is_a_fault_with_a_cause() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gun");
    std::fs::write(&path, "no port").unwrap();
    let mut desk = Desk::open(&path);
    assert_eq!(desk.next(), Seen::Fault(FaultKind::Other));
    let message = &desk.last_fault.as_ref().unwrap().message;
    assert!(message.contains("Not a typewriter") || message.contains("ioctl"), "{message}");
}
