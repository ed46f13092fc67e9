//! The pass of the running service: a file that only its owner can read, for commands of that owner on this machine.
//!
//! `DATA/station.pass` (mode 0600) holds random digits that are new at each start; whoever can read it could write the
//! store itself, so a request that shows it needs no session. It is compared without telling by time.
//! Deliberately absent: passes for other machines.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::chain::hex;
use super::error::{StoreError, file};
use super::owned;

/// Name of the file in the store's folder.
pub(super) const FILE: &str = "station.pass";

/// A pass; it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Pass(String);

impl Pass {
    /// Makes a new one and writes it where the owner's commands find it.
    pub fn renew(folder: &Path) -> Result<Self, StoreError> {
        let mut random = [0; 32];
        getrandom::fill(&mut random)
            .map_err(|it| StoreError::Key(format!("the kernel gives no random bytes: {it}")))?;
        let (path, pass) = (folder.join(FILE), Self(hex(&random)));
        // Removed first: an old file keeps its mode, whatever it was.
        drop(fs::remove_file(&path));
        owned::make(&path, 0o600)
            .and_then(|mut it| it.write_all(pass.0.as_bytes()))
            .map_err(file("write the pass", &path))?;
        Ok(pass)
    }

    /// The pass of the service that runs on a store; `None` if it cannot be read.
    #[must_use]
    pub fn read(folder: &Path) -> Option<Self> {
        fs::read_to_string(folder.join(FILE)).ok().map(|it| Self(it.trim().to_owned()))
    }

    /// Whether this text is the pass.
    #[must_use]
    pub fn is(&self, shown: &str) -> bool {
        let differs = self.0.bytes().zip(shown.bytes()).fold(0, |differs, (one, other)| differs | (one ^ other));
        differs == 0 && self.0.len() == shown.len() && !self.0.is_empty()
    }

    /// The text, to be shown to the service.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Pass(…)")
    }
}
