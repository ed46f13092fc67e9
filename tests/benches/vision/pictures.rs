//! The data sets: folders of pictures with their texts beside them, or with outlines only (BoofCV).
//!
//! Deliberately absent: judging a read (`matching.rs`).

use std::path::{Path, PathBuf};

use scanstation::domain::Symbology as S;
use scanstation::vision::{Luma, Symbologies};

pub(crate) struct Picture {
    pub(crate) set: String,
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) text: Option<String>,
    pub(crate) bytes: Option<Vec<u8>>,
    pub(crate) wanted: Symbologies,
    pub(crate) outlines: Vec<Vec<(f32, f32)>>,
}

fn wanted(group: &str) -> Option<Symbologies> {
    let kinds: &[S] = match group {
        "qrcode" => &[S::QRCode],
        "microqrcode" => &[S::MicroQR],
        "rmqrcode" => &[S::RectangularMicroQR],
        "datamatrix" | "inverted" => &[S::DataMatrix],
        "aztec" => &[S::Aztec],
        "pdf417" => &[S::PDF417],
        "maxicode" => &[S::MaxiCode],
        "code128" => &[S::Code128],
        "code39" => &[S::Code39],
        "code93" => &[S::Code93],
        "ean13" | "ean8" | "upca" | "upce" => &[S::EAN13, S::EAN8, S::UPCA, S::UPCE],
        "itf" => &[S::ITF],
        "codabar" => &[S::Codabar],
        "rss14" | "rssexpanded" | "databarltd" => &[S::DataBar, S::DataBarExpanded],
        "falsepositives" | "unsupported" => &[],
        _ => return None,
    };
    Some(if kinds.is_empty() { Symbologies::usual() } else { kinds.iter().copied().collect() })
}

fn is_picture(path: &Path) -> bool {
    let kind = path.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase);
    matches!(kind.as_deref(), Some("png" | "jpg" | "jpeg" | "gif" | "webp" | "bmp"))
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|it| it.path()).collect();
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

pub(crate) fn all() -> Vec<Picture> {
    let mut pictures = Vec::new();
    for (variable, prefix) in [("DATA_ZXING", "zx"), ("DATA_ZXINGCPP", "cpp")] {
        let Ok(root) = std::env::var(variable) else { continue };
        for folder in sorted(Path::new(&root)) {
            let name = name_of(&folder);
            let group = name.trim_end_matches(|it: char| it.is_ascii_digit()).trim_end_matches('-').to_owned();
            let set = format!("{prefix}/{name}");
            // Messages in several pictures, and pictures without a text.
            if set == "zx/pdf417-4" || set == "cpp/pdf417-4" || set == "cpp/qrcode-7" {
                continue;
            }
            let Some(wanted) = wanted(&group) else { continue };
            for path in sorted(&folder).into_iter().filter(|it| is_picture(it)) {
                let text = std::fs::read(path.with_extension("txt")).ok().map(readable);
                let bytes = std::fs::read(path.with_extension("bin")).ok();
                if text.is_none() && bytes.is_none() && group != "falsepositives" && group != "unsupported" {
                    continue;
                }
                let (set, group) = (set.clone(), group.clone());
                pictures.push(Picture {
                    set,
                    group,
                    name: name_of(&path),
                    path,
                    text,
                    bytes,
                    wanted,
                    outlines: Vec::new(),
                });
            }
        }
    }
    if let Ok(root) = std::env::var("DATA_BOOFCV") {
        for folder in sorted(Path::new(&root)) {
            for path in sorted(&folder).into_iter().filter(|it| is_picture(it)) {
                let outlines = outlines(&path.with_extension("txt"));
                pictures.push(Picture {
                    set: format!("boof/{}", name_of(&folder)),
                    group: "boof".to_owned(),
                    name: name_of(&path),
                    path,
                    text: None,
                    bytes: None,
                    wanted: Symbologies::NONE.with(S::QRCode),
                    outlines,
                });
            }
        }
    }
    pictures
}

fn readable(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|it| it.into_bytes().iter().map(|it| char::from(*it)).collect())
}

fn outlines(path: &Path) -> Vec<Vec<(f32, f32)>> {
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    let in_sets = text.lines().any(|it| it.trim() == "SETS");
    let (mut found, mut loose) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim).filter(|it| !it.starts_with('#') && *it != "SETS" && !it.is_empty()) {
        let numbers: Vec<f32> = line.split_whitespace().filter_map(|it| it.parse().ok()).collect();
        let points = numbers.chunks_exact(2).map(|it| (it[0], it[1]));
        if in_sets {
            if numbers.len() >= 8 {
                found.push(points.take(4).collect());
            }
        } else {
            loose.extend(points);
        }
    }
    found.extend(loose.chunks_exact(4).map(<[_]>::to_vec));
    found
}

/// Any picture; transparent pixels become white; brightness weighted as both ZXing test programs do.
pub(crate) fn load(path: &Path) -> Option<Luma> {
    let image = image::ImageReader::open(path).ok()?.with_guessed_format().ok()?.decode().ok()?.to_rgba8();
    let (w, h) = (image.width() as usize, image.height() as usize);
    let grey = image.pixels().map(|it| {
        let [r, g, b, a] = it.0.map(u32::from);
        let y = (306 * r + 601 * g + 117 * b + 0x200) >> 10;
        ((y * a + 255 * (255 - a)) / 255) as u8
    });
    Luma::new(w, h, grey.collect())
}
