//! The end of a shift: what is open is told, a keeper's badge closes it, and the ledger is signed.

use std::time::Duration;

use scanstation::domain::{EventKind, HolderId};
use scanstation::store::Instruction;

use crate::bench::{ANA, Bench, DRILL, KAY, KIM, SAW, holder_id, unit_id};

#[test]
fn shift_tells_what_is_open_and_a_keepers_badge_closes_and_signs_it() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, SAW]);
    bench.scan("XYZZY");
    bench.scan("XYZZY");
    bench.scan("PLUGH");
    bench.all_good(&["!CMD:BADLABEL", DRILL, "!CMD:AUTO"]);
    bench.scan("!CMD:SHIFT").good("Shift: 2 out, 3 parked, 1 to print; a keeper's badge closes it");
    bench.scan(KAY).done("Shift closed by Kay: 2 out, 3 parked, 1 to print");
    let closed = bench.last(EventKind::ShiftClosed);
    assert_eq!(
        (closed.person, closed.body.unwrap().get("out").map(str::to_owned)),
        (Some(holder_id(KAY)), Some("2".to_owned()))
    );
    bench.view();
    assert_eq!(bench.reader().checkpoint().unwrap().unwrap().seq, closed.id.seq.0);
    assert!(bench.view().session.is_some_and(|it| it.name == "Ana"), "closing a shift ends no session");
    let report = bench.reader().shift(true, bench.now()).unwrap();
    let texts: Vec<(&str, u32)> = report.codes_parked.iter().map(|it| (it.text.as_str(), it.times)).collect();
    assert_eq!(texts, [("PLUGH", 1), ("XYZZY", 2)]);
    assert_eq!(report.units_out.iter().map(|it| it.holder).collect::<Vec<_>>(), [HolderId(1), HolderId(1)]);
    bench.verify();
}

#[test]
fn a_shift_is_closed_by_a_keeper_in_time_and_by_nobody_else() {
    let mut bench = Bench::with(|it| it.session_idle = Duration::from_secs(600));
    bench.scan("!CMD:SHIFT").no("Badge first");
    bench.scan(ANA);
    bench.scan("!CMD:SHIFT").good("Shift: nothing open; a keeper's badge closes it");
    bench.scan(KIM).no("SHIFT needs a badge of the role keeper, not Kim's");
    assert_eq!(bench.view().session.unwrap().name, "Ana");
    bench.scan(ANA).done("Goodbye Ana");
    bench.all_good(&[KIM, "!CMD:SHIFT"]);
    bench.pass(Duration::from_secs(31));
    bench.scan(KAY).good("Hello Kay");
    bench.scan("!CMD:SHIFT");
    bench.scan(KAY).done("Shift closed by Kay: nothing open");
    assert_eq!(bench.kinds().iter().filter(|it| **it == EventKind::ShiftClosed).count(), 1);
}

#[test]
fn a_damaged_thing_that_did_not_reach_its_bin_is_told_until_it_does() {
    let mut bench = Bench::with(|it| it.session_idle = Duration::from_secs(60));
    let quarantine = |bench: &Bench, ended| {
        let wanted = Instruction::Quarantine { location: "LOC-Q1".to_owned(), ended };
        bench.register(move |store, now| store.carry_out(&wanted, None, now).map(drop));
    };
    bench.all_good(&[ANA, "!CMD:DAMAGED", DRILL]);
    bench.pass(Duration::from_secs(61)); // As after a restart: nobody waits for the bin any more.
    bench.scan(ANA);
    bench.scan("!CMD:SHIFT").good("Shift: nothing open; a keeper's badge closes it");
    quarantine(&bench, false);
    let waiting = |bench: &Bench| -> Vec<_> {
        let report = bench.reader().shift(true, bench.now()).unwrap();
        assert_eq!(usize::try_from(report.counts.bins).unwrap(), report.bins_waiting.len());
        report.bins_waiting.into_iter().map(|it| (it.unit, it.tag.unwrap_or_default(), it.location)).collect()
    };
    bench.scan("!CMD:SHIFT");
    let told = waiting(&bench);
    assert!(told.contains(&(unit_id(DRILL), DRILL.to_owned(), Some("Shelf A1".to_owned()))), "{told:?}");
    let why = format!("Shift closed by Kay: {} waiting for the quarantine bin", told.len());
    bench.scan(KAY).done(&why);
    let closed = bench.last(EventKind::ShiftClosed).body.unwrap();
    assert_eq!(closed.get("bins"), Some(told.len().to_string().as_str()));
    bench.all_good(&["!CMD:MOVE", "LOC-Q1", DRILL]);
    assert_eq!(waiting(&bench).len(), told.len() - 1, "what lies in its bin waits for none");
    quarantine(&bench, true);
    assert!(waiting(&bench).is_empty(), "where no bin is one, none is waited for");
    bench.verify();
}

#[test]
fn what_is_overdue_is_listed_the_longest_first() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:DUE 2", SAW]);
    bench.pass(Duration::from_secs(3 * 86_400));
    let tags: Vec<_> = bench.reader().overdue(10, bench.now()).unwrap().into_iter().map(|it| it.tag.unwrap()).collect();
    assert_eq!(tags, [DRILL, SAW]);
    bench.scan(ANA).good("Hello Ana: 2 overdue, you have 2");
}
