//! Points, lines and the plane-to-plane map between a symbol's modules and the picture's pixels.
//!
//! Invariant: a [`Homography`] that was made is finite; points it sends to infinity come out as non-finite numbers,
//! which the crossings of `number.rs` turn into zero, so looking them up is harmless.
//! Deliberately absent: what the points mean.

/// A point or a direction in pixels.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Point {
    pub(crate) const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub(crate) fn length(self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }

    /// The z of the cross product: positive when `other` lies clockwise on a screen whose y points down.
    pub(crate) fn cross(self, other: Self) -> f64 {
        self.x * other.y - self.y * other.x
    }

    /// The same direction with length 1.
    pub(crate) fn unit(self) -> Self {
        self * (1.0 / self.length().max(1e-9))
    }
}

impl std::ops::Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl std::ops::Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl std::ops::Mul<f64> for Point {
    type Output = Self;
    fn mul(self, scale: f64) -> Self {
        Self::new(self.x * scale, self.y * scale)
    }
}

/// A line `a x + b y + c = 0`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    a: f64,
    b: f64,
    c: f64,
}

impl Line {
    /// The line with the least squared distance to at least three points.
    pub(crate) fn fit(points: &[Point]) -> Option<Self> {
        if points.len() < 3 {
            return None;
        }
        let share = 1.0 / super::number::real(points.len());
        let centre = points.iter().fold(Point::default(), |sum, it| sum + *it) * share;
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for point in points {
            let off = *point - centre;
            xx += off.x * off.x;
            xy += off.x * off.y;
            yy += off.y * off.y;
        }
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        let (a, b) = (-angle.sin(), angle.cos());
        Some(Self { a, b, c: -(a * centre.x + b * centre.y) })
    }

    /// Where two lines meet, unless they are as good as parallel.
    pub(crate) fn meet(self, other: Self) -> Option<Point> {
        let slant = self.a * other.b - other.a * self.b;
        (slant.abs() > 1e-9).then(|| {
            Point::new((self.b * other.c - other.b * self.c) / slant, (self.c * other.a - other.c * self.a) / slant)
        })
    }
}

/// A map from one plane to another that keeps straight lines straight: nine coefficients, row by row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Homography([f64; 9]);

impl Homography {
    /// The map that takes four points to four points (corners in the same order round).
    pub(crate) fn between(from: [Point; 4], to: [Point; 4]) -> Option<Self> {
        let product = multiply(&square_to(to)?, &adjugate(&square_to(from)?));
        let scale = product[8];
        if scale.abs() < 1e-12 {
            return None;
        }
        let scaled = product.map(|it| it / scale);
        scaled.iter().all(|it| it.is_finite()).then_some(Self(scaled))
    }

    /// Where a point goes.
    #[inline]
    pub(crate) fn map(&self, u: f64, v: f64) -> Point {
        let h = &self.0;
        let w = 1.0 / (h[6] * u + h[7] * v + h[8]);
        Point::new((h[0] * u + h[1] * v + h[2]) * w, (h[3] * u + h[4] * v + h[5]) * w)
    }

    /// Where a point goes, and the image there of one step along each axis.
    #[inline]
    pub(crate) fn frame(&self, u: f64, v: f64) -> (Point, Point, Point) {
        let h = &self.0;
        let w = 1.0 / (h[6] * u + h[7] * v + h[8]);
        let at = Point::new((h[0] * u + h[1] * v + h[2]) * w, (h[3] * u + h[4] * v + h[5]) * w);
        let along = Point::new((h[0] - at.x * h[6]) * w, (h[3] - at.y * h[6]) * w);
        let across = Point::new((h[1] - at.x * h[7]) * w, (h[4] - at.y * h[7]) * w);
        (at, along, across)
    }
}

/// The map of the unit square (0,0) (1,0) (1,1) (0,1) to a quadrangle (Heckbert 1989).
fn square_to(quad: [Point; 4]) -> Option<[f64; 9]> {
    let [p0, p1, p2, p3] = quad;
    let sum = p0 - p1 + p2 - p3;
    let (d1, d2) = (p1 - p2, p3 - p2);
    let slant = d1.cross(d2);
    if slant.abs() < 1e-10 {
        return None;
    }
    let g = sum.cross(d2) / slant;
    let h = d1.cross(sum) / slant;
    Some([
        p1.x - p0.x + g * p1.x,
        p3.x - p0.x + h * p3.x,
        p0.x,
        p1.y - p0.y + g * p1.y,
        p3.y - p0.y + h * p3.y,
        p0.y,
        g,
        h,
        1.0,
    ])
}

/// The inverse but for a factor, which a homography does not mind.
fn adjugate(m: &[f64; 9]) -> [f64; 9] {
    [
        m[4] * m[8] - m[5] * m[7],
        m[2] * m[7] - m[1] * m[8],
        m[1] * m[5] - m[2] * m[4],
        m[5] * m[6] - m[3] * m[8],
        m[0] * m[8] - m[2] * m[6],
        m[2] * m[3] - m[0] * m[5],
        m[3] * m[7] - m[4] * m[6],
        m[1] * m[6] - m[0] * m[7],
        m[0] * m[4] - m[1] * m[3],
    ]
}

fn multiply(a: &[f64; 9], b: &[f64; 9]) -> [f64; 9] {
    let row = |r: [f64; 3]| {
        [
            r[0] * b[0] + r[1] * b[3] + r[2] * b[6],
            r[0] * b[1] + r[1] * b[4] + r[2] * b[7],
            r[0] * b[2] + r[1] * b[5] + r[2] * b[8],
        ]
    };
    let [x, y, z] = [row([a[0], a[1], a[2]]), row([a[3], a[4], a[5]]), row([a[6], a[7], a[8]])];
    [x[0], x[1], x[2], y[0], y[1], y[2], z[0], z[1], z[2]]
}

/// Whether a point lies within a closed outline.
pub(crate) fn inside(outline: &[Point; 4], point: Point) -> bool {
    let [a, b, c, d] = *outline;
    let mut within = false;
    for (p, q) in [(a, d), (b, a), (c, b), (d, c)] {
        if (p.y > point.y) != (q.y > point.y) && point.x < (q.x - p.x) * (point.y - p.y) / (q.y - p.y) + p.x {
            within = !within;
        }
    }
    within
}

#[cfg(test)]
mod tests {
    use super::{Homography, Point};

    #[test]
    fn four_points_land_where_they_were_sent() {
        let from = [Point::new(3.5, 3.5), Point::new(17.5, 3.5), Point::new(14.5, 14.5), Point::new(3.5, 17.5)];
        let to = [Point::new(100.0, 80.0), Point::new(210.0, 95.0), Point::new(170.0, 190.0), Point::new(90.0, 205.0)];
        let map = Homography::between(from, to).unwrap();
        for (a, b) in from.into_iter().zip(to) {
            assert!((map.map(a.x, a.y) - b).length() < 1e-6, "{a:?} went to {:?}, not {b:?}", map.map(a.x, a.y));
        }
    }

    #[test]
    fn a_step_of_the_frame_is_the_slope_of_the_map() {
        let from = [Point::new(0.0, 0.0), Point::new(10.0, 0.0), Point::new(10.0, 10.0), Point::new(0.0, 10.0)];
        let to = [Point::new(5.0, 5.0), Point::new(90.0, 12.0), Point::new(80.0, 88.0), Point::new(3.0, 70.0)];
        let map = Homography::between(from, to).unwrap();
        let (at, along, across) = map.frame(4.0, 6.0);
        let small = 1e-5;
        assert!((map.map(4.0 + small, 6.0) - at - along * small).length() < 1e-8);
        assert!((map.map(4.0, 6.0 + small) - at - across * small).length() < 1e-8);
    }
}
