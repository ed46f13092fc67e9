//! What is plugged in or read, line by line: what it is, who reads it and for which side, why not, and what to do about it.
//!
//! What a running station reads besides, as at a port that only its own command line names, has a line too. A claimed device does not show what it is, so the running station is asked for what it reads and how that is.
//! Deliberately absent: opening devices.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::Result;

use super::permission;
use super::place;
use crate::config::Config;
use crate::source::serial::select::Selector as PortSelector;
use crate::source::usb::policy::{Plan, Reports};
use crate::source::usb::{Device, Policy, Selector, Verdict, identities};

/// One line of the list.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct Row {
    device: String,
    title: String,
    mode: String,
    lane: Option<String>,
    state: String,
    /// What to do, where it is not read.
    remedy: String,
    /// What could be set better on it.
    hint: Option<String>,
    /// Its name at the running station, on screens and in the journal.
    source: Option<String>,
}

/// What the running station says of its sources, by their names; the part that is shown here.
#[derive(Default, serde::Deserialize)]
struct Station {
    sources: BTreeMap<String, Source>,
}

#[derive(serde::Deserialize)]
struct Source {
    lane: String,
    transport: String,
    description: String,
    fault: Option<Fault>,
}

#[derive(serde::Deserialize)]
struct Fault {
    message: String,
    remedy: String,
}

impl Station {
    /// The station of this store, if it runs and answers.
    fn ask(config: &Config) -> Self {
        let state = place::state(config).and_then(Result::ok);
        state.and_then(|it| serde_json::from_value(it).ok()).unwrap_or_default()
    }

    /// The source that reads one of these serial ports.
    fn at_port(&self, ports: &[String]) -> Option<(&String, &Source)> {
        let reads = |source: &Source| {
            let mut words = source.description.split([' ', '(', ')']);
            source.transport == "serial"
                && words.any(|it| it.strip_prefix("/dev/").is_some_and(|it| ports.iter().any(|port| port == it)))
        };
        self.sources.iter().find(|(_, it)| reads(it))
    }
}

impl Source {
    /// The line of a source that nothing at USB stands for.
    fn row(&self, name: &str) -> Row {
        let (state, remedy) = self.fault.as_ref().map_or(("read", ""), |it| (it.message.as_str(), it.remedy.as_str()));
        Row {
            device: name.to_owned(),
            title: self.description.clone(),
            mode: self.transport.clone(),
            lane: Some(self.lane.clone()),
            state: state.to_owned(),
            remedy: remedy.to_owned(),
            hint: None,
            source: Some(name.to_owned()),
        }
    }
}

/// All lines: what is at USB, in the order of the ports, then what a running station reads besides.
pub(super) fn rows(devices: &[Device], policy: &Policy, config: &Config) -> Vec<Row> {
    let station = Station::ask(config);
    let each = devices.iter().zip(identities(devices));
    let mut rows: Vec<Row> =
        each.filter_map(|(device, identity)| Line::new(policy, config, &station, device, &identity).row()).collect();
    let besides = station.sources.iter().filter(|(name, _)| !rows.iter().any(|it| it.source.as_ref() == Some(name)));
    let besides: Vec<Row> = besides.map(|(name, it)| it.row(name)).collect();
    rows.extend(besides);
    rows
}

/// Whether a program has taken one of its HID interfaces from the kernel.
pub(super) fn is_claimed(device: &Device) -> bool {
    device.interfaces.iter().any(|it| it.is_hid() && it.driver.as_deref() == Some("usbfs"))
}

/// One device on its way to a line.
struct Line<'seen> {
    policy: &'seen Policy,
    config: &'seen Config,
    station: &'seen Station,
    device: &'seen Device,
    identity: &'seen Selector,
    /// What the station says of it, by its name there.
    source: Option<(String, &'seen Source)>,
    lane: Option<String>,
}

impl<'seen> Line<'seen> {
    fn new(
        policy: &'seen Policy,
        config: &'seen Config,
        station: &'seen Station,
        device: &'seen Device,
        identity: &'seen Selector,
    ) -> Self {
        let named = policy.named(device);
        let name = named.as_ref().and_then(|it| it.name.clone()).unwrap_or_else(|| identity.to_string());
        let source = station.sources.get(&name).map(|it| (name, it));
        let lane = source.as_ref().map(|(_, it)| it.lane.clone()).or_else(|| named.and_then(|it| it.lane));
        let lane = lane.or_else(|| config.usb.as_ref().map(|it| it.lane.to_string()));
        Self { policy, config, station, device, identity, source, lane }
    }

    fn row(&self) -> Option<Row> {
        match self.policy.verdict(self.device, self.identity) {
            Verdict::Read(plan) => Some(self.scanner(&plan)),
            Verdict::Port(ports) => Some(self.port(&ports)),
            Verdict::NotUsed { why, remedy } => Some(self.line("-", &why, &remedy)),
            // A claimed interface does not show its descriptor: it may well be a scanner that the station reads.
            Verdict::NoScanner if is_claimed(self.device) => Some(match &self.source {
                Some((_, source)) if source.transport.contains("pos") => self.line("HID POS", "read", ""),
                Some(_) => self.line("keyboard", "read", ""),
                None => self.line("HID", "read by a program", ""),
            }),
            Verdict::NoScanner => None,
        }
    }

    fn line(&self, mode: &'static str, state: &str, remedy: &str) -> Row {
        let fault = self.source.as_ref().and_then(|(_, it)| it.fault.as_ref());
        let (state, remedy) = fault.map_or((state, remedy), |it| (it.message.as_str(), it.remedy.as_str()));
        let title = &self.device.title;
        Row {
            device: self.identity.to_string(),
            title: if title.is_empty() { "(says nothing of itself)".to_owned() } else { title.clone() },
            mode: mode.to_owned(),
            lane: self.lane.clone().filter(|_| matches!(mode, "HID POS" | "keyboard")),
            state: state.to_owned(),
            remedy: remedy.to_owned(),
            hint: self.policy.hint(self.device).filter(|_| mode == "keyboard").map(str::to_owned),
            source: self.source.as_ref().map(|(name, _)| name.clone()),
        }
    }

    fn scanner(&self, plan: &Plan) -> Row {
        let mode = match plan.reports {
            Reports::Pos { .. } => "HID POS",
            Reports::Keyboard(_) => "keyboard",
        };
        let interface = self.device.interfaces.iter().find(|it| it.number == plan.interface);
        match (interface.and_then(|it| it.driver.as_deref()), permission::denied(&self.device.node())) {
            (Some("usbfs"), _) => self.line(mode, "read", ""),
            (_, Some(denied)) => self.line(mode, "permission denied", &denied.remedy),
            (Some(_), None) => self.line(mode, "scanner, not read now", "start the station: `scanstation serve`"),
            (None, None) => {
                self.line(mode, "given up by a killed station", "`scanstation devices release`, or start the station")
            }
        }
    }

    fn port(&self, ports: &[String]) -> Row {
        let device = self.device;
        let path = format!("/dev/{}", ports.join(", /dev/"));
        let used = self.config.serial_scanners.iter().find(|it| match &it.options.device {
            PortSelector::Usb(it) => it.matches(device.vendor, device.product, device.number.as_deref(), &device.port),
            PortSelector::Path(it) => ports.iter().any(|port| it.ends_with(port)),
            PortSelector::ById(_) => false,
        });
        let Some(used) = used else {
            if let Some((name, source)) = self.station.at_port(ports) {
                return Row { device: self.identity.to_string(), ..source.row(name) };
            }
            let remedy = format!("if it is a scanner: `scanstation serve --serial {}`", self.identity);
            return self.line("serial", &path, &remedy);
        };
        let denied = ports.iter().find_map(|it| permission::denied(&Path::new("/dev").join(it)));
        let state = format!("{path}, configured as {}", used.name);
        let mut row = match denied {
            Some(denied) => self.line("serial", &format!("{state}, permission denied"), &denied.remedy),
            None => self.line("serial", &state, ""),
        };
        row.lane = Some(used.lane.to_string());
        let Some(source) = self.station.sources.get(used.name.as_str()) else { return row };
        row.source = Some(used.name.to_string());
        if let Some(fault) = &source.fault {
            (row.state, row.remedy) = (format!("{state}: {}", fault.message), fault.remedy.clone());
        }
        row
    }
}

/// The lines as a table, with what to do below each.
pub(super) fn write_table(rows: &[Row], out: &mut impl Write) -> Result<()> {
    if rows.is_empty() {
        writeln!(out, "no scanner and no keyboard is plugged in at USB, and no running station reads another")?;
        return Ok(());
    }
    let cells: Vec<[&str; 5]> = std::iter::once(["DEVICE", "WHAT", "MODE", "LANE", "STATE"])
        .chain(rows.iter().map(|it| {
            [it.device.as_str(), it.title.as_str(), &it.mode, it.lane.as_deref().unwrap_or("-"), it.state.as_str()]
        }))
        .collect();
    let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
    for (place, cell) in cells.iter().flat_map(|it| it.iter().enumerate()) {
        let width = widths.entry(place).or_default();
        *width = (*width).max(cell.chars().count());
    }
    for (number, row) in cells.iter().enumerate() {
        let padded = row.iter().zip(widths.values()).map(|(cell, width)| format!("{cell:width$}"));
        writeln!(out, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
        let Some(row) = number.checked_sub(1).and_then(|it| rows.get(it)) else { continue };
        for advice in [Some(&row.remedy), row.hint.as_ref()].into_iter().flatten().filter(|it| !it.is_empty()) {
            writeln!(out, "    {advice}")?;
        }
    }
    Ok(())
}
