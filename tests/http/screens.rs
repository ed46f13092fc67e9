//! The live stream: state first, then every scan once and in order, whatever happens to the connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use scanstation::domain::{LaneId, Message, Transport};
use scanstation::http::Options;
use scanstation::station::{Handle, NotTaken};

use super::client::{Told, patiently};
use super::{Bench, Sizes};

#[test]
fn a_connection_begins_with_the_state_and_then_tells_each_scan() {
    let bench = Bench::new();
    let mut screen = bench.client().watch(None);
    let state = screen.told().unwrap();
    assert_eq!((state.id, state.name.as_str()), (None, "state"));
    assert_eq!(state.json()["station"], "crib-1");
    let said = bench.scan("BDG-1001", "left");
    let told = screen.told_scan();
    assert_eq!(told.name, "message");
    assert_eq!(told.id, said["events"].as_array().unwrap().last().unwrap().as_i64());
    let outcome = told.json();
    assert_eq!((&outcome["lane"], &outcome["payload"]), (&"left".into(), &"BDG-1001".into()));
    for (key, value) in said.as_object().unwrap() {
        assert_eq!(&outcome[key], value, "{key}");
    }
    let state = screen.told().unwrap();
    assert_eq!((state.id, state.json()["lanes"]["left"]["session"]["name"].as_str()), (None, Some("Kim")));
}

/// It has missed what was told to those who were there, and gets the same; the record is masked in it.
#[test]
fn a_screen_that_has_lost_its_line_is_told_what_was_read_as_it_was_read() {
    let bench = Bench::new();
    let mut there = bench.client().watch(None);
    let before = bench.client().get("/api/v1/state", &[]).json()["head"].as_i64().unwrap();
    let codes = ["C02XK1ABJG5H", "AT-100001", "04013288169303", "490154203237518", "BDG-1002", "3611J055002"];
    let said: Vec<_> = codes.iter().map(|it| bench.scan(it, "web")).collect();
    let live: Vec<_> = codes.iter().map(|_| there.told_scan()).collect();
    let mut back = bench.client().watch(Some(before));
    for ((code, live), said) in codes.iter().zip(live).zip(said) {
        let (told, mut live_json) = (back.told_scan(), live.json());
        assert_eq!((told.id, payload(&told).as_str(), &told.json()["key"]), (live.id, *code, &said["key"]));
        if *code == "3611J055002" {
            // The session sees the number in the record; who returns has none.
            assert_eq!(live_json["unit"]["serial_number"], "3611J055002");
            live_json["unit"]["serial_number"] = "•••••••••02".into();
        }
        assert_eq!(told.json()["unit"], live_json["unit"], "{code}");
    }
}

#[test]
fn a_hostile_code_stays_on_its_line() {
    let bench = Bench::new();
    let mut screen = bench.client().watch(None);
    bench.scan("x\n\nid: 99999\ndata: {}\n\n<script>alert(1)</script>", "web");
    let told = screen.told_scan();
    assert!(told.id.unwrap() < 99_999);
    assert!(told.json()["payload"].as_str().unwrap().contains("<script>"));
}

/// Puts scans into the queue as fast as it takes them, without waiting for answers.
fn flood(handle: &Handle, count: usize, text: &str) {
    for number in 0..count {
        let message = Message { bytes: format!("{text}-{number}").into_bytes(), ..Message::default() };
        loop {
            match handle.scan(message.clone(), Transport::Http, LaneId::new("flood"), None) {
                Ok(_) => break,
                Err(NotTaken::Full) => std::thread::yield_now(),
                Err(NotTaken::Ended) => panic!("the station ended"),
            }
        }
    }
}

fn payload(told: &Told) -> String {
    told.json()["payload"].as_str().unwrap().to_owned()
}

/// Reads until the payload named last and returns everything with a number.
fn until(screen: &mut super::Client, last: &str) -> Vec<Told> {
    let mut all = Vec::new();
    loop {
        let told = screen.told_scan();
        all.push(told);
        if payload(&all[all.len() - 1]) == last {
            return all;
        }
    }
}

#[track_caller]
fn complete(told: &[Told], text: &str, count: usize) {
    let found: Vec<String> = told.iter().map(payload).filter(|it| it.starts_with(text)).collect();
    let expected: Vec<String> = (0..count).map(|it| format!("{text}-{it}")).collect();
    assert_eq!(found, expected);
    assert!(told.windows(2).all(|pair| pair[0].id < pair[1].id), "numbers go up");
}

#[test]
fn a_screen_that_comes_back_again_and_again_misses_nothing_and_hears_nothing_twice() {
    const SCANS: usize = 600;
    let bench = Bench::new();
    let mut screen = bench.client().watch(None);
    screen.told().unwrap();
    let handle = bench.handle();
    let scanning = std::thread::spawn(move || flood(&handle, SCANS, "LOC-again"));
    let mut all: Vec<Told> = Vec::new();
    let last = format!("LOC-again-{}", SCANS - 1);
    'watching: loop {
        for _ in 0..37 {
            all.push(screen.told_scan());
            if payload(&all[all.len() - 1]) == last {
                break 'watching;
            }
        }
        screen = bench.client().watch(all[all.len() - 1].id);
        assert_eq!(screen.told().unwrap().name, "state");
    }
    scanning.join().unwrap();
    complete(&all, "LOC-again", SCANS);
}

/// It reads the ledger, which is ahead of what the station tells: a state from before would undo what it was told since.
#[test]
fn a_state_is_never_older_than_what_the_screen_was_told_before_it() {
    const SCANS: usize = 1_500;
    let bench = Bench::new();
    let handle = bench.handle();
    let scanning = std::thread::spawn(move || {
        for number in 0..SCANS {
            // One by one, so that each has a state of its own.
            let message = Message { bytes: format!("LOC-state-{number}").into_bytes(), ..Message::default() };
            let answer = handle.scan(message, Transport::Http, LaneId::new("state"), None).unwrap();
            answer.blocking_recv().unwrap();
        }
    });
    let mut after = bench.client().get("/api/v1/state", &[]).json()["head"].as_i64().unwrap();
    'watching: loop {
        let mut screen = bench.client().watch(Some(after));
        assert_eq!(screen.told().unwrap().name, "state");
        for _ in 0..40 {
            let told = screen.told().unwrap();
            if let Some(id) = told.id {
                after = id;
            } else {
                let head = told.json()["head"].as_i64().unwrap();
                assert!(head >= after, "a state up to {head} behind the outcome {after}");
            }
            if told.id.is_some() && payload(&told) == format!("LOC-state-{}", SCANS - 1) {
                break 'watching;
            }
        }
    }
    scanning.join().unwrap();
}

#[test]
fn a_screen_that_was_away_gets_everything_from_the_ledger() {
    let bench = Bench::new();
    let head = bench.client().get("/api/v1/state", &[]).json()["head"].as_i64().unwrap();
    flood(&bench.handle(), 300, "LOC-away");
    let mut screen = bench.client().watch(Some(head));
    complete(&until(&mut screen, "LOC-away-299"), "LOC-away", 300);
}

#[test]
fn updates_that_were_lost_on_the_way_to_the_screens_are_read_from_the_ledger() {
    let bench = Bench::with(Options::default(), Sizes { updates_max: 2, ..Sizes::USUAL });
    let mut screen = bench.client().watch(None);
    screen.told().unwrap();
    flood(&bench.handle(), 500, "LOC-lost");
    complete(&until(&mut screen, "LOC-lost-499"), "LOC-lost", 500);
}

#[test]
fn a_screen_that_never_reads_is_dropped_and_holds_up_nobody() {
    let bench = Bench::with(Options { screen_buffer_max: 16 * 1024, ..Options::default() }, Sizes::USUAL);
    let deaf = bench.client().watch(None);
    let mut screen = bench.client().watch(None);
    screen.told().unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let (handle, until_done, text) = (bench.handle(), done.clone(), "x".repeat(200));
    let scanning = std::thread::spawn(move || {
        while !until_done.load(Ordering::Relaxed) {
            flood(&handle, 64, &text);
        }
    });
    let mut last = 0;
    let dropped = loop {
        for _ in 0..200 {
            let told = screen.told_scan();
            assert!(told.id > Some(last));
            last = told.id.unwrap();
        }
        let metrics = bench.client().get("/metrics", &[]);
        if !metrics.text().contains("scanstation_screens_dropped_total 0\n") {
            break metrics;
        }
        assert!(last < 60_000, "the screen that never reads was not dropped");
    };
    done.store(true, Ordering::Relaxed);
    scanning.join().unwrap();
    assert!(dropped.text().contains("scanstation_screens 1\n"), "{}", dropped.text());
    drop(deaf);
}

/// The figure of one counter.
fn counted(bench: &Bench, name: &str) -> u64 {
    let metrics = bench.client().get("/metrics", &[]);
    let line = metrics.text().lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
    line.unwrap_or_else(|| panic!("no {name} in {}", metrics.text()))
}

#[test]
fn a_screen_that_comes_back_and_never_reads_loses_its_place() {
    let stall_max = Duration::from_millis(50);
    let bench =
        Bench::with(Options { screen_stall_max: stall_max, screens_max: 1, ..Options::default() }, Sizes::USUAL);
    // More than the buffers of two sockets take.
    for _ in 0..80 {
        bench.scan(&"x".repeat(8_000), "web");
        for _ in 0..8 {
            bench.handle().scan(long(), Transport::Http, LaneId::new("web"), None).unwrap();
        }
    }
    bench.scan("last", "web");
    let deaf = bench.client().watch(Some(0));
    patiently("it is dropped", || counted(&bench, "scanstation_screens_dropped_total") > 0);
    patiently("its place is free", || counted(&bench, "scanstation_screens") == 0);
    let mut screen = bench.client().watch(None);
    screen.told().unwrap();
    drop(deaf);
}

fn long() -> Message {
    Message { bytes: vec![b'x'; 8_000], ..Message::default() }
}

#[test]
fn while_nobody_watches_the_screens_thread_sleeps() {
    let bench = Bench::new();
    let mut screen = bench.client().watch(None);
    screen.told().unwrap();
    bench.scan("seen", "web");
    assert_eq!(payload(&screen.told_scan()), "seen");
    while screen.told().unwrap().name != "state" {}
    drop(screen);
    patiently("its place is free", || counted(&bench, "scanstation_screens") == 0);
    let before = counted(&bench, "scanstation_screens_woken_total");
    assert!(before > 0);
    (0..40).for_each(|it| drop(bench.scan(&format!("unseen-{it}"), "web")));
    let after = counted(&bench, "scanstation_screens_woken_total");
    assert!(after - before <= 1, "only the one that finds the room empty: {before}, {after}");
    let mut screen = bench.client().watch(None);
    screen.told().unwrap();
    bench.scan("seen again", "web");
    assert_eq!(payload(&screen.told_scan()), "seen again");
}

#[test]
fn a_number_from_a_longer_ledger_begins_at_the_end_of_this_one() {
    let bench = Bench::new();
    bench.scan("LOC-before", "web");
    let mut screen = bench.client().watch(Some(1_000_000));
    screen.told().unwrap();
    bench.scan("LOC-after", "web");
    let told = screen.told_scan();
    assert!(matches!(payload(&told).as_str(), "LOC-after"), "{told:?}");
}

#[test]
fn screens_have_a_limit_and_leave_room_when_they_go() {
    let bench = Bench::with(Options { screens_max: 1, ..Options::default() }, Sizes::USUAL);
    let screen = bench.client().watch(None);
    let refused = loop {
        let answer = bench.client().get("/api/v1/updates", &[("Accept", "text/event-stream")]);
        if answer.status == 503 {
            break answer;
        }
    };
    assert_eq!(refused.field("retry-after"), Some("1"));
    drop(screen);
    patiently("its place is free", || counted(&bench, "scanstation_screens") == 0);
    bench.client().watch(None);
}

#[test]
fn a_kept_connection_may_turn_into_a_screen() {
    let bench = Bench::new();
    let mut client = bench.client();
    assert_eq!(client.get("/healthz", &[]).status, 200);
    assert_eq!(client.post("/api/v1/scans", &[], br#"{"data":"BDG-1002"}"#).status, 200);
    let mut screen = client.watch(Some(0));
    assert_eq!(screen.told().unwrap().name, "state");
    assert_eq!(payload(&screen.told_scan()), "BDG-1002");
}

#[test]
fn a_stop_ends_screens_and_connections() {
    let mut bench = Bench::new();
    let mut screen = bench.client().watch(None);
    screen.told().unwrap();
    let mut idle = bench.client();
    idle.get("/healthz", &[]);
    bench.stop();
    assert_eq!(screen.told(), None);
}
