//! Which store a command is about, and whether a service runs on it.
//!
//! A command that writes goes through the running service, so that there is one queue and one set of rules; without
//! one it opens the store as the writer and starts the same station loop in this process.
//! Deliberately absent: the commands.

use std::fs::DirBuilder;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::Value;

use super::client::{Client, ClientError};
use super::log;
use crate::config::{self, Config, LogForm, Overrides};
use crate::domain::time::Clock;
use crate::source::Stop;
use crate::station::{self, Handle, clock};
use crate::store::{self, Resumed, Store, StoreError};

/// Which store, and how it is set up.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Place {
    /// The configuration file [default: /etc/scanstation/scanstation.toml, if it is there].
    #[arg(long, value_name = "FILE", env = "SCANSTATION_CONFIG", global = true)]
    pub config: Option<PathBuf>,
    /// The folder of the store [default: /var/lib/scanstation].
    #[arg(long = "data", value_name = "DIR", env = "SCANSTATION_DATA", global = true)]
    pub folder: Option<PathBuf>,
    /// How much is logged: off, error, warn, info, debug, trace, or by room.
    #[arg(long, value_name = "LEVEL", env = "SCANSTATION_LOG", global = true, value_parser = config::level)]
    pub log: Option<String>,
}

impl Place {
    /// The configuration with what the command line says over it.
    pub fn overrides(&self) -> Overrides {
        Overrides { folder: self.folder.clone(), log_level: self.log.clone(), ..Overrides::default() }
    }

    /// The configuration of a short command: it logs warnings only, as text, unless told otherwise.
    pub fn config(&self) -> Result<Config> {
        let mut config = Config::load(self.config.as_deref(), &self.overrides())?;
        config.log.form = LogForm::Text;
        if self.log.is_none() {
            "warn".clone_into(&mut config.log.level);
        }
        log::start(&config.log)?;
        Ok(config)
    }
}

/// The running service of a store, if there is one. Another command that holds the store is waited for, as is a service
/// that starts, for [`HELD_MAX`] at most.
pub fn service(config: &Config) -> Result<Option<Client>> {
    let patience = Patience::begin();
    loop {
        let Some(running) = store::lock::running(&config.store.data)? else { return Ok(None) };
        if let Some(address) = running.address {
            return Ok(Some(Client::new(&address)?.of_owner(&config.store.data)));
        }
        if !patience.waits() {
            return Err(held(config, running.pid));
        }
    }
}

/// What a running service says of itself, without waiting for one: `None` if there is none that this machine can ask.
pub(super) fn state(config: &Config) -> Option<Result<Value, ClientError>> {
    let address = store::lock::running(&config.store.data).ok().flatten()?.address?;
    let service = Client::new(&address).ok()?;
    let state = |answer: Vec<u8>| serde_json::from_slice(&answer).map_err(|_| ClientError::NotHttp(service.address()));
    Some(service.fetch("/api/v1/state").and_then(state))
}

/// How long another command that holds the store is waited for (chosen: a scan or a change takes far less, and nobody waits
/// longer without a word).
const HELD_MAX: Duration = Duration::from_secs(5);
/// How often it is looked whether it still does.
const HELD_LOOK: Duration = Duration::from_millis(50);

/// Waits a little, again and again, up to [`HELD_MAX`].
struct Patience {
    clock: Clock,
    stop: Stop,
}

impl Patience {
    fn begin() -> Self {
        Self { clock: clock::start(), stop: Stop::new() }
    }

    /// Waits a little; false once it has waited long enough.
    fn waits(&self) -> bool {
        (self.clock)().uptime < HELD_MAX && !self.stop.wait(HELD_LOOK)
    }
}

/// Another command holds the store, and went on doing so.
fn held(config: &Config, pid: u32) -> anyhow::Error {
    StoreError::Held { data: config.store.data.clone(), pid, waited_s: HELD_MAX.as_secs() }.into()
}

/// Opens a store that is there as its writer, takes in what is left of imports that were broken off, and says what was
/// found. A mistyped folder is said and not made.
pub fn open(config: &Config, clock: &Clock) -> Result<Store> {
    opened(config, clock).map(|it| it.0)
}

/// The same, with the imports that it has finished.
pub fn opened(config: &Config, clock: &Clock) -> Result<(Store, Vec<Resumed>)> {
    store::is_there(&config.store.data)?;
    writer(config, clock)
}

/// The same, of a store that is made if none is there: only `serve` and an import do.
pub fn opened_or_made(config: &Config, clock: &Clock) -> Result<(Store, Vec<Resumed>)> {
    make(&config.store.data)?;
    writer(config, clock)
}

/// The same for somebody who only tries something: what is left of an import stays where it is.
pub fn looked_at(config: &Config, clock: &Clock) -> Result<Store> {
    store::is_there(&config.store.data)?;
    as_it_is(config, clock)
}

fn as_it_is(config: &Config, clock: &Clock) -> Result<Store> {
    let patience = Patience::begin();
    loop {
        match Store::open(&config.store, clock()) {
            // A service has an address; whatever else holds the store will end.
            Err(StoreError::SecondWriter { pid, .. }) if is_held_by_a_command(config) => {
                if !patience.waits() {
                    return Err(held(config, pid));
                }
            }
            opened => return opened.with_context(|| format!("open the store in {}", config.store.data.display())),
        }
    }
}

/// Whether whoever holds the store is no service, or has ended already.
fn is_held_by_a_command(config: &Config) -> bool {
    store::lock::running(&config.store.data).is_ok_and(|it| it.is_none_or(|it| it.address.is_none()))
}

fn writer(config: &Config, clock: &Clock) -> Result<(Store, Vec<Resumed>)> {
    let mut store = as_it_is(config, clock)?;
    let finished = store.finish_imports(clock()).context("go on with an import that was broken off")?;
    look_at_the_key(&config.store.data);
    for sentence in &store.opening().damage {
        tracing::error!("{sentence}");
    }
    if let Some(cause) = &store.opening().read_only {
        tracing::error!(%cause, "the store can be read and not written");
    }
    Ok((store, finished))
}

/// Makes the folder of a new store for us and our group alone: it holds names, serial numbers and a key.
fn make(folder: &Path) -> Result<()> {
    if folder.exists() {
        return Ok(());
    }
    let made = DirBuilder::new().recursive(true).mode(0o750).create(folder);
    Ok(made.map_err(|source| StoreError::File { doing: "make the folder", path: folder.to_owned(), source })?)
}

/// Says if others than the owner may read, or change, the key that signs the ledger.
fn look_at_the_key(data: &Path) {
    let path = data.join(store::KEY_FILE);
    let mode = std::fs::metadata(&path).map_or(0o600, |it| it.permissions().mode() & 0o777);
    if mode != 0o600 {
        let path = path.display();
        tracing::warn!(
            "the signing key {path} has mode {mode:04o} and not 0600; who reads it can sign in this station's name: chmod 600 {path}"
        );
    }
}

/// Runs the station loop in this process for as long as `work` takes.
pub fn alone<T>(config: &Config, work: impl FnOnce(&Handle) -> Result<T>) -> Result<T> {
    let clock = clock::start();
    let store = open(config, &clock)?;
    let station = station::start(config.station.clone(), store, clock).context("start the station's thread")?;
    let done = work(&station.handle);
    station.handle.stop();
    station.join();
    done
}

/// How lists write a moment: by the clock of the place, without a second. JSON has the whole moment.
pub fn written(config: &Config) -> impl Fn(Timestamp) -> String + use<> {
    let zone = config.station.policy.zone.clone();
    move |at| zone.write(at)
}
