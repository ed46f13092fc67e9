//! A picture file's bytes to brightness: PNG, JPEG, GIF (its first picture), WebP, BMP.
//!
//! Transparent pixels are paper: they become white, as both ZXing test programs have it.
//! Invariant: size and memory are limited before anything is unpacked; any bytes give a picture or an error.
//! Deliberately absent: opening files; colour.

use std::io::Cursor;

use image::{ImageDecoder, ImageEncoder, ImageReader, Limits};

use super::error::PictureError;
use super::luma::Luma;
use super::number::{count, grey_of};

/// Memory a decoder may ask for: four bytes a pixel of the largest picture, and as much again for its own tables.
const ALLOCATION_MAX: u64 = 512 << 20;

/// Unpacks a picture file.
pub fn picture(bytes: &[u8]) -> Result<Luma, PictureError> {
    let undecodable = |reason: image::ImageError| PictureError::Undecodable { reason: reason.to_string() };
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|it| PictureError::Undecodable { reason: it.to_string() })?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(ALLOCATION_MAX);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(undecodable)?;
    let (width, height) = decoder.dimensions();
    let (w, h) = (count(width), count(height));
    if w > Luma::SIDE_MAX || h > Luma::SIDE_MAX || w * h > Luma::PIXELS_MAX {
        let (side_max, pixels_max) = (Luma::SIDE_MAX, Luma::PIXELS_MAX);
        return Err(PictureError::TooLarge { width, height, side_max, pixels_max });
    }
    let decoded = image::DynamicImage::from_decoder(decoder).map_err(undecodable)?;
    #[allow(clippy::wildcard_enum_match_arm, reason = "all other kinds go through one conversion")]
    let pixels = match decoded {
        image::DynamicImage::ImageLuma8(grey) => grey.into_raw(),
        other if other.has_alpha() => other.to_rgba8().pixels().map(|it| on_paper(it.0)).collect(),
        other => other.to_rgb8().pixels().map(|it| brightness(it.0)).collect(),
    };
    Luma::new(w, h, pixels).ok_or_else(|| PictureError::Undecodable { reason: "the picture is empty".to_owned() })
}

/// A picture as a JPEG file, quality 1 to 100; empty if it has more than 65,535 pixels a side, which a JPEG cannot.
#[must_use]
pub fn jpeg(image: &Luma, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (width, height) = (number(image.width()), number(image.height()));
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality);
    match encoder.write_image(image.pixels(), width, height, image::ExtendedColorType::L8) {
        Ok(()) => bytes,
        Err(_) => Vec::new(),
    }
}

fn number(side: usize) -> u32 {
    u32::try_from(side).unwrap_or(u32::MAX)
}

/// The brightness of a colour, by the weights of ITU-R BT.601.
fn brightness([red, green, blue]: [u8; 3]) -> u8 {
    grey_of((306 * u32::from(red) + 601 * u32::from(green) + 117 * u32::from(blue) + 0x200) >> 10)
}

fn on_paper([red, green, blue, alpha]: [u8; 4]) -> u8 {
    let (ink, alpha) = (u32::from(brightness([red, green, blue])), u32::from(alpha));
    grey_of((ink * alpha + 255 * (255 - alpha)) / 255)
}

#[cfg(test)]
mod tests {
    use super::{jpeg, on_paper, picture};
    use crate::vision::Luma;

    #[test]
    fn a_transparent_pixel_is_paper() {
        assert_eq!(on_paper([0, 0, 0, 0]), 255);
        assert_eq!(on_paper([0, 0, 0, 255]), 0);
        assert_eq!(on_paper([255, 255, 255, 255]), 255);
    }

    #[test]
    fn a_jpeg_comes_back_as_the_picture_that_it_was() {
        let image = Luma::from_fn(40, 30, |x, _| if x < 20 { 30 } else { 220 });
        let back = picture(&jpeg(&image, 90)).unwrap();
        assert_eq!((back.width(), back.height()), (40, 30));
        assert!(back.pixels().iter().zip(image.pixels()).all(|(a, b)| a.abs_diff(*b) < 8));
    }

    #[test]
    fn what_is_no_picture_is_an_error_that_says_what_is_understood() {
        let told = picture(b"no picture at all").unwrap_err().to_string();
        assert!(told.contains("PNG, JPEG, GIF, WebP and BMP are understood"), "{told}");
        assert!(picture(&[]).is_err());
        assert!(picture(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x0f\0\0\0\x0f\0\0\x08\0\0\0\0").is_err());
    }
}
