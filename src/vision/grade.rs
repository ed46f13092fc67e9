//! How legible a print is, 0 (barely read) to 4 (clean).
//!
//! Two of the grades of ISO/IEC 15415: unused error correction (table 9) and symbol contrast (table 6); the lower counts.
//! A camera at a desk is no verifier: light and angle are what they are, so this is an estimate, useful to say
//! "print this label again".
//! Deliberately absent: modulation, damage and the other grades, which need a calibrated instrument.

use super::luma::{Luma, spread};
use super::number::below;

/// The grade of a symbol from its unused error correction (0 to 1) and its contrast (grey levels).
pub(crate) fn grade(unused: f32, contrast: f32) -> u8 {
    let correction = steps(unused, [0.62, 0.50, 0.37, 0.25]);
    let contrast = steps(contrast / 255.0, [0.70, 0.55, 0.40, 0.20]);
    correction.min(contrast)
}

fn steps(value: f32, limits: [f32; 4]) -> u8 {
    limits.into_iter().zip([4, 3, 2, 1]).find(|(limit, _)| value >= *limit).map_or(0, |(_, grade)| grade)
}

/// Light less dark within the box round four corners, in grey levels.
pub(crate) fn contrast_within(image: &Luma, corners: &[(f32, f32); 4]) -> f32 {
    let bounds = corners.iter().fold((f32::MAX, f32::MAX, f32::MIN, f32::MIN), |b, (x, y)| {
        (b.0.min(*x), b.1.min(*y), b.2.max(*x), b.3.max(*y))
    });
    let whole = |it: f32| below(f64::from(it));
    let (left, top) = (whole(bounds.0), whole(bounds.1));
    let part = image.crop(left, top, whole(bounds.2).saturating_sub(left), whole(bounds.3).saturating_sub(top));
    let (dark, light) = spread(&part);
    f32::from(light.saturating_sub(dark))
}

#[cfg(test)]
mod tests {
    use super::grade;

    #[track_caller]
    fn check(unused: f32, contrast: f32, expected: u8) {
        assert_eq!(grade(unused, contrast), expected, "unused {unused}, contrast {contrast}");
    }

    #[test]
    fn the_lower_of_the_two_grades_counts() {
        check(1.0, 255.0, 4);
        check(0.62, 179.0, 4);
        check(0.61, 255.0, 3);
        check(1.0, 103.0, 2);
        check(0.25, 255.0, 1);
        check(0.1, 10.0, 0);
    }
}
