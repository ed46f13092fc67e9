//! EPCs as RFID readers send them: hexadecimal memory → the GS1 identifier inside (GS1 EPC Tag Data Standard 2.0).
//!
//! SGTIN-96 and -198, SSCC-96, GRAI-96 and -170, GIAI-96 and -202; the same identifiers as in a barcode come out, so that one
//! look-up serves both. Also the forms in words, `urn:epc:id:…`, `urn:epc:tag:…` and `urn:epc:raw:…`.
//! Deliberately absent: filter values and other headers.

use crate::domain::{Confidence, Identifier, Kind};

use super::check::mod10;
use super::gs1::{self, element};
use super::payload::{Payload, ask_text};

/// Finds an EPC.
pub(crate) fn read(payload: &Payload<'_>) -> Option<Identifier> {
    let text = payload.text.as_ref();
    let in_words = text.starts_with("urn:epc:");
    let is_memory = || matches!(text.len(), 24 | 44 | 50 | 52) && text.bytes().all(|it| it.is_ascii_hexdigit());
    if !in_words && !is_memory() {
        return None;
    }
    let confidence = if in_words { Confidence::High } else { Confidence::Medium };
    let mut answer = named(&parse(text).ok()?, payload.year, confidence)?;
    answer.questions.insert(0, ask_text(text));
    Some(answer)
}

/// Reads an EPC, in words or in hexadecimal, into an element string.
pub fn parse(text: &str) -> Result<String, String> {
    let Some(uri) = text.strip_prefix("urn:epc:") else {
        return from_hex(&text.replace(' ', ""));
    };
    let unknown = || "its words are none of sgtin, sscc, grai and giai with all their parts".to_owned();
    let (form, rest) = uri.split_once(':').ok_or_else(unknown)?;
    match form {
        "id" => from_uri(rest).ok_or_else(unknown),
        "tag" => from_tag_uri(rest).ok_or_else(unknown),
        "raw" => from_hex(rest.split_once(".x").ok_or_else(unknown)?.1),
        _ => Err(unknown()),
    }
}

/// The answer for elements that an EPC holds.
pub(crate) fn named(text: &str, year: i16, confidence: Confidence) -> Option<Identifier> {
    let elements = element::parse(text, year).ok()?;
    Some(gs1::named(Kind::Gs1, &elements, confidence, "An EPC of an RFID tag."))
}

/// Company prefix: its bits and digits by partition value.
const COMPANY: [(usize, usize); 7] = [(40, 12), (37, 11), (34, 10), (30, 9), (27, 8), (24, 7), (20, 6)];

struct Bits<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Result<u64, String> {
        let mut value = 0u64;
        for place in self.at..self.at + count {
            let byte = self.bytes.get(place / 8).ok_or("it is too short")?;
            value = value << 1 | u64::from(byte >> (7 - place % 8) & 1);
        }
        self.at += count;
        Ok(value)
    }

    /// A number of so many decimal digits; more bits than digits may hold a number that is too large.
    fn number(&mut self, bits: usize, digits: usize) -> Result<String, String> {
        let text = format!("{:0digits$}", self.take(bits)?);
        if text.len() > digits { Err("a number in it is too large for its digits".to_owned()) } else { Ok(text) }
    }

    /// Characters of seven bits up to a zero.
    fn characters(&mut self, count: usize) -> Result<String, String> {
        let mut text = String::new();
        let mut ended = false;
        for _ in 0..count {
            let code_point = u32::try_from(self.take(7)?).ok().and_then(char::from_u32).unwrap_or('\0');
            if code_point == '\0' {
                ended = true;
            } else if ended {
                return Err("it has a gap in its characters".to_owned());
            } else {
                text.push(code_point);
            }
        }
        Ok(text)
    }
}

/// Reads EPC memory into an element string, GS between elements.
pub fn from_hex(text: &str) -> Result<String, String> {
    let bytes = hex(text).ok_or("it is not hexadecimal, two digits a byte")?;
    let mut bits = Bits { bytes: &bytes, at: 0 };
    let header = bits.take(8)?;
    let length = match header {
        0x30 | 0x31 | 0x33 | 0x34 => 12..=12,
        0x36 => 25..=26,
        0x37 => 22..=22,
        0x38 => 26..=26,
        _ => return Err(format!("the header {header:02X} is none of those that are read")),
    };
    if !length.contains(&bytes.len()) {
        return Err(format!("{} bytes; its header demands {}", bytes.len(), length.start()));
    }
    bits.take(3)?;
    let partition = usize::try_from(bits.take(3)?).unwrap_or(7);
    let (company_bits, company_digits) = *COMPANY.get(partition).ok_or("its partition value 7 does not exist")?;
    let company = bits.number(company_bits, company_digits)?;
    match header {
        0x30 => {
            let gtin = gtin(&company, &bits.number(44 - company_bits, 13 - company_digits)?)?;
            Ok(format!("01{gtin}21{}", bits.take(38)?))
        }
        0x36 => {
            let gtin = gtin(&company, &bits.number(44 - company_bits, 13 - company_digits)?)?;
            Ok(format!("01{gtin}21{}", bits.characters(20)?))
        }
        0x31 => {
            let reference = bits.number(58 - company_bits, 17 - company_digits)?;
            let (extension, rest) = reference.split_at_checked(1).ok_or("it is too short")?;
            Ok(format!("00{}", with_check(&format!("{extension}{company}{rest}"))?))
        }
        0x33 | 0x37 => {
            let digits = 12 - company_digits;
            let raw = bits.take(44 - company_bits)?;
            let asset = if digits == 0 { String::new() } else { format!("{raw:0digits$}") };
            if asset.len() > digits {
                return Err("a number in it is too large for its digits".to_owned());
            }
            let key = with_check(&format!("{company}{asset}"))?;
            let serial_part = if header == 0x33 { bits.take(38)?.to_string() } else { bits.characters(16)? };
            Ok(format!("80030{key}{serial_part}"))
        }
        0x34 => Ok(format!("8004{company}{}", bits.take(82 - company_bits)?)),
        _ => Ok(format!("8004{company}{}", bits.characters((188 - company_bits) / 7)?)),
    }
}

fn gtin(company: &str, item: &str) -> Result<String, String> {
    let (indicator, rest) = item.split_at_checked(1).ok_or("it is too short")?;
    with_check(&format!("{indicator}{company}{rest}"))
}

fn with_check(body: &str) -> Result<String, String> {
    let check = mod10::digit(body).ok_or("a number in it is not digits")?;
    Ok(format!("{body}{check}"))
}

fn hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// Reads the form behind `urn:epc:tag:`: the size of the memory and a filter value stand in front of the same.
fn from_tag_uri(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    let (scheme, bits) = scheme.split_once('-')?;
    let (filter, rest) = rest.split_once('.')?;
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    (is_number(bits) && is_number(filter)).then(|| from_uri(&format!("{scheme}:{rest}"))).flatten()
}

/// Reads the pure identity form behind `urn:epc:id:` into an element string.
fn from_uri(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    let mut parts = rest.splitn(3, '.');
    let (company, reference) = (parts.next()?, parts.next()?);
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    if !digits(company) {
        return None;
    }
    let decoded = |it| percent_encoding::percent_decode_str(it).decode_utf8().ok();
    let rest = match parts.next() {
        Some(part) => Some(decoded(part)?),
        None => None,
    };
    match (scheme, rest) {
        ("sgtin", Some(serial_number)) => Some(format!("01{}21{serial_number}", gtin(company, reference).ok()?)),
        ("grai", Some(serial_number)) => {
            Some(format!("80030{}{serial_number}", with_check(&format!("{company}{reference}")).ok()?))
        }
        ("sscc", None) => {
            let (extension, rest) = reference.split_at_checked(1)?;
            Some(format!("00{}", with_check(&format!("{extension}{company}{rest}")).ok()?))
        }
        ("giai", None) => Some(format!("8004{company}{}", decoded(reference)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(from_hex(text).unwrap_or_else(|error| error), expected);
    }

    #[test]
    fn the_examples_of_the_tag_data_standard_hold() {
        // EPC Tag Data Standard 1.x and 2.0, worked examples and annex E.
        check("3074257BF7194E4000001A85", "0180614141123458216789");
        check("3154257BF4499602D2000000", "00106141412345678908");
        check("3314257BF40C0E4000000190", "800300614141123452400");
        check("3414257BF40000000000162E", "800406141415678");
        check("3714257BF40C0E59B2C2BF1000000000000000000000", "80030061414112345232a/b");
        check("3674257BF6B7A659B2C2BF100000000000000000000000000000", "01706141411234512132a/b");
        check("3814257BF59B2C2BF10000000000000000000000000000000000", "8004061414132a/b");
        check("3084257BF7194E4000", "9 bytes; its header demands 12");
        let uri = |text: &str| parse(text).unwrap_or_else(|error| error);
        assert_eq!(uri("urn:epc:id:giai:0614141.12345400"), "8004061414112345400");
        assert_eq!(uri("urn:epc:tag:sgtin-96:3.0614141.812345.6789"), "0180614141123458216789");
        assert_eq!(uri("urn:epc:raw:96.x3074257BF7194E4000001A85"), "0180614141123458216789");
        assert_eq!(uri("3074 257B F719 4E40 0000 1A85"), "0180614141123458216789");
        let unread = "its words are none of sgtin, sscc, grai and giai with all their parts";
        assert_eq!(uri("urn:epc:id:sgln:0614141.12345.400"), unread);
        check("35", "the header 35 is none of those that are read");
    }
}
