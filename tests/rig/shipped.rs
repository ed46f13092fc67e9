//! The shipped program in the machine: as its own user, with our rules, from a scan to a line of the ledger.
//!
//! The program's path comes in `RIG_STATION`. Answers are asked for over HTTP at the loopback, as any client does.
//! Deliberately absent: what the rules decide, which other tests have.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use scanstation::decode::calibration;

use super::machine::{Keys, PATIENCE, now, run, until};
use super::sim::{Gadget, scan_text, type_text, typed_abroad};

const FOLDER: &str = "/run/scanstation-rig";
const ADDRESS: &str = "127.0.0.1:8417";

pub(super) fn program() -> String {
    std::env::var("RIG_STATION").expect("RIG_STATION names the shipped program")
}

/// The service, killed when a step ends early.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts the service as its own user and waits for its ready line.
fn serve() -> Service {
    let user = ["--reuid=scanstation", "--regid=scanstation", "--clear-groups"];
    let config = format!("{FOLDER}/scanstation.toml");
    let words = ["serve", "--demo", "--data", FOLDER, "--listen", ADDRESS, "--config", &config];
    let mut command = Command::new("setpriv");
    let mut child = command.args(user).arg(program()).args(words).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.next().unwrap().unwrap();
    assert!(ready.contains(ADDRESS), "{ready}");
    // What it says later is of no interest, but it must be able to say it.
    std::thread::spawn(move || lines.map_while(Result::ok).count());
    Service(child)
}

/// Asks the service over HTTP.
fn ask(path: &str) -> String {
    let mut stream = TcpStream::connect(ADDRESS).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {ADDRESS}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Runs a word of the shipped program as root.
fn word(words: &[&str]) -> String {
    run(&program(), words)
}

/// What is configured: the wedge, both serial scanners by their USB ids, and profiles of the place for the HID POS scanner
/// and one of these.
fn configure() {
    const PROFILE: &str = "[[profile]]\nname = \"rig-acm\"\ntitle = \"Rig serial scanner\"\nmode = \"serial\"\n\
        ids = [\"1209:0003\"]\nserial = { framing = { terminator = \"etx\" } }\n\
        answer = { good = \"16 07 0D\", no = \"07 07\" }\n\
        [[profile]]\nname = \"rig-pos\"\ntitle = \"Rig HID POS scanner\"\nmode = \"hid-pos\"\n\
        ids = [\"1209:0002\"]\nanswer = { good = \"FD 03 16 07 0D\" }\n";
    fs::create_dir_all(format!("{FOLDER}/devices")).unwrap();
    fs::write(format!("{FOLDER}/devices/rig.toml"), PROFILE).unwrap();
    let config = format!(
        "[devices]\nprofiles = \"{FOLDER}/devices\"\n\
         [[serial]]\ndevice = \"1209:0003\"\nlane = \"counter\"\n\
         [[serial]]\ndevice = \"0403:6001\"\nlane = \"counter\"\n\
         [[usb_scanner]]\ndevice = \"1209:0001@1-1\"\n[usb_scanner.keyboard]\ngap_ms = 5000\n"
    );
    fs::write(format!("{FOLDER}/scanstation.toml"), config).unwrap();
    run("chown", &["-R", "scanstation:scanstation", FOLDER]);
}

/// What the station sends back to a scanner, read on its side: bytes of a line, or output reports.
fn hear(node: &str) -> Arc<Mutex<Vec<u8>>> {
    let heard: Arc<Mutex<Vec<u8>>> = Arc::default();
    let (mut port, keep) = (fs::File::open(node).unwrap(), Arc::clone(&heard));
    std::thread::spawn(move || {
        let mut bytes = [0; 64];
        while let Ok(length) = port.read(&mut bytes) {
            keep.lock().unwrap().extend_from_slice(&bytes[..length]);
        }
    });
    heard
}

/// How often a unit went out, by the ledger.
fn taken() -> usize {
    ask("/api/v1/events?after=100&limit=500").to_lowercase().matches("\"checked-out\"").count()
}

/// Runs the program as the station's user, before any rule of ours: `doctor` names what is missing, and the line.
pub(super) fn doctor_explains() {
    configure();
    let user = ["--reuid=scanstation", "--regid=scanstation", "--clear-groups"];
    let config = format!("{FOLDER}/scanstation.toml");
    let words = ["doctor", "--with", &config, "--data", FOLDER];
    let output = Command::new("setpriv").args(user).arg(program()).args(words).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line =
        said.lines().position(|it| it.contains("1209:0001@1-1: /dev/bus/usb/")).unwrap_or_else(|| panic!("{said}"));
    let mut lines = said.lines().skip(line);
    let (seen, remedy) = (lines.next().unwrap(), lines.next().unwrap());
    assert!(
        seen.starts_with("ILL ") && seen.contains("may not be opened by user scanstation (group root, mode "),
        "{seen}"
    );
    let expected = "scanstation devices udev > /etc/udev/rules.d/65-scanstation.rules && udevadm control --reload && \
                    udevadm trigger, then usermod -a -G scanstation scanstation, and plug the scanner in again";
    assert!(remedy.ends_with(expected), "{remedy}");
    println!("     {}", seen.trim_start_matches("ILL ").trim());
}

/// Lets `devices assign` wait for a scan with the twin.
fn assign() -> Child {
    let user = ["--reuid=scanstation", "--regid=scanstation", "--clear-groups"];
    let words = ["devices", "assign", "1209:0001@4-1", "--lane", "right", "--data", FOLDER];
    let mut command = Command::new("setpriv");
    command.args(user).arg(program()).args(words).stdout(Stdio::piped()).spawn().unwrap()
}

/// Nobody scanned: it gives the keyboard back and has changed nothing.
fn nobody_scans(mut assigning: Child, held: std::time::Instant) {
    until("assign has given up", || assigning.try_wait().unwrap().is_some());
    println!("     a keyboard that nobody scans with is given back after {:.1} s", held.elapsed().as_secs_f32());
    let mut said = String::new();
    assigning.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("no scan came; nothing was changed"), "{said}");
    until("the twin's driver is back", || Gadget::Twin.driver().as_deref() == Some("usbhid"));
    assert!(!std::path::Path::new(FOLDER).join("scanners.toml").exists());
}

pub(super) fn scan_to_ledger() {
    configure();
    run("stty", &["-F", "/dev/ttyGS0", "raw", "-echo"]);
    let (heard, reports) = (hear("/dev/ttyGS0"), hear("/dev/hidg1"));
    let service = serve();
    let assigning = assign();
    until("assign holds the twin", || Gadget::Twin.driver().as_deref() == Some("usbfs"));
    let held = now();
    until("the wedge is claimed", || Gadget::Wedge.driver().as_deref() == Some("usbfs"));
    until("the HID POS scanner is claimed", || Gadget::Pos.driver().as_deref() == Some("usbfs"));
    let keys = Keys::count();
    let begun = now();
    type_text(&mut Gadget::Wedge.open(), "BDG-0042\r");
    // Two devices have no order between them; a person waits for the greeting, too.
    until("the greeting", || ask("/api/v1/scans?limit=5").contains("Hello Kim Sorensen"));
    let before = taken();
    scan_text(&mut Gadget::Pos.open(), "]C0", b"AT-000123");
    until("a check-out in the ledger", || taken() == before + 1);
    until("its good beep as an output report", || reports.lock().unwrap().as_slice() == [0xfd, 3, 0x16, 7, 0x0d]);
    println!("     badge by wedge and tag by HID POS to the ledger {:.2} s", begun.elapsed().as_secs_f32());
    let mut acm = Gadget::Acm.open();
    acm.write_all(b"AT-000118\x03").unwrap();
    until("a check-out by CDC-ACM", || taken() == before + 2);
    until("its good beep", || heard.lock().unwrap().as_slice() == [0x16, 0x07, 0x0d]);
    acm.write_all(b"AT-999999\x03").unwrap();
    until("its bad beep", || heard.lock().unwrap().as_slice() == [0x16, 0x07, 0x0d, 0x07, 0x07]);
    let mut ftdi = fs::OpenOptions::new().write(true).open("/dev/virtio-ports/rig.ftdi").unwrap();
    ftdi.write_all(b"AT-000119\r\n").unwrap();
    until("a check-out by FTDI", || taken() == before + 3);
    assert_eq!(keys.so_far(), 0, "keys reached the console");
    nobody_scans(assigning, held);
    let config = format!("{FOLDER}/scanstation.toml");
    let shown = word(&["devices", "--config", &config, "--data", FOLDER]);
    let row = |device: &str| shown.lines().find(|it| it.starts_with(device)).unwrap_or_default().to_owned();
    let (wedge, pos) = (row("1209:0001@1-1"), row("1209:0002:P0001"));
    assert!(wedge.contains(" keyboard ") && wedge.ends_with(" read"), "{shown}");
    // Claimed, it shows no descriptor: what it is, the running station says.
    assert!(pos.contains(" HID POS ") && pos.ends_with(" read"), "{shown}");
    drop(service); // Kills it.
    until("nobody holds the wedge", || Gadget::Wedge.driver().is_none());
    // The command of the unit's ExecStopPost.
    let said = word(&["devices", "release"]);
    assert!(said.contains("Rig wedge scanner at 1-1: given back"), "{said}");
    until("the kernel's driver is back", || Gadget::Wedge.driver().as_deref() == Some("usbhid"));
    let service = serve();
    assert_eq!(taken(), before + 3, "what was answered before the kill is there after it");
    drop(service);
    let said = word(&["verify", "--data", FOLDER]);
    println!("     verify: {}", said.lines().next().unwrap_or_default());
}

/// Types as a German keyboard would until something holds: a stalled machine may cut a code in two, then the person
/// scans again.
fn type_until(what: &str, text: &str, mut holds: impl FnMut() -> bool) {
    let mut last: Option<std::time::Instant> = None;
    until(what, || {
        if last.is_none_or(|it| it.elapsed() > PATIENCE / 10) {
            let mut port = Gadget::Twin.open();
            for report in typed_abroad("de", text) {
                port.write_all(&report).unwrap();
            }
            last = Some(now());
        }
        holds()
    });
}

pub(super) fn assign_by_a_scan() {
    configure();
    let service = serve();
    until("the wedge is claimed", || Gadget::Wedge.driver().as_deref() == Some("usbfs"));
    assert_eq!(Gadget::Twin.driver().as_deref(), Some("usbhid"), "nobody has said that the twin is a scanner");
    let mut assigning = assign();
    until("assign holds the twin", || Gadget::Twin.driver().as_deref() == Some("usbfs"));
    type_text(&mut Gadget::Twin.open(), "ANYTHING\r");
    assert!(assigning.wait().unwrap().success());
    let mut said = String::new();
    assigning.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("read \"") && said.contains("1209:0001@4-1 is a scanner from now on"), "{said}");
    let taken = until("the running station takes the twin", || Gadget::Twin.driver().as_deref() == Some("usbfs"));
    println!("     assigned to read by the running station {:.2} s", taken.as_secs_f32());
    until("its thread reads", || ask("/api/v1/state").contains("1209:0001@4-1"));
    // The twin is set to German: a badge is not understood, then the card teaches, then it is.
    let (badge, card) = ("BDG-0021\r", format!("{}\r", calibration::card()));
    let read = || word(&["export", "scans", "--unmasked", "--data", FOLDER]);
    type_until("what is not understood", badge, || read().contains("BDG/0021"));
    assert!(!ask("/api/v1/scans?limit=5").contains("Hello Jonas Weber"));
    let taught = "Calibration card: layout de, scans end by Enter; GS arrives";
    type_until("what the card taught", &card, || ask("/api/v1/state").contains(taught));
    let kept = fs::read_to_string(format!("{FOLDER}/scanners.toml")).unwrap();
    assert!(kept.contains("layout = \"de\"") && kept.contains("lane = \"right\""), "{kept}");
    type_until("the greeting on the right side", badge, || {
        let scans = ask("/api/v1/scans?limit=5");
        scans.contains("Hello Jonas Weber") && scans.contains("\"lane\":\"right\"")
    });
    drop(service);
    fs::remove_file(format!("{FOLDER}/scanners.toml")).unwrap();
    word(&["devices", "release"]);
    until("the kernel's driver is back", || Gadget::Twin.driver().as_deref() == Some("usbhid"));
}
