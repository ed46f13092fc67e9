//! What our records say of a code that is only explained: read beside a running service, nothing written.
//!
//! Near twins and labels that differ from the record are said as at a scan; serial numbers are never printed.
//! Deliberately absent: moving anything; that is a scan.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::domain::resolution::UnitBrief;
use crate::domain::{Identifier, IdentifierKind, Kind, Moment, Resolution, Subject, UnitFacts};
use crate::identify::maker::{self, Verdict};
use crate::store::Reader;

/// The answer of our records.
#[derive(Debug, Serialize)]
pub(super) struct Known {
    /// What it names: `unit`, `several`, `person`, `model`, `lot`, `location`, `stock`, `still`, `unknown`, or `not-asked`.
    pub(super) names: &'static str,
    /// The record in a few words.
    pub(super) says: String,
    /// Units that are nearly meant.
    pub(super) near: Vec<String>,
    /// What the label says, and what the record says instead.
    pub(super) differs: Vec<(String, String)>,
    /// What the rules of the unit's maker tell of the serial number in the code; derived, it decides nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) derived: Vec<(String, String)>,
    /// Why the rules of the unit's maker do not fit that serial number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unlike: Option<String>,
}

/// Our records, for reading.
pub(super) struct Records(Reader);

impl Records {
    /// Opens the store in that folder.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        Reader::open(folder).map(Self).with_context(|| format!("read the records in {}", folder.display()))
    }

    /// What they say of a code.
    pub(super) fn ask(&self, identifier: &Identifier, now: Moment) -> Result<Known> {
        let resolution = self.0.resolve(identifier, now).context("ask the records")?;
        let (names, mut says) = said(&resolution);
        if let (Kind::Imei, Subject::Unit(facts)) = (identifier.kind, &resolution.subject)
            && facts.hit.kind == IdentifierKind::SerialNumber
        {
            says.push_str(", though it has the form of an IMEI");
        }
        let (derived, unlike) = of_maker(identifier, &resolution.subject);
        let near = resolution.near.iter().map(brief).collect();
        let differs = resolution.contradictions.into_iter().map(|it| (it.label, it.record)).collect();
        Ok(Known { names, says, near, differs, derived, unlike })
    }
}

/// What the rules of the unit's maker say of the serial number in a code, where nothing was derived without them.
fn of_maker(identifier: &Identifier, subject: &Subject) -> (Vec<(String, String)>, Option<String>) {
    let Subject::Unit(facts) = subject else { return Default::default() };
    let alone = (identifier.kind == Kind::SerialNumber).then_some(identifier.key.as_str());
    let inside = || ["21", "S", "SER", "SEQ"].iter().find_map(|it| identifier.field(it));
    let told = identifier.fields.iter().any(|(name, _)| name.starts_with(maker::DERIVED));
    let Some(serial_number) = alone.or_else(inside).filter(|_| !told) else { return Default::default() };
    match maker::shipped().judge(&facts.model.maker, serial_number) {
        Verdict::Valid(found) => (found.derived, None),
        Verdict::Invalid(reason) => (Vec::new(), Some(reason)),
        Verdict::NoRule => Default::default(),
    }
}

fn said(resolution: &Resolution) -> (&'static str, String) {
    match &resolution.subject {
        Subject::Unit(facts) => ("unit", unit(facts)),
        Subject::Several(units) => ("several", units.iter().map(brief).collect::<Vec<_>>().join(", ")),
        Subject::Holder(holder) => ("person", holder.name.clone()),
        Subject::Model(model) => ("model", format!("{} {}, {} free", model.maker, model.name, model.free)),
        Subject::Lot { lot, units } => ("lot", format!("{lot}, {units} units")),
        Subject::Location { location, .. } => ("location", location.name.clone()),
        Subject::Stock(stock) => ("stock", format!("{} {}, {}", stock.model.maker, stock.model.name, stock.quantity)),
        Subject::Still(_) => ("still", "a picture that was uploaded".to_owned()),
        Subject::Unknown => ("unknown", "our records do not know it".to_owned()),
        Subject::NotAsked | Subject::Shift(_) | Subject::Pin(_) => {
            ("not-asked", "there is nothing to ask our records for".to_owned())
        }
    }
}

fn unit(facts: &UnitFacts) -> String {
    let tag = facts.tag.as_deref().unwrap_or("no tag");
    let state = facts.state.quiet();
    let mut words = format!("{tag} {} {}, {state}", facts.model.maker, facts.model.name);
    if let Some(custody) = &facts.custody {
        words.push_str(", with ");
        words.push_str(&custody.name);
    }
    let rule = facts.hit.rule.filter(|it| !it.is_strong()).map(|it| format!(" {}", it.words())).unwrap_or_default();
    let ended = facts.hit.ended.map(|it| format!(", {it}")).unwrap_or_default();
    format!("{words}; by its {}{rule}{ended}", facts.hit.kind)
}

fn brief(unit: &UnitBrief) -> String {
    unit.tag.clone().unwrap_or_else(|| format!("{} {}", unit.maker, unit.model))
}
