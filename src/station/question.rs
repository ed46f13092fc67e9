//! What a scan asks of the world beside the register: how the shift stands, whether a still is kept, whose PIN it is.
//!
//! A number typed as a proof is taken out of its scan before anything else looks at it, and kept nowhere.
//! Deliberately absent: what follows from the answers, which `rules` decides.

use crate::domain::{
    Confidence, Identifier, Kind, PinCheck, Resolution, Scan, StillFacts, Subject, Transport, UnitFacts,
};
use crate::identify::PIN_PREFIX;
use crate::rules::{Card, Lane, Mode};
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
    let typed = matches!(
        scan.transport,
        Transport::HidKeyboard | Transport::Page | Transport::CommandLine | Transport::StandardInput
    );
    let digits = PIN_DIGITS.contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    let plate = waiting.and_then(|it| it.serial_number.as_deref()) == Some(text);
    (lane.proof.is_some() && !matches!(lane.mode, Mode::Mark(_)) && typed && digits && !plate).then(|| text.to_owned())
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
