//! The store on real SQLite files: what it keeps, what it refuses, what it survives.
//!
//! Every test has a folder of its own; damage is done to the files from outside, as a disk would.
//! Deliberately absent: the rules and the station, which have topics of their own.

mod backup;
mod cart;
mod custody;
mod damage;
mod entered;
mod export;
mod faults;
mod flipped;
mod forged;
mod furnished;
mod hidden;
mod import;
mod journal;
mod kept;
mod ledger;
mod left;
mod offered;
pub(crate) mod purge;
mod refused;
mod rehearsal;
mod reserved;
mod resolve;
mod search;
mod tags;
mod told;
mod trust;
mod undone;
mod unreadable;

use std::{ops::ControlFlow, path::Path, time::Duration};

use scanstation::domain::{
    Answer, EventKind, HolderId, Identifier, IdentifierKind, Kind, LaneId, Moment, Movement, NewEvent, Role, Scan,
    SourceId, StationId, Transport, UnitId,
};
use scanstation::store::{Checks, NewHolder, NewModel, NewUnit, Options, Report, Store, verify};
use tempfile::TempDir;

/// A store in a folder of its own, with one model; everything else on demand.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    pub(crate) store: Option<Store>,
    clock: i64,
}

pub(crate) fn options(data: &Path) -> Options {
    let mut options = Options::new(data, StationId::parse("crib-1").unwrap());
    options.busy_ms_max = 50;
    options.wal_bytes_min = 0;
    options
}

/// A moment that many seconds after the first of the bench.
pub(crate) fn moment(seconds: i64) -> Moment {
    let wall = jiff::Timestamp::from_second(1_763_700_000 + seconds).unwrap();
    Moment::new(wall, Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Some(Store::open(&options(folder.path()), moment(0)).unwrap());
        Self { folder, store, clock: 0 }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn store(&mut self) -> &mut Store {
        self.store.as_mut().unwrap()
    }

    /// The next second.
    pub(crate) fn now(&mut self) -> Moment {
        self.clock += 1;
        moment(self.clock)
    }

    /// Ends the writer as a clean stop does, and opens it again.
    pub(crate) fn again(&mut self) {
        self.store = None;
        self.open();
    }

    pub(crate) fn open(&mut self) {
        let now = self.now();
        self.store = Some(Store::open(&options(self.folder.path()), now).unwrap());
    }

    pub(crate) fn unit(&mut self, tag: &str, serial_number: &str) -> UnitId {
        let now = self.now();
        self.store()
            .within(|store| {
                let model = match store.model_id("Bosch", "GSR 18V-60")? {
                    Some(model) => model,
                    None => store.add_model(&drill(), None, now)?,
                };
                let mut unit = NewUnit::new(model).bearing(IdentifierKind::AssetTag, tag);
                if !serial_number.is_empty() {
                    unit = unit.bearing(IdentifierKind::SerialNumber, serial_number);
                }
                store.add_unit(&unit, None, now)
            })
            .unwrap()
    }

    pub(crate) fn person(&mut self, name: &str, badge: &str) -> HolderId {
        let now = self.now();
        let new = NewHolder { name: name.to_owned(), role: Role::Operator, badge: Some(badge.to_owned()) };
        self.store().within(|store| store.add_holder(&new, None, now)).unwrap()
    }

    /// One answered scan that moves a unit: journal row and event in one durable group.
    pub(crate) fn answer(&mut self, unit: UnitId, from: Option<HolderId>, to: Option<HolderId>) -> i64 {
        let now = self.now();
        self.store()
            .within(|store| {
                let scan = store.next_scan();
                let seq = store.record_events(Some(scan), &[movement(unit, from, to)], now)?;
                let seen = seen(b"AT-000001", now);
                let known = Identifier::new(
                    Kind::AssetTag,
                    "AT-000001",
                    scanstation::domain::Confidence::Certain,
                    "It is one of our tags.",
                );
                store.record_scan(&seen, &known, Answer::Good, Some(unit), to, None, "{\"answer\":\"good\"}")?;
                Ok(seq[0].0)
            })
            .unwrap()
    }

    pub(crate) fn verify(&self) -> Report {
        verify(self.path(), Checks::ALL, |_| ControlFlow::Continue(())).unwrap()
    }
}

pub(crate) fn drill() -> NewModel {
    NewModel {
        maker: "Bosch".to_owned(),
        name: "GSR 18V-60".to_owned(),
        sku: Some("DRILL-18".to_owned()),
        gtin: Some("04059952533643".to_owned()),
        category: "power tool".to_owned(),
        tracking: String::new(),
    }
}

pub(crate) fn movement(unit: UnitId, former: Option<HolderId>, holder: Option<HolderId>) -> NewEvent {
    let kind = match (former, holder) {
        (None, _) => EventKind::CheckedOut,
        (Some(_), None) => EventKind::CheckedIn,
        (Some(_), Some(_)) => EventKind::HandedOver,
    };
    let mut event = NewEvent::new(kind);
    event.unit = Some(unit);
    event.movement = Some(Movement { former, holder, due: None });
    event.person = holder.or(former);
    event.body = scanstation::domain::Body::new().with("by", "tag").with("mapping", "whole");
    event
}

pub(crate) fn seen(payload: &[u8], at: Moment) -> Scan {
    Scan {
        source: SourceId::new("desk"),
        lane: LaneId::new("left"),
        transport: Transport::Serial,
        number: 1,
        reading: None,
        at,
        event_time: None,
        aim: scanstation::domain::AimId::parse("]C0"),
        symbology: None,
        payload: payload.to_vec(),
        stale: false,
    }
}
