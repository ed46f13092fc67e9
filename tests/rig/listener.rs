//! The station's USB and serial sources in a process of their own, and what they told.
//!
//! The process runs as the unprivileged user and ends when its standard input closes. Every line is kept with its time.
//! Deliberately absent: the register and the pages, which other tests have.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use super::machine::{PATIENCE, now};

/// Lines told so far.
type Told = Arc<(Mutex<Vec<(Instant, String)>>, Condvar)>;

/// A listening process.
pub(super) struct Listener {
    child: Child,
    told: Told,
}

impl Listener {
    /// Starts it as root.
    pub(super) fn start_as_root() -> Self {
        Self::spawn(Command::new(std::env::current_exe().unwrap()))
    }

    /// Starts it as the unprivileged user.
    pub(super) fn start() -> Self {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=scanstation", "--regid=scanstation", "--clear-groups"]);
        command.arg(std::env::current_exe().unwrap());
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        command.args(["--ignored", "--exact", "--nocapture", "--test-threads=1", "rig::child::listens"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let told: Told = Arc::default();
        let (reader, keep) = (BufReader::new(child.stdout.take().unwrap()), Arc::clone(&told));
        std::thread::spawn(move || {
            for line in reader.lines().map_while(Result::ok) {
                // The test program puts its own words before the first line.
                if let Some((_, line)) = line.split_once("@ ") {
                    keep.0.lock().unwrap().push((now(), line.to_owned()));
                    keep.1.notify_all();
                }
            }
        });
        let listener = Self { child, told };
        listener.expect(0, "listening");
        listener
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How many lines were told: where to look from.
    pub(super) fn mark(&self) -> usize {
        self.told.0.lock().unwrap().len()
    }

    /// The lines told since a mark.
    pub(super) fn since(&self, mark: usize) -> Vec<String> {
        self.told.0.lock().unwrap().iter().skip(mark).map(|(_, line)| line.clone()).collect()
    }

    /// Waits for a line that begins so, told since a mark; says when it was told.
    pub(super) fn expect(&self, mark: usize, beginning: &str) -> Instant {
        self.expect_within(mark, beginning, PATIENCE)
    }

    /// The same with another patience.
    pub(super) fn expect_within(&self, mark: usize, beginning: &str, patience: Duration) -> Instant {
        let (told, changed) = &*self.told;
        let told = told.lock().unwrap();
        let find = |told: &[(Instant, String)]| {
            told.iter().skip(mark).find(|(_, line)| line.starts_with(beginning)).map(|(at, _)| *at)
        };
        let (told, _) = changed.wait_timeout_while(told, patience, |it| find(it).is_none()).unwrap();
        let found = find(&told);
        drop(told);
        found.unwrap_or_else(|| panic!("no line {beginning:?} in {patience:?}; told was {:#?}", self.since(mark)))
    }

    /// Waits until so many lines begin so.
    pub(super) fn expect_many(&self, mark: usize, beginning: &str, many: usize, patience: Duration) -> Vec<String> {
        let (told, changed) = &*self.told;
        let matching = |told: &[(Instant, String)]| -> Vec<String> {
            let lines = told.iter().skip(mark).map(|(_, line)| line);
            lines.filter(|it| it.starts_with(beginning)).cloned().collect()
        };
        let told = told.lock().unwrap();
        let (told, _) = changed.wait_timeout_while(told, patience, |it| matching(it).len() < many).unwrap();
        matching(&told)
    }

    /// Lets it end as a service does.
    pub(super) fn stop(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }

    /// Kills it as nothing can be killed harder.
    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // A test that failed leaves no process that holds a scanner.
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}
