//! The queue of labels that must be printed: lost, unreadable, or never there.
//!
//! It concerns the label, never the thing. One open entry a unit; binding a tag settles it.
//! Deliberately absent: printing.

use std::fmt;

use jiff::Timestamp;

use super::{UnitId, unit::words};

words! {
    /// Why a label must be printed.
    LabelReason {
        /// It was lost; its number is withdrawn.
        Lost = "taglost",
        /// It reads badly; the number stays.
        Bad = "badlabel",
        /// There is none, or it cannot be read at all.
        Missing = "notag",
        /// Somebody asked for another print.
        Asked = "print",
    }
}

/// One label that waits for the printer.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct LabelView {
    /// Its number: that of the event that asked for it.
    pub id: i64,
    /// For which unit.
    pub unit: UnitId,
    /// What it is.
    pub model: String,
    /// Why.
    pub reason: LabelReason,
    /// The tag to print again; `None` if the unit needs a new one.
    pub tag: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// Who asked.
    pub person: Option<String>,
    /// Its serial number, for whoever prints labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// Its lot, for whoever prints labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot: Option<String>,
}
