//! The words of the longer dialogues: serving a borrower, handing over, putting away, changing a state.
//!
//! As in `words`: the result first, the way out last, a glance from three metres.
//! Deliberately absent: choosing what to say.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Condition, Holder, Line, Location, UnitFacts, UnitState};
use crate::rules::Mark;

use super::turn::{changed, things};
use super::{clipped, listed, location, model, state};

/// What OUT asks at a desk.
#[must_use]
pub(in crate::rules) fn who() -> String {
    "OUT: who? Scan the borrower's badge".to_owned()
}

/// What the borrower's badge says at a desk.
#[must_use]
pub(in crate::rules) fn borrower(holder: &Holder, gone: &[String]) -> String {
    match (holder.left_behind.as_slice(), holder.overdue) {
        ([], 0) => format!("For {}: what?", holder.name),
        ([], overdue) => format!("For {}, {overdue} overdue: what?", holder.name),
        (left, _) => {
            format!("For {}, {} still in the cart: what else?{}", holder.name, things(left.iter()), changed(gone))
        }
    }
}

/// What a tool says that waits to be handed over.
#[must_use]
pub(in crate::rules) fn handing_over(line: &Line, giver: Option<&str>) -> String {
    match giver {
        Some(giver) => format!("Hand over: {}; then {giver}'s badge", line.model),
        None => format!("Hand over: {}; then the receiver's badge", line.model),
    }
}

/// The end of the greeting of somebody who came to hand over.
pub(in crate::rules) const fn tools_next() -> &'static str {
    "; now the tools to hand over"
}

/// What comes before a look-up for somebody who may do no more.
pub(in crate::rules) const fn may_look() -> &'static str {
    "May look, not move"
}

/// What the badge of whoever gives says.
#[must_use]
pub(in crate::rules) fn giver(name: &str, own: bool) -> String {
    if own {
        format!("From {name}: scan the tools, then the other badge")
    } else {
        format!("From {name}: scan the tools, then {name}'s badge again")
    }
}

/// What a hand-over says.
#[must_use]
pub(in crate::rules) fn handed_over(moved: &[&Line], receiver: &str, stayed: &[&Line]) -> String {
    let sum = format!("Handed over: {} to {receiver}", things(moved.iter().copied()));
    if stayed.is_empty() {
        return sum;
    }
    let labels: Vec<String> = stayed.iter().map(|it| it.label.clone()).collect();
    format!("{sum}; NOT, moved meanwhile: {}", listed(&labels))
}

/// What is said of a cart that is another's from now on.
#[must_use]
pub(in crate::rules) fn handed_on(
    (lines, own): (usize, usize),
    from: &str,
    to: &str,
    left: &[String],
    gone: &[String],
) -> String {
    let sum = format!("{to} has the cart of {from} now: {lines}");
    let sum = if own == 0 { sum } else { format!("{sum}; {own} left before") };
    let sum = if left.is_empty() { sum } else { format!("{sum}; NOT {}", listed(left)) };
    sum + &changed(gone)
}

/// What a bin says into which things are put.
#[must_use]
pub(in crate::rules) fn place_set(place: &Location) -> String {
    format!("Into {}: scan what goes in", location(place))
}

/// What a thing says that was put away.
#[must_use]
pub(in crate::rules) fn placed(what: &str, place: &Location) -> String {
    format!("{what} is in {}", location(place))
}

/// What a change of state says.
#[must_use]
pub(in crate::rules) fn marked(mark: Mark, facts: &UnitFacts, to: UnitState, badge: bool, shown: bool) -> String {
    let what = model(&facts.model);
    match (mark, to) {
        (Mark::Found, _) if !badge => format!("Found: {what}; put it aside, to be checked"),
        (Mark::Found, UnitState::ToBeChecked) => format!("Found: {what}; put it aside, to be checked"),
        (Mark::Found, UnitState::InService) => format!("Found: {what}, in service"),
        (Mark::Found, to) => format!("Found: {what}; {}", state(to)),
        (Mark::Damaged, _) if shown => format!("Damaged: {what}; now scan the quarantine bin"),
        (Mark::Damaged, _) => format!("Damaged: {what}; show the damage, then scan the quarantine bin"),
        (Mark::Repair, UnitState::InRepair) => format!("Off to repair: {what}"),
        (Mark::Repair, _) => format!("Back from repair: {what}, to be checked"),
        (Mark::Transit, UnitState::InTransit) => format!("On its way: {what}"),
        (Mark::Transit, _) => format!("Arrived: {what}; now scan its bin"),
        (_, to) => format!("{what}: {}", state(to)),
    }
}

/// The end of what is said of a thing that lay in the own cart.
#[must_use]
pub(in crate::rules) const fn no_longer_in_cart(left: bool) -> &'static str {
    if left { "; no longer in the cart" } else { "" }
}

/// The end of what is said of a thing that somebody has by the record and that is put away or found here.
#[must_use]
pub(in crate::rules) fn still_with(facts: &UnitFacts) -> String {
    facts.custody.as_ref().map(|it| format!("; still with {}: IN returns it", it.name)).unwrap_or_default()
}

/// What became of the parts of a kit, as the end of a sentence: those that went with it, and those that did not.
#[must_use]
pub(in crate::rules) fn with_parts(parts: usize, along: usize) -> String {
    let counted = |it: usize| if it == 1 { "1 part".to_owned() } else { format!("{it} parts") };
    match (along, parts.saturating_sub(along)) {
        (0, 0) => String::new(),
        (along, 0) => format!("; with {}", counted(along)),
        (0, apart) => format!("; NOT its {}", counted(apart)),
        (along, apart) => format!("; with {}, NOT {}", counted(along), counted(apart)),
    }
}

/// What CANCEL says of a damaged thing whose bin was not scanned.
#[must_use]
pub(in crate::rules) fn not_placed(label: &str) -> String {
    format!("{label} is in no bin: tell the keeper")
}

/// What DIRTY and WORN say before anything came back.
#[must_use]
pub(in crate::rules) fn condition_next(is: Condition) -> String {
    format!("{}: scan what comes back", is.word().to_uppercase())
}

/// What is said of a thing whose condition was noted.
#[must_use]
pub(in crate::rules) fn condition_noted(facts: &UnitFacts, is: Option<Condition>) -> String {
    format!("{}: {}", model(&facts.model), is.map_or("in order", condition))
}

/// A condition in words.
#[must_use]
pub(in crate::rules) const fn condition(is: Condition) -> &'static str {
    match is {
        Condition::Dirty => "to be cleaned",
        Condition::Worn => "worn",
    }
}

/// What is said of a thing that goes over from one person to another.
#[must_use]
pub(in crate::rules) fn taken_over(facts: &UnitFacts, from: &str, to: &str) -> String {
    format!("From {from} to {to}: {}", model(&facts.model))
}

/// What the card JOB asks.
#[must_use]
pub(in crate::rules) fn job_next() -> String {
    "JOB: scan the job's code".to_owned()
}

/// The end of what a thing says that lies in the cart until a job is named.
#[must_use]
pub(in crate::rules) const fn job_asked() -> &'static str {
    "; scan the job"
}

/// The end of what another thing says that is booked while some wait for the job.
#[must_use]
pub(in crate::rules) fn job_waited_for(labels: &[String]) -> String {
    format!("; still waiting for the job: {}", listed(labels))
}

/// What the job says that books what waited for it.
#[must_use]
pub(in crate::rules) fn with_job(job: &str, booked: &[(&Line, &UnitFacts)], stayed: &[String], taker: &str) -> String {
    let whole = booked.iter().filter(|(it, _)| booked.iter().all(|(kit, _)| it.kit != Some(kit.unit)));
    let labels: Vec<String> = whole.map(|(line, _)| line.label.clone()).collect();
    let job = clipped(job);
    let sum = match labels.as_slice() {
        [] => format!("Job {job}: nothing out to {taker}"),
        labels => format!("Out to {taker} with job {job}: {}", listed(labels)),
    };
    if stayed.is_empty() { sum } else { format!("{sum}; NOT booked: {}", listed(stayed)) }
}

/// What is said of something found that its keeper must see; nothing on the screen tells why.
#[must_use]
pub(in crate::rules) fn found_for_keeper(facts: &UnitFacts) -> String {
    format!("Found: {}; hand it to the keeper", model(&facts.model))
}

/// What a lost or bad label says.
#[must_use]
pub(in crate::rules) fn label_noted(mark: Mark, facts: &UnitFacts) -> String {
    let what = model(&facts.model);
    match mark {
        Mark::TagLost => format!("Tag withdrawn: {what} needs a new label"),
        Mark::Found
        | Mark::Lost
        | Mark::Stolen
        | Mark::Damaged
        | Mark::Checked
        | Mark::Repair
        | Mark::Transit
        | Mark::Decommission
        | Mark::Dispose
        | Mark::BadLabel => format!("Label noted: {what} gets a new print"),
    }
}

/// What a failed write says.
#[must_use]
pub fn not_recorded(cause: &str) -> String {
    format!("NOT recorded: {cause}. Nothing was booked, scan again")
}

/// What a repeated request hears whose first answer was purged.
#[must_use]
pub fn answered_before() -> String {
    "Answered before, and the answer was purged; nothing was done again".to_owned()
}

/// What the screens say while the clock is that far behind the newest entry of the ledger.
#[must_use]
pub fn clock_behind(by: SignedDuration) -> String {
    match (by.as_mins(), by.as_hours()) {
        (minutes, 0) => format!("The clock is {minutes} minutes behind the last entry: check date and time"),
        (_, hours @ 1..48) => format!("The clock is {hours} hours behind the last entry: check date and time"),
        (_, hours) => format!("The clock is {} days behind the last entry: check date and time", hours / 24),
    }
}

/// What is added to an answer whose scan came with a time that cannot be.
#[must_use]
pub fn wrong_clock(told: Timestamp) -> String {
    format!("; the scanner's clock is wrong, it said {told:.0}: booked as of now")
}
