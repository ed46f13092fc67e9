//! Where things lie in a QR symbol: error correction tables, alignment centres, reading order, masks, format words.
//!
//! All from ISO/IEC 18004:2024: tables 7 to 9 (codewords and blocks), annex E (alignment), §7.7.3 (placement),
//! §7.8.2 (masks), §7.9 and annex C (format).
//! Invariant: `side` is 17 + 4 * version, version 1 to 40; other sides give empty answers.
//! Deliberately absent: version words (the side is known before any module is read).

use std::sync::OnceLock;

/// Error correction level, in the order of the tables below.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Level {
    L,
    M,
    Q,
    H,
}

#[rustfmt::skip]
const PARITY: [[u8; 41]; 4] = [
    [0, 7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    [0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
    [0, 13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    [0, 17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
];
#[rustfmt::skip]
const BLOCKS: [[u8; 41]; 4] = [
    [0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25],
    [0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
    [0, 1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68],
    [0, 1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81],
];

impl Level {
    /// The two bits of the format word: 01 L, 00 M, 11 Q, 10 H.
    const fn of_bits(bits: u16) -> Self {
        match bits & 3 {
            1 => Self::L,
            0 => Self::M,
            3 => Self::Q,
            _ => Self::H,
        }
    }

    /// The letter people know it by.
    pub(crate) const fn letter(self) -> char {
        match self {
            Self::L => 'L',
            Self::M => 'M',
            Self::Q => 'Q',
            Self::H => 'H',
        }
    }

    const fn row(self) -> usize {
        match self {
            Self::L => 0,
            Self::M => 1,
            Self::Q => 2,
            Self::H => 3,
        }
    }

    fn look_up(self, table: &[[u8; 41]; 4], version: usize) -> usize {
        table.get(self.row()).and_then(|it| it.get(version)).copied().unwrap_or(0).into()
    }

    /// Parity bytes of each block.
    pub(crate) fn parity(self, version: usize) -> usize {
        self.look_up(&PARITY, version)
    }

    /// Blocks the codewords are dealt to.
    pub(crate) fn blocks(self, version: usize) -> usize {
        self.look_up(&BLOCKS, version)
    }

    /// Errors a block may correct; the smallest symbols keep parity bytes back against misreads (table 9, note).
    pub(crate) fn corrections_max(self, version: usize) -> usize {
        match (version, self) {
            (1, Self::L) => 2,
            (1, Self::M) | (2, Self::L) => 4,
            (1, Self::Q) => 6,
            (1, Self::H) => 8,
            (3, Self::L) => 7,
            _ => self.parity(version) / 2,
        }
    }
}

/// The version of a side of modules.
pub(crate) fn version_of(side: usize) -> Option<usize> {
    let version = side.checked_sub(17)? / 4;
    (side == 17 + 4 * version && (1..=40).contains(&version)).then_some(version)
}

/// Rows and columns of the alignment patterns' middles.
pub(crate) fn alignment_centres(side: usize) -> Vec<usize> {
    let Some(version) = version_of(side).filter(|it| *it >= 2) else { return Vec::new() };
    let many = version / 7 + 2;
    let last = version * 4 + 10;
    let pitch = if version == 32 { 26 } else { (version * 4 + many * 2 + 1) / (2 * many - 2) * 2 };
    std::iter::once(6).chain((0..many - 1).rev().map(|it| last - it * pitch)).collect()
}

/// The data modules of a version as (row, column), in reading order.
pub(crate) fn reading_order(version: usize) -> &'static [(u8, u8)] {
    static ORDERS: [OnceLock<Vec<(u8, u8)>>; 41] = [const { OnceLock::new() }; 41];
    ORDERS.get(version).map_or(&[], |it| it.get_or_init(|| make_order(version)))
}

fn make_order(version: usize) -> Vec<(u8, u8)> {
    let side = version * 4 + 17;
    let taken = function_modules(side);
    let mut order = Vec::new();
    let mut right = side - 1;
    let mut upward = true;
    loop {
        for k in 0..side {
            let y = if upward { side - 1 - k } else { k };
            for x in [right, right - 1] {
                if taken.get(y * side + x) == Some(&false)
                    && let (Ok(y), Ok(x)) = (u8::try_from(y), u8::try_from(x))
                {
                    order.push((y, x));
                }
            }
        }
        upward = !upward;
        // Column 6 is the timing column: the pairs of columns step over it.
        right = match right {
            1 => return order,
            8 => 5,
            _ => right - 2,
        };
    }
}

/// Which modules are finders, timing, alignment, format or version.
fn function_modules(side: usize) -> Vec<bool> {
    let mut taken = vec![false; side * side];
    let mut take = |left: usize, top: usize, wide: usize, high: usize| {
        for row in taken.chunks_exact_mut(side).skip(top).take(high) {
            for module in row.iter_mut().skip(left).take(wide) {
                *module = true;
            }
        }
    };
    take(0, 0, 9, 9);
    take(side - 8, 0, 8, 9);
    take(0, side - 8, 9, 8);
    take(6, 0, 1, side);
    take(0, 6, side, 1);
    let centres = alignment_centres(side);
    let last = centres.len().saturating_sub(1);
    for (j, y) in centres.iter().enumerate() {
        for (i, x) in centres.iter().enumerate() {
            let at_finder = matches!((i, j), (0, 0)) || (i, j) == (0, last) || (i, j) == (last, 0);
            if !at_finder {
                take(x - 2, y - 2, 5, 5);
            }
        }
    }
    if side >= 45 {
        take(side - 11, 0, 3, 6);
        take(0, side - 11, 6, 3);
    }
    taken
}

/// Whether a mask turns a module over.
#[inline]
pub(crate) fn masked(mask: u8, row: u8, column: u8) -> bool {
    let (y, x) = (u32::from(row), u32::from(column));
    match mask {
        0 => (y + x) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (y + x) % 3 == 0,
        4 => (y / 2 + x / 3) % 2 == 0,
        5 => (y * x) % 2 + (y * x) % 3 == 0,
        6 => ((y * x) % 2 + (y * x) % 3) % 2 == 0,
        _ => ((y * x) % 3 + (y + x) % 2) % 2 == 0,
    }
}

/// What a format word says, and how far the modules were from saying it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Format {
    pub(crate) distance: u32,
    pub(crate) level: Level,
    pub(crate) mask: u8,
    /// The word itself, 15 bits, mask 101010000010010 applied.
    pub(crate) word: u16,
}

fn format_word(bits: u16) -> u16 {
    let mut rest = bits << 10;
    for power in (10..15).rev() {
        if rest & (1 << power) != 0 {
            rest ^= 0x537 << (power - 10);
        }
    }
    ((bits << 10) | rest) ^ 0x5412
}

/// The two places (column, row) of each bit of the format word, bit 0 first.
pub(crate) fn format_places(side: usize) -> [[(usize, usize); 2]; 15] {
    let corner = [
        (8, 0),
        (8, 1),
        (8, 2),
        (8, 3),
        (8, 4),
        (8, 5),
        (8, 7),
        (8, 8),
        (7, 8),
        (5, 8),
        (4, 8),
        (3, 8),
        (2, 8),
        (1, 8),
        (0, 8),
    ];
    let mut bit = 0;
    corner.map(|first| {
        let second = if bit < 8 { (side - 1 - bit, 8) } else { (8, side - 15 + bit) };
        bit += 1;
        [first, second]
    })
}

/// The plausible format words, best first, at most `many`, at most `distance_max` modules away.
pub(crate) fn formats(side: usize, dark: impl Fn(usize, usize) -> bool, distance_max: u32, many: usize) -> Vec<Format> {
    let (mut first, mut second) = (0u16, 0u16);
    for [a, b] in format_places(side).iter().rev() {
        first = first << 1 | u16::from(dark(a.0, a.1));
        second = second << 1 | u16::from(dark(b.0, b.1));
    }
    let mut found: Vec<Format> = (0..32u8)
        .map(|bits| {
            let word = format_word(u16::from(bits));
            let (d1, d2) = ((first ^ word).count_ones(), (second ^ word).count_ones());
            // Either copy good, or both together fair.
            let distance = d1.min(d2).min((d1 + d2).div_ceil(3));
            Format { distance, level: Level::of_bits(u16::from(bits >> 3)), mask: bits & 7, word }
        })
        .filter(|it| it.distance <= distance_max)
        .collect();
    found.sort_by_key(|it| it.distance);
    found.truncate(many);
    found
}

#[cfg(test)]
mod tests {
    use super::{Level, alignment_centres, format_word, reading_order};

    #[test]
    fn the_words_of_the_standard_come_out() {
        // Annex C: level M, mask 101 is 100000011001110; table C.1 gives 0x5412 for level M, mask 000.
        assert_eq!(format_word(0b00_101), 0b100_0000_1100_1110);
        assert_eq!(format_word(0), 0x5412);
    }

    #[test]
    fn alignment_patterns_lie_where_annex_e_puts_them() {
        assert_eq!(alignment_centres(21), [0usize; 0]);
        assert_eq!(alignment_centres(25), [6, 18]);
        assert_eq!(alignment_centres(45), [6, 22, 38]);
        assert_eq!(alignment_centres(17 + 4 * 32), [6, 34, 60, 86, 112, 138]);
        assert_eq!(alignment_centres(177), [6, 30, 58, 86, 114, 142, 170]);
    }

    #[test]
    fn every_version_has_as_many_data_modules_as_table_one_says() {
        for (version, codewords, rest) in
            [(1, 26, 0), (2, 44, 7), (7, 196, 0), (14, 581, 3), (32, 2465, 3), (40, 3706, 0)]
        {
            assert_eq!(reading_order(version).len(), codewords * 8 + rest, "version {version}");
        }
    }

    #[test]
    fn blocks_of_all_levels_use_all_codewords() {
        for version in 1..=40 {
            let total = reading_order(version).len() / 8;
            for level in [Level::L, Level::M, Level::Q, Level::H] {
                let (blocks, parity) = (level.blocks(version), level.parity(version));
                assert!(blocks > 0 && blocks * parity < total, "version {version} {level:?}");
            }
        }
    }
}
