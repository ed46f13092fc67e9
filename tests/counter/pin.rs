//! A PIN as the second proof: typed, compared, counted, and nowhere to be read.

use std::time::Duration;

use scanstation::domain::{CategoryPolicy, EventKind, Transport};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KIM, holder_id};

const ASKED: &str = "Second proof: plate, PIN or another badge, 20 s";

fn bench() -> Bench {
    let bench = Bench::crib();
    bench.register(|store, now| {
        let policy = CategoryPolicy { critical: true, ..CategoryPolicy::default() };
        store.set_category("power tool", &policy, None, now)?;
        store.set_pin(holder_id(ANA), Some("4711"), None, now).map(drop)
    });
    bench
}

/// Nothing in the store's files holds the number; a hash may.
fn nowhere(bench: &mut Bench, pin: &str) {
    bench.stop();
    for name in ["station.db", "station.db-wal"] {
        let bytes = std::fs::read(bench.path().join(name)).unwrap_or_default();
        let found = bytes.windows(pin.len()).filter(|it| *it == pin.as_bytes()).count();
        assert_eq!(found, 0, "{name} holds the PIN");
    }
}

#[test]
fn the_right_number_is_the_second_proof_and_is_kept_nowhere() {
    let mut bench = bench();
    bench.register(|store, now| store.set_pin(holder_id(ANA), Some("90718253"), None, now).map(drop));
    bench.by(Transport::Page).scan(ANA);
    bench.scan(DRILL).asks(ASKED);
    let heard = bench.scan("90718253");
    heard.good("Out to Ana: Bosch GSR 18, due 17:00");
    assert!(!heard.json.contains("90718253"));
    assert_eq!(bench.last(EventKind::CheckedOut).body.unwrap().get("second_proof"), Some("pin"));
    bench.scan(DRILL_2).asks(ASKED);
    bench.scan("!PIN:90718253").good("Out to Ana: Bosch GSR 18, due 17:00");
    bench.verify();
    nowhere(&mut bench, "90718253");
}

#[test]
fn wrong_numbers_are_counted_and_then_none_is_looked_at_for_a_while() {
    let mut bench = bench();
    bench.by(Transport::Page).scan(ANA);
    bench.scan(DRILL).asks(ASKED);
    for left in [4, 3, 2] {
        bench.scan("4712").no(&format!("Wrong PIN: {left} attempts left"));
    }
    assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("cause"), Some("wrong-pin"));
    bench.scan("!PIN:4712").no("Wrong PIN: 1 attempt left");
    bench.scan("!PIN:4712").no("PIN locked for 300 s: plate or another badge");
    bench.scan("!PIN:4711").no("PIN locked for 298 s: plate or another badge");
    assert_eq!(bench.holder(DRILL), None);
    bench.scan("SN77001").no("2 units bear this number, scan the tag: AT-000001, AT-000004");
    bench.pass(Duration::from_secs(301));
    bench.all_good(&[ANA, DRILL]);
    bench.scan("4711").good("Out to Ana: Bosch GSR 18, due 17:00");
    bench.verify();
}

#[test]
fn a_number_too_late_or_without_a_pin_proves_nothing_and_stays_a_secret() {
    let mut bench = bench();
    bench.by(Transport::Page).scan(ANA);
    bench.scan("!PIN:4711").no("Too late: scan the tool again");
    bench.scan(DRILL).asks(ASKED);
    bench.late(Duration::from_secs(21), "4711").no("Too late: scan the tool again");
    bench.scan(KIM).no("Too late: scan the tool again");
    bench.late(Duration::from_secs(20), KIM).no("Hello Kim; the last scan of Ana was NOT booked");
    bench.scan(DRILL).asks(ASKED);
    bench.scan("4711").no("No PIN is set: plate or another badge");
    assert_eq!(bench.holder(DRILL), None);
}

/// The codes that were set aside, as everybody sees them.
fn parked(bench: &Bench) -> Vec<String> {
    bench.reader().parked(50).unwrap().into_iter().map(|it| it.text).collect()
}

const STRAY: &str = "Taken for a PIN and not kept. If it is a code, scan it again in a minute";

#[test]
fn a_number_typed_when_the_question_is_over_is_kept_nowhere() {
    let mut bench = bench();
    bench.by(Transport::Page).scan(ANA);
    bench.scan(DRILL_2).asks(ASKED);
    bench.scan(KIM).good("Out to Ana: Bosch GSR 18, due 17:00");
    let heard = bench.scan("90718253");
    heard.no(STRAY);
    assert!(!heard.json.contains("90718253"));
    assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("cause"), Some("pin-not-asked"));
    bench.scan(DRILL).asks(ASKED);
    bench.scan("!CMD:HELP");
    bench.scan("!CMD:CANCEL");
    bench.scan("90718253").no(STRAY);
    bench.scan(ANA);
    bench.scan(DRILL).asks(ASKED);
    bench.pass(Duration::from_secs(31));
    bench.scan("90718253").no(STRAY);
    assert_eq!(parked(&bench), [""; 0]);
    bench.verify();
    nowhere(&mut bench, "90718253");
}

#[test]
fn what_is_no_stray_pin_is_read_as_always() {
    let mut bench = bench();
    bench.by(Transport::Page).scan("90718253");
    assert_eq!(parked(&bench), ["90718253"], "no proof was asked for");
    bench.scan(ANA);
    bench.scan(DRILL).asks(ASKED);
    bench.scan("!CMD:CANCEL");
    bench.scan("90718253-X").no("Unknown code: parked for the keeper");
    bench.by(Transport::Serial).scan("90718254").no("Unknown code: parked for the keeper");
    bench.by(Transport::Page).lane("right").scan("90718255");
    bench.lane("left").late(Duration::from_secs(81), "90718256");
    assert_eq!(parked(&bench).len(), 5, "{:?}", parked(&bench));
    bench.verify();
}

#[test]
fn the_plate_of_digits_is_a_plate_and_no_pin() {
    let mut bench = bench();
    bench.by(Transport::HidKeyboard).scan(ANA);
    bench.scan(DRILL_2).asks(ASKED);
    bench.scan("0088123456").good("Out to Ana: Bosch GSR 18, due 17:00");
}
