//! The bench: a real station on a real store in a folder of its own, with a small crib in it and a clock that is set.
//!
//! Everything has a default, so that a test states only its point. Time stands still unless a test passes some; each
//! scan comes two seconds after the one before, so that the guard against repeats is met only by tests about it.
//! Deliberately absent: stand-ins for rooms of ours, and sleeping.

mod camera;

mod cut;

mod furnish;

pub(crate) use cut::Torn;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use scanstation::domain::time::{Clock, Zone};
use scanstation::domain::{
    Answer, Event, EventKind, EventSeq, HolderId, LaneId, LaneView, Message, Moment, Role, Sight, StationId,
    StationKind, Transport, UnitId,
};
use scanstation::identify;
use scanstation::rules::Policy;
use scanstation::station::{self, Reply, Station};
use scanstation::store::{self, Checks, Reader, Store, UnitStory};
use tempfile::TempDir;

/// A drill that is in, on shelf A1.
pub(crate) const DRILL: &str = "AT-000001";
/// Its equal, beside it.
pub(crate) const DRILL_2: &str = "AT-000002";
/// A saw that is in.
pub(crate) const SAW: &str = "AT-000004";
/// A drill that is kept apart.
pub(crate) const BROKEN: &str = "AT-000003";
/// Badges: two who borrow, one who may only look, one who left, and the keeper.
pub(crate) const ANA: &str = "BDG-100";
pub(crate) const KIM: &str = "BDG-200";
pub(crate) const LOU: &str = "BDG-300";
pub(crate) const OLD: &str = "BDG-400";
pub(crate) const KAY: &str = "BDG-900";

/// A whole picture: a PNG of one grey pixel.
pub(crate) const PICTURE: &[u8] =
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\
    \x00\x00\x00\x0aIDATx\x9cc\x98\x00\x00\x00\x92\x00\x91\x12\x22\xfb\x7b\x00\x00\x00\x00IEND\xae\x42\x60\x82";

/// Between two scans where a test says nothing.
const PAUSE: Duration = Duration::from_secs(2);

/// A station on a store of its own.
pub(crate) struct Bench {
    folder: TempDir,
    pub(crate) options: station::Options,
    time: Arc<Mutex<Moment>>,
    station: Option<Station>,
    lane: LaneId,
    transport: Transport,
    pause: Duration,
}

/// What a person heard.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// The answer of the API, byte for byte.
    pub(crate) json: Arc<str>,
    /// False for "NOT recorded".
    pub(crate) recorded: bool,
}

impl Bench {
    /// A crib at which each movement is booked on its scan.
    pub(crate) fn crib() -> Self {
        Self::with(|_| ())
    }

    /// A crib at which a cart waits for DONE.
    pub(crate) fn attended() -> Self {
        Self::with(|policy| policy.self_service = false)
    }

    /// A desk: one clerk, a cart, borrowers.
    pub(crate) fn desk() -> Self {
        Self::with(|policy| *policy = Policy { zone: Zone::utc(), ..Policy::of(StationKind::Desk) })
    }

    /// A crib with other rules.
    pub(crate) fn with(change: impl FnOnce(&mut Policy)) -> Self {
        let mut policy = Policy { zone: Zone::utc(), ..Policy::of(StationKind::Crib) };
        change(&mut policy);
        Self::within(tempfile::tempdir().unwrap(), policy)
    }

    /// The same in memory, for tests that scan thousands of times.
    pub(crate) fn in_memory(mut policy: Policy) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        policy.zone = Zone::utc();
        Self::within(folder.unwrap(), policy)
    }

    fn within(folder: TempDir, policy: Policy) -> Self {
        let options = station::Options::new(StationId::parse("crib-1").unwrap(), policy, identify::Options::default());
        let wall: Timestamp = "2026-03-10T08:00:00Z".parse().unwrap();
        let time = Arc::new(Mutex::new(Moment::new(wall, Duration::from_secs(100))));
        let lane = LaneId::new("left");
        let mut bench = Self { folder, options, time, station: None, lane, transport: Transport::Serial, pause: PAUSE };
        let mut store = bench.open();
        let now = bench.now();
        store.within(|store| furnish::crib(store, now)).unwrap();
        bench.start(store);
        bench
    }

    fn open(&self) -> Store {
        let mut options = store::Options::new(self.path(), self.options.station.clone());
        options.busy_ms_max = 20;
        Store::open(&options, self.now()).unwrap()
    }

    fn start(&mut self, store: Store) {
        self.station = Some(station::start(self.options.clone(), store, self.clock()).unwrap());
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn now(&self) -> Moment {
        *self.time.lock().unwrap()
    }

    pub(crate) fn clock(&self) -> Clock {
        let time = Arc::clone(&self.time);
        Arc::new(move || *time.lock().unwrap())
    }

    /// The handle of the station.
    pub(crate) fn handle(&self) -> station::Handle {
        self.station.as_ref().unwrap().handle.clone()
    }

    /// Scans go to that lane from now on.
    pub(crate) fn lane(&mut self, name: &str) -> &mut Self {
        self.lane = LaneId::new(name);
        self
    }

    /// Scans come that way from now on.
    pub(crate) fn by(&mut self, transport: Transport) -> &mut Self {
        self.transport = transport;
        self
    }

    /// Scans follow one another at once from now on.
    pub(crate) fn at_once(&mut self) -> &mut Self {
        self.pause = Duration::ZERO;
        self
    }

    /// Lets time pass, and the station see it.
    pub(crate) fn pass(&mut self, time: Duration) -> &mut Self {
        self.advance(time);
        // The first wakes the station, which looks at its deadlines when it has done it; the second waits for that.
        self.work(|_, _| ());
        self.work(|_, _| ());
        self
    }

    /// Lets time pass and wakes the station by something that leaves nothing in the store.
    pub(crate) fn rest(&mut self, time: Duration) -> &mut Self {
        self.advance(time);
        let woken = format!("Woken at {:?}.", self.now());
        let told = || self.handle().view().borrow().alarms.iter().filter(|it| **it == woken).count();
        let before = told();
        self.handle().alarm(woken.clone()).unwrap();
        while told() == before {
            std::thread::yield_now();
        }
        self
    }

    /// Lets time pass, and the station not see it yet.
    pub(crate) fn advance(&self, time: Duration) {
        let mut now = self.time.lock().unwrap();
        now.uptime += time;
        now.wall += time;
    }

    /// Somebody sets the wall clock; the uptime goes on.
    pub(crate) fn set_clock(&mut self, wall: &str) -> &mut Self {
        self.time.lock().unwrap().wall = wall.parse().unwrap();
        self
    }

    /// Scans a code, two seconds after the one before.
    pub(crate) fn scan(&mut self, code: &str) -> Heard {
        self.advance(self.pause);
        self.send(code.as_bytes(), None)
    }

    /// Scans a code after a silence in which the station was not woken.
    pub(crate) fn late(&mut self, silence: Duration, code: &str) -> Heard {
        self.advance(silence);
        self.send(code.as_bytes(), None)
    }

    /// Scans codes and expects all of them to be accepted, or asked about.
    #[track_caller]
    pub(crate) fn all_good(&mut self, codes: &[&str]) -> &mut Self {
        for code in codes {
            let heard = self.scan(code);
            let asked = heard.value().get("asks").is_some();
            assert!(asked || matches!(heard.answer(), Answer::Good | Answer::Done), "{code}: {}", heard.json);
        }
        self
    }

    /// Scans bytes at once, perhaps with an idempotency key.
    pub(crate) fn send(&mut self, bytes: &[u8], key: Option<&str>) -> Heard {
        let message = Message { bytes: bytes.to_vec(), ..Message::default() };
        let lane = self.lane.clone();
        let reply = self.handle().scan(message, self.transport, lane, key.map(str::to_owned)).unwrap();
        let Reply { json, recorded, .. } = reply.blocking_recv().unwrap();
        Heard { json, recorded }
    }

    /// Has work done on the store by the station thread.
    pub(crate) fn work<T: Send + 'static>(&self, work: impl FnOnce(&mut Store, Moment) -> T + Send + 'static) -> T {
        self.handle().work(work).unwrap().blocking_recv().unwrap()
    }

    /// Changes the register as a keeper would.
    pub(crate) fn register(
        &self,
        work: impl FnOnce(&mut Store, Moment) -> Result<(), store::StoreError> + Send + 'static,
    ) -> &Self {
        self.work(|store, now| store.within(|store| work(store, now))).unwrap();
        self
    }

    /// Ends the station cleanly and starts it again on the same store.
    pub(crate) fn restart(&mut self) -> &mut Self {
        self.stop();
        let store = self.open();
        self.start(store);
        self
    }

    /// Ends the station cleanly.
    pub(crate) fn stop(&mut self) {
        if let Some(station) = self.station.take() {
            station.handle.stop();
            station.join();
        }
    }

    /// The lane as screens see it.
    pub(crate) fn view(&self) -> LaneView {
        self.work(|_, _| ());
        self.work(|_, _| ());
        self.handle().view().borrow().lanes.get(&self.lane).cloned().unwrap_or_default()
    }

    /// The whole ledger.
    pub(crate) fn ledger(&self) -> Vec<Event> {
        self.reader().events(EventSeq(0), 1_000).unwrap()
    }

    /// The kinds of the events that scans left, from the first scan on.
    pub(crate) fn kinds(&self) -> Vec<EventKind> {
        let from = self.ledger().iter().position(|it| it.kind == EventKind::StationStarted).unwrap();
        self.ledger().iter().skip(from + 1).map(|it| it.kind).collect()
    }

    /// The last event of that kind.
    #[track_caller]
    pub(crate) fn last(&self, kind: EventKind) -> Event {
        self.ledger().into_iter().rfind(|it| it.kind == kind).unwrap_or_else(|| panic!("no event {kind}"))
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader::open(self.path()).unwrap()
    }

    /// The unit of that tag, with its story.
    pub(crate) fn unit(&self, tag: &str) -> UnitStory {
        self.reader().unit(unit_id(tag), 50, Sight::of(Some(Role::Admin))).unwrap().unwrap()
    }

    /// Who has the unit of that tag.
    pub(crate) fn holder(&self, tag: &str) -> Option<String> {
        self.unit(tag).unit.holder
    }

    /// The ledger holds: chain, signatures, mark, and custody as the fold of the events.
    #[track_caller]
    pub(crate) fn verify(&self) {
        let report = store::verify(self.path(), Checks::ALL, |_| ControlFlow::Continue(())).unwrap();
        assert!(report.ok, "{:?}", report.sentences);
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Heard {
    pub(crate) fn value(&self) -> serde_json::Value {
        serde_json::from_str(&self.json).unwrap()
    }

    pub(crate) fn answer(&self) -> Answer {
        Answer::parse(self.value()["answer"].as_str().unwrap()).unwrap()
    }

    pub(crate) fn why(&self) -> String {
        self.value()["why"].as_str().unwrap().to_owned()
    }

    /// The person heard exactly this, and it was recorded.
    #[track_caller]
    pub(crate) fn expect(&self, answer: Answer, why: &str) -> &Self {
        assert_eq!((self.answer(), self.why().as_str(), self.recorded), (answer, why, true));
        self
    }

    #[track_caller]
    pub(crate) fn good(&self, why: &str) -> &Self {
        self.expect(Answer::Good, why)
    }

    #[track_caller]
    pub(crate) fn done(&self, why: &str) -> &Self {
        self.expect(Answer::Done, why)
    }

    #[track_caller]
    pub(crate) fn already(&self, why: &str) -> &Self {
        self.expect(Answer::Already, why)
    }

    /// A question, which sounds as nothing that was booked.
    #[track_caller]
    pub(crate) fn asks(&self, why: &str) -> &Self {
        assert_eq!(self.value()["asks"], true, "{}", self.json);
        self.already(why)
    }

    #[track_caller]
    pub(crate) fn no(&self, why: &str) -> &Self {
        self.expect(Answer::No, why)
    }
}

/// Units of the bench in the order of registering: their tags count from 1.
pub(crate) fn unit_id(tag: &str) -> UnitId {
    UnitId(tag.trim_start_matches("AT-0").parse().unwrap())
}

/// People of the bench by badge.
pub(crate) fn holder_id(badge: &str) -> HolderId {
    let place = [ANA, KIM, LOU, OLD, KAY].iter().position(|it| *it == badge).unwrap();
    HolderId(i64::try_from(place + 1).unwrap())
}
