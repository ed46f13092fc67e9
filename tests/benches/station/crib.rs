//! The store that the bench runs on: a crib of any size, filled through the store's own calls.
//!
//! Unit n has the tag `AT-n`; badge `BDG-1` belongs to the one person. Each unit leaves one event, as any entry does.
//! Deliberately absent: import from files, which has its own figures.

use std::path::Path;
use std::time::Duration;

use scanstation::domain::{IdentifierKind, Moment, Role, StationId};
use scanstation::store::{NewHolder, NewIdentifier, NewModel, NewUnit, Options, Store};

/// Units entered in one transaction.
const BATCH: u64 = 5_000;

pub(crate) fn tag(unit: u64) -> String {
    format!("AT-{unit:06}")
}

pub(crate) fn now() -> Moment {
    Moment::new(jiff::Timestamp::now(), Duration::ZERO)
}

/// Makes a store with so many units.
pub(crate) fn fill(folder: &Path, units: u64) {
    let options = Options::new(folder, StationId::parse("bench").unwrap());
    let mut store = Store::open(&options, now()).unwrap();
    store.begin().unwrap();
    let model = NewModel { maker: "Bosch".into(), name: "GSR 18V-60".into(), ..NewModel::default() };
    let model = store.add_model(&model, None, now()).unwrap();
    let holder = NewHolder { name: "Kim".into(), role: Role::Operator, badge: Some("1".into()) };
    store.add_holder(&holder, None, now()).unwrap();
    store.commit().unwrap();
    for batch in 0..units.div_ceil(BATCH) {
        store.begin().unwrap();
        for unit in (batch * BATCH)..((batch + 1) * BATCH).min(units) {
            let mut new = NewUnit::new(model);
            new.identifiers = vec![
                NewIdentifier::new(IdentifierKind::AssetTag, tag(unit)),
                NewIdentifier::new(IdentifierKind::SerialNumber, format!("SN{unit:09}")),
            ];
            store.add_unit(&new, None, now()).unwrap();
        }
        store.commit().unwrap();
    }
}
