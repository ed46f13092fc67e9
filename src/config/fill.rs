//! A checked document becomes the options of each room: the room's own defaults, and over them what was set.
//!
//! Nothing here may fail on a value alone, since the table of keys has checked it; what is left are contradictions.
//! Deliberately absent: opening what the configuration names.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use toml::Value;

use super::document::Document;
use super::error::{ConfigError, Place};
use super::keys;
use super::{Camera, Config, Log, LogForm, SerialScanner};
use crate::domain::time::{LocalTime, Zone};
use crate::domain::{Age, EventClass, LaneId, Retention, Role, SourceId, StationId, StationKind};
use crate::http;
use crate::identify;
use crate::rules::{DueRule, Policy};
use crate::source::camera;
use crate::source::profile::Profiles;
use crate::source::serial;
use crate::source::usb;
use crate::station;
use crate::store;
use crate::vision::Symbologies;

/// Fills every room's options.
pub(super) fn config(document: &Document) -> Result<Config, ConfigError> {
    let given = Given(document);
    let codes = codes(&given)?;
    let name = given.text("station.name").and_then(StationId::parse).or_else(|| StationId::parse("station"));
    let Some(name) = name else { return Err(given.misfit("station.name")) };
    let mut store = store::Options::new(given.text("store.data").unwrap_or(super::FOLDER), name.clone());
    store.prefixes = codes.prefixes();
    given.set("store.busy_ms_max", &mut store.busy_ms_max);
    given.set("store.wal_commits_max", &mut store.wal_commits_max);
    store.retention = retention(&given);
    let policy = policy(&given);
    store.zone.clone_from(&policy.zone);
    let settings = super::explain::settings(document, &policy);
    let mut station = station::Options::new(name, policy, codes);
    given.set("station.queue_max", &mut station.queue_max);
    given.set("station.group_max", &mut station.group_max);
    given.set("station.updates_max", &mut station.updates_max);
    let profiles = super::profiles::read(given.text("devices.profiles").unwrap_or(super::PROFILES).as_ref())?;
    let http = http::Options { zone: station.policy.zone.clone(), ..http(&given) };
    let listen = given.text("http.listen").and_then(|it| super::address(it).ok());
    let listen = listen.unwrap_or(SocketAddr::from(super::LISTEN));
    if http::allowed(listen).is_err() {
        let expected = "an address that this machine alone reaches, \"127.0.0.1:8417\"; for others put a proxy with TLS and \
            sign-in in front of it (docs/network.md)";
        return Err(given.misfit_of("http.listen", expected.to_owned()));
    }
    Ok(Config {
        station,
        store,
        listen,
        http,
        serial_scanners: scanners(&given, &profiles)?,
        cameras: cameras(&given)?,
        usb: usb(&given, &profiles)?,
        profiles,
        log: log(&given),
        settings,
    })
}

/// What was set; everything else keeps its room's default.
struct Given<'d>(&'d Document);

impl<'d> Given<'d> {
    fn text(&self, path: &str) -> Option<&'d str> {
        self.0.value(path).and_then(Value::as_str)
    }

    fn flag(&self, path: &str) -> Option<bool> {
        self.0.value(path).and_then(Value::as_bool)
    }

    fn whole<T: TryFrom<i64>>(&self, path: &str) -> Option<T> {
        self.0.value(path).and_then(Value::as_integer).and_then(|it| T::try_from(it).ok())
    }

    fn set<T: TryFrom<i64>>(&self, path: &str, option: &mut T) {
        if let Some(value) = self.whole(path) {
            *option = value;
        }
    }

    fn set_seconds(&self, path: &str, option: &mut Duration) {
        if let Some(value) = self.whole(path) {
            *option = Duration::from_secs(value);
        }
    }

    /// Two keys that cannot both be so, at the one that was set later; a name that nobody set stands at its table.
    fn contradiction(&self, keys: [&str; 2], why: String, expected: &'static str) -> ConfigError {
        let set = |key: &str| {
            let table = key.rsplit_once("].").map(|(table, _)| format!("{table}]"));
            let set = [Some(key.to_owned()), table].into_iter().flatten().map(|it| self.0.place(&it));
            set.into_iter().find(|it| *it != Place::Default).unwrap_or(Place::Default)
        };
        let [first, second] = keys.map(set);
        let place = if second == Place::Default || is_later(&first, &second) { first } else { second };
        let [first, second] = keys.map(str::to_owned);
        ConfigError::Contradiction { place, first, second, why, expected }
    }

    fn misfit(&self, path: &str) -> ConfigError {
        self.misfit_of(path, keys::find(path).map(|it| it.shape.expected()).unwrap_or_default())
    }

    fn misfit_of(&self, path: &str, expected: String) -> ConfigError {
        let found = self.0.value(path).map_or_else(|| "missing".to_owned(), ToString::to_string);
        ConfigError::Value { place: self.0.place(path), key: path.to_owned(), found, expected }
    }
}

/// Whether `one` stands behind `other` in the same file.
fn is_later(one: &Place, other: &Place) -> bool {
    matches!((one, other), (Place::Line(file, line), Place::Line(same, before)) if file == same && line > before)
}

fn retention(given: &Given<'_>) -> Retention {
    let age = |class: &EventClass| Age::parse(given.text(&format!("retention.{class}"))?).ok();
    EventClass::ALL.iter().filter_map(|it| Some((*it, age(it)?))).collect()
}

fn policy(given: &Given<'_>) -> Policy {
    let kind = match given.text("station.kind") {
        Some("desk") => StationKind::Desk,
        Some("dock") => StationKind::Dock,
        _ => StationKind::Crib,
    };
    let mut policy = Policy::of(kind);
    policy.self_service = given.flag("rules.self_service").unwrap_or(policy.self_service);
    given.set_seconds("rules.session_idle_s", &mut policy.session_idle);
    if let Some(repeat_ms) = given.whole("rules.repeat_ms") {
        policy.repeat = Duration::from_millis(repeat_ms);
    }
    let shift_end = given.text("rules.shift_end").and_then(LocalTime::parse).unwrap_or(LocalTime::new(17, 0));
    policy.due = match given.text("rules.due") {
        Some("days") => DueRule::Days(given.whole("rules.due_days").unwrap_or(1), shift_end),
        Some("never") => DueRule::Never,
        _ => DueRule::EndOfShift(shift_end),
    };
    policy.zone = given.text("station.zone").and_then(Zone::named).unwrap_or_else(Zone::system);
    given.set("rules.cart_max", &mut policy.cart_max);
    given.set("rules.take_max", &mut policy.take_max);
    given.set_seconds("rules.release_s", &mut policy.release);
    policy.release_role = given.text("rules.release_role").and_then(Role::parse).unwrap_or(policy.release_role);
    let never = given.0.value("rules.release_never").and_then(Value::as_array);
    policy.release_never = never.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    policy
}

fn codes(given: &Given<'_>) -> Result<identify::Options, ConfigError> {
    let Some(table) = given.0.value("codes") else { return Ok(identify::Options::default()) };
    let codes: identify::Options = typed(table.clone(), given.0.place("codes"))?;
    let prefixes = [
        ("codes.command_prefix", &codes.command_prefix),
        ("codes.badge_prefix", &codes.badge_prefix),
        ("codes.tag_prefix", &codes.tag_prefix),
        ("codes.location_prefix", &codes.location_prefix),
        ("codes.quantity_prefix", &codes.quantity_prefix),
        ("codes.job_prefix", &codes.job_prefix),
    ];
    for (place, (first, one)) in prefixes.iter().enumerate() {
        for (second, other) in prefixes.iter().skip(place + 1) {
            let overlap = !one.is_empty() && !other.is_empty() && (one.starts_with(*other) || other.starts_with(*one));
            if overlap {
                let why = format!("{one:?} and {other:?} begin alike, so nobody could tell the two apart");
                let expected = "prefixes of which none begins another";
                return Err(given.contradiction([first, second], why, expected));
            }
        }
    }
    Ok(codes)
}

fn http(given: &Given<'_>) -> http::Options {
    let mut options = http::Options::default();
    if let Some(hosts) = given.0.value("http.hosts").and_then(Value::as_array) {
        options.hosts = hosts.iter().filter_map(|it| it.as_str().map(str::to_lowercase)).collect();
    }
    given.set("http.connections_max", &mut options.connections_max);
    given.set("http.screens_max", &mut options.screens_max);
    given.set_seconds("http.header_timeout_s", &mut options.header_timeout);
    given.set_seconds("http.body_timeout_s", &mut options.body_timeout);
    given.set_seconds("http.answer_timeout_s", &mut options.answer_timeout);
    given.set("http.payload_max", &mut options.payload_max);
    given.set("http.import_max", &mut options.import_max);
    given.set("http.rows_max", &mut options.rows_max);
    given.set("http.screen_buffer_max", &mut options.screen_buffer_max);
    given.set_seconds("http.keep_alive_s", &mut options.keep_alive);
    if let Some(priority) = given.whole::<u8>("http.screens_priority") {
        options.screens_priority = (priority > 0).then_some(priority);
    }
    if let Some(priority) = given.whole::<u8>("http.requests_priority") {
        options.requests_priority = (priority > 0).then_some(priority);
    }
    options
}

fn log(given: &Given<'_>) -> Log {
    let mut log = Log::default();
    if let Some(level) = given.text("log.level") {
        level.clone_into(&mut log.level);
    }
    log.form = match given.text("log.form") {
        Some("text") => LogForm::Text,
        Some("json") => LogForm::Json,
        Some("journald") => LogForm::Journald,
        _ => LogForm::Auto,
    };
    log
}

fn scanners(given: &Given<'_>, profiles: &Profiles) -> Result<Vec<SerialScanner>, ConfigError> {
    let Some(list) = given.0.value("serial").and_then(Value::as_array) else { return Ok(Vec::new()) };
    let mut scanners: Vec<SerialScanner> = Vec::with_capacity(list.len());
    for (number, each) in list.iter().enumerate() {
        let mut scanner = scanner(given, profiles, number, each)?;
        if let Some(twin) = scanners.iter().position(|it| it.name == scanner.name) {
            let why = format!("both scanners are named {:?}", scanner.name.as_str());
            let [first, second] = [twin, number].map(|it| format!("serial[{it}].name"));
            return Err(given.contradiction([&first, &second], why, "a name of its own for each"));
        }
        // Two names may differ only in what a lane's name cannot have; one session for both would be nobody's wish.
        if each.get("lane").is_none() && scanners.iter().any(|it| it.lane == scanner.lane) {
            scanner.lane = numbered("serial", number);
        }
        scanners.push(scanner);
    }
    Ok(scanners)
}

/// USB scanners; `None` if they are left alone.
fn usb(given: &Given<'_>, profiles: &Profiles) -> Result<Option<usb::Options>, ConfigError> {
    let mut options = usb::Options::new(LaneId::new(given.text("usb.lane").unwrap_or("counter")));
    options.profiles = profiles.clone();
    let list = given.0.value("usb_scanner").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (number, each) in list.iter().enumerate() {
        let place = given.0.place(&format!("usb_scanner[{number}]"));
        if each.get("device").is_none() {
            return Err(missing(place, "usb_scanner"));
        }
        known(given, profiles, &format!("usb_scanner[{number}].profile"), each)?;
        options.named.push(typed(each.clone(), place)?);
    }
    Ok(given.flag("usb.scanners").unwrap_or(true).then_some(options))
}

fn cameras(given: &Given<'_>) -> Result<Vec<Camera>, ConfigError> {
    let list = given.0.value("camera").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |(number, each): (usize, &Value)| {
        let text = |key: &str| each.get(key).and_then(Value::as_str);
        let folder = text("folder").filter(|it| !it.is_empty());
        let eye = match (folder, text("device")) {
            (Some(folder), _) => camera::Eye::Folder { path: folder.into(), rate: camera::Options::RATE, again: false },
            (None, Some(device)) => camera::Eye::Device(device.to_owned()),
            (None, None) => return Err(missing(given.0.place(&format!("camera[{number}]")), "camera")),
        };
        let mut options = camera::Options::new(eye);
        watched(each, &mut options);
        options.controls = controls(given, each, number)?;
        let name = text("name").map_or_else(|| format!("camera-{}", number + 1), str::to_owned);
        let lane = text("lane").map_or_else(|| lane_of(&name, "camera", number), LaneId::new);
        Ok(Camera { name: SourceId::new(&name), lane, options })
    };
    list.iter().enumerate().map(one).collect()
}

/// How a camera is used, over its room's defaults.
fn watched(each: &Value, options: &mut camera::Options) {
    let whole = |key: &str| each.get(key).and_then(Value::as_integer).and_then(|it| u32::try_from(it).ok());
    let flag = |key: &str| each.get(key).and_then(Value::as_bool);
    let texts = |key: &str| -> Option<Vec<&str>> {
        Some(each.get(key)?.as_array()?.iter().filter_map(Value::as_str).collect())
    };
    options.width = whole("width").unwrap_or(options.width);
    options.height = whole("height").unwrap_or(options.height);
    options.rate = whole("rate").unwrap_or(options.rate);
    if let camera::Eye::Folder { rate, again, .. } = &mut options.eye {
        *rate = options.rate;
        *again = flag("again").unwrap_or(false);
    }
    if let Some(wanted) = texts("symbologies").and_then(|it| Symbologies::parse(&it.join(",")).ok()) {
        options.vision.symbologies = wanted;
    }
    if let Some(budget_ms) = whole("budget_ms") {
        options.vision.budget = Duration::from_millis(budget_ms.into());
    }
    options.preview = flag("preview").unwrap_or(options.preview);
}

/// Exposure, focus and the like, each `NAME=VALUE`.
fn controls(given: &Given<'_>, camera: &Value, number: usize) -> Result<Vec<(String, i64)>, ConfigError> {
    let list = camera.get("controls").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |it: &Value| {
        let key = format!("camera[{number}].controls");
        let expected = "a name and a whole number, \"exposure=200\"".to_owned();
        let misfit = ConfigError::Value { place: given.0.place(&key), key, found: it.to_string(), expected };
        it.as_str().and_then(camera::control).ok_or(misfit)
    };
    list.iter().map(one).collect()
}

fn missing(place: Place, table: &str) -> ConfigError {
    let expected = keys::find(&format!("{table}[].device")).map(|it| it.shape.expected()).unwrap_or_default();
    ConfigError::Missing { place, table: table.to_owned(), key: "device".to_owned(), expected }
}

fn typed<T: serde::de::DeserializeOwned>(value: Value, place: Place) -> Result<T, ConfigError> {
    value
        .try_into()
        .map_err(|error: toml::de::Error| ConfigError::Syntax { place, message: error.message().to_owned() })
}

fn scanner(given: &Given<'_>, profiles: &Profiles, number: usize, each: &Value) -> Result<SerialScanner, ConfigError> {
    let place = given.0.place(&format!("serial[{number}]"));
    let mut table = each.as_table().cloned().unwrap_or_default();
    if !table.contains_key("device") {
        return Err(missing(place, "serial"));
    }
    known(given, profiles, &format!("serial[{number}].profile"), each)?;
    let mut text = |key: &str| table.remove(key).and_then(|it| it.as_str().map(str::to_owned));
    let name = text("name").unwrap_or_else(|| format!("serial-{}", number + 1));
    let lane = text("lane").map_or_else(|| lane_of(&name, "serial", number), |it| LaneId::new(&it));
    let said = said(&table);
    let options: serial::Options = typed(Value::Table(table), place)?;
    let zone = given.text("station.zone").and_then(Zone::named).unwrap_or_else(Zone::system);
    let options = serial::Options { said, zone, profiles: profiles.clone(), ..options };
    Ok(SerialScanner { name: SourceId::new(&name), lane, options })
}

/// The side of a scanner that none was given: its name as far as that names a side, else its number.
fn lane_of(name: &str, list: &str, number: usize) -> LaneId {
    LaneId::like(name).unwrap_or_else(|| numbered(list, number))
}

fn numbered(list: &str, number: usize) -> LaneId {
    LaneId::new(&format!("{list}-{}", number + 1))
}

/// The keys of a table and of its tables, `framing.gap_ms`.
fn said(table: &toml::Table) -> BTreeSet<String> {
    let below = |(key, value): (&String, &Value)| match value.as_table() {
        Some(inner) => inner.keys().map(|it| format!("{key}.{it}")).collect::<Vec<_>>(),
        None => vec![key.clone()],
    };
    table.iter().flat_map(below).collect()
}

/// A profile that is named must be known; `none` asks for no profile.
fn known(given: &Given<'_>, profiles: &Profiles, path: &str, each: &Value) -> Result<(), ConfigError> {
    let name = each.get("profile").and_then(Value::as_str);
    let Some(name) = name.filter(|it| *it != "none" && profiles.named(it).is_none()) else { return Ok(()) };
    let names: Vec<&str> = profiles.iter().map(|it| it.name.as_str()).collect();
    let expected = format!("none, or one of {}", names.join(", "));
    Err(ConfigError::Value { place: given.0.place(path), key: path.to_owned(), found: format!("{name:?}"), expected })
}
