//! Read-only connections to the store, kept open and lent one question at a time.
//!
//! Asking the store blocks, so it happens on the runtime's blocking threads; those are few, and so are connections.
//! Deliberately absent: the writer; whoever wants to change something goes through the station's handle.

use std::sync::{Arc, Mutex, PoisonError};

use super::problem::{Problem, ProblemKind};
use super::records::{OpenRecords, Records};

/// Connections that are not being asked right now.
#[derive(Clone)]
pub(super) struct Readers {
    open: OpenRecords,
    idle: Arc<Mutex<Vec<Box<dyn Records>>>>,
}

impl Readers {
    pub(super) fn new(open: OpenRecords) -> Self {
        Self { open, idle: Arc::default() }
    }

    /// Asks the store one question away from the threads that serve connections.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut dyn Records) -> Result<T, String> + Send + 'static,
    ) -> Result<T, Problem> {
        let readers = self.clone();
        let asked = tokio::task::spawn_blocking(move || readers.ask_here(question)).await;
        match asked {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(cause)) => {
                tracing::warn!(cause, "read the store for the page");
                Err(Problem::new(ProblemKind::Store, cause))
            }
            Err(_) => Err(Problem::new(ProblemKind::Ending, "the service is ending")),
        }
    }

    /// Asks the store on the calling thread, which may block.
    pub(super) fn ask_here<T>(
        &self,
        question: impl FnOnce(&mut dyn Records) -> Result<T, String>,
    ) -> Result<T, String> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => (self.open)()?,
        };
        let answer = question(reader.as_mut());
        if answer.is_ok() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        }
        answer
    }
}
