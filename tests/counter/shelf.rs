//! Consumables: a shelf, a number, never less than nothing.

use std::time::Duration;

use scanstation::domain::restriction::CategoryPolicy;
use scanstation::domain::{EventKind, StockView, Transport};
use scanstation::store::{NewModel, NewStock};

use crate::bench::{ANA, Bench, DRILL, KAY, KIM};

/// A crib with 50 screws on shelf SH-1, to be ordered below 20, at most 30 at once.
fn stocked(mut bench: Bench) -> Bench {
    bench.register(|store, now| {
        let model = NewModel {
            maker: "Würth".to_owned(),
            name: "M4 screw".to_owned(),
            category: "screws".to_owned(),
            tracking: "quantity".to_owned(),
            ..NewModel::default()
        };
        let model = store.add_model(&model, None, now)?;
        let stock = NewStock { model, shelf: "SH-1".to_owned(), location: None, quantity: 50, minimum: 20 };
        store.add_stock(&stock, None, now)?;
        store.limit_stock("SH-1", Some(30), None, now)
    });
    bench.pass(Duration::from_secs(1));
    bench
}

fn shelf(bench: &Bench) -> StockView {
    bench.reader().stock(false, 10).unwrap().remove(0)
}

fn to_order(bench: &Bench) -> usize {
    bench.reader().stock(true, 10).unwrap().len()
}

#[test]
fn a_shelf_and_a_number_take_so_many() {
    let mut bench = stocked(Bench::crib());
    bench.scan("SH-1").no("Badge first");
    bench.all_good(&[ANA, "JOB-4711"]);
    let heard = bench.scan("SH-1");
    heard.asks("How many? Würth M4 screw, 50 left");
    assert_eq!(heard.value()["kind"], "location", "its shape alone is that of a serial number");
    assert_eq!(bench.view().prompt, "How many? A number card");
    bench.scan("QTY-6").good("Taken: 6 × Würth M4 screw, 44 left");
    let body = bench.last(EventKind::StockChanged).body.unwrap();
    assert_eq!((body.get("taken"), body.get("left"), body.get("job")), (Some("6"), Some("44"), Some("4711")));
    bench.scan("sh-1");
    bench.scan("!CMD:QTY 4").good("Taken: 4 × Würth M4 screw, 40 left");
    bench.scan("!CMD:UNDO").done("Undone: 4 × Würth M4 screw");
    bench.scan("!CMD:UNDO").done("Undone: 6 × Würth M4 screw");
    assert_eq!(shelf(&bench).quantity, 50);
    bench.verify();
}

#[test]
fn a_number_that_is_not_said_before_the_next_tool_is_told_with_it() {
    let mut bench = stocked(Bench::crib());
    bench.scan(ANA);
    bench.scan("SH-1").asks("How many? Würth M4 screw, 50 left");
    bench.scan(DRILL).good("Out to Ana: Bosch GSR 18, due 17:00; the last scan was NOT booked");
    bench.verify();
}

#[test]
fn an_implausible_number_is_asked_again_and_takes_nothing() {
    let mut bench = stocked(Bench::crib());
    bench.all_good(&[ANA, "SH-1"]);
    bench.scan("QTY-31").no("At most 30 at once: scan the right number");
    bench.scan("4059952533643").no("That counts nothing: a number card");
    bench.scan("QTY-0").no("That counts nothing: a number card");
    bench.scan("QTY-30").good("Taken: 30 × Würth M4 screw, 20 left");
    bench.scan("SH-1");
    bench.scan("QTY-21").no("Only 20 left: Würth M4 screw");
    assert_eq!(shelf(&bench).quantity, 20);
    bench.scan("QTY-20");
    bench.scan("SH-1").no("None left: Würth M4 screw");
    bench.scan("QTY-1").no("A quantity code means nothing now");
    assert_eq!(shelf(&bench).quantity, 0);
    bench.verify();
}

#[test]
fn a_number_is_typed_on_the_page() {
    let mut bench = stocked(Bench::crib());
    bench.by(Transport::Page).all_good(&[ANA, "SH-1"]);
    bench.scan("7").good("Taken: 7 × Würth M4 screw, 43 left");
}

#[test]
fn below_its_minimum_a_shelf_is_to_be_ordered_once_and_nobody_is_told() {
    let mut bench = stocked(Bench::crib());
    bench.all_good(&[ANA, "SH-1", "QTY-30"]);
    assert_eq!(to_order(&bench), 0, "the minimum itself is enough");
    bench.all_good(&["SH-1"]);
    bench.scan("QTY-1").good("Taken: 1 × Würth M4 screw, 19 left");
    bench.all_good(&["SH-1", "QTY-1"]);
    assert_eq!((to_order(&bench), bench.kinds().iter().filter(|it| **it == EventKind::ReorderNoted).count()), (1, 1));
    bench.all_good(&["!CMD:UNDO", "!CMD:UNDO"]);
    assert_eq!(to_order(&bench), 0, "given back, it is enough again");
    bench.work(|store, now| store.within(|store| store.count_stock("SH-1", 3, "counted", None, now))).unwrap();
    assert_eq!((to_order(&bench), shelf(&bench).quantity), (1, 3));
    bench.verify();
}

#[test]
fn with_in_the_rest_goes_back_to_its_shelf() {
    let mut bench = stocked(Bench::attended());
    bench.all_good(&[ANA, "SH-1", "QTY-10", "!CMD:IN", "SH-1"]);
    bench.scan("QTY-4").good("Put back: 4 × Würth M4 screw, 44 now");
    bench.verify();
}

#[test]
fn two_lanes_never_take_more_than_there_is() {
    let mut bench = stocked(Bench::crib());
    bench.lane("left").all_good(&[ANA, "SH-1"]);
    bench.lane("right").all_good(&[KIM, "SH-1", "QTY-30"]);
    bench.lane("left").scan("QTY-25").no("Only 20 left: Würth M4 screw");
    bench.scan("QTY-20").good("Taken: 20 × Würth M4 screw, 0 left");
    bench.verify();
}

#[test]
fn a_shelf_may_ask_for_a_job_and_a_borrower() {
    let mut bench = stocked(Bench::desk());
    let policy = CategoryPolicy { job_required: true, ..CategoryPolicy::default() };
    bench.register(move |store, now| store.set_category("screws", &policy, None, now));
    bench.all_good(&[KAY, "!CMD:OUT"]);
    bench.scan("SH-1").no("Who? Scan the borrower's badge first");
    bench.scan(KIM);
    bench.scan("SH-1").no("Scan the job first");
    bench.all_good(&["JOB-1", "SH-1", "QTY-2"]);
    let event = bench.last(EventKind::StockChanged);
    assert_eq!(event.body.unwrap().get("taken_for"), Some("Kim"));
}

#[test]
fn an_undo_that_comes_too_late_to_confirm_another_knows_its_own_shelf() {
    let mut bench = stocked(Bench::with(|it| it.undo_confirm = Duration::from_secs(5)));
    bench.all_good(&[ANA, DRILL, "SH-1", "QTY-10"]);
    bench.scan("!CMD:UNDO 2").already("Undo check-out of AT-000001 to Ana? UNDO again, or your badge");
    bench.late(Duration::from_secs(6), "!CMD:UNDO").already("Undo 10 × Würth M4 screw? UNDO again, or your badge");
    bench.scan("!CMD:UNDO").done("Undone: 10 × Würth M4 screw");
    assert_eq!(shelf(&bench).quantity, 50);
    bench.verify();
}

#[test]
fn verify_sees_a_quantity_that_was_changed_beside_the_ledger() {
    let mut bench = stocked(Bench::crib());
    bench.all_good(&[ANA, "SH-1", "QTY-10"]);
    bench.stop();
    let store = rusqlite::Connection::open(bench.path().join("station.db")).unwrap();
    store.execute("UPDATE stock SET quantity = 50", []).unwrap();
    drop(store);
    let checks = scanstation::store::Checks::ALL;
    let report = scanstation::store::verify(bench.path(), checks, |_| std::ops::ControlFlow::Continue(())).unwrap();
    assert_eq!(report.sentences, ["The quantity on shelf 1 is not what the ledger says; it says 40."]);
}

#[test]
fn done_at_an_open_question_says_that_nothing_was_taken() {
    let mut bench = stocked(Bench::crib());
    bench.all_good(&[KIM]);
    bench.scan("SH-1").asks("How many? Würth M4 screw, 50 left");
    bench.scan("!CMD:DONE").no("Goodbye Kim; the last scan was NOT booked");
    assert_eq!(shelf(&bench).quantity, 50);
    assert!(bench.view().session.is_none());
}
