//! A simulated scanner: a real pseudo-terminal that the real serial source reads.
//!
//! Two terminals stand back to back. The serial source opens the slave of the first, as it opens any port; a person or a
//! program writes codes to the slave of the second (`printf 'AT-000123\r' > PATH`), and a thread carries the bytes over.
//! Both are raw: no echo, no CR turned into LF. Unplugging closes the first terminal, which hangs the port up as a pulled
//! cable does. Deliberately absent: any short cut into the station.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::{Errno, read, write};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use crate::source::SourceError;

/// The link, in the station's data folder, to which a person writes codes.
pub const WRITTEN_TO: &str = "scanner";

/// The link, beside it, that the serial source opens.
pub const READ_FROM: &str = "scanner.port";

/// How often a full line is looked at: 20 ms, 100 times.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
const PATIENCE: u32 = 100;

/// A pseudo-terminal in raw mode: what is written to it, whoever opens its path reads.
pub struct Terminal {
    master: OwnedFd,
    path: PathBuf,
}

impl Terminal {
    /// Opens a new pseudo-terminal.
    pub fn open() -> Result<Self, SourceError> {
        let failed = |error: Errno| SourceError::from_io("open", "a pseudo-terminal", &error.into());
        // At once and not after it: a program that is started in between would hold the terminal open.
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).map_err(failed)?;
        rustix::fs::fcntl_setfl(&master, OFlags::NONBLOCK).map_err(failed)?;
        grantpt(&master).map_err(failed)?;
        unlockpt(&master).map_err(failed)?;
        let mut settings = tcgetattr(&master).map_err(failed)?;
        settings.make_raw();
        tcsetattr(&master, OptionalActions::Now, &settings).map_err(failed)?;
        let path = ptsname(&master, Vec::new()).map_err(failed)?;
        Ok(Self { master, path: PathBuf::from(OsString::from_vec(path.into_bytes())) })
    }

    /// The path that the serial source opens.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes bytes as a device would send them; waits while the line is full, until nobody read for two seconds.
    pub fn write(&self, mut bytes: &[u8]) -> Result<(), SourceError> {
        let failed = |error: Errno| SourceError::from_io("write to", &self.path.to_string_lossy(), &error.into());
        let mut patience = PATIENCE;
        while !bytes.is_empty() {
            match write(&self.master, bytes) {
                Ok(length) => {
                    bytes = bytes.get(length..).unwrap_or_default();
                    patience = PATIENCE;
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if patience > 0 => {
                    // The kernel tells that there is room again only when the line is nearly empty: look before that too.
                    poll(&mut [PollFd::new(&self.master, PollFlags::OUT)], Some(&LOOK)).map_err(failed)?;
                    patience -= 1;
                }
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }

    /// Reads what was sent to the device: ACK, NAK. Waits at most so long; empty if nothing came.
    pub fn read(&self, at_most: Duration) -> Result<Vec<u8>, SourceError> {
        let failed = |error: Errno| SourceError::from_io("read", &self.path.to_string_lossy(), &error.into());
        let mut buffer = [0; 4_096];
        let wait = Timespec::try_from(at_most).ok();
        if poll(&mut [PollFd::new(&self.master, PollFlags::IN)], wait.as_ref()).map_err(failed)? == 0 {
            return Ok(Vec::new());
        }
        let length = read(&self.master, &mut buffer).map_err(failed)?;
        Ok(buffer.get(..length).unwrap_or_default().to_vec())
    }
}

/// A scanner that is not there: codes written to its path arrive at the station as from a serial port.
pub struct Scanner {
    folder: PathBuf,
    cable: Arc<Cable>,
    pump: Option<JoinHandle<()>>,
}

/// What the pump carries bytes between.
struct Cable {
    /// The side that the station reads; `None` while unplugged.
    station: Mutex<Option<Terminal>>,
    /// The side that a person writes to.
    person: Terminal,
    /// Holds that side open, so that one writer's leaving is no hang-up and the raw mode stays.
    _held: OwnedFd,
    /// Ends the pump.
    end: OwnedFd,
}

impl Scanner {
    /// Plugs in a simulated scanner whose two paths are links in `folder`.
    pub fn start(folder: &Path) -> Result<Self, SourceError> {
        let failed = |error: Errno| SourceError::from_io("start", "the simulated scanner", &error.into());
        let person = Terminal::open()?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let held = rustix::fs::open(person.path(), flags, Mode::empty()).map_err(failed)?;
        let end = eventfd(0, EventfdFlags::CLOEXEC).map_err(failed)?;
        link(&folder.join(WRITTEN_TO), person.path())?;
        let cable = Arc::new(Cable { station: Mutex::new(None), person, _held: held, end });
        let mut scanner = Self { folder: folder.to_owned(), cable: Arc::clone(&cable), pump: None };
        scanner.plug()?;
        let pump = std::thread::Builder::new().name("scanner".to_owned()).spawn(move || cable.pump());
        scanner.pump = Some(pump.map_err(|it| SourceError::from_io("start", "the simulated scanner", &it))?);
        Ok(scanner)
    }

    /// The path to which a person writes codes, each with CR at its end.
    #[must_use]
    pub fn written_to(&self) -> PathBuf {
        self.folder.join(WRITTEN_TO)
    }

    /// The path that the serial source opens; it leads elsewhere after each plug.
    #[must_use]
    pub fn read_from(&self) -> PathBuf {
        self.folder.join(READ_FROM)
    }

    /// Scans a code: writes its bytes to the station's side. Nothing happens while unplugged.
    pub fn scan(&self, bytes: &[u8]) -> Result<(), SourceError> {
        self.cable.carry(bytes)
    }

    /// Pulls the cable. Its path goes first: the system may give the number of this terminal to any other program's.
    pub fn unplug(&self) {
        std::fs::remove_file(self.read_from()).ok();
        *self.cable.station.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Plugs it in again.
    pub fn plug(&self) -> Result<(), SourceError> {
        let terminal = Terminal::open()?;
        link(&self.read_from(), terminal.path())?;
        *self.cable.station.lock().unwrap_or_else(PoisonError::into_inner) = Some(terminal);
        Ok(())
    }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        write(&self.cable.end, &1_u64.to_ne_bytes()).ok();
        if let Some(pump) = self.pump.take() {
            drop(pump.join());
        }
        for path in [self.written_to(), self.read_from()] {
            std::fs::remove_file(path).ok();
        }
    }
}

impl Cable {
    /// Carries what a person writes until the end is told; blocks without waking.
    fn pump(&self) {
        let mut buffer = [0; 4_096];
        loop {
            let mut ready = [PollFd::new(&self.person.master, PollFlags::IN), PollFd::new(&self.end, PollFlags::IN)];
            match poll(&mut ready, None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return tracing::warn!(%error, "the simulated scanner ends"),
            }
            let [written, ended] = &ready;
            if !ended.revents().is_empty() {
                return;
            }
            if written.revents().is_empty() {
                continue;
            }
            let carried = read(&self.person.master, &mut buffer)
                .map_err(|it| SourceError::from_io("read", "the simulated scanner", &it.into()))
                .and_then(|length| self.carry(buffer.get(..length).unwrap_or_default()));
            if let Err(error) = carried {
                return tracing::warn!(%error, "the simulated scanner ends");
            }
        }
    }

    fn carry(&self, bytes: &[u8]) -> Result<(), SourceError> {
        match &*self.station.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(station) => station.write(bytes),
            None => Ok(()),
        }
    }
}

/// Makes `at` a link to `to`, replacing an older one in one step.
fn link(at: &Path, to: &Path) -> Result<(), SourceError> {
    let failed = |error: std::io::Error| SourceError::from_io("link", &at.to_string_lossy(), &error);
    let fresh = at.with_extension("new");
    std::fs::remove_file(&fresh).ok();
    std::os::unix::fs::symlink(to, &fresh).map_err(failed)?;
    std::fs::rename(&fresh, at).map_err(failed)
}
