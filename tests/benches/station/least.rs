//! The least that a recorded scan over HTTP can cost: one thread, one socket, three statements, one commit.
//!
//! It knows nothing and decides nothing: a tag is found, an event and a journal row are written, the mark is set, the
//! answer goes out. What a scan costs above it is what the station knows and decides, and that no request holds it up.
//! Deliberately absent: rules, roles, masks, other clients, errors.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use scanstation::source::{PRIORITY, answering_at};

use crate::crib::tag;

/// Bytes of the answer's text, as a scan's.
const ANSWER: usize = 330;
/// The log is made this long before, as the station keeps it: an overwritten one costs less than one that grows.
const LOG_MADE: u32 = 8 << 20;

/// The thread that answers, and the socket to it.
pub(crate) struct Least {
    client: TcpStream,
    thread: JoinHandle<()>,
    buffer: Vec<u8>,
}

impl Least {
    pub(crate) fn new(folder: &Path, units: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (server, _) = listener.accept().unwrap();
        for end in [&client, &server] {
            end.set_nodelay(true).unwrap();
        }
        let store = filled(&folder.join("least.db"), units);
        let mark = File::create(folder.join("least.mark")).unwrap();
        Self { client, thread: spawn(move || serve(server, &store, &mark)), buffer: vec![0; 4_096] }
    }

    /// One scan and its answer.
    pub(crate) fn once(&mut self, tag: &str) -> Duration {
        let begun = Instant::now();
        let body = format!("{{\"data\":\"{tag}\"}}");
        let request = format!("POST /api/v1/scans HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        self.client.write_all(request.as_bytes()).unwrap();
        let length = self.client.read(&mut self.buffer).unwrap();
        let took = begun.elapsed();
        assert!(String::from_utf8_lossy(&self.buffer[..length]).contains(tag));
        took
    }

    pub(crate) fn end(self) {
        drop(self.client);
        self.thread.join().unwrap();
    }
}

fn filled(path: &Path, units: u64) -> Connection {
    drop(std::fs::remove_file(path));
    let mut store = Connection::open(path).unwrap();
    store
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; \
             CREATE TABLE unit (id INTEGER PRIMARY KEY, tag TEXT UNIQUE, name TEXT); \
             CREATE TABLE event (seq INTEGER PRIMARY KEY, unit INT, at INT, hash BLOB, body TEXT); \
             CREATE INDEX of_unit ON event (unit, seq); \
             CREATE TABLE scan (id INTEGER PRIMARY KEY, payload TEXT, answer TEXT);",
        )
        .unwrap();
    let filling = store.transaction().unwrap();
    for unit in 0..units {
        filling.execute("INSERT INTO unit (tag, name) VALUES (?, 'Bosch GSR 18V-60')", [tag(unit)]).unwrap();
        let event =
            "INSERT INTO event (unit, at, hash, body) VALUES ((SELECT id FROM unit WHERE tag = ?), 1, zeroblob(32), ?)";
        filling.execute(event, params![tag(unit), "x".repeat(80)]).unwrap();
    }
    filling.execute("INSERT INTO scan (payload) VALUES (zeroblob(?))", [LOG_MADE]).unwrap();
    filling.commit().unwrap();
    store.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).unwrap();
    store
}

fn serve(mut stream: TcpStream, store: &Connection, mark: &File) {
    answering_at(PRIORITY - 1, "the least");
    let mut buffer = vec![0; 4_096];
    let run = |statement: &str, values: &[&dyn rusqlite::ToSql]| {
        store.prepare_cached(statement).unwrap().execute(values).unwrap();
    };
    while let Ok(length) = stream.read(&mut buffer)
        && length > 0
    {
        let request = std::str::from_utf8(&buffer[..length]).unwrap();
        let tag = request.rsplit('"').nth(1).unwrap();
        run("BEGIN IMMEDIATE", &[]);
        let (unit, name): (i64, String) = store
            .prepare_cached("SELECT id, name FROM unit WHERE tag = ?")
            .unwrap()
            .query_row([tag], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        let answer = format!("{{\"tag\":\"{tag}\",\"why\":\"{name}: in\",\"rest\":\"{}\"}}", "x".repeat(ANSWER));
        run("INSERT INTO event (unit, at, hash, body) VALUES (?, 2, zeroblob(32), '{}')", &[&unit]);
        run("INSERT INTO scan (payload, answer) VALUES (?, ?)", &[&tag, &answer]);
        run("COMMIT", &[]);
        mark.write_all_at(&[1; 72], 0).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", answer.len());
        if stream.write_all((head + &answer).as_bytes()).is_err() {
            break;
        }
    }
}
