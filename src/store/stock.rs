//! Shelves of consumables on disk: look-up by code, the list, counting, and what is to be ordered.
//!
//! A quantity changes by events alone (`fold`) and is never negative.
//! Deliberately absent: entering a shelf, which is in `register`; ordering.

use rusqlite::{OptionalExtension as _, params};

use super::{
    Reader, Store,
    error::{StoreError, sql},
    facts,
    number::time,
    reader::bounded,
    resolve::Records,
};
use crate::domain::serial_number::key as normal;
use crate::domain::{
    Body, EventKind, HolderId, Location, LocationId, Moment, NewEvent, StockFacts, StockId, StockView, Subject,
};

impl Records<'_> {
    /// The shelf with that code, as the rules need it.
    pub(super) fn stock_of(&self, shelf: &str) -> Result<Option<Subject>, StoreError> {
        self.stock_where("s.shelf_key = ?", normal(shelf)).map(|it| it.map(|it| Subject::Stock(Box::new(it))))
    }

    fn stock_where(&self, condition: &str, value: impl rusqlite::ToSql) -> Result<Option<StockFacts>, StoreError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT s.id, s.shelf, s.quantity, s.minimum, s.take_max, s.reorder_since IS NOT NULL, l.id, l.label, \
                 l.name, coalesce(c.job_required, 0), m.id, m.name, m.maker, m.sku, m.gtin, m.category FROM stock s \
                 JOIN model m ON m.id = s.model LEFT JOIN location l ON l.id = s.location \
                 LEFT JOIN category c ON c.name = m.category WHERE {condition}"
            ))
            .and_then(|mut it| {
                it.query_row([value], |row| {
                    let location = row.get::<_, Option<i64>>(6)?.map(LocationId);
                    let location = location
                        .map(|id| Ok::<_, rusqlite::Error>(Location { id, label: row.get(7)?, name: row.get(8)? }));
                    Ok(StockFacts {
                        id: StockId(row.get(0)?),
                        shelf: row.get(1)?,
                        model: facts::model(row, 10)?,
                        location: location.transpose()?,
                        quantity: row.get(2)?,
                        minimum: row.get(3)?,
                        take_max: row.get(4)?,
                        reordered: row.get(5)?,
                        job_required: row.get(9)?,
                    })
                })
                .optional()
            })
            .map_err(sql("look up the shelf"))
    }
}

impl Store {
    /// Whether there is a shelf with that code.
    pub fn has_shelf(&self, shelf: &str) -> Result<bool, StoreError> {
        self.records().stock_where("s.shelf_key = ?", normal(shelf)).map(|it| it.is_some())
    }

    /// A shelf by its number.
    pub fn stock(&self, id: StockId) -> Result<Option<StockFacts>, StoreError> {
        self.records().stock_where("s.id = ?", id.0)
    }

    /// Sets what was counted on a shelf, with the reason. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for an unknown shelf or a negative count.
    pub fn count_stock(
        &mut self,
        shelf: &str,
        counted: i64,
        why: &str,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let Some(stock) = self.records().stock_where("s.shelf_key = ?", normal(shelf))? else {
            return Err(StoreError::Unfit(format!("there is no shelf {shelf}")));
        };
        if counted < 0 {
            return Err(StoreError::Unfit("a shelf cannot hold less than nothing".to_owned()));
        }
        let body = Body::new()
            .with("stock", stock.id.0.to_string())
            .with("shelf", &*stock.shelf)
            .with("before", stock.quantity.to_string())
            .with("left", counted.to_string())
            .with("counted", counted.to_string())
            .with("why", why);
        let mut events = vec![NewEvent { person, body, ..NewEvent::new(EventKind::StockChanged) }];
        if counted < stock.minimum && !stock.reordered {
            let body = Body::new().with("stock", stock.id.0.to_string()).with("shelf", &*stock.shelf);
            let body = body.with("left", counted.to_string()).with("minimum", stock.minimum.to_string());
            events.push(NewEvent { person, body, ..NewEvent::new(EventKind::ReorderNoted) });
        }
        self.record_events(None, &events, now).map(drop)
    }

    /// Limits how many of a shelf one person may take at once; `None` leaves it to the place. Needs a transaction.
    pub fn limit_stock(
        &mut self,
        shelf: &str,
        take_max: Option<i64>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let changed = self
            .connection
            .execute("UPDATE stock SET take_max = ? WHERE shelf_key = ?", params![take_max, normal(shelf)])
            .map_err(sql("limit a shelf"))?;
        if changed == 0 {
            return Err(StoreError::Unfit(format!("there is no shelf {shelf}")));
        }
        let limit = take_max.map(|it| it.to_string()).unwrap_or_default();
        let body = Body::new().with("shelf", shelf).with("take_max", limit);
        self.record_events(None, &[NewEvent { person, body, ..NewEvent::new(EventKind::RecordChanged) }], now).map(drop)
    }
}

impl Reader {
    /// Shelves of consumables in the order of their codes; at most 1,000. With `low`, those below their minimum, which are to be ordered.
    pub fn stock(&self, low: bool, limit: usize) -> Result<Vec<StockView>, StoreError> {
        self.connection
            .prepare_cached(
                "SELECT s.id, s.shelf, trim(m.maker || ' ' || m.name), l.label, s.quantity, s.minimum, s.reorder_since \
                 FROM stock s JOIN model m ON m.id = s.model LEFT JOIN location l ON l.id = s.location \
                 WHERE NOT ?1 OR s.quantity < s.minimum ORDER BY s.shelf_key LIMIT ?2",
            )
            .and_then(|mut it| {
                it.query_map(params![low, bounded(limit)], |row| {
                    Ok(StockView {
                        id: StockId(row.get(0)?),
                        shelf: row.get(1)?,
                        model: row.get(2)?,
                        location: row.get(3)?,
                        quantity: row.get(4)?,
                        minimum: row.get(5)?,
                        reorder_since: row.get::<_, Option<i64>>(6)?.map(time).transpose()?,
                    })
                })?
                .collect()
            })
            .map_err(sql("read the shelves"))
    }
}
