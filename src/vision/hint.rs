//! What a person at the camera could do better, from brightness and sharpness as measured.
//!
//! Deliberately absent: the words, which are the page's.

use super::luma::{Luma, spread};
use super::number::{narrow, real, word};

/// Why nothing may have been read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hint {
    /// Too little light: nine tenths of the picture lie below a fifth of full brightness.
    TooDark,
    /// A lamp's reflection: a twentieth of the picture is white beyond measure while most of it is not.
    Glare,
    /// Nothing has an edge: out of focus or moving.
    HoldStill,
    /// A symbol may be there, but small.
    TooFar,
}

impl Hint {
    /// Each hint once, in the order of their bytes on the wire.
    pub const EACH: [Self; 4] = [Self::TooDark, Self::Glare, Self::HoldStill, Self::TooFar];

    /// Its stable word, for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooDark => "too-dark",
            Self::Glare => "glare",
            Self::HoldStill => "hold-still",
            Self::TooFar => "too-far",
        }
    }
}

/// Brightness below which a picture is dark (chosen: 20 % of 255).
const DARK: u8 = 51;
/// Sharpness below which nothing has an edge (measured on rendered labels: in focus 20 and more, defocused below 6).
const SOFT: f32 = 6.0;

/// What could be better; `seen` says that symbols were seen but not believed yet.
pub(crate) fn hint(image: &Luma, seen: bool) -> Option<Hint> {
    let (dark, light) = spread(image);
    let white = image.pixels().iter().filter(|it| **it >= 254).count() * 20 > image.pixels().len();
    if light < DARK {
        return Some(Hint::TooDark);
    }
    if white && dark < 128 && light >= 254 && middle(image) < 170.0 {
        return Some(Hint::Glare);
    }
    if sharpness(image) < SOFT {
        return Some(Hint::HoldStill);
    }
    (!seen).then_some(Hint::TooFar)
}

fn middle(image: &Luma) -> f32 {
    let sum: f64 = image.pixels().iter().step_by(7).map(|it| f64::from(*it)).sum();
    narrow(sum / real(image.pixels().len().div_ceil(7)))
}

/// How steep the steepest hundredth of the edges is: grey levels between neighbours two pixels apart, on every fourth row.
pub(crate) fn sharpness(image: &Luma) -> f32 {
    let mut steps = [0u32; 256];
    let mut many = 0u32;
    for row in image.rows().step_by(4) {
        for (a, b) in row.iter().zip(row.iter().skip(2)) {
            if let Some(slot) = steps.get_mut(usize::from(a.abs_diff(*b))) {
                *slot += 1;
                many += 1;
            }
        }
    }
    let hundredth = many / 100;
    let mut seen = 0;
    for (step, number) in steps.iter().enumerate().rev() {
        seen += number;
        if seen > hundredth {
            return narrow(f64::from(word(step)));
        }
    }
    0.0
}
