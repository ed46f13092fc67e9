//! Devices: opening, reading, supervising them; each source is one named thread that blocks in its driver.
//!
//! A source delivers bytes and says how the device fares; it never decides what bytes mean. When a device comes, its
//! thread hands over the decoder that fits it, so that the station loop owns all state between read and scan.
//! Deliberately absent: framing (`decode`), lanes' sessions (`rules`), the clock (handed in).

mod bell;
pub mod camera;
pub mod error;
pub mod pretend;
pub mod profile;
pub mod realtime;
pub mod serial;
pub mod stdin;
pub mod supervise;
pub mod tape;
pub mod usb;

use std::{io::Write, sync::Arc};

use crate::decode::Decoder;
use crate::domain::{Discard, Fault, LaneId, Read, SourceId, Transport};

pub use error::{SourceError, remedy};
pub use realtime::{PRIORITY, answering, answering_at, realtime};
pub use supervise::Stop;

/// What a source tells the station.
pub enum SourceInput {
    /// A device is there and is being read from now on.
    Attached(Attachment),
    /// It delivered something.
    Read(Read),
    /// Something was thrown away before it could be delivered.
    Discarded(SourceId, Discard),
    /// It left or cannot be read; the source keeps trying by itself.
    Faulted(SourceId, Fault),
    /// The source ended for good: its tape is played, or it was told to stop.
    Ended(SourceId),
}

/// A device that has just been opened.
pub struct Attachment {
    /// The source's stable name.
    pub source: SourceId,
    /// The side of the station it belongs to.
    pub lane: LaneId,
    /// How it is connected.
    pub transport: Transport,
    /// What it calls itself, for people.
    pub description: String,
    /// Cuts its deliveries into frames; `None` if they come whole.
    pub decoder: Option<Box<dyn Decoder>>,
    /// The way back to the device, for ACK, NAK and beeps; `None` if it has none.
    pub back: Option<BackChannel>,
}

/// The way back to a device: what to write to it, and where. Empty bytes are not written.
pub struct BackChannel {
    /// Where to write; it must not block.
    pub port: Box<dyn Write + Send>,
    /// After a whole message whose scan is durable (ACK).
    pub on_frame: Vec<u8>,
    /// After a damaged message, so that the device sends it again (NAK).
    pub on_damage: Vec<u8>,
    /// After an answer, in the order good, done, already, no: beeps and lights.
    pub on_answer: [Vec<u8>; 4],
}

/// Where sources put what they have; blocks while the station's queue is full, so that nothing is lost.
pub type Sink = Arc<dyn Fn(SourceInput) -> Result<(), Closed> + Send + Sync>;

/// The station has ended; a source that gets this stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the station has ended")]
pub struct Closed;
