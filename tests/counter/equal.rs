//! The nearest free equal that a refusal names: what would be refused itself, or lies in somebody's cart, is none.

use std::time::Duration;

use scanstation::domain::{EventKind, ModelId, Reservation, Restrictions, UnitState};
use scanstation::store::{Instruction, Reserved};

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KAY, KIM, SAW, holder_id, unit_id};

/// What a refusal of the first drill ends with.
fn free(bench: &mut Bench) -> String {
    let heard = bench.scan(DRILL).why();
    heard.split_once(". Free: ").map(|(_, free)| free.to_owned()).unwrap_or_default()
}

fn restrict(bench: &Bench, tag: &str, to: Restrictions) {
    let unit = unit_id(tag);
    bench.register(move |store, now| store.restrict(unit, &to, None, now));
}

fn refused(mut bench: Bench) -> Bench {
    restrict(&bench, DRILL, Restrictions { on_hold: Some("lab".to_owned()), ..Restrictions::default() });
    bench.scan(ANA);
    bench
}

#[test]
fn it_is_named_by_its_tag_its_model_if_that_is_another_and_its_place() {
    let mut bench = refused(Bench::crib());
    assert_eq!(free(&mut bench), "AT-000002, LOC-A1");
    bench.all_good(&[DRILL_2, KAY, "!CMD:MOVE", "LOC-A2", SAW, ANA]);
    assert_eq!(free(&mut bench), "AT-000004, Makita HS7601, LOC-A2");
}

#[test]
fn what_lies_in_an_open_cart_is_no_free_equal_on_any_lane() {
    let mut bench = refused(Bench::attended());
    bench.scan(DRILL_2).good("In the cart: Bosch GSR 18 out, due 17:00");
    assert_eq!(free(&mut bench), "AT-000004, Makita HS7601, LOC-A1");
    bench.lane("right").all_good(&[KIM, SAW]);
    bench.lane("left");
    assert_eq!(free(&mut bench), "");
    bench.lane("right").scan("!CMD:CANCEL");
    bench.lane("left");
    assert_eq!(free(&mut bench), "AT-000004, Makita HS7601, LOC-A1");
    bench.pass(Duration::from_secs(40));
    bench.scan(KAY);
    assert_eq!(free(&mut bench), "AT-000002, LOC-A1", "a cart that was left holds nothing back");
}

/// Each cause that the rules know of a unit, whoever takes it, is told to the look for an equal too.
#[test]
fn whatever_the_rules_refuse_is_no_free_equal() {
    let past = || Some("2026-03-09T08:00:00Z".parse().unwrap());
    let before_it_is_back = || Some("2026-03-10T12:00:00Z".parse().unwrap());
    let why = || Some("lab".to_owned());
    let of_unit = [
        ("recalled", Restrictions { recalled: why(), ..Restrictions::default() }),
        ("on-hold", Restrictions { on_hold: why(), ..Restrictions::default() }),
        ("expired", Restrictions { calibration_due: past(), ..Restrictions::default() }),
        ("expired", Restrictions { inspection_due: past(), ..Restrictions::default() }),
        ("due-soon", Restrictions { calibration_due: before_it_is_back(), ..Restrictions::default() }),
        ("due-soon", Restrictions { inspection_due: before_it_is_back(), ..Restrictions::default() }),
    ];
    for (cause, to) in of_unit {
        let mut bench = refused(Bench::crib());
        restrict(&bench, DRILL_2, to);
        assert_eq!(free(&mut bench), "AT-000004, Makita HS7601, LOC-A1", "{cause}");
        bench.scan(DRILL_2);
        assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("cause"), Some(cause));
    }
    let saw = "Makita HS7601".to_owned();
    let of_model = [
        ("recalled", Instruction::Recall { unit: None, model: Some(saw.clone()), why: why() }),
        ("on-hold", Instruction::Hold { unit: None, model: Some(saw), why: why() }),
    ];
    for (cause, instruction) in of_model {
        let mut bench = refused(Bench::crib());
        bench.scan(DRILL_2).good("Out to Ana: Bosch GSR 18, due 17:00");
        bench.register(move |store, now| store.carry_out(&instruction, None, now).map(drop));
        assert_eq!(free(&mut bench), "", "{cause}");
        bench.scan(SAW);
        assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("cause"), Some(cause));
    }
}

#[test]
fn what_is_reserved_for_another_is_no_free_equal_whether_as_a_unit_or_as_one_of_its_model() {
    let reserve = |bench: &Bench, what: Reserved| {
        let begins = bench.now().wall;
        let ends = begins + Duration::from_secs(3_600);
        let of_kim = Reservation { holder: holder_id(KIM), name: String::new(), begins, ends };
        bench.register(move |store, now| store.reserve(what, &of_kim, None, now).map(drop));
    };
    let mut bench = refused(Bench::crib());
    assert_eq!(bench.unit(DRILL_2).unit.state, UnitState::InService);
    reserve(&bench, Reserved::Model(ModelId(1)));
    assert_eq!(free(&mut bench), "AT-000002, LOC-A1", "two are in, one is reserved");
    bench.lane("right").all_good(&[KAY, "!CMD:LOST", DRILL]);
    bench.lane("left");
    assert_eq!(free(&mut bench), "AT-000004, Makita HS7601, LOC-A1", "the last one is Kim's");
    bench.scan(DRILL_2).no("Reserved for Kim from 08:00. Free: AT-000004, Makita HS7601, LOC-A1");
    reserve(&bench, Reserved::Unit(unit_id(SAW)));
    assert_eq!(free(&mut bench), "");
    let mut bench = refused(Bench::crib());
    bench.scan(DRILL_2);
    reserve(&bench, Reserved::Model(ModelId(2)));
    assert_eq!(free(&mut bench), "", "a saw was reserved");
}
