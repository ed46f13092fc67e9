//! What a person gives to the words of the program: pictures and days, with a running service and without.

use serde_json::Value;

use super::{Service, check, demo, json, run};
use crate::bench::PICTURE;

#[test]
fn what_is_no_picture_or_of_nothing_is_refused_by_words_with_and_without_a_service() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (page, cut, whole) = (file("page.jpg", b"<html>"), file("cut.png", &PICTURE[..50]), file("whole.png", PICTURE));
    let large = file("large.png", &[PICTURE, &vec![0; 1024 * 1024]].concat());
    let store = folder.path().join("store");
    let refused = || {
        for words in [&["still"][..], &["set", "picture", "AT-000123", "--file"]] {
            check(&store, &[words, &[&page]].concat(), 1, "page.jpg: a picture is a PNG or a JPEG, and this is");
            check(&store, &[words, &[&cut]].concat(), 1, "cut.png: the picture ends in the middle");
        }
        check(&store, &["set", "picture", "AT-000123", "--file", &large], 1, "more than 1,048,576 bytes");
        check(&store, &["still", &whole, "--event", "999999"], 1, "there is no event 999999");
        check(&store, &["set", "picture", "AT-999999", "--file", &whole], 1, "no unit bears the tag AT-999999");
        check(&store, &["set", "picture", "--model", "Nothing", "--file", &whole], 1, "there is no model Nothing");
    };
    let kept = || std::fs::read_dir(store.join("stills")).unwrap().count();
    let service = demo(&store);
    let before = kept();
    refused();
    assert_eq!(service.end(), Some(0));
    refused();
    assert_eq!(kept(), before, "of what nobody knows no picture is kept");
    check(&store, &["set", "picture", "AT-000123", "--file", &whole], 0, "Picture set (event");
}

#[test]
fn a_day_ends_by_the_calendar_of_the_station_with_and_without_a_service() {
    let folder = tempfile::tempdir().unwrap();
    let (config, people) = (folder.path().join("tokyo.toml"), folder.path().join("people.csv"));
    std::fs::write(&config, "[station]\nzone = \"Asia/Tokyo\"\n").unwrap();
    let (config, people_csv) = (config.to_str().unwrap(), people.to_str().unwrap());
    let store = folder.path().join("store");
    let service = Service::start(&store, &["--demo", "--config", config]);
    let list = |badge: &str| format!("badge,name,licence,licence_until\n{badge},Fay {badge},WBK,2090-06-30\n");
    std::fs::write(&people, list("7001")).unwrap();
    check(&store, &["set", "calibration", "AT-000124", "--due", "2090-03-31"], 0, "Calibration set");
    check(&store, &["import", "people", people_csv], 0, "1 person imported");
    assert_eq!(service.end(), Some(0));
    std::fs::write(&people, list("7002")).unwrap();
    check(&store, &["set", "inspection", "AT-000124", "--due", "2090-03-31", "--config", config], 0, "Inspection set");
    check(&store, &["import", "people", people_csv, "--config", config], 0, "1 person imported");
    let events = run(&store, &["export", "events", "--form", "jsonl", "--unmasked"]);
    let text = String::from_utf8(events.stdout).unwrap();
    let told = |moment: &str| text.lines().filter(|it| it.contains(moment)).count();
    assert_eq!((told("2090-03-31T14:59:59Z"), told("2090-06-30T14:59:59Z")), (2, 2), "the end of the day in Tokyo");
}

#[test]
fn what_a_demo_says_to_try_does_what_it_says_at_each_kind_of_station() {
    for (station, tool, kind, holder) in [
        ("[station]\nkind = \"crib\"", "AT-000123", "checked-out", "Kim Sorensen"),
        ("[station]\nkind = \"crib\"\n[rules]\nself_service = false", "AT-000123", "checked-out", "Kim Sorensen"),
        ("[station]\nkind = \"desk\"", "AT-000123", "checked-out", "Priya Nair"),
        ("[station]\nkind = \"dock\"", "AT-000117", "checked-in", ""),
        ("[station]\nkind = \"dock\"\n[rules]\nself_service = true", "AT-000117", "checked-in", ""),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("station.toml");
        std::fs::write(&config, station).unwrap();
        let mut service = Service::start(folder.path(), &["--demo", "--config", config.to_str().unwrap()]);
        let said = service.lines.by_ref().map(Result::unwrap).take_while(|it| !it.starts_with("Ctrl+C"));
        let told = said.filter(|it| it.contains("printf ")).collect::<Vec<_>>();
        assert_eq!(told.len(), 2, "{station}: {told:?}");
        let codes = told.iter().flat_map(|it| it.split('\'').nth(1).unwrap().split_terminator("\\r"));
        for code in codes {
            check(folder.path(), &["scan", code], 0, "");
        }
        let seen = json(&run(folder.path(), &["export", "units", "--json"]));
        let unit = seen.iter().find(|it| it["tag"] == tool).unwrap();
        assert_eq!(unit["holder"].as_str().unwrap_or_default(), holder, "{station}: {told:?}");
        let events = json(&run(folder.path(), &["export", "events", "--json"]));
        let moved = |it: &&Value| it["unit"] == unit["unit"] && it["kind"] == kind && it["scan"].is_i64();
        assert_eq!(events.iter().filter(moved).count(), 1, "{station}: {told:?}");
        assert_eq!(service.end(), Some(0));
    }
}
