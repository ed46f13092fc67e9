//! A client of a hundred lines: one request, one answer, or the messages of a live stream.
//!
//! Deliberately absent: everything that a real client would mend silently.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use scanstation::station::clock;

/// Nothing that is tested takes this long; a test that waits for more has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again until it is so; a test that asks for too long has failed.
#[track_caller]
pub(super) fn patiently(what: &str, mut is_so: impl FnMut() -> bool) {
    let clock = clock::start();
    let end = clock().uptime + PATIENCE;
    while !is_so() {
        assert!(clock().uptime < end, "{what}: not after {PATIENCE:?}");
    }
}

/// One connection.
pub(super) struct Client {
    pub(super) stream: BufReader<TcpStream>,
}

/// One answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
}

/// One message of a live stream.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Told {
    pub(super) id: Option<i64>,
    pub(super) name: String,
    pub(super) data: String,
}

impl Client {
    pub(super) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream) }
    }

    pub(super) fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    /// Writes a request; a Host is added unless one is given.
    pub(super) fn request(&mut self, line: &str, headers: &[(&str, &str)], body: &[u8]) {
        let mut head = vec![format!("{line} HTTP/1.1")];
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head.push("Host: 127.0.0.1".to_owned());
        }
        for (name, value) in headers {
            head.push(format!("{name}: {value}"));
        }
        if !body.is_empty() {
            head.push(format!("Content-Length: {}", body.len()));
        }
        let mut bytes = format!("{}\r\n\r\n", head.join("\r\n")).into_bytes();
        bytes.extend_from_slice(body);
        self.send(&bytes);
    }

    pub(super) fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.request(&format!("GET {path}"), headers, b"");
        self.answer()
    }

    pub(super) fn post(&mut self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.request(&format!("POST {path}"), headers, body);
        self.answer()
    }

    pub(super) fn head(&mut self) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let count = self.stream.read_line(&mut head).unwrap();
            assert!(count > 0, "the connection ended within the head: {head:?}");
        }
        head
    }

    pub(super) fn answer(&mut self) -> Answer {
        let head = self.head();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = field(&head, "content-length").map_or(0, |it| it.parse().unwrap());
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        Answer { status, head, body }
    }

    /// Asks for the live stream and reads the head of the answer.
    pub(super) fn watch(mut self, last: Option<i64>) -> Self {
        let last = last.map(|it| it.to_string());
        let headers: Vec<_> = last.iter().map(|it| ("Last-Event-ID", it.as_str())).collect();
        self.request("GET /api/v1/updates", &headers, b"");
        let head = self.head();
        assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("text/event-stream"), "{head}");
        self
    }

    /// The next message; comments are passed over. `None` if the connection has ended.
    pub(super) fn told(&mut self) -> Option<Told> {
        let mut told = Told { id: None, name: "message".to_owned(), data: String::new() };
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            match line.trim_end_matches('\n').split_once(": ") {
                Some(("id", id)) => told.id = Some(id.parse().unwrap()),
                Some(("event", name)) => name.clone_into(&mut told.name),
                Some(("data", data)) => told.data.push_str(data),
                Some(("retry", _)) => {}
                None if line == "\n" && !told.data.is_empty() => return Some(told),
                None if line == "\n" || line.starts_with(':') => {}
                _ => panic!("not a line of a live stream: {line:?}"),
            }
        }
    }

    /// The next message that has a ledger number.
    pub(super) fn told_scan(&mut self) -> Told {
        loop {
            let told = self.told().expect("the stream ended");
            if told.id.is_some() {
                return told;
            }
        }
    }
}

impl Answer {
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        field(&self.head, name)
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

impl Told {
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
