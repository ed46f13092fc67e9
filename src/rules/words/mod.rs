//! Every word that the rules say to a person, in one place.
//!
//! Short, the result first, the way out last: a glance from three metres must do.
//! Deliberately absent: choosing what to say; that is decided before.

use jiff::Timestamp;

use crate::domain::resolution::FreeEqual;
use crate::domain::{Line, Location, Mapping, ModelBrief, StationKind, UnitBrief, UnitFacts, UnitState};

mod because;
mod cards;
mod crib;
mod dialogue;
mod discard;
mod prompt;
mod record;
mod release;
mod turn;

use because::did_you_mean;
pub(super) use because::{because, twins, unprinted};
pub use cards::about;
pub(super) use crib::{
    counted, how_many, imei_waits, kit_in_cart, kit_out, label_next, label_queued, label_verified, nothing_bound,
    of_kit, pair_holds, pair_next, pair_open, paired, part_missing, put_aside, shelf,
};
pub use dialogue::{answered_before, clock_behind, not_recorded, wrong_clock};
pub(super) use dialogue::{
    borrower, condition_next, condition_noted, found_for_keeper, giver, handed_on, handed_over, handing_over,
    job_asked, job_next, job_waited_for, label_noted, marked, may_look, no_longer_in_cart, not_placed, place_set,
    placed, still_with, taken_over, tools_next, who, with_job, with_parts,
};
pub use discard::discarded;

pub(super) use prompt::{help, prompt};
pub use record::look_up;
pub(super) use record::on_record;
pub(super) use release::{
    as_it_is, code_shown, runs_out, shift, shift_closed, still_bound, still_first, undoable, who_releases, why_released,
};
pub use turn::welcome;
pub(super) use turn::{
    about_to_end, cart_emptied, done, idle, last_not_booked, left_open, no_longer_for, not_booked, out_of_cart,
    still_for, unanswered, undone, withdrawn,
};

use super::visit::DueCard;
use super::{Case, Cause, LabelMode, Lane, Mark, Mode, movement};

/// A cause in a few words, with what to do.
#[must_use]
pub fn cause(cause: &Cause, case: &Case<'_>) -> String {
    match cause {
        Cause::BadgeFirst => "Badge first".to_owned(),
        Cause::UnknownBadge => "Unknown badge: ask the keeper".to_owned(),
        Cause::InactiveBadge => "This badge is no longer valid: ask the keeper".to_owned(),
        Cause::OtherSession { name } => format!("{name} has an open cart: DONE or CANCEL first"),
        Cause::HeldByAnother { name } => held_by(name, case),
        Cause::AlreadyOut => "You have it already".to_owned(),
        Cause::AlreadyIn { place } => {
            place.as_ref().map_or_else(|| "Already in".to_owned(), |it| format!("Already in: {it}"))
        }
        Cause::InCart => "Already in the cart".to_owned(),
        Cause::Repeat => twice(case.lane),
        Cause::NotLendable { state } => format!("Cannot go out: {}", self::state(*state)),
        Cause::Blocked { why } => format!("Cannot go out: {why}"),
        Cause::EndedTag { tag: Some(tag), how } => format!("This tag was {how}; the unit now bears {tag}"),
        Cause::EndedTag { tag: None, how } => format!("This tag was {how}; the unit needs a new one"),
        Cause::WhichOfThese { labels } => which_of(labels),
        Cause::OneAtATime { labels } => {
            format!("{} things in one picture, show one: {}", labels.len(), listed(labels))
        }
        Cause::NamesAProduct { model, free } => {
            format!("Names a product, not a piece: {model}, {free} free; scan the tag")
        }
        Cause::NamesABatch { lot, units } => format!("Names a batch, not a piece: {lot}, {units} units; scan the tag"),
        Cause::Contradicts { label, record } => {
            format!("Label says {label}, record says {record}: nothing booked, ask the keeper")
        }
        Cause::UnknownPiece { of } => {
            format!("A piece of {of} that is not on record: parked for the keeper{}", did_you_mean(case))
        }
        Cause::Parked => format!("Unknown code: parked for the keeper{}", did_you_mean(case)),
        Cause::Misread { reason } => format!("Misread, scan again: {reason}{}", did_you_mean(case)),
        Cause::Secret => "That is a secret: not kept".to_owned(),
        Cause::NothingRead => "Nothing read: scan again".to_owned(),
        Cause::UnknownCard { word } => format!("No such card here: {}", clipped(word)),
        Cause::NothingToUndo => "Nothing to undo".to_owned(),
        Cause::MovedSince { label, now } => format!("Cannot undo: {label} has moved since, {now}"),
        Cause::CartFull { cart_max } => format!("The cart is full ({cart_max}): DONE first"),
        Cause::NothingOpen => "Nothing open".to_owned(),
        Cause::RoleNeeded => "This badge may look, not move: ask the keeper".to_owned(),
        Cause::ConfirmWeak { rule } => format!("Found {rule}: scan it again to confirm"),
        Cause::Recalled { why } => format!("Recalled: {why}; give it to the keeper"),
        Cause::OnHold { why } => format!("On hold: {why}; ask the keeper"),
        Cause::Expired { what, since } => format!("{what} expired {since}: may not go out"),
        Cause::DueSoon { what, when } => format!("{what} due {when}, before it is back; ask the keeper"),
        Cause::TrainingMissing { training } => format!("Training missing: {training}; ask the keeper"),
        Cause::LicenceNeeded { since } => release::licence(since.as_deref()),
        Cause::NumberNeeded => "Regulated, no serial number on record: PAIR its plate first".to_owned(),
        Cause::Reserved { name, begins } => format!("Reserved for {name} from {begins}"),
        Cause::OverLimit { held_max, category } => format!("Limit reached: {held_max} of {category}"),
        Cause::JobFirst => "Scan the job first".to_owned(),
        Cause::ProofNeeded { seconds, other } => second_proof(*seconds, *other),
        Cause::SecondPerson { seconds } => format!("Regulated: the badge of a second keeper, {seconds} s"),
        Cause::WhoFirst => "Who? Scan the borrower's badge first".to_owned(),
        Cause::HandOverOpen => "Hand-over is open: the other badge, or CANCEL".to_owned(),
        Cause::WrongBadge { name: Some(name) } => format!("{name}'s badge is needed: nothing changed"),
        Cause::WrongBadge { name: None } => "The receiver's badge is needed: nothing changed".to_owned(),
        Cause::PlaceFirst => "Scan the bin first".to_owned(),
        Cause::PlateNeeded => "Scan the maker's serial plate, not the tag".to_owned(),
        Cause::MappingNotWhole { mapping } => not_whole(*mapping, case),
        Cause::NoWay { card, state } => format!("{} does not fit: {}", card.to_uppercase(), self::state(*state)),
        Cause::CardElsewhere { word } => format!("{word} is not offered at this counter"),
        Cause::CardRole { word, role } => format!("{word} needs the role {role}: ask the keeper"),
        Cause::NoTag => "It bears no tag on record".to_owned(),
        Cause::OverOwnLimit { held_max, name } => format!("Limit reached: {name} may have {held_max}"),
        Cause::Doubt(doubt) => crib::doubt(doubt),
        Cause::Hitch(hitch) => release::hitch(hitch),
        Cause::UnknownPlace { label } => format!("No place on record: {}; ask the keeper", clipped(label)),
        Cause::NotNow { kind } => format!("A {kind} code means nothing now"),
    }
}

/// What lacks for the record to be whole; that it bears no serial number is never right for what is regulated.
fn not_whole(mapping: Mapping, case: &Case<'_>) -> String {
    let regulated = case.resolution.subject.unit().is_some_and(|it| it.restrictions.category.regulated);
    if mapping == Mapping::Conflict {
        return "A case about tag and plate is open".to_owned();
    }
    if mapping == Mapping::TagOnly && !regulated {
        return "No serial number on record: PAIR its plate, or note that it bears none".to_owned();
    }
    format!("Tag and serial must both be known: {mapping}")
}

/// Who has it, and how it comes over or back; a desk has the time to say since when.
fn held_by(name: &str, case: &Case<'_>) -> String {
    if case.policy.kind != StationKind::Desk || !matches!(case.lane.mode, Mode::Auto | Mode::Out) {
        return format!("With {name}: IN to return it for {name}, HANDOVER to take it over");
    }
    let custody = case.resolution.subject.unit().and_then(|it| it.custody.as_ref());
    let since = custody.map(|it| format!(" since {}", case.policy.zone.say(it.since, case.now().wall)));
    format!("With {name}{}: {name}'s badge hands it over, or TAKE and the reason", since.unwrap_or_default())
}

/// Labels that a sentence names before it says "and more".
const LISTED_MAX: usize = 4;

fn listed(labels: &[String]) -> String {
    let shown = labels.get(..LISTED_MAX).unwrap_or(labels).join(", ");
    if labels.len() > LISTED_MAX { format!("{shown} and {} more", labels.len() - LISTED_MAX) } else { shown }
}

/// Characters of a foreign text that a sentence repeats.
const CLIPPED_MAX: usize = 24;

fn clipped(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).take(CLIPPED_MAX).collect()
}

fn which_of(labels: &[String]) -> String {
    format!("{} units bear this number, scan the tag: {}", labels.len(), listed(labels))
}

fn second_proof(seconds: u64, other: Option<&str>) -> String {
    match other {
        Some(other) => format!("Second proof: {other}, PIN or another badge, {seconds} s"),
        None => format!("Second proof: PIN or another badge, {seconds} s"),
    }
}

/// A unit in a list: its tag, or its maker and model.
#[must_use]
pub fn brief(unit: &UnitBrief) -> String {
    unit.tag.clone().unwrap_or_else(|| format!("{} {}", unit.maker, unit.model))
}

/// How to call a unit: its tag, else its serial number's end is not shown, so its model.
#[must_use]
pub fn label(facts: &UnitFacts) -> String {
    facts.tag.clone().unwrap_or_else(|| model(&facts.model))
}

/// A model with its maker.
#[must_use]
pub fn model(model: &ModelBrief) -> String {
    if model.maker.is_empty() { model.name.clone() } else { format!("{} {}", model.maker, model.name) }
}

/// What a repeat says: of a refusal once more why.
fn twice(lane: &Lane) -> String {
    let why = lane.last.as_ref().and_then(|it| it.no.as_deref());
    format!("Read twice: {}", why.unwrap_or("counted once"))
}

/// A location by label and name.
#[must_use]
pub fn location(location: &Location) -> String {
    if location.name.is_empty() || location.name == location.label {
        location.label.clone()
    } else {
        format!("{} · {}", location.label, location.name)
    }
}

/// A unit's state in words.
#[must_use]
pub const fn state(state: UnitState) -> &'static str {
    match state {
        UnitState::Received => "received, not labelled yet",
        UnitState::Tagged => "labelled",
        UnitState::InService => "in service",
        UnitState::ToBeChecked => "to be checked first",
        UnitState::Quarantine => "in quarantine",
        UnitState::InRepair => "in repair",
        UnitState::InTransit => "in transit",
        UnitState::Lost => "reported lost: tell the keeper",
        UnitState::Stolen => "to be looked at", // A reason as a keeper writes it for a hold.
        UnitState::Decommissioned => "taken out of service",
        UnitState::Disposed => "disposed of",
    }
}

/// What a booked line says.
#[must_use]
pub(super) fn moved(facts: &UnitFacts, line: &Line, case: &Case<'_>) -> String {
    let now = case.now().wall;
    let name = case.lane.session.as_ref().map_or("", |it| it.taker().1);
    if line.out {
        return match line.due {
            Some(due) => {
                format!("Out to {name}: {}, due {}{}", line.model, case.policy.zone.say(due, now), of_kit(facts))
            }
            None => format!("Out to {name}: {}{}", line.model, of_kit(facts)),
        };
    }
    if let Some(why) = apart(facts, now) {
        return format!("Back in: {}; keep it apart: {why}", line.model);
    }
    let found = movement::found_with(facts, line).map_or("", |_| "; found again");
    let said = line.condition.map(|it| format!("; {}", dialogue::condition(it))).unwrap_or_default() + found;
    let place = facts.home.as_ref().map(|it| format!(", put it in {}", location(it))).unwrap_or_default();
    match &facts.custody {
        Some(custody) if Some(custody.holder) != case.person() => {
            format!("Returned for {}: {}{place}{said}{}", custody.name, line.model, of_kit(facts))
        }
        _ => format!("Back in: {}{place}{said}{}", line.model, of_kit(facts)),
    }
}

/// Why what comes in does not go back to its shelf.
fn apart(facts: &UnitFacts, now: Timestamp) -> Option<&str> {
    let on_record = &facts.restrictions;
    let noted = [&on_record.recalled, &on_record.on_hold, &facts.blocked].into_iter().find_map(|it| it.as_deref());
    let over = |due: Option<Timestamp>| due.is_some_and(|it| it <= now);
    let to_check = over(on_record.calibration_due) || over(on_record.inspection_due);
    noted
        .or_else(|| (facts.mapping == Mapping::Conflict).then_some("a case is open"))
        .or_else(|| to_check.then_some("to be checked before it goes out"))
}

/// What a line in the cart says: at a desk also that it is the clerk's own, and of what comes back whose it was.
#[must_use]
pub(super) fn in_cart(line: &Line, facts: &UnitFacts, case: &Case<'_>) -> String {
    let clerk = case.lane.session.as_ref().filter(|it| case.policy.kind == StationKind::Desk && it.borrower.is_none());
    let to = clerk.map(|it| format!(" to {}", it.name)).unwrap_or_default();
    let whose = facts.custody.as_ref().filter(|it| Some(it.holder) != case.person());
    match (line.out, line.due, whose) {
        (true, Some(due), _) => {
            format!("In the cart: {} out{to}, due {}", line.model, case.policy.zone.say(due, case.now().wall))
        }
        (true, None, _) => format!("In the cart: {} out{to}", line.model),
        (false, _, Some(other)) => format!("In the cart: {} back in for {}", line.model, other.name),
        (false, _, None) => format!("In the cart: {} back in", line.model),
    }
}

/// The mode as a word.
#[must_use]
pub const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Auto => "auto",
        Mode::Out => "out",
        Mode::In => "in",
        Mode::HandOver => "handover",
        Mode::Move => "move",
        Mode::Mark(mark) => mark.word(),
        Mode::Label(mode) => mode.word(),
        Mode::Missing => "missing",
    }
}

/// What a mode card says.
#[must_use]
pub(super) fn mode_set(mode: Mode, lane: &Lane) -> String {
    let next = if lane.session.is_some() { "scan tools" } else { "scan your badge" };
    match mode {
        Mode::HandOver if lane.session.is_none() => "HANDOVER: scan the giver's badge".to_owned(),
        Mode::HandOver => "HANDOVER: scan the tools, then the other badge".to_owned(),
        Mode::Move => "MOVE: scan the bin, then what goes in".to_owned(),
        Mode::Mark(Mark::Found) => "FOUND: scan what you found".to_owned(),
        Mode::Mark(Mark::Repair) => "REPAIR: scan the serial plate".to_owned(),
        Mode::Label(LabelMode::Pair) => "PAIR: scan the tag, then the serial plate".to_owned(),
        Mode::Label(LabelMode::Relabel) => "RELABEL: scan the plate or the old tag, then the new tag".to_owned(),
        Mode::Label(LabelMode::NoTag) => "NOTAG: scan the serial plate, or enter it twice".to_owned(),
        Mode::Missing => "MISSING: scan the parts that lack, then DONE".to_owned(),
        Mode::Mark(mark) => format!("{}: {next}", mark.word().to_uppercase()),
        Mode::Auto => format!("Auto: {next}"),
        Mode::Out => format!("OUT: {next}"),
        Mode::In => format!("IN: {next}"),
    }
}

/// What a DUE card says.
#[must_use]
pub fn due_set(until: DueCard) -> String {
    match until {
        DueCard::Days(1) => "Due in 1 day from now on".to_owned(),
        DueCard::Days(days) => format!("Due in {days} days from now on"),
        DueCard::Job => "Due when the job is done, from now on".to_owned(),
    }
}

/// What a job code says, and whether lines of the cart waited for it.
#[must_use]
pub fn job(job: &str, waited_for: bool) -> String {
    let job = clipped(job);
    if waited_for {
        return format!("Job {job}: what lies in the cart, and all lines from now on");
    }
    format!("Job {job}: all lines from now on")
}

/// The nearest free equal, as the end of a refusal: its tag, its model if that is another one, and where it is.
#[must_use]
pub fn substitute(free: &FreeEqual) -> String {
    let model = format!("{} {}", free.unit.maker, free.unit.model).trim().to_owned();
    let named = Some(model).filter(|_| !free.alike && free.unit.tag.is_some());
    let parts: Vec<String> = std::iter::once(brief(&free.unit)).chain(named).chain(free.place.clone()).collect();
    format!(". Free: {}", parts.join(", "))
}
