//! One writer a store: `DATA/station.lock`, locked as long as its process lives.
//!
//! The lock is the kernel's (`flock`), so it ends with the process however it ends; the text in the file only says
//! who: the pid and, once it listens, the address of the service, so that other commands find it.
//! Deliberately absent: waiting; a second writer is told at once.

use std::{
    fs::File,
    io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};

use super::error::{StoreError, file};
use super::owned;

/// Name of the lock file in the store's folder.
pub const FILE: &str = "station.lock";

/// Others may read where the service listens, as far as the folder and the umask let them.
const MODE: u32 = 0o666;

/// The lock of the store's only writer; it is released when this is dropped.
#[derive(Debug)]
pub struct Lock {
    open: File,
    path: PathBuf,
}

/// The service that runs on a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its process id; 0 if it has not written it yet.
    pub pid: u32,
    /// Where it listens, `127.0.0.1:8417`; `None` if it does not, or not yet.
    pub address: Option<String>,
}

impl Lock {
    /// Takes the lock of the store in `data`.
    ///
    /// # Errors
    /// [`StoreError::SecondWriter`] with the other's pid if somebody has it.
    pub fn take(data: &Path) -> Result<Self, StoreError> {
        let path = data.join(FILE);
        let open = owned::open(&path, MODE).map_err(file("open the lock", &path))?;
        if flock(&open, FlockOperation::NonBlockingLockExclusive).is_err() {
            let pid = read(&open).map_or(0, |it| it.pid);
            return Err(StoreError::SecondWriter { data: data.to_owned(), pid });
        }
        let mut lock = Self { open, path };
        lock.write(None)?;
        Ok(lock)
    }

    /// Says where the service listens, for commands that look for it.
    pub fn publish(&mut self, address: &str) -> Result<(), StoreError> {
        self.write(Some(address))
    }

    fn write(&mut self, address: Option<&str>) -> Result<(), StoreError> {
        let text = format!("{}\n{}\n", std::process::id(), address.unwrap_or_default());
        // Shorter text first would leave the end of a longer one; the length is set after the text.
        self.open
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.open.write_all(text.as_bytes()))
            .and_then(|()| self.open.set_len(u64::try_from(text.len()).unwrap_or(u64::MAX)))
            .map_err(file("write the lock", &self.path))
    }
}

impl Drop for Lock {
    /// Gives the lock back by word, not by closing the file: a program that is being started at this moment (a camera's
    /// child) has the file open too until it is the new program, and the lock would last as long.
    fn drop(&mut self) {
        unlock(&self.open);
    }
}

fn unlock(open: &File) {
    if let Err(found) = flock(open, FlockOperation::Unlock) {
        tracing::debug!(error = %found, "the lock ends with the process");
    }
}

/// The service that runs on the store in `data`; `None` if nobody has its lock.
pub fn running(data: &Path) -> Result<Option<Running>, StoreError> {
    let path = data.join(FILE);
    let open = match File::open(&path) {
        Ok(open) => open,
        Err(found) if found.kind() == ErrorKind::NotFound => return Ok(None),
        Err(found) if found.kind() == ErrorKind::PermissionDenied => {
            return Err(StoreError::NotAllowed { path: data.to_owned() });
        }
        Err(found) => return Err(file("open the lock", &path)(found)),
    };
    match flock(&open, FlockOperation::NonBlockingLockShared) {
        Ok(()) => {
            unlock(&open);
            Ok(None)
        }
        Err(_) => Ok(Some(read(&open).unwrap_or(Running { pid: 0, address: None }))),
    }
}

fn read(mut open: &File) -> Option<Running> {
    let mut text = String::new();
    open.seek(SeekFrom::Start(0)).ok()?;
    open.read_to_string(&mut text).ok()?;
    let mut lines = text.lines();
    let pid = lines.next()?.parse().ok()?;
    let address = lines.next().filter(|it| !it.is_empty()).map(str::to_owned);
    Some(Running { pid, address })
}
