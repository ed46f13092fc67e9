//! Search by what a unit is in: a state by the words of its name, and `out` for what somebody has.
//!
//! Each is one range of an index, or the first units in service. Who does not see a stolen unit as one finds it as what it looks like.
//! Deliberately absent: what is overdue, which has a list of its own.

use rusqlite::{Connection, params};

use super::{
    error::StoreError,
    number::Numbered as _,
    search::{FoundKind, Hits, ROWS_MAX, follow, words},
};
use crate::domain::{Sight, UnitState};

/// Characters of a word that may begin a state's: two are the beginning of most things.
const WORD_LEN_MIN: usize = 3;
/// What is said of a unit that somebody has.
const OUT: &str = "out";

/// Units in a state of which each word of the query begins a word.
pub(super) fn by_state(
    connection: &Connection,
    asked: &[String],
    sight: Sight,
    hits: &mut Hits,
) -> Result<(), StoreError> {
    if asked.iter().all(|it| it.chars().count() < WORD_LEN_MIN) {
        return Ok(());
    }
    let fits = |name: &str| {
        let of_name = words(name);
        asked.iter().all(|asked| of_name.iter().any(|it| it.starts_with(asked.as_str())))
    };
    if fits(OUT) {
        let held = "SELECT unit, ?1 FROM unit_state WHERE holder IS NOT NULL LIMIT ?2";
        follow(connection, held, params![OUT, ROWS_MAX], FoundKind::State, hits)?;
    }
    for state in UnitState::ALL.iter().filter(|it| fits(sight.state(**it).word())) {
        if hits.full() {
            break;
        }
        // Most units are in service: those need no index, and the others are in one that a movement does not touch.
        let of_state = if *state == UnitState::InService {
            "SELECT unit, ?1 FROM unit_state WHERE state = ?2 LIMIT ?3"
        } else {
            "SELECT unit, ?1 FROM unit_state WHERE state = ?2 AND state <> 3 LIMIT ?3"
        };
        let shown = sight.state(*state).word();
        follow(connection, of_state, params![shown, state.number(), ROWS_MAX], FoundKind::State, hits)?;
    }
    Ok(())
}
