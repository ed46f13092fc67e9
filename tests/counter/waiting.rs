//! Scans that wait in the queue while the disk is slow: late is not silent, and none is lost.
//!
//! The station is held at work while a scanner goes on; then time has passed that the scanner did not need.
//! Deliberately absent: a queue that is full, which makes the scanner wait (`http::limits`, `serial`).

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use scanstation::decode::line::{LineDecoder, Options};
use scanstation::domain::{Delivery, Discard, EventKind, LaneId, Read, SourceId, Transport};
use scanstation::source::{Attachment, SourceInput};
use scanstation::store::Store;
use tokio::sync::oneshot;

use crate::bench::Bench;

/// A scanner at whose lane nobody has badged in.
fn attach(bench: &Bench) -> SourceId {
    let source = SourceId::new("gun");
    let attachment = Attachment {
        source: source.clone(),
        lane: LaneId::new("left"),
        transport: Transport::Serial,
        description: String::new(),
        decoder: Some(Box::new(LineDecoder::listening(Options::default()))),
        back: None,
    };
    assert!((bench.handle().sink())(SourceInput::Attached(attachment)).is_ok());
    source
}

/// Keeps the station at a piece of work that it has begun, until it is let go; then the work is done.
fn hold(bench: &Bench) -> (Sender<()>, oneshot::Receiver<()>) {
    let ((free, held), (begins, begun)) = (channel::<()>(), channel());
    let work = move |_: &mut Store, _| {
        begins.send(()).unwrap();
        held.recv().ok();
    };
    let busy = bench.handle().work(work).unwrap();
    begun.recv().unwrap();
    (free, busy)
}

/// More codes than one commit takes.
fn burst() -> String {
    (0..100).map(|it| format!("X-{it:03}\r")).collect::<Vec<_>>().concat()
}

#[test]
fn a_code_whose_second_half_waits_behind_a_burst_is_not_given_up() {
    let mut bench = Bench::crib();
    let source = attach(&bench);
    let (free, busy) = hold(&bench);
    for bytes in [burst() + "AT-0", "00001\r".to_owned()] {
        let delivery = Delivery::Bytes(bytes.into_bytes());
        let read = Read { source: source.clone(), at: bench.now(), delivery };
        assert!((bench.handle().sink())(SourceInput::Read(read)).is_ok());
    }
    bench.advance(Duration::from_secs(10));
    drop(free);
    busy.blocking_recv().unwrap();
    bench.view();
    let view = bench.handle().view().borrow().clone();
    let gun = &view.sources[&source];
    assert_eq!((gun.scans, gun.discards), (101, 0));
    let outcomes = bench.reader().recent_outcomes(1).unwrap();
    assert!(outcomes[0].1.contains("\"payload\":\"AT-000001\""), "{outcomes:?}");
    bench.stop();
    bench.verify();
}

#[test]
fn a_session_whose_next_scan_waits_is_not_ended_by_the_wait() {
    let mut bench = Bench::crib();
    let source = attach(&bench);
    let deliver = |bench: &Bench, bytes: String| {
        let read = Read { source: source.clone(), at: bench.now(), delivery: Delivery::Bytes(bytes.into_bytes()) };
        assert!((bench.handle().sink())(SourceInput::Read(read)).is_ok());
    };
    deliver(&bench, "BDG-100\r".to_owned());
    bench.view();
    let (free, busy) = hold(&bench);
    bench.advance(Duration::from_secs(20));
    deliver(&bench, burst());
    deliver(&bench, "AT-000001\r".to_owned());
    bench.advance(Duration::from_secs(60));
    drop(free);
    busy.blocking_recv().unwrap();
    bench.view();
    assert_eq!(bench.holder("AT-000001").as_deref(), Some("Ana"));
    bench.stop();
    bench.verify();
}

#[test]
fn a_scan_that_waits_behind_work_is_not_late() {
    let mut bench = Bench::crib();
    let source = attach(&bench);
    let deliver = |bench: &Bench, code: &[u8]| {
        let read = Read { source: source.clone(), at: bench.now(), delivery: Delivery::Bytes(code.to_vec()) };
        assert!((bench.handle().sink())(SourceInput::Read(read)).is_ok());
    };
    deliver(&bench, b"BDG-100\r");
    bench.view();
    let (free, busy) = hold(&bench);
    let second = bench.handle().work(|_, _| ()).unwrap();
    bench.advance(Duration::from_secs(20));
    deliver(&bench, b"AT-000001\r");
    bench.advance(Duration::from_secs(60));
    drop(free);
    for done in [busy, second] {
        done.blocking_recv().unwrap();
    }
    bench.view();
    assert!(bench.last(EventKind::CheckedOut).id.seq < bench.last(EventKind::SessionClosed).id.seq);
    bench.stop();
    bench.verify();
}

#[test]
fn half_a_code_behind_a_scan_of_the_same_round_is_still_told() {
    let mut bench = Bench::crib();
    let source = attach(&bench);
    let (free, busy) = hold(&bench);
    let read = Read { source: source.clone(), at: bench.now(), delivery: Delivery::Bytes(b"BDG-100\r".to_vec()) };
    let half = SourceInput::Discarded(source, Discard::Unfinished { bytes: 4 });
    for input in [SourceInput::Read(read), half] {
        assert!((bench.handle().sink())(input).is_ok());
    }
    drop(free);
    busy.blocking_recv().unwrap();
    let view = bench.view();
    assert_eq!(view.session.map(|it| it.name).as_deref(), Some("Ana"));
    assert_eq!(view.notice.map(|it| it.why).as_deref(), Some("Half a code: scan again"));
    bench.stop();
    bench.verify();
}
