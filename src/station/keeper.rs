//! Carries out what a keeper asks for: where a parked code becomes a number of a unit, it is read again first.
//!
//! One way for every door; `identify` says what a code can be, the store what the register has.
//! Deliberately absent: who may ask, which the door decides.

use crate::domain::{EventSeq, HolderId, Moment};
use crate::identify::{self, borne};
use crate::store::{Instruction, Store, StoreError};

/// Carries an instruction out; returns its last event. Needs an open transaction.
///
/// # Errors
/// Those of [`Store::carry_out`]; [`StoreError::Unfit`] also for a code that cannot be what somebody says it is.
pub fn carry_out(
    store: &mut Store,
    wanted: &Instruction,
    codes: &identify::Options,
    person: Option<HolderId>,
    now: Moment,
) -> Result<EventSeq, StoreError> {
    let Some((parked, kind)) = wanted.borne() else { return store.carry_out(wanted, person, now) };
    let (read, text) = store.parked_code(EventSeq(parked))?;
    let year = now.wall.to_zoned(jiff::tz::TimeZone::UTC).year();
    let kind = borne((read, &text), kind, codes, year).map_err(StoreError::Unfit)?;
    store.carry_out(&wanted.borne_as(kind), person, now)
}
