//! Every setting with its value, where it comes from and what it does: `scanstation doctor --config`.
//!
//! It shows what the file says, opens nothing, and lists the settings that nobody touched too.
//! Deliberately absent: advice about the machine, which is the rest of `doctor`.

use std::borrow::Cow;

use toml::Value;

use super::document::Document;
use super::error::Place;
use super::keys::{KEYS, Key};
use crate::rules::Policy;

/// One setting as it is in force.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Setting {
    /// Its tables and its name; a list has its number, `serial[0].baud`.
    pub key: String,
    /// Its value, as it would be written.
    pub value: String,
    /// Its default, as it would be written; empty if it must be given.
    pub default: Cow<'static, str>,
    /// Where it was set.
    #[serde(serialize_with = "as_text")]
    pub place: Place,
    /// What it does.
    pub about: &'static str,
}

fn as_text<S: serde::Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(place)
}

/// All settings in the order of the sample file.
pub(super) fn settings(document: &Document, policy: &Policy) -> Vec<Setting> {
    KEYS.iter().flat_map(|key| each(document, policy, key)).collect()
}

fn each(document: &Document, policy: &Policy, key: &'static Key) -> Vec<Setting> {
    let of_kind = of_kind(key.path, policy);
    let setting = |path: String, value: Option<&Value>| {
        let default = of_kind.clone().map_or(Cow::Borrowed(key.default), Cow::Owned);
        let mut place = document.place(&path);
        if place == Place::Default && of_kind.is_some() {
            place = Place::Kind(policy.kind.word());
        }
        let value = value.map_or_else(|| default.to_string(), ToString::to_string);
        Setting { key: path, value, default, place, about: key.about }
    };
    let Some((list, rest)) = key.path.split_once("[].") else {
        return vec![setting(key.path.to_owned(), document.value(key.path))];
    };
    let tables = document.value(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let of = |number: usize, table: &Value| {
        let value = rest.split('.').try_fold(table, |at, part| at.get(part)).cloned();
        setting(format!("{list}[{number}].{rest}"), value.as_ref())
    };
    tables.iter().enumerate().map(|(number, table)| of(number, table)).collect()
}

/// The default of a key that another kind of station sets otherwise.
fn of_kind(path: &str, policy: &Policy) -> Option<String> {
    let default = Policy::of(policy.kind);
    match path {
        "rules.self_service" => Some(default.self_service.to_string()),
        "rules.session_idle_s" => Some(default.session_idle.as_secs().to_string()),
        _ => None,
    }
}

/// The settings as text, each with its place and its purpose, by table.
#[must_use]
pub fn explained(settings: &[Setting]) -> String {
    let mut table = "";
    let mut lines: Vec<String> = Vec::with_capacity(settings.len() * 2);
    for setting in settings {
        let (its_table, name) = setting.key.split_once('.').unwrap_or(("", &setting.key));
        if its_table != table {
            table = its_table;
            lines.push(format!("\n[{table}]"));
        }
        lines.push(format!("  {name} = {}  ({})\n      {}", setting.value, origin(setting), setting.about));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn origin(setting: &Setting) -> String {
    let Setting { place, default, value, .. } = setting;
    if matches!(place, Place::Default | Place::Kind(_)) || default.is_empty() {
        place.to_string()
    } else if value == default {
        format!("{place}, the default")
    } else {
        format!("{place}, default {default}")
    }
}
