//! The nearest free equal of a unit that was refused: of the same model, else of the same category; at its place first.
//!
//! What would be refused itself is none: what keeps a unit from going out whoever takes it is asked here in SQL once more,
//! because a register may hold thousands of equals; `tests/counter/equal.rs` holds each cause against the rules.
//! What lies in an open cart is none either. Deliberately absent: what concerns the person, such as a training.

use rusqlite::params;

use super::{
    Store,
    error::{StoreError, sql},
    facts,
    number::micros,
};
use crate::domain::resolution::{FreeEqual, UnitBrief};
use crate::domain::{InsteadOf, LocationId, Moment, UnitId};

/// Equals that are looked at (chosen: the shelves around; more would cost the answer its time).
const SUBSTITUTE_MAX: u32 = 200;

/// What lends a unit to anybody: nobody has it, it is in service, nothing blocks it, no case is open.
pub(super) const FREE: &str = "s.holder IS NULL AND s.state = 3 AND u.blocked IS NULL AND u.conflict = 0 \
     AND NOT EXISTS (SELECT 1 FROM reservation r WHERE r.unit = u.id AND r.ends > ?2)";

/// Of the same model, as long as more of it are free than are reserved.
const ALIKE: &str = "SELECT u.id FROM unit u WHERE u.model = (SELECT model FROM unit WHERE id = ?1) AND u.id <> ?1 \
     AND CASE WHEN EXISTS (SELECT 1 FROM reservation r WHERE r.model = (SELECT model FROM unit WHERE id = ?1) AND r.ends > ?2) \
     THEN (SELECT count(*) FROM reservation r WHERE r.model = (SELECT model FROM unit WHERE id = ?1) AND r.ends > ?2) \
     < (SELECT count(*) FROM (SELECT 1 FROM unit u JOIN unit_state s ON s.unit = u.id \
     WHERE u.model = (SELECT model FROM unit WHERE id = ?1) AND {FREE} LIMIT ?3)) ELSE 1 END LIMIT ?3";

/// Of the same category; a model that is reserved for anybody is left to them.
const SIMILAR: &str = "SELECT u.id FROM model m JOIN unit u ON u.model = m.id WHERE m.category <> '' AND m.category = \
     (SELECT category FROM model WHERE id = (SELECT model FROM unit WHERE id = ?1)) AND u.id <> ?1 \
     AND m.id <> (SELECT model FROM unit WHERE id = ?1) \
     AND NOT EXISTS (SELECT 1 FROM reservation r WHERE r.model = m.id AND r.ends > ?2) LIMIT ?3";

/// Those of the candidates that may go out and lie in nobody's open cart.
const NEAREST: &str = "SELECT s.unit, s.location IS (SELECT location FROM unit_state WHERE unit = ?1), m.name, m.maker, \
     s.location, l.label FROM ({CANDIDATES}) c \
     CROSS JOIN unit_state s ON s.unit = c.id CROSS JOIN unit u ON u.id = c.id CROSS JOIN model m ON m.id = u.model \
     LEFT JOIN location l ON l.id = coalesce(s.location, u.home) WHERE {FREE} \
     AND coalesce(u.recalled, m.recalled, u.on_hold, m.on_hold) IS NULL \
     AND coalesce(u.calibration_due > ?2 AND u.calibration_due >= ?4, 1) \
     AND coalesce(u.inspection_due > ?2 AND u.inspection_due >= ?4, 1) \
     AND (NOT EXISTS (SELECT 1 FROM category g WHERE g.name = m.category AND g.regulated) \
     OR EXISTS (SELECT 1 FROM identifier i WHERE i.unit = u.id AND i.kind = 1 AND i.ended = 0)) \
     AND u.id NOT IN (SELECT unit FROM cart WHERE left_behind = 0)";

impl Store {
    /// The nearest free equal of a unit that may go out until then; `None` if there is none.
    pub fn substitute(&self, wanted: InsteadOf, now: Moment) -> Result<Option<FreeEqual>, StoreError> {
        for (candidates, alike) in [(ALIKE, true), (SIMILAR, false)] {
            if let Some(mut found) = self.nearest_free(candidates, alike, wanted, now)? {
                found.unit.tag = facts::proofs(&self.connection, found.unit.id)?.tag;
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The first free one at the place of the unit; else the first free one. Not sorted, so that it ends where it can.
    fn nearest_free(
        &self,
        candidates: &str,
        alike: bool,
        wanted: InsteadOf,
        now: Moment,
    ) -> Result<Option<FreeEqual>, StoreError> {
        let doing = "look for a free equal";
        let statement = NEAREST.replace("{CANDIDATES}", candidates).replace("{FREE}", FREE);
        let mut statement = self.connection.prepare_cached(&statement).map_err(sql(doing))?;
        let now = micros(now.wall);
        let until = wanted.until.map_or(now, micros); // What is due before it is back would be refused as well.
        let mut rows = statement.query(params![wanted.unit.0, now, SUBSTITUTE_MAX, until]).map_err(sql(doing))?;
        let mut first = None;
        while let Some(row) = rows.next().map_err(sql(doing))? {
            let here: bool = row.get(1).map_err(sql(doing))?;
            if here || first.is_none() {
                first = Some(equal(row, alike).map_err(sql(doing))?);
            }
            if here {
                break;
            }
        }
        Ok(first)
    }
}

/// Its tag is asked for once it is chosen.
fn equal(row: &rusqlite::Row<'_>, alike: bool) -> rusqlite::Result<FreeEqual> {
    let (id, location) = (UnitId(row.get(0)?), row.get::<_, Option<i64>>(4)?.map(LocationId));
    let unit = UnitBrief { id, tag: None, model: row.get(2)?, maker: row.get(3)?, location };
    Ok(FreeEqual { unit, place: row.get(5)?, alike })
}

#[cfg(test)]
mod tests {
    use super::FREE;
    use crate::domain::UnitState;
    use crate::store::number::Numbered as _;

    #[test]
    fn the_state_that_is_written_out_is_in_service() {
        assert!(FREE.contains(&format!("s.state = {} ", UnitState::InService.number())));
    }
}
