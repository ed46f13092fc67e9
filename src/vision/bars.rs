//! Pictures made for bars: turned so that the bars stand upright, then averaged down the bars and redrawn, or sharpened.
//!
//! A linear symbol says the same in every row, so rows may be averaged, and only edges along the row need to be steep.
//! Which way the bars stand is measured from the brightness' slope: where it goes one way in a whole block of pixels, there
//! are bars.
//! Deliberately absent: reading them (`second.rs`), and when each picture is made (`ladder.rs`).

use super::edges::redrawn;
use super::geometry::Point;
use super::luma::Luma;
use super::number::{below, grey_of, grey_within, nearest, real, signed, step, word};
use super::second::Effort;

/// A picture made for bars.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Look {
    /// Each row the mean of seven, every fourth kept, redrawn black and white, six times as wide.
    Redrawn,
    /// Edges along the row made steeper.
    Sharp,
    /// Twice the size.
    Double,
}

impl Look {
    /// The picture made from one whose bars stand upright.
    pub(crate) fn apply(self, level: &Luma) -> Luma {
        match self {
            Self::Redrawn => redrawn(&averaged(level, 3).every_row(4), 6),
            Self::Sharp => sharpened(level),
            Self::Double => level.doubled(),
        }
    }

    /// Agreeing scan lines from which one look at it is enough: the first two make edges of noise too, so twice as many.
    pub(crate) const fn lines_sure(self) -> i32 {
        match self {
            Self::Redrawn | Self::Sharp => 2 * Effort::QUICK.lines_sure,
            Self::Double => Effort::QUICK.lines_sure,
        }
    }

    /// How many times the pixels of the picture it has at most.
    pub(crate) const fn growth(self) -> usize {
        match self {
            Self::Sharp => 1,
            Self::Redrawn => 2,
            Self::Double => 4,
        }
    }
}

/// A picture turned so that its bars stand upright.
pub(crate) struct Level {
    pub(crate) image: Luma,
    /// The direction along a row of it, in the picture that it was made from, and the middles of both.
    along: Point,
    old: Point,
    new: Point,
}

/// Bars that lean less than this are upright enough (chosen: the engine's scan lines cross all bars of a label to 10°).
const UPRIGHT: f64 = 5.0;

impl Level {
    /// Turns a picture as its bars ask for.
    pub(crate) fn of(still: &Luma) -> Self {
        let middle = |it: &Luma| Point::new(real(it.width()), real(it.height())) * 0.5;
        let old = middle(still);
        let degrees = slant(still).unwrap_or(0.0);
        if degrees.abs() < UPRIGHT {
            return Self { image: still.clone(), along: Point::new(1.0, 0.0), old, new: old };
        }
        let (sin, cos) = degrees.to_radians().sin_cos();
        let along = Point::new(cos, sin);
        let image = turned(still, along);
        let new = middle(&image);
        Self { image, along, old, new }
    }

    /// Where a point of the turned picture lies in the one that it was made from.
    pub(crate) fn back(&self, at: Point) -> Point {
        carried(self.along, at - self.new) + self.old
    }
}

/// A step along the rows and down the columns of the turned picture, in the other one.
fn carried(along: Point, by: Point) -> Point {
    Point::new(along.x * by.x - along.y * by.y, along.y * by.x + along.x * by.y)
}

/// The picture with that direction level, all of it within the new sides; beyond the old ones the border goes on.
fn turned(still: &Luma, along: Point) -> Luma {
    let (w, h) = (real(still.width()), real(still.height()));
    let (sin, cos) = (along.y.abs(), along.x.abs());
    let (width, height) = (below(w * cos + h * sin + 0.5), below(w * sin + h * cos + 0.5));
    let (old, new) = (Point::new(w, h) * 0.5, Point::new(real(width), real(height)) * 0.5);
    let mut made = Luma::flat(width, height, 0);
    let across = made.width();
    for (y, row) in made.pixels_mut().chunks_exact_mut(across).enumerate() {
        let mut at = carried(along, Point::new(0.5, real(y) + 0.5) - new) + old;
        for out in row {
            *out = between(still, at.x - 0.5, at.y - 0.5);
            at = at + along;
        }
    }
    made
}

/// The brightness between the four nearest pixels.
fn between(still: &Luma, x: f64, y: f64) -> u8 {
    let (x, y) = (x.clamp(0.0, real(still.width() - 1)), y.clamp(0.0, real(still.height() - 1)));
    let (left, top) = (below(x), below(y));
    let (across, down) = (nearest((x - real(left)) * 256.0), nearest((y - real(top)) * 256.0));
    let level = |row: &[u8], at: usize| i32::from(row.get(at).or(row.last()).copied().unwrap_or(0));
    let (upper, lower) = (still.row(top), still.row((top + 1).min(still.height() - 1)));
    let mix = |row: &[u8]| level(row, left) * (256 - across) + level(row, left + 1) * across;
    grey_within((mix(upper) * (256 - down) + mix(lower) * down + (1 << 15)) >> 16)
}

/// Each pixel moved away from the mean of two on either side, by twice as much as it lies away.
fn sharpened(image: &Luma) -> Luma {
    let mut pixels = Vec::with_capacity(image.pixels().len());
    let mut padded = Vec::with_capacity(image.width() + 4);
    for row in image.rows() {
        let (first, last) = (row.first().copied().unwrap_or(0), row.last().copied().unwrap_or(0));
        padded.clear();
        padded.extend([first, first]);
        padded.extend_from_slice(row);
        padded.extend([last, last]);
        pixels.extend(padded.windows(5).map(|five| {
            let sum: i32 = five.iter().map(|it| i32::from(*it)).sum();
            let it = five.get(2).map_or(0, |it| i32::from(*it));
            grey_within(it + (5 * it - sum) / 2)
        }));
    }
    Luma::new(image.width(), image.height(), pixels).unwrap_or_else(|| image.clone())
}

/// Each row the mean of itself and so many above and below.
fn averaged(image: &Luma, reach: usize) -> Luma {
    let (height, many) = (image.height(), word(2 * reach + 1));
    let mut sums = vec![0u32; image.width()];
    let row = |at: usize| image.row(at.saturating_sub(reach).min(height - 1)); // Counted from `reach` rows above the top.
    for at in 0..=2 * reach {
        sums.iter_mut().zip(row(at)).for_each(|(sum, it)| *sum += u32::from(*it));
    }
    let mut pixels = Vec::with_capacity(image.pixels().len());
    for y in 0..height {
        pixels.extend(sums.iter().map(|sum| grey_of(sum / many)));
        let (leaves, comes) = (row(y), row(y + 2 * reach + 1));
        for ((sum, old), new) in sums.iter_mut().zip(leaves).zip(comes) {
            *sum = *sum + u32::from(*new) - u32::from(*old);
        }
    }
    Luma::new(image.width(), height, pixels).unwrap_or_else(|| image.clone())
}

/// Longest side of the picture in which the slant is measured.
const MEASURED: usize = 800;
/// Side of the blocks in which brightness must slope one way.
const BLOCK: usize = 16;
/// How much of a block's slope must go one way (chosen: bars have 0.9 and more, text 0.5).
const ONE_WAY: f64 = 0.8;
/// Directions told apart, over half a turn.
const BINS: usize = 60;

/// The direction across the bars in degrees from level, from -90 to 90; `None` where there is nothing like bars.
pub(crate) fn slant(still: &Luma) -> Option<f64> {
    let small = still.fitted(MEASURED);
    let mut bins = [0.0_f64; BINS];
    let rows: Vec<&[u8]> = small.rows().collect();
    for band in rows.chunks(BLOCK) {
        for left in (0..small.width().saturating_sub(BLOCK)).step_by(BLOCK) {
            let (across, down, both) = slopes(band, left);
            let (sum, apart) = (across + down, across - down);
            let one_way = (apart * apart + 4.0 * both * both).sqrt();
            if one_way > ONE_WAY * sum && sum > 0.0 {
                let degrees = (2.0 * both).atan2(apart).to_degrees() / 2.0; // -90 to 90
                let bin = below((degrees + 90.0) / 180.0 * real(BINS)).min(BINS - 1);
                if let Some(slot) = bins.get_mut(bin) {
                    *slot += one_way;
                }
            }
        }
    }
    peak(&bins)
}

/// Sums of the slope's squares across and down, and of their product, over every second pixel of a block.
fn slopes(band: &[&[u8]], left: usize) -> (f64, f64, f64) {
    let (mut across, mut down, mut both) = (0, 0, 0);
    for (upper, lower) in band.iter().zip(band.iter().skip(2)).step_by(2) {
        let part = |row: &'_ [u8]| row.get(left..left + BLOCK).unwrap_or_default().to_vec();
        let (upper, lower) = (part(upper), part(lower));
        for (above, under) in upper.windows(3).zip(lower.windows(3)).step_by(2) {
            let ([a, _, b], [c, _, d]) = (above, under) else { continue };
            let [a, b, c, d] = [a, b, c, d].map(|it| i32::from(*it));
            let (x, y) = (b + d - a - c, c + d - a - b);
            across += x * x;
            down += y * y;
            both += x * y;
        }
    }
    (step(across), step(down), step(both))
}

/// The direction that most slope has, from the fullest bin and its neighbours.
fn peak(bins: &[f64; BINS]) -> Option<f64> {
    let around = |at: usize| [BINS - 1, 0, 1].map(|by| (at + by) % BINS);
    let weight = |at: usize| bins.get(at).copied().unwrap_or(0.0);
    let total = |at: &usize| around(*at).iter().map(|it| weight(*it)).sum::<f64>();
    let fullest = (0..BINS).max_by(|a, b| total(a).total_cmp(&total(b)))?;
    let sum = total(&fullest);
    let lean: f64 = around(fullest).iter().zip([-1.0, 0.0, 1.0]).map(|(it, by)| weight(*it) * by).sum();
    let bin = 180.0 / real(BINS);
    (sum > 0.0).then(|| (step(signed(fullest)) + 0.5 + lean / sum) * bin - 90.0)
}

#[cfg(test)]
mod tests {
    use super::{Level, Look, slant};
    use crate::vision::Luma;
    use crate::vision::geometry::Point;
    use crate::vision::number::{grey_within, nearest, real};

    /// Bars as a lens shows them, six pixels wide across this direction, in a field of paper.
    fn bars(degrees: f64) -> Luma {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Luma::from_fn(320, 240, |x, y| {
            let (x, y) = (real(x) - 160.0, real(y) - 120.0);
            let (along, down) = (x * cos + y * sin, y * cos - x * sin);
            let wave = (along * std::f64::consts::TAU / 12.0).sin();
            if along.abs() < 90.0 && down.abs() < 60.0 { grey_within(nearest(125.0 + 95.0 * wave)) } else { 220 }
        })
    }

    #[test]
    fn the_slant_of_bars_is_measured_to_three_degrees() {
        for degrees in [-80.0_f64, -40.0, -12.0, 0.0, 7.0, 25.0, 61.0, 88.0] {
            let found = slant(&bars(degrees)).unwrap();
            let apart = (found - degrees + 270.0) % 180.0 - 90.0;
            assert!(apart.abs() < 3.0, "{degrees}: {found}");
        }
        assert_eq!(slant(&Luma::flat(320, 240, 90)), None);
    }

    #[test]
    fn bars_stand_upright_in_the_levelled_picture_and_its_points_lie_where_they_were() {
        let level = Level::of(&bars(35.0));
        assert!(slant(&level.image).unwrap().abs() < 3.0);
        let along = level.back(level.new + Point::new(50.0, 0.0)) - Point::new(160.0, 120.0);
        assert!((along.x - 40.96).abs() < 3.5 && (along.y - 28.68).abs() < 3.5, "{along:?}");
    }

    #[test]
    fn each_look_keeps_what_is_the_same_everywhere_and_has_the_size_it_says() {
        for (look, level) in [(Look::Redrawn, 255), (Look::Sharp, 77), (Look::Double, 77)] {
            let made = look.apply(&Luma::flat(64, 40, 77));
            assert!(made.pixels().iter().all(|it| *it == level), "{look:?}");
            assert!(made.pixels().len() <= look.growth() * 64 * 40, "{look:?}");
        }
    }
}
