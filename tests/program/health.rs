//! `doctor` beside a running station: what it reads is what the station says it reads.
//!
//! Deliberately absent: each check of the machine, which stands beside its function.

use super::{Service, check, demo};

#[test]
fn the_doctor_knows_the_scanners_of_the_running_station() {
    let folder = tempfile::tempdir().unwrap();
    let service = demo(folder.path());
    check(folder.path(), &["scan", "AT-000123"], 0, "");
    check(folder.path(), &["doctor"], 0, "scanner: ");
    check(folder.path(), &["doctor"], 0, "is read, lane counter, 0 scans since the start");
    assert_eq!(service.end(), Some(0));
    let gone = folder.path().join("gone");
    let service = Service::start(folder.path(), &["--serial", gone.to_str().unwrap()]);
    check(folder.path(), &["doctor"], 1, "serial-1: ");
    assert_eq!(service.end(), Some(0));
    check(folder.path(), &["doctor"], 0, "scanstation serve --serial PATH");
}
