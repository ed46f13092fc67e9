//! Where the log goes: the journal under systemd, lines on standard error elsewhere, JSON if asked for.
//!
//! Badge numbers and payloads of unknown scans are logged at debug and below only, secrets never; that is kept where
//! they are logged. Standard output belongs to facts and never gets a line of the log.
//! Deliberately absent: files and their rotation, which the journal does better.

use std::io;

use anyhow::{Context as _, Result, anyhow};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

use super::lines::{self, Written};
use crate::config::{Log, LogForm};

/// Starts logging; a second call in one process changes nothing.
pub(super) fn start(log: &Log) -> Result<()> {
    start_to(log, io::stderr)
}

/// The same for a service: it never waits for whoever reads its log on standard error, but for a moment at its end.
pub(super) fn start_beside(log: &Log) -> Result<Written> {
    let (lines, written) = lines::start().context("start the thread that writes the log")?;
    start_to(log, lines)?;
    Ok(written)
}

fn start_to(log: &Log, to: impl for<'a> MakeWriter<'a> + Send + Sync + 'static) -> Result<()> {
    let filter = EnvFilter::try_new(&log.level)
        .map_err(|it| anyhow!("log.level is {:?}; expected a level, or levels by room: {it}", log.level))?;
    let registry = tracing_subscriber::registry().with(filter);
    let started = match form(log.form) {
        LogForm::Journald => match tracing_journald::layer() {
            Ok(layer) => registry.with(layer).try_init(),
            // No journal socket: say it in text rather than not at all.
            Err(_) => registry.with(fmt::layer().with_writer(to).with_ansi(false)).try_init(),
        },
        LogForm::Json => registry.with(fmt::layer().json().with_writer(to)).try_init(),
        LogForm::Text | LogForm::Auto => {
            let colour = io::IsTerminal::is_terminal(&io::stderr());
            registry.with(fmt::layer().with_writer(to).with_ansi(colour).with_target(false)).try_init()
        }
    };
    // Already started is fine: tests and `demo` run several commands in one process.
    drop(started);
    Ok(())
}

/// Under systemd standard error is the journal's stream, and `JOURNAL_STREAM` says so.
fn form(asked: LogForm) -> LogForm {
    match asked {
        LogForm::Auto if std::env::var_os("JOURNAL_STREAM").is_some() => LogForm::Journald,
        LogForm::Auto => LogForm::Text,
        LogForm::Text | LogForm::Json | LogForm::Journald => asked,
    }
}
