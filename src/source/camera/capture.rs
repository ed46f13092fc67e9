//! Pictures from a V4L2 camera through nokhwa, in the child process only.
//!
//! Raw buffers are taken and unpacked by `vision`: nokhwa's own conversion goes through colour, refuses grey, and needs a
//! C library for JPEG. Torn pictures are passed over.
//! Traps met here: the call for a picture blocks without limit (so this is a child that can be killed), letting a stream
//! go panics when the camera was pulled (caught by the child's end), a control that the driver rounds counts as set.
//! Deliberately absent: cameras that nokhwa will not open, which `direct.rs` reads.

use std::path::{Path, PathBuf};

use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, ControlValueSetter, FrameFormat, KnownCameraControl, RequestedFormat,
    RequestedFormatType, Resolution, all_known_camera_controls,
};
use nokhwa::{Camera, NokhwaError};

use super::Options;
use super::direct;
use super::worker::Slot;
use crate::source::SourceError;
use crate::vision::{RawFormat, unpack};

/// What cameras may deliver, cheapest to unpack first.
const FORMATS: [FrameFormat; 4] = [FrameFormat::GRAY, FrameFormat::NV12, FrameFormat::YUYV, FrameFormat::MJPEG];

/// Pictures on end that may be torn before the camera counts as broken (chosen: two seconds at 30 a second).
pub(super) const TORN_MAX: u32 = 60;

/// A camera that is plugged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it calls itself.
    pub name: String,
    /// The name to use: stable over replugging where the system has one, else `/dev/videoN`.
    pub device: PathBuf,
}

/// Lists the cameras that are there; nodes that carry no pictures (metadata) are left out.
pub fn list() -> Result<Vec<Found>, SourceError> {
    let cameras = nokhwa::query(ApiBackend::Video4Linux).map_err(|it| failed("list", "cameras", &it))?;
    let found = cameras.into_iter().filter_map(|it| {
        let number = it.index().as_index().ok()?;
        let node = PathBuf::from(format!("/dev/video{number}"));
        let device = stable_name(Path::new(BY_ID), &node).unwrap_or(node);
        // A second node of one camera carries metadata; its stable name ends in `index1`.
        (!device.to_string_lossy().ends_with("-index1")).then(|| Found { name: it.human_name(), device })
    });
    Ok(found.collect())
}

/// Where the system keeps names that stay over replugging, each a link to a node.
const BY_ID: &str = "/dev/v4l/by-id";

fn stable_name(folder: &Path, node: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries.flatten().map(|it| it.path()).find(|it| it.canonicalize().is_ok_and(|target| target == node))
}

/// The number of a device node, which is all that nokhwa can open.
fn number_of(name: &str) -> Result<u32, SourceError> {
    if let Ok(number) = name.parse() {
        return Ok(number);
    }
    let node = Path::new(name).canonicalize().map_err(|it| SourceError::from_io("open", name, &it))?;
    number_in(&node).ok_or_else(|| {
        let cause = "it is no /dev/video device".to_owned();
        SourceError::Unsupported { doing: "open", device: name.to_owned(), cause }
    })
}

fn number_in(node: &Path) -> Option<u32> {
    node.to_str()?.strip_prefix("/dev/video")?.parse().ok()
}

fn failed(doing: &'static str, device: &str, error: &NokhwaError) -> SourceError {
    let (device, cause) = (device.to_owned(), error.to_string());
    let says = |word: &str| cause.to_lowercase().contains(word);
    if says("no such device") {
        return SourceError::Disconnected { doing, device };
    }
    if says("permission denied") {
        return SourceError::PermissionDenied { doing, device };
    }
    if says("busy") {
        return SourceError::Busy { doing, device };
    }
    if says("not found") || says("no such file") {
        return SourceError::NotFound { doing, device };
    }
    if says("format") || says("interval") || says("framerate") {
        // Opening reads the camera's present format first, and knows neither 30000/1001 nor other pixel formats.
        return SourceError::Unsupported { doing, device, cause };
    }
    SourceError::Other { doing, device, cause }
}

/// Takes pictures until the camera fails; each goes into the slot.
pub fn run(name: &str, options: &Options, slot: &Slot) -> Result<(), SourceError> {
    let mut camera = match open(name, options) {
        Err(SourceError::Unsupported { .. }) => return direct::run(name, number_of(name)?, options, slot),
        opened => opened?,
    };
    camera.open_stream().map_err(|it| failed("start", name, &it))?;
    let mut torn = 0;
    loop {
        let format = raw_format(camera.frame_format());
        let size = camera.resolution();
        let side = |it: u32| usize::try_from(it).unwrap_or(usize::MAX);
        let bytes = camera.frame_raw().map_err(|it| failed("read", name, &it))?;
        let image = format.and_then(|it| unpack(it, side(size.width()), side(size.height()), &bytes).ok());
        if let Some(image) = image {
            torn = 0;
            slot.put(image);
            continue;
        }
        torn += 1;
        if torn > TORN_MAX {
            let cause = format!("{TORN_MAX} pictures on end were torn or of a kind not understood");
            return Err(SourceError::Other { doing: "read", device: name.to_owned(), cause });
        }
    }
}

const fn raw_format(format: FrameFormat) -> Option<RawFormat> {
    Some(match format {
        FrameFormat::YUYV => RawFormat::Yuyv,
        FrameFormat::NV12 => RawFormat::Nv12,
        FrameFormat::GRAY => RawFormat::Grey,
        FrameFormat::MJPEG => RawFormat::Mjpeg,
        FrameFormat::RAWRGB | FrameFormat::RAWBGR => return None,
    })
}

/// Opens the camera at the exact size asked, in the cheapest format it has at that size; else at what comes closest.
fn open(name: &str, options: &Options) -> Result<Camera, SourceError> {
    let index = CameraIndex::Index(number_of(name)?);
    let size = Resolution::new(options.width, options.height);
    let mut last = None;
    for format in FORMATS {
        let wanted = CameraFormat::new(size, format, options.rate);
        let request =
            RequestedFormat::with_formats(RequestedFormatType::Closest(wanted), std::slice::from_ref(&format));
        match Camera::with_backend(index.clone(), request, ApiBackend::Video4Linux) {
            Ok(mut camera) => {
                set_controls(&mut camera, &options.controls);
                return Ok(camera);
            }
            Err(error) => last = Some(failed("open", name, &error)),
        }
    }
    let cause = "it has none of the formats GREY, NV12, YUYV and MJPEG".to_owned();
    Err(last.unwrap_or(SourceError::Unsupported { doing: "open", device: name.to_owned(), cause }))
}

/// V4L2's names for what nokhwa has no word for (`linux/v4l2-controls.h`): nokhwa's own exposure and focus are the relative
/// ones, which hardly any camera has. Each is set after its automatic was switched off.
const ABSOLUTE: [Absolute; 2] = [
    Absolute { name: "exposure", automatic: 0x009a_0901, off: 1, control: 0x009a_0902 },
    Absolute { name: "focus", automatic: 0x009a_090c, off: 0, control: 0x009a_090a },
];

struct Absolute {
    name: &'static str,
    automatic: u128,
    off: i64,
    control: u128,
}

/// Sets exposure and focus; what cannot be set is told and is no fault.
fn set_controls(camera: &mut Camera, controls: &[(String, i64)]) {
    for (name, value) in controls {
        let known = all_known_camera_controls().into_iter().find(|it| is_named(*it, name));
        let steps: Vec<(KnownCameraControl, i64)> = match (ABSOLUTE.iter().find(|it| it.name == name), known) {
            (Some(it), _) => {
                let other = KnownCameraControl::Other;
                vec![(other(it.automatic), it.off), (other(it.control), *value)]
            }
            (None, Some(control)) => vec![(control, *value)],
            (None, None) => {
                tracing::warn!(camera.control = name, "there is no camera control of this name");
                continue;
            }
        };
        for (control, value) in steps {
            match camera.set_camera_control(control, ControlValueSetter::Integer(value)) {
                Ok(()) => {}
                Err(error) if is_rounded(&error) => {
                    tracing::info!(camera.control = name, value, "the driver took a value near this one");
                }
                Err(error) => tracing::warn!(camera.control = name, %error, "the driver refused a control"),
            }
        }
    }
}

/// Whether a control is set, though to another value than asked: nokhwa reads it back and calls that rejected.
fn is_rounded(error: &NokhwaError) -> bool {
    matches!(error, NokhwaError::SetPropertyError { error, .. } if error == "Rejected")
}

fn is_named(control: KnownCameraControl, name: &str) -> bool {
    control.to_string().eq_ignore_ascii_case(name)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use nokhwa::NokhwaError;

    use super::{is_rounded, number_in, number_of, stable_name};
    use crate::source::SourceError;

    #[test]
    fn a_camera_is_opened_by_the_number_behind_its_name() {
        for (name, expected) in [("0", Some(0)), ("12", Some(12)), ("/dev/null", None)] {
            assert_eq!(number_of(name).ok(), expected, "{name}");
        }
        for (node, expected) in [("/dev/video3", Some(3)), ("/dev/video", None), ("/dev/vide3", None), ("video3", None)]
        {
            assert_eq!(number_in(Path::new(node)), expected, "{node}");
        }
        assert!(matches!(number_of("/dev/null"), Err(SourceError::Unsupported { .. })));
        assert!(matches!(number_of("/dev/v4l/by-id/nobody-has-this"), Err(SourceError::NotFound { .. })));
    }

    #[test]
    fn a_camera_keeps_its_name_when_its_number_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (nodes, names) = (folder.path().canonicalize().unwrap(), folder.path().join("by-id"));
        std::fs::create_dir(&names).unwrap();
        let name = names.join("usb-lens-video-index0");
        symlink("../video9", names.join("usb-gone-video-index0")).unwrap();
        for number in ["video0", "video2"] {
            File::create(nodes.join(number)).unwrap();
            symlink(format!("../{number}"), &name).unwrap();
            assert_eq!(stable_name(&names, &nodes.join(number)).as_ref(), Some(&name), "{number}");
            assert_eq!(stable_name(&names, &nodes.join("video7")), None);
            std::fs::remove_file(&name).unwrap();
        }
        assert_eq!(stable_name(&names.join("not there"), &nodes.join("video0")), None);
    }

    #[test]
    fn a_control_that_the_driver_rounds_counts_as_set() {
        let told = |error: &str| NokhwaError::SetPropertyError {
            property: "Brightness".to_owned(),
            value: "Integer(201)".to_owned(),
            error: error.to_owned(),
        };
        assert!(is_rounded(&told("Rejected")));
        assert!(!is_rounded(&told("Permission denied (os error 13)")));
        assert!(!is_rounded(&NokhwaError::GeneralError("Rejected".to_owned())));
    }
}
