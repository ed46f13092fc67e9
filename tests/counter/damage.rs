//! Damage: a still bound by its hash, and the quarantine bin that finishes it.

use std::os::unix::fs::PermissionsExt as _;

use scanstation::domain::EventKind;
use scanstation::store::{Checks, keep_still, verify};

use crate::bench::{ANA, Bench, DRILL, SAW};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\nthe broken chuck";

fn keep(bench: &Bench, bytes: &[u8]) -> String {
    keep_still(bench.path(), bytes).unwrap().still
}

fn sentences(bench: &Bench) -> Vec<String> {
    verify(bench.path(), Checks::ALL, |_| std::ops::ControlFlow::Continue(())).unwrap().sentences
}

#[test]
fn a_still_shows_the_damage_and_the_bin_finishes_it() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, DRILL, "!CMD:DAMAGED"]);
    bench.scan(DRILL).good("Damaged: Bosch GSR 18; show the damage, then scan the quarantine bin");
    let still = keep(&bench, PICTURE);
    bench.scan(&format!("!CMD:STILL {still}")).good("Picture kept for AT-000001");
    let (damage, bound) = (bench.last(EventKind::CheckedIn), bench.last(EventKind::StillBound));
    let body = bound.body.unwrap();
    assert_eq!((body.get("still"), body.get("of")), (Some(still.as_str()), Some(damage.id.seq.0.to_string().as_str())));
    bench.scan(SAW).no("Scan the bin first");
    bench.scan("LOC-Q1").done("AT-000001 is in LOC-Q1 · Quarantine bin");
    assert_eq!(bench.view().mode, "auto");
    assert_eq!(bench.unit(DRILL).unit.location.as_deref(), Some("Quarantine bin"));
    bench.verify();
}

#[test]
fn a_still_may_come_before_the_damaged_unit() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:DAMAGED"]);
    let still = keep(&bench, PICTURE);
    bench.scan(&format!("!CMD:STILL {still}")).good("Picture kept: now scan what is damaged");
    bench.scan(DRILL).good("Damaged: Bosch GSR 18; now scan the quarantine bin");
    assert_eq!(bench.last(EventKind::StateChanged).body.unwrap().get("still"), Some(still.as_str()));
    bench.verify();
}

#[test]
fn verify_names_a_still_that_is_missing_or_was_changed() {
    let mut bench = Bench::crib();
    bench.all_good(&[ANA, "!CMD:DAMAGED", DRILL]);
    let still = keep(&bench, PICTURE);
    bench.scan(&format!("!CMD:STILL {still}"));
    let seq = bench.last(EventKind::StillBound).id.seq.0;
    let path = bench.path().join("stills").join(&still);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::write(&path, b"another").unwrap();
    assert_eq!(sentences(&bench), [format!("The still {still} of event {seq} was changed.")]);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(sentences(&bench), [format!("The still {still} of event {seq} is missing.")]);
}

#[test]
fn a_still_that_is_not_there_or_shows_nothing_is_refused() {
    let mut bench = Bench::crib();
    let still = keep(&bench, PICTURE);
    bench.scan(&format!("!CMD:STILL {still}")).no("Badge first");
    bench.scan(ANA);
    bench.scan(&format!("!CMD:STILL {still}")).no("Damage or unknown code first, then the picture");
    bench.scan("!CMD:DAMAGED");
    bench.scan("!CMD:STILL ../../station.key").no("This picture was not kept: show it again");
    assert!(keep_still(bench.path(), b"GIF89a").is_err());
    assert!(keep_still(bench.path(), &[&b"\xff\xd8\xff"[..], &vec![0; 8 * 1024 * 1024]].concat()).is_err());
    assert!(!bench.kinds().contains(&EventKind::StillBound));
}
