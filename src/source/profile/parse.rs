//! Profile files to profiles; a mistake is told with file, line and key.
//!
//! Unknown keys, doubled names and values that cannot be are errors; nothing of a file with a mistake is used.
//! Deliberately absent: finding and opening files.

use super::{Answers, IdPattern, KeyboardHabits, Mode, PosHabits, Profile};
use crate::decode::batch;
use crate::source::serial;

/// A mistake in a profile file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: key `{key}`: {complaint}")]
pub struct ProfileError {
    /// The file as it was named to [`parse`].
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// The key that is wrong; the nearest one before it where the value has none.
    pub key: String,
    /// What is wrong, and what would be right.
    pub complaint: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    profile: Vec<toml::Spanned<Entry>>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    title: String,
    mode: Mode,
    ids: Vec<IdPattern>,
    hint: Option<String>,
    keyboard: Option<KeyboardHabits>,
    pos: Option<PosHabits>,
    serial: Option<toml::Table>,
    batch: Option<batch::Options>,
    #[serde(default)]
    answer: Answers,
}

/// Parses one profile file; `file` is only for the complaint.
pub fn parse(file: &str, text: &str) -> Result<Vec<Profile>, ProfileError> {
    let parsed: File = toml::from_str(text).map_err(|error| {
        let (line, key) = place(text, error.span().map_or(0, |it| it.start));
        ProfileError { file: file.to_owned(), line, key, complaint: error.message().replace('\n', " ") }
    })?;
    let mut profiles: Vec<Profile> = Vec::new();
    for entry in parsed.profile {
        let start = entry.span().start;
        let entry = entry.into_inner();
        if let Some((key, complaint)) = mistake(&entry, &profiles) {
            let line = line_of(text, start, key);
            return Err(ProfileError { file: file.to_owned(), line, key: key.to_owned(), complaint });
        }
        profiles.push(Profile {
            name: entry.name,
            title: entry.title,
            mode: entry.mode,
            ids: entry.ids,
            hint: entry.hint,
            keyboard: entry.keyboard.unwrap_or_default(),
            pos: entry.pos.unwrap_or_default(),
            serial: entry.serial.unwrap_or_default(),
            batch: entry.batch,
            answer: entry.answer,
        });
    }
    Ok(profiles)
}

/// What the types cannot say: names, and parts that do not fit the mode.
fn mistake(entry: &Entry, before: &[Profile]) -> Option<(&'static str, String)> {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    if entry.name.is_empty() || !entry.name.chars().all(plain) {
        return Some(("name", format!("a name is of a-z, 0-9 and -, not {:?}", entry.name)));
    }
    if before.iter().any(|it| it.name == entry.name) {
        return Some(("name", format!("{:?} is already the name of a profile above", entry.name)));
    }
    let parts = [
        ("keyboard", entry.keyboard.is_some(), Mode::Keyboard),
        ("pos", entry.pos.is_some(), Mode::HidPos),
        ("serial", entry.serial.is_some(), Mode::Serial),
        ("batch", entry.batch.is_some(), Mode::Serial),
    ];
    for (key, given, mode) in parts {
        if given && entry.mode != mode {
            return Some((
                key,
                format!("belongs to another mode than {:?}; leave it out or correct `mode`", entry.mode),
            ));
        }
    }
    if let Some(complaint) = entry.serial.as_ref().and_then(serial::mistake) {
        return Some(("serial", complaint));
    }
    if let Some(complaint) = entry.batch.as_ref().and_then(batch::Options::mistake) {
        return Some(("batch", complaint));
    }
    let octets = entry.keyboard.iter().flat_map(|it| it.keys.values().chain(it.replaced.values()));
    if octets.into_iter().any(|it| it.0.len() != 1) {
        return Some(("keyboard", "a key stands for exactly one byte, such as \"1D\"".to_owned()));
    }
    if entry.mode == Mode::Unsupported && entry.hint.is_none() {
        return Some(("mode", "an unsupported mode needs a `hint` that says what to set instead".to_owned()));
    }
    None
}

/// Line and key of a place in the text: the key that stands there, or the last one before it.
fn place(text: &str, at: usize) -> (usize, String) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let row = text.lines().nth(line - 1).unwrap_or_default();
    let column = before.len() - before.rfind('\n').map_or(0, |it| it + 1);
    let bare = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    let here: String = row.get(column..).unwrap_or_default().chars().take_while(|it| bare(*it)).collect();
    let follows = row.get(column + here.len()..).unwrap_or_default().trim_start();
    if !here.is_empty() && follows.starts_with('=') {
        return (line, here);
    }
    let left = row.get(..column).unwrap_or_default().trim_end();
    let named = left.rsplit_once('=').map(|(key, _)| key.trim_end());
    let key =
        named.map_or_else(|| row.trim_matches(|it| !bare(it)), |it| it.rsplit(|it| !bare(it)).next().unwrap_or(it));
    (line, key.to_owned())
}

/// The line on which a key stands, from the start of its table on; the table's own if it is nowhere.
fn line_of(text: &str, start: usize, key: &str) -> usize {
    let before = text.get(..start).unwrap_or_default().matches('\n').count();
    let offset = text.lines().skip(before).position(|it| {
        let words = it.trim_start().trim_start_matches("[profile.");
        words.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', ']']))
    });
    before + offset.unwrap_or(0) + 1
}

#[cfg(test)]
mod tests {
    use super::parse;

    const GOOD: &str = "[[profile]]\nname = \"a\"\ntitle = \"A\"\nmode = \"keyboard\"\nids = [\"1209:0001\"]\n";

    #[track_caller]
    fn check(text: &str, complaint: &str) {
        assert_eq!(parse("x.toml", text).map_err(|it| it.to_string()).unwrap_err(), complaint, "{text}");
    }

    #[test]
    fn a_mistake_is_told_with_file_line_and_key() {
        check(
            &GOOD.replace("\"1209:0001\"", "\"1209\""),
            "x.toml:5: key `ids`: ids are vendor:product in hexadecimal, such as 05e0:2100, or 05e0:* for a whole vendor, not \"1209\"",
        );
        check(
            &format!("{GOOD}colour = \"red\"\n"),
            "x.toml:6: key `colour`: unknown field `colour`, expected one of `name`, `title`, `mode`, `ids`, `hint`, `keyboard`, `pos`, `serial`, `batch`, `answer`",
        );
        check(
            &format!("{GOOD}keyboard = {{ layout = \"es\" }}\n"),
            "x.toml:6: key `layout`: unknown variant `es`, expected one of `us`, `gb`, `de`, `fr`",
        );
        check(
            &format!("{GOOD}[profile.answer]\ngood = \"7\"\n"),
            "x.toml:7: key `good`: bytes are written as 16 07 0D, not \"7\"",
        );
        check(
            &format!("{GOOD}[profile.keyboard.keys]\n\"0x51\" = \"1D 1E\"\n"),
            "x.toml:1: key `keyboard`: a key stands for exactly one byte, such as \"1D\"",
        );
        check(
            &format!("{GOOD}[profile.pos]\nlayout = \"A\"\n"),
            "x.toml:6: key `pos`: belongs to another mode than Keyboard; leave it out or correct `mode`",
        );
        let serial = GOOD.replace("\"keyboard\"", "\"serial\"");
        check(
            &format!("{serial}serial = {{ bauds = 9600 }}\n"),
            "x.toml:6: key `serial`: unknown field `bauds`, expected one of `device`, `profile`, `baud`, `data_bits`, `parity`, `stop_bits`, `flow`, `dtr_on_open`, `exclusive`, `reply`, `framing`",
        );
        check(
            &format!("{serial}serial = {{ device = \"/dev/ttyS0\" }}\n"),
            "x.toml:6: key `serial`: `device` belongs into a configuration, not into a profile",
        );
        check(
            &format!("{serial}\n[profile.batch]\ncolumns = [\"code\"]\n"),
            "x.toml:7: key `batch`: a line has the columns `time` and `code` once each, and `date` at most once",
        );
        check(&format!("{GOOD}\n{GOOD}"), "x.toml:8: key `name`: \"a\" is already the name of a profile above");
        check(
            &GOOD.replace("\"keyboard\"", "\"unsupported\""),
            "x.toml:4: key `mode`: an unsupported mode needs a `hint` that says what to set instead",
        );
        check(&GOOD.replace("mode = \"keyboard\"\n", ""), "x.toml:1: key `profile`: missing field `mode`");
    }
}
