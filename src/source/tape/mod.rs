//! Tapes: what devices delivered and when, as text that a person can read and write; the language is in [`Tape`].
//!
//! Printing a tape and reading it gives the same tape; a recording replays to the same codes at the same gaps.
//! Deliberately absent: what should come of it, which the golden journeys beside the tapes say.

mod parse;
mod play;
mod print;
mod record;
mod words;

use std::time::Duration;

use jiff::Timestamp;

use crate::decode::line;
use crate::domain::{LaneId, Message, SourceId};

pub use parse::TapeError;
pub use play::{Pace, Player, play, play_into, start};
pub use record::record;

/// The lane of a source that names none.
pub const LANE: &str = "main";

/// Characters a tape may have; a day at a busy desk is below it.
pub const TAPE_MAX: usize = 16 * 1024 * 1024;

/// What devices delivered, in the order of time.
///
/// ```text
/// # A scanner delivers one code in two reads; then it is pulled and comes back.
/// source gun serial lane left terminator cr
/// at +250ms
/// bytes gun "AT-000"
/// at +15ms
/// bytes gun "123\r"
/// unplug gun
/// at 2s
/// plug gun
/// source kbd keyboard layout de
/// report kbd 02 00 04 00 00 00 00 00
/// scan "AT-000123" lane left
/// clock 2026-03-29T00:59:59Z
/// ```
///
/// One statement a line; `#` begins a comment. `at` says when: after the time before (`+`) or since the start. A
/// statement without a source's name is about the source named last. Bytes are in quotes with `\r \n \t \\ \" \xNN`;
/// a report is bytes in hexadecimal. A serial source takes every key of
/// [`line::Options`](crate::decode::line::Options). What a source delivers while it is unplugged waits in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tape {
    /// One step after the other; times never go back.
    pub steps: Vec<Step>,
}

/// One statement of a tape, with its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Since the start of the tape.
    pub at: Duration,
    /// What happens.
    pub act: Act,
}

/// What happens at one step.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A scanner is there from now on.
    Source(TapeSource),
    /// A scanner delivered bytes of a line.
    Bytes(SourceId, Vec<u8>),
    /// A scanner delivered one HID report.
    Report(SourceId, Vec<u8>),
    /// A scanner is pulled.
    Unplug(SourceId),
    /// It is plugged in again.
    Plug(SourceId),
    /// One whole message, as from the page or the API.
    Scan(LaneId, Message),
    /// A person sets the wall clock; the uptime goes on.
    Clock(Timestamp),
}

/// A scanner of a tape.
#[derive(Clone, Debug, PartialEq)]
pub struct TapeSource {
    /// Its name.
    pub name: SourceId,
    /// The side of the station it belongs to.
    pub lane: LaneId,
    /// How it is connected, and how it speaks.
    pub wiring: Wiring,
}

/// How a scanner of a tape is connected.
#[derive(Clone, Debug, PartialEq)]
pub enum Wiring {
    /// A serial line.
    Line(line::Options),
    /// A keyboard wedge; the name of its layout.
    Keyboard(crate::decode::hid_keyboard::Layout),
    /// HID POS; the fields are guessed from the reports.
    Pos,
}

impl Tape {
    /// The whole length of the tape.
    #[must_use]
    pub fn length(&self) -> Duration {
        self.steps.last().map_or(Duration::ZERO, |it| it.at)
    }
}
