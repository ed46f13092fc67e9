//! Names for the codes of an upload: what a scanner with a memory sends a second time gets its first answer.
//!
//! One upload of a source is what comes without a silence of [`PAUSE`]; the next one begins to count equal codes anew.
//! Deliberately absent: remembering uploads; the journal holds the names.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::decode::batch::Keys;
use crate::domain::{Scan, SourceId};

/// After this silence a further dump has begun: within one, lines follow each other at the speed of the cable (chosen).
const PAUSE: Duration = Duration::from_secs(1);

/// The uploads that are under way, by source.
#[derive(Default)]
pub(super) struct Uploads(BTreeMap<SourceId, (Duration, Keys)>);

impl Uploads {
    /// The name of a scan that came with a time of its own; `None` for others.
    pub(super) fn name(&mut self, scan: &Scan) -> Option<String> {
        let event_time = scan.event_time?;
        let now = scan.at.uptime;
        let (last, keys) = self.0.entry(scan.source.clone()).or_insert_with(|| (now, Keys::default()));
        if now.saturating_sub(*last) >= PAUSE {
            *keys = Keys::default();
        }
        *last = now;
        Some(keys.next(&scan.lane, event_time, &scan.payload))
    }
}
