//! The shipped program as a bench meets it: started on a store, spoken to over sockets, counted from outside.
//!
//! Everything is measured from outside the program; nothing is switched on for it.
//! Deliberately absent: what is measured, which is in the bench itself.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The service while it runs; dropped, it is killed.
pub(crate) struct Service {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
    /// From the start of the program to its ready line.
    pub(crate) ready: Duration,
}

impl Service {
    pub(crate) fn start(store: &Path, ports: &[&Path]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scanstation"));
        command.arg("serve").arg("--data").arg(store).args(["--listen", "127.0.0.1:0"]);
        for port in ports {
            command.arg("--serial").arg(port);
        }
        Self::spawned(command)
    }

    /// Starts it on a configuration file.
    #[allow(dead_code, reason = "the tests of the camera share this file; the bench has no need of it")]
    pub(crate) fn configured(store: &Path, config: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scanstation"));
        command.arg("serve").arg("--data").arg(store).args(["--listen", "127.0.0.1:0"]).arg("--config").arg(config);
        Self::spawned(command)
    }

    fn spawned(mut command: Command) -> Self {
        let begun = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready = begun.elapsed();
        let address = line.split("http://").nth(1).unwrap_or_else(|| panic!("no address in {line:?}"));
        let address = address.split(|it: char| it == '/' || it.is_whitespace()).next().unwrap().to_owned();
        Self { child, address, ready }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A line of `/proc/PID/status`, in KiB or counts.
    pub(crate) fn status(&self, key: &str) -> u64 {
        status(&format!("/proc/{}/status", self.pid()), key)
    }

    /// How often its threads went to sleep and were woken, and the processor time they had, since the start.
    pub(crate) fn wake_ups(&self) -> (u64, Duration) {
        let (mut switches, mut nanos) = (0, 0);
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.pid())).unwrap().flatten() {
            let path = thread.path();
            switches += status(&path.join("status").to_string_lossy(), "voluntary_ctxt_switches");
            let text = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
            nanos += text.split(' ').next().and_then(|it| it.parse::<u64>().ok()).unwrap_or_default();
        }
        (switches, Duration::from_nanos(nanos))
    }

    /// The threads under a real-time policy.
    pub(crate) fn realtime_threads(&self) -> Vec<String> {
        self.priorities().into_iter().map(|it| it.0).collect()
    }

    /// The threads under a real-time policy, each with its priority.
    pub(crate) fn priorities(&self) -> Vec<(String, u32)> {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.pid())).unwrap().flatten();
        let field = |stat: &str, at: usize| stat.rsplit(") ").next()?.split(' ').nth(at)?.parse::<u32>().ok();
        threads
            .filter_map(|it| {
                let stat = std::fs::read_to_string(it.path().join("stat")).ok()?;
                let name = std::fs::read_to_string(it.path().join("comm")).ok()?;
                // Policy and priority are the fields 41 and 40, counted from 1 with process and name before these.
                (field(&stat, 38)? > 0).then(|| Some((name.trim().to_owned(), field(&stat, 37)?)))?
            })
            .collect()
    }

    /// Each thread's name and the cores it may run on.
    #[allow(dead_code, reason = "the tests of the service share this file; the bench has no need of it")]
    pub(crate) fn cores(&self) -> Vec<(String, String)> {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.pid())).unwrap().flatten();
        threads
            .filter_map(|it| {
                let status = std::fs::read_to_string(it.path().join("status")).ok()?;
                let value =
                    |key: &str| status.lines().find_map(|it| it.strip_prefix(key)).map(|it| it.trim().to_owned());
                Some((value("Name:")?, value("Cpus_allowed_list:")?))
            })
            .collect()
    }

    pub(crate) fn screen(&self) -> Screen {
        let mut stream = self.connect();
        let host = &self.address;
        write!(stream, "GET /api/v1/updates HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n\r\n").unwrap();
        let mut screen = Screen { stream, bytes: Vec::new(), read: 0 };
        screen.wait_for("data:");
        screen
    }

    /// A screen that begins with the ledger's first answer.
    #[allow(dead_code, reason = "the tests of the camera share this file; the bench has no need of it")]
    pub(crate) fn screen_from_the_start(&self) -> Screen {
        let mut stream = self.connect();
        write!(stream, "GET /api/v1/updates?after=0 HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).unwrap();
        Screen { stream, bytes: Vec::new(), read: 0 }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Kills it without a word.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Kills it while others still speak to it.
    #[allow(dead_code, reason = "the tests of the service share this file; the bench has no need of it")]
    pub(crate) fn kill_now(&self) {
        let status = Command::new("kill").args(["-KILL", &self.pid().to_string()]).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn status(path: &str, key: &str) -> u64 {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|it| it.strip_prefix(key)?.strip_prefix(':'));
    line.and_then(|it| it.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// A screen that watches over SSE.
pub(crate) struct Screen {
    stream: TcpStream,
    bytes: Vec<u8>,
    /// Bytes that have been looked at.
    read: usize,
}

impl Screen {
    /// Waits until a message holds that text; what came before it is forgotten.
    pub(crate) fn wait_for(&mut self, text: &str) -> Instant {
        let needle = text.as_bytes();
        loop {
            if let Some(place) = find(&self.bytes[self.read..], needle) {
                let now = Instant::now();
                self.bytes.drain(..self.read + place + needle.len());
                self.read = 0;
                return now;
            }
            self.read = self.bytes.len().saturating_sub(needle.len());
            self.read_on(text);
        }
    }

    /// Reads what comes next; a message may come in pieces.
    fn read_on(&mut self, text: &str) {
        let mut buffer = vec![0; 65_536];
        let length = self.stream.read(&mut buffer).unwrap_or_else(|it| panic!("no message with {text:?}: {it}"));
        assert!(length > 0, "the service closed the screen's connection");
        self.bytes.extend_from_slice(&buffer[..length]);
    }
}

impl Screen {
    /// The payloads of the next so many scans, in the order of the messages.
    pub(crate) fn payloads(&mut self, count: usize) -> Vec<String> {
        (0..count)
            .map(|_| {
                self.wait_for("\"payload\":\"");
                while !self.bytes.contains(&b'"') {
                    self.read_on("the end of a payload");
                }
                let payload = self.bytes.split(|it| *it == b'"').next().unwrap_or_default();
                String::from_utf8_lossy(payload).into_owned()
            })
            .collect()
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|it| it == needle)
}

/// A client that keeps its connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Client {
    pub(crate) fn new(service: &Service) -> Self {
        Self { stream: BufReader::new(service.connect()), host: service.address.clone() }
    }

    /// The same, or nothing if nobody listens.
    #[allow(dead_code, reason = "the tests of the service share this file; the bench has no need of it")]
    pub(crate) fn try_new(service: &Service) -> Option<Self> {
        let stream = BufReader::new(TcpStream::connect(&service.address).ok()?);
        Some(Self { stream, host: service.address.clone() })
    }

    /// Scans a text and returns the answer's JSON.
    pub(crate) fn scan(&mut self, text: &str, lane: &str) -> String {
        self.try_scan(text, lane, None).unwrap_or_else(|| panic!("{text}: the service closed the connection"))
    }

    /// The same, or nothing if the connection broke before the whole answer came.
    pub(crate) fn try_scan(&mut self, text: &str, lane: &str, key: Option<&str>) -> Option<String> {
        let body = format!("{{\"data\":\"{text}\",\"lane\":\"{lane}\"}}");
        let key = key.map(|it| format!("Idempotency-Key: {it}\r\n")).unwrap_or_default();
        let head = format!(
            "POST /api/v1/scans HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{key}Content-Length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        self.stream.get_mut().write_all((head + &body).as_bytes()).ok()?;
        self.answer()
    }

    pub(crate) fn look(&mut self, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        self.answer().unwrap_or_else(|| panic!("{path}: the service closed the connection"))
    }

    fn answer(&mut self) -> Option<String> {
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            if self.stream.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).ok()?;
        String::from_utf8(body).ok()
    }
}
