//! A message to the screens that watch.
//!
//! An update about a scan carries the number of its last event, which is the id of the SSE message: a screen that
//! was away resumes from the ledger, and there is no second buffer.

use std::sync::Arc;

use super::EventSeq;

/// One message to the screens; the JSON is made once for all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The ledger number it stands for; `None` for what leaves no entry (a cart, a plug, a fault).
    pub seq: Option<EventSeq>,
    /// The end of the ledger when it was made: a state from before what a screen has been told already is not told to it.
    pub head: EventSeq,
    /// The name of the SSE event.
    pub name: UpdateName,
    /// The JSON, on one line.
    pub json: Arc<str>,
}

/// The names of SSE messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateName {
    /// The outcome of a scan (`message`, the name that EventSource takes when none is given).
    Scan,
    /// The whole state: lanes, sessions, carts, sources, faults; the first message of each connection.
    State,
}
