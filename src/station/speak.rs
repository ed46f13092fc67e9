//! The eighth step: after the commit, and only then, everybody hears the answer.
//!
//! The asking client, the scanner itself and all screens get the same answer. A screen that is slow loses nothing:
//! what it missed is in the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{broadcast, watch};

use crate::domain::{EventSeq, Kind, LaneView, Outcome, StationView, Update, UpdateName};
use crate::rules::not_recorded;

use super::desk::{Desk, Walked};
use super::gate::Gate;
use super::group::{Job, Spoken};
use super::{Options, Reply};

/// The way out: messages to screens, and the state they begin with.
pub(super) struct Voice {
    updates: broadcast::Sender<Update>,
    view: watch::Sender<Arc<StationView>>,
    /// What the operator must know until it is mended.
    pub(super) alarms: Vec<String>,
    /// Set while commits fail.
    pub(super) trouble: Option<String>,
    /// Set while the clock is behind what was recorded.
    pub(super) behind: Option<String>,
}

impl Voice {
    pub(super) fn new(options: &Options, alarms: Vec<String>) -> Self {
        let view = StationView {
            station: options.station.clone(),
            kind: options.policy.kind,
            lanes: BTreeMap::new(),
            sources: BTreeMap::new(),
            alarms: Vec::new(),
            recording: true,
            head: 0,
        };
        let (updates, _) = broadcast::channel(options.updates_max);
        let (view, _) = watch::channel(Arc::new(view));
        Self { updates, view, alarms, trouble: None, behind: None }
    }

    pub(super) fn updates(&self) -> broadcast::Sender<Update> {
        self.updates.clone()
    }

    pub(super) fn view(&self) -> watch::Receiver<Arc<StationView>> {
        self.view.subscribe()
    }

    /// Speaks one scan's outcome.
    pub(super) fn speak(&mut self, spoken: Spoken, gate: &mut Gate) {
        let Spoken { job, result } = spoken;
        if let Ok(walked) = &result {
            let (lane, answer, event) = (job.scan.lane.as_str(), walked.answer.word(), walked.seq.map(|it| it.0));
            tracing::debug!(source.id = job.scan.source.as_str(), lane, answer, event, "a scan is answered");
        }
        match result {
            Ok(walked) => self.outcome(job, &walked, gate),
            Err(cause) => self.failure(job, &cause, gate),
        }
    }

    fn outcome(&mut self, job: Job, walked: &Walked, gate: &mut Gate) {
        // A scanner with a memory waits for its ACK also for what it has sent before.
        if walked.seq.is_none() && job.reply.is_none() {
            gate.answer(&job.scan.source, walked.answer);
        }
        if let Some(reply) = job.reply {
            let json = Outcome::answer_json(&walked.json).into();
            let key_is_taken = walked.key_is_taken;
            drop(reply.send(Reply { json, recorded: !key_is_taken, key_is_taken })); // The client may have left.
        }
        if let Some(seq) = walked.seq {
            self.trouble = None;
            self.send(Update { seq: Some(seq), head: seq, name: UpdateName::Scan, json: walked.json.clone() });
            gate.answer(&job.scan.source, walked.answer);
        }
    }

    fn failure(&mut self, job: Job, cause: &str, gate: &mut Gate) {
        let feedback = not_recorded(Kind::Unknown, "", cause);
        let outcome = Outcome {
            feedback,
            lane: job.scan.lane.clone(),
            time: job.scan.at.wall,
            payload: String::new(),
            person: None,
        };
        self.trouble = Some(outcome.feedback.why.clone());
        let json: Arc<str> = serde_json::to_string(&outcome).unwrap_or_default().into();
        let head = EventSeq(self.view.borrow().head);
        self.send(Update { seq: None, head, name: UpdateName::Scan, json: json.clone() });
        gate.refuse(&job.scan.source);
        if let Some(reply) = job.reply {
            drop(reply.send(Reply { json: Outcome::answer_json(&json).into(), recorded: false, key_is_taken: false }));
        }
    }

    /// Tells the screens the whole state, if it changed.
    pub(super) fn state(&self, desk: &Desk, gate: &Gate) {
        let policy = &desk.options.policy;
        let lanes: BTreeMap<_, LaneView> =
            desk.lanes().iter().map(|(id, lane)| (id.clone(), lane.view(policy))).collect();
        let view = StationView {
            station: desk.options.station.clone(),
            kind: policy.kind,
            lanes,
            sources: gate.view(),
            alarms: self.alarms.iter().chain(&self.trouble).chain(&self.behind).cloned().collect(),
            recording: self.trouble.is_none(),
            head: desk.store.head().0.0,
        };
        if **self.view.borrow() == view {
            return;
        }
        let (head, json) = (EventSeq(view.head), Arc::from(serde_json::to_string(&view).unwrap_or_default()));
        self.view.send_replace(Arc::new(view));
        self.send(Update { seq: None, head, name: UpdateName::State, json });
    }

    fn send(&self, update: Update) {
        drop(self.updates.send(update)); // Nobody may be watching.
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Answer, EventSeq, Feedback, LaneId};

    #[test]
    fn the_answer_is_the_outcome_up_to_the_lane() {
        let why = r#"said ","lane":" and"#.to_owned();
        let (kind, key, because) = (Kind::Text, String::new(), String::new());
        let feedback = Feedback {
            scan: None,
            answer: Answer::No,
            asks: false,
            why,
            kind,
            key,
            because,
            unit: None,
            events: vec![EventSeq(3)],
            receipt: Vec::new(),
        };
        let answer = serde_json::to_string(&feedback).unwrap();
        let (lane, time, payload) = (LaneId::new("web"), Timestamp::UNIX_EPOCH, String::new());
        let outcome = serde_json::to_string(&Outcome { feedback, lane, time, payload, person: None }).unwrap();
        assert_eq!(Outcome::answer_json(&outcome), answer);
    }
}
