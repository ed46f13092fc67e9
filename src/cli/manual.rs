//! `completions`, `manual`: what shells and `man` know of the command line, made from the words themselves.
//!
//! Both are written by the program that they describe, so that they never differ from it.
//! Deliberately absent: where a package puts them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use super::exit::{Exit, WrongWords};
use super::{Cli, say};

/// Print what a shell needs to complete words and options.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation completions bash > /usr/share/bash-completion/completions/scanstation
  scanstation completions zsh > /usr/local/share/zsh/site-functions/_scanstation
  scanstation completions fish > /usr/share/fish/vendor_completions.d/scanstation.fish
  source <(scanstation completions bash)      in this shell only")]
pub struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

/// Prints the completions.
pub fn completions(args: &CompletionsArgs) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "scanstation", &mut script);
    std::io::stdout().lock().write_all(&script)?;
    Ok(Exit::Done)
}

/// Write the manual pages, or print the one of a word.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation manual | man -l -                        this program
  scanstation manual scan | man -l -                   the word scan
  scanstation manual --into /usr/local/share/man/man1  a page for each word; then: man scanstation-scan")]
pub struct ManualArgs {
    /// The words whose page is printed, such as `scan` or `devices assign`; without one the program's own.
    #[arg(value_name = "WORD", conflicts_with = "into")]
    words: Vec<String>,
    /// Write all pages into this folder, which must be there.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

/// Writes all pages, or prints one.
pub fn manual(args: &ManualArgs) -> Result<Exit> {
    let mut program = without_help(Cli::command());
    program.build(); // Words of words know their whole name only then.
    if let Some(folder) = &args.into {
        let pages = write_all(&program, folder)?;
        say::line(format!("{pages} pages in {}", folder.display()))?;
        return Ok(Exit::Done);
    }
    let page = rendered(find(&program, &args.words)?)?;
    std::io::stdout().lock().write_all(&page)?;
    Ok(Exit::Done)
}

fn find<'a>(program: &'a clap::Command, words: &[String]) -> Result<&'a clap::Command, WrongWords> {
    words.iter().try_fold(program, |found, word| {
        found.find_subcommand(word).ok_or_else(|| {
            let known: Vec<_> = shown(found).map(clap::Command::get_name).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let name = found.get_bin_name().unwrap_or_else(|| found.get_name());
            WrongWords(format!("{name} has no word {word:?}; it has {known}"))
        })
    })
}

/// The word `help` has no page: it shows in a terminal what the pages say.
fn without_help(command: clap::Command) -> clap::Command {
    command.disable_help_subcommand(true).mut_subcommands(without_help)
}

/// The words of a command that are for people.
fn shown(command: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    command.get_subcommands().filter(|it| !it.is_hide_set())
}

/// Writes the page of a command and of all its words; returns how many.
fn write_all(command: &clap::Command, folder: &Path) -> Result<usize> {
    let path = folder.join(Man::new(command.clone()).get_filename());
    fs::write(&path, rendered(command)?).with_context(|| format!("write {}", path.display()))?;
    shown(command).map(|it| write_all(it, folder)).try_fold(1, |sum, pages| Ok(sum + pages?))
}

fn rendered(command: &clap::Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).manual("scanstation").render(&mut page)?;
    Ok(page)
}
