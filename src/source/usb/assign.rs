//! Takes one candidate for a short time and waits for a scan with it, to learn that it is the one that is meant.
//!
//! The candidate is given back when the scan has come, when the time is over, or when anything fails.
//! Deliberately absent: storing the assignment (`binding`).

use std::time::Duration;

use super::claim::{Claim, Got, error};
use super::device::decoder;
use super::look::Device;
use super::policy::{self, Plan, Policy, Reports, Verdict};
use super::selector::Selector;
use crate::decode::Decoded;
use crate::decode::descriptor::Descriptor;
use crate::decode::hid_keyboard::KeyFields;
use crate::domain::{Clock, Discard, Frame};
use crate::source::SourceError;
use crate::source::profile::{Answers, KeyboardHabits};

/// Longest time that a candidate is held.
pub const HELD_MAX: Duration = Duration::from_secs(30);
/// Between two looks at the clock.
const LOOK: Duration = Duration::from_millis(100);
/// Silence after which nothing more of a scan is to come.
const SETTLED: Duration = Duration::from_millis(300);

/// What came from a candidate: one scan, and the reports it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The scan; `None` if only something that is not one came.
    pub frame: Option<Frame>,
    /// What was thrown away before it.
    pub discards: Vec<Discard>,
    /// All reports, in order: what a calibration reads.
    pub reports: Vec<Vec<u8>>,
    /// Where they keep their keys, if they have any.
    pub fields: KeyFields,
    /// The candidate types, as a keyboard does.
    pub keyboard: bool,
}

/// How a candidate would be read: as the policy says, or as the keyboard it is, since a person named it.
#[must_use]
pub fn plan(policy: &Policy, device: &Device, identity: &Selector) -> Option<Plan> {
    match policy.verdict(device, identity) {
        Verdict::Read(plan) => Some(plan),
        Verdict::NotUsed { .. } => {
            let keyboard = policy::keyboard(device)?;
            let reports = Reports::Keyboard(vec![KeyboardHabits::default()]);
            Some(Plan { interface: keyboard.number, reports, answers: Answers::default() })
        }
        Verdict::Port(_) | Verdict::NoScanner => None,
    }
}

/// Claims a candidate and waits for one scan and for silence after it; `None` if none came in time.
///
/// What follows the ending that was understood, such as the LF of CR LF, belongs to the scan and not to the console.
pub fn sample(device: &Device, plan: &Plan, clock: &Clock, at_most: Duration) -> Result<Option<Sample>, SourceError> {
    let shown = device.port.as_str();
    let claim = Claim::open(device, plan.interface, shown)?;
    let descriptor = claim.descriptor();
    let (mut decoder, _) = decoder(plan, descriptor.as_ref(), &claim);
    let mut buffer = claim.buffer(descriptor.as_ref().and_then(Descriptor::report_max));
    let begun = clock();
    let keyboard = matches!(plan.reports, Reports::Keyboard(_));
    let fields = descriptor.as_ref().and_then(KeyFields::find).unwrap_or_default();
    let mut sample = Sample { frame: None, discards: Vec::new(), reports: Vec::new(), fields, keyboard };
    let (mut out, mut last) = (Vec::new(), begun);
    while clock().since(begun) < at_most.min(HELD_MAX) {
        match claim.read(&mut buffer, LOOK).map_err(|it| error("read", shown, it))? {
            Got::Report(0) => {}
            Got::Report(length) => {
                last = clock();
                let report = buffer.get(..length).unwrap_or(&buffer).to_vec();
                decoder.push(&report, last, &mut out);
                sample.reports.push(report);
            }
            Got::Nothing => decoder.expire(clock(), &mut out),
        }
        for it in out.drain(..) {
            match it {
                Decoded::Frame(frame) => drop(sample.frame.get_or_insert(frame)),
                Decoded::Discard(discard) => sample.discards.push(discard),
            }
        }
        if sample.is_something() && clock().since(last) >= SETTLED {
            break;
        }
    }
    Ok(sample.is_something().then_some(sample))
}

impl Sample {
    const fn is_something(&self) -> bool {
        self.frame.is_some() || !self.discards.is_empty()
    }
}
