//! The register and the ledger as the page and programs see them, and the few questions that are asked of the store.
//!
//! Serial numbers leave this room masked unless the lane's session may see them; the masking happens here, once.
//! Deliberately absent: SQL, and writing anything.

use jiff::Timestamp;

use crate::domain::feedback::mask;
use crate::domain::{EventSeq, HolderId, IdentifierKind, Role, UnitId, UnitView};

/// One identifier of a unit, with its validity.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct IdentifierRecord {
    /// What kind of number it is.
    pub kind: IdentifierKind,
    /// The maker or namespace within which it is unique.
    pub scope: String,
    /// As printed.
    pub raw: String,
    /// Since when it is valid.
    pub from: Option<Timestamp>,
    /// Until when it was valid.
    pub until: Option<Timestamp>,
    /// Why it ended.
    pub ended: Option<String>,
}

/// One event of a unit's story.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct EventRecord {
    /// Its ledger number.
    pub seq: EventSeq,
    /// What happened.
    pub kind: String,
    /// When it happened.
    pub time: Timestamp,
    /// To which unit.
    pub unit: Option<UnitId>,
    /// Who did it.
    pub person: Option<String>,
    /// Who has the unit after it.
    pub holder: Option<String>,
    /// Its words.
    pub body: std::collections::BTreeMap<String, String>,
}

/// A unit with its identifiers and its story.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct UnitRecord {
    /// The unit.
    pub unit: UnitView,
    /// Its identifiers, live ones first.
    pub identifiers: Vec<IdentifierRecord>,
    /// Its events, newest first.
    pub story: Vec<EventRecord>,
}

/// A person of the register.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PersonRecord {
    /// Number in the register.
    pub id: HolderId,
    /// Name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// False once they have left.
    pub active: bool,
    /// Units held now.
    pub held: u32,
    /// Of those, past their due time.
    pub overdue: u32,
}

/// What is asked of the store; one connection, one question at a time.
pub trait Records: Send {
    /// Units whose tag, serial number, model, maker, place or holder begin with or contain the text.
    fn search(&mut self, query: &str, rows: usize) -> Result<Vec<UnitView>, String>;
    /// One unit with identifiers and story.
    fn unit(&mut self, unit: UnitId) -> Result<Option<UnitRecord>, String>;
    /// All people, by name.
    fn people(&mut self) -> Result<Vec<PersonRecord>, String>;
    /// One person and what they hold.
    fn person(&mut self, person: HolderId) -> Result<Option<(PersonRecord, Vec<UnitView>)>, String>;
    /// Events after a ledger number, in order.
    fn events(&mut self, after: EventSeq, rows: usize) -> Result<Vec<EventRecord>, String>;
    /// Outcomes whose last event comes after a ledger number, in order, as the screens got them.
    fn outcomes_after(&mut self, after: EventSeq, rows: usize) -> Result<Vec<(EventSeq, String)>, String>;
    /// The newest outcomes, newest first.
    fn recent(&mut self, rows: usize) -> Result<Vec<(EventSeq, String)>, String>;
    /// The last ledger number.
    fn head(&mut self) -> Result<EventSeq, String>;
}

/// Opens one more connection for reading.
pub type OpenRecords = std::sync::Arc<dyn Fn() -> Result<Box<dyn Records>, String> + Send + Sync>;

/// What the asking lane's session may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    role: Role,
}

impl Sight {
    pub(super) fn of(role: Option<Role>) -> Self {
        Self { role: role.unwrap_or_default() }
    }

    /// Masks what this role may not see of a unit.
    pub(super) fn unit(self, mut unit: UnitView) -> UnitView {
        if !self.role.sees_serial_numbers() {
            unit.serial_number = unit.serial_number.map(|it| mask(&it));
        }
        unit
    }

    /// Masks what this role may not see of one identifier.
    fn identifier(self, mut identifier: IdentifierRecord) -> IdentifierRecord {
        if !self.sees(identifier.kind) {
            identifier.raw = mask(&identifier.raw);
        }
        identifier
    }

    /// Masks what this role may not see of a unit's whole record.
    pub(super) fn record(self, record: UnitRecord) -> UnitRecord {
        UnitRecord {
            unit: self.unit(record.unit),
            identifiers: record.identifiers.into_iter().map(|it| self.identifier(it)).collect(),
            story: record.story.into_iter().map(|it| self.event(it)).collect(),
        }
    }

    /// Masks what this role may not see of an event's words.
    pub(super) fn event(self, mut event: EventRecord) -> EventRecord {
        if !self.role.sees_serial_numbers() {
            for name in HIDDEN_WORDS {
                if let Some(value) = event.body.get_mut(*name) {
                    *value = mask(value);
                }
            }
        }
        event
    }

    /// Labels are made to be seen; numbers of phones and SIM cards are a permission of their own, the keeper's.
    fn sees(self, kind: IdentifierKind) -> bool {
        use IdentifierKind as Kind;
        match kind {
            Kind::AssetTag | Kind::ForeignTag | Kind::RfidUid => true,
            Kind::Imei | Kind::Imeisv | Kind::Meid | Kind::Iccid => self.role >= Role::Keeper,
            Kind::SerialNumber
            | Kind::Vin
            | Kind::Mac
            | Kind::Eui64
            | Kind::Sgtin
            | Kind::Uii
            | Kind::Giai
            | Kind::Grai
            | Kind::Sscc => self.role.sees_serial_numbers(),
        }
    }
}

/// Words of an event that may hold a serial number.
const HIDDEN_WORDS: &[&str] = &["serial_number", "raw", "key", "payload", "identifier"];
