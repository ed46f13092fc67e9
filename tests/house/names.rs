//! Checks names and shape of a file: banned words in public names, the opening lines, the length.
//!
//! Deliberately absent: function length (clippy's `too_many_lines`) and doc comments (`missing_docs`).

use super::text::{Source, word};

/// Words that say nothing; none may be part of a public name.
const BANNED: &[&str] = &[
    "data", "info", "item", "items", "manager", "handler", "handlers", "helper", "helpers", "util", "utils", "common",
    "misc", "process",
];

/// Words that need a neighbour: a serial *port* or *number*, a *check* code, an *exit* code.
const BANNED_ALONE: &[&str] = &["serial", "code"];

/// Rooms in which an event is a line of the ledger; elsewhere the word is taken by HID, udev and SSE.
const EVENT_ROOMS: &[&str] = &["domain", "rules", "store", "hub", "station", "http", "cli"];

/// Names that standards or the wire force on us.
const ALLOWED: &[(&str, &str)] = &[
    ("src/source/serial", "the module of serial ports"),
    ("src/store/data", "the folder that --data names, a word of the command line"),
];

/// Terms of standards that hold a banned word (ANSI MH10.8.2).
const TERMS: &[&str] = &["data_identifier", "DataIdentifier", "DATA_IDENTIFIER"];

/// Lines a file may have.
pub(super) const LINES_MAX: usize = 400;

/// Files that may be longer, and why.
pub(super) const LONGER: &[(&str, &str)] = &[("src/config/keys.rs", "a table: one row a key of the configuration")];

const OPENING: std::ops::RangeInclusive<usize> = 3..=8;

/// A test's names are sentences, so its file may say less.
const OPENING_OF_TESTS: std::ops::RangeInclusive<usize> = 1..=8;

/// All complaints about one file.
pub(super) fn complaints(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let opening = source.text.lines().take_while(|it| it.starts_with("//!")).count();
    let wanted = if source.path.starts_with("tests/") { OPENING_OF_TESTS } else { OPENING };
    if !wanted.contains(&opening) {
        found.push(format!(
            "{}: opens with {opening} lines of `//!`; wanted are 3 to 8: what it is for, its invariant, what is absent",
            source.path
        ));
    }
    let lines = source.text.lines().count();
    if lines > LINES_MAX && LONGER.iter().all(|(path, _)| *path != source.path) {
        found.push(format!("{}: has {lines} lines of at most {LINES_MAX}; divide it", source.path));
    }
    for (number, line) in source.bare_lines() {
        if let Some((name, why)) = public_name(line).and_then(|name| Some((name, banned(source, name)?))) {
            found.push(format!("{}:{number}: `{name}` {why}", source.path));
        }
    }
    found
}

/// The name that a line makes public.
fn public_name(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let mut rest = rest.trim_start();
    while let Some(tail) =
        ["async ", "const fn ", "const ", "static ", "fn ", "struct ", "enum ", "trait ", "type ", "mod "]
            .iter()
            .find_map(|it| rest.strip_prefix(it))
    {
        rest = tail.trim_start();
    }
    let name = word(rest);
    (!name.is_empty() && name != "use").then_some(name)
}

fn banned(source: &Source, name: &str) -> Option<String> {
    let room = source.room().unwrap_or("tests");
    let own_path = format!("src/{room}/{name}");
    if ALLOWED.iter().any(|(path, _)| source.path.starts_with(path) || *path == own_path) {
        return None;
    }
    let joined = TERMS.iter().fold(words(name).join("_"), |name, term| name.replace(term, "term"));
    let words = words(&joined);
    if let Some(found) = words.iter().find(|it| BANNED.contains(&it.as_str())) {
        return Some(format!("has the word {found:?}, which says nothing; docs/style.md has the list"));
    }
    if words.len() == 1 && BANNED_ALONE.contains(&name.to_lowercase().as_str()) {
        return Some("stands alone: serial number or serial port, exit code or check code?".to_owned());
    }
    if words.iter().any(|it| it == "event") && source.path.starts_with("src/") && !EVENT_ROOMS.contains(&room) {
        return Some(
            "speaks of an event outside the ledger; HID has reports, udev has plugs, screens get updates".to_owned(),
        );
    }
    (words.first().is_some_and(|it| it == "get") && words.len() > 1)
        .then(|| "begins with `get`; the noun alone is enough".to_owned())
}

/// The words of a name, in lower case, whatever its style.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for found in name.chars() {
        if found == '_' || (found.is_uppercase() && lower_before) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (found != '_', words.last_mut()) {
            word.extend(found.to_lowercase());
        }
        lower_before = found.is_lowercase() || found.is_ascii_digit();
    }
    words.retain(|it| !it.is_empty());
    words
}

mod tests {
    use super::*;

    const OPENING: &str = "//! One.\n//! Two.\n//! Three.\n";

    #[track_caller]
    fn check(path: &str, text: &str, expected: &str) {
        assert_eq!(complaints(&Source::new(path, &format!("{OPENING}{text}"))).join("\n"), expected);
    }

    #[test]
    fn a_word_that_says_nothing_is_named_only_in_public_names() {
        let said =
            "src/store/a.rs:4: `ScanManager` has the word \"manager\", which says nothing; docs/style.md has the list";
        check("src/store/a.rs", "pub struct ScanManager;", said);
        check("src/store/a.rs", "struct ScanManager; // pub struct DataHelper;", "");
        check("src/store/a.rs", "pub(crate) fn data() {}\npub fn update() {}\npub fn metadata() {}", "");
    }

    #[test]
    fn serial_and_code_need_a_neighbour() {
        let said = "src/store/a.rs:4: `serial` stands alone: serial number or serial port, exit code or check code?";
        check("src/store/a.rs", "    pub serial: String,\n    pub serial_number: String,", said);
        check("src/source/mod.rs", "pub mod serial;", "");
    }

    #[test]
    fn an_event_is_a_line_of_the_ledger() {
        check("src/store/a.rs", "pub struct NewEvent;", "");
        let said = "src/decode/a.rs:4: `KeyEvent` speaks of an event outside the ledger; HID has reports, udev has plugs, screens \
            get updates";
        check("src/decode/a.rs", "pub struct KeyEvent;", said);
    }

    #[test]
    fn getters_have_no_prefix() {
        check(
            "src/store/a.rs",
            "pub const fn get_unit() {}",
            "src/store/a.rs:4: `get_unit` begins with `get`; the noun alone is enough",
        );
        check("src/store/a.rs", "pub fn get() {}", "");
    }

    #[test]
    fn a_file_opens_with_what_it_is_for_and_ends_in_time() {
        let short = complaints(&Source::new("src/store/a.rs", "//! One.\n"));
        assert!(short.concat().contains("opens with 1 lines"), "{short:?}");
        let long = complaints(&Source::new("src/store/a.rs", &format!("{OPENING}{}", "\n".repeat(LINES_MAX))));
        assert!(long.concat().contains("has 403 lines of at most 400"), "{long:?}");
    }

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(words("HidKeyboard_map2Me"), ["hid", "keyboard", "map2", "me"]);
        assert_eq!(words("EVENTS_MAX"), ["events", "max"]);
    }
}
