//! Lines of standard input as scans: `other-program | scanstation serve --stdin`.
//!
//! The same framing as a serial line; the end of the input ends the last code. It looks at the stop signal once a second.
//! Deliberately absent: a person typing, who has the page.

use std::os::fd::AsFd;
use std::thread::JoinHandle;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, read};

use crate::decode::line::{LineDecoder, Options};
use crate::domain::{Delivery, Read, Transport};
use crate::source::supervise::Place;
use crate::source::{Attachment, Closed, SourceError, SourceInput};

const WAKE: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };

/// Reads lines from `input` in a thread of its own until it ends or the signal is given.
pub fn start(place: Place, options: Options, input: impl AsFd + Send + 'static) -> Result<JoinHandle<()>, SourceError> {
    let name = place.source.to_string();
    std::thread::Builder::new()
        .name(name.clone())
        .spawn(move || {
            if let Err(error) = run(&place, options, &input) {
                tracing::warn!(source.id = %place.source, %error, "standard input ends");
            }
            // A station that has ended does not need to be told.
            (place.sink)(SourceInput::Ended(place.source.clone())).ok();
        })
        .map_err(|it| SourceError::from_io("start the thread of", &name, &it))
}

fn run(place: &Place, options: Options, input: &impl AsFd) -> Result<(), SourceError> {
    let failed = |error: Errno| SourceError::from_io("read", "standard input", &error.into());
    (place.sink)(SourceInput::Attached(Attachment {
        source: place.source.clone(),
        lane: place.lane.clone(),
        transport: Transport::StandardInput,
        description: "standard input".to_owned(),
        decoder: Some(Box::new(LineDecoder::listening(options))),
        back: None,
    }))?;
    let mut buffer = [0; 4_096];
    let mut unended = false;
    while !place.stop.is_given() {
        match poll(&mut [PollFd::new(input, PollFlags::IN)], Some(&WAKE)) {
            Ok(0) | Err(Errno::INTR) => continue,
            Ok(_) => {}
            Err(error) => return Err(failed(error)),
        }
        let length = read(input, &mut buffer).map_err(failed)?;
        let bytes = buffer.get(..length).unwrap_or_default();
        if length == 0 {
            return if unended { Ok(deliver(place, b"\n")?) } else { Ok(()) };
        }
        unended = !bytes.ends_with(b"\n");
        deliver(place, bytes)?;
    }
    Ok(())
}

fn deliver(place: &Place, bytes: &[u8]) -> Result<(), Closed> {
    let (source, at) = (place.source.clone(), (place.clock)());
    (place.sink)(SourceInput::Read(Read { source, at, delivery: Delivery::Bytes(bytes.to_vec()) }))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::domain::{LaneId, Moment, SourceId};
    use crate::queue::queue;
    use crate::source::Stop;

    #[track_caller]
    fn check(input: &[u8], expected: &[&[u8]]) {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let (told, mut seen) = queue(16);
        let place = Place {
            source: SourceId::new("stdin"),
            lane: LaneId::new("main"),
            sink: Arc::new(move |it| told.send(it).map_err(|_| Closed)),
            clock: Arc::new(|| Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::ZERO)),
            stop: Stop::new(),
        };
        let thread = start(place, Options::default(), reader).unwrap();
        writer.write_all(input).unwrap();
        drop(writer);
        thread.join().unwrap();
        let seen = std::iter::from_fn(|| seen.recv());
        let reads = seen.filter_map(|it| if let SourceInput::Read(read) = it { Some(read.delivery) } else { None });
        let expected: Vec<Delivery> = expected.iter().map(|it| Delivery::Bytes(it.to_vec())).collect();
        assert_eq!(reads.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_end_of_the_input_ends_the_last_line() {
        check(b"AT-1\nAT-2\n", &[b"AT-1\nAT-2\n"]);
        check(b"AT-1\nAT-2", &[b"AT-1\nAT-2", b"\n"]);
        check(b"", &[]);
    }
}
