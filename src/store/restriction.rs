//! What may keep a unit from going out, on disk: recalls, holds, due dates, category policy, trainings, reservations.
//!
//! Every change is an event. A unit has the recall and the hold of its model, too. A look-up of one unit reads all of it in one statement more.
//! Deliberately absent: deciding what follows from it, reservations (`reservation`), and recalls by lot, which set the
//! mark on each unit.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    Store,
    error::{StoreError, sql},
    number::{micros, time},
};
use crate::domain::restriction::{CategoryPolicy, Licence, Reservation, Restrictions, Training};
use crate::domain::{Body, EventKind, HolderId, Moment, NewEvent, UnitId};

/// What is not a part of a kit that the same person has.
const WHOLE: &str =
    "(u.kit IS NULL OR NOT EXISTS (SELECT 1 FROM unit_state k WHERE k.unit = u.kit AND k.holder = s.holder))";

impl Store {
    /// Sets recall, hold and due dates of a unit; category and reservation are not looked at. Needs a transaction.
    pub fn restrict(
        &mut self,
        unit: UnitId,
        to: &Restrictions,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let Restrictions { recalled, on_hold, calibration_due, inspection_due, .. } = to;
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE unit SET recalled = ?, on_hold = ?, calibration_due = ?, inspection_due = ? WHERE id = ?",
            )
            .and_then(|mut it| {
                it.execute(params![recalled, on_hold, calibration_due.map(micros), inspection_due.map(micros), unit.0])
            })
            .map_err(sql("restrict a unit"))?;
        if changed == 0 {
            return Err(StoreError::NotFound { what: "unit", id: unit.0 });
        }
        let body = Body::new()
            .with("recalled", recalled.clone().unwrap_or_default())
            .with("on_hold", on_hold.clone().unwrap_or_default())
            .with("calibration_due", calibration_due.map(|it| it.to_string()).unwrap_or_default())
            .with("inspection_due", inspection_due.map(|it| it.to_string()).unwrap_or_default());
        let event = NewEvent { unit: Some(unit), person, body, ..NewEvent::new(EventKind::UnitChanged) };
        self.record_events(None, &[event], now).map(drop)
    }

    /// Sets what a category asks. Needs an open transaction.
    pub fn set_category(
        &mut self,
        name: &str,
        policy: &CategoryPolicy,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let CategoryPolicy { training, held_max, job_required, critical, regulated } = policy;
        if name.trim().is_empty() {
            return Err(StoreError::Unfit("a category needs a name".to_owned()));
        }
        let training = training.as_deref().map(training_name).transpose().map_err(StoreError::Unfit)?;
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO category (name, training, held_max, job_required, critical, regulated) \
                 VALUES (?, ?, ?, ?, ?, ?)",
            )
            .and_then(|mut it| it.execute(params![name, training, held_max, job_required, critical, regulated]))
            .map_err(sql("set what a category asks"))?;
        let kept = CategoryPolicy { training: training.map(str::to_owned), ..policy.clone() };
        let body = Body::new().with("category", name).with("policy", asked(&kept));
        self.restriction_event(None, body, person, now)
    }

    /// Notes a training of a person. Needs an open transaction.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] if its name is none.
    pub fn add_training(
        &mut self,
        holder: HolderId,
        training: &Training,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let name = training_name(&training.name).map_err(StoreError::Unfit)?;
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO training (holder, name, valid_until) VALUES (?, ?, ?)")
            .and_then(|mut it| it.execute(params![holder.0, name, training.valid_until.map(micros)]))
            .map_err(sql("note a training"))?;
        let until = words(training.valid_until);
        let body = Body::new().with("holder", holder.0.to_string()).with("training", name);
        self.restriction_event(None, body.with("until", until), person, now)
    }

    /// Notes the licence of a person for regulated things, or that they have none. Needs an open transaction.
    pub fn set_licence(
        &mut self,
        holder: HolderId,
        licence: Option<&Licence>,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let reference = licence.map(|it| it.reference.trim());
        if reference == Some("") {
            return Err(StoreError::Unfit("a licence needs a reference".to_owned()));
        }
        let until = licence.and_then(|it| it.valid_until);
        self.connection
            .prepare_cached("UPDATE holder SET licence = ?, licence_until = ? WHERE id = ?")
            .and_then(|mut it| it.execute(params![reference, until.map(micros), holder.0]))
            .map_err(sql("note a licence"))?;
        let body = Body::new().with("holder", holder.0.to_string()).with("licence", reference.unwrap_or_default());
        let said = if reference.is_none() { ("ended", "yes".to_owned()) } else { ("until", words(until)) };
        self.restriction_event(None, body.with(said.0, said.1), person, now)
    }

    /// What is on record against lending a unit at that moment.
    pub fn restrictions(&self, unit: UnitId, now: Moment) -> Result<Restrictions, StoreError> {
        of_unit(&self.connection, unit, now)
    }

    /// How many things of that category a person has; a kit counts once with the parts that they have of it.
    pub fn held_of_category(&self, holder: HolderId, category: &str) -> Result<u32, StoreError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT count(*) FROM unit_state s JOIN unit u ON u.id = s.unit JOIN model m ON m.id = u.model \
                 WHERE s.holder = ? AND m.category = ? AND {WHOLE}"
            ))
            .and_then(|mut it| it.query_row(params![holder.0, category], |row| row.get(0)))
            .map_err(sql("count what the person has"))
    }

    /// How many things a person has; a kit counts once with the parts that they have of it.
    pub fn held(&self, holder: HolderId) -> Result<u32, StoreError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT count(*) FROM unit_state s JOIN unit u ON u.id = s.unit WHERE s.holder = ? AND {WHOLE}"
            ))
            .and_then(|mut it| it.query_row([holder.0], |row| row.get(0)))
            .map_err(sql("count what the person has"))
    }

    pub(super) fn restriction_event(
        &mut self,
        unit: Option<UnitId>,
        body: Body,
        person: Option<HolderId>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let kind = if unit.is_some() { EventKind::UnitChanged } else { EventKind::RecordChanged };
        self.record_events(None, &[NewEvent { unit, person, body, ..NewEvent::new(kind) }], now).map(drop)
    }
}

/// What is on record against lending a unit at that moment; reservations that ended are left out.
pub(super) fn of_unit(connection: &Connection, unit: UnitId, now: Moment) -> Result<Restrictions, StoreError> {
    let doing = "read what keeps the unit from going out";
    connection
        .prepare_cached(
            "SELECT coalesce(u.recalled, m.recalled), coalesce(u.on_hold, m.on_hold), u.calibration_due, u.inspection_due, c.training, c.held_max, \
             coalesce(c.job_required, 0), coalesce(c.critical, 0), coalesce(c.regulated, 0), \
             r.holder, h.name, r.begins, r.ends FROM unit u JOIN model m ON m.id = u.model \
             LEFT JOIN category c ON c.name = m.category LEFT JOIN reservation r ON r.id = \
             (SELECT id FROM reservation WHERE unit = u.id AND ends > ?2 ORDER BY ends LIMIT 1) \
             LEFT JOIN holder h ON h.id = r.holder WHERE u.id = ?1",
        )
        .and_then(|mut it| {
            it.query_row(params![unit.0, micros(now.wall)], |row| {
                let reservation = match (row.get::<_, Option<i64>>(9)?, row.get::<_, Option<String>>(10)?) {
                    (Some(holder), Some(name)) => Some(Reservation {
                        holder: HolderId(holder),
                        name,
                        begins: time(row.get(11)?)?,
                        ends: time(row.get(12)?)?,
                    }),
                    _ => None,
                };
                Ok(Restrictions {
                    recalled: row.get(0)?,
                    on_hold: row.get(1)?,
                    calibration_due: row.get::<_, Option<i64>>(2)?.map(time).transpose()?,
                    inspection_due: row.get::<_, Option<i64>>(3)?.map(time).transpose()?,
                    category: CategoryPolicy {
                        training: row.get(4)?,
                        held_max: row.get(5)?,
                        job_required: row.get(6)?,
                        critical: row.get(7)?,
                        regulated: row.get(8)?,
                    },
                    reservation,
                    held_of_category: 0,
                    held: 0,
                    of_model: Vec::new(),
                    free_of_model: 0,
                })
            })
            .optional()
        })
        .map(Option::unwrap_or_default)
        .map_err(sql(doing))
}

/// The name of a training, without blanks around it; or why it is none.
pub(super) fn training_name(name: &str) -> Result<&str, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err("a training needs a name".to_owned());
    }
    if name.chars().any(char::is_control) {
        return Err(format!("the name of a training is one line, and {name:?} is not"));
    }
    // A day that was not recognised would become part of the name, and the training would count for ever.
    let is_until = |it: &&str| ["until", "untill"].iter().any(|word| it.eq_ignore_ascii_case(word));
    match name.split_whitespace().find(is_until) {
        None => Ok(name),
        Some(word) => Err(format!(
            "{name:?} has the word {word:?} in the name of the training; write the name, until once, and the day, like \
             laser until 2027-03-31"
        )),
    }
}

/// What a category asks, in the words of the instruction that sets it.
fn asked(policy: &CategoryPolicy) -> String {
    let CategoryPolicy { training, held_max, job_required, critical, regulated } = policy;
    let words = [
        training.as_ref().map(|it| format!("training {it}")),
        held_max.map(|it| format!("held_max {it}")),
        job_required.then(|| "job_required".to_owned()),
        critical.then(|| "critical".to_owned()),
        regulated.then(|| "regulated".to_owned()),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

fn words(until: Option<Timestamp>) -> String {
    until.map(|it| it.to_string()).unwrap_or_default()
}

/// The trainings of a person.
pub(super) fn trainings(connection: &Connection, holder: HolderId) -> Result<Vec<Training>, StoreError> {
    connection
        .prepare_cached("SELECT name, valid_until FROM training WHERE holder = ?")
        .and_then(|mut it| {
            it.query_map([holder.0], |row| {
                let valid_until = row.get::<_, Option<i64>>(1)?.map(time).transpose()?;
                Ok(Training { name: row.get(0)?, valid_until })
            })?
            .collect()
        })
        .map_err(sql("read the person's trainings"))
}

/// From this time before a calibration or an inspection is due, its holder is told (chosen: one week to act).
const SOON_US: i64 = 7 * 24 * 3_600 * 1_000_000;

/// How many of the units that a person has must be calibrated or inspected soon, or should have been.
pub(super) fn check_due(connection: &Connection, holder: HolderId, now: Moment) -> Result<u32, StoreError> {
    connection
        .prepare_cached(
            "SELECT count(*) FROM unit_state s JOIN unit u ON u.id = s.unit WHERE s.holder = ?1 \
             AND (u.calibration_due < ?2 OR u.inspection_due < ?2)",
        )
        .and_then(|mut it| it.query_row(params![holder.0, micros(now.wall).saturating_add(SOON_US)], |row| row.get(0)))
        .map_err(sql("count what is to be calibrated"))
}
