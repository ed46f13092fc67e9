//! The station as screens see it: lanes, sessions, carts, sources, faults.
//!
//! It is the first message of every connection and is sent again whenever something changes that leaves no ledger entry.
//! Deliberately absent: anything that must survive a restart; that is in the store.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Answer, FaultKind, HolderId, LaneId, Role, SourceId, StationId, StationKind, Transport, UnitId};

/// The whole state of a station at one moment.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StationView {
    /// The station's name.
    pub station: StationId,
    /// What it is for.
    pub kind: StationKind,
    /// Its sides, by name.
    pub lanes: BTreeMap<LaneId, LaneView>,
    /// Its scanners, by name.
    pub sources: BTreeMap<SourceId, SourceView>,
    /// What the operator must know until it is mended: a damaged ledger, a full disk; each a whole sentence.
    pub alarms: Vec<String>,
    /// Whether what is scanned can be recorded, as far as the last attempt showed.
    pub recording: bool,
    /// The last ledger number at the time.
    pub head: i64,
}

/// One side of the station.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct LaneView {
    /// Who is at the desk.
    pub session: Option<SessionView>,
    /// For whom things go out: the borrower whom a clerk serves, else whose session it is.
    pub taker: Option<String>,
    /// The mode as a word: `auto`, `out`, `in` …
    pub mode: String,
    /// What lies in the cart, in the order of scanning.
    pub cart: Vec<CartLine>,
    /// What the station waits for, in a few words: "Scan your badge".
    pub prompt: String,
    /// A damage is told here, before or after the thing: a picture can be added until its bin is scanned.
    pub tells_damage: bool,
    /// What the station said without being asked, until something is scanned: a session that ended by silence.
    pub notice: Option<NoticeView>,
}

/// Something the station said without being asked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct NoticeView {
    /// Its tone and colour.
    pub answer: Answer,
    /// Its words.
    pub why: String,
}

/// One holder's turn at the desk.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SessionView {
    /// Who.
    pub holder: HolderId,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Units they hold now.
    pub held: u32,
    /// Of those, past their due time.
    pub overdue: u32,
    /// When the session ends if nothing is scanned.
    pub ends: Timestamp,
    /// What `UNDO n` would take back, the newest first, in a few words.
    pub undoable: Vec<String>,
}

/// One line of a cart.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CartLine {
    /// The unit.
    pub unit: UnitId,
    /// Its tag, or what it was scanned by.
    pub label: String,
    /// Its model.
    pub model: String,
    /// `out` or `in`.
    pub direction: String,
    /// Until when it would go out.
    pub due: Option<Timestamp>,
    /// `dirty` or `worn`, if it came back so; left out where nobody said anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<&'static str>,
    /// Parts that go with it, if it is a kit.
    pub parts: Vec<CartPart>,
}

/// A part of a kit in a cart.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CartPart {
    /// The unit.
    pub unit: UnitId,
    /// Its tag, or its model.
    pub label: String,
}

/// One scanner.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SourceView {
    /// The side it belongs to.
    pub lane: LaneId,
    /// How it is connected.
    pub transport: Transport,
    /// What it calls itself.
    pub description: String,
    /// Since when it is as it is.
    pub since: Timestamp,
    /// `None` while it is being read.
    pub fault: Option<FaultView>,
    /// Scans since the service started.
    pub scans: u64,
    /// Messages thrown away since the service started (half a code, too long, damaged).
    pub discards: u64,
}

/// Why a scanner cannot be read, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FaultView {
    /// One of six.
    pub kind: FaultKind,
    /// What was being done and what the system said.
    pub message: String,
    /// What to do about it, in one sentence.
    pub remedy: String,
}
