//! The configuration: one TOML file with drop-ins, read once into the options of each room.
//!
//! Every key has a default and stands in `config/scanstation.toml`; an unknown key is an error that names the nearest
//! known one; options of the command line and the environment go before the file. Rooms never see any of this.
//! Deliberately absent: reloading; a change takes effect at the next start.

mod document;
mod error;
mod explain;
mod fill;
mod keys;
mod profiles;
mod shape;
#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::domain::{LaneId, SourceId};
use crate::http;
use crate::source::camera;
use crate::source::profile::Profiles;
use crate::source::serial;
use crate::source::usb;
use crate::station;
use crate::store;

pub use error::{ConfigError, Place};
pub use explain::{Setting, explained};
pub use keys::{KEYS, Key};
pub use shape::Shape;

/// The data folder if nobody says another one.
pub const FOLDER: &str = "/var/lib/scanstation";

/// Where the page is served if nobody says another place.
pub const LISTEN: ([u8; 4], u16) = ([127, 0, 0, 1], 8417);

/// Where profiles of this place are looked for if nobody says another place; the folder need not exist.
pub const PROFILES: &str = "/etc/scanstation/devices";

/// Where the configuration is looked for if nobody names a file; it need not exist.
pub const FILE: &str = "/etc/scanstation/scanstation.toml";

/// The word for words that no purge takes.
const FOR_EVER: &str = "for ever";

/// What an address to listen on looks like.
pub const ADDRESS: &str = "host and port, \"127.0.0.1:8417\", \"[::1]:8417\" or \"localhost:8417\"";

/// Reads an address to listen on. `localhost` is the one name that is known: others are not asked for at a start.
///
/// # Errors
/// [`ADDRESS`], if it does not look like one.
pub fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let named = |text: &str| {
        let (host, port) = text.rsplit_once(':')?;
        let port = port.parse().ok()?;
        host.eq_ignore_ascii_case("localhost").then(|| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    };
    text.parse().ok().or_else(|| named(text)).ok_or(ADDRESS)
}

/// What a name under which the page may be opened looks like.
pub const HOST: &str =
    "names of hosts without a port, \"crib.example\", or addresses, \"192.0.2.7\" or \"[2001:db8::7]\"";

/// Whether a text is the name of a host, or an address as it stands in the head of a request.
#[must_use]
pub fn is_host(text: &str) -> bool {
    let inside = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    inside.is_some_and(|it| it.parse::<Ipv6Addr>().is_ok())
        || (!text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_')))
}

/// What the character set of a device looks like.
pub const CHARSET: &str = "the name of a character set: windows-1250 to windows-1258, windows-874, iso-8859-1 to \
    iso-8859-16, ibm866, koi8-r, koi8-u, macintosh, shift_jis, euc-jp, euc-kr, gbk, gb18030 or big5; UTF-8 is told by itself";

/// What may be logged, from nothing to everything.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// What a level of the log looks like.
pub const LEVEL: &str =
    "off, error, warn, info, debug or trace, or a list of levels by room: \"info,scanstation::source=debug\"";

/// Reads how much is logged. `tracing` alone would take a mistyped level for a room, and log errors of nothing else.
///
/// # Errors
/// [`LEVEL`], if it does not look like one.
pub fn level(text: &str) -> Result<String, &'static str> {
    let is_level = |it: &str| LEVELS.iter().any(|level| it.eq_ignore_ascii_case(level));
    let is_room = |it: &str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b':'))
    };
    let fits = |it: &str| match it.split_once('=') {
        Some((room, level)) => is_room(room) && is_level(level),
        None => is_level(it),
    };
    if text.split(',').all(|it| fits(it.trim())) { Ok(text.to_owned()) } else { Err(LEVEL) }
}

/// Everything that was configured, room by room.
#[derive(Clone, Debug)]
pub struct Config {
    /// The station loop with its rules and our own codes.
    pub station: station::Options,
    /// The store.
    pub store: store::Options,
    /// Where the page and the API are served.
    pub listen: SocketAddr,
    /// The page and the API.
    pub http: http::Options,
    /// Scanners on serial ports.
    pub serial_scanners: Vec<SerialScanner>,
    /// Cameras.
    pub cameras: Vec<Camera>,
    /// What is known of scanners by their ids: the shipped profiles, and before them those of this place.
    pub profiles: Profiles,
    /// USB scanners; `None` if they are left alone.
    pub usb: Option<usb::Options>,
    /// Logs.
    pub log: Log,
    /// All settings with their places, for `doctor --config`.
    pub settings: Vec<Setting>,
}

/// A camera.
#[derive(Clone, Debug)]
pub struct Camera {
    /// Its name on screens and in the journal.
    pub name: SourceId,
    /// The side of the station it belongs to.
    pub lane: LaneId,
    /// The device and its picture.
    pub options: camera::Options,
}

/// A scanner on a serial port.
#[derive(Clone, Debug, PartialEq)]
pub struct SerialScanner {
    /// Its name on screens and in the journal.
    pub name: SourceId,
    /// The side of the station it belongs to.
    pub lane: LaneId,
    /// Its port and its framing.
    pub options: serial::Options,
}

/// How the service logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Directives of `tracing`: a level, or levels by room.
    pub level: String,
    /// In which form.
    pub form: LogForm,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogForm {
    /// The journal under systemd, text elsewhere.
    #[default]
    Auto,
    /// Lines for people, on standard error.
    Text,
    /// One JSON object a line, on standard error.
    Json,
    /// The journal, with its fields.
    Journald,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), form: LogForm::Auto }
    }
}

/// What the command line and the environment say; it goes before the file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--data` or `$SCANSTATION_DATA`.
    pub folder: Option<PathBuf>,
    /// `--listen` or `$SCANSTATION_LISTEN`.
    pub listen: Option<SocketAddr>,
    /// `--log`, or `$SCANSTATION_LOG`.
    pub log_level: Option<String>,
    /// Each `--serial`; they come behind those of the file.
    pub serial_scanners: Vec<serial::select::Selector>,
}

impl Config {
    /// Reads the configuration.
    ///
    /// A named file must exist; without a name [`FILE`] is read if it is there. Drop-ins are the files `*.toml` in the
    /// folder beside it that has its name and ends in `.d`, in the order of their names; later ones go before.
    ///
    /// # Errors
    /// A file that cannot be read, is not TOML, has an unknown key or a value that does not fit.
    pub fn load(path: Option<&Path>, overrides: &Overrides) -> Result<Self, ConfigError> {
        let (path, must_exist) = path.map_or((Path::new(FILE), false), |it| (it, true));
        let mut document = document::Document::default();
        for file in files(path, must_exist)? {
            let read = std::fs::read_to_string(&file);
            let text = read.map_err(|source| ConfigError::Read { path: file.clone(), source })?;
            document.lay_over(document::Document::parse(&file, &text)?);
        }
        overrides.lay_over(&mut document);
        fill::config(&document)
    }

    /// Reads a configuration that is already a text; `name` stands for its file in errors.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(name: &Path, text: &str, overrides: &Overrides) -> Result<Self, ConfigError> {
        let mut document = document::Document::parse(name, text)?;
        overrides.lay_over(&mut document);
        fill::config(&document)
    }
}

impl Overrides {
    fn lay_over(&self, document: &mut document::Document) {
        let mut set = |table: &str, key: &str, value: String, option| {
            let section = document.table.entry(table).or_insert_with(|| toml::Table::new().into());
            if let Some(section) = section.as_table_mut() {
                section.insert(key.to_owned(), toml::Value::String(value));
            }
            document.places.insert(format!("{table}.{key}"), Place::Option(option));
        };
        if let Some(folder) = &self.folder {
            set("store", "data", folder.to_string_lossy().into_owned(), "--data");
        }
        if let Some(listen) = self.listen {
            set("http", "listen", listen.to_string(), "--listen");
        }
        if let Some(level) = &self.log_level {
            set("log", "level", level.clone(), "--log");
        }
        for device in &self.serial_scanners {
            let list = document.table.entry("serial").or_insert_with(|| toml::Value::Array(Vec::new()));
            let Some(list) = list.as_array_mut() else { continue };
            document.places.insert(format!("serial[{}].device", list.len()), Place::Option("--serial"));
            let mut scanner = toml::Table::new();
            scanner.insert("device".to_owned(), toml::Value::String(device.to_string()));
            list.push(scanner.into());
        }
    }
}

/// The file and its drop-ins, in the order of reading.
fn files(path: &Path, must_exist: bool) -> Result<Vec<PathBuf>, ConfigError> {
    let unread = |path: &Path, source| ConfigError::Read { path: path.to_owned(), source };
    let exists = path.try_exists().map_err(|it| unread(path, it))?;
    let mut files = if exists || must_exist { vec![path.to_owned()] } else { Vec::new() };
    let folder = path.with_extension("d");
    if folder.is_dir() {
        let entries = folder.read_dir().map_err(|it| unread(&folder, it))?;
        let mut dropped: Vec<PathBuf> = entries
            .filter_map(|it| Some(it.ok()?.path()))
            .filter(|it| it.extension().is_some_and(|it| it == "toml"))
            .collect();
        dropped.sort();
        files.extend(dropped);
    }
    Ok(files)
}
