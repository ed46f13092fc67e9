//! Kits: lent as one, brought back by exception.

use scanstation::domain::{CategoryPolicy, EventKind, IdentifierKind, UnitId};
use scanstation::store::NewUnit;

use crate::bench::{ANA, BROKEN, Bench, DRILL, DRILL_2, KAY, KIM, SAW, unit_id};

const KIT: &str = "AT-000005";

/// A crib in which unit 5 is a kit of the two drills and the saw.
fn with_kit(bench: Bench) -> Bench {
    bench.register(|store, now| {
        let drill = store.model_id("Bosch", "GSR 18")?.unwrap();
        store.add_unit(&NewUnit::new(drill).bearing(IdentifierKind::AssetTag, KIT), None, now)?;
        for part in [DRILL, DRILL_2, SAW] {
            store.set_kit(unit_id(part), Some(UnitId(5)), None, now)?;
        }
        Ok(())
    });
    bench
}

fn with(bench: &Bench, name: Option<&str>) -> Vec<&'static str> {
    let held = |tag: &&&'static str| bench.holder(tag).as_deref() == name;
    [KIT, DRILL, DRILL_2, SAW].iter().filter(held).copied().collect()
}

#[test]
fn the_code_of_a_kit_lends_all_its_parts_and_undo_takes_all_back() {
    let mut bench = with_kit(Bench::crib());
    bench.scan(ANA);
    bench.scan(KIT).good("Out to Ana: Bosch GSR 18, due 17:00; with 3 parts");
    assert_eq!(with(&bench, Some("Ana")), [KIT, DRILL, DRILL_2, SAW]);
    assert_eq!(bench.view().session.unwrap().held, 4);
    assert_eq!(bench.last(EventKind::CheckedOut).body.unwrap().get("kit"), Some("5"));
    bench.scan("!CMD:UNDO").done("Undone: AT-000005 is in again");
    assert_eq!((with(&bench, None).len(), bench.view().session.unwrap().held), (4, 0));
    bench.verify();
}

#[test]
fn a_kit_that_is_taken_out_of_the_cart_takes_missing_with_it() {
    let mut bench = with_kit(Bench::crib());
    bench.all_good(&[ANA, KIT, KIT, "!CMD:MISSING", SAW]);
    bench.scan("!CMD:UNDO").done("Taken out of the cart: AT-000005");
    bench.scan(KIT).good("Bosch GSR 18 with 3 parts: complete? DONE, or MISSING");
    assert_eq!(bench.view().prompt, "Complete? DONE, or MISSING and the part");
    bench.scan("!CMD:DONE").done("Done: 1 kit with 3 parts back in");
    bench.verify();
}

#[test]
fn a_critical_kit_that_a_second_badge_proves_takes_its_parts_along() {
    let mut bench = with_kit(Bench::crib());
    let critical = CategoryPolicy { critical: true, ..CategoryPolicy::default() };
    bench.register(move |store, now| store.set_category("power tool", &critical, None, now));
    bench.scan(ANA);
    bench.scan(KIT).asks("Second proof: PIN or another badge, 20 s");
    bench.scan(KIM).good("Out to Ana: Bosch GSR 18, due 17:00; with 3 parts");
    assert_eq!(with(&bench, Some("Ana")), [KIT, DRILL, DRILL_2, SAW]);
    bench.verify();
}

#[test]
fn a_part_that_somebody_else_has_or_that_may_not_go_out_is_said() {
    let mut bench = with_kit(Bench::crib());
    bench.register(|store, now| store.set_blocked(unit_id(SAW), Some("worn"), None, now));
    bench.all_good(&[KIM, DRILL, KIM, ANA]);
    bench
        .scan(KIT)
        .good("Out to Ana: Bosch GSR 18, due 17:00; with 1 part; NOT AT-000001 (with Kim), AT-000004 (blocked)");
    assert_eq!(with(&bench, Some("Ana")), [KIT, DRILL_2]);
    bench.verify();
}

#[test]
fn a_kit_comes_back_complete_by_done() {
    let mut bench = with_kit(Bench::crib());
    bench.all_good(&[ANA, KIT]);
    bench.scan(KIT).good("Bosch GSR 18 with 3 parts: complete? DONE, or MISSING");
    assert_eq!(with(&bench, Some("Ana")).len(), 4, "nobody has said yet that it is complete");
    let cart = bench.view().cart;
    let parts: Vec<&str> = cart[0].parts.iter().map(|it| it.label.as_str()).collect();
    assert_eq!((cart.len(), parts), (1, vec![DRILL, DRILL_2, SAW]));
    bench.scan("!CMD:DONE").done("Done: 1 kit with 3 parts back in");
    assert_eq!(with(&bench, None).len(), 4);
    bench.verify();
}

#[test]
fn a_kit_says_whose_it_was_and_to_whom_it_goes_while_it_lies_in_the_cart() {
    let mut bench = with_kit(Bench::crib());
    bench.all_good(&[ANA, KIT, ANA, KIM, "!CMD:IN"]);
    bench.scan(KIT).good("Bosch GSR 18 for Ana with 3 parts: complete? DONE, or MISSING");
    bench.scan("!CMD:DONE").done("Done: 1 kit with 3 parts back in");
    bench.verify();
    let mut bench = with_kit(Bench::desk());
    bench.scan(KAY);
    bench.scan(KIT).good("In the cart: Bosch GSR 18 out to Kay, due 17:00; with 3 parts");
}

#[test]
fn what_is_missing_stays_with_who_had_the_kit_and_is_named() {
    let mut bench = with_kit(Bench::crib());
    bench.all_good(&[ANA, KIT, KIT, "!CMD:MISSING"]);
    bench.scan(DRILL_2).good("Missing: AT-000002; it stays with Ana");
    bench.scan(BROKEN).no("Not a part of a kit that comes back");
    bench.scan("!CMD:DONE").done("Done: 1 kit with 2 parts back in; missing: AT-000002");
    assert_eq!(with(&bench, Some("Ana")), [DRILL_2]);
    let ledger = bench.ledger();
    let kit = ledger.iter().rfind(|it| it.kind == EventKind::CheckedIn && it.unit == Some(UnitId(5))).unwrap();
    assert_eq!(kit.body.as_ref().unwrap().get("missing"), Some("AT-000002"));
    bench.verify();
}

#[test]
fn a_part_scanned_alone_says_to_which_kit_it_belongs() {
    let mut bench = with_kit(Bench::crib());
    bench.scan(SAW).no("Badge first: Makita HS7601: in, LOC-A1 · Shelf A1; part of AT-000005");
    bench.scan(ANA);
    bench.scan(SAW).good("Out to Ana: Makita HS7601, due 17:00; part of AT-000005");
    bench.scan(SAW).good("Back in: Makita HS7601, put it in LOC-A1 · Shelf A1; part of AT-000005");
}

#[test]
fn a_kit_lies_in_the_cart_as_one_line_and_leaves_it_as_one() {
    let mut bench = with_kit(Bench::attended());
    bench.scan(ANA);
    bench.scan(KIT).good("In the cart: Bosch GSR 18 out, due 17:00; with 3 parts");
    bench.scan(SAW).already("Already in the cart");
    assert_eq!((bench.view().cart.len(), bench.view().cart[0].parts.len()), (1, 3));
    bench.scan("!CMD:UNDO").done("Taken out of the cart: AT-000005");
    assert_eq!(bench.view().cart.len(), 0);
    bench.scan(KIT);
    bench.scan("!CMD:CANCEL").done("Cart emptied: 1 kit with 3 parts not booked");
    bench.register(|store, now| {
        let saw = store.model_id("Makita", "HS7601")?.unwrap();
        store.add_unit(&NewUnit::new(saw).bearing(IdentifierKind::AssetTag, "AT-000060"), None, now).map(drop)
    });
    bench.all_good(&[KIT, "AT-000060"]);
    bench.scan("!CMD:DONE").done("Done: 1 and 1 kit with 3 parts out to Ana");
    assert_eq!(with(&bench, Some("Ana")).len(), 4);
    bench.verify();
}

#[test]
fn a_kit_left_in_the_cart_comes_back_with_its_parts_after_a_restart() {
    let mut bench = with_kit(Bench::crib());
    bench.all_good(&[ANA, KIT, KIT, "!CMD:MISSING", SAW]);
    bench.restart();
    bench.scan(ANA).good("Hello Ana: you have 4; 1 kit with 2 parts still in your cart: DONE or CANCEL");
    assert_eq!(bench.view().cart[0].parts.len(), 2);
    bench.scan("!CMD:DONE").done("Done: 1 kit with 2 parts back in; missing: AT-000004");
    assert_eq!(with(&bench, Some("Ana")), [SAW]);
    bench.verify();
}

#[test]
fn a_kit_is_handed_over_with_its_parts() {
    let mut bench = with_kit(Bench::crib());
    bench.all_good(&[ANA, KIT, "!CMD:HANDOVER", KIT]);
    bench.scan(KIM).done("Handed over: 1 kit with 3 parts to Kim");
    assert_eq!(with(&bench, Some("Kim")).len(), 4);
    bench.scan("!CMD:UNDO");
    assert_eq!(with(&bench, Some("Ana")).len(), 4, "taken back as one");
    bench.verify();
}

#[test]
fn the_record_of_a_kit_names_its_parts_and_that_of_a_part_its_kit() {
    let bench = with_kit(Bench::crib());
    let kit = bench.unit(KIT);
    let parts: Vec<Option<&str>> = kit.parts.iter().map(|it| it.tag.as_deref()).collect();
    assert_eq!((kit.kit, parts), (None, vec![Some(DRILL), Some(DRILL_2), Some(SAW)]));
    let saw = bench.unit(SAW);
    assert_eq!((saw.kit, saw.parts.len()), (Some((UnitId(5), KIT.to_owned())), 0));
}

#[test]
fn a_unit_that_cannot_be_a_part_is_told_which_rule_of_kits_it_breaks() {
    let bench = with_kit(Bench::crib());
    bench.register(|store, now| {
        let drill = store.model_id("Bosch", "GSR 18")?.unwrap();
        for tag in ["AT-000006", "AT-000007"] {
            store.add_unit(&NewUnit::new(drill).bearing(IdentifierKind::AssetTag, tag), None, now)?;
        }
        store.set_kit(UnitId(6), Some(UnitId(7)), None, now)
    });
    let refused = |unit: i64, kit: Option<i64>| {
        let refused = bench.work(move |store, now| {
            let head = store.head();
            let refused = store.within(|store| store.set_kit(UnitId(unit), kit.map(UnitId), None, now)).unwrap_err();
            assert_eq!(store.head(), head, "it leaves no event");
            refused
        });
        refused.to_string()
    };
    assert_eq!(refused(3, Some(3)), "AT-000003 is no part of itself; AT-000003 stays where it was");
    assert_eq!(
        refused(3, Some(1)),
        "AT-000001 is a part of the kit AT-000005 itself, and a part is no kit; name AT-000005; AT-000003 stays where it was"
    );
    assert_eq!(
        refused(5, Some(3)),
        "AT-000005 is a kit of 3 parts, and a kit is no part of another; take them out first; AT-000005 stays where it was"
    );
    assert_eq!(
        refused(7, Some(3)),
        "AT-000007 is a kit of one part, and a kit is no part of another; take it out first; AT-000007 stays where it was"
    );
    assert_eq!(refused(1, Some(5)), "AT-000001 is a part of the kit AT-000005 already; nothing changed");
    assert_eq!(refused(3, None), "AT-000003 is a part of no kit; nothing changed");
    bench.register(|store, now| {
        let drill = store.model_id("Bosch", "GSR 18")?.unwrap();
        for number in 0..97 {
            let mut part = NewUnit::new(drill).bearing(IdentifierKind::AssetTag, format!("AT-0001{number:02}"));
            part.kit = Some(UnitId(5));
            store.add_unit(&part, None, now)?;
        }
        Ok(())
    });
    assert_eq!(
        refused(3, Some(5)),
        "the kit AT-000005 is full: it has 100 parts, the most there may be; AT-000003 stays where it was"
    );
}
