//! A small HTTP client for our own service on this machine: one request, one answer, then the connection ends.
//!
//! It speaks to loopback addresses only, waits no longer than its limits, and takes no more than [`BODY_MAX`].
//! Deliberately absent: TLS, redirects, keep-alive; whoever needs them needs a real client.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use crate::store::Pass;

/// Bytes of an answer: the largest export of a page of rows is far below.
pub const BODY_MAX: u64 = 64 * 1024 * 1024;

/// The service may wait for its own answer for 30 s (`http.answer_timeout_s`).
const ANSWER_MAX: Duration = Duration::from_secs(45);

/// Why the running service could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// It listens where this command does not go.
    #[error("the station listens on {0}; this command speaks to this machine only")]
    NotLoopback(String),
    /// Nobody was reached, so nothing was asked.
    #[error("ask the station at {address}: {source}")]
    Connection {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// It was asked and said nothing.
    #[error("the station at {address} {how}{}", unknown(*changes))]
    Silent {
        /// Where.
        address: SocketAddr,
        /// How it said nothing.
        how: String,
        /// Whether it was asked to change something.
        changes: bool,
    },
    /// It answered something that is no HTTP.
    #[error("the station at {0} did not answer in HTTP")]
    NotHttp(SocketAddr),
    /// It answered with a problem.
    #[error("the station says {status}: {detail}")]
    Problem {
        /// The HTTP status.
        status: u16,
        /// Its sentence.
        detail: String,
    },
}

/// What is not known after a change that nobody answered.
const fn unknown(changes: bool) -> &'static str {
    if changes { "; whether it was done is not known: look before you do it again" } else { "" }
}

impl ClientError {
    /// Whether something was asked to be done, and may have been.
    #[must_use]
    pub const fn leaves_unknown(&self) -> bool {
        matches!(self, Self::Silent { changes: true, .. } | Self::Problem { status: 504, .. })
    }

    /// Whether it says no: nobody's session is strong enough, what is asked contradicts the record, is too large or cannot be
    /// read.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        matches!(self, Self::Problem { status: 400..=499, .. })
    }

    /// Whether it cannot use its store.
    #[must_use]
    pub const fn is_about_the_store(&self) -> bool {
        matches!(self, Self::Problem { status: 500, .. })
    }

    /// Whether the queue or the disk was full, so that nothing was done.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Problem { status: 503, .. })
    }
}

/// A way to the running service.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    pass: Option<Pass>,
    answer_max: Duration,
}

impl Client {
    /// A client for the address in the lock.
    pub fn new(address: &str) -> Result<Self, ClientError> {
        let parsed: Option<SocketAddr> = address.parse().ok();
        let mut parsed = parsed.ok_or_else(|| ClientError::NotLoopback(address.to_owned()))?;
        match parsed.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => parsed.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            IpAddr::V6(ip) if ip.is_unspecified() => parsed.set_ip(IpAddr::V6(Ipv6Addr::LOCALHOST)),
            ip if ip.is_loopback() => {}
            IpAddr::V4(_) | IpAddr::V6(_) => return Err(ClientError::NotLoopback(address.to_owned())),
        }
        Ok(Self { address: parsed, pass: None, answer_max: ANSWER_MAX })
    }

    /// The same, showing the pass of whoever owns the store in that folder, if this user can read it.
    #[must_use]
    pub fn of_owner(self, folder: &Path) -> Self {
        Self { pass: Pass::read(folder), ..self }
    }

    /// The same, waiting no longer than this for an answer.
    #[must_use]
    pub fn patient(self, answer_max: Duration) -> Self {
        Self { answer_max, ..self }
    }

    /// Where it goes.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Asks for a page.
    pub fn fetch(&self, path: &str) -> Result<Vec<u8>, ClientError> {
        self.ask("GET", path, "", None, &[])
    }

    /// Sends a body and returns the answer.
    pub fn post(&self, path: &str, kind: &str, body: &[u8]) -> Result<Vec<u8>, ClientError> {
        self.ask("POST", path, kind, None, body)
    }

    /// Sends a body under an `Idempotency-Key`: the same key gets the first answer, and nothing happens twice.
    pub fn post_once(&self, path: &str, kind: &str, key: &str, body: &[u8]) -> Result<Vec<u8>, ClientError> {
        self.ask("POST", path, kind, Some(key), body)
    }

    fn ask(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        key: Option<&str>,
        body: &[u8],
    ) -> Result<Vec<u8>, ClientError> {
        let failed = |source| ClientError::Connection { address: self.address, source };
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(5)).map_err(failed)?;
        stream.set_read_timeout(Some(self.answer_max)).map_err(failed)?;
        stream.set_write_timeout(Some(self.answer_max)).map_err(failed)?;
        let pass = self.pass.as_ref().map(|it| format!("X-Scanstation-Pass: {}\r\n", it.text())).unwrap_or_default();
        let once = key.map(|it| format!("Idempotency-Key: {it}\r\n")).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{pass}{once}\r\n",
            self.address,
            body.len()
        );
        // An answer may come before all is sent (413), so a broken pipe is looked at only after reading.
        let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        let mut answer = Vec::new();
        let read = stream.take(BODY_MAX).read_to_end(&mut answer);
        match parse(&answer) {
            Some((status, body)) if (200..300).contains(&status) => Ok(body),
            Some((status, body)) => Err(ClientError::Problem { status, detail: detail(&body) }),
            None => Err(self.silent(sent.and(read.map(drop)).err(), answer.is_empty(), method != "GET")),
        }
    }

    /// How an answer that did not come, or not whole, is told.
    fn silent(&self, broken: Option<std::io::Error>, nothing_came: bool, changes: bool) -> ClientError {
        let address = self.address;
        let how = match broken {
            // A socket whose time is over says that it would block.
            Some(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                format!("did not answer within {} s", self.answer_max.as_secs())
            }
            Some(error) => format!("ended the connection before it answered ({error})"),
            None if nothing_came => "ended the connection before it answered".to_owned(),
            None => return ClientError::NotHttp(address),
        };
        ClientError::Silent { address, how, changes }
    }
}

/// A text as it may stand in the query of an address.
#[must_use]
pub fn in_query(text: &str) -> String {
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
    text.bytes().map(|it| if plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect()
}

/// Status and body of a whole answer.
fn parse(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let split = answer.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..split)?).ok()?.to_ascii_lowercase();
    let body = answer.get(split + 4..)?;
    let status = head.strip_prefix("http/1.1 ").or_else(|| head.strip_prefix("http/1.0 "))?.get(..3)?.parse().ok()?;
    let chunked = head.lines().any(|it| it.starts_with("transfer-encoding:") && it.contains("chunked"));
    Some((status, if chunked { unchunked(body)? } else { body.to_vec() }))
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|it| it == b"\r\n")?;
        let size = std::str::from_utf8(rest.get(..end)?).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        let from = end + 2;
        body.extend_from_slice(rest.get(from..from.checked_add(size)?)?);
        if size == 0 {
            return Some(body);
        }
        rest = rest.get(from + size + 2..)?;
    }
}

/// The sentence of a problem, or what there is of one.
fn detail(body: &[u8]) -> String {
    let problem: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let said = problem.as_ref().and_then(|it| it.get("detail").or_else(|| it.get("title"))?.as_str());
    said.map_or_else(|| String::from_utf8_lossy(body).trim().to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, expected: Option<(u16, &str)>) {
        let found = parse(answer.as_bytes()).map(|(status, body)| (status, String::from_utf8(body).unwrap()));
        assert_eq!(found, expected.map(|(status, body)| (status, body.to_owned())));
    }

    #[test]
    fn an_answer_is_read_whole_or_chunked_or_not_at_all() {
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Some((200, "{}")));
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        check(&format!("{chunked}2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n"), Some((200, "abcde")));
        check(&format!("{chunked}2\r\nab\r\nff"), None);
        check(&format!("{chunked}ffffffffffffffff\r\nab"), None);
        check("SSH-2.0-x\r\n\r\n", None);
        check("", None);
    }

    #[test]
    fn only_this_machine_is_asked() {
        let to = |it: &str| Client::new(it).map(|it| it.address().to_string()).map_err(|it| it.to_string());
        assert_eq!(to("0.0.0.0:80"), Ok("127.0.0.1:80".to_owned()));
        assert_eq!(to("[::]:80"), Ok("[::1]:80".to_owned()));
        let said = "the station listens on 192.0.2.1:80; this command speaks to this machine only";
        assert_eq!(to("192.0.2.1:80"), Err(said.to_owned()));
    }

    #[test]
    fn who_is_not_answered_hears_that_nobody_knows_whether_it_was_done() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let client = Client::new(&address.to_string()).unwrap().patient(Duration::from_millis(50));
        let found = client.post("/api/v1/instructions", "application/json", b"{}").unwrap_err();
        let said = format!(
            "the station at {address} did not answer within 0 s; whether it was done is not known: look before you do it again"
        );
        assert_eq!((found.to_string(), found.leaves_unknown()), (said, true));
        let found = client.fetch("/api/v1/state").unwrap_err();
        let said = format!("the station at {address} did not answer within 0 s");
        assert_eq!((found.to_string(), found.leaves_unknown()), (said, false));
        let cut = std::thread::spawn(move || {
            (listener.accept().unwrap(), listener.accept().unwrap(), listener.accept().unwrap())
        });
        let client = client.patient(Duration::from_secs(60));
        let asked = std::thread::spawn(move || client.post("/", "text/plain", b"").unwrap_err());
        drop(cut.join().unwrap());
        let found = asked.join().unwrap();
        assert!(found.to_string().contains("ended the connection before it answered"), "{found}");
        assert!(found.leaves_unknown());
    }

    #[test]
    fn a_problem_gives_its_sentence() {
        assert_eq!(detail(br#"{"title":"t","detail":"queue full"}"#), "queue full");
        assert_eq!(detail(b"plain\n"), "plain");
    }
}
