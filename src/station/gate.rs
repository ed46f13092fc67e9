//! From what devices deliver to scans: the slots of all sources with their decoders.
//!
//! A slot outlives its device: unplugged and plugged in again it keeps its lane and its counts. What decoders throw
//! away is counted here and shown.
//! Deliberately absent: opening devices; what a scan means.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use jiff::Timestamp;

use crate::decode::{Decoded, Decoder, split};
use crate::domain::{
    Answer, Delivery, Discard, Fault, FaultView, Frame, LaneId, Message, Moment, Read, ReadingId, Scan, SourceId,
    SourceView, Symbol, Transport,
};
use crate::rules::words::discarded;
use crate::source::{Attachment, BackChannel, remedy};

/// All sources, plugged in or not.
#[derive(Default)]
pub(super) struct Gate {
    slots: BTreeMap<SourceId, Slot>,
    readings: u64,
    /// What the sides are to hear of what was thrown away.
    notices: Vec<(LaneId, Answer, String)>,
}

struct Slot {
    lane: LaneId,
    transport: Transport,
    description: String,
    decoder: Option<Box<dyn Decoder>>,
    back: Option<BackChannel>,
    since: Timestamp,
    fault: Option<Fault>,
    number: u64,
    discards: u64,
}

impl Slot {
    fn new(lane: LaneId, transport: Transport, now: Moment) -> Self {
        Self {
            lane,
            transport,
            description: String::new(),
            decoder: None,
            back: None,
            since: now.wall,
            fault: None,
            number: 0,
            discards: 0,
        }
    }
}

impl Gate {
    /// A device is there from now on.
    pub(super) fn attach(&mut self, device: Attachment, now: Moment) {
        let source = device.source;
        let new = || Slot::new(device.lane.clone(), device.transport, now);
        let slot = self.slots.entry(source.clone()).or_insert_with(new);
        slot.lane = device.lane;
        slot.transport = device.transport;
        slot.description = device.description;
        slot.decoder = device.decoder;
        slot.back = device.back;
        slot.since = now.wall;
        let (lane, device, was_ill) = (slot.lane.as_str(), slot.description.as_str(), slot.fault.take().is_some());
        let name = source.as_str();
        tracing::info!(
            source.id = name,
            lane,
            device,
            "{}",
            if was_ill { "the source is back" } else { "the source is read" }
        );
    }

    /// A device left or is unwell; a whole message is still a scan, half of one is thrown away, visibly.
    pub(super) fn fault(&mut self, source: &SourceId, fault: Fault, now: Moment, out: &mut Vec<Scan>) {
        let mut decoded = Vec::new();
        if let Some(mut decoder) = self.slot(source, now).decoder.take() {
            decoder.pulled(&mut decoded);
        }
        self.decoded(source, decoded, now, out);
        let slot = self.slot(source, now);
        slot.back = None;
        if slot.fault.as_ref() != Some(&fault) {
            slot.since = now.wall;
            tracing::warn!(source.id = source.as_str(), "{}", fault.message);
        }
        slot.fault = Some(fault);
    }

    /// A source ended for good.
    pub(super) fn end(&mut self, source: &SourceId) {
        self.slots.remove(source);
        tracing::info!(source.id = source.as_str(), "the source is read no more");
    }

    /// Something was thrown away.
    pub(super) fn discard(&mut self, source: &SourceId, discard: &Discard, now: Moment) {
        let slot = self.slot(source, now);
        slot.discards += 1;
        if !matches!(discard, Discard::CalibrationCard { .. }) {
            tracing::warn!(source.id = source.as_str(), ?discard, "thrown away");
        }
        let Some((answer, why)) = discarded(discard) else { return };
        let lane = slot.lane.clone();
        if let Some(back) = &mut slot.back {
            // A scanner that hears NAK sends its code again: it is no answer yet.
            let damaged = matches!(discard, Discard::CheckByte { .. });
            let heard = if damaged { back.on_damage.clone() } else { beep(back, answer).to_vec() };
            write(back, &heard);
        }
        self.notices.push((lane, answer, why));
    }

    /// What the sides are to hear, once.
    pub(super) fn take_notices(&mut self) -> Vec<(LaneId, Answer, String)> {
        std::mem::take(&mut self.notices)
    }

    /// Turns what a source delivered into scans.
    pub(super) fn read(&mut self, read: Read, out: &mut Vec<Scan>) {
        let Read { source, at, delivery } = read;
        match delivery {
            Delivery::Bytes(bytes) | Delivery::Report(bytes) => {
                let mut decoded = Vec::new();
                if let Some(decoder) = &mut self.slot(&source, at).decoder {
                    decoder.push(&bytes, at, &mut decoded);
                }
                self.decoded(&source, decoded, at, out);
            }
            Delivery::Message(message) => {
                let slot = self.slot(&source, at);
                out.push(slot.message(&source, message, at));
            }
            Delivery::Symbols(symbols) => {
                self.readings += 1;
                let reading = (symbols.len() > 1).then_some(ReadingId(self.readings));
                let slot = self.slot(&source, at);
                out.extend(symbols.into_iter().map(|it| slot.symbol(&source, it, reading, at)));
            }
        }
    }

    /// The uptime at which a decoder wants to be told that time has passed.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.slots.values().filter_map(|it| it.decoder.as_ref()?.deadline()).min()
    }

    /// Tells the decoders that time has passed.
    pub(super) fn expire(&mut self, now: Moment, out: &mut Vec<Scan>) {
        let due: Vec<SourceId> = self
            .slots
            .iter()
            .filter(|(_, it)| it.decoder.as_ref().and_then(|it| it.deadline()).is_some_and(|it| it <= now.uptime))
            .map(|(id, _)| id.clone())
            .collect();
        for source in due {
            let mut decoded = Vec::new();
            if let Some(decoder) = &mut self.slot(&source, now).decoder {
                decoder.expire(now, &mut decoded);
            }
            self.decoded(&source, decoded, now, out);
        }
    }

    /// Tells the device that its scan is durable, and how it was answered.
    pub(super) fn answer(&mut self, source: &SourceId, answer: Answer) {
        let Some(back) = self.slots.get_mut(source).and_then(|it| it.back.as_mut()) else { return };
        let bytes: Vec<u8> = [back.on_frame.as_slice(), beep(back, answer)].concat();
        write(back, &bytes);
    }

    /// Sounds an answer on the devices of a lane that nobody asked for: a warning, a session that ended by silence.
    pub(super) fn tell(&mut self, lane: &LaneId, answer: Answer) {
        for slot in self.slots.values_mut().filter(|it| it.lane == *lane) {
            let Some(back) = &mut slot.back else { continue };
            let beep = beep(back, answer).to_vec();
            write(back, &beep);
        }
    }

    /// Tells the device that nothing was recorded, so that it sends its code again if it can.
    pub(super) fn refuse(&mut self, source: &SourceId) {
        let Some(back) = self.slots.get_mut(source).and_then(|it| it.back.as_mut()) else { return };
        let [.., no] = &back.on_answer;
        let bytes: Vec<u8> = back.on_damage.iter().chain(no).copied().collect();
        write(back, &bytes);
    }

    /// The sources as screens see them.
    pub(super) fn view(&self) -> BTreeMap<SourceId, SourceView> {
        self.slots.iter().map(|(id, slot)| (id.clone(), slot.view())).collect()
    }

    fn decoded(&mut self, source: &SourceId, decoded: Vec<Decoded>, now: Moment, out: &mut Vec<Scan>) {
        for part in decoded {
            match part {
                Decoded::Frame(frame) => {
                    let slot = self.slot(source, now);
                    out.push(slot.frame(source, &frame));
                }
                Decoded::Discard(discard) => self.discard(source, &discard, now),
            }
        }
    }

    fn slot(&mut self, source: &SourceId, now: Moment) -> &mut Slot {
        self.slots
            .entry(source.clone())
            .or_insert_with(|| Slot::new(LaneId::new(source.as_str()), Transport::Serial, now))
    }
}

impl Slot {
    fn frame(&mut self, source: &SourceId, frame: &Frame) -> Scan {
        let (aim, payload) = split(frame);
        let mut scan = self.scan(source, frame.at, payload.to_vec());
        scan.aim = aim;
        scan.symbology = frame.symbology;
        scan.stale = frame.stale;
        if frame.event_time.is_some() {
            (scan.event_time, scan.transport) = (frame.event_time, Transport::Batch);
        }
        scan
    }

    fn message(&mut self, source: &SourceId, message: Message, at: Moment) -> Scan {
        let mut scan = self.scan(source, at, Vec::new());
        fill(&mut scan, message);
        scan
    }

    fn symbol(&mut self, source: &SourceId, symbol: Symbol, reading: Option<ReadingId>, at: Moment) -> Scan {
        let mut scan = self.scan(source, at, symbol.bytes);
        scan.aim = symbol.aim;
        scan.symbology = Some(symbol.symbology);
        scan.reading = reading;
        scan
    }

    fn scan(&mut self, source: &SourceId, at: Moment, payload: Vec<u8>) -> Scan {
        self.number += 1;
        Scan {
            source: source.clone(),
            lane: self.lane.clone(),
            transport: self.transport,
            number: self.number,
            reading: None,
            at,
            event_time: None,
            aim: None,
            symbology: None,
            payload,
            stale: false,
        }
    }

    fn view(&self) -> SourceView {
        SourceView {
            lane: self.lane.clone(),
            transport: self.transport,
            description: self.description.clone(),
            since: self.since,
            fault: self.fault.as_ref().map(|it| FaultView {
                kind: it.kind,
                message: it.message.clone(),
                remedy: remedy(it.kind).to_owned(),
            }),
            scans: self.number,
            discards: self.discards,
        }
    }
}

/// Puts a whole message into a scan; an identifier in front of the bytes counts where none was given apart.
pub(super) fn fill(scan: &mut Scan, message: Message) {
    let (found, rest) = crate::domain::AimId::split(&message.bytes);
    if message.aim.is_some() {
        scan.aim = message.aim;
        scan.payload = message.bytes;
    } else {
        scan.aim = found;
        scan.payload = rest.to_vec();
    }
    scan.event_time = message.event_time;
}

/// The sound of an answer on a device.
fn beep(back: &BackChannel, answer: Answer) -> &[u8] {
    let [good, done, already, no] = &back.on_answer;
    match answer {
        Answer::Good => good,
        Answer::Done => done,
        Answer::Already => already,
        Answer::No => no,
    }
}

/// A device that cannot take its answer is not a reason to stop: the screen has it.
fn write(back: &mut BackChannel, bytes: &[u8]) {
    if !bytes.is_empty()
        && let Err(cause) = back.port.write_all(bytes)
    {
        tracing::debug!(%cause, "answer on the scanner not written");
    }
}

#[cfg(test)]
mod tests;
