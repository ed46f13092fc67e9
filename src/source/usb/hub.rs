//! Watches what is plugged in and starts a thread for each scanner.
//!
//! It looks when it is told to (`events`), and for a moment after a change again and again, because drivers attach a
//! little later than devices come. Where nobody tells, it looks every second; otherwise hardly ever, to be sure.
//! Deliberately absent: reading.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::claim::Claim;
use super::device::Reader;
use super::events::Events;
use super::look::{Device, Interface, identities};
use super::policy::{Policy, Verdict};
use super::presence::{Presence, Present};
use super::{Options, binding};
use crate::domain::{Clock, LaneId, Moment, SourceId};
use crate::source::supervise::{Backoff, Place, Supervised, supervise};
use crate::source::{Sink, SourceError, Stop};

/// Between two looks where plugs are told: only to be sure.
const RARE_LOOK: Duration = Duration::from_secs(30);
/// Between two looks where nobody tells.
const LOOK: Duration = Duration::from_secs(1);
/// Between two looks just after a change.
const SETTLING_LOOK: Duration = Duration::from_millis(40);
/// How long after a change drivers may still attach and udev may still run.
const SETTLING: Duration = Duration::from_secs(2);
/// Most scanners of one station at a time; those that were longest away make room for new ones.
const SCANNERS_MAX: usize = 64;

/// The running USB source.
pub struct Hub {
    thread: JoinHandle<()>,
}

impl Hub {
    /// Waits until every scanner is given back; give the stop signal first.
    pub fn join(self) {
        // The thread's own panic ended it; its scanners were given back by their threads.
        drop(self.thread.join());
    }
}

/// Where the scanners of a hub put what they have.
pub struct HubPlace {
    /// Where deliveries go.
    pub sink: Sink,
    /// Stamps them.
    pub clock: Clock,
    /// Ends them all.
    pub stop: Stop,
}

/// Starts watching; returns at once.
pub fn start(place: HubPlace, options: Options) -> Result<Hub, SourceError> {
    let events = Events::listen(&place.stop, options.bindings.as_deref())?;
    let watcher = Watcher::new(place, options);
    let thread = std::thread::Builder::new()
        .name("usb".to_owned())
        .spawn(move || watcher.run(events))
        .map_err(|it| SourceError::from_io("start the thread of", "usb", &it))?;
    Ok(Hub { thread })
}

/// A plug: port and address.
type Plug = (String, u8);

pub(super) struct Watcher {
    place: HubPlace,
    options: Options,
    policy: Policy,
    presence: Presence,
    bindings: binding::Watched,
    /// The scanners' threads, and when each scanner was last seen.
    pub(super) threads: BTreeMap<String, (Supervised, Moment)>,
    /// What was decided for a plug that is read; a claimed device does not show its descriptor any more.
    reading: BTreeMap<Plug, (String, Present)>,
    /// Plugs whose descriptor was asked for by claiming, because no driver shows it.
    asked: BTreeMap<Plug, Option<Vec<u8>>>,
}

impl Watcher {
    pub(super) fn new(place: HubPlace, options: Options) -> Self {
        let bindings = binding::Watched::new(options.bindings.clone());
        let policy = Policy { profiles: options.profiles.clone(), named: options.named.clone() };
        Self {
            place,
            options,
            policy,
            presence: Presence::default(),
            bindings,
            threads: BTreeMap::new(),
            reading: BTreeMap::new(),
            asked: BTreeMap::new(),
        }
    }

    fn run(mut self, events: Events) {
        let mut last = None;
        let mut changed = (self.place.clock)();
        let mut told = false;
        let mut deaf = !events.tell_plugs();
        while !self.place.stop.is_given() {
            let now = (self.place.clock)();
            let seen = self.options.system.fingerprint();
            let rebound = self.bindings.changed();
            let differs = last.as_ref() != Some(&seen);
            let settled = now.since(changed) >= SETTLING;
            // A change of which nobody told: from now on this place must be looked at.
            deaf = deaf && !told || differs && settled && !told;
            if told || rebound || differs {
                changed = now;
            }
            last = Some(seen);
            let settling = now.since(changed) < SETTLING;
            if settling {
                self.look(rebound, now);
            }
            let sure = !deaf && events.tell_assignments();
            let rest = if sure { RARE_LOOK } else { LOOK };
            told = events.wait(if settling { SETTLING_LOOK } else { rest });
        }
        self.end();
        events.join();
    }

    /// Ends all threads; their scanners are given back.
    pub(super) fn end(mut self) {
        self.presence.close();
        for (_, (thread, _)) in std::mem::take(&mut self.threads) {
            thread.join();
        }
    }

    /// Compares what is plugged in with what is read.
    pub(super) fn look(&mut self, rebound: bool, now: Moment) {
        if rebound {
            let named = self.bindings.read().into_iter().chain(self.options.named.iter().cloned());
            self.policy.named = named.collect();
        }
        // What is read already does not change at its plug: only the rest is looked at.
        let known = |port: &str, address| self.reading.get(&(port.to_owned(), address)).map(|it| it.1.device.clone());
        let mut devices = self.options.system.devices_beside(known);
        let plugs: Vec<Plug> = devices.iter().map(plug).collect();
        self.reading.retain(|it, _| plugs.contains(it));
        self.asked.retain(|it, _| plugs.contains(it));
        for device in &mut devices {
            self.ask_descriptors(device);
        }
        let names = identities(&devices);
        for (device, identity) in devices.iter().zip(names) {
            let Verdict::Read(plan) = self.policy.verdict(device, &identity) else { continue };
            let named = self.policy.named(device);
            let lane = named.as_ref().and_then(|it| it.lane.as_deref().map(LaneId::new));
            let lane = lane.unwrap_or_else(|| self.options.lane.clone());
            let source = named.and_then(|it| it.name).unwrap_or_else(|| identity.to_string());
            let taken =
                self.reading.values().any(|(it, present)| *it == source && plug(&present.device) != plug(device));
            // Two devices of one configured name: the second keeps its own.
            let source = if taken { identity.to_string() } else { source };
            let present = Present { device: device.clone(), identity, plan, lane };
            match self.reading.entry(plug(device)) {
                Entry::Vacant(place) => drop(place.insert((source, present))),
                // It keeps its name while it is plugged in; a new side and new habits hold from now on.
                Entry::Occupied(mut place) if rebound => place.get_mut().1 = present,
                Entry::Occupied(mut place) => place.get_mut().1.identity = present.identity,
            }
        }
        let seen: BTreeMap<String, Present> = self.reading.values().cloned().collect();
        self.presence.see(seen.clone());
        for (source, present) in seen {
            self.start(source, &present, now);
        }
    }

    fn start(&mut self, source: String, present: &Present, now: Moment) {
        if let Some((_, last)) = self.threads.get_mut(&source) {
            *last = now;
            return;
        }
        if self.threads.len() >= SCANNERS_MAX && !self.make_room() {
            tracing::warn!(source.id = %source, "more than {SCANNERS_MAX} scanners; this one is not read");
            return;
        }
        let place = Place {
            source: SourceId::new(&source),
            lane: present.lane.clone(),
            sink: Arc::clone(&self.place.sink),
            clock: Arc::clone(&self.place.clock),
            stop: self.place.stop.clone(),
        };
        let (system, bindings) = (self.options.system.clone(), self.options.bindings.clone());
        let mut reader = Reader::new(self.presence.clone(), system, bindings);
        match supervise(place, Backoff::default(), move |link| reader.run(link)) {
            Ok(thread) => drop(self.threads.insert(source, (thread, now))),
            Err(error) => tracing::warn!(%error, uptime = ?now.uptime, "a scanner's thread cannot be started"),
        }
    }

    /// Ends the thread of the scanner that was longest away; false if all are plugged in.
    fn make_room(&mut self) -> bool {
        let is_here = |source: &str| self.reading.values().any(|(it, _)| it == source);
        let away = self.threads.iter().filter(|(source, _)| !is_here(source));
        let Some(oldest) = away.min_by_key(|(_, (_, last))| last.uptime).map(|(source, _)| source.clone()) else {
            return false;
        };
        self.presence.retire(&oldest);
        if let Some((thread, _)) = self.threads.remove(&oldest) {
            thread.join();
        }
        self.presence.forget(&oldest);
        true
    }

    /// Reads the descriptor of HID interfaces that no driver holds: after a kill the kernel's driver is not back.
    fn ask_descriptors(&mut self, device: &mut Device) {
        let mark = plug(device);
        if self.reading.contains_key(&mark) {
            return;
        }
        let copy = device.clone();
        let orphan = |it: &&mut Interface| it.is_hid() && !it.is_boot_keyboard() && it.driver.is_none();
        let Some(interface) = device.interfaces.iter_mut().find(orphan) else { return };
        // A driver may be about to attach: only a device that stayed without one is asked.
        let number = interface.number;
        let ask = || {
            let claim = Claim::open(&copy, number, &copy.port).ok()?;
            claim.descriptor_bytes()
        };
        let asked = self.asked.entry(mark).or_insert_with(ask);
        interface.descriptor.clone_from(asked);
    }
}

fn plug(device: &Device) -> Plug {
    (device.port.clone(), device.address)
}
