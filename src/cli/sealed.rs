//! Backups encrypted to a public key, by the program `age`: nobody but the holder of the private half reads them.
//!
//! A sealed backup is a tar archive of the backup and its pictures, encrypted; `age` and `tar` open it without this program.
//! Deliberately absent: the encryption itself, and keys, which `age-keygen` makes and the station never has.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use super::exit::WrongWords;
use crate::store::{Apart, SEALED, StoreError};

/// How a file begins that `age` has encrypted, in both of its forms.
const BEGINNINGS: [&[u8]; 2] = [b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----"];

/// What age and GNU tar say of a file that was cut short or changed, in English.
const SPOILED: [&str; 7] = [
    "bad header MAC",
    "failed to decrypt and authenticate",
    "failed to read header",
    "failed to read nonce",
    "unexpected EOF",
    "Unexpected EOF in archive",
    "does not look like a tar archive",
];

/// Encrypts what is in a folder to each recipient: a public key, or a file of them.
pub(super) fn seal(recipients: &[String]) -> impl FnOnce(&Path, File) -> io::Result<()> {
    move |folder, to| {
        let names = fs::read_dir(folder)?.map(|it| it.map(|it| it.file_name())).collect::<io::Result<Vec<_>>>()?;
        let mut tar = Command::new("tar");
        tar.arg("--create").arg("--directory").arg(folder).arg("--").args(names).stdout(Stdio::piped());
        let mut age = Command::new("age");
        for recipient in recipients {
            age.arg(if Path::new(recipient).is_file() { "-R" } else { "-r" }).arg(recipient);
        }
        age.stdout(to);
        piped(tar, age)
    }
}

/// A sealed backup that was opened; dropped, what was readable is gone.
pub(super) struct Opened(Apart);

impl Opened {
    /// The backup.
    pub(super) fn path(&self) -> PathBuf {
        self.0.path().join(SEALED)
    }
}

/// Opens a backup if it is a sealed one, beside the store in `data`.
///
/// # Errors
/// [`WrongWords`] if it is sealed and no identity was given, or the other way round; [`StoreError::BadBackup`] if it was cut
/// short or changed.
pub(super) fn opened(from: &Path, identity: Option<&Path>, data: &Path) -> Result<Option<Opened>> {
    let identity = match (is_sealed(from)?, identity) {
        (false, None) => return Ok(None),
        (true, Some(identity)) => identity,
        (true, None) => {
            let why = format!("{} is encrypted: --identity names the file with the private key for it", from.display());
            return Err(WrongWords(why).into());
        }
        (false, Some(_)) => {
            return Err(WrongWords(format!("{} is not encrypted by age: leave out --identity", from.display())).into());
        }
    };
    let apart = Apart::begin(data)?;
    let mut age = Command::new("age");
    age.arg("--decrypt").arg("--identity").arg(identity).arg(from).stdout(Stdio::piped());
    let mut tar = Command::new("tar");
    tar.args(["--extract", "--no-same-owner", "--no-same-permissions", "--directory"]).arg(apart.path());
    let bad = |why: String| StoreError::BadBackup { path: from.to_owned(), why };
    match piped(age, tar) {
        Err(said) if is_spoiled(&said.to_string()) => {
            return Err(bad(format!("it was cut short or changed; take another copy ({said})")).into());
        }
        done => done.with_context(|| format!("open {}", from.display()))?,
    }
    // Whoever knows the public key can have made it: only what a backup consists of is looked at.
    let backup = apart.path().join(SEALED);
    if !fs::symlink_metadata(&backup).is_ok_and(|it| it.is_file()) {
        return Err(bad(format!("there is no {SEALED} in it; backup did not make it")).into());
    }
    Ok(Some(Opened(apart)))
}

/// Whether age or tar speaks of what is in the file, and not of a key, of the disk or of itself.
fn is_spoiled(said: &str) -> bool {
    SPOILED.iter().any(|it| said.contains(it))
}

fn is_sealed(from: &Path) -> Result<bool, StoreError> {
    let mut begins = Vec::new();
    match File::open(from).and_then(|it| it.take(64).read_to_end(&mut begins)) {
        Ok(_) => Ok(BEGINNINGS.iter().any(|it| begins.starts_with(it))),
        Err(found) if found.kind() == io::ErrorKind::PermissionDenied => {
            Err(StoreError::NotAllowed { path: from.to_owned() })
        }
        Err(_) => Ok(false), // A folder, or nothing: who looks for a store or a backup there says so.
    }
}

/// Runs two programs, the second one on what the first one writes; both must end well.
fn piped(mut first: Command, mut second: Command) -> io::Result<()> {
    let mut writes = started(first.stdin(Stdio::null()))?;
    let between = writes.stdout.take().map_or_else(Stdio::null, Stdio::from);
    let reads = started(second.stdin(between));
    drop(second); // It holds the end of the pipe: if the second one did not start, the first one must not wait.
    let (written, read) = std::thread::scope(|scope| {
        let writes = scope.spawn(|| ended(writes)); // Beside the other, so that neither waits for its sentences to be read.
        let read = reads.and_then(ended);
        (writes.join().unwrap_or_else(|_| Err(io::Error::other("the first program's end was not seen"))), read)
    });
    // Where one of them fails the other one does, too; what age says is why.
    let mut failed: Vec<_> = [written, read].into_iter().filter_map(Result::err).collect();
    failed.sort_by_key(|it| !it.to_string().starts_with("age"));
    failed.into_iter().next().map_or(Ok(()), Err)
}

fn started(command: &mut Command) -> io::Result<Child> {
    command.env("LC_ALL", "C").stderr(Stdio::piped()).spawn().map_err(|error| {
        let name = command.get_program().to_string_lossy();
        let missing = error.kind() == io::ErrorKind::NotFound;
        io::Error::other(if missing {
            format!("{name} is not installed; on Debian: apt install {name}")
        } else {
            format!("{name} could not be started: {error}")
        })
    })
}

fn ended(child: Child) -> io::Result<()> {
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().filter(|it| !it.is_empty());
    Err(io::Error::other(said.map_or_else(|| output.status.to_string(), str::to_owned)))
}
