//! The steps: what a station must do with scanners on a real kernel, one after the other in one boot.
//!
//! Each step says what holds; a failure ends its step and no other. Times are printed and only bounded loosely: the
//! machine is emulated. Deliberately absent: mocks; the kernel, libusb, udev and the gadgets are real.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use scanstation::source::profile::Profiles;
use scanstation::source::usb::release::release;
use scanstation::source::usb::{Policy, System, Verdict, identities};

use super::listener::Listener;
use super::machine::{Keys, PATIENCE, add_user, now, pause, press, run, until};
use super::plug::{ensure_rules, permission, plug_with_udev, plug_without_udev};
use super::service::{by_systemd, has_systemd};
use super::shipped::{assign_by_a_scan, scan_to_ledger};
use super::sim::{Gadget, briskly_typed, scan_text, type_text, typed};

/// The wedge and its twin have one number, so they go by their ports.
pub(super) const WEDGE: &str = "1209:0001@1-1";
const TWIN: &str = "1209:0001@4-1";
pub(super) const POS: &str = "1209:0002:P0001";

type Step = (&'static str, fn());

const BY_SYSTEMD: &str =
    "the unit under systemd: claimed in its sandbox, killed, given back by ExecStopPost, started again";

/// Before udevd runs, then with it.
const STEPS: [Step; 18] = [
    ("plugged in without udevd, a scanner is read and its unplugging is shown", plug_without_udev),
    ("a permission that is missing is said, and its coming is noticed", permission),
    ("plugged in with udevd, a scanner is read and its unplugging is shown", plug_with_udev),
    ("an ordinary keyboard keeps typing and is never claimed", ordinary_keyboard),
    ("a wedge is read and not one key reaches the console", wedge),
    ("a HID POS scanner is found by its descriptor; 300 bytes and GS come whole", pos),
    ("CDC-ACM and FTDI lines are read beside it", serial_ports),
    ("two equal wedges type 1,000 codes each at once: nothing lost, mixed or reordered", twins),
    ("a code that is cut off by pulling is shown as half a code", pulled_midway),
    ("fifty times pulled and plugged while others scan", replug_storm),
    ("a second program that wants a claimed scanner is told that it is busy", busy),
    ("four idle devices cost few wake-ups", idle),
    ("ended as a service ends, the scanner types to the console again", given_back),
    ("killed, the scanner is given back by the command, and by the next start", released),
    (
        "the shipped program: wedge, POS, CDC-ACM and FTDI to the ledger, beeps, kill -9, given back, verified",
        shipped_program,
    ),
    (
        "a keyboard becomes a scanner of a running station by one scan with it, and the calibration card teaches it",
        assigned,
    ),
    (BY_SYSTEMD, by_systemd),
    ("what is plugged in is listed with what is done with it", listed),
];

#[test]
#[ignore = "runs inside the rig as root"]
fn the_station_in_a_kernel_of_its_own() {
    add_user();
    let only = std::env::var("RIG_ONLY").unwrap_or_default();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (name, step) in STEPS.iter().filter(|(name, _)| name.contains(&only)) {
        if *name == BY_SYSTEMD && !has_systemd() {
            skipped += 1;
            println!("skip {name}: there is no systemd on this machine");
            continue;
        }
        let begun = now();
        let outcome = catch_unwind(AssertUnwindSafe(step));
        let took = begun.elapsed().as_secs_f32();
        if outcome.is_ok() {
            passed += 1;
            println!("ok   {name} ({took:.1} s)");
        } else {
            failed += 1;
            println!("FAIL {name} ({took:.1} s)");
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    assert_eq!(failed, 0);
}

/// Types a code on a wedge in a thread of its own, so that a host that does not read holds up nobody.
fn type_on(gadget: Gadget, texts: Vec<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut port = gadget.open();
        for text in texts {
            type_text(&mut port, &text);
        }
    })
}

/// The same as a scanner that lets a key go only where the next one is the same.
fn type_briskly_on(gadget: Gadget, texts: Vec<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut port = gadget.open();
        for report in texts.iter().flat_map(|it| briskly_typed(it)) {
            port.write_all(&report).unwrap();
        }
    })
}

pub(super) fn scans(listener: &Listener, mark: usize, source: &str, code: &str) {
    listener.expect(mark, &format!("scan {source} {code}"));
}

fn ordinary_keyboard() {
    let listener = Listener::start();
    listener.expect(0, &format!("attached {WEDGE}"));
    let keys = Keys::count();
    let typed = until("a key of the ordinary keyboard", || {
        press("a");
        keys.so_far() >= 2
    });
    assert!(typed < PATIENCE);
    assert!(listener.since(0).iter().all(|it| !it.contains("0627:0001")), "{:#?}", listener.since(0));
    listener.stop();
}

fn wedge() {
    let listener = Listener::start();
    listener.expect(0, &format!("attached {WEDGE}"));
    let keys = Keys::count();
    type_on(Gadget::Wedge, vec!["AT-000123\r".to_owned(), "https://example.org/?a=1\r".to_owned()]).join().unwrap();
    scans(&listener, 0, WEDGE, "AT-000123");
    scans(&listener, 0, WEDGE, "https://example.org/?a=1");
    type_on(Gadget::Wedge, vec!["10AB\u{1d}21X\r".to_owned()]).join().unwrap();
    scans(&listener, 0, WEDGE, "10AB\\x1d21X");
    assert_eq!(keys.so_far(), 0, "keys reached the console while the wedge was claimed");
    assert_eq!(Gadget::Wedge.driver().as_deref(), Some("usbfs"));
    listener.stop();
    until("the kernel's driver is back", || Gadget::Wedge.driver().as_deref() == Some("usbhid"));
}

fn pos() {
    let listener = Listener::start();
    listener.expect(0, &format!("attached {POS} HidPos"));
    let long: String = ('!'..='~').cycle().take(300).collect();
    let mut port = Gadget::Pos.open();
    scan_text(&mut port, "]Q1", long.as_bytes());
    scan_text(&mut port, "]d2", b"010952112345678910AB\x1d21X\0Y");
    scans(&listener, 0, POS, &format!("]Q1{}", long.as_bytes().escape_ascii()));
    scans(&listener, 0, POS, "]d2010952112345678910AB\\x1d21X\\x00Y");
    assert!(listener.since(0).iter().all(|it| !it.starts_with("discard")), "{:#?}", listener.since(0));
    listener.stop();
}

fn serial_ports() {
    let listener = Listener::start();
    listener.expect(0, "attached 1209:0003 Serial");
    listener.expect(0, "attached 0403:6001 Serial");
    run("stty", &["-F", "/dev/ttyGS0", "raw", "-echo"]);
    let mut port = Gadget::Acm.open();
    port.write_all(b"10AB\x1d21X\r\n").unwrap();
    scans(&listener, 0, "1209:0003", "10AB\\x1d21X");
    let mut bridge = std::fs::OpenOptions::new().write(true).open("/dev/virtio-ports/rig.ftdi").unwrap();
    bridge.write_all(b"]C10109521234543213\x1d21X\r\n").unwrap();
    scans(&listener, 0, "0403:6001", "]C10109521234543213\\x1d21X");
    listener.stop();
}

fn twins() {
    const MANY: usize = 1_000;
    let listener = Listener::start();
    listener.expect(0, &format!("attached {WEDGE}"));
    listener.expect(0, &format!("attached {TWIN}"));
    let keys = Keys::count();
    let codes = |letter: char| (0..MANY).map(|it| format!("{letter}{it:04}")).collect::<Vec<_>>();
    let lines = |letter| codes(letter).into_iter().map(|it| it + "\r").collect::<Vec<_>>();
    let begun = now();
    let typing = [type_briskly_on(Gadget::Wedge, lines('A')), type_briskly_on(Gadget::Twin, lines('B'))];
    for (source, letter) in [(WEDGE, 'A'), (TWIN, 'B')] {
        let read = listener.expect_many(0, &format!("scan {source} "), MANY, 5 * PATIENCE);
        let read: Vec<_> = read.iter().filter_map(|it| it.rsplit(' ').next()).map(str::to_owned).collect();
        assert_eq!(read, codes(letter), "{source}");
    }
    for it in typing {
        it.join().unwrap();
    }
    println!("     {} codes a second from each of two", (1000.0 / begun.elapsed().as_secs_f32()).round());
    assert!(listener.since(0).iter().all(|it| !it.starts_with("discard")));
    assert_eq!(keys.so_far(), 0);
    listener.stop();
}

fn pulled_midway() {
    let listener = Listener::start();
    listener.expect(0, &format!("attached {WEDGE}"));
    let mut port = Gadget::Wedge.open();
    for report in typed("AT-1") {
        port.write_all(&report).unwrap();
    }
    // Reports are handed over in order; the last but one has been read when the last is taken.
    drop(port);
    let mark = listener.mark();
    Gadget::Wedge.unplug();
    listener.expect(mark, &format!("fault {WEDGE} Disconnected"));
    listener.expect(0, &format!("discard {WEDGE} PulledMidway"));
    Gadget::Wedge.plug();
    listener.expect(mark, &format!("attached {WEDGE}"));
    type_on(Gadget::Wedge, vec!["WHOLE\r".to_owned()]).join().unwrap();
    scans(&listener, mark, WEDGE, "WHOLE");
    assert_eq!(listener.since(0).iter().filter(|it| it.starts_with("scan")).count(), 1);
    listener.stop();
}

fn replug_storm() {
    const CYCLES: usize = 50;
    let listener = Listener::start();
    listener.expect(0, &format!("attached {POS}"));
    listener.expect(0, &format!("attached {TWIN}"));
    let load = type_on(Gadget::Twin, (0..300).map(|it| format!("L{it:03}\r")).collect());
    let mut slowest = Duration::ZERO;
    for _ in 0..CYCLES {
        let mark = listener.mark();
        Gadget::Pos.unplug();
        listener.expect(mark, &format!("fault {POS}"));
        let plugged = now();
        Gadget::Pos.plug();
        let read = listener.expect(mark, &format!("attached {POS}"));
        slowest = slowest.max(read.duration_since(plugged));
    }
    println!("     {CYCLES} cycles, slowest plugged to reading {:.2} s", slowest.as_secs_f32());
    let mut port = Gadget::Pos.open();
    scan_text(&mut port, "]C0", b"SURVIVED");
    scans(&listener, 0, POS, "]C0SURVIVED");
    load.join().unwrap();
    let read = listener.expect_many(0, &format!("scan {TWIN} "), 300, 2 * PATIENCE);
    let expected: Vec<_> = (0..300).map(|it| format!("scan {TWIN} L{it:03}")).collect();
    assert_eq!(read, expected);
    listener.stop();
}

fn busy() {
    let first = Listener::start();
    first.expect(0, &format!("attached {POS}"));
    let second = Listener::start();
    second.expect(0, &format!("fault {WEDGE} Busy claim {WEDGE}: another program holds it"));
    second.expect(0, "fault 1209:0003 Busy open 1209:0003: another program holds it");
    let mark = second.mark();
    first.stop();
    second.expect(mark, &format!("attached {WEDGE}"));
    second.stop();
}

/// Voluntary context switches of all threads of a process: how often it was woken.
fn wake_ups(pid: u32) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
    let status = tasks.filter_map(|it| std::fs::read_to_string(it.path().join("status")).ok());
    let count =
        |it: String| it.lines().find_map(|it| it.strip_prefix("voluntary_ctxt_switches:")?.trim().parse::<u64>().ok());
    status.filter_map(count).sum::<u64>()
}

fn idle() {
    const SECONDS: u64 = 10;
    let listener = Listener::start();
    for source in [WEDGE, TWIN, POS, "1209:0003"] {
        listener.expect(0, &format!("attached {source}"));
    }
    // After a plug the watcher looks more often for two seconds.
    let settled = now();
    until("the watcher has settled", || settled.elapsed() > Duration::from_secs(3));
    let (begun, before) = (now(), wake_ups(listener.pid()));
    while begun.elapsed() < Duration::from_secs(SECONDS) {
        pause();
    }
    let a_second = (wake_ups(listener.pid()) - before) / SECONDS;
    println!("     {a_second} wake-ups a second, four USB devices and a bridge idle (goal 20)");
    assert!(a_second <= 20);
    listener.stop();
}

fn given_back() {
    let listener = Listener::start();
    listener.expect(0, &format!("attached {WEDGE}"));
    listener.stop();
    until("the kernel's driver is back", || Gadget::Wedge.driver().as_deref() == Some("usbhid"));
    // By its port: the twin, of the same name, comes back too.
    until("its input device is there", || Keys::can_be_counted(&Gadget::Wedge.port()));
    let keys = Keys::count();
    let typing = type_on(Gadget::Wedge, vec!["AB\r".to_owned()]);
    until("keys at the console", || keys.so_far() >= 4);
    typing.join().unwrap();
}

fn released() {
    let listener = Listener::start();
    listener.expect(0, &format!("attached {WEDGE}"));
    listener.expect(0, &format!("attached {POS}"));
    listener.kill();
    until("nobody holds the wedge", || Gadget::Wedge.driver().is_none());
    let back = release(&System::default(), Some(&Gadget::Wedge.port()));
    assert!(back.iter().all(|it| it.outcome.is_ok()) && back.len() == 1, "{back:?}");
    until("the kernel's driver is back", || Gadget::Wedge.driver().as_deref() == Some("usbhid"));
    // The POS scanner still has no driver and shows no descriptor: the next start asks the device itself.
    assert_eq!(Gadget::Pos.driver(), None);
    let next = Listener::start();
    next.expect(0, &format!("attached {POS} HidPos"));
    next.stop();
    until("the kernel's driver is back", || Gadget::Pos.driver().as_deref() == Some("usbhid"));
}

fn shipped_program() {
    ensure_rules();
    scan_to_ledger();
}

fn assigned() {
    ensure_rules();
    assign_by_a_scan();
}

fn listed() {
    let devices = System::default().devices();
    let policy = Policy { profiles: Profiles::shipped(), named: Vec::new() };
    let mut shown = Vec::new();
    for (device, identity) in devices.iter().zip(identities(&devices)) {
        shown.push(match policy.verdict(device, &identity) {
            Verdict::Read(_) => format!("{identity} read"),
            Verdict::Port(ports) => format!("{identity} {}", ports.join(" ")),
            Verdict::NotUsed { why, .. } => format!("{identity} {why}"),
            Verdict::NoScanner => format!("{identity} -"),
        });
    }
    for expected in [
        "1209:0001@1-1 keyboard, not used".to_owned(),
        format!("{POS} read"),
        "1209:0003:A0001 ttyACM0".to_owned(),
        "1209:0001@4-1 keyboard, not used".to_owned(),
    ] {
        assert!(shown.contains(&expected), "{expected:?} is not in {shown:#?}");
    }
    assert!(shown.iter().any(|it| it.starts_with("0627:0001") && it.ends_with("keyboard, not used")), "{shown:#?}");
    assert!(shown.iter().any(|it| it.starts_with("0403:6001") && it.ends_with("ttyUSB0")), "{shown:#?}");
}
