//! What a scanner hears, and what of a device's bytes becomes a scan.
//!
//! The devices are wires in memory; the decoders are the ones that ship.
//! Deliberately absent: decoding itself, which each decoder tests.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::decode::hid_pos::{PosDecoder, PosOptions};
use crate::decode::line::{LineDecoder, Options};
use crate::domain::{FaultKind, Symbology};

#[derive(Clone, Default)]
struct Wire(Arc<Mutex<Vec<u8>>>);

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn attached(options: Options) -> (Gate, Wire, SourceId, Moment) {
    let (mut gate, wire, source) = (Gate::default(), Wire::default(), SourceId::new("gun"));
    let now = Moment::new(Timestamp::UNIX_EPOCH, Duration::ZERO);
    let on_answer = [vec![b'g'], vec![b'd'], vec![b'a'], vec![b'n']];
    let back = BackChannel { port: Box::new(wire.clone()), on_frame: vec![6], on_damage: vec![21], on_answer };
    let device = Attachment {
        source: source.clone(),
        lane: LaneId::new("left"),
        transport: Transport::Serial,
        description: String::new(),
        decoder: Some(Box::new(LineDecoder::new(options, now))),
        back: Some(back),
    };
    gate.attach(device, now);
    (gate, wire, source, now)
}

#[test]
fn a_scanner_hears_ack_only_for_what_was_recorded() {
    let (mut gate, wire, source, _) = attached(Options::default());
    gate.answer(&source, Answer::No);
    gate.refuse(&source);
    assert_eq!(*wire.0.lock().unwrap(), [6, b'n', 21, b'n']);
}

#[test]
fn what_is_no_scan_is_heard_at_the_scanner_and_a_damaged_message_is_asked_for_again() {
    let (mut gate, wire, source, now) = attached(Options::default());
    gate.discard(&source, &Discard::UnknownKey { usage: 0x64 }, now);
    gate.discard(&source, &Discard::CheckByte { sent: 1, computed: 2 }, now);
    gate.discard(&source, &Discard::CalibrationCard { taught: None }, now);
    gate.discard(&source, &Discard::DeviceReply, now);
    assert_eq!(*wire.0.lock().unwrap(), [b'n', 21, b'g']);
    let told: Vec<_> = gate.take_notices().into_iter().map(|(_, answer, why)| (answer, why)).collect();
    let no = |why: &str| (Answer::No, why.to_owned());
    let card = (Answer::Good, "Calibration card: one moment".to_owned());
    let unread = no("Not read: wrong scanner layout? Scan the calibration card");
    assert_eq!(told, [unread, no("Damaged on the way: scan again"), card]);
    assert_eq!(gate.view()[&source].discards, 4);
}

#[test]
fn the_symbology_that_a_scanner_names_beside_the_data_stays_with_the_scan() {
    let (mut gate, _, source, now) = attached(Options::default());
    let decoder = PosDecoder::new(PosOptions::default());
    gate.slots.get_mut(&source).unwrap().decoder = Some(Box::new(decoder));
    let mut report = vec![0; 64];
    report[..7].copy_from_slice(&[2, 4, b'1', b'2', b'3', b'4', 0]);
    report[62] = b'w';
    let mut scans = Vec::new();
    gate.read(Read { source, at: now, delivery: Delivery::Report(report) }, &mut scans);
    assert_eq!((scans[0].symbology, scans[0].payload.as_slice()), (Some(Symbology::DataMatrix), &b"1234"[..]));
}

#[test]
fn a_whole_code_counts_and_half_a_code_is_counted_as_thrown_away_when_the_device_is_pulled() {
    let (mut gate, _, source, now) = attached(Options::default());
    let mut scans = Vec::new();
    let now = Moment::new(now.wall, Duration::from_secs(10)); // Not what had waited before it was opened.
    gate.read(Read { source: source.clone(), at: now, delivery: Delivery::Bytes(b"AT-1\rAT".to_vec()) }, &mut scans);
    let fault = Fault { kind: FaultKind::Disconnected, message: String::new() };
    gate.fault(&source, fault, now, &mut scans);
    assert_eq!((scans.len(), gate.view()[&source].discards), (1, 1));
    let told = (LaneId::new("left"), Answer::No, "Half a code: scan again".to_owned());
    assert_eq!(gate.take_notices(), [told], "the side hears it, once");
    assert_eq!(gate.take_notices(), []);
    assert_eq!(gate.view()[&source].fault.as_ref().map(|it| it.kind), Some(FaultKind::Disconnected));
}
