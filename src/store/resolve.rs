//! What our records say a scan is: walks the questions of an identifier, and the first that has a hit decides.
//!
//! Each question is one indexed look-up, on the write connection, so that a scan sees those before it in its group.
//! A text that several units bear is answered with all of them, never with one.
//! Deliberately absent: deciding what follows, and any change.

use rusqlite::{Connection, OptionalExtension as _};

use super::{
    Reader, Store, cart,
    error::{StoreError, sql},
    facts, kit,
    number::Numbered as _,
    restriction,
};
use crate::domain::resolution::ModelBrief;
use crate::domain::serial_number::key as normal;
use crate::domain::{
    Ended, Hit, HolderId, Identifier, IdentifierKind, Location, LocationId, Moment, Question, Resolution, Role,
    Subject, UnitId,
};

/// Units listed when a text names several.
const SEVERAL_MAX: usize = 20;

/// An identifier row that matched.
pub(super) struct Match {
    pub(super) unit: i64,
    pub(super) kind: IdentifierKind,
    pub(super) raw: String,
    pub(super) ended: Option<Ended>,
}

impl Match {
    /// A match from the columns `unit, kind, raw, ended_why`.
    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            unit: row.get(0)?,
            kind: IdentifierKind::of(row.get(1)?)?,
            raw: row.get(2)?,
            ended: row.get::<_, Option<i64>>(3)?.map(Ended::of).transpose()?,
        })
    }
}

/// Our records as one connection sees them: the writer's, so that a scan sees those before it, or a reader's.
pub(super) struct Records<'c> {
    pub(super) connection: &'c Connection,
    /// What our tags begin with.
    pub(super) tag_prefix: &'c str,
}

impl Store {
    pub(super) fn records(&self) -> Records<'_> {
        Records { connection: &self.connection, tag_prefix: &self.options.prefixes.tag }
    }

    /// A unit of that maker whose serial number looks like this one and is another, and how to call it.
    pub(super) fn look_alike(&self, number: &str, maker: &str) -> Result<Option<(UnitId, String)>, StoreError> {
        let Some(unit) = self.records().look_alike(number, maker)? else { return Ok(None) };
        Ok(Some((unit, kit::label(&self.connection, unit)?)))
    }

    /// What a scan names in our records.
    pub fn resolve(&self, identifier: &Identifier, now: Moment) -> Result<Resolution, StoreError> {
        self.records().resolve(identifier, now)
    }

    /// Notes the near twins of what was scanned: always if our records do not know it, else if it was typed by hand.
    pub fn note_twins(
        &self,
        identifier: &Identifier,
        typed: bool,
        resolution: &mut Resolution,
    ) -> Result<(), StoreError> {
        self.records().note_twins(identifier, typed, resolution)
    }

    /// A model by one of its own columns.
    pub(super) fn model_where(
        &self,
        condition: &str,
        value: impl rusqlite::ToSql,
    ) -> Result<Option<ModelBrief>, StoreError> {
        self.records().model_where(condition, value)
    }
}

impl Reader {
    /// What a code names in our records, with its near twins, as somebody hears who types it.
    pub fn resolve(&self, identifier: &Identifier, now: Moment) -> Result<Resolution, StoreError> {
        let records = Records { connection: &self.connection, tag_prefix: &self.tag_prefix };
        let mut resolution = records.resolve(identifier, now)?;
        records.note_twins(identifier, true, &mut resolution)?;
        Ok(resolution)
    }
}

impl Records<'_> {
    fn resolve(&self, identifier: &Identifier, now: Moment) -> Result<Resolution, StoreError> {
        if identifier.questions.is_empty() {
            return Ok(Resolution::new(Subject::NotAsked));
        }
        let mut subject = self.subject(identifier, now)?;
        if let Subject::Unit(facts) = &mut subject
            && let Some(shared) = self.shared(identifier, facts)?
        {
            subject = shared;
        }
        let mut resolution = Resolution::new(subject);
        if let Subject::Unit(facts) = &mut resolution.subject {
            facts.restrictions = restriction::of_unit(self.connection, facts.id, now)?;
            resolution.contradictions = self.contradictions(identifier, facts)?;
        }
        Ok(resolution)
    }

    fn subject(&self, identifier: &Identifier, now: Moment) -> Result<Subject, StoreError> {
        for question in &identifier.questions {
            if let Some(subject) = self.ask(question, now)? {
                return Ok(subject);
            }
        }
        Ok(self.stored_weaker(identifier)?.unwrap_or(Subject::Unknown))
    }

    fn ask(&self, question: &Question, now: Moment) -> Result<Option<Subject>, StoreError> {
        match question {
            Question::Unit { kind, key, .. } => {
                let found = self.matches(
                    "SELECT unit, kind, raw, ended_why FROM identifier WHERE key = ?1 AND kind = ?2 LIMIT ?3",
                    key,
                    kind.number(),
                )?;
                let found = if found.is_empty() { self.under_gtin(*kind, key)? } else { found };
                self.decide(question, found)
            }
            Question::Text { key } => {
                let found = self.matches(
                    "SELECT unit, kind, raw, ended_why FROM identifier WHERE key = ?1 AND ?2 = 0 LIMIT ?3",
                    key,
                    0,
                )?;
                self.decide(question, found)?.map_or_else(|| self.stock_of(key), |it| Ok(Some(it)))
            }
            Question::Badge { key } => {
                let holder: Option<i64> = self
                    .connection
                    .prepare_cached("SELECT holder FROM badge WHERE key = ? AND ended = 0")
                    .and_then(|mut it| it.query_row([normal(key)], |row| row.get(0)).optional())
                    .map_err(sql("look up the badge"))?;
                match holder {
                    Some(holder) => {
                        let Some(mut holder) = facts::holder(self.connection, HolderId(holder), now)? else {
                            return Ok(None);
                        };
                        holder.check_due = restriction::check_due(self.connection, holder.id, now)?;
                        holder.trained = restriction::trainings(self.connection, holder.id)?;
                        if holder.role >= Role::Keeper {
                            holder.stolen_seen = facts::stolen_seen(self.connection)?;
                        }
                        holder.left_behind = cart::left_behind(self.connection, holder.id)?;
                        Ok(Some(Subject::Holder(Box::new(holder))))
                    }
                    None => Ok(None),
                }
            }
            Question::Location { key } => {
                let shelf = self.stock_of(key)?;
                if shelf.is_some() { Ok(shelf) } else { self.location_of(key) }
            }
            Question::Gtin { key } => self.scanned_model("gtin = ?", key),
            Question::Sku { key } => match self.scanned_model("sku_key = ?", key)? {
                None => self.model_named_so(key),
                found => Ok(found),
            },
            Question::Lot { key } => self.lot(key),
        }
    }

    /// A batch, if units of it are on record.
    pub(super) fn lot(&self, lot: &str) -> Result<Option<Subject>, StoreError> {
        let units: u32 = self
            .connection
            .prepare_cached("SELECT count(*) FROM unit WHERE lot_key = ?")
            .and_then(|mut it| it.query_row([normal(lot)], |row| row.get(0)))
            .map_err(sql("count the units of the lot"))?;
        Ok((units > 0).then(|| Subject::Lot { lot: lot.to_owned(), units }))
    }

    fn matches(&self, statement: &str, key: &str, kind: i64) -> Result<Vec<Match>, StoreError> {
        // One row more than is listed, for each of the two lives an identifier can have.
        let rows_max = i64::try_from(SEVERAL_MAX * 2).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(statement)
            .and_then(|mut it| it.query_map(rusqlite::params![normal(key), kind, rows_max], Match::read)?.collect())
            .map_err(sql("look up the identifier"))
    }

    /// A live identifier decides; else one that ended but was on the item. A corrected one never was.
    pub(super) fn decide(&self, question: &Question, found: Vec<Match>) -> Result<Option<Subject>, StoreError> {
        let live = found.iter().any(|it| it.ended.is_none());
        let mut found: Vec<Match> =
            found.into_iter().filter(|it| it.ended.is_none() == live && it.ended != Some(Ended::Corrected)).collect();
        let mut units: Vec<i64> = found.iter().map(|it| it.unit).collect();
        units.sort_unstable();
        units.dedup();
        if units.len() > 1 {
            let briefs = units.iter().take(SEVERAL_MAX).map(|it| facts::brief(self.connection, UnitId(*it)));
            return Ok(Some(Subject::Several(briefs.collect::<Result<_, _>>()?)));
        }
        let Some(first) = (!found.is_empty()).then(|| found.swap_remove(0)) else {
            return Ok(None);
        };
        let rule = if let Question::Unit { rule, .. } = question { *rule } else { None };
        let hit = Hit { question: question.clone(), kind: first.kind, raw: first.raw, rule, ended: first.ended };
        Ok(facts::unit(self.connection, UnitId(first.unit), Some(hit))?.map(|it| Subject::Unit(Box::new(it))))
    }

    fn location_of(&self, label: &str) -> Result<Option<Subject>, StoreError> {
        self.connection
            .prepare_cached(
                "SELECT id, label, name, quarantine OR NOT EXISTS (SELECT 1 FROM location WHERE quarantine) \
                 FROM location WHERE label_key = ?",
            )
            .and_then(|mut it| {
                it.query_row([normal(label)], |row| {
                    let location = Location { id: LocationId(row.get(0)?), label: row.get(1)?, name: row.get(2)? };
                    Ok(Subject::Location { location, takes_damaged: row.get(3)? })
                })
                .optional()
            })
            .map_err(sql("look up the location"))
    }

    /// A model by one of its own columns.
    pub(super) fn model_where(
        &self,
        condition: &str,
        value: impl rusqlite::ToSql,
    ) -> Result<Option<ModelBrief>, StoreError> {
        self.connection
            .prepare_cached(&format!("SELECT id, name, maker, sku, gtin, category FROM model WHERE {condition}"))
            .and_then(|mut it| it.query_row([value], |row| facts::model(row, 0)).optional())
            .map_err(sql("look up the model"))
    }

    pub(super) fn scanned_model(&self, condition: &str, key: &str) -> Result<Option<Subject>, StoreError> {
        let found = self.model_where(condition, normal(key))?;
        found.map(|it| facts::with_free(self.connection, it).map(Subject::Model)).transpose()
    }
}
