//! What a scan asks of the world beside the register: how the shift stands, whether a still is kept, whose PIN it is.
//!
//! A number typed as a proof is taken out of its scan before anything else looks at it, and kept nowhere.
//! Deliberately absent: what follows from the answers, which `rules` decides.

use std::time::Duration;

use crate::domain::{
    Confidence, Identifier, Kind, PinCheck, Resolution, Scan, StillFacts, Subject, Transport, UnitFacts,
};
use crate::identify::PIN_PREFIX;
use crate::rules::{Card, Lane, Mode, Policy};
use crate::store::{PIN_DIGITS, Store, StoreError, has_still};

/// The number that was typed, if the scan is one: it says so itself, or a proof is waited for on its lane and somebody
/// types digits that are not the plate of the unit.
pub(super) fn pin(scan: &Scan, lane: &Lane, waiting: Option<&UnitFacts>) -> Option<String> {
    let text = std::str::from_utf8(&scan.payload).ok()?.trim();
    let prefix = text.get(..PIN_PREFIX.len()).filter(|it| it.eq_ignore_ascii_case(PIN_PREFIX));
    if let Some(prefix) = prefix {
        let behind = text.get(prefix.len()..)?;
        let number = behind.strip_prefix(|it: char| !it.is_ascii_digit()).unwrap_or(behind);
        return Some(number.trim().to_owned());
    }
    let plate = waiting.and_then(|it| it.serial_number.as_deref()) == Some(text);
    let asked = lane.proof.is_some() && !matches!(lane.mode, Mode::Mark(_));
    (asked && may_be_pin(scan) && !plate).then(|| text.to_owned())
}

/// How long after the time for a proof is over digits are still taken for a PIN (chosen: who looks at the keys while typing
/// does not see that the question is gone).
const STRAY: Duration = Duration::from_secs(60);

/// Whether digits that the register does not know are a PIN that was typed too late, when the question was over or somebody
/// else had answered it: what is set aside is seen by everybody. A number that is asked for is none.
pub(super) fn is_stray(scan: &Scan, lane: &Lane, resolution: &Resolution, policy: &Policy) -> bool {
    let unknown = matches!(resolution.subject, Subject::Unknown | Subject::NotAsked);
    let soon = lane.pin_asked.is_some_and(|it| scan.at.uptime.saturating_sub(it) <= policy.proof + STRAY);
    let number_asked = lane.shelf.is_some() || matches!(lane.mode, Mode::Label(_));
    unknown && soon && !number_asked && may_be_pin(scan)
}

/// Whether it was typed and has as many digits as a PIN.
fn may_be_pin(scan: &Scan) -> bool {
    let typed = matches!(
        scan.transport,
        Transport::HidKeyboard | Transport::Page | Transport::CommandLine | Transport::StandardInput
    );
    let text = scan.payload.trim_ascii();
    typed && PIN_DIGITS.contains(&text.len()) && text.iter().all(u8::is_ascii_digit)
}

/// What a scan that holds a PIN claims to name: nothing that anybody keeps.
pub(super) fn hidden() -> Identifier {
    Identifier::new(Kind::Refused, "", Confidence::Certain, "It is a PIN: not kept.")
}

/// Answers a PIN; it is looked at only while a proof is waited for.
pub(super) fn ask_pin(store: &mut Store, typed: &str, lane: &Lane, scan: &Scan) -> Result<Resolution, StoreError> {
    let subject = match (&lane.session, lane.proof) {
        (Some(session), Some(_)) => Subject::Pin(store.check_pin(session.taker().0, typed, scan.at)?),
        (Some(_), None) => Subject::Pin(PinCheck::Unasked),
        (None, _) => Subject::NotAsked,
    };
    Ok(Resolution::new(subject))
}

/// Answers the cards that ask the world.
pub(super) fn ask_card(store: &Store, identifier: &Identifier, scan: &Scan) -> Result<Option<Subject>, StoreError> {
    if identifier.kind != Kind::Command {
        return Ok(None);
    }
    match Card::parse(&identifier.key) {
        Some(Card::Shift) => store.shift(scan.at).map(|it| Some(Subject::Shift(it))),
        Some(Card::Still) => {
            let hash = Card::rest(&identifier.key).to_ascii_lowercase();
            let is_kept = has_still(&store.options().data, &hash);
            Ok(Some(Subject::Still(StillFacts { hash, is_kept })))
        }
        _ => Ok(None),
    }
}
