//! From a placed grid to modules: mean grey of each, then dark or light, and how sure.
//!
//! The picture's own grey is sampled, not its thresholded copy: the threshold is chosen again among the modules,
//! where a neighbour is a module away and not a pixel.
//! Invariant: everything here is `side * side` long, row by row.
//! Deliberately absent: error correction, which lives in `qr`.

use super::binarise::Bitmap;
use super::grid::Grid;
use super::luma::Luma;
use super::number::{nearest, real, single};

/// Modules decided dark (true) or light, and how far each was from its threshold.
pub(crate) struct Modules {
    pub(crate) side: usize,
    pub(crate) dark: Vec<bool>,
    pub(crate) margin: Vec<f32>,
}

impl Modules {
    #[inline]
    pub(crate) fn at(&self, x: usize, y: usize) -> bool {
        self.dark.get(y * self.side + x).copied().unwrap_or(false)
    }
}

/// Half a module, nearly: where the four outer taps of a module lie.
const TAP: f64 = 0.22;

/// The mean grey of every module from five taps, the middle one twice.
pub(crate) fn sample(image: &Luma, grid: &Grid) -> Vec<f32> {
    let n = grid.side;
    let mut grey = Vec::with_capacity(n * n);
    for y in 0..n {
        for x in 0..n {
            let (u, v) = (real(x) + 0.5, real(y) + 0.5);
            let (flat, along, across) = grid.map.frame(u, v);
            let at = if grid.bend.is_some() { grid.place(u, v) } else { flat };
            let (along, across) = (along * TAP, across * TAP);
            let tap = |x: f64, y: f64| u32::from(image.near(x, y));
            let sum = 2 * tap(at.x, at.y)
                + tap(at.x + along.x, at.y + along.y)
                + tap(at.x - along.x, at.y - along.y)
                + tap(at.x + across.x, at.y + across.y)
                + tap(at.x - across.x, at.y - across.y);
            grey.push(single(super::number::count(sum)) / 6.0);
        }
    }
    grey
}

/// The modules as the thresholded picture has them.
pub(crate) fn sample_bits(bits: &Bitmap, grid: &Grid) -> Modules {
    let n = grid.side;
    let mut dark = Vec::with_capacity(n * n);
    for y in 0..n {
        for x in 0..n {
            let at = grid.place(real(x) + 0.5, real(y) + 0.5);
            dark.push(bits.at(nearest(at.x), nearest(at.y)).unwrap_or(false));
        }
    }
    Modules { side: n, margin: Vec::new(), dark }
}

/// Takes back what a blurred module got from its four neighbours.
pub(crate) fn sharpened(grey: &[f32], side: usize, strength: f32) -> Vec<f32> {
    let at = |x: usize, y: usize| grey.get(y * side + x).copied().unwrap_or(0.0);
    let last = side - 1;
    let mut sharp = Vec::with_capacity(grey.len());
    for y in 0..side {
        for x in 0..side {
            let around = at(x.saturating_sub(1), y)
                + at((x + 1).min(last), y)
                + at(x, y.saturating_sub(1))
                + at(x, (y + 1).min(last));
            let here = at(x, y);
            sharp.push(here + strength * (4.0 * here - around));
        }
    }
    sharp
}

/// Decides each module against the middle between the darkest and the lightest within `reach` modules.
pub(crate) fn by_extremes(grey: &[f32], side: usize, reach: usize) -> Modules {
    let mut across: Vec<(f32, f32)> = Vec::with_capacity(grey.len());
    for row in grey.chunks_exact(side) {
        for x in 0..side {
            let window = row.get(x.saturating_sub(reach)..(x + reach + 1).min(side)).unwrap_or_default();
            across.push(extremes(window.iter().map(|it| (*it, *it))));
        }
    }
    let mut modules = Modules { side, dark: Vec::with_capacity(grey.len()), margin: Vec::with_capacity(grey.len()) };
    for (y, row) in grey.chunks_exact(side).enumerate() {
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(side));
        let mut window = vec![(f32::MAX, f32::MIN); side];
        for band in across.chunks_exact(side).skip(top).take(bottom - top) {
            for (slot, (low, high)) in window.iter_mut().zip(band) {
                *slot = (slot.0.min(*low), slot.1.max(*high));
            }
        }
        for (value, (low, high)) in row.iter().zip(window) {
            let off = f32::midpoint(low, high) - value;
            modules.dark.push(off > 0.0);
            modules.margin.push(off.abs() / (high - low).max(12.0));
        }
    }
    modules
}

fn extremes(pairs: impl Iterator<Item = (f32, f32)>) -> (f32, f32) {
    pairs.fold((f32::MAX, f32::MIN), |(low, high), (a, b)| (low.min(a), high.max(b)))
}

/// Decides each module against the mean of those within `reach` modules.
pub(crate) fn by_mean(grey: &[f32], side: usize, reach: usize) -> Modules {
    let stride = side + 1;
    let mut sums = vec![0f32; stride];
    for (y, row) in grey.chunks_exact(side).enumerate() {
        let mut run = 0.0;
        sums.push(0.0);
        for (x, value) in row.iter().enumerate() {
            run += value;
            let above = sums.get(y * stride + x + 1).copied().unwrap_or(0.0);
            sums.push(above + run);
        }
    }
    let at = |x: usize, y: usize| sums.get(y * stride + x).copied().unwrap_or(0.0);
    let mut modules = Modules { side, dark: Vec::with_capacity(grey.len()), margin: Vec::new() };
    for (y, row) in grey.chunks_exact(side).enumerate() {
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(side));
        for (x, value) in row.iter().enumerate() {
            let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(side));
            let sum = at(right, bottom) - at(right, top) - at(left, bottom) + at(left, top);
            modules.dark.push(*value < sum / single((right - left) * (bottom - top)));
        }
    }
    modules
}

/// What a finder module should be: dark but for the ring two away from the middle.
const fn finder_dark(x: usize, y: usize) -> bool {
    let (dx, dy) = (x.abs_diff(3), y.abs_diff(3));
    (if dx > dy { dx } else { dy }) != 2
}

/// Shares of timing modules and of finder modules that are as the standard has them.
pub(crate) fn pattern_shares(modules: &Modules) -> (f32, f32) {
    let n = modules.side;
    let (mut right, mut all) = (0usize, 0usize);
    for i in 8..n - 8 {
        let dark = i % 2 == 0;
        right += usize::from(modules.at(i, 6) == dark) + usize::from(modules.at(6, i) == dark);
        all += 2;
    }
    let timing = single(right) / single(all.max(1));
    let mut right = 0usize;
    for (left, top) in [(0, 0), (n - 7, 0), (0, n - 7)] {
        for (x, y) in (0..7).flat_map(|y| (0..7).map(move |x| (x, y))) {
            right += usize::from(modules.at(left + x, top + y) == finder_dark(x, y));
        }
    }
    (timing, single(right) / 147.0)
}

/// A cheap look before all modules are sampled: finders against their own middle grey, timing rows by alternation.
///
/// The sum of two shares: 2 is perfect, chance is about 1.
pub(crate) fn quick_score(image: &Luma, grid: &Grid) -> f32 {
    let n = grid.side;
    let at = |x: usize, y: usize| {
        let p = grid.place(real(x) + 0.5, real(y) + 0.5);
        image.near(p.x, p.y)
    };
    let mut finders: [(u8, bool); 147] = [(0, false); 147];
    let places = [(0, 0), (n - 7, 0), (0, n - 7)].into_iter();
    let cells = places.flat_map(|(left, top)| (0..49).map(move |i| (left, top, i % 7, i / 7)));
    let (mut dark, mut light) = (0u32, 0u32);
    for (slot, (left, top, x, y)) in finders.iter_mut().zip(cells) {
        let value = at(left + x, top + y);
        *slot = (value, finder_dark(x, y));
        *(if slot.1 { &mut dark } else { &mut light }) += u32::from(value);
    }
    // 33 dark and 16 light modules a finder.
    let middle = f64::midpoint(f64::from(dark) / 99.0, f64::from(light) / 48.0);
    let right = finders.iter().filter(|(value, dark)| (f64::from(*value) < middle) == *dark).count();
    let (mut alternate, mut all) = (0usize, 0usize);
    let (mut row, mut column) = (at(7, 6), at(6, 7));
    for i in 8..n - 7 {
        let (next_row, next_column) = (at(i, 6), at(6, i));
        let darker = i % 2 == 0;
        alternate += usize::from((next_row < row) == darker) + usize::from((next_column < column) == darker);
        all += 2;
        (row, column) = (next_row, next_column);
    }
    single(right) / 147.0 + single(alternate) / single(all.max(1))
}
