//! One symbol, read at one source at one time.
//!
//! Every scan leaves exactly one row and one feedback, whatever it turns out to be.
//! Deliberately absent: what it names, which `identify` says.

use super::{AimId, LaneId, Moment, SourceId, Symbology, Transport};

/// Numbers a scan in this station's journal; starts at 1, never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ScanId(pub i64);

/// Numbers a reading: the symbols of one image, which are answered as one. In the journal it is the number of the first
/// scan of the reading, so it is never used twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ReadingId(pub u64);

/// One decoded symbol at one source at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Where it was read.
    pub source: SourceId,
    /// Which side of the station it belongs to.
    pub lane: LaneId,
    /// How it came.
    pub transport: Transport,
    /// Counts the scans of this source since it was opened; gaps would mean loss.
    pub number: u64,
    /// Set when several symbols of one image belong together.
    pub reading: Option<ReadingId>,
    /// When its last byte arrived.
    pub at: Moment,
    /// When it was scanned, if the device kept the time itself (a scanner with a memory).
    pub event_time: Option<jiff::Timestamp>,
    /// The symbology identifier the device sent.
    pub aim: Option<AimId>,
    /// The kind of symbol, where the camera or a vendor byte tells.
    pub symbology: Option<Symbology>,
    /// The decoded content without the symbology identifier, byte for byte.
    pub payload: Vec<u8>,
    /// It was waiting in the device before anybody listened.
    pub stale: bool,
}
