//! A keeper's correction of an earlier event: a further event that takes it back, with a reason.
//!
//! What was before is the fold of the ledger up to that event; it can come back only if the unit is as that event left it.
//! Deliberately absent: UNDO within a session, which `rules` decides.

use rusqlite::{OptionalExtension as _, params};

use super::{
    Store, chain,
    custody::Folded,
    error::{StoreError, sql},
    number::{Numbered as _, time},
};
use crate::domain::{
    Body, Condition, Event, EventKind, EventSeq, HolderId, LocationId, Moment, Movement, NewEvent, UnitId, UnitState,
};

/// Kinds of events that can be taken back; of a change of the unit's record only what it says of the condition.
const CORRECTABLE: [EventKind; 5] =
    [EventKind::CheckedOut, EventKind::CheckedIn, EventKind::HandedOver, EventKind::Moved, EventKind::StateChanged];

impl Store {
    /// Takes an event back; returns the correcting event. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] says why it cannot be taken back: its kind, a correction that was made, a later event.
    pub fn correct(
        &mut self,
        event: EventSeq,
        why: &str,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let unfit = |why: String| StoreError::Unfit(why);
        if why.trim().is_empty() {
            return Err(unfit("a correction needs a reason".to_owned()));
        }
        let wrong = self.event(event)?.ok_or(StoreError::NotFound { what: "event", id: event.0 })?;
        let moves = CORRECTABLE.contains(&wrong.kind);
        let Some(unit) = wrong.unit.filter(|_| moves || notes(&wrong)) else {
            return Err(unfit(format!("event {} ({}) moved nothing that could be taken back", event.0, wrong.kind)));
        };
        let (before, after) = self.folds(unit, event)?;
        let noted = before.condition != after.condition;
        if let Some(later) = self.later(unit, event, moves, noted)? {
            return Err(unfit(self.blame(later)?));
        }
        let moved = (before.holder, before.due) != (after.holder, after.due);
        let to_place = before.location.filter(|it| after.location != Some(*it));
        if before.location.is_none() && after.location.is_some() && !moved && before.state == after.state {
            return Err(unfit(format!("unit {} had no place before event {}; MOVE it instead", unit.0, event.0)));
        }
        if !moves && !noted {
            return Err(unfit(format!("what was said before event {} is not known", event.0)));
        }
        let due = before.due.map(time).transpose().map_err(sql("read a due time"))?;
        let movement = Movement { former: after.holder.map(HolderId), holder: before.holder.map(HolderId), due };
        let movement = Some(movement).filter(|_| moves);
        let state = (before.state != after.state).then(|| UnitState::of(before.state)).transpose();
        let correction = NewEvent {
            unit: Some(unit),
            movement,
            state: state.map_err(sql("read a state"))?,
            location: to_place.map(LocationId),
            person,
            corrects: Some(event),
            body: Body::new()
                .with("cause", "correction")
                .with("reason", why.trim())
                .with("condition", if noted { before.condition.map_or("ok", Condition::word) } else { "" }),
            ..NewEvent::new(EventKind::Corrected)
        };
        self.record_events(None, &[correction], now)?;
        Ok(self.head().0)
    }

    /// The first later event that moved the unit or took this one back, if this one `moves`, or that spoke of its
    /// condition, if this one `notes` that; what was taken back itself counts no longer.
    fn later(&self, unit: UnitId, event: EventSeq, moves: bool, notes: bool) -> Result<Option<EventSeq>, StoreError> {
        let kinds: Vec<String> =
            CORRECTABLE.iter().chain(&[EventKind::Corrected]).map(|it| it.number().to_string()).collect();
        self.connection
            .query_row(
                &format!(
                    "SELECT min(seq) FROM event e WHERE unit = ?1 AND seq > ?2 AND ((?3 AND kind IN ({})) OR corrects = ?2 \
                     OR (?4 AND json_valid(body) AND (body ->> 'condition' IS NOT NULL OR body ->> 'column' = 'condition'))) \
                     AND coalesce(corrects, 0) <= ?2 \
                     AND NOT EXISTS (SELECT 1 FROM event c WHERE c.unit = ?1 AND c.corrects = e.seq)",
                    kinds.join(",")
                ),
                params![unit.0, event.0, moves, notes],
                |row| row.get::<_, Option<i64>>(0),
            )
            .optional()
            .map(|it| it.flatten().map(EventSeq))
            .map_err(sql("look for a later event"))
    }

    fn blame(&self, later: EventSeq) -> Result<String, StoreError> {
        let Some(found) = self.event(later)? else { return Ok("it has changed since".to_owned()) };
        let name = match found.person {
            Some(person) => self.name_of(person)?,
            None => None,
        };
        let who = name.map(|it| format!(" by {it}")).unwrap_or_default();
        Ok(format!("it has changed since: event {} ({}{who}); correct that one first", later.0, found.kind))
    }

    /// The name of a person.
    pub fn name_of(&self, holder: HolderId) -> Result<Option<String>, StoreError> {
        self.connection
            .prepare_cached("SELECT name FROM holder WHERE id = ?")
            .and_then(|mut it| it.query_row([holder.0], |row| row.get(0)).optional())
            .map_err(sql("read a person's name"))
    }

    /// What the ledger says of a unit before an event and after it.
    fn folds(&self, unit: UnitId, event: EventSeq) -> Result<(Folded, Folded), StoreError> {
        let doing = "read the unit's story";
        let mut statement = self
            .connection
            .prepare_cached(&format!("SELECT {} FROM event WHERE unit = ? AND seq <= ? ORDER BY seq", chain::COLUMNS))
            .map_err(sql(doing))?;
        let mut rows = statement.query([unit.0, event.0]).map_err(sql(doing))?;
        let (mut before, mut after) = (Folded::default(), Folded::default());
        while let Some(row) = rows.next().map_err(sql(doing))? {
            let header = chain::Header::read(row).map_err(sql(doing))?;
            before = after;
            after.fold(&header, chain::text(row, 15));
        }
        Ok((before, after))
    }
}

/// Whether an event is about nothing but the condition of its unit.
fn notes(event: &Event) -> bool {
    let column = event.body.as_ref().and_then(|it| it.get("column"));
    event.kind == EventKind::UnitChanged && event.corrects.is_none() && column == Some("condition")
}
