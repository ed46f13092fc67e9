//! Scan → Identifier: what a payload claims to name, with the reason in one sentence.
//!
//! Pure and total: any bytes give an answer, in time linear in their length; nothing is opened, asked or remembered.
//! One file a syntax; [`precedence::PRECEDENCE`] is the order in which they are tried. Where only the register can
//! decide, the questions to ask it are part of the answer, best first.
//! Deliberately absent: the register's answers (`store`), what shall happen (`rules`), reading the configuration.

pub mod aim;
mod bare;
mod borne;
pub mod check;
pub mod elements;
pub mod envelope;
pub mod epc;
pub mod explain;
mod foreign;
pub mod gs1;
mod gtin;
pub mod hibc;
mod inspect;
pub mod maker;
pub mod options;
mod own;
mod parts;
mod payload;
mod plain;
pub mod precedence;
mod secret;
pub mod single;
pub mod text;
mod transport;
pub mod typed;
mod web;

pub use borne::borne;
pub use elements::{ElementLine, elements};
pub use explain::Explanation;
pub use inspect::{Inspected, inspect};
pub use options::{Options, Symbologies, TagCheck};
pub use secret::PIN_PREFIX;
pub use single::{is_reader, read_as};

use crate::domain::{Identifier, Scan};

use payload::Payload;

/// What a scan claims to name.
#[must_use]
pub fn identify(scan: &Scan, options: &Options) -> Identifier {
    let payload = Payload::new(scan, options);
    payload.finish(precedence::read(&payload))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Kind, LaneId, Moment, SourceId, Transport};
    use std::time::Duration;

    fn scan(payload: &str) -> Scan {
        Scan {
            source: SourceId::new("desk"),
            lane: LaneId::new("desk"),
            transport: Transport::CommandLine,
            number: 1,
            reading: None,
            at: Moment::new(jiff::Timestamp::UNIX_EPOCH, Duration::ZERO),
            event_time: None,
            aim: None,
            symbology: None,
            payload: payload.as_bytes().to_vec(),
            stale: false,
        }
    }

    #[track_caller]
    fn check(payload: &str, expected: &str) {
        let found = identify(&scan(payload), &Options::default());
        assert_eq!(format!("{} {} {}", found.kind, found.key, found.confidence), expected, "{payload}: {}", found.why);
    }

    #[test]
    fn own_codes_come_before_everything_else() {
        check("!CMD:CHECKIN", "command CHECKIN certain");
        check("]C0BDG-0042", "badge BDG-0042 certain");
        check("AT-000123", "asset-tag AT-000123 certain");
        check("AT-000123X", "unknown AT-000123X certain");
        check("AT-12", "unknown AT-12 certain");
        check("LOC-A1", "location LOC-A1 certain");
        check("QTY-6", "quantity 6 certain");
        check("JOB-4711", "job 4711 certain");
        check("HTTPS://INV.EXAMPLE/A/AT-000123", "asset-tag AT-000123 certain");
    }

    #[test]
    fn what_is_no_code_is_said() {
        check("\r\n", "empty  certain");
        check("]X0Product Name: Voyager", "device-reply  certain");
        check("NR", "no-read  low");
        check("WIFI:S:net;T:WPA;P:secret;;", "refused  certain");
    }

    #[test]
    fn trade_item_numbers_need_their_symbol_to_be_certain() {
        check("]E02112345678900", "gtin 02112345678900 certain");
        check("]E02112345678901", "invalid 2112345678901 certain");
        check("05412345000013", "gtin 05412345000013 medium");
        check("]A005412345000013", "serial 05412345000013 low");
        check("541234500001300995", "gtin 05412345000013 addon 00995 low");
        check("]E0306030209223", "gtin 00306030209223 certain");
    }

    #[test]
    fn gs1_is_read_where_it_is_announced_or_certain_enough() {
        check("]d2011231231231233310ABC123\u{1d}21XYZ", "gs1 01=12312312312333;21=XYZ certain");
        check("]d28003095212345432131234", "gs1 8003=095212345432131234 certain");
        check("]d280040614141ABC", "gs1 8004=0614141ABC certain");
        check("]C10112312312312334", "invalid 0112312312312334 certain");
        check("(01)12312312312333(10)ABC", "gs1 01=12312312312333;10=ABC high");
        check("011231231231233321ABC", "gs1 01=12312312312333;21=ABC medium");
        check("10ABC", "serial 10ABC low");
        check("(01)12312312312334(10)A", "serial (01)12312312312334(10)A low");
        check(
            "[)>\u{1e}05\u{1d}0112312312312333\u{1d}21A\u{1e}06\u{1d}P1\u{1e}\u{4}",
            "iso15434 01=12312312312333;21=A certain",
        );
        check("https://id.gs1.org/01/09520123456788/21/12345", "gs1-dl 01=09520123456788;21=12345 high");
    }

    #[test]
    fn what_nearly_is_something_says_so() {
        let found = identify(&scan("(01)12312312312334(10)A"), &Options::default());
        let expected = "it looks like GS1 elements in brackets and is none: (01) GTIN: its check digit does not hold";
        assert_eq!(found.warnings, [expected]);
        let found = identify(&scan("1M8GDM9AXKP042789"), &Options::default());
        let reason = "its check character does not hold, which is mandatory in North America and China";
        assert_eq!(found.warnings, [format!("it looks like a VIN and is none: {reason}")]);
        let found = identify(&scan("ATß000123"), &Options::default());
        assert_eq!(found.warnings, ["a hyphen arrived as ß: set this scanner's keyboard country"]);
        assert!(found.candidates.iter().any(|it| it.kind == Kind::AssetTag && it.key == "AT-000123"));
    }

    #[test]
    fn a_secret_stays_secret_for_every_reader() {
        for name in single::KINDS {
            let found = read_as(name, b"WIFI:S:net;T:WPA;P:secret;;", &Options::default(), 2026).unwrap();
            assert_eq!((found.key.as_str(), found.invalid.is_some()), ("", true), "{name}");
        }
    }

    #[test]
    fn text_that_nothing_claims_is_low() {
        check("C02XK1ABJG5H", "serial C02XK1ABJG5H low");
        check("  abc123 ", "serial abc123 low");
        check("\u{2}ABC123\u{3}", "serial ABC123 low");
        check("000000000000000", "serial 000000000000000 low");
        check("FF:FF:FF:FF:FF:FF", "text FF:FF:FF:FF:FF:FF low");
        check("]Z6", "device-reply  certain");
        check("]X0", "empty  certain");
        check("TESTING", "text TESTING low");
        check("ABC\u{a0}123", "text ABC 123 low");
        check("{\"a\":1}", "text {\"a\":1} low");
        check("<b>1</b>", "text <b>1</b> low");
        check("https%3A%2F%2Finv.example%2Fa%2FAT-000123", "asset-tag AT-000123 certain");
        check("urn:epc:tag:sgtin-96:3.0614141.812345.6789", "gs1 01=80614141123458;21=6789 high");
        check("urn:epc:id:sgtin:0614141.712345.32a%2Fb", "gs1 01=70614141123451;21=32a/b high");
        check("=W12341423456700", "text =W12341423456700 low");
        check("+491761234567", "unknown +491761234567 low");
        check("javascript:alert(1)", "text javascript:alert(1) low");
    }
}
