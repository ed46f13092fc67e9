//! One line of a list of units, with the model and the location it names.
//!
//! Models and locations that are not in the register are added; what contradicts the register is wrong.
//! Deliberately absent: changing units, models or locations that are in the register.

use super::{ImportReport, Wrong, cell, table::Line};
use crate::domain::serial_number::key;
use crate::domain::time::Zone;
use crate::domain::{AssetTag, HolderId, IdentifierKind, LocationId, ModelId, Moment, Restrictions, UnitId};
use crate::store::{NewModel, NewStock, NewUnit, Store, StoreError};

/// The columns, all optional.
pub(super) const COLUMNS: &[&str] = &[
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

/// Pieces on one shelf.
const COUNT_MAX: i64 = 1_000_000_000;

/// The model of units of which nobody says what they are.
const UNNAMED: &str = "unspecified";

/// The units of one file.
pub(super) struct Units {
    tag_prefix: String,
    person: Option<HolderId>,
    now: Moment,
    /// Line of each unit of this file, from the first on; unit numbers follow each other.
    lines: Vec<(i64, u64)>,
    unnamed: bool,
}

impl Units {
    pub(super) const fn new(tag_prefix: String, person: Option<HolderId>, now: Moment) -> Self {
        Self { tag_prefix, person, now, lines: Vec::new(), unnamed: false }
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
    ) -> Result<Result<(), Wrong>, StoreError> {
        let (models, locations) = (report.models, report.locations);
        let added = self.add(store, line, report);
        if !matches!(added, Ok(Ok(()))) {
            (report.models, report.locations) = (models, locations);
        }
        added
    }

    fn add(
        &mut self,
        store: &mut Store,
        line: &Line<'_>,
        report: &mut ImportReport,
    ) -> Result<Result<(), Wrong>, StoreError> {
        let model = match self.model(store, line, report)? {
            Ok(model) => model,
            Err(wrong) => return Ok(Err(wrong)),
        };
        if !line.cell("shelf").is_empty() {
            return self.shelf(store, line, model, report);
        }
        if let Some(column) = ["quantity", "minimum"].into_iter().find(|it| !line.cell(it).is_empty()) {
            let why = "counts what lies on a shelf; name its code in the column shelf, or leave this empty";
            return Ok(Err((column, why.to_owned())));
        }
        let mut new = match self.parse(line, model) {
            Ok(new) => new,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let restrictions = match restrictions(line, &store.options.zone) {
            Ok(restrictions) => restrictions,
            Err(wrong) => return Ok(Err(wrong)),
        };
        new.home = self.location(store, line.cell("location"), report)?;
        new.kit = match kit(store, line.cell("kit"))? {
            Ok(kit) => kit,
            Err(wrong) => return Ok(Err(wrong)),
        };
        match store.add_unit(&new, self.person, self.now) {
            Ok(unit) => {
                self.lines.push((unit.0, line.number));
                if restrictions != Restrictions::default() {
                    store.restrict(unit, &restrictions, self.person, self.now)?;
                }
                Ok(Ok(()))
            }
            Err(StoreError::Taken { what, key, owner }) => {
                let column = if what.starts_with("serial number") {
                    "serial_number"
                } else if what == "IMEI" {
                    "imei"
                } else {
                    "tag"
                };
                let owner = self.in_this_file(&owner).unwrap_or(owner);
                Ok(Err((column, StoreError::Taken { what, key, owner }.to_string())))
            }
            Err(StoreError::Unfit(why)) => Ok(Err(("tag", why))),
            Err(found) => Err(found),
        }
    }

    /// A consumable: a shelf with a quantity, and nothing that names one piece.
    fn shelf(
        &self,
        store: &mut Store,
        line: &Line<'_>,
        model: ModelId,
        report: &mut ImportReport,
    ) -> Result<Result<(), Wrong>, StoreError> {
        if let Some(column) =
            ["tag", "serial_number", "lot", "imei", "kit"].into_iter().find(|it| !line.cell(it).is_empty())
        {
            return Ok(Err((column, "what lies on a shelf is counted; it has no number of its own".to_owned())));
        }
        let (quantity, minimum) = (count(line, "quantity"), count(line, "minimum"));
        let (quantity, minimum) = match quantity.and_then(|it| Ok((it, minimum?))) {
            Ok(counts) => counts,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let location = self.location(store, line.cell("location"), report)?;
        let shelf = line.cell("shelf").to_owned();
        if store.has_shelf(&shelf)? {
            return Ok(Err(("shelf", format!("there is a shelf {shelf} already"))));
        }
        let new = NewStock { model, shelf, location, quantity, minimum };
        store.add_stock(&new, self.person, self.now).map(Ok)
    }

    /// "unit 7" as the line of this file that it came from.
    fn in_this_file(&self, owner: &str) -> Option<String> {
        let unit: i64 = owner.strip_prefix("unit ")?.parse().ok()?;
        let place = self.lines.binary_search_by_key(&unit, |it| it.0).ok()?;
        self.lines.get(place).map(|it| format!("the unit of line {}", it.1))
    }

    fn parse(&self, line: &Line<'_>, model: ModelId) -> Result<NewUnit, Wrong> {
        let mut new = NewUnit::new(model);
        if let Some(tag) = cell::identifier(line.cell("tag")).map_err(|it| ("tag", it))? {
            if !self.tag_prefix.is_empty() && tag.starts_with(&self.tag_prefix) {
                AssetTag::parse(tag, &self.tag_prefix, false).map_err(|it| ("tag", format!("the tag {tag} {it}")))?;
            }
            new = new.bearing(IdentifierKind::AssetTag, tag);
        }
        if let Some(number) = cell::identifier(line.cell("serial_number")).map_err(|it| ("serial_number", it))? {
            new = new.bearing(IdentifierKind::SerialNumber, number);
        }
        for imei in cell::imeis(line.cell("imei")).map_err(|it| ("imei", it))? {
            new = new.bearing(IdentifierKind::Imei, imei);
        }
        if new.identifiers.is_empty() {
            return Err((
                "tag",
                "a unit needs a tag, a serial number or an IMEI by which it can be scanned".to_owned(),
            ));
        }
        new.lot = cell::identifier(line.cell("lot")).map_err(|it| ("lot", it))?.map(str::to_owned);
        new.note = Some(line.cell("note").to_owned()).filter(|it| !it.is_empty());
        new.purchased = cell::date(line.cell("purchased")).map_err(|it| ("purchased", it))?;
        new.warranty_until = cell::date(line.cell("warranty_until")).map_err(|it| ("warranty_until", it))?;
        Ok(new)
    }

    /// The model of a line: by maker and name, else by SKU, else by GTIN; added if it is new.
    fn model(
        &mut self,
        store: &mut Store,
        line: &Line<'_>,
        report: &mut ImportReport,
    ) -> Result<Result<ModelId, Wrong>, StoreError> {
        let gtin = match cell::gtin(line.cell("gtin")) {
            Ok(gtin) => gtin,
            Err(why) => return Ok(Err(("gtin", why))),
        };
        let sku = match cell::identifier(line.cell("sku")) {
            Ok(sku) => sku.map(str::to_owned),
            Err(why) => return Ok(Err(("sku", why))),
        };
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
            return Ok(agrees(store, known, sku.as_deref(), gtin.as_deref())?.map(|()| known));
        }
        let name = [named, sku.as_deref().unwrap_or_default(), gtin.as_deref().unwrap_or_default()]
            .into_iter()
            .find(|it| !it.is_empty())
            .unwrap_or_else(|| self.unnamed(line, report));
        if let (UNNAMED, Some(known)) = (name, store.model_id(maker, name)?) {
            return Ok(Ok(known));
        }
        let category = line.cell("category").to_owned();
        let new =
            NewModel { maker: maker.to_owned(), name: name.to_owned(), sku, gtin, category, ..NewModel::default() };
        match store.add_model(&new, self.person, self.now) {
            Ok(added) => {
                report.models += 1;
                Ok(Ok(added))
            }
            Err(StoreError::Taken { what, key, owner }) => {
                let column = if what == "GTIN" { "gtin" } else { "sku" };
                Ok(Err((column, StoreError::Taken { what, key, owner }.to_string())))
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
    ) -> Result<Option<LocationId>, StoreError> {
        if cell.is_empty() {
            return Ok(None);
        }
        let known = match store.location_id(cell)? {
            Some(known) => Some(known),
            None => store.location_by_name(cell)?,
        };
        if known.is_some() {
            return Ok(known);
        }
        report.locations += 1;
        store.add_location(cell, cell, self.person, self.now).map(Some)
    }
}

/// What the line says against lending the unit.
fn restrictions(line: &Line<'_>, zone: &Zone) -> Result<Restrictions, Wrong> {
    let words = |column: &str| Some(line.cell(column).to_owned()).filter(|it| !it.is_empty());
    let day = |column: &'static str| cell::day(line.cell(column), zone).map_err(|it| (column, it));
    Ok(Restrictions {
        recalled: words("recalled"),
        on_hold: words("on_hold"),
        calibration_due: day("calibration_due")?,
        inspection_due: day("inspection_due")?,
        ..Restrictions::default()
    })
}

/// A number of pieces; an empty cell is none.
fn count(line: &Line<'_>, column: &'static str) -> Result<i64, Wrong> {
    let cell = line.cell(column);
    let found = if cell.is_empty() { Some(0) } else { cell.parse().ok().filter(|it| (0..=COUNT_MAX).contains(it)) };
    found.ok_or_else(|| (column, format!("{cell} is no whole number from 0 to {COUNT_MAX}")))
}

/// The kit that a line names by its tag; the kit stands before its parts.
fn kit(store: &Store, tag: &str) -> Result<Result<Option<UnitId>, Wrong>, StoreError> {
    if tag.is_empty() {
        return Ok(Ok(None));
    }
    let Some(unit) = store.unit_of_tag(tag)? else {
        return Ok(Err(("kit", format!("no unit bears the tag {tag}; a kit stands before its parts"))));
    };
    Ok(match store.no_kit(unit)? {
        Some(why) => Err(("kit", why)),
        None => Ok(Some(unit)),
    })
}

/// Whether a model in the register has the SKU and the GTIN that the line gives, where it has any.
fn agrees(
    store: &Store,
    model: ModelId,
    sku: Option<&str>,
    gtin: Option<&str>,
) -> Result<Result<(), Wrong>, StoreError> {
    let Some(known) = store.model(model)? else {
        return Err(StoreError::NotFound { what: "model", id: model.0 });
    };
    if let (Some(given), Some(has)) = (sku, &known.sku)
        && key(given) != key(has)
    {
        return Ok(Err(("sku", format!("the model {} has the SKU {has}, not {given}", known.name))));
    }
    if let (Some(given), Some(has)) = (gtin, &known.gtin)
        && given != has
    {
        return Ok(Err(("gtin", format!("the model {} has the GTIN {has}, not {given}", known.name))));
    }
    Ok(Ok(()))
}
