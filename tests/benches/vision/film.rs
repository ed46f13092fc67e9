//! Synthetic hand-held films: 28 sequences of a QR label (seven scenes, four symbols), read picture by picture.
//!
//! The seeds are fixed, so the films are the same in every run; brightness only, as it comes from YUYV.
//! Scenes: steady, far, fast motion, defocus, low light, glare, a finger over the label.
//! Deliberately absent: judging; `vision.rs` counts.
#![allow(
    clippy::approx_constant,
    clippy::unreadable_literal,
    clippy::cast_lossless,
    clippy::needless_range_loop,
    reason = "the films must stay the same to the last bit, so that runs can be compared"
)]

use scanstation::vision::Luma as Image;

#[derive(Clone, Default)]
struct Luma {
    w: usize,
    h: usize,
    d: Vec<u8>,
}

#[derive(Clone)]
struct Rng(u64);
impl Rng {
    fn u(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545F4914F6CDD1D)
    }
    fn f(&mut self) -> f32 {
        (self.u() >> 40) as f32 / (1u64 << 24) as f32
    }
    fn g(&mut self) -> f32 {
        (0..6).map(|_| self.f()).sum::<f32>() / 3f32.sqrt() * 2f32.sqrt() * 0.5 * 2.0 - 3.0 * 2f32.sqrt() / 3f32.sqrt()
    }
}

/// A label: symbol bitmap (quiet zone included) on a white card with print-like clutter beside it.
struct Label {
    img: Luma,
    text: String,
}

fn symbol(fmt: zxingcpp::BarcodeFormat, text: &str, opts: &str, scale: i32) -> Luma {
    let c = zxingcpp::create(fmt).options(opts).from_str(text).expect("create");
    let im = c.to_image_with(&zxingcpp::write().scale(scale).add_quiet_zones(true)).expect("image");
    Luma { w: im.width() as usize, h: im.height() as usize, d: im.data() }
}

fn label(kind: &str, rng: &mut Rng) -> Label {
    let digits: String = (0..240).map(|_| (b'0' + (rng.u() % 10) as u8) as char).collect();
    let letters: String = (0..240).map(|_| (b'a' + (rng.u() % 26) as u8) as char).collect();
    let (s, text) = match kind {
        "qr1" => {
            let t = digits[..12].to_string();
            (symbol(zxingcpp::BarcodeFormat::QRCode, &t, "ecLevel=M,version=1", 8), t)
        }
        "qr3" => {
            let t = format!("https://t.example/{}", &letters[..14]);
            (symbol(zxingcpp::BarcodeFormat::QRCode, &t, "ecLevel=M,version=3", 8), t)
        }
        "qr5H" => {
            let t = format!("https://t.example/{}", &letters[..20]);
            (symbol(zxingcpp::BarcodeFormat::QRCode, &t, "ecLevel=H,version=5", 8), t)
        }
        "qr10L" => {
            let t = letters[..200].to_string();
            (symbol(zxingcpp::BarcodeFormat::QRCode, &t, "ecLevel=L,version=10", 8), t)
        }
        other => panic!("no symbol {other}"),
    };
    // card: symbol plus a band of text-like strokes
    let pad = s.w / 8;
    let mut img = Luma { w: s.w + 2 * pad, h: s.h + 2 * pad + s.h / 3, d: vec![] };
    img.d = vec![235; img.w * img.h];
    for y in 0..s.h {
        for x in 0..s.w {
            img.d[(y + pad) * img.w + x + pad] = if s.d[y * s.w + x] < 128 { 25 } else { 235 };
        }
    }
    let y0 = pad + s.h + pad / 2;
    let mut y = y0;
    while y + 10 < img.h {
        let mut x = pad;
        while x + 8 < img.w - pad {
            let w = 1 + (rng.u() % 5) as usize;
            if rng.f() < 0.6 {
                for j in 0..8 {
                    for i in 0..w {
                        img.d[(y + j) * img.w + x + i] = 40;
                    }
                }
            }
            x += w + 1 + (rng.u() % 4) as usize;
        }
        y += 16;
    }
    Label { img, text }
}

#[derive(Clone, Copy)]
struct Scn {
    name: &'static str,
    size: f32,  // label height / frame height
    speed: f32, // frame widths a second
    tilt: f32,  // perspective strength
    blur: f32,  // defocus sigma in 1/1000 of frame width
    noise: f32,
    light: f32, // exposure
    glare: f32,
    occl: f32,
}

const SCN: [Scn; 7] = [
    Scn {
        name: "steady",
        size: 0.6,
        speed: 0.02,
        tilt: 0.05,
        blur: 0.4,
        noise: 3.0,
        light: 0.9,
        glare: 0.0,
        occl: 0.0,
    },
    Scn { name: "far", size: 0.28, speed: 0.05, tilt: 0.1, blur: 0.5, noise: 4.0, light: 0.8, glare: 0.0, occl: 0.0 },
    Scn {
        name: "motion",
        size: 0.55,
        speed: 0.7,
        tilt: 0.15,
        blur: 0.5,
        noise: 4.0,
        light: 0.8,
        glare: 0.0,
        occl: 0.0,
    },
    Scn {
        name: "defocus",
        size: 0.55,
        speed: 0.1,
        tilt: 0.1,
        blur: 4.5,
        noise: 4.0,
        light: 0.8,
        glare: 0.0,
        occl: 0.0,
    },
    Scn {
        name: "lowlight",
        size: 0.5,
        speed: 0.1,
        tilt: 0.15,
        blur: 1.0,
        noise: 9.0,
        light: 0.16,
        glare: 0.0,
        occl: 0.0,
    },
    Scn { name: "glare", size: 0.55, speed: 0.12, tilt: 0.2, blur: 0.6, noise: 4.0, light: 0.9, glare: 1.0, occl: 0.0 },
    Scn {
        name: "occluded",
        size: 0.55,
        speed: 0.1,
        tilt: 0.3,
        blur: 0.6,
        noise: 4.0,
        light: 0.8,
        glare: 0.0,
        occl: 1.0,
    },
];

fn background(w: usize, h: usize, rng: &mut Rng) -> Luma {
    let mut b = Luma::new(w, h);
    for y in 0..h {
        for x in 0..w {
            b.d[y * w + x] = (90.0 + 50.0 * (x as f32 / w as f32) + 20.0 * ((y as f32 / h as f32) * 6.0).sin()) as u8;
        }
    }
    for _ in 0..140 {
        let (rw, rh) = (4 + rng.u() as usize % (w / 9), 3 + rng.u() as usize % (h / 14));
        let (x0, y0) = (rng.u() as usize % (w - rw), rng.u() as usize % (h - rh));
        let v = 20 + (rng.u() % 210) as u8;
        for y in y0..y0 + rh {
            for x in x0..x0 + rw {
                b.d[y * w + x] = v;
            }
        }
    }
    b
}

struct Pose {
    inv: [f64; 9],
}

fn pose(lab: &Label, w: usize, h: usize, s: &Scn, t: f32, ph: &[f32; 8]) -> Option<Pose> {
    let hh = s.size * h as f32;
    let k = hh / lab.img.h as f32;
    let (lw, lh) = (lab.img.w as f32 * k, hh);
    let sway = |f: f32, p: f32| (t * f * 6.283 + p).sin();
    // enters from the left, settles near the middle, sways all the while
    let travel = (s.speed * t).min(0.62);
    let cx = w as f32
        * (-0.12
            + 0.0
            + travel.max(if s.speed < 0.3 { 0.58 } else { 0.0 })
            + 0.012 * sway(1.7, ph[0])
            + s.speed * 0.05 * sway(0.9, ph[1]));
    let cy = h as f32 * (0.5 + 0.015 * sway(1.3, ph[2]) + 0.02 * sway(0.4, ph[3]));
    let ang = 0.35 * sway(0.12, ph[4]) + 0.03 * sway(2.1, ph[5]);
    let (tx, ty) = (s.tilt * sway(0.35, ph[6]), s.tilt * sway(0.27, ph[7]));
    let mut q = [(0f64, 0f64); 4];
    for (i, (u, v)) in [(-0.5f32, -0.5f32), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].iter().enumerate() {
        let (x, y) = (u * lw, v * lh);
        let z = 1.0 + tx * u + ty * v;
        let (x, y) = (x / z, y / z);
        q[i] = ((cx + x * ang.cos() - y * ang.sin()) as f64, (cy + x * ang.sin() + y * ang.cos()) as f64);
    }
    let (a, b) = (lab.img.w as f64, lab.img.h as f64);
    Some(Pose { inv: homography(&q, &[(0.0, 0.0), (a, 0.0), (a, b), (0.0, b)])? })
}

fn render(lab: &Label, bg: &Luma, s: &Scn, t: f32, ph: &[f32; 8], rng: &mut Rng) -> Luma {
    let (w, h) = (bg.w, bg.h);
    let taps = if s.speed > 0.3 { 7 } else { 3 };
    let poses: Vec<Pose> =
        (0..taps).filter_map(|i| pose(lab, w, h, s, t + i as f32 / taps as f32 * 0.5 / 30.0, ph)).collect();
    let mut o = vec![0f32; w * h];
    for y in 0..h {
        for x in 0..w {
            let mut acc = 0f32;
            for (k, p) in poses.iter().enumerate() {
                // jittered sub-pixel taps double as anti-aliasing
                let (fx, fy) = (
                    x as f64 + 0.5 + [0.0, 0.3, -0.3, 0.15, -0.15, 0.25, -0.25][k],
                    y as f64 + 0.5 + [0.0, -0.2, 0.25, 0.3, -0.3, -0.1, 0.1][k],
                );
                let m = &p.inv;
                let d = m[6] * fx + m[7] * fy + 1.0;
                let (u, v) = ((m[0] * fx + m[1] * fy + m[2]) / d, (m[3] * fx + m[4] * fy + m[5]) / d);
                acc += if u >= 0.0 && v >= 0.0 && (u as usize) < lab.img.w && (v as usize) < lab.img.h {
                    lab.img.d[v as usize * lab.img.w + u as usize] as f32
                } else {
                    bg.d[y * w + x] as f32
                };
            }
            o[y * w + x] = acc / poses.len() as f32;
        }
    }
    let mut l = Luma { w, h, d: o.iter().map(|v| *v as u8).collect() };
    let sig = s.blur * w as f32 / 1000.0;
    // three box passes approximate a Gaussian
    let r = ((sig * sig * 4.0 + 1.0).sqrt() / 2.0 - 0.2).round() as usize;
    if r > 0 {
        l = l.box_blur(r).box_blur(r).box_blur(r);
    }
    let (gx, gy) = (w as f32 * (0.46 + 0.10 * (t * 1.1).sin()), h as f32 * (0.5 + 0.12 * (t * 0.8).cos()));
    let gr = h as f32 * 0.13;
    for y in 0..h {
        for x in 0..w {
            let mut v = l.d[y * w + x] as f32 * s.light + 8.0;
            if s.glare > 0.0 {
                let d = ((x as f32 - gx).powi(2) + (y as f32 - gy).powi(2)) / (gr * gr);
                v += 320.0 * (-d * 1.6).exp();
            }
            v += rng.g() * s.noise;
            l.d[y * w + x] = v.clamp(0.0, 255.0) as u8;
        }
    }
    if s.occl > 0.0 {
        // a finger over the lower right part of the label
        let (cx, cy, r) =
            (w as f32 * (0.46 + 0.13), h as f32 * (0.5 + 0.14 + 0.02 * (t * 2.0).sin()), h as f32 * 0.055);
        for y in 0..h {
            for x in 0..w {
                let d = ((x as f32 - cx) / 1.6).powi(2) + (y as f32 - cy).powi(2);
                if d < r * r {
                    l.d[y * w + x] = 150;
                }
            }
        }
    }
    l
}

impl Luma {
    fn new(w: usize, h: usize) -> Self {
        Self { w, h, d: vec![0; w * h] }
    }

    /// The mean over a square window, from sums over all pixels above and left.
    fn box_blur(&self, r: usize) -> Self {
        let (w, h) = (self.w, self.h);
        let stride = w + 1;
        let mut sums = vec![0u32; stride * (h + 1)];
        for y in 0..h {
            let mut run = 0u32;
            for x in 0..w {
                run += u32::from(self.d[y * w + x]);
                sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + run;
            }
        }
        let mut o = Self::new(w, h);
        for y in 0..h {
            let (y0, y1) = (y.saturating_sub(r), (y + r + 1).min(h));
            for x in 0..w {
                let (x0, x1) = (x.saturating_sub(r), (x + r + 1).min(w));
                let sum =
                    sums[y1 * stride + x1] + sums[y0 * stride + x0] - sums[y0 * stride + x1] - sums[y1 * stride + x0];
                o.d[y * w + x] = (sum / ((x1 - x0) * (y1 - y0)) as u32) as u8;
            }
        }
        o
    }
}

/// The plane map between four points and four points, by elimination.
fn homography(s: &[(f64, f64); 4], d: &[(f64, f64); 4]) -> Option<[f64; 9]> {
    let mut a = [[0f64; 9]; 8];
    for i in 0..4 {
        let ((x, y), (u, v)) = (s[i], d[i]);
        a[2 * i] = [x, y, 1.0, 0.0, 0.0, 0.0, -x * u, -y * u, u];
        a[2 * i + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -x * v, -y * v, v];
    }
    for c in 0..8 {
        let p = (c..8).max_by(|i, j| a[*i][c].abs().total_cmp(&a[*j][c].abs()))?;
        if a[p][c].abs() < 1e-10 {
            return None;
        }
        a.swap(c, p);
        for r in 0..8 {
            if r != c {
                let f = a[r][c] / a[c][c];
                for k in c..9 {
                    a[r][k] -= f * a[c][k];
                }
            }
        }
    }
    let mut h = [1f64; 9];
    for i in 0..8 {
        h[i] = a[i][8] / a[i][i];
    }
    Some(h)
}

/// One film: what it is called, what its label says, its pictures.
pub(crate) struct Film {
    pub(crate) scene: &'static str,
    pub(crate) text: String,
    pub(crate) images: Vec<Image>,
}

/// One of the 28 films; `None` past the last.
pub(crate) fn film(at: usize, w: usize, h: usize, images: usize) -> Option<Film> {
    let kinds = ["qr1", "qr3", "qr5H", "qr10L"];
    let (ki, si) = (at / SCN.len(), at % SCN.len());
    let (kind, s) = (kinds.get(ki)?, &SCN[si]);
    let mut rng = Rng(0x9E37_79B9_7F4A_7C15 ^ ((ki as u64 + 1) * 7919 + (si as u64 + 1) * 104_729));
    for _ in 0..20 {
        rng.u();
    }
    let lab = label(kind, &mut rng);
    let bg = background(w, h, &mut rng);
    let ph: [f32; 8] = std::array::from_fn(|_| rng.f() * 6.28);
    let render = |i| {
        let l = render(&lab, &bg, s, i as f32 / 30.0, &ph, &mut rng);
        Image::new(w, h, l.d).unwrap()
    };
    let images = (0..images).map(render).collect();
    Some(Film { scene: s.name, text: lab.text.clone(), images })
}
