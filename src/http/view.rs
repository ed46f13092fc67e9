//! The shapes of units, people and events in JSON, made from what the store's reader knows.
//!
//! Names are looked up once for each answer; a number that leads nowhere stays a number.
//! Deliberately absent: the shape of a scan's outcome, which is `domain`'s, and asking over HTTP.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::feedback::mask;
use crate::domain::{
    CaseView, Event, EventKind, EventSeq, Holder, HolderId, Moment, ScanId, Sight, UnitId, UnitState, UnitView,
};
use crate::store::{Borne, Held, PersonStory, Reader, Standing, StoreError, Trained, UnitStory};

/// A person in a list.
#[derive(Debug, Serialize)]
pub(super) struct PersonView {
    id: HolderId,
    name: String,
    role: &'static str,
    active: bool,
    held: u32,
    overdue: u32,
}

impl From<Holder> for PersonView {
    fn from(it: Holder) -> Self {
        let Holder { id, name, role, active, held, overdue, .. } = it;
        Self { id, name, role: role.word(), active, held, overdue }
    }
}

/// A person with what they hold.
#[derive(Debug, Serialize)]
pub(super) struct PersonRecord {
    #[serde(flatten)]
    person: PersonView,
    licence: Option<LicenceView>,
    #[serde(flatten)]
    papers: Papers,
    units: Vec<HeldView>,
}

/// What of a person's record is not for everybody; what the asking lane may not see is left out.
#[derive(Debug, Default, Serialize)]
pub(super) struct Papers {
    /// For those with a role.
    #[serde(skip_serializing_if = "Option::is_none")]
    trainings: Option<Vec<Trained>>,
    /// For a keeper.
    #[serde(flatten)]
    kept: Option<KeptOfPerson>,
}

/// What a keeper sets of a person and alone is told.
#[derive(Debug, Serialize)]
struct KeptOfPerson {
    held_max: Option<u32>,
    has_pin: bool,
}

impl Papers {
    /// Those of a person, as far as the asking lane may see them.
    pub(super) fn read(store: &Reader, of: &PersonStory, sight: Sight) -> Result<Self, StoreError> {
        let id = of.holder.id;
        let trainings = sight.sees_papers().then(|| store.trainings(id)).transpose()?;
        let has_pin = sight.sees_licences().then(|| store.has_pin(id)).transpose()?;
        let kept = has_pin.map(|has_pin| KeptOfPerson { held_max: of.holder.held_max, has_pin });
        Ok(Self { trainings, kept })
    }
}

#[derive(Debug, Serialize)]
struct HeldView {
    #[serde(flatten)]
    unit: UnitView,
    since: Option<Timestamp>,
    overdue: bool,
}

#[derive(Debug, Serialize)]
struct LicenceView {
    /// Masked for all but a keeper.
    reference: String,
    #[serde(flatten)]
    end: Option<End>,
}

/// Until when a licence counts; left out for those without a role.
#[derive(Debug, Serialize)]
struct End {
    valid_until: Option<Timestamp>,
}

impl PersonRecord {
    /// The person as the asking lane may see them.
    pub(super) fn new(it: PersonStory, papers: Papers, sight: Sight) -> Self {
        let shown = |reference: String| if sight.sees_licences() { reference } else { mask(&reference) };
        let end = |valid_until| sight.sees_papers().then_some(End { valid_until });
        let licence = it.holder.licence.clone();
        let licence = licence.map(|it| LicenceView { reference: shown(it.reference), end: end(it.valid_until) });
        let units = it.held.into_iter().map(|Held { unit, since, overdue }| HeldView { unit, since, overdue });
        Self { person: it.holder.into(), licence, papers, units: units.collect() }
    }
}

/// A unit with identifiers, custody and story.
#[derive(Debug, Serialize)]
pub(super) struct UnitRecord {
    #[serde(flatten)]
    unit: UnitView,
    identifiers: Vec<Borne>,
    custody: Option<CustodyView>,
    story: Vec<EventView>,
    note: Option<String>,
    seen: Option<SeenView>,
    kit: Option<KitView>,
    parts: Vec<UnitView>,
    standing: Option<Standing>,
    /// Those that are open.
    cases: Vec<CaseView>,
}

#[derive(Debug, Serialize)]
struct KitView {
    id: UnitId,
    label: String,
}

#[derive(Debug, Serialize)]
struct CustodyView {
    id: HolderId,
    holder: Option<String>,
    since: Timestamp,
    due: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct SeenView {
    time: Timestamp,
    station: String,
}

/// One line of the ledger.
#[derive(Debug, Serialize)]
pub(super) struct EventView {
    seq: EventSeq,
    id: String,
    station: String,
    kind: EventKind,
    event_time: Timestamp,
    record_time: Timestamp,
    person: Option<Named>,
    unit: Option<UnitId>,
    holder: Option<Named>,
    due: Option<Timestamp>,
    state: Option<UnitState>,
    scan: Option<ScanId>,
    corrects: Option<EventSeq>,
    /// `null` where a purge took the words.
    body: Option<BTreeMap<String, String>>,
}

/// Somebody by number and name.
#[derive(Clone, Debug, Serialize)]
struct Named {
    id: HolderId,
    name: Option<String>,
}

/// Looks names up, each once.
pub(super) struct Names<'a> {
    reader: &'a Reader,
    now: Moment,
    known: BTreeMap<HolderId, Option<String>>,
}

impl<'a> Names<'a> {
    pub(super) const fn new(reader: &'a Reader, now: Moment) -> Self {
        Self { reader, now, known: BTreeMap::new() }
    }

    fn name(&mut self, id: HolderId) -> Result<Option<String>, StoreError> {
        if let Some(name) = self.known.get(&id) {
            return Ok(name.clone());
        }
        let before = HolderId(id.0.saturating_sub(1));
        let found = self.reader.people(before, 1, self.now)?.pop().filter(|it| it.id == id).map(|it| it.name);
        self.known.insert(id, found.clone());
        Ok(found)
    }

    fn named(&mut self, id: Option<HolderId>) -> Result<Option<Named>, StoreError> {
        id.map(|id| Ok(Named { id, name: self.name(id)? })).transpose()
    }

    /// One event, its words as the asking lane may see them.
    pub(super) fn event(&mut self, event: &Event, sight: Sight) -> Result<EventView, StoreError> {
        let (kind, state) = sight.turn(event.kind, event.state);
        Ok(EventView {
            seq: event.id.seq,
            id: event.id.uuid.to_string(),
            station: event.id.station.to_string(),
            kind,
            event_time: event.event_time,
            record_time: event.record_time,
            person: self.named(event.person)?,
            unit: event.unit,
            holder: self.named(event.holder)?,
            due: event.due,
            state,
            scan: event.scan,
            corrects: event.corrects,
            body: event.body.as_ref().map(|it| sight.words(it)),
        })
    }

    /// One unit's whole record.
    pub(super) fn unit(&mut self, story: UnitStory, sight: Sight) -> Result<UnitRecord, StoreError> {
        let custody = match story.events.iter().find(|it| it.kind.moves_custody()) {
            Some(Event { holder: Some(id), event_time, due, .. }) => {
                Some(CustodyView { id: *id, holder: self.name(*id)?, since: *event_time, due: *due })
            }
            _ => None,
        };
        Ok(UnitRecord {
            standing: self.reader.standing(story.unit.id)?,
            cases: self.reader.cases_of(story.unit.id, sight.sees_serial_numbers())?,
            unit: story.unit,
            identifiers: story.identifiers,
            custody,
            story: story.events.iter().map(|it| self.event(it, sight)).collect::<Result<_, _>>()?,
            note: story.note,
            seen: story.seen.map(|(time, station)| SeenView { time, station }),
            kit: story.kit.map(|(id, label)| KitView { id, label }),
            parts: story.parts,
        })
    }
}
