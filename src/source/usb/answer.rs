//! The way back to a HID scanner: beeps and lights as output reports, written by a thread of their own.
//!
//! Writing never blocks the station: at most [`WAITING_MAX`] reports wait, and what does not fit is dropped: a beep that
//! comes late says the wrong thing. Deliberately absent: what to send; the device's profile says it, or nothing.

use std::io::{self, Write};
use std::sync::{Arc, Weak};

use super::claim::Claim;
use crate::queue::{NotSent, Sender, queue};
use crate::source::BackChannel;
use crate::source::profile::Answers;

/// Reports that may wait to be written.
const WAITING_MAX: usize = 4;

/// Makes the way back, if the profile has anything to say.
pub(super) fn channel(claim: &Arc<Claim>, answers: &Answers) -> Option<BackChannel> {
    if answers.is_silent() {
        return None;
    }
    let (way_in, mut waiting) = queue::<Vec<u8>>(WAITING_MAX);
    let claim: Weak<Claim> = Arc::downgrade(claim);
    let write_all = move || {
        while let Some(report) = waiting.recv() {
            // Held only while writing, so that the scanner is given back when its reader ends.
            let Some(claim) = claim.upgrade() else { return };
            if let Err(error) = claim.write(&report) {
                tracing::debug!(%error, "the scanner did not take the answer");
            }
        }
    };
    std::thread::Builder::new().name("usb-answer".to_owned()).spawn(write_all).ok()?;
    let port = Box::new(Port(way_in));
    Some(BackChannel { port, on_frame: Vec::new(), on_damage: Vec::new(), on_answer: answers.in_order() })
}

struct Port(Sender<Vec<u8>>);

impl Write for Port {
    fn write(&mut self, report: &[u8]) -> io::Result<usize> {
        match self.0.try_send(report.to_vec()) {
            Ok(()) => Ok(report.len()),
            Err(NotSent::Full(_)) => Err(io::ErrorKind::WouldBlock.into()),
            Err(NotSent::Ended(_)) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
