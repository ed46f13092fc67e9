//! Seeded days at the counter: several people, lanes, cards, silences, clocks that are set, restarts.
//!
//! After each scan checkers look whether what must never happen did: a movement under somebody who was not there, a
//! refusal with an effect, a cart that is lost or booked by silence, a scan without its row; at the end the ledger proves
//! custody. A failure prints its seed. `SCANSTATION_SEEDS` sets how many days.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use scanstation::domain::{Answer, Event, EventKind, EventSeq, HolderId, LaneId, LaneView, StationKind, UnitId};
use scanstation::rules::Policy;

use crate::bench::{ANA, BROKEN, Bench, DRILL, DRILL_2, Heard, KAY, KIM, LOU, OLD, SAW};

const LANES: [&str; 3] = ["left", "right", "back"];
const SCANS: usize = 100;
const SEEDS: u64 = 200;

const CODES: &[&str] = &[
    ANA,
    KIM,
    KAY,
    ANA,
    KIM,
    KAY,
    LOU,
    OLD,
    DRILL,
    DRILL_2,
    SAW,
    DRILL,
    DRILL_2,
    SAW,
    DRILL,
    SAW,
    BROKEN,
    "0088123456",
    "SN77001",
    "0088-123456",
    "DRILL-18",
    "LOC-A1",
    "LOC-Q1",
    "JOB-4711",
    "XYZZY",
    "AT-00000",
    "!CMD:OUT",
    "!CMD:IN",
    "!CMD:AUTO",
    "!CMD:AUTO",
    "!CMD:DONE",
    "!CMD:DONE",
    "!CMD:CANCEL",
    "!CMD:UNDO",
    "!CMD:UNDO",
    "!CMD:HANDOVER",
    "!CMD:MOVE",
    "!CMD:FOUND",
    "!CMD:LOST",
    "!CMD:DAMAGED",
    "!CMD:OK",
    "!CMD:REPAIR",
    "!CMD:STOLEN",
    "!CMD:DUE 2",
    "!CMD:OVERRIDE urgent",
    "!CMD:OVERRIDE",
    "!CMD:SHIFT",
    "!PIN:4711",
    "!CMD:NOPE",
    "WIFI:S:x;P:secret;;",
];

/// A small generator of its own, so that a seed means the same day for ever (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % sides
    }
}

/// Who has each unit, its state and its place.
type Register = Vec<(Option<HolderId>, String, Option<i64>)>;

struct Day {
    seed: u64,
    bench: Bench,
    dice: Dice,
    scans: i64,
    seen: EventSeq,
    /// What people left in carts, as the screens showed it.
    left: BTreeMap<String, Vec<UnitId>>,
}

impl Day {
    fn new(seed: u64) -> Self {
        let kind = if seed.is_multiple_of(3) { StationKind::Desk } else { StationKind::Crib };
        let policy = Policy { self_service: seed % 3 == 1, ..Policy::of(kind) };
        let bench = Bench::in_memory(policy);
        let seen = bench.ledger().last().unwrap().id.seq;
        Self {
            seed,
            bench,
            dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            scans: 0,
            seen,
            left: BTreeMap::new(),
        }
    }

    fn live(mut self) {
        for _ in 0..SCANS {
            match self.dice.roll(40) {
                0 => self.restart(),
                1 => self.silence(Duration::from_secs(100)),
                2 => self.silence(Duration::from_secs(35)),
                3 => {
                    let wall = ["2026-03-09T08:00:00Z", "2026-03-12T20:00:00Z"][self.dice.roll(2)];
                    self.bench.set_clock(wall);
                }
                _ => {}
            }
            self.scan();
        }
        self.bench.verify();
    }

    fn restart(&mut self) {
        for lane in LANES {
            self.leave(&self.view(lane));
        }
        self.bench.restart();
    }

    /// Silence ends what it ends: no custody may change by it.
    fn silence(&mut self, time: Duration) {
        let before = self.register();
        let views: Vec<LaneView> = LANES.iter().map(|it| self.view(it)).collect();
        self.bench.pass(time);
        for (lane, view) in LANES.iter().zip(views) {
            if view.session.is_some() && self.view(lane).session.is_none() {
                self.leave(&view);
            }
        }
        assert_eq!(before, self.register(), "seed {}: silence moved something", self.seed);
    }

    /// Somebody left with an open cart.
    fn leave(&mut self, view: &LaneView) {
        let waits: Vec<UnitId> = view.cart.iter().filter(|it| it.direction != "over").map(|it| it.unit).collect();
        if let Some(taker) = view.taker.clone().filter(|_| !waits.is_empty()) {
            self.left.entry(taker).or_default().extend(waits);
        }
    }

    fn scan(&mut self) {
        let lane = LANES[self.dice.roll(LANES.len())];
        let code = CODES[self.dice.roll(CODES.len())];
        if self.dice.roll(8) > 0 {
            self.silence(Duration::from_secs(2));
        }
        let (view, register) = (self.view(lane), self.register());
        let heard = self.bench.lane(lane).send(code.as_bytes(), None);
        self.scans += 1;
        let told = format!("seed {}, scan {} of {code} on {lane}: {}", self.seed, self.scans, heard.json);
        assert_eq!(heard.value()["scan"], self.scans, "one row a scan; {told}");
        self.events(&view, &told);
        self.effects(&heard, code, &register, &told);
        self.carts(&heard, code, lane, &told);
    }

    /// Nothing moves under somebody who was not there.
    fn events(&mut self, view: &LaneView, told: &str) {
        let there = view.session.as_ref().map(|it| it.holder);
        let mut any = false;
        let seen = self.seen.0;
        let new: Vec<Event> = self.bench.work(move |store, _| {
            let last = store.head().0.0;
            (seen + 1..=last).filter_map(|it| store.event(EventSeq(it)).unwrap()).collect()
        });
        for event in new {
            self.seen = event.id.seq;
            any |= event.scan.is_some();
            let moves = event.kind.moves_custody() || event.kind == EventKind::StateChanged;
            assert!(!moves || event.person == there, "moved by {:?}, there was {there:?}; {told}", event.person);
        }
        assert!(any, "no event of the scan; {told}");
    }

    /// A refusal has no effect; nobody has two things that one has.
    fn effects(&self, heard: &Heard, code: &str, before: &Register, told: &str) {
        let partly = code == "!CMD:DONE" || code.starts_with("BDG-");
        if matches!(heard.answer(), Answer::No | Answer::Already) && !partly {
            assert_eq!(*before, self.register(), "a refusal moved something; {told}");
        }
        let held: u32 = self
            .bench
            .work(|store, now| (1..=5).map(|it| store.holder(HolderId(it), now).unwrap().unwrap().held).sum());
        let out = self.register().iter().filter(|it| it.0.is_some()).count();
        assert_eq!(usize::try_from(held).unwrap(), out, "{told}");
    }

    /// What was left comes back with its person's badge, all of it and once.
    fn carts(&mut self, heard: &Heard, code: &str, lane: &str, told: &str) {
        let named = [(ANA, "Ana"), (KIM, "Kim"), (KAY, "Kay"), (LOU, "Lou")].iter().find(|it| it.0 == code);
        let Some((_, name)) = named.filter(|_| heard.answer() == Answer::Good) else { return };
        if heard.why().contains("releases it") {
            return; // A badge that releases a refusal opens no session.
        }
        let after = self.view(lane);
        // Of two carts that were left, the one that was changed first comes first, not the one that was left first.
        let waited: BTreeSet<UnitId> = self.left.remove(*name).into_iter().flatten().collect();
        let now: BTreeSet<UnitId> = after.cart.iter().map(|it| it.unit).collect();
        assert_eq!(after.cart.len(), now.len(), "a unit twice in the cart; {told}");
        assert_eq!((after.taker.as_deref(), now), (Some(*name), waited), "another cart than was left; {told}");
    }

    fn view(&self, lane: &str) -> LaneView {
        self.bench.work(|_, _| ());
        self.bench.work(|_, _| ());
        self.bench.handle().view().borrow().lanes.get(&LaneId::new(lane)).cloned().unwrap_or_default()
    }

    fn register(&self) -> Register {
        self.bench.work(|store, _| {
            let units = (1..=4).map(|it| store.unit(UnitId(it)).unwrap().unwrap());
            units
                .map(|it| (it.custody.map(|it| it.holder), it.state.to_string(), it.location.map(|it| it.id.0)))
                .collect()
        })
    }
}

#[test]
fn two_hundred_days_at_the_counter_break_nothing() {
    let seeds = std::env::var("SCANSTATION_SEEDS").ok().and_then(|it| it.parse().ok()).unwrap_or(SEEDS);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for first in 1..=threads {
            let days = (u64::try_from(first).unwrap()..=seeds).step_by(threads);
            scope.spawn(|| days.for_each(|seed| Day::new(seed).live()));
        }
    });
}
