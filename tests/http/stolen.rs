//! A stolen unit shows nothing unusual to whoever reads the record, by whatever door; a keeper sees what it is.
//!
//! Deliberately absent: what a scan of it is answered, which `counter::states` tries.

use scanstation::store::{Form, List, Reader};

use super::Bench;

/// A keeper says of three that they are stolen, one of which somebody has, looks at one again, is told that it was seen,
/// and takes back that another was found.
fn robbed() -> Bench {
    let bench = Bench::new();
    let scan = |lane: &str, scans: &[&str]| scans.iter().for_each(|it| drop(bench.scan(it, lane)));
    scan("web", &["BDG-1001", "AT-100003", "!CMD:DONE", "BDG-1001"]);
    scan("keeper", &["BDG-1002", "!CMD:STOLEN", "AT-100001", "AT-100002", "AT-100003", "!CMD:HELP", "!CMD:AUTO"]);
    scan("keeper", &["AT-100001", "BDG-1002"]);
    scan("web", &["AT-100001", "BDG-1001", "AT-100001", "!CMD:FOUND", "AT-100001", "BDG-1001"]);
    scan("keeper", &["BDG-1002", "!CMD:OK", "AT-100002", "!CMD:UNDO", "BDG-1002"]);
    bench
}

/// What can be asked about them.
const ASKED: [&str; 8] = [
    "units?",
    "units?query=AT-1&",
    "units/1?",
    "units/2?",
    "units/3?",
    "events?limit=200&",
    "scans?limit=200&",
    "people/1?",
];

/// Those of which a keeper is told that they were stolen; what the station said is told to nobody later.
const TOLD: [bool; 8] = [true, true, true, true, true, true, false, true];

fn ask(bench: &Bench, asked: &str, lane: &str) -> String {
    let answer = bench.client().get(&format!("/api/v1/{asked}lane={lane}"), &[]);
    assert_eq!(answer.status, 200, "{asked}");
    answer.text().to_lowercase()
}

#[test]
fn a_stolen_unit_shows_nothing_unusual_to_whoever_asks_and_is_not_a_keeper() {
    let bench = robbed();
    for badge in ["", "BDG-1003", "BDG-1001"] {
        let lane = if badge.is_empty() { "nobody" } else { badge };
        bench.scan(badge, lane);
        for asked in ASKED {
            let told = ask(&bench, asked, lane);
            assert!(!told.contains("stolen"), "{badge} {asked}: {told}");
        }
    }
    bench.scan("BDG-1002", "keeper");
    for (asked, told) in ASKED.iter().zip(TOLD) {
        assert_eq!(ask(&bench, asked, "keeper").contains("stolen"), told, "{asked}");
    }
}

#[test]
fn the_story_of_a_stolen_unit_is_that_of_one_that_was_looked_up() {
    let bench = robbed();
    let story: serde_json::Value = serde_json::from_str(&ask(&bench, "units/1?", "nobody")).unwrap();
    assert_eq!(story["state"], "in-service");
    let lines = story["story"].as_array().unwrap().iter();
    let mut told: Vec<_> = lines.map(|it| (it["kind"].as_str().unwrap(), it["state"].clone())).collect();
    told.retain(|it| it.0 != "observed" && it.0 != "refused");
    assert_eq!(told, [("unit-registered", "in-service".into())]);
    for line in story["story"].as_array().unwrap().iter().filter(|it| it["kind"] == "observed") {
        assert_eq!(line["state"], serde_json::Value::Null);
        let words: Vec<&String> = line["body"].as_object().unwrap().keys().collect();
        assert_eq!(words, ["as", "scanned"]);
    }
}

#[test]
fn a_screen_that_returns_and_a_list_for_others_do_not_tell_which_was_stolen() {
    let mut bench = robbed();
    let head = bench.client().get("/api/v1/state", &[]).json()["head"].as_i64().unwrap();
    let mut screen = bench.client().watch(Some(0));
    loop {
        let told = screen.told_scan();
        assert!(!told.data.to_lowercase().contains("stolen"), "{}", told.data);
        if told.id == Some(head) {
            break;
        }
    }
    bench.stop();
    let reader = Reader::open(bench.folder.path()).unwrap();
    for (list, form) in
        [List::Units, List::Events, List::Scans].map(|it| [(it, Form::Csv), (it, Form::JsonLines)]).concat()
    {
        let written = |unmasked| {
            let mut out = Vec::new();
            reader.export(list, form, unmasked, &mut out).unwrap();
            String::from_utf8(out).unwrap().to_lowercase()
        };
        assert!(!written(false).contains("stolen"), "{list:?}: {}", written(false));
        assert!(written(true).contains("stolen"), "{list:?}");
    }
}
