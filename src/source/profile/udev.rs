//! The udev rules that let the station's group open scanners, written from the profiles so that the two cannot drift.
//!
//! Sorts after 60-input-id (whose marks it takes back), before 70-power-switch and 73-seat-late (which act on them).
//! Never 0666; an input device is hidden only if a profile names it as a scanner.
//! Deliberately absent: installing them, and stopping the text console, which ignores udev's marks.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{IdPattern, Mode, Profiles};

/// The group that may open scanners.
pub const GROUP: &str = "scanstation";

/// The text of `65-scanstation.rules`: all profiles, and further devices of this place with their mode.
#[must_use]
pub fn rules(profiles: &Profiles, further: &[(IdPattern, Mode)]) -> String {
    let named = profiles.iter().flat_map(|it| it.ids.iter().map(|id| (*id, it.mode)));
    let known: Vec<(IdPattern, Mode)> = named.chain(further.iter().copied()).collect();
    let of = |wanted: fn(Mode) -> bool| known.iter().filter(move |it| wanted(it.1)).map(|it| it.0).collect::<Vec<_>>();

    let mut out = HEAD.to_owned();
    out.push_str("LABEL=\"scanstation_usb\"\n");
    matches(&mut out, "ATTR", &of(|_| true), "ENV{SCANSTATION}=\"1\"");
    out.push_str(USB);
    out.push_str("\nLABEL=\"scanstation_hidraw\"\n");
    let group = format!("MODE=\"0660\", GROUP=\"{GROUP}\"");
    matches(&mut out, "ATTRS", &of(|it| matches!(it, Mode::HidPos | Mode::Keyboard)), &group);
    out.push_str("GOTO=\"scanstation_end\"\n\nLABEL=\"scanstation_tty\"\n");
    let port = format!("{group}, ENV{{ID_MM_DEVICE_IGNORE}}=\"1\"");
    matches(&mut out, "ATTRS", &of(|it| it == Mode::Serial), &port);
    out.push_str("GOTO=\"scanstation_end\"\n\n# Wedges: neither the desktop (libinput) nor logind may take their keys.\nLABEL=\"scanstation_input\"\n");
    matches(&mut out, "ATTRS", &of(|it| it == Mode::Keyboard), HIDE);
    out.push_str("\nLABEL=\"scanstation_end\"\n");
    out
}

const HEAD: &str = r#"# Scanners for the group scanstation. Written by `scanstation devices udev` from the device profiles: change those.
# Install as /usr/lib/udev/rules.d/65-scanstation.rules, then: udevadm control --reload && udevadm trigger

ACTION=="remove", GOTO="scanstation_end"
SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", GOTO="scanstation_usb"
SUBSYSTEM=="hidraw", GOTO="scanstation_hidraw"
SUBSYSTEM=="tty", KERNEL=="ttyACM*|ttyUSB*", GOTO="scanstation_tty"
SUBSYSTEM=="input", GOTO="scanstation_input"
GOTO="scanstation_end"

"#;

// RUN is made final on scanners because brltty's rules (85) start it on serial bridges that scanners share with Braille
// displays; inference from those rules, a usb_device needs no RUN of its own.
const USB: &str = r#"ENV{SCANSTATION}=="1", MODE="0660", GROUP="scanstation", ENV{ID_MM_DEVICE_IGNORE}="1", RUN:=""
GOTO="scanstation_end"
"#;

const HIDE: &str =
    r#"ENV{ID_INPUT}="", ENV{ID_INPUT_KEYBOARD}="", ENV{ID_INPUT_KEY}="", ENV{LIBINPUT_IGNORE_DEVICE}="1""#;

/// One line a vendor: all its products, or the vendor alone.
fn matches(out: &mut String, attribute: &str, ids: &[IdPattern], then: &str) {
    let mut vendors: BTreeMap<u16, Option<Vec<String>>> = BTreeMap::new();
    for id in ids {
        let products = vendors.entry(id.vendor).or_insert_with(|| Some(Vec::new()));
        match (id.product, products) {
            (Some(product), Some(products)) => products.push(format!("{product:04x}")),
            (None, products) => *products = None,
            (Some(_), None) => {}
        }
    }
    for (vendor, products) in vendors {
        let narrowed = products.map_or_else(String::new, |mut it| {
            it.sort_unstable();
            it.dedup();
            format!(" {attribute}{{idProduct}}==\"{}\",", it.join("|"))
        });
        // Writing into a string cannot fail.
        writeln!(out, "{attribute}{{idVendor}}==\"{vendor:04x}\",{narrowed} {then}").unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::{IdPattern, Mode, Profiles, rules};

    #[test]
    fn the_shipped_rules_are_written_from_the_shipped_profiles() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/udev/65-scanstation.rules");
        let written = rules(&Profiles::shipped(), &[]);
        if std::env::var_os("SCANSTATION_RENEW").is_some() {
            std::fs::write(path, &written).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(path).unwrap(),
            written,
            "renew with `scanstation devices udev > udev/65-scanstation.rules`"
        );
    }

    #[test]
    fn rules_open_for_the_group_only_and_hide_no_keyboard_but_named_ones() {
        let written = rules(&Profiles::shipped(), &[]);
        assert!(!written.contains("0666") && !written.contains("uaccess"));
        let hiding: Vec<_> = written.lines().filter(|it| it.contains("LIBINPUT_IGNORE_DEVICE")).collect();
        assert!(hiding.iter().all(|it| it.starts_with("ATTRS{idVendor}==\"")), "{hiding:?}");
        assert!(
            !hiding.iter().any(|it| it.contains("05e0") && it.contains("2100")),
            "a HID POS scanner is no input device"
        );
    }

    #[test]
    fn a_device_of_the_place_gets_lines_for_its_mode() {
        let id = |text: &str| IdPattern::try_from(text.to_owned()).unwrap();
        let further =
            [(id("1209:0001"), Mode::Keyboard), (id("1209:0002"), Mode::HidPos), (id("0403:6001"), Mode::Serial)];
        let written = rules(&Profiles::default(), &further);
        let lines: Vec<_> = written.lines().filter(|it| it.contains("idVendor")).collect();
        assert_eq!(
            lines,
            [
                r#"ATTR{idVendor}=="0403", ATTR{idProduct}=="6001", ENV{SCANSTATION}="1""#,
                r#"ATTR{idVendor}=="1209", ATTR{idProduct}=="0001|0002", ENV{SCANSTATION}="1""#,
                r#"ATTRS{idVendor}=="1209", ATTRS{idProduct}=="0001|0002", MODE="0660", GROUP="scanstation""#,
                r#"ATTRS{idVendor}=="0403", ATTRS{idProduct}=="6001", MODE="0660", GROUP="scanstation", ENV{ID_MM_DEVICE_IGNORE}="1""#,
                r#"ATTRS{idVendor}=="1209", ATTRS{idProduct}=="0001", ENV{ID_INPUT}="", ENV{ID_INPUT_KEYBOARD}="", ENV{ID_INPUT_KEY}="", ENV{LIBINPUT_IGNORE_DEVICE}="1""#,
            ]
        );
    }
}
