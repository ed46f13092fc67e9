//! The scanners, as the running station has them or, without one, as the configuration and the ports show them.
//!
//! What is read right now is asked of the service alone: it also knows what its own command line named.
//! Deliberately absent: cameras that nobody configured, and assigning scanners, which `devices` does.

use serde_json::Value;

use super::Finding;
use super::checks::{ill, note, well};
use crate::cli::permission;
use crate::config::{Config, SerialScanner};
use crate::source::{self, serial::select::System, usb};

/// Each scanner.
pub(super) fn all(config: &Config, state: Option<&Value>) -> Vec<Finding> {
    let sources = state.and_then(|it| it.get("sources")?.as_object());
    let mut findings: Vec<Finding> = sources.into_iter().flatten().map(|(name, it)| read(name, it)).collect();
    let asked = |it: &&SerialScanner| sources.is_none_or(|sources| !sources.contains_key(it.name.as_str()));
    let system = System::default();
    findings.extend(config.serial_scanners.iter().filter(asked).map(|it| plugged(&system, it)));
    if sources.is_none() {
        findings.extend(usb_scanners(config));
    }
    if findings.is_empty() {
        let seen = match sources {
            Some(_) => "the running station has none: none is configured and no USB scanner is plugged in",
            None => "no serial scanner is configured and no USB scanner is plugged in",
        };
        let remedy = "scanstation serve --serial PATH, or a [[serial]] table in the configuration; scanstation devices lists ports";
        findings.push(note("scanners", seen, remedy));
    }
    findings
}

/// A scanner of the running station.
fn read(name: &str, source: &Value) -> Finding {
    let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(fault) = source.get("fault").filter(|it| it.is_object()) {
        return ill("scanner", format!("{name}: {}", text(fault, "message")), text(fault, "remedy"));
    }
    let scans = source.get("scans").and_then(Value::as_u64).unwrap_or_default();
    let scans = crate::cli::say::counted(scans, "scan", "scans");
    let (description, lane) = (text(source, "description"), text(source, "lane"));
    well("scanner", format!("{name}: {description} is read, lane {lane}, {scans} since the start"))
}

/// A scanner of the configuration that nobody reads: whether it could be.
fn plugged(system: &System, scanner: &SerialScanner) -> Finding {
    let device = &scanner.options.device;
    match system.find(device, None, false) {
        Ok(found) => match permission::denied(&found.path) {
            None => well("scanner", format!("{}: {device} is {}", scanner.name, found.path.display())),
            Some(denied) => ill("scanner", format!("{}: {}", scanner.name, denied.seen), denied.remedy),
        },
        Err(error) => ill("scanner", format!("{}: {error}", scanner.name), source::remedy(error.kind())),
    }
}

/// Scanners at USB that are plugged in and would be read.
fn usb_scanners(config: &Config) -> Vec<Finding> {
    let Some(options) = &config.usb else { return Vec::new() };
    let assigned = usb::binding::read(&usb::binding::file(&config.store.data)).unwrap_or_default();
    let named = assigned.into_iter().chain(options.named.iter().cloned()).collect();
    let policy = usb::Policy { profiles: config.profiles.clone(), named };
    let devices = usb::System::default().devices();
    let each = devices.iter().zip(usb::identities(&devices));
    let read = each.filter(|(device, identity)| matches!(policy.verdict(device, identity), usb::Verdict::Read(_)));
    read.map(|(device, identity)| match permission::denied(&device.node()) {
        None => well("scanner", format!("{identity}: {}", device.title)),
        Some(denied) => ill("scanner", format!("{identity}: {}", denied.seen), denied.remedy),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::Health;

    #[test]
    fn a_scanner_of_the_running_station_is_told_with_its_fault_and_what_to_do() {
        let read_well =
            serde_json::json!({ "lane": "counter", "description": "Zebra DS2208", "fault": null, "scans": 1 });
        let told = read("serial-1", &read_well);
        let seen = "serial-1: Zebra DS2208 is read, lane counter, 1 scan since the start";
        assert_eq!((told.health, told.seen.as_str()), (Health::Well, seen));
        let gone = serde_json::json!({ "lane": "counter", "fault": { "kind": "gone", "message": "it is gone", "remedy": "plug it in" } });
        let told = read("serial-1", &gone);
        let expected = (Health::Ill, "serial-1: it is gone", "plug it in");
        assert_eq!((told.health, told.seen.as_str(), told.remedy.as_str()), expected);
    }
}
