//! A scanner with a memory that empties it over its cable: each line is a code that knows when it was read.
//!
//! A line that has no time of the profile's form goes on as it is: it is answered as unknown and nothing is lost.
//! Deliberately absent: where a line ends, which the line's own decoder knows.

use std::time::Duration;

use super::Options;
use crate::decode::line::{self, LineDecoder};
use crate::decode::{Decoded, Decoder};
use crate::domain::Moment;
use crate::domain::time::Zone;

/// Takes the times off the lines of one serial line.
#[derive(Clone, Debug)]
pub struct BatchDecoder {
    line: LineDecoder,
    options: Options,
    zone: Zone,
}

impl BatchDecoder {
    /// Makes the decoder of a line whose scanner writes so, its clock set to this zone.
    #[must_use]
    pub const fn new(line: LineDecoder, options: Options, zone: Zone) -> Self {
        Self { line, options, zone }
    }

    fn read(&mut self, out: &mut Vec<Decoded>, of: impl FnOnce(&mut LineDecoder, &mut Vec<Decoded>)) {
        let first = out.len();
        of(&mut self.line, out);
        for it in out.iter_mut().skip(first) {
            let Decoded::Frame(frame) = it else { continue };
            let Ok((time, code)) = self.options.cut(&frame.bytes, &self.zone) else { continue };
            let code = code.to_vec();
            (frame.event_time, frame.bytes) = (Some(time), code);
        }
    }
}

impl Decoder for BatchDecoder {
    fn push(&mut self, delivered: &[u8], at: Moment, out: &mut Vec<Decoded>) {
        self.read(out, |line, out| line.push(delivered, at, out));
    }

    fn deadline(&self) -> Option<Duration> {
        self.line.deadline()
    }

    fn expire(&mut self, now: Moment, out: &mut Vec<Decoded>) {
        self.read(out, |line, out| line.expire(now, out));
    }

    fn pulled(&mut self, out: &mut Vec<Decoded>) {
        self.read(out, LineDecoder::pulled);
    }

    fn held(&self) -> usize {
        self.line.held()
    }

    fn line_options(&self) -> Option<&line::Options> {
        self.line.line_options()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::BatchDecoder;
    use crate::decode::batch::{Column, Options};
    use crate::decode::line::{self, LineDecoder};
    use crate::decode::{Decoded, Decoder};
    use crate::domain::Moment;
    use crate::domain::time::Zone;

    #[test]
    fn a_dump_over_the_cable_keeps_its_times_wherever_reads_were_cut() {
        let dump = b"2026-03-10 09:15:00,AT-1\r\nrubbish\r\n2026-03-10 09:16:00,a,b\r\n";
        let expected = ["2026-03-10T09:15:00Z AT-1", "- rubbish", "2026-03-10T09:16:00Z a,b"];
        for size in [1, 7, dump.len()] {
            let columns = vec![Column::Time, Column::Code];
            let options = Options { columns, separator: ',', time: "%Y-%m-%d %H:%M:%S".to_owned() };
            let line = LineDecoder::listening(line::Options::default());
            let (mut decoder, mut out) = (BatchDecoder::new(line, options, Zone::utc()), Vec::new());
            for part in dump.chunks(size) {
                decoder.push(part, Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::ZERO), &mut out);
            }
            let found = out.iter().map(|it| match it {
                Decoded::Frame(it) => {
                    let time = it.event_time.map_or_else(|| "-".to_owned(), |it| it.to_string());
                    format!("{time} {}", it.bytes.escape_ascii())
                }
                Decoded::Discard(it) => format!("{it:?}"),
            });
            assert_eq!(found.collect::<Vec<_>>(), expected, "{size}");
        }
    }
}
