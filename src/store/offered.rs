//! What a text is already where it is offered as the number of one piece: of a product, a batch, another unit, or a place.
//!
//! The label of a product or a batch would lend one piece from then on, so such a text is refused by its name. The same is
//! asked at a scan: a text that names a unit and a product or a batch too, by records of before, names the latter.
//! Deliberately absent: a serial number that another unit of the maker bears, which `binding` refuses.

use rusqlite::{OptionalExtension as _, params};

use super::{
    Store, binding,
    error::{StoreError, sql},
    kit,
    number::Numbered as _,
    resolve::Records,
};
use crate::domain::prefix::OwnClass;
use crate::domain::serial_number::{SerialRule, key};
use crate::domain::{Identifier, IdentifierKind, ModelId, Question, Subject, UnitFacts, UnitId};

/// What bears a text that is no identifier, in the words of the refusal. The lot is looked for by its own index: a model
/// may have a million units.
pub(super) const OF_OTHERS: &str = "\
    SELECT 'the SKU of ' || trim(maker || ' ' || name) FROM model WHERE sku_key = ?1 \
    UNION ALL SELECT 'the GTIN of ' || trim(maker || ' ' || name) FROM model WHERE gtin = ?2 \
    UNION ALL SELECT 'the name of the model ' || trim(maker || ' ' || name) FROM model WHERE id = ?3 AND name_key = ?1 \
    UNION ALL SELECT 'a lot of ' || trim(m.maker || ' ' || m.name) FROM unit u JOIN model m ON m.id = +u.model \
    WHERE u.lot_key = ?1 AND +u.model = ?3 \
    UNION ALL SELECT 'the label of the place ' || name FROM location WHERE label_key = ?1 AND ?4 \
    UNION ALL SELECT 'the code of a shelf' FROM stock WHERE shelf_key = ?1 AND ?4 LIMIT 1";

/// Whether units of that model, or else of others, are of a lot.
pub(super) const LOT_OF_MODEL: &str = "SELECT max(+model = ?2) FROM unit WHERE lot_key = ?1";

/// Numbers of a unit that have a name of their own.
const NAMED: [IdentifierKind; 7] = [
    IdentifierKind::Imei,
    IdentifierKind::Imeisv,
    IdentifierKind::Meid,
    IdentifierKind::Vin,
    IdentifierKind::Mac,
    IdentifierKind::Eui64,
    IdentifierKind::Iccid,
];

/// Numbers whose form anybody chooses: they may be the text of anything.
const FREE: [IdentifierKind; 4] =
    [IdentifierKind::SerialNumber, IdentifierKind::AssetTag, IdentifierKind::ForeignTag, IdentifierKind::RfidUid];

/// The refusal of a text as a number of that kind, for what it is.
pub(super) fn not_of_one_piece(kind: IdentifierKind, raw: &str, what: &str) -> String {
    format!("{raw} is {what}, not the {} of one piece", binding::what(kind))
}

/// The trade item number of 14 digits that a text may be.
fn trade_item(text: &str) -> Option<String> {
    let is_number = matches!(text.len(), 8 | 12 | 13 | 14) && text.bytes().all(|it| it.is_ascii_digit());
    is_number.then(|| format!("{text:0>14}"))
}

/// Whether a text is that trade item number of 14 digits, by its own digits or with zeros in front.
pub(super) fn is_gtin(text: &str, gtin: &str) -> bool {
    trade_item(text.trim()).as_deref() == Some(gtin)
}

impl Store {
    /// Refuses a number for that unit which is the number of something else already.
    pub(super) fn refuse_other_number(&self, unit: UnitId, kind: IdentifierKind, raw: &str) -> Result<(), StoreError> {
        if !self.may_be_else(kind, raw) {
            return Ok(());
        }
        let model: Option<i64> = self
            .connection
            .prepare_cached("SELECT model FROM unit WHERE id = ?")
            .and_then(|mut it| it.query_row([unit.0], |row| row.get(0)).optional())
            .map_err(sql("read the unit's model"))?;
        match self.known_as(ModelId(model.unwrap_or(0)), kind, raw)? {
            Some(what) => Err(StoreError::Unfit(not_of_one_piece(kind, raw, &what))),
            None => Ok(()),
        }
    }

    /// Whether a number of that kind can be the text of something else; a tag of ours is read as nothing else.
    fn may_be_else(&self, kind: IdentifierKind, raw: &str) -> bool {
        let is_ours = || self.options.prefixes.class(raw).is_some_and(|it| it.0 == OwnClass::Tag);
        FREE.contains(&kind) && !(kind == IdentifierKind::AssetTag && is_ours())
    }

    /// What a text is already that is offered as a number of that kind of a unit of that model, in words for people.
    pub(super) fn known_as(
        &self,
        model: ModelId,
        kind: IdentifierKind,
        raw: &str,
    ) -> Result<Option<String>, StoreError> {
        if !self.may_be_else(kind, raw) {
            return Ok(None);
        }
        let doing = "look for what a serial number is besides";
        let look_up = key(raw);
        let by_place = kind != IdentifierKind::AssetTag; // Of a tag that is told already.
        let of_others: Option<String> = self
            .connection
            .prepare_cached(OF_OTHERS)
            .and_then(|mut it| {
                it.query_row(params![look_up, trade_item(&look_up), model.0, by_place], |row| row.get(0)).optional()
            })
            .map_err(sql(doing))?;
        if of_others.is_some() {
            return Ok(of_others);
        }
        let borne: Vec<(i64, i64)> = self
            .connection
            .prepare_cached("SELECT unit, kind FROM identifier WHERE key = ? AND ended = 0 LIMIT 8")
            .and_then(|mut it| it.query_map([look_up], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
            .map_err(sql(doing))?;
        for (unit, found) in borne {
            let found = IdentifierKind::of(found).map_err(sql(doing))?;
            if NAMED.contains(&found) {
                let label = kit::label(&self.connection, UnitId(unit))?;
                return Ok(Some(format!("the {} of {label}", binding::what(found))));
            }
            if (kind, found) == (IdentifierKind::SerialNumber, IdentifierKind::AssetTag) {
                return Ok(Some("the tag of a unit".to_owned()));
            }
        }
        Ok(None)
    }
}

impl Records<'_> {
    /// The product or the batch that a text names besides the unit to whose number it led: that is the answer then.
    /// Where other products have a lot of that name, the unit stays the answer and a movement asks first.
    pub(super) fn shared(&self, identifier: &Identifier, facts: &mut UnitFacts) -> Result<Option<Subject>, StoreError> {
        // A code with a serial number of its own says which it means.
        if !FREE.contains(&facts.hit.kind) || identifier.claims().serial_number.is_some() {
            return Ok(None);
        }
        for question in &identifier.questions {
            let found = match question {
                Question::Gtin { key } => self.scanned_model("gtin = ?", key)?,
                Question::Sku { key } => self.scanned_model("sku_key = ?", key)?,
                Question::Lot { key } => match self.lot_of(key, facts.model.id)? {
                    Some(true) => self.lot(key)?,
                    Some(false) => {
                        facts.hit.rule =
                            facts.hit.rule.filter(|it| !it.is_strong()).or(Some(SerialRule::SharedWithLot));
                        None
                    }
                    None => None,
                },
                Question::Unit { .. } | Question::Text { .. } | Question::Badge { .. } | Question::Location { .. } => {
                    None
                }
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Whether units of that model are of a lot; `None` if there is no such lot.
    fn lot_of(&self, lot: &str, model: ModelId) -> Result<Option<bool>, StoreError> {
        self.connection
            .prepare_cached(LOT_OF_MODEL)
            .and_then(|mut it| it.query_row(params![key(lot), model.0], |row| row.get(0)))
            .map_err(sql("look for the lot"))
    }
}
