//! What a run leaves in its log, and what it says of its sources while it runs: no level has what was scanned.
//!
//! Deliberately absent: the journal of systemd, and sentences of single faults.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::Stdio;

use super::{Service, check, json, program, run};

/// A run at this level, from its start to its end, with a scan and a wrong address between: its log.
fn log(folder: &Path, level: &str) -> String {
    let mut command = program(folder);
    command.args(["serve", "--listen", "127.0.0.1:0", "--stdin", "--log", level]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let address =
        ready.trim().strip_prefix("scanstation is ready at http://").and_then(|it| it.strip_suffix('/')).unwrap();
    let mut lines = child.stdin.take().unwrap();
    lines.write_all(b"BDG-4711\n").unwrap();
    let ask = |path: &str| {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        std::io::read_to_string(stream).unwrap()
    };
    while !ask("/api/v1/state").contains("\"scans\":1") {
        std::thread::yield_now();
    }
    assert!(ask("/nope/BDG-4712?q=BDG-4713").starts_with("HTTP/1.1 404"));
    let listed = &json(&run(folder, &["devices", "--json"]))[0];
    let stdin = listed.as_array().unwrap().iter().find(|it| it["source"] == "stdin").unwrap();
    assert_eq!((&stdin["lane"], &stdin["state"], &stdin["remedy"]), (&"stdin".into(), &"read".into(), &"".into()));
    check(folder, &["devices"], 0, "stdin");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    drop(lines);
    assert!(output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_run_is_logged_from_its_start_to_its_end_and_never_what_was_scanned() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let started = ["the station has started", "schema=", "version=", "address=127.0.0.1:", "store="];
    let source = ["INFO the source is read source.id=\"stdin\" lane=\"stdin\""];
    let answered = [
        "DEBUG a scan is answered source.id=\"stdin\" lane=\"stdin\" answer=\"no\"",
        "DEBUG a request is answered method=GET path=\"/nope/*\" status=404",
    ];
    for (level, debug) in [("info", false), ("info,scanstation::source=debug", false), ("debug", true), ("trace", true)]
    {
        let log = log(&store, level);
        for said in started.iter().chain(&source).chain(&["INFO the station has ended"]) {
            assert!(log.contains(said), "{level}: {said}\n{log}");
        }
        for said in answered {
            assert_eq!(log.contains(said), debug, "{level}: {said}\n{log}");
        }
        assert!(!log.contains("BDG-47"), "{level}: {log}");
    }
    assert_eq!(log(&store, "warn"), "");
}

/// Asks so often over one connection; how often it was answered well.
fn asked(service: &Service, times: usize) -> usize {
    let mut stream = std::net::TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n", service.address);
    let all = format!("{request}\r\n").repeat(times - 1) + &request + "Connection: close\r\n\r\n";
    let mut asking = stream.try_clone().unwrap();
    let asking = std::thread::spawn(move || asking.write_all(all.as_bytes()));
    let answers = std::io::read_to_string(&mut stream).unwrap();
    asking.join().unwrap().unwrap();
    answers.matches("HTTP/1.1 200").count()
}

#[test]
fn a_log_that_nobody_reads_holds_up_nobody_and_says_later_that_lines_are_lost() {
    const TIMES: usize = 1_500;
    for is_read_at_the_end in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (mut reader, mut writer) = std::io::pipe().unwrap();
        rustix::fs::fcntl_setfl(&writer, rustix::fs::OFlags::NONBLOCK).unwrap();
        while writer.write(&[b'.'; 512]).is_ok() {}
        rustix::fs::fcntl_setfl(&writer, rustix::fs::OFlags::empty()).unwrap();
        let mut command = program(folder.path());
        command.stderr(writer);
        let service = Service::start_logged(command, &["--log", "debug"]);
        assert_eq!(asked(&service, TIMES), TIMES);
        if is_read_at_the_end {
            let reading = std::thread::spawn(move || std::io::read_to_string(&mut reader).unwrap());
            assert_eq!(service.end(), Some(0));
            let log = reading.join().unwrap();
            for said in ["the station has started", "and lines of it are lost lines=", "the station has ended"] {
                assert!(log.contains(said), "{said}\n{log}");
            }
        } else {
            assert_eq!(service.end(), Some(0));
        }
    }
}
