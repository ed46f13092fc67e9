//! Tag and plate of different units on one thing: nothing is booked in any direction, and a case opens.
//!
//! Found where two identifiers are read as one: the second proof, the plate at a repair, a pair, the symbols of one
//! image. Both units stay with whoever has them; the thing is put aside, and its bin is asked for.
//! Deliberately absent: an older case, which only blocks going out (`restriction`).

use crate::domain::{
    Answer, CaseKind, CaseStep, Decision, EventKind, Identifier, IdentifierKind, NewEvent, Resolution, Subject,
    UnitFacts, UnitId,
};

use super::visit::Piece;
use super::{Case, Cause, Doubt, Lane, Pairing, proof, words};

/// What was read from one thing.
pub(super) struct Reading {
    /// The unit that the first identifier names.
    pub(super) unit: UnitId,
    /// The unit that the second names, if it names one.
    pub(super) other: Option<UnitId>,
    /// The tag.
    pub(super) tag: Option<String>,
    /// The serial number.
    pub(super) serial_number: Option<String>,
}

/// Refuses, opens the case, and asks for the bin.
pub(super) fn opened(case: &Case<'_>, kind: CaseKind, reading: Reading, doubt: Doubt) -> Decision<Lane> {
    let Reading { unit, other, tag, serial_number } = reading;
    let (cause, read) = (Cause::Doubt(doubt), tag.clone());
    let body = case.body().with("cause", cause.word()).with("mapping", "conflict");
    let refused = NewEvent { person: case.person(), body, ..NewEvent::new(EventKind::Refused) };
    let step = CaseStep::Opened { kind, other, tag, serial_number };
    let opened = NewEvent {
        unit: Some(unit),
        person: case.person(),
        body: step.body(),
        ..NewEvent::new(EventKind::CaseChanged)
    };
    let mut known = case.facts.iter().chain(case.resolution.subject.unit());
    let label = known.find(|it| it.id == unit).map_or_else(|| read.unwrap_or_default(), words::label);
    let mut decision = case.decided(Answer::No, words::cause(&cause, case), vec![refused, opened]);
    if let Some(session) = &mut decision.lane.session {
        session.pairing = Pairing::default();
        session.piece = Some(Piece { unit, label, other });
    }
    decision
}

/// The plate of another unit where the one that was shown before asked for its own, or the other way round.
pub(super) fn shown_before(case: &Case<'_>, facts: &UnitFacts) -> Option<Decision<Lane>> {
    let before = proof::waiting(case).filter(|it| it.unit != facts.id && it.kind != facts.hit.kind)?;
    if facts.kit.as_ref().is_some_and(|(kit, _)| *kit == before.unit) {
        return None; // A part bears its own plate, and not that of its kit.
    }
    let tags = [before.kind, facts.hit.kind].iter().filter(|it| **it == IdentifierKind::AssetTag).count();
    if tags != 1 {
        return None; // Two plates, or an IMEI beside a plate, are two things.
    }
    let first = case.facts.iter().find(|it| it.id == before.unit)?;
    let reading = between(first, before.kind, facts);
    Some(opened(case, CaseKind::MappingConflict, reading, Doubt::Conflict))
}

/// Two units that the symbols of one picture name, if there is one tag and one plate and they do not belong together.
///
/// Several tags in one picture are several things, and which plate belongs to which cannot be said.
#[must_use]
pub fn torn_of(parts: &[(Identifier, Resolution)]) -> Option<(&UnitFacts, &UnitFacts)> {
    let named = |kind: IdentifierKind| {
        let units = parts.iter().filter_map(|(_, it)| it.subject.unit());
        units.filter(move |it| it.hit.kind == kind && it.hit.ended.is_none())
    };
    let (tagged, plated) = (named(IdentifierKind::AssetTag).next()?, named(IdentifierKind::SerialNumber).next()?);
    let alone = named(IdentifierKind::AssetTag).all(|it| it.id == tagged.id)
        && named(IdentifierKind::SerialNumber).all(|it| it.id == plated.id);
    (alone && tagged.id != plated.id).then_some((tagged, plated))
}

/// The symbols of one picture that name different units.
pub(super) fn torn(case: &Case<'_>) -> Option<Decision<Lane>> {
    let (tagged, plated) = case.torn?;
    let Subject::Unit(facts) = &case.resolution.subject else { return None };
    if ![tagged.id, plated.id].contains(&facts.id) {
        return None;
    }
    let reading = between(tagged, IdentifierKind::AssetTag, plated);
    Some(opened(case, CaseKind::MappingConflict, reading, Doubt::Conflict))
}

/// The reading of two units; the one that the tag names comes first.
pub(super) fn between(first: &UnitFacts, first_kind: IdentifierKind, second: &UnitFacts) -> Reading {
    let tag_first = first_kind == IdentifierKind::AssetTag;
    let (tagged, plated) = if tag_first { (first, second) } else { (second, first) };
    Reading {
        unit: tagged.id,
        other: Some(plated.id),
        tag: tagged.tag.clone(),
        serial_number: plated.serial_number.clone(),
    }
}
