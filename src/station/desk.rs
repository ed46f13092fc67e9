//! The eight steps of one scan, on one page.
//!
//! `Read` and `Frame` lie behind us when a [`Scan`] arrives (`gate`), speaking lies ahead (`speak`), after the group's
//! commit. A scan leaves exactly one row and one feedback; if anything fails here, nothing of it stays.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::domain::{
    Answer, Change, Decision, EventKind, EventSeq, HolderId, Identifier, Kind, LaneId, ModelId, Moment, NewEvent,
    Outcome, PinCheck, ReadingId, Reservation, Resolution, Scan, ScanId, StockFacts, Subject, Transport, UnitFacts,
    UnitId,
};
use crate::identify::identify;
use crate::rules::{Case, Lane, Wanted, answered_before, crowded, decide, made_at, respond, together, torn_of, wants};
use crate::store::{NewIdentifier, Store, StoreError};

use super::Options;
use super::error::StationError;
use super::group::Job;
use super::question;
use super::shown::{SHOWN_MAX, shown};

/// Lanes that are remembered beside those with a session; a client may name as many as it likes.
pub(super) const LANES_MAX: usize = 64;

/// Lanes beside those of scanners on which somebody may be, or a mode may be set, at one time (chosen: a page each for
/// more people than one counter serves). The next one is answered and opens nothing.
pub(crate) const LANES_OPEN_MAX: usize = 64;

/// Store, lanes and rules: all that a scan meets.
pub(super) struct Desk {
    pub(super) store: Store,
    pub(super) options: Options,
    pub(super) lanes: BTreeMap<LaneId, Lane>,
    /// Lanes of scanners: they stay whether anybody is there or not.
    pub(super) fixed: BTreeSet<LaneId>,
    /// The lanes as they were before the group, to go back to if it cannot be committed.
    pub(super) before: Vec<(LaneId, Option<Lane>)>,
    /// A shift was closed: the head is to be signed once the group is durable.
    pub(super) to_sign: bool,
}

/// What the register said that a decision asks about.
#[derive(Default)]
struct Known {
    units: Vec<UnitFacts>,
    stock: Option<StockFacts>,
    unbindable: Option<String>,
}

/// What the register said of a model or a category, asked once for all lines of a cart.
#[derive(Default)]
struct Said {
    /// Lines that lie in the cart.
    in_cart: usize,
    /// Whether somebody at the lane may have so many things only.
    limited: bool,
    all: Option<u32>,
    held: BTreeMap<String, u32>,
    models: BTreeMap<ModelId, (Vec<Reservation>, u32)>,
}

impl Said {
    fn at(lane: &Lane) -> Self {
        let Some(session) = &lane.session else { return Self::default() };
        let borrower = session.borrower.as_ref().and_then(|it| it.held_max);
        let limited = lane.hands_over() || session.held_max.or(borrower).is_some();
        Self { in_cart: session.cart.len(), limited, ..Self::default() }
    }
}

/// One scan, walked to the end, waiting for its commit.
#[derive(Clone)]
pub(super) struct Walked {
    /// The last event it left; `None` for a repeated request.
    pub(super) seq: Option<EventSeq>,
    /// The outcome's JSON, as stored.
    pub(super) json: Arc<str>,
    /// The answer, for the scanner's own beep.
    pub(super) answer: Answer,
    /// The request's idempotency key belongs to another scan: nothing was done, and there is no answer.
    pub(super) key_is_taken: bool,
}

/// The symbol of a reading that speaks for all.
struct Spokesman<'a> {
    number: ScanId,
    answer: Answer,
    unit: Option<UnitId>,
    json: &'a str,
}

impl Desk {
    pub(super) fn new(store: Store, mut options: Options) -> Self {
        options.policy.station = options.station.to_string();
        options.policy.tag_prefix.clone_from(&options.codes.tag_prefix);
        let codes = &options.codes;
        options.policy.card_prefixes = [&codes.badge_prefix, &codes.command_prefix].map(Clone::clone);
        options.policy.code_prefixes =
            [&codes.location_prefix, &codes.quantity_prefix, &codes.job_prefix].map(Clone::clone);
        Self { store, options, lanes: BTreeMap::new(), fixed: BTreeSet::new(), before: Vec::new(), to_sign: false }
    }

    /// Walks one reading from what it claims to name to its feedback: a row for each symbol, one answer for all.
    pub(super) fn walk(&mut self, job: &Job) -> Result<Walked, StationError> {
        if let Some(first) = self.answered(&job.scan, job.idempotency_key.as_deref())? {
            return Ok(first);
        }
        let id = &job.scan.lane;
        self.end_silent(&job.scan)?;
        let lane = self.lanes.get(id).cloned().unwrap_or_default();

        let mut parts = self.parts(job, &lane)?; //    what each symbol claims to name, and what our records say that is
        let (speaks, beside) = together(&parts);
        let Some(scan) = job.scans().nth(speaks) else { return Err(StationError::NoSymbol) };
        if let Some((identifier, resolution)) = parts.get_mut(speaks) {
            self.store.note_twins(identifier, is_typed(scan), resolution)?;
            if let Subject::Unit(facts) = &mut resolution.subject {
                self.fill_in(taker(&lane), facts, scan.at, &mut Said::at(&lane))?;
            }
        }
        let Some((identifier, resolution)) = parts.get(speaks) else { return Err(StationError::NoSymbol) };
        let known = self.known(wants(&lane, identifier, resolution, &self.options.policy, scan.at), &lane, scan.at)?;
        let case = Case {
            lane: &lane,
            scan,
            identifier,
            resolution,
            beside: &beside,
            torn: torn_of(&parts),
            facts: &known.units,
            stock: known.stock.as_ref(),
            unbindable: known.unbindable.as_deref(),
            policy: &self.options.policy,
        };
        let mut decision = decide(&case); //                                                what shall happen
        if self.is_crowded(&scan.lane, &lane, &decision) {
            decision = crowded(&case, LANES_OPEN_MAX);
        }
        let number = ScanId(self.store.next_scan().0 + i64::try_from(speaks).unwrap_or(0));
        let events = self.store.record_events(Some(number), &decision.events, scan.at)?; // ledger lines
        for (_, seq) in decision.events.iter().zip(&events).filter(|(it, _)| it.kind == EventKind::Parked) {
            self.store.park(*seq, number, scan, identifier)?;
        }
        for change in &decision.changes {
            self.store.apply(change, &scan.lane, scan.at)?;
            self.to_sign |= *change == Change::ShiftClosed;
        }
        let mut outcome = self.outcome(scan, identifier, resolution, &decision, number, events)?; //    tone and words
        if let Some(fields) = beside.sentence(SHOWN_MAX) {
            let because = &outcome.feedback.because;
            outcome.feedback.because = format!("{because} Beside it: {fields}.");
        }
        let json: Arc<str> = serde_json::to_string(&outcome)?.into();
        let person = lane.session.as_ref().map(|it| it.holder);
        let (answer, unit, key) = (decision.answer, decision.unit, job.idempotency_key.as_deref());
        if job.beside.is_empty() {
            self.store.record_scan(scan, identifier, answer, unit, person, key, &*json)?;
        } else {
            self.record_reading(job, &parts, &Spokesman { number, answer, unit, json: &json }, person)?;
        }

        let seq = outcome.feedback.events.last().copied();
        self.recount(id, &decision.events, job.scan.at)?;
        self.install(id.clone(), decision, &outcome.feedback.events);
        Ok(Walked { seq, json, answer, key_is_taken: false })
    }

    /// Whether a lane that nobody uses would be opened while as many as there may be are in use.
    fn is_crowded(&self, id: &LaneId, before: &Lane, decision: &Decision<Lane>) -> bool {
        let opens = decision.lane.is_open() && !before.is_open() && !self.fixed.contains(id);
        let open = || self.lanes.iter().filter(|(id, lane)| lane.is_open() && !self.fixed.contains(*id)).count();
        opens && open() >= LANES_OPEN_MAX
    }

    /// A row for each symbol of a reading, in its order; the one that spoke has the answer.
    fn record_reading(
        &mut self,
        job: &Job,
        parts: &[(Identifier, Resolution)],
        spoke: &Spokesman<'_>,
        person: Option<HolderId>,
    ) -> Result<(), StoreError> {
        let reading = Some(ReadingId(self.store.next_scan().0.unsigned_abs()));
        for (scan, (identifier, resolution)) in job.scans().zip(parts) {
            let scan = Scan { reading, ..scan.clone() };
            let spoken = self.store.next_scan() == spoke.number;
            let unit = if spoken { spoke.unit } else { resolution.subject.unit().map(|it| it.id) };
            let json = spoken.then_some(spoke.json);
            self.store.record_scan(&scan, identifier, spoke.answer, unit, person, None, json)?;
        }
        Ok(())
    }

    fn parts(&mut self, job: &Job, lane: &Lane) -> Result<Vec<(Identifier, Resolution)>, StoreError> {
        job.scans().map(|scan| self.resolve(scan, lane)).collect()
    }

    /// What a repeated request gets: the first answer, if it is the same scan.
    fn answered(&self, scan: &Scan, idempotency_key: Option<&str>) -> Result<Option<Walked>, StationError> {
        let Some(key) = idempotency_key else { return Ok(None) };
        let Some(first) = self.store.answered(key)? else { return Ok(None) };
        let same_bytes = match &first.payload {
            _ if first.outcome.is_none() => true, // A purge took both; the key alone is left to compare.
            Some(payload) => *payload == scan.payload,
            None => identify(scan, &self.options.codes).kind == Kind::Refused, // The bytes of a secret are not kept.
        };
        let same = same_bytes && first.lane == scan.lane.as_str() && first.aim == scan.aim.map(|it| it.to_string());
        let json = match first.outcome {
            Some(outcome) if same => outcome,
            None if same => serde_json::to_string(&forgotten(scan, first.scan))?.into(),
            _ => "".into(),
        };
        Ok(Some(Walked { seq: None, json, answer: Answer::Already, key_is_taken: !same }))
    }

    /// Asks the register what the decision will ask about.
    fn known(&self, wanted: Wanted, lane: &Lane, now: Moment) -> Result<Known, StoreError> {
        let (mut known, mut said) = (Known::default(), Said::at(lane));
        said.limited |= wanted.taker.is_some(); // Who takes the cart over may be limited, too.
        let waiting = [lane.proof.map(|it| it.unit), lane.refused.as_ref().map(|it| it.unit)];
        let mut units: VecDeque<UnitId> = wanted.units.into();
        while let Some(id) = units.pop_front() {
            if let Some(mut facts) = self.store.unit(id)? {
                facts.restrictions = self.store.restrictions(id, now)?;
                // Lines of a cart were asked about when they came into it, and are again when it is booked or handed on.
                if waiting.contains(&Some(id)) || wanted.taker.is_some() {
                    self.fill_in(wanted.taker.or(taker(lane)), &mut facts, now, &mut said)?;
                }
                if lane.proof.is_some_and(|it| it.unit == id) {
                    units.extend(&facts.parts); // The badge or the PIN that proves a kit takes its parts along.
                }
                known.units.push(facts);
            }
        }
        if let Some(stock) = wanted.stock {
            known.stock = self.store.stock(stock)?;
        }
        for (unit, (kind, raw)) in
            wanted.binding.iter().flat_map(|(unit, binds)| binds.iter().map(move |it| (unit, it)))
        {
            let why = self.store.unbindable(*unit, &NewIdentifier::new(*kind, &**raw))?;
            known.unbindable = known.unbindable.or(why);
        }
        Ok(known)
    }

    /// What a scan claims to name, and what our records say that is.
    fn resolve(&mut self, scan: &Scan, lane: &Lane) -> Result<(Identifier, Resolution), StoreError> {
        let waiting = lane.proof.map(|it| self.store.unit(it.unit)).transpose()?.flatten();
        if let Some(typed) = question::pin(scan, lane, waiting.as_ref()) {
            return Ok((question::hidden(), question::ask_pin(&mut self.store, &typed, lane, scan)?));
        }
        let mut identifier = identify(scan, &self.options.codes);
        let mut resolution = self.store.resolve(&identifier, scan.at)?;
        if let Some(subject) = question::ask_card(&self.store, &identifier, scan)? {
            resolution.subject = subject;
        }
        if question::is_stray(scan, lane, &resolution, &self.options.policy) {
            return Ok((question::hidden(), Resolution::new(Subject::Pin(PinCheck::Stray))));
        }
        if matches!(resolution.subject, Subject::Stock(_) | Subject::Location { .. }) {
            identifier.kind = Kind::Location; // The register knows what the shape alone calls a serial number.
        }
        Ok((identifier, resolution))
    }

    /// What is asked about a unit only when somebody is there to take it.
    fn fill_in(
        &self,
        taker: Option<HolderId>,
        facts: &mut UnitFacts,
        now: Moment,
        said: &mut Said,
    ) -> Result<(), StoreError> {
        let Some(taker) = taker else { return Ok(()) };
        if said.limited {
            facts.restrictions.held = match said.all {
                Some(held) => held,
                None => *said.all.insert(self.store.held(taker)?),
            };
        }
        if facts.restrictions.category.held_max.is_some() {
            facts.restrictions.held_of_category = match said.held.entry(facts.model.category.clone()) {
                Entry::Occupied(it) => *it.get(),
                Entry::Vacant(it) => *it.insert(self.store.held_of_category(taker, &facts.model.category)?),
            };
        }
        if facts.custody.is_none() {
            let (of_model, free) = match said.models.entry(facts.model.id) {
                Entry::Occupied(it) => it.get().clone(),
                Entry::Vacant(it) => {
                    it.insert(self.store.reservations_of_model(facts.model.id, said.in_cart, now)?).clone()
                }
            };
            (facts.restrictions.of_model, facts.restrictions.free_of_model) = (of_model, free);
        }
        Ok(())
    }

    fn outcome(
        &self,
        scan: &Scan,
        identifier: &Identifier,
        resolution: &Resolution,
        decision: &Decision<Lane>,
        number: ScanId,
        events: Vec<EventSeq>,
    ) -> Result<Outcome, StoreError> {
        let unit = match (decision.unit, &resolution.subject) {
            // A look or a refusal leaves the unit as it was read.
            (Some(id), Subject::Unit(facts)) if facts.id == id && decision.only_tells() => {
                Some(facts.view(decision.unmasked))
            }
            (Some(id), _) => self.store.unit_view(id, decision.unmasked)?,
            (None, _) => None,
        };
        let free = decision.substitute_for.map(|it| self.store.substitute(it, scan.at)).transpose()?.flatten();
        let feedback = respond(decision, identifier, resolution, number, events, unit, free.as_ref());
        let person = decision.lane.session.as_ref().map(|it| it.name.clone());
        Ok(Outcome { payload: shown(scan, identifier), feedback, lane: scan.lane.clone(), time: made_at(scan), person })
    }

    /// Puts a decided lane in place and remembers the one before, until the group is committed.
    pub(super) fn install(&mut self, id: LaneId, decision: Decision<Lane>, events: &[EventSeq]) {
        let mut lane = decision.lane;
        let moved = decision.events.iter().zip(events).filter(|(it, _)| is_undoable(it)).map(|(_, seq)| *seq);
        lane.recorded(&moved.collect::<Vec<_>>());
        let mut parked = decision.events.iter().zip(events).filter(|(it, _)| it.kind == EventKind::Parked);
        lane.parked = parked.next().map(|(_, seq)| *seq).or(lane.parked);
        let before = self.lanes.insert(id.clone(), lane);
        self.before.push((id, before));
    }
}

/// What a repeated request gets whose first answer was purged.
fn forgotten(scan: &Scan, first: ScanId) -> Outcome {
    Outcome {
        feedback: answered_before(first),
        lane: scan.lane.clone(),
        time: scan.at.wall,
        payload: String::new(),
        person: None,
    }
}

/// Who takes what is scanned on a lane.
fn taker(lane: &Lane) -> Option<HolderId> {
    lane.session.as_ref().map(|it| it.taker().0)
}

fn is_undoable(event: &NewEvent) -> bool {
    let acts = matches!(
        event.kind,
        EventKind::CheckedOut
            | EventKind::CheckedIn
            | EventKind::HandedOver
            | EventKind::Moved
            | EventKind::StateChanged
            | EventKind::IdentifierBound
            | EventKind::LabelQueued
            | EventKind::StockChanged
            | EventKind::UnitChanged
    );
    acts && event.corrects.is_none()
}

/// Whether somebody typed it: a scanner misreads nothing without noticing, a person does.
fn is_typed(scan: &Scan) -> bool {
    matches!(scan.transport, Transport::Page | Transport::CommandLine)
}
