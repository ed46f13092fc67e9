//! What events say of people, their badges and trainings, of places, shelves, categories and reservations.
//!
//! All of it is held as the events say it, because these are few beside units and models.
//! Deliberately absent: reading the register (`table`); quantities on shelves, which have a fold of their own.

use std::collections::BTreeMap;

use super::book::{Book, Issued};
use super::row::Row;
use super::thing::moment;
use super::words::Words;
use crate::domain::serial_number::key;
use crate::store::pin::SEAL;

/// The rows of one table, by what names them.
#[derive(Default)]
pub(super) struct Rows {
    /// Words are missing: there may be rows that are not known.
    pub(super) open: bool,
    pub(super) known: BTreeMap<String, Row>,
}

/// All that is held row by row.
#[derive(Default)]
pub(super) struct Records {
    /// By number.
    pub(super) people: Rows,
    pub(super) badges: Book,
    /// By person and name.
    pub(super) trainings: Rows,
    /// Locations by number.
    pub(super) places: Rows,
    /// By the key of their code.
    pub(super) shelves: Rows,
    /// By name.
    pub(super) categories: Rows,
    /// By number.
    pub(super) reservations: Rows,
}

impl Rows {
    /// Words are missing; the rows stay, because rows of this table are never removed.
    fn forget(&mut self) {
        self.open = true;
        self.known.values_mut().for_each(Row::forget);
    }

    /// Words are missing that may have removed any of the rows.
    fn lose(&mut self) {
        self.open = true;
        self.known.clear();
    }

    fn of(&mut self, name: impl Into<String>) -> &mut Row {
        self.known.entry(name.into()).or_default()
    }

    fn enter(&mut self, name: impl Into<String>, seq: i64, columns: &[(&'static str, Option<&str>)]) {
        let row = self.of(name);
        row.enter(seq);
        for (name, value) in columns {
            row.tell(name, *value, seq);
        }
    }
}

impl Records {
    /// The words of a change of the record are missing.
    pub(super) fn forget(&mut self) {
        for rows in [&mut self.people, &mut self.places, &mut self.shelves, &mut self.categories] {
            rows.forget();
        }
        self.badges.forget();
        self.trainings.lose();
        self.reservations.lose();
    }

    /// The words of a change of a unit are missing, which may have been a reservation.
    pub(super) fn forget_reservations(&mut self) {
        self.reservations.lose();
    }

    /// Takes a change of the record into account, written at that time.
    pub(super) fn fold(&mut self, seq: i64, at: i64, words: &Words<'_>) {
        if words.get("reservation").is_some() {
            self.reserve(seq, None, words);
        } else if let Some(holder) = words.get("holder") {
            self.person(seq, at, holder, words);
        } else if let Some(badge) = words.get("badge") {
            self.badges.end((Some(0), -1), badge, (words.said("ended"), at), seq);
        } else if let Some(shelf) = words.get("shelf") {
            self.shelf(seq, shelf, words);
        } else if let Some(location) = words.get("location") {
            self.place(seq, location, words);
        } else if let Some(policy) = words.get("policy") {
            self.categories.enter(words.said("category"), seq, &[("policy", Some(&spaced(policy)))]);
        }
    }

    /// A reservation is entered or cancelled; of a unit, or of a model.
    pub(super) fn reserve(&mut self, seq: i64, unit: Option<i64>, words: &Words<'_>) {
        let id = words.said("reservation");
        if words.get("cancelled").is_some() {
            self.reservations.known.remove(id);
            return;
        }
        let unit = unit.map(|it| it.to_string()).unwrap_or_default();
        let [begins, ends] = ["begins", "ends"].map(|it| moment(words.said(it)).to_string());
        let columns = [
            ("unit", Some(&*unit)),
            ("model", Some(words.said("model"))),
            ("holder", Some(words.said("reserved_for"))),
            ("begins", Some(&*begins)),
            ("ends", Some(&*ends)),
        ];
        self.reservations.enter(id, seq, &columns);
    }

    fn person(&mut self, seq: i64, at: i64, holder: &str, words: &Words<'_>) {
        let until = |name| moment(words.said(name)).to_string();
        if let Some(training) = words.get("training") {
            let name = training_key(holder, training);
            if words.get("ended").is_some() {
                self.trainings.known.remove(&name);
            } else {
                self.trainings.enter(name, seq, &[("valid_until", Some(&until("until")))]);
            }
        } else if let Some(badge) = words.get("badge") {
            let (bearer, raw) = (holder.parse().ok(), badge.trim().to_owned());
            let issued = Issued { bearer, raw, astray: None, from: Some(at), ended: None, seq };
            self.badges.bind(0, issued);
        } else if let Some(role) = words.get("role") {
            let columns = [("name", words.get("name")), ("role", Some(role)), ("active", Some("1"))];
            self.people.enter(holder, seq, &columns);
        } else if let Some(active) = words.get("active") {
            self.people.of(holder).tell("active", Some(if active == "true" { "1" } else { "0" }), seq);
        } else if let Some(pin) = words.get("pin") {
            // An earlier program did not say which one was set.
            let seal = if pin == "set" { words.get(SEAL) } else { Some("") };
            self.people.of(holder).tell("pin", seal, seq);
        } else if words.get("column") == Some("held_max") {
            self.people.of(holder).tell("held_max", Some(words.said("after")), seq);
        } else if words.get("licence").or(words.get("ended")).is_some() {
            let person = self.people.of(holder);
            person.tell("licence", Some(words.said("licence")), seq);
            person.tell("licence_until", Some(&until("until")), seq);
        }
    }

    fn place(&mut self, seq: i64, location: &str, words: &Words<'_>) {
        if let Some(label) = words.get("label") {
            let looked_up = key(label);
            let columns = [
                ("label", Some(label)),
                ("label_key", Some(&*looked_up)),
                ("name", Some(words.said("name"))),
                ("quarantine", Some("0")),
            ];
            self.places.enter(location, seq, &columns);
        } else if words.get("column") == Some("quarantine") {
            self.places.of(location).tell("quarantine", Some(words.said("after")), seq);
        }
    }

    fn shelf(&mut self, seq: i64, shelf: &str, words: &Words<'_>) {
        if words.get("quantity").is_none() {
            return self.shelves.of(key(shelf)).tell("take_max", Some(words.said("take_max")), seq);
        }
        // An earlier program did not say where the shelf is.
        let location = words.get("location").map(|it| if it == "none" { "" } else { it });
        let columns = [
            ("shelf", Some(shelf)),
            ("model", Some(words.said("model"))),
            ("minimum", Some(words.said("minimum"))),
            ("location", location),
        ];
        self.shelves.enter(key(shelf), seq, &columns);
    }
}

/// By what a training of a person is held.
fn training_key(holder: &str, name: &str) -> String {
    format!("{holder} {name}")
}

/// What a category asks with its blanks made one: an earlier program told those around a training, too.
pub(super) fn spaced(policy: &str) -> String {
    policy.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",")
}
