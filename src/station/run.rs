//! The station thread: waits for the next input or the next deadline, takes all that waits, and goes round.
//!
//! Deliberately absent: what a scan goes through (`desk`), what a commit holds (`group`).

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::watch;

use crate::domain::time::Clock;
use crate::domain::{Answer, Body, EventKind, LaneId, Moment, NewEvent, Scan};
use crate::queue::{NotReceived, Receiver, queue};
use crate::rules::clock_behind;
use crate::source::{PRIORITY, SourceInput, answering_at};
use crate::store::{CHECKPOINT_EVENTS_MAX, Store};

use super::clock::Steps;
use super::desk::Desk;
use super::gate::Gate;
use super::group::{Job, Spoken};
use super::pace::Pace;
use super::speak::Voice;
use super::upload::Uploads;
use super::{Handle, Input, Options};

/// A running station.
pub struct Station {
    /// The way in.
    pub handle: Handle,
    thread: JoinHandle<()>,
    /// Nobody sends: it ends with the loop.
    ended: Receiver<()>,
    pub(super) hurry: Arc<AtomicBool>,
}

impl Station {
    /// Waits until the station has ended; it ends after [`Handle::stop`].
    pub fn join(self) {
        drop(self.handle);
        if self.thread.join().is_err() {
            tracing::error!("the station thread broke an invariant and ended");
        }
    }

    /// Ends the station: what waits is answered, but not for longer than this; nobody was told that the rest is recorded.
    pub fn end(mut self, at_most: Duration) {
        let handle = self.handle.clone();
        // Beside, because it waits for room in the queue, which a device that sends without end keeps full.
        if Builder::new().name("stop".to_owned()).spawn(move || handle.stop()).is_err() {
            self.handle.stop();
        }
        let is_late = self.ended.recv_timeout(at_most) == Err(NotReceived::TimedOut);
        self.hurry.store(is_late, Ordering::Release);
        self.join();
    }

    /// Whether the station thread has ended by itself.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }
}

/// After this silence a checkpoint is signed, so that a quiet station is proven up to its last event (chosen).
const CHECKPOINT_IDLE: Duration = Duration::from_secs(5);

/// Inputs of one round (chosen: a device that sends without end, and no whole code, ends no round by scans).
const ROUND_MAX: usize = 1_024;

/// A session's end that could not be recorded is tried again after this (chosen: a full disk takes longer to mend).
const EXPIRE_AGAIN: Duration = Duration::from_secs(2);

/// Starts the station thread on a store.
///
/// # Errors
/// The system gives no thread.
pub fn start(options: Options, store: Store, clock: Clock) -> io::Result<Station> {
    let (way_in, inputs) = queue(options.queue_max);
    let voice = Voice::new(&options, store.opening().damage.clone());
    let (life, alive) = watch::channel(());
    let pace = Arc::<Pace>::default();
    let handle = Handle::new(way_in, voice.updates(), voice.view(), alive, options.codes.clone(), Arc::clone(&pace));
    let last = store.event(store.head().0).ok().flatten();
    let steps = Steps::new(clock(), last.map(|it| it.record_time));
    let (group_max, desk, gate) = (options.group_max, Desk::new(store, options), Gate::default());
    let uploads = Uploads::default();
    let (ends, ended) = queue::<()>(1);
    let hurry = Arc::<AtomicBool>::default();
    let (held_off, unproven, stopping, told) = (None, None, false, BTreeMap::new());
    let mut station = Loop {
        inputs,
        waiting: VecDeque::new(),
        clock,
        group_max,
        desk,
        gate,
        voice,
        pace,
        steps,
        uploads,
        held_off,
        unproven,
        stopping,
        hurry: Arc::clone(&hurry),
        told,
    };
    station.started(); // Before anybody holds the handle: a ready station has a state and has shown that it can write.
    let thread = Builder::new().name("station".to_owned()).spawn(move || {
        answering_at(PRIORITY - 1, "station"); // A reader never waits for a PIN's hash or a piece of an import here.
        station.run();
        drop(life);
        drop(ends);
    })?;
    Ok(Station { handle, thread, ended, hurry })
}

struct Loop {
    inputs: Receiver<Input>,
    /// What was behind the work that ended a round, in order; at most a queue of it.
    waiting: VecDeque<Input>,
    clock: Clock,
    group_max: usize,
    desk: Desk,
    gate: Gate,
    voice: Voice,
    pace: Arc<Pace>,
    steps: Steps,
    uploads: Uploads,
    /// Until when the end of a session is not tried again, after it could not be recorded.
    held_off: Option<Duration>,
    /// When the oldest event that no checkpoint covers asks for one, by uptime.
    unproven: Option<Duration>,
    stopping: bool,
    /// What waits is not answered any more.
    hurry: Arc<AtomicBool>,
    /// What the lanes last said without being asked.
    told: BTreeMap<LaneId, (Answer, String)>,
}

impl Loop {
    fn run(mut self) {
        while !self.stopping {
            let first = self.wait();
            let now = (self.clock)();
            self.look_at_the_clock(now);
            let mut jobs = Vec::new();
            let known = self.take_all(first, now, &mut jobs);
            self.expire(now, known, &mut jobs);
            self.voice.state(&self.desk, &self.gate);
            if self.hurry.load(Ordering::Acquire) {
                tracing::warn!("not all that waited at the end was answered in time; the rest is not recorded");
                break;
            }
        }
        self.checkpoint();
    }

    fn started(&mut self) {
        let body = Body::new().with("version", env!("CARGO_PKG_VERSION"));
        let now = (self.clock)();
        let event = NewEvent { body, ..NewEvent::new(EventKind::StationStarted) };
        let mut events = vec![event];
        if let Some(by) = self.steps.behind(now) {
            self.voice.behind = Some(clock_behind(by)); // Who sees it can set the clock.
            events.push(clock_changed(-by));
        }
        let recorded = self.desk.commit_alone("start", |desk| desk.store.record_events(None, &events, now).map(drop));
        if !recorded {
            self.voice.trouble = Some("NOTHING can be recorded: scans are answered and not booked".to_owned());
        }
        self.prove_later();
        self.voice.state(&self.desk, &self.gate);
    }

    /// Waits for an input or a deadline; `None` if time has come for something.
    fn wait(&mut self) -> Option<Input> {
        if let Some(input) = self.waiting.pop_front() {
            return Some(input);
        }
        let received = match self.deadline() {
            None => self.inputs.recv().ok_or(NotReceived::Ended),
            Some(deadline) => self.inputs.recv_timeout(deadline.saturating_sub((self.clock)().uptime)),
        };
        match received {
            Ok(input) => Some(input),
            Err(NotReceived::TimedOut) => None,
            Err(NotReceived::Ended) => {
                self.stopping = true;
                None
            }
        }
    }

    /// The uptime at which time comes for something: a silence ends, the head is to be signed.
    fn deadline(&self) -> Option<Duration> {
        let silence = self.desk.deadline().map(|it| it.max(self.held_off.unwrap_or_default()));
        [silence, self.gate.deadline(), self.unproven].into_iter().flatten().min()
    }

    /// Takes what waits into the round, up to a group; returns the time up to which all that was delivered is known: more
    /// may wait behind a full group, and is no silence of its scanner.
    fn take_all(&mut self, first: Option<Input>, now: Moment, jobs: &mut Vec<Job>) -> Option<Moment> {
        let (mut next, mut known, mut taken) = (first, None, 0);
        while let Some(input) = next {
            taken += 1;
            if let Input::Source(SourceInput::Read(read)) = &input {
                known = Some(read.at);
            }
            if self.take(input, jobs).is_break() {
                return Some(self.known_behind(now));
            }
            if jobs.len() >= self.group_max || taken >= ROUND_MAX {
                return known;
            }
            next = self.waiting.pop_front().or_else(|| self.inputs.try_recv());
        }
        Some(now)
    }

    /// The time up to which all is known that was delivered, after a round that work has ended: reads may wait behind it.
    fn known_behind(&mut self, now: Moment) -> Moment {
        self.waiting.extend(std::iter::from_fn(|| self.inputs.try_recv()));
        let read_at = |it: &Input| match it {
            Input::Source(SourceInput::Read(read)) => Some(read.at),
            Input::Source(_)
            | Input::Request(_)
            | Input::Work(_)
            | Input::Deadline(_)
            | Input::Alarm(_)
            | Input::Stop => None,
        };
        self.waiting.iter().filter_map(read_at).chain([now]).min_by_key(|it| it.uptime).unwrap_or(now)
    }

    /// Takes an input into the round; breaks if the round is to end with it. Work ends one, so that what is asked after
    /// it was done is answered from a later round: the deadlines have been looked at and the screens have been told.
    fn take(&mut self, input: Input, jobs: &mut Vec<Job>) -> ControlFlow<()> {
        match input {
            Input::Source(input) => self.source(input, jobs),
            Input::Request(request) => jobs.push(Job::asked(request, (self.clock)())),
            Input::Work(work) => {
                self.flush(jobs); // Work sees what was scanned before it.
                let before = self.desk.store.head().0;
                work(&mut self.desk.store, (self.clock)());
                if self.desk.store.head().0 != before {
                    self.desk.look_again((self.clock)());
                }
                self.prove_later();
                return ControlFlow::Break(());
            }
            Input::Deadline(reply) => drop(reply.send(self.deadline())),
            Input::Alarm(sentence) => self.voice.alarms.push(sentence),
            Input::Stop => {
                self.stopping = true;
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    fn source(&mut self, input: SourceInput, jobs: &mut Vec<Job>) {
        let now = (self.clock)();
        match input {
            SourceInput::Attached(device) => {
                self.desk.open_lane(&device.lane);
                self.gate.attach(device, now);
            }
            SourceInput::Read(read) => {
                let mut scans = Vec::new();
                self.gate.read(read, &mut scans);
                self.queue(scans, jobs);
            }
            SourceInput::Discarded(source, discard) => self.gate.discard(&source, &discard, now),
            SourceInput::Faulted(source, fault) => {
                let mut scans = Vec::new();
                self.gate.fault(&source, fault, now, &mut scans);
                self.queue(scans, jobs);
            }
            SourceInput::Ended(source) => self.gate.end(&source),
        }
        self.notice(jobs);
    }

    /// Tells the sides of what was thrown away, until something is scanned there; what was scanned before it is answered
    /// before it.
    fn notice(&mut self, jobs: &mut Vec<Job>) {
        let notices = self.gate.take_notices();
        if !notices.is_empty() {
            self.flush(jobs);
        }
        for (lane, answer, why) in notices {
            self.desk.notice(&lane, answer, why.clone());
            self.told.insert(lane, (answer, why)); // The scanner that sent it was told by the gate.
        }
    }

    /// Scans of devices wait to be walked; those of an upload have a name by which a second upload is recognised.
    fn queue(&mut self, scans: Vec<Scan>, jobs: &mut Vec<Job>) {
        for mut job in Job::readings(scans) {
            job.idempotency_key = self.uploads.name(&job.scan);
            jobs.push(job);
        }
    }

    /// Commits all jobs in groups, then speaks.
    fn flush(&mut self, jobs: &mut Vec<Job>) {
        while !jobs.is_empty() {
            let rest = jobs.split_off(jobs.len().min(self.group_max));
            let group = std::mem::replace(jobs, rest);
            let group = self.desk.commit_group(group);
            let durable = (self.clock)();
            let read: Vec<Moment> = group.iter().filter_map(Spoken::read_at).collect();
            for spoken in group {
                self.voice.speak(spoken, &mut self.gate);
            }
            for read in read {
                self.pace.note(durable.since(read));
            }
            self.prove_later();
            if self.desk.takes_checkpoint() {
                self.checkpoint();
            }
        }
    }

    /// Ends what a silence ends, up to the time that is known, and commits the round.
    fn expire(&mut self, now: Moment, known: Option<Moment>, jobs: &mut Vec<Job>) {
        if let Some(known) = known {
            let mut scans = Vec::new();
            self.gate.expire(known, &mut scans);
            self.queue(scans, jobs);
            self.notice(jobs);
        }
        self.flush(jobs); // Who scanned a moment ago has not left, nor has one whose scan still waits.
        if known == Some(now) && self.held_off.is_none_or(|it| it <= now.uptime) {
            self.held_off = None;
            if let Some(ends) = self.desk.commit_expired(now) {
                if ends.recorded > 0 {
                    self.prove_later();
                }
                self.held_off = (ends.failed > 0).then(|| now.uptime + EXPIRE_AGAIN);
            }
        }
        self.desk.warn(now);
        self.tell_notices();
        if self.unproven.is_some_and(|it| it <= now.uptime) {
            self.checkpoint();
        }
    }

    /// What was said without being asked sounds on the scanners of its lane, once.
    fn tell_notices(&mut self) {
        let notices = self.desk.lanes().iter().filter_map(|(id, lane)| Some((id.clone(), lane.notice.clone()?)));
        let notices: BTreeMap<LaneId, (Answer, String)> = notices.collect();
        for (lane, notice) in notices.iter().filter(|(lane, notice)| self.told.get(*lane) != Some(*notice)) {
            self.gate.tell(lane, notice.0);
        }
        self.told = notices;
    }

    fn prove_later(&mut self) {
        self.unproven = Some((self.clock)().uptime + CHECKPOINT_IDLE);
        if self.desk.store.unsigned_events() >= CHECKPOINT_EVENTS_MAX {
            self.checkpoint();
        }
    }

    fn checkpoint(&mut self) {
        self.unproven = None;
        if let Err(cause) = self.desk.store.checkpoint((self.clock)()) {
            tracing::error!(%cause, "checkpoint not signed");
        }
    }

    fn look_at_the_clock(&mut self, now: Moment) {
        let step = self.steps.look(now);
        self.voice.behind = self.steps.behind(now).map(clock_behind);
        let Some(step) = step else { return };
        tracing::warn!(step_s = step.as_secs(), "the clock was set");
        let event = clock_changed(step);
        let noted = self
            .desk
            .commit_alone("change of the clock", |desk| desk.store.record_events(None, &[event], now).map(drop));
        if noted {
            self.prove_later();
        }
    }
}

/// The event that says that wall time stepped so far.
fn clock_changed(by: SignedDuration) -> NewEvent {
    let body = Body::new().with("seconds", by.as_secs().to_string());
    NewEvent { body, ..NewEvent::new(EventKind::ClockChanged) }
}
