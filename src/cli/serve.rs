//! `scanstation serve`: opens everything, says that it is ready, and ends everything again in the reverse order.
//!
//! The first line of standard output is the ready line and names the address: from then on requests are answered.
//! SIGTERM, SIGINT and SIGHUP end cleanly: no new input, what waits is answered, the ledger is signed.
//! Deliberately absent: anything a room decides for itself.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::sync::oneshot;

use super::demo;
use super::exit::Exit;
use super::place::{self, Place};
use super::{log, proof, say, signal, watchdog};
use crate::config::{self, Camera, Config, SerialScanner};
use crate::decode::line;
use crate::domain::time::Clock;
use crate::domain::{LaneId, SourceId};
use crate::http::{self, Eye, Eyes};
use crate::queue::{NotReceived, queue};
use crate::source::camera::Window;
use crate::source::pretend::Scanner;
use crate::source::serial::select::Selector;
use crate::source::{Stop, camera, serial, stdin, supervise, tape, usb};
use crate::station::{self, Handle, clock};
use crate::store::{self, Pass};
use crate::vision::Hint;

/// How long devices may take to be given back at the end (chosen: a reader looks at the signal every second, a claimed
/// device answers within one). A serial port that sends nothing off takes half a minute to close, a driver that hangs for good.
const LETTING_GO_MAX: Duration = Duration::from_secs(3);
/// How long what waits is answered at the end (chosen: some thousand scans; our unit is killed after 20 s).
const ANSWERING_MAX: Duration = Duration::from_secs(5);

/// A machine without it (a container, a virtual machine) has no USB to watch.
const USB: &str = "/sys/bus/usb/devices";

/// Run the station: scanners, page and API on one store.
#[derive(clap::Args, Debug, Default)]
#[command(after_help = "Examples:
  scanstation serve                                    as configured, on /var/lib/scanstation
  scanstation serve --data ./crib --listen 127.0.0.1:0 a store here, any free port
  scanstation serve --serial /dev/ttyACM0              one scanner, no configuration file
  scanstation serve --serial 0c2e:0700 --serial 05e0:1701
  some-program | scanstation serve --stdin             lines of a program as scans

The first line of standard output names the address; it is printed when the station is ready. SIGTERM, Ctrl+C and the end
of its terminal (SIGHUP) end it cleanly.")]
pub struct ServeArgs {
    #[command(flatten)]
    pub(super) place: Place,
    /// Where the page and the API are served; port 0 takes any free one [default: 127.0.0.1:8417].
    #[arg(long, value_name = "HOST:PORT", env = "SCANSTATION_LISTEN", value_parser = config::address)]
    pub listen: Option<SocketAddr>,
    /// A scanner on a serial port: a path, a name in /dev/serial/by-id, or vendor:product[:number|@port]. Codes end at CR, LF
    /// or CR LF.
    #[arg(long = "serial", value_name = "PATH")]
    pub serial_scanners: Vec<Selector>,
    /// Take lines of standard input as scans, on the lane `stdin`.
    #[arg(long)]
    pub stdin: bool,
    /// Fill an empty store with a small tool crib and plug in a simulated scanner.
    #[arg(long)]
    pub demo: bool,
}

impl ServeArgs {
    pub(super) fn config(&self) -> Result<Config> {
        let mut overrides = self.place.overrides();
        overrides.listen = self.listen;
        overrides.serial_scanners.clone_from(&self.serial_scanners);
        Ok(Config::load(self.place.config.as_deref(), &overrides)?)
    }
}

/// Serves until it is told to end.
pub fn run(args: &ServeArgs) -> Result<Exit> {
    let config = args.config()?;
    let _written = log::start_beside(&config.log)?;
    serve(&config, args, None)
}

/// Serves, with a tape that plays through the simulated scanner if one is given.
pub(super) fn serve(config: &Config, args: &ServeArgs, played: Option<tape::Tape>) -> Result<Exit> {
    let clock = clock::start();
    // Bound before the store is opened: a taken port changes nothing.
    let listener = TcpListener::bind(config.listen)
        .with_context(|| format!("listen on {} (--listen 127.0.0.1:0 takes any free port)", config.listen))?;
    let address = listener.local_addr().context("ask for the address")?;
    http::allowed(address)?;
    let (mut store, _) = place::opened_or_made(config, &clock)?;
    let unverified = store.opening().unverified;
    if let Some(lock) = store.lock() {
        lock.publish(&address.to_string())?;
    }
    if args.demo {
        demo::fill(&mut store, clock())?;
    }
    let station =
        station::start(config.station.clone(), store, Arc::clone(&clock)).context("start the station's thread")?;
    let stop = Stop::new();
    let mut sources = Sources {
        stop: stop.clone(),
        clock: Arc::clone(&clock),
        handle: station.handle.clone(),
        threads: Vec::new(),
        eyes: Eyes::new(),
    };
    sources.start(config, args, played)?;
    let proof = (unverified > 0)
        .then(|| proof::start(config.store.data.clone(), station.handle.clone(), stop.clone()))
        .transpose()?;

    let (ending, end) = signal::watch(&station.handle).context("watch for signals")?;
    // Whoever reads that it is ready finds the pass.
    let (data, mut options) = (config.store.data.clone(), config.http.clone());
    options.pass = Pass::renew(&data).inspect_err(|it| tracing::warn!(error = %it, "commands need a session")).ok();
    announce(address, config, args, sources.scanner())?;
    watchdog::start(address, station.handle.clone(), stop.clone()).context("start the watchdog")?;
    let served =
        http::run(options, listener, station.handle.clone(), data, clock, std::mem::take(&mut sources.eyes), end);

    // No new input first, then what waits, then the last checkpoint.
    tell_systemd(&[sd_notify::NotifyState::Stopping]);
    stop.stop();
    if !within(LETTING_GO_MAX, move || sources.join()) {
        tracing::warn!("what reads devices does not end; the station ends without it");
    }
    station.end(ANSWERING_MAX);
    if let Some(proof) = proof {
        drop(proof.join());
    }
    tracing::info!("the station has ended");
    served?;
    if ending.join().is_ok_and(|it| it == signal::Ending::Broken) {
        bail!(
            "the station's loop has ended by itself; the log says why, and the ledger is whole up to the last answer"
        );
    }
    Ok(Exit::Done)
}

/// Does something in a thread of its own and waits for it, at most so long; whether it was done in time.
fn within(at_most: Duration, work: impl FnOnce() + Send + 'static) -> bool {
    let (ends, mut ended) = queue::<()>(1);
    let working = std::thread::Builder::new().name("ending".to_owned()).spawn(move || {
        work();
        drop(ends);
    });
    working.is_ok() && ended.recv_timeout(at_most) == Err(NotReceived::Ended)
}

fn announce(address: SocketAddr, config: &Config, args: &ServeArgs, scanner: Option<PathBuf>) -> Result<()> {
    say::line(format!("scanstation is ready at http://{address}/"))?;
    let (station, store, version) = (&config.station.station, config.store.data.display(), env!("CARGO_PKG_VERSION"));
    let schema = store::newest_schema();
    tracing::info!(%station, version, %address, %store, schema, "the station has started");
    tell_systemd(&[sd_notify::NotifyState::Ready]);
    if let (true, Some(scanner)) = (args.demo, scanner) {
        say::line(demo::greeting(address, &config.store.data, &scanner, &config.station.policy))?;
    }
    Ok(())
}

/// Without systemd there is nobody to tell.
pub(super) fn tell_systemd(state: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "systemd could not be told");
    }
}

/// Everything that reads.
struct Sources {
    stop: Stop,
    clock: Clock,
    handle: Handle,
    threads: Vec<Thread>,
    /// The cameras that may be watched.
    eyes: Eyes,
}

enum Thread {
    Supervised(supervise::Supervised),
    Usb(usb::Hub),
    Plain(std::thread::JoinHandle<()>),
    Simulated(Arc<Scanner>),
}

impl Sources {
    fn start(&mut self, config: &Config, args: &ServeArgs, played: Option<tape::Tape>) -> Result<()> {
        for SerialScanner { name, lane, options } in &config.serial_scanners {
            let started = serial::start(self.place(name.as_str(), lane.as_str()), options.clone())?;
            self.threads.push(Thread::Supervised(started));
        }
        for Camera { name, lane, options } in &config.cameras {
            let place = self.place(name.as_str(), lane.as_str());
            let window = self.window(name.as_str(), lane, options.preview);
            let started = camera::start(place, camera::child::Program::own()?, options.clone(), Some(window))?;
            self.threads.push(Thread::Supervised(started));
        }
        if let Some(options) = config.usb.clone().filter(|_| Path::new(USB).is_dir()) {
            let bindings = Some(usb::binding::file(&config.store.data));
            let place =
                usb::HubPlace { sink: self.handle.sink(), clock: Arc::clone(&self.clock), stop: self.stop.clone() };
            self.threads.push(Thread::Usb(usb::start(place, usb::Options { bindings, ..options })?));
        }
        if args.stdin {
            let started = stdin::start(self.place("stdin", "stdin"), line::Options::default(), io::stdin())?;
            // Its read blocks until the program before the pipe ends, so nobody waits for it at the end.
            drop(started);
        }
        if args.demo {
            let scanner = Arc::new(Scanner::start(&config.store.data)?);
            let device = Selector::Path(scanner.read_from());
            let started = serial::start(self.place("scanner", "counter"), serial::Options::new(device))?;
            self.threads.push(Thread::Supervised(started));
            if let Some(tape) = played {
                let playing =
                    tape::play_into(tape, Arc::clone(&scanner), Arc::clone(&self.clock), self.stop.clone(), true)?;
                self.threads.push(Thread::Plain(playing));
            }
            self.threads.push(Thread::Simulated(scanner));
        }
        Ok(())
    }

    /// Opens a camera to whoever watches it at the page, where only the newest picture counts, and to whoever asks for a
    /// still: all who wait for one get the next.
    fn window(&mut self, name: &str, lane: &LaneId, may_watch: bool) -> Arc<Window> {
        let (newest, preview) = tokio::sync::watch::channel(Arc::default());
        let waiting = Arc::new(Mutex::new(Vec::<oneshot::Sender<Vec<u8>>>::new()));
        let served = Arc::clone(&waiting);
        let window = Arc::new(Window::new(
            move |it: camera::Preview| {
                let camera::Preview { jpeg, width, height, outlines, hint } = it;
                let hint = hint.map(Hint::word);
                newest.send_modify(|last: &mut Arc<http::Preview>| {
                    *last = Arc::new(http::Preview { number: last.number + 1, width, height, outlines, hint, jpeg });
                });
            },
            move |still: Vec<u8>| {
                for asked in served.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
                    drop(asked.send(still.clone())); // Whoever asked may have left.
                }
            },
        ));
        let (watched, seen) = (Arc::clone(&window), Arc::clone(&window));
        let still = move || {
            let (asks, taken) = oneshot::channel();
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.retain(|it| !it.is_closed());
            waiting.push(asks);
            seen.take();
            taken
        };
        let eye = Eye {
            lane: lane.clone(),
            preview: may_watch.then_some(preview),
            watch: Arc::new(move || watched.watch()),
            still: Arc::new(still),
        };
        self.eyes.insert(name.to_owned(), eye);
        window
    }

    fn place(&self, source: &str, lane: &str) -> supervise::Place {
        supervise::Place {
            source: SourceId::new(source),
            lane: LaneId::new(lane),
            sink: self.handle.sink(),
            clock: Arc::clone(&self.clock),
            stop: self.stop.clone(),
        }
    }

    /// The path to which codes for the simulated scanner are written.
    fn scanner(&self) -> Option<PathBuf> {
        self.threads.iter().find_map(|it| match it {
            Thread::Simulated(scanner) => Some(scanner.written_to()),
            Thread::Supervised(_) | Thread::Usb(_) | Thread::Plain(_) => None,
        })
    }

    fn join(self) {
        for thread in self.threads {
            match thread {
                Thread::Supervised(it) => it.join(),
                Thread::Usb(it) => it.join(),
                Thread::Plain(it) => drop(it.join()),
                Thread::Simulated(it) => drop(it),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_end_is_left_behind() {
        let (never, mut waits) = queue::<()>(1);
        assert!(!within(Duration::from_millis(20), move || while waits.recv().is_some() {}));
        drop(never);
        assert!(within(Duration::MAX, || {}));
    }
}
