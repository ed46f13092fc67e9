//! Every tape in `tests/tapes` is a tape, says what it is for, and prints as it reads.
//!
//! What should come of each is in the `journey.txt` beside it, which `journeys.rs` keeps.
//! Deliberately absent: playing them.

use std::path::PathBuf;

use scanstation::source::tape::{Act, Tape};

/// The tapes by the name of their folder.
pub(crate) fn all() -> Vec<(PathBuf, Tape)> {
    let top = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tapes");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(top)
        .unwrap()
        .map(|it| it.unwrap().path())
        .filter(|it| it.join("tape.txt").exists())
        .collect();
    folders.sort();
    folders.into_iter().map(|folder| (folder.clone(), read(&folder))).collect()
}

fn read(folder: &std::path::Path) -> Tape {
    let path = folder.join("tape.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# "), "{}: a tape begins with a sentence that says what it is for", path.display());
    text.parse().unwrap_or_else(|it| panic!("{}: {it}", path.display()))
}

#[test]
fn every_tape_reads_prints_and_reads_the_same() {
    let tapes = all();
    assert!(tapes.len() >= 12, "{} tapes", tapes.len());
    for (folder, tape) in tapes {
        assert_eq!(tape.to_string().parse::<Tape>().as_ref(), Ok(&tape), "{}", folder.display());
        let scans = tape.steps.iter().any(|it| matches!(it.act, Act::Bytes(..) | Act::Report(..) | Act::Scan(..)));
        assert!(scans, "{}: nothing is scanned", folder.display());
    }
}
