//! What start looks at: the end of the ledger against its last checkpoint, the mark outside, and the station's key.
//!
//! At most 10,000 events are read, so that a start is quick; what is wrong is told with the first number it concerns.
//! Deliberately absent: what is done about it, which is in `opening`, and the whole ledger, which `verify` reads.

use ed25519_dalek::SigningKey;
use rusqlite::{Connection, OptionalExtension as _};

use super::{
    Mark, Opening, chain,
    checkpoint::{self, Checkpoint},
    error::{StoreError, sql},
    migration,
    number::Numbered as _,
    opening::heads,
    report, trust,
    walk::{self, Walk},
};
use crate::domain::{EventKind, EventSeq};

/// What is wrong with a ledger at its start.
pub(super) struct Damage {
    pub(super) sentence: String,
    /// What an event that declares it says in its word `cause`; empty for what is lost or changed.
    pub(super) cause: &'static str,
    /// First number that is lost or does not fit.
    pub(super) first_bad: i64,
    /// The last number that was ever answered.
    pub(super) last: i64,
    pub(super) scan: i64,
}

/// The word of a declared gap that says of what it is, where no number is lost.
pub(super) const CAUSE: &str = "cause";
/// The mark outside was missing.
pub(super) const NO_MARK: &str = "no-mark";
/// Events were not signed that the station signs.
pub(super) const UNSIGNED: &str = "unsigned";

/// What `verify` says of an event that declares a damage at which no number was lost.
pub(super) fn declared(seq: i64, body: Option<&str>) -> String {
    match body.and_then(|it| trust::word(it, CAUSE)).as_deref() {
        Some(NO_MARK) => format!(
            "Event {seq} declares that the mark outside the ledger was missing: events lost right before it would not \
             have been noticed."
        ),
        Some(UNSIGNED) => format!(
            "Event {seq} declares that events before it were not signed that the station signs: checkpoints were removed."
        ),
        _ => format!("Event {seq} declares that the ledger was found damaged."),
    }
}

/// Compares the ledger with the last checkpoint and with the mark outside; `earlier` is the schema of an earlier program
/// that wrote it, which did not sign all that is signed now.
pub(super) fn look(
    connection: &Connection,
    mark: Option<Mark>,
    earlier: Option<u32>,
) -> Result<(Opening, Option<Damage>), StoreError> {
    let heads = heads(connection)?;
    let last = checkpoint::last(connection)?;
    let from = last.as_ref().map_or(0, |it| it.seq);
    let unverified = u64::try_from(from).unwrap_or(0);
    let mut opening = Opening { head: heads.seq, unverified, ..Opening::default() };
    let highest = heads.seq.max(mark.map_or(0, |it| it.seq)).max(from);
    let scan = heads.scan.max(mark.map_or(0, |it| it.scan));
    let damaged = |first_bad: i64, sentence: String| Damage { sentence, cause: "", first_bad, last: highest, scan };
    let mut walk = Walk::after(EventSeq(from));
    let walked = walk::from_checkpoint(connection, last.as_ref(), &mut walk);
    opening.checked = walk.events;
    let broken = match walked {
        Ok(broken) => broken,
        Err(StoreError::Damaged { .. }) => Some(walk.last + 1),
        Err(found) => return Err(found),
    };
    let damage = match (broken, mark) {
        (Some(first_bad), _) => Some(damaged(
            first_bad,
            format!(
                "The ledger is damaged at event {first_bad}: its hash does not fit. The files were copied aside and \
                 recording goes on behind event {highest}; run scanstation verify and compare with the last backup."
            ),
        )),
        (None, Some(mark)) if mark.seq > heads.seq => Some(damaged(
            heads.seq + 1,
            format!(
                "{} missing from the ledger and had been answered. The files were copied aside and recording goes on \
                 behind event {highest}; compare with the last backup.",
                report::span(heads.seq + 1, mark.seq, "is", "are")
            ),
        )),
        (None, Some(mark)) if !agrees(connection, &mark)? => Some(damaged(
            mark.seq,
            format!(
                "The ledger is not the one that this station answered from: event {} differs from the mark kept \
                 outside. The files were copied aside; run scanstation verify and compare with the last backup.",
                mark.seq
            ),
        )),
        (None, _) if earlier.is_some_and(|it| it < migration::SIGNED_STARTS) => None,
        (None, _) => walk.tail.wrong().map(|(first_bad, sentence)| Damage {
            cause: UNSIGNED,
            ..damaged(first_bad, format!("{sentence} The files were copied aside."))
        }),
    };
    Ok((opening, damage))
}

/// What to say if the last checkpoint is not signed with the station's key.
pub(super) fn foreign(last: &Checkpoint, key: &SigningKey, key_is_new: bool) -> Option<String> {
    let own = chain::hex(key.verifying_key().as_bytes());
    if last.public_key == own {
        return None;
    }
    Some(if key_is_new {
        format!(
            "The station's key was missing and a new one was made: checkpoints are signed with {own} from now on, and \
             scanstation verify names those that {} signed.",
            last.public_key
        )
    } else {
        format!(
            "The last checkpoint, at event {}, is signed with the key {}, and the station's key is {own}: somebody else \
             signed it, or the key file was replaced. Run scanstation verify and compare with the last backup.",
            last.seq, last.public_key
        )
    })
}

/// What to say of a ledger that has events and no mark; a new one has none, and a restore that was cut short may have
/// found none to replace.
pub(super) fn unmarked(connection: &Connection) -> Result<Option<Damage>, StoreError> {
    let last: Option<(i64, i64, Option<String>)> = connection
        .query_row(
            "SELECT seq, kind, CASE kind WHEN ? THEN body END FROM event ORDER BY seq DESC LIMIT 1",
            [EventKind::Restored.number()],
            |row| Ok((row.get(0)?, row.get(1).unwrap_or_default(), chain::text(row, 2).map(str::to_owned))),
        )
        .optional()
        .map_err(sql("look for the event of the mark"))?;
    let last = last.filter(|(_, kind, body)| !trust::replaces_no_mark(*kind, body.as_deref().unwrap_or_default()));
    Ok(last.map(|(seq, ..)| Damage {
        sentence: format!(
            "The mark outside the ledger was missing or unreadable: events lost at the end would not have been noticed. \
             It is made anew behind event {seq}; compare with the last backup."
        ),
        cause: NO_MARK,
        first_bad: seq + 1,
        last: seq,
        scan: 0,
    }))
}

fn agrees(connection: &Connection, mark: &Mark) -> Result<bool, StoreError> {
    if mark.seq == 0 {
        return Ok(true);
    }
    let doing = "compare the ledger with its mark";
    let found: Option<chain::Hash> = connection
        .query_row("SELECT hash FROM event WHERE seq = ?", [mark.seq], |row| Ok(chain::hash(row, 0)))
        .optional()
        .map_err(sql(doing))?;
    if found == Some(mark.head) {
        return Ok(true);
    }
    // A restore that was cut short between the database and its mark: the event says which mark it replaces.
    let next: Option<(i64, Option<String>)> = connection
        .query_row("SELECT kind, body FROM event WHERE seq > ? ORDER BY seq LIMIT 1", [mark.seq], |row| {
            Ok((row.get(0).unwrap_or_default(), chain::text(row, 1).map(str::to_owned)))
        })
        .optional()
        .map_err(sql(doing))?;
    Ok(next.is_some_and(|(kind, body)| {
        kind == EventKind::Restored.number() && body.is_some_and(|it| trust::replaces(&it, mark))
    }))
}
