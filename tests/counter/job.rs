//! A tool that asks for a job waits for it: in the cart, shown and kept, and booked by the job that is scanned next.

use std::time::Duration;

use scanstation::domain::{CategoryPolicy, EventKind, IdentifierKind, Reservation, Restrictions};
use scanstation::store::{NewUnit, Reserved};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KAY, KIM, SAW, holder_id, unit_id};

const CASE: &str = "AT-000005";

/// What power tools ask beside a job.
fn ask(bench: &Bench, policy: CategoryPolicy) {
    let policy = CategoryPolicy { job_required: true, ..policy };
    bench.register(move |store, now| store.set_category("power tool", &policy, None, now));
}

fn asking(bench: Bench) -> Bench {
    ask(&bench, CategoryPolicy::default());
    bench
}

/// A case of another category, with that power tool in it or beside it.
fn with_case(bench: Bench, part: Option<&'static str>) -> Bench {
    bench.register(move |store, now| {
        let model = scanstation::store::NewModel { name: "Case".to_owned(), ..Default::default() };
        let model = store.add_model(&model, None, now)?;
        let case = store.add_unit(&NewUnit::new(model).bearing(IdentifierKind::AssetTag, CASE), None, now)?;
        part.map_or(Ok(()), |it| store.set_kit(unit_id(it), Some(case), None, now))
    });
    bench
}

fn job_of(bench: &Bench, tag: &str) -> Option<String> {
    let out = bench.ledger().into_iter().rfind(|it| it.unit == Some(unit_id(tag)) && it.holder.is_some());
    out.and_then(|it| it.body.unwrap().get("job").map(str::to_owned))
}

#[test]
fn a_tool_waits_for_its_job_and_the_job_books_it() {
    let mut bench = asking(Bench::crib());
    bench.scan(ANA);
    bench.scan(DRILL).asks("In the cart: Bosch GSR 18 out, due 17:00; scan the job");
    assert_eq!((bench.holder(DRILL), bench.view().prompt.as_str()), (None, "Scan the job, or CANCEL"));
    assert_eq!(bench.last(EventKind::Observed).body.unwrap().get("cause"), Some("job-first"));
    bench.scan("!CMD:HELP").good("Scan the job, or CANCEL");
    bench.scan("!CMD:JOB").good("JOB: scan the job's code");
    bench.scan("JOB-4711").good("Out to Ana with job 4711: AT-000001");
    assert_eq!((bench.holder(DRILL).as_deref(), job_of(&bench, DRILL).as_deref()), (Some("Ana"), Some("4711")));
    assert_eq!((bench.view().cart.len(), bench.view().prompt.as_str()), (0, "Scan a tool"));
    bench.scan(DRILL_2).good("Out to Ana: Bosch GSR 18, due 17:00");
    assert_eq!(job_of(&bench, DRILL_2).as_deref(), Some("4711"), "all later lines inherit it");
    bench.scan("!CMD:UNDO 2").done("Undone: AT-000001 is in again");
    bench.verify();
}

#[test]
fn several_tools_wait_together_and_what_is_booked_meanwhile_names_them() {
    let mut bench = with_case(asking(Bench::crib()), None);
    bench.all_good(&[ANA, DRILL]);
    bench.scan(SAW).asks("In the cart: Makita HS7601 out, due 17:00; scan the job");
    bench.scan(DRILL).already("Already in the cart");
    bench.scan(CASE).good("Out to Ana: Case, due 17:00; still waiting for the job: AT-000001, AT-000004");
    bench.scan("!CMD:JOB 4711").good("Out to Ana with job 4711: AT-000001, AT-000004");
    assert_eq!((bench.holder(DRILL), bench.holder(SAW)), (Some("Ana".to_owned()), Some("Ana".to_owned())));
    assert_eq!(job_of(&bench, CASE), None);
    bench.verify();
}

#[test]
fn what_may_not_go_out_any_more_when_the_job_is_named_is_named_too() {
    let mut bench = asking(Bench::crib());
    bench.all_good(&[ANA, DRILL, SAW]);
    let reservation = Reservation {
        holder: holder_id(KIM),
        name: String::new(),
        begins: "2026-03-10T08:00:00Z".parse().unwrap(),
        ends: "2026-03-11T08:00:00Z".parse().unwrap(),
    };
    bench.register(move |store, now| store.reserve(Reserved::Unit(unit_id(DRILL)), &reservation, None, now).map(drop));
    bench.scan("JOB-4711").no("Out to Ana with job 4711: AT-000004; NOT booked: AT-000001 (reserved)");
    assert_eq!((bench.holder(DRILL), bench.holder(SAW).as_deref()), (None, Some("Ana")));
    assert_eq!(bench.view().cart.len(), 0);
    bench.all_good(&[ANA, ANA, DRILL_2]);
    bench.lane("right").all_good(&[KIM, "JOB-1", DRILL_2]);
    bench.lane("left").scan("JOB-4711").no("Job 4711: nothing out to Ana; NOT booked: AT-000002 (changed meanwhile)");
    assert_eq!(bench.holder(DRILL_2).as_deref(), Some("Kim"));
    bench.verify();
}

#[test]
fn a_limit_counts_what_waits_for_a_job() {
    let mut bench = Bench::crib();
    ask(&bench, CategoryPolicy { held_max: Some(1), ..CategoryPolicy::default() });
    bench.all_good(&[ANA, DRILL]);
    bench.scan(SAW).no("Limit reached: 1 of power tool");
    ask(&bench, CategoryPolicy::default());
    bench.scan(SAW);
    ask(&bench, CategoryPolicy { held_max: Some(1), ..CategoryPolicy::default() });
    bench.scan("JOB-4711").no("Out to Ana with job 4711: AT-000001; NOT booked: AT-000004 (over limit)");
    bench.verify();
}

#[test]
fn whoever_ends_without_a_job_hears_what_is_not_booked() {
    let mut bench = asking(Bench::crib());
    bench.all_good(&[ANA, DRILL]);
    for end in ["!CMD:DONE", ANA] {
        bench.scan(end).no("NOT booked, scan the job first: AT-000001");
    }
    bench.scan("!CMD:CANCEL").done("Cart emptied: 1 not booked");
    bench.scan(DRILL);
    bench.scan("!CMD:UNDO").done("Taken out of the cart: AT-000001");
    bench.scan(DRILL);
    bench.scan(KIM).asks("Ana has an open cart: Kim's badge again takes it over; else DONE or CANCEL");
    bench.scan(KIM).no("Kim has the cart of Ana now: 0; NOT AT-000001 (job first)");
    bench.all_good(&[DRILL]);
    bench.pass(Duration::from_secs(31));
    assert_eq!(bench.view().notice.unwrap().why, "Kim left: 1 in the cart NOT booked, kept for the next badge");
    assert_eq!(bench.holder(DRILL), None);
    bench.restart();
    bench.scan(KIM).good("Hello Kim; 1 still in your cart: DONE or CANCEL");
    bench.scan("JOB-4711").good("Out to Kim with job 4711: AT-000001");
    bench.scan(KIM).done("Goodbye Kim");
    bench.verify();
}

#[test]
fn where_a_cart_is_booked_by_done_the_tool_is_a_line_and_done_asks_for_the_job() {
    let mut bench = asking(Bench::attended());
    bench.scan(ANA);
    bench.scan(DRILL).good("In the cart: Bosch GSR 18 out, due 17:00; scan the job");
    bench.scan("!CMD:DONE").no("NOT booked, scan the job first: AT-000001");
    bench.scan("JOB-4711").good("Job 4711: what lies in the cart, and all lines from now on");
    assert_eq!(bench.holder(DRILL), None);
    bench.all_good(&["JOB-4712", SAW]);
    bench.scan("!CMD:DONE").done("Done: 2 out to Ana");
    assert_eq!((job_of(&bench, DRILL).as_deref(), job_of(&bench, SAW).as_deref()), (Some("4711"), Some("4712")));
    let mut bench = asking(Bench::desk());
    bench.all_good(&[KAY, "!CMD:OUT", KIM]);
    bench.scan(DRILL).good("In the cart: Bosch GSR 18 out, due 17:00; scan the job");
    bench.all_good(&["JOB-4711", "!CMD:DONE"]);
    assert_eq!((bench.holder(DRILL).as_deref(), job_of(&bench, DRILL).as_deref()), (Some("Kim"), Some("4711")));
    bench.verify();
}

#[test]
fn a_kit_waits_with_its_parts_for_the_job_that_one_of_them_asks_for() {
    let mut bench = with_case(asking(Bench::crib()), Some(DRILL));
    bench.scan(ANA);
    bench.scan(CASE).asks("In the cart: Case out, due 17:00; with 1 part; scan the job");
    bench.scan(DRILL).already("Already in the cart");
    bench.scan("!CMD:DONE").no("NOT booked, scan the job first: AT-000005");
    bench.scan("JOB-4711").good("Out to Ana with job 4711: AT-000005");
    assert_eq!((bench.holder(CASE), bench.holder(DRILL)), (Some("Ana".to_owned()), Some("Ana".to_owned())));
    bench.scan("!CMD:UNDO").done("Undone: AT-000005 is in again");
    assert_eq!((bench.holder(CASE), bench.holder(DRILL)), (None, None));
    bench.verify();
}

#[test]
fn a_kit_that_comes_back_still_waits_for_done_when_a_job_is_named() {
    let mut bench = with_case(Bench::crib(), Some(DRILL));
    bench.all_good(&[ANA, CASE]);
    ask(&bench, CategoryPolicy::default());
    bench.all_good(&[CASE, SAW]);
    bench.scan("JOB-4711").good("Out to Ana with job 4711: AT-000004");
    assert_eq!((bench.holder(CASE).as_deref(), bench.view().cart.len()), (Some("Ana"), 1));
    bench.scan("!CMD:DONE");
    assert_eq!((bench.holder(CASE), bench.holder(SAW).as_deref()), (None, Some("Ana")));
    bench.verify();
}

#[test]
fn what_was_proven_and_what_was_released_stands_when_the_job_is_named() {
    let mut bench = Bench::crib();
    ask(&bench, CategoryPolicy { critical: true, ..CategoryPolicy::default() });
    bench.all_good(&[ANA, DRILL_2]);
    bench.scan("0088123456").asks("In the cart: Bosch GSR 18 out, due 17:00; scan the job");
    ask(&bench, CategoryPolicy::default());
    let held = Restrictions { on_hold: Some("lab".to_owned()), ..Restrictions::default() };
    bench.register(move |store, now| store.restrict(unit_id(SAW), &held, None, now));
    bench.scan(SAW);
    bench.scan(KAY);
    bench.scan("JOB-4711").no("Say why: OVERRIDE and the reason");
    bench.scan("!CMD:OVERRIDE urgent").asks("In the cart: Makita HS7601 out, due 17:00; scan the job");
    bench.scan("JOB-4711").good("Out to Ana with job 4711: AT-000002, AT-000004");
    let said = |tag: &str, word: &str| {
        let out = bench.ledger().into_iter().rfind(|it| it.unit == Some(unit_id(tag)) && it.holder.is_some());
        out.unwrap().body.unwrap().get(word).map(str::to_owned)
    };
    assert_eq!(said(DRILL_2, "second_proof").as_deref(), Some("serial"));
    assert_eq!(said(SAW, "released_by").as_deref(), Some("Kay"));
    bench.verify();
}
