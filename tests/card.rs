//! The calibration card and the command cards as they are printed, read back by the station's own eyes.
//!
//! What the page draws is painted into an image, so that what is tested is what a printer gets.
//! Deliberately absent: what a scan of the card tells, which stands beside its function.

use scanstation::decode::calibration::card;
use scanstation::domain::Symbology;
use scanstation::labels::{Form, calibration_card, symbol};
use scanstation::station::{cards, drawn};
use scanstation::vision::HAS_SECOND_ENGINE;

use super::paper::{painted, read, symbols};

#[test]
fn the_calibration_card_reads_back_as_its_text_in_both_symbols() {
    let [code, strip] = [Form::Qr, Form::Code128].map(|it| scanstation::labels::Grid::of(it, &card()).unwrap());
    let [code, strip] = symbols(&calibration_card(&code, &strip)).try_into().unwrap();
    assert_eq!(read(&painted(&code, 9.0, 10.0)), [(Symbology::QRCode, card().into_bytes())]);
    if HAS_SECOND_ENGINE {
        assert_eq!(read(&painted(&strip, 9.0, 10.0)), [(Symbology::Code128, card().into_bytes())]);
    }
}

#[test]
fn every_command_card_reads_back_as_its_text() {
    let cards: Vec<_> = cards().collect();
    assert!(cards.len() > 15);
    for card in cards {
        let text = format!("!CMD:{}{}", card.word, if card.number { " 14" } else { "" });
        let [pieces] = symbols(&symbol(&drawn(Form::Qr, &text).unwrap())).try_into().unwrap();
        assert_eq!(read(&painted(&pieces, 6.0, 4.0)), [(Symbology::QRCode, text.clone().into_bytes())], "{text}");
    }
}
