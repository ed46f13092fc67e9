//! The laws of the house, checked on the text of the repository: rooms, arrows, crates, names, dead files, links.
//!
//! `docs/architecture.md` draws the rooms and `docs/style.md` gives the reasons; a complaint says what to turn.
//! Deliberately absent: what the compiler and clippy see by themselves.

mod arrows;
mod names;
mod papers;
mod rooms;
mod text;

use std::collections::BTreeSet;

use text::{Source, files, read, sources, top, word};

#[track_caller]
fn silent(complaints: &[String]) {
    assert!(complaints.is_empty(), "the house complains:\n\n{}\n", complaints.join("\n"));
}

#[test]
fn each_room_imports_only_what_the_table_allows() {
    silent(&sources("src").iter().flat_map(arrows::complaints).collect::<Vec<_>>());
}

#[test]
fn every_file_opens_with_its_purpose_keeps_its_length_and_names_things_well() {
    let all = sources("src").into_iter().chain(sources("tests"));
    silent(&all.flat_map(|it| names::complaints(&it)).collect::<Vec<_>>());
    let stale = names::LONGER.iter().filter(|(path, _)| read(path).lines().count() <= names::LINES_MAX);
    silent(&stale.map(|(path, _)| format!("{path} is short enough by now; strike it from LONGER")).collect::<Vec<_>>());
}

#[test]
fn there_are_no_dead_files() {
    let manifest = read("Cargo.toml");
    let roots = manifest.lines().filter_map(|it| it.strip_prefix("path = \"")?.strip_suffix('"')).map(str::to_owned);
    let mut alive: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<String> = roots.chain(["src/lib.rs".to_owned()]).collect();
    while let Some(path) = open.pop() {
        if alive.insert(path.clone()) {
            open.extend(children(&Source::new(&path, &read(&path))));
        }
    }
    let all = files("src", ".rs").into_iter().chain(files("tests", ".rs"));
    let dead = all.filter(|it| !alive.contains(it));
    silent(&dead.map(|it| format!("{it}: no `mod` leads to it; name it or remove it")).collect::<Vec<_>>());
}

/// The files that a file's `mod` lines lead to.
fn children(source: &Source) -> Vec<String> {
    let (folder, name) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
    let stem = name.trim_end_matches(".rs");
    let is_root = read("Cargo.toml").contains(&format!("path = \"{}\"", source.path));
    let below = if is_root || matches!(stem, "mod" | "lib") { folder.to_owned() } else { format!("{folder}/{stem}") };
    let mut found = Vec::new();
    for (number, line) in source.bare_lines() {
        let rest = line
            .trim_start()
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub(super) ")
            .trim_start_matches("pub ");
        let Some(name) = rest.strip_prefix("mod ").map(word).filter(|_| rest.trim_end().ends_with(';')) else {
            continue;
        };
        // Its attributes, nearest first; the path may stand above another one.
        let above: Vec<&str> = source.text.lines().take(number - 1).collect();
        let mut attributes = above.iter().rev().map(|it| it.trim_start()).take_while(|it| it.starts_with("#["));
        let given = attributes.find_map(|it| it.strip_prefix("#[path = \"")?.split('"').next());
        let candidates = match given {
            Some(path) => vec![papers::resolved(folder, path)],
            None => vec![format!("{below}/{name}.rs"), format!("{below}/{name}/mod.rs")],
        };
        found.extend(candidates.into_iter().filter(|it| top().join(it).is_file()));
    }
    found
}

#[test]
fn every_dependency_has_a_reason_a_use_and_a_room() {
    let all: Vec<Source> = sources("src").into_iter().chain(sources("tests")).collect();
    silent(&papers::about_dependencies(&read("Cargo.toml"), &all, rooms::AWAITED));
}

#[test]
fn every_link_and_path_in_documents_and_comments_leads_somewhere() {
    let documents = files("docs", ".md").into_iter().chain(["README.md".to_owned()]);
    let documents = documents.filter(|it| top().join(it).is_file());
    let all = documents.chain(files("src", ".rs")).chain(files("config", ".toml"));
    let exists = |path: &str| top().join(path).exists();
    silent(&all.flat_map(|it| papers::broken(&it, &read(&it), exists)).collect::<Vec<_>>());
}

#[test]
fn the_table_of_rooms_has_no_circle() {
    for (place, room) in rooms::ROOMS.iter().enumerate().take_while(|(_, it)| it.name != "config") {
        for target in room.may_import {
            let at = rooms::ROOMS.iter().position(|it| it.name == *target);
            assert!(at.is_some_and(|it| it < place), "`{}` imports `{target}`, which stands after it", room.name);
        }
    }
}
