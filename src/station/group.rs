//! One commit: all scans that waited, each in a savepoint of its own.
//!
//! If one scan cannot be recorded, the others still are; if the commit fails, none is, and every answer of the group
//! is "NOT recorded". Nobody hears anything before the commit.

use tokio::sync::oneshot;

use crate::domain::{Decision, LaneId, Moment, Scan};
use crate::rules::Lane;
use crate::store::StoreError;

use super::desk::{Desk, Walked};
use super::error::StationError;
use super::gate::fill;
use super::{Reply, Request};

/// One scan that waits to be walked.
pub(super) struct Job {
    pub(super) scan: Scan,
    /// The other symbols of the same picture, in reading order.
    pub(super) beside: Vec<Scan>,
    pub(super) idempotency_key: Option<String>,
    pub(super) reply: Option<oneshot::Sender<Reply>>,
}

/// One scan after the commit.
pub(super) struct Spoken {
    pub(super) job: Job,
    /// What was recorded, or why nothing was.
    pub(super) result: Result<Walked, String>,
}

/// What became of the sessions that silence ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ends {
    /// Ends that are durable.
    pub(super) recorded: usize,
    /// Ends to be tried again.
    pub(super) failed: usize,
}

impl Job {
    /// What somebody asked, as a scan made now.
    pub(super) fn asked(request: Request, now: Moment) -> Self {
        let mut scan = Scan {
            source: request.source,
            lane: request.lane,
            transport: request.transport,
            number: 0,
            reading: None,
            at: now,
            event_time: None,
            aim: None,
            symbology: None,
            payload: Vec::new(),
            stale: false,
        };
        fill(&mut scan, request.message);
        Self { scan, beside: Vec::new(), idempotency_key: request.idempotency_key, reply: Some(request.reply) }
    }

    /// Scans as jobs: those of one reading are one, so that they have one answer.
    pub(super) fn readings(scans: Vec<Scan>) -> Vec<Self> {
        let mut jobs: Vec<Self> = Vec::with_capacity(scans.len());
        for scan in scans {
            match jobs.last_mut() {
                Some(job) if scan.reading.is_some() && job.scan.reading == scan.reading => job.beside.push(scan),
                _ => jobs.push(Self { scan, beside: Vec::new(), idempotency_key: None, reply: None }),
            }
        }
        jobs
    }

    /// The symbols, in reading order; most jobs have one.
    pub(super) fn scans(&self) -> impl Iterator<Item = &Scan> {
        std::iter::once(&self.scan).chain(&self.beside)
    }
}

impl Spoken {
    /// When a device's scan was read, if it is durable now and did not wait for the station to come.
    pub(super) fn read_at(&self) -> Option<Moment> {
        let scan = &self.job.scan;
        (self.result.is_ok() && self.job.reply.is_none() && !scan.stale).then_some(scan.at)
    }
}

impl Desk {
    /// Walks all jobs and commits once.
    pub(super) fn commit_group(&mut self, jobs: Vec<Job>) -> Vec<Spoken> {
        if let Err(cause) = self.store.begin() {
            return not_recorded(jobs, &cause.to_string());
        }
        let done = self.walk_group(&jobs).and_then(|walked| {
            self.store.commit().map_err(|it| it.to_string())?;
            Ok(walked)
        });
        match done {
            Ok(walked) => {
                self.keep();
                jobs.into_iter().zip(walked).map(|(job, result)| Spoken { job, result }).collect()
            }
            Err(cause) => {
                tracing::error!(%cause, scans = jobs.len(), "group not recorded");
                self.take_back();
                not_recorded(jobs, &cause)
            }
        }
    }

    /// One job alone needs no savepoint: if it leaves nothing, nothing is left of the group.
    fn walk_group(&mut self, jobs: &[Job]) -> Result<Vec<Result<Walked, String>>, String> {
        match jobs {
            [alone] => match self.walk(alone) {
                Ok(walked) => Ok(vec![Ok(walked)]),
                Err(cause) => {
                    self.store.undo_scans().map_err(|it| it.to_string())?;
                    Err(cause.to_string())
                }
            },
            _ => self.walk_all(jobs),
        }
    }

    /// Walks all jobs; if one makes SQLite undo the whole group, that one's cause is the group's.
    fn walk_all(&mut self, jobs: &[Job]) -> Result<Vec<Result<Walked, String>>, String> {
        let mut all = Vec::with_capacity(jobs.len());
        for job in jobs {
            let walked = self.walk_in_savepoint(job).map_err(|it| it.to_string());
            if self.store.is_undone() {
                self.store.rollback().map_err(|it| it.to_string())?;
                return Err(walked.err().unwrap_or_else(|| "the store undid the scans".to_owned()));
            }
            all.push(walked);
        }
        Ok(all)
    }

    fn walk_in_savepoint(&mut self, job: &Job) -> Result<Walked, StationError> {
        self.store.savepoint()?;
        let changed = self.changed();
        let walked = self.walk(job);
        match walked.and_then(|it| Ok(self.store.release().map(|()| it)?)) {
            Ok(walked) => Ok(walked),
            Err(cause) => {
                tracing::error!(%cause, "scan not recorded");
                self.take_back_to(changed);
                if let Err(second) = self.store.rollback_to() {
                    tracing::error!(cause = %second, "scan not undone alone");
                }
                Err(cause)
            }
        }
    }

    /// Records what silence ended, in a commit of its own, each lane in a savepoint of its own: an end that cannot be
    /// recorded holds up no other. `None` if there was nothing to end.
    pub(super) fn commit_expired(&mut self, now: Moment) -> Option<Ends> {
        let expired = self.expired(now);
        if expired.is_empty() {
            return None;
        }
        let mut ends = Ends::default();
        let durable = self.commit_alone("end of a session", |desk| {
            for one in expired {
                let recorded = desk.end_in_savepoint(one, now)?;
                *(if recorded { &mut ends.recorded } else { &mut ends.failed }) += 1;
            }
            Ok(())
        });
        Some(if durable { ends } else { Ends { recorded: 0, failed: ends.recorded + ends.failed.max(1) } })
    }

    fn end_in_savepoint(&mut self, one: (LaneId, Decision<Lane>), now: Moment) -> Result<bool, StoreError> {
        self.store.savepoint()?;
        let (changed, lane) = (self.changed(), one.0.clone());
        let ended = self.end(vec![one], now);
        match &ended {
            Ok(()) => self.store.release()?,
            Err(cause) => {
                tracing::error!(%cause, %lane, "end of a session not recorded");
                self.take_back_to(changed);
                self.store.rollback_to()?;
            }
        }
        Ok(ended.is_ok())
    }

    /// Records something that is not a scan, in a commit of its own; returns whether it is durable.
    pub(super) fn commit_alone(&mut self, what: &str, work: impl FnOnce(&mut Self) -> Result<(), StoreError>) -> bool {
        let done = self.store.begin().and_then(|()| work(self)).and_then(|()| self.store.commit());
        if let Err(cause) = &done {
            tracing::error!(%cause, "{what} not recorded");
            self.take_back();
            if let Err(cause) = self.store.rollback() {
                tracing::debug!(%cause, "nothing to roll back");
            }
        }
        self.keep();
        done.is_ok()
    }
}

fn not_recorded(jobs: Vec<Job>, cause: &str) -> Vec<Spoken> {
    jobs.into_iter().map(|job| Spoken { job, result: Err(cause.to_owned()) }).collect()
}
