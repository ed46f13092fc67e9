//! What a camera delivers, to brightness: YUYV, NV12, GREY, MJPEG.
//!
//! The brightness is taken as it is: no colour is computed and thrown away again.
//! Invariant: short or torn pictures are an error, never a guess; bytes beyond the picture are not looked at, because
//! drivers hand out the whole buffer, and a JPEG ends at its end marker.
//! Deliberately absent: the camera.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::error::PictureError;
use super::luma::Luma;

/// How a camera packs its pictures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RawFormat {
    /// Brightness and colour by turns: every second byte counts.
    Yuyv,
    /// A plane of brightness, then colour.
    Nv12,
    /// Brightness only.
    Grey,
    /// One JPEG a picture.
    Mjpeg,
}

/// Unpacks one picture of a camera. `width` and `height` are what the camera was set to; a JPEG says its own.
pub fn unpack(format: RawFormat, width: usize, height: usize, bytes: &[u8]) -> Result<Luma, PictureError> {
    let torn = || PictureError::Undecodable { reason: format!("a picture of {} bytes is torn", bytes.len()) };
    let area = width.checked_mul(height).ok_or_else(torn)?;
    match format {
        RawFormat::Yuyv => {
            let pairs = bytes.get(..area * 2).ok_or_else(torn)?.as_chunks::<2>().0;
            Luma::new(width, height, pairs.iter().map(|[y, _]| *y).collect()).ok_or_else(torn)
        }
        RawFormat::Nv12 | RawFormat::Grey => {
            let plane = bytes.get(..area).ok_or_else(torn)?;
            Luma::new(width, height, plane.to_vec()).ok_or_else(torn)
        }
        RawFormat::Mjpeg => jpeg(bytes),
    }
}

/// A JPEG straight to its brightness.
fn jpeg(bytes: &[u8]) -> Result<Luma, PictureError> {
    let whole = whole_jpeg(bytes)
        .ok_or_else(|| PictureError::Undecodable { reason: "a JPEG without begin or end is torn".to_owned() })?;
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::Luma)
        .set_max_width(Luma::SIDE_MAX)
        .set_max_height(Luma::SIDE_MAX)
        .set_strict_mode(false);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(whole), options);
    let pixels = decoder.decode().map_err(|it| PictureError::Undecodable { reason: it.to_string() })?;
    let size = decoder.info().map(|it| (usize::from(it.width), usize::from(it.height)));
    size.and_then(|(width, height)| Luma::new(width, height, pixels))
        .ok_or_else(|| PictureError::Undecodable { reason: "the JPEG has no size".to_owned() })
}

/// From the start marker to the end marker of the scan: what comes after is left of an older picture.
fn whole_jpeg(bytes: &[u8]) -> Option<&[u8]> {
    if !bytes.starts_with(&[0xFF, 0xD8]) {
        return None;
    }
    // Entropy-coded bytes never hold 0xFF 0xD9 (ISO/IEC 10918-1 §B.1.1.5); thumbnails in headers may, so scan from the
    // start of the scan on.
    let scan = bytes.windows(2).position(|it| it == [0xFF, 0xDA])?;
    let end = bytes.get(scan..)?.windows(2).position(|it| it == [0xFF, 0xD9])?;
    bytes.get(..scan + end + 2)
}

#[cfg(test)]
mod tests {
    use super::{RawFormat, unpack, whole_jpeg};

    #[track_caller]
    fn check(format: RawFormat, bytes: &[u8], expected: Option<&[u8]>) {
        let image = unpack(format, 2, 2, bytes).ok();
        assert_eq!(image.as_ref().map(crate::vision::luma::Luma::pixels), expected, "{format:?}");
    }

    #[test]
    fn the_brightness_is_taken_and_what_lies_behind_the_picture_is_not() {
        check(RawFormat::Yuyv, &[1, 128, 2, 128, 3, 128, 4, 128, 99, 99], Some(&[1, 2, 3, 4]));
        check(RawFormat::Nv12, &[1, 2, 3, 4, 128, 128], Some(&[1, 2, 3, 4]));
        check(RawFormat::Grey, &[1, 2, 3, 4], Some(&[1, 2, 3, 4]));
        check(RawFormat::Yuyv, &[1, 128, 2, 128, 3, 128, 4], None);
        check(RawFormat::Grey, &[1, 2, 3], None);
        check(RawFormat::Mjpeg, &[0xFF, 0xD8, 1, 2, 3], None);
    }

    #[test]
    fn a_jpeg_ends_at_its_end_marker_whatever_the_buffer_still_holds() {
        let jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xD9, 0xFF, 0xDA, 5, 6, 0xFF, 0xD9];
        let stale = [jpeg.as_slice(), &[7, 0xFF, 0xD9]].concat();
        assert_eq!(whole_jpeg(&stale), Some(jpeg.as_slice()));
        assert_eq!(whole_jpeg(&jpeg[..10]), None);
    }
}
