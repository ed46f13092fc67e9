//! One placed grid, tried: cheap looks first, then each way to decide the modules, until one reads.
//!
//! Order: timing and finder modules only; all modules by local extremes; sharpened; by means; the thresholded picture;
//! at last with erasures. Each step is tried only if the step before says that there is a symbol here.
//! Deliberately absent: where grids come from (`fit.rs`).

use super::binarise::Bitmap;
use super::grid::Grid;
use super::luma::Luma;
use super::qr::symbol::{self, Read};
use super::sample::{Modules, by_extremes, by_mean, pattern_shares, quick_score, sample, sample_bits, sharpened};

/// What is looked at, and how hard.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) image: &'a Luma,
    pub(crate) bits: &'a Bitmap,
    /// Whether to go beyond the first two ways of deciding modules.
    pub(crate) deep: bool,
}

/// What trying a grid told.
pub(crate) struct Attempt {
    /// How much the grid looks like a symbol's: 2 is perfect, chance about 1.
    pub(crate) likeness: f32,
    pub(crate) read: Option<Read>,
    /// How often modules were handed to error correction.
    pub(crate) decodes: u32,
}

/// Format words may be this many modules off where nothing was erased, and where something was.
const FORMAT_DISTANCE: u32 = 3;
const FORMAT_DISTANCE_SOFT: u32 = 2;

/// Tries to read a grid.
pub(crate) fn attempt(view: View<'_>, grid: &Grid) -> Attempt {
    let mut tried = Attempt { likeness: 0.0, read: None, decodes: 0 };
    let quick = quick_score(view.image, grid);
    if quick < 1.36 {
        tried.likeness = quick - 0.1;
        return tried;
    }
    let n = grid.side;
    let grey = sample(view.image, grid);
    let plain = by_extremes(&grey, n, 4);
    let (timing, finders) = pattern_shares(&plain);
    tried.likeness = timing + finders;
    if timing < 0.62 || finders < 0.72 {
        return tried;
    }
    let likely = timing >= 0.75 && finders >= 0.8;
    if tried.hard(&plain) || !likely {
        return tried;
    }
    let sharp_grey = sharpened(&grey, n, 0.25);
    let sharp = by_extremes(&sharp_grey, n, 5);
    if tried.hard(&sharp) || !view.deep {
        return tried;
    }
    if tried.hard(&by_mean(&grey, n, 5)) || tried.hard(&by_mean(&sharp_grey, n, 8)) {
        return tried;
    }
    if tried.hard(&sample_bits(view.bits, grid)) {
        return tried;
    }
    if timing > 0.8 && finders > 0.85 && !tried.soft(&plain) {
        tried.soft(&sharp);
    }
    tried
}

impl Attempt {
    fn hard(&mut self, modules: &Modules) -> bool {
        self.decodes += 1;
        self.read = symbol::read(modules, FORMAT_DISTANCE, false);
        self.read.is_some()
    }

    fn soft(&mut self, modules: &Modules) -> bool {
        self.decodes += 1;
        self.read = symbol::read(modules, FORMAT_DISTANCE_SOFT, true);
        self.read.is_some()
    }
}
