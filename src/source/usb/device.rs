//! One scanner's thread: claim, hand each report over, and say what happened when it ends.
//!
//! Permissions may come later than the device (the kernel tells of it before udev has run), so a refusal is tried again
//! for a while before it counts. Deliberately absent: what reports mean.

use std::time::Duration;

use rustix::fs::{Access, access};

use super::answer;
use super::claim::{Claim, Got, error};
use super::look::System;
use super::policy::{Plan, Reports};
use super::presence::{Presence, Present};
use crate::decode::Decoder;
use crate::decode::descriptor::Descriptor;
use crate::decode::hid_keyboard::{KeyFields, KeyboardDecoder, KeyboardOptions};
use crate::decode::hid_pos::{PosDecoder, PosFields};
use crate::domain::{Delivery, Transport};
use crate::source::supervise::Link;
use crate::source::{Attachment, SourceError, answering};

/// Between two looks at the stop signal; an idle scanner wakes its thread this often and no more.
const LOOK: Duration = Duration::from_millis(900);
/// How long a refusal may be udev that has not run yet.
const PERMISSION_WAIT: Duration = Duration::from_secs(2);
/// Between two looks at the node meanwhile; one costs a system call.
const PERMISSION_LOOK: Duration = Duration::from_millis(10);
/// Between two attempts at a device that is there and cannot be read.
const STEP: Duration = Duration::from_millis(50);
/// Reads that may fail in a row while the device is still there: a disturbed cable.
const FAILED_MAX: u32 = 5;
/// Empty packets in a row that are more than some controllers put after a full report.
const EMPTY_MAX: u32 = 1000;

/// A scanner over all its plugs and unplugs.
pub(super) struct Reader {
    presence: Presence,
    system: System,
    seen: bool,
    /// The plug at which permission was refused to the end.
    refused: Option<(String, u8)>,
}

impl Reader {
    pub(super) fn new(presence: Presence, system: System) -> Self {
        Self { presence, system, seen: false, refused: None }
    }

    /// Waits for the device, claims it, and reads until it leaves or the signal is given.
    pub(super) fn run(&mut self, link: &Link) -> Result<(), SourceError> {
        let source = link.source.as_str();
        answering(source);
        let present = match self.presence.now(source) {
            Some(present) => present,
            // Told once; then the thread sleeps until the device comes.
            None if !self.seen => {
                self.seen = true;
                return Err(SourceError::NotFound { doing: "look for", device: source.to_owned() });
            }
            None => match self.presence.wait(source) {
                Some(present) => present,
                None => return Ok(()),
            },
        };
        self.seen = true;
        let ended = self.read(link, &present);
        if ended.is_err() && !self.system.is_there(&present.device) {
            self.presence.left(source, &present);
            return Err(SourceError::Disconnected { doing: "read", device: source.to_owned() });
        }
        ended
    }

    fn read(&mut self, link: &Link, present: &Present) -> Result<(), SourceError> {
        let source = link.source.as_str();
        let Some(claim) = self.claim(link, present)? else { return Ok(()) };
        let descriptor = claim.descriptor();
        let (decoder, transport) = decoder(&present.plan, descriptor.as_ref(), &claim);
        let mut buffer = claim.buffer(descriptor.as_ref().and_then(Descriptor::report_max));
        let claim = std::sync::Arc::new(claim);
        let title = if present.device.title.is_empty() { "USB scanner" } else { &present.device.title };
        link.attach(Attachment {
            source: link.source.clone(),
            lane: link.lane.clone(),
            transport,
            description: format!("{title} ({source})"),
            decoder: Some(decoder),
            back: answer::channel(&claim, &present.plan.answers),
        })?;
        let (mut failed, mut empty) = (0, 0);
        while !link.stop.is_given() {
            match claim.read(&mut buffer, LOOK) {
                Ok(Got::Nothing) => empty = 0,
                Ok(Got::Report(0)) if empty < EMPTY_MAX => empty += 1,
                Ok(Got::Report(0)) => {
                    let cause = "it sends empty packets only".to_owned();
                    return Err(SourceError::Other { doing: "read", device: source.to_owned(), cause });
                }
                Ok(Got::Report(length)) => {
                    let at = link.now();
                    (failed, empty) = (0, 0);
                    link.deliver(Delivery::Report(buffer.get(..length).unwrap_or(&buffer).to_vec()), at)?;
                }
                // While a cable is pulled, transfers fail with I/O errors before the device is gone.
                Err(rusb::Error::Io | rusb::Error::Overflow | rusb::Error::Other) if failed < FAILED_MAX => {
                    failed += 1;
                    if link.stop.wait(STEP) || !self.system.is_there(&present.device) {
                        break;
                    }
                }
                Err(other) => return Err(error("read", source, other)),
            }
        }
        if link.stop.is_given() { Ok(()) } else { Err(error("read", source, rusb::Error::NoDevice)) }
    }

    /// Claims the device; a refusal is tried again until it cannot be udev any more. `None` if the signal was given.
    fn claim(&mut self, link: &Link, present: &Present) -> Result<Option<Claim>, SourceError> {
        let begun = link.now();
        let node = present.device.node();
        let plug = (present.device.port.clone(), present.device.address);
        // Udev runs once for a plug: who has been refused for so long waits for a person.
        let patience = if self.refused.as_ref() == Some(&plug) { Duration::ZERO } else { PERMISSION_WAIT };
        loop {
            let waits = link.now().since(begun) < patience && self.system.is_there(&present.device);
            let closed = access(&node, Access::READ_OK | Access::WRITE_OK).is_err();
            let step = if closed { PERMISSION_LOOK } else { STEP };
            if !closed || !waits {
                match Claim::open(&present.device, present.plan.interface, link.source.as_str()) {
                    Err(SourceError::PermissionDenied { .. } | SourceError::NotFound { .. }) if waits => {}
                    Err(refused @ SourceError::PermissionDenied { .. }) => {
                        self.refused = Some(plug);
                        return Err(refused);
                    }
                    other => return other.map(Some),
                }
            }
            if link.stop.wait(step) {
                return Ok(None);
            }
        }
    }
}

/// The decoder that fits the device, and the transport it is.
pub(super) fn decoder(plan: &Plan, descriptor: Option<&Descriptor>, claim: &Claim) -> (Box<dyn Decoder>, Transport) {
    match &plan.reports {
        Reports::Pos { described, habits } => {
            let fields = descriptor.and_then(PosFields::find).or_else(|| described.clone());
            (Box::new(PosDecoder::new(habits.options(fields))), Transport::HidPos)
        }
        Reports::Keyboard(habits) => {
            let mut options = KeyboardOptions::default();
            match descriptor.and_then(KeyFields::find) {
                Some(fields) => options.fields = fields,
                None => claim.use_boot_protocol(),
            }
            for it in habits {
                it.apply(&mut options);
            }
            (Box::new(KeyboardDecoder::new(options)), Transport::HidKeyboard)
        }
    }
}
