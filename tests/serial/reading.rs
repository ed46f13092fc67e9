//! Codes that arrive: bursts, bad bytes, endless ones, several scanners at once, stale ones, answers back.
//!
//! What is written to the terminal is what must be seen, in that order, once each.
//! Deliberately absent: framing by table, which stands beside the decoder.

use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags};
use scanstation::decode::line::Stale;
use scanstation::source::pretend::Terminal;
use scanstation::source::serial::select::Selector;
use scanstation::source::serial::{Options, Reply};

use super::{Desk, Seen};

fn options(terminal: &Terminal) -> Options {
    Options::new(Selector::Path(terminal.path().to_owned()))
}

#[test]
fn two_hundred_codes_in_one_burst_arrive_in_order_and_none_is_lost() {
    let terminal = Terminal::open().unwrap();
    let mut desk = Desk::open(terminal.path());
    assert_eq!(desk.next(), Seen::Attached);
    let codes: Vec<String> = (0..200).map(|it| format!("AT-{it:06}")).collect();
    terminal.write((codes.join("\r\n") + "\r\n").as_bytes()).unwrap();
    for code in &codes {
        desk.expect(code);
    }
}

#[test]
fn two_scanners_at_once_are_never_mixed() {
    let terminals = [Terminal::open().unwrap(), Terminal::open().unwrap()];
    let mut desks = [Desk::open(terminals[0].path()), Desk::open(terminals[1].path())];
    for number in 0..100 {
        for (name, terminal) in ["L", "R"].iter().zip(&terminals) {
            terminal.write(format!("{name}-").as_bytes()).unwrap();
        }
        for terminal in &terminals {
            terminal.write(format!("{number}\r").as_bytes()).unwrap();
        }
    }
    for (name, desk) in ["L", "R"].iter().zip(&mut desks) {
        assert_eq!(desk.next(), Seen::Attached);
        for number in 0..100 {
            desk.expect(&format!("{name}-{number}"));
        }
    }
}

#[test]
fn nul_bad_utf8_and_escapes_arrive_byte_for_byte() {
    let terminal = Terminal::open().unwrap();
    let mut desk = Desk::open(terminal.path());
    assert_eq!(desk.next(), Seen::Attached);
    // Every byte but the two line ends; ^C, ^D, ^S, ^Q, ^Z and DEL mean nothing on a raw line.
    let bytes: Vec<u8> = (0..=255).filter(|it| !matches!(it, b'\r' | b'\n')).collect();
    terminal.write(&[&bytes[..], b"\r"].concat()).unwrap();
    desk.expect(&bytes.escape_ascii().to_string());
}

#[test]
fn a_megabyte_without_end_is_one_discard_and_the_next_code_is_clean() {
    let terminal = Terminal::open().unwrap();
    let mut desk = Desk::open(terminal.path());
    assert_eq!(desk.next(), Seen::Attached);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..1_000 {
                terminal.write(&[b'7'; 1_000]).unwrap();
            }
            terminal.write(b"\rAT-000123\r").unwrap();
        });
        assert_eq!(desk.next(), Seen::Discard("TooLong { frame_max: 4096 }".into()));
        desk.expect("AT-000123");
    });
}

/// Waits until what was written is held at the reading side, which a kernel thread carries there.
fn held(terminal: &Terminal) -> impl Drop {
    let flags = OFlags::RDWR | OFlags::NOCTTY;
    let side = rustix::fs::open(terminal.path(), flags, Mode::empty()).unwrap();
    assert_eq!(poll(&mut [PollFd::new(&side, PollFlags::IN)], None).unwrap(), 1);
    side
}

#[test]
fn what_waited_before_the_port_was_opened_is_thrown_away_or_marked_as_the_option_says() {
    let with = |stale| {
        let terminal = Terminal::open().unwrap();
        terminal.write(b"AT-OLD\rAT-HA").unwrap();
        let before = held(&terminal);
        let mut options = options(&terminal);
        options.framing.stale = stale;
        let mut desk = Desk::with(options);
        assert_eq!(desk.next(), Seen::Attached);
        drop(before);
        terminal.write(b"LF\rAT-NEW\r").unwrap();
        let seen = [desk.next(), desk.next()];
        desk.expect("AT-NEW");
        seen
    };
    let stale = |bytes| Seen::Discard(format!("Stale {{ bytes: {bytes} }}"));
    assert_eq!(with(Stale::Discard), [stale(7), stale(8)]);
    assert_eq!(with(Stale::Mark), [Seen::Code("AT-OLD".into()), Seen::Code("AT-HALF".into())]);
}

#[test]
fn an_answer_goes_back_to_the_scanner_and_nowhere_once_it_left() {
    let folder = tempfile::tempdir().unwrap();
    let (link, terminal) = (folder.path().join("gun"), Terminal::open().unwrap());
    std::os::unix::fs::symlink(terminal.path(), &link).unwrap();
    let at_link = Options::new(Selector::Path(link.clone()));
    let mut desk = Desk::with(Options { reply: Reply::AckNak, ..at_link });
    assert_eq!(desk.next(), Seen::Attached);
    let mut back = desk.attachment.as_mut().unwrap().back.take().unwrap();
    back.port.write_all(&back.on_frame).unwrap();
    assert_eq!(terminal.read(Duration::from_secs(10)).unwrap(), [0x06]);
    std::fs::remove_file(&link).unwrap(); // The number of the terminal may be another test's a moment later.
    drop(terminal);
    assert!(matches!(desk.next(), Seen::Fault(_)));
    assert!(back.port.write_all(&back.on_damage).is_err());
}
