//! What is this code? For bytes that somebody pastes, types or posts: explained, never recorded.
//!
//! The command line and the API ask here, so that both say the same. A kind may be named; then its reader runs alone.
//! Deliberately absent: our records; a scan asks them.

use crate::domain::{AimId, Identifier, LaneId, Moment, Scan, SourceId, Symbology, Transport};

use super::options::Options;
use super::{identify, read_as};

/// Bytes to be explained.
#[derive(Clone, Copy, Debug)]
pub struct Inspected<'a> {
    /// The bytes, with their symbology identifier in front if the reader sends one.
    pub bytes: &'a [u8],
    /// The symbology identifier, if it is told apart.
    pub aim: Option<AimId>,
    /// The symbol it was read from, if that is told apart.
    pub symbology: Option<Symbology>,
    /// Read it as this kind alone: a name that [`is_reader`](super::is_reader) knows.
    pub reader: Option<&'a str>,
    /// Now: the year decides the century of short dates.
    pub at: Moment,
}

/// Explains bytes as a scan of them would be read; with an unknown reader, as if none were named.
#[must_use]
pub fn inspect(asked: Inspected<'_>, options: &Options) -> Identifier {
    if let Some(name) = asked.reader {
        let year = asked.at.wall.to_zoned(jiff::tz::TimeZone::UTC).year();
        let whole = asked.aim.map(|aim| [aim.to_string().as_bytes(), asked.bytes].concat());
        if let Some(answer) = read_as(name, whole.as_deref().unwrap_or(asked.bytes), options, year) {
            return answer;
        }
    }
    let scan = Scan {
        source: SourceId::new("identify"),
        lane: LaneId::new("identify"),
        transport: Transport::CommandLine,
        number: 1,
        reading: None,
        at: asked.at,
        event_time: None,
        aim: asked.aim,
        symbology: asked.symbology,
        payload: asked.bytes.to_vec(),
        stale: false,
    };
    identify(&scan, options)
}
