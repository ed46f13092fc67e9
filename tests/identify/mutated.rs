//! Mutated and random inputs against every parser: an answer each time, no panic, bounded output.
//!
//! Each parser runs for 20 s, five at a time on threads of the lowest priority, so all ten cost 40 s beside the other
//! tests; `SCANSTATION_FUZZ_SECONDS` gives each that many of processor time (600 in the long mode), however busy the
//! machine is. The seed is fixed, so a failure comes again; the failing input is in the message.
//! Deliberately absent: coverage guidance.

use std::sync::Mutex;
use std::time::Duration;

use rustix::time::ClockId;

use scanstation::domain::Kind;
use scanstation::identify::check::NAMES;
use scanstation::identify::single::KINDS;
use scanstation::identify::{Options, elements, read_as};

use super::rows::{identified, rows};

/// A small generator of numbers (xorshift64*), so that a run can be repeated.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// What a clock of the system says; `ThreadCPUTime` counts only what this thread had of a processor.
fn told(clock: ClockId) -> Duration {
    let now = rustix::time::clock_gettime(clock);
    Duration::new(now.tv_sec.try_into().unwrap(), now.tv_nsec.try_into().unwrap())
}

/// Pieces that syntaxes are made of.
const PIECES: &[&[u8]] = &[
    b"\x1d",
    b"\x1e",
    b"\x04",
    b"[)>\x1e06\x1d",
    b"]C1",
    b"]Q2\\000026",
    b"\\000020",
    b"(01)",
    b"(",
    b"\\(",
    b"01",
    b"21",
    b"https://",
    b"/01/",
    b"?99=",
    b"%2F",
    b"%",
    b"+",
    b"$$",
    b"AT-",
    b"\x00",
    b"\xff",
    b"\xc3\x28",
    b"\xe2\x80\xae",
    b"999999999999999999999",
    b"F",
    b"S",
    b"{\"stockitem\":",
    b"BEGIN:VCARD\r\n",
    b"\r\n",
    b"89",
    b"8110",
    b"|]e0",
];

fn seeds() -> Vec<Vec<u8>> {
    let files = [
        ("classify", "input"),
        ("gs1_elements", "input"),
        ("digital_link", "input"),
        ("iso15434", "input"),
        ("device_ids", "input"),
        ("check_digits", "input"),
        ("tags_urls", "input"),
        ("gs1_engine", "input"),
        ("text_encoding", "input"),
    ];
    let mut all: Vec<Vec<u8>> =
        files.iter().flat_map(|(file, column)| rows(file).into_iter().map(|it| it.bytes(column))).collect();
    all.extend(["3074257BF7194E4000001A85", "3674257BF6B7A659B2C2BF100000000000000000000000000000"].map(Into::into));
    all.push(b"+A99912345/$$52025010X3/16D20111212/S77DEFG458".to_vec());
    all
}

fn mutated(chance: &mut Chance, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[chance.below(seeds.len())].clone();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 => bytes.insert(at, u8::try_from(chance.below(256)).unwrap()),
            3 => drop(bytes.splice(at..at, PIECES[chance.below(PIECES.len())].iter().copied())),
            4 => bytes.truncate(at),
            5 => {
                let other = &seeds[chance.below(seeds.len())];
                bytes.extend_from_slice(&other[chance.below(other.len() + 1)..]);
            }
            _ => {
                let (from, to) = (at.min(bytes.len()), bytes.len().min(at + chance.below(20)));
                bytes.extend_from_within(from..to);
            }
        }
    }
    if chance.below(2_000) == 0 && !bytes.is_empty() {
        bytes = bytes.iter().copied().cycle().take(65_536).collect();
    }
    bytes
}

/// The parsers: a name, and the readers that lead into it.
const PARSERS: &[(&str, &[&str])] = &[
    ("precedence", &["identify"]),
    ("elements of GS1", &["gs1"]),
    ("Digital Link", &["digital-link"]),
    ("ISO/IEC 15434", &["iso15434", "uii"]),
    ("HIBC", &["hibc"]),
    ("EPC", &["epc"]),
    ("phones", &["imei", "imeisv", "meid"]),
    ("numbers", &["vin", "iccid", "eui48", "eui64", "isbn", "issn", "gtin", "sscc", "gsrn", "gln"]),
    ("tags", &["tag", "aim"]),
    ("checks", &[]),
];

/// How long each runs where nothing else is said.
const EACH: Duration = Duration::from_secs(20);

/// Threads at one time.
const THREADS: usize = 5;

fn answer(reader: &str, input: &[u8]) {
    let found = std::panic::catch_unwind(|| match reader {
        "identify" => identified(input),
        name => read_as(name, input, &Options::default(), 2026).unwrap(),
    });
    let shown = || input.escape_ascii().to_string();
    let found = found.unwrap_or_else(|_| panic!("{reader} ended on {:?}", shown()));
    let size: usize = found.fields.iter().map(|(a, b)| a.len() + b.len()).sum::<usize>() + found.key.len();
    assert!(size <= 4 * input.len() + 1024, "{reader} made {size} bytes of {:?}", shown());
    assert!(found.kind != Kind::Invalid || found.invalid.is_some(), "{reader} gives no reason");
    let lines = std::panic::catch_unwind(|| elements(&found, 2026));
    let lines = lines.unwrap_or_else(|_| panic!("the elements of {reader} ended on {:?}", shown()));
    assert!(lines.iter().all(|it| it.valid == it.reason.is_none()), "{reader} says no reason for {:?}", shown());
    assert!(found.kind != Kind::Refused || lines.is_empty(), "{reader} shows a secret of {:?}", shown());
}

/// Runs one parser's readers in turn until its time is over, and says how many inputs they had.
fn run(readers: &[&str], seeds: &[Vec<u8>], each: Duration, clock: ClockId) -> u64 {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let (end, mut inputs) = (told(clock) + each, 0u64);
    while inputs.is_multiple_of(16).then(|| told(clock)).is_none_or(|now| now < end) {
        let input = mutated(&mut chance, seeds);
        answer(readers[usize::try_from(inputs).unwrap() % readers.len()], &input);
        inputs += 1;
    }
    inputs
}

#[test]
fn any_mutated_input_gets_an_answer_from_every_parser() {
    let known: Vec<&str> = PARSERS.iter().flat_map(|it| it.1).copied().collect();
    assert!(KINDS.iter().all(|it| known.contains(it)), "a reader is in no parser");
    let checks: Vec<&str> = NAMES.iter().map(|(name, _)| *name).chain(["luhn-mod16"]).collect();
    let seeds = seeds();
    let given = std::env::var("SCANSTATION_FUZZ_SECONDS").ok().and_then(|it| it.parse::<f64>().ok());
    let each = given.map_or(EACH, Duration::from_secs_f64);
    let clock = if given.is_some() { ClockId::ThreadCPUTime } else { ClockId::Monotonic };
    let waiting = Mutex::new(PARSERS.iter());
    std::thread::scope(|scope| {
        let work = || {
            // Only this thread; where the system does not let it, it runs like the others.
            rustix::process::setpriority_process(None, 19).ok();
            loop {
                let next = waiting.lock().unwrap().next();
                let Some((name, readers)) = next else { return };
                let readers = if readers.is_empty() { checks.as_slice() } else { readers };
                println!("{name}: {} inputs in {each:?}", run(readers, &seeds, each, clock));
            }
        };
        for _ in 0..THREADS {
            scope.spawn(work);
        }
    });
}
