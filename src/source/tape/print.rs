//! Tape to text: the form that reads back as the same tape.
//!
//! Times are printed as steps (`at +250ms`); only settings that are not the default are named.
//! Deliberately absent: comments, which belong to whoever wrote them.

use std::fmt;
use std::time::Duration;

use super::words::quote;
use super::{Act, LANE, Tape, TapeSource, Wiring};
use crate::decode::line;

impl fmt::Display for Tape {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut now = Duration::ZERO;
        for step in &self.steps {
            if step.at > now {
                writeln!(out, "at +{}", Time(step.at.saturating_sub(now)))?;
                now = step.at;
            }
            writeln!(out, "{}", step.act)?;
        }
        Ok(())
    }
}

/// A time in the largest unit that needs no point.
pub(super) struct Time(pub(super) Duration);

impl fmt::Display for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.as_micros();
        match (micros % 1_000_000, micros % 1_000) {
            (0, _) => write!(out, "{}s", micros / 1_000_000),
            (_, 0) => write!(out, "{}ms", micros / 1_000),
            _ => write!(out, "{micros}us"),
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(source) => write!(out, "{source}"),
            Self::Bytes(source, bytes) => write!(out, "bytes {source} {}", quote(bytes)),
            Self::Report(source, bytes) => {
                write!(out, "report {source}")?;
                bytes.iter().try_for_each(|it| write!(out, " {it:02x}"))
            }
            Self::Unplug(source) => write!(out, "unplug {source}"),
            Self::Plug(source) => write!(out, "plug {source}"),
            Self::Scan(lane, message) => {
                write!(out, "scan {}", quote(&message.bytes))?;
                if let Some(aim) = message.aim {
                    write!(out, " aim {aim}")?;
                }
                if lane.as_str() == LANE { Ok(()) } else { write!(out, " lane {lane}") }
            }
            Self::Clock(time) => write!(out, "clock {time}"),
        }
    }
}

impl fmt::Display for TapeSource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.wiring {
            Wiring::Line(_) => "serial",
            Wiring::Keyboard(_) => "keyboard",
            Wiring::Pos => "pos",
        };
        write!(out, "source {} {kind}", self.name)?;
        if self.lane.as_str() != LANE {
            write!(out, " lane {}", self.lane)?;
        }
        match &self.wiring {
            Wiring::Line(options) => write!(out, "{}", Settings(options)),
            Wiring::Keyboard(layout) if *layout != crate::decode::hid_keyboard::Layout::Us => {
                write!(out, " layout {}", layout.name())
            }
            Wiring::Keyboard(_) | Wiring::Pos => Ok(()),
        }
    }
}

/// The settings of a line that are not the default.
struct Settings<'options>(&'options line::Options);

impl fmt::Display for Settings<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (set, usual) = (self.0, line::Options::default());
        if set.terminator != usual.terminator {
            write!(out, " terminator {}", set.terminator.word())?;
        }
        if set.envelope != usual.envelope {
            write!(out, " envelope {}", set.envelope.word())?;
        }
        if set.stale != usual.stale {
            write!(out, " stale {}", set.stale.word())?;
        }
        for (key, value, usual) in [("prefix", &set.prefix, &usual.prefix), ("suffix", &set.suffix, &usual.suffix)] {
            if value != usual {
                write!(out, " {key} {}", quote(value.as_bytes()))?;
            }
        }
        if set.frame_max != usual.frame_max {
            write!(out, " frame_max {}", set.frame_max)?;
        }
        for (key, value, usual) in [
            ("gap_ms", set.gap_ms, usual.gap_ms),
            ("partial_max_ms", set.partial_max_ms, usual.partial_max_ms),
            ("stale_ms", set.stale_ms, usual.stale_ms),
        ] {
            if value != usual {
                write!(out, " {key} {value}")?;
            }
        }
        if set.last_terminator_only { write!(out, " last_terminator_only true") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decode::hid_keyboard::Layout;
    use crate::decode::line::{Envelope, Options, Stale, Terminator};
    use crate::domain::{LaneId, Message, SourceId};
    use crate::source::tape::{Step, words::words};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = text.parse::<Tape>().map_or_else(|it| it.to_string(), |it| it.to_string());
        assert_eq!(found, expected);
    }

    #[test]
    fn a_tape_is_read_with_comments_and_printed_with_steps() {
        check(
            "# One code.\n\nsource gun serial lane left terminator cr  # the left side\nat 250ms\nbytes \"AT-1\\r\"\n\
             at +15ms\nbytes gun \"\\x00é\\\"\"\nat 2s\nunplug\nplug gun",
            "source gun serial lane left terminator cr\nat +250ms\nbytes gun \"AT-1\\r\"\nat +15ms\n\
             bytes gun \"\\x00é\\\"\"\nat +1735ms\nunplug gun\nplug gun\n",
        );
        check(
            "source kbd keyboard layout de\nreport 02 00 1c\nscan \"]C101\" lane left\nscan \"x\" aim ]Q3\n\
             clock 2026-03-29T01:00:00Z",
            "source kbd keyboard layout de\nreport kbd 02 00 1c\nscan \"]C101\" lane left\nscan \"x\" aim ]Q3\n\
             clock 2026-03-29T01:00:00Z\n",
        );
    }

    #[test]
    fn an_error_says_where_it_is_and_what_was_expected() {
        check("byte", "line 1, column 1: expected one of at, source, bytes, report, unplug, plug, scan, clock");
        check("\n  bytes gun \"x\"", "line 2, column 9: expected a source that was named before");
        check("bytes \"x\"", "line 1, column 1: expected a source that was named before");
        check("source gun serial\nbytes \"x", "line 2, column 7: expected a closing quote");
        check("source gun serial\nbytes \"\\q\"", "line 2, column 8: expected one of \\r \\n \\t \\\\ \\\" \\xNN");
        check("source gun serial\nbytes \"x\" y", "line 2, column 11: expected nothing more on this line");
        check("at 2s\nat 1s", "line 2, column 4: expected a time not before 2s");
        check("at soon", "line 1, column 4: expected a time like +250ms, 1.5s, +2min or 8h");
        check(
            "source gun parallel",
            "line 1, column 12: expected serial, keyboard [layout NAME] or pos, and lane NAME",
        );
        check("source k keyboard layout xx", "line 1, column 26: expected a layout: us, gb, de or fr");
        check("source k keyboard\nreport zz", "line 2, column 8: expected a source that was named before");
        check("source k keyboard\nreport k 0", "line 2, column 10: expected bytes in hexadecimal, 02 00 1c");
        check("source gun serial terminator", "line 1, column 29: expected a value for this key");
        let unknown = "source gun serial terminater cr".parse::<Tape>().map_err(|it| it.to_string());
        assert!(unknown.is_err_and(|it| it.starts_with("line 1, column 12: expected unknown field `terminater`")));
    }

    fn any_act() -> impl Strategy<Value = Act> {
        let gun = || SourceId::new("gun");
        let bytes = || prop::collection::vec(any::<u8>(), 0..12);
        prop_oneof![
            bytes().prop_map(move |it| Act::Bytes(gun(), it)),
            prop::collection::vec(any::<u8>(), 1..9).prop_map(move |it| Act::Report(gun(), it)),
            Just(Act::Unplug(gun())),
            Just(Act::Plug(gun())),
            bytes().prop_map(|bytes| Act::Scan(LaneId::new("left"), Message { bytes, ..Message::default() })),
        ]
    }

    fn any_wiring() -> impl Strategy<Value = Wiring> {
        let options =
            ("[ -~]{0,3}", any::<bool>(), 1_usize..9_000, 0_u64..900).prop_map(|(prefix, flag, max, gap_ms)| {
                Wiring::Line(Options {
                    prefix,
                    frame_max: max,
                    gap_ms,
                    last_terminator_only: flag,
                    terminator: if flag { Terminator::CrLf } else { Terminator::None },
                    envelope: if flag { Envelope::StxEtxBccOverEtx } else { Envelope::None },
                    stale: if flag { Stale::Mark } else { Stale::Accept },
                    ..Options::default()
                })
            });
        prop_oneof![options, Just(Wiring::Keyboard(Layout::Fr)), Just(Wiring::Keyboard(Layout::Us)), Just(Wiring::Pos)]
    }

    proptest! {
        #[test]
        fn a_printed_tape_reads_as_the_same_tape(
            wiring in any_wiring(), acts in prop::collection::vec((0_u64..5_000_000, any_act()), 0..20),
        ) {
            let source = TapeSource { name: SourceId::new("gun"), lane: LaneId::new("left"), wiring };
            let mut tape = Tape { steps: vec![Step { at: Duration::ZERO, act: Act::Source(source) }] };
            let mut at = Duration::ZERO;
            for (micros, act) in acts {
                at += Duration::from_micros(micros);
                tape.steps.push(Step { at, act });
            }
            prop_assert_eq!(tape.to_string().parse::<Tape>(), Ok(tape));
        }

        #[test]
        fn any_text_is_a_tape_or_an_error(text in "(at|source|bytes|report|scan|gun|serial|\"|\\\\x|\\+|1s|0a|#| |\n|é){0,40}") {
            let read = text.parse::<Tape>();
            if let Err(error) = read {
                prop_assert!(error.line <= text.lines().count().max(1) && error.column > 0);
            }
        }

        #[test]
        fn quoted_bytes_are_read_as_they_were(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let read = words(&quote(&bytes), 1).map(|it| it.into_iter().map(|word| word.bytes).collect::<Vec<_>>());
            prop_assert_eq!(read, Ok(vec![bytes]));
        }
    }
}
