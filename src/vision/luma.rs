//! The picture as every reader of this room wants it: one byte of brightness a pixel.
//!
//! Invariant: `pixels.len() == width * height`, both sides at least 1 and at most [`Luma::SIDE_MAX`].
//! Rotating, cropping and scaling make new pictures; nothing here changes one in place.
//! Deliberately absent: colour, files (`file.rs`) and thresholds (`binarise.rs`).

use super::number::{below, count, grey_of, grey_within, low_byte, real, signed, word};

/// One camera picture or picture file: 8-bit brightness, row by row, no padding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Luma {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Luma {
    /// Longest side of a picture we look at, in pixels (chosen: twice an 8K frame; sums below stay within 32 bits).
    pub const SIDE_MAX: usize = 16_384;

    /// Most pixels of a picture we look at (chosen: above a 50-megapixel still, and 64 MiB at one byte a pixel).
    pub const PIXELS_MAX: usize = 64 << 20;

    /// Wraps pixels, if they are as many as the sides say and within the limits.
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Self> {
        let sides = 1..=Self::SIDE_MAX;
        let fits = sides.contains(&width) && sides.contains(&height) && pixels.len() <= Self::PIXELS_MAX;
        (fits && width * height == pixels.len()).then_some(Self { width, height, pixels })
    }

    /// A picture of one brightness; sides are held within 1 to [`Self::SIDE_MAX`].
    pub fn flat(width: usize, height: usize, value: u8) -> Self {
        let (width, height) = (width.clamp(1, Self::SIDE_MAX), height.clamp(1, Self::SIDE_MAX));
        Self { width, height, pixels: vec![value; width * height] }
    }

    /// A picture whose pixels are asked for by column and row.
    pub fn from_fn(width: usize, height: usize, mut pixel: impl FnMut(usize, usize) -> u8) -> Self {
        let mut made = Self::flat(width, height, 0);
        let width = made.width;
        for (y, row) in made.pixels.chunks_exact_mut(width).enumerate() {
            for (x, out) in row.iter_mut().enumerate() {
                *out = pixel(x, y);
            }
        }
        made
    }

    /// Pixels a row.
    #[inline]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[inline]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// The longer side.
    pub fn longest(&self) -> usize {
        self.width.max(self.height)
    }

    /// All pixels, row by row.
    #[inline]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// All pixels, to be changed in place by a drawing routine.
    pub fn pixels_mut(&mut self) -> &mut [u8] {
        &mut self.pixels
    }

    /// The rows from top to bottom.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.pixels.chunks_exact(self.width)
    }

    /// One row; empty beyond the bottom.
    #[inline]
    pub fn row(&self, y: usize) -> &[u8] {
        let start = y * self.width;
        self.pixels.get(start..start + self.width).unwrap_or_default()
    }

    /// The brightness nearest to a point; points outside take the border's.
    #[inline]
    pub fn near(&self, x: f64, y: f64) -> u8 {
        let column = below(x + 0.5).min(self.width - 1);
        let row = below(y + 0.5).min(self.height - 1);
        self.pixels.get(row * self.width + column).copied().unwrap_or(0)
    }

    /// White for black.
    #[must_use]
    pub fn inverted(&self) -> Self {
        Self { pixels: self.pixels.iter().map(|it| 255 - it).collect(), ..*self }
    }

    /// Turned clockwise by quarter turns.
    #[must_use]
    pub fn turned(&self, quarters: u32) -> Self {
        let (w, h) = (self.width, self.height);
        let at = |x: usize, y: usize| self.pixels.get(y * w + x).copied().unwrap_or(0);
        match quarters % 4 {
            0 => self.clone(),
            1 => Self::from_fn(h, w, |x, y| at(y, h - 1 - x)),
            2 => Self { pixels: self.pixels.iter().rev().copied().collect(), ..*self },
            _ => Self::from_fn(h, w, |x, y| at(w - 1 - y, x)),
        }
    }

    /// A part of the picture; the part is held within it.
    #[must_use]
    pub fn crop(&self, x: usize, y: usize, width: usize, height: usize) -> Self {
        let (x, y) = (x.min(self.width - 1), y.min(self.height - 1));
        let (width, height) = (width.clamp(1, self.width - x), height.clamp(1, self.height - y));
        let mut pixels = Vec::with_capacity(width * height);
        for row in self.rows().skip(y).take(height) {
            pixels.extend_from_slice(row.get(x..x + width).unwrap_or_default());
        }
        Self { width, height, pixels }
    }

    /// Every so many rows, from the middle of the first so many on.
    #[must_use]
    pub(crate) fn every_row(&self, step: usize) -> Self {
        let step = step.clamp(1, self.height);
        let kept = self.pixels.chunks_exact(self.width).skip(step / 2).step_by(step);
        let pixels: Vec<u8> = kept.flatten().copied().collect();
        Self { width: self.width, height: pixels.len() / self.width, pixels }
    }

    /// Half the size: each pixel the mean of four. A picture one pixel thin stays as it is.
    #[must_use]
    pub fn half(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        if width == 0 || height == 0 {
            return self.clone();
        }
        let mut pixels = Vec::with_capacity(width * height);
        for pair in self.pixels.chunks_exact(2 * self.width) {
            let (top, bottom) = pair.split_at(self.width);
            let quads = top.as_chunks::<2>().0.iter().zip(bottom.as_chunks::<2>().0);
            pixels.extend(quads.map(|([a, b], [c, d])| {
                let sum = u16::from(*a) + u16::from(*b) + u16::from(*c) + u16::from(*d);
                grey_of(u32::from((sum + 2) >> 2))
            }));
        }
        Self { width, height, pixels }
    }

    /// A whole fraction of the size: each pixel the mean of a square of them.
    #[must_use]
    pub fn shrunk(&self, factor: usize) -> Self {
        let (width, height) = (self.width / factor.max(1), self.height / factor.max(1));
        if factor < 2 || width == 0 || height == 0 {
            return self.clone();
        }
        if factor == 2 {
            return self.half();
        }
        let area = word(factor * factor);
        let mut pixels = Vec::with_capacity(width * height);
        let mut sums = vec![0u32; width];
        for band in self.pixels.chunks_exact(factor * self.width) {
            sums.fill(0);
            for row in band.chunks_exact(self.width) {
                for (sum, square) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                    *sum += square.iter().map(|it| u32::from(*it)).sum::<u32>();
                }
            }
            pixels.extend(sums.iter().map(|it| grey_of(it / area)));
        }
        Self { width, height, pixels }
    }

    /// Twice the size, by straight lines between the nearest four pixels: the same as [`Self::resized`], in a fifth of the time.
    #[must_use]
    pub(crate) fn doubled(&self) -> Self {
        let (width, height) = (2 * self.width, 2 * self.height);
        if width > Self::SIDE_MAX || height > Self::SIDE_MAX {
            return self.resized(width, height);
        }
        let mix = |near: u8, far: u8| 3 * u16::from(near) + u16::from(far);
        let widened = |row: &[u8], wide: &mut Vec<u16>| {
            wide.clear();
            wide.extend(row.first().map(|it| mix(*it, *it)));
            for (left, right) in row.iter().zip(row.iter().skip(1)) {
                wide.extend([mix(*left, *right), mix(*right, *left)]);
            }
            wide.extend(row.last().map(|it| mix(*it, *it)));
        };
        let both = |(near, far): (&u16, &u16)| low_byte(u32::from((3 * near + far + 8) >> 4));
        let (mut upper, mut lower) = (Vec::with_capacity(width), Vec::with_capacity(width));
        let mut pixels = Vec::with_capacity(width * height);
        widened(self.row(0), &mut upper);
        pixels.extend(upper.iter().zip(&upper).map(both));
        for row in self.rows().skip(1) {
            widened(row, &mut lower);
            pixels.extend(upper.iter().zip(&lower).map(both));
            pixels.extend(lower.iter().zip(&upper).map(both));
            std::mem::swap(&mut upper, &mut lower);
        }
        pixels.extend(upper.iter().zip(&upper).map(both));
        Self { width, height, pixels }
    }

    /// Any size, by straight lines between the nearest four pixels.
    #[must_use]
    pub fn resized(&self, width: usize, height: usize) -> Self {
        let (width, height) = (width.clamp(1, Self::SIDE_MAX), height.clamp(1, Self::SIDE_MAX));
        let columns = taps(self.width, width);
        let mut pixels = Vec::with_capacity(width * height);
        for (top, bottom, down) in taps(self.height, height) {
            let (above, under) = (self.row(top), self.row(bottom));
            let level = |row: &[u8], at: usize| i32::from(row.get(at).copied().unwrap_or(0));
            pixels.extend(columns.iter().map(|(left, right, across)| {
                let upper = level(above, *left) * (256 - across) + level(above, *right) * across;
                let lower = level(under, *left) * (256 - across) + level(under, *right) * across;
                grey_within((upper * (256 - down) + lower * down + (1 << 15)) >> 16)
            }));
        }
        Self { width, height, pixels }
    }

    /// Shrunk so that the longer side is at most `side`; smaller pictures stay as they are.
    #[must_use]
    pub fn fitted(&self, side: usize) -> Self {
        let side = side.max(1);
        if self.longest() <= side {
            return self.clone();
        }
        let coarse = self.shrunk(self.longest() / side);
        let longest = coarse.longest();
        if longest <= side {
            return coarse;
        }
        coarse.resized(coarse.width * side / longest, coarse.height * side / longest)
    }
}

/// Where each new pixel lies between two old ones: left, right, and the right one's share in 256ths.
fn taps(old: usize, new: usize) -> Vec<(usize, usize, i32)> {
    let scale = real(old) / real(new);
    let last = old - 1;
    (0..new)
        .map(|at| {
            let place = ((real(at) + 0.5) * scale - 0.5).clamp(0.0, real(last));
            let left = below(place);
            (left, (left + 1).min(last), signed(below((place - real(left)) * 256.0)))
        })
        .collect()
}

/// Sums of all pixels above and left, for means over any rectangle in four look-ups.
pub(crate) struct Sums {
    stride: usize,
    sums: Vec<u32>,
}

impl Sums {
    /// Adds up a picture.
    pub(crate) fn new(image: &Luma) -> Self {
        let stride = image.width + 1;
        let mut sums = Vec::with_capacity(stride * (image.height + 1));
        sums.resize(stride, 0u32);
        for (y, row) in image.rows().enumerate() {
            let mut run = 0u32;
            sums.push(0);
            let above = y * stride + 1;
            for (x, value) in row.iter().enumerate() {
                run = run.wrapping_add(u32::from(*value));
                let upper = sums.get(above + x).copied().unwrap_or(0);
                sums.push(upper.wrapping_add(run));
            }
        }
        Self { stride, sums }
    }

    /// The table's row above picture row `y`.
    pub(crate) fn row(&self, y: usize) -> &[u32] {
        let start = y * self.stride;
        self.sums.get(start..start + self.stride).unwrap_or_default()
    }
}

/// The sum over columns `left..right` between two rows of [`Sums`].
#[inline]
pub(crate) fn box_sum(upper: &[u32], lower: &[u32], left: usize, right: usize) -> u32 {
    let at = |row: &[u32], x: usize| row.get(x).copied().unwrap_or(0);
    at(lower, right).wrapping_sub(at(upper, right)).wrapping_sub(at(lower, left)).wrapping_add(at(upper, left))
}

/// Blurred by 1-2-1 both ways: takes out one-pixel noise.
pub(crate) fn soften(image: &Luma) -> Luma {
    let (w, h) = (image.width, image.height);
    let mix = |a: u8, b: u8, c: u8| grey_of((u32::from(a) + 2 * u32::from(b) + u32::from(c) + 2) >> 2);
    let mut across = Vec::with_capacity(w * h);
    for row in image.rows() {
        let first = row.first().copied().unwrap_or(0);
        let last = row.last().copied().unwrap_or(0);
        let left = std::iter::once(first).chain(row.iter().copied());
        let right = row.iter().skip(1).copied().chain(std::iter::once(last));
        across.extend(left.zip(row).zip(right).map(|((a, b), c)| mix(a, *b, c)));
    }
    let middle = Luma { width: w, height: h, pixels: across };
    let mut pixels = Vec::with_capacity(w * h);
    for y in 0..h {
        let (a, b, c) = (middle.row(y.saturating_sub(1)), middle.row(y), middle.row((y + 1).min(h - 1)));
        pixels.extend(a.iter().zip(b).zip(c).map(|((a, b), c)| mix(*a, *b, *c)));
    }
    Luma { width: w, height: h, pixels }
}

/// The middle brightness of a picture's darkest and lightest twentieth, and their distance.
pub(crate) fn spread(image: &Luma) -> (u8, u8) {
    let histogram = histogram(image);
    let twentieth = word(image.pixels.len()) / 20;
    let level = |levels: &mut dyn Iterator<Item = (usize, &u32)>| {
        let mut seen = 0u32;
        for (level, many) in levels {
            seen = seen.saturating_add(*many);
            if seen > twentieth {
                return level;
            }
        }
        0
    };
    let dark = level(&mut histogram.iter().enumerate());
    let light = level(&mut histogram.iter().enumerate().rev());
    (grey_of(word(dark)), grey_of(word(light)))
}

/// How many pixels have each brightness.
pub(crate) fn histogram(image: &Luma) -> [u32; 256] {
    let mut many = [0u32; 256];
    for value in &image.pixels {
        if let Some(slot) = many.get_mut(count(u32::from(*value))) {
            *slot += 1;
        }
    }
    many
}

#[cfg(test)]
mod tests {
    use super::Luma;

    #[test]
    fn doubling_quickly_is_resizing_to_twice_the_size() {
        for (width, height) in [(1, 1), (2, 3), (7, 1), (33, 20)] {
            let image = Luma::from_fn(width, height, |x, y| u8::try_from((x * 89 + y * 151) % 256).unwrap());
            assert_eq!(image.doubled(), image.resized(2 * width, 2 * height), "{width} x {height}");
        }
    }
}
