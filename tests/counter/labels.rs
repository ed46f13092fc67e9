//! PAIR, RELABEL, NOTAG, TAGLOST, BADLABEL: labels and plates, never the thing itself.

use std::time::Duration;

use scanstation::domain::{Ended, EventKind, IdentifierKind, LabelReason, Role, Sight, Transport};
use scanstation::store::NewUnit;

use crate::bench::{ANA, Bench, DRILL, DRILL_2, KAY, SAW, holder_id, unit_id};

const NEW: &str = "AT-000050";
const IMEI: &str = "490154203237518";
const IMEI_2: &str = "490154203237526";

/// A crib with a fifth unit that bears a serial number alone, and a sixth that bears a tag alone.
fn bench() -> Bench {
    let bench = Bench::crib();
    bench.register(|store, now| {
        let drill = store.model_id("Bosch", "GSR 18")?.unwrap();
        store.add_unit(&NewUnit::new(drill).bearing(IdentifierKind::SerialNumber, "SN90005"), None, now)?;
        store.add_unit(&NewUnit::new(drill).bearing(IdentifierKind::AssetTag, "AT-000060"), None, now)?;
        Ok(())
    });
    bench
}

/// The live tag and serial number of a unit, and the reasons of those that ended.
fn borne(bench: &Bench, unit: i64) -> (Option<String>, Option<String>, Vec<Ended>) {
    let unit = scanstation::domain::UnitId(unit);
    let story = bench.reader().unit(unit, 50, Sight::of(Some(Role::Admin))).unwrap().unwrap();
    (story.unit.tag, story.unit.serial_number, story.identifiers.iter().filter_map(|it| it.ended).collect())
}

fn queue(bench: &Bench) -> Vec<(i64, LabelReason, Option<String>)> {
    bench.reader().label_queue(50).unwrap().into_iter().map(|it| (it.unit.0, it.reason, it.tag)).collect()
}

#[test]
fn a_new_tag_and_a_known_plate_are_shown_and_bound_by_done() {
    let mut bench = bench();
    bench.all_good(&[KAY, "!CMD:PAIR"]);
    bench.scan(NEW).good("A new tag: now the serial plate");
    bench.scan("SN90005").good("AT-000050 with SN90005, Bosch GSR 18: DONE binds them");
    assert_eq!(borne(&bench, 5).0, None, "nothing is bound before DONE");
    assert_eq!(bench.view().prompt, "DONE binds them, CANCEL does not");
    bench.scan("!CMD:DONE").done("Paired: AT-000050 with SN90005, Bosch GSR 18");
    assert_eq!(borne(&bench, 5), (Some(NEW.to_owned()), Some("SN90005".to_owned()), vec![]));
    let event = bench.last(EventKind::IdentifierBound);
    let body = event.body.unwrap();
    assert_eq!(
        (event.person, body.get("tag"), body.get("stage"), body.get("mapping")),
        (Some(holder_id(KAY)), Some(NEW), Some("pair"), Some("whole"))
    );
    assert!(bench.view().session.is_some(), "the next pair follows");
    bench.all_good(&["!CMD:AUTO", NEW]);
    bench.verify();
}

#[test]
fn a_known_tag_and_a_new_plate_are_bound_and_undo_takes_it_back() {
    let mut bench = bench();
    bench.all_good(&[KAY, "!CMD:PAIR"]);
    bench.scan("AT-000060").good("Bosch GSR 18: now its serial plate");
    bench.scan("SN90006").good("AT-000060 with SN90006, Bosch GSR 18: DONE binds them");
    bench.scan("!CMD:DONE").done("Paired: AT-000060 with SN90006, Bosch GSR 18");
    assert_eq!(borne(&bench, 6).1.as_deref(), Some("SN90006"));
    bench.scan("!CMD:UNDO").done("Undone: the labels of Bosch GSR 18 are as before");
    assert_eq!(borne(&bench, 6), (Some("AT-000060".to_owned()), None, vec![Ended::Corrected]));
    assert!(bench.last(EventKind::Corrected).corrects.is_some());
    bench.scan("!CMD:UNDO").no("Nothing to undo");
    bench.verify();
}

#[test]
fn what_belongs_together_is_said_and_stored_as_verified() {
    let mut bench = bench();
    bench.all_good(&[KAY, "!CMD:PAIR", DRILL_2]);
    bench.scan("0088123456").already("Paired already, and right: Bosch GSR 18");
    assert_eq!(bench.last(EventKind::Observed).body.unwrap().get("mapping"), Some("verified"));
}

#[test]
fn half_a_pair_binds_nothing() {
    let mut bench = bench();
    bench.all_good(&[KAY, "!CMD:PAIR", NEW]);
    bench.scan("!CMD:DONE").no("Nothing bound: scan the other one too, or CANCEL");
    bench.scan("SN90777").no("Neither is known: enter the unit first");
    bench.scan("!CMD:CANCEL").done("Nothing bound");
    bench.scan("!CMD:DONE").done("Goodbye Kay");
    bench.all_good(&[KAY, "!CMD:PAIR"]);
    bench.scan(DRILL).good("Bosch GSR 18: now its serial plate");
    bench.scan(NEW).no("It bears AT-000001: RELABEL replaces it");
    bench.scan("!CMD:CANCEL").done("Nothing bound");
    assert!(bench.kinds().iter().all(|it| *it != EventKind::IdentifierBound));
}

#[test]
fn a_model_and_an_imei_are_no_serial_numbers() {
    let mut bench = bench();
    bench.all_good(&[KAY, "!CMD:PAIR", "AT-000060"]);
    assert!(bench.scan("DRILL-18").why().starts_with("Names a product, not a piece"));
    bench.scan(IMEI).good("That is the IMEI: DONE binds it; now the serial number");
    bench.scan("SN90006").good("AT-000060 with SN90006, Bosch GSR 18 + IMEI: DONE binds them");
    assert!(bench.kinds().iter().all(|it| *it != EventKind::IdentifierBound), "nothing is bound before DONE");
    bench.scan("!CMD:DONE").done("Paired: AT-000060 with SN90006, Bosch GSR 18 + IMEI");
    let body = bench.last(EventKind::IdentifierBound).body.unwrap();
    let said = ["serial_number", "identifier", "mapping"].map(|it| body.get(it).map(str::to_owned));
    assert_eq!(said, ["SN90006", "imei 490154203237518", "whole"].map(|it| Some(it.to_owned())));
    bench.all_good(&["!CMD:AUTO"]);
    bench.scan(IMEI).good("Out to Kay: Bosch GSR 18, due 17:00");
    bench.verify();
}

#[test]
fn an_imei_that_waits_in_a_pair_is_on_nothing_after_cancel_another_mode_or_silence() {
    for end in ["!CMD:CANCEL", "!CMD:AUTO", ""] {
        let mut bench = bench();
        bench.all_good(&[KAY, "!CMD:PAIR", "AT-000060", IMEI]);
        match end {
            "" => {
                bench.pass(Duration::from_secs(200));
                assert_eq!(bench.view().notice.unwrap().why, "Kay left: the last scan was NOT booked");
            }
            "!CMD:CANCEL" => _ = bench.scan(end).done("Nothing bound"),
            card => _ = bench.scan(card).good("Auto: scan tools; the last scan was NOT booked"),
        }
        assert!(bench.kinds().iter().all(|it| *it != EventKind::IdentifierBound), "{end}");
        bench.all_good(if end.is_empty() { &[KAY] } else { &["!CMD:AUTO"] });
        bench.scan(IMEI).no("Unknown code: parked for the keeper");
        bench.verify();
    }
}

#[test]
fn done_binds_an_imei_alone_and_two_at_most() {
    let mut bench = bench();
    bench.all_good(&[KAY, "!CMD:PAIR", DRILL_2]);
    bench.scan(IMEI).good("That is the IMEI: DONE binds it");
    assert_eq!(bench.view().prompt, "DONE binds them, CANCEL does not");
    bench.scan(IMEI_2).good("That is the IMEI: DONE binds it");
    bench.scan("356938035643809").no("2 IMEIs wait already: DONE or CANCEL");
    bench.scan("0088123456").already("Paired already, and right: Bosch GSR 18; DONE binds the IMEI");
    bench.scan("!CMD:DONE").done("Bound: Bosch GSR 18 + 2 IMEIs");
    let body = bench.last(EventKind::IdentifierBound).body.unwrap();
    assert_eq!(body.get("identifier"), Some("imei 490154203237518, imei 490154203237526"));
    bench.verify();
    bench.scan("!CMD:UNDO").done("Undone: the labels of Bosch GSR 18 are as before");
    bench.scan("!CMD:AUTO");
    for imei in [IMEI, IMEI_2] {
        bench.scan(imei).no("Unknown code: parked for the keeper");
    }
    bench.verify();
}

#[test]
fn undo_of_an_imei_says_that_it_was_one() {
    let mut bench = bench();
    bench.all_good(&[KAY, "!CMD:PAIR", "AT-000060", IMEI]);
    bench.scan("!CMD:DONE").done("Bound: Bosch GSR 18 + IMEI");
    assert_eq!(bench.last(EventKind::IdentifierBound).body.unwrap().get("mapping"), Some("tag-only"));
    bench.scan("!CMD:UNDO").done("Undone: the labels of Bosch GSR 18 are as before");
    let body = bench.last(EventKind::Corrected).body.unwrap();
    assert_eq!((body.get("identifier"), body.get("serial_number")), (Some("imei 490154203237518"), None));
    bench.verify();
}

#[test]
fn the_same_number_of_another_maker_is_another_number() {
    let mut bench = Bench::crib();
    bench.register(|store, now| {
        let saw = store.model_id("Makita", "HS7601")?.unwrap();
        store.add_unit(&NewUnit::new(saw).bearing(IdentifierKind::AssetTag, "AT-000060"), None, now).map(drop)
    });
    bench.all_good(&[KAY, "!CMD:PAIR", "AT-000060"]);
    bench.scan("0088123456").good("AT-000060 with 0088123456, Makita HS7601: DONE binds them");
    bench.all_good(&["!CMD:DONE"]);
    assert_eq!(borne(&bench, 5).1.as_deref(), Some("0088123456"));
}

#[test]
fn relabelling_ends_the_old_tag_which_is_said_when_it_is_seen_and_never_issued_again() {
    let mut bench = bench();
    bench.all_good(&[KAY, "!CMD:RELABEL"]);
    bench.scan(DRILL).good("Bosch GSR 18: now the new tag");
    bench.scan(NEW).good("AT-000050 with SN77001, Bosch GSR 18: DONE binds them");
    bench.scan("!CMD:DONE").done("Relabelled: AT-000050 instead of AT-000001, Bosch GSR 18");
    assert_eq!(bench.last(EventKind::IdentifierEnded).body.unwrap().get("why"), Some("superseded"));
    bench.scan("!CMD:AUTO");
    bench.scan(DRILL).no("This tag was superseded; the unit now bears AT-000050");
    assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("cause"), Some("ended-tag"));
    bench.all_good(&["!CMD:PAIR", "SN90005"]);
    bench.scan(DRILL).no("This tag was superseded; the unit now bears AT-000050");
    let bound = bench.work(|store, now| {
        let tag = scanstation::store::NewIdentifier::new(IdentifierKind::AssetTag, DRILL);
        store.within(|store| store.bind(scanstation::domain::UnitId(5), &tag, None, now)).unwrap_err().to_string()
    });
    assert!(bound.contains("never issued again"), "{bound}");
    bench.verify();
}

#[test]
fn undo_of_a_new_label_makes_the_old_one_valid_again() {
    let mut bench = bench();
    bench.all_good(&[KAY, "!CMD:RELABEL", DRILL_2, NEW, "!CMD:DONE", "!CMD:UNDO"]);
    assert_eq!(borne(&bench, 2).0.as_deref(), Some(DRILL_2));
    bench.scan("!CMD:AUTO");
    bench.scan(DRILL_2).good("Out to Kay: Bosch GSR 18, due 17:00");
    bench.scan(NEW).no("Unknown code: parked for the keeper");
    bench.verify();
}

#[test]
fn a_unit_without_a_readable_tag_is_put_on_the_list_of_labels() {
    let mut bench = bench();
    bench.all_good(&[KAY, "!CMD:NOTAG"]);
    bench.scan("0088123456").good("Label to be printed again: AT-000002, Bosch GSR 18");
    bench.scan("SN90005").good("New label to be printed: Bosch GSR 18");
    bench.scan(DRILL).no("Its tag reads: BADLABEL if it reads badly");
    bench.scan("SN00000").no("Unknown code: parked for the keeper");
    assert_eq!(queue(&bench), [(2, LabelReason::Missing, Some(DRILL_2.to_owned())), (5, LabelReason::Missing, None)]);
    bench.scan("!CMD:UNDO").done("Undone: the labels of Bosch GSR 18 are as before");
    assert_eq!(queue(&bench).len(), 1);
    bench.all_good(&["!CMD:RELABEL", "0088123456", NEW, "!CMD:DONE"]);
    assert_eq!(queue(&bench), [], "a new label settles it");
    bench.verify();
}

#[test]
fn a_lost_and_a_bad_label_concern_the_label_and_not_the_thing() {
    let mut bench = bench();
    bench.all_good(&[ANA, DRILL_2, "!CMD:BADLABEL", DRILL, "!CMD:TAGLOST", "0088123456"]);
    let expected = [(1, LabelReason::Bad, Some(DRILL.to_owned())), (2, LabelReason::Lost, None)];
    assert_eq!((queue(&bench).as_slice(), borne(&bench, 2).0), (expected.as_slice(), None));
    assert_eq!(bench.unit(DRILL_2).unit.holder.as_deref(), Some("Ana"));
    bench.scan("!CMD:UNDO").done("Undone: the labels of Bosch GSR 18 are as before");
    assert_eq!((queue(&bench).len(), borne(&bench, 2).0.as_deref()), (1, Some(DRILL_2)));
    bench.work(|store, now| store.within(|store| store.settle_label(unit_id(DRILL), "printed", None, now))).unwrap();
    assert_eq!(queue(&bench), []);
    bench.verify();
}

#[test]
fn what_is_typed_counts_when_it_is_typed_twice() {
    let mut bench = bench();
    bench.by(Transport::Page).all_good(&[KAY, "!CMD:NOTAG"]);
    bench.scan("0088123456").already("Typed: enter it once more");
    bench.scan("0088123457").no("The two entries differ: enter it again");
    bench.scan("0088123456").already("Typed: enter it once more");
    bench.at_once();
    bench.scan("0088123456").good("Label to be printed again: AT-000002, Bosch GSR 18");
}

#[test]
fn a_tag_whose_check_character_holds_is_typed_once() {
    let mut bench = bench();
    let tag = scanstation::domain::AssetTag::generate("AT-", 7_000).unwrap().to_string();
    bench.by(Transport::Page).all_good(&[KAY, "!CMD:PAIR"]);
    bench.scan(&tag).good("A new tag: now the serial plate");
}

#[test]
fn another_lane_that_was_quicker_is_a_refusal() {
    let mut bench = bench();
    bench.lane("left").all_good(&[KAY, "!CMD:PAIR", "SN90005", NEW]);
    bench.lane("right").all_good(&[KAY, "!CMD:RELABEL", SAW, NEW, "!CMD:DONE"]);
    let heard = bench.lane("left").scan("!CMD:DONE");
    assert!(heard.why().starts_with("Not bound: "), "{}", heard.why());
    assert_eq!(borne(&bench, 5).0, None);
    bench.verify();
}

#[test]
fn a_number_that_another_maker_has_too_shows_and_keeps_the_unit_of_the_pair() {
    let mut bench = bench();
    bench.register(|store, now| {
        let saw = store.model_id("Makita", "HS7601")?.unwrap();
        store.add_unit(&NewUnit::new(saw).bearing(IdentifierKind::SerialNumber, "SN90011"), None, now).map(drop)
    });
    bench.all_good(&[KAY, "!CMD:PAIR", "AT-000060"]);
    bench.scan("SN90011").good("AT-000060 with SN90011, Bosch GSR 18: DONE binds them");
    assert_eq!(bench.last(EventKind::Observed).unit, Some(scanstation::domain::UnitId(6)));
}

#[test]
fn the_new_label_is_verified_by_its_scan_and_off_the_list() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, DRILL]);
    bench.scan("!CMD:PRINT").good("Label to be printed again: AT-000001, Bosch GSR 18. Scan the new label");
    bench.scan(DRILL).done("Label verified: AT-000001, Bosch GSR 18");
    assert_eq!(queue(&bench), []);
    assert_eq!(bench.last(EventKind::LabelSettled).body.unwrap().get("why"), Some("verified"));
    bench.scan(DRILL).already("Already in the cart"); // The question was asked once.
    bench.verify();
}

#[test]
fn a_wrong_label_says_no_and_the_right_one_is_still_waited_for() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, DRILL, "!CMD:PRINT"]);
    for wrong in [SAW, "AT-000077"] {
        bench.scan(wrong).no("Not the new label of AT-000001: look again");
        assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("cause"), Some("wrong-label"));
    }
    assert_eq!(queue(&bench).len(), 1);
    assert_eq!(bench.view().cart.len(), 1, "nothing else was taken for what it says");
    bench.scan(DRILL).done("Label verified: AT-000001, Bosch GSR 18");
    assert_eq!(queue(&bench), []);
}

#[test]
fn a_card_that_was_read_twice_leaves_the_question_for_the_label_open() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, DRILL, "!CMD:PRINT"]);
    bench.at_once().scan("!CMD:PRINT").already("Read twice: counted once");
    bench.scan(DRILL).done("Label verified: AT-000001, Bosch GSR 18");
    assert_eq!(bench.view().cart.len(), 1, "the label's scan moves nothing");
}

#[test]
fn silence_and_anything_else_leave_a_label_unverified_on_the_list() {
    let mut bench = Bench::desk();
    bench.all_good(&[KAY, DRILL, "!CMD:PRINT"]);
    bench.pass(Duration::from_secs(61));
    bench.scan(SAW).good("In the cart: Makita HS7601 out to Kay, due 17:00");
    bench.scan("!CMD:PRINT");
    bench.scan("!CMD:DUE 3");
    bench.scan(DRILL_2).good("In the cart: Bosch GSR 18 out to Kay, due Fri 17:00");
    assert_eq!(queue(&bench).len(), 2);
    let told = bench.scan("!CMD:SHIFT").why();
    assert!(told.contains("2 to print"), "{told}");
    bench.verify();
}

#[test]
fn a_unit_without_a_tag_has_no_label_that_could_be_verified() {
    let mut bench = bench();
    bench.all_good(&[KAY, "SN90005"]);
    bench.scan("!CMD:PRINT").good("New label to be printed: Bosch GSR 18");
    bench.scan("AT-000060").good("Out to Kay: Bosch GSR 18, due 17:00");
}

#[test]
fn a_tag_is_one_with_its_check_character_and_without_it() {
    let mut bench = bench();
    bench.scan(ANA);
    bench.scan("AT-000060E").good("Out to Ana: Bosch GSR 18, due 17:00");
    bench.all_good(&[KAY, "!CMD:RELABEL", "SN90005", "AT-000051G"]);
    bench.scan("!CMD:DONE").done("Paired: AT-000051G with SN90005, Bosch GSR 18");
    assert_eq!(borne(&bench, 5).0.as_deref(), Some("AT-000051G"), "as it was written");
    bench.all_good(&["!CMD:AUTO", "AT-000051"]);
    bench.all_good(&["!CMD:RELABEL", "SN90005", "AT-000052"]);
    bench.scan("!CMD:DONE").done("Relabelled: AT-000052 instead of AT-000051G, Bosch GSR 18");
    bench.scan("AT-000051").no("This tag was superseded; the unit now bears AT-000052");
    bench.verify();
}
