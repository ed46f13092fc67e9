//! Our own codes through a keyboard that is set otherwise: small letters for capitals, another sign for the hyphen.
//!
//! They are known by what they begin with, and asked for again; what is not ours is left to the other rules.
//! Deliberately absent: setting a scanner's layout, which its calibration card does.

use crate::domain::{Answer, Decision, Kind, Subject, prefix};

use super::{Case, Cause, Hitch, Lane};

/// Whether a badge or a card came in that our records do not know, because its letters are swapped or its signs are
/// another keyboard's: a person's number must not lie among the codes that are set aside for everybody to see.
pub(super) fn is_turned(case: &Case<'_>) -> bool {
    let own = matches!(case.identifier.kind, Kind::Badge | Kind::Command | Kind::Refused | Kind::AssetTag);
    let unknown = matches!(case.resolution.subject, Subject::Unknown | Subject::NotAsked);
    let turned = |it: &String| is_swapped(case, it) || is_garbled(case, it);
    unknown && !own && case.policy.card_prefixes.iter().any(turned)
}

/// Whether one of our codes came in with each letter of its prefix swapped, as caps lock does; another mixture may be
/// somebody else's code.
pub(super) fn is_caps_lock(case: &Case<'_>, prefix: &str) -> bool {
    let swap = |it: u8| if it.is_ascii_uppercase() { it.to_ascii_lowercase() } else { it.to_ascii_uppercase() };
    is_swapped(case, prefix) && case.scan.payload.iter().zip(prefix.bytes()).all(|(is, was)| *is == swap(was))
}

/// Whether a personal code came in with any of its letters swapped.
fn is_swapped(case: &Case<'_>, prefix: &str) -> bool {
    let text = String::from_utf8_lossy(&case.scan.payload);
    let head = text.get(..prefix.len()).filter(|_| !prefix.is_empty() && text.len() > prefix.len());
    head.is_some_and(|it| it.eq_ignore_ascii_case(prefix) && it != prefix)
}

/// Asks for caps lock; the ledger takes it for a badge, so that its number is masked as one.
pub(super) fn turned(case: &Case<'_>) -> Decision<Lane> {
    let mut decision = case.answer(Answer::No, &Cause::Hitch(Hitch::CapsLock));
    for event in &mut decision.events {
        event.body = std::mem::take(&mut event.body).with("as", Kind::Badge.word());
    }
    decision
}

/// Whether one of our codes came in with another keyboard's signs: its letters are there, the sign behind them is not.
pub(super) fn is_garbled(case: &Case<'_>, prefix: &str) -> bool {
    prefix::is_garbled(&String::from_utf8_lossy(&case.scan.payload), prefix)
}
