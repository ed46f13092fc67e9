//! Changes of the record that a keeper asks for, in one form for the command line, the API and files.
//!
//! Each names things as people do: a unit by its tag or serial number, a model by its SKU or name, a person by badge or name, and
//! says when by a day of the place's calendar or by a moment.
//! Deliberately absent: carrying one out (`carry`), and who may ask, which the door decides.

use jiff::civil::Date;

use super::{List, day};
use crate::domain::IdentifierKind;
use crate::domain::time::When;

/// One change of the record.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Instruction {
    /// Recalls a unit or a model; without a reason the recall is lifted.
    Recall {
        /// The unit.
        unit: Option<String>,
        /// Or the model.
        model: Option<String>,
        /// Why.
        why: Option<String>,
    },
    /// Holds a unit or a model back; without a reason the hold is lifted.
    Hold {
        /// The unit.
        unit: Option<String>,
        /// Or the model.
        model: Option<String>,
        /// Why.
        why: Option<String>,
    },
    /// Says that a unit, or all of a model, bear no serial number of their maker; without a reason they do.
    NoSerialNumber {
        /// The unit.
        unit: Option<String>,
        /// Or the model.
        model: Option<String>,
        /// Why.
        why: Option<String>,
    },
    /// Sets when the calibration of a unit expires; without a time it does not.
    Calibration {
        /// The unit.
        unit: String,
        /// When; of a day at its end.
        #[serde(default, deserialize_with = "day::due")]
        due: Option<When>,
    },
    /// Sets when the inspection of a unit is due; without a time it is not.
    Inspection {
        /// The unit.
        unit: String,
        /// When; of a day at its end.
        #[serde(default, deserialize_with = "day::due")]
        due: Option<When>,
    },
    /// Says until when the warranty of a unit lasts; without a day it has none.
    Warranty {
        /// The unit.
        unit: String,
        /// Its last day.
        #[serde(default, deserialize_with = "day::last_day")]
        until: Option<Date>,
    },
    /// Says when a unit was bought; without a day nobody knows.
    Purchase {
        /// The unit.
        unit: String,
        /// The day.
        #[serde(default, deserialize_with = "day::on")]
        on: Option<Date>,
    },
    /// Says where a unit belongs and is put back; without a location nowhere.
    Home {
        /// The unit.
        unit: String,
        /// The location, by label or name.
        location: Option<String>,
    },
    /// Keeps a note of a unit for people; without one it is taken away.
    Note {
        /// The unit.
        unit: String,
        /// One line.
        note: Option<String>,
    },
    /// Sets the picture by which people know a unit or a model; without one it is taken away.
    Picture {
        /// The unit.
        unit: Option<String>,
        /// Or the model.
        model: Option<String>,
        /// The hash of a still that is kept.
        still: Option<String>,
    },
    /// Sets what a category asks; what is left out is not asked.
    Category {
        /// Its name.
        name: String,
        /// The training that is needed.
        training: Option<String>,
        /// Units of it that one person may have.
        #[serde(default, deserialize_with = "day::held_max")]
        held_max: Option<u32>,
        /// A job must be named.
        #[serde(default)]
        job_required: bool,
        /// A second proof is asked.
        #[serde(default)]
        critical: bool,
        /// As critical, and never taken in without a badge.
        #[serde(default)]
        regulated: bool,
    },
    /// Notes a training of a person.
    Training {
        /// The person.
        person: String,
        /// The training.
        name: String,
        /// Until when it counts; for ever without it.
        #[serde(default, deserialize_with = "day::until")]
        until: Option<When>,
        /// It counts no longer.
        #[serde(default)]
        ended: bool,
    },
    /// Notes the licence of a person for regulated things; without a reference they have none.
    Licence {
        /// The person.
        person: String,
        /// Its number or whatever names it.
        reference: Option<String>,
        /// Until when it counts; for ever without it.
        #[serde(default, deserialize_with = "day::until")]
        until: Option<When>,
    },
    /// Sets how many units a person may have; without a number there is no limit.
    Limit {
        /// The person.
        person: String,
        /// How many.
        #[serde(default, deserialize_with = "day::held_max")]
        held_max: Option<u32>,
    },
    /// Sets the PIN of a person, or takes it away.
    Pin {
        /// The person.
        person: String,
        /// Four to eight digits.
        pin: Option<String>,
    },
    /// A person has left: their badge opens nothing until they are back.
    Leave {
        /// The person.
        person: String,
        /// They are back.
        #[serde(default)]
        back: bool,
    },
    /// Reserves a unit, or any of a model, for a person.
    Reserve {
        /// The unit.
        unit: Option<String>,
        /// Or the model.
        model: Option<String>,
        /// The person.
        person: String,
        /// From when; of a day from its beginning.
        #[serde(deserialize_with = "day::begin")]
        from: When,
        /// Until when; of a day until its end.
        #[serde(deserialize_with = "day::end")]
        until: When,
    },
    /// Cancels a reservation.
    CancelReservation {
        /// Its number in the calendar.
        reservation: i64,
    },
    /// Binds a parked code to a unit as an identifier.
    Bind {
        /// The parked code's number.
        parked: i64,
        /// The unit.
        unit: String,
        /// What it is of the unit; what it was read as, if nobody says it.
        #[serde(rename = "as")]
        kind: Option<IdentifierKind>,
    },
    /// Makes a unit of a parked code.
    Create {
        /// The parked code's number.
        parked: i64,
        /// The unit's model.
        model: String,
        /// What the code is of it; what it was read as, if nobody says it.
        #[serde(rename = "as")]
        kind: Option<IdentifierKind>,
    },
    /// Dismisses a parked code.
    Dismiss {
        /// The parked code's number.
        parked: i64,
        /// Why.
        why: String,
    },
    /// Takes an earlier event back.
    Correct {
        /// Its number.
        event: i64,
        /// Why.
        why: String,
    },
    /// Enters a model.
    Model {
        /// Who makes it; without it nobody is named.
        #[serde(default)]
        maker: String,
        /// Its name.
        name: String,
        /// Our stock code.
        sku: Option<String>,
        /// Its trade item number: 8, 12, 13 or 14 digits.
        gtin: Option<String>,
        /// Its category; without it none.
        #[serde(default)]
        category: String,
    },
    /// Enters a location.
    Location {
        /// What is scanned.
        label: String,
        /// What it is called; the label without it.
        name: Option<String>,
    },
    /// Says that a location is a quarantine bin: damaged things are put there.
    Quarantine {
        /// Its label.
        location: String,
        /// It is one no longer.
        #[serde(default)]
        ended: bool,
    },
    /// Sets what was counted on a shelf.
    Count {
        /// The shelf's code.
        shelf: String,
        /// How many lie there.
        counted: i64,
        /// Why it was counted.
        why: String,
    },
    /// Sets how many of a shelf are taken at once; without a number the place's limit counts.
    ShelfLimit {
        /// The shelf's code.
        shelf: String,
        /// How many.
        take_max: Option<i64>,
    },
    /// Takes a label off the list of those to be printed.
    Printed {
        /// The unit whose label it is.
        unit: String,
        /// What became of it; "printed" without it.
        why: Option<String>,
    },
    /// Makes a unit a part of a kit; without a kit it is a part of none.
    Kit {
        /// The part.
        unit: String,
        /// The kit.
        kit: Option<String>,
    },
    /// Notes that a list for other programs leaves the store; whoever writes it, writes it then.
    Export {
        /// Which.
        list: List,
        /// Numbers stand in it in full, and which units are stolen.
        #[serde(default)]
        unmasked: bool,
        /// How many rows were counted before, up to that number of a row.
        counted: i64,
        /// The number of the last row that was counted.
        up_to: i64,
    },
    /// Closes the shift; the station signs the ledger's head behind it.
    CloseShift {},
}

impl Instruction {
    /// Whether the head of the ledger is to be signed once it is durable.
    #[must_use]
    pub const fn closes_shift(&self) -> bool {
        matches!(self, Self::CloseShift {})
    }

    /// Whether it is about a unit or a model and names neither.
    #[must_use]
    pub const fn lacks_its_thing(&self) -> bool {
        matches!(
            self,
            Self::Recall { unit: None, model: None, .. }
                | Self::Hold { unit: None, model: None, .. }
                | Self::NoSerialNumber { unit: None, model: None, .. }
                | Self::Picture { unit: None, model: None, .. }
                | Self::Reserve { unit: None, model: None, .. }
        )
    }

    /// The parked code that becomes a number of a unit, and as what, if somebody says it.
    #[must_use]
    pub const fn borne(&self) -> Option<(i64, Option<IdentifierKind>)> {
        if let Self::Bind { parked, kind, .. } | Self::Create { parked, kind, .. } = self {
            Some((*parked, *kind))
        } else {
            None
        }
    }

    /// The same with the kind of number that a parked code is.
    #[must_use]
    pub fn borne_as(&self, as_kind: IdentifierKind) -> Self {
        let mut wanted = self.clone();
        if let Self::Bind { kind, .. } | Self::Create { kind, .. } = &mut wanted {
            *kind = Some(as_kind);
        }
        wanted
    }
}
