//! The lines of a service's log on their way to standard error: a thread of their own writes them.
//!
//! Whoever reads them may stop to: a terminal on which somebody pressed Ctrl+S, a program behind a pipe. Nobody who logs
//! waits for that, least of all the station; lines beyond [`WAITING_MAX`] are lost, and how many is said in their place.
//! Deliberately absent: what is logged, the journal, and commands that end by themselves, which write as they go.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use crate::queue::{Receiver, Sender, queue};

/// Lines that may wait for a reader (chosen: some 200 KiB).
const WAITING_MAX: usize = 1_024;
/// How long the end waits until all is written (chosen: a reader that takes nothing takes nothing more).
const FAREWELL: Duration = Duration::from_secs(1);

enum Line {
    Said(Vec<u8>),
    End,
}

/// Where lines are put; clones share it.
#[derive(Clone)]
pub(super) struct Lines {
    way_in: Sender<Line>,
    lost: Arc<AtomicU64>,
}

/// The end of the lines: dropped, it waits a little until they are written.
pub(super) struct Written {
    way_in: Sender<Line>,
    ended: Receiver<()>,
}

/// Starts the thread that writes.
pub(super) fn start() -> io::Result<(Lines, Written)> {
    // A descriptor of its own: writing to it holds no lock that somebody else's last words need.
    let mut to = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let (way_in, mut waiting) = queue(WAITING_MAX);
    let (ends, ended) = queue::<()>(1);
    let lost = Arc::<AtomicU64>::default();
    let missing = Arc::clone(&lost);
    std::thread::Builder::new().name("log".to_owned()).spawn(move || {
        while let Some(Line::Said(line)) = waiting.recv() {
            to.write_all(&line).ok(); // There is nobody whom this could be told.
            let lines = missing.swap(0, Relaxed);
            if lines > 0 {
                tracing::warn!(lines, "the log was not read, and lines of it are lost");
            }
        }
        drop(ends);
    })?;
    Ok((Lines { way_in: way_in.clone(), lost }, Written { way_in, ended }))
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.way_in.try_send(Line::Said(line.to_vec())).is_err() {
            self.lost.fetch_add(1, Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        // Where not even this fits, nobody reads.
        if self.way_in.try_send(Line::End).is_ok() {
            self.ended.recv_timeout(FAREWELL).ok();
        }
    }
}
