//! What lies beside an exact match: the piece of a GTIN, serial numbers stored in a weaker form, near twins, and what
//! a label says otherwise than the record.
//!
//! Each is a bounded number of probes of an index. A near twin is shown and never taken; a match by a weaker form
//! carries its rule, so that a movement asks first.
//! Deliberately absent: exact look-ups (`resolve`), and deciding what follows.

use rusqlite::{OptionalExtension as _, params, params_from_iter};

use super::{
    error::{StoreError, sql},
    facts,
    number::Numbered as _,
    resolve::{Match, Records},
    search,
};
use crate::domain::resolution::{ModelBrief, UnitBrief};
use crate::domain::serial_number::{SerialKey, SerialRule, key as normal, keys};
use crate::domain::twin::{TWIN_MIN, Twins, folded, twins};
use crate::domain::{
    AssetTag, Contradiction, Identifier, IdentifierKind, Kind, Question, Resolution, Subject, UnitFacts, UnitId,
};

/// The folded form of a key ([`folded`]), word for word as the index `identifier_fold` has it (schema 5).
const FOLDED: &str = "ltrim(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(key, '-', ''), ' ', ''), '.', ''), '/', ''), '_', ''), 'O', '0'), 'I', '1'), 'B', '8'), 'S', '5'), 'Z', '2'), '0')";

/// What may stand in front of a stored serial number that was printed with its data identifier or its label word.
const PREFIXES: [&str; 5] = ["", "S", "1S", "SN", "SN:"];

/// Rows of one folded form that are looked at; more are no help to anybody.
const FOLDED_MAX: i64 = 64;

/// Twins asked for in one statement.
const PROBES: usize = 128;

/// Twins that are named at most.
const NEAR_MAX: usize = 8;

/// Models whose names hold one word that are looked at.
const NAMES_MAX: i64 = 1_000;

/// In this order: a serial number has a handful of rows, a model may have a million units.
const UNDER_GTIN: &str = "SELECT i.unit, i.kind, i.raw, i.ended_why FROM identifier i \
     CROSS JOIN unit u ON u.id = i.unit CROSS JOIN model m ON m.id = u.model \
     WHERE i.key = ?1 AND i.kind = 1 AND m.gtin = ?2 LIMIT ?3";

/// Models whose name holds a word, compared with the whole name.
const NAMED_SO: &str = "SELECT id FROM model WHERE id IN \
     (SELECT id FROM name_word WHERE word = ?1 AND subject = ?2 LIMIT ?3) AND name_key = ?4 LIMIT 2";

fn by_folded() -> String {
    format!("SELECT unit, kind, raw, ended_why FROM identifier WHERE kind = 1 AND {FOLDED} = ?1 LIMIT ?2")
}

/// Live identifiers of any of these keys but of one kind.
fn by_keys() -> String {
    let places = vec!["?"; PROBES].join(",");
    format!("SELECT unit FROM identifier WHERE key IN ({places}) AND ended = 0 AND kind <> ? LIMIT {NEAR_MAX}")
}

impl Records<'_> {
    /// The units whose model has the GTIN and whose serial number is the one of a code with both: one look-up.
    pub(super) fn under_gtin(&self, kind: IdentifierKind, key: &str) -> Result<Vec<Match>, StoreError> {
        let Some((gtin, number)) = key.strip_prefix("01=").and_then(|it| it.split_once(';')) else {
            return Ok(Vec::new());
        };
        let number = number.split_once('=').map_or(number, |(_, it)| it);
        if kind != IdentifierKind::Sgtin {
            return Ok(Vec::new());
        }
        self.rows(UNDER_GTIN, params![normal(number), gtin, FOLDED_MAX])
    }

    fn rows(&self, statement: &str, values: impl rusqlite::Params) -> Result<Vec<Match>, StoreError> {
        self.connection
            .prepare_cached(statement)
            .and_then(|mut it| it.query_map(values, Match::read)?.collect())
            .map_err(sql("look up the identifier"))
    }

    /// Units whose serial number is stored with separators, zeros or a prefix that the code does not have.
    pub(super) fn stored_weaker(&self, identifier: &Identifier) -> Result<Option<Subject>, StoreError> {
        let Some(asked) = serial_number_of(identifier, false) else { return Ok(None) };
        let stems = keys(&asked);
        let prefixed = |stem: &str| PREFIXES.map(|prefix| folded(&format!("{prefix}{stem}")));
        let mut forms: Vec<String> = stems.iter().flat_map(|it| prefixed(&it.key)).collect();
        forms.sort_unstable();
        forms.dedup();
        let mut found: Vec<(SerialRule, Match)> = Vec::new();
        for form in forms {
            for row in self.folded_rows(&form)? {
                if let Some(rule) = shared_rule(&stems, &row.raw) {
                    found.push((rule, row));
                }
            }
        }
        let Some(strongest) = found.iter().map(|it| it.0).min() else { return Ok(None) };
        let question = Question::Unit { kind: IdentifierKind::SerialNumber, key: asked, rule: Some(strongest) };
        let found = found.into_iter().filter(|it| it.0 == strongest).map(|it| it.1).collect();
        self.decide(&question, found)
    }

    fn folded_rows(&self, form: &str) -> Result<Vec<Match>, StoreError> {
        if form.is_empty() {
            return Ok(Vec::new()); // Nothing but zeros and separators.
        }
        self.rows(&by_folded(), params![form, FOLDED_MAX])
    }

    /// Notes the near twins of what was scanned: always if our records do not know it, else if it was typed by hand.
    pub(super) fn note_twins(
        &self,
        identifier: &Identifier,
        typed: bool,
        resolution: &mut Resolution,
    ) -> Result<(), StoreError> {
        let meant = identifier.candidates.iter().find(|it| it.kind == Kind::AssetTag);
        if let Some(meant) = meant.filter(|_| identifier.invalid.is_some()) {
            return self.note_meant(&meant.key, resolution);
        }
        let (own, key) = if let (Subject::Unit(facts), true) = (&resolution.subject, typed) {
            (Some(facts.id), Some(normal(&facts.hit.raw)))
        } else if resolution.subject == Subject::Unknown || names_unknown_piece(identifier, &resolution.subject) {
            (None, serial_number_of(identifier, true))
        } else {
            return Ok(());
        };
        let Some(key) = key.filter(|_| is_text(identifier.kind)) else { return Ok(()) };
        let Twins { alike, edited } = twins(&key);
        let mut found = Vec::new();
        self.probe(&alike, true, &mut found)?;
        let folded = self.folded_rows(&folded(&key))?;
        found.extend(folded.into_iter().filter(|it| it.ended.is_none()).map(|it| it.unit));
        self.probe(&edited, false, &mut found)?;
        let mut near: Vec<UnitId> = Vec::new();
        for unit in found.into_iter().map(UnitId) {
            if Some(unit) != own && !near.contains(&unit) {
                near.push(unit);
            }
        }
        let briefs = near.into_iter().take(NEAR_MAX).map(|it| facts::brief(self.connection, it));
        resolution.near = briefs.collect::<Result<Vec<UnitBrief>, _>>()?;
        Ok(())
    }

    /// A unit of that maker whose serial number differs from this one only in letters that look alike, separators, or zeros in
    /// front: one look-up. Numbers that count up differ in a character each, which says nothing in a list.
    pub(super) fn look_alike(&self, number: &str, maker: &str) -> Result<Option<UnitId>, StoreError> {
        let own = normal(number);
        let form = folded(&own);
        if form.chars().count() < TWIN_MIN {
            return Ok(None);
        }
        let statement = format!(
            "SELECT unit FROM identifier WHERE kind = 1 AND {FOLDED} = ?1 AND scope = ?2 AND ended = 0 AND key <> ?3 LIMIT 1"
        );
        self.connection
            .prepare_cached(&statement)
            .and_then(|mut it| it.query_row(params![form, normal(maker), own], |row| row.get(0)).optional())
            .map(|it| it.map(UnitId))
            .map_err(sql("look for near twins"))
    }

    /// Notes the unit that bears the tag that a misread one may have been.
    fn note_meant(&self, tag: &str, resolution: &mut Resolution) -> Result<(), StoreError> {
        let forms = [Some(tag.to_owned()), AssetTag::other_form(tag, self.tag_prefix)];
        let (forms, mut found): (Vec<String>, _) = (forms.into_iter().flatten().collect(), Vec::new());
        self.probe(&forms, true, &mut found)?;
        let briefs = found.into_iter().map(|it| facts::brief(self.connection, UnitId(it)));
        resolution.near = briefs.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Which of these keys are on record. Our tags follow one another, so one digit more or less means nothing there.
    fn probe(&self, keys: &[String], tags: bool, found: &mut Vec<i64>) -> Result<(), StoreError> {
        let left_out = if tags { 0 } else { IdentifierKind::AssetTag.number() }.to_string();
        let statement = by_keys();
        for some in keys.chunks(PROBES) {
            if found.len() >= NEAR_MAX {
                return Ok(());
            }
            // Those at hand again fill the places that are left: one statement serves every length.
            let filled = some.iter().cycle().take(PROBES).chain(std::iter::once(&left_out));
            let units: Vec<i64> = self
                .connection
                .prepare_cached(&statement)
                .and_then(|mut it| it.query_map(params_from_iter(filled), |row| row.get(0))?.collect())
                .map_err(sql("look for near twins"))?;
            found.extend(units);
        }
        Ok(())
    }

    /// Where the named elements of the code say otherwise than the record of the unit it leads to.
    pub(super) fn contradictions(
        &self,
        identifier: &Identifier,
        facts: &UnitFacts,
    ) -> Result<Vec<Contradiction>, StoreError> {
        let claims = identifier.claims();
        let mut found = Vec::new();
        if let (Some(lot), Some(record)) = (claims.lot, &facts.lot)
            && normal(lot) != normal(record)
        {
            found.push(Contradiction { label: format!("lot {lot}"), record: format!("lot {record}") });
        }
        let other = |it: &ModelBrief| it.id != facts.model.id;
        // A unit that is on record under this very GTIN and serial number bears it, whatever its model's is.
        let borne = facts.hit.kind == IdentifierKind::Sgtin;
        if let Some(gtin) = claims.gtin.filter(|it| !borne && facts.model.gtin.as_deref() != Some(it)) {
            let named = self.model_where("gtin = ?", gtin)?.filter(other);
            // Without a GTIN on record only one that is another model's says something else.
            if facts.model.gtin.is_some() || named.is_some() {
                let label = named.map_or_else(|| format!("GTIN {gtin}"), |it| model_words(&it));
                found.push(Contradiction { label, record: model_words(&facts.model) });
            }
        }
        if let (Some(part), true) = (claims.part, found.is_empty())
            && let Some(named) = self.model_where("sku_key = ?", normal(part))?.filter(other)
        {
            found.push(Contradiction { label: model_words(&named), record: model_words(&facts.model) });
        }
        Ok(found)
    }

    /// The model that has this name, if only one maker's has it: somebody scanned a model number.
    pub(super) fn model_named_so(&self, name: &str) -> Result<Option<Subject>, StoreError> {
        let name = normal(name);
        let Some(word) = search::words(&name).into_iter().max_by_key(String::len) else { return Ok(None) };
        let found: Vec<i64> = self
            .connection
            .prepare_cached(NAMED_SO)
            .and_then(|mut it| {
                let subject = search::Subject::Model.number();
                it.query_map(params![word, subject, NAMES_MAX, name], |row| row.get(0))?.collect()
            })
            .map_err(sql("look up the model number"))?;
        let [only] = *found else { return Ok(None) };
        let model = self.model_where("id = ?", only)?;
        model.map(|it| facts::with_free(self.connection, it).map(Subject::Model)).transpose()
    }
}

/// Kinds whose text a person may have mistyped; a link, a card or a damaged code has no twins.
fn is_text(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Command | Kind::Badge | Kind::Url | Kind::Refused | Kind::Invalid | Kind::Job | Kind::Quantity
    )
}

/// Whether a code names one piece and our records know no more than its product or its batch.
fn names_unknown_piece(identifier: &Identifier, subject: &Subject) -> bool {
    matches!(subject, Subject::Model(_) | Subject::Lot { .. }) && identifier.claims().serial_number.is_some()
}

/// The look-up key of the number that a code names or may name: its serial number, else the text as it stands; with
/// `any`, also a tag, a phone's number and their like.
fn serial_number_of(identifier: &Identifier, any: bool) -> Option<String> {
    if let Some(number) = identifier.claims().serial_number {
        return Some(normal(number));
    }
    identifier.questions.iter().find_map(|it| {
        if let Question::Text { key } = it {
            return Some(normal(key));
        }
        let Question::Unit { kind, key, .. } = it else { return None };
        (any || *kind == IdentifierKind::SerialNumber).then(|| normal(key))
    })
}

/// The weakest rule that is needed to make two texts one; `None` if no rule does.
fn shared_rule(asked: &[SerialKey], stored: &str) -> Option<SerialRule> {
    let stored = keys(stored);
    let pairs = stored.iter().flat_map(|it| asked.iter().map(move |other| (it, other)));
    pairs.filter(|(it, other)| it.key == other.key).map(|(it, other)| it.rule.max(other.rule)).min()
}

fn model_words(model: &ModelBrief) -> String {
    [model.maker.as_str(), model.name.as_str()].join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::migration;
    use crate::store::offered::{LOT_OF_MODEL, OF_OTHERS};

    /// Each step of a statement searches an index; none reads a table from end to end.
    #[track_caller]
    fn check(statement: &str, expected: &[&str]) {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        migration::forward(&connection, 0).unwrap();
        let mut explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let steps = explained.raw_query().mapped(|row| row.get::<_, String>(3)).collect::<Result<Vec<_>, _>>().unwrap();
        for step in expected {
            assert!(steps.iter().any(|it| it.starts_with(step)), "{step} is not among {steps:#?}");
        }
        assert!(steps.iter().all(|it| !it.starts_with("SCAN")), "{steps:#?}");
    }

    #[test]
    fn every_look_up_is_one_of_an_index() {
        let unit = "SEARCH u USING INTEGER PRIMARY KEY";
        check(UNDER_GTIN, &["SEARCH i USING INDEX identifier_key (key=? AND kind=?)", unit]);
        check(&by_folded(), &["SEARCH identifier USING INDEX identifier_fold (<expr>=?)"]);
        check(&by_keys(), &["SEARCH identifier USING INDEX identifier_key (key=?)"]);
        check(NAMED_SO, &["SEARCH model USING INTEGER PRIMARY KEY"]);
        check(
            OF_OTHERS,
            &["SEARCH u USING INDEX unit_lot (lot_key=?)", "SEARCH model USING INDEX model_sku (sku_key=?)"],
        );
        check(LOT_OF_MODEL, &["SEARCH unit USING INDEX unit_lot (lot_key=?)"]);
    }
}
