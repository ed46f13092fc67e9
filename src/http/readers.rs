//! Read-only connections to the store, kept open and lent one question at a time.
//!
//! Asking the store blocks, so it happens on the runtime's blocking threads; those are few, and so are connections.
//! Deliberately absent: the writer; whoever wants to change something goes through the station's handle.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::problem::{Problem, ProblemKind};
use crate::store::{Reader, StoreError};

/// Connections that are not being asked right now.
#[derive(Clone)]
pub(super) struct Readers {
    data: Arc<PathBuf>,
    tag_prefix: Arc<str>,
    idle: Arc<Mutex<Vec<Reader>>>,
}

impl Readers {
    /// Readers of the store in that folder, where our tags begin so; nothing is opened yet.
    pub(super) fn new(data: PathBuf, tag_prefix: &str) -> Self {
        Self { data: Arc::new(data), tag_prefix: tag_prefix.into(), idle: Arc::default() }
    }

    /// The store's folder.
    pub(super) fn folder(&self) -> &std::path::Path {
        &self.data
    }

    /// Asks the store one question away from the threads that serve connections.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let readers = self.clone();
        let asked = tokio::task::spawn_blocking(move || readers.ask_here(question)).await;
        match asked {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(cause)) if cause.is_refusal() => Err(Problem::new(ProblemKind::Refused, cause.to_string())),
            Ok(Err(cause)) => {
                tracing::warn!(%cause, "read the store for a page or a program");
                Err(Problem::new(ProblemKind::Store, cause.to_string()))
            }
            Err(_) => Err(Problem::new(ProblemKind::Ending, "the service is ending")),
        }
    }

    /// Asks the store on the calling thread, which may block.
    pub(super) fn ask_here<T>(&self, question: impl FnOnce(&Reader) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => Reader::open(&self.data)?.with_tags(&self.tag_prefix),
        };
        let answer = reader.at_once(question)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        Ok(answer)
    }
}
