//! What keeps a unit from going out: causes in their order, second proofs, and that nothing blocks coming in.

use std::time::Duration;

use scanstation::domain::{
    Answer, CategoryPolicy, EventKind, IdentifierKind, Licence, Reservation, Restrictions, Training,
};

use scanstation::store::{Instruction, NewModel, NewUnit, Reserved};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KAY, KIM, LOU, SAW, holder_id, unit_id};

fn restrict(bench: &Bench, tag: &str, to: Restrictions) {
    let unit = unit_id(tag);
    bench.register(move |store, now| store.restrict(unit, &to, None, now));
}

fn category(bench: &Bench, policy: CategoryPolicy) {
    bench.register(move |store, now| store.set_category("power tool", &policy, None, now));
}

fn reserve(bench: &Bench, tag: &str, badge: &str, begins: &str, ends: &str) {
    let reservation = Reservation {
        holder: holder_id(badge),
        name: String::new(),
        begins: begins.parse().unwrap(),
        ends: ends.parse().unwrap(),
    };
    let unit = unit_id(tag);
    bench.register(move |store, now| store.reserve(Reserved::Unit(unit), &reservation, None, now).map(drop));
}

fn critical() -> CategoryPolicy {
    CategoryPolicy { critical: true, ..CategoryPolicy::default() }
}

#[test]
fn the_first_cause_in_the_order_speaks() {
    let mut bench = Bench::crib();
    let past = Some("2026-03-09T08:00:00Z".parse().unwrap());
    let mut all = Restrictions {
        recalled: Some("battery fire".to_owned()),
        on_hold: Some("wait for the lab".to_owned()),
        calibration_due: past,
        inspection_due: past,
        ..Restrictions::default()
    };
    category(
        &bench,
        CategoryPolicy {
            training: Some("drills".to_owned()),
            held_max: Some(0),
            job_required: true,
            ..CategoryPolicy::default()
        },
    );
    reserve(&bench, DRILL, KIM, "2026-03-10T08:00:00Z", "2026-03-11T08:00:00Z");
    bench.scan(ANA);
    let free = ". Free: AT-000002, LOC-A1";
    restrict(&bench, DRILL, all.clone());
    bench.scan(DRILL).no(&format!("Recalled: battery fire; give it to the keeper{free}"));
    all.recalled = None;
    restrict(&bench, DRILL, all.clone());
    bench.scan(DRILL).no(&format!("On hold: wait for the lab; ask the keeper{free}"));
    assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("lifted_by"), Some("keeper"));
    all.on_hold = None;
    restrict(&bench, DRILL, all.clone());
    bench.scan(DRILL).no(&format!("Calibration expired Mon 08:00: may not go out{free}"));
    assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("lifted_by"), None);
    all.calibration_due = None;
    restrict(&bench, DRILL, all.clone());
    bench.scan(DRILL).no(&format!("Inspection expired Mon 08:00: may not go out{free}"));
    restrict(&bench, DRILL, Restrictions::default());
    bench.scan(DRILL).no("Training missing: drills; ask the keeper");
    let training = Training { name: "drills".to_owned(), valid_until: None };
    bench.register(move |store, now| store.add_training(holder_id(ANA), &training, None, now));
    bench.all_good(&[ANA, ANA]);
    bench.scan(DRILL).no(&format!("Reserved for Kim from 08:00{free}"));
    bench.scan(DRILL_2).no("Limit reached: 0 of power tool");
    let job = CategoryPolicy { job_required: true, ..CategoryPolicy::default() };
    category(&bench, job);
    bench.scan(DRILL_2).asks("In the cart: Bosch GSR 18 out, due 17:00; scan the job");
    bench.scan("JOB-4711").good("Out to Ana with job 4711: AT-000002");
    bench.verify();
}

#[test]
fn nothing_on_record_keeps_a_unit_from_coming_in() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL]);
    let recalled = Restrictions { recalled: Some("battery fire".to_owned()), ..Restrictions::default() };
    restrict(&bench, DRILL, recalled);
    category(&bench, CategoryPolicy { training: Some("none has it".to_owned()), critical: true, ..critical() });
    bench.scan(DRILL).good("Back in: Bosch GSR 18; keep it apart: battery fire");
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn a_recall_stops_what_lies_in_a_cart_already() {
    let mut bench = Bench::attended();
    bench.all_good(&[ANA, DRILL, SAW]);
    restrict(&bench, DRILL, Restrictions { recalled: Some("battery fire".to_owned()), ..Restrictions::default() });
    bench.scan("!CMD:DONE").no("Done: 1 out to Ana; NOT booked: AT-000001 (recalled)");
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn a_reservation_is_honoured_for_its_person_and_from_its_time() {
    let mut bench = Bench::crib();
    reserve(&bench, DRILL, KIM, "2026-03-10T12:00:00Z", "2026-03-10T20:00:00Z");
    reserve(&bench, SAW, KIM, "2026-03-12T08:00:00Z", "2026-03-13T08:00:00Z");
    bench.scan(ANA);
    bench.scan(DRILL).no("Reserved for Kim from 12:00. Free: AT-000002, LOC-A1");
    bench.scan(SAW).good("Out to Ana: Makita HS7601, due 17:00");
    bench.all_good(&[ANA, KIM]);
    bench.scan(DRILL).good("Out to Kim: Bosch GSR 18, due 17:00");
}

#[test]
fn a_limit_counts_what_the_person_has() {
    let mut bench = Bench::crib();
    category(&bench, CategoryPolicy { held_max: Some(1), ..CategoryPolicy::default() });
    bench.all_good(&[ANA, DRILL]);
    bench.scan(SAW).no("Limit reached: 1 of power tool");
    bench.scan(DRILL).good("Back in: Bosch GSR 18, put it in LOC-A1 · Shelf A1");
    bench.scan(SAW).good("Out to Ana: Makita HS7601, due 17:00");
}

#[test]
fn a_training_that_expired_does_not_count() {
    let mut bench = Bench::crib();
    category(&bench, CategoryPolicy { training: Some("drills".to_owned()), ..CategoryPolicy::default() });
    let training = Training { name: "drills".to_owned(), valid_until: Some("2026-03-10T07:59:00Z".parse().unwrap()) };
    bench.register(move |store, now| store.add_training(holder_id(ANA), &training, None, now));
    bench.scan(ANA);
    bench.scan(DRILL).no("Training missing: drills; ask the keeper");
}

#[test]
fn tag_and_plate_are_a_second_proof() {
    let mut bench = Bench::crib();
    category(&bench, critical());
    bench.scan(ANA);
    bench.scan(DRILL_2).asks("Second proof: plate, PIN or another badge, 20 s");
    assert_eq!(bench.holder(DRILL_2), None);
    bench.at_once();
    bench.scan(DRILL_2).already("Read twice: counted once");
    bench.scan("0088123456").good("Out to Ana: Bosch GSR 18, due 17:00");
    assert_eq!(bench.last(EventKind::CheckedOut).body.unwrap().get("second_proof"), Some("serial"));
    bench.verify();
}

#[test]
fn the_badge_of_somebody_else_is_a_second_proof() {
    let mut bench = Bench::crib();
    category(&bench, critical());
    bench.all_good(&[ANA, DRILL]);
    bench.scan(KIM).good("Out to Ana: Bosch GSR 18, due 17:00");
    let body = bench.last(EventKind::CheckedOut).body.unwrap();
    assert_eq!((body.get("second_proof"), body.get("by")), (Some("Kim"), Some("tag")));
    assert_eq!(bench.view().session.map(|it| it.name).as_deref(), Some("Ana"));
}

#[test]
fn without_a_second_proof_in_time_nothing_is_booked() {
    let mut bench = Bench::crib();
    category(&bench, critical());
    bench.all_good(&[ANA, DRILL_2]);
    bench.pass(Duration::from_secs(20));
    bench.scan("0088123456").asks("Second proof: tag, PIN or another badge, 20 s");
    bench.scan("0088123456").asks("Second proof: tag, PIN or another badge, 20 s");
    assert_eq!(bench.holder(DRILL_2), None);
    bench.scan(LOU).no("Second proof needs a badge of the role operator, not Lou's");
    bench.late(Duration::from_secs(19), LOU).no("Too late: scan the tool again");
    bench.late(Duration::from_secs(20), LOU).no("Hello Lou; the last scan of Ana was NOT booked");
    assert_eq!(bench.holder(DRILL_2), None);
}

#[test]
fn a_regulated_unit_is_never_taken_in_without_a_badge() {
    let mut bench = Bench::crib();
    category(&bench, CategoryPolicy { regulated: true, ..CategoryPolicy::default() });
    bench.scan("!CMD:FOUND");
    bench.scan(DRILL).no("Badge first");
    bench.scan(ANA);
    assert_eq!(bench.view().mode, "found", "the card is theirs who show their badge for it");
}

#[test]
fn a_regulated_unit_without_a_serial_number_neither_goes_out_nor_over_and_comes_in() {
    const BARE: &str = "AT-000005";
    const REFUSED: &str = "Regulated, no serial number on record: PAIR its plate first";
    let mut bench = Bench::crib();
    bench.register(|store, now| {
        let drill = store.model_id("Bosch", "GSR 18")?.unwrap();
        store.add_unit(&NewUnit::new(drill).bearing(IdentifierKind::AssetTag, BARE), None, now)?;
        let bears_none = Instruction::NoSerialNumber {
            unit: Some(BARE.to_owned()),
            model: None,
            why: Some("ground off".to_owned()),
        };
        store.carry_out(&bears_none, None, now)?;
        [KIM, KAY].into_iter().try_for_each(|it| {
            let licence = Licence { reference: "WBK 4711".to_owned(), valid_until: None };
            store.set_licence(holder_id(it), Some(&licence), None, now)
        })
    });
    bench.all_good(&[KIM, BARE]); // It went out before anybody said that it is regulated.
    category(&bench, CategoryPolicy { regulated: true, ..CategoryPolicy::default() });
    bench.scan("!CMD:HANDOVER");
    bench.scan(BARE).no(REFUSED);
    bench.scan("!CMD:IN");
    bench.scan(BARE).good("Back in: Bosch GSR 18");
    bench.scan("!CMD:OUT");
    bench.scan(BARE).no(&format!("{REFUSED}. Free: {DRILL}, LOC-A1"));
    let body = bench.last(EventKind::Refused).body.unwrap();
    assert_eq!((body.get("cause"), body.get("lifted_by")), (Some("number-missing"), None));
    bench.scan(KAY);
    bench.scan("!CMD:OVERRIDE needed").no("Nothing to release: scan the tool first");
    bench.register(|store, now| {
        let on_hold = Restrictions { on_hold: Some("lab".to_owned()), ..Restrictions::default() };
        store.restrict(unit_id(DRILL), &on_hold, None, now)?;
        store.restrict(unit_id(DRILL_2), &on_hold, None, now)
    });
    bench.scan("!CMD:OUT");
    bench.scan(DRILL).no("On hold: lab; ask the keeper. Free: AT-000004, Makita HS7601, LOC-A1");
    bench.all_good(&["!CMD:PAIR", BARE, "SN90006"]);
    bench.scan("!CMD:DONE").done("Paired: AT-000005 with SN90006, Bosch GSR 18");
    bench.scan("!CMD:OUT");
    bench.scan(BARE).asks("Second proof: plate, PIN or another badge, 20 s");
    bench.verify();
}

#[test]
fn a_licence_that_ended_while_a_cart_waited_keeps_its_unit_out_of_the_booking() {
    let mut bench = Bench::attended();
    category(&bench, CategoryPolicy { regulated: true, ..CategoryPolicy::default() });
    let licence = |bench: &Bench, it: Option<Licence>| {
        bench.register(move |store, now| store.set_licence(holder_id(KIM), it.as_ref(), None, now));
    };
    licence(&bench, Some(Licence { reference: "WBK 4711".to_owned(), valid_until: None }));
    bench.all_good(&[KIM]);
    bench.scan(DRILL);
    bench.scan(ANA);
    assert_eq!(bench.view().cart.len(), 1);
    bench.pass(Duration::from_secs(31));
    licence(&bench, None);
    bench.scan(KIM).good("Hello Kim; 1 still in your cart: DONE or CANCEL");
    let told = bench.scan("!CMD:DONE").why();
    assert_eq!(bench.holder(DRILL), None, "{told}");
    bench.verify();
}

#[test]
fn a_regulated_unit_goes_to_whoever_has_a_valid_licence() {
    let mut bench = Bench::desk();
    let policy = CategoryPolicy { regulated: true, training: Some("drills".to_owned()), ..CategoryPolicy::default() };
    category(&bench, policy);
    let licence = |bench: &Bench, badge: &str, until: &str| {
        let (holder, valid_until) = (holder_id(badge), Some(until.parse().unwrap()));
        let licence = Licence { reference: "WBK 4711".to_owned(), valid_until };
        bench.register(move |store, now| store.set_licence(holder, Some(&licence), None, now));
    };
    let training = Training { name: "drills".to_owned(), valid_until: None };
    licence(&bench, KAY, "2099-01-01T00:00:00Z"); // The clerk's own is not the borrower's.
    bench.all_good(&[KAY, "!CMD:OUT", KIM]);
    bench.scan(DRILL).no("Training missing: drills; ask the keeper");
    bench.register(move |store, now| store.add_training(holder_id(KIM), &training, None, now));
    bench.all_good(&["!CMD:OUT", ANA, KIM]);
    bench.scan(DRILL).no("Licence missing: ask the keeper");
    let body = bench.last(EventKind::Refused).body.unwrap();
    assert_eq!((body.get("cause"), body.get("lifted_by")), (Some("licence-missing"), None));
    licence(&bench, KIM, "2026-03-09T23:59:59Z");
    bench.all_good(&["!CMD:OUT", ANA, KIM]);
    bench.scan(DRILL).no("Licence expired Mon 23:59: ask the keeper");
    licence(&bench, KIM, "2026-03-12T23:59:59Z");
    bench.all_good(&["!CMD:OUT", ANA, KIM, DRILL]);
    assert_eq!(bench.holder(DRILL), None, "it waits for its second proof");
    bench.scan(ANA);
    bench.scan("!CMD:DONE").done("Done: 1 out to Kim");
    assert_eq!(bench.last(EventKind::CheckedOut).body.unwrap().get("licence"), Some("WBK 4711"));
    bench.verify();
}

#[test]
fn a_licence_that_runs_out_is_told_at_the_badge() {
    let mut bench = Bench::crib();
    let licence =
        Licence { reference: "WBK 4711".to_owned(), valid_until: Some("2026-03-12T23:59:59Z".parse().unwrap()) };
    bench.register(move |store, now| store.set_licence(holder_id(KIM), Some(&licence), None, now));
    bench.scan(KIM).good("Hello Kim; licence valid until Thu 23:59");
}

#[test]
fn a_limit_of_a_category_counts_what_is_of_it_in_the_cart() {
    let mut bench = Bench::attended();
    category(&bench, CategoryPolicy { held_max: Some(1), ..CategoryPolicy::default() });
    bench.register(|store, now| {
        let ladder = NewModel { category: "ladder".to_owned(), name: "Step 2".to_owned(), ..NewModel::default() };
        let ladder = store.add_model(&ladder, None, now)?;
        store.add_unit(&NewUnit::new(ladder).bearing(IdentifierKind::AssetTag, "AT-000070"), None, now).map(drop)
    });
    bench.scan(ANA);
    bench.scan("AT-000070").good("In the cart: Step 2 out, due 17:00");
    bench.scan(DRILL).good("In the cart: Bosch GSR 18 out, due 17:00");
    bench.scan(SAW).no("Limit reached: 1 of power tool");
}

#[test]
fn who_leaves_a_question_without_its_answer_is_called_back() {
    let mut bench = Bench::crib();
    category(&bench, critical());
    bench.all_good(&[ANA, DRILL_2]);
    bench.pass(Duration::from_secs(31));
    let notice = bench.view().notice.unwrap();
    assert_eq!((notice.answer, notice.why.as_str()), (Answer::No, "Ana left: the last scan was NOT booked"));
    assert_eq!(bench.holder(DRILL_2), None);
    bench.all_good(&[ANA, DRILL_2, "0088123456", ANA]);
    bench.verify();
}
