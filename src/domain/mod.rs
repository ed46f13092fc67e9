//! The nouns of the station: what the rooms hand to each other, and nothing that acts.
//!
//! A scan goes one way, and each step has one noun made from the one before:
//! [`Read`] → [`Frame`] → [`Scan`] → [`Identifier`] → [`Resolution`] → [`Decision`] → [`Event`] → [`Feedback`].
//! Names are the field's terms (GS1, EPCIS, USB HID); each noun says which.
//! Deliberately absent: verbs, I/O, the clock, words shown to people.

pub mod aim;
pub mod cart;
pub mod case_file;
pub mod claim;
pub mod decision;
pub mod event;
pub mod feedback;
pub mod frame;
pub mod holder;
pub mod identifier;
pub mod label;
pub mod place;
pub mod prefix;
pub mod read;
pub mod resolution;
pub mod restriction;
pub mod retention;
pub mod scan;
pub mod serial_number;
pub mod sight;
pub mod spelling;
pub mod stock;
pub mod symbol;
pub mod tag;
pub mod time;
pub mod twin;
pub mod unit;
pub mod update;
pub mod view;

pub use aim::AimId;
pub use cart::{Change, Line};
pub use case_file::{CaseId, CaseKind, CaseStep, CaseView};
pub use claim::{Claims, Contradiction};
pub use decision::{Answer, Decision, InsteadOf, Movement, NewEvent};
pub use event::{Body, Event, EventId, EventKind, EventSeq};
pub use feedback::{Feedback, Outcome, UnitView};
pub use frame::{Discard, Frame};
pub use holder::{Holder, HolderId, Role};
pub use identifier::{Candidate, Confidence, Identifier, Kind, Question};
pub use label::{LabelReason, LabelView};
pub use place::{Location, LocationId, StationId, StationKind};
pub use prefix::Prefixes;
pub use read::{Delivery, Fault, FaultKind, LaneId, Message, Plug, Read, SourceId, Transport};
pub use resolution::{
    Custody, Hit, Mapping, ModelBrief, PinCheck, Resolution, ShiftFacts, StillFacts, Subject, UnitBrief, UnitFacts,
};
pub use restriction::{CategoryPolicy, Licence, Reservation, Restrictions, Training};
pub use retention::{Age, EventClass, Retention};
pub use scan::{ReadingId, Scan, ScanId};
pub use serial_number::SerialKey;
pub use sight::Sight;
pub use spelling::steers;
pub use stock::{StockFacts, StockId, StockView};
pub use symbol::{Engine, Symbol, Symbology};
pub use tag::{AssetTag, TagError};
pub use time::{Clock, Moment};
pub use unit::{Condition, Ended, IdentifierKind, ModelId, UnitId, UnitState};
pub use update::{Update, UpdateName};
pub use view::{CartLine, CartPart, FaultView, LaneView, NoticeView, SessionView, SourceView, StationView};
