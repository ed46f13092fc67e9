//! What our records say that a scan is, with all that the rules may ask.
//!
//! One read on the write connection makes a [`Resolution`], so that a scan sees those before it in its group.
//! Deliberately absent: deciding anything; a resolution only knows.

use jiff::{Timestamp, civil};

use super::{
    Condition, Holder, HolderId, IdentifierKind, Location, LocationId, ModelId, Question, StockFacts, UnitId,
    UnitState, UnitView,
    feedback::mask,
    serial_number::SerialRule,
    unit::{Ended, words},
};
use std::fmt;

words! {
    /// Which of a unit's proofs the scan showed; stored with every movement.
    Mapping {
        /// Tag and serial number are both on record and lead to this unit.
        Whole = "whole",
        /// The unit is known by its tag alone.
        TagOnly = "tag-only",
        /// The unit is known by its serial number alone.
        SerialOnly = "serial-only",
        /// Tag and serial number lead to different units, or did when a case was opened that is open still.
        Conflict = "conflict",
        /// Tag and serial number are both on record, and both were read for this movement.
        Verified = "verified",
    }
}

/// What the register answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// What the scan names.
    pub subject: Subject,
    /// Units that differ from the scanned text by one edit, to be warned about, never taken.
    pub near: Vec<UnitBrief>,
    /// Where the label and the record of the unit differ; nothing is booked then.
    pub contradictions: Vec<super::Contradiction>,
}

impl Resolution {
    /// A resolution with nothing to be warned about.
    #[must_use]
    pub const fn new(subject: Subject) -> Self {
        Self { subject, near: Vec::new(), contradictions: Vec::new() }
    }
}

/// What a scan names in our records.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// One unit.
    Unit(Box<UnitFacts>),
    /// Several units bear this text: "which of these?".
    Several(Vec<UnitBrief>),
    /// A person.
    Holder(Box<Holder>),
    /// A product, not a piece: a SKU or GTIN alone never lends.
    Model(ModelBrief),
    /// A batch, not a piece.
    Lot {
        /// The batch.
        lot: String,
        /// Units of it on record.
        units: u32,
    },
    /// A location.
    Location {
        /// The location.
        location: Location,
        /// Damaged things may be put there: it is a quarantine bin, or none of our locations is said to be one.
        takes_damaged: bool,
    },
    /// A shelf of consumables.
    Stock(Box<StockFacts>),
    /// How the shift stands: what the card SHIFT asks.
    Shift(ShiftFacts),
    /// A still that was uploaded.
    Still(StillFacts),
    /// A number typed as the second proof; the number itself is nowhere.
    Pin(PinCheck),
    /// Our records do not know it.
    Unknown,
    /// There was nothing to ask: a command, a refused secret, a damaged code.
    NotAsked,
}

impl Subject {
    /// The unit, if the scan names exactly one.
    #[must_use]
    pub fn unit(&self) -> Option<&UnitFacts> {
        if let Self::Unit(facts) = self { Some(facts) } else { None }
    }

    /// The person, if it is one.
    #[must_use]
    pub const fn holder(&self) -> Option<HolderId> {
        if let Self::Holder(holder) = self { Some(holder.id) } else { None }
    }
}

/// What is open at the end of a shift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct ShiftFacts {
    /// Units that somebody has.
    pub out: u32,
    /// Of those, past their due time.
    pub overdue: u32,
    /// Codes that were set aside and not dealt with.
    pub parked: u32,
    /// Labels that are to be printed or verified.
    pub labels: u32,
    /// Units in quarantine that do not lie in a quarantine bin, where there is one.
    pub bins: u32,
    /// Cases that are open.
    pub cases: u32,
}

impl ShiftFacts {
    /// Each count under the name by which the ledger has it.
    #[must_use]
    pub const fn counted(&self) -> [(&'static str, u32); 6] {
        let Self { out, overdue, parked, labels, bins, cases } = *self;
        [("out", out), ("overdue", overdue), ("parked", parked), ("labels", labels), ("bins", bins), ("cases", cases)]
    }
}

/// A still that somebody shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillFacts {
    /// SHA-256 of its bytes, hexadecimal.
    pub hash: String,
    /// Whether it lies in the store's folder.
    pub is_kept: bool,
}

/// What the store says about a number typed as a proof of the person at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinCheck {
    /// It is theirs.
    Right,
    /// It is not; so many attempts are left.
    Wrong {
        /// Attempts until the next ones are refused for a while.
        left: u32,
    },
    /// Too many were wrong: none is looked at for so long.
    Locked {
        /// Seconds until the next attempt counts.
        seconds: u64,
    },
    /// They have none.
    NotSet,
    /// Nothing waits for a proof: it was not looked at.
    Unasked,
    /// Digits that nobody knows, typed soon after a proof was asked for: taken for one, and not looked at.
    Stray,
}

/// How the register found the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The question that had the answer.
    pub question: Question,
    /// The kind of identifier that matched.
    pub kind: IdentifierKind,
    /// The identifier as stored, byte for byte.
    pub raw: String,
    /// The rule by which it matched, if it was not the plain form.
    pub rule: Option<SerialRule>,
    /// Set when the identifier is no longer valid: "voided tag seen", "superseded serial".
    pub ended: Option<Ended>,
}

/// All that the rules may ask about one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitFacts {
    /// Its number.
    pub id: UnitId,
    /// How the scan led to it.
    pub hit: Hit,
    /// Its live tag.
    pub tag: Option<String>,
    /// Its live serial number, as printed.
    pub serial_number: Option<String>,
    /// Its batch.
    pub lot: Option<String>,
    /// Whose it is, if somebody said it.
    pub owner: Option<String>,
    /// In what condition it last came back; `None` if in order.
    pub condition: Option<Condition>,
    /// What it is.
    pub model: ModelBrief,
    /// Where it is in its life.
    pub state: UnitState,
    /// Who has it now, and until when.
    pub custody: Option<Custody>,
    /// Where it was last put or seen.
    pub location: Option<Location>,
    /// Where it belongs.
    pub home: Option<Location>,
    /// Which of its proofs are on record.
    pub mapping: Mapping,
    /// A keeper has said of it, or of its model, that it bears no serial number of its maker.
    pub no_serial_number: bool,
    /// Set while a case is open that blocks lending it, with the cause in a few words.
    pub blocked: Option<String>,
    /// What else may keep it from going out.
    pub restrictions: super::Restrictions,
    /// When it was last moved out or in, and by which event.
    pub since: Option<Timestamp>,
    /// The kit of which it is a part, and how to call that.
    pub kit: Option<(UnitId, String)>,
    /// Its parts, if it is a kit.
    pub parts: Vec<UnitId>,
    /// When it was bought.
    pub purchased: Option<civil::Date>,
    /// The last day of its warranty.
    pub warranty_until: Option<civil::Date>,
    /// Its label is on the list of those to be printed.
    pub label_waits: bool,
    /// The hash of the picture by which people know it: its own, else its model's.
    pub picture: Option<String>,
}

impl UnitFacts {
    /// The unit as people and programs see it.
    #[must_use]
    pub fn view(&self, unmasked: bool) -> UnitView {
        let number = self.serial_number.as_deref();
        UnitView {
            id: self.id,
            tag: self.tag.clone(),
            serial_number: number.map(|it| if unmasked { it.to_owned() } else { mask(it) }),
            lot: self.lot.clone(),
            owner: self.owner.clone(),
            model: [self.model.maker.as_str(), self.model.name.as_str()].join(" ").trim().to_owned(),
            sku: self.model.sku.clone(),
            location: self.location.as_ref().map(|it| it.name.clone()),
            state: self.state,
            holder: self.custody.as_ref().map(|it| it.name.clone()),
            due: self.custody.as_ref().and_then(|it| it.due),
            condition: self.condition,
            purchased: self.purchased,
            warranty_until: self.warranty_until,
            picture: self.picture.clone(),
        }
    }
}

/// Who has a unit, since when and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custody {
    /// Who has it.
    pub holder: HolderId,
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub due: Option<Timestamp>,
}

/// A unit in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitBrief {
    /// Its number.
    pub id: UnitId,
    /// Its live tag.
    pub tag: Option<String>,
    /// Its model's name.
    pub model: String,
    /// Its maker.
    pub maker: String,
    /// Where it was last put or seen.
    pub location: Option<LocationId>,
}

/// A unit that may go out in place of one that may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeEqual {
    /// The unit.
    pub unit: UnitBrief,
    /// The label of its place.
    pub place: Option<String>,
    /// It is of the same model.
    pub alike: bool,
}

/// A model as the rules and the screen need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelBrief {
    /// Its number.
    pub id: ModelId,
    /// Its name.
    pub name: String,
    /// Its maker.
    pub maker: String,
    /// Our stock code.
    pub sku: Option<String>,
    /// Its trade item number, 14 digits.
    pub gtin: Option<String>,
    /// Its category.
    pub category: String,
    /// Units of it that are free now; counted only when the model itself was scanned.
    pub free: u32,
}
