//! The shipped program on a real store, met from outside: killed, flooded, watched by screens that never read.
//!
//! What it promised before it was killed must be there afterwards; everything goes over terminals and sockets.
//! Deliberately absent: timings, which are in the benches.

mod killed;
#[allow(dead_code, clippy::disallowed_methods, reason = "the bench uses all of it, and reads the clock")]
#[path = "../benches/station/service.rs"]
pub(crate) mod program;
mod unit;
mod watched;

use std::path::Path;
use std::time::Duration;

use scanstation::domain::{IdentifierKind, Moment, Role, StationId};
use scanstation::store::{NewHolder, NewIdentifier, NewModel, NewUnit, Options, Store};

/// Units of the crib.
const UNITS: u64 = 200;

fn tag(unit: u64) -> String {
    format!("AT-{:06}", unit % UNITS)
}

fn now() -> Moment {
    Moment::new("2026-11-20T08:00:00Z".parse().unwrap(), Duration::ZERO)
}

/// A store with the crib's units.
pub(crate) fn crib(folder: &Path) {
    let mut store = Store::open(&Options::new(folder, StationId::parse("crib-1").unwrap()), now()).unwrap();
    store.begin().unwrap();
    let model = NewModel { maker: "Bosch".into(), name: "GSR 18V-60".into(), ..NewModel::default() };
    let model = store.add_model(&model, None, now()).unwrap();
    for unit in 0..UNITS {
        let mut new = NewUnit::new(model);
        new.identifiers = vec![NewIdentifier::new(IdentifierKind::AssetTag, tag(unit))];
        store.add_unit(&new, None, now()).unwrap();
    }
    for lane in 0..4 {
        let badge = Some(format!("lane-{lane}"));
        let person = NewHolder { name: format!("Person {lane}"), role: Role::Operator, badge };
        store.add_holder(&person, None, now()).unwrap();
    }
    store.commit().unwrap();
}
