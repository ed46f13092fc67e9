//! From three finder patterns to a grid that reads: how many modules, where the fourth corner is, how it bends.
//!
//! The side is estimated from the finders' own modules and its neighbours are tried too; the fourth corner comes from
//! the alignment pattern, from the outer edges of two finders, or from a parallelogram, in this order.
//! Deliberately absent: which three finders (`triple.rs`), and reading the grid (`attempt.rs`).

use super::attempt::{Attempt, View, attempt};
use super::binarise::Bitmap;
use super::finder::{Pattern, runs_outward};
use super::geometry::{Homography, Line, Point};
use super::grid::{Grid, alignment_contrast, find_alignment, find_bend};
use super::number::{below, real};
use super::qr::layout::version_of;
use super::qr::symbol::Read;
use super::sample::quick_score;

/// Three finders with what was measured along the two sides between them.
struct Frame {
    corner: Point,
    right: Point,
    down: Point,
    /// Modules a side, as measured.
    side: f64,
    /// Light less dark at the finders, in grey levels.
    contrast: f32,
    /// The symbol's bottom right corner, where the outer edges of the two finders meet.
    far: Option<Point>,
}

/// A symbol that was read, and where it is.
pub(crate) struct Fit {
    pub(crate) read: Read,
    pub(crate) corners: [Point; 4],
    pub(crate) attempts: u32,
    /// Light less dark at the finders, in grey levels.
    pub(crate) contrast: f32,
}

/// Reads the symbol whose finders these are (top left, top right, bottom left), if there is one; says how much the best
/// grid looked like a symbol.
pub(crate) fn fit(view: View<'_>, finders: [&Pattern; 3], over: &mut dyn FnMut() -> bool) -> (f32, Option<Fit>) {
    let Some(frame) = Frame::measure(view, finders) else { return (0.0, None) };
    let mut attempts = 0;
    let mut best = 0f32;
    for (tried, side) in sides(frame.side).into_iter().enumerate() {
        let mut here = 0f32;
        let mut tried_maps: Vec<Homography> = Vec::with_capacity(4);
        for map in frame.maps(view, side) {
            if tried_maps.iter().any(|it| alike(it, &map, side)) {
                continue;
            }
            tried_maps.push(map);
            if over() {
                return (best, None);
            }
            let grid = Grid::flat(side, map);
            let (likeness, fit) = settle(view, &frame, grid, &mut attempts);
            here = here.max(likeness);
            if fit.is_some() {
                return (here, fit);
            }
        }
        best = best.max(here);
        if (tried == 0 && here < 1.0 && !view.deep) || (tried >= 2 && best < 1.35) {
            break;
        }
    }
    (best, None)
}

/// Whether two maps put the modules in the same places, but for a fifth of a module.
fn alike(one: &Homography, other: &Homography, side: usize) -> bool {
    let n = real(side);
    [(n, n), (n / 2.0, n / 2.0)].into_iter().all(|(u, v)| {
        let (at, along, across) = one.frame(u, v);
        (at - other.map(u, v)).length() < 0.2 * along.length().min(across.length())
    })
}

/// Tries a grid flat, then bent by its alignment patterns if it looks like a symbol.
fn settle(view: View<'_>, frame: &Frame, mut grid: Grid, attempts: &mut u32) -> (f32, Option<Fit>) {
    let flat = attempt(view, &grid);
    *attempts += flat.decodes;
    let mut likeness = flat.likeness;
    let found = |tried: Attempt, grid: &Grid, attempts: u32| {
        tried.read.map(|read| Fit { read, corners: grid.corners(), attempts, contrast: frame.contrast })
    };
    if flat.read.is_some() {
        return (likeness, found(flat, &grid, *attempts));
    }
    let version = version_of(grid.side).unwrap_or(0);
    let worth_bending = version >= 7 && likeness >= 1.3 || view.deep && version >= 2 && likeness > 1.6;
    if !worth_bending {
        return (likeness, None);
    }
    grid.bend = find_bend(view.image, &grid, frame.contrast);
    if grid.bend.is_none() {
        return (likeness, None);
    }
    let bent = attempt(view, &grid);
    *attempts += bent.decodes;
    likeness = likeness.max(bent.likeness);
    (likeness, found(bent, &grid, *attempts))
}

/// Sides to try, nearest to the estimate first: the larger the symbol, the less sure the count.
fn sides(estimate: f64) -> Vec<usize> {
    let version = below(((estimate - 17.0) / 4.0).round().max(1.0)).clamp(1, 40);
    let side = |version: usize| 17 + 4 * version;
    let reach = 1 + side(version) / 40;
    let mut around: Vec<usize> = (version.saturating_sub(reach).max(1)..=(version + reach).min(40)).map(side).collect();
    around.sort_by(|a, b| (real(*a) - estimate).abs().total_cmp(&(real(*b) - estimate).abs()));
    around
}

impl Frame {
    fn measure(view: View<'_>, [corner, right, below]: [&Pattern; 3]) -> Option<Self> {
        let (a, c, d) = (corner.centre(), right.centre(), below.centre());
        let (top, left) = (c - a, d - a);
        let (along, across) = (top.unit(), left.unit());
        let bits = view.bits;
        let module_x = module_along(bits, along, corner, right);
        let module_y = module_along(bits, across, corner, below);
        let side = f64::midpoint(top.length() / module_x, left.length() / module_y) + 7.0;
        if !(17.0..=190.0).contains(&side) {
            return None;
        }
        let (step_x, step_y) = (along * module_x, across * module_y);
        let light = |at: Point| alignment_contrast(view.image, at, step_x, step_y).abs();
        let contrast = (light(a) + light(c) + light(d)) / 3.0;
        let edge_right = outer_edge(bits, c, along, across, module_y);
        let edge_down = outer_edge(bits, d, across, along, module_x);
        let far = edge_right.zip(edge_down).and_then(|(right, down)| right.meet(down));
        Some(Self { corner: a, right: c, down: d, side, contrast, far })
    }

    /// The maps worth trying for a number of modules, likeliest first.
    fn maps(&self, view: View<'_>, side: usize) -> Vec<Homography> {
        let n = real(side);
        let finders = [Point::new(3.5, 3.5), Point::new(n - 3.5, 3.5), Point::new(3.5, n - 3.5)];
        let with = |from: Point, to: Point| {
            Homography::between([finders[0], finders[1], from, finders[2]], [self.corner, self.right, to, self.down])
        };
        let from_edges = self.far.and_then(|it| with(Point::new(n, n), it));
        let from_shape = with(Point::new(n - 3.5, n - 3.5), self.right + self.down - self.corner);
        let mut maps = Vec::with_capacity(4);
        if version_of(side).is_some_and(|it| it >= 2) {
            let place = Point::new(n - 6.5, n - 6.5);
            for map in [from_edges, from_shape].into_iter().flatten() {
                // The timing rows lie between the finders, wherever the far corner is.
                if quick_score(view.image, &Grid::flat(side, map)) < HOPEFUL {
                    continue;
                }
                let (at, along, across) = map.frame(place.x, place.y);
                let sane = |it: Point| (0.5..200.0).contains(&it.length());
                if sane(along) && sane(across) {
                    let found = find_alignment(view.image, at, along, across, 4.0 + n / 30.0, self.contrast * 0.3);
                    maps.extend(found.and_then(|it| with(place, it)));
                }
            }
        }
        maps.extend(from_edges);
        maps.extend(from_shape);
        maps
    }
}

/// Below this sum of shares the number of modules is wrong, or there is no symbol: chance is about 1 (chosen).
const HOPEFUL: f32 = 1.2;

/// Distance from a finder's middle to its outer edge.
fn edge_distance(bits: &Bitmap, at: Point, way: Point, module: f64) -> Option<f64> {
    let [a, b, c] = runs_outward(bits, at, way, module * 9.0 + 4.0)?;
    Some(f64::from(a + b + c) - 0.5)
}

/// The module side along a direction, measured through both finders; else what the row scan said.
fn module_along(bits: &Bitmap, way: Point, one: &Pattern, other: &Pattern) -> f64 {
    let measured: Vec<f64> = [one, other]
        .into_iter()
        .filter_map(|it| {
            let module = f64::from(it.module);
            let ahead = edge_distance(bits, it.centre(), way, module)?;
            Some((ahead + edge_distance(bits, it.centre(), way * -1.0, module)?) / 7.0)
        })
        .collect();
    if measured.is_empty() {
        return f64::from(f32::midpoint(one.module, other.module));
    }
    measured.iter().sum::<f64>() / real(measured.len())
}

/// A finder's outer edge in one direction, as a line through five points spread sideways.
fn outer_edge(bits: &Bitmap, centre: Point, way: Point, sideways: Point, module: f64) -> Option<Line> {
    let points: Vec<Point> = [-1.2, -0.6, 0.0, 0.6, 1.2]
        .into_iter()
        .filter_map(|it: f64| {
            let from = centre + sideways * (it * module);
            edge_distance(bits, from, way, module).map(|far| from + way * far)
        })
        .collect();
    Line::fit(&points)
}
