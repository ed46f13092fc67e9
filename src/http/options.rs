//! What the web room may be told, each with its default and the reason for it.
//!
//! Every limit has a name that ends in `_max` and is met visibly: a counter in `/metrics` and an answer that says so.
//! Deliberately absent: the address (a bound listener is handed in) and everything that a role decides.

use std::time::Duration;

use crate::domain::time::Zone;
use crate::identify::options::PAYLOAD_MAX;
use crate::store::Pass;

/// How the web room behaves; [`Options::default`] is what a station without a configuration file uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Host names under which the page may be opened besides the loopback names; lower case, without a port.
    pub hosts: Vec<String>,
    /// The pass with which commands of the store's owner show who they are; without one they need a session. Default none.
    pub pass: Option<Pass>,
    /// Connections at one time, screens not counted; the next one is told 503. Default 256.
    pub connections_max: usize,
    /// Screens (SSE) at one time; the next one is told 503. Default 64.
    pub screens_max: usize,
    /// Time in which the head of a request must be complete, and the longest silence between two. Default 30 s.
    pub header_timeout: Duration,
    /// Time in which the body of a request must be complete. Default 10 s.
    pub body_timeout: Duration,
    /// Time a request waits for its answer before it is told that the outcome is unknown. Default 30 s.
    pub answer_timeout: Duration,
    /// Scans by HTTP in the station's queue at one time; the next ones wait their turn outside it, so that a flood of
    /// requests does not hold up the scanners. Default 16: larger groups gain nothing in commits a second.
    pub scans_waiting_max: usize,
    /// Bytes of one scan. Default 8 KiB.
    pub payload_max: usize,
    /// Bytes of one imported file. Default 32 MiB.
    pub import_max: usize,
    /// The calendar by which days in a file are read that is sent to be imported; the system's by default.
    pub zone: Zone,
    /// Rows of one page of a list. Default 500.
    pub rows_max: usize,
    /// Bytes waiting for one screen that does not read; then it is dropped and resumes by itself. Default 256 KiB.
    pub screen_buffer_max: usize,
    /// Time in which a screen must take all that waits for it; then it is dropped, whether it is live or returning, and
    /// its place is free. Default 10 s: a page of the ledger is some 40 KiB.
    pub screen_stall_max: Duration,
    /// Silence after which a screen gets a comment, so that both sides notice a dead connection. Default 15 s.
    pub keep_alive: Duration,
    /// Priority (`SCHED_RR`, 1 to 99) of the thread that writes to screens; `None` for the normal policy. Default 5.
    pub screens_priority: Option<u8>,
    /// Priority (`SCHED_RR`, 1 to 99) of the thread that serves requests, where there is more than one core; `None` for the
    /// normal policy. Default 4, below the screens' and far below the station's 9.
    pub requests_priority: Option<u8>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            pass: None,
            connections_max: 256,
            screens_max: 64,
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_secs(30),
            scans_waiting_max: 16,
            payload_max: PAYLOAD_MAX,
            import_max: 32 * 1024 * 1024,
            zone: Zone::system(),
            rows_max: 500,
            screen_buffer_max: 256 * 1024,
            screen_stall_max: Duration::from_secs(10),
            keep_alive: Duration::from_secs(15),
            screens_priority: Some(5),
            requests_priority: Some(4),
        }
    }
}
