//! Watches what is plugged in and starts a thread for each scanner; plugs come by libusb's events and by looking.
//!
//! Events are missing where the kernel's messages do not reach (containers), so `/sys` is looked at besides: twice a
//! second, more often for a moment after a change, because drivers attach a little later than devices come.
//! Deliberately absent: reading; an event only makes the watcher look.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rusb::{Context, Hotplug, HotplugBuilder, Registration, UsbContext as _};

use super::claim::Claim;
use super::device::Reader;
use super::look::{Device, Interface, identities};
use super::policy::{Policy, Verdict};
use super::presence::{Presence, Present};
use super::{Options, binding};
use crate::domain::{Clock, LaneId, Moment, SourceId};
use crate::source::supervise::{Backoff, Place, Supervised, supervise};
use crate::source::{Sink, SourceError, Stop};

/// Between two looks when nothing happens.
const LOOK: Duration = Duration::from_millis(500);
/// Between two looks just after a change.
const SETTLING_LOOK: Duration = Duration::from_millis(50);
/// How long after a change drivers may still attach and udev may still run.
const SETTLING: Duration = Duration::from_secs(2);
/// Most scanners of one station; more are not started and a warning says so.
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
    let watcher = Watcher::new(place, options);
    let thread = std::thread::Builder::new()
        .name("usb".to_owned())
        .spawn(move || watcher.run())
        .map_err(|it| SourceError::from_io("start the thread of", "usb", &it))?;
    Ok(Hub { thread })
}

/// A plug: port and address.
type Plug = (String, u8);

struct Watcher {
    place: HubPlace,
    options: Options,
    policy: Policy,
    presence: Presence,
    bindings: binding::Watched,
    threads: BTreeMap<String, Supervised>,
    /// What was decided for a plug that is read; a claimed device does not show its descriptor any more.
    reading: BTreeMap<Plug, (String, Present)>,
    /// Plugs whose descriptor was asked for by claiming, because no driver shows it.
    asked: BTreeMap<Plug, Option<Vec<u8>>>,
}

impl Watcher {
    fn new(place: HubPlace, options: Options) -> Self {
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

    fn run(mut self) {
        let bell = Bell::default();
        let events = bell.listen();
        let mut last = None;
        let mut changed = (self.place.clock)();
        while !self.place.stop.is_given() {
            let now = (self.place.clock)();
            let seen = self.options.system.fingerprint();
            let rung = bell.0.swap(false, Ordering::AcqRel);
            let rebound = self.bindings.changed();
            if rung || rebound || last.as_ref() != Some(&seen) {
                changed = now;
            }
            last = Some(seen);
            let settling = now.since(changed) < SETTLING;
            if settling {
                self.look(rebound, now);
            }
            self.rest(events.as_ref(), if settling { SETTLING_LOOK } else { LOOK });
        }
        self.presence.close();
        for (_, thread) in std::mem::take(&mut self.threads) {
            thread.join();
        }
    }

    /// Waits for an event, or as long as given.
    fn rest(&self, events: Option<&Listening>, at_most: Duration) {
        let handled = events.map(|it| it.context.handle_events(Some(at_most)));
        if !matches!(handled, Some(Ok(()))) && self.place.stop.wait(at_most) {
            // The loop ends at its next turn.
        }
    }

    /// Compares what is plugged in with what is read.
    fn look(&mut self, rebound: bool, now: Moment) {
        if rebound {
            let named = self.bindings.read().into_iter().chain(self.options.named.iter().cloned());
            self.policy.named = named.collect();
        }
        let mut devices = self.options.system.devices();
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
            let source = named.and_then(|it| it.name.clone()).unwrap_or_else(|| identity.to_string());
            let taken =
                self.reading.values().any(|(it, present)| *it == source && plug(&present.device) != plug(device));
            // Two devices of one configured name: the second keeps its own.
            let source = if taken { identity.to_string() } else { source };
            let present = Present { device: device.clone(), plan };
            self.reading.entry(plug(device)).or_insert((source, present));
        }
        let seen: BTreeMap<String, Present> = self.reading.values().cloned().collect();
        self.presence.see(seen.clone());
        for (source, present) in seen {
            self.start(source, &present, now);
        }
    }

    fn start(&mut self, source: String, present: &Present, now: Moment) {
        if self.threads.contains_key(&source) {
            return;
        }
        if self.threads.len() >= SCANNERS_MAX {
            tracing::warn!(source.id = %source, "more than {SCANNERS_MAX} scanners; this one is not read");
            return;
        }
        let lane = self.policy.named(&present.device).and_then(|it| it.lane.as_deref().map(LaneId::new));
        let place = Place {
            source: SourceId::new(&source),
            lane: lane.unwrap_or_else(|| self.options.lane.clone()),
            sink: Arc::clone(&self.place.sink),
            clock: Arc::clone(&self.place.clock),
            stop: self.place.stop.clone(),
        };
        let mut reader = Reader::new(self.presence.clone(), self.options.system.clone());
        match supervise(place, Backoff::default(), move |link| reader.run(link)) {
            Ok(thread) => drop(self.threads.insert(source, thread)),
            Err(error) => tracing::warn!(%error, uptime = ?now.uptime, "a scanner's thread cannot be started"),
        }
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

/// Rung by libusb's events.
#[derive(Clone, Default)]
struct Bell(Arc<AtomicBool>);

/// A context that hears of plugs, and the registration that keeps it so.
struct Listening {
    context: Context,
    _registration: Registration<Context>,
}

impl Bell {
    /// Begins to listen; `None` where libusb cannot: then looking is all there is.
    fn listen(&self) -> Option<Listening> {
        let heard = |error: rusb::Error| tracing::info!(%error, "no USB events here; looking twice a second instead");
        let context = Context::new().map_err(heard).ok()?;
        let registration = HotplugBuilder::new().register(&context, Box::new(self.clone())).map_err(heard).ok()?;
        Some(Listening { context, _registration: registration })
    }
}

impl Hotplug<Context> for Bell {
    // Inside this call a transfer would fail with `Busy`: it only rings.
    fn device_arrived(&mut self, _: rusb::Device<Context>) {
        self.0.store(true, Ordering::Release);
    }

    fn device_left(&mut self, _: rusb::Device<Context>) {
        self.0.store(true, Ordering::Release);
    }
}
