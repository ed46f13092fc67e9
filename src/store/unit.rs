//! Units and the identifiers they bear: the cross-reference that all look-ups trust.
//!
//! A serial number is unique per maker, a tag per namespace, the rest everywhere, each among the live ones; a tag that
//! was voided or lost is never issued again. A tag equal to its unit's serial number, by key, is refused. An identifier is
//! never edited: it ends, with a reason, and another begins.
//! Deliberately absent: custody, which only events move.

use jiff::civil::Date;
use rusqlite::params;

use super::{
    Store, custody,
    error::{StoreError, sql},
    number::{Numbered as _, micros},
    search::{Subject, index_anew},
};
use crate::domain::serial_number::key;
use crate::domain::{
    Body, Ended, EventKind, HolderId, IdentifierKind, LocationId, ModelId, Moment, NewEvent, UnitId, UnitState,
};

/// The namespace of our own tags.
pub(super) const OWN_NAMESPACE: &str = "own";

/// An identifier to be bound to a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIdentifier {
    /// Its kind.
    pub kind: IdentifierKind,
    /// The text as printed.
    pub raw: String,
    /// The namespace of a tag; empty for our own. Other kinds ignore it.
    pub namespace: String,
    /// Where and how it was read.
    pub bearing: Bearing,
}

/// Where an identifier stands on a thing and how it was read; all optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bearing {
    /// Place on the item.
    pub place: Option<String>,
    /// Printed, etched, engraved, stamped, embossed, firmware, packaging, document, RFID.
    pub medium: Option<String>,
    /// Intake, inspection, hand-over, repair, audit, sale.
    pub stage: Option<String>,
    /// Which source is believed if readings disagree.
    pub source_of_truth: Option<String>,
}

/// A unit to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUnit {
    /// What it is.
    pub model: ModelId,
    /// Its batch.
    pub lot: Option<String>,
    /// Who owns it.
    pub owner: Option<String>,
    /// Where it belongs, and is.
    pub home: Option<LocationId>,
    /// The kit it is part of.
    pub kit: Option<UnitId>,
    /// Where it is in its life.
    pub state: UnitState,
    /// A note for people.
    pub note: Option<String>,
    /// When it was bought.
    pub purchased: Option<Date>,
    /// The last day of its warranty.
    pub warranty_until: Option<Date>,
    /// The identifiers it bears.
    pub identifiers: Vec<NewIdentifier>,
}

impl NewIdentifier {
    /// An identifier of that kind, our own namespace if it is a tag.
    #[must_use]
    pub fn new(kind: IdentifierKind, raw: impl Into<String>) -> Self {
        Self { kind, raw: raw.into(), namespace: String::new(), bearing: Bearing::default() }
    }
}

impl NewUnit {
    /// A unit of that model, in service, with nothing else said.
    #[must_use]
    pub const fn new(model: ModelId) -> Self {
        Self {
            model,
            lot: None,
            owner: None,
            home: None,
            kit: None,
            state: custody::STATE_AT_FIRST,
            note: None,
            purchased: None,
            warranty_until: None,
            identifiers: Vec::new(),
        }
    }

    /// The same with an identifier more.
    #[must_use]
    pub fn bearing(mut self, kind: IdentifierKind, raw: impl Into<String>) -> Self {
        self.identifiers.push(NewIdentifier::new(kind, raw));
        self
    }
}

impl Store {
    /// Registers a unit with its identifiers. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Taken`] for an identifier that another unit bears, [`StoreError::Unfit`] for a tag equal to the
    /// serial number.
    pub fn add_unit(&mut self, new: &NewUnit, person: Option<HolderId>, now: Moment) -> Result<UnitId, StoreError> {
        let doing = "register a unit";
        self.connection
            .prepare_cached(
                "INSERT INTO unit (model, lot, lot_key, owner, home, registered, note, kit, purchased, warranty_until) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .and_then(|mut it| {
                it.execute(params![
                    new.model.0,
                    new.lot,
                    new.lot.as_deref().map(key),
                    new.owner,
                    new.home.map(|it| it.0),
                    micros(now.wall),
                    new.note,
                    new.kit.map(|it| it.0),
                    said(new.purchased),
                    said(new.warranty_until)
                ])
            })
            .map_err(sql(doing))?;
        let unit = UnitId(self.connection.last_insert_rowid());
        self.connection
            .prepare_cached("INSERT INTO unit_state (unit, state) VALUES (?, ?)")
            .and_then(|mut it| it.execute([unit.0, new.state.number()]))
            .map_err(sql(doing))?;
        for (subject, text) in [(Subject::Owner, &new.owner), (Subject::Note, &new.note)] {
            index_anew(&self.connection, subject, unit, (None, text.as_deref()))?;
        }
        let mut body = Body::new().with("model", new.model.0.to_string());
        for identifier in &new.identifiers {
            self.insert_identifier(unit, identifier, person, now)?;
            body = worded(body, identifier.kind, &identifier.raw);
        }
        body = counted(body, &new.identifiers);
        let mut event = NewEvent::new(EventKind::UnitRegistered);
        event.unit = Some(unit);
        event.person = person;
        event.location = new.home;
        event.state = Some(new.state);
        event.body = body
            .with("lot", new.lot.clone().unwrap_or_default())
            .with("owner", new.owner.clone().unwrap_or_default())
            .with("kit", new.kit.map(|it| it.0.to_string()).unwrap_or_default())
            .with("note", new.note.clone().unwrap_or_default())
            .with("purchased", said(new.purchased).unwrap_or_default())
            .with("warranty_until", said(new.warranty_until).unwrap_or_default());
        self.record_events(None, &[event], now)?;
        Ok(unit)
    }

    /// Binds a further identifier to a unit. Needs an open transaction.
    pub fn bind(
        &mut self,
        unit: UnitId,
        identifier: &NewIdentifier,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        self.insert_identifier(unit, identifier, person, now)?;
        let mut event = NewEvent::new(EventKind::IdentifierBound);
        event.unit = Some(unit);
        event.person = person;
        event.body = counted(worded(Body::new(), identifier.kind, &identifier.raw), std::slice::from_ref(identifier));
        self.record_events(None, &[event], now).map(|_| ())
    }

    /// Ends an identifier of a unit, with the reason. Needs an open transaction.
    pub fn end_identifier(
        &mut self,
        unit: UnitId,
        kind: IdentifierKind,
        raw: &str,
        why: Ended,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        self.withdraw(unit, kind, raw, why, now)?;
        let mut event = NewEvent::new(EventKind::IdentifierEnded);
        event.unit = Some(unit);
        event.person = person;
        event.body = Body::new().with(kind.word(), raw).with("why", why.word());
        self.record_events(None, &[event], now).map(|_| ())
    }

    /// Blocks a unit from being lent, with the cause in a few words, or frees it. Needs an open transaction.
    pub fn set_blocked(
        &mut self,
        unit: UnitId,
        cause: Option<&str>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let changed = self
            .connection
            .execute("UPDATE unit SET blocked = ? WHERE id = ?", params![cause, unit.0])
            .map_err(sql("block a unit"))?;
        if changed == 0 {
            return Err(StoreError::NotFound { what: "unit", id: unit.0 });
        }
        let mut event = NewEvent::new(EventKind::CaseChanged);
        event.unit = Some(unit);
        event.person = person;
        event.body = Body::new().with("blocked", cause.unwrap_or("no"));
        self.record_events(None, &[event], now).map(|_| ())
    }
}

/// A day as it is stored and as events say it.
fn said(day: Option<Date>) -> Option<String> {
    day.map(|it| it.to_string())
}

/// Puts an identifier into the words of an event. Readers without the role see `serial_number` and `identifier` masked.
fn worded(body: Body, kind: IdentifierKind, raw: &str) -> Body {
    let (name, text) = if kind == IdentifierKind::AssetTag {
        ("tag", raw.to_owned())
    } else if kind == IdentifierKind::SerialNumber {
        ("serial_number", raw.to_owned())
    } else {
        ("identifier", format!("{kind} {raw}"))
    };
    let text = body.get(name).map(|it| format!("{it}, {text}")).unwrap_or(text);
    body.with(name, text)
}

/// Says how many stand in the word `identifier` where one of them has in it what stands between two.
fn counted(body: Body, identifiers: &[NewIdentifier]) -> Body {
    let is_other = |it: &&NewIdentifier| ![IdentifierKind::AssetTag, IdentifierKind::SerialNumber].contains(&it.kind);
    let others = || identifiers.iter().filter(is_other);
    if others().any(|it| it.raw.contains(", ")) { body.with("identifiers", others().count().to_string()) } else { body }
}
