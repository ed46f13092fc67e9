//! `scanstation devices`: what is plugged in, what it is, who reads it, why not, and what to do about it.
//!
//! Looking needs no permission and opens nothing. Assigning claims one candidate for a short time; releasing gives back
//! what a killed station left. Deliberately absent: reading scans, which the service does.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::exit::{Exit, WrongWords};
use super::place::Place;
use super::plugged;
use crate::config::Config;
use crate::decode::calibration;
use crate::source::error::remedy;
use crate::source::profile::udev::rules;
use crate::source::profile::{IdPattern, Mode};
use crate::source::usb::assign::{plan, sample};
use crate::source::usb::{Device, Named, Policy, Selector, System, binding, identities, release, teach};
use crate::source::{SourceError, Stop};
use crate::station::clock;

/// Show scanners and keyboards, bind one to a side of the station, give them back to the system.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation devices                                     what is plugged in, and what is done with it
  scanstation devices --watch                             the same, again at every plug and unplug
  scanstation devices assign 05fe:1010@1-2 --lane left    scan with it: from now on it is a scanner
  scanstation devices calibrate 05fe:1010@1-2             scan the calibration card with it
  scanstation devices release                             after a kill: let scanners type to the system again
  scanstation devices udev > /etc/udev/rules.d/65-scanstation.rules")]
pub struct DevicesArgs {
    #[command(flatten)]
    place: Place,
    /// The list as JSON, one array.
    #[arg(long)]
    json: bool,
    /// Again at every plug and unplug, until it is ended.
    #[arg(long)]
    watch: bool,
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(clap::Subcommand, Debug)]
enum Word {
    /// Take a keyboard for at most 30 s, wait for a scan with it, and remember it as a scanner.
    Assign(AssignArgs),
    /// Wait for a scan of the calibration card and remember how the scanner types.
    Calibrate {
        /// The device as `scanstation devices` shows it.
        device: Selector,
    },
    /// Give scanners back to the kernel's driver that a killed station still had.
    Release {
        /// Only this one.
        device: Option<Selector>,
    },
    /// Write the udev rules that let the station's group open scanners.
    Udev {
        /// Also this keyboard wedge, vendor:product.
        #[arg(long, value_parser = ids)]
        keyboard: Vec<IdPattern>,
        /// Also this HID POS scanner, vendor:product.
        #[arg(long, value_parser = ids)]
        hid_pos: Vec<IdPattern>,
        /// Also this serial scanner or bridge, vendor:product.
        #[arg(long, value_parser = ids)]
        serial: Vec<IdPattern>,
    },
}

#[derive(clap::Args, Debug)]
struct AssignArgs {
    /// The device as `scanstation devices` shows it.
    device: Selector,
    /// The side of the station it belongs to [default: as before, else `usb.lane`].
    #[arg(long, value_parser = super::scan::lane)]
    lane: Option<String>,
    /// Its name on screens and in the journal [default: as before, else its stable name].
    #[arg(long)]
    name: Option<String>,
}

/// The device that is assigned, and what is known of it.
struct Assigned<'a> {
    config: &'a Config,
    policy: Policy,
    device: Device,
    identity: Selector,
    wanted: &'a AssignArgs,
}

fn ids(text: &str) -> Result<IdPattern, String> {
    IdPattern::try_from(text.to_owned()).map_err(|it| it.to_string())
}

/// Runs the command and writes to `out`.
pub fn run(args: &DevicesArgs, out: &mut impl Write) -> Result<Exit> {
    if args.json && args.word.is_some() {
        return Err(
            WrongWords("--json is for the list of devices; what is done with one is told in words".into()).into()
        );
    }
    let config = args.place.config()?;
    if let Some(Word::Udev { keyboard, hid_pos, serial }) = &args.word {
        let with = |ids: &[IdPattern], mode| ids.iter().map(move |it| (*it, mode)).collect::<Vec<_>>();
        let further =
            [with(keyboard, Mode::Keyboard), with(hid_pos, Mode::HidPos), with(serial, Mode::Serial)].concat();
        out.write_all(rules(&config.profiles, &further).as_bytes())?;
        return Ok(Exit::Done);
    }
    match &args.word {
        None => list(args, &config, out),
        Some(Word::Assign(wanted)) => assign(&config, wanted, out),
        Some(Word::Calibrate { device }) => calibrate(&config, device, out),
        Some(Word::Release { device }) => give_back(device.as_ref(), out),
        Some(Word::Udev { .. }) => Ok(Exit::Done),
    }
}

fn list(args: &DevicesArgs, config: &Config, out: &mut impl Write) -> Result<Exit> {
    let system = System::default();
    let wait = Stop::new();
    let mut last = None;
    loop {
        let rows = plugged::rows(&system.devices(), &policy(config)?, config);
        if last.as_ref() != Some(&rows) {
            if args.json {
                writeln!(out, "{}", serde_json::to_string(&rows)?)?;
            } else {
                if last.is_some() {
                    writeln!(out)?;
                }
                plugged::write_table(&rows, out)?;
            }
            out.flush()?;
        }
        last = Some(rows);
        // Ended by a signal or a reader that has gone.
        if !args.watch || wait.wait(Duration::from_millis(500)) {
            return Ok(Exit::Done);
        }
    }
}

fn policy(config: &Config) -> Result<Policy> {
    let mut named = binding::read(&binding::file(&config.store.data))?;
    named.extend(config.usb.iter().flat_map(|it| it.named.clone()));
    Ok(Policy { profiles: config.profiles.clone(), named })
}

/// The one device that is meant, and its stable name.
fn chosen(wanted: &Selector) -> Result<(Device, Selector)> {
    let devices = System::default().devices();
    let names = identities(&devices);
    let is_meant = |it: &Device| wanted.matches(it.vendor, it.product, it.number.as_deref(), &it.port);
    let mut found: Vec<_> = devices.into_iter().zip(names).filter(|(it, _)| is_meant(it)).collect();
    match (found.pop(), found.len()) {
        (Some(one), 0) => Ok(one),
        (None, _) => bail!("nothing like {wanted} is plugged in; `scanstation devices` shows what is"),
        (Some(_), _) => {
            bail!("{wanted} is plugged in more than once; name the one by @port as `scanstation devices` shows it")
        }
    }
}

fn assign(config: &Config, wanted: &AssignArgs, out: &mut impl Write) -> Result<Exit> {
    let (device, identity) = chosen(&wanted.device)?;
    let it = Assigned { config, policy: policy(config)?, device, identity, wanted };
    let (device, identity) = (&it.device, &it.identity);
    // What is claimed does not show what it is: whoever reads it knows.
    let plan = plan(&it.policy, device, identity);
    if plan.is_none() && plugged::is_claimed(device) {
        return it.unheard(out);
    }
    let Some(plan) = plan else {
        bail!("{identity} is neither a keyboard nor a HID POS scanner; a serial scanner is named by `serve --serial`")
    };
    writeln!(out, "scan anything with {} ({identity}) within 30 seconds", device.title)?;
    out.flush()?;
    let heard = sample(device, &plan, &clock::start(), crate::source::usb::assign::HELD_MAX);
    let heard = match heard {
        Err(SourceError::Busy { .. }) => return it.unheard(out),
        other => other.map_err(|it| told(&it))?,
    };
    let Some(heard) = heard else {
        writeln!(out, "no scan came; nothing was changed, the device types as before")?;
        return Ok(Exit::No);
    };
    it.remember()?;
    match heard.frame {
        Some(frame) => writeln!(out, "read {:?}", String::from_utf8_lossy(&frame.bytes))?,
        None => {
            writeln!(out, "what came could not be read under this layout; `scanstation devices calibrate {identity}`")?;
        }
    }
    writeln!(out, "{identity} is a scanner from now on; a running station takes it within a second")?;
    if heard.keyboard {
        let id = format!("{:04x}:{:04x}", device.vendor, device.product);
        writeln!(out, "let the station open it without root: scanstation devices udev --keyboard {id}")?;
    }
    Ok(Exit::Done)
}

impl Assigned<'_> {
    /// Binds a scanner that is read already: it needs no proof that it is one.
    fn unheard(&self, out: &mut impl Write) -> Result<Exit> {
        self.remember()?;
        let identity = &self.identity;
        writeln!(out, "{identity} is read by a program already, so no scan was waited for; it is bound")?;
        writeln!(out, "a running station takes a new side up within two seconds, a new name at the next plug")?;
        Ok(Exit::Done)
    }

    /// Stores the assignment; what it leaves open stays as it was.
    fn remember(&self) -> Result<()> {
        let known = self.policy.named(&self.device);
        let (lane, name) = known.as_ref().map_or((None, None), |it| (it.lane.clone(), it.name.clone()));
        let named = Named {
            device: self.identity.clone(),
            name: self.wanted.name.clone().or(name),
            lane: self.wanted.lane.clone().or(lane),
            profile: None,
            ignore: false,
            keyboard: known.map(|it| it.keyboard).unwrap_or_default(),
        };
        Ok(binding::store(&binding::file(&self.config.store.data), named)?)
    }
}

fn calibrate(config: &Config, wanted: &Selector, out: &mut impl Write) -> Result<Exit> {
    let (device, identity) = chosen(wanted)?;
    let policy = policy(config)?;
    let plan = plan(&policy, &device, &identity).context("only a scanner that types can be calibrated")?;
    writeln!(out, "scan the calibration card with {} ({identity}) within 30 seconds", device.title)?;
    out.flush()?;
    let heard = match sample(&device, &plan, &clock::start(), crate::source::usb::assign::HELD_MAX) {
        Err(busy @ SourceError::Busy { .. }) => {
            bail!("{busy}. If that is the station, scan the card there: it learns from it by itself")
        }
        other => other.map_err(|it| told(&it))?,
    };
    let Some(heard) = heard.filter(|it| it.keyboard) else {
        writeln!(out, "no keys came; a scanner that does not type needs no calibration")?;
        return Ok(Exit::No);
    };
    let Some(finding) = calibration::infer(&heard.reports, &heard.fields) else {
        writeln!(out, "that was not the calibration card under any layout known here; print it and scan it again")?;
        return Ok(Exit::No);
    };
    for sentence in teach::sentences(&finding) {
        writeln!(out, "{sentence}")?;
    }
    binding::teach(&binding::file(&config.store.data), &identity, teach::habits(&finding))?;
    Ok(Exit::Done)
}

/// What went wrong with a device, and what to do.
fn told(error: &SourceError) -> anyhow::Error {
    anyhow::anyhow!("{error}. {}", remedy(error.kind()))
}

fn give_back(wanted: Option<&Selector>, out: &mut impl Write) -> Result<Exit> {
    let only = wanted.map(chosen).transpose()?.map(|(device, _)| device.port);
    let released = release::release(&System::default(), only.as_deref());
    if released.is_empty() {
        writeln!(out, "nothing to give back: every scanner has its driver, or a running station reads it")?;
    }
    let mut exit = Exit::Done;
    for it in released {
        let (title, port) = (&it.device.title, &it.device.port);
        match it.outcome {
            Ok(()) => writeln!(out, "{title} at {port}: given back")?,
            Err(error) => {
                exit = Exit::System;
                writeln!(out, "{title} at {port}: {error}. {}", remedy(error.kind()))?;
            }
        }
    }
    Ok(exit)
}
