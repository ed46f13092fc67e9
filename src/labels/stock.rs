//! The sheets of labels that one can buy, and cards to cut out: how many stand on an A4 page, and where.
//!
//! All measures are millimetres on A4 upright. Counts and sizes are those under which the makers sell them; gaps and margins
//! put them into the middle of the page, and were not measured on a sheet.
//! Deliberately absent: rolls of labels, which a label printer cuts itself (`zpl.rs`).

/// A stock: labels on an A4 page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stock {
    /// Its name on the command line: width and height of a label.
    pub name: &'static str,
    /// What it is for, and whose sheets have this measure.
    pub about: &'static str,
    /// Labels in a row.
    pub columns: usize,
    /// Rows of a page.
    pub rows: usize,
    /// Width and height of a label.
    pub label: (f32, f32),
    /// White left of the first column and above the first row.
    pub margin: (f32, f32),
    /// From one label's left edge to the next one's, and from top to top.
    pub pitch: (f32, f32),
    /// White inside a label: what printers do not reach at the paper's edge, and how far a sheet slips.
    pub padding: (f32, f32),
    /// Height of the largest letters.
    pub letters: f32,
    /// Whether it is plain paper, so that the outline is drawn to cut along.
    pub is_cut: bool,
}

/// Width and height of A4.
pub(super) const PAGE: (f32, f32) = (210.0, 297.0);

impl Stock {
    /// All of them; the first is the usual one for tags.
    pub const ALL: [Self; 5] = [
        Self {
            name: "70x36",
            about: "24 on A4 without a gap, as Avery Zweckform 3475 or Herma 4453",
            columns: 3,
            rows: 8,
            label: (70.0, 36.0),
            margin: (0.0, 4.5),
            pitch: (70.0, 36.0),
            padding: (5.0, 3.0),
            letters: 6.0,
            is_cut: false,
        },
        Self {
            name: "38x21",
            about: "65 on A4, 38.1 by 21.2 mm, as Avery L7651 or Herma 4270",
            columns: 5,
            rows: 13,
            label: (38.1, 21.2),
            margin: (4.75, 10.7),
            pitch: (40.6, 21.2),
            padding: (1.5, 1.5),
            letters: 4.0,
            is_cut: false,
        },
        Self {
            name: "63x38",
            about: "21 on A4, 63.5 by 38.1 mm, as Avery L7160",
            columns: 3,
            rows: 7,
            label: (63.5, 38.1),
            margin: (7.25, 15.15),
            pitch: (66.0, 38.1),
            padding: (2.5, 2.5),
            letters: 6.0,
            is_cut: false,
        },
        Self {
            name: "105x74",
            about: "8 on A4 without a gap, large enough for a shelf",
            columns: 2,
            rows: 4,
            label: (105.0, 74.0),
            margin: (0.0, 0.5),
            pitch: (105.0, 74.0),
            padding: (6.0, 6.0),
            letters: 12.0,
            is_cut: false,
        },
        Self {
            name: "85x54",
            about: "10 cards on plain A4 to cut out, as large as a bank card",
            columns: 2,
            rows: 5,
            label: (85.6, 54.0),
            margin: (19.4, 13.5),
            pitch: (85.6, 54.0),
            padding: (5.0, 5.0),
            letters: 7.0,
            is_cut: true,
        },
    ];

    /// The stock of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name == name)
    }

    /// Labels on a page.
    #[must_use]
    pub const fn on_a_page(&self) -> usize {
        self.columns * self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::{PAGE, Stock};
    use crate::labels::text::number;

    #[test]
    fn every_stock_stands_on_its_page_and_in_its_middle() {
        for stock in Stock::ALL {
            let right = stock.margin.0 + stock.pitch.0 * number(stock.columns - 1) + stock.label.0;
            let below = stock.margin.1 + stock.pitch.1 * number(stock.rows - 1) + stock.label.1;
            let (across, down) = (PAGE.0 - right - stock.margin.0, PAGE.1 - below - stock.margin.1);
            assert!(across.abs() < 0.05 && down.abs() < 0.05, "{}: {across} {down}", stock.name);
            assert!(stock.pitch.0 >= stock.label.0 && stock.pitch.1 >= stock.label.1, "{}", stock.name);
            assert_eq!(Stock::named(stock.name), Some(stock));
        }
        assert_eq!(Stock::named("1x1"), None);
    }
}
