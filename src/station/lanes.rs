//! The lanes of a desk between scans: what silence ends, what moves elsewhere, and the way back if a group fails.
//!
//! A lane changes with its scan, with its silence, or with what a scan at another lane moved of its person; each change
//! is remembered until the group is durable. Deliberately absent: deciding, and the eight steps (`desk`).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::domain::{Answer, Decision, HolderId, LaneId, Moment, NewEvent, Scan};
use crate::rules::{Lane, expire, had_left, warn, withdrawn};
use crate::store::StoreError;

use super::desk::{Desk, LANES_MAX};

impl Desk {
    /// Counts anew what the people at other lanes have, if this scan moved something from or to them.
    pub(super) fn recount(&mut self, here: &LaneId, events: &[NewEvent], now: Moment) -> Result<(), StoreError> {
        let moved: BTreeSet<HolderId> =
            events.iter().filter_map(|it| it.movement).flat_map(|it| [it.former, it.holder]).flatten().collect();
        let concerned = |lane: &Lane| lane.people().any(|it| moved.contains(&it));
        let others = self.lanes.iter().filter(|(id, lane)| *id != here && concerned(lane));
        let others: Vec<(LaneId, Lane)> = others.map(|(id, lane)| (id.clone(), lane.clone())).collect();
        for (id, mut lane) in others {
            for person in lane.people().collect::<Vec<_>>() {
                if let Some(holder) = self.store.holder(person, now)? {
                    lane.look_again(&holder);
                }
            }
            let before = self.lanes.insert(id.clone(), lane);
            self.before.push((id, before));
        }
        Ok(())
    }

    /// Looks at the people of all lanes again after a keeper changed the record; whose badge is no longer valid has left.
    pub(super) fn look_again(&mut self, now: Moment) {
        let mut ended = Vec::new();
        for (id, lane) in &mut self.lanes {
            if let Some(by) = lane.releases() {
                match self.store.holder(by, now) {
                    Ok(holder) => lane.release_again(holder.as_ref()),
                    Err(cause) => tracing::error!(%cause, lane = %id, "who releases was not looked at again"),
                }
            }
            for person in lane.people().collect::<Vec<_>>() {
                match self.store.holder(person, now) {
                    Ok(Some(holder)) if holder.active => lane.look_again(&holder),
                    Ok(Some(holder)) => {
                        ended.extend(withdrawn(lane, &holder.name).map(|it| (id.clone(), it)));
                        break;
                    }
                    Ok(None) => {}
                    Err(cause) => tracing::error!(%cause, lane = %id, "the person was not looked at again"),
                }
            }
        }
        if !ended.is_empty() {
            self.commit_alone("end of a session", |desk| desk.end(ended, now));
        }
    }

    /// What silence ends now.
    pub(super) fn expired(&self, now: Moment) -> Vec<(LaneId, Decision<Lane>)> {
        let policy = &self.options.policy;
        self.lanes.iter().filter_map(|(id, lane)| Some((id.clone(), expire(lane, policy, now)?))).collect()
    }

    /// Warns the lanes whose silence is about to end. Nothing is recorded: the next scan takes it back.
    pub(super) fn warn(&mut self, now: Moment) {
        let policy = &self.options.policy;
        let warned: Vec<(LaneId, Lane)> =
            self.lanes.iter().filter_map(|(id, lane)| Some((id.clone(), warn(lane, policy, now)?))).collect();
        self.lanes.extend(warned);
    }

    /// Records what silence ended.
    pub(super) fn end(&mut self, expired: Vec<(LaneId, Decision<Lane>)>, now: Moment) -> Result<(), StoreError> {
        for (id, decision) in expired {
            let events = self.store.record_events(None, &decision.events, now)?;
            for change in &decision.changes {
                self.store.apply(change, &id, now)?;
            }
            self.install(id, decision, &events);
        }
        Ok(())
    }

    /// Ends a lane whose silence was over before this scan, so that the scan never acts for somebody who has left.
    pub(super) fn end_silent(&mut self, scan: &Scan) -> Result<(), StoreError> {
        let policy = &self.options.policy;
        let lane = self.lanes.get(&scan.lane);
        let ended = lane.and_then(|it| expire(it, policy, scan.at).or_else(|| had_left(it, policy, scan)));
        self.end(ended.map(|it| (scan.lane.clone(), it)).into_iter().collect(), scan.at)
    }

    /// Whether the head is to be signed now; asked once.
    pub(super) fn takes_checkpoint(&mut self) -> bool {
        std::mem::take(&mut self.to_sign)
    }

    /// How many lanes have changed in this group: where [`take_back_to`](Self::take_back_to) can go back to.
    pub(super) fn changed(&self) -> usize {
        self.before.len()
    }

    /// The uptime at which the next lane ends by silence.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.lanes.values().filter_map(|it| it.deadline(&self.options.policy)).min()
    }

    /// The group is durable: the lanes stay as they are, but for those that clients opened and left, if there are many.
    pub(super) fn keep(&mut self) {
        self.before.clear();
        if self.lanes.len() > LANES_MAX {
            let fixed = &self.fixed;
            self.lanes.retain(|id, lane| fixed.contains(id) || lane.is_open());
        }
    }

    /// The group is not durable: the lanes go back to where they were.
    pub(super) fn take_back(&mut self) {
        self.take_back_to(0);
    }

    /// One scan of the group left nothing: the lanes go back to where they were before it.
    pub(super) fn take_back_to(&mut self, changed: usize) {
        for (id, before) in self.before.split_off(changed.min(self.before.len())).into_iter().rev() {
            match before {
                Some(lane) => self.lanes.insert(id, lane),
                None => self.lanes.remove(&id),
            };
        }
    }

    pub(super) const fn lanes(&self) -> &BTreeMap<LaneId, Lane> {
        &self.lanes
    }

    /// Tells a side something that was not asked for, until something is scanned there.
    pub(super) fn notice(&mut self, id: &LaneId, answer: Answer, why: String) {
        self.lanes.entry(id.clone()).or_default().notice = Some((answer, why));
    }

    /// Opens a lane, so that screens show it before anything is scanned there.
    pub(super) fn open_lane(&mut self, id: &LaneId) {
        self.fixed.insert(id.clone());
        self.lanes.entry(id.clone()).or_default();
    }
}
