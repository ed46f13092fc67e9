//! A picture file that somebody wants kept: whether it is a PNG or a JPEG, whether all of it is there, and whether it can
//! be shown.
//!
//! It is unpacked once to be sure, and what comes out is thrown away: the file stays as it was sent.
//! Invariant: size and memory are limited before anything is unpacked; any bytes give a yes, or a reason and a way out.
//! Deliberately absent: opening files, keeping them, and what the picture shows; a JPEG that its maker ended too early, with
//! an end marker, is shown as far as it goes.

use std::io::{Cursor, ErrorKind};

use image::{DynamicImage, ImageError, ImageFormat, ImageReader, Limits};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::error::PictureError;
use super::luma::Luma;
use super::number::count;

/// Most pixels of a picture that is kept (chosen: twice what a camera puts into a JPEG of 8 MiB; one that comes in several
/// passes takes some 300 MiB while it is unpacked).
const PIXELS_MAX: usize = 32 << 20;

/// Memory for unpacking a PNG: eight bytes a pixel, the deepest there is.
const ALLOCATION_MAX: u64 = 256 << 20;

/// Looks a file over that is to be kept as a picture, of at most so many bytes.
///
/// # Errors
/// What is wrong with it, and what to do.
pub fn look_over(bytes: &[u8], bytes_max: usize) -> Result<(), PictureError> {
    if bytes.len() > bytes_max {
        return Err(PictureError::TooManyBytes { bytes_max });
    }
    let found = image::guess_format(bytes).ok();
    if found == Some(ImageFormat::Png) {
        png(bytes)
    } else if found == Some(ImageFormat::Jpeg) {
        jpeg(bytes)
    } else {
        let others = [(ImageFormat::Gif, "a GIF"), (ImageFormat::WebP, "a WebP"), (ImageFormat::Bmp, "a BMP")];
        let known = others.iter().find(|it| found == Some(it.0)).map(|it| it.1);
        Err(PictureError::OtherKind { found: known.unwrap_or("nothing that is known here") })
    }
}

fn png(bytes: &[u8]) -> Result<(), PictureError> {
    // The size stands at the same place in every PNG (W3C PNG §11.2.1: IHDR is the first chunk).
    if let Some([b'I', b'H', b'D', b'R', a, b, c, d, e, f, g, h, ..]) = bytes.get(12..) {
        fits(count(u32::from_be_bytes([*a, *b, *c, *d])), count(u32::from_be_bytes([*e, *f, *g, *h])))?;
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(ALLOCATION_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
    reader.limits(limits);
    let unpacked = reader.into_decoder().and_then(DynamicImage::from_decoder);
    let is_cut = |it: &ImageError| matches!(it, ImageError::IoError(it) if it.kind() == ErrorKind::UnexpectedEof);
    unpacked
        .map(drop)
        .map_err(|it| if is_cut(&it) { PictureError::Cut } else { PictureError::Broken { reason: it.to_string() } })
}

fn jpeg(bytes: &[u8]) -> Result<(), PictureError> {
    let broken = |reason: String| PictureError::Broken { reason };
    match end(bytes) {
        End::Marked => {}
        End::Cut => return Err(PictureError::Cut),
        End::Other => return Err(broken("it is no JPEG behind its first bytes".to_owned())),
    }
    // Cameras write odd headers, so these are read leniently; of the picture itself nothing may be missing.
    let lenient = DecoderOptions::default().set_strict_mode(false).set_max_width(usize::MAX).set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), lenient);
    decoder.decode_headers().map_err(|it| broken(it.to_string()))?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    fits(width, height)?;
    let has_luma = matches!(decoder.input_colorspace(), Some(ColorSpace::YCbCr | ColorSpace::Luma));
    let colours = if has_luma { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(lenient.set_strict_mode(true).jpeg_set_out_colorspace(colours));
    decoder.decode().map(drop).map_err(|it| broken(it.to_string()))
}

fn fits(width: usize, height: usize) -> Result<(), PictureError> {
    let (side_max, pixels_max) = (Luma::SIDE_MAX, PIXELS_MAX);
    if width.max(height) > side_max || width.saturating_mul(height) > pixels_max {
        return Err(PictureError::TooManyPixels { width, height, side_max, pixels_max });
    }
    Ok(())
}

/// How a JPEG ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// With its end marker.
    Marked,
    /// Before it.
    Cut,
    /// It is no JPEG from some marker on.
    Other,
}

/// How a JPEG ends, by its markers alone (ISO/IEC 10918-1 annex B): decoders show what is there and fill up the rest.
fn end(bytes: &[u8]) -> End {
    let mut at = 2; // Behind the start marker.
    loop {
        at += match bytes.get(at..).unwrap_or_default() {
            [0xFF, 0xD9, ..] => return End::Marked,
            [0xFF, 0x02..=0xBF, ..] => return End::Other, // Reserved.
            [0xFF, 0x00 | 0x01 | 0xD0..=0xD8, ..] => 2,
            // Fill bytes, and entropy-coded bytes: in them 0xFF is followed by 0 or is a marker.
            [0xFF, 0xFF, ..] => 1,
            [0xFF, _, high, low, ..] => 2 + usize::from(u16::from_be_bytes([*high, *low])),
            [] | [0xFF, ..] => return End::Cut,
            between => between.iter().position(|it| *it == 0xFF).unwrap_or(between.len()),
        };
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{GrayImage, ImageFormat, Luma as Grey};

    use super::{End, PIXELS_MAX, end, look_over};
    use crate::vision::{Luma, jpeg};

    const BYTES_MAX: usize = 64 * 1024;

    #[track_caller]
    fn refused(bytes: &[u8], expected: &str) {
        assert_eq!(look_over(bytes, BYTES_MAX).unwrap_err().to_string(), expected);
    }

    /// Something to see in every row.
    fn grey(x: usize, y: usize) -> u8 {
        u8::try_from((x * 7 + y * 13) % 251).unwrap()
    }

    fn a_jpeg() -> Vec<u8> {
        jpeg(&Luma::from_fn(120, 90, grey), 80)
    }

    fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let pixel = |x: u32, y: u32| Grey([grey(x.try_into().unwrap(), y.try_into().unwrap())]);
        let mut written = Cursor::new(Vec::new());
        GrayImage::from_fn(width, height, pixel).write_to(&mut written, format).unwrap();
        written.into_inner()
    }

    #[test]
    fn a_whole_picture_is_one_whatever_stands_behind_it() {
        for whole in [a_jpeg(), file(120, 90, ImageFormat::Png), file(1, 1, ImageFormat::Png)] {
            look_over(&whole, BYTES_MAX).unwrap();
            look_over(&[&whole[..], &[0; 100]].concat(), BYTES_MAX).unwrap();
        }
    }

    #[test]
    fn a_picture_that_is_cut_anywhere_is_told() {
        let said = "the picture ends in the middle; send the whole file";
        let (jpeg, png) = (a_jpeg(), file(120, 90, ImageFormat::Png));
        for cut in (4..jpeg.len() - 1).step_by(7) {
            refused(&jpeg[..cut], said);
        }
        refused(&jpeg[..jpeg.len() - 1], said);
        for cut in [40, png.len() / 2, png.len() - 20] {
            refused(&png[..cut], said);
        }
    }

    #[test]
    fn what_only_begins_like_a_picture_is_told() {
        let broken = |bytes: &[u8]| {
            let told = look_over(bytes, BYTES_MAX).unwrap_err().to_string();
            assert!(told.starts_with("the picture cannot be shown (") && told.ends_with("as PNG or JPEG"), "{told}");
        };
        broken(b"\xff\xd8\xff<html><body>not a picture</body></html>");
        let png = file(120, 90, ImageFormat::Png);
        let mut changed = png.clone();
        changed[png.len() / 2] ^= 0x55;
        broken(&changed);
        // A page behind a real header: what would be the picture never ends.
        let header = a_jpeg();
        let scan = header.windows(2).position(|it| it == [0xFF, 0xDA]).unwrap();
        let page = [&header[..scan + 14], &b"<html><body>not a picture</body></html>"[..]].concat();
        refused(&page, "the picture ends in the middle; send the whole file");
    }

    #[test]
    fn what_is_no_picture_of_the_two_kinds_is_told_what_is() {
        let said = |it: &str| format!("a picture is a PNG or a JPEG, and this is {it}; save it as one of the two");
        refused(b"<html>", &said("nothing that is known here"));
        refused(b"", &said("nothing that is known here"));
        refused(b"GIF89a", &said("a GIF"));
        refused(&file(4, 4, ImageFormat::Bmp), &said("a BMP"));
    }

    #[test]
    fn what_would_unpack_beyond_the_limits_is_not_unpacked() {
        let png = |width: u32, height: u32| {
            let mut png = file(1, 1, ImageFormat::Png);
            png[16..20].copy_from_slice(&width.to_be_bytes());
            png[20..24].copy_from_slice(&height.to_be_bytes());
            png
        };
        let most = "more than 16,384 a side or 33,554,432 in all; make it smaller";
        refused(&png(12_000, 9_000), &format!("the picture has 12,000 × 9,000 pixels, {most}"));
        refused(&png(1, 16_385), &format!("the picture has 1 × 16,385 pixels, {most}"));
        let mut jpeg = a_jpeg();
        let frame = jpeg.windows(2).position(|it| it == [0xFF, 0xC0]).unwrap();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF; 4]);
        refused(&jpeg, &format!("the picture has 65,535 × 65,535 pixels, {most}"));
        assert_eq!(PIXELS_MAX, 33_554_432);
        let large = [a_jpeg(), vec![0; BYTES_MAX]].concat();
        refused(&large, "the picture has more than 65,536 bytes; make it smaller");
    }

    #[test]
    fn a_thumbnail_in_the_header_does_not_end_the_picture() {
        let thumbnail = [0xFF, 0xD8, 0xFF, 0xE1, 0, 6, 0xFF, 0xD9, 0xFF, 0xD9, 0xFF, 0xD9];
        assert_eq!(end(&thumbnail), End::Marked);
        assert_eq!(end(&thumbnail[..10]), End::Cut);
        assert_eq!(end(&[0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 7, 0xFF, 0, 8, 0xFF, 0xD0, 9]), End::Cut);
        assert_eq!(end(&[0xFF, 0xD8, 0xFF, b'<', b'h']), End::Other);
    }
}
