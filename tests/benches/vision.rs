//! Reads, misreads and thread CPU time of the vision room against rqrr alone, zxing-cpp, rxing, quircs and zbar, in one run.
//!
//! `DATA_ZXING` (zxing `core/src/test/resources/blackbox`), `DATA_ZXINGCPP` (zxing-cpp `test/samples`) and `DATA_BOOFCV`
//! (BoofCV qrcodes_v3, outlines only) name the folders; those that are not set are left out.
//! `cargo bench --bench vision -- --sets qrcode --turns 0123 --engines ours,own,zxing,rqrr --every 1 --half all`
//! prints one table a symbology; `--want qrcode --without qr` looks for QR in pictures without; `--worst` measures noise and
//! stripes; `--only-ours` lists the outlined QR symbols that zxing-cpp does not read, each checked; `--features comparators` adds the engines rxing and quircs, and `zbar` wants `zbarimg`; `--half even|odd` keeps every other picture; `--list FILE` writes each miss and misread.
//! Deliberately absent: assertions on time; docs/benchmarks.md holds what was measured.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::many_single_char_names,
    missing_docs,
    reason = "a measuring program run by hand: it may stop on a bad argument, and its numbers are for people"
)]

#[cfg(feature = "second-engine")]
#[path = "vision/film.rs"]
mod film;
#[path = "vision/matching.rs"]
mod matching;
#[path = "vision/only.rs"]
mod only;
#[path = "vision/others.rs"]
mod others;
#[path = "vision/pictures.rs"]
mod pictures;
#[path = "vision/worst.rs"]
mod worst;

use std::collections::BTreeMap;
use std::time::Duration;

use scanstation::domain::{Symbol, Symbology};
use scanstation::vision::{Engines, Luma, Options, Symbologies, read_still};

pub(crate) struct Hit {
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) corners: Vec<(f32, f32)>,
    pub(crate) engine: &'static str,
}

pub(crate) fn cpu() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

fn ours(image: &Luma, wanted: Symbologies, engines: Engines) -> Vec<Hit> {
    let options = Options { symbologies: wanted, engines, budget: budget(), ..Options::default() };
    read_still(image, &options, &mut cpu).into_iter().map(hit).collect()
}

fn budget() -> Duration {
    let given = std::env::var("BUDGET_MS").ok().and_then(|it| it.parse().ok());
    Duration::from_millis(given.unwrap_or(250))
}

fn hit(symbol: Symbol) -> Hit {
    let engine = match symbol.engine {
        scanstation::domain::Engine::Rqrr => "rqrr",
        scanstation::domain::Engine::OwnSegments => "own-segments",
        scanstation::domain::Engine::ZxingCpp => "zxing-cpp",
    };
    Hit { text: symbol.text, bytes: symbol.bytes, corners: symbol.corners.to_vec(), engine }
}

#[cfg(feature = "second-engine")]
fn zxing(image: &Luma, wanted: Symbologies) -> Vec<Hit> {
    use zxingcpp::BarcodeFormat as F;
    let formats: Vec<F> = wanted
        .each()
        .map(|it| match it {
            Symbology::QRCode => F::QRCode,
            Symbology::MicroQR => F::MicroQRCode,
            Symbology::RectangularMicroQR => F::RMQRCode,
            Symbology::DataMatrix => F::DataMatrix,
            Symbology::Aztec => F::Aztec,
            Symbology::PDF417 => F::PDF417,
            Symbology::Code128 => F::Code128,
            Symbology::Code39 => F::Code39,
            Symbology::Code93 => F::Code93,
            Symbology::Codabar => F::Codabar,
            Symbology::ITF => F::ITF,
            Symbology::EAN13 => F::EAN13,
            Symbology::EAN8 => F::EAN8,
            Symbology::UPCA => F::UPCA,
            Symbology::UPCE => F::UPCE,
            Symbology::DataBar => F::DataBar,
            Symbology::DataBarExpanded => F::DataBarExp,
            Symbology::MaxiCode => F::MaxiCode,
        })
        .collect();
    let view =
        zxingcpp::ImageView::from_slice(image.pixels(), image.width(), image.height(), zxingcpp::ImageFormat::Lum);
    let reader = zxingcpp::read().formats(formats).text_mode(zxingcpp::TextMode::Plain);
    let found = reader.from(view.unwrap()).unwrap_or_default();
    found
        .iter()
        .filter(|it| it.is_valid())
        .map(|it| {
            let p = it.position();
            let corners = [p.top_left, p.top_right, p.bottom_right, p.bottom_left].map(|p| (p.x as f32, p.y as f32));
            Hit { text: it.text(), bytes: it.bytes(), corners: corners.to_vec(), engine: "zxing-cpp" }
        })
        .collect()
}

#[cfg(not(feature = "second-engine"))]
fn zxing(_: &Luma, _: Symbologies) -> Vec<Hit> {
    Vec::new()
}

fn run(engine: &str, image: &Luma, wanted: Symbologies) -> Vec<Hit> {
    match engine {
        "ours" => ours(image, wanted, Engines::Both),
        "own" => ours(image, wanted, Engines::Own),
        "ours-all" => ours(image, Symbologies::all(), Engines::Both),
        "zxing" => zxing(image, wanted),
        "rqrr" => others::rqrr_alone(image),
        "zbar" => others::zbar(image, wanted).expect("`zbarimg` is not installed (Debian: zbar-tools)"),
        #[cfg(feature = "comparators")]
        "rxing" => others::rxing_alone(image, wanted),
        #[cfg(feature = "comparators")]
        "quircs" => others::quircs_alone(image),
        other => panic!(
            "no engine {other}: ours, own, ours-all, zxing, rqrr, zbar; with --features comparators rxing, quircs"
        ),
    }
}

#[derive(Default)]
struct Tally {
    asked: usize,
    read: usize,
    wrong: usize,
    times: Vec<f64>,
    by: BTreeMap<&'static str, usize>,
}

fn argument(name: &str) -> Option<String> {
    let all: Vec<String> = std::env::args().collect();
    all.iter().position(|it| it == name).and_then(|at| all.get(at + 1).cloned())
}

fn main() {
    if let Some(size) = argument("--films") {
        films(&size);
        return;
    }
    if std::env::args().any(|it| it == "--only-ours") {
        only::table();
        return;
    }
    if std::env::args().any(|it| it == "--worst") {
        worst::table();
        return;
    }
    std::panic::set_hook(Box::new(|_| {}));
    let sets = argument("--sets").unwrap_or_else(|| "qrcode".to_owned());
    let sets: Vec<&str> = sets.split(',').collect();
    let turns: Vec<u32> =
        argument("--turns").unwrap_or_else(|| "0".to_owned()).chars().filter_map(|it| it.to_digit(10)).collect();
    let engines = argument("--engines").unwrap_or_else(|| "ours,zxing".to_owned());
    let every: usize = argument("--every").map_or(1, |it| it.parse().unwrap());
    let half = argument("--half").unwrap_or_else(|| "all".to_owned());
    let mut tallies: BTreeMap<(String, String), Tally> = BTreeMap::new();
    let mut listed: Vec<String> = Vec::new();
    let without = argument("--without");
    let wanted = argument("--want").map(|it| Symbologies::parse(&it).unwrap());
    let chosen = pictures::all()
        .into_iter()
        .filter(|it| sets.iter().any(|set| it.set.contains(set)))
        .filter(|it| without.as_ref().is_none_or(|word| !it.set.contains(word.as_str())))
        .map(|it| pictures::Picture { wanted: wanted.unwrap_or(it.wanted), ..it });
    for (at, picture) in chosen.enumerate() {
        if !at.is_multiple_of(every)
            || half == "even" && !(at / every).is_multiple_of(2)
            || half == "odd" && (at / every).is_multiple_of(2)
        {
            continue;
        }
        let Some(upright) = pictures::load(&picture.path) else { continue };
        for turn in &turns {
            let image = upright.turned(*turn);
            for engine in engines.split(',') {
                let start = cpu();
                let hits = run(engine, &image, picture.wanted);
                let spent = cpu().saturating_sub(start).as_secs_f64() * 1e3;
                let name = argument("--by").map_or(picture.group.clone(), |_| picture.set.clone());
                let tally = tallies.entry((name, engine.to_owned())).or_default();
                tally.times.push(spent);
                listed.push(format!("ms {spent:.2} {}/{} turn {turn} {engine}", picture.set, picture.name));
                score(&picture, *turn, engine, &hits, tally, &mut listed);
            }
        }
    }
    print(&mut tallies);
    if let Some(file) = argument("--list") {
        std::fs::write(file, listed.join("\n")).unwrap();
    }
}

/// The synthetic films: share of pictures read, and thread CPU time a picture.
#[cfg(feature = "second-engine")]
fn films(size: &str) {
    use scanstation::vision::Tracker;
    let (w, h) = size.split_once('x').unwrap();
    let (w, h): (usize, usize) = (w.parse().unwrap(), h.parse().unwrap());
    let images = argument("--images").map_or(36, |it| it.parse().unwrap());
    let qr = Symbologies::NONE.with(Symbology::QRCode);
    let mut scenes: BTreeMap<(&str, &str), (usize, usize, usize)> = BTreeMap::new();
    let mut times: BTreeMap<&str, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    let mut slow: Vec<(f64, String)> = Vec::new();
    for film in (0..).map_while(|at| film::film(at, w, h, images)) {
        let options = Options { symbologies: qr, budget: Duration::from_millis(15), ..Options::default() };
        let mut tracker = Tracker::new(options);
        for engine in ["ours live", "zxing full"] {
            let mut had = false;
            for (at, image) in film.images.iter().enumerate() {
                let start = cpu();
                let texts: Vec<String> = if engine == "ours live" {
                    tracker.look(image, &mut cpu).symbols.into_iter().map(|it| it.text).collect()
                } else {
                    zxing(image, qr).into_iter().map(|it| it.text).collect()
                };
                let spent = cpu().saturating_sub(start).as_secs_f64() * 1e3;
                let read = texts.contains(&film.text);
                let wrong = texts.iter().filter(|it| **it != film.text).count();
                for scene in [film.scene, "all"] {
                    let slot = scenes.entry((engine, scene)).or_default();
                    *slot = (slot.0 + usize::from(read), slot.1 + 1, slot.2 + wrong);
                }
                slow.push((spent, format!("{engine} {} {at}, read: {read}", film.scene)));
                let slot = times.entry(engine).or_default();
                slot.0.push(spent);
                if had {
                    slot.1.push(spent);
                }
                had = read;
            }
        }
    }
    slow.sort_by(|a, b| b.0.total_cmp(&a.0));
    slow.iter().take(8).for_each(|(ms, which)| println!("{ms:.1} ms: {which}"));
    for ((engine, scene), (read, all, wrong)) in scenes {
        println!("{engine} {scene}: {read} of {all} ({:.1} %), {wrong} wrong", 100.0 * read as f64 / all as f64);
    }
    for (engine, (all, after)) in times {
        let mean = |it: &[f64]| it.iter().sum::<f64>() / it.len().max(1) as f64;
        let worst = all.iter().copied().fold(0.0, f64::max);
        println!("{engine}: mean {:.2} ms, after a hit {:.2} ms, worst {worst:.1} ms", mean(&all), mean(&after));
    }
}

#[cfg(not(feature = "second-engine"))]
fn films(_: &str) {
    println!("the films' labels are drawn by the second engine; build with `second-engine`");
}

fn score(
    picture: &pictures::Picture,
    turn: u32,
    engine: &str,
    hits: &[Hit],
    tally: &mut Tally,
    listed: &mut Vec<String>,
) {
    let place = format!("{}/{} turn {turn} {engine}", picture.set, picture.name);
    if !picture.outlines.is_empty() {
        // Outlines without texts: a read counts where its centre lies in an outline.
        tally.asked += picture.outlines.len();
        for outline in &picture.outlines {
            let inside = |it: &&Hit| matching::contains(outline, matching::centre(&it.corners));
            if let Some(hit) = hits.iter().find(inside) {
                tally.read += 1;
                *tally.by.entry(hit.engine).or_default() += 1;
                listed.push(format!("read {place} {:?} {:?}", matching::centre(outline), hit.text));
            }
        }
        return;
    }
    tally.asked += 1;
    let right = |it: &&Hit| matching::says(picture, it);
    if let Some(hit) = hits.iter().find(right) {
        tally.read += 1;
        *tally.by.entry(hit.engine).or_default() += 1;
    } else {
        listed.push(format!("miss {place}"));
    }
    for hit in hits.iter().filter(|it| !right(it)) {
        tally.wrong += 1;
        listed.push(format!("other {place} {} {:?} for {:?}", hit.engine, hit.text, picture.text));
    }
}

fn print(tallies: &mut BTreeMap<(String, String), Tally>) {
    println!("| set | engine | read | of | % | other texts | mean ms | median ms | p95 ms | worst ms | read by |");
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for ((set, engine), tally) in tallies {
        tally.times.sort_by(f64::total_cmp);
        let many = tally.times.len();
        let at = |share: f64| tally.times[((many - 1) as f64 * share) as usize];
        println!(
            "| {set} | {engine} | {} | {} | {:.1} | {} | {:.2} | {:.2} | {:.2} | {:.1} | {:?} |",
            tally.read,
            tally.asked,
            100.0 * tally.read as f64 / tally.asked.max(1) as f64,
            tally.wrong,
            tally.times.iter().sum::<f64>() / many as f64,
            at(0.5),
            at(0.95),
            at(1.0),
            tally.by
        );
    }
}
