//! What the listening process does: the shipped sources with the shipped decoders, one line for each thing told.
//!
//! Deliberately absent: being run by a normal test run; it waits for its standard input to close.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::{Arc, Mutex};

use scanstation::decode::{Decoded, Decoder};
use scanstation::domain::{Delivery, LaneId, SourceId};
use scanstation::source::profile::KeyboardHabits;
use scanstation::source::supervise::Place;
use scanstation::source::usb::{HubPlace, Named, Options};
use scanstation::source::{SourceInput, Stop, serial, usb};

/// Names a device as a configuration would.
fn named(device: &str) -> Named {
    Named {
        device: device.parse().unwrap(),
        name: None,
        lane: None,
        profile: None,
        ignore: false,
        // A host without a processor for us stalls this machine for longer than any scanner is silent.
        keyboard: KeyboardHabits { gap_ms: Some(5_000), ..KeyboardHabits::default() },
    }
}

type Decoders = Mutex<BTreeMap<SourceId, Box<dyn Decoder>>>;

/// One line for an input, with what its decoder makes of it.
fn tell(decoders: &Decoders, input: SourceInput) {
    let mut decoders = decoders.lock().unwrap();
    let mut out = Vec::new();
    let (source, line) = match input {
        SourceInput::Attached(it) => {
            decoders.extend(it.decoder.map(|decoder| (it.source.clone(), decoder)));
            (it.source.clone(), Some(format!("attached {} {:?} {}", it.source, it.transport, it.description)))
        }
        SourceInput::Read(it) => {
            if let (Some(decoder), Delivery::Report(bytes) | Delivery::Bytes(bytes)) =
                (decoders.get_mut(&it.source), it.delivery)
            {
                decoder.push(&bytes, it.at, &mut out);
            }
            (it.source, None)
        }
        SourceInput::Discarded(source, discard) => (source.clone(), Some(format!("discard {source} {discard:?}"))),
        SourceInput::Faulted(source, fault) => {
            if let Some(decoder) = decoders.get_mut(&source) {
                decoder.pulled(&mut out);
            }
            (source.clone(), Some(format!("fault {source} {:?} {}", fault.kind, fault.message)))
        }
        SourceInput::Ended(source) => (source.clone(), Some(format!("ended {source}"))),
    };
    for it in out {
        match it {
            Decoded::Frame(frame) => println!("@ scan {source} {}", frame.bytes.escape_ascii()),
            Decoded::Discard(discard) => println!("@ discard {source} {discard:?}"),
        }
    }
    if let Some(line) = line {
        println!("@ {line}");
    }
}

#[test]
#[ignore = "runs inside the rig, as a process of its own"]
fn listens() {
    let decoders: Arc<Decoders> = Arc::default();
    let keep = Arc::clone(&decoders);
    let sink: scanstation::source::Sink = Arc::new(move |input| {
        tell(&keep, input);
        Ok(())
    });
    let (clock, stop) = (scanstation::station::clock::start(), Stop::new());
    let lane = LaneId::new("desk");
    let options = Options { named: vec![named("1209:0001")], ..Options::new(lane.clone()) };
    let place = HubPlace { sink: Arc::clone(&sink), clock: Arc::clone(&clock), stop: stop.clone() };
    let hub = usb::start(place, options).unwrap();
    let ports: Vec<_> = ["1209:0003", "0403:6001"]
        .into_iter()
        .map(|device| {
            let (sink, clock, stop) = (Arc::clone(&sink), Arc::clone(&clock), stop.clone());
            let place = Place { source: SourceId::new(device), lane: lane.clone(), sink, clock, stop };
            serial::start(place, serial::Options::new(device.parse().unwrap())).unwrap()
        })
        .collect();
    println!("@ listening");
    // Expiry is the station loop's work; here the next report tells it.
    let mut nothing = Vec::new();
    std::io::stdin().read_to_end(&mut nothing).unwrap();
    stop.stop();
    ports.into_iter().for_each(scanstation::source::supervise::Supervised::join);
    hub.join();
}
