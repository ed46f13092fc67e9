//! Lists that are taken in: whole or not at all whatever ends the service, and only by whom may.

use std::path::Path;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use scanstation::store::Reader;

use super::{Service, check, demo, json, program, run};

const ROWS: usize = 3_000;

/// A list that is far longer than a piece.
fn list(folder: &Path) -> String {
    let path = folder.join("many.csv");
    let rows = (0..ROWS).map(|it| format!("TL-{it:06},HX{it},Hilti,TE 30,LOC-{}\n", it % 7));
    let text: String = std::iter::once("tag,serial_number,maker,model,location\n".to_owned()).chain(rows).collect();
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn units(store: &Path) -> i64 {
    Reader::open(store).unwrap().counts(clock()).unwrap().units
}

fn clock() -> scanstation::domain::Moment {
    scanstation::station::clock::start()()
}

/// Imports the list and ends the service by a signal in the middle of it; returns how many units are in then.
fn broken_off(store: &Path, list: &str, signal: Signal) -> i64 {
    let mut service = Service::start(store, &[]);
    let mut import = program(store);
    let mut import =
        import.args(["import", "units", list]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while units(store) == 0 {
        assert!(import.try_wait().unwrap().is_none(), "the import ended before anything was in");
    }
    kill_process(Pid::from_child(&service.child), signal).unwrap();
    service.child.wait().unwrap();
    import.wait().unwrap();
    units(store)
}

#[test]
fn an_import_that_is_broken_off_is_whole_after_the_next_start() {
    for signal in [Signal::KILL, Signal::TERM] {
        let folder = tempfile::tempdir().unwrap();
        let (store, list) = (folder.path().join("store"), list(folder.path()));
        let before = broken_off(&store, &list, signal);
        // A clean end may wait long enough for all of it.
        let rows = i64::try_from(ROWS).unwrap();
        assert!(before > 0 && (before < rows || signal == Signal::TERM), "{before} units were in: not in the middle");
        let service = Service::start(&store, &[]);
        assert_eq!(units(&store), rows, "after {signal:?}");
        check(&store, &["import", "units", &list], 1, "This very file was imported whole on ");
        assert_eq!(service.end(), Some(0));
        check(&store, &["verify"], 0, "The ledger holds");
        let left: Vec<_> = std::fs::read_dir(&store).unwrap().map(|it| it.unwrap().file_name()).collect();
        let of_imports = |it: &&std::ffi::OsString| it.to_string_lossy().starts_with(['r', 'i']);
        assert_eq!(left.iter().filter(of_imports).count(), 0, "{left:?}");
    }
}

#[test]
fn the_same_file_goes_on_where_it_was_and_the_start_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (store, list) = (folder.path().join("store"), list(folder.path()));
    let before = broken_off(&store, &list, Signal::KILL);
    let said = run(&store, &["import", "units", &list]);
    let text = [String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr)].concat();
    assert!(said.status.success(), "{text}");
    assert!(text.contains("an import was broken off; the rest goes in now"), "{text}");
    assert!(
        text.contains(&format!("The first {before} rows went in before, when this import was broken off.")),
        "{text}"
    );
    assert_eq!(units(&store), i64::try_from(ROWS).unwrap());
}

#[test]
fn a_file_that_was_finished_by_a_start_is_not_taken_in_twice_and_a_trial_finishes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (store, path) = (folder.path().join("store"), folder.path().join("people.csv"));
    // Nobody has a badge, so that no row of a second import would be refused for itself.
    let rows = (0..ROWS).map(|it| format!("Person {it}\n"));
    std::fs::write(&path, std::iter::once("name\n".to_owned()).chain(rows).collect::<String>()).unwrap();
    let list = path.to_str().unwrap();
    let people = || Reader::open(&store).unwrap().counts(clock()).unwrap().people;
    let mut service = Service::start(&store, &[]);
    let mut import = program(&store);
    let mut import =
        import.args(["import", "people", list]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while people() == 0 {
        assert!(import.try_wait().unwrap().is_none(), "the import ended before anything was in");
    }
    service.child.kill().unwrap();
    service.child.wait().unwrap();
    import.wait().unwrap();
    let before = people();
    let rows = i64::try_from(ROWS).unwrap();
    check(&store, &["import", "people", list, "--dry-run"], 0, "would be imported");
    assert_eq!(people(), before, "a trial took the rest in");
    let service = Service::start(&store, &[]);
    assert_eq!(people(), rows);
    check(&store, &["import", "people", list], 1, "This very file was imported whole on ");
    assert_eq!(service.end(), Some(0));
    check(&store, &["import", "people", list], 1, "This very file was imported whole on ");
    assert_eq!(people(), rows);
}

#[test]
fn a_file_that_is_in_is_not_taken_in_twice_whoever_took_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, path) = (folder.path().join("store"), folder.path().join("people.csv"));
    let list = path.to_str().unwrap();
    let people = |status, said: &str| check(&store, &["import", "people", list], status, said);
    std::fs::write(&path, "name\nAnn\n").unwrap();
    people(0, "1 person imported");
    people(1, "This very file was imported whole on ");
    check(&store, &["import", "people", list, "--dry-run"], 1, "This very file was imported whole on ");
    let service = Service::start(&store, &[]);
    people(1, "This very file was imported whole on ");
    std::fs::write(&path, "name\nBen\n").unwrap();
    check(&store, &["import", "people", list, "--dry-run"], 0, "would be imported");
    people(0, "1 person imported");
    people(1, "This very file was imported whole on ");
    people(1, "This very file was imported whole on "); // The refusal has not made it forget.
    assert_eq!(service.end(), Some(0));
    people(1, "This very file was imported whole on ");
    assert_eq!(Reader::open(&store).unwrap().counts(clock()).unwrap().people, 2);
    // A file with a mistake is not in, and comes again when it is mended.
    std::fs::write(&path, "name,role\nCid,king\n").unwrap();
    people(1, "line 2, column role");
    people(1, "line 2, column role");
}

#[test]
fn who_imports_without_a_service_is_checked_as_whoever_sets_something() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let first = file("first.csv", "badge,name,role\n1,Op,operator\n2,Kee,keeper\n3,Ada,admin\n");
    let (admin, more) = (file("admin.csv", "badge,name,role\n4,Eve,admin\n"), file("more.csv", "name\nBen\n"));
    check(&store, &["import", "people", &first], 0, "3 people imported");
    let import = |path: &str, badge: &str, status: i32, said: &str| {
        check(&store, &["import", "people", path, "--as", badge], status, said);
    };
    import(&more, "BDG-9999", 1, "BDG-9999");
    import(&more, "BDG-1", 1, "this needs the role keeper; Op has the role operator");
    import(&admin, "BDG-2", 1, "only an admin enters somebody with the role admin");
    let refused = json(&run(&store, &["import", "people", &more, "--as", "BDG-9999", "--json"]));
    assert_eq!((&refused[0]["done"], refused[0]["why"].is_string()), (&false.into(), true));
    import(&more, "BDG-2", 0, "1 person imported");
    import(&admin, "BDG-3", 0, "1 person imported");
    let service = demo(&folder.path().join("other"));
    check(
        &folder.path().join("other"),
        &["import", "people", &more, "--as", "BDG-9999"],
        1,
        "nobody here has this badge",
    );
    assert_eq!(service.end(), Some(0));
}
