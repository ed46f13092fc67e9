//! What a profile knows of a serial scanner reaches its port: line settings, framing, beeps, the lines of a memory.
//!
//! The whole service runs with a configuration, a profile of the place and a real pseudo-terminal as the scanner.
//! Deliberately absent: USB ids, which the rig has.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::fs::{Mode, OFlags};
use rustix::termios::{ControlModes, tcgetattr};
use scanstation::domain::{Event, EventSeq};
use scanstation::source::pretend::Terminal;
use scanstation::store::Reader;

use super::PATIENCE;

const PROFILE: &str = r#"
[[profile]]
name = "ours"
title = "A scanner of this place"
mode = "serial"
ids = []
serial = { baud = 19200, parity = "even", exclusive = false, framing = { terminator = "etx" } }
answer = { good = "16 07 0D", no = "07 07" }

[[profile]]
name = "ours-memory"
title = "A memory of this place"
mode = "serial"
ids = []
serial = { reply = "ack-nak", framing = { stale = "accept" } }
batch = { columns = ["code", "skip", "date", "time"], separator = ";", time = "%d.%m.%Y %H:%M" }
"#;

struct Service {
    child: Child,
    folder: tempfile::TempDir,
}

impl Service {
    /// The service on a store with one person and one unit, with one scanner of that profile.
    fn start(scanner: &Terminal, profile: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("devices")).unwrap();
        fs::write(at("devices/ours.toml"), PROFILE).unwrap();
        fs::write(at("people.csv"), "badge,name,role\n100,Ana,operator\n").unwrap();
        fs::write(at("units.csv"), "tag,maker,model\nAT-000001,Bosch,Drill\n").unwrap();
        let config = format!(
            "[station]\nzone = \"UTC\"\n[devices]\nprofiles = \"{}\"\n[[serial]]\ndevice = \"{}\"\nlane = \"left\"\nprofile = \"{profile}\"\n{more}",
            at("devices").display(),
            scanner.path().display(),
        );
        fs::write(at("scanstation.toml"), config).unwrap();
        for list in ["people", "units"] {
            let file = at(&format!("{list}.csv"));
            let said = program(folder.path()).args(["import", list]).arg(file).output().unwrap();
            assert!(said.status.success(), "{said:?}");
        }
        let mut command = program(folder.path());
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let ready = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        assert!(ready.contains("ready"), "{ready}");
        Self { child, folder }
    }

    /// Kinds, times and words of the events that scans left.
    fn ledger(&self) -> Vec<String> {
        let reader = Reader::open(&self.folder.path().join("store")).unwrap();
        let events = reader.events(EventSeq(0), 1_000).unwrap();
        let scanned = events.iter().filter(|it| it.scan.is_some());
        let late = |it: &Event| if it.body.as_ref().unwrap().get("late_s").is_some() { "late" } else { "now" };
        scanned.map(|it| format!("{} {} {}", it.event_time, it.kind, late(it))).collect()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scanstation"));
    command.env("SCANSTATION_DATA", folder.join("store")).env("SCANSTATION_CONFIG", folder.join("scanstation.toml"));
    command.env_remove("SCANSTATION_LISTEN");
    command
}

/// Reads from the scanner's side until so many bytes have come.
#[track_caller]
fn heard(scanner: &Terminal, many: usize) -> Vec<u8> {
    let mut heard = Vec::new();
    while heard.len() < many {
        let more = scanner.read(PATIENCE).unwrap();
        assert!(!more.is_empty(), "only {heard:02x?} came back");
        heard.extend(more);
    }
    heard
}

#[test]
fn line_settings_framing_and_beeps_of_a_profile_reach_the_port() {
    let scanner = Terminal::open().unwrap();
    let _service = Service::start(&scanner, "ours", "baud = 38400\n");
    let port = rustix::fs::open(scanner.path(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    let line = tcgetattr(&port).unwrap();
    assert_eq!(line.output_speed(), 38_400, "what the configuration says wins");
    // A pseudo-terminal keeps what it was set to, though it has no line: even parity is PARENB without PARODD.
    let parity = line.control_modes & (ControlModes::PARENB | ControlModes::PARODD);
    assert!(parity == ControlModes::PARENB || parity.is_empty(), "{parity:?}");
    scanner.write(b"BDG-100\x03").unwrap();
    assert_eq!(heard(&scanner, 3), [0x16, 0x07, 0x0d], "good");
    scanner.write(b"AT-999999\x03").unwrap();
    assert_eq!(heard(&scanner, 2), [0x07, 0x07], "no");
}

#[test]
fn a_scanner_that_no_profile_knows_hears_nothing() {
    let scanner = Terminal::open().unwrap();
    let service = Service::start(&scanner, "none", "reply = \"ack-nak\"\n");
    scanner.write(b"BDG-100\r").unwrap();
    // The ACK was asked for by the configuration; a beep would stand behind it.
    assert_eq!(heard(&scanner, 1), [0x06]);
    scanner.write(b"AT-000001\r").unwrap();
    assert_eq!(heard(&scanner, 1), [0x06]);
    assert_eq!(service.ledger().len(), 2);
}

#[test]
fn a_memory_that_is_emptied_over_its_cable_is_booked_at_its_times_and_once() {
    let scanner = Terminal::open().unwrap();
    let service = Service::start(&scanner, "ours-memory", "");
    let dump = b"BDG-100;QR;02.03.2026;09:15\r\nAT-000001;QR;02.03.2026;09:16\r\nAT-000001;QR;02.03.2026;09:40\r\n";
    scanner.write(dump).unwrap();
    assert_eq!(heard(&scanner, 3), [0x06; 3]);
    // Twenty-four minutes later, by the scanner's clock, Ana had left: nobody brings the unit back in her name.
    let expected = [
        "2026-03-02T09:15:00Z session-opened late",
        "2026-03-02T09:16:00Z checked-out late",
        "2026-03-02T09:40:00Z refused late",
    ];
    let first = service.ledger();
    assert_eq!(first, expected);
    // Sent again in another pass, as a scanner does whose memory was not cleared: it hears ACK and nothing is booked.
    scanner.write(dump).unwrap();
    assert_eq!(heard(&scanner, 3), [0x06; 3]);
    assert_eq!(service.ledger(), first);
}
