//! Pictures by which people know a thing when it is scanned: a still of the unit itself, else one of its model.
//!
//! Setting one is an event that binds the still by its hash, so that `verify` says whether the file is still there and the
//! same. Anybody may see it, so it is never a still that was bound to something else by itself: a keeper sets it.
//! Deliberately absent: making it smaller; a picture for every scan is small already ([`PICTURE_MAX`]).

use rusqlite::{OptionalExtension as _, params};

use super::{
    Store,
    error::{StoreError, sql},
    still,
};
use crate::domain::{Body, EventKind, EventSeq, HolderId, ModelId, Moment, NewEvent, UnitId};

/// Bytes of a picture that is shown at every scan of the thing (chosen: 1 MiB is a photograph of 1,600 pixels).
pub const PICTURE_MAX: usize = 1024 * 1024;

impl Store {
    /// Sets the picture of a unit, or of all units of a model that have none of their own; without a still it is taken
    /// away. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] if the still was not kept, is too large, or nothing would change.
    pub fn set_picture(
        &mut self,
        (unit, model): (Option<UnitId>, Option<ModelId>),
        still: Option<&str>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let (table, id) = unit.map_or(("model", model.unwrap_or(ModelId(0)).0), |it| ("unit", it.0));
        if let Some(still) = still {
            let bytes = still::size(&self.options.data, still);
            let bytes =
                bytes.ok_or_else(|| StoreError::Unfit("this picture was not kept; keep it first".to_owned()))?;
            if bytes > u64::try_from(PICTURE_MAX).unwrap_or(u64::MAX) {
                let why = format!("a picture of a thing has {PICTURE_MAX} bytes at most, this one has {bytes}");
                return Err(StoreError::Unfit(why));
            }
        }
        let doing = "set a picture";
        let before: Option<Option<String>> = self
            .connection
            .prepare_cached(&format!("SELECT picture FROM {table} WHERE id = ?"))
            .and_then(|mut it| it.query_row([id], |row| row.get(0)).optional())
            .map_err(sql(doing))?;
        let before = before.ok_or(StoreError::NotFound { what: table, id })?;
        if before.as_deref() == still {
            let why = if still.is_some() { "it has this picture already" } else { "it has no picture of its own" };
            return Err(StoreError::Unfit(why.to_owned()));
        }
        self.connection
            .prepare_cached(&format!("UPDATE {table} SET picture = ? WHERE id = ?"))
            .and_then(|mut it| it.execute(params![still, id]))
            .map_err(sql(doing))?;
        let body = Body::new()
            .with("picture_of", table)
            .with("model", model.filter(|_| unit.is_none()).map(|it| it.0.to_string()).unwrap_or_default())
            .with("still", still.unwrap_or_default())
            .with("before", before.unwrap_or_default());
        let changed = if unit.is_some() { EventKind::UnitChanged } else { EventKind::RecordChanged };
        let kind = if still.is_some() { EventKind::StillBound } else { changed };
        self.record_events(None, &[NewEvent { unit, person, body, ..NewEvent::new(kind) }], now)?;
        Ok(self.head().0)
    }

    /// The model of a unit that people name.
    pub fn model_of(&self, unit: UnitId) -> Result<ModelId, StoreError> {
        let found = self.unit(unit)?.map(|it| it.model.id);
        found.ok_or(StoreError::NotFound { what: "unit", id: unit.0 })
    }
}
