//! The crossings between counts of pixels and real coordinates, in one place.
//!
//! Every other file of this room is free of `as`: what is rounded, and which way, is said by the name called here.
//! All crossings saturate and take NaN to zero (the language defines float casts so), so none can fail.
//! Deliberately absent: anything that knows what a pixel means.
#![allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "this file exists to hold the casts; image sides are limited far below 2^24, where every count is exact"
)]

/// A count as a real number.
#[inline]
pub(crate) const fn real(count: usize) -> f64 {
    count as f64
}

/// A count as a single-precision number; exact below 2^24.
#[inline]
pub(crate) const fn single(count: usize) -> f32 {
    count as f32
}

/// A double-precision number as a single-precision one.
#[inline]
pub(crate) const fn narrow(value: f64) -> f32 {
    value as f32
}

/// The count at or below a real number; negative numbers and NaN give zero.
#[inline]
pub(crate) const fn below(value: f64) -> usize {
    value as usize
}

/// The whole number nearest to a real number.
#[inline]
pub(crate) fn nearest(value: f64) -> i32 {
    // Without `floor`, which is a call where the processor is only known to be a 64-bit one.
    let whole = (value + 0.5) as i32;
    whole.saturating_sub(i32::from(step(whole) > value + 0.5))
}

/// A small sum as a grey value; larger sums saturate.
#[inline]
pub(crate) fn grey_of(sum: u32) -> u8 {
    sum.min(255) as u8
}

/// A signed sum as a grey value, held within 0 to 255.
#[inline]
pub(crate) fn grey_within(sum: i32) -> u8 {
    sum.clamp(0, 255) as u8
}

/// A count as 32 bits, saturating.
#[inline]
pub(crate) fn word(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A count as a signed coordinate, saturating.
#[inline]
pub(crate) fn signed(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// 32 bits as a count.
#[inline]
pub(crate) const fn count(word: u32) -> usize {
    word as usize
}

/// The low byte of a wider word.
#[inline]
pub(crate) const fn low_byte(word: u32) -> u8 {
    (word & 0xFF) as u8
}

/// A signed step as a real number.
#[inline]
pub(crate) fn step(value: i32) -> f64 {
    f64::from(value)
}
