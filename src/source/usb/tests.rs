//! Discovery and policy against a made-up `/sys`: which device is read, and why another is not.
//!
//! Claiming, hot plug and giving back need a kernel and are tested in the rig.
//! Deliberately absent: libusb.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::hub::Watcher;
use super::look::{Device, Interface, System, identities};
use super::policy::{Named, Policy, Reports, Verdict};
use super::{HubPlace, Options};
use crate::decode::hid_keyboard::Layout;
use crate::domain::{Clock, LaneId, Moment};
use crate::queue::queue;
use crate::source::profile::{KeyboardHabits, Profiles};
use crate::source::{Closed, Sink, SourceInput, Stop};

const SCANNER: &[u8] = &[
    0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x12, 0xa1, 0x02, 0x85, 0x02, 0x75, 0x08, 0x95, 0x38, 0x09, 0xfe, 0x82,
    0x02, 0x01, 0xc0, 0xc0,
];

/// A keyboard with a bit for each key.
const TYPES: &[u8] = &[
    0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95,
    0x08, 0x81, 0x02, 0x19, 0x04, 0x29, 0x73, 0x95, 0x70, 0x81, 0x02, 0xc0,
];

fn keyboard() -> Interface {
    Interface { class: (3, 1, 1), driver: Some("usbhid".to_owned()), ..Interface::default() }
}

fn device(vendor: u16, product: u16, interfaces: Vec<Interface>) -> Device {
    Device { port: "1-1".to_owned(), vendor, product, interfaces, ..Device::default() }
}

fn named(device: &str) -> Named {
    Named {
        device: device.parse().unwrap(),
        name: None,
        lane: None,
        profile: None,
        ignore: false,
        keyboard: KeyboardHabits::default(),
    }
}

/// Says in a word or two what is done with a device.
#[track_caller]
fn check(device: &Device, said: Vec<Named>, expected: &str) {
    let policy = Policy { profiles: Profiles::shipped(), named: said };
    let identity = identities(std::slice::from_ref(device)).remove(0);
    let shown = match policy.verdict(device, &identity) {
        Verdict::Read(plan) => match plan.reports {
            Reports::Pos { described, .. } => format!("pos {} {}", plan.interface, described.is_some()),
            Reports::Keyboard(_) => format!("keyboard {}", plan.interface),
        },
        Verdict::Port(ports) => ports.join(" "),
        Verdict::NotUsed { why, remedy } => format!("{why}: {remedy}"),
        Verdict::NoScanner => "nothing".to_owned(),
    };
    assert_eq!(shown, expected);
}

#[test]
fn an_ordinary_keyboard_keeps_typing_until_a_person_says_otherwise() {
    let ordinary = device(0x046d, 0xc31c, vec![keyboard()]);
    let advice =
        "keyboard, not used: if it is a scanner: `scanstation devices assign 046d:c31c@1-1`, then scan with it";
    check(&ordinary, vec![], advice);
    check(&ordinary, vec![named("046d:c31c:OTHER")], advice);
    check(&ordinary, vec![named("046d:c31c@1-1")], "keyboard 0");
    check(&device(0x1eab, 0x0103, vec![keyboard()]), vec![], "keyboard 0");
    // One that is no boot keyboard is one all the same if its descriptor says so.
    let described = Interface { class: (3, 0, 0), descriptor: Some(TYPES.to_vec()), ..Interface::default() };
    check(&device(0x046d, 0xc31c, vec![described.clone()]), vec![], advice);
    check(&device(0x046d, 0xc31c, vec![described]), vec![named("046d:c31c")], "keyboard 0");
}

#[test]
fn what_an_entry_leaves_open_a_less_particular_one_says() {
    let habits = |layout, gap_ms| KeyboardHabits { layout, gap_ms, ..KeyboardHabits::default() };
    let taught =
        Named { lane: Some("left".to_owned()), keyboard: habits(Some(Layout::De), None), ..named("1209:0001@1-1") };
    let configured = Named { keyboard: habits(None, Some(500)), ..named("1209:0001@1-1") };
    let kind = Named { keyboard: habits(Some(Layout::Fr), None), name: Some("gun".to_owned()), ..named("1209:0001") };
    let policy = Policy { profiles: Profiles::shipped(), named: vec![taught, kind, configured] };
    let found = policy.named(&device(0x1209, 1, vec![keyboard()])).unwrap();
    assert_eq!((found.lane.as_deref(), found.name.as_deref()), (Some("left"), Some("gun")));
    assert_eq!(found.keyboard, habits(Some(Layout::De), Some(500)));
}

#[test]
fn a_wedge_comes_with_what_could_be_set_better_on_it() {
    let policy = Policy { profiles: Profiles::shipped(), named: Vec::new() };
    let hint = policy.hint(&device(0x05e0, 0x1200, vec![keyboard()])).unwrap();
    assert!(hint.starts_with("Set the USB Device Type to HID POS or CDC host"), "{hint}");
    assert_eq!(policy.hint(&device(0x046d, 0xc31c, vec![keyboard()])), None);
}

#[test]
fn a_pos_scanner_is_known_by_its_descriptor_whatever_its_ids() {
    let pos = Interface { number: 1, class: (3, 0, 0), descriptor: Some(SCANNER.to_vec()), ..Interface::default() };
    check(&device(0x1209, 0x0002, vec![keyboard(), pos]), vec![], "pos 1 true");
    let mute = Interface { class: (3, 0, 0), ..Interface::default() };
    check(&device(0x1209, 0x0002, vec![mute.clone()]), vec![], "nothing");
    check(&device(0x05e0, 0x0600, vec![mute]), vec![], "pos 0 false");
}

#[test]
fn a_scanner_that_cannot_be_read_comes_with_what_to_set() {
    let snapi = device(0x05e0, 0x1900, vec![Interface { class: (3, 0, 0), ..Interface::default() }]);
    check(
        &snapi,
        vec![],
        "Zebra scanner, SNAPI mode: cannot be read: The scanner is in SNAPI mode, which only Zebra's own driver reads. \
         Set the USB Device Type to HID POS, see your manual: USB Interface.",
    );
    let ignored = Named { ignore: true, ..named("1eab:0103") };
    check(
        &device(0x1eab, 0x0103, vec![keyboard()]),
        vec![ignored],
        "left alone by the configuration: remove `ignore` from its entry, or run `scanstation devices assign 1eab:0103@1-1`",
    );
}

#[test]
fn twins_are_told_apart_by_number_and_by_port_where_the_numbers_are_the_same() {
    let twin = |port: &str, number: Option<&str>| Device {
        port: port.to_owned(),
        number: number.map(str::to_owned),
        ..device(0x1209, 1, vec![])
    };
    let names = |devices: &[Device]| identities(devices).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&[twin("1-1", Some("A")), twin("1-2", Some("B"))]), ["1209:0001:A", "1209:0001:B"]);
    assert_eq!(names(&[twin("1-1", Some("A")), twin("1-2", Some("A"))]), ["1209:0001@1-1", "1209:0001@1-2"]);
    assert_eq!(names(&[twin("1-1", None), twin("2-1.3", None)]), ["1209:0001@1-1", "1209:0001@2-1.3"]);
}

fn put(root: &Path, files: &[(&str, &str)]) {
    for (file, text) in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn devices_are_seen_with_their_interfaces_drivers_and_ports() {
    let root = tempfile::tempdir().unwrap();
    put(
        root.path(),
        &[
            ("usb1/bDeviceClass", "09\n"),
            ("1-1/bDeviceClass", "00\n"),
            ("1-1/busnum", "1\n"),
            ("1-1/devnum", "7\n"),
            ("1-1/idVendor", "1209\n"),
            ("1-1/idProduct", "0002\n"),
            ("1-1/serial", "0000\n"),
            ("1-1/manufacturer", "Rig\u{1b}[31m\n"),
            ("1-1/product", "scanner\n"),
            ("1-1:1.0/bInterfaceNumber", "00\n"),
            ("1-1:1.0/bInterfaceClass", "03\n"),
            ("1-1:1.0/bInterfaceSubClass", "00\n"),
            ("1-1:1.0/bInterfaceProtocol", "00\n"),
            ("1-1:1.0/0003:1209:0002.0001/report_descriptor", "\u{5}"),
            ("1-1:1.1/bInterfaceNumber", "01\n"),
            ("1-1:1.1/bInterfaceClass", "02\n"),
            ("1-1:1.1/bInterfaceSubClass", "02\n"),
            ("1-1:1.1/bInterfaceProtocol", "01\n"),
            ("1-1:1.1/tty/ttyACM3/dev", "166:3\n"),
            ("1-1.4/bDeviceClass", "garbage"),
        ],
    );
    std::os::unix::fs::symlink("/sys/bus/usb/drivers/usbhid", root.path().join("1-1:1.0/driver")).unwrap();
    let system = System::at(root.path());
    let seen = system.devices();
    let hid = Interface {
        number: 0,
        class: (3, 0, 0),
        driver: Some("usbhid".to_owned()),
        descriptor: Some(vec![5]),
        ports: vec![],
    };
    let acm = Interface { number: 1, class: (2, 2, 1), ports: vec!["ttyACM3".to_owned()], ..Interface::default() };
    let expected = Device {
        port: "1-1".to_owned(),
        bus: 1,
        address: 7,
        vendor: 0x1209,
        product: 2,
        number: None,
        title: "Rig[31m scanner".to_owned(),
        interfaces: vec![hid, acm],
    };
    assert_eq!(seen, [expected]);
    assert!(system.is_there(&seen[0]));
    assert!(!system.is_there(&Device { address: 8, ..seen[0].clone() }));
    assert_eq!(System::at(&root.path().join("nowhere")).devices(), []);
}

#[test]
fn scanners_that_come_and_go_never_lock_others_out() {
    const MANY: u8 = 90;
    let root = tempfile::tempdir().unwrap();
    let (told, mut seen) = queue(10_000);
    let sink: Sink = Arc::new(move |input| told.send(input).map_err(|_| Closed));
    let stop = Stop::new();
    let clock: Clock = Arc::new(|| Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::ZERO));
    let place = HubPlace { sink, clock, stop: stop.clone() };
    let options = Options { system: System::at(root.path()), ..Options::new(LaneId::new("desk")) };
    let mut hub = Watcher::new(place, options);
    for number in 0..MANY {
        // One port, a new device at it each time, as at a goods-in desk where everybody brings a scanner.
        put(
            root.path(),
            &[
                ("1-1/bDeviceClass", "00\n"),
                ("1-1/busnum", "250\n"),
                ("1-1/devnum", &format!("{}\n", number + 1)),
                ("1-1/idVendor", "1eab\n"),
                ("1-1/idProduct", "0103\n"),
                ("1-1/serial", &format!("N{number}\n")),
                ("1-1:1.0/bInterfaceNumber", "00\n"),
                ("1-1:1.0/bInterfaceClass", "03\n"),
                ("1-1:1.0/bInterfaceSubClass", "01\n"),
                ("1-1:1.0/bInterfaceProtocol", "01\n"),
            ],
        );
        hub.look(false, Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::from_secs(number.into())));
        fs::remove_dir_all(root.path().join("1-1")).unwrap();
        hub.look(false, Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::from_secs(number.into())));
        assert!(hub.threads.len() <= 64);
        assert!(hub.threads.contains_key(&format!("1eab:0103:N{number}")), "scanner {number} is locked out");
    }
    assert!(!hub.threads.contains_key("1eab:0103:N0"), "the first has made room");
    stop.stop();
    hub.end();
    let ended = std::iter::from_fn(|| seen.try_recv()).filter(|it| matches!(it, SourceInput::Ended(_))).count();
    assert_eq!(ended, usize::from(MANY), "every thread has ended");
}
