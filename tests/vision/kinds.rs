//! Every kind of symbol that can be rendered here, read under its own name; and what QR can carry beside plain text.
//!
//! Deliberately absent: kinds that no crate of ours renders (PDF417, Aztec, MaxiCode, DataBar, rMQR), which photographs have.

use scanstation::domain::{Engine, Symbology};
use scanstation::vision::{HAS_SECOND_ENGINE, Options, Symbologies};

use super::draw::{
    Message, Modules, codabar, code39, code93, code128, data_matrix, ean, filled, itf, micro_qr, on_paper, qr,
    side_by_side,
};
use super::{own, still, texts};

#[track_caller]
fn check(modules: &Modules, symbology: Symbology, aim: &str, text: &str) {
    let options = Options { symbologies: Symbologies::all(), ..Options::default() };
    let symbols = still(&on_paper(modules, 3), &options);
    let [symbol] = symbols.as_slice() else { panic!("{symbology:?} {text:?}: {symbols:?}") };
    let found = (symbol.symbology, symbol.aim.map(|it| it.to_string()), symbol.text.as_str(), symbol.engine);
    assert_eq!(found, (symbology, Some(aim.to_owned()), text, Engine::ZxingCpp));
}

#[test]
fn every_kind_is_read_under_its_own_name() {
    if !HAS_SECOND_ENGINE {
        crate::skip::skipped("it was built without the second engine");
        return;
    }
    check(&code128("LOT-3"), Symbology::Code128, "]C0", "LOT-3");
    check(&code39("LOT-39"), Symbology::Code39, "]A0", "LOT-39");
    check(&code93("LOT-93"), Symbology::Code93, "]G0", "LOT-93");
    check(&codabar("A40156A"), Symbology::Codabar, "]F0", "A40156A");
    check(&itf("123456"), Symbology::ITF, "]I0", "123456");
    check(&ean("750103131130"), Symbology::EAN13, "]E0", "7501031311309");
    check(&ean("9638507"), Symbology::EAN8, "]E4", "96385074");
    check(&data_matrix("SN-2"), Symbology::DataMatrix, "]d1", "SN-2");
    check(&micro_qr("SN-4"), Symbology::MicroQR, "]Q1", "SN-4");
}

/// The engine calls these by names that its binding does not have; an earlier build ended itself over the first.
#[test]
fn kinds_that_the_engines_binding_cannot_name_are_read_as_their_family() {
    if !HAS_SECOND_ENGINE {
        crate::skip::skipped("it was built without the second engine");
        return;
    }
    check(&code39("+L+O+T-39"), Symbology::Code39, "]A4", "lot-39");
    check(&itf("04059952533643"), Symbology::ITF, "]I1", "04059952533643");
}

#[test]
fn every_version_of_qr_is_read() {
    for version in 1..=40 {
        let (text, modules) = filled(version);
        let symbols = still(&on_paper(&modules, 3), &own());
        assert_eq!(texts(&symbols), [text], "version {version}");
    }
}

#[test]
fn kanji_come_as_the_bytes_that_were_encoded_and_as_text() {
    let bytes = b"\x93\x5f\xe4\xaa";
    let symbols = still(&on_paper(&qr(Message::Kanji(bytes)), 4), &own());
    assert_eq!(texts(&symbols), ["点茗"]);
    assert_eq!(symbols[0].bytes, bytes);
}

#[test]
fn a_message_over_two_symbols_is_joined_when_both_are_there_and_only_then() {
    let parity = b"SN-41".iter().chain(b"7-LOT2").fold(0, |sum, it| sum ^ it);
    let parts = [
        on_paper(&qr(Message::Part(2, 1, parity, b"SN-41")), 4),
        on_paper(&qr(Message::Part(2, 2, parity, b"7-LOT2")), 4),
    ];
    let both = still(&side_by_side(&[parts[1].clone(), parts[0].clone()]), &own());
    assert_eq!(texts(&both), ["SN-417-LOT2"]);
    assert_eq!(both[0].engine, Engine::OwnSegments);
    assert_eq!(texts(&still(&parts[0], &own())), ["SN-41"]);
}
