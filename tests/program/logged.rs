//! What a run leaves in its log, and what it says of its sources while it runs: no level has what was scanned.
//!
//! Deliberately absent: the journal of systemd, and sentences of single faults.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::Stdio;

use super::{check, json, program, run};

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
