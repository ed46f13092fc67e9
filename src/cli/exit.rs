//! The status with which a command ends, in one table; `docs/command-line.md` shows the same.
//!
//! A script can tell "no" from "could not": 1 is an answer, everything above is a call that failed.
//! Deliberately absent: words for people, which each error has.

use std::process::ExitCode;

use super::client::ClientError;
use crate::config::ConfigError;
use crate::http::HttpError;
use crate::source::SourceError;
use crate::station::DrawnError;
use crate::store::StoreError;
use crate::vision::PictureError;

/// What was typed cannot be meant; nothing was done.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongWords(pub String);

/// What was asked could not be written; nothing was done.
#[derive(Debug, thiserror::Error)]
#[error("not recorded")]
pub struct NotRecorded;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, and the answer is yes.
    Done,
    /// Done, and the answer is no: a scan refused, a ledger that does not verify, a file with problems, a picture that is none.
    No,
    /// The command line is wrong; nothing was done.
    Usage,
    /// The configuration is wrong; nothing was done.
    Config,
    /// The store cannot be used: held by another, newer, damaged, no permission, no space.
    Store,
    /// The running service does not answer.
    Service,
    /// It is not recorded: send it again.
    NotRecorded,
    /// A device, or the system, does not let us.
    System,
}

impl Exit {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 8] =
        [Self::Done, Self::No, Self::Usage, Self::Config, Self::Store, Self::Service, Self::NotRecorded, Self::System];

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::Usage => 2,
            Self::Config => 3,
            Self::Store => 4,
            Self::Service => 5,
            Self::NotRecorded => 6,
            Self::System => 7,
        }
    }

    /// What it means, in a few words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Done => "done, and the answer is yes",
            Self::No => "done, and the answer is no (refused, does not verify, has problems)",
            Self::Usage => "the command line is wrong",
            Self::Config => "the configuration is wrong",
            Self::Store => "the store cannot be used",
            Self::Service => "the running service does not answer",
            Self::NotRecorded => "not recorded: send it again",
            Self::System => "a device or the system does not let us",
        }
    }

    /// The status for an error, by its cause.
    #[must_use]
    pub fn of(error: &anyhow::Error) -> Self {
        let by = |cause: &(dyn std::error::Error + 'static)| {
            if cause.is::<ConfigError>() {
                Some(Self::Config)
            } else if cause.is::<WrongWords>() {
                Some(Self::Usage)
            } else if matches!(
                cause.downcast_ref(),
                Some(StoreError::BadBackup { .. } | StoreError::OtherLedger { .. })
            ) {
                Some(Self::No)
            } else if cause.is::<StoreError>() {
                Some(Self::Store)
            } else if cause.is::<PictureError>() || cause.is::<DrawnError>() {
                Some(Self::No)
            } else if let Some(client) = cause.downcast_ref::<ClientError>() {
                Some(match client {
                    it if it.is_full() => Self::NotRecorded,
                    it if it.is_refused() => Self::No,
                    it if it.is_about_the_store() => Self::Store,
                    _ => Self::Service,
                })
            } else if cause.is::<HttpError>() || cause.is::<SourceError>() {
                Some(Self::System)
            } else {
                None
            }
        };
        let not_recorded = error.downcast_ref::<NotRecorded>().map(|_| Self::NotRecorded); // Said about the cause below it.
        not_recorded.or_else(|| error.chain().find_map(by)).unwrap_or(Self::System)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_shows_the_same_table() {
        let document = include_str!("../../docs/command-line.md");
        for exit in Exit::ALL {
            let row = format!("| {} | {} |", exit.number(), exit.words());
            assert!(document.contains(&row), "docs/command-line.md lacks: {row}");
        }
    }

    #[test]
    fn the_cause_decides_however_deep_it_lies() {
        let deep = anyhow::Error::from(StoreError::Unfit("x".to_owned())).context("import");
        assert_eq!(Exit::of(&deep), Exit::Store);
        let full = |doing| crate::cli::instruct::failed(StoreError::Full { doing });
        assert_eq!(Exit::of(&full("hold a unit")), Exit::NotRecorded);
        let backup = StoreError::BadBackup { path: "b1.db".into(), why: "x".to_owned() };
        assert_eq!(Exit::of(&anyhow::Error::from(backup).context("restore")), Exit::No);
        assert_eq!(Exit::of(&WrongWords("x".to_owned()).into()), Exit::Usage);
        let picture = anyhow::Error::from(PictureError::Cut).context("drill.jpg");
        assert_eq!(Exit::of(&picture), Exit::No);
        let refused = |status| ClientError::Problem { status, detail: "x".to_owned() }.into();
        assert_eq!(
            [400, 403, 409, 413, 422, 503, 500, 504].map(|it| Exit::of(&refused(it))),
            [Exit::No, Exit::No, Exit::No, Exit::No, Exit::No, Exit::NotRecorded, Exit::Store, Exit::Service]
        );
        assert_eq!(Exit::of(&anyhow::anyhow!("x")), Exit::System);
    }
}
