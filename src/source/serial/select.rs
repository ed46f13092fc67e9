//! Finding a serial port by what it is: a path, a stable name, or a USB device.
//!
//! The kernel numbers ports in the order in which they come, so after a replug `ttyUSB0` may be another scanner. What a
//! port is, is read from `/sys`; a machine without `/sys/class/tty` has only paths (the crate's own list panics there).
//! Deliberately absent: opening anything.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::source::{SourceError, usb};

/// Which serial port is meant.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Selector {
    /// A path, `/dev/ttyS0`; symbolic links are followed.
    Path(PathBuf),
    /// A name in `/dev/serial/by-id`.
    ById(String),
    /// A USB device by its ids, and by its own number or its port where twins must be told apart.
    Usb(usb::Selector),
}

/// Why a text names no serial port.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a serial device is a path, a name in /dev/serial/by-id, or vendor:product in hexadecimal, also with :number or \
     @port behind, not {0:?}"
)]
pub struct SelectorError(String);

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        if text.starts_with('/') {
            return Ok(Self::Path(PathBuf::from(text)));
        }
        if let Ok(device) = text.parse() {
            return Ok(Self::Usb(device));
        }
        let is_name = !text.is_empty() && !text.contains('/') && text != "." && text != "..";
        if is_name { Ok(Self::ById(text.to_owned())) } else { Err(SelectorError(text.to_owned())) }
    }
}

impl TryFrom<String> for Selector {
    type Error = SelectorError;

    fn try_from(text: String) -> Result<Self, SelectorError> {
        text.parse()
    }
}

impl From<Selector> for String {
    fn from(selector: Selector) -> Self {
        selector.to_string()
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(out, "{}", path.display()),
            Self::ById(name) => out.write_str(name),
            Self::Usb(device) => device.fmt(out),
        }
    }
}

/// What a USB serial port is, wherever the kernel puts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Vendor, `idVendor`.
    pub vendor: u16,
    /// Product, `idProduct`.
    pub product: u16,
    /// The device's own number, if it has one.
    pub number: Option<String>,
    /// The USB port it is plugged into, `1-1.2`, and the interface: tells twins without a number apart.
    pub usb_port: String,
    /// What it calls itself: maker and product.
    pub name: String,
}

impl Identity {
    /// The same thing, by its number if it has one, otherwise by the port it is plugged into.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let same_kind = (self.vendor, self.product) == (other.vendor, other.product);
        same_kind
            && match (&self.number, &other.number) {
                (Some(one), Some(other)) => one == other,
                _ => self.usb_port == other.usb_port,
            }
    }
}

/// A port that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What to open.
    pub path: PathBuf,
    /// What it is, if it is a USB device.
    pub identity: Option<Identity>,
}

/// Where the system shows its devices; a test shows its own.
#[derive(Clone, Debug)]
pub struct System {
    /// `/sys`.
    pub sys: PathBuf,
    /// `/dev`.
    pub dev: PathBuf,
}

impl Default for System {
    fn default() -> Self {
        Self { sys: PathBuf::from("/sys"), dev: PathBuf::from("/dev") }
    }
}

impl System {
    /// All ports that are USB devices, in the order of their names; none where the system does not tell.
    #[must_use]
    pub fn usb_ports(&self) -> Vec<Found> {
        let listed = std::fs::read_dir(self.sys.join("class/tty")).into_iter().flatten().flatten();
        let mut found: Vec<Found> = listed
            .filter_map(|entry| {
                let identity = self.identity(&entry.file_name())?;
                Some(Found { path: self.dev.join(entry.file_name()), identity: Some(identity) })
            })
            .collect();
        found.sort_by(|one, other| one.path.cmp(&other.path));
        found
    }

    /// What the port with that kernel name is, if it is a USB device.
    fn identity(&self, tty: &std::ffi::OsStr) -> Option<Identity> {
        let device = std::fs::canonicalize(self.sys.join("class/tty").join(tty).join("device")).ok()?;
        let usb = device.ancestors().find(|it| it.join("idVendor").is_file())?;
        let read = |name: &str| {
            let text = std::fs::read_to_string(usb.join(name)).ok()?;
            Some(text.trim().to_owned()).filter(|it| !it.is_empty())
        };
        let id = |name: &str| u16::from_str_radix(&read(name)?, 16).ok();
        let interface = device.strip_prefix(usb).ok().and_then(|it| it.components().next());
        let place = interface.map_or(usb.file_name(), |it| Some(it.as_os_str()));
        let words: Vec<String> = [read("manufacturer"), read("product")].into_iter().flatten().collect();
        Some(Identity {
            vendor: id("idVendor")?,
            product: id("idProduct")?,
            number: read("serial"),
            usb_port: place.unwrap_or_default().to_string_lossy().into_owned(),
            name: words.join(" "),
        })
    }

    /// The port that is meant.
    ///
    /// `last` is what was read before it left: it is taken wherever it comes back. With `only_last` a stranger at the
    /// same path is not taken, because the two may just have changed their names.
    pub fn find(&self, selector: &Selector, last: Option<&Identity>, only_last: bool) -> Result<Found, SourceError> {
        let device = selector.to_string();
        let path = match selector {
            Selector::Path(path) => path.clone(),
            Selector::ById(name) => self.dev.join("serial/by-id").join(name),
            Selector::Usb(wanted) => return self.find_usb(device, wanted),
        };
        let real = std::fs::canonicalize(&path);
        let identity = real.as_deref().ok().and_then(Path::file_name).and_then(|it| self.identity(it));
        if let Some(last) = last
            && !identity.as_ref().is_some_and(|it| it.is_same(last))
        {
            let moved = self.usb_ports().into_iter().find(|it| it.identity.as_ref().is_some_and(|it| it.is_same(last)));
            if let Some(moved) = moved {
                return Ok(moved);
            }
            if only_last {
                return Err(SourceError::NotFound { doing: "open", device });
            }
        }
        match real {
            Ok(_) => Ok(Found { path, identity }),
            Err(error) => Err(SourceError::from_io("open", &device, &error)),
        }
    }

    fn find_usb(&self, device: String, wanted: &usb::Selector) -> Result<Found, SourceError> {
        let doing = "open";
        let is_meant = |it: &Identity| {
            let port = it.usb_port.split(':').next().unwrap_or_default();
            wanted.matches(it.vendor, it.product, it.number.as_deref(), port)
        };
        let mut found: Vec<Found> =
            self.usb_ports().into_iter().filter(|it| it.identity.as_ref().is_some_and(is_meant)).collect();
        if found.len() > 1 {
            let names: Vec<String> = found.iter().map(|it| it.path.display().to_string()).collect();
            let cause = format!("{} are alike; name one as `scanstation devices` shows it", names.join(", "));
            return Err(SourceError::Unsupported { doing, device, cause });
        }
        found.pop().ok_or(SourceError::NotFound { doing, device })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<Selector, &str>) {
        let found = text.parse::<Selector>().map_err(|it| it.to_string());
        match expected {
            Ok(selector) => {
                assert_eq!(found.as_ref(), Ok(&selector));
                assert_eq!(selector.to_string(), text);
            }
            Err(words) => assert!(found.is_err_and(|it| it.contains(words))),
        }
    }

    #[test]
    fn a_device_is_named_by_path_by_stable_name_or_by_usb_ids() {
        check("/dev/ttyS0", Ok(Selector::Path(PathBuf::from("/dev/ttyS0"))));
        check("usb-Honeywell_1400g-if00", Ok(Selector::ById("usb-Honeywell_1400g-if00".into())));
        for usb in ["0c2e:0700", "1209:0003:A:1", "1a86:7523@1-1.2"] {
            check(usb, Ok(Selector::Usb(usb.parse().unwrap())));
        }
        check("", Err("not \"\""));
        check("../ttyS0", Err("vendor:product"));
    }

    /// A machine with USB serial devices: `(tty, USB port, product id, number)`.
    fn machine(devices: &[(&str, &str, &str, &str)]) -> (tempfile::TempDir, System) {
        let root = tempfile::tempdir().unwrap();
        let (sys, dev) = (root.path().join("sys"), root.path().join("dev"));
        fs::create_dir_all(sys.join("class/tty")).unwrap();
        fs::create_dir_all(&dev).unwrap();
        for (tty, port, product, number) in devices {
            let usb = sys.join("devices/usb1").join(port);
            let interface = usb.join(format!("{port}:1.0"));
            fs::create_dir_all(interface.join("tty").join(tty)).unwrap();
            fs::write(usb.join("idVendor"), "1209\n").unwrap();
            fs::write(usb.join("idProduct"), format!("{product}\n")).unwrap();
            fs::write(usb.join("product"), "Scanner\n").unwrap();
            if !number.is_empty() {
                fs::write(usb.join("serial"), format!("{number}\n")).unwrap();
            }
            let class = sys.join("class/tty").join(tty);
            fs::create_dir_all(&class).unwrap();
            std::os::unix::fs::symlink(&interface, class.join("device")).unwrap();
            fs::write(dev.join(tty), "").unwrap();
        }
        (root, System { sys, dev })
    }

    #[track_caller]
    fn check_found(system: &System, selector: &str, last: Option<&Identity>, expected: &str) {
        let selector = selector.replace("DEV", &system.dev.display().to_string());
        let found = system.find(&selector.parse().unwrap(), last, last.is_some());
        let found = match found {
            Ok(found) => found.path.file_name().unwrap().to_string_lossy().into_owned(),
            Err(error) => error.to_string().replace(&system.dev.display().to_string(), "DEV"),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn twins_are_told_apart_by_their_numbers() {
        let (_root, system) = machine(&[("ttyACM0", "1-1", "0003", "A"), ("ttyACM1", "1-2", "0003", "B")]);
        check_found(&system, "1209:0003:B", None, "ttyACM1");
        check_found(&system, "1209:0003@1-1", None, "ttyACM0");
        check_found(&system, "1209:0003@1-3", None, "open 1209:0003@1-3: nothing by that name is plugged in");
        let alike = "open 1209:0003: DEV/ttyACM0, DEV/ttyACM1 are alike; name one as `scanstation devices` shows it";
        check_found(&system, "1209:0003", None, alike);
        check_found(&system, "1209:0004", None, "open 1209:0004: nothing by that name is plugged in");
    }

    #[test]
    fn a_scanner_that_comes_back_under_another_name_is_found_again() {
        let (_root, before) = machine(&[("ttyACM0", "1-1", "0003", "A"), ("ttyACM1", "1-2", "0003", "")]);
        let known: Vec<Identity> = before.usb_ports().into_iter().filter_map(|it| it.identity).collect();
        let (_root, after) = machine(&[("ttyACM0", "1-2", "0003", ""), ("ttyACM1", "1-1", "0003", "A")]);
        check_found(&after, "DEV/ttyACM0", known.first(), "ttyACM1");
        check_found(&after, "DEV/ttyACM1", known.get(1), "ttyACM0");
        let (_root, stranger) = machine(&[("ttyACM0", "1-3", "0003", "C")]);
        check_found(&stranger, "DEV/ttyACM0", known.first(), "open DEV/ttyACM0: nothing by that name is plugged in");
        check_found(&stranger, "DEV/ttyACM0", None, "ttyACM0");
    }

    #[test]
    fn a_machine_that_shows_nothing_has_no_usb_ports() {
        let nowhere = System { sys: PathBuf::from("/nonexistent"), dev: PathBuf::from("/nonexistent") };
        assert_eq!(nowhere.usb_ports(), []);
        check_found(&nowhere, "usb-X", None, "open usb-X: nothing by that name is plugged in");
    }
}
