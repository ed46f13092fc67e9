//! A dock: what is scanned comes in, and nothing goes out before the card OUT.
//!
//! Deliberately absent: receiving deliveries, which is not built.

use scanstation::domain::time::Zone;
use scanstation::domain::{EventKind, StationKind};
use scanstation::rules::Policy;

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KIM, SAW};

fn dock() -> Bench {
    Bench::with(|policy| *policy = Policy { zone: Zone::utc(), ..Policy::of(StationKind::Dock) })
}

#[test]
fn what_is_scanned_at_a_dock_comes_in_and_goes_out_only_after_out() {
    let mut bench = dock();
    bench.scan("!CMD:HELP").good("Scan your badge to take things in; scan a tag to look it up");
    assert_eq!(bench.view().prompt, "Scan your badge, or anything to look it up");
    bench.scan(SAW).good("Makita HS7601: in, LOC-A1 · Shelf A1");
    bench.all_good(&[KIM]);
    let view = bench.view();
    assert_eq!((view.mode.as_str(), view.prompt.as_str()), ("in", "Scan what comes in"));
    let help = "Scan what comes in. OUT: what goes out. UNDO: take back. DONE or your badge: finish";
    bench.scan("!CMD:HELP").good(help);
    bench.scan(DRILL).already("Already in: LOC-A1 · Shelf A1");
    bench.scan("!CMD:AUTO").good("IN: scan tools");
    bench.scan(DRILL).already("Already in: LOC-A1 · Shelf A1");
    assert!(bench.kinds().iter().all(|it| *it != EventKind::CheckedOut), "it lends nothing by itself");
    bench.scan("!CMD:OUT").good("OUT: scan tools");
    bench.scan(DRILL).good("In the cart: Bosch GSR 18 out, due 17:00");
    assert_eq!(bench.view().prompt, "Scan more, or DONE");
    bench.scan("!CMD:DONE").done("Done: 1 out to Kim");
    bench.all_good(&[ANA]);
    assert_eq!(bench.view().mode, "in", "the next turn begins as the first");
    bench.scan(DRILL).good("In the cart: Bosch GSR 18 back in for Kim");
    bench.scan("!CMD:DONE").done("Done: 1 back in");
    bench.verify();
}

#[test]
fn no_way_leads_from_another_card_to_lending() {
    let mut bench = dock();
    bench.all_good(&[KIM]);
    for way in
        [&["!CMD:MOVE", "LOC-A2", DRILL, "!CMD:CANCEL"][..], &["!CMD:OUT", DRILL, "!CMD:CANCEL"], &["!CMD:DIRTY"]]
    {
        for code in way {
            bench.scan(code);
        }
        if bench.view().session.is_none() {
            bench.scan(KIM);
        }
        assert!(bench.view().mode != "auto", "{way:?}");
    }
    bench.scan("!CMD:AUTO");
    bench.scan(DRILL_2).already("Already in: LOC-A1 · Shelf A1");
    assert!(bench.kinds().iter().all(|it| *it != EventKind::CheckedOut));
}
