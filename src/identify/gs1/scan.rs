//! A whole scan as GS1 scanning defines it: symbology identifier, then elements, a trade item number, or a link.
//!
//! Strict where `identify` is lenient: only the carriers that GS1 uses, EAN-13 with thirteen digits, and a web address
//! that is no Digital Link is refused. It is what `--as gs1` answers for input with a symbology identifier.
//! Deliberately absent: guessing without an identifier.

use crate::domain::{AimId, Confidence, Identifier, Kind};

use super::element;
use super::link::{self, Forms};
use super::{fields, named};
use crate::identify::check::mod10;
use crate::identify::gtin;

/// Bytes that a scan may have.
pub const SCAN_MAX: usize = 8_190;

/// Separates an EAN/UPC symbol from the composite component printed above it.
const COMPOSITE: &str = "|]e0";

/// Reads the content behind a symbology identifier.
pub fn read(aim: AimId, text: &str, forms: Forms, year: i16) -> Result<Identifier, String> {
    if text.len() > SCAN_MAX {
        return Err(format!("longer than {SCAN_MAX} bytes"));
    }
    match (aim.code_character(), aim.modifier()) {
        (b'E', b'0') => trade_item(text, 13, year),
        (b'E', b'4') => trade_item(text, 8, year),
        (b'C' | b'J', b'1') | (b'e', b'0') | (b'd', b'2') | (b'Q', b'3') => {
            let elements = element::parse(text, year).map_err(|error| error.to_string())?;
            Ok(named(Kind::Gs1, &elements, Confidence::Certain, "The symbol announces GS1 data."))
        }
        (b'd' | b'Q', b'1') | (b'J', b'0') => plain(text, forms, year),
        _ => Err(format!("{aim} is not a carrier of GS1 data")),
    }
}

fn plain(text: &str, forms: Forms, year: i16) -> Result<Identifier, String> {
    if link::without_scheme(text).is_none() {
        let why = "The symbol does not announce GS1 data, and it is no link.";
        return Ok(Identifier::new(Kind::Text, text, Confidence::Certain, why));
    }
    let elements = link::parse(text, forms, year).map_err(|error| error.to_string())?;
    Ok(named(Kind::Gs1DigitalLink, &elements, Confidence::Certain, "A web address with GS1 keys in its path."))
}

fn trade_item(text: &str, length: usize, year: i16) -> Result<Identifier, String> {
    let (number, composite) = match text.split_once(COMPOSITE) {
        Some((number, composite)) => (number, Some(composite)),
        None => (text, None),
    };
    if number.len() != length {
        return Err(format!("{} characters; this symbol has {length} digits", number.len()));
    }
    mod10::check(number).map_err(|error| error.to_string())?;
    let mut answer =
        gtin::named(&gtin::fourteen(number), Confidence::Certain, "It is printed in a symbol for trade items.");
    if let Some(composite) = composite {
        let elements = element::parse(composite, year).map_err(|error| error.to_string())?;
        answer.fields = fields(&elements);
    }
    Ok(answer)
}
