//! One line of a list of people.
//!
//! Deliberately absent: changing people who are in the register.

use super::{By, Wrong, cell, table::Line};
use crate::domain::time::Zone;
use crate::domain::{Licence, Moment, Role, Training};
use crate::store::{NewHolder, Store, StoreError};

/// The columns, all optional but `name`.
pub(super) const COLUMNS: &[&str] = &["badge", "name", "role", "trainings", "held_max", "licence", "licence_until"];

/// Adds the person of one line.
pub(super) fn row(store: &mut Store, line: &Line<'_>, by: &By, now: Moment) -> Result<Result<(), Wrong>, StoreError> {
    let (prefix, zone) = (store.options.badge_prefix.clone(), store.options.zone.clone());
    let parsed =
        parse(line, &prefix).and_then(|new| Ok((new, trainings(line, &zone)?, limit(line)?, licence(line, &zone)?)));
    let (new, trainings, held_max, licence) = match parsed {
        Ok(parsed) => parsed,
        Err(wrong) => return Ok(Err(wrong)),
    };
    if new.role > by.role_max {
        return Ok(Err(("role", format!("only an admin enters somebody with the role {}", new.role))));
    }
    let holder = match store.add_holder(&new, by.person, now) {
        Ok(holder) => holder,
        Err(found @ (StoreError::Taken { .. } | StoreError::Unfit(_))) => return Ok(Err(("badge", found.to_string()))),
        Err(found) => return Err(found),
    };
    for training in &trainings {
        store.add_training(holder, training, by.person, now)?;
    }
    if held_max.is_some() {
        store.set_limit(holder, held_max, by.person, now)?;
    }
    if licence.is_some() {
        store.set_licence(holder, licence.as_ref(), by.person, now)?;
    }
    Ok(Ok(()))
}

/// A reference, and perhaps the last day on which it counts.
fn licence(line: &Line<'_>, zone: &Zone) -> Result<Option<Licence>, Wrong> {
    let reference = cell::identifier(line.cell("licence")).map_err(|it| ("licence", it))?;
    let valid_until = cell::day(line.cell("licence_until"), zone).map_err(|it| ("licence_until", it))?;
    if reference.is_none() && valid_until.is_some() {
        return Err(("licence_until", "is the end of a licence; name it in the column licence".to_owned()));
    }
    Ok(reference.map(|it| Licence { reference: it.to_owned(), valid_until }))
}

/// `drills until 2027-03-31; ladders`: names, each perhaps with a day.
fn trainings(line: &Line<'_>, zone: &Zone) -> Result<Vec<Training>, Wrong> {
    let parts = line.cell("trainings").split([';', '|']).map(str::trim).filter(|it| !it.is_empty());
    parts
        .map(|part| match part.split_once(" until ") {
            Some((name, day)) => {
                let until = cell::day(day, zone).map_err(|it| ("trainings", it))?;
                Ok(Training { name: name.trim().to_owned(), valid_until: until })
            }
            None => Ok(Training { name: part.to_owned(), valid_until: None }),
        })
        .collect()
}

fn limit(line: &Line<'_>) -> Result<Option<u32>, Wrong> {
    let text = line.cell("held_max");
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| ("held_max", format!("{text} is no whole number")))
}

fn parse(line: &Line<'_>, badge_prefix: &str) -> Result<NewHolder, Wrong> {
    let name = line.cell("name");
    if name.is_empty() {
        return Err(("name", "a person needs a name".to_owned()));
    }
    let badge = cell::identifier(line.cell("badge")).map_err(|it| ("badge", it))?;
    let role = line.cell("role");
    let role = if role.is_empty() { Some(Role::Operator) } else { Role::parse(&role.to_lowercase()) };
    let Some(role) = role else {
        let known = Role::ALL.map(Role::word).join(", ");
        return Err(("role", format!("{} is no role; roles are {known}", line.cell("role"))));
    };
    let badge = badge.map(|it| it.strip_prefix(badge_prefix).unwrap_or(it).to_owned());
    Ok(NewHolder { name: name.to_owned(), role, badge })
}
