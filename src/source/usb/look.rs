//! What is plugged in, read from `/sys/bus/usb/devices`: needs no permission and opens nothing.
//!
//! A HID interface shows its report descriptor there while the kernel's driver has it; while somebody has claimed it,
//! it does not. Deliberately absent: deciding what is a scanner (`policy`).

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::DirEntryExt as _;
use std::path::{Path, PathBuf};

use super::selector::Selector;
use crate::decode::descriptor::DESCRIPTOR_MAX;

/// HID, USB class code.
pub(super) const HID_CLASS: u8 = 0x03;

/// Longest text that is taken from a device, bytes; the standard allows 126 characters.
const TEXT_MAX: usize = 256;

/// One USB device that is plugged in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// The port path, such as `1-1.2`.
    pub port: String,
    /// Bus number.
    pub bus: u8,
    /// Address on the bus; another after each plug.
    pub address: u8,
    /// `idVendor`.
    pub vendor: u16,
    /// `idProduct`.
    pub product: u16,
    /// Its own number, if it has one that says something.
    pub number: Option<String>,
    /// Maker and product as it names itself; empty if it does not.
    pub title: String,
    /// Its interfaces.
    pub interfaces: Vec<Interface>,
}

/// One interface of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// Number.
    pub number: u8,
    /// Class, subclass and protocol.
    pub class: (u8, u8, u8),
    /// The kernel's driver that has it; `usbfs` if a program has.
    pub driver: Option<String>,
    /// HID report descriptor, where it can be read.
    pub descriptor: Option<Vec<u8>>,
    /// Names of its serial ports, such as `ttyACM0`.
    pub ports: Vec<String>,
}

impl Device {
    /// Its node, which whoever claims it must be able to read and write.
    #[must_use]
    pub fn node(&self) -> PathBuf {
        PathBuf::from(format!("/dev/bus/usb/{:03}/{:03}", self.bus, self.address))
    }
}

impl Interface {
    /// Whether it is a boot keyboard (HID 1.11, 4.2 and 4.3).
    #[must_use]
    pub fn is_boot_keyboard(&self) -> bool {
        self.class == (HID_CLASS, 1, 1)
    }

    /// Whether it is a HID interface of any kind.
    #[must_use]
    pub const fn is_hid(&self) -> bool {
        self.class.0 == HID_CLASS
    }
}

/// The view of USB in `/sys`.
#[derive(Clone, Debug)]
pub struct System {
    root: PathBuf,
}

impl Default for System {
    fn default() -> Self {
        Self::at(Path::new("/sys/bus/usb/devices"))
    }
}

impl System {
    /// The view of USB in a folder.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Changes with every plug and unplug; cheap enough to be looked at every second.
    #[must_use]
    pub fn fingerprint(&self) -> BTreeSet<(OsString, u64)> {
        fs::read_dir(&self.root).into_iter().flatten().flatten().map(|it| (it.file_name(), it.ino())).collect()
    }

    /// All devices but hubs, in the order of their ports.
    #[must_use]
    pub fn devices(&self) -> Vec<Device> {
        self.devices_beside(|_, _| None)
    }

    /// The same; a device that is known at its port and address is taken as it was.
    pub(super) fn devices_beside(&self, known: impl Fn(&str, u8) -> Option<Device>) -> Vec<Device> {
        let names = self.fingerprint().into_iter().filter_map(|(name, _)| name.into_string().ok());
        let (interfaces, devices): (Vec<String>, Vec<String>) = names.partition(|it| it.contains(':'));
        let seen = |port: &String| {
            let address = number(&self.root.join(port), "devnum", 10)?;
            known(port, address).or_else(|| self.device(port, &interfaces))
        };
        devices.iter().filter_map(seen).collect()
    }

    /// Whether the device at this port still has this address.
    #[must_use]
    pub fn is_there(&self, device: &Device) -> bool {
        number(&self.root.join(&device.port), "devnum", 10) == Some(device.address)
    }

    fn device(&self, port: &str, interfaces: &[String]) -> Option<Device> {
        const HUB: u8 = 0x09;
        let folder = self.root.join(port);
        if number(&folder, "bDeviceClass", 16)? == HUB {
            return None;
        }
        let (maker, product) = (text(&folder, "manufacturer"), text(&folder, "product"));
        // Many products begin with their maker's name.
        let maker = maker.filter(|it| !product.as_ref().is_some_and(|product| product.starts_with(it.as_str())));
        let own = format!("{port}:");
        Some(Device {
            port: port.to_owned(),
            bus: number(&folder, "busnum", 10)?,
            address: number(&folder, "devnum", 10)?,
            vendor: u16::from_str_radix(&text(&folder, "idVendor")?, 16).ok()?,
            product: u16::from_str_radix(&text(&folder, "idProduct")?, 16).ok()?,
            number: text(&folder, "serial").filter(|it| it.chars().any(|it| it != '0')),
            title: maker.into_iter().chain(product).collect::<Vec<_>>().join(" "),
            interfaces: interfaces
                .iter()
                .filter(|it| it.starts_with(&own))
                .filter_map(|it| self.interface(it))
                .collect(),
        })
    }

    fn interface(&self, name: &str) -> Option<Interface> {
        let folder = self.root.join(name);
        let byte = |file| number(&folder, file, 16);
        let driver = fs::read_link(folder.join("driver")).ok();
        let below: Vec<PathBuf> = fs::read_dir(&folder).into_iter().flatten().flatten().map(|it| it.path()).collect();
        let descriptor = below.iter().find_map(|it| fs::read(it.join("report_descriptor")).ok());
        Some(Interface {
            number: byte("bInterfaceNumber")?,
            class: (byte("bInterfaceClass")?, byte("bInterfaceSubClass")?, byte("bInterfaceProtocol")?),
            driver: driver.and_then(|it| Some(it.file_name()?.to_str()?.to_owned())),
            descriptor: descriptor.filter(|it| !it.is_empty() && it.len() <= DESCRIPTOR_MAX),
            ports: ports(&folder, &below),
        })
    }
}

/// The serial ports below an interface: `tty/ttyACM0` of CDC-ACM, `ttyUSB0` of a bridge.
fn ports(folder: &Path, below: &[PathBuf]) -> Vec<String> {
    let acm = fs::read_dir(folder.join("tty")).into_iter().flatten().flatten().map(|it| it.path());
    let names = below.iter().cloned().chain(acm).filter_map(|it| it.file_name()?.to_str().map(str::to_owned));
    names.filter(|it| it.len() > 3 && it.starts_with("tty")).collect()
}

fn text(folder: &Path, file: &str) -> Option<String> {
    let read = fs::read(folder.join(file)).ok()?;
    let read = String::from_utf8_lossy(read.get(..TEXT_MAX).unwrap_or(&read)).trim().to_owned();
    // What a device says of itself is shown to people: no control characters.
    (!read.is_empty()).then(|| read.chars().filter(|it| !it.is_control()).collect())
}

fn number(folder: &Path, file: &str, radix: u32) -> Option<u8> {
    u8::from_str_radix(&text(folder, file)?, radix).ok()
}

/// The stable names of devices that are plugged in together, in their order.
///
/// By number; by port for a device without one, and for twins to which the maker gave the same.
#[must_use]
pub fn identities(devices: &[Device]) -> Vec<Selector> {
    let mark = |it: &Device| (it.vendor, it.product, it.number.clone());
    devices
        .iter()
        .map(|device| {
            let alone = devices.iter().filter(|it| mark(it) == mark(device)).count() == 1;
            let number = device.number.clone().filter(|_| alone);
            let port = number.is_none().then(|| device.port.clone());
            Selector { vendor: device.vendor, product: device.product, number, port }
        })
        .collect()
}
