//! Who owns a unit: each change is an event with from, to, how, date and proof, and the chain can be shown.
//!
//! Deliberately absent: who has the unit, which is custody and changes by movements alone.

use jiff::civil::Date;
use rusqlite::{OptionalExtension as _, params};

use super::{
    Reader, Store,
    bought::no_change,
    chain, day,
    error::{StoreError, sql},
    search::{Subject, index_anew},
};
use crate::domain::{Body, EventKind, HolderId, Moment, NewEvent, UnitId};

/// A change of owner.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOwner {
    /// Who owns it from now on.
    pub to: String,
    /// Purchase, transfer or sale.
    pub how: String,
    /// The day on which it happened.
    #[serde(deserialize_with = "day::date")]
    pub date: Date,
    /// What proves it: the number of a receipt, or the SHA-256 of a paper.
    pub proof: String,
}

/// One link of the chain of owners.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OwnerView {
    /// The event.
    pub seq: i64,
    /// Who owned it before; empty if nobody was known.
    pub from: String,
    /// Who owned it then.
    pub to: String,
    /// Purchase, transfer or sale.
    pub how: String,
    /// The day.
    pub date: String,
    /// What proves it.
    pub proof: String,
}

/// How a unit can change hands.
const HOW: [&str; 3] = ["purchase", "transfer", "sale"];

impl Store {
    /// Notes a change of owner. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] without a new owner, without a proof, on a day that cannot be, or for another way than purchase,
    /// transfer, sale.
    pub fn change_owner(
        &mut self,
        unit: UnitId,
        new: &NewOwner,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let (to, proof) = (new.to.trim(), new.proof.trim());
        if to.is_empty() || proof.is_empty() || !HOW.contains(&new.how.as_str()) {
            let asks = "a change of owner names the new owner, the proof, and purchase, transfer or sale";
            return Err(StoreError::Unfit(asks.to_owned()));
        }
        if let Some(why) = no_change(new.date, self.options.zone.day(now.wall)) {
            return Err(StoreError::Unfit(why));
        }
        let from: Option<Option<String>> = self
            .connection
            .prepare_cached("SELECT owner FROM unit WHERE id = ?")
            .and_then(|mut it| it.query_row([unit.0], |row| row.get(0)).optional())
            .map_err(sql("read the owner"))?;
        let from = from.ok_or(StoreError::NotFound { what: "unit", id: unit.0 })?.unwrap_or_default();
        self.connection
            .execute("UPDATE unit SET owner = ? WHERE id = ?", params![to, unit.0])
            .map_err(sql("note the owner"))?;
        index_anew(&self.connection, Subject::Owner, unit, (Some(&from), Some(to)))?;
        let body = Body::new()
            .with("from", from)
            .with("to", to)
            .with("how", &*new.how)
            .with("date", new.date.to_string())
            .with("proof", proof);
        let event = NewEvent { unit: Some(unit), person, body, ..NewEvent::new(EventKind::OwnerChanged) };
        self.record_events(None, &[event], now).map(drop)
    }
}

impl Reader {
    /// The chain of owners of a unit, oldest first.
    pub fn owners(&self, unit: UnitId) -> Result<Vec<OwnerView>, StoreError> {
        use super::number::Numbered as _;
        let rows: Vec<(i64, Option<String>)> = self
            .connection
            .prepare_cached("SELECT seq, body FROM event WHERE unit = ? AND kind = ? ORDER BY seq")
            .and_then(|mut it| {
                it.query_map(params![unit.0, EventKind::OwnerChanged.number()], |row| {
                    Ok((row.get(0)?, chain::text(row, 1).map(str::to_owned)))
                })?
                .collect()
            })
            .map_err(sql("read the owners"))?;
        let bodies = rows.into_iter().map(|(seq, body)| {
            let body: Body = body.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
            let text = |name: &str| body.get(name).unwrap_or_default().to_owned();
            let (from, to, how) = (text("from"), text("to"), text("how"));
            OwnerView { seq, from, to, how, date: text("date"), proof: text("proof") }
        });
        Ok(bodies.collect())
    }
}
