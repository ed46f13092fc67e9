//! What can go wrong with a picture before anybody looks for symbols in it.
//!
//! Reading symbols itself has no error: any picture has an answer, if only an empty one.
//! Deliberately absent: devices and files, which their rooms report.

/// A picture could not be made of the bytes given.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The bytes are no picture of a kind we know, or a broken one.
    #[error("decode the picture: {reason}; PNG, JPEG, GIF, WebP and BMP are understood")]
    Undecodable {
        /// What the decoder said.
        reason: String,
    },
    /// The picture is too large to look at.
    #[error(
        "the picture has {width} x {height} pixels; at most {side_max} a side and {pixels_max} in all are looked at"
    )]
    TooLarge {
        /// Pixels a row.
        width: u32,
        /// Rows.
        height: u32,
        /// The longest side there may be.
        side_max: usize,
        /// The most pixels there may be.
        pixels_max: usize,
    },
}
