//! The check of the ledger before its last checkpoint, beside the running station.
//!
//! Start checks from the last checkpoint on, so that it is quick; the rest is checked here, once, and can be ended.
//! Deliberately absent: mending; a ledger that does not hold is an alarm for a person.

use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::thread::{Builder, JoinHandle};

use crate::source::Stop;
use crate::station::Handle;
use crate::store::{self, Checks};

/// Starts the check in a thread of its own.
pub(super) fn start(data: PathBuf, handle: Handle, stop: Stop) -> io::Result<JoinHandle<()>> {
    Builder::new().name("proof".to_owned()).spawn(move || {
        let report = store::verify(&data, Checks::BESIDE, |_| {
            if stop.is_given() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match report {
            _ if stop.is_given() => {}
            Ok(report) if report.ok => tracing::info!(events = report.events, "the whole ledger holds"),
            // The start that declared it has told of it; what is new is an alarm.
            Ok(report) if report.is_declared() => {
                let sentences = report.sentences.join(" ");
                tracing::warn!(%sentences, "the ledger holds but for what it declares itself");
            }
            Ok(report) => {
                let sentences = report.sentences.join(" ");
                let first =
                    report.first_bad.map_or_else(String::new, |it| format!(" The first bad number is {}.", it.0));
                // A full queue or an ending station: the log has it in any case.
                handle.alarm(format!("The ledger does not hold: run scanstation verify.{first}")).ok();
                tracing::error!(first_bad = report.first_bad.map(|it| it.0), %sentences, "the ledger does not hold");
            }
            Err(error) => tracing::warn!(%error, "the ledger before the last checkpoint is not checked"),
        }
    })
}
