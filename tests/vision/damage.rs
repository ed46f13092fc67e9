//! What happens to a label between the printer and the lens, drawn with fixed seeds.
//!
//! Deliberately absent: the symbols themselves.

use scanstation::vision::Luma;

/// A small random number generator (xorshift64*, Vigna 2014); the seed is the test's.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.word() % limit.max(1) as u64) as usize
    }

    /// About normal, mean 0 and deviation 1.
    fn normal(&mut self) -> f32 {
        (0..12).map(|_| (self.word() & 0xFFFF) as f32 / 65_536.0).sum::<f32>() - 6.0
    }
}

fn from_float(value: f32) -> u8 {
    value.clamp(0.0, 255.0) as u8
}

pub(super) fn noisy(image: &Luma, deviation: f32, random: &mut Random) -> Luma {
    Luma::from_fn(image.width(), image.height(), |x, y| {
        from_float(f32::from(image.row(y)[x]) + deviation * random.normal())
    })
}

pub(super) fn static_noise(width: usize, height: usize, random: &mut Random) -> Luma {
    Luma::from_fn(width, height, |_, _| if random.word() & 1 == 1 { 255 } else { 0 })
}

pub(super) fn blurred(image: &Luma, reach: usize) -> Luma {
    let (w, h) = (image.width(), image.height());
    Luma::from_fn(w, h, |x, y| {
        let (mut sum, mut many) = (0usize, 0usize);
        for row in y.saturating_sub(reach)..(y + reach + 1).min(h) {
            let part = &image.row(row)[x.saturating_sub(reach)..(x + reach + 1).min(w)];
            sum += part.iter().map(|it| usize::from(*it)).sum::<usize>();
            many += part.len();
        }
        (sum / many) as u8
    })
}

/// Each pixel from a place in the old picture, by straight lines between four; beyond the edge lies a desk.
fn moved(image: &Luma, from: impl Fn(f32, f32) -> (f32, f32)) -> Luma {
    let (w, h) = (image.width(), image.height());
    let at = |x: i32, y: i32| {
        let inside = x >= 0 && y >= 0 && (x as usize) < w && (y as usize) < h;
        if inside { f32::from(image.row(y as usize)[x as usize]) } else { 120.0 }
    };
    Luma::from_fn(w, h, |x, y| {
        let (u, v) = from(x as f32, y as f32);
        let (left, top) = (u.floor(), v.floor());
        let (across, down) = (u - left, v - top);
        let (l, t) = (left as i32, top as i32);
        let upper = at(l, t) * (1.0 - across) + at(l + 1, t) * across;
        let lower = at(l, t + 1) * (1.0 - across) + at(l + 1, t + 1) * across;
        from_float(upper * (1.0 - down) + lower * down)
    })
}

/// Seen from aside and turned: the far edge is `tilt` shorter, the picture turned by `angle` and drawn smaller to fit.
pub(super) fn slanted(image: &Luma, tilt: f32, angle: f32) -> Luma {
    let (cx, cy) = (image.width() as f32 / 2.0, image.height() as f32 / 2.0);
    moved(image, |x, y| {
        let (dx, dy) = ((x - cx) / 0.7, (y - cy) / 0.7);
        let (u, v) = (dx * angle.cos() + dy * angle.sin(), dy * angle.cos() - dx * angle.sin());
        let depth = 1.0 - tilt * u / (2.0 * cx);
        (cx + u / depth, cy + v / depth)
    })
}

/// As on a bottle: rows are pushed up in the middle by a share of the height.
pub(super) fn bent(image: &Luma, share: f32) -> Luma {
    let (w, h) = (image.width() as f32, image.height() as f32);
    moved(image, |x, y| {
        let off = (x / w - 0.5) * 2.0;
        (x, y - share * h * (1.0 - off * off) * 0.5 + share * h * 0.25)
    })
}

/// A lamp's reflection with its middle in the middle, its radius a share of the width.
pub(super) fn glaring(image: &Luma, share: f32) -> Luma {
    let (cx, cy, r) = (image.width() as f32 / 2.0, image.height() as f32 / 2.0, image.width() as f32 * share);
    Luma::from_fn(image.width(), image.height(), |x, y| {
        let far = ((x as f32 - cx).powi(2) + (y as f32 - cy).powi(2)) / (r * r);
        from_float(f32::from(image.row(y)[x]) * 0.7 + 110.0 * (-far * 1.6).exp())
    })
}

/// Specks of dirt.
pub(super) fn dirty(image: &Luma, specks: usize, random: &mut Random) -> Luma {
    let mut out = image.clone();
    let (w, h) = (image.width(), image.height());
    for _ in 0..specks {
        let (left, top, side) = (random.below(w), random.below(h), 3 + random.below(w / 14));
        let value = (random.word() & 0xFF) as u8;
        for row in out.pixels_mut().chunks_exact_mut(w).skip(top).take(side) {
            for pixel in row.iter_mut().skip(left).take(side) {
                *pixel = value;
            }
        }
    }
    out
}
