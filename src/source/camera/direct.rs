//! Pictures from a V4L2 camera that nokhwa will not open: GREY, and intervals such as 1001/30000.
//!
//! nokhwa reads the present interval first and refuses every one that is not 1/n, and asks for grey by a name that Linux
//! does not use. The binding below it has neither limit, so such a camera is read through that, in the same child.
//! Invariant: only what the driver says it filled is looked at; no picture for [`SILENCE_MAX`] is an error.
//! Deliberately absent: exposure and focus, which such cameras (capture boxes, machine vision) set elsewhere.

use v4l::buffer::Type;
use v4l::io::mmap::Stream;
use v4l::io::traits::CaptureStream;
use v4l::video::Capture;
use v4l::video::capture::Parameters;
use v4l::{Device, Format, FourCC};

use super::capture::TORN_MAX;
use super::worker::Slot;
use super::{Options, SILENCE_MAX};
use crate::source::SourceError;
use crate::vision::{RawFormat, unpack};

/// Cheapest to unpack first, with the bytes of a pixel in a row; a JPEG has rows of its own.
const FORMATS: [(&[u8; 4], RawFormat, Option<u32>); 4] = [
    (b"GREY", RawFormat::Grey, Some(1)),
    (b"NV12", RawFormat::Nv12, Some(1)),
    (b"YUYV", RawFormat::Yuyv, Some(2)),
    (b"MJPG", RawFormat::Mjpeg, None),
];

/// Buffers in the driver: one filled, one waiting, one being read, one to spare.
const BUFFERS: u32 = 4;

/// Takes pictures until the camera fails; each goes into the slot.
pub(super) fn run(name: &str, node: u32, options: &Options, slot: &Slot) -> Result<(), SourceError> {
    let failed = |doing: &'static str| move |it: std::io::Error| SourceError::from_io(doing, name, &it);
    let path = format!("/dev/video{node}");
    let device = Device::with_path(&path).map_err(failed("open"))?;
    let (set, format, across) = formatted(&device, name, options)?;
    // A rate that the driver does not have is not worth a failure: it goes on with its own.
    Capture::set_params(&device, &Parameters::with_fps(options.rate)).ok();
    let mut stream = Stream::with_buffers(&device, Type::VideoCapture, BUFFERS).map_err(failed("start"))?;
    stream.set_timeout(SILENCE_MAX);
    let side = |it: u32| usize::try_from(it).unwrap_or(usize::MAX);
    let (width, height) = (side(set.width), side(set.height));
    let mut torn = 0;
    loop {
        let (buffer, filled) = CaptureStream::next(&mut stream).map_err(failed("read"))?;
        let bytes = buffer.get(..side(filled.bytesused)).unwrap_or(buffer);
        match unpack(format, side(across), height, bytes) {
            Ok(image) if image.width() > width && format != RawFormat::Mjpeg => {
                slot.put(image.crop(0, 0, width, height));
            }
            Ok(image) => slot.put(image),
            Err(_) if torn < TORN_MAX => {
                torn += 1;
                continue;
            }
            Err(error) => {
                let cause = format!("{TORN_MAX} pictures on end were torn: {error}");
                return Err(SourceError::Other { doing: "read", device: name.to_owned(), cause });
            }
        }
        torn = 0;
    }
}

/// Sets the first format that the driver accepts; with its rows' length in pixels.
fn formatted(device: &Device, name: &str, options: &Options) -> Result<(Format, RawFormat, u32), SourceError> {
    for (code, format, pixel) in FORMATS {
        let wanted = Format::new(options.width, options.height, FourCC::new(code));
        let Ok(set) = Capture::set_format(device, &wanted) else { continue };
        if set.fourcc.repr == *code {
            let across = pixel.map_or(set.width, |it| (set.stride / it).max(set.width));
            return Ok((set, format, across));
        }
    }
    let cause = "it has none of the formats GREY, NV12, YUYV and MJPEG".to_owned();
    Err(SourceError::Unsupported { doing: "open", device: name.to_owned(), cause })
}
