//! The steps about plugs and permissions: how soon the station notices, before udevd runs and with it.
//!
//! What the emulated kernel and udevd take is printed apart from what the station takes.
//! Deliberately absent: scans, but for one that shows that the scanner is read again.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use scanstation::source::profile::udev::rules;
use scanstation::source::profile::{IdPattern, Mode, Profiles};

use super::guest::{POS, WEDGE, scans};
use super::listener::Listener;
use super::machine::{PATIENCE, STATION_GROUP, now, run, start_udev, until};
use super::shipped::doctor_explains;
use super::sim::{Gadget, scan_text};

/// Pulls and plugs the POS scanner and prints how long the station took to notice, and how much of it was not its own.
fn plug(listener: &Listener, how: &str, opens: fn(&std::fs::Metadata) -> bool) {
    let mark = listener.mark();
    let pulled = now();
    Gadget::Pos.unplug();
    let shown = listener.expect(mark, &format!("fault {POS} Disconnected"));
    let plugged = now();
    Gadget::Pos.plug();
    // The kernel makes the device, binds its driver, and udev opens the node: before that nobody can read it.
    until("the kernel's driver", || Gadget::Pos.driver().is_some());
    let bound = plugged.elapsed();
    until("the node's permission", || Gadget::Pos.node().metadata().is_ok_and(|it| opens(&it)));
    let permitted = plugged.elapsed();
    let read = listener.expect(mark, &format!("attached {POS}"));
    let (gone, back) = (shown.duration_since(pulled), read.duration_since(plugged));
    let most = Duration::from_secs(10);
    assert!(gone < most && back < most, "{how}: longer than {most:?}");
    println!(
        "     {how}: pulled to shown {:.2} s, plugged to reading {:.2} s, of which kernel {:.2} s and udev {:.2} s (goal 1 s on real hardware)",
        gone.as_secs_f32(),
        back.as_secs_f32(),
        bound.as_secs_f32(),
        permitted.saturating_sub(bound).as_secs_f32()
    );
    let mut port = Gadget::Pos.open();
    scan_text(&mut port, "]C0", b"BACK");
    scans(listener, mark, POS, "]C0BACK");
}

pub(super) fn plug_without_udev() {
    let listener = Listener::start_as_root();
    listener.expect(0, &format!("attached {POS} HidPos"));
    plug(&listener, "without udevd", |_| true);
    listener.stop();
}

pub(super) fn permission() {
    let listener = Listener::start();
    listener.expect(0, &format!("fault {WEDGE} PermissionDenied open {WEDGE}: permission denied"));
    doctor_explains();
    let mark = listener.mark();
    let begun = now();
    ensure_rules();
    let noticed = listener.expect_within(mark, &format!("attached {WEDGE} HidKeyboard"), 2 * PATIENCE);
    println!("     rules installed to reading {:.1} s", noticed.duration_since(begun).as_secs_f32());
    listener.expect(mark, "attached 1209:0003 Serial");
    listener.stop();
}

/// Starts udevd with the shipped rules and lines for the devices of this place, unless it runs.
pub(super) fn ensure_rules() {
    if Path::new("/run/udev/control").exists() {
        return;
    }
    let id = |text: &str| IdPattern::try_from(text.to_owned()).unwrap();
    let ours = [
        (id("1209:0001"), Mode::Keyboard),
        (id("1209:0002"), Mode::HidPos),
        (id("1209:0003"), Mode::Serial),
        (id("0403:6001"), Mode::Serial),
    ];
    start_udev(&rules(&Profiles::shipped(), &ours));
}

/// What udev says of a node.
fn said_of(node: &Path) -> String {
    run("udevadm", &["info", "-q", "property", "-n", &node.to_string_lossy()])
}

/// A named wedge is no keyboard for the desktop and for logind, an ordinary one stays; ports are kept from ModemManager.
fn rules_hold() {
    let wedge = said_of(&Gadget::Wedge.keys().expect("the wedge has a node for keys"));
    assert!(wedge.contains("LIBINPUT_IGNORE_DEVICE=1") && !wedge.contains("ID_INPUT_KEYBOARD=1"), "{wedge}");
    let ordinary = |it: &PathBuf| {
        let vendor = std::fs::read_to_string(it.join("device/id/vendor")).unwrap_or_default();
        vendor.trim() == "0627"
    };
    let inputs = std::fs::read_dir("/sys/class/input").unwrap().flatten().map(|it| it.path());
    let ordinary = inputs.into_iter().find(ordinary).expect("the ordinary keyboard has a node for keys");
    let ordinary = said_of(&Path::new("/dev/input").join(ordinary.file_name().unwrap()));
    assert!(ordinary.contains("ID_INPUT_KEYBOARD=1") && !ordinary.contains("LIBINPUT_IGNORE_DEVICE"), "{ordinary}");
    let port = Path::new("/dev/ttyACM0");
    assert!(said_of(port).contains("ID_MM_DEVICE_IGNORE=1"));
    let owned = port.metadata().unwrap();
    assert_eq!((owned.gid(), owned.mode() & 0o777), (STATION_GROUP, 0o660));
}

pub(super) fn plug_with_udev() {
    ensure_rules();
    until("the wedge's node for keys", || Gadget::Wedge.keys().is_some_and(|it| it.exists()));
    run("udevadm", &["settle", "-t", "60"]);
    rules_hold();
    let listener = Listener::start();
    listener.expect(0, &format!("attached {POS} HidPos"));
    plug(&listener, "with udevd", |it| it.gid() == STATION_GROUP && it.mode() & 0o060 == 0o060);
    listener.stop();
}
