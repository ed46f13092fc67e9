//! Three finder patterns that may be the corners of one symbol, most likely first.
//!
//! A symbol's finders sit at the corners of a square seen in perspective: sides alike, a right angle, modules alike.
//! Invariant: each pattern is tried with at most [`PARTNERS_MAX`] neighbours, so the work is linear in the patterns.
//! Deliberately absent: looking at pixels.

use super::finder::Pattern;
use super::number::{count, single};

/// Nearest partners tried for each corner (chosen: a sheet of symbols has fewer nearer ones than its own two).
const PARTNERS_MAX: usize = 40;

/// Patterns seen by the most rows that are tried with each other over any distance (chosen: five symbols).
const STRONG: usize = 16;

/// Three patterns in the order top left, top right, bottom left, by their place in the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Triple {
    /// Lower is likelier.
    pub(crate) score: f32,
    pub(crate) corner: usize,
    pub(crate) right: usize,
    pub(crate) below: usize,
}

fn alike(a: f32, b: f32) -> bool {
    a <= 2.2 * b && b <= 2.2 * a
}

fn apart(a: &Pattern, b: &Pattern) -> f32 {
    let (dx, dy) = (a.x - b.x, a.y - b.y);
    (dx * dx + dy * dy).sqrt()
}

/// All likely triples, best first, of patterns sorted by the rows that saw them, most first.
pub(crate) fn triples(patterns: &[Pattern]) -> Vec<Triple> {
    let crowd = patterns.len() > 60;
    let mut found = Vec::new();
    for (corner, middle) in patterns.iter().enumerate() {
        // In a crowd partners are near; alone, and for what stands out, a version 40 symbol spans 170 modules.
        let wide = !crowd || corner < STRONG;
        let span_max = if wide { 240.0 } else { 60.0 };
        let mut partners: Vec<(f32, usize, &Pattern)> = patterns
            .iter()
            .enumerate()
            .filter(|(at, it)| *at != corner && alike(it.module, middle.module))
            .map(|(at, it)| (apart(it, middle), at, it))
            .filter(|(far, at, it)| {
                let span = if crowd && *at >= STRONG { 60.0 } else { span_max };
                *far < 2.3 * span * it.module.max(middle.module)
            })
            .collect();
        // The strongest stay whatever their distance.
        let strong: Vec<Partner<'_>> = partners.extract_if(.., |it| wide && it.1 < STRONG).collect();
        if partners.len() > PARTNERS_MAX {
            partners.select_nth_unstable_by(PARTNERS_MAX, |a, b| a.0.total_cmp(&b.0));
            partners.truncate(PARTNERS_MAX);
        }
        partners.extend(strong);
        for (at, first) in partners.iter().enumerate() {
            for second in partners.iter().skip(at + 1) {
                found.extend(judge(middle, corner, *first, *second, span_max));
            }
        }
    }
    found.sort_by(|a, b| a.score.total_cmp(&b.score));
    found
}

type Partner<'a> = (f32, usize, &'a Pattern);

fn judge(middle: &Pattern, corner: usize, first: Partner<'_>, second: Partner<'_>, span_max: f32) -> Option<Triple> {
    let ((s1, right, p), (s2, below, q)) = (first, second);
    if !alike(p.module, q.module) {
        return None;
    }
    let hypotenuse = apart(p, q);
    // The corner lies opposite the longest side.
    if hypotenuse < s1 || hypotenuse < s2 {
        return None;
    }
    let module = (middle.module + p.module + q.module) / 3.0;
    let (small, large) = (s1.min(s2), s1.max(s2));
    if small < 9.0 * module || large > 2.3 * small || small > span_max * module {
        return None;
    }
    let cosine = ((s1 * s1 + s2 * s2 - hypotenuse * hypotenuse) / (2.0 * s1 * s2)).abs();
    if cosine > 0.6 {
        return None;
    }
    let (a, b, c) = (middle.module, p.module, q.module);
    let unlike = ((a - b).abs() + (b - c).abs() + (a - c).abs()) / module;
    let rows = middle.rows.min(6) + p.rows.min(6) + q.rows.min(6);
    let score = cosine + (1.0 - small / large) + unlike * 0.7 + small / (module * 400.0) - 0.03 * single(count(rows));
    // Clockwise: top left, top right, bottom left.
    let turn = (p.x - middle.x) * (q.y - middle.y) - (p.y - middle.y) * (q.x - middle.x);
    let (right, below) = if turn < 0.0 { (below, right) } else { (right, below) };
    Some(Triple { score, corner, right, below })
}
