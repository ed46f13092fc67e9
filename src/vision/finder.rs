//! The finder pattern: three squares in each other, 1:1:3:1:1 along every line through the middle (ISO/IEC 18004 §6.3.3).
//!
//! Rows are scanned run by run; what looks right across is checked down, across again, and along a diagonal.
//! Ratios are judged on edge-to-edge sums (black + white), which ink spread and blooming leave alone.
//! Invariant: at most [`PATTERNS_MAX`] patterns are kept, so that noise cannot make later steps slow.
//! Deliberately absent: which three belong together (`triple.rs`).

use super::binarise::Bitmap;
use super::geometry::Point;
use super::number::{nearest, single, word};

/// A place that looks like a finder pattern.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Side of one module in pixels.
    pub(crate) module: f32,
    /// How many rows showed it: more is surer.
    pub(crate) rows: u32,
}

impl Pattern {
    pub(crate) fn centre(&self) -> Point {
        Point::new(f64::from(self.x), f64::from(self.y))
    }
}

/// Most patterns kept while scanning (chosen: 330 symbols in one picture; noise gives more).
const PATTERNS_MAX: usize = 1_000;

/// The module side, if five runs are 1:1:3:1:1 within a tolerance.
#[inline]
fn ratio(runs: [f32; 5], tolerance: f32) -> Option<f32> {
    let [a, b, c, d, e] = runs;
    let total = a + b + c + d + e;
    if total < 7.0 {
        return None;
    }
    let m = total / 7.0;
    let wide = 1.4 * tolerance * m;
    let fits = (a + b - 2.0 * m).abs() < tolerance * m
        && (d + e - 2.0 * m).abs() < tolerance * m
        && (b + c - 4.0 * m).abs() < wide
        && (c + d - 4.0 * m).abs() < wide
        && c > 1.7 * m
        && c < 4.6 * m
        && a.min(b).min(d).min(e) > 0.25 * m;
    fits.then_some(m)
}

/// Lengths of black, white, black from a point outward, in steps of one; `None` if the picture or the reach ends first.
pub(crate) fn runs_outward(bits: &Bitmap, from: Point, way: Point, reach: f64) -> Option<[f32; 3]> {
    let mut at = from;
    let mut run = 0.0f32;
    let mut done = [0.0f32; 2];
    let mut phase = 0u8;
    let mut left = reach;
    loop {
        let black = bits.at(nearest(at.x), nearest(at.y));
        if black != Some(phase != 1) {
            match phase {
                0 => done[0] = run,
                1 => done[1] = run,
                _ => return Some([done[0], done[1], run]),
            }
            black?;
            phase += 1;
            run = 0.0;
        }
        run += 1.0;
        left -= 1.0;
        if left < 0.0 {
            return None;
        }
        at = at + way;
    }
}

/// Looks both ways along a line: the module side, and how far the middle lies off the point.
fn cross(bits: &Bitmap, at: Point, way: Point, reach: f64, tolerance: f32) -> Option<(f32, f32)> {
    let [a, b, c] = runs_outward(bits, at, way, reach)?;
    let [x, y, z] = runs_outward(bits, at, way * -1.0, reach)?;
    let module = ratio([z, y, a + x - 1.0, b, c], tolerance)?;
    Some((module, ((a + b + c) - (x + y + z)) / 2.0))
}

/// Finds all finder patterns; every `step`th row is scanned.
pub(crate) fn find(bits: &Bitmap, step: usize) -> Vec<Pattern> {
    let mut found: Vec<Pattern> = Vec::new();
    let mut edges: Vec<u32> = Vec::with_capacity(bits.width());
    let mut y = step / 2;
    while y < bits.height() && found.len() < PATTERNS_MAX {
        edges_of(bits.row(y), &mut edges);
        // Edges alternate; an even one starts black.
        for six in edges.windows(6).step_by(2) {
            if let [a, b, c, d, e, f] = *six {
                let runs = [b - a, c - b, d - c, e - d, f - e].map(|it| single(super::number::count(it)));
                if let Some(module) = ratio(runs, 0.8) {
                    let middle = single(super::number::count(c + d)) / 2.0 - 0.5;
                    confirm(bits, &mut found, middle, single(y), module);
                }
            }
        }
        y += step.max(1);
    }
    found
}

/// The columns at which black and white change; the row counts as white outside.
fn edges_of(row: &[u8], edges: &mut Vec<u32>) {
    edges.clear();
    let (words, rest) = row.as_chunks::<8>();
    let mut last = 0u64;
    let mut base = 0u32;
    for bytes in words {
        let eight = u64::from_le_bytes(*bytes);
        let mut changes = eight ^ ((eight << 8) | last);
        while changes != 0 {
            edges.push(base + changes.trailing_zeros() / 8);
            changes &= changes - 1;
        }
        last = eight >> 56;
        base += 8;
    }
    for bit in rest {
        if u64::from(*bit) != last {
            edges.push(base);
            last = u64::from(*bit);
        }
        base += 1;
    }
    if last != 0 {
        edges.push(word(row.len()));
    }
}

/// Checks a candidate down, across and along a diagonal, and merges it with one already found there.
fn confirm(bits: &Bitmap, found: &mut Vec<Pattern>, x: f32, y: f32, module: f32) {
    let known = found.iter_mut().rev().take(40);
    for pattern in known {
        if (pattern.x - x).abs() < pattern.module * 1.2 && (pattern.y - y).abs() < pattern.module * 1.8 {
            pattern.rows += 1;
            return;
        }
    }
    let Some(seen) = checked(bits, x, y, module) else { return };
    let near = |it: &&mut Pattern| (it.x - seen.x).abs() < it.module * 1.5 && (it.y - seen.y).abs() < it.module * 1.5;
    match found.iter_mut().find(near) {
        Some(pattern) => {
            let old = single(super::number::count(pattern.rows));
            let mean = |before: f32, now: f32| (before * old + now) / (old + 1.0);
            *pattern = Pattern {
                x: mean(pattern.x, seen.x),
                y: mean(pattern.y, seen.y),
                module: mean(pattern.module, seen.module),
                rows: pattern.rows + 1,
            };
        }
        None => found.push(seen),
    }
}

fn checked(bits: &Bitmap, x: f32, y: f32, module: f32) -> Option<Pattern> {
    let reach = f64::from(module * 12.0 + 4.0);
    let mut at = Point::new(f64::from(x), f64::from(y));
    let (down, off) = cross(bits, at, Point::new(0.0, 1.0), reach, 1.0)?;
    if down > 2.6 * module || module > 2.6 * down {
        return None;
    }
    at.y += f64::from(off);
    let (across, off) = cross(bits, at, Point::new(1.0, 0.0), reach, 1.0)?;
    at.x += f64::from(off);
    let slant = std::f64::consts::FRAC_1_SQRT_2;
    let diagonal = |way: Point| cross(bits, at, way, reach * 1.5, 1.6).is_some();
    (diagonal(Point::new(slant, slant)) || diagonal(Point::new(slant, -slant))).then(|| Pattern {
        x: super::number::narrow(at.x),
        y: super::number::narrow(at.y),
        module: f32::midpoint(across, down),
        rows: 1,
    })
}

#[cfg(test)]
mod tests {
    use super::edges_of;

    #[track_caller]
    fn check(row: &str, expected: &[u32]) {
        let bits: Vec<u8> = row.bytes().map(|it| u8::from(it == b'#')).collect();
        let mut edges = vec![99];
        edges_of(&bits, &mut edges);
        assert_eq!(edges, expected, "{row}");
    }

    #[test]
    fn edges_alternate_whatever_the_width() {
        check("", &[]);
        check("........", &[]);
        check("########", &[0, 8]);
        check(".#..##.#.#", &[1, 2, 4, 6, 7, 8, 9, 10]);
        check("........#........", &[8, 9]);
        check(".......##.......#", &[7, 9, 16, 17]);
    }
}
