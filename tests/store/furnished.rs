//! A store in which a keeper has done in a year what there is to do: people, badges, PINs, labels, owners, holds, days.
//!
//! All of it by the program's own calls. Deliberately absent: what is changed in the file then (`told`).

use scanstation::domain::{Ended, IdentifierKind, Licence, Role, Training};
use scanstation::store::{
    Instruction, NewHolder, NewIdentifier, NewModel, NewOwner, NewStock, NewUnit, Store, StoreError,
};

use super::{drill, moment};

type Done = Result<(), StoreError>;

/// An instruction as it comes from outside.
pub(super) fn carry(store: &mut Store, at: i64, words: &serde_json::Value) -> Done {
    let instruction: Instruction = serde_json::from_value(words.clone()).unwrap();
    store.carry_out(&instruction, None, moment(at)).map(drop)
}

/// People: Ada is admin, Ben an operator with everything that a person can have, Cid has left.
pub(super) fn people(store: &mut Store) -> Done {
    for (name, badge, role) in [("Ada", "1", Role::Admin), ("Ben", "2", Role::Operator), ("Cid", "3", Role::Keeper)] {
        let new = NewHolder { name: name.to_owned(), role, badge: Some(badge.to_owned()) };
        store.add_holder(&new, None, moment(1))?;
    }
    let ben = scanstation::domain::HolderId(2);
    let until = Some(moment(9_000_000).wall);
    store.add_training(ben, &Training { name: "laser".to_owned(), valid_until: until }, None, moment(2))?;
    store.add_training(ben, &Training { name: "laser".to_owned(), valid_until: None }, None, moment(3))?;
    store.add_training(ben, &Training { name: "ladders".to_owned(), valid_until: None }, None, moment(3))?;
    let licence = Licence { reference: "WBK-1".to_owned(), valid_until: until };
    store.set_licence(ben, Some(&licence), None, moment(4))?;
    store.set_pin(ben, Some("4711"), None, moment(5))?;
    store.set_limit(ben, Some(3), None, moment(6))?;
    store.end_badge("2", "lost", None, moment(7))?;
    store.add_badge(ben, "20", None, moment(8))?;
    store.add_badge(ben, "2", None, moment(9))?;
    for ended in [true, false] {
        carry(store, 10, &serde_json::json!({"do": "training", "person": "Ben", "name": "ladders", "ended": ended}))?;
    }
    for back in [false, true] {
        carry(store, 11, &serde_json::json!({"do": "leave", "person": "Cid", "back": back}))?;
    }
    carry(store, 12, &serde_json::json!({"do": "leave", "person": "Cid"}))
}

/// Things: a kit with a part, labels that were replaced, owners, holds, days, a shelf, a category, reservations.
pub(super) fn things(store: &mut Store) -> Done {
    let home = store.add_location("LOC-A", "Shelf A", None, moment(20))?;
    carry(store, 20, &serde_json::json!({"do": "quarantine", "location": "LOC-A"}))?;
    let model = store.add_model(&drill(), None, moment(20))?;
    let saw = NewModel { maker: "Makita".to_owned(), name: "HS7601".to_owned(), ..NewModel::default() };
    let saw = store.add_model(&saw, None, moment(20))?;
    let mut first = NewUnit::new(model).bearing(IdentifierKind::AssetTag, "AT-000001");
    first = first.bearing(IdentifierKind::SerialNumber, "S1").bearing(IdentifierKind::Imei, "490154203237518");
    first = first.bearing(IdentifierKind::Imei, "356938035643809").bearing(IdentifierKind::ForeignTag, "a, b");
    (first.lot, first.home, first.note) = (Some("L24".to_owned()), Some(home), Some("\"new\"".to_owned()));
    let first = store.add_unit(&first, None, moment(21))?;
    let second = store.add_unit(&NewUnit::new(saw).bearing(IdentifierKind::AssetTag, "AT-000002"), None, moment(22))?;
    store.add_unit(&NewUnit::new(saw).bearing(IdentifierKind::AssetTag, "AT-000003"), None, moment(22))?;
    store.bind(second, &NewIdentifier::new(IdentifierKind::SerialNumber, "S2"), None, moment(23))?;
    store.end_identifier(second, IdentifierKind::AssetTag, "AT-000002", Ended::Lost, None, moment(24))?;
    store.bind(second, &NewIdentifier::new(IdentifierKind::AssetTag, "AT-000020"), None, moment(25))?;
    for to in ["Crib", "Leaser"] {
        let (how, date, proof) = ("transfer".to_owned(), "2025-11-01".parse().unwrap(), "receipt".to_owned());
        store.change_owner(first, &NewOwner { to: to.to_owned(), how, date, proof }, None, moment(26))?;
    }
    store.set_blocked(second, Some("worn"), None, moment(27))?;
    store.set_blocked(second, None, None, moment(27))?;
    let shelf = NewStock { model: saw, shelf: "SH-1".to_owned(), location: Some(home), quantity: 9, minimum: 3 };
    store.add_stock(&shelf, None, moment(28))?;
    for words in [
        serde_json::json!({"do": "hold", "unit": "AT-000001", "why": "frayed"}),
        serde_json::json!({"do": "hold", "unit": "AT-000020", "why": "frayed"}),
        serde_json::json!({"do": "hold", "unit": "AT-000020"}),
        serde_json::json!({"do": "recall", "model": "DRILL-18", "why": "battery"}),
        serde_json::json!({"do": "calibration", "unit": "AT-000001", "due": "2026-03-31"}),
        serde_json::json!({"do": "calibration", "unit": "AT-000001", "due": "2027-03-31"}),
        serde_json::json!({"do": "warranty", "unit": "AT-000001", "until": "2027-03-31"}),
        serde_json::json!({"do": "kit", "unit": "AT-000003", "kit": "AT-000001"}),
        serde_json::json!({"do": "kit", "unit": "AT-000003"}),
        serde_json::json!({"do": "kit", "unit": "AT-000020", "kit": "AT-000001"}),
        serde_json::json!({"do": "category", "name": "power tool", "training": " laser ", "held_max": 2, "critical": true}),
        serde_json::json!({"do": "shelf-limit", "shelf": "sh-1", "take_max": 5}),
        serde_json::json!({"do": "reserve", "unit": "AT-000001", "person": "Ben", "from": "2026-01-01", "until": "2026-01-05"}),
        serde_json::json!({"do": "reserve", "model": "DRILL-18", "person": "Ada", "from": "2026-02-01", "until": "2026-02-05"}),
        serde_json::json!({"do": "cancel-reservation", "reservation": 2}),
    ] {
        carry(store, 30, &words)?;
    }
    Ok(())
}
