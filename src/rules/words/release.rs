//! The words about releasing, taking back, the shift, stills and PINs, and what runs out.
//!
//! As in `words`: the result first, the way out last, a glance from three metres.
//! Deliberately absent: choosing what to say.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Holder, PinCheck, Role, ShiftFacts, Training, UnitFacts, UnitState};
use crate::rules::Hitch;
use crate::rules::deed::{Deed, Undoable};
use crate::rules::policy::Policy;

use super::{location, state};

/// What somebody hears whose badge releases a refusal.
#[must_use]
pub(in crate::rules) fn why_released(name: &str, card: &str) -> String {
    format!("{name} releases it: why? {card} and the reason")
}

/// What the reason says before anybody has released.
#[must_use]
pub(in crate::rules) fn who_releases(role: Role, card: &str) -> String {
    format!("{card}: now the badge of a {role}")
}

/// What UNDO would take back.
#[must_use]
pub(in crate::rules) fn undoable(last: &Undoable, holder: Option<&str>) -> String {
    match &last.deed {
        Some(Deed::Stock { taken, .. }) => return format!("{} × {}", taken.abs(), last.label),
        Some(Deed::Labels { .. }) => return format!("the labels of {}", last.label),
        Some(Deed::Condition { .. }) => return format!("the condition of {}", last.label),
        None => {}
    }
    let to = holder.map(|it| format!(" to {it}")).unwrap_or_default();
    match (&last.place, last.state, last.before.0 == last.after, last.after) {
        (Some((_, since)), ..) => format!("{} put into {}", last.label, since.label),
        (None, Some((_, since)), true, _) => format!("{} {}", last.label, briefly(since)),
        (None, _, _, Some(_)) if last.before.0.is_some() => format!("hand-over of {}{to}", last.label),
        (None, _, _, Some(_)) => format!("check-out of {}{to}", last.label),
        (None, _, _, None) => format!("return of {}", last.label),
    }
}

/// A state in the middle of a sentence, without what to do.
pub(super) const fn briefly(is: UnitState) -> &'static str {
    match is {
        UnitState::Lost => "reported lost",
        UnitState::Stolen => "kept for the keeper",
        UnitState::Received
        | UnitState::Tagged
        | UnitState::InService
        | UnitState::ToBeChecked
        | UnitState::Quarantine
        | UnitState::InRepair
        | UnitState::InTransit
        | UnitState::Decommissioned
        | UnitState::Disposed => state(is),
    }
}

/// How a unit is now, in a few words.
#[must_use]
pub(in crate::rules) fn as_it_is(facts: &UnitFacts) -> String {
    match (&facts.custody, &facts.location) {
        (Some(custody), _) => format!("now with {}", custody.name),
        (None, Some(place)) => format!("now in, {}", location(place)),
        (None, None) => "now in".to_owned(),
    }
}

/// What SHIFT says.
#[must_use]
pub(in crate::rules) fn shift(facts: &ShiftFacts) -> String {
    format!("Shift: {}; a keeper's badge closes it", open(facts))
}

/// What the end of a shift says.
#[must_use]
pub(in crate::rules) fn shift_closed(name: &str, facts: &ShiftFacts) -> String {
    format!("Shift closed by {name}: {}", open(facts))
}

fn open(facts: &ShiftFacts) -> String {
    let ShiftFacts { out, overdue, parked, labels, bins, cases } = facts;
    let waiting = (bins, "waiting for the quarantine bin");
    let counted =
        [(out, "out"), (overdue, "overdue"), (parked, "parked"), (labels, "to print"), waiting, (cases, "in doubt")];
    let said: Vec<String> =
        counted.iter().filter(|(count, _)| **count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if said.is_empty() { "nothing open".to_owned() } else { said.join(", ") }
}

/// What a still says that came before its damage.
#[must_use]
pub(in crate::rules) fn still_first() -> String {
    "Picture kept: now scan what is damaged".to_owned()
}

/// What a still says that shows a damage.
#[must_use]
pub(in crate::rules) fn still_bound(label: &str) -> String {
    format!("Picture kept for {label}")
}

/// What a still says that shows a code nobody knew.
#[must_use]
pub(in crate::rules) fn code_shown() -> String {
    "Picture kept for the unknown code".to_owned()
}

/// Why a step does not go on.
#[must_use]
pub(super) fn hitch(hitch: &Hitch) -> String {
    match hitch {
        Hitch::NothingRefused => "Nothing to release: scan the tool first".to_owned(),
        Hitch::BadgeRole { card, role, name } => format!("{card} needs a badge of the role {role}, not {name}'s"),
        Hitch::ReasonNeeded { card } => format!("Say why: {card} and the reason"),
        Hitch::PinRefused { check } => pin(*check),
        Hitch::ProofLate => "Too late: scan the tool again".to_owned(),
        Hitch::CartOpen { from, to } => {
            format!("{from} has an open cart: {to}'s badge again takes it over; else DONE or CANCEL")
        }
        Hitch::ConfirmUndo { what } => format!("Undo {what}? UNDO again, or your badge"),
        Hitch::NoPlaceBefore { label } => format!("{label} had no place before: MOVE it instead"),
        Hitch::NoSuchStill => "This picture was not kept: show it again".to_owned(),
        Hitch::NothingToShow => "Damage or unknown code first, then the picture".to_owned(),
        Hitch::NotQuarantine { place } => format!("{place} is no quarantine bin: scan one"),
        Hitch::Layout => "Garbled: scan the scanner's calibration card".to_owned(),
        Hitch::WrongLabel { tag } => format!("Not the new label of {tag}: look again"),
        Hitch::CapsLock => "Not read: caps lock on, or the keyboard's layout? Scan again".to_owned(),
        Hitch::NothingToPrint => "Nothing to print: scan the unit first".to_owned(),
        Hitch::InOwnCart => "It lies in your cart: DONE books it, UNDO takes it out".to_owned(),
        Hitch::JobMissing { labels } => format!("NOT booked, scan the job first: {}", super::listed(labels)),
        Hitch::LanesFull { lanes_max } => format!("{lanes_max} lanes are in use: finish on one of them first"),
    }
}

/// What a number says that proves nothing.
fn pin(check: PinCheck) -> String {
    match check {
        PinCheck::Right | PinCheck::Unasked => "Too late: scan the tool again".to_owned(),
        PinCheck::Stray => "Taken for a PIN and not kept. If it is a code, scan it again in a minute".to_owned(),
        PinCheck::Wrong { left: 1 } => "Wrong PIN: 1 attempt left".to_owned(),
        PinCheck::Wrong { left } => format!("Wrong PIN: {left} attempts left"),
        PinCheck::Locked { seconds } => format!("PIN locked for {seconds} s: plate or another badge"),
        PinCheck::NotSet => "No PIN is set: plate or another badge".to_owned(),
    }
}

/// From this time before its end a training, a calibration or an inspection is told (chosen: one week to act).
pub(super) const SOON: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is said to somebody without a licence, or with one that is over.
#[must_use]
pub(super) fn licence(since: Option<&str>) -> String {
    match since {
        None => "Licence missing: ask the keeper".to_owned(),
        Some(since) => format!("Licence expired {since}: ask the keeper"),
    }
}

/// What of a person's runs out soon, as the end of their greeting.
#[must_use]
pub(in crate::rules) fn runs_out(holder: &Holder, policy: &Policy, now: Timestamp) -> String {
    let training = |it: &Training| match it.valid_until {
        Some(until) if until <= now => Some(format!("; training {} is over", it.name)),
        Some(until) if until.duration_since(now) < SOON => {
            Some(format!("; training {} until {}", it.name, policy.zone.say(until, now)))
        }
        _ => None,
    };
    let trainings: String = holder.trained.iter().filter_map(training).collect();
    let licence = match holder.licence.as_ref().and_then(|it| it.valid_until) {
        Some(until) if until <= now => "; licence expired".to_owned(),
        Some(until) if until.duration_since(now) < SOON => {
            format!("; licence valid until {}", policy.zone.say(until, now))
        }
        _ => String::new(),
    };
    match holder.check_due {
        0 => trainings + &licence,
        count => format!("{trainings}{licence}; {count} of it to be calibrated"),
    }
}
