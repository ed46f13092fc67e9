//! Identities with a form of their own: phones, vehicles, SIM cards, network interfaces, books, GS1 keys as numbers.
//!
//! Each file has a strict reader (`parse`, used when a kind is expected, saying what is wrong) and the row that finds
//! the form in text nothing else claims. A form without a check is never believed by its shape.
//! Deliberately absent: deciding between an IMEI and a serial number of 15 digits; the register is asked.

pub mod book;
pub mod eui;
pub mod iccid;
pub mod imei;
pub mod number;
pub mod vin;

/// Why a text is not what it was read as; in words, for the operator.
pub type Reason = String;

/// The digits of a number printed with blanks and hyphens between; `None` if anything else stands in it.
pub(crate) fn digits_of(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    for found in text.chars() {
        match found {
            '0'..='9' => digits.push(found),
            ' ' | '-' => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// The text without the blanks and hyphens printed between.
pub(crate) fn without_separators(text: &str) -> String {
    text.chars().filter(|it| !matches!(it, ' ' | '-')).collect()
}
