//! Numbers that prove a person (PIN): kept as a salted hash, compared without telling by time, attempts limited.
//!
//! Argon2id with 7 MiB and five passes (OWASP's password storage cheat sheet, one of its equal choices), some tens of
//! milliseconds. A short number is weak whatever the hash; what protects it at the counter is the limit of attempts.
//! Deliberately absent: the number itself, anywhere but in memory.

use argon2::{Algorithm, Argon2, Params, Version};
use rusqlite::{OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use super::{
    Store,
    chain::{hex, unhex},
    error::{StoreError, sql},
    number::micros,
};
use crate::domain::{Body, EventKind, EventSeq, HolderId, Moment, NewEvent, PinCheck};

/// Digits of a PIN: fewer are guessed, more are written on a note.
pub const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=8;

/// Wrong attempts after which none is looked at for [`LOCKED_S`].
pub const PIN_WRONG_MAX: u32 = 5;

/// Seconds for which no attempt is looked at (chosen: 1,440 attempts a day at most).
pub(super) const LOCKED_S: u64 = 300;

const MEMORY_KIB: u32 = 7 * 1024;
const PASSES: u32 = 5;
const SALT_LEN: usize = 16;
const HASH_LEN: usize = 32;

/// What is kept of a person's PIN.
struct Kept {
    hash: Option<String>,
    wrong: u32,
    until: Option<i64>,
}

impl Store {
    /// Sets the PIN of a person, or takes it away. Needs a transaction. The event says that, and nothing of the number but
    /// the [`seal`] of what is kept.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] if it is not four to eight digits, or all of them are the same.
    pub fn set_pin(
        &mut self,
        holder: HolderId,
        pin: Option<&str>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<EventSeq, StoreError> {
        let hash = pin.map(fresh).transpose()?;
        let changed = self
            .connection
            .execute("UPDATE holder SET pin = ?, pin_wrong = 0, pin_until = NULL WHERE id = ?", params![hash, holder.0])
            .map_err(sql("set a PIN"))?;
        if changed == 0 {
            return Err(StoreError::NotFound { what: "person", id: holder.0 });
        }
        let is = if pin.is_some() { "set" } else { "taken away" };
        let sealed = hash.as_deref().map(seal).unwrap_or_default();
        let body = Body::new().with("holder", holder.0.to_string()).with("pin", is).with(SEAL, sealed);
        self.record_events(None, &[NewEvent { person, body, ..NewEvent::new(EventKind::RecordChanged) }], now)?;
        Ok(self.head().0)
    }

    /// Compares what was typed with a person's PIN and counts the wrong ones. Needs a transaction.
    pub fn check_pin(&mut self, holder: HolderId, typed: &str, now: Moment) -> Result<PinCheck, StoreError> {
        let at = micros(now.wall);
        let kept = self
            .connection
            .prepare_cached("SELECT pin, pin_wrong, pin_until FROM holder WHERE id = ?")
            .and_then(|mut it| {
                it.query_row([holder.0], |row| Ok(Kept { hash: row.get(0)?, wrong: row.get(1)?, until: row.get(2)? }))
                    .optional()
            })
            .map_err(sql("read a PIN"))?;
        let Some(Kept { hash: Some(hash), wrong, until }) = kept else { return Ok(PinCheck::NotSet) };
        let locked_us = i64::try_from(LOCKED_S).unwrap_or(i64::MAX).saturating_mul(1_000_000);
        // A clock that was set back does not lock for longer than it was meant.
        if let Some(left) = until.map(|it| it.saturating_sub(at)).filter(|it| (1..=locked_us).contains(it)) {
            return Ok(PinCheck::Locked { seconds: u64::try_from(left).unwrap_or(0).div_ceil(1_000_000) });
        }
        let wrong = if until.is_some() { 0 } else { wrong };
        if equals(&hash, typed)? {
            self.count(holder, 0, None)?;
            return Ok(PinCheck::Right);
        }
        let wrong = wrong.saturating_add(1);
        if wrong >= PIN_WRONG_MAX {
            self.count(holder, wrong, Some(at.saturating_add(locked_us)))?;
            return Ok(PinCheck::Locked { seconds: LOCKED_S });
        }
        self.count(holder, wrong, None)?;
        Ok(PinCheck::Wrong { left: PIN_WRONG_MAX - wrong })
    }

    fn count(&self, holder: HolderId, wrong: u32, until: Option<i64>) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE holder SET pin_wrong = ?, pin_until = ? WHERE id = ?")
            .and_then(|mut it| it.execute(params![wrong, until, holder.0]))
            .map(drop)
            .map_err(sql("count an attempt"))
    }
}

/// The word of an event for the seal of a PIN.
pub(super) const SEAL: &str = "pin_seal";

/// By what an event names the PIN that was set: SHA-256 of what is kept of it. The 128 random bits of salt in there, which
/// no event has, keep the few numbers that there are from being tried. In letters, so that no digits of it look like a PIN.
pub(super) fn seal(kept: &str) -> String {
    let letter = |half: u8| char::from(b'a' + half);
    Sha256::digest(kept).iter().flat_map(|it| [letter(it >> 4), letter(it & 15)]).collect()
}

/// The text that is kept of a new PIN: algorithm, parameters, salt, hash.
fn fresh(pin: &str) -> Result<String, StoreError> {
    let digits = pin.bytes().all(|it| it.is_ascii_digit()) && PIN_DIGITS.contains(&pin.len());
    if !digits || pin.bytes().all(|it| pin.bytes().next() == Some(it)) {
        let (least, most) = (PIN_DIGITS.start(), PIN_DIGITS.end());
        return Err(StoreError::Unfit(format!("a PIN has {least} to {most} digits, not all the same")));
    }
    let mut salt = [0; SALT_LEN];
    getrandom::fill(&mut salt).map_err(|it| StoreError::Key(format!("the kernel gives no random bytes: {it}")))?;
    let hash = hashed(pin, &salt, MEMORY_KIB, PASSES)?;
    Ok(format!("argon2id${MEMORY_KIB}${PASSES}${}${}", hex(&salt), hex(&hash)))
}

fn equals(kept: &str, typed: &str) -> Result<bool, StoreError> {
    let parts: Vec<&str> = kept.split('$').collect();
    let ["argon2id", memory, passes, salt, hash] = parts.as_slice() else { return Err(damaged()) };
    let (Ok(memory), Ok(passes), Some(salt), Some(hash)) = (memory.parse(), passes.parse(), unhex(salt), unhex(hash))
    else {
        return Err(damaged());
    };
    let found = hashed(typed, &salt, memory, passes)?;
    let differs = found.iter().zip(&hash).fold(0, |differs, (one, other)| differs | (one ^ other));
    Ok(differs == 0 && hash.len() == HASH_LEN)
}

fn hashed(pin: &str, salt: &[u8], memory_kib: u32, passes: u32) -> Result<[u8; HASH_LEN], StoreError> {
    let mut hash = [0; HASH_LEN];
    Params::new(memory_kib, passes, 1, Some(HASH_LEN))
        .and_then(|it| {
            Argon2::new(Algorithm::Argon2id, Version::V0x13, it).hash_password_into(pin.as_bytes(), salt, &mut hash)
        })
        .map_err(|_| damaged())?;
    Ok(hash)
}

fn damaged() -> StoreError {
    StoreError::Unfit("what is kept of this PIN cannot be read; set it again".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pin: &str, expected: bool) {
        assert_eq!(fresh(pin).is_ok(), expected, "{pin}");
    }

    #[test]
    fn a_pin_is_four_to_eight_digits_and_not_one_alone() {
        check("4711", true);
        check("12345678", true);
        check("123", false);
        check("123456789", false);
        check("12a4", false);
        check("0000", false);
        check("", false);
    }

    #[test]
    fn what_is_kept_tells_nothing_and_knows_its_own_number_alone() {
        let (one, other) = (fresh("4711").unwrap(), fresh("4711").unwrap());
        assert!(one != other && !one.contains("4711"), "the salt is the same");
        assert!(equals(&one, "4711").unwrap() && !equals(&one, "4712").unwrap() && !equals(&one, "").unwrap());
        assert!(equals("argon2id$1", "4711").is_err());
    }
}
