//! The machine inside: its clock, its keys, its users, its udev, and QEMU's own devices.
//!
//! Waiting is for something and has a limit; a limit that is met is a failure that says what was waited for.
//! Deliberately absent: scanners, which are in `sim`.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The longest that anything may take here: the machine is emulated and may share its host.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Time, in a test that runs in real time.
#[allow(clippy::disallowed_methods, reason = "the rig runs in real time")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Lets others run while something is waited for.
#[allow(clippy::disallowed_methods, reason = "the kernel tells nobody when a driver has attached")]
pub(super) fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}

/// Waits until something holds and says how long it took.
pub(super) fn until(what: &str, holds: impl FnMut() -> bool) -> Duration {
    until_within(PATIENCE, what, holds)
}

/// The same with another patience.
pub(super) fn until_within(patience: Duration, what: &str, mut holds: impl FnMut() -> bool) -> Duration {
    let begun = now();
    while !holds() {
        assert!(begun.elapsed() < patience, "waited {patience:?} in vain: {what}");
        pause();
    }
    begun.elapsed()
}

/// Runs a program that must succeed and returns its output.
pub(super) fn run(program: &str, words: &[&str]) -> String {
    let output = Command::new(program).args(words).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {words:?}: {said}");
    said
}

/// The number of the station's group in this machine.
pub(super) const STATION_GROUP: u32 = 990;

/// Makes the user and the group that the station runs as.
pub(super) fn add_user() {
    let add = |file: &str, line: &str| {
        let text = fs::read_to_string(file).unwrap();
        if !text.contains("scanstation:") {
            fs::write(file, format!("{text}{line}\n")).unwrap();
        }
    };
    add("/etc/group", "scanstation:x:990:");
    add("/etc/passwd", "scanstation:x:990:990::/nonexistent:/usr/sbin/nologin");
}

/// Starts udevd with rules of ours.
pub(super) fn start_udev(rules: &str) {
    fs::create_dir_all("/etc/udev/rules.d").unwrap();
    fs::write("/etc/udev/rules.d/65-scanstation.rules", rules).unwrap();
    run("/lib/systemd/systemd-udevd", &["--daemon"]);
    // What a person would trigger, without the hundred terminals of the text console.
    let add = ["trigger", "--action=add"];
    let subsystems = ["usb", "hidraw", "input"].map(|it| format!("--subsystem-match={it}"));
    run("udevadm", &[&add[..], &subsystems.each_ref().map(String::as_str)].concat());
    run("udevadm", &[&add[..], &["--sysname-match=ttyACM*", "--sysname-match=ttyUSB*"]].concat());
    run("udevadm", &["settle", "-t", "60"]);
}

/// Counts keys that the kernel hands to the console and the desktop: events of type EV_KEY at `/dev/input`.
pub(super) struct Keys(Arc<AtomicU64>);

impl Keys {
    /// Begins to count at every input device that is there now; every one is open when this returns.
    pub(super) fn count() -> Self {
        let keys = Self(Arc::new(AtomicU64::new(0)));
        let nodes = fs::read_dir("/dev/input").into_iter().flatten().flatten().map(|it| it.path());
        for node in nodes.filter(|it| it.to_string_lossy().contains("event")) {
            let Ok(mut file) = File::open(node) else { continue };
            let count = Arc::clone(&keys.0);
            // Ends with its device; a test program's threads end with it.
            std::thread::spawn(move || {
                const EV_KEY: [u8; 2] = [1, 0];
                let mut event = [0; 24]; // struct input_event on 64 bits: two times of 8 bytes, type, code, value.
                while file.read_exact(&mut event).is_ok() {
                    if event[16..18] == EV_KEY {
                        count.fetch_add(1, Ordering::AcqRel);
                    }
                }
            });
        }
        keys
    }

    /// Whether the device at a port has an input device whose keys can be counted: the kernel lists it before the
    /// file at `/dev/input` is there.
    pub(super) fn can_be_counted(port: &str) -> bool {
        let inputs = fs::read_dir("/sys/class/input").into_iter().flatten().flatten();
        let of_port = inputs.filter(|it| {
            let place = fs::canonicalize(it.path()).unwrap_or_default();
            place.iter().any(|it| it == port)
        });
        of_port
            .map(|it| it.file_name())
            .any(|it| it.to_string_lossy().starts_with("event") && File::open(Path::new("/dev/input").join(it)).is_ok())
    }

    pub(super) fn so_far(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// Tells QEMU's own monitor something.
pub(super) fn qemu(command: &str) {
    let port = OpenOptions::new().read(true).write(true).open("/dev/virtio-ports/rig.qmp").unwrap();
    let mut reader = BufReader::new(port.try_clone().unwrap());
    let mut writer = port;
    for line in ["{\"execute\":\"qmp_capabilities\"}", command] {
        writeln!(writer, "{line}").unwrap();
        loop {
            let mut answer = String::new();
            assert!(reader.read_line(&mut answer).unwrap() > 0, "the monitor closed");
            // Capabilities may have been negotiated before.
            if answer.contains("\"return\"") || answer.contains("CommandNotFound") {
                break;
            }
            assert!(!answer.contains("\"error\""), "{answer}");
        }
    }
}

/// Presses a key of QEMU's own keyboard.
pub(super) fn press(key: &str) {
    let keys = format!("{{\"keys\":[{{\"type\":\"qcode\",\"data\":\"{key}\"}}],\"hold-time\":20}}");
    qemu(&format!("{{\"execute\":\"send-key\",\"arguments\":{keys}}}"));
}
