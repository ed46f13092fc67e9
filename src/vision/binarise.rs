//! Black or white: four ways to threshold a picture, each good at another kind of bad light.
//!
//! Invariant: a [`Bitmap`] holds 1 for black and 0 for white, one byte a pixel, and is as large as its picture.
//! Each way is linear in the picture; windows cost the same whatever their size.
//! Deliberately absent: choosing between them, which `ladder.rs` does.

use super::luma::{Luma, Sums, box_sum, histogram};
use super::number::{below, real, signed, word};

/// A black-and-white picture: 1 is black, 0 is white.
pub(crate) struct Bitmap {
    width: usize,
    height: usize,
    bits: Vec<u8>,
}

impl Bitmap {
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    pub(crate) const fn height(&self) -> usize {
        self.height
    }

    /// One row; empty beyond the bottom.
    #[inline]
    pub(crate) fn row(&self, y: usize) -> &[u8] {
        let start = y * self.width;
        self.bits.get(start..start + self.width).unwrap_or_default()
    }

    /// Whether a pixel is black; `None` outside the picture.
    #[inline]
    pub(crate) fn at(&self, x: i32, y: i32) -> Option<bool> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        if x >= self.width {
            return None;
        }
        self.bits.get(y * self.width + x).map(|it| *it != 0)
    }

    /// Black for white.
    pub(crate) fn inverted(mut self) -> Self {
        for bit in &mut self.bits {
            *bit ^= 1;
        }
        self
    }
}

/// The ways to threshold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Threshold {
    /// One level for the whole picture, where the two heaps of its histogram part best (Otsu 1979): even light.
    Otsu,
    /// A level for every 8x8 block from the mean of its neighbourhood: shadows, the general case.
    Blocks,
    /// The middle between the darkest and the lightest nearby: glare and bright spots.
    MidRange,
    /// A little below the mean of a wide window: screens, low contrast.
    Mean,
}

/// Thresholds a picture.
pub(crate) fn binarise(image: &Luma, way: Threshold) -> Bitmap {
    let bits = match way {
        Threshold::Otsu => global(image, otsu_level(image)),
        Threshold::Blocks => blocks(image),
        Threshold::MidRange => mid_range(image, (image.longest() / 60).max(6), 2),
        Threshold::Mean => local_mean(image, (image.longest() / 16).max(12), 243),
    };
    Bitmap { width: image.width(), height: image.height(), bits }
}

fn global(image: &Luma, level: u8) -> Vec<u8> {
    image.pixels().iter().map(|it| u8::from(*it <= level)).collect()
}

/// The level that makes the variance between black and white largest.
fn otsu_level(image: &Luma) -> u8 {
    let many = histogram(image);
    let all = real(image.pixels().len());
    let total: f64 = many.iter().zip(0u8..=255).map(|(many, level)| f64::from(level) * f64::from(*many)).sum();
    let (mut weight, mut sum, mut best, mut chosen) = (0.0, 0.0, -1.0, 127u8);
    for (many, level) in many.iter().zip(0u8..=255) {
        weight += f64::from(*many);
        if weight <= 0.0 {
            continue;
        }
        let rest = all - weight;
        if rest <= 0.0 {
            break;
        }
        sum += f64::from(level) * f64::from(*many);
        let apart = sum / weight - (total - sum) / rest;
        let between = weight * rest * apart * apart;
        if between > best {
            best = between;
            chosen = level;
        }
    }
    chosen
}

/// Black where a pixel is below `share`/256 of the mean of its window.
fn local_mean(image: &Luma, reach: usize, share: u64) -> Vec<u8> {
    let (w, h) = (image.width(), image.height());
    let sums = Sums::new(image);
    let mut bits = Vec::with_capacity(w * h);
    let black = |value: u8, sum: u32, area: usize| {
        u8::from(u64::from(value) * u64::from(word(area)) * 256 < u64::from(sum) * share)
    };
    for (y, row) in image.rows().enumerate() {
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(h));
        let (upper, lower) = (sums.row(top), sums.row(bottom));
        let narrow = |x: usize| {
            let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(w));
            let value = row.get(x).copied().unwrap_or(0);
            black(value, box_sum(upper, lower, left, right), (right - left) * (bottom - top))
        };
        // Windows cut off by a side are asked for one by one, whole ones run through in step.
        let (whole, across) = (reach.min(w)..w.saturating_sub(reach).max(reach.min(w)), 2 * reach + 1);
        bits.extend((0..whole.start).map(narrow));
        let lows = lower.iter().zip(lower.iter().skip(across));
        let ups = upper.iter().zip(upper.iter().skip(across));
        let middle = row.iter().skip(whole.start).zip(lows.zip(ups)).take(whole.len());
        let area = across * (bottom - top);
        bits.extend(middle.map(|(value, ((a, b), (c, d)))| {
            black(*value, b.wrapping_sub(*d).wrapping_sub(*a).wrapping_add(*c), area)
        }));
        bits.extend((whole.end..w).map(narrow));
    }
    bits
}

/// Side of a block in pixels.
const BLOCK: usize = 8;
/// A block whose grey values differ by no more than this holds no edge (chosen, as ZXing's published method does).
const FLAT: u8 = 24;

/// One threshold a block: the mean of the black points of the 5x5 blocks around it.
fn blocks(image: &Luma) -> Vec<u8> {
    let (w, h) = (image.width(), image.height());
    if w < BLOCK * 5 || h < BLOCK * 5 {
        return global(image, otsu_level(image));
    }
    let (across, down) = (w.div_ceil(BLOCK), h.div_ceil(BLOCK));
    let points = black_points(image, across, down);
    let mut levels = vec![0u8; across * down];
    for (by, level_row) in levels.chunks_exact_mut(across).enumerate() {
        let top = by.clamp(2, down - 3) - 2;
        for (bx, level) in level_row.iter_mut().enumerate() {
            let left = bx.clamp(2, across - 3) - 2;
            let rows = points.chunks_exact(across).skip(top).take(5);
            let sum: i32 = rows.flat_map(|row| row.get(left..left + 5).unwrap_or_default()).sum();
            *level = u8::try_from((sum / 25).clamp(0, 255)).unwrap_or(u8::MAX);
        }
    }
    let mut bits = vec![0u8; w * h];
    for (y, (out, row)) in bits.chunks_exact_mut(w).zip(image.rows()).enumerate() {
        let level_row = levels.chunks_exact(across).nth(y / BLOCK).unwrap_or_default();
        for ((out, row), level) in out.chunks_mut(BLOCK).zip(row.chunks(BLOCK)).zip(level_row) {
            for (bit, value) in out.iter_mut().zip(row) {
                *bit = u8::from(*value <= *level);
            }
        }
    }
    bits
}

/// A black point for every block: its mean, or, where it is flat, what its neighbours say it is.
fn black_points(image: &Luma, across: usize, down: usize) -> Vec<i32> {
    let (w, h) = (image.width(), image.height());
    let mut points: Vec<i32> = Vec::with_capacity(across * down);
    for by in 0..down {
        let top = (by * BLOCK).min(h - BLOCK);
        for bx in 0..across {
            let left = (bx * BLOCK).min(w - BLOCK);
            let (mut low, mut high, mut sum) = (255u8, 0u8, 0u32);
            for y in top..top + BLOCK {
                for value in image.row(y).get(left..left + BLOCK).unwrap_or_default() {
                    low = low.min(*value);
                    high = high.max(*value);
                    sum += u32::from(*value);
                }
            }
            let mean = i32::from(u8::try_from(sum / 64).unwrap_or(u8::MAX));
            let point = if high - low > FLAT {
                mean
            } else {
                let here = points.len();
                let beside = (bx > 0 && by > 0)
                    .then(|| {
                        let get = |at: usize| points.get(at).copied().unwrap_or(0);
                        (get(here - across) + 2 * get(here - 1) + get(here - across - 1)) / 4
                    })
                    .filter(|it| i32::from(low) < *it);
                beside.unwrap_or(i32::from(low) / 2)
            };
            points.push(point);
        }
    }
    points
}

/// Mid-range over a neighbourhood of blocks, drawn smoothly between block centres.
fn mid_range(image: &Luma, side: usize, reach: usize) -> Vec<u8> {
    let (w, h) = (image.width(), image.height());
    let (across, down) = (w.div_ceil(side).max(1), h.div_ceil(side).max(1));
    let levels = mid_levels(image, side, reach, across, down);
    let (wide, half) = (signed(side), signed(side) / 2);
    let place = |at: usize, blocks: usize| {
        let from = (signed(at) - half).max(0);
        let block = (below(f64::from(from)) / side).min(blocks - 1);
        (block, (block + 1).min(blocks - 1), from % wide)
    };
    let columns: Vec<_> = (0..w).map(|x| place(x, across)).collect();
    let mut bits = Vec::with_capacity(w * h);
    for (y, row) in image.rows().enumerate() {
        let (upper, lower, down_share) = place(y, down);
        let level_row = |at: usize| levels.get(at * across..(at + 1) * across).unwrap_or_default();
        let (upper, lower) = (level_row(upper), level_row(lower));
        let at = |row: &[i32], x: usize| row.get(x).copied().unwrap_or(0);
        bits.extend(row.iter().zip(&columns).map(|(value, (left, right, share))| {
            let top = at(upper, *left) * (wide - share) + at(upper, *right) * share;
            let bottom = at(lower, *left) * (wide - share) + at(lower, *right) * share;
            // The value lies below the level, a whole number, if one more does not lie above the sum it is a part of.
            let level_sum = top * (wide - down_share) + bottom * down_share;
            u8::from((i32::from(*value) + 1) * wide * wide <= level_sum)
        }));
    }
    bits
}

/// Contrast below which a neighbourhood holds no edge (chosen).
const DULL: u8 = 20;

fn mid_levels(image: &Luma, side: usize, reach: usize, across: usize, down: usize) -> Vec<i32> {
    let mut extremes = vec![(255u8, 0u8); across * down];
    for (y, row) in image.rows().enumerate() {
        let blocks = extremes.chunks_exact_mut(across).nth(y / side).unwrap_or_default();
        for (block, part) in blocks.iter_mut().zip(row.chunks(side)) {
            for value in part {
                block.0 = block.0.min(*value);
                block.1 = block.1.max(*value);
            }
        }
    }
    let mut levels = Vec::with_capacity(across * down);
    for by in 0..down {
        let rows = by.saturating_sub(reach)..(by + reach + 1).min(down);
        for bx in 0..across {
            let columns = bx.saturating_sub(reach)..(bx + reach + 1).min(across);
            let (mut low, mut high) = (255u8, 0u8);
            for j in rows.clone() {
                let start = j * across;
                for (a, b) in extremes.get(start + columns.start..start + columns.end).unwrap_or_default() {
                    low = low.min(*a);
                    high = high.max(*b);
                }
            }
            let middle = i32::midpoint(i32::from(low), i32::from(high));
            levels.push(if high.saturating_sub(low) < DULL { i32::from(low) / 2 } else { middle });
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::{Threshold, binarise};
    use crate::vision::Luma;

    #[test]
    fn a_pixel_is_black_if_it_is_below_the_mean_of_its_window_at_the_sides_too() {
        for (width, height) in [(5, 3), (24, 24), (25, 30), (61, 40)] {
            let image = Luma::from_fn(width, height, |x, y| u8::try_from((x * x * 31 + y * 57) % 256).unwrap());
            let bits = binarise(&image, Threshold::Mean);
            for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                let rows = y.saturating_sub(12)..(y + 13).min(height);
                let columns = x.saturating_sub(12)..(x + 13).min(width);
                let window = rows.clone().flat_map(|y| columns.clone().map(move |x| (x, y)));
                let sum: usize = window.map(|(x, y)| usize::from(image.row(y)[x])).sum();
                let black = usize::from(image.row(y)[x]) * rows.len() * columns.len() * 256 < sum * 243;
                assert_eq!(bits.row(y)[x] == 1, black, "{x}, {y} of {width} x {height}");
            }
        }
    }
}
