//! Renders symbols with the crates that also print our labels.
//!
//! Modules are true where dark, row by row; paper is 235, ink 25, as on a matt label.
//! Deliberately absent: damage.

use scanstation::vision::Luma;

pub(crate) struct Modules {
    width: usize,
    dark: Vec<bool>,
}

pub(crate) enum Message<'a> {
    Text(&'a str),
    Gs1(&'a [u8]),
    Eci(u32, &'a [u8]),
}

pub(crate) fn qr(message: Message<'_>) -> Modules {
    use qrcode::bits::Bits;
    use qrcode::{Color, EcLevel, QrCode, Version};
    let made = match message {
        Message::Text(text) => QrCode::with_error_correction_level(text, EcLevel::M).unwrap(),
        Message::Gs1(payload) => {
            let mut bits = Bits::new(Version::Normal(4));
            bits.push_fnc1_first_position().unwrap();
            bits.push_byte_data(payload).unwrap();
            bits.push_terminator(EcLevel::M).unwrap();
            QrCode::with_bits(bits, EcLevel::M).unwrap()
        }
        Message::Eci(number, payload) => {
            let mut bits = Bits::new(Version::Normal(2));
            bits.push_eci_designator(number).unwrap();
            bits.push_byte_data(payload).unwrap();
            bits.push_terminator(EcLevel::M).unwrap();
            QrCode::with_bits(bits, EcLevel::M).unwrap()
        }
    };
    Modules { width: made.width(), dark: made.to_colors().into_iter().map(|it| it == Color::Dark).collect() }
}

pub(crate) fn data_matrix(text: &str) -> Modules {
    let made = datamatrix::DataMatrix::encode_str(text, datamatrix::SymbolList::default()).unwrap();
    let bitmap = made.bitmap();
    let (width, height) = (bitmap.width(), bitmap.height());
    let mut dark = vec![false; width * height];
    for (x, y) in bitmap.pixels() {
        dark[y * width + x] = true;
    }
    Modules { width, dark }
}

pub(crate) fn code128(text: &str) -> Modules {
    let bars = barcoders::sym::code128::Code128::new(format!("\u{0181}{text}")).unwrap().encode();
    let row = bars.iter().map(|it| *it == 1);
    Modules { width: bars.len(), dark: (0..25).flat_map(|_| row.clone()).collect() }
}

/// Drawn with `scale` pixels a module, and four modules of quiet zone (ten beside bars are had by the picture's edge).
pub(crate) fn on_paper(modules: &Modules, scale: usize) -> Luma {
    let (width, height) = (modules.width, modules.dark.len() / modules.width);
    let quiet = if height == 25 && width > 60 { 12 } else { 4 };
    Luma::from_fn((width + 2 * quiet) * scale, (height + 2 * quiet) * scale, |x, y| {
        let (x, y) = ((x / scale).wrapping_sub(quiet), (y / scale).wrapping_sub(quiet));
        if x < width && y < height && modules.dark[y * width + x] { 25 } else { 235 }
    })
}

/// Pictures in a row, on paper, their middles level.
pub(crate) fn side_by_side(pictures: &[Luma]) -> Luma {
    let height = pictures.iter().map(Luma::height).max().unwrap();
    let width = pictures.iter().map(Luma::width).sum();
    let starts: Vec<usize> = pictures
        .iter()
        .scan(0, |at, it| {
            *at += it.width();
            Some(*at - it.width())
        })
        .collect();
    Luma::from_fn(width, height, |x, y| {
        let at = starts.iter().rposition(|it| *it <= x).unwrap();
        let top = (height - pictures[at].height()) / 2;
        pictures[at].row(y.wrapping_sub(top).min(height)).get(x - starts[at]).copied().unwrap_or(235)
    })
}
