//! One line of a list of people.
//!
//! Deliberately absent: changing people who are in the register.

use super::{
    By, cell,
    mistakes::Mistakes,
    table::{Columns, Line},
};
use crate::domain::time::Zone;
use crate::domain::{Licence, Moment, Prefixes, Role, Training};
use crate::store::restriction::training_name;
use crate::store::{NewHolder, Store, StoreError};

/// The columns, all optional but `name`.
pub(super) const COLUMNS: Columns = Columns { taken: TAKEN, passed: &["active", "held"] };

const TAKEN: &[&str] = &["badge", "name", "role", "trainings", "held_max", "licence", "licence_until"];

/// Adds the person of one line.
pub(super) fn row(store: &mut Store, line: &Line<'_>, by: &By, now: Moment) -> Result<Mistakes, StoreError> {
    let mut wrong = Mistakes::default();
    let zone = store.options.zone.clone();
    let new = parse(line, &store.options.prefixes, by, &mut wrong);
    let trainings = trainings(line, &zone, &mut wrong);
    let held_max = limit(line, &mut wrong);
    let licence = licence(line, &zone, &mut wrong);
    // Tried even so: whether somebody has the badge is told with the rest, and the line is taken back.
    let holder = match store.add_holder(&new, by.person, now) {
        Ok(holder) => holder,
        Err(found) if found.is_refusal() => {
            wrong.note("badge", found.to_string());
            return Ok(wrong);
        }
        Err(found) => return Err(found),
    };
    if !wrong.is_empty() {
        return Ok(wrong);
    }
    for training in &trainings {
        store.add_training(holder, training, by.person, now)?;
    }
    if held_max.is_some() {
        store.set_limit(holder, held_max, by.person, now)?;
    }
    if licence.is_some() {
        store.set_licence(holder, licence.as_ref(), by.person, now)?;
    }
    Ok(wrong)
}

/// A reference, and perhaps the last day on which it counts.
fn licence(line: &Line<'_>, zone: &Zone, wrong: &mut Mistakes) -> Option<Licence> {
    let reference = wrong.take("licence", cell::identifier(line.cell("licence"))).flatten();
    let valid_until = wrong.take("licence_until", cell::day(line.cell("licence_until"), zone)).flatten();
    if line.cell("licence").is_empty() && valid_until.is_some() {
        wrong.note("licence_until", "is the end of a licence; name it in the column licence");
    }
    reference.map(|it| Licence { reference: it.to_owned(), valid_until })
}

/// `drills until 2027-03-31; ladders`: names, each perhaps with a day.
fn trainings(line: &Line<'_>, zone: &Zone, wrong: &mut Mistakes) -> Vec<Training> {
    let parts = line.cell("trainings").split([';', '|']).map(str::trim).filter(|it| !it.is_empty());
    parts.filter_map(|part| wrong.take("trainings", training(part, zone))).collect()
}

/// One training; the word `until` stands between its name and its day and nowhere else.
fn training(part: &str, zone: &Zone) -> Result<Training, String> {
    const UNTIL: &str = "until";
    let words: Vec<&str> = part.split_whitespace().collect();
    let Some(at) = words.iter().rposition(|it| it.eq_ignore_ascii_case(UNTIL)) else {
        return Ok(Training { name: training_name(part)?.to_owned(), valid_until: None });
    };
    let (name, day) =
        (words.get(..at).unwrap_or_default().join(" "), words.get(at + 1..).unwrap_or_default().join(" "));
    if name.is_empty() || day.is_empty() {
        let lacks = if name.is_empty() { "a name before" } else { "a day behind" };
        return Err(format!("{part:?} lacks {lacks} \"until\"; write it like laser until 2027-03-31"));
    }
    let valid_until = cell::day(&day, zone).map_err(|why| format!("{why}, in {part:?}"))?;
    training_name(&name)?;
    Ok(Training { name, valid_until })
}

fn limit(line: &Line<'_>, wrong: &mut Mistakes) -> Option<u32> {
    let text = line.cell("held_max");
    if text.is_empty() {
        return None;
    }
    wrong.take("held_max", text.parse().map_err(|_| format!("{text} is no whole number")))
}

fn parse(line: &Line<'_>, prefixes: &Prefixes, by: &By, wrong: &mut Mistakes) -> NewHolder {
    let name = wrong.take("name", cell::name(line.cell("name"))).unwrap_or_default();
    if line.cell("name").is_empty() {
        wrong.note("name", "a person needs a name");
    }
    let badge = cell::identifier(line.cell("badge"));
    let badge = badge.and_then(|it| it.map(|it| prefixes.badge_number(it)).transpose());
    let badge = wrong.take("badge", badge).flatten().map(str::to_owned);
    let role = line.cell("role");
    let role = if role.is_empty() { Some(Role::Operator) } else { Role::parse(&role.to_lowercase()) };
    match role {
        None => {
            let known = Role::ALL.map(Role::word).join(", ");
            wrong.note("role", format!("{} is no role; roles are {known}", line.cell("role")));
        }
        Some(role) if role > by.role_max => {
            wrong.note("role", format!("only an admin enters somebody with the role {role}"));
        }
        Some(_) => {}
    }
    // Somebody without a name cannot be tried; the line is taken back anyway.
    let name = if name.is_empty() { "?" } else { name };
    NewHolder { name: name.to_owned(), role: role.unwrap_or_default(), badge }
}
