//! Reads a unit with all that the rules and the screen may ask about it, a person, and a free equal.
//!
//! Two statements a unit: its rows joined, and its identifiers.
//! Deliberately absent: finding the unit, which is in `resolve` and `search`.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    Store,
    error::{StoreError, sql},
    journal::LAST_SEEN,
    kit,
    number::{Numbered as _, day, micros, time},
    restriction,
};
use crate::domain::resolution::{Custody, ModelBrief, UnitBrief};
use crate::domain::{
    Condition, Hit, Holder, HolderId, IdentifierKind, Licence, Location, LocationId, Mapping, ModelId, Moment,
    Question, Restrictions, Role, Sight, UnitFacts, UnitId, UnitState, UnitView,
};

/// Free units of a model are counted up to this many.
pub(super) const FREE_MAX: u32 = 1_000;

/// Live tag and live serial number of a unit.
pub(super) struct Proofs {
    pub(super) tag: Option<String>,
    pub(super) serial_number: Option<String>,
}

/// Which live identifiers a unit bears.
pub(super) fn proofs(connection: &Connection, unit: UnitId) -> Result<Proofs, StoreError> {
    let mut proofs = Proofs { tag: None, serial_number: None };
    let mut statement = connection
        .prepare_cached("SELECT kind, raw FROM identifier WHERE unit = ? AND ended = 0 ORDER BY id")
        .map_err(sql("read the unit's identifiers"))?;
    let mut rows = statement.query([unit.0]).map_err(sql("read the unit's identifiers"))?;
    while let Some(row) = rows.next().map_err(sql("read the unit's identifiers"))? {
        let kind = row.get(0).and_then(IdentifierKind::of).map_err(sql("read the unit's identifiers"))?;
        let slot = if kind == IdentifierKind::AssetTag {
            &mut proofs.tag
        } else if kind == IdentifierKind::SerialNumber {
            &mut proofs.serial_number
        } else {
            continue;
        };
        if slot.is_none() {
            *slot = Some(row.get(1).map_err(sql("read the unit's identifiers"))?);
        }
    }
    Ok(proofs)
}

/// All that the rules may ask about a unit; without a hit, its own tag stands for it.
pub(super) fn unit(connection: &Connection, id: UnitId, hit: Option<Hit>) -> Result<Option<UnitFacts>, StoreError> {
    let proofs = proofs(connection, id)?;
    let hit = hit.unwrap_or_else(|| own_tag(&proofs));
    let read = |row: &Row<'_>| -> rusqlite::Result<UnitFacts> {
        let since = row.get::<_, Option<i64>>(5)?.map(time).transpose()?;
        let holder: Option<i64> = row.get(3)?;
        let conflict: bool = row.get(19)?;
        let custody = match (holder, since) {
            (Some(holder), Some(since)) => Some(Custody {
                holder: HolderId(holder),
                name: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
                since,
                due: row.get::<_, Option<i64>>(4)?.map(time).transpose()?,
            }),
            _ => None,
        };
        Ok(UnitFacts {
            id,
            mapping: match (&proofs.tag, &proofs.serial_number) {
                _ if conflict => Mapping::Conflict,
                (Some(_), Some(_)) => Mapping::Whole,
                (Some(_), None) => Mapping::TagOnly,
                (None, _) => Mapping::SerialOnly,
            },
            tag: proofs.tag.clone(),
            serial_number: proofs.serial_number.clone(),
            hit: hit.clone(),
            lot: row.get(0)?,
            owner: row.get(28)?,
            condition: row.get::<_, Option<String>>(22)?.as_deref().and_then(Condition::parse),
            blocked: row.get(1)?,
            restrictions: Restrictions::default(),
            state: UnitState::of(row.get(2)?)?,
            custody,
            location: location(row, 7)?,
            home: location(row, 10)?,
            model: model(row, 13)?,
            since,
            kit: row.get::<_, Option<i64>>(20)?.map(|it| (UnitId(it), String::new())),
            parts: if row.get(21)? { vec![id] } else { Vec::new() },
            purchased: day(row.get(23)?)?,
            warranty_until: day(row.get(24)?)?,
            label_waits: row.get(25)?,
            picture: row.get(26)?,
            no_serial_number: row.get(27)?,
        })
    };
    let found = connection
        .prepare_cached(
            "SELECT u.lot, u.blocked, s.state, s.holder, s.due, s.since, h.name, l.id, l.label, l.name, \
             b.id, b.label, b.name, m.id, m.name, m.maker, m.sku, m.gtin, m.category, \
             u.conflict, u.kit, EXISTS (SELECT 1 FROM unit p WHERE p.kit = u.id), u.condition, \
             u.purchased, u.warranty_until, EXISTS (SELECT 1 FROM label_queue q WHERE q.unit = u.id AND q.settled IS NULL), \
             coalesce(u.picture, m.picture), coalesce(u.no_serial_number, m.no_serial_number) IS NOT NULL, u.owner \
             FROM unit u JOIN unit_state s ON s.unit = u.id JOIN model m ON m.id = u.model \
             LEFT JOIN holder h ON h.id = s.holder LEFT JOIN location l ON l.id = s.location \
             LEFT JOIN location b ON b.id = u.home WHERE u.id = ?",
        )
        .and_then(|mut it| it.query_row([id.0], read).optional())
        .map_err(sql("read the unit"))?;
    found.map(|it| with_kit(connection, it)).transpose()
}

/// Fills in the kit and the parts, for the few units that have any.
fn with_kit(connection: &Connection, mut facts: UnitFacts) -> Result<UnitFacts, StoreError> {
    if let Some((id, label)) = &mut facts.kit {
        *label = kit::label(connection, *id)?;
    }
    if !facts.parts.is_empty() {
        facts.parts = kit::parts(connection, facts.id)?;
    }
    Ok(facts)
}

/// A unit as people and programs see it.
pub(super) fn view(connection: &Connection, id: UnitId, sight: Sight) -> Result<Option<UnitView>, StoreError> {
    Ok(unit(connection, id, None)?.map(|it| sight.unit(it.view(sight.sees_serial_numbers()))))
}

/// A unit in a list.
pub(super) fn brief(connection: &Connection, id: UnitId) -> Result<UnitBrief, StoreError> {
    let tag = proofs(connection, id)?.tag;
    connection
        .prepare_cached(
            "SELECT m.name, m.maker, s.location FROM unit u JOIN model m ON m.id = u.model \
             JOIN unit_state s ON s.unit = u.id WHERE u.id = ?",
        )
        .and_then(|mut it| {
            it.query_row([id.0], |row| {
                let location = row.get::<_, Option<i64>>(2)?.map(LocationId);
                Ok(UnitBrief { id, tag: tag.clone(), model: row.get(0)?, maker: row.get(1)?, location })
            })
        })
        .map_err(sql("read the unit"))
}

/// A person with what they hold now.
pub(super) fn holder(connection: &Connection, id: HolderId, now: Moment) -> Result<Option<Holder>, StoreError> {
    let read = |row: &Row<'_>| {
        Ok(Holder {
            id,
            name: row.get(0)?,
            role: Role::parse(row.get_ref(1)?.as_str()?).unwrap_or_default(),
            active: row.get(2)?,
            held: row.get(3)?,
            overdue: row.get(4)?,
            left_behind: Vec::new(),
            trained: Vec::new(),
            held_max: row.get(5)?,
            licence: licence(row, 6)?,
            check_due: 0,
            stolen_seen: Vec::new(),
        })
    };
    connection
        .prepare_cached(
            "SELECT name, role, active, (SELECT count(*) FROM unit_state WHERE holder = ?1), \
             (SELECT count(*) FROM unit_state WHERE holder = ?1 AND due < ?2), held_max, licence, licence_until \
             FROM holder WHERE id = ?1",
        )
        .and_then(|mut it| it.query_row(params![id.0, micros(now.wall)], read).optional())
        .map_err(sql("read the person"))
}

/// A licence from the columns `licence, licence_until` beginning at `first`.
fn licence(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Licence>> {
    let reference: Option<String> = row.get(first)?;
    let valid_until = row.get::<_, Option<i64>>(first + 1)?.map(time).transpose()?;
    Ok(reference.map(|reference| Licence { reference, valid_until }))
}

/// Stolen units that a greeting names.
const STOLEN_SEEN_MAX: u32 = 4;

/// Stolen units that were scanned anywhere after the scan by which they were said to be stolen, by tag or model.
pub(super) fn stolen_seen(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let doing = "look for stolen units that were seen";
    let stolen = UnitState::Stolen.number(); // Written out, so that the index of stolen units is used.
    let found: Vec<i64> = connection
        .prepare_cached(&format!(
            "SELECT s.unit, max(coalesce(s.seen_scan, 0), coalesce({LAST_SEEN}, 0)) AS last FROM unit_state s \
             WHERE s.state = {stolen} AND last > coalesce((SELECT max(e.scan) \
             FROM event e WHERE e.unit = s.unit AND e.state = {stolen}), 0) ORDER BY last DESC LIMIT ?"
        ))
        .and_then(|mut it| it.query_map([STOLEN_SEEN_MAX], |row| row.get(0))?.collect())
        .map_err(sql(doing))?;
    let label = |it: &i64| {
        let brief = brief(connection, UnitId(*it))?;
        Ok(brief.tag.unwrap_or_else(|| format!("{} {}", brief.maker, brief.model).trim().to_owned()))
    };
    found.iter().map(label).collect()
}

/// A model from the columns `id, name, maker, sku, gtin, category` beginning at `first`.
pub(super) fn model(row: &Row<'_>, first: usize) -> rusqlite::Result<ModelBrief> {
    Ok(ModelBrief {
        id: ModelId(row.get(first)?),
        name: row.get(first + 1)?,
        maker: row.get(first + 2)?,
        sku: row.get(first + 3)?,
        gtin: row.get(first + 4)?,
        category: row.get(first + 5)?,
        free: 0,
    })
}

/// Counts the free units of a model, up to [`FREE_MAX`].
pub(super) fn with_free(connection: &Connection, mut model: ModelBrief) -> Result<ModelBrief, StoreError> {
    model.free = connection
        .prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM unit u JOIN unit_state s ON s.unit = u.id WHERE u.model = ?1 \
             AND s.holder IS NULL AND s.state = ?2 AND u.blocked IS NULL AND u.conflict = 0 LIMIT ?3)",
        )
        .and_then(|mut it| it.query_row(params![model.id.0, UnitState::InService.number(), FREE_MAX], |row| row.get(0)))
        .map_err(sql("count the free units"))?;
    Ok(model)
}

impl Store {
    /// All that the rules may ask about a unit that was not scanned; its own tag stands as the hit.
    pub fn unit(&self, id: UnitId) -> Result<Option<UnitFacts>, StoreError> {
        unit(&self.connection, id, None)
    }

    /// A unit for the answer to a scan, which says itself who may know that it was stolen.
    pub fn unit_view(&self, id: UnitId, unmasked: bool) -> Result<Option<UnitView>, StoreError> {
        Ok(self.unit(id)?.map(|it| it.view(unmasked)))
    }

    /// A person with what they hold now and what they were trained in.
    pub fn holder(&self, id: HolderId, now: Moment) -> Result<Option<Holder>, StoreError> {
        let Some(found) = holder(&self.connection, id, now)? else { return Ok(None) };
        Ok(Some(Holder { trained: restriction::trainings(&self.connection, id)?, ..found }))
    }
}

fn own_tag(proofs: &Proofs) -> Hit {
    let (kind, raw) = match (&proofs.tag, &proofs.serial_number) {
        (None, Some(number)) => (IdentifierKind::SerialNumber, number.clone()),
        (tag, _) => (IdentifierKind::AssetTag, tag.clone().unwrap_or_default()),
    };
    let key = crate::domain::serial_number::key(&raw);
    Hit { question: Question::Unit { kind, key, rule: None }, kind, raw, rule: None, ended: None }
}

fn location(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Location>> {
    let Some(id) = row.get::<_, Option<i64>>(first)? else {
        return Ok(None);
    };
    Ok(Some(Location { id: LocationId(id), label: row.get(first + 1)?, name: row.get(first + 2)? }))
}
