//! What the events tell of the register, for `verify`: people, badges, units, identifiers, holds, owners, models, shelves.
//!
//! Whoever edits such a row in the file changes what the station does, so each is compared with what the events say of it.
//! Units and models are held as sums in a fixed number of buckets, the rest row by row; see `sums`.
//! Deliberately absent: custody, condition, cases, labels and quantities, which have folds of their own, and mending.

mod book;
mod closely;
mod record;
mod row;
mod stored;
mod sums;
mod table;
mod thing;
mod walked;
mod words;

use rusqlite::Connection;

use crate::domain::EventKind;
use crate::store::chain;
use crate::store::error::StoreError;
use crate::store::number::Numbered as _;
use crate::store::report::Report;

pub(super) use stored::beside;

use record::Records;
use stored::{Beside, Stored};
use sums::Sums;
use thing::Tell;
use words::Words;

/// Buckets of units: half a MiB, so that the check beside a running station takes little memory from it, and some thirty
/// units in each of a million, which are looked at together where one of them differs.
const UNIT_BUCKETS: usize = 32_768;
/// Buckets of models, of which there are fewer.
const MODEL_BUCKETS: usize = 4_096;

/// The register as the events tell it.
pub(super) struct Told {
    units: Sums,
    models: Sums,
    records: Records,
    /// The unit that was registered last, and by which event: what follows at once is told of an empty row.
    fresh: (i64, i64),
}

/// Whether an event of that kind and with these words tells of a unit's row; looked at before its words are read.
fn tells(kind: EventKind, body: Option<&str>) -> bool {
    if kind == EventKind::Corrected {
        return body.is_none_or(|it| it.contains("\"cause\":\"undo\""));
    }
    if kind == EventKind::CaseChanged {
        return body.is_none_or(|it| it.contains("\"blocked\":"));
    }
    TELLING.contains(&kind)
}

/// The kinds of events of a unit that tell of its row, with any words.
const TELLING: [EventKind; 6] = [
    EventKind::UnitRegistered,
    EventKind::UnitChanged,
    EventKind::IdentifierBound,
    EventKind::IdentifierEnded,
    EventKind::OwnerChanged,
    EventKind::StillBound,
];

impl Told {
    /// Of a ledger of which nothing was read yet.
    pub(super) fn new() -> Self {
        let (units, models) = (Sums::new(UNIT_BUCKETS), Sums::new(MODEL_BUCKETS));
        Self { units, models, records: Records::default(), fresh: (0, 0) }
    }

    /// Takes the next event into account; `body` is its text, `None` after a purge.
    pub(super) fn fold(&mut self, header: &chain::Header<'_>, body: Option<&str>) {
        let Ok(kind) = EventKind::of(header.kind) else { return };
        if let Some(unit) = header.unit {
            if tells(kind, body) {
                self.unit(kind, unit, header, body);
            }
        } else if kind == EventKind::RecordChanged || kind == EventKind::StillBound {
            self.record(kind, header, body);
        }
    }

    fn unit(&mut self, kind: EventKind, unit: i64, header: &chain::Header<'_>, body: Option<&str>) {
        let words = Words::of(body);
        let is_fresh = self.fresh == (unit, header.seq - 1);
        let (units, at) = (&mut self.units, header.record_time);
        thing::of_unit(kind, header, words.as_ref(), &mut |tell| {
            if let Tell::Column { name, before: None, after } = tell
                && is_fresh
            {
                return units.tell(unit, at, &Tell::Column { name, before: Some(thing::NOTHING), after });
            }
            units.tell(unit, at, &tell);
        });
        if kind == EventKind::UnitRegistered {
            self.fresh = (unit, header.seq);
        }
        if kind == EventKind::UnitChanged {
            match &words {
                Some(words) if words.get("reservation").is_some() => {
                    self.records.reserve(header.seq, Some(unit), words);
                }
                Some(_) => {}
                None => self.records.forget_reservations(),
            }
        }
    }

    fn record(&mut self, kind: EventKind, header: &chain::Header<'_>, body: Option<&str>) {
        let Some(words) = Words::of(body) else {
            self.models.sweep();
            if kind == EventKind::RecordChanged {
                self.records.forget();
            }
            return;
        };
        if kind == EventKind::RecordChanged {
            self.records.fold(header.seq, header.record_time, &words);
        }
        let models = &mut self.models;
        if let Some(model) = words.number("model") {
            thing::of_model(kind, &words, &mut |tell| models.tell(model, header.record_time, &tell));
        }
    }

    /// Says what the register says otherwise, which is read now if it was not beside the walk; `ended` is asked now and then whether it shall end before it is done.
    pub(super) fn compare(
        self,
        connection: &Connection,
        beside: Option<Beside>,
        ended: &mut dyn FnMut() -> bool,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let differ = match beside {
            Some(Ok(stored)) => {
                let mut stored = stored?;
                stored.units.add(&self.units);
                stored.models.add(&self.models);
                stored
            }
            Some(Err(_)) | None => Stored::read(connection, self.units, self.models, ended)?,
        };
        let mut pace = Pace { ended, steps: 0, is_over: differ.is_over };
        table::compare(connection, self.records, report)?;
        differ.odd.into_iter().for_each(|it| report.bad(None, it));
        if !pace.is_over {
            closely::models(connection, &differ.models, report)?;
            closely::units(connection, &differ.units, &mut pace, report)?;
        }
        if pace.is_over {
            report.bad(None, ENDED.to_owned());
        }
        Ok(())
    }
}

/// That a verification was ended by whoever asked for it.
pub(super) const ENDED: &str = "The verification was ended before it was done.";

/// Rows after which it is asked whether to go on (chosen: a tenth of a second).
const STEPS_MAX: u32 = 10_000;

/// Asks now and then whether to go on.
struct Pace<'a> {
    ended: &'a mut dyn FnMut() -> bool,
    steps: u32,
    is_over: bool,
}

impl Pace<'_> {
    /// After a row: whether to end.
    fn is_over(&mut self) -> bool {
        self.steps = (self.steps + 1) % STEPS_MAX;
        self.is_over |= self.steps == 0 && (self.ended)();
        self.is_over
    }
}
