//! One scanner's thread: claim, hand each report over, and say what happened when it ends.
//!
//! Permissions may come later than the device (the kernel tells of it before udev has run), so a refusal is tried again
//! for a while before it counts. Deliberately absent: what reports mean.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{Access, access};

use super::claim::{Claim, Got, error};
use super::look::System;
use super::policy::{Plan, Reports};
use super::presence::{Presence, Present};
use super::teach::{self, Card, Listening};
use super::{answer, binding};
use crate::decode::Decoder;
use crate::decode::descriptor::Descriptor;
use crate::decode::hid_keyboard::{KeyFields, KeyboardDecoder, KeyboardOptions};
use crate::decode::hid_pos::{PosDecoder, PosFields};
use crate::domain::{Delivery, Discard, Transport};
use crate::source::supervise::Link;
use crate::source::{Attachment, Closed, SourceError, answering};

/// Between two looks at the stop signal; an idle scanner wakes its thread this often and no more.
const LOOK: Duration = Duration::from_millis(900);
/// Looks without a report after which nobody is scanning.
const QUIET: u32 = 2;
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
    /// Where what the calibration card teaches is kept.
    bindings: Option<PathBuf>,
    seen: bool,
    /// The plug at which permission was refused to the end.
    refused: Option<(String, u8)>,
}

impl Reader {
    pub(super) const fn new(presence: Presence, system: System, bindings: Option<PathBuf>) -> Self {
        Self { presence, system, bindings, seen: false, refused: None }
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
        let mut buffer = claim.buffer(descriptor.as_ref().and_then(Descriptor::report_max));
        let claim = Arc::new(claim);
        attach(link, present, descriptor.as_ref(), &claim)?;
        let mut present = present.clone();
        let mut listening = matches!(present.plan.reports, Reports::Keyboard(_))
            .then(|| Listening::new(descriptor.as_ref().and_then(KeyFields::find).unwrap_or_default()));
        let (mut failed, mut empty, mut quiet) = (0, 0, 0_u32);
        while !link.stop.is_given() {
            match claim.read(&mut buffer, LOOK) {
                Ok(Got::Nothing) => {
                    (empty, quiet) = (0, quiet.saturating_add(1));
                    // After two looks nobody is scanning, and the decoder has closed what ends by silence.
                    if quiet < QUIET {
                        continue;
                    }
                    if let Some(card) = listening.as_mut().and_then(Listening::silence) {
                        self.learn(link, card)?;
                    }
                    // The moment to take up another side, or other habits.
                    let now = self.presence.now(source);
                    if let Some(now) = now.filter(|it| it.plan.interface == present.plan.interface)
                        && (&now.plan, &now.lane) != (&present.plan, &present.lane)
                    {
                        attach(link, &now, descriptor.as_ref(), &claim)?;
                        present = now;
                    }
                }
                Ok(Got::Report(0)) if empty < EMPTY_MAX => empty += 1,
                Ok(Got::Report(0)) => {
                    let cause = "it sends empty packets only".to_owned();
                    return Err(SourceError::Other { doing: "read", device: source.to_owned(), cause });
                }
                Ok(Got::Report(length)) => {
                    let at = link.now();
                    (failed, empty, quiet) = (0, 0, 0);
                    let report = buffer.get(..length).unwrap_or(&buffer).to_vec();
                    if let Some(listening) = &mut listening {
                        listening.heard(&report);
                    }
                    link.deliver(Delivery::Report(report), at)?;
                }
                // While a cable is pulled, transfers fail with I/O errors before the device is gone; a stall was cleared.
                Err(rusb::Error::Io | rusb::Error::Pipe | rusb::Error::Overflow | rusb::Error::Other)
                    if failed < FAILED_MAX =>
                {
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

    /// Keeps what the calibration card taught and tells it; the watcher takes it up from the file.
    fn learn(&self, link: &Link, card: Card) -> Result<(), Closed> {
        let source = link.source.as_str();
        let taught = match (card, &self.bindings, self.presence.now(source)) {
            (Card::Taught(finding), Some(path), Some(present)) => {
                match binding::teach(path, &present.identity, teach::habits(&finding)) {
                    Ok(()) => Ok(teach::sentences(&finding).join("; ")),
                    Err(error) => Err(format!("what it taught cannot be kept: {error}")),
                }
            }
            (Card::Taught(_), ..) => {
                Err("what it taught cannot be kept: this station has no folder of its own".to_owned())
            }
            (Card::Unreadable, ..) => {
                Err("not readable under any layout known here: scan it once more, alone".to_owned())
            }
        };
        tracing::info!(source.id = source, ?taught, "the calibration card was scanned");
        link.discard(Discard::CalibrationCard { taught: Some(taught) })
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

/// Tells that the device is read from now on, in this way.
fn attach(link: &Link, present: &Present, descriptor: Option<&Descriptor>, claim: &Arc<Claim>) -> Result<(), Closed> {
    let (decoder, transport) = decoder(&present.plan, descriptor, claim);
    let title = if present.device.title.is_empty() { "USB scanner" } else { &present.device.title };
    link.attach(Attachment {
        source: link.source.clone(),
        lane: present.lane.clone(),
        transport,
        description: format!("{title} ({})", link.source.as_str()),
        decoder: Some(decoder),
        back: answer::channel(claim, &present.plan.answers),
    })
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
