//! A tape as the station sees it: each step becomes what a device thread would have told.
//!
//! What a source delivers while it is unplugged waits in it, as in a scanner with a buffer, and comes stale when it is
//! plugged in. Played fast, each step carries its own time, so that gaps are what they were.
//! Deliberately absent: any other way into the station.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Act, Step, Tape, TapeSource, Wiring};
use crate::decode::Decoder;
use crate::decode::hid_keyboard::{KeyboardDecoder, KeyboardOptions};
use crate::decode::hid_pos::{PosDecoder, PosOptions};
use crate::decode::line::LineDecoder;
use crate::domain::{Clock, Delivery, Fault, FaultKind, LaneId, Moment, Read, SourceId, Transport};
use crate::source::pretend::Scanner;
use crate::source::{Attachment, Closed, Sink, SourceError, SourceInput, Stop};

/// How fast a tape is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// With the waits that it has.
    AsRecorded,
    /// Without waiting; each step carries its own time.
    Fast,
}

/// Turns the steps of a tape into what the station is told.
#[derive(Default)]
pub struct Player {
    known: BTreeMap<SourceId, Slot>,
    lanes: BTreeSet<LaneId>,
}

/// A source of the tape and what it holds while it is unplugged.
struct Slot {
    source: TapeSource,
    plugged: bool,
    waiting: Vec<u8>,
}

impl Player {
    /// A player that has seen nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the station is told of one step at that moment; setting the clock tells it nothing.
    pub fn inputs(&mut self, act: &Act, now: Moment) -> Vec<SourceInput> {
        match act {
            Act::Source(source) => {
                let slot = Slot { source: source.clone(), plugged: true, waiting: Vec::new() };
                let told = vec![SourceInput::Attached(attachment(source, None))];
                self.known.insert(source.name.clone(), slot);
                told
            }
            Act::Bytes(name, bytes) => self.deliver(name, bytes, Delivery::Bytes, now),
            Act::Report(name, bytes) => self.deliver(name, bytes, Delivery::Report, now),
            Act::Unplug(name) => self.unplug(name),
            Act::Plug(name) => self.plug(name, now),
            Act::Scan(lane, message) => {
                let source = SourceId::new(&format!("tape-{lane}"));
                let mut told = Vec::new();
                if self.lanes.insert(lane.clone()) {
                    told.push(SourceInput::Attached(Attachment {
                        source: source.clone(),
                        lane: lane.clone(),
                        transport: Transport::Tape,
                        description: "a tape".to_owned(),
                        decoder: None,
                        back: None,
                    }));
                }
                told.push(SourceInput::Read(Read { source, at: now, delivery: Delivery::Message(message.clone()) }));
                told
            }
            Act::Clock(_) => Vec::new(),
        }
    }

    /// Tells that every source of the tape has ended.
    pub fn finish(&mut self) -> Vec<SourceInput> {
        let lanes = std::mem::take(&mut self.lanes).into_iter().map(|it| SourceId::new(&format!("tape-{it}")));
        std::mem::take(&mut self.known).into_keys().chain(lanes).map(SourceInput::Ended).collect()
    }

    fn deliver(
        &mut self,
        name: &SourceId,
        bytes: &[u8],
        form: fn(Vec<u8>) -> Delivery,
        now: Moment,
    ) -> Vec<SourceInput> {
        match self.known.get_mut(name) {
            Some(slot) if slot.plugged => {
                let delivery = form(bytes.to_vec());
                vec![SourceInput::Read(Read { source: name.clone(), at: now, delivery })]
            }
            Some(slot) => {
                slot.waiting.extend_from_slice(bytes);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn unplug(&mut self, name: &SourceId) -> Vec<SourceInput> {
        let Some(slot) = self.known.get_mut(name).filter(|it| it.plugged) else { return Vec::new() };
        slot.plugged = false;
        let fault = Fault { kind: FaultKind::Disconnected, message: format!("read {name}: it was unplugged") };
        vec![SourceInput::Faulted(name.clone(), fault)]
    }

    fn plug(&mut self, name: &SourceId, now: Moment) -> Vec<SourceInput> {
        let Some(slot) = self.known.get_mut(name).filter(|it| !it.plugged) else { return Vec::new() };
        slot.plugged = true;
        let waiting = std::mem::take(&mut slot.waiting);
        let opened = Some(now).filter(|_| !waiting.is_empty());
        let mut told = vec![SourceInput::Attached(attachment(&slot.source, opened))];
        if !waiting.is_empty() {
            let delivery = Delivery::Bytes(waiting);
            told.push(SourceInput::Read(Read { source: name.clone(), at: now, delivery }));
        }
        told
    }
}

/// The device of a tape as it is when it is plugged in; `opened` if something waited in it.
fn attachment(source: &TapeSource, opened: Option<Moment>) -> Attachment {
    let (transport, decoder): (_, Box<dyn Decoder>) = match &source.wiring {
        Wiring::Line(options) => {
            let decoder = match opened {
                Some(opened) => LineDecoder::new(options.clone(), opened),
                None => LineDecoder::listening(options.clone()),
            };
            (Transport::Serial, Box::new(decoder))
        }
        Wiring::Keyboard(layout) => {
            let options = KeyboardOptions { layout: *layout, ..KeyboardOptions::default() };
            (Transport::HidKeyboard, Box::new(KeyboardDecoder::new(options)))
        }
        Wiring::Pos => (Transport::HidPos, Box::new(PosDecoder::new(PosOptions::default()))),
    };
    Attachment {
        source: source.name.clone(),
        lane: source.lane.clone(),
        transport,
        description: "a tape".to_owned(),
        decoder: Some(decoder),
        back: None,
    }
}

/// Plays a tape into the station; returns when it has ended or the signal is given.
pub fn play(tape: &Tape, pace: Pace, sink: &Sink, clock: &Clock, stop: &Stop) -> Result<(), Closed> {
    let start = clock();
    let mut player = Player::new();
    let mut wall = start.wall;
    for step in &tape.steps {
        if pace == Pace::AsRecorded && wait(step, start, clock, stop) {
            break;
        }
        let uptime = start.uptime.saturating_add(step.at);
        if let Act::Clock(time) = step.act {
            // Kept as what the wall clock would have said at the start.
            wall = time.saturating_sub(signed(step.at)).unwrap_or(time);
        }
        let now = match pace {
            Pace::AsRecorded => clock(),
            Pace::Fast => Moment::new(wall.saturating_add(signed(step.at)).unwrap_or(wall), uptime),
        };
        player.inputs(&step.act, now).into_iter().try_for_each(|it| sink(it))?;
    }
    player.finish().into_iter().try_for_each(|it| sink(it))
}

fn signed(time: Duration) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(time).unwrap_or(jiff::SignedDuration::MAX)
}

/// Waits for the time of a step; true if the signal was given.
fn wait(step: &Step, start: Moment, clock: &Clock, stop: &Stop) -> bool {
    let due = start.uptime.saturating_add(step.at);
    stop.wait(due.saturating_sub(clock().uptime))
}

/// Plays a tape in a thread of its own.
pub fn start(tape: Tape, pace: Pace, sink: Sink, clock: Clock, stop: Stop) -> Result<JoinHandle<()>, SourceError> {
    std::thread::Builder::new()
        .name("tape".to_owned())
        .spawn(move || {
            // A station that has ended needs no tape.
            play(&tape, pace, &sink, &clock, &stop).ok();
        })
        .map_err(|it| SourceError::from_io("start", "the tape", &it))
}

/// Plays a tape through a simulated scanner in a thread of its own, once or again and again.
///
/// Bytes and messages of all its sources are written to the scanner's line, messages with CR.
pub fn play_into(
    tape: Tape,
    scanner: Arc<Scanner>,
    clock: Clock,
    stop: Stop,
    again: bool,
) -> Result<JoinHandle<()>, SourceError> {
    let body = move || {
        loop {
            let start = clock();
            for step in &tape.steps {
                if wait(step, start, &clock, &stop) {
                    return;
                }
                if let Err(error) = act_on(&scanner, &step.act) {
                    tracing::warn!(%error, "the tape goes on");
                }
            }
            if !again || tape.length().is_zero() || stop.is_given() {
                return;
            }
        }
    };
    std::thread::Builder::new()
        .name("tape".to_owned())
        .spawn(body)
        .map_err(|it| SourceError::from_io("start", "the tape", &it))
}

fn act_on(scanner: &Scanner, act: &Act) -> Result<(), SourceError> {
    match act {
        Act::Bytes(_, bytes) => scanner.scan(bytes),
        Act::Scan(_, message) => scanner.scan(&[message.bytes.as_slice(), b"\r"].concat()),
        Act::Unplug(_) => {
            scanner.unplug();
            Ok(())
        }
        Act::Plug(_) => scanner.plug(),
        Act::Source(_) | Act::Report(..) | Act::Clock(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::decode::Decoded;

    /// Plays a tape fast and prints what the station is told, decoded.
    fn told(text: &str) -> Vec<String> {
        let tape: Tape = text.parse().unwrap();
        let seen = Arc::new(Mutex::new((Vec::new(), BTreeMap::new())));
        let inner = Arc::clone(&seen);
        let sink: Sink = Arc::new(move |input| {
            let mut seen = inner.lock().unwrap();
            let (lines, decoders) = &mut *seen;
            match input {
                SourceInput::Attached(mut it) => {
                    lines.push(format!("attached {} {}", it.source, it.lane));
                    decoders.insert(it.source, it.decoder.take());
                }
                SourceInput::Read(it) => {
                    let mut out = Vec::new();
                    match (it.delivery, decoders.get_mut(&it.source)) {
                        (Delivery::Bytes(bytes) | Delivery::Report(bytes), Some(Some(decoder))) => {
                            decoder.push(&bytes, it.at, &mut out);
                        }
                        (other, _) => lines.push(format!("{} {other:?} {}", it.source, it.at.wall)),
                    }
                    lines.extend(out.into_iter().map(|decoded| match decoded {
                        Decoded::Frame(it) => format!("{} at {:?}", it.bytes.escape_ascii(), it.at.uptime),
                        Decoded::Discard(it) => format!("{it:?}"),
                    }));
                }
                SourceInput::Faulted(source, fault) => lines.push(format!("{source} {:?}", fault.kind)),
                SourceInput::Discarded(source, _) | SourceInput::Ended(source) => lines.push(format!("{source} ends")),
            }
            Ok(())
        });
        let clock: Clock = Arc::new(|| Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::from_secs(5)));
        play(&tape, Pace::Fast, &sink, &clock, &Stop::new()).unwrap();
        std::mem::take(&mut seen.lock().unwrap().0)
    }

    #[track_caller]
    fn check(tape: &str, expected: &[&str]) {
        assert_eq!(told(tape), expected);
    }

    #[test]
    fn bytes_come_at_their_time_and_gaps_are_what_they_were() {
        check(
            "source gun serial\nat 1s\nbytes \"AT-1\\rAT-\"\nat +3s\nbytes \"2\\r\"",
            &["attached gun main", "AT-1 at 6s", "Unfinished { bytes: 3 }", "2 at 9s", "gun ends"],
        );
    }

    #[test]
    fn what_a_pulled_scanner_was_told_comes_stale_when_it_is_back() {
        check(
            "source gun serial lane left\nunplug\nbytes \"OLD\\r\"\nplug\nat 1s\nbytes \"NEW\\r\"",
            &[
                "attached gun left",
                "gun Disconnected",
                "attached gun left",
                "Stale { bytes: 4 }",
                "NEW at 6s",
                "gun ends",
            ],
        );
    }

    #[test]
    fn a_message_comes_whole_and_the_wall_clock_says_what_it_was_set_to() {
        check(
            "at 1s\nclock 2026-03-29T01:00:00Z\nat 2s\nscan \"AT-1\" lane left",
            &[
                "attached tape-left left",
                "tape-left Message(Message { bytes: [65, 84, 45, 49], aim: None, event_time: None }) 2026-03-29T01:00:01Z",
                "tape-left ends",
            ],
        );
    }
}
