//! Gives scanners back to the kernel's driver after a station that was killed could not.
//!
//! Only HID interfaces that no driver and no program holds are touched; one that a running station holds is left to it.
//! Deliberately absent: taking anything away from anybody.

use rusb::{Context, UsbContext as _};

use super::claim;
use super::look::{Device, Interface, System};
use crate::source::SourceError;

/// What became of one interface that had no driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// The device.
    pub device: Device,
    /// The interface.
    pub interface: u8,
    /// The driver is back, or why not.
    pub outcome: Result<(), SourceError>,
}

/// Attaches the kernel's driver to every HID interface that has none; `only` limits it to one port path.
#[must_use]
pub fn release(system: &System, only: Option<&str>) -> Vec<Released> {
    let orphan = |it: &&Interface| it.is_hid() && it.driver.is_none();
    let devices = system.devices();
    let chosen = devices.iter().filter(|it| only.is_none_or(|port| it.port == port));
    chosen
        .flat_map(|device| device.interfaces.iter().filter(orphan).map(move |it| (device, it.number)))
        .map(|(device, interface)| Released { device: device.clone(), interface, outcome: attach(device, interface) })
        .collect()
}

fn attach(device: &Device, interface: u8) -> Result<(), SourceError> {
    let failed = |doing| {
        let shown = device.port.clone();
        move |it| claim::error(doing, &shown, it)
    };
    let context = Context::new().map_err(failed("look for"))?;
    let list = context.devices().map_err(failed("look for"))?;
    let found = list.iter().find(|it| (it.bus_number(), it.address()) == (device.bus, device.address));
    let handle = found.ok_or(rusb::Error::NotFound).map_err(failed("look for"))?.open().map_err(failed("open"))?;
    match handle.attach_kernel_driver(interface) {
        // "Not found" is libusb's word for: nobody had it detached, or the driver is already back.
        Ok(()) | Err(rusb::Error::NotFound) => Ok(()),
        Err(error) => Err(failed("give back")(error)),
    }
}
