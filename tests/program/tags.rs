//! `labels tags`: numbers for new labels, beside a running service, none of which was ever issued.
//!
//! Deliberately absent: how a tag is made, which `domain` tests.

use super::{check, demo, run};

fn printed(folder: &std::path::Path, words: &[&str]) -> Vec<String> {
    let output = run(folder, &[&["labels", "tags"], words].concat());
    assert_eq!(output.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn new_tags_count_on_behind_the_highest_and_are_none_that_ever_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let units = folder.join("units.csv");
    let list = units.to_str().unwrap();
    std::fs::write(&units, "tag,serial_number\nAT-000124E,S1\nAT-000126,S2\nAT-ZZ,S3\nold-1,S4\nAT-00012C,S5\n")
        .unwrap();
    check(folder, &["import", "units", list], 1, "line 4, column tag: the tag AT-ZZ has 2 characters");
    std::fs::write(&units, "tag,serial_number\nAT-000124E,S1\nAT-000126,S2\nold-1,S4\nAT-00012C,S5\n").unwrap();
    check(folder, &["import", "units", list], 0, "4 units imported");
    std::fs::write(&units, "badge,name,role\n0099,Max,keeper\n").unwrap();
    check(folder, &["import", "people", list], 0, "1 person imported");
    // The highest was lost: it is not issued again, and the numbers still count on behind it.
    check(folder, &["scan", "BDG-0099", "!CMD:TAGLOST", "S5", "S5"], 0, "Tag withdrawn");
    let next = printed(folder, &["3"]);
    assert_eq!(next, ["AT-00012DV", "AT-00012ET", "AT-00012FR"]);
    assert_eq!(printed(folder, &["1"]), next[..1]);
    assert_eq!(printed(folder, &["1", "--after", &next[0]]), next[1..2]);
    let behind = printed(folder, &["2", "--after", "AT-000123"]);
    assert_eq!(behind, ["AT-000125C", "AT-0001278"], "those on record are left out, in either form");
    assert_eq!(printed(folder, &["1", "--after", "AT-ZZZZZZ"]), ["AT-000002Y"]);
    let json = printed(folder, &["2", "--json"]);
    assert_eq!(json, [format!("[\"{}\",\"{}\"]", next[0], next[1])]);
    // What is printed can be bound, and then it is not printed again.
    check(folder, &["scan", "BDG-0099", "!CMD:RELABEL", "S5", "S5", &next[0], "!CMD:DONE"], 0, &next[0]);
    assert_eq!(printed(folder, &["1"]), next[1..2]);
    check(folder, &["labels", "tags", "0"], 2, "0 is not in 1..=1000");
    check(folder, &["labels", "tags", "--after", "AT-1"], 2, "AT-1 is no tag to go on behind: it has 1 characters");
    check(folder, &["labels", "tags", "--help"], 0, "scan PAIR, the new tag, the plate, DONE");
}

#[test]
fn new_tags_are_printed_beside_a_running_service() {
    let folder = tempfile::tempdir().unwrap();
    let service = demo(folder.path());
    let new = printed(folder.path(), &["5"]);
    assert_eq!(new.len(), 5);
    for tag in &new {
        check(folder.path(), &["identify", tag], 0, "asset-tag");
    }
    assert_eq!(service.end(), Some(0));
}
