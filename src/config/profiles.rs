//! Device profiles of this place: the files of a folder, before the profiles that come with the program.
//!
//! A mistake in one of them is told with file, line and key, as one of the configuration is.
//! Deliberately absent: what a profile says, which `source` knows.

use std::io;
use std::path::{Path, PathBuf};

use super::error::ConfigError;
use crate::source::profile::{Profiles, parse};

/// The shipped profiles with those of a folder; without the folder only the shipped ones.
pub(super) fn read(folder: &Path) -> Result<Profiles, ConfigError> {
    let unread = |path: &Path, source| ConfigError::Read { path: path.to_owned(), source };
    let entries = match folder.read_dir() {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Profiles::shipped()),
        Err(error) => return Err(unread(folder, error)),
    };
    let paths = entries.filter_map(|it| Some(it.ok()?.path()));
    let mut files: Vec<PathBuf> = paths.filter(|it| it.extension().is_some_and(|it| it == "toml")).collect();
    files.sort();
    let mut own = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|it| unread(&file, it))?;
        own.extend(parse(&file.to_string_lossy(), &text)?);
    }
    Ok(Profiles::shipped().with(own))
}
