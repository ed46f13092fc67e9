//! `scanstation camera`: which cameras are there, one picture, aiming; and the child process that a station's camera runs in.
//!
//! Deliberately absent: a running station's camera, which `serve` starts.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};

use super::decode::{symbologies, tell_what_cannot_be_read};
use crate::source::camera;
use crate::source::camera::{Eye, Options, worker};
use crate::vision::{Symbologies, jpeg};

/// List cameras, take a picture, or aim one.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  scanstation camera list
  scanstation camera snap --device /dev/v4l/by-id/usb-046d_HD_Pro-video-index0 label.pgm
  scanstation camera tune --device 0")]
pub struct CameraArgs {
    #[command(subcommand)]
    word: Word,
}

#[derive(clap::Subcommand, Debug)]
enum Word {
    /// The cameras that are plugged in, by the name to configure.
    List {
        /// As JSON, one array.
        #[arg(long)]
        json: bool,
    },
    /// Take one picture and save it: PGM, or JPEG if the name ends in .jpg.
    Snap {
        #[command(flatten)]
        eye: EyeArgs,
        /// Where to save it.
        file: PathBuf,
    },
    /// Say what is seen, picture by picture, until interrupted.
    Tune {
        #[command(flatten)]
        eye: EyeArgs,
    },
    /// The child process of a station's camera; not for people.
    #[command(hide = true)]
    Worker {
        #[command(flatten)]
        eye: EyeArgs,
    },
}

/// Where pictures come from and how they are looked at.
#[derive(clap::Args, Debug)]
pub struct EyeArgs {
    /// The camera: a name from `camera list`, a /dev/video device, or a number.
    #[arg(long, value_name = "NAME", default_value = "0", conflicts_with = "folder")]
    pub device: String,
    /// A folder of pictures instead of a camera, in the order of their names.
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Pictures a second of a folder.
    #[arg(long, default_value_t = 30)]
    pub folder_rate: u32,
    /// Begin a folder again after its last picture.
    #[arg(long, num_args = 1, default_value_t = false)]
    pub again: bool,
    /// Pixels a row.
    #[arg(long, default_value_t = 1280)]
    pub width: u32,
    /// Rows.
    #[arg(long, default_value_t = 720)]
    pub height: u32,
    /// Pictures a second.
    #[arg(long, default_value_t = 30)]
    pub rate: u32,
    /// Time for one picture in milliseconds.
    #[arg(long, default_value_t = 15)]
    pub budget: u64,
    /// What to look for, as in `decode`.
    #[arg(long, default_value = "usual", value_parser = symbologies)]
    pub symbologies: Symbologies,
    /// Set a control of the camera, such as exposure=200 or focus=30.
    #[arg(long = "control", value_name = "NAME=VALUE", value_parser = control)]
    pub controls: Vec<(String, i64)>,
}

impl EyeArgs {
    fn options(&self) -> Options {
        let eye = match &self.folder {
            Some(path) => Eye::Folder { path: path.clone(), rate: self.folder_rate, again: self.again },
            None => Eye::Device(self.device.clone()),
        };
        let mut options = Options::new(eye);
        (options.width, options.height, options.rate) = (self.width, self.height, self.rate);
        options.vision.budget = Duration::from_millis(self.budget);
        options.vision.symbologies = self.symbologies;
        options.controls.clone_from(&self.controls);
        options
    }
}

fn control(text: &str) -> Result<(String, i64), String> {
    camera::control(text).ok_or_else(|| format!("`{text}` is not NAME=VALUE with a whole number"))
}

/// Does what the words say.
pub fn run(args: &CameraArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    match &args.word {
        Word::List { json } => list(*json, out)?,
        Word::Snap { eye, file } => snap(&eye.options(), file)?,
        Word::Tune { eye } => {
            tell_what_cannot_be_read(eye.symbologies)?;
            tune(&eye.options(), out)?;
        }
        // Its listener may end first: that is how it is told to.
        Word::Worker { eye } => worker::run(&eye.options(), std::io::stdin(), out).context("tell the station")?,
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(feature = "camera")]
fn list(json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let found = camera::capture::list()?;
    if json {
        let row = |it: &camera::capture::Found| serde_json::json!({ "device": it.device, "name": it.name });
        writeln!(out, "{}", serde_json::Value::Array(found.iter().map(row).collect()))?;
    }
    if found.is_empty() {
        bail!("no camera is plugged in");
    }
    for camera in found.iter().filter(|_| !json) {
        writeln!(out, "{}  {}", camera.device.display(), camera.name)?;
    }
    Ok(())
}

#[cfg(not(feature = "camera"))]
fn list(_: bool, _: &mut dyn Write) -> anyhow::Result<()> {
    bail!("this build has no camera; build it with the feature `camera`")
}

/// Quality of a saved JPEG, of 100 (chosen: bars stay readable).
const SNAP_QUALITY: u8 = 92;

fn snap(options: &Options, file: &PathBuf) -> anyhow::Result<()> {
    let image = worker::one(options)?;
    let ending = file.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase);
    let bytes = if matches!(ending.as_deref(), Some("jpg" | "jpeg")) {
        jpeg(&image, SNAP_QUALITY)
    } else {
        let head = format!("P5\n{} {}\n255\n", image.width(), image.height());
        [head.as_bytes(), image.pixels()].concat()
    };
    std::fs::write(file, bytes).with_context(|| format!("save {}", file.display()))
}

fn tune(options: &Options, out: &mut dyn Write) -> anyhow::Result<()> {
    worker::watch(options, &mut |sight, ms| {
        let seen: Vec<String> = sight
            .symbols
            .iter()
            .map(|it| format!("{} {} (legibility {})", Symbologies::name_of(it.symbology), it.text, it.grade))
            .collect();
        let hint = sight.hint.map(|it| format!("{it:?}")).unwrap_or_default();
        writeln!(out, "{ms:6.1} ms  {}{hint}", seen.join(", "))
    })?;
    Ok(())
}
