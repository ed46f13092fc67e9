//! What a still shows: an event that was told, a code that was set aside, or an identifier of a unit.
//!
//! Binding is one event that names the still by its hash; a still may show several things, and a thing has as many stills
//! as it was taken from angles.
//! Deliberately absent: the picture, which lies in a file before it is bound (`still.rs`).

use rusqlite::{OptionalExtension as _, params};

use super::{
    Reader, Store, chain,
    error::{StoreError, sql},
    number::Numbered as _,
    still,
};
use crate::domain::{Body, EventKind, EventSeq, HolderId, IdentifierKind, Moment, NewEvent, UnitId};

/// The word of a [`EventKind::StillBound`] event that names an identifier: its kind and its text.
const IDENTIFIER: &str = "identifier";

/// What a still shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// What an event says: a damage, a code that was set aside.
    Event(EventSeq),
    /// An identifier that a unit bears.
    Identifier {
        /// The unit, by tag or serial number.
        unit: String,
        /// Its kind.
        kind: IdentifierKind,
        /// Its text or the end of it, where the unit bears several of that kind.
        raw: Option<String>,
    },
}

impl Store {
    /// Binds a still that is kept to what it shows. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] and [`StoreError::NotFound`] say what is not there; nothing is bound then.
    pub fn bind_still(
        &mut self,
        still: &str,
        shown: &Shown,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        if !still::has_still(&self.options.data, still) {
            return Err(StoreError::Unfit("this picture was not kept; keep it first".to_owned()));
        }
        let (unit, name, named) = self.showable(shown)?;
        let body = Body::new().with("still", still).with(name, named);
        let event = NewEvent { unit, person, body, ..NewEvent::new(EventKind::StillBound) };
        self.record_events(None, &[event], now)?;
        Ok(self.head().0)
    }

    /// What a still is to show, if it is there: its unit, and the word of the event that names it. Asked before a picture is
    /// kept, so that none is kept for nothing.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] and [`StoreError::NotFound`] say what is not there.
    pub fn showable(&self, shown: &Shown) -> Result<(Option<UnitId>, &'static str, String), StoreError> {
        match shown {
            Shown::Event(of) => Ok((self.subject_of(*of)?, "of", of.0.to_string())),
            Shown::Identifier { unit, kind, raw } => {
                let unit = self.unit_named(unit)?;
                let raw = self.borne(unit, *kind, raw.as_deref())?;
                Ok((Some(unit), IDENTIFIER, named(*kind, &raw)))
            }
        }
    }

    /// The unit that an event is about, if it is about one.
    fn subject_of(&self, of: EventSeq) -> Result<Option<UnitId>, StoreError> {
        self.event(of)?.map(|it| it.unit).ok_or(StoreError::NotFound { what: "event", id: of.0 })
    }

    /// The one identifier of that kind which a unit bears and which ends in that text.
    fn borne(&self, unit: UnitId, kind: IdentifierKind, ending: Option<&str>) -> Result<String, StoreError> {
        let ending = ending.unwrap_or_default().trim_start_matches('•');
        let mut found: Vec<String> = self
            .connection
            .prepare_cached("SELECT raw FROM identifier WHERE unit = ? AND kind = ? AND ended = 0 ORDER BY id")
            .and_then(|mut it| it.query_map(params![unit.0, kind.number()], |row| row.get(0))?.collect())
            .map_err(sql("look up an identifier"))?;
        let whole = found.iter().any(|it| it == ending);
        found.retain(|it| if whole { it == ending } else { it.ends_with(ending) });
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(StoreError::Unfit(format!("the unit bears no such {}", kind.word()))),
            several => {
                let (many, kind) = (several.len(), kind.word());
                Err(StoreError::Unfit(format!("the unit bears {many} of the kind {kind}; name the end of one")))
            }
        }
    }
}

impl Reader {
    /// The stills that show identifiers of a unit, oldest first, each with the words that name the identifier.
    pub(super) fn stills_of(&self, unit: UnitId) -> Result<Vec<(String, String)>, StoreError> {
        let doing = "read the stills of a unit";
        let bodies: Vec<Option<String>> = self
            .connection
            .prepare_cached("SELECT body FROM event WHERE unit = ? AND kind = ? ORDER BY seq")
            .and_then(|mut it| {
                it.query_map(params![unit.0, EventKind::StillBound.number()], |row| {
                    Ok(chain::text(row, 0).map(str::to_owned))
                })?
                .collect()
            })
            .map_err(sql(doing))?;
        let read = bodies.into_iter().flatten().filter_map(|it| serde_json::from_str::<Body>(&it).ok());
        Ok(read.filter_map(|it| Some((it.get(IDENTIFIER)?.to_owned(), it.get("still")?.to_owned()))).collect())
    }
}

/// An identifier as an event names it.
pub(super) fn named(kind: IdentifierKind, raw: &str) -> String {
    format!("{} {raw}", kind.word())
}

/// Shows the still at the code that was set aside by the event it is bound to, and at all of the same text.
pub(super) fn show_parked(connection: &rusqlite::Connection, body: &Body) -> Result<(), StoreError> {
    let of = body.get("of").and_then(|it| it.parse::<i64>().ok());
    let (Some(of), Some(still)) = (of, body.get("still")) else { return Ok(()) };
    let doing = "show a code that was set aside";
    let text: Option<String> = connection
        .prepare_cached("SELECT text FROM parked WHERE event = ?")
        .and_then(|mut it| it.query_row([of], |row| row.get(0)).optional())
        .map_err(sql(doing))?;
    let Some(text) = text else { return Ok(()) };
    connection
        .prepare_cached(
            "UPDATE parked SET still = ?1 WHERE resolved IS NULL AND (event = ?2 OR (text = ?3 AND text <> ''))",
        )
        .and_then(|mut it| it.execute(params![still, of, text]))
        .map(drop)
        .map_err(sql(doing))
}
