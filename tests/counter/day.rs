//! Seeded days at the counter: several people, lanes, cards, silences, clocks that are set, restarts.
//!
//! After each scan checkers look whether what must never happen did: a movement under somebody who was not there, a
//! refusal with an effect, a cart that is lost or booked by silence, a unit lent while a case about it is open, a shelf
//! with less than nothing, a scan without its row; at the end the ledger proves custody and no tag was issued twice. A failure prints its seed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use scanstation::domain::{
    Answer, CartLine, CaseId, CategoryPolicy, Ended, Event, EventKind, EventSeq, HolderId, IdentifierKind, LaneId,
    LaneView, Mapping, Moment, Role, Sight, StationKind, StockId, UnitFacts, UnitId,
};
use scanstation::rules::Policy;
use scanstation::store::{Borne, Instruction, NewModel, NewStock, NewUnit, Store, StoreError};

use super::intents::{BARE, CODES, INTENTS, KIT, UNITS};
use crate::bench::{ANA, Bench, DRILL_2, Heard, KAY, KIM, LOU, SAW, Torn, unit_id};

const LANES: [&str; 3] = ["left", "right", "back"];
const SCANS: usize = 100;

/// What the bench has not: a kit, a unit without a tag, a shelf of screws.
fn furnish(store: &mut Store, now: Moment) -> Result<(), StoreError> {
    let drill = store.model_id("Bosch", "GSR 18")?.unwrap();
    let kit = store.add_unit(&NewUnit::new(drill).bearing(IdentifierKind::AssetTag, KIT), None, now)?;
    for part in [DRILL_2, SAW] {
        store.set_kit(unit_id(part), Some(kit), None, now)?;
    }
    store.add_unit(&NewUnit::new(drill).bearing(IdentifierKind::SerialNumber, BARE), None, now)?;
    let screw = store.add_model(&NewModel { name: "M4 screw".to_owned(), ..NewModel::default() }, None, now)?;
    let shelf = NewStock { model: screw, shelf: "SH-1".to_owned(), location: None, quantity: 30, minimum: 10 };
    store.add_stock(&shelf, None, now)
}

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

/// Who has each unit, its state, its place, its tag and its serial number; and what is left on the shelf.
type Register = (Vec<Whole>, i64);
type Whole = (Option<HolderId>, String, Option<i64>, Option<String>, Option<String>);

struct Day {
    seed: u64,
    bench: Bench,
    dice: Dice,
    /// What somebody at each lane is about to do, the next last.
    intents: BTreeMap<&'static str, Vec<&'static str>>,
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
        bench.register(furnish);
        if seed.is_multiple_of(2) {
            let quarantine = Instruction::Quarantine { location: "LOC-Q1".to_owned(), ended: false };
            bench.register(move |store, now| store.carry_out(&quarantine, None, now).map(drop));
        }
        if seed.is_multiple_of(5) {
            let policy = CategoryPolicy { job_required: true, ..CategoryPolicy::default() };
            bench.register(move |store, now| store.set_category("power tool", &policy, None, now));
        }
        let seen = bench.ledger().last().unwrap().id.seq;
        Self {
            seed,
            bench,
            dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            intents: BTreeMap::new(),
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
                4 => self.keep(),
                5 if self.seed.is_multiple_of(4) => self.power_cut(),
                _ => {}
            }
            self.scan();
        }
        self.bench.verify();
        self.labels();
    }

    /// No tag that was replaced, lost or withdrawn was ever issued again, and no two units bear one.
    fn labels(&self) {
        let reader = self.bench.reader();
        let stories = (1..=UNITS).map(|it| reader.unit(UnitId(it), 1, Sight::of(Some(Role::Admin))).unwrap().unwrap());
        let borne: Vec<(UnitId, Borne)> =
            stories.flat_map(|it| it.identifiers.into_iter().map(move |tag| (it.unit.id, tag))).collect();
        let tags = || borne.iter().filter(|(_, it)| it.kind == IdentifierKind::AssetTag);
        for (unit, live) in tags().filter(|(_, it)| it.ended.is_none()) {
            let elsewhere = tags().filter(|(other, it)| other != unit && it.raw == live.raw);
            let issued = elsewhere.filter(|(_, it)| it.ended != Some(Ended::Corrected)).count();
            assert_eq!(issued, 0, "seed {}: {} was issued again", self.seed, live.raw);
        }
    }

    /// The keeper looks into all cases.
    fn keep(&mut self) {
        let cases: Vec<CaseId> =
            self.bench.reader().cases(false, 50, true).unwrap().into_iter().map(|it| it.id).collect();
        self.bench.register(move |store, now| {
            cases.iter().try_for_each(|it| store.resolve_case(*it, "looked into", None, now).map(drop))
        });
        assert_eq!(self.doubted(), BTreeSet::new(), "seed {}: in doubt without a case", self.seed);
        self.seen = self.bench.work(|store, _| store.head().0);
    }

    /// The next code on a lane: what was begun there, something new, or anything at all.
    fn next(&mut self, lane: &'static str) -> &'static str {
        let anything = CODES[self.dice.roll(CODES.len())];
        let (astray, begins) = (self.dice.roll(8) == 0, self.dice.roll(4) > 0);
        let intent = INTENTS[self.dice.roll(INTENTS.len())];
        let queue = self.intents.entry(lane).or_default();
        if astray {
            return anything;
        }
        if queue.is_empty() && begins {
            queue.extend(intent.iter().rev());
        }
        queue.pop().unwrap_or(anything)
    }

    fn restart(&mut self) {
        for lane in LANES {
            self.leave(&self.view(lane));
        }
        self.bench.restart();
    }

    /// Power goes away: nothing that was answered is lost, and what a lying disk has lost is said.
    fn power_cut(&mut self) {
        for lane in LANES {
            self.leave(&self.view(lane));
        }
        let before = self.register();
        let said = self.bench.lost_writes(1 + self.dice.roll(3));
        assert!(
            said.is_none_or(|it| !it.is_empty()),
            "seed {}: answered scans were lost and nothing is said",
            self.seed
        );
        let torn =
            [Torn::Clean, Torn::Wal(1 + self.dice.roll(4_000)), Torn::Mark(self.dice.roll(72))][self.dice.roll(3)];
        self.bench.power_cut(torn);
        assert_eq!(before, self.register(), "seed {}: a cut of the power ({torn:?}) moved something", self.seed);
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
        let waits: Vec<UnitId> = units(view.cart.iter().filter(|it| it.direction != "over"));
        if let Some(taker) = view.taker.clone().filter(|_| !waits.is_empty()) {
            self.left.entry(taker).or_default().extend(waits);
        }
    }

    fn scan(&mut self) {
        let lane = LANES[self.dice.roll(LANES.len())];
        let code = self.next(lane);
        if self.dice.roll(8) > 0 {
            self.silence(Duration::from_secs(2));
        }
        let (view, register, doubted) = (self.view(lane), self.register(), self.doubted());
        let heard = self.bench.lane(lane).send(code.as_bytes(), None);
        self.scans += 1;
        let told = format!("seed {}, scan {} of {code} on {lane}: {}", self.seed, self.scans, heard.json);
        assert_eq!(heard.value()["scan"], self.scans, "one row a scan; {told}");
        self.events(&view, &doubted, &told);
        self.effects(&heard, code, &register, &told);
        self.carts(&heard, &view, code, lane, &told);
        self.handed_on(&heard, &view, &register, lane, &told);
    }

    /// A cart that goes over to another person moves nothing, holds what was in it and what they had left, and is theirs
    /// alone.
    fn handed_on(&mut self, heard: &Heard, before: &LaneView, register: &Register, lane: &str, told: &str) {
        let why = heard.why();
        let Some((to, from)) = why.split_once(" has the cart of ") else { return };
        let from = from.split_once(" now: ").unwrap().0;
        let after = self.view(lane);
        assert_eq!((before.taker.as_deref(), after.taker.as_deref()), (Some(from), Some(to)), "{told}");
        let (had, has) = (units(before.cart.iter()), units(after.cart.iter()));
        let waited = self.left.remove(to).unwrap_or_default();
        assert!(has.iter().all(|it| had.contains(it) || waited.contains(it)), "more in the cart than before; {told}");
        assert!(waited.iter().all(|it| has.contains(it)), "another cart than was left; {told}");
        let whole = had.iter().all(|it| has.contains(it));
        assert!(heard.answer() == Answer::No || whole, "less in the cart, and nothing said; {told}");
        assert_eq!(*register, self.register(), "a cart that went over moved something; {told}");
    }

    /// Nothing moves under somebody who was not there.
    fn events(&mut self, view: &LaneView, doubted: &BTreeSet<UnitId>, told: &str) {
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
            let acts = [
                EventKind::StateChanged,
                EventKind::IdentifierBound,
                EventKind::IdentifierEnded,
                EventKind::StockChanged,
            ];
            let moves = event.kind.moves_custody() || acts.contains(&event.kind);
            let lent = (event.kind == EventKind::CheckedOut).then_some(event.unit).flatten();
            assert!(lent.is_none_or(|it| !doubted.contains(&it)), "lent while a case is open; {told}");
            assert!(!moves || event.person == there, "moved by {:?}, there was {there:?}; {told}", event.person);
        }
        assert!(any, "no event of the scan; {told}");
    }

    /// A refusal has no effect; nobody has two things that one has.
    fn effects(&self, heard: &Heard, code: &str, before: &Register, told: &str) {
        let partly = code == "!CMD:DONE" || ["BDG-", "JOB-", "!CMD:JOB"].iter().any(|it| code.starts_with(it));
        if matches!(heard.answer(), Answer::No | Answer::Already) && !partly {
            assert_eq!(*before, self.register(), "a refusal moved something; {told}");
        }
        let held: u32 = self
            .bench
            .work(|store, now| (1..=5).map(|it| store.holder(HolderId(it), now).unwrap().unwrap().held).sum());
        let (units, left) = self.register();
        assert!(left >= 0, "{left} on the shelf; {told}");
        let out = units.iter().filter(|it| it.0.is_some()).count();
        assert_eq!(usize::try_from(held).unwrap(), out, "{told}");
    }

    /// What was left comes back with its person's badge, all of it and once.
    fn carts(&mut self, heard: &Heard, before: &LaneView, code: &str, lane: &str, told: &str) {
        let named = [(ANA, "Ana"), (KIM, "Kim"), (KAY, "Kay"), (LOU, "Lou")].iter().find(|it| it.0 == code);
        // Also a *no*, which says that the scan of the person before was not booked.
        let Some((_, name)) = named else { return };
        if !heard.why().starts_with("Hello") && !heard.why().starts_with("For ") {
            return; // A badge that releases a refusal, or hands over, opens no session.
        }
        let after = self.view(lane);
        // Of two carts that were left, the one that was changed first comes first, not the one that was left first.
        let mut waited: BTreeSet<UnitId> = self.left.remove(*name).into_iter().flatten().collect();
        if heard.why().starts_with("For ") {
            waited.extend(units(before.cart.iter())); // What comes back stays in the cart of the clerk who serves them.
        }
        let all = units(after.cart.iter());
        let now: BTreeSet<UnitId> = all.iter().copied().collect();
        assert_eq!(all.len(), now.len(), "a unit twice in the cart; {told}");
        assert_eq!((after.taker.as_deref(), now), (Some(*name), waited), "another cart than was left; {told}");
    }

    fn view(&self, lane: &str) -> LaneView {
        self.bench.work(|_, _| ());
        self.bench.work(|_, _| ());
        self.bench.handle().view().borrow().lanes.get(&LaneId::new(lane)).cloned().unwrap_or_default()
    }

    fn register(&self) -> Register {
        self.bench.work(|store, _| {
            let units = (1..=UNITS).map(|it| store.unit(UnitId(it)).unwrap().unwrap());
            let whole = |it: UnitFacts| {
                let (holder, place) = (it.custody.map(|it| it.holder), it.location.map(|it| it.id.0));
                (holder, it.state.to_string(), place, it.tag, it.serial_number)
            };
            (units.map(whole).collect(), store.stock(StockId(1)).unwrap().unwrap().quantity)
        })
    }

    /// Units about which a case is open.
    fn doubted(&self) -> BTreeSet<UnitId> {
        self.bench.work(|store, _| {
            let units = (1..=UNITS).map(|it| store.unit(UnitId(it)).unwrap().unwrap());
            units.filter(|it| it.mapping == Mapping::Conflict).map(|it| it.id).collect()
        })
    }
}

/// The units of a cart, the parts of kits too.
fn units<'a>(lines: impl Iterator<Item = &'a CartLine>) -> Vec<UnitId> {
    lines.flat_map(|it| std::iter::once(it.unit).chain(it.parts.iter().map(|it| it.unit))).collect()
}

#[test]
fn two_hundred_days_at_the_counter_break_nothing() {
    super::pace::live(|seed| Day::new(seed).live());
}
