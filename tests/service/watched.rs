//! Screens that never read, and a burst on the line: nobody who watches can hold a scan up or lose one for others.
//!
//! A dead screen costs a bounded buffer and nothing else; a good screen beside it sees every scan in order.
//! Deliberately absent: what the page shows.

use std::io::Write as _;
use std::time::{Duration, Instant};

use scanstation::source::pretend::Terminal;

use super::program::{Client, Service};
use super::{UNITS, crib, tag};
use crate::skip::skipped;

#[test]
fn screens_that_never_read_hold_up_nobody() {
    let folder = tempfile::tempdir().unwrap();
    crib(folder.path());
    let terminal = Terminal::open().unwrap();
    let service = Service::start(folder.path(), &[terminal.path()]);
    let dead: Vec<_> = (0..10)
        .map(|_| {
            let mut stream = service.connect();
            write!(stream, "GET /api/v1/updates HTTP/1.1\r\nHost: {}\r\n\r\n", service.address).unwrap();
            stream
        })
        .collect();
    let mut screen = service.screen();
    let tags: Vec<String> = (0..2_000).map(tag).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| tags.iter().for_each(|it| terminal.write(format!("{it}\r").as_bytes()).unwrap()));
        assert_eq!(screen.payloads(tags.len()), tags);
    });
    drop(dead);
}

#[test]
fn four_check_outs_of_one_unit_at_once_are_one_check_out_and_three_refusals() {
    let folder = tempfile::tempdir().unwrap();
    crib(folder.path());
    let service = Service::start(folder.path(), &[]);
    let answers: Vec<String> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|lane| {
                let service = &service;
                scope.spawn(move || {
                    let mut client = Client::new(service);
                    let lane = format!("lane-{lane}");
                    client.scan(&format!("BDG-{lane}"), &lane);
                    client.scan("!CMD:OUT", &lane);
                    client.scan(&tag(UNITS - 1), &lane)
                })
            })
            .collect();
        clients.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let good = answers.iter().filter(|it| it.contains("\"answer\":\"good\"")).count();
    let no = answers.iter().filter(|it| it.contains("\"answer\":\"no\"")).count();
    assert_eq!((good, no), (1, 3), "{answers:#?}");
}

/// How long a busy machine may take until each thread of a service has begun.
const BEGUN_WITHIN: Duration = Duration::from_secs(30);

#[test]
#[expect(clippy::disallowed_methods, reason = "the threads of another process tell nobody when they have begun")]
fn the_threads_between_a_scanner_and_its_answer_share_a_core_and_the_others_do_not() {
    let folder = tempfile::tempdir().unwrap();
    crib(folder.path());
    let terminal = Terminal::open().unwrap();
    let service = Service::start(folder.path(), &[terminal.path()]);
    drop(service.screen());
    if service.realtime_threads().is_empty() {
        return skipped("real-time priority is not allowed here");
    }
    // A question to the register is answered by a thread that computes.
    assert!(Client::new(&service).look("/api/v1/units?query=AT-").contains("AT-"));
    let own = std::fs::read_to_string("/proc/thread-self/status").unwrap();
    let all = own.lines().find_map(|it| it.strip_prefix("Cpus_allowed_list:")).unwrap().trim();
    // A thread takes its name, its priority and its core itself, one after the other, once it runs.
    let begun = Instant::now();
    while let Err(not_yet) = threads_are_as_they_should(&service, all) {
        assert!(begun.elapsed() < BEGUN_WITHIN, "{not_yet}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn threads_are_as_they_should(service: &Service, all: &str) -> Result<(), String> {
    let mut priorities = service.priorities();
    priorities.sort_by_key(|it| it.1);
    let [requests, screens, station, port] = &priorities[..] else {
        return Err(format!("the port's, the station's, the screens' and the requests' are four: {priorities:?}"));
    };
    // A reader is never held by what the station computes, nor the station by the screens.
    let named = requests.0 == "scanstation" && screens.0 == "screens" && station.0 == "station";
    let ordered = requests.1 < screens.1 && screens.1 < station.1 && station.1 < port.1;
    let cores = service.cores();
    let (swift, others): (Vec<_>, Vec<_>) =
        cores.iter().partition(|(name, _)| priorities.iter().any(|it| it.0 == *name));
    let shared = swift.iter().all(|(_, cores)| *cores == swift[0].1 && cores.parse::<u32>().is_ok());
    let computing = others.iter().filter(|it| it.0.starts_with("tokio")).count();
    let free = computing == 4 && others.iter().all(|(_, cores)| cores == all);
    if named && ordered && shared && free { Ok(()) } else { Err(format!("{priorities:?}, {cores:?}")) }
}
