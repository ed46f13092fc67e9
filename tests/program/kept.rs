//! What is taken away from a station by a word, and brought back by another.

use super::{Service, check, json, run};

#[test]
fn a_checkpoint_is_printed_beside_a_service_and_compared_later() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let store = folder.path().join("store");
    check(&store, &["checkpoint"], 4, "there is no store at");
    let service = Service::start(&store, &["--demo"]);
    assert_eq!(service.end(), Some(0));
    let (kept, as_json) = (file("kept.txt"), file("kept.json"));
    let service = Service::start(&store, &["--demo"]);
    for (name, words) in [(&kept, &["checkpoint"][..]), (&as_json, &["checkpoint", "--json"])] {
        let printed = run(&store, words);
        assert_eq!(printed.status.code(), Some(0));
        std::fs::write(name, &printed.stdout).unwrap();
    }
    let text = std::fs::read_to_string(&kept).unwrap();
    let told = json(&run(&store, &["checkpoint", "--json"])).remove(0);
    assert!(text.starts_with(told["signed"].as_str().unwrap()) && told["signed"].as_str().unwrap().ends_with('\n'));
    let both = ["verify", "--checkpoint", &kept, "--checkpoint", &as_json];
    let said = format!("The ledger up to event {} is the one of the kept checkpoint.", told["seq"]);
    check(&store, &both, 0, &said);
    assert_eq!(service.end(), Some(0));
    check(&store, &both, 0, &said);
    let other = folder.path().join("other");
    for _ in 0..2 {
        assert_eq!(Service::start(&other, &["--demo"]).end(), Some(0));
    }
    check(&other, &both, 1, &format!("Event {} is not the one in the kept checkpoint", told["seq"]));
    std::fs::write(&kept, "crib-1\n").unwrap();
    check(&store, &both, 1, "kept.txt is no checkpoint: it has 1 lines in place of 7. Give what");
    check(&store, &["verify", "--checkpoint", &file("none")], 7, "none");
}
