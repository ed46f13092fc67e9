//! Long work on the store, put into the station's queue piece by piece, so that scans pass in between.
//!
//! Deliberately absent: what a piece is, which is the store's.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::problem::{Problem, ProblemKind};
use super::routes::Site;
use super::scans::not_taken;
use crate::domain::Moment;
use crate::station::NotTaken;
use crate::store::{Next, Store, StoreError};

/// A full queue is asked again after this, for the pieces behind the first; so is a store that somebody reads.
const AGAIN: Duration = Duration::from_millis(20);

/// What is said of work that does not come to its end.
pub(super) struct Said {
    /// A part is done, and the rest failed.
    pub(super) broken_off: &'static str,
    /// The service is ending.
    pub(super) ending: &'static str,
}

impl Said {
    pub(super) fn ending(&self) -> Problem {
        Problem::new(ProblemKind::Ending, self.ending)
    }
}

/// Does one piece after the other and returns the report of the last; a queue that is full is asked again behind the first.
pub(super) async fn done<R: Send + 'static>(
    site: &Site,
    piece: impl FnMut(&mut Store, Moment) -> Result<(Next, R), StoreError> + Send + 'static,
    said: &Said,
) -> Result<R, Problem> {
    let piece = Arc::new(Mutex::new(piece));
    let mut begun = false;
    loop {
        let shared = Arc::clone(&piece);
        let working =
            site.handle.work(move |store, now| shared.lock().unwrap_or_else(PoisonError::into_inner)(store, now));
        let waiting = match working {
            Ok(waiting) => waiting,
            Err(NotTaken::Full) if begun => {
                tokio::time::sleep(AGAIN).await;
                continue;
            }
            Err(cause) => return Err(not_taken(site, cause)),
        };
        match waiting.await.map_err(|_| said.ending())? {
            Ok((Next::End, report)) => return Ok(report),
            Ok((Next::Piece, _)) => begun = true,
            Ok((Next::Wait, _)) => {
                begun = true;
                tokio::time::sleep(AGAIN).await;
            }
            Err(cause) if begun => {
                let mut problem = failed(&cause);
                problem.detail.push_str("; ");
                problem.detail.push_str(said.broken_off);
                return Err(problem);
            }
            Err(cause) => return Err(failed(&cause)),
        }
    }
}

/// What the store could not do, as a problem.
pub(super) fn failed(cause: &StoreError) -> Problem {
    let kind = if cause.is_not_recorded() { ProblemKind::NotRecording } else { ProblemKind::Store };
    Problem::new(kind, cause.to_string())
}
