//! Carrying out what a keeper asks for: each instruction is one event at least, with who and what it was before.
//!
//! Nothing is done by halves: what cannot be is refused with a sentence, and the transaction leaves nothing.
//! Deliberately absent: the instructions themselves (`instruction`), and who may ask.

use jiff::{Timestamp, civil::Date};
use rusqlite::{OptionalExtension as _, params, types::Value};

use super::{
    Instruction, NewModel, Reserved, Settle, Store,
    bought::{PURCHASED, WARRANTY_UNTIL, impossible},
    error::{StoreError, sql},
    facts, kit,
    number::micros,
};
use crate::domain::restriction::{CategoryPolicy, Licence, Reservation, Training};
use crate::domain::time::When;
use crate::domain::{Body, EventKind, EventSeq, HolderId, IdentifierKind, ModelId, Moment, NewEvent, UnitId};

/// A column of a unit or a model that an instruction sets.
pub(super) struct Column {
    pub(super) table: &'static str,
    pub(super) name: &'static str,
}

impl Store {
    /// Carries an instruction out; returns its last event. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`], [`StoreError::NotFound`] and [`StoreError::Taken`] say why it cannot be; nothing is done.
    pub fn carry_out(
        &mut self,
        instruction: &Instruction,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let settle = |store: &mut Self, parked: i64, how: Settle| store.settle(EventSeq(parked), &how, person, now);
        match instruction {
            Instruction::Recall { unit, model, why } => {
                self.mark(("recalled", unit, model), why.as_deref(), person, now)
            }
            Instruction::Hold { unit, model, why } => self.mark(("on_hold", unit, model), why.as_deref(), person, now),
            Instruction::NoSerialNumber { unit, model, why } => {
                self.unnumber((unit, model), why.as_deref(), person, now)
            }
            Instruction::Calibration { unit, due } => self.fall_due("calibration_due", unit, *due, person, now),
            Instruction::Inspection { unit, due } => self.fall_due("inspection_due", unit, *due, person, now),
            Instruction::Warranty { unit, until } => self.set_day(WARRANTY_UNTIL, unit, *until, person, now),
            Instruction::Purchase { unit, on } => self.set_day(PURCHASED, unit, *on, person, now),
            Instruction::Picture { unit, model, still } => {
                self.picture((unit.as_deref(), model.as_deref()), still.as_deref(), person, now)
            }
            Instruction::Category { name, .. } => {
                self.set_category(name.trim(), &policy(instruction), person, now).map(|()| self.head().0)
            }
            Instruction::Training { person: who, name, until, ended } => {
                self.train(who, (name, *until), *ended, person, now)
            }
            Instruction::Licence { person: who, reference, until } => {
                self.license(who, reference.clone(), *until, person, now)
            }
            Instruction::Limit { person: who, held_max } => {
                self.person_named(who).and_then(|it| self.set_limit(it, *held_max, person, now))
            }
            Instruction::Pin { person: who, pin } => {
                self.person_named(who).and_then(|it| self.set_pin(it, pin.as_deref(), person, now))
            }
            Instruction::Leave { person: who, back } => self.leave(who, *back, person, now),
            Instruction::Reserve { unit, model, person: who, from, until } => {
                let what = self.named(unit.as_deref(), model.as_deref())?;
                let holder = self.person_named(who)?;
                self.reserve_named(what, (holder, *from, *until), person, now)
            }
            Instruction::CancelReservation { reservation } => self.cancel_reservation(*reservation, person, now),
            Instruction::Bind { parked, unit, kind } => {
                let (unit, kind) = (self.unit_named(unit)?, said_as(*kind)?);
                settle(self, *parked, Settle::Bind(unit, kind))
            }
            Instruction::Create { parked, model, kind } => {
                let (model, kind) = (self.model_named_by_people(model)?, said_as(*kind)?);
                settle(self, *parked, Settle::Create(model, kind))
            }
            Instruction::Dismiss { parked, why } => settle(self, *parked, Settle::Dismiss(why.clone())),
            Instruction::Correct { event, why } => self.correct(EventSeq(*event), why, person, now),
            Instruction::Model { .. } | Instruction::Location { .. } => self.enter(instruction, person, now),
            Instruction::Quarantine { location, ended } => self.set_quarantine(location, !*ended, person, now),
            Instruction::Count { shelf, counted, why } => {
                self.count_stock(shelf, *counted, why, person, now).map(|()| self.head().0)
            }
            Instruction::ShelfLimit { shelf, take_max } => {
                self.limit_stock(shelf, *take_max, person, now).map(|()| self.head().0)
            }
            Instruction::Home { unit, location } => self.set_home(unit, location.as_deref(), person, now),
            Instruction::Note { unit, note } => self.set_note(unit, note.as_deref(), person, now),
            Instruction::Printed { unit, why } => {
                let unit = self.unit_named(unit)?;
                self.settle_label(unit, why.as_deref().unwrap_or("printed"), person, now).map(|()| self.head().0)
            }
            Instruction::Kit { unit, kit } => self.join_kit(unit, kit.as_deref(), person, now),
            Instruction::Export { list, unmasked, counted, up_to } => {
                self.note_export(*list, *unmasked, (*counted, *up_to), person, now)
            }
            Instruction::CloseShift {} => self.close_shift(person, now),
        }
    }

    /// Enters what is not in the register yet and has no number of its own: a model, a location.
    fn enter(&mut self, wanted: &Instruction, person: Option<HolderId>, now: Moment) -> Result<EventSeq, StoreError> {
        if let Instruction::Location { label, name } = wanted {
            let name = name.as_deref().unwrap_or(label);
            return self.add_location(label, name, person, now).map(|_| self.head().0);
        }
        let Instruction::Model { maker, name, sku, gtin, category } = wanted else { return Ok(self.head().0) };
        let (maker, name, category) = (maker.clone(), name.clone(), category.clone());
        let new = NewModel { maker, name, sku: sku.clone(), gtin: gtin.clone(), category, ..NewModel::default() };
        self.enter_model(&new, person, now)
    }

    /// The end of a day by the calendar of the place, or the moment itself.
    fn ends(&self, when: When) -> Result<Timestamp, StoreError> {
        at(when.ends(&self.options.zone))
    }

    fn picture(
        &mut self,
        (unit, model): (Option<&str>, Option<&str>),
        still: Option<&str>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let of = self.named(unit, model)?;
        self.set_picture(of, still, person, now)
    }

    fn join_kit(
        &mut self,
        unit: &str,
        kit: Option<&str>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let unit = self.unit_named(unit)?;
        let kit = kit.map(|it| self.unit_named(it)).transpose()?;
        self.set_kit(unit, kit, person, now).map(|()| self.head().0)
    }

    fn leave(&mut self, who: &str, back: bool, person: Option<HolderId>, now: Moment) -> Result<EventSeq, StoreError> {
        let who = self.person_named(who)?;
        self.set_holder_active(who, back, person, now).map(|()| self.head().0)
    }

    fn train(
        &mut self,
        who: &str,
        (name, until): (&str, Option<When>),
        ended: bool,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let who = self.person_named(who)?;
        if ended {
            return self.end_training(who, name, person, now);
        }
        let valid_until = until.map(|it| self.ends(it)).transpose()?;
        let training = Training { name: name.to_owned(), valid_until };
        self.add_training(who, &training, person, now).map(|()| self.head().0)
    }

    fn license(
        &mut self,
        who: &str,
        reference: Option<String>,
        until: Option<When>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let who = self.person_named(who)?;
        let valid_until = until.map(|it| self.ends(it)).transpose()?;
        if reference.is_none() && valid_until.is_some() {
            return Err(StoreError::Unfit(
                "a licence has a reference; without `until` too, it is taken away".to_owned(),
            ));
        }
        let licence = reference.map(|reference| Licence { reference, valid_until });
        self.set_licence(who, licence.as_ref(), person, now).map(|()| self.head().0)
    }

    /// Reserves a unit, or else any of a model.
    fn reserve_named(
        &mut self,
        what: (Option<UnitId>, Option<ModelId>),
        (holder, from, until): (HolderId, When, When),
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let (begins, ends) = (at(from.begins(&self.options.zone))?, self.ends(until)?);
        let what = match what {
            (Some(unit), _) => Reserved::Unit(unit),
            (None, model) => Reserved::Model(model.unwrap_or(ModelId(0))),
        };
        self.reserve(what, &Reservation { holder, name: String::new(), begins, ends }, person, now)
    }

    /// Says whether a location is a quarantine bin.
    fn set_quarantine(
        &mut self,
        label: &str,
        is_quarantine: bool,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let location = self.location_id(label)?;
        let location = location.ok_or_else(|| StoreError::Unfit(format!("there is no location {label}")))?;
        let value = Value::Integer(i64::from(is_quarantine));
        self.set_column(&Column { table: "location", name: "quarantine" }, location.0, &value, None, person, now)
    }

    /// Sets recall or hold of a unit or a model.
    fn mark(
        &mut self,
        (column, unit, model): (&'static str, &Option<String>, &Option<String>),
        why: Option<&str>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let why = why.map(str::trim);
        if why.is_some_and(str::is_empty) {
            return Err(StoreError::Unfit("say why; without a reason at all it is lifted".to_owned()));
        }
        let value = why.map_or(Value::Null, |it| Value::Text(it.to_owned()));
        match self.named(unit.as_deref(), model.as_deref())? {
            (Some(unit), _) => {
                self.set_column(&Column { table: "unit", name: column }, unit.0, &value, Some(unit), person, now)
            }
            (None, model) => {
                let model = model.unwrap_or(ModelId(0));
                self.set_column(&Column { table: "model", name: column }, model.0, &value, None, person, now)
            }
        }
    }

    /// Says that something bears no serial number; of a unit that has one on record it cannot be said.
    fn unnumber(
        &mut self,
        (unit, model): (&Option<String>, &Option<String>),
        why: Option<&str>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        if let Some(id) = unit.as_deref().filter(|_| why.is_some()).map(|it| self.unit_named(it)).transpose()?
            && facts::proofs(&self.connection, id)?.serial_number.is_some()
        {
            let unit = kit::label(&self.connection, id)?;
            return Err(StoreError::Unfit(format!("{unit} has a serial number on record; {unit} stays as it was")));
        }
        self.mark(("no_serial_number", unit, model), why, person, now)
    }

    fn fall_due(
        &mut self,
        column: &'static str,
        unit: &str,
        due: Option<When>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let unit = self.unit_named(unit)?;
        let due = due.map(|it| self.ends(it)).transpose()?;
        if let Some(why) = due.and_then(|it| impossible(self.options.zone.day(it))) {
            let unit = kit::label(&self.connection, unit)?;
            return Err(StoreError::Unfit(format!("{why}; {unit} stays as it was")));
        }
        let value = due.map_or(Value::Null, |it| Value::Integer(micros(it)));
        self.set_column(&Column { table: "unit", name: column }, unit.0, &value, Some(unit), person, now)
    }

    fn set_day(
        &mut self,
        column: &'static str,
        unit: &str,
        day: Option<Date>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let unit = self.unit_named(unit)?;
        if let Some(day) = day {
            self.refuse_day(unit, column, day, now)?;
        }
        let value = day.map_or(Value::Null, |it| Value::Text(it.to_string()));
        self.set_column(&Column { table: "unit", name: column }, unit.0, &value, Some(unit), person, now)
    }

    /// Sets how many units a person may have at one time. Needs an open transaction.
    pub fn set_limit(
        &mut self,
        who: HolderId,
        held_max: Option<u32>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let value = held_max.map_or(Value::Null, |it| Value::Integer(i64::from(it)));
        self.set_column(&Column { table: "holder", name: "held_max" }, who.0, &value, None, person, now)
    }

    /// Sets one column of one row; the event says what it was before and what it is.
    pub(super) fn set_column(
        &mut self,
        column: &Column,
        id: i64,
        value: &Value,
        unit: Option<UnitId>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let (doing, Column { table, name }) = ("change a record", column);
        let before: Option<Value> = self
            .connection
            .prepare_cached(&format!("SELECT {name} FROM {table} WHERE id = ?"))
            .and_then(|mut it| it.query_row([id], |row| row.get(0)).optional())
            .map_err(sql(doing))?;
        let Some(before) = before else { return Err(StoreError::NotFound { what: table, id }) };
        self.connection
            .prepare_cached(&format!("UPDATE {table} SET {name} = ? WHERE id = ?"))
            .and_then(|mut it| it.execute(params![value, id]))
            .map_err(sql(doing))?;
        let mut body =
            Body::new().with("column", *name).with("before", said(&before, name)).with("after", said(value, name));
        if unit.is_none() {
            body = body.with(table, id.to_string());
        }
        let kind = if unit.is_some() { EventKind::UnitChanged } else { EventKind::RecordChanged };
        self.record_events(None, &[NewEvent { unit, person, body, ..NewEvent::new(kind) }], now)?;
        Ok(self.head().0)
    }

    fn end_training(
        &mut self,
        holder: HolderId,
        name: &str,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let ended = self
            .connection
            .execute("DELETE FROM training WHERE holder = ? AND name = ?", params![holder.0, name])
            .map_err(sql("end a training"))?;
        if ended == 0 {
            return Err(StoreError::Unfit(format!("there is no training {name} on their record")));
        }
        let body = Body::new().with("holder", holder.0.to_string()).with("training", name).with("ended", "yes");
        self.restriction_event(None, body, person, now).map(|()| self.head().0)
    }

    fn close_shift(&mut self, person: Option<HolderId>, now: Moment) -> Result<EventSeq, StoreError> {
        let counted = self.shift(now)?.counted().into_iter();
        let body = counted.fold(Body::new(), |body, (name, count)| body.with(name, count.to_string()));
        self.record_events(None, &[NewEvent { person, body, ..NewEvent::new(EventKind::ShiftClosed) }], now)?;
        Ok(self.head().0)
    }
}

/// What a parked code is of its unit; what it was read as is looked up before.
fn said_as(kind: Option<IdentifierKind>) -> Result<IdentifierKind, StoreError> {
    kind.ok_or_else(|| StoreError::Unfit("say as what the unit bears the code".to_owned()))
}

/// A moment that a calendar has.
fn at(moment: Option<Timestamp>) -> Result<Timestamp, StoreError> {
    moment.ok_or_else(|| StoreError::Unfit("this day is outside the calendar; name one like 2027-03-31".to_owned()))
}

fn policy(instruction: &Instruction) -> CategoryPolicy {
    let Instruction::Category { training, held_max, job_required, critical, regulated, .. } = instruction else {
        return CategoryPolicy::default();
    };
    CategoryPolicy {
        training: training.clone(),
        held_max: *held_max,
        job_required: *job_required,
        critical: *critical,
        regulated: *regulated,
    }
}

/// A value as the ledger says it: times as times.
fn said(value: &Value, column: &str) -> String {
    match value {
        Value::Integer(at) if column.ends_with("_due") => {
            Timestamp::from_microsecond(*at).map_or_else(|_| at.to_string(), |it| it.to_string())
        }
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Null | Value::Real(_) | Value::Blob(_) => String::new(),
    }
}
