//! Rust source as the house test reads it: text with comments and literals blanked out, and the files of a tree.
//!
//! Blanking keeps every line where it was, so that a complaint can name a line.
//! Deliberately absent: a parser; what cannot be seen in blanked text is left to the compiler and to clippy.

use std::path::{Path, PathBuf};

/// One source file, as it stands and with comments and literals blanked out.
pub(super) struct Source {
    /// Path from the top of the repository, with forward slashes.
    pub(super) path: String,
    /// As it stands.
    pub(super) text: String,
    /// Without comments, strings and characters.
    pub(super) bare: String,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), bare: blanked(text) }
    }

    /// The room of a file under `src`: its folder, or its own name at the top.
    pub(super) fn room(&self) -> Option<&str> {
        let rest = self.path.strip_prefix("src/")?;
        Some(rest.split_once('/').map_or_else(|| rest.trim_end_matches(".rs"), |(folder, _)| folder))
    }

    /// The lines of the blanked text, counted from one.
    pub(super) fn bare_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.bare.lines().enumerate().map(|(place, line)| (place + 1, line))
    }
}

/// The top of the repository.
pub(super) fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder of the repository whose name ends so, sorted; nothing that others wrote or that was built.
pub(super) fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![top().join(folder)];
    while let Some(folder) = open.pop() {
        let Ok(entries) = folder.read_dir() else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let ours = !matches!(name.as_str(), "target" | "vendor" | "node_modules") && !name.starts_with('.');
            if path.is_dir() && ours {
                open.push(path);
            } else if path.is_file() && name.ends_with(ending) {
                found.push(from_top(&path));
            }
        }
    }
    found.sort();
    found
}

/// A path as the complaints name it.
pub(super) fn from_top(path: &Path) -> String {
    path.strip_prefix(top()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Reads a file of the repository.
pub(super) fn read(path: &str) -> String {
    std::fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("read {path}: {error}"))
}

/// All our Rust files below a folder.
pub(super) fn sources(folder: &str) -> Vec<Source> {
    files(folder, ".rs").iter().map(|path| Source::new(path, &read(path))).collect()
}

pub(super) fn is_word(found: char) -> bool {
    found.is_alphanumeric() || found == '_'
}

/// The identifier at the beginning of a text; empty if there is none.
pub(super) fn word(text: &str) -> &str {
    text.split(|it| !is_word(it)).next().unwrap_or("")
}

/// The texts that follow each place where `needle` stands and is not the tail of a longer word or path.
pub(super) fn after<'t>(line: &'t str, needle: &'t str) -> impl Iterator<Item = &'t str> {
    line.match_indices(needle).filter_map(move |(place, _)| {
        let before = line.get(..place)?.chars().next_back();
        let starts = before.is_none_or(|it| !is_word(it) && it != ':');
        starts.then(|| line.get(place + needle.len()..))?
    })
}

/// Replaces comments, strings and characters by blanks.
pub(super) fn blanked(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&found) = all.get(at) {
        let end = literal_or_comment_end(&all, at);
        if end > at {
            out.extend(all[at..end].iter().map(|it| if *it == '\n' { '\n' } else { ' ' }));
            at = end;
        } else {
            out.push(found);
            at += 1;
        }
    }
    out
}

fn literal_or_comment_end(all: &[char], at: usize) -> usize {
    let next = |ahead: usize| all.get(at + ahead).copied().unwrap_or('\0');
    let in_word = at > 0 && is_word(all[at - 1]);
    match (all[at], next(1)) {
        ('/', '/') => line_end(all, at),
        ('/', '*') => block_end(all, at),
        ('"', _) => quoted_end(all, at + 1, '"'),
        ('r', '"' | '#') if !in_word || all[at - 1] == 'b' => raw_end(all, at),
        ('\'', '\\') => quoted_end(all, at + 1, '\''),
        ('\'', _) if next(2) == '\'' => at + 3,
        _ => at,
    }
}

fn line_end(all: &[char], at: usize) -> usize {
    (at..all.len()).find(|place| all[*place] == '\n').unwrap_or(all.len())
}

fn block_end(all: &[char], at: usize) -> usize {
    let (mut depth, mut place) = (0, at);
    while place < all.len() {
        match (all[place], all.get(place + 1)) {
            ('/', Some('*')) => (depth, place) = (depth + 1, place + 2),
            ('*', Some('/')) => (depth, place) = (depth - 1, place + 2),
            _ => place += 1,
        }
        if depth == 0 {
            break;
        }
    }
    place.min(all.len())
}

fn raw_end(all: &[char], at: usize) -> usize {
    let hashes_from = |place: usize| all.iter().skip(place).take_while(|it| **it == '#').count();
    let hashes = hashes_from(at + 1);
    let from = at + 1 + hashes;
    if all.get(from) != Some(&'"') {
        return at;
    }
    let end = (from + 1..all.len()).find(|place| all[*place] == '"' && hashes_from(place + 1) >= hashes);
    end.map_or(all.len(), |place| place + 1 + hashes)
}

fn quoted_end(all: &[char], from: usize, quote: char) -> usize {
    let mut place = from;
    while place < all.len() && all[place] != quote {
        place += if all[place] == '\\' { 2 } else { 1 };
    }
    (place + 1).min(all.len())
}

mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found: Vec<_> = blanked(text).split_whitespace().map(str::to_owned).collect();
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn comments_and_literals_are_blanked_and_nothing_else() {
        check("a // crate::x\nb", "a b");
        check("a /* x /* y */ z */ b", "a b");
        check(r#"f("crate::\" x", 'c', '\'', b'\n') + 'life"#, "f( , , , b ) + 'life");
        check(r###"let x = r#"un"safe"# ; y"###, "let x = ; y");
        check(r#"r"a\" + for"#, "+ for");
        check("for<'a> x(&'a str)", "for<'a> x(&'a str)");
        check("let r#type = 1", "let r#type = 1");
    }

    #[test]
    fn lines_stay_where_they_were() {
        assert_eq!(blanked("a\n/* b\nc */\nd \"e\nf\" g").lines().count(), 5);
    }

    #[test]
    fn a_needle_is_found_only_where_a_word_begins() {
        let found: Vec<_> = after("crate::a + my_crate::b + $crate::c", "crate::").map(word).collect();
        assert_eq!(found, ["a", "c"]);
    }
}
