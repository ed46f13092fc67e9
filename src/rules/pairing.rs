//! PAIR, RELABEL, NOTAG: which tag belongs to which plate.
//!
//! Two scans name a unit and what it shall bear; both are shown and DONE binds. What is on another unit already is bound
//! to nothing and opens a case. What was typed counts when it was typed twice or has a check character that holds.
//! An IMEI waits beside them for the same DONE.
//! Deliberately absent: printing, and whether a text may be bound, which the register says.

use crate::domain::{
    Answer, AssetTag, Body, CaseKind, Change, Decision, Ended, EventKind, Identifier, IdentifierKind, Kind,
    LabelReason, Mapping, NewEvent, Subject, Transport, UnitFacts, UnitId,
};

use super::deed::{Deed, Undoable};
use super::lane::LabelMode;
use super::{Case, Cause, Doubt, Lane, Mode, Session, conflict, movement, words};

/// What was read since the card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// The unit, once something led to it.
    pub unit: Option<Paired>,
    /// A tag that nobody bears yet.
    pub tag: Option<String>,
    /// A serial number that nobody bears yet.
    pub number: Option<String>,
    /// Its IMEIs that nobody bears yet, at most [`Pairing::IMEI_MAX`].
    pub imeis: Vec<String>,
}

/// The unit of a pair, as it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paired {
    /// The unit.
    pub id: UnitId,
    /// How to call it.
    pub model: String,
    /// Who makes it.
    pub maker: String,
    /// Its live tag.
    pub tag: Option<String>,
    /// Its serial number.
    pub number: Option<String>,
    /// By what it was read.
    pub kind: IdentifierKind,
}

impl Pairing {
    /// IMEIs of one phone (chosen: two SIM cards).
    pub const IMEI_MAX: usize = 2;

    /// The tag or the serial number that DONE would bind to the unit; `None` while it is missing.
    pub(super) fn label(&self) -> Option<(IdentifierKind, &str)> {
        let tag = self.tag.as_deref().map(|it| (IdentifierKind::AssetTag, it));
        tag.or(self.number.as_deref().map(|it| (IdentifierKind::SerialNumber, it)))
    }

    /// The unit and all that DONE would bind to it; `None` while something is missing.
    pub(super) fn binds(&self) -> Option<(&Paired, Vec<(IdentifierKind, String)>)> {
        let imeis = self.imeis.iter().map(|it| (IdentifierKind::Imei, it.clone()));
        let binds: Vec<_> = self.label().into_iter().map(|(kind, raw)| (kind, raw.to_owned())).chain(imeis).collect();
        self.unit.as_ref().filter(|_| !binds.is_empty()).map(|it| (it, binds))
    }

    /// Whether anything was read.
    pub(super) fn is_open(&self) -> bool {
        *self != Self::default()
    }
}

/// Decides about a scan while labels are matched; `None` if it has nothing to do with that.
pub(super) fn scan(case: &Case<'_>) -> Option<Decision<Lane>> {
    let (Mode::Label(mode), Some(session)) = (case.lane.mode, case.lane.session.as_ref()) else { return None };
    let fresh = fresh(case.identifier);
    if !matches!(case.resolution.subject, Subject::Unit(_)) && fresh.is_none() {
        return None;
    }
    if let Some(asks) = typed(case, session) {
        return Some(asks);
    }
    let mut decision = match (&case.resolution.subject, fresh) {
        (Subject::Unit(facts), _) => known(case, session, mode, facts),
        (Subject::Unknown, Some(read)) => unknown(case, session, mode, read),
        _ => return None,
    };
    if let Some(session) = &mut decision.lane.session {
        session.typed = None;
    }
    Some(decision)
}

/// A text that nobody bears yet: what it would be.
enum Fresh {
    Tag(String),
    Number(String),
    Imei(String),
    Other(Kind),
}

fn fresh(identifier: &Identifier) -> Option<Fresh> {
    if identifier.invalid.is_some() {
        return None;
    }
    match identifier.kind {
        Kind::AssetTag => Some(Fresh::Tag(identifier.key.clone())),
        Kind::SerialNumber | Kind::Text | Kind::Gs1 | Kind::Gs1DigitalLink | Kind::Iso15434 | Kind::Hibc => {
            let named = identifier.field("21").or_else(|| identifier.field("S"));
            Some(Fresh::Number(named.unwrap_or(&identifier.key).to_owned()))
        }
        Kind::Imei => Some(Fresh::Imei(identifier.key.clone())),
        kind @ (Kind::Vin
        | Kind::Iccid
        | Kind::Mac
        | Kind::Gtin
        | Kind::Sscc
        | Kind::Isbn
        | Kind::Lot
        | Kind::ForeignTag
        | Kind::Url
        | Kind::Unknown) => Some(Fresh::Other(kind)),
        Kind::Command
        | Kind::Badge
        | Kind::Location
        | Kind::Quantity
        | Kind::Job
        | Kind::Refused
        | Kind::DeviceReply
        | Kind::NoRead
        | Kind::Empty
        | Kind::Invalid => None,
    }
}

/// What is typed by hand is asked for twice, unless a check character holds.
fn typed(case: &Case<'_>, session: &Session) -> Option<Decision<Lane>> {
    let by_hand = matches!(case.scan.transport, Transport::Page | Transport::CommandLine);
    let key = &case.identifier.key;
    let checked = case.identifier.kind == Kind::Imei || AssetTag::parse(key, &case.policy.tag_prefix, true).is_ok();
    if !by_hand || checked || session.typed.as_ref() == Some(key) {
        return None;
    }
    let again = session.typed.is_some();
    let (answer, doubt) = if again { (Answer::No, Doubt::TypedOtherwise) } else { (Answer::Already, Doubt::TypedOnce) };
    let mut decision = case.answer(answer, &Cause::Doubt(doubt));
    if let Some(session) = &mut decision.lane.session {
        session.typed = (!again).then(|| key.clone());
    }
    Some(decision)
}

fn known(case: &Case<'_>, session: &Session, mode: LabelMode, facts: &UnitFacts) -> Decision<Lane> {
    // A lost tag that is found on its thing again leads to it: it may bear nothing else.
    let found_again = mode == LabelMode::Relabel && facts.hit.ended == Some(Ended::Lost) && facts.tag.is_none();
    if let Some(withdrawn) = movement::withdrawn(case, facts).filter(|_| !found_again) {
        return withdrawn;
    }
    if movement::unsure(case, facts) {
        return movement::ask(case, facts);
    }
    if mode == LabelMode::NoTag {
        return no_tag(case, facts);
    }
    let Some(before) = &session.pairing.unit else { return first(case, session, mode, facts) };
    if before.id == facts.id {
        return again(case, mode, before, facts);
    }
    // The same number by another maker is another number.
    let by_number = facts.hit.kind == IdentifierKind::SerialNumber;
    if mode == LabelMode::Pair && by_number && before.number.is_none() && before.maker != facts.model.maker {
        let mut decision = complete(case, |it| it.number = Some(facts.hit.raw.clone()));
        decision.unit = Some(before.id); // The other maker's unit was not seen.
        for event in &mut decision.events {
            event.unit = Some(before.id);
        }
        return decision;
    }
    let tagged = facts.hit.kind == IdentifierKind::AssetTag;
    if tagged && before.kind == IdentifierKind::AssetTag {
        // Two tags are two things; a plate and a tag that do not fit are on one.
        return case.answer(Answer::No, &Cause::Doubt(Doubt::NextThing { label: words::label(facts) }));
    }
    let reading = conflict::Reading {
        unit: before.id,
        other: Some(facts.id),
        tag: if tagged { Some(facts.hit.raw.clone()) } else { before.tag.clone() },
        serial_number: if tagged { before.number.clone() } else { facts.serial_number.clone() },
    };
    conflict::opened(case, CaseKind::Duplicate, reading, Doubt::Duplicate { label: words::label(facts) })
}

/// The first identifier that leads to a unit; what was read before it may complete it.
fn first(case: &Case<'_>, session: &Session, mode: LabelMode, facts: &UnitFacts) -> Decision<Lane> {
    let paired = Paired {
        id: facts.id,
        model: words::model(&facts.model),
        maker: facts.model.maker.clone(),
        tag: facts.tag.clone(),
        number: facts.serial_number.clone(),
        kind: facts.hit.kind,
    };
    if let (Some(_), LabelMode::Pair, Some(tag)) = (&session.pairing.tag, mode, &facts.tag) {
        return case.answer(Answer::No, &Cause::Doubt(Doubt::HasTag { tag: tag.clone() }));
    }
    if let (Some(number), Some(_)) = (&session.pairing.number, &facts.serial_number) {
        return differs(case, &paired, number);
    }
    complete(case, |it| it.unit = Some(paired))
}

/// The unit was read before: by the other identifier it is proven, by the same it is still asked for the other.
fn again(case: &Case<'_>, mode: LabelMode, before: &Paired, facts: &UnitFacts) -> Decision<Lane> {
    let asked = before.number.is_none() && facts.hit.kind == IdentifierKind::Imei; // That was no serial plate.
    if mode == LabelMode::Relabel || before.kind == facts.hit.kind || asked {
        return case.observed(Answer::Already, words::pair_next(mode, before));
    }
    let pairing = case.lane.session.as_ref().map(|it| &it.pairing).filter(|it| !it.imeis.is_empty());
    let waits = pairing.map_or("", |_| words::imei_waits());
    let mut decision = case.observed(Answer::Already, words::pair_holds(before) + waits);
    if let Some(event) = decision.events.first_mut() {
        event.body = std::mem::take(&mut event.body).with("mapping", Mapping::Verified.word());
    }
    if pairing.is_none() {
        forget(&mut decision.lane);
    }
    decision
}

fn unknown(case: &Case<'_>, session: &Session, mode: LabelMode, read: Fresh) -> Decision<Lane> {
    let before = session.pairing.unit.as_ref();
    match (read, mode) {
        (Fresh::Tag(_), LabelMode::NoTag) | (_, LabelMode::NoTag | LabelMode::Relabel) if !is_tag(case, mode) => {
            case.answer(Answer::No, &Cause::Parked)
        }
        (Fresh::Tag(tag), _) => match before.and_then(|it| it.tag.clone()) {
            Some(bears) if mode == LabelMode::Pair => {
                case.answer(Answer::No, &Cause::Doubt(Doubt::HasTag { tag: bears }))
            }
            _ if session.pairing.number.is_some() => case.answer(Answer::No, &Cause::Doubt(Doubt::NeitherKnown)),
            _ => complete(case, |it| it.tag = Some(tag)),
        },
        (Fresh::Number(number), _) => match before {
            Some(unit) if unit.number.is_some() => differs(case, unit, &number),
            None if session.pairing.tag.is_some() => case.answer(Answer::No, &Cause::Doubt(Doubt::NeitherKnown)),
            _ => complete(case, |it| it.number = Some(number)),
        },
        (Fresh::Imei(imei), _) => match before {
            Some(_) => waiting_imei(case, session, imei),
            None => case.answer(Answer::No, &Cause::Doubt(Doubt::WrongKind { kind: Kind::Imei })),
        },
        (Fresh::Other(kind), _) => case.answer(Answer::No, &Cause::Doubt(Doubt::WrongKind { kind })),
    }
}

fn is_tag(case: &Case<'_>, mode: LabelMode) -> bool {
    mode != LabelMode::NoTag && case.identifier.kind == Kind::AssetTag
}

/// The plate says something else than our records: somebody must look.
fn differs(case: &Case<'_>, unit: &Paired, number: &str) -> Decision<Lane> {
    let label = unit.tag.clone().unwrap_or_else(|| unit.model.clone());
    let reading =
        conflict::Reading { unit: unit.id, other: None, tag: unit.tag.clone(), serial_number: Some(number.to_owned()) };
    conflict::opened(case, CaseKind::ReadingDiffers, reading, Doubt::ReadingDiffers { label })
}

/// Takes what was read into the pair, and says what is still missing or what DONE will bind.
fn complete(case: &Case<'_>, change: impl FnOnce(&mut Pairing)) -> Decision<Lane> {
    let mut pairing = case.lane.session.as_ref().map(|it| it.pairing.clone()).unwrap_or_default();
    change(&mut pairing);
    let Mode::Label(mode) = case.lane.mode else { return case.answer(Answer::Already, &Cause::NothingOpen) };
    let mut decision = case.observed(Answer::Good, words::pair_open(mode, &pairing));
    if let Some(session) = &mut decision.lane.session {
        session.pairing = pairing;
    }
    decision
}

/// A phone's IMEI at the step that asked for the serial number: it waits for DONE, and the question stands.
fn waiting_imei(case: &Case<'_>, session: &Session, imei: String) -> Decision<Lane> {
    let imeis = &session.pairing.imeis;
    if imeis.contains(&imei) {
        return Decision { answer: Answer::Already, ..complete(case, |_| ()) };
    }
    if imeis.len() >= Pairing::IMEI_MAX {
        return case.answer(Answer::No, &Cause::Doubt(Doubt::ImeisRead { imei_max: Pairing::IMEI_MAX }));
    }
    if let Some(why) = case.unbindable {
        return case.answer(Answer::No, &Cause::Doubt(Doubt::Unbindable { why: why.to_owned() }));
    }
    complete(case, |it| it.imeis.push(imei))
}

/// What was just done can be taken back.
pub(super) fn remember(decision: &mut Decision<Lane>, unit: UnitId, label: &str, deed: Deed) {
    if let Some(session) = &mut decision.lane.session {
        session.remember(Undoable {
            event: None,
            condition: None,
            unit: Some(unit),
            label: label.to_owned(),
            before: (None, None),
            after: None,
            state: None,
            parts: Vec::new(),
            deed: Some(deed),
            place: None,
        });
    }
}

/// A unit whose label cannot be read: it is printed again.
fn no_tag(case: &Case<'_>, facts: &UnitFacts) -> Decision<Lane> {
    if facts.hit.kind == IdentifierKind::AssetTag {
        return case.answer(Answer::No, &Cause::Doubt(Doubt::TagReads));
    }
    let event = queued(case, facts.id, LabelReason::Missing, facts.tag.as_deref());
    let mut decision = case.decided(Answer::Good, words::label_queued(facts), vec![event]);
    let beside = Deed::Labels { bound: Vec::new(), ended: None, queued: true };
    remember(&mut decision, facts.id, &words::label(facts), beside);
    decision
}

/// The event that puts a label on the list of those to be printed.
pub(super) fn queued(case: &Case<'_>, unit: UnitId, reason: LabelReason, reprint: Option<&str>) -> NewEvent {
    let body = case.body().with("reason", reason.word()).with("reprint", reprint.unwrap_or_default());
    NewEvent { unit: Some(unit), person: case.person(), body, ..NewEvent::new(EventKind::LabelQueued) }
}

/// DONE while labels are matched: binds a whole pair; `None` if nothing was read.
pub(super) fn done(case: &Case<'_>) -> Option<Decision<Lane>> {
    let pairing = &case.lane.session.as_ref()?.pairing;
    if !pairing.is_open() {
        return None;
    }
    let Some((unit, binds)) = pairing.binds() else {
        return Some(case.answer(Answer::No, &Cause::Doubt(Doubt::PairOpen)));
    };
    let facts = case.facts.iter().find(|it| it.id == unit.id);
    if facts.is_none_or(|it| it.tag != unit.tag || it.serial_number != unit.number) {
        let why = "its labels changed, read it again".to_owned();
        let mut decision = case.answer(Answer::No, &Cause::Doubt(Doubt::Unbindable { why }));
        forget(&mut decision.lane);
        return Some(decision);
    }
    if let Some(why) = case.unbindable {
        let mut decision = case.answer(Answer::No, &Cause::Doubt(Doubt::Unbindable { why: why.to_owned() }));
        forget(&mut decision.lane);
        return Some(decision);
    }
    Some(bound(case, pairing, unit, binds))
}

fn bound(case: &Case<'_>, pairing: &Pairing, unit: &Paired, binds: Vec<(IdentifierKind, String)>) -> Decision<Lane> {
    let ended = unit.tag.clone().filter(|_| pairing.tag.is_some());
    let stage = if ended.is_some() { "relabel" } else { "pair" };
    let event = |kind, body: Body| NewEvent {
        unit: Some(unit.id),
        person: case.person(),
        body: body.with("stage", stage),
        ..NewEvent::new(kind)
    };
    let why = Ended::Superseded;
    let ends = ended
        .as_ref()
        .map(|tag| event(EventKind::IdentifierEnded, Body::new().with("tag", &**tag).with("why", why.word())));
    let (tagged, numbered) = (unit.tag.is_some() || pairing.tag.is_some(), unit.number.is_some());
    let mapping = match (tagged, numbered || pairing.number.is_some()) {
        (true, true) => Mapping::Whole,
        (true, false) => Mapping::TagOnly,
        (false, _) => Mapping::SerialOnly,
    };
    let mut body = Body::new().with("mapping", mapping.word());
    if let Some((kind, raw)) = pairing.label() {
        body = body.with(if kind == IdentifierKind::AssetTag { "tag" } else { "serial_number" }, raw);
    }
    let imeis: Vec<String> = pairing.imeis.iter().map(|it| format!("{} {it}", IdentifierKind::Imei)).collect();
    let body = body.with("identifier", imeis.join(", "));
    let events = ends.into_iter().chain([event(EventKind::IdentifierBound, body)]).collect();
    let mut decision = case.decided(Answer::Done, words::paired(unit, pairing), events);
    decision.unit = Some(unit.id);
    if let Some(tag) = &ended {
        let kind = IdentifierKind::AssetTag;
        decision.changes.push(Change::Ended { unit: unit.id, kind, raw: tag.clone(), why });
    }
    let person = case.person();
    let changes =
        binds.iter().map(|(kind, raw)| Change::Bound { unit: unit.id, kind: *kind, raw: raw.clone(), person, stage });
    decision.changes.extend(changes);
    forget(&mut decision.lane);
    remember(&mut decision, unit.id, &unit.model, Deed::Labels { bound: binds, ended, queued: false });
    decision
}

/// Nothing of the pair was bound.
pub(super) fn forget(lane: &mut Lane) {
    if let Some(session) = &mut lane.session {
        session.pairing = Pairing::default();
        session.typed = None;
    }
}
