//! What a journey tells, step by step: as lines for a person and as JSON for a program.
//!
//! Both are made from the same steps, so neither knows more than the other.
//! Deliberately absent: walking the tape (`journey`), and words of its own for an answer; those are the station's.

use std::fmt::{self, Write as _};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::decode::Decoded;
use crate::domain::{
    Answer, Body, Discard, Event, EventKind, EventSeq, Frame, HolderId, LaneId, LocationId, ScanId, SourceId, UnitId,
    UnitState,
};

/// A tape, walked: what happened, in order. It is written as lines, or serialised as a list of steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Journey(pub(super) Vec<Told>);

/// One step, and when on the tape.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Told {
    #[serde(rename = "at_s", serialize_with = "seconds")]
    pub(super) at: Duration,
    #[serde(flatten)]
    pub(super) what: What,
}

/// What a step is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub(super) enum What {
    /// Somebody set the wall clock.
    Clock { time: Timestamp },
    /// A device came.
    Attached { source: SourceId, lane: LaneId },
    /// What a device delivered in one go.
    Read {
        source: SourceId,
        delivered: &'static str,
        #[serde(rename = "bytes_hex", serialize_with = "hexadecimal_digits")]
        bytes: Vec<u8>,
    },
    /// A device is unwell or gone.
    Fault { source: SourceId, why: String },
    /// One whole message.
    Frame {
        #[serde(rename = "bytes_hex", serialize_with = "hexadecimal_digits")]
        bytes: Vec<u8>,
        stale: bool,
    },
    /// Bytes that were thrown away.
    Discard { why: String },
    /// What follows happened without a scan.
    Silence,
    /// A scan's outcome, as the screens get it.
    Scan { outcome: Value },
    /// A line of the ledger.
    Event(Line),
    /// What a lane says without being asked.
    Notice { lane: LaneId, answer: Answer, why: String },
}

/// A line of the ledger; people, units and places by their numbers in the register.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Line {
    seq: EventSeq,
    kind: EventKind,
    unit: Option<UnitId>,
    person: Option<HolderId>,
    holder: Option<HolderId>,
    location: Option<LocationId>,
    state: Option<UnitState>,
    due: Option<Timestamp>,
    scan: Option<ScanId>,
    corrects: Option<EventSeq>,
    body: Option<Body>,
}

impl Line {
    pub(super) fn of(event: Event) -> Self {
        Self {
            seq: event.id.seq,
            kind: event.kind,
            unit: event.unit,
            person: event.person,
            holder: event.holder,
            location: event.location,
            state: event.state,
            due: event.due,
            scan: event.scan,
            corrects: event.corrects,
            body: event.body,
        }
    }

    /// What, to which unit, who has it, and its words.
    fn text(&self) -> String {
        let mut line = format!("{} {}", self.seq.0, self.kind);
        for (word, number) in [
            ("unit", self.unit.map(|it| it.0)),
            ("by", self.person.map(|it| it.0)),
            ("holder", self.holder.map(|it| it.0)),
            ("location", self.location.map(|it| it.0)),
            ("corrects", self.corrects.map(|it| it.0)),
        ] {
            if let Some(number) = number {
                write!(line, " {word} {number}").ok();
            }
        }
        if let Some(due) = self.due {
            write!(line, " due {due}").ok();
        }
        for (name, value) in self.body.iter().flat_map(Body::iter).filter(|(name, _)| *name != "version") {
            write!(line, " {name}={value:?}").ok();
        }
        line
    }
}

impl From<&Decoded> for What {
    fn from(decoded: &Decoded) -> Self {
        match decoded {
            Decoded::Frame(Frame { bytes, stale, .. }) => Self::Frame { bytes: bytes.clone(), stale: *stale },
            Decoded::Discard(discard) => Self::Discard { why: why(discard) },
        }
    }
}

fn why(discard: &Discard) -> String {
    format!("{discard:?}")
}

impl Told {
    /// A step with the time in front, or lines below one.
    fn lines(&self) -> Vec<String> {
        let timed = |what: String| vec![format!("{:>10.3}s {what}", self.at.as_secs_f64())];
        let below = |what: String| vec![format!("            {what}")];
        match &self.what {
            What::Clock { time } => timed(format!("the clock is set to {time}")),
            What::Attached { source, lane } => timed(format!("{source} is plugged in, lane {lane}")),
            What::Read { source, delivered, bytes } => {
                let shown = if *delivered == "report" { hexadecimal(bytes) } else { quoted(bytes) };
                timed(format!("{source} {delivered} {shown}"))
            }
            What::Fault { source, why } => timed(format!("{source}: {why}")),
            What::Silence => timed("without a scan".to_owned()),
            What::Notice { lane, answer, why } => timed(format!("lane {lane} says {answer}: {why}")),
            What::Frame { bytes, stale } => {
                below(format!("frame      {}{}", quoted(bytes), if *stale { ", stale" } else { "" }))
            }
            What::Discard { why } => below(format!("discard    {why}")),
            What::Event(line) => below(format!("event      {}", line.text())),
            What::Scan { outcome } => answered(outcome).into_iter().flat_map(below).collect(),
        }
    }
}

/// An answer: what the scan is, what our records say, what was decided, and what the person hears.
fn answered(outcome: &Value) -> Vec<String> {
    let text = |key: &str| outcome.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = outcome.get("scan").and_then(Value::as_i64).unwrap_or_default();
    let mut lines = vec![
        format!("scan       {number}, lane {}, \"{}\"", text("lane"), text("payload")),
        format!("identifier {} {} ({})", text("kind"), text("key").escape_debug(), text("because")),
    ];
    if let Some(unit) = outcome.get("unit").filter(|it| it.is_object()) {
        let field = |key: &str| unit.get(key).and_then(Value::as_str).unwrap_or("-").to_owned();
        let (tag, model, state) = (field("tag"), field("model"), field("state"));
        lines.push(format!("unit       {tag} {model}, {state}, with {}, due {}", field("holder"), field("due")));
    }
    lines.push(format!("answer     {}: {}", text("answer"), text("why")));
    lines
}

impl fmt::Display for Journey {
    /// The lines, equal ones that follow each other folded into one.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().flat_map(Told::lines).collect();
        for equal in lines.chunk_by(|one, other| one == other) {
            let line = equal.first().map_or("", |it| it.as_str());
            let times = if equal.len() > 1 { format!(" ({} times)", equal.len()) } else { String::new() };
            writeln!(out, "{line}{times}")?;
        }
        Ok(())
    }
}

fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect::<Vec<_>>().join(" ")
}

fn seconds<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(time.as_secs_f64())
}

fn hexadecimal_digits<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&crate::store::hex(bytes))
}
