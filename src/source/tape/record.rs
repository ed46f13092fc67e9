//! A recording: a sink that writes down what passes through it as a tape.
//!
//! Scrubbed, letters and digits are replaced by `A`, `a` and `0`: lengths, cuts and times stay, contents do not.
//! A recording that cannot be written ends with one log line; scanning goes on.
//! Deliberately absent: the camera, whose symbols are no bytes of a device.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::print::Time;
use super::{Act, TapeSource, Wiring};
use crate::decode::hid_keyboard::Layout;
use crate::domain::{Clock, Delivery, SourceId, Transport};
use crate::source::{Attachment, Sink, SourceInput};

/// Puts a recorder in front of a sink; everything still goes through.
#[must_use]
pub fn record(sink: Sink, out: Box<dyn Write + Send>, clock: Clock, scrub: bool) -> Sink {
    let start = clock().uptime;
    let recorder = Mutex::new(Recorder { out: Some(out), last: start, scrub, known: BTreeMap::new() });
    Arc::new(move |input| {
        recorder.lock().unwrap_or_else(PoisonError::into_inner).note(&input, clock().uptime);
        sink(input)
    })
}

struct Recorder {
    out: Option<Box<dyn Write + Send>>,
    last: Duration,
    scrub: bool,
    known: BTreeMap<SourceId, TapeSource>,
}

impl Recorder {
    fn note(&mut self, input: &SourceInput, now: Duration) {
        let (at, act) = match input {
            SourceInput::Attached(attachment) => (now, self.attached(attachment)),
            SourceInput::Read(read) => {
                let act = match &read.delivery {
                    Delivery::Bytes(bytes) => Some(Act::Bytes(read.source.clone(), self.scrubbed(bytes))),
                    Delivery::Report(bytes) => {
                        Some(Act::Report(read.source.clone(), self.scrubbed_report(read, bytes)))
                    }
                    Delivery::Message(_) | Delivery::Symbols(_) => None,
                };
                (read.at.uptime, act)
            }
            SourceInput::Faulted(source, _) => {
                (now, self.known.contains_key(source).then(|| Act::Unplug(source.clone())))
            }
            SourceInput::Discarded(..) | SourceInput::Ended(_) => (now, None),
        };
        if let Some(act) = act {
            self.write(at, &act);
        }
    }

    fn attached(&mut self, attachment: &Attachment) -> Option<Act> {
        let line = attachment.decoder.as_ref().and_then(|it| it.line_options());
        let wiring = match attachment.transport {
            Transport::Serial => Wiring::Line(line.cloned().unwrap_or_default()),
            Transport::HidKeyboard => Wiring::Keyboard(Layout::Us),
            Transport::HidPos => Wiring::Pos,
            Transport::Camera
            | Transport::Http
            | Transport::Page
            | Transport::CommandLine
            | Transport::StandardInput
            | Transport::Tape
            | Transport::Batch => return None,
        };
        let source = TapeSource { name: attachment.source.clone(), lane: attachment.lane.clone(), wiring };
        let before = self.known.insert(source.name.clone(), source.clone());
        Some(if before.as_ref() == Some(&source) { Act::Plug(source.name) } else { Act::Source(source) })
    }

    fn scrubbed(&self, bytes: &[u8]) -> Vec<u8> {
        let scrub = |byte: u8| match byte {
            b'0'..=b'9' => b'0',
            b'A'..=b'Z' => b'A',
            b'a'..=b'z' => b'a',
            _ => byte,
        };
        bytes.iter().map(|it| if self.scrub { scrub(*it) } else { *it }).collect()
    }

    /// A scrubbed keyboard report has A for each letter and 0 for each digit; a POS report keeps its first five bytes.
    fn scrubbed_report(&self, read: &crate::domain::Read, report: &[u8]) -> Vec<u8> {
        let wiring = self.known.get(&read.source).map(|it| &it.wiring);
        match wiring {
            _ if !self.scrub => report.to_vec(),
            Some(Wiring::Keyboard(_)) => {
                let key = |usage: u8| match usage {
                    0x04..=0x1D => 0x04,
                    0x1E..=0x27 => 0x27,
                    _ => usage,
                };
                report.iter().enumerate().map(|(place, it)| if place < 2 { *it } else { key(*it) }).collect()
            }
            _ => {
                let (head, tail) = report.split_at(report.len().min(5));
                [head, &self.scrubbed(tail)].concat()
            }
        }
    }

    fn write(&mut self, at: Duration, act: &Act) {
        let Some(out) = &mut self.out else { return };
        let step = Duration::from_micros(u64::try_from(at.saturating_sub(self.last).as_micros()).unwrap_or(u64::MAX));
        let time = if step.is_zero() { String::new() } else { format!("at +{}\n", Time(step)) };
        if let Err(error) = out.write_all(format!("{time}{act}\n").as_bytes()).and_then(|()| out.flush()) {
            tracing::warn!(%error, "the recording of the tape ends; scanning goes on");
            self.out = None;
        }
        self.last = self.last.saturating_add(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Moment;
    use crate::source::Stop;
    use crate::source::tape::{Pace, Tape, play};

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[track_caller]
    fn check(tape: &str, scrub: bool, expected: &str) {
        let paper = Paper::default();
        let clock: Clock = Arc::new(|| Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::ZERO));
        let sink = record(Arc::new(|_| Ok(())), Box::new(paper.clone()), Arc::clone(&clock), scrub);
        let tape: Tape = tape.parse().unwrap();
        play(&tape, Pace::Fast, &sink, &clock, &Stop::new()).unwrap();
        assert_eq!(String::from_utf8_lossy(&paper.0.lock().unwrap()), expected);
    }

    const TAPE: &str = "source gun serial lane left terminator cr\nat +250ms\nbytes gun \"]C1AT-\"\nat +15ms\n\
                        bytes gun \"9z\\r\"\n";

    #[test]
    fn what_is_recorded_reads_back_as_what_was_played() {
        check(TAPE, false, TAPE);
    }

    #[test]
    fn a_scrubbed_recording_keeps_times_and_lengths_and_no_content() {
        check(TAPE, true, &TAPE.replace("]C1AT-", "]A0AA-").replace("9z", "0a"));
        check("source k keyboard\nreport k 02 00 07 1e 28", true, "source k keyboard\nreport k 02 00 04 27 28\n");
    }

    #[test]
    fn a_scanner_that_comes_back_is_plugged_not_named_again() {
        check("source gun serial\nunplug\nplug", false, "source gun serial\nunplug gun\nplug gun\n");
    }
}
