//! Badges and sessions: who is at the desk, until when, and what is shown to whom.

use std::time::Duration;

use scanstation::domain::EventKind;

use crate::bench::{ANA, Bench, DRILL, KAY, KIM, LOU, OLD, SAW};

#[test]
fn a_code_of_ours_from_a_symbol_in_which_we_print_none_counts_and_is_told() {
    const END: &str = "; read from Code39, in which this class is not printed here";
    let mut bench = Bench::crib();
    let code_39 = |code: &str| format!("]A0{code}");
    bench.scan(&code_39(KIM)).good("Hello Kim"); // Badges are printed in it.
    assert_eq!(bench.last(EventKind::SessionOpened).body.unwrap().get("symbology"), None);
    bench.scan(&code_39(DRILL)).good(&format!("Out to Kim: Bosch GSR 18, due 17:00{END}"));
    assert_eq!(bench.last(EventKind::CheckedOut).body.unwrap().get("symbology"), Some("Code39"));
    bench.scan(&code_39("!CMD:NONSENSE")).no(&format!("No such card here: NONSENSE{END}"));
    assert_eq!(bench.last(EventKind::Refused).body.unwrap().get("symbology"), Some("Code39"));
    bench.scan(&format!("]Q0{SAW}")).good("Out to Kim: Makita HS7601, due 17:00");
    assert_eq!(bench.last(EventKind::CheckedOut).body.unwrap().get("symbology"), None);
    bench.verify();
}

#[test]
fn anybody_may_look_a_unit_up_and_its_serial_number_stays_masked() {
    let mut bench = Bench::desk();
    let heard = bench.scan(DRILL);
    heard.good("Bosch GSR 18: in, LOC-A1 · Shelf A1");
    assert_eq!(heard.value()["unit"]["serial_number"], "•••••01");
    assert!(!heard.json.contains("SN77001"), "{}", heard.json);
    assert_eq!(bench.kinds(), [EventKind::Observed]);
}

#[test]
fn a_badge_opens_a_session_and_unmasks_by_role() {
    let mut bench = Bench::crib();
    bench.scan(ANA).good("Hello Ana");
    let heard = bench.scan(DRILL);
    assert_eq!(heard.value()["unit"]["serial_number"], "SN77001");
    assert_eq!(bench.view().session.map(|it| it.name).as_deref(), Some("Ana"));
}

#[test]
fn the_greeting_tells_what_the_person_has_overdue_first() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, ANA]);
    bench.scan(ANA).good("Hello Ana: you have 1");
    bench.scan(ANA);
    bench.pass(Duration::from_secs(24 * 3600));
    bench.scan(ANA).good("Hello Ana: 1 overdue, you have 1");
}

#[test]
fn a_badge_that_nobody_bears_opens_nothing() {
    let mut bench = Bench::crib();
    bench.scan("BDG-555").no("Unknown badge: ask the keeper");
    assert_eq!(bench.view().session, None);
}

#[test]
fn the_badge_of_somebody_who_left_opens_nothing() {
    let mut bench = Bench::crib();
    bench.scan(OLD).no("This badge is no longer valid: ask the keeper");
    assert_eq!(bench.view().session, None);
}

#[test]
fn who_may_only_look_moves_nothing_and_sees_no_serial_number() {
    let mut bench = Bench::crib();
    bench.scan(LOU).good("Hello Lou");
    let heard = bench.scan(DRILL);
    heard.no("May look, not move: Bosch GSR 18: in, LOC-A1 · Shelf A1");
    assert_eq!(heard.value()["unit"]["serial_number"], "•••••01");
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn the_own_badge_again_ends_the_session() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.scan(ANA).done("Goodbye Ana");
    assert_eq!(bench.view().session, None);
    assert_eq!(bench.kinds(), [EventKind::SessionOpened, EventKind::SessionClosed]);
}

#[test]
fn another_badge_takes_over_a_lane_with_nothing_open() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.scan(KIM).good("Hello Kim");
    assert_eq!(bench.kinds(), [EventKind::SessionOpened, EventKind::SessionClosed, EventKind::SessionOpened]);
    bench.scan(DRILL);
    assert_eq!(bench.holder(DRILL).as_deref(), Some("Kim"));
}

#[test]
fn silence_ends_a_session_and_the_next_scan_acts_for_nobody() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    bench.pass(Duration::from_secs(31));
    assert_eq!(bench.view().session, None);
    assert_eq!(bench.view().notice.map(|it| it.why).as_deref(), Some("Ana: session ended"));
    bench.scan(DRILL).no("Badge first: Bosch GSR 18: in, LOC-A1 · Shelf A1");
    assert_eq!(bench.last(EventKind::SessionClosed).body.unwrap().get("cause"), Some("idle"));
}

#[test]
fn each_scan_renews_the_session() {
    let mut bench = Bench::crib();
    bench.scan(KAY);
    for _ in 0..4 {
        bench.pass(Duration::from_secs(20));
        bench.scan("!CMD:HELP");
    }
    assert!(bench.view().session.is_some());
}

#[test]
fn a_scan_that_overtakes_the_end_of_a_silent_session_does_not_act_for_who_left() {
    let mut bench = Bench::crib();
    bench.scan(ANA);
    // No time is given to the station between the silence and the scan: it has to notice by itself.
    bench.late(Duration::from_secs(40), DRILL).no("Badge first: Bosch GSR 18: in, LOC-A1 · Shelf A1");
    assert_eq!(bench.holder(DRILL), None);
    assert_eq!(bench.kinds(), [EventKind::SessionOpened, EventKind::SessionClosed, EventKind::Refused]);
    bench.verify();
}

#[test]
fn a_mode_that_one_person_chose_does_not_act_under_the_name_of_the_next() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:OUT", KIM]);
    assert_eq!((bench.view().mode.as_str(), bench.view().session.unwrap().name.as_str()), ("auto", "Kim"));
}

#[test]
fn a_badge_or_a_card_with_swapped_letters_is_refused_and_never_set_aside() {
    const CAPS: &str = "Not read: caps lock on, or the keyboard's layout? Scan again";
    let mut bench = Bench::crib();
    for code in ["bdg-100", "Bdg-100", "BDG/100", "BDGß100", "!cmd:out", "!CMD>OUT"] {
        bench.scan(code).no(CAPS);
    }
    assert_eq!(bench.view().session, None);
    bench.all_good(&[KAY, "!CMD:PAIR", DRILL]);
    bench.scan("bdg-100").no(CAPS);
    assert!(bench.reader().shift(true, bench.now()).unwrap().codes_parked.is_empty());
    assert!(!bench.kinds().contains(&EventKind::Parked));
    bench.verify();
}
