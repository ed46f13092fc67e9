//! Carts on disk: what waits for DONE at each lane, and what people left behind.
//!
//! Written in the transaction of the scan that changed them, so that an open cart survives a crash as an answer does.
//! A cart is never booked from here. The first group of each writer turns carts that an earlier one left open into
//! left-behind ones, before it does anything else. Deliberately absent: deciding when a cart changes.

use rusqlite::{Connection, params};

use super::{
    NewIdentifier, Store,
    error::{StoreError, sql},
    number::{micros, time},
};
use crate::domain::{Change, Condition, HolderId, LaneId, Line, Moment, UnitId};

/// The condition of a line of which somebody said that it is in order.
const IN_ORDER: &str = "ok";

impl Store {
    /// Writes what a scan changed beside the ledger. Needs an open transaction.
    pub fn apply(&mut self, change: &Change, lane: &LaneId, now: Moment) -> Result<(), StoreError> {
        match change {
            Change::Cart { holder, lines } => self.keep_cart(lane, *holder, lines),
            Change::CartLeft => self.cart("UPDATE cart SET left_behind = 1 WHERE lane = ? AND left_behind = 0", lane),
            Change::CartsGivenBack { holder } => self
                .connection
                .prepare_cached("DELETE FROM cart WHERE holder = ? AND left_behind = 1")
                .and_then(|mut it| it.execute([holder.0]))
                .map_err(sql("give a cart back"))
                .map(drop),
            Change::ShiftClosed => Ok(()), // The station signs the head once it is durable.
            Change::Ended { unit, kind, raw, why } => self.withdraw(*unit, *kind, raw, *why, now),
            Change::Bound { unit, kind, raw, person, stage } => {
                let mut new = NewIdentifier::new(*kind, &**raw);
                new.bearing.stage = Some((*stage).to_owned());
                self.insert_identifier(*unit, &new, *person, now)
            }
            Change::Revived { unit, kind, raw } => self.revive(*unit, *kind, raw),
        }
    }

    /// All sessions have ended with the earlier writer: open carts wait for their people. Needs a transaction.
    pub(super) fn leave_carts(&mut self) -> Result<(), StoreError> {
        self.connection
            .execute("UPDATE cart SET left_behind = 1 WHERE left_behind = 0", [])
            .map_err(sql("keep the open carts"))
            .map(drop)
    }

    fn keep_cart(&mut self, lane: &LaneId, holder: HolderId, lines: &[Line]) -> Result<(), StoreError> {
        self.cart("DELETE FROM cart WHERE lane = ? AND left_behind = 0", lane)?;
        let mut statement = self
            .connection
            .prepare_cached(
                "INSERT INTO cart (lane, left_behind, holder, place, unit, label, model, out, due, scanned, kit, \
                 missing, verified, condition, job, second_proof, former) \
                 VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .map_err(sql("keep the cart"))?;
        for (place, line) in (0_i64..).zip(lines) {
            let Line { unit, label, model, out, former, due, scanned, kit, missing, verified, .. } = line;
            let Line { condition, in_order, job, second_proof, .. } = line;
            let condition = condition.map(Condition::word).or(in_order.then_some(IN_ORDER));
            let (due, kit) = (due.map(micros), kit.map(|it| it.0));
            let lane = lane.as_str();
            statement
                .execute(params![
                    lane,
                    holder.0,
                    place,
                    unit.0,
                    label,
                    model,
                    out,
                    due,
                    scanned,
                    kit,
                    missing,
                    verified,
                    condition,
                    job,
                    second_proof,
                    former.map(|it| it.0)
                ])
                .map_err(sql("keep the cart"))?;
        }
        Ok(())
    }

    fn cart(&self, statement: &str, lane: &LaneId) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(statement)
            .and_then(|mut it| it.execute([lane.as_str()]))
            .map_err(sql("change the cart"))
            .map(drop)
    }
}

/// What waits for a person since they left, oldest first; a unit left at two lanes counts once.
pub(super) fn left_behind(connection: &Connection, holder: HolderId) -> Result<Vec<Line>, StoreError> {
    connection
        .prepare_cached(
            "SELECT unit, label, model, out, due, scanned, kit, missing, verified, condition, job, second_proof, former \
             FROM cart WHERE rowid IN (SELECT min(rowid) FROM cart WHERE holder = ? AND left_behind = 1 GROUP BY unit) \
             ORDER BY rowid",
        )
        .and_then(|mut it| {
            it.query_map([holder.0], |row| {
                Ok(Line {
                    unit: UnitId(row.get(0)?),
                    label: row.get(1)?,
                    model: row.get(2)?,
                    out: row.get(3)?,
                    due: row.get::<_, Option<i64>>(4)?.map(time).transpose()?,
                    scanned: row.get(5)?,
                    kit: row.get::<_, Option<i64>>(6)?.map(UnitId),
                    missing: row.get(7)?,
                    verified: row.get(8)?,
                    condition: row.get::<_, Option<String>>(9)?.as_deref().and_then(Condition::parse),
                    in_order: row.get::<_, Option<String>>(9)?.as_deref() == Some(IN_ORDER),
                    job: row.get(10)?,
                    second_proof: row.get(11)?,
                    former: row.get::<_, Option<i64>>(12)?.map(HolderId),
                })
            })?
            .collect()
        })
        .map_err(sql("read what the person left in the cart"))
}
