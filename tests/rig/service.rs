//! The shipped unit under systemd: claimed in its sandbox, given back by ExecStopPost after a kill, started again, and
//! started anew after it stood still.
//!
//! A systemd of the host's own is started in a PID namespace of the machine; what it would set up for a whole system is
//! masked. Where the host has no systemd the step is skipped, visibly. Deliberately absent: logind, journald, D-Bus.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::machine::{run, until, until_within};
use super::plug::ensure_rules;
use super::shipped::program;
use super::sim::Gadget;

const SYSTEMD: &str = "/lib/systemd/systemd";
const UNITS: &str = "/etc/systemd/system";
const UNIT: &str = "scanstation.service";

/// What a whole system would start first; this machine has it already, or can do without.
const FIRST: [&str; 5] = ["sysinit.target", "basic.target", "local-fs.target", "sockets.target", "timers.target"];

/// systemd and the program begin from cold here, on an emulated processor: a whole start may take minutes.
const PATIENCE: Duration = super::machine::PATIENCE.saturating_mul(5);

/// Whether the host, whose files the machine sees, has a systemd.
pub(super) fn has_systemd() -> bool {
    Path::new(SYSTEMD).exists()
}

/// A running systemd; it ends with its namespace.
struct Manager {
    namespace: Child,
    init: String,
}

impl Manager {
    fn start() -> Self {
        let words = ["--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "unchanged", SYSTEMD];
        let options = ["--system", "--unit=rig.target", "--log-target=null", "--show-status=no"];
        let mut command = Command::new("unshare");
        command.args(words).args(options).env("container", "rig").env("SYSTEMD_IGNORE_CHROOT", "1");
        let namespace = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let children = format!("/proc/{0}/task/{0}/children", namespace.id());
        let mut init = String::new();
        until("the namespace has its first process", || {
            fs::read_to_string(&children).unwrap_or_default().trim().clone_into(&mut init);
            !init.is_empty()
        });
        Self { namespace, init }
    }

    /// Asks systemd something; what it cannot answer yet is empty.
    fn ask(&self, words: &[&str]) -> String {
        let mut command = Command::new("nsenter");
        command.args(["-t", &self.init, "-p", "systemctl"]).args(words).env("SYSTEMD_IGNORE_CHROOT", "1");
        let output = command.stderr(Stdio::null()).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn is(&self, state: &str) -> bool {
        self.ask(&["is-active", UNIT]) == state
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        drop(self.namespace.kill());
        drop(self.namespace.wait());
    }
}

/// Installs the program, the unit and a configuration as their comments and the documentation say.
fn install() {
    fs::write("/usr/bin/scanstation", "").unwrap();
    run("mount", &["--bind", &program(), "/usr/bin/scanstation"]);
    fs::create_dir_all("/etc/scanstation").unwrap();
    fs::write("/etc/scanstation/scanstation.toml", "[[usb_scanner]]\ndevice = \"1209:0001@1-1\"\n").unwrap();
    fs::create_dir_all(UNITS).unwrap();
    let unit = concat!(env!("CARGO_MANIFEST_DIR"), "/config/scanstation.service");
    fs::copy(unit, format!("{UNITS}/{UNIT}")).unwrap();
    fs::write(format!("{UNITS}/rig.target"), format!("[Unit]\nWants={UNIT}\nDefaultDependencies=no\n")).unwrap();
    for wanted in FIRST.iter().flat_map(|it| [format!("/lib/systemd/system/{it}.wants"), format!("{UNITS}/{it}.wants")])
    {
        let names =
            fs::read_dir(wanted).into_iter().flatten().flatten().filter_map(|it| it.file_name().into_string().ok());
        for name in names.filter(|it| !it.ends_with(".target")) {
            // Two of them may want the same.
            drop(std::os::unix::fs::symlink("/dev/null", format!("{UNITS}/{name}")));
        }
    }
    run("mount", &["-t", "cgroup2", "none", "/sys/fs/cgroup"]);
    run("systemd-machine-id-setup", &[]);
}

pub(super) fn by_systemd() {
    ensure_rules();
    install();
    let claimed = || [Gadget::Wedge, Gadget::Pos].map(|it| it.driver().as_deref() == Some("usbfs")) == [true; 2];
    let given_back = || [Gadget::Wedge, Gadget::Pos].map(|it| it.driver().as_deref() == Some("usbhid")) == [true; 2];
    until("the scanners have their drivers", given_back);
    let manager = Manager::start();
    until_within(PATIENCE, "the unit has said that it is ready", || manager.is("active"));
    until("the scanners are claimed in the unit's sandbox", claimed);
    manager.ask(&["kill", "--signal=KILL", UNIT]);
    // RestartSec leaves a second, and the next start takes longer than one look.
    until("ExecStopPost has given them back", given_back);
    until_within(PATIENCE, "the unit was started again and reads", claimed);
    let restarts = || manager.ask(&["show", "-p", "NRestarts", "--value", UNIT]).parse::<u32>().unwrap_or(0);
    let before = restarts();
    assert!(before > 0);
    // It does not end and says nothing any more: WatchdogSec is over after a minute.
    manager.ask(&["kill", "--signal=STOP", UNIT]);
    until_within(PATIENCE, "a service that stood still was started anew", || restarts() > before);
    until_within(PATIENCE, "and reads", claimed);
    manager.ask(&["stop", UNIT]);
    until("the unit has ended", || manager.is("inactive"));
    until("the scanners were given back at its end", given_back);
    assert_eq!(manager.ask(&["show", "-p", "Result", "--value", UNIT]), "success");
}
