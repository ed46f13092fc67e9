//! Reservations on disk: one unit, or any of a model, for a person, from a time to a time.
//!
//! Entering and cancelling are events; what has ended stays on record and counts no longer.
//! Deliberately absent: deciding whether a loan gets in the way, which `rules` does.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use super::{
    Reader, Store,
    error::{StoreError, sql},
    facts,
    number::{micros, time},
    substitute::FREE,
};
use crate::domain::{Body, EventKind, EventSeq, HolderId, ModelId, Moment, NewEvent, Reservation, UnitId};

/// What is reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// One unit.
    Unit(UnitId),
    /// Any unit of a model.
    Model(ModelId),
}

/// One line of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ReservationRow {
    /// Its number, to cancel it by.
    pub id: i64,
    /// The tag of the reserved unit; `None` if any of the model is reserved.
    pub unit: Option<String>,
    /// The model.
    pub model: String,
    /// Who is to have it.
    pub holder: HolderId,
    /// Their name.
    pub name: String,
    /// From when.
    pub begins: Timestamp,
    /// Until when.
    pub ends: Timestamp,
}

impl Store {
    /// Reserves a unit, or any of a model, for a person; the name is not looked at. Needs a transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] if it ends before it begins or has ended, if the person has left, or if the same unit is reserved
    /// meanwhile; of a model a person may reserve several.
    pub fn reserve(
        &mut self,
        what: Reserved,
        reservation: &Reservation,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let Reservation { holder, begins, ends, .. } = reservation;
        if ends <= begins {
            return Err(StoreError::Unfit("a reservation ends after it begins".to_owned()));
        }
        if *ends <= now.wall {
            let why = format!("a reservation until {ends} is over already; check the days");
            return Err(StoreError::Unfit(why));
        }
        if let Some(holder) = self.holder(*holder, now)?.filter(|it| !it.active) {
            let why = format!("{} has left; reserve for somebody who is here", holder.name);
            return Err(StoreError::Unfit(why));
        }
        let (unit, model) = match what {
            Reserved::Unit(unit) => (Some(unit.0), None),
            Reserved::Model(model) => (None, Some(model.0)),
        };
        if let Some((id, name)) = self.reserved_meanwhile(unit, reservation)? {
            return Err(StoreError::Unfit(format!("it is reserved for {name} at that time (reservation {id})")));
        }
        self.connection
            .prepare_cached("INSERT INTO reservation (unit, model, holder, begins, ends) VALUES (?, ?, ?, ?, ?)")
            .and_then(|mut it| it.execute(params![unit, model, holder.0, micros(*begins), micros(*ends)]))
            .map_err(sql("reserve"))?;
        let body = Body::new()
            .with("reservation", self.connection.last_insert_rowid().to_string())
            .with("model", model.map(|it| it.to_string()).unwrap_or_default())
            .with("reserved_for", holder.0.to_string())
            .with("begins", begins.to_string())
            .with("ends", ends.to_string());
        self.reservation_event(unit, body, person, now)
    }

    /// Cancels a reservation. Needs a transaction.
    pub fn cancel_reservation(
        &mut self,
        id: i64,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let doing = "cancel a reservation";
        let found: Option<(Option<i64>, i64)> = self
            .connection
            .prepare_cached("SELECT unit, holder FROM reservation WHERE id = ?")
            .and_then(|mut it| it.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional())
            .map_err(sql(doing))?;
        let Some((unit, holder)) = found else {
            return Err(StoreError::NotFound { what: "reservation", id });
        };
        self.connection.execute("DELETE FROM reservation WHERE id = ?", [id]).map_err(sql(doing))?;
        let body = Body::new()
            .with("reservation", id.to_string())
            .with("cancelled", "yes")
            .with("reserved_for", holder.to_string());
        self.reservation_event(unit, body, person, now)
    }

    /// Reservations of a model that have not ended, and how many of its units are free, counted up to one more and as many as
    /// may lie in a cart.
    pub fn reservations_of_model(
        &self,
        model: ModelId,
        in_cart: usize,
        now: Moment,
    ) -> Result<(Vec<Reservation>, u32), StoreError> {
        let found: Vec<Reservation> = self
            .connection
            .prepare_cached(
                "SELECT r.holder, h.name, r.begins, r.ends FROM reservation r JOIN holder h ON h.id = r.holder \
                 WHERE r.model = ? AND r.ends > ? ORDER BY r.ends LIMIT ?",
            )
            .and_then(|mut it| {
                let rows_max = i64::try_from(Reservation::OF_MODEL_MAX).unwrap_or(i64::MAX);
                it.query_map(params![model.0, micros(now.wall), rows_max], |row| {
                    Ok(Reservation {
                        holder: HolderId(row.get(0)?),
                        name: row.get(1)?,
                        begins: time(row.get(2)?)?,
                        ends: time(row.get(3)?)?,
                    })
                })?
                .collect()
            })
            .map_err(sql("read the reservations of the model"))?;
        if found.is_empty() {
            return Ok((found, 0));
        }
        let most = i64::try_from(found.len().saturating_add(in_cart)).unwrap_or(i64::MAX).saturating_add(1);
        let free = self
            .connection
            .prepare_cached(&format!(
                "SELECT count(*) FROM (SELECT 1 FROM unit u JOIN unit_state s ON s.unit = u.id WHERE u.model = ?1 \
                     AND {FREE} LIMIT ?3)"
            ))
            .and_then(|mut it| it.query_row(params![model.0, micros(now.wall), most], |row| row.get(0)))
            .map_err(sql("count the free units"))?;
        Ok((found, free))
    }

    fn reserved_meanwhile(&self, unit: Option<i64>, new: &Reservation) -> Result<Option<(i64, String)>, StoreError> {
        self.connection
            .prepare_cached(
                "SELECT r.id, h.name FROM reservation r JOIN holder h ON h.id = r.holder \
                 WHERE r.unit = ? AND r.ends > ? AND r.begins < ? ORDER BY r.begins LIMIT 1",
            )
            .and_then(|mut it| {
                let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
                it.query_row(params![unit, micros(new.begins), micros(new.ends)], row).optional()
            })
            .map_err(sql("look for a reservation at that time"))
    }

    fn reservation_event(
        &mut self,
        unit: Option<i64>,
        body: Body,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let kind = if unit.is_some() { EventKind::UnitChanged } else { EventKind::RecordChanged };
        let event = NewEvent { unit: unit.map(UnitId), person, body, ..NewEvent::new(kind) };
        self.record_events(None, &[event], now)?;
        Ok(self.head().0)
    }
}

impl Reader {
    /// The calendar: reservations that have not ended, the next first; at most 1,000.
    pub fn reservations(&self, limit: usize, now: Moment) -> Result<Vec<ReservationRow>, StoreError> {
        let doing = "read the reservations";
        let rows: Vec<(Option<i64>, ReservationRow)> = self
            .connection
            .prepare_cached(
                "SELECT r.id, r.unit, coalesce(m.maker || ' ' || m.name, ''), r.holder, h.name, r.begins, r.ends \
                 FROM reservation r JOIN holder h ON h.id = r.holder LEFT JOIN unit u ON u.id = r.unit \
                 LEFT JOIN model m ON m.id = coalesce(r.model, u.model) WHERE r.ends > ? ORDER BY r.begins, r.id LIMIT ?",
            )
            .and_then(|mut it| it.query_map(params![micros(now.wall), super::reader::bounded(limit)], row)?.collect())
            .map_err(sql(doing))?;
        rows.into_iter()
            .map(|(unit, row)| {
                let tag = unit.map(|it| facts::proofs(&self.connection, UnitId(it))).transpose()?.and_then(|it| it.tag);
                Ok(ReservationRow { unit: tag, ..row })
            })
            .collect()
    }
}

fn row(row: &Row<'_>) -> rusqlite::Result<(Option<i64>, ReservationRow)> {
    let found = ReservationRow {
        id: row.get(0)?,
        unit: None,
        model: row.get::<_, String>(2)?.trim().to_owned(),
        holder: HolderId(row.get(3)?),
        name: row.get(4)?,
        begins: time(row.get(5)?)?,
        ends: time(row.get(6)?)?,
    };
    Ok((row.get(1)?, found))
}
