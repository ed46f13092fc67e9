//! The sheet of command cards: each with its word, what it does, and its QR code; cards of a role say so.
//!
//! Measures are millimetres on A4 upright; a card is 47 × 35, so that it can be cut out and laid in a card holder.
//! Deliberately absent: which cards there are and what they do, which the rules say.

use std::fmt::Write as _;

use super::grid::Grid;
use super::stock::PAGE;
use super::text::{escaped, number, wrapped};

/// One card to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedCard {
    /// The word a person reads: `OUT`, `DUE 7`.
    pub word: String,
    /// What it does, in a sentence.
    pub about: String,
    /// The least role that may use it, as a word; `None` where no badge is needed.
    pub role: Option<String>,
    /// What a scanner reads.
    pub symbol: Grid,
}

const CARD: (f32, f32) = (47.0, 35.0);
const LEFT: f32 = 11.0;
const TOP: f32 = 14.0;
const COLUMNS: usize = 4;
const ROWS: usize = 7;
/// Width of a printed QR code with its quiet zone: modules of 0.6 mm at least, which every imager reads.
const SYMBOL: f32 = 21.0;
/// Width of the word beside the symbol.
const WORD: f32 = 23.5;
/// Characters of a line of the sentence, at 2.5 mm.
const LINE: usize = 33;

/// Draws the sheet as SVG, one picture for each A4 page of [`COLUMNS`] times [`ROWS`] cards.
#[must_use]
pub fn card_sheets(cards: &[PrintedCard]) -> Vec<String> {
    cards.chunks(COLUMNS * ROWS).map(page).collect()
}

fn page(cards: &[PrintedCard]) -> String {
    let (width, height) = PAGE;
    let mut sheet = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    for (place, card) in cards.iter().enumerate() {
        let x = LEFT + CARD.0 * number(place % COLUMNS);
        let y = TOP + CARD.1 * number(place / COLUMNS);
        draw(&mut sheet, card, x, y);
    }
    sheet.push_str("</svg>\n");
    sheet
}

fn draw(sheet: &mut String, card: &PrintedCard, x: f32, y: f32) {
    let path = card.symbol.path();
    let (scale, word) = (SYMBOL / number(card.symbol.full_width()), escaped(&card.word));
    // A long word is set smaller, so that it stays on its card: a bold capital is 0.75 of its size wide.
    let size = (WORD / (0.75 * number(card.word.chars().count().max(1)))).min(5.0);
    let mut card_text = format!(
        "<g transform=\"translate({x:.2} {y:.2})\">\n\
         <rect width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#999\" stroke-width=\"0.15\" stroke-dasharray=\"1 1\"/>\n\
         <path transform=\"translate(0.5 0.5) scale({scale:.4})\" shape-rendering=\"crispEdges\" d=\"{path}\"/>\n\
         <text x=\"22\" y=\"9\" font-size=\"{size:.2}\" font-weight=\"bold\">{word}</text>\n",
        CARD.0, CARD.1
    );
    // Writing into a string cannot fail.
    if let Some(role) = &card.role {
        let role = escaped(role);
        writeln!(
            card_text,
            "<rect x=\"22\" y=\"12.5\" width=\"22\" height=\"4.6\" rx=\"2.3\"/>\
             <text x=\"33\" y=\"15.8\" font-size=\"2.7\" fill=\"white\" text-anchor=\"middle\">{role}</text>"
        )
        .unwrap_or_default();
    }
    for (row, line) in wrapped(&card.about, LINE).iter().enumerate() {
        let y = 24.5 + 3.2 * number(row);
        writeln!(card_text, "<text x=\"2\" y=\"{y:.1}\" font-size=\"2.5\">{}</text>", escaped(line))
            .unwrap_or_default();
    }
    sheet.push_str(&card_text);
    sheet.push_str("</g>\n");
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, PrintedCard, ROWS, card_sheets};
    use crate::labels::{Form, Grid};

    fn card(word: &str, role: Option<&str>) -> PrintedCard {
        PrintedCard {
            word: word.to_owned(),
            about: "What is scanned <goes> out to the person of the session & stays there.".to_owned(),
            role: role.map(str::to_owned),
            symbol: Grid::of(Form::Qr, &format!("!CMD:{word}")).unwrap(),
        }
    }

    #[test]
    fn every_card_has_its_word_and_only_cards_of_a_role_have_one() {
        let [sheet] = card_sheets(&[card("OUT", None), card("REPAIR", Some("keeper"))]).try_into().unwrap();
        assert_eq!((sheet.matches("<g ").count(), sheet.matches("keeper").count()), (2, 1));
        assert!(sheet.contains(">OUT<") && sheet.contains(">REPAIR<") && sheet.contains("&lt;goes&gt;"));
    }

    #[test]
    fn a_card_too_many_opens_a_second_page_and_each_page_is_a4() {
        let sheets = card_sheets(&vec![card("OUT", None); COLUMNS * ROWS + 1]);
        assert_eq!(sheets.iter().map(|it| it.matches("<g ").count()).collect::<Vec<_>>(), [COLUMNS * ROWS, 1]);
        for sheet in sheets {
            assert!(sheet.contains("width=\"210mm\" height=\"297mm\"") && sheet.contains("translate(11.00 14.00)"));
        }
    }
}
