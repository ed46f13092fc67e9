//! The checks of the doctor, one function each.
//!
//! Each looks at one thing and returns one finding; a check that cannot look says why.
//! Deliberately absent: how findings are shown.

use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{Access, access, statvfs};
use rustix::io::Errno;

use super::{Finding, Health, scanners};
use crate::cli::client::ClientError;
use crate::cli::place;
use crate::config::Config;
use crate::domain::Moment;
use crate::source;
use crate::station::clock;
use crate::store::{self, Checks, Reader, StoreError, lock};

/// Below this the disk is called full: the ledger of some months.
const FREE_MIN: u64 = 100 * 1024 * 1024;
/// Below this it is worth knowing.
const FREE_LITTLE: u64 = 1024 * 1024 * 1024;
/// 2024-01-01: a clock before it was never set (a board without a battery).
const CLOCK_MIN: i64 = 1_704_067_200;

/// Looks at everything.
pub(super) fn all(config: &Config) -> Vec<Finding> {
    let folder = &config.store.data;
    let now = clock::start()();
    let state = place::state(config);
    let service = match &state {
        Some(Err(error)) => silent(error),
        Some(Ok(_)) | None => running(folder),
    };
    let mut findings = vec![permissions(folder), service, disk(folder), ledger(folder), key(folder), time(folder, now)];
    findings.extend(scanners::all(config, state.as_ref().and_then(|it| it.as_ref().ok())));
    findings.push(real_time());
    findings
}

pub(super) fn well(subject: &'static str, seen: impl Into<String>) -> Finding {
    Finding { subject, health: Health::Well, seen: seen.into(), remedy: String::new() }
}

pub(super) fn note(subject: &'static str, seen: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { subject, health: Health::Note, seen: seen.into(), remedy: remedy.into() }
}

pub(super) fn ill(subject: &'static str, seen: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { subject, health: Health::Ill, seen: seen.into(), remedy: remedy.into() }
}

fn permissions(folder: &Path) -> Finding {
    let shown = folder.display();
    let Ok(found) = fs::metadata(folder) else {
        if let Err(error @ StoreError::NotAllowed { .. }) = store::is_there(folder) {
            return ill("folder", error.to_string(), "do this as root, or as the user to whom the folder belongs");
        }
        return note("folder", format!("{shown} is not there yet"), "nothing to do: `scanstation serve` makes it");
    };
    if !found.is_dir() {
        return ill("folder", format!("{shown} is not a folder"), format!("mv {shown} {shown}.old"));
    }
    if let Err(error) = access(folder, Access::WRITE_OK | Access::READ_OK | Access::EXEC_OK) {
        return closed(folder, found.uid(), error);
    }
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o007 != 0 {
        return note(
            "folder",
            format!("{shown} can be read by everybody on this machine (mode {mode:o})"),
            format!("chmod 0750 {shown}"),
        );
    }
    well("folder", format!("{shown}, mode {mode:o}"))
}

/// A folder that the one who asks may not write. The service mostly runs as its owner, who so must stay that.
fn closed(folder: &Path, owner: u32, error: Errno) -> Finding {
    let (shown, user) = (folder.display(), rustix::process::getuid().as_raw());
    if error == Errno::ROFS {
        return ill(
            "folder",
            format!("{shown} lies on a file system that is mounted read-only"),
            "mount it for writing (mount -o remount,rw); if it became so by itself, the disk may be failing: see dmesg",
        );
    }
    if owner == user {
        return ill(
            "folder",
            format!("{shown} belongs to you, user {user}, and its mode does not let you write it"),
            format!("chmod u+rwx {shown}"),
        );
    }
    ill(
        "folder",
        format!("{shown} belongs to user {owner} and user {user} may not write it"),
        format!(
            "ask as its owner: sudo -u '#{owner}' scanstation doctor --data {shown}; change the owner only if the service \
             does not run as user {owner}, else it is locked out"
        ),
    )
}

fn running(folder: &Path) -> Finding {
    match lock::running(folder) {
        Ok(Some(running)) => {
            let address = running.address.map_or_else(|| "no address yet".to_owned(), |it| format!("http://{it}/"));
            well("service", format!("runs as process {}, {address}", running.pid))
        }
        Ok(None) => {
            note("service", "no station runs on this store", "systemctl start scanstation, or: scanstation serve")
        }
        Err(error) => {
            ill("service", error.to_string(), format!("check who owns {}", folder.join(lock::FILE).display()))
        }
    }
}

/// A service that runs and does not answer.
fn silent(error: &ClientError) -> Finding {
    let remedy =
        "its log says what it does (journalctl -u scanstation); if it stays silent: systemctl restart scanstation";
    ill("service", error.to_string(), remedy)
}

fn disk(folder: &Path) -> Finding {
    let place = folder.ancestors().find(|it| it.exists()).unwrap_or(Path::new("/"));
    let Ok(found) = statvfs(place) else {
        return note("disk", format!("{} does not say how much is free", place.display()), "");
    };
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let seen = format!("{} MiB free at {}", free / (1024 * 1024), place.display());
    match free {
        0..FREE_MIN => ill("disk", seen, "free some space: below 100 MiB scans may not be recorded"),
        FREE_MIN..FREE_LITTLE => note("disk", seen, "free some space soon"),
        _ => well("disk", seen),
    }
}

fn ledger(folder: &Path) -> Finding {
    if let Err(error @ StoreError::NotAllowed { .. }) = store::is_there(folder) {
        return ill("ledger", error.to_string(), "do this as root, or as the user to whom the folder belongs");
    }
    if !folder.join(store::FILE).exists() {
        return note("ledger", "there is none yet", "nothing to do: it begins with the first start");
    }
    match store::verify(folder, Checks::BESIDE, |_| ControlFlow::Continue(())) {
        Ok(report) if report.ok => well("ledger", format!("holds: {} events, head {}", report.events, report.head)),
        Ok(report) => {
            let seen = report.sentences.first().cloned().unwrap_or_else(|| "does not hold".to_owned());
            ill(
                "ledger",
                seen,
                format!(
                    "scanstation backup {}-as-found.db, then scanstation verify, and call your keeper",
                    folder.display()
                ),
            )
        }
        Err(error @ StoreError::NewerSchema { .. }) => {
            ill("ledger", error.to_string(), "install the newer scanstation again")
        }
        Err(error) => ill(
            "ledger",
            error.to_string(),
            "scanstation verify says more; scanstation restore FILE puts a backup in its place",
        ),
    }
}

fn key(folder: &Path) -> Finding {
    let path = folder.join(store::KEY_FILE);
    match store::public_key(folder) {
        Ok(Some(public)) => {
            let mode = fs::metadata(&path).map(|it| it.permissions().mode() & 0o777).unwrap_or_default();
            if mode & 0o077 != 0 {
                return ill(
                    "key",
                    format!("{} can be read by others (mode {mode:o})", path.display()),
                    format!("chmod 0600 {}", path.display()),
                );
            }
            well("key", format!("checkpoints are signed with {public}"))
        }
        Ok(None) => no_key(folder),
        Err(error @ StoreError::Key(_)) => {
            let remedy = format!("put {} back from where you keep it", path.display());
            ill("key", error.to_string(), remedy)
        }
        Err(error) => ill("key", error.to_string(), format!("check who owns {}", path.display())),
    }
}

/// Without a key file: before the first start there is none, and later it was lost.
fn no_key(folder: &Path) -> Finding {
    let path = folder.join(store::KEY_FILE);
    let signed = Reader::open(folder).ok().and_then(|it| it.checkpoint().ok().flatten());
    match signed {
        None => note("key", "there is none yet", "nothing to do: it is made with the first start"),
        Some(signed) => ill(
            "key",
            format!(
                "{} is gone: the ledger is signed up to event {} with another key than the next start will make, {}",
                path.display(),
                signed.seq,
                signed.public_key
            ),
            format!(
                "put the file back before the next start; if it is lost, the old entries are proved by: scanstation verify \
                 --key {} --key and the new one, as doctor prints it then",
                signed.public_key
            ),
        ),
    }
}

fn time(folder: &Path, now: Moment) -> Finding {
    let seen = format!("{:.0}", now.wall);
    if now.wall.as_second() < CLOCK_MIN {
        return ill("clock", format!("shows {seen}, which cannot be"), "timedatectl set-ntp true");
    }
    let last = Reader::open(folder).ok().and_then(|it| it.recent(1).ok()?.into_iter().next());
    match last {
        Some(last) if last.record_time > now.wall => ill(
            "clock",
            format!("shows {seen}, but the last event is from {:.0}", last.record_time),
            "timedatectl set-ntp true",
        ),
        _ => well("clock", seen),
    }
}

fn real_time() -> Finding {
    // In a thread of its own, which takes the priority with it when it ends.
    let allowed = std::thread::spawn(|| source::realtime("doctor")).join().unwrap_or(false);
    if allowed {
        well("real-time", "allowed: answers stay quick on a busy machine")
    } else {
        let remedy = "LimitRTPRIO=10 in the unit, or: ulimit -r 10 before starting";
        note("real-time", "not allowed: answers can take some milliseconds longer while the machine is busy", remedy)
    }
}
