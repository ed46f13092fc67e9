//! `scanstation decode FILE…`: the symbols of picture files, one line a file.
//!
//! The files are read in the order given, folders by name; a file that cannot be read has its line, with the error.
//! Invariant: what is printed is what the station would read of the same picture: the same room, the same options.
//! Deliberately absent: any registration of what was read; nothing is resolved and nothing is recorded.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::say;
use crate::domain::{Symbol, Symbology};
use crate::vision::{self, Engines, HAS_SECOND_ENGINE, Luma, Options, Symbologies};

/// Read the symbols in picture files.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation decode label.jpg
  scanstation decode --json photos/ > symbols.jsonl
  scanstation decode --symbologies QRCode,DataMatrix --budget 50 label.png

The exit code is 0 if every file held at least one symbol, 1 if one held none or a folder holds no picture, 7 if one could
not be read.")]
pub struct DecodeArgs {
    /// Pictures (PNG, JPEG, GIF, WebP, BMP) or folders of them.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print one line of JSON a file.
    #[arg(long)]
    pub json: bool,
    /// What to look for, separated by commas: QRCode, MicroQR, rMQR, DataMatrix, Aztec, PDF417, Code128, Code39, Code93,
    /// Codabar, ITF, EAN13, EAN8, UPCA, UPCE, DataBar, DataBarExpanded, MaxiCode; or `all`, or `usual` (all but Codabar and
    /// MaxiCode).
    #[arg(long, value_name = "LIST", default_value = "all", value_parser = symbologies)]
    pub symbologies: Symbologies,
    /// Time for one picture in milliseconds; one engine call may go over it.
    #[arg(long, value_name = "MS", default_value_t = 250)]
    pub budget: u64,
    /// Which engines may read.
    #[arg(long, value_enum, default_value_t = EngineChoice::Both)]
    pub engine: EngineChoice,
}

/// Which engines may read, as the command line says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum EngineChoice {
    /// Our own front end with rqrr, and zxing-cpp.
    Both,
    /// Our own front end with rqrr: QR symbols only.
    Own,
    /// zxing-cpp only.
    ZxingCpp,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<usize>,
    ms: f64,
    symbols: Vec<SymbolLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
struct SymbolLine {
    symbology: Symbology,
    aim: Option<String>,
    text: String,
    bytes: String,
    corners: [[f32; 2]; 4],
    engine: crate::domain::Engine,
    confidence: f32,
    grade: u8,
}

impl SymbolLine {
    fn new(symbol: &Symbol) -> Self {
        let tenth = |it: f32| (it * 10.0).round() / 10.0;
        Self {
            symbology: symbol.symbology,
            aim: symbol.aim.map(|it| it.to_string()),
            text: symbol.text.clone(),
            bytes: hex(&symbol.bytes),
            corners: symbol.corners.map(|(x, y)| [tenth(x), tenth(y)]),
            engine: symbol.engine,
            confidence: (symbol.confidence * 100.0).round() / 100.0,
            grade: symbol.grade,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |it: u8| char::from_digit(u32::from(it), 16).unwrap_or('0');
    bytes.iter().flat_map(|it| [digit(it >> 4), digit(it & 15)]).collect()
}

/// Reads the files and prints their lines; the exit code says whether all were read.
pub fn run(args: &DecodeArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let options = Options {
        symbologies: args.symbologies,
        budget: Duration::from_millis(args.budget),
        engines: match args.engine {
            EngineChoice::Both => Engines::Both,
            EngineChoice::Own => Engines::Own,
            EngineChoice::ZxingCpp => Engines::Second,
        },
        ..Options::default()
    };
    if args.engine == EngineChoice::ZxingCpp && !HAS_SECOND_ENGINE {
        anyhow::bail!("this build has no zxing-cpp; build it with the feature `second-engine`");
    }
    tell_what_cannot_be_read(args.symbologies)?;
    let files = listed(&args.files);
    let mut progress = Progress::new(files.len());
    let (mut empty, mut broken) = (false, false);
    for folder in args.files.iter().filter(|it| it.is_dir() && listed(&[(*it).clone()]).is_empty()) {
        say::aside(format!("scanstation: {} holds no picture: no file {}", folder.display(), endings()));
        empty = true;
    }
    for file in &files {
        progress.show(file);
        let start = now();
        let read = look(file, &options);
        let ms = now().saturating_sub(start).as_secs_f64() * 1e3;
        empty |= matches!(&read, Ok((_, symbols)) if symbols.is_empty());
        broken |= read.is_err();
        progress.clear();
        print(out, args.json, file, ms, read).context("write the result")?;
    }
    let exit = match (broken, empty) {
        (true, _) => Exit::System,
        (false, true) => Exit::No,
        (false, false) => Exit::Done,
    };
    Ok(exit.into())
}

/// Without the second engine only QR symbols are read: nobody shall wait for others in vain.
pub(super) fn tell_what_cannot_be_read(wanted: Symbologies) -> anyhow::Result<()> {
    let others = wanted.without(Symbology::QRCode);
    if HAS_SECOND_ENGINE || others.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = others.each().map(Symbologies::name_of).collect();
    let said = format!(
        "this build has no zxing-cpp and does not read {}; build it with the feature `second-engine`",
        names.join(", ")
    );
    anyhow::ensure!(wanted.has(Symbology::QRCode), said);
    say::aside(said);
    Ok(())
}

fn look(file: &Path, options: &Options) -> anyhow::Result<((usize, usize), Vec<Symbol>)> {
    let bytes = std::fs::read(file).context("open the file")?;
    let image: Luma = vision::picture(&bytes)?;
    let symbols = vision::read_still(&image, options, &mut now);
    Ok(((image.width(), image.height()), symbols))
}

type Look = anyhow::Result<((usize, usize), Vec<Symbol>)>;

fn print(out: &mut dyn Write, json: bool, file: &Path, ms: f64, read: Look) -> std::io::Result<()> {
    let file = file.to_string_lossy();
    let (size, symbols, error) = match read {
        Ok((size, symbols)) => (Some(size), symbols, None),
        Err(error) => (None, Vec::new(), Some(format!("{error:#}"))),
    };
    if json {
        let line = Line {
            file: &file,
            width: size.map(|it| it.0),
            height: size.map(|it| it.1),
            ms: (ms * 1e3).round() / 1e3,
            symbols: symbols.iter().map(SymbolLine::new).collect(),
            error,
        };
        serde_json::to_writer(&mut *out, &line)?;
        return writeln!(out);
    }
    let file = say::one_line(&file);
    match error {
        Some(error) => writeln!(out, "{file}: {}", say::one_line(&error)),
        None if symbols.is_empty() => writeln!(out, "{file}: no symbol ({ms:.1} ms)"),
        None => symbols.iter().try_for_each(|it| {
            let text = it.text.escape_debug();
            writeln!(out, "{file}: {:?} {text} ({ms:.1} ms, legibility {} of 4)", it.symbology, it.grade)
        }),
    }
}

/// The files, with folders unrolled by name.
fn listed(given: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in given {
        let entries = if path.is_dir() { std::fs::read_dir(path).ok() } else { None };
        let Some(entries) = entries else {
            files.push(path.clone());
            continue;
        };
        let mut inside: Vec<PathBuf> = entries.flatten().map(|it| it.path()).collect();
        inside.retain(|it| it.is_dir() || is_picture(it));
        inside.sort();
        files.extend(listed(&inside));
    }
    files
}

/// How the names of pictures end that are looked for in a folder.
const ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "bmp"];

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase);
    ending.is_some_and(|it| ENDINGS.contains(&it.as_str()))
}

/// How the names of pictures end, for people.
fn endings() -> String {
    ENDINGS.map(|it| format!("*.{it}")).join(", ")
}

/// Parses a list of symbologies; case does not count.
pub(super) fn symbologies(text: &str) -> Result<Symbologies, String> {
    Symbologies::parse(text).map_err(|name| {
        let known: Vec<&str> = Symbologies::EACH.into_iter().map(Symbologies::name_of).collect();
        format!("`{name}` is no symbology; known are {}", known.join(", "))
    })
}

/// The machine's own clock: a command is no part of the station, and nothing is recorded by this.
fn now() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// A line on the terminal that says how far we are; silent where nobody watches.
struct Progress {
    total: usize,
    done: usize,
    shown: bool,
}

impl Progress {
    fn new(total: usize) -> Self {
        Self { total, done: 0, shown: std::io::stderr().is_terminal() && total > 1 }
    }

    fn show(&mut self, file: &Path) {
        self.done += 1;
        if self.shown {
            let filled = self.done * 30 / self.total.max(1);
            let bar: String = (0..30).map(|it| if it < filled { '#' } else { '.' }).collect();
            self.write(&format!("\r[{bar}] {}/{} {}\x1b[K", self.done, self.total, file.display()));
        }
    }

    /// Takes the bar away, so that a result stands on a line of its own.
    fn clear(&self) {
        self.write("\r\x1b[K");
    }

    /// Nobody is hurt if the bar cannot be drawn.
    fn write(&self, text: &str) {
        let mut terminal = std::io::stderr();
        if self.shown && terminal.write_all(text.as_bytes()).is_ok() {
            terminal.flush().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::symbologies;
    use crate::domain::Symbology;
    use crate::vision::Symbologies;

    #[track_caller]
    fn check(list: &str, expected: Result<&[Symbology], &str>) {
        let found = symbologies(list);
        match expected {
            Ok(each) => assert_eq!(found, Ok(each.iter().copied().collect()), "{list}"),
            Err(part) => assert!(found.clone().is_err_and(|it| it.contains(part)), "{list}: {found:?}"),
        }
    }

    #[test]
    fn symbologies_are_named_as_in_the_output_and_case_does_not_count() {
        check("QRCode", Ok(&[Symbology::QRCode]));
        check("rmqr, code128", Ok(&[Symbology::RectangularMicroQR, Symbology::Code128]));
        check("qr", Err("`qr` is no symbology; known are QRCode, MicroQR, rMQR"));
        assert_eq!(symbologies("all"), Ok(Symbologies::all()));
        assert!(!symbologies("usual").unwrap().has(Symbology::MaxiCode));
    }
}
