//! Checks what stands beside the code: links of documents, paths named in comments, the list of dependencies.
//!
//! Each dependency has its reason on its line, is used, and stands in the table of crates.
//! Deliberately absent: versions and licences, which `docs/licences.md` and the lock file hold.

use super::rooms::{AWAITED, CRATES, TEST_CRATES};
use super::text::Source;

/// Folders of ours that a path in backticks may begin with.
const FOLDERS: &[&str] = &["docs/", "src/", "tests/", "config/", "packaging/", "udev/"];

/// Targets of relative links in a Markdown text, and paths of ours in backticks.
pub(super) fn targets(text: &str) -> Vec<String> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let links = links.map(|it| it.split('#').next().unwrap_or("")).filter(|it| !it.is_empty() && !it.contains(':'));
    links.map(str::to_owned).collect()
}

/// Paths of ours that a text names in backticks.
pub(super) fn paths(text: &str) -> Vec<String> {
    let quoted = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    quoted
        .filter(|it| FOLDERS.iter().any(|folder| it.starts_with(folder)))
        .filter(|it| !it.contains(['*', ' ', '<', '{', '…', '$', '(']))
        .map(|it| it.trim_end_matches('/').to_owned())
        .collect()
}

/// Complaints about one document or source file; `exists` answers for a path from the top.
pub(super) fn broken(path: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let links = if path.ends_with("md") { targets(text) } else { Vec::new() };
    let links = links.into_iter().map(|it| (resolved(folder, &it), it));
    let named = paths(text).into_iter().map(|it| (it.clone(), it));
    links
        .chain(named)
        .filter(|(target, _)| !exists(target))
        .map(|(_, written)| format!("{path}: names `{written}`, and there is no such file"))
        .collect()
}

/// A path as it stands in a file of that folder, from the top.
pub(super) fn resolved(folder: &str, link: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// One line of a dependency section: name, and whether a reason stands beside it.
fn dependencies<'t>(manifest: &'t str, section: &str) -> Vec<(&'t str, bool)> {
    let header = format!("[{section}]");
    let lines = manifest.lines().skip_while(|it| *it != header).skip(1).take_while(|it| !it.starts_with('['));
    lines
        .filter_map(|line| line.split_once('=').filter(|(name, _)| !name.trim_start().starts_with('#')))
        .map(|(name, rest)| (name.trim(), rest.rsplit_once("# ").is_some_and(|(_, why)| why.trim().len() > 5)))
        .collect()
}

/// The name by which code calls a package's library.
fn ident(package: &str) -> String {
    if package == "zxing-cpp" { "zxingcpp".to_owned() } else { package.replace('-', "_") }
}

/// Complaints about the list of dependencies, given all our sources.
pub(super) fn about_dependencies(manifest: &str, sources: &[Source], awaited: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    let listed: Vec<_> = dependencies(manifest, "dependencies");
    for (name, reasoned) in listed.iter().chain(&dependencies(manifest, "dev-dependencies")) {
        let ident = ident(name);
        if !reasoned {
            found.push(format!("Cargo.toml: {name} has no reason beside it"));
        }
        let used = sources
            .iter()
            .any(|it| it.bare.contains(&format!("{ident}::")) || it.bare.contains(&format!("use {ident};")));
        let waits = awaited.iter().any(|(it, _)| *it == ident);
        match (used, waits) {
            (false, false) => found.push(format!("Cargo.toml: {name} is not used; take it out")),
            (true, true) => found.push(format!("tests/house/rooms.rs: {ident} is used by now; strike it from AWAITED")),
            (true, false) | (false, true) => {}
        }
        if CRATES.iter().all(|(it, _)| *it != ident) && !TEST_CRATES.contains(&ident.as_str()) {
            found.push(format!("tests/house/rooms.rs: {ident} stands in no row; say in CRATES where it may live"));
        }
    }
    for (krate, _) in CRATES {
        if listed.iter().all(|(name, _)| ident(name) != *krate) {
            found.push(format!("tests/house/rooms.rs: {krate} is no dependency any more; strike it from CRATES"));
        }
    }
    found
}

mod tests {
    use super::*;

    #[test]
    fn a_link_is_followed_from_its_document() {
        let text = "[a](../src/lib.rs#x) [b](https://x.example/y) [c](#here) [d](pictures/none.png \"t\") `docs/none.md` `docs/*.md`";
        let complaints = broken("docs/a.md", text, |it| it == "src/lib.rs");
        assert_eq!(
            complaints,
            [
                "docs/a.md: names `pictures/none.png`, and there is no such file",
                "docs/a.md: names `docs/none.md`, and there is no such file",
            ]
        );
    }

    #[test]
    fn a_dependency_without_reason_use_or_room_is_named() {
        let manifest = "[dependencies]\nrusqlite = \"1\" # the store\njiff = \"1\"\nleft-pad = \"1\" # padding of text\n\n[features]\nx = []\n";
        let sources = [Source::new("src/store/mod.rs", "use rusqlite::Connection;")];
        let complaints = about_dependencies(manifest, &sources, &[("rusqlite", "")]);
        let expected = [
            "tests/house/rooms.rs: rusqlite is used by now; strike it from AWAITED",
            "Cargo.toml: jiff has no reason beside it",
            "Cargo.toml: jiff is not used; take it out",
            "Cargo.toml: left-pad is not used; take it out",
            "tests/house/rooms.rs: left_pad stands in no row; say in CRATES where it may live",
        ];
        assert_eq!(complaints[..5], expected);
        assert!(
            complaints
                .contains(&"tests/house/rooms.rs: regex is no dependency any more; strike it from CRATES".to_owned())
        );
    }

    #[test]
    fn what_is_awaited_says_what_for() {
        assert!(AWAITED.iter().all(|(_, why)| why.len() > 5));
    }
}
