//! Two and more sides of one station: they never see each other, and a unit goes to one of them.

use std::time::Duration;

use scanstation::domain::{LaneId, Message, Transport};

use crate::bench::{ANA, Bench, DRILL, KAY, KIM, SAW, holder_id};

#[test]
fn two_lanes_never_cross() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA]);
    bench.lane("right").all_good(&[KIM, "!CMD:OUT"]);
    bench.lane("left").all_good(&[DRILL]);
    bench.lane("right").all_good(&[SAW, "!CMD:DONE"]);
    assert_eq!((bench.holder(DRILL).as_deref(), bench.holder(SAW).as_deref()), (Some("Ana"), Some("Kim")));
    assert!(bench.lane("left").view().session.is_some(), "DONE on one lane ended the other");
}

#[test]
fn of_four_who_take_one_unit_at_once_one_has_it() {
    let mut bench = Bench::crib();
    for (lane, badge) in [("a", ANA), ("b", KIM), ("c", "BDG-900"), ("d", "BDG-800")] {
        bench.register(move |store, now| {
            if badge != "BDG-800" {
                return Ok(());
            }
            let new = scanstation::store::NewHolder {
                name: "Deb".to_owned(),
                role: scanstation::domain::Role::Operator,
                badge: Some("800".to_owned()),
            };
            store.add_holder(&new, None, now).map(|_| ())
        });
        bench.lane(lane).all_good(&[badge, "!CMD:OUT"]);
    }
    let message = Message { bytes: DRILL.as_bytes().to_vec(), ..Message::default() };
    let waiting: Vec<_> = ["a", "b", "c", "d"]
        .map(|lane| bench.handle().scan(message.clone(), Transport::Http, LaneId::new(lane), None).unwrap())
        .into_iter()
        .collect();
    let mut answers: Vec<String> = waiting
        .into_iter()
        .map(|it| {
            let json = it.blocking_recv().unwrap().json;
            serde_json::from_str::<serde_json::Value>(&json).unwrap()["answer"].as_str().unwrap().to_owned()
        })
        .collect();
    answers.sort();
    assert_eq!(answers, ["good", "no", "no", "no"]);
    assert!(bench.holder(DRILL).is_some());
    bench.verify();
}

#[test]
fn silence_on_one_lane_leaves_the_other_alone() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA]);
    bench.pass(Duration::from_secs(20));
    bench.lane("right").all_good(&[KIM]);
    bench.pass(Duration::from_secs(15));
    assert!(bench.view().session.is_some());
    assert!(bench.lane("left").view().session.is_none());
    bench.scan(DRILL).no("Badge first: Bosch GSR 18: in, LOC-A1 · Shelf A1");
    assert_eq!(bench.holder(DRILL), None);
}

#[test]
fn lanes_that_clients_name_and_leave_are_forgotten_and_one_with_a_person_is_not() {
    let mut bench = Bench::with(|it| it.session_idle = Duration::from_secs(3_600));
    bench.lane("window").scan(ANA);
    for number in 0..200 {
        bench.lane(&format!("client-{number}")).scan(DRILL);
    }
    let view = bench.handle().view().borrow().clone();
    assert!(view.lanes.len() <= 65, "{} lanes are remembered", view.lanes.len());
    assert!(bench.lane("window").view().session.is_some());
    bench.verify();
}

#[test]
fn what_moves_at_another_lane_counts_at_once_where_its_person_stands() {
    let mut bench = Bench::crib();
    bench.register(|store, now| store.set_limit(holder_id(ANA), Some(1), None, now).map(drop));
    bench.lane("left").all_good(&[ANA, DRILL]);
    bench.scan(SAW).no("Limit reached: Ana may have 1");
    let held = |bench: &Bench| bench.view().session.unwrap().held;
    assert_eq!(held(&bench), 1);
    bench.lane("right").all_good(&[KIM, "!CMD:IN", DRILL]);
    assert_eq!(held(bench.lane("left")), 0);
    bench.scan(SAW).good("Out to Ana: Makita HS7601, due 17:00");
    bench.lane("right").all_good(&["!CMD:UNDO"]);
    assert_eq!(held(bench.lane("left")), 2);
    bench.verify();
}

#[test]
fn a_borrowers_limit_counts_what_moved_at_another_lane() {
    let mut bench = Bench::desk();
    bench.register(|store, now| store.set_limit(holder_id(ANA), Some(1), None, now).map(drop));
    bench.all_good(&[KAY, "!CMD:OUT", ANA, DRILL, "!CMD:DONE", "!CMD:OUT", ANA]);
    bench.scan(SAW).no("Limit reached: Ana may have 1");
    bench.lane("right").all_good(&[KIM, "!CMD:IN", DRILL, "!CMD:DONE"]);
    bench.lane("left").scan(SAW).good("In the cart: Makita HS7601 out, due 17:00");
    bench.verify();
}
