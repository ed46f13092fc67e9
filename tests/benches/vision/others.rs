//! Decoders that are not ours, for the same table: rqrr alone, rxing and quircs (feature `comparators`), and zbar where its
//! program `zbarimg` is installed.
//!
//! Each is called as its own documentation shows it. zbar is a process of its own: its time is not comparable and is that
//! of starting it, its reads are.
//! Deliberately absent: zxing-cpp, which is our second engine (`vision.rs`).

#[cfg(feature = "comparators")]
use std::panic::AssertUnwindSafe;
use std::process::Command;

#[cfg(feature = "comparators")]
use scanstation::domain::Symbology;
use scanstation::vision::{Luma, Symbologies};

use crate::Hit;

/// rqrr on the whole picture; it panics on some.
pub(crate) fn rqrr_alone(image: &Luma) -> Vec<Hit> {
    let (w, h) = (image.width(), image.height());
    let read = std::panic::catch_unwind(|| {
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(w, h, |x, y| image.pixels()[y * w + x]);
        let mut hits = Vec::new();
        for grid in prepared.detect_grids() {
            let mut bytes = Vec::new();
            if grid.decode_to(&mut bytes).is_ok() {
                let corners = grid.bounds.iter().map(|p| (p.x as f32, p.y as f32)).collect();
                hits.push(Hit { text: String::from_utf8_lossy(&bytes).into_owned(), bytes, corners, engine: "rqrr" });
            }
        }
        hits
    });
    read.unwrap_or_default()
}

/// quircs on the whole picture: QR only.
#[cfg(feature = "comparators")]
pub(crate) fn quircs_alone(image: &Luma) -> Vec<Hit> {
    let read = std::panic::catch_unwind(|| {
        let mut quirc = quircs::Quirc::new();
        let codes = quirc.identify(image.width(), image.height(), image.pixels());
        let read = codes.filter_map(Result::ok).filter_map(|code| Some((code.corners, code.decode().ok()?)));
        read.map(|(corners, data)| {
            let corners = corners.iter().map(|p| (p.x as f32, p.y as f32)).collect();
            let bytes = data.payload;
            Hit { text: String::from_utf8_lossy(&bytes).into_owned(), bytes, corners, engine: "quircs" }
        })
        .collect()
    });
    read.unwrap_or_default()
}

/// rxing, trying harder, every symbol of the picture.
#[cfg(feature = "comparators")]
pub(crate) fn rxing_alone(image: &Luma, wanted: Symbologies) -> Vec<Hit> {
    let mut hints = rxing::DecodeHints {
        PossibleFormats: Some(wanted.each().map(rxing_format).collect()),
        TryHarder: Some(true),
        ..Default::default()
    };
    let (w, h) = (image.width() as u32, image.height() as u32);
    let read = std::panic::catch_unwind(AssertUnwindSafe(move || {
        let found = rxing::helpers::detect_multiple_in_luma_with_hints(image.pixels().to_vec(), w, h, &mut hints);
        found.unwrap_or_default()
    }));
    let found = read.unwrap_or_default();
    let hit = |it: &rxing::RXingResult| Hit {
        text: it.getText().to_owned(),
        bytes: it.getText().as_bytes().to_vec(),
        corners: it.getPoints().iter().map(|p| (p.x, p.y)).collect(),
        engine: "rxing",
    };
    found.iter().map(hit).collect()
}

#[cfg(feature = "comparators")]
fn rxing_format(symbology: Symbology) -> rxing::BarcodeFormat {
    use rxing::BarcodeFormat as F;
    match symbology {
        Symbology::QRCode => F::QR_CODE,
        Symbology::MicroQR => F::MICRO_QR_CODE,
        Symbology::RectangularMicroQR => F::RECTANGULAR_MICRO_QR_CODE,
        Symbology::DataMatrix => F::DATA_MATRIX,
        Symbology::Aztec => F::AZTEC,
        Symbology::PDF417 => F::PDF_417,
        Symbology::Code128 => F::CODE_128,
        Symbology::Code39 => F::CODE_39,
        Symbology::Code93 => F::CODE_93,
        Symbology::Codabar => F::CODABAR,
        Symbology::ITF => F::ITF,
        Symbology::EAN13 => F::EAN_13,
        Symbology::EAN8 => F::EAN_8,
        Symbology::UPCA => F::UPC_A,
        Symbology::UPCE => F::UPC_E,
        Symbology::DataBar => F::RSS_14,
        Symbology::DataBarExpanded => F::RSS_EXPANDED,
        Symbology::MaxiCode => F::MAXICODE,
    }
}

/// zbar's own program; nothing where it is not installed, which the caller says once.
pub(crate) fn zbar(image: &Luma, wanted: Symbologies) -> Option<Vec<Hit>> {
    let picture = tempfile::Builder::new().suffix(".pgm").tempfile().ok()?;
    let head = format!("P5\n{} {}\n255\n", image.width(), image.height());
    std::fs::write(picture.path(), [head.as_bytes(), image.pixels()].concat()).ok()?;
    let mut command = Command::new("zbarimg");
    command.args(["--quiet", "--xml", "-Sdisable"]);
    for symbology in wanted.each() {
        let name = Symbologies::name_of(symbology).to_lowercase();
        command.arg(format!("-S{name}.enable"));
    }
    let told = command.arg(picture.path()).output().ok()?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let texts = told.split("<data><![CDATA[").skip(1).filter_map(|it| it.split_once("]]></data>"));
    let hit = |text: &str| Hit {
        text: text.to_owned(),
        bytes: text.as_bytes().to_vec(),
        corners: Vec::new(),
        engine: "zbar",
    };
    Some(texts.map(|(text, _)| hit(text)).collect())
}
