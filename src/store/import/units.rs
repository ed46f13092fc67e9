//! One line of a list of units, with the model and the location it names.
//!
//! Models and locations that are not in the register are added; what contradicts the register is wrong.
//! Deliberately absent: changing units, models or locations that are in the register.

use super::said::{agrees, count, kit, misnamed, restrictions, steering};
use super::{
    ImportReport, cell,
    mistakes::Mistakes,
    table::{Columns, Line},
};
use crate::domain::serial_number::key;
use crate::domain::{AssetTag, HolderId, IdentifierKind, LocationId, ModelId, Moment, Restrictions, TagError, UnitId};
use crate::store::binding::twins;
use crate::store::bought::misfits;
use crate::store::reserved::Bearer;
use crate::store::{NewModel, NewStock, NewUnit, Store, StoreError};

/// The columns, all optional.
pub(super) const COLUMNS: Columns = Columns { taken: TAKEN, passed: &["unit", "state", "holder", "due"] };

const TAKEN: &[&str] = &[
    "tag",
    "serial_number",
    "maker",
    "model",
    "sku",
    "gtin",
    "lot",
    "category",
    "location",
    "imei",
    "note",
    "kit",
    "shelf",
    "quantity",
    "minimum",
    "recalled",
    "on_hold",
    "calibration_due",
    "inspection_due",
    "purchased",
    "warranty_until",
];

/// What is said of one unit, and of no shelf.
const ONE_UNIT: [&str; 7] =
    ["note", "recalled", "on_hold", "calibration_due", "inspection_due", "purchased", "warranty_until"];

/// The model of units of which nobody says what they are.
const UNNAMED: &str = "unspecified";

/// Lines of one file of which it is said that a serial number looks like another one (chosen: more read nobody).
const ALIKE_MAX: usize = 20;

/// The units of one file.
pub(super) struct Units {
    tag_prefix: String,
    person: Option<HolderId>,
    now: Moment,
    /// Line of each unit of this file, from the first on; unit numbers follow each other.
    lines: Vec<(i64, u64)>,
    unnamed: bool,
    /// How many serial numbers look like another one.
    alike: usize,
}

impl Units {
    pub(super) const fn new(tag_prefix: String, person: Option<HolderId>, now: Moment) -> Self {
        Self { tag_prefix, person, now, lines: Vec::new(), unnamed: false, alike: 0 }
    }

    /// Rows from now on are entered at that moment.
    pub(super) const fn at(&mut self, now: Moment) {
        self.now = now;
    }

    /// Adds the unit of one line.
    pub(super) fn row(
        &mut self,
        store: &mut Store,
        line: &Line<'_>,
        report: &mut ImportReport,
    ) -> Result<Mistakes, StoreError> {
        let (models, locations) = (report.models, report.locations);
        let mut wrong = Mistakes::default();
        let added = self.add(store, line, report, &mut wrong);
        if added.is_err() || !wrong.is_empty() {
            (report.models, report.locations) = (models, locations);
        }
        added.map(|()| wrong)
    }

    fn add(
        &mut self,
        store: &mut Store,
        line: &Line<'_>,
        report: &mut ImportReport,
        wrong: &mut Mistakes,
    ) -> Result<(), StoreError> {
        let steers = steering(line, &["maker", "model", "category", "location"], wrong);
        let model = if steers { None } else { self.model(store, line, report, wrong)? };
        if !line.cell("shelf").is_empty() {
            return self.shelf(store, line, model, report, wrong);
        }
        for column in ["quantity", "minimum"].into_iter().filter(|it| !line.cell(it).is_empty()) {
            wrong.note(column, "counts what lies on a shelf; name its code in the column shelf, or leave this empty");
        }
        let mut new = self.parse(store, line, wrong)?;
        let zone = &store.options.zone;
        let restrictions = restrictions(line, zone, wrong);
        for (column, why) in misfits(new.purchased, new.warranty_until, zone.day(self.now.wall)) {
            wrong.note(column, why);
        }
        misnamed(store, line, (model, &new), wrong)?;
        new.home = self.location(store, line.cell("location"), report, wrong)?;
        new.kit = kit(store, line.cell("kit"), wrong)?;
        if let Some(same) = same(&new) {
            wrong.note("tag", twins(same));
        }
        let Some(model) = model else { return self.taken(store, &new, None, wrong) };
        let maker = store.model(model)?.map(|it| it.maker).unwrap_or_default();
        new.model = model;
        self.taken(store, &new, Some(&maker), wrong)?;
        if new.identifiers.is_empty() || !wrong.is_empty() {
            return Ok(());
        }
        let alike = alike(store, &new, &maker)?;
        match store.add_unit(&new, self.person, self.now) {
            Ok(unit) => {
                self.note_alike(line, alike, report);
                self.lines.push((unit.0, line.number));
                if restrictions != Restrictions::default() {
                    store.restrict(unit, &restrictions, self.person, self.now)?;
                }
                Ok(())
            }
            Err(found) => self.refused(found, wrong),
        }
    }

    /// Says that a serial number is nearly that of another unit: one of the two may have been copied wrong.
    fn note_alike(&mut self, line: &Line<'_>, alike: Option<(UnitId, String)>, report: &mut ImportReport) {
        let Some((other, label)) = alike else { return };
        self.alike += 1;
        if self.alike > ALIKE_MAX {
            return; // The sentence before said that there are more.
        }
        let named = self.in_this_file(&format!("unit {}", other.0)).unwrap_or(label);
        let more = if self.alike == ALIKE_MAX { " Others are not named." } else { "" };
        report.notes.push(format!(
            "Line {}: its serial number looks like that of {named}, of the same maker; compare both plates.{more}",
            line.number
        ));
    }

    /// Notes each identifier that another unit bears already; the serial number only if its maker is known.
    fn taken(&self, store: &Store, new: &NewUnit, maker: Option<&str>, wrong: &mut Mistakes) -> Result<(), StoreError> {
        for identifier in &new.identifiers {
            if maker.is_none() && identifier.kind == IdentifierKind::SerialNumber {
                continue;
            }
            match store.free(identifier, maker.unwrap_or_default()) {
                Ok(()) => {}
                Err(found) => self.refused(found, wrong)?,
            }
        }
        Ok(())
    }

    /// Notes what the register refuses, by its column.
    fn refused(&self, found: StoreError, wrong: &mut Mistakes) -> Result<(), StoreError> {
        if let StoreError::Unfit(why) = found {
            wrong.note("tag", why);
            return Ok(());
        }
        let StoreError::Taken { what, key, owner } = found else { return Err(found) };
        let column = if what.starts_with("serial number") {
            "serial_number"
        } else if what == "IMEI" {
            "imei"
        } else {
            "tag"
        };
        let owner = self.in_this_file(&owner).unwrap_or(owner);
        wrong.note(column, StoreError::Taken { what, key, owner }.to_string());
        Ok(())
    }

    /// A consumable: a shelf with a quantity, and nothing that names one piece.
    fn shelf(
        &self,
        store: &mut Store,
        line: &Line<'_>,
        model: Option<ModelId>,
        report: &mut ImportReport,
        wrong: &mut Mistakes,
    ) -> Result<(), StoreError> {
        for column in ["tag", "serial_number", "lot", "imei", "kit"].into_iter().filter(|it| !line.cell(it).is_empty())
        {
            wrong.note(column, "what lies on a shelf is counted; it has no number of its own");
        }
        let (quantity, minimum) = (count(line, "quantity", wrong), count(line, "minimum", wrong));
        for column in ONE_UNIT.into_iter().filter(|it| !line.cell(it).is_empty()) {
            wrong.note(column, "is said of one unit; what lies on a shelf is only counted, so leave this empty");
        }
        let location = self.location(store, line.cell("location"), report, wrong)?;
        let shelf = line.cell("shelf").to_owned();
        if let Err(found) = store.refuse_reserved(Bearer::Shelf, &shelf) {
            refusal("shelf", found, wrong)?;
        }
        if store.has_shelf(&shelf)? {
            wrong.note("shelf", format!("there is a shelf {shelf} already"));
        }
        match model.filter(|_| wrong.is_empty()) {
            Some(model) => {
                let new = NewStock { model, shelf, location, quantity, minimum };
                store.add_stock(&new, self.person, self.now)
            }
            None => Ok(()),
        }
    }

    /// "unit 7" as the line of this file that it came from.
    fn in_this_file(&self, owner: &str) -> Option<String> {
        let unit: i64 = owner.strip_prefix("unit ")?.parse().ok()?;
        let place = self.lines.binary_search_by_key(&unit, |it| it.0).ok()?;
        self.lines.get(place).map(|it| format!("the unit of line {}", it.1))
    }

    fn parse(&self, store: &Store, line: &Line<'_>, wrong: &mut Mistakes) -> Result<NewUnit, StoreError> {
        let mut new = NewUnit::new(ModelId(0));
        if let Some(tag) = wrong.take("tag", self.tag(store, line.cell("tag"))?).flatten() {
            new = new.bearing(IdentifierKind::AssetTag, tag);
        }
        if let Some(number) = wrong.take("serial_number", cell::serial_number(line.cell("serial_number"))).flatten() {
            new = new.bearing(IdentifierKind::SerialNumber, number);
        }
        for imei in wrong.take("imei", cell::imeis(line.cell("imei"))).unwrap_or_default() {
            new = new.bearing(IdentifierKind::Imei, imei);
        }
        if new.identifiers.is_empty() && !wrong.is_about(&["tag", "serial_number", "imei"]) {
            wrong.note("tag", "a unit needs a tag, a serial number or an IMEI by which it can be scanned");
        }
        new.lot = wrong.take("lot", cell::identifier(line.cell("lot"))).flatten().map(str::to_owned);
        new.note = Some(line.cell("note").to_owned()).filter(|it| !it.is_empty());
        new.purchased = wrong.take("purchased", cell::date(line.cell("purchased"))).flatten();
        new.warranty_until = wrong.take("warranty_until", cell::date(line.cell("warranty_until"))).flatten();
        Ok(new)
    }

    /// The cell as a tag; one that begins with our prefix is a whole tag of ours.
    fn tag<'line>(&self, store: &Store, cell: &'line str) -> Result<Result<Option<&'line str>, String>, StoreError> {
        let tag = match cell::identifier(cell) {
            Ok(Some(tag)) if !self.tag_prefix.is_empty() && tag.starts_with(&self.tag_prefix) => tag,
            other => return Ok(other),
        };
        let Err(why) = AssetTag::parse(tag, &self.tag_prefix, false) else { return Ok(Ok(Some(tag))) };
        let sentence = format!("the tag {tag} {why}");
        let meant = if let TagError::Letter { meant, .. } = why { Some(meant) } else { None };
        Ok(Err(match meant {
            Some(meant) if store.unit_of_tag(&meant)?.is_some() => format!("{sentence}; did you mean {meant}?"),
            _ => sentence,
        }))
    }

    /// The model of a line: by maker and name, else by SKU, else by GTIN; added if it is new.
    fn model(
        &mut self,
        store: &mut Store,
        line: &Line<'_>,
        report: &mut ImportReport,
        wrong: &mut Mistakes,
    ) -> Result<Option<ModelId>, StoreError> {
        let gtin = wrong.take("gtin", cell::gtin(line.cell("gtin")));
        let sku = wrong.take("sku", cell::identifier(line.cell("sku")).map(|it| it.map(str::to_owned)));
        let (Some(gtin), Some(sku)) = (gtin, sku) else { return Ok(None) };
        let (maker, named) = (line.cell("maker"), line.cell("model"));
        let mut known = None;
        if !named.is_empty() {
            known = store.model_id(maker, named)?;
        } else if let Some(sku) = &sku {
            known = store.model_by_sku(sku)?;
        } else if let Some(gtin) = &gtin {
            known = store.model_by_gtin(gtin)?;
        }
        if let Some(known) = known {
            agrees(store, known, sku.as_deref(), gtin.as_deref(), wrong)?;
            return Ok(Some(known));
        }
        let name = [named, sku.as_deref().unwrap_or_default(), gtin.as_deref().unwrap_or_default()]
            .into_iter()
            .find(|it| !it.is_empty())
            .unwrap_or_else(|| self.unnamed(line, report));
        if let (UNNAMED, Some(known)) = (name, store.model_id(maker, name)?) {
            return Ok(Some(known));
        }
        let category = line.cell("category").to_owned();
        let new =
            NewModel { maker: maker.to_owned(), name: name.to_owned(), sku, gtin, category, ..NewModel::default() };
        match store.add_model(&new, self.person, self.now) {
            Ok(added) => {
                report.models += 1;
                Ok(Some(added))
            }
            Err(StoreError::Taken { what, key, owner }) => {
                let column = if what == "GTIN" { "gtin" } else { "sku" };
                wrong.note(column, StoreError::Taken { what, key, owner }.to_string());
                Ok(None)
            }
            Err(found) => Err(found),
        }
    }

    fn unnamed(&mut self, line: &Line<'_>, report: &mut ImportReport) -> &'static str {
        if !self.unnamed {
            self.unnamed = true;
            report.notes.push(format!(
                "From line {} on there are units without model, SKU and GTIN; their model is \"{UNNAMED}\".",
                line.number
            ));
        }
        UNNAMED
    }

    fn location(
        &self,
        store: &mut Store,
        cell: &str,
        report: &mut ImportReport,
        wrong: &mut Mistakes,
    ) -> Result<Option<LocationId>, StoreError> {
        if cell.is_empty() || wrong.is_about(&["location"]) {
            return Ok(None);
        }
        let known = match store.location_id(cell)? {
            Some(known) => Some(known),
            None => store.location_by_name(cell)?,
        };
        if known.is_some() {
            return Ok(known);
        }
        match store.add_location(cell, cell, self.person, self.now) {
            Ok(added) => {
                report.locations += 1;
                Ok(Some(added))
            }
            Err(found) => refusal("location", found, wrong).map(|()| None),
        }
    }
}

/// Another unit of that maker whose serial number looks like that of this one.
fn alike(store: &Store, new: &NewUnit, maker: &str) -> Result<Option<(UnitId, String)>, StoreError> {
    let number = new.identifiers.iter().find(|it| it.kind == IdentifierKind::SerialNumber);
    number.map_or(Ok(None), |it| store.look_alike(&it.raw, maker))
}

/// The text that a unit would have for its tag and its serial number.
fn same(new: &NewUnit) -> Option<&str> {
    let of = |kind: IdentifierKind| new.identifiers.iter().find(|it| it.kind == kind).map(|it| it.raw.as_str());
    let (tag, number) = (of(IdentifierKind::AssetTag)?, of(IdentifierKind::SerialNumber)?);
    (key(tag) == key(number)).then_some(tag)
}

/// Notes what the register refuses; any other error is one of the store.
fn refusal(column: &'static str, found: StoreError, wrong: &mut Mistakes) -> Result<(), StoreError> {
    if !found.is_refusal() {
        return Err(found);
    }
    wrong.note(column, found.to_string());
    Ok(())
}
