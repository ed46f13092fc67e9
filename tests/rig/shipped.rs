//! The shipped program in the machine: as its own user, with our rules, from a scan to a line of the ledger.
//!
//! The program's path comes in `RIG_STATION`. Answers are asked for over HTTP at the loopback, as any client does.
//! Deliberately absent: what the rules decide, which other tests have.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::machine::{Keys, PATIENCE, now, run, until};
use super::sim::{Gadget, scan_text, type_text};

const FOLDER: &str = "/run/scanstation-rig";
const ADDRESS: &str = "127.0.0.1:8417";

fn program() -> String {
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

pub(super) fn scan_to_ledger() {
    fs::create_dir_all(FOLDER).unwrap();
    fs::write(Path::new(FOLDER).join("scanstation.toml"), "[[usb_scanner]]\ndevice = \"1209:0001\"\n").unwrap();
    run("chown", &["-R", "scanstation:scanstation", FOLDER]);
    let service = serve();
    until("the wedge is claimed", || Gadget::Wedge.driver().as_deref() == Some("usbfs"));
    until("the HID POS scanner is claimed", || Gadget::Pos.driver().as_deref() == Some("usbfs"));
    let keys = Keys::count();
    let begun = now();
    type_text(&mut Gadget::Wedge.open(), "BDG-0042\r");
    // Two devices have no order between them; a person waits for the greeting, too.
    until("the greeting", || ask("/api/v1/scans?limit=5").contains("Hello Kim Sorensen"));
    scan_text(&mut Gadget::Pos.open(), "]C0", b"AT-000123");
    until("a check-out in the ledger", || {
        ask("/api/v1/events?after=100&limit=100").to_lowercase().contains("checked-out")
    });
    println!("     badge by wedge and tag by HID POS to the ledger {:.2} s", begun.elapsed().as_secs_f32());
    assert_eq!(keys.so_far(), 0, "keys reached the console");
    let config = format!("{FOLDER}/scanstation.toml");
    let shown = word(&["devices", "--config", &config, "--data", FOLDER]);
    assert!(shown.contains("1209:0001@1-1") && shown.contains("read"), "{shown}");
    drop(service);
    until("nobody holds the wedge", || Gadget::Wedge.driver().is_none());
    let said = word(&["devices", "release"]);
    assert!(said.contains("Rig wedge scanner at 1-1: given back"), "{said}");
    until("the kernel's driver is back", || Gadget::Wedge.driver().as_deref() == Some("usbhid"));
    let said = word(&["verify", "--data", FOLDER]);
    println!("     verify: {}", said.lines().next().unwrap_or_default());
}
