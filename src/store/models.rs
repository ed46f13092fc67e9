//! Models that a keeper enters one by one; models and places that a text finds while somebody types.
//!
//! A slip of the pen is told before anything is entered: a GTIN whose check digit does not hold, a SKU that is the number of
//! one piece or read as something else, a model that is there already.
//! Deliberately absent: entering one whatever it says (`register`), and changing what a model is.

use rusqlite::{OptionalExtension as _, params, params_from_iter};

use super::{
    Reader, Store,
    error::{StoreError, sql},
    import::{gtin_of, identifier_of, name_of},
    kit,
    number::Numbered as _,
    reader::{ROWS_MAX, bounded},
    register::NewModel,
};
use crate::domain::serial_number::key;
use crate::domain::{EventSeq, HolderId, IdentifierKind, LocationId, ModelId, Moment, UnitId};

/// Words of a text that count.
const WORDS_MAX: usize = 8;

/// A model in a list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ModelLine {
    /// Its number in the register.
    pub id: ModelId,
    /// Who makes it; may be empty.
    pub maker: String,
    /// Its name.
    pub name: String,
    /// Our stock code.
    pub sku: Option<String>,
    /// Its trade item number, 14 digits.
    pub gtin: Option<String>,
    /// Its category; may be empty.
    pub category: String,
}

/// A location in a list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PlaceLine {
    /// Its number in the register.
    pub id: LocationId,
    /// What is scanned there.
    pub label: String,
    /// What people call it.
    pub name: String,
    /// Whether damaged things are put there.
    pub quarantine: bool,
}

impl Store {
    /// Enters a model as a keeper names it; returns the event. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] and [`StoreError::Taken`] say what it contradicts; nothing is entered then.
    pub fn enter_model(
        &mut self,
        named: &NewModel,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let [maker, name, category] = [&named.maker, &named.name, &named.category].map(|it| it.trim());
        name_of(category).map_err(|why| StoreError::Unfit(format!("the category {why}")))?;
        let given = |it: &Option<String>| it.as_deref().map(str::trim).unwrap_or_default().to_owned();
        let (sku, gtin) = (given(&named.sku), given(&named.gtin));
        let not_taken = |why| StoreError::Unfit(format!("the SKU was not taken: {why}"));
        let sku = identifier_of(&sku).map_err(not_taken)?.map(str::to_owned);
        let gtin = gtin_of(&gtin).map_err(StoreError::Unfit)?;
        self.refuse_known(maker, name)?;
        if let Some(sku) = &sku {
            self.refuse_sku(sku)?;
        }
        let new = NewModel {
            maker: maker.to_owned(),
            name: name.to_owned(),
            sku,
            gtin,
            category: category.to_owned(),
            tracking: String::new(),
        };
        self.add_model(&new, person, now)?;
        Ok(self.head().0)
    }

    /// Refuses maker and name of a model that is there.
    fn refuse_known(&self, maker: &str, name: &str) -> Result<(), StoreError> {
        let Some(known) = self.model_id(maker, name)?.map(|it| self.model(it)).transpose()?.flatten() else {
            return Ok(());
        };
        let called = format!("{} {}", known.maker, known.name);
        let sku = known.sku.map_or_else(|| "without a SKU".to_owned(), |it| format!("with the SKU {it}"));
        Err(StoreError::Unfit(format!("the model {} is there already, {sku}; nothing was entered", called.trim())))
    }

    /// Refuses a stock code that names one piece, or that is read as a code of ours.
    fn refuse_sku(&self, sku: &str) -> Result<(), StoreError> {
        if let Some((class, prefix)) = self.options.prefixes.class(sku) {
            let class = class.words();
            return Err(StoreError::Unfit(format!(
                "{sku} is read as {class}, because it begins with {prefix}; choose another SKU"
            )));
        }
        let borne: Option<(i64, i64)> = self
            .connection
            .prepare_cached("SELECT unit, kind FROM identifier WHERE key = ? AND ended = 0 ORDER BY id LIMIT 1")
            .and_then(|mut it| it.query_row([key(sku)], |row| Ok((row.get(0)?, row.get(1)?))).optional())
            .map_err(sql("look for what a SKU is besides"))?;
        let Some((unit, kind)) = borne else { return Ok(()) };
        let kind = IdentifierKind::of(kind).map_err(sql("look for what a SKU is besides"))?;
        let (of, what) = (kit::label(&self.connection, UnitId(unit))?, super::binding::what(kind));
        Err(StoreError::Unfit(format!(
            "{sku} is the {what} of {of}, and a SKU names no single piece; choose another SKU"
        )))
    }
}

/// The words of a text as keys, in which they are looked for.
fn asked(text: &str) -> Vec<String> {
    text.split_whitespace().take(WORDS_MAX).map(key).collect()
}

impl Reader {
    /// Models whose maker, name, SKU and GTIN have all words of a text somewhere in them, by maker and name; all without a
    /// text; at most 1,000.
    pub fn models(&self, text: &str, limit: usize) -> Result<Vec<ModelLine>, StoreError> {
        let words = asked(text);
        let has =
            "AND instr(maker_key || ' ' || name_key || ' ' || coalesce(sku_key, '') || ' ' || coalesce(gtin, ''), ?) ";
        let query = format!(
            "SELECT id, maker, name, sku, gtin, category FROM model WHERE 1 {}ORDER BY maker_key, name_key LIMIT {}",
            has.repeat(words.len()),
            bounded(limit)
        );
        self.connection
            .prepare_cached(&query)
            .and_then(|mut it| {
                it.query_map(params_from_iter(words), |row| {
                    Ok(ModelLine {
                        id: ModelId(row.get(0)?),
                        maker: row.get(1)?,
                        name: row.get(2)?,
                        sku: row.get(3)?,
                        gtin: row.get(4)?,
                        category: row.get(5)?,
                    })
                })?
                .collect()
            })
            .map_err(sql("look for models"))
    }

    /// Locations whose label and name have all words of a text somewhere in them, by label; all without a text; at most 1,000.
    pub fn locations(&self, text: &str, limit: usize) -> Result<Vec<PlaceLine>, StoreError> {
        let words = asked(text);
        let doing = "look for locations";
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, label, name, quarantine FROM location ORDER BY label_key")
            .map_err(sql(doing))?;
        let mut rows = statement.query([]).map_err(sql(doing))?;
        let (mut found, most) = (Vec::new(), limit.min(ROWS_MAX));
        // Looked at here, because SQLite knows no capital of a letter beyond ASCII, and no key of the name is stored.
        while found.len() < most
            && let Some(row) = rows.next().map_err(sql(doing))?
        {
            let (label, name): (String, String) =
                row.get(1).and_then(|label| Ok((label, row.get(2)?))).map_err(sql(doing))?;
            let whole = [key(&label), key(&name)].join(" ");
            if words.iter().all(|it| whole.contains(it.as_str())) {
                let id = row.get(0).map(LocationId).map_err(sql(doing))?;
                found.push(PlaceLine { id, label, name, quarantine: row.get(3).map_err(sql(doing))? });
            }
        }
        Ok(found)
    }

    /// Categories that have a rule or a model, by name; at most 1,000.
    pub fn categories(&self) -> Result<Vec<String>, StoreError> {
        self.connection
            .prepare_cached(
                "SELECT name FROM category UNION SELECT category FROM model WHERE category <> '' ORDER BY 1 LIMIT ?",
            )
            .and_then(|mut it| it.query_map(params![bounded(usize::MAX)], |row| row.get(0))?.collect())
            .map_err(sql("read the categories"))
    }
}
