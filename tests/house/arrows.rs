//! Checks one file against the table of rooms: whom it imports, which foreign crates it names, what it must not do.
//!
//! Each complaint names file and line and says which arrow to turn.
//! Deliberately absent: the table itself, which is `rooms.rs`.

use super::rooms::{CRATES, Room, find};
use super::text::{Source, after, is_word, word};

/// All complaints about one file of `src`.
pub(super) fn complaints(source: &Source) -> Vec<String> {
    let Some(name) = source.room() else { return Vec::new() };
    let Some(room) = find(name) else {
        return vec![format!(
            "{}: there is no room `{name}`; put the file into one of the rooms, or decide on a new one in tests/house/rooms.rs",
            source.path
        )];
    };
    let mut found = Vec::new();
    for (number, line) in source.bare_lines() {
        let mut complain = |text: String| found.push(format!("{}:{number}: {text}", source.path));
        groups(line, &mut complain);
        for target in ours(source, line) {
            arrow(room, target, &mut complain);
        }
        for (krate, rooms) in CRATES {
            if names(line, krate) && !rooms.contains(&room.name) {
                complain(format!("`{krate}` lives in {}, not in `{name}`: {}", listed(rooms), room.advice));
            }
        }
        forbidden(source, room, line, &mut complain);
    }
    found
}

fn groups(line: &str, complain: &mut impl FnMut(String)) {
    if after(line, "crate::").any(|rest| rest.starts_with(['{', '*'])) {
        complain("imports a group from the top of the crate; write one `use crate::room::Thing;` a line".to_owned());
    }
    if line.contains("super::super") {
        complain("climbs two floors; write the path from `crate::`".to_owned());
    }
}

/// The rooms that a line names.
fn ours<'l>(source: &Source, line: &'l str) -> Vec<&'l str> {
    let mut targets: Vec<&str> = after(line, "crate::").chain(after(line, "scanstation::")).map(word).collect();
    // Only in a room's own top file does `super` mean the top of the crate.
    if source.path.ends_with("/mod.rs") && source.path.matches('/').count() == 2 {
        targets.extend(after(line, "super::").map(word).filter(|it| find(it).is_some()));
    }
    targets.retain(|it| !it.is_empty());
    targets
}

fn arrow(room: &Room, target: &str, complain: &mut impl FnMut(String)) {
    if target == room.name || room.may_import.contains(&target) {
        return;
    }
    match find(target) {
        Some(_) => complain(format!(
            "turn this arrow: `{}` must not import `{target}`, only {}. Instead: {}",
            room.name,
            listed(room.may_import),
            room.advice
        )),
        None => complain(format!("`crate::{target}` is not a room; keep things inside rooms")),
    }
}

/// Whether a line names a crate: as the head of a path, or in a `use` of the whole.
fn names(line: &str, krate: &str) -> bool {
    let mut heads = line.match_indices(krate);
    heads.any(|(place, _)| {
        let before = &line[..place];
        let rest = &line[place + krate.len()..];
        let head = !before.ends_with(is_word) && !before.ends_with("::") && !before.ends_with(['.', '#']);
        let used = before.trim_end().ends_with("use") && rest.trim_start().starts_with(';');
        head && (rest.starts_with("::") || used)
    })
}

fn forbidden(source: &Source, room: &Room, line: &str, complain: &mut impl FnMut(String)) {
    if line.split(|it| !is_word(it)).any(|it| it == "unsafe") {
        complain("`unsafe` is not for us; find the crate that has the safe call".to_owned());
    }
    if room.name == "station" && after(line, "tokio::").any(|rest| word(rest) != "sync") {
        complain(
            "the station thread is plain: of tokio only `tokio::sync`; async stops at the door of `http`".to_owned(),
        );
    }
    // Within `http` the receiver is an ordinary thread, and a sender of that channel never waits for it.
    let turns_in_a_circle = ["sync_channel", "crossbeam", "crossbeam_channel", "flume", "kanal"];
    let mut words = line.split(|it| !is_word(it));
    if words.any(|it| turns_in_a_circle.contains(&it) || it == "mpsc" && !source.path.starts_with("src/http/screens/"))
    {
        complain("a real-time thread may turn in a circle on such a channel for good; take `crate::queue`".to_owned());
    }
    if line.split(|it| !is_word(it)).any(|it| it == "LocalSet") {
        complain("turns in a circle while another thread wakes it; take a `LocalRuntime`".to_owned());
    }
    let reads_clock = ["SystemTime::now(", "Instant::now(", "Timestamp::now(", "Zoned::now("];
    let may_read = source.path == "src/station/clock.rs" || source.path.ends_with("/hostile.rs"); // Lasts as told.
    if !may_read && reads_clock.iter().any(|it| line.contains(it)) {
        complain("reads the clock; time comes in as an argument, from src/station/clock.rs".to_owned());
    }
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { format!("`{}`", names.join("`, `")) }
}

mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &str) {
        assert_eq!(complaints(&Source::new(path, text)).join("\n"), expected);
    }

    #[test]
    fn an_arrow_that_the_table_has_is_silent() {
        check("src/http/page.rs", "use crate::domain::{A, B};\nuse crate::station::Handle;\nuse super::x;", "");
        check("src/store/mod.rs", "mod tests { use super::*; }\nuse rusqlite::Connection;", "");
        check("src/store/a.rs", "// use crate::http::x;\nlet x = \"crate::http\";", "");
    }

    #[test]
    fn an_arrow_that_the_table_lacks_is_named_with_the_way_out() {
        let said = "src/rules/desk.rs:2: turn this arrow: `rules` must not import `store`, only `domain`. Instead: put what \
            the rule asks into `UnitFacts`; `store` fills it in, `station` hands it over";
        check("src/rules/desk.rs", "\nuse crate::store::Store;", said);
        check("src/rules/mod.rs", "\nuse super::store::Store;", &said.replace("desk", "mod"));
    }

    #[test]
    fn groups_and_climbing_are_refused() {
        let group =
            "src/store/a.rs:1: imports a group from the top of the crate; write one `use crate::room::Thing;` a line";
        check("src/store/a.rs", "use crate::{domain::A, http::B};", group);
        check(
            "src/store/a/b.rs",
            "use super::super::x;",
            "src/store/a/b.rs:1: climbs two floors; write the path from `crate::`",
        );
    }

    #[test]
    fn a_driver_crate_outside_its_room_is_named() {
        let said = "src/station/desk.rs:1: `rusqlite` lives in `store`, not in `station`: the loop speaks to the world by its \
            `Handle`: `http` and `cli` come to it";
        check("src/station/desk.rs", "fn x(it: &rusqlite::Connection) {}", said);
        check("src/station/desk.rs", "use rusqlite ;", said);
        check("src/vision/a.rs", "let x = frame.image::<u8>(); crate::vision::image::load(rusqlite_like::x)", "");
    }

    #[test]
    fn the_clock_is_read_in_one_file() {
        let said = "src/rules/a.rs:1: reads the clock; time comes in as an argument, from src/station/clock.rs";
        check("src/rules/a.rs", "let x = std::time::Instant::now();", said);
        check("src/station/clock.rs", "let x = std::time::Instant::now();", "");
    }

    #[test]
    fn the_station_takes_nothing_but_channels_from_tokio() {
        let said = "src/station/a.rs:1: the station thread is plain: of tokio only `tokio::sync`; async stops at the door of `http`";
        check("src/station/a.rs", "tokio::spawn(x);", said);
        check("src/station/a.rs", "use tokio::sync::watch;", "");
    }

    #[test]
    fn threads_meet_in_a_queue_that_sleeps() {
        let said = |line: u8| {
            format!(
                "src/source/a.rs:{line}: a real-time thread may turn in a circle on such a channel for good; take `crate::queue`"
            )
        };
        check("src/source/a.rs", "use std::sync::mpsc;", &said(1));
        check("src/source/a.rs", "use std::sync::{\n    mpsc::{Receiver, channel},\n};", &said(2));
        check("src/source/a.rs", "use crate::queue::queue;", "");
        check("src/http/screens/a.rs", "use tokio::sync::{mpsc, watch};", "");
        let said = "src/http/a.rs:1: turns in a circle while another thread wakes it; take a `LocalRuntime`";
        check("src/http/a.rs", "tokio::task::LocalSet::new();", said);
    }

    #[test]
    fn a_file_outside_every_room_is_named() {
        let said = "src/utility/a.rs: there is no room `utility`; put the file into one of the rooms, or decide on a new one in \
            tests/house/rooms.rs";
        check("src/utility/a.rs", "", said);
    }
}
