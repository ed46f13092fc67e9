//! The device's side: simulated scanners behind the kernel's gadget driver, and the cable between.
//!
//! A write waits until the host takes the report, so typing is as fast as the host reads.
//! Deliberately absent: anything of the station; its code must not test itself.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

/// A simulated scanner by its gadget's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Gadget {
    Wedge,
    Pos,
    Acm,
    Twin,
}

impl Gadget {
    const fn parts(self) -> (&'static str, &'static str, u8) {
        match self {
            Self::Wedge => ("wedge", "/dev/hidg0", 0),
            Self::Pos => ("pos", "/dev/hidg1", 1),
            Self::Twin => ("twin", "/dev/hidg2", 3),
            Self::Acm => ("acm", "/dev/ttyGS0", 2),
        }
    }

    fn cable(self) -> PathBuf {
        PathBuf::from(format!("/sys/kernel/config/usb_gadget/{}/UDC", self.parts().0))
    }

    /// The port path on the host's side.
    pub(super) fn port(self) -> String {
        format!("{}-1", self.parts().2 + 1)
    }

    /// The node of the device as it is plugged in now.
    pub(super) fn node(self) -> PathBuf {
        let number = |name: &str| -> u8 {
            let text = fs::read_to_string(format!("/sys/bus/usb/devices/{}/{name}", self.port())).unwrap_or_default();
            text.trim().parse().unwrap_or_default()
        };
        PathBuf::from(format!("/dev/bus/usb/{:03}/{:03}", number("busnum"), number("devnum")))
    }

    pub(super) fn unplug(self) {
        fs::write(self.cable(), "\n").unwrap();
    }

    pub(super) fn plug(self) {
        fs::write(self.cable(), format!("dummy_udc.{}\n", self.parts().2)).unwrap();
    }

    pub(super) fn open(self) -> File {
        OpenOptions::new().write(true).open(self.parts().1).unwrap()
    }

    /// Its node for keys, while the kernel's driver has it.
    pub(super) fn keys(self) -> Option<PathBuf> {
        let hid = fs::read_dir(format!("/sys/bus/usb/devices/{}:1.0", self.port())).ok()?.flatten();
        let inputs = hid.filter_map(|it| fs::read_dir(it.path().join("input")).ok()).flatten().flatten();
        let events = inputs.filter_map(|it| fs::read_dir(it.path()).ok()).flatten().flatten();
        let name = events.map(|it| it.file_name()).find(|it| it.to_string_lossy().starts_with("event"))?;
        Some(PathBuf::from("/dev/input").join(name))
    }

    /// The kernel driver that has the host's interface 0, if any.
    pub(super) fn driver(self) -> Option<String> {
        let link = fs::read_link(format!("/sys/bus/usb/devices/{}:1.0/driver", self.port())).ok()?;
        Some(link.file_name()?.to_str()?.to_owned())
    }
}

/// Modifiers and key of a character on a US keyboard.
fn key(character: char) -> (u8, u8) {
    const SHIFTED: &str = "!@#$%^&*()_+{}|~:\"~<>?";
    const PLAIN: &str = "1234567890-=[]\\#;'`,./";
    let usage = |it: char| match it {
        'a'..='z' => u8::try_from(it).unwrap() - b'a' + 0x04,
        '1'..='9' => u8::try_from(it).unwrap() - b'1' + 0x1e,
        '0' => 0x27,
        '\r' => 0x28,
        ' ' => 0x2c,
        other => 0x2d + u8::try_from("-=[]\\#;'`,./".chars().position(|it| it == other).unwrap()).unwrap(),
    };
    match character {
        'A'..='Z' => (0x02, usage(character.to_ascii_lowercase())),
        '\u{1d}' => (0x01, 0x30),
        _ => match SHIFTED.chars().position(|it| it == character) {
            Some(at) => (0x02, usage(PLAIN.chars().nth(at).unwrap())),
            None => (0x00, usage(character)),
        },
    }
}

/// The reports that type a text on a US keyboard.
pub(super) fn typed(text: &str) -> Vec<[u8; 8]> {
    let down = text.chars().map(key).map(|(modifiers, usage)| [modifiers, 0, usage, 0, 0, 0, 0, 0]);
    down.flat_map(|it| [it, [0; 8]]).collect()
}

/// The reports that type a text on a keyboard of another country, by the published tables; no dead keys.
pub(super) fn typed_abroad(layout: &str, text: &str) -> Vec<[u8; 8]> {
    let rows: Vec<Vec<&str>> =
        include_str!("../vectors/keyboard_layouts.tsv").lines().map(|it| it.split('\t').collect()).collect();
    let key_abroad = |character: char| {
        let shown = if character == '\\' { "\\x5c".to_owned() } else { character.to_string() };
        let row = rows.iter().find(|it| it[0] == layout && it[4] == shown)?;
        let level = [("shift", 0x02), ("altgr", 0x40)].iter().filter(|it| row[3].contains(it.0)).map(|it| it.1).sum();
        Some((level, u8::from_str_radix(row[1].trim_start_matches("0x"), 16).unwrap()))
    };
    let down = text.chars().map(|it| key_abroad(it).unwrap_or_else(|| key(it)));
    down.flat_map(|(modifiers, usage): (u8, u8)| [[modifiers, 0, usage, 0, 0, 0, 0, 0], [0; 8]]).collect()
}

/// The same without letting a key go before another one: the fastest scanners do so.
pub(super) fn briskly_typed(text: &str) -> Vec<[u8; 8]> {
    let mut reports: Vec<[u8; 8]> = Vec::new();
    for character in text.chars() {
        let (modifiers, usage) = key(character);
        if reports.last().is_some_and(|it| it[2] == usage) {
            reports.push([0; 8]);
        }
        reports.push([modifiers, 0, usage, 0, 0, 0, 0, 0]);
    }
    reports.push([0; 8]);
    reports
}

/// Types a text.
pub(super) fn type_text(port: &mut File, text: &str) {
    for report in typed(text) {
        port.write_all(&report).unwrap();
    }
}

/// The scanned data reports of a text: identifier and 56 bytes each, the last bit saying whether more come.
pub(super) fn scanned(aim: &str, text: &[u8]) -> Vec<[u8; 64]> {
    let parts: Vec<&[u8]> = text.chunks(56).collect();
    let last = parts.len() - 1;
    let report = |(place, part): (usize, &&[u8])| {
        let mut report = [0; 64];
        report[..2].copy_from_slice(&[2, u8::try_from(part.len()).unwrap()]);
        report[2..5].copy_from_slice(aim.as_bytes());
        report[5..5 + part.len()].copy_from_slice(part);
        report[63] = u8::from(place < last);
        report
    };
    parts.iter().enumerate().map(report).collect()
}

/// Sends a text as scanned data reports.
pub(super) fn scan_text(port: &mut File, aim: &str, text: &[u8]) {
    for report in scanned(aim, text) {
        port.write_all(&report).unwrap();
    }
}
