//! Releasing what was refused: a supervisor's badge and a reason, once, with both persons in the ledger.

use std::time::Duration;

use scanstation::domain::{CategoryPolicy, EventKind, Restrictions, Role};
use scanstation::store::Instruction;

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KAY, KIM, LOU, OLD, holder_id, unit_id};

fn hold(bench: &Bench, tag: &str) {
    let unit = unit_id(tag);
    let to = Restrictions { on_hold: Some("for the lab".to_owned()), ..Restrictions::default() };
    bench.register(move |store, now| store.restrict(unit, &to, None, now));
}

fn train(bench: &Bench, policy: CategoryPolicy) {
    bench.register(move |store, now| store.set_category("power tool", &policy, None, now));
}

const HELD: &str = "On hold: for the lab; ask the keeper. Free: AT-000002, LOC-A1";

#[test]
fn a_supervisors_badge_and_a_reason_release_what_was_refused_once() {
    let mut bench = Bench::crib();
    hold(&bench, DRILL);
    bench.scan(ANA);
    bench.scan(DRILL).no(HELD);
    bench.scan(KAY).asks("Kay releases it: why? OVERRIDE and the reason");
    bench.scan("!CMD:OVERRIDE line 4 stands still").good("Out to Ana: Bosch GSR 18, due 17:00");
    let released = bench.last(EventKind::Overridden);
    let body = released.body.unwrap();
    assert_eq!((released.person, released.unit), (Some(holder_id(KAY)), Some(unit_id(DRILL))));
    assert_eq!(
        (body.get("cause"), body.get("reason"), body.get("released_for")),
        (Some("on-hold"), Some("line 4 stands still"), Some("Ana"))
    );
    let out = bench.last(EventKind::CheckedOut);
    assert_eq!((out.person, out.holder), (Some(holder_id(ANA)), Some(holder_id(ANA))));
    assert_eq!(out.body.unwrap().get("override"), Some("on-hold"));
    bench.scan(DRILL).good("Back in: Bosch GSR 18; keep it apart: for the lab");
    bench.scan(DRILL).no(HELD);
    bench.verify();
}

#[test]
fn the_reason_may_come_before_the_badge() {
    let mut bench = Bench::crib();
    hold(&bench, DRILL);
    bench.scan(ANA);
    bench.scan(DRILL).no(HELD);
    bench.scan("!CMD:OVERRIDE urgent").asks("OVERRIDE: now the badge of a keeper");
    bench.scan(KAY).good("Out to Ana: Bosch GSR 18, due 17:00");
    assert!(bench.view().session.is_some_and(|it| it.name == "Ana"));
    bench.verify();
}

#[test]
fn whose_badge_is_withdrawn_before_the_reason_was_said_releases_nothing() {
    let mut bench = Bench::crib();
    hold(&bench, DRILL);
    bench.scan(ANA);
    bench.scan(DRILL).no(HELD);
    bench.scan(KAY).asks("Kay releases it: why? OVERRIDE and the reason");
    let leaves = Instruction::Leave { person: KAY.to_owned(), back: false };
    bench.register(move |store, now| store.carry_out(&leaves, None, now).map(drop));
    bench.scan("!CMD:OVERRIDE urgent").no("Nothing to release: scan the tool first");
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn who_may_not_release_releases_nothing() {
    let mut bench = Bench::crib();
    hold(&bench, DRILL);
    bench.scan(ANA);
    bench.scan("!CMD:OVERRIDE urgent").no("Nothing to release: scan the tool first");
    bench.scan(DRILL).no(HELD);
    bench.scan("!CMD:OVERRIDE").no("Say why: OVERRIDE and the reason");
    bench.scan("!CMD:OVERRIDE urgent").asks("OVERRIDE: now the badge of a keeper");
    // Ana is still at the desk: a badge that releases nothing must not end her session, nor sound like a release.
    bench.scan(KIM).no("OVERRIDE needs a badge of the role keeper, not Kim's");
    bench.scan(OLD).no("This badge is no longer valid: ask the keeper");
    bench.scan("BDG-555").no("Unknown badge: ask the keeper");
    assert_eq!((bench.holder(DRILL), bench.view().session.unwrap().name.as_str()), (None, "Ana"));
    bench.scan(KAY).good("Out to Ana: Bosch GSR 18, due 17:00");
    bench.all_good(&[DRILL, ANA, KAY]);
    bench.scan(DRILL).no(HELD);
    bench.scan("!CMD:OVERRIDE I need it").asks("OVERRIDE: now the badge of a keeper");
    bench.scan(KAY).no("Goodbye Kay; the last scan was NOT booked");
    assert_eq!((bench.holder(DRILL), bench.last(EventKind::Overridden).body.unwrap().get("by")), (None, Some("Kay")));
    bench.verify();
}

#[test]
fn the_wrong_badge_does_not_lengthen_the_time_of_a_release_and_the_own_one_ends_the_session() {
    let mut bench = Bench::with(|it| it.session_idle = Duration::from_secs(600));
    hold(&bench, DRILL);
    bench.scan(ANA);
    bench.scan(DRILL).no(HELD);
    bench.scan("!CMD:OVERRIDE urgent").asks("OVERRIDE: now the badge of a keeper");
    bench.late(Duration::from_secs(20), KIM).no("OVERRIDE needs a badge of the role keeper, not Kim's");
    bench.late(Duration::from_secs(15), KIM).good("Hello Kim");
    bench.scan(DRILL).no(HELD);
    bench.scan("!CMD:OVERRIDE urgent").asks("OVERRIDE: now the badge of a keeper");
    bench.scan(KIM).no("Goodbye Kim; the last scan was NOT booked");
    bench.all_good(&[ANA, DRILL_2, ANA, KIM]);
    bench.scan(DRILL_2);
    bench.scan("!CMD:TAKE Ana is ill").asks("TAKE: now the badge of a keeper");
    bench.scan(LOU).no("TAKE needs a badge of the role keeper, not Lou's");
    bench.scan(KAY).good("From Ana to Kim: Bosch GSR 18");
    bench.verify();
}

#[test]
fn a_refusal_is_released_within_its_time_only() {
    let mut bench = Bench::with(|it| it.session_idle = Duration::from_secs(600));
    hold(&bench, DRILL);
    bench.scan(ANA);
    bench.scan(DRILL).no(HELD);
    bench.pass(Duration::from_secs(31));
    bench.scan(KAY).good("Hello Kay");
    bench.scan("!CMD:OVERRIDE urgent").no("Nothing to release: scan the tool first");
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn what_is_recalled_or_expired_is_released_by_nobody() {
    let mut bench = Bench::crib();
    let unit = unit_id(DRILL);
    let to = Restrictions { recalled: Some("battery fire".to_owned()), ..Restrictions::default() };
    bench.register(move |store, now| store.restrict(unit, &to, None, now));
    bench.scan(ANA);
    bench.scan(DRILL).no("Recalled: battery fire; give it to the keeper. Free: AT-000002, LOC-A1");
    bench.scan("!CMD:OVERRIDE urgent").no("Nothing to release: scan the tool first");
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn a_cause_behind_the_released_one_is_a_refusal_of_its_own() {
    let mut bench = Bench::crib();
    hold(&bench, DRILL);
    train(&bench, CategoryPolicy { training: Some("drills".to_owned()), ..CategoryPolicy::default() });
    bench.scan(ANA);
    bench.scan(DRILL).no(HELD);
    bench.scan("!CMD:OVERRIDE urgent");
    bench.scan(KAY).no("Training missing: drills; ask the keeper");
    assert_eq!(bench.last(EventKind::Refused).unit, Some(unit_id(DRILL)), "it stands in the story of the unit");
    assert_eq!(bench.holder(DRILL), None);
    bench.scan("!CMD:OVERRIDE shown to her");
    bench.scan(KAY).good("Out to Ana: Bosch GSR 18, due 17:00");
    assert_eq!(bench.last(EventKind::CheckedOut).body.unwrap().get("override"), Some("on-hold training-missing"));
    bench.verify();
}

#[test]
fn what_was_released_into_a_cart_is_booked_and_what_was_left_behind_is_looked_at_again() {
    let mut bench = Bench::attended();
    hold(&bench, DRILL);
    hold(&bench, DRILL_2);
    bench.scan(ANA);
    for drill in [DRILL, DRILL_2] {
        bench.scan(drill);
        bench.scan("!CMD:OVERRIDE urgent");
        bench.scan(KAY).good("In the cart: Bosch GSR 18 out, due 17:00");
    }
    bench.scan("!CMD:DONE").done("Done: 2 out to Ana");
    let out = bench.last(EventKind::CheckedOut).body.unwrap();
    assert_eq!((out.get("override"), out.get("released_by")), (Some("on-hold"), Some("Kay")));
    bench.all_good(&[ANA, "!CMD:IN", DRILL, "!CMD:DONE", ANA, "!CMD:OUT"]);
    bench.scan(DRILL);
    bench.scan("!CMD:OVERRIDE urgent");
    bench.scan(KAY);
    bench.pass(Duration::from_secs(40));
    bench.scan(ANA).good("Hello Ana: you have 1; 1 still in your cart: DONE or CANCEL");
    bench.scan("!CMD:DONE").no("Goodbye Ana; NOT booked: AT-000001 (on hold)");
    assert_eq!(bench.holder(DRILL), None);
    bench.verify();
}

#[test]
fn a_clerk_who_may_releases_for_the_borrower() {
    let mut bench = Bench::desk();
    hold(&bench, DRILL);
    bench.all_good(&[KAY, "!CMD:OUT", ANA]);
    bench.scan(DRILL).no(HELD);
    bench.scan("!CMD:OVERRIDE urgent").good("In the cart: Bosch GSR 18 out, due 17:00");
    bench.scan("!CMD:DONE").done("Done: 1 out to Ana");
    assert_eq!(bench.last(EventKind::Overridden).person, Some(holder_id(KAY)));
    bench.verify();
}

#[test]
fn the_place_says_who_releases_and_what_nobody_does() {
    let mut bench = Bench::with(|it| {
        it.release_role = Role::Admin;
        it.release_never = vec!["training-missing".to_owned()];
    });
    hold(&bench, DRILL);
    bench.scan(ANA);
    bench.scan(DRILL).no(HELD);
    assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("lifted_by"), Some("admin"));
    bench.scan(KAY).good("Hello Kay");
    train(&bench, CategoryPolicy { training: Some("drills".to_owned()), ..CategoryPolicy::default() });
    bench.scan(DRILL_2).no("Training missing: drills; ask the keeper");
    bench.scan("!CMD:OVERRIDE urgent").no("Nothing to release: scan the tool first");
}

#[test]
fn a_released_critical_unit_needs_no_third_person() {
    let mut bench = Bench::crib();
    hold(&bench, DRILL);
    train(&bench, CategoryPolicy { critical: true, ..CategoryPolicy::default() });
    bench.scan(ANA);
    bench.scan(DRILL).no(HELD);
    bench.scan("!CMD:OVERRIDE urgent");
    bench.scan(KAY).good("Out to Ana: Bosch GSR 18, due 17:00");
}

#[test]
fn what_is_scanned_between_a_supervisors_badge_and_the_reason_is_booked_to_nobody() {
    let mut bench = Bench::crib();
    hold(&bench, DRILL);
    bench.scan(ANA);
    bench.scan(DRILL).no(HELD);
    bench.scan(KAY).asks("Kay releases it: why? OVERRIDE and the reason");
    bench.scan(DRILL_2).no("Say why: OVERRIDE and the reason");
    assert_eq!(bench.holder(DRILL_2), None, "Kay may have come for herself, and Ana be gone");
    bench.scan("!CMD:OVERRIDE urgent").good("Out to Ana: Bosch GSR 18, due 17:00");
    bench.all_good(&[DRILL, KAY]);
    bench.scan(DRILL).no(HELD);
    bench.verify();
}

#[test]
fn a_supervisor_who_came_for_themselves_scans_the_badge_again() {
    let mut bench = Bench::crib();
    hold(&bench, DRILL);
    bench.scan(ANA);
    bench.scan(DRILL).no(HELD);
    bench.scan(KAY).asks("Kay releases it: why? OVERRIDE and the reason");
    bench.scan(DRILL_2).no("Say why: OVERRIDE and the reason");
    bench.scan(KAY).good("Hello Kay");
    bench.scan(DRILL_2).good("Out to Kay: Bosch GSR 18, due 17:00");
    bench.verify();
}
