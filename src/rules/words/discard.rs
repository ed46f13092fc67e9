//! The words about what a scanner sent that is no scan: half a code, a spoiled one, the calibration card.
//!
//! As in `words`: the result first, the way out last, a glance from three metres.
//! Deliberately absent: noise that nobody scanned, and replies of a scanner to its host.

use crate::domain::{Answer, Discard};

/// What the person at the scanner hears; `None` if nobody scanned anything.
#[must_use]
pub fn discarded(discard: &Discard) -> Option<(Answer, String)> {
    let no = |words: &str| Some((Answer::No, words.to_owned()));
    match discard {
        Discard::UnknownKey { .. } => no("Not read: wrong scanner layout? Scan the calibration card"),
        Discard::Unfinished { .. } | Discard::PulledMidway { .. } => no("Half a code: scan again"),
        Discard::TooLong { .. } => no("Too long for a code: not read"),
        Discard::CheckByte { .. } => no("Damaged on the way: scan again"),
        Discard::Stale { .. } => no("Scanned before the station listened: scan again"),
        Discard::CalibrationCard { taught: None } => Some((Answer::Good, "Calibration card: one moment".to_owned())),
        Discard::CalibrationCard { taught: Some(Ok(taught)) } => {
            Some((Answer::Good, format!("Calibration card: {taught}")))
        }
        Discard::CalibrationCard { taught: Some(Err(cause)) } => {
            Some((Answer::No, format!("Calibration card: {cause}")))
        }
        Discard::OutsideFrame { .. } | Discard::DeviceReply => None,
    }
}
