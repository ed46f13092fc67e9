//! The whole service over its real door: a store on disk, the station's loop, the web room on a free port.
//!
//! Requests are written and read byte by byte, so that what is tested is what a client on the wire gets.
//! Deliberately absent: the page in a browser, which `tests/browser` has.

mod api;
mod client;
mod identify;
mod import;
mod keeper;
mod keeping;
mod limits;
mod lists;
mod pictures;
mod purge;
mod repeated;
mod screens;
mod stolen;

use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;
use std::time::Duration;

use scanstation::domain::{IdentifierKind, Role, StationId, StationKind};
use scanstation::http::{Eyes, HttpError, Options, run};
use scanstation::rules::Policy;
use scanstation::station::{self, Handle, Station};
use scanstation::store;
use scanstation::store::{NewHolder, NewModel, NewUnit, Pass, Store};
use tempfile::TempDir;
use tokio::sync::watch;

use client::Client;

/// A running service with three people and five tools, on a store of its own.
struct Bench {
    folder: TempDir,
    options: Options,
    running: Option<Running>,
}

struct Running {
    address: SocketAddr,
    station: Station,
    web: JoinHandle<Result<(), HttpError>>,
    stop: watch::Sender<bool>,
}

/// Inputs that wait and messages that a screen may lag behind.
#[derive(Clone, Copy)]
struct Sizes {
    queue_max: usize,
    updates_max: usize,
}

impl Sizes {
    const USUAL: Self = Self { queue_max: 1024, updates_max: 1024 };
}

impl Bench {
    fn new() -> Self {
        Self::with(Options::default(), Sizes::USUAL)
    }

    fn with(options: Options, sizes: Sizes) -> Self {
        let mut bench = Self { folder: tempfile::tempdir().unwrap(), options, running: None };
        let clock = station::clock::start();
        let mut store = bench.store();
        store
            .within(|store| {
                for (name, badge, role) in
                    [("Kim", "1001", Role::Operator), ("Ada", "1002", Role::Keeper), ("Vic", "1003", Role::Viewer)]
                {
                    let new = NewHolder { name: name.to_owned(), role, badge: Some(badge.to_owned()) };
                    store.add_holder(&new, None, clock())?;
                }
                let model =
                    NewModel { maker: "Bosch".to_owned(), name: "GSR 18V-60".to_owned(), ..NewModel::default() };
                let model = store.add_model(&model, None, clock())?;
                for number in 1..=5 {
                    let mut unit = NewUnit::new(model)
                        .bearing(IdentifierKind::AssetTag, format!("AT-10000{number}"))
                        .bearing(IdentifierKind::SerialNumber, format!("3611J05500{number}"));
                    if number == 5 {
                        unit = unit.bearing(IdentifierKind::Imei, "490154203237518");
                    }
                    store.add_unit(&unit, None, clock())?;
                }
                Ok(())
            })
            .unwrap();
        bench.start(store, sizes);
        bench
    }

    fn store(&self) -> Store {
        let options = store::Options::new(self.folder.path(), StationId::parse("crib-1").unwrap());
        Store::open(&options, station::clock::start()()).unwrap()
    }

    fn start(&mut self, store: Store, sizes: Sizes) {
        let clock = station::clock::start();
        // The clock is real: a session, and the time in which a repeat is one, outlast a busy machine.
        let (session_idle, repeat) = (Duration::from_secs(3_600), Duration::from_secs(3_600));
        let policy = Policy { session_idle, repeat, ..Policy::of(StationKind::Crib) };
        let mut options = station::Options::new(
            StationId::parse("crib-1").unwrap(),
            policy,
            scanstation::identify::Options::default(),
        );
        (options.queue_max, options.updates_max) = (sizes.queue_max, sizes.updates_max);
        let station = station::start(options, store, clock.clone()).unwrap();
        // The first event of a start is its own; tests count from after it.
        while station.handle.view().borrow().head == 0 {
            std::thread::yield_now();
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let (mut options, handle, folder) =
            (self.options.clone(), station.handle.clone(), self.folder.path().to_owned());
        options.pass = Some(Pass::renew(&folder).unwrap());
        let web = std::thread::spawn(move || run(options, listener, handle, folder, clock, Eyes::new(), stopped));
        self.running = Some(Running { address, station, web, stop });
    }

    fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    fn handle(&self) -> Handle {
        self.running().station.handle.clone()
    }

    fn client(&self) -> Client {
        Client::connect(self.running().address)
    }

    /// Posts one scan on a lane and returns the answer's JSON.
    fn scan(&self, text: &str, lane: &str) -> serde_json::Value {
        let body = serde_json::json!({ "data": text, "lane": lane }).to_string();
        let answer = self.client().post("/api/v1/scans", &[], body.as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Ends everything as a clean stop does.
    fn stop(&mut self) {
        let Running { station, web, stop, .. } = self.running.take().unwrap();
        stop.send(true).unwrap();
        web.join().unwrap().unwrap();
        station.handle.stop();
        station.join();
    }

    /// Ends everything and starts it again on the same store.
    fn again(&mut self) {
        self.stop();
        let store = self.store();
        self.start(store, Sizes::USUAL);
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.stop();
        }
    }
}
