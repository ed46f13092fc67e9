//! The small crib that the bench begins with: five people, three places, two models, four units.
//!
//! Tests rely on its order: units and people count from 1. Deliberately absent: what single tests need besides.

use scanstation::domain::{IdentifierKind, Moment, Role, UnitState};
use scanstation::store::{NewHolder, NewModel, NewUnit, Store, StoreError};

use super::{ANA, BROKEN, DRILL, DRILL_2, KAY, KIM, LOU, OLD, SAW, holder_id};

pub(super) fn crib(store: &mut Store, now: Moment) -> Result<(), StoreError> {
    for (name, badge, role) in [
        ("Ana", ANA, Role::Operator),
        ("Kim", KIM, Role::Operator),
        ("Lou", LOU, Role::Viewer),
        ("Old", OLD, Role::Operator),
        ("Kay", KAY, Role::Keeper),
    ] {
        let badge = Some(badge.trim_start_matches("BDG-").to_owned());
        store.add_holder(&NewHolder { name: name.to_owned(), role, badge }, None, now)?;
    }
    store.set_holder_active(holder_id(OLD), false, None, now)?;
    let shelf = store.add_location("LOC-A1", "Shelf A1", None, now)?;
    store.add_location("LOC-A2", "Shelf A2", None, now)?;
    store.add_location("LOC-Q1", "Quarantine bin", None, now)?;
    let model = |maker: &str, name: &str, sku: &str, gtin: &str| NewModel {
        maker: maker.to_owned(),
        name: name.to_owned(),
        sku: Some(sku.to_owned()),
        gtin: (!gtin.is_empty()).then(|| gtin.to_owned()),
        category: "power tool".to_owned(),
        tracking: String::new(),
    };
    let drill = store.add_model(&model("Bosch", "GSR 18", "DRILL-18", "04059952533643"), None, now)?;
    let saw = store.add_model(&model("Makita", "HS7601", "SAW-19", ""), None, now)?;
    for (kind, tag, number, state) in [
        (drill, DRILL, "SN77001", UnitState::InService),
        (drill, DRILL_2, "0088123456", UnitState::InService),
        (drill, BROKEN, "SN77003", UnitState::Quarantine),
        (saw, SAW, "SN77001", UnitState::InService),
    ] {
        let mut unit = NewUnit::new(kind).bearing(IdentifierKind::AssetTag, tag);
        unit = unit.bearing(IdentifierKind::SerialNumber, number);
        unit.home = Some(shelf);
        unit.state = state;
        unit.lot = (kind == drill).then(|| "L2401".to_owned());
        store.add_unit(&unit, None, now)?;
    }
    Ok(())
}
