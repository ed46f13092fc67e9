//! The service tells systemd that it answers, and tells it nothing while something in it stands still.
//!
//! Deliberately absent: systemd, which ends what it does not hear of; the unit file says after how long.

use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use super::{Service, program, run};

/// What the unit's `WatchdogSec=` becomes, in microseconds: short, so that the test is.
const WATCHDOG_USEC: &str = "300000";
/// Longer than a service that answers is silent, and shorter than the station waits for a store that another holds.
const SILENCE: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for a message that says so.
fn until(manager: &UnixDatagram, said: &str) {
    manager.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut buffer = [0; 256];
    loop {
        let length = manager.recv(&mut buffer).unwrap();
        if String::from_utf8_lossy(&buffer[..length]).trim() == said {
            return;
        }
    }
}

/// Waits until nothing is said for a while.
fn until_silent(manager: &UnixDatagram) {
    manager.set_read_timeout(Some(SILENCE)).unwrap();
    let silent = loop {
        if let Err(silent) = manager.recv(&mut [0; 256]) {
            break silent.kind();
        }
    };
    assert_eq!(silent, ErrorKind::WouldBlock);
}

#[test]
fn the_service_manager_hears_of_it_while_the_station_answers_and_nothing_while_it_stands_still() {
    let folder = tempfile::tempdir().unwrap();
    let manager = UnixDatagram::bind(folder.path().join("notify")).unwrap();
    let store = folder.path().join("store");
    let mut command = program(&store);
    command.env("NOTIFY_SOCKET", folder.path().join("notify")).env("WATCHDOG_USEC", WATCHDOG_USEC);
    let service = Service::start_as(command, &["--demo"]);
    until(&manager, "READY=1");
    (0..3).for_each(|_| until(&manager, "WATCHDOG=1"));
    // Another program holds the store, and the station waits for it.
    let other = rusqlite::Connection::open(store.join("station.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let scan = std::thread::spawn(move || run(&store, &["scan", "AT-000144"]));
    until_silent(&manager);
    other.execute_batch("ROLLBACK").unwrap();
    until(&manager, "WATCHDOG=1");
    drop(scan.join());
    assert_eq!(service.end(), Some(0));
    until(&manager, "STOPPING=1");
}
