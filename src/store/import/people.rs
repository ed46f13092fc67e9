//! One line of a list of people.
//!
//! Deliberately absent: changing people who are in the register.

use super::{Wrong, cell, table::Line};
use crate::domain::{HolderId, Moment, Role};
use crate::store::{NewHolder, Store, StoreError};

/// The columns, all optional but `name`.
pub(super) const COLUMNS: &[&str] = &["badge", "name", "role"];

/// Adds the person of one line.
pub(super) fn row(
    store: &mut Store,
    line: &Line<'_>,
    badge_prefix: &str,
    person: Option<HolderId>,
    now: Moment,
) -> Result<Result<(), Wrong>, StoreError> {
    let new = match parse(line, badge_prefix) {
        Ok(new) => new,
        Err(wrong) => return Ok(Err(wrong)),
    };
    match store.add_holder(&new, person, now) {
        Ok(_) => Ok(Ok(())),
        Err(found @ (StoreError::Taken { .. } | StoreError::Unfit(_))) => Ok(Err(("badge", found.to_string()))),
        Err(found) => Err(found),
    }
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
