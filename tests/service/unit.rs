//! The unit file: what the station is promised by systemd, and what is done after it ends however it ends.
//!
//! That the released scanner types again is shown in the rig, with the same words of the same program.
//! Deliberately absent: a booted systemd.

use std::process::Command;

use scanstation::source::profile::udev::GROUP;

const UNIT: &str = include_str!("../../config/scanstation.service");

/// The values of a key, in order.
fn values(key: &str) -> Vec<&'static str> {
    let lines = UNIT.lines().filter_map(|it| it.split_once('='));
    lines.filter(|(name, _)| *name == key).map(|(_, value)| value).collect()
}

#[test]
fn after_any_end_the_unit_gives_the_scanners_back() {
    assert_eq!(values("ExecStopPost"), ["/usr/bin/scanstation devices release"]);
    // Both commands are words of this program.
    for command in values("ExecStopPost").into_iter().chain(values("ExecStart")) {
        let words: Vec<&str> = command.strip_prefix("/usr/bin/scanstation ").unwrap().split(' ').collect();
        let help = Command::new(env!("CARGO_BIN_EXE_scanstation")).args(&words).arg("--help").output().unwrap();
        assert!(help.status.success(), "{command}: {}", String::from_utf8_lossy(&help.stderr));
    }
}

#[test]
fn the_unit_lets_the_station_be_quick_and_reach_its_devices_and_nothing_more() {
    assert_eq!((values("User"), values("Group")), (vec![GROUP], vec![GROUP]), "the udev rules name the same group");
    assert_eq!((values("LimitRTPRIO"), values("RestrictRealtime")), (vec!["10"], vec!["no"]));
    assert_eq!(values("SystemCallFilter"), ["@system-service"], "it holds sched_setscheduler and sched_setaffinity");
    assert!(values("RestrictAddressFamilies")[0].contains("AF_NETLINK"), "plugs are told by netlink");
    for major in ["char-166 rw", "char-188 rw", "char-189 rw"] {
        assert!(values("DeviceAllow").contains(&major), "{major}");
    }
    assert_eq!((values("DevicePolicy"), values("PrivateDevices")), (vec!["closed"], vec!["no"]));
    assert_eq!(values("CapabilityBoundingSet"), [""]);
}

#[test]
fn a_service_that_stands_still_is_started_anew() {
    assert_eq!(
        (values("Type"), values("WatchdogSec"), values("Restart")),
        (vec!["notify"], vec!["60"], vec!["on-failure"])
    );
    assert_eq!(values("WatchdogSignal"), ["SIGKILL"], "no dump of what may hold a PIN");
}
