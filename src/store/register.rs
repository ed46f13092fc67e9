//! The register of what units refer to: models, people with badges, locations, things that are only counted.
//!
//! A SKU or a GTIN names a model and never a unit. Every change is an event with who, when and what it was before.
//! All calls need an open transaction. Deliberately absent: units and their identifiers, which are in `unit`.

use rusqlite::{OptionalExtension as _, params};

use super::{
    Store,
    error::{StoreError, sql},
    number::micros,
    reserved::Bearer,
    search,
};
use crate::domain::resolution::ModelBrief;
use crate::domain::serial_number::key;
use crate::domain::{Body, EventKind, HolderId, LocationId, ModelId, Moment, NewEvent, Role, steers};

/// A model to be entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewModel {
    /// Who makes it; may be empty.
    pub maker: String,
    /// Its name; maker and name together are unique.
    pub name: String,
    /// Our stock code, unique.
    pub sku: Option<String>,
    /// Its trade item number, 14 digits, unique.
    pub gtin: Option<String>,
    /// Its category; may be empty.
    pub category: String,
    /// How it is tracked: `serialised` (also when empty), `lot` or `quantity`.
    pub tracking: String,
}

/// A person, or a place that stands for one, to be entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewHolder {
    /// The name people use.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The number of the badge without its prefix.
    pub badge: Option<String>,
}

/// A consumable on a shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStock {
    /// What it is.
    pub model: ModelId,
    /// The code on its shelf.
    pub shelf: String,
    /// Where the shelf is.
    pub location: Option<LocationId>,
    /// How many there are.
    pub quantity: i64,
    /// Below this many it is to be ordered.
    pub minimum: i64,
}

impl Store {
    /// Enters a model.
    pub fn add_model(&mut self, new: &NewModel, person: Option<HolderId>, now: Moment) -> Result<ModelId, StoreError> {
        if new.name.trim().is_empty() {
            return Err(StoreError::Unfit("a model needs a name".to_owned()));
        }
        let (maker, name) = (new.maker.trim(), new.name.trim());
        shown("the maker of a model", maker)?;
        shown("the name of a model", name)?;
        let taken = |what: &str, text: &str, owner: String| StoreError::Taken {
            what: what.to_owned(),
            key: text.to_owned(),
            owner,
        };
        if let Some(sku) = &new.sku
            && let Some(owner) = self.model_named("sku_key = ?", &key(sku))?
        {
            return Err(taken("SKU", sku, owner));
        }
        if let Some(gtin) = &new.gtin
            && let Some(owner) = self.model_named("gtin = ?", gtin)?
        {
            return Err(taken("GTIN", gtin, owner));
        }
        if self.model_id(maker, name)?.is_some() {
            return Err(taken("model", name, maker.to_owned()));
        }
        let tracking = if new.tracking.is_empty() { "serialised" } else { new.tracking.as_str() };
        self.connection
            .prepare_cached(
                "INSERT INTO model (maker, maker_key, name, name_key, sku, sku_key, gtin, category, tracking) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .and_then(|mut it| {
                let sku_key = new.sku.as_deref().map(key);
                it.execute(params![
                    maker,
                    key(maker),
                    name,
                    key(name),
                    new.sku,
                    sku_key,
                    new.gtin,
                    new.category,
                    tracking
                ])
            })
            .map_err(sql("enter a model"))?;
        let id = self.connection.last_insert_rowid();
        let words = [maker, name, new.sku.as_deref().unwrap_or_default(), &new.category].join(" ");
        search::index(&self.connection, search::Subject::Model, id, &words)?;
        let body = Body::new()
            .with("model", id.to_string())
            .with("maker", maker)
            .with("name", name)
            .with("sku", new.sku.clone().unwrap_or_default())
            .with("gtin", new.gtin.clone().unwrap_or_default())
            .with("category", &*new.category)
            .with("tracking", tracking);
        self.record_change(body, person, now)?;
        Ok(ModelId(id))
    }

    /// The model of that maker and name, compared without case.
    pub fn model_id(&self, maker: &str, name: &str) -> Result<Option<ModelId>, StoreError> {
        self.connection
            .prepare_cached("SELECT id FROM model WHERE maker_key = ? AND name_key = ?")
            .and_then(|mut it| it.query_row([key(maker.trim()), key(name.trim())], |row| row.get(0)).optional())
            .map(|it| it.map(ModelId))
            .map_err(sql("look up a model"))
    }

    /// The model with that stock code, compared without case.
    pub fn model_by_sku(&self, sku: &str) -> Result<Option<ModelId>, StoreError> {
        self.model_where("sku_key = ?", key(sku)).map(|it| it.map(|it| it.id))
    }

    /// The model with that trade item number, 14 digits.
    pub fn model_by_gtin(&self, gtin: &str) -> Result<Option<ModelId>, StoreError> {
        self.model_where("gtin = ?", gtin).map(|it| it.map(|it| it.id))
    }

    /// A model by its number.
    pub fn model(&self, id: ModelId) -> Result<Option<ModelBrief>, StoreError> {
        self.model_where("id = ?", id.0)
    }

    /// Enters a location; its label is what is scanned.
    pub fn add_location(
        &mut self,
        label: &str,
        name: &str,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<LocationId, StoreError> {
        let label = label.trim();
        if label.is_empty() {
            return Err(StoreError::Unfit("a location needs a label".to_owned()));
        }
        shown("the label of a location", label)?;
        shown("the name of a location", name.trim())?;
        if self.location_id(label)?.is_some() {
            let owner = "another location".to_owned();
            return Err(StoreError::Taken { what: "location label".to_owned(), key: label.to_owned(), owner });
        }
        self.refuse_reserved(Bearer::Location, label)?;
        self.connection
            .prepare_cached("INSERT INTO location (label, label_key, name) VALUES (?, ?, ?)")
            .and_then(|mut it| it.execute([label, &key(label), name.trim()]))
            .map_err(sql("enter a location"))?;
        let id = self.connection.last_insert_rowid();
        search::index(&self.connection, search::Subject::Location, id, &[label, name].join(" "))?;
        let body = Body::new().with("location", id.to_string()).with("label", label).with("name", name.trim());
        self.record_change(body, person, now)?;
        Ok(LocationId(id))
    }

    /// The location with that label, compared without case.
    pub fn location_id(&self, label: &str) -> Result<Option<LocationId>, StoreError> {
        self.connection
            .prepare_cached("SELECT id FROM location WHERE label_key = ?")
            .and_then(|mut it| it.query_row([key(label.trim())], |row| row.get(0)).optional())
            .map(|it| it.map(LocationId))
            .map_err(sql("look up a location"))
    }

    /// The location with that name, as written.
    pub fn location_by_name(&self, name: &str) -> Result<Option<LocationId>, StoreError> {
        self.connection
            .prepare_cached("SELECT id FROM location WHERE name = ? ORDER BY id LIMIT 1")
            .and_then(|mut it| it.query_row([name.trim()], |row| row.get(0)).optional())
            .map(|it| it.map(LocationId))
            .map_err(sql("look up a location"))
    }

    /// Enters a person, with a badge if they have one.
    pub fn add_holder(
        &mut self,
        new: &NewHolder,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<HolderId, StoreError> {
        let name = new.name.trim();
        if name.is_empty() {
            return Err(StoreError::Unfit("a person needs a name".to_owned()));
        }
        shown("the name of a person", name)?;
        self.connection
            .prepare_cached("INSERT INTO holder (name, role) VALUES (?, ?)")
            .and_then(|mut it| it.execute([name, new.role.word()]))
            .map_err(sql("enter a person"))?;
        let id = HolderId(self.connection.last_insert_rowid());
        search::index(&self.connection, search::Subject::Holder, id.0, name)?;
        let body = Body::new().with("holder", id.0.to_string()).with("name", name).with("role", new.role.word());
        self.record_change(body, person, now)?;
        if let Some(badge) = &new.badge {
            self.add_badge(id, badge, person, now)?;
        }
        Ok(id)
    }

    /// Gives a person a badge; its number is without the prefix.
    pub fn add_badge(
        &mut self,
        holder: HolderId,
        badge: &str,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let raw = badge.trim();
        if raw.is_empty() {
            return Err(StoreError::Unfit("a badge needs a number".to_owned()));
        }
        let owner: Option<String> = self
            .connection
            .prepare_cached("SELECT h.name FROM badge b JOIN holder h ON h.id = b.holder WHERE b.key = ? AND ended = 0")
            .and_then(|mut it| it.query_row([key(raw)], |row| row.get(0)).optional())
            .map_err(sql("look up the badge"))?;
        if let Some(owner) = owner {
            return Err(StoreError::Taken { what: "badge".to_owned(), key: raw.to_owned(), owner });
        }
        self.connection
            .prepare_cached("INSERT INTO badge (key, raw, holder, valid_from) VALUES (?, ?, ?, ?)")
            .and_then(|mut it| it.execute(params![key(raw), raw, holder.0, micros(now.wall)]))
            .map_err(sql("enter a badge"))?;
        self.record_change(Body::new().with("holder", holder.0.to_string()).with("badge", raw), person, now)
    }

    /// Ends a badge: lost, or withdrawn. It opens nothing from now on.
    pub fn end_badge(
        &mut self,
        badge: &str,
        why: &str,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let changed = self
            .connection
            .execute(
                "UPDATE badge SET ended = id, ended_why = ?, valid_until = ? WHERE key = ? AND ended = 0",
                params![why, micros(now.wall), key(badge.trim())],
            )
            .map_err(sql("end a badge"))?;
        if changed == 0 {
            return Err(StoreError::Unfit(format!("there is no valid badge {badge}")));
        }
        self.record_change(Body::new().with("badge", badge.trim()).with("ended", why), person, now)
    }

    /// Says whether a person is still here; the badge of an inactive person opens nothing.
    pub fn set_holder_active(
        &mut self,
        holder: HolderId,
        active: bool,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let changed = self
            .connection
            .execute("UPDATE holder SET active = ? WHERE id = ?", params![active, holder.0])
            .map_err(sql("change a person"))?;
        if changed == 0 {
            return Err(StoreError::NotFound { what: "person", id: holder.0 });
        }
        let body = Body::new().with("holder", holder.0.to_string()).with("active", active.to_string());
        self.record_change(body, person, now)
    }

    /// Enters a consumable.
    pub fn add_stock(&mut self, new: &NewStock, person: Option<HolderId>, now: Moment) -> Result<(), StoreError> {
        let shelf = new.shelf.trim();
        if shelf.is_empty() || new.quantity < 0 {
            return Err(StoreError::Unfit("a shelf needs a code, and cannot hold less than nothing".to_owned()));
        }
        self.refuse_reserved(Bearer::Shelf, shelf)?;
        self.connection
            .execute(
                "INSERT INTO stock (model, shelf, shelf_key, location, quantity, minimum) VALUES (?, ?, ?, ?, ?, ?)",
                params![new.model.0, shelf, key(shelf), new.location.map(|it| it.0), new.quantity, new.minimum],
            )
            .map_err(sql("enter a consumable"))?;
        let body = Body::new()
            .with("model", new.model.0.to_string())
            .with("shelf", shelf)
            .with("location", new.location.map_or_else(|| "none".to_owned(), |it| it.0.to_string()))
            .with("quantity", new.quantity.to_string())
            .with("minimum", new.minimum.to_string());
        self.record_change(body, person, now)
    }

    /// Keeps a setting of the store.
    pub fn set_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")
            .and_then(|mut it| it.execute([name, value]))
            .map(|_| ())
            .map_err(sql("keep a setting"))
    }

    /// Forgets a setting of the store.
    pub fn remove_setting(&mut self, name: &str) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM setting WHERE name = ?", [name])
            .map(|_| ())
            .map_err(sql("forget a setting"))
    }

    /// A setting of the store.
    pub fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.connection
            .prepare_cached("SELECT value FROM setting WHERE name = ?")
            .and_then(|mut it| it.query_row([name], |row| row.get(0)).optional())
            .map_err(sql("read a setting"))
    }

    fn model_named(&self, condition: &str, value: &str) -> Result<Option<String>, StoreError> {
        Ok(self.model_where(condition, value)?.map(|it| format!("{} {}", it.maker, it.name).trim().to_owned()))
    }

    fn record_change(&mut self, body: Body, person: Option<HolderId>, now: Moment) -> Result<(), StoreError> {
        let mut event = NewEvent::new(EventKind::RecordChanged);
        event.person = person;
        event.body = body;
        self.record_events(None, &[event], now).map(|_| ())
    }
}

/// A name must be shown as it is, and steer nothing that shows it.
fn shown(what: &str, name: &str) -> Result<(), StoreError> {
    match name.chars().find(|it| steers(*it)) {
        None => Ok(()),
        Some(found) => Err(StoreError::Unfit(format!("{what} has the control character {}", found.escape_unicode()))),
    }
}
