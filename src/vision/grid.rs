//! Where the modules of one symbol lie in the picture.
//!
//! A flat symbol is one [`Homography`]; a bent one (paper, a bottle) adds what its alignment patterns say:
//! each pattern found pulls its neighbourhood, smoothly in between ([`Bend`]).
//! Invariant: module (0,0) is the symbol's own top left; module centres lie at half-integers.
//! Deliberately absent: reading the modules (`sample.rs`).

use super::geometry::{Homography, Point};
use super::luma::Luma;
use super::number::{below, real, step};
use super::qr::layout::alignment_centres;

/// The modules of one symbol, placed.
#[derive(Clone)]
pub(crate) struct Grid {
    /// Modules a side.
    pub(crate) side: usize,
    /// Module coordinates to pixels.
    pub(crate) map: Homography,
    /// What the alignment patterns add, where the symbol is not flat.
    pub(crate) bend: Option<Bend>,
}

impl Grid {
    pub(crate) const fn flat(side: usize, map: Homography) -> Self {
        Self { side, map, bend: None }
    }

    /// The pixel of a module coordinate.
    #[inline]
    pub(crate) fn place(&self, u: f64, v: f64) -> Point {
        let flat = self.map.map(u, v);
        self.bend.as_ref().map_or(flat, |it| flat + it.offset(u, v))
    }

    /// The symbol's corners, clockwise from its own top left.
    pub(crate) fn corners(&self) -> [Point; 4] {
        let n = real(self.side);
        [self.map.map(0.0, 0.0), self.map.map(n, 0.0), self.map.map(n, n), self.map.map(0.0, n)]
    }
}

/// How far alignment patterns lie from where the flat map says, on the square lattice of their centres.
#[derive(Clone)]
pub(crate) struct Bend {
    centres: Vec<usize>,
    offsets: Vec<Point>,
}

impl Bend {
    fn offset(&self, u: f64, v: f64) -> Point {
        let ((i, across), (j, down)) = (self.cell(u), self.cell(v));
        let n = self.centres.len();
        let at = |i: usize, j: usize| self.offsets.get(j * n + i).copied().unwrap_or_default();
        let upper = at(i, j) * (1.0 - across) + at(i + 1, j) * across;
        let lower = at(i, j + 1) * (1.0 - across) + at(i + 1, j + 1) * across;
        upper * (1.0 - down) + lower * down
    }

    /// Between which two centres a coordinate lies, and the share of the second; a little beyond the ends counts on.
    fn cell(&self, t: f64) -> (usize, f64) {
        let pairs = self.centres.iter().zip(self.centres.iter().skip(1)).enumerate();
        let mut chosen = (0, 0.0);
        for (at, (from, to)) in pairs {
            let (from, to) = (real(*from) + 0.5, real(*to) + 0.5);
            chosen = (at, ((t - from) / (to - from)).clamp(-0.3, 1.3));
            if t <= to {
                break;
            }
        }
        chosen
    }
}

/// How much a place looks like the 5x5 alignment pattern: mean white ring less mean black, in grey levels.
pub(crate) fn alignment_contrast(image: &Luma, at: Point, along: Point, across: Point) -> f32 {
    let (right, bottom) = (real(image.width()), real(image.height()));
    let corners = [(-2.0, -2.0), (2.0, -2.0), (-2.0, 2.0), (2.0, 2.0)];
    let outside = |it: (f64, f64)| {
        let p = at + along * it.0 + across * it.1;
        !(p.x >= -1.0 && p.y >= -1.0 && p.x <= right && p.y <= bottom)
    };
    if corners.into_iter().any(outside) {
        return -255.0;
    }
    let (mut black, mut white) = (0u32, 0u32);
    for j in -2i32..=2 {
        let row = at + across * step(j);
        for i in -2i32..=2 {
            let p = row + along * step(i);
            let value = u32::from(image.near(p.x, p.y));
            match i.abs().max(j.abs()) {
                1 => white += value,
                0 => black += 2 * value,
                _ => black += value,
            }
        }
    }
    level(white) / 8.0 - level(black) / 18.0
}

/// A look at five points only: mean of the ring's sides less the middle. No alignment pattern without it.
fn stands_out(image: &Luma, at: Point, along: Point, across: Point) -> i32 {
    let tap = |p: Point| i32::from(image.near(p.x, p.y));
    let ring = tap(at + along) + tap(at - along) + tap(at + across) + tap(at - across);
    ring / 4 - tap(at)
}

fn level(sum: u32) -> f32 {
    super::number::single(super::number::count(sum))
}

/// Looks for an alignment pattern around a place, within `reach` modules; at least `contrast_min` grey levels.
pub(crate) fn find_alignment(
    image: &Luma,
    about: Point,
    along: Point,
    across: Point,
    reach: f64,
    contrast_min: f32,
) -> Option<Point> {
    let module = f64::midpoint(along.length(), across.length());
    let pitch = (module / 2.5).max(0.7);
    let steps = super::number::signed(below((reach * module / pitch).ceil())).min(64);
    let far = step(steps.max(1));
    let least = super::number::nearest(f64::from(contrast_min) * 0.5);
    let (mut best, mut place) = (-255.0f32, about);
    for j in -steps..=steps {
        for i in -steps..=steps {
            let at = about + Point::new(step(i), step(j)) * pitch;
            if stands_out(image, at, along, across) < least {
                continue;
            }
            let off = step(i * i + j * j).sqrt() / far;
            let score = alignment_contrast(image, at, along, across) * super::number::narrow(1.0 - 0.25 * off);
            if score > best {
                (best, place) = (score, at);
            }
        }
    }
    if best < contrast_min {
        return None;
    }
    let mut pitch = pitch / 2.0;
    for _ in 0..3 {
        let centre = place;
        for (i, j) in (-1..=1).flat_map(|j| (-1..=1).map(move |i| (i, j))) {
            let at = centre + Point::new(step(i), step(j)) * pitch;
            let score = alignment_contrast(image, at, along, across);
            if score > best {
                (best, place) = (score, at);
            }
        }
        pitch /= 2.0;
    }
    Some(place)
}

/// Looks for every alignment pattern of a symbol; `None` if not one was found.
pub(crate) fn find_bend(image: &Luma, grid: &Grid, contrast: f32) -> Option<Bend> {
    let centres = alignment_centres(grid.side);
    let n = centres.len();
    let mut offsets: Vec<Option<Point>> = Vec::with_capacity(n * n);
    let mut seen = false;
    for (j, row) in centres.iter().enumerate() {
        for (i, column) in centres.iter().enumerate() {
            let at_finder = matches!((i, j), (0, 0)) || (i == 0 && j + 1 == n) || (j == 0 && i + 1 == n);
            if at_finder {
                offsets.push(Some(Point::default()));
                continue;
            }
            let (at, along, across) = grid.map.frame(real(*column) + 0.5, real(*row) + 0.5);
            let found = find_alignment(image, at, along, across, 2.0, contrast * 0.35);
            seen |= found.is_some();
            offsets.push(found.map(|it| it - at));
        }
    }
    seen.then(|| Bend { offsets: filled(offsets, n), centres })
}

/// Gives each pattern that was not found the mean of its known neighbours, ring by ring.
fn filled(mut offsets: Vec<Option<Point>>, n: usize) -> Vec<Point> {
    for _ in 0..n {
        let known = offsets.clone();
        let at = |i: Option<usize>, j: Option<usize>| {
            let (i, j) = (i.filter(|it| *it < n)?, j.filter(|it| *it < n)?);
            known.get(j * n + i).copied().flatten()
        };
        for (place, slot) in offsets.iter_mut().enumerate().filter(|(_, it)| it.is_none()) {
            let (i, j) = (place % n, place / n);
            let around = [
                at(i.checked_sub(1), Some(j)),
                at(Some(i + 1), Some(j)),
                at(Some(i), j.checked_sub(1)),
                at(Some(i), Some(j + 1)),
            ];
            let near: Vec<Point> = around.into_iter().flatten().collect();
            if !near.is_empty() {
                let sum = near.iter().fold(Point::default(), |sum, it| sum + *it);
                *slot = Some(sum * (1.0 / real(near.len())));
            }
        }
    }
    offsets.into_iter().map(Option::unwrap_or_default).collect()
}
