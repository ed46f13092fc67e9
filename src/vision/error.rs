//! What can go wrong with a picture before anybody looks for symbols in it.
//!
//! Reading symbols itself has no error: any picture has an answer, if only an empty one.
//! Deliberately absent: devices and files, which their rooms report.

/// A picture could not be made of the bytes given, or is none that is kept.
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
    /// A file that is to be kept is of another kind.
    #[error("a picture is a PNG or a JPEG, and this is {found}; save it as one of the two")]
    OtherKind {
        /// What it seems to be.
        found: &'static str,
    },
    /// A file that is to be kept is not all there.
    #[error("the picture ends in the middle; send the whole file")]
    Cut,
    /// A file that is to be kept would be shown as broken.
    #[error("the picture cannot be shown ({reason}); save it anew as PNG or JPEG")]
    Broken {
        /// What the decoder said.
        reason: String,
    },
    /// A file that is to be kept is larger than a station unpacks.
    #[error(
        "the picture has {} × {} pixels, more than {} a side or {} in all; make it smaller",
        grouped(*width), grouped(*height), grouped(*side_max), grouped(*pixels_max)
    )]
    TooManyPixels {
        /// Pixels a row.
        width: usize,
        /// Rows.
        height: usize,
        /// The longest side there may be.
        side_max: usize,
        /// The most pixels there may be.
        pixels_max: usize,
    },
    /// A file that is to be kept is longer than it may be.
    #[error("the picture has more than {} bytes; make it smaller", grouped(*bytes_max))]
    TooManyBytes {
        /// The most bytes there may be.
        bytes_max: usize,
    },
}

/// A large number as people read it: `12,000`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut said = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}
