//! Bars redrawn: each row black and white again, changing where its brightness changes fastest.
//!
//! A blurred edge keeps its place: brightness runs fastest there, whatever the light left and right of it, and that place
//! is known to a part of a pixel. A threshold keeps it only where both sides are equally bright.
//! Invariant: edges alternate, and one much weaker than its surroundings is none.
//! Deliberately absent: which picture is redrawn, and who reads it (`bars.rs`, `second.rs`).

use super::luma::Luma;
use super::number::{below, nearest, real, step};

/// Slope in grey levels a pixel below which nothing is an edge (chosen: noise of a mean of seven rows).
const SLOPE_MIN: f32 = 3.0;
/// Share of the steepest slope nearby that an edge must have (measured on one half of the photographs: 16 % to 35 %).
const SHARE: f32 = 0.25;
/// What is left of a slope's weight a pixel further on (chosen: a half after eight pixels).
const FADE: f32 = 0.92;

/// Every row redrawn, so many times as wide (less, where the picture would become too wide).
pub(crate) fn redrawn(image: &Luma, times: usize) -> Luma {
    let times = times.min(Luma::SIDE_MAX / image.width()).max(1);
    let mut made = Luma::flat(image.width() * times, image.height(), 255);
    let across = made.width();
    let mut slopes: Vec<f32> = Vec::with_capacity(image.width());
    let mut heights: Vec<f32> = Vec::with_capacity(image.width());
    let mut edges: Vec<(f32, f32)> = Vec::new();
    for (row, out) in image.rows().zip(made.pixels_mut().chunks_exact_mut(across)) {
        slopes.clear();
        slopes.extend(row.windows(2).map(|two| match two {
            [a, b] => f32::from(*b) - f32::from(*a),
            _ => 0.0,
        }));
        surroundings(&slopes, &mut heights);
        edges_of(&slopes, &heights, &mut edges);
        draw(&edges, real(times), out);
    }
    made
}

/// The steepest slope around each place, fading with distance.
fn surroundings(slopes: &[f32], heights: &mut Vec<f32>) {
    heights.clear();
    let mut height = 0.0f32;
    heights.extend(slopes.iter().map(|it| {
        height = it.abs().max(height * FADE);
        height
    }));
    height = 0.0;
    for (slot, slope) in heights.iter_mut().zip(slopes).rev() {
        height = slope.abs().max(height * FADE);
        *slot = slot.max(height);
    }
}

/// The places where a slope is steeper than beside it, and that slope; signs alternate.
fn edges_of(slopes: &[f32], heights: &[f32], edges: &mut Vec<(f32, f32)>) {
    edges.clear();
    let mut place = 1.0f32;
    for (three, height) in slopes.windows(3).zip(heights.iter().skip(1)) {
        place += 1.0;
        let [a, b, c] = three else { continue };
        let sign = b.signum();
        let (a, here, c) = (a * sign, b * sign, c * sign);
        if here <= a || here < c || here < SLOPE_MIN || here < SHARE * height {
            continue;
        }
        let at = place + 0.5 * (c - a) / (2.0 * here - a - c);
        match edges.last_mut() {
            Some(last) if last.1 * b > 0.0 => {
                if last.1.abs() < here {
                    *last = (at, *b);
                }
            }
            _ => edges.push((at, *b)),
        }
    }
}

/// Black from each edge that goes down to the next that goes up.
fn draw(edges: &[(f32, f32)], times: f64, out: &mut [u8]) {
    let column = |at: f32| below(step(nearest(f64::from(at) * times)));
    let mut dark_from = edges.first().filter(|it| it.1 > 0.0).map(|_| 0);
    for (at, slope) in edges {
        let at = column(*at).min(out.len());
        if *slope < 0.0 {
            dark_from = Some(at);
        } else if let Some(bar) = dark_from.take().and_then(|from| out.get_mut(from..at)) {
            bar.fill(0);
        }
    }
    if let Some(bar) = dark_from.and_then(|from| out.get_mut(from..)) {
        bar.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::redrawn;
    use crate::vision::Luma;

    /// Two rows of paper with bars from and to these places, lit from the left, out of focus by so many pixels.
    fn paper(bars: &[(usize, usize)], width: usize, focus: usize) -> Luma {
        let ink = |x: usize| if bars.iter().any(|(from, to)| (*from..*to).contains(&x)) { 0 } else { 240 };
        let weight = |off: usize| focus + 1 - off.abs_diff(focus); // 1-2-3-2-1 for two pixels.
        Luma::from_fn(width, 2, |x, _| {
            let seen: usize = (0..=2 * focus).map(|it| weight(it) * ink((x + it).saturating_sub(focus))).sum();
            let all: usize = (0..=2 * focus).map(weight).sum();
            u8::try_from(seen / all * (2 * width - x) / (2 * width)).unwrap()
        })
    }

    /// The places where black begins and ends in the first row.
    fn bars_of(image: &Luma) -> Vec<(usize, usize)> {
        let row = image.row(0);
        let changes: Vec<usize> = (1..row.len()).filter(|it| row[*it] != row[it - 1]).collect();
        changes.chunks_exact(2).map(|two| (two[0], two[1])).collect()
    }

    #[test]
    fn blurred_bars_under_uneven_light_are_redrawn_where_they_were() {
        let bars = [(20, 24), (28, 40), (44, 48), (60, 72), (140, 144), (148, 156)];
        let found = bars_of(&redrawn(&paper(&bars, 180, 2), 6));
        assert_eq!(found.len(), bars.len(), "{found:?}");
        for ((from, to), (left, right)) in bars.into_iter().zip(found) {
            assert!(left.abs_diff(6 * from) <= 3 && right.abs_diff(6 * to) <= 3, "{from} to {to}: {left} to {right}");
        }
    }

    #[test]
    fn faint_waves_beside_bars_are_not_edges_and_a_bar_at_the_border_is_one() {
        let mut image = paper(&[(0, 8), (20, 40)], 60, 0);
        for (x, pixel) in image.pixels_mut().iter_mut().enumerate() {
            *pixel = pixel.saturating_add(if x % 4 < 2 { 6 } else { 0 });
        }
        let row = redrawn(&image, 1);
        let dark: Vec<usize> = (0..60).filter(|x| row.row(0)[*x] == 0).collect();
        assert_eq!(dark, (0..8).chain(20..40).collect::<Vec<usize>>());
    }

    #[test]
    fn a_picture_that_would_become_too_wide_is_widened_less() {
        assert_eq!(redrawn(&Luma::flat(10_000, 1, 9), 6).width(), 10_000);
    }
}
