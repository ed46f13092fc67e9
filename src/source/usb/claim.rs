//! Opening a device and taking one interface from the kernel's driver: from then on no key reaches the console.
//!
//! What is claimed is given back when the value is dropped, also when its thread panics: the driver is attached again.
//! Each claim has a libusb context of its own, so that one device's reports never wake another's thread.
//! Deliberately absent: the global context, which panics where there is no USB.

use std::time::Duration;

use rusb::{Context, DeviceHandle, Direction, TransferType, UsbContext as _};

use super::look::Device;
use crate::decode::descriptor::{DESCRIPTOR_MAX, Descriptor};
use crate::source::SourceError;

/// How long a control request may take; scanners answer within milliseconds.
const CONTROL_WAIT: Duration = Duration::from_millis(500);
/// Largest report that is read, bytes; real ones have 8 to 64.
const REPORT_MAX: usize = 4096;

/// Fills the buffer before a read; a reserved key, and no last byte of any scanned data report.
const UNTOUCHED: u8 = 0xa6;

/// A claimed interface.
pub(super) struct Claim {
    handle: DeviceHandle<Context>,
    interface: u8,
    input: u8,
    output: Option<u8>,
    packet: usize,
}

/// What a read came to.
pub(super) enum Got {
    /// A report of so many bytes.
    Report(usize),
    /// Nothing within the time: look at the stop signal.
    Nothing,
}

impl Claim {
    /// Opens the device at its present plug and claims an interface.
    pub(super) fn open(device: &Device, interface: u8, shown: &str) -> Result<Self, SourceError> {
        let context = Context::new().map_err(|it| error("look for", shown, it))?;
        let list = context.devices().map_err(|it| error("look for", shown, it))?;
        let found = list.iter().find(|it| (it.bus_number(), it.address()) == (device.bus, device.address));
        let found = found.ok_or_else(|| error("look for", shown, rusb::Error::NotFound))?;
        let config = found.active_config_descriptor().map_err(|it| error("read the configuration of", shown, it))?;
        let (mut input, mut output, mut packet) = (None, None, 0);
        let settings = config.interfaces().filter(|it| it.number() == interface).flat_map(|it| it.descriptors());
        for endpoint in settings.take(1).flat_map(|it| it.endpoint_descriptors().collect::<Vec<_>>()) {
            // `number()` of rusb 0.9.4 masks with 7 and is wrong from endpoint 8 on; the address is right.
            match (endpoint.transfer_type(), endpoint.direction()) {
                (TransferType::Interrupt, Direction::In) if input.is_none() => {
                    input = Some(endpoint.address());
                    packet = usize::from(endpoint.max_packet_size() & 0x07ff).max(1);
                }
                (TransferType::Interrupt, Direction::Out) => output = Some(endpoint.address()),
                _ => {}
            }
        }
        let cause = "its interface has no interrupt endpoint to read".to_owned();
        let unsupported = || SourceError::Unsupported { doing: "read", device: shown.to_owned(), cause };
        let input = input.ok_or_else(unsupported)?;
        let handle = found.open().map_err(|it| error("open", shown, it))?;
        // Detaches the kernel's driver when claiming and attaches it when releasing, also after a driverless start.
        handle.set_auto_detach_kernel_driver(true).map_err(|it| error("detach the kernel driver of", shown, it))?;
        handle.claim_interface(interface).map_err(|it| error("claim", shown, it))?;
        Ok(Self { handle, interface, input, output, packet })
    }

    /// The interface's report descriptor; `None` if the device does not give one that can be read.
    pub(super) fn descriptor(&self) -> Option<Descriptor> {
        Descriptor::parse(&self.descriptor_bytes()?)
    }

    /// The same, as the device sent it.
    pub(super) fn descriptor_bytes(&self) -> Option<Vec<u8>> {
        const STANDARD_IN_INTERFACE: u8 = 0x81;
        const GET_DESCRIPTOR: u8 = 0x06;
        const REPORT: u16 = 0x22 << 8;
        let mut bytes = vec![0; DESCRIPTOR_MAX];
        let index = u16::from(self.interface);
        let read =
            self.handle.read_control(STANDARD_IN_INTERFACE, GET_DESCRIPTOR, REPORT, index, &mut bytes, CONTROL_WAIT);
        bytes.truncate(read.ok()?);
        Some(bytes)
    }

    /// Puts a keyboard into the boot protocol (HID 1.11, 7.2.6); a device that refuses stays as it is.
    pub(super) fn use_boot_protocol(&self) {
        const CLASS_OUT_INTERFACE: u8 = 0x21;
        const SET_PROTOCOL: u8 = 0x0b;
        let index = u16::from(self.interface);
        let asked = self.handle.write_control(CLASS_OUT_INTERFACE, SET_PROTOCOL, 0, index, &[], CONTROL_WAIT);
        if let Err(error) = asked {
            tracing::debug!(%error, "the keyboard does not know the boot protocol");
        }
    }

    /// A buffer for one report: the longest of the descriptor, in whole packets. More would join two reports.
    pub(super) fn buffer(&self, report: Option<usize>) -> Vec<u8> {
        let wanted = report.unwrap_or(self.packet).clamp(1, REPORT_MAX);
        vec![0; wanted.div_ceil(self.packet).saturating_mul(self.packet)]
    }

    /// Waits for one report.
    pub(super) fn read(&self, buffer: &mut [u8], at_most: Duration) -> Result<Got, rusb::Error> {
        // A report that arrives while libusb gives up waiting is in the buffer, yet rusb 0.9.4 says "timeout" and forgets
        // its length. Losing it would lose the first key of a scan, so the buffer itself is asked.
        buffer.fill(UNTOUCHED);
        match self.handle.read_interrupt(self.input, buffer, at_most) {
            Ok(length) => Ok(Got::Report(length)),
            Err(rusb::Error::Timeout | rusb::Error::Interrupted) => {
                let last = buffer.iter().rposition(|it| *it != UNTOUCHED);
                Ok(last.map_or(Got::Nothing, |it| Got::Report(it + 1)))
            }
            // A stalled endpoint says so until it is cleared; how often is for the reader to judge.
            Err(rusb::Error::Pipe) => self.handle.clear_halt(self.input).and(Err(rusb::Error::Pipe)),
            Err(error) => Err(error),
        }
    }

    /// Sends an output report, its id first: by the interrupt endpoint, or by SET_REPORT (HID 1.11, 7.2.2).
    pub(super) fn write(&self, report: &[u8]) -> Result<(), rusb::Error> {
        const CLASS_OUT_INTERFACE: u8 = 0x21;
        const SET_REPORT: u8 = 0x09;
        const OUTPUT: u16 = 0x02 << 8;
        if let Some(output) = self.output {
            return self.handle.write_interrupt(output, report, CONTROL_WAIT).map(drop);
        }
        let id = report.first().copied().unwrap_or(0);
        let (value, index) = (OUTPUT | u16::from(id), u16::from(self.interface));
        self.handle.write_control(CLASS_OUT_INTERFACE, SET_REPORT, value, index, report, CONTROL_WAIT).map(drop)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Releasing attaches the kernel's driver again; a device that was pulled has nothing to give back.
        match self.handle.release_interface(self.interface) {
            Ok(()) | Err(rusb::Error::NoDevice | rusb::Error::NotFound) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot give the scanner back to the kernel; `scanstation devices release` does");
            }
        }
    }
}

/// What libusb's error means for a person.
pub(super) fn error(doing: &'static str, shown: &str, error: rusb::Error) -> SourceError {
    let device = shown.to_owned();
    match error {
        rusb::Error::NoDevice => SourceError::Disconnected { doing, device },
        rusb::Error::NotFound => SourceError::NotFound { doing, device },
        rusb::Error::Busy => SourceError::Busy { doing, device },
        rusb::Error::Access => SourceError::PermissionDenied { doing, device },
        rusb::Error::NotSupported => SourceError::Unsupported { doing, device, cause: error.to_string() },
        rusb::Error::Io
        | rusb::Error::InvalidParam
        | rusb::Error::Timeout
        | rusb::Error::Overflow
        | rusb::Error::Pipe
        | rusb::Error::Interrupted
        | rusb::Error::NoMem
        | rusb::Error::BadDescriptor
        | rusb::Error::Other => SourceError::Other { doing, device, cause: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::error;
    use crate::domain::FaultKind;

    #[track_caller]
    fn check(met: rusb::Error, kind: FaultKind, message: &str) {
        let error = error("claim", "1209:0001@1-1", met);
        assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
    }

    #[test]
    fn what_libusb_says_has_a_meaning_for_a_person() {
        check(rusb::Error::NoDevice, FaultKind::Disconnected, "claim 1209:0001@1-1: it was unplugged");
        check(rusb::Error::NotFound, FaultKind::NotFound, "claim 1209:0001@1-1: nothing by that name is plugged in");
        check(rusb::Error::Busy, FaultKind::Busy, "claim 1209:0001@1-1: another program holds it");
        check(rusb::Error::Access, FaultKind::PermissionDenied, "claim 1209:0001@1-1: permission denied");
        check(
            rusb::Error::NotSupported,
            FaultKind::Unsupported,
            "claim 1209:0001@1-1: Operation not supported or unimplemented on this platform",
        );
        check(rusb::Error::Io, FaultKind::Other, "claim 1209:0001@1-1: Input/Output Error");
        check(rusb::Error::Pipe, FaultKind::Other, "claim 1209:0001@1-1: Pipe error");
    }
}
