//! What can be wrong with a configuration, each with the place, the key and what was expected.
//!
//! Every sentence can be acted on without opening the documentation.
//! Deliberately absent: faults of what a configuration names, such as a port that is not there; those are states.

use std::path::PathBuf;

use crate::source::profile::ProfileError;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file, or the folder of its drop-ins, cannot be read.
    #[error("read the configuration {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not TOML.
    #[error("{place}: not TOML: {message}")]
    Syntax {
        /// File and line.
        place: Place,
        /// What the parser said.
        message: String,
    },
    /// A key that no room has.
    #[error("{place}: unknown key \"{key}\"{}", hint(nearest.as_deref()))]
    UnknownKey {
        /// File and line.
        place: Place,
        /// The key with its tables, `rules.repeat_ms`.
        key: String,
        /// The known key that differs least from it.
        nearest: Option<String>,
    },
    /// A value that the key cannot have.
    #[error("{place}: {key} is {found}; expected {expected}")]
    Value {
        /// File and line.
        place: Place,
        /// The key with its tables.
        key: String,
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: String,
    },
    /// A scanner without the key that says which device it is.
    #[error("{place}: [[{table}]] has no `{key}`; expected {expected}")]
    Missing {
        /// File and line.
        place: Place,
        /// The table.
        table: String,
        /// The key that is not there.
        key: String,
        /// What may stand there.
        expected: String,
    },
    /// A device profile of this place that cannot be used.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Two keys that cannot both be so.
    #[error("{place}: {first} and {second} contradict each other: {why}; expected {expected}")]
    Contradiction {
        /// File and line of the later one that was set.
        place: Place,
        /// One key.
        first: String,
        /// The other.
        second: String,
        /// Why not.
        why: String,
        /// How they may be.
        expected: &'static str,
    },
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || "; `scanstation doctor --config` lists all keys".to_owned(),
        |it| format!("; did you mean \"{it}\"?"),
    )
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nobody set it.
    Default,
    /// Nobody set it, and another kind of station has another default; the word of this kind.
    Kind(&'static str),
    /// A file and a line, counted from one.
    Line(PathBuf, usize),
    /// An option of the command line or its variable of the environment.
    Option(&'static str),
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::Kind(kind) => write!(out, "default of a {kind}"),
            Self::Line(path, line) => write!(out, "{}:{line}", path.display()),
            Self::Option(name) => out.write_str(name),
        }
    }
}
