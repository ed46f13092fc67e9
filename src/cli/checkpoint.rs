//! `checkpoint`: the newest signed checkpoint as a text to be kept elsewhere, and reading such texts back.
//!
//! It reads beside a running service and signs nothing: the station signs when it is idle and when it ends.
//! Deliberately absent: comparing one with a ledger, which `verify --checkpoint` does.

use std::path::Path;

use anyhow::{Context, Result};

use super::exit::Exit;
use super::place::Place;
use super::say;
use crate::store::{Checkpoint, Reader};

/// Print the newest signed checkpoint, to be kept elsewhere.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation checkpoint > /mnt/usb/crib-2026-11-21.txt
  scanstation checkpoint | ssh safe 'cat > crib-checkpoint.txt'   where nobody at the station can write
  scanstation verify --checkpoint /mnt/usb/crib-2026-11-21.txt    later; also of a copy

It proves the ledger up to its event: whoever changes one of these entries, or replaces the ledger, cannot produce the
hash that is signed in it, even with the key in hand.
The first five lines, each with its line feed, are the bytes that are signed; then come the signature (Ed25519) and the
public key. It says how many events behind it are not signed yet: the station signs when it is idle and when it ends.
Status: 0 printed, 1 there is none yet, or it does not hold.")]
pub struct CheckpointArgs {
    /// Print it as JSON on one line, `signed` the text that is signed; `verify --checkpoint` reads that too.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// Prints the checkpoint.
pub fn run(args: &CheckpointArgs) -> Result<Exit> {
    let data = args.place.config()?.store.data;
    let Some(found) = Reader::open(&data)?.signed()? else {
        let place = data.display();
        say::aside(format!(
            "No checkpoint is signed yet in {place}: the station signs when it is idle; start it first."
        ));
        return Ok(Exit::No);
    };
    if !found.checkpoint.holds() {
        let seq = found.checkpoint.seq;
        say::aside(format!("The checkpoint of event {seq} does not hold: it proves nothing. Run scanstation verify."));
        return Ok(Exit::No);
    }
    if args.json {
        say::json(&found)?;
    } else {
        say::line(found.text().trim_end_matches('\n'))?;
    }
    Ok(Exit::Done)
}

/// Reads a checkpoint that was kept; what is none is told in a sentence.
pub(super) fn kept(path: &Path) -> Result<Result<Checkpoint, String>> {
    let text = std::fs::read(path).with_context(|| format!("read the checkpoint {}", path.display()))?;
    let read = Checkpoint::read_kept(&String::from_utf8_lossy(&text));
    Ok(read.map_err(|why| {
        let path = path.display();
        format!("{path} is no checkpoint: {why}. Give what `scanstation checkpoint` printed, unchanged.")
    }))
}
