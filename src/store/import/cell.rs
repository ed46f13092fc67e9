//! Checks of single cells: what a spreadsheet damaged, trade item numbers, equipment identities.
//!
//! Deliberately absent: whether a value is already in the register.

use jiff::{Timestamp, civil::Date};

use crate::domain::steers;
use crate::domain::time::{self, When, Zone};

/// Characters of one identifier; longer ones cannot be printed as a code that anybody scans.
const IDENTIFIER_MAX: usize = 128;

/// What stands for a letter that is not shown.
const MASK: char = '•';

/// What a spreadsheet writes where a formula went wrong.
const SPREADSHEET_ERRORS: [&str; 8] = ["#N/A", "#N/A!", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"];

/// The cell as an identifier; nothing if it is empty.
pub(in crate::store) fn identifier(cell: &str) -> Result<Option<&str>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    if is_scientific(cell) {
        return Err(format!(
            "{cell} is a number that a spreadsheet rounded; format the column as text and enter it again"
        ));
    }
    if cell.contains(MASK) {
        return Err(format!("{cell} is masked, as an export shows it; export the list again with --unmasked"));
    }
    if SPREADSHEET_ERRORS.iter().any(|it| cell.eq_ignore_ascii_case(it)) {
        return Err(format!("{cell} is an error of the spreadsheet; mend the cell and enter what belongs there"));
    }
    if let Some(found) = cell.chars().find(|it| steers(*it)) {
        return Err(format!("has the control character {}", found.escape_unicode()));
    }
    if cell.chars().count() > IDENTIFIER_MAX {
        return Err(format!("is longer than {IDENTIFIER_MAX} characters"));
    }
    Ok(Some(cell))
}

/// The cell as a serial number; the number of a phone is none.
pub(super) fn serial_number(cell: &str) -> Result<Option<&str>, String> {
    let found = identifier(cell)?;
    let bare: String = cell.chars().filter(|it| !matches!(it, ' ' | '-')).collect();
    match found {
        Some(number) if bare.contains(|it| it != '0') && imei(&bare).is_ok() => Err(format!(
            "{number} has the 15 digits and the check digit of an IMEI, which is never stored as a serial number; enter it \
             in the column imei, where a scan finds it too"
        )),
        _ => Ok(found),
    }
}

/// The cell as a name that people read.
pub(in crate::store) fn name(cell: &str) -> Result<&str, String> {
    match cell.chars().find(|it| steers(*it)) {
        None => Ok(cell),
        Some(found) => Err(format!("has the control character {}", found.escape_unicode())),
    }
}

/// The cell as a trade item number of 14 digits.
pub(in crate::store) fn gtin(cell: &str) -> Result<Option<String>, String> {
    let Some(cell) = identifier(cell)? else {
        return Ok(None);
    };
    let digits: Vec<u32> = cell.chars().filter_map(|it| it.to_digit(10)).collect();
    if digits.len() != cell.chars().count() || ![8, 12, 13, 14].contains(&digits.len()) {
        return Err(format!("{cell} is no GTIN; it has 8, 12, 13 or 14 digits (leading zeros may have been lost)"));
    }
    // GS1 General Specifications 7.9.1: weights 3 and 1 from the right, the check digit fills up to ten.
    let sum: u32 = digits.iter().rev().enumerate().map(|(place, it)| if place % 2 == 1 { it * 3 } else { *it }).sum();
    if !sum.is_multiple_of(10) {
        return Err(format!("the check digit of {cell} does not hold"));
    }
    Ok(Some(format!("{cell:0>14}")))
}

/// The cell as one or two equipment identities of 15 digits, separated by a blank, a slash or a semicolon.
pub(super) fn imeis(cell: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for part in cell.split([' ', '/', ';', ',']).filter(|it| !it.is_empty()) {
        let Some(part) = identifier(part)? else {
            continue;
        };
        imei(part)?;
        found.push(part.to_owned());
    }
    Ok(found)
}

/// Whether a text is an equipment identity, else why not.
fn imei(text: &str) -> Result<(), String> {
    let digits: Vec<u32> = text.chars().filter_map(|it| it.to_digit(10)).collect();
    if digits.len() != 15 || text.chars().count() != 15 {
        return Err(format!("{text} is no IMEI; it has 15 digits"));
    }
    // 3GPP TS 23.003 annex B: Luhn over all digits.
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, it)| if place % 2 == 1 { (it * 2) / 10 + (it * 2) % 10 } else { *it })
        .sum();
    if sum.is_multiple_of(10) { Ok(()) } else { Err(format!("the check digit of {text} does not hold")) }
}

/// `4.2E+11`, `4,21053E+11`, `4E+11`: what a spreadsheet makes of a long number.
fn is_scientific(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else {
        return false;
    };
    let exponent = exponent.strip_prefix('+');
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let (whole, rest) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    exponent.is_some_and(digits) && whole.len() == 1 && digits(whole) && digits(rest)
}

/// A day, `2027-03-31`, as its end by the calendar of the place, as on the command line, or a moment in RFC 3339; empty is
/// none.
pub(super) fn day(text: &str, zone: &Zone) -> Result<Option<Timestamp>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let ends = When::parse(text).ok().and_then(|it| it.ends(zone));
    ends.map(Some).ok_or_else(|| format!("{text} is no day like 2027-03-31"))
}

/// A day, `2027-03-31`, and nothing else; empty is none.
pub(super) fn date(text: &str) -> Result<Option<Date>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    time::day(text).map(Some).map_err(|_| format!("{text} is no day like 2027-03-31"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: std::fmt::Debug>(found: Result<T, String>, expected: &str) {
        let found = match found {
            Ok(found) => format!("{found:?}"),
            Err(found) => found,
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn what_a_spreadsheet_damaged_is_refused() {
        let damaged = |it: &str| {
            format!("{it} is a number that a spreadsheet rounded; format the column as text and enter it again")
        };
        for cell in ["4.2E+11", "4,21053E+11", "4E+11", "3.57E+14", "3.57e+14"] {
            check(identifier(cell), &damaged(cell));
        }
        check(identifier("4E11"), "Some(\"4E11\")");
        check(identifier("12E+5"), "Some(\"12E+5\")");
        check(identifier("AE+1"), "Some(\"AE+1\")");
        check(identifier(""), "None");
        check(identifier("a\u{7}b"), "has the control character \\u{7}");
        check(identifier("a\u{202e}b"), "has the control character \\u{202e}");
        let masked = "•••••10 is masked, as an export shows it; export the list again with --unmasked";
        check(identifier("•••••10"), masked);
        check(imeis("•••••••••••••18"), &masked.replace("•••••10", "•••••••••••••18"));
        for cell in ["#N/A", "#REF!", "#VALUE!", "#name?"] {
            let why = format!("{cell} is an error of the spreadsheet; mend the cell and enter what belongs there");
            check(identifier(cell), &why);
        }
        check(identifier("#1"), "Some(\"#1\")");
    }

    #[test]
    fn a_trade_item_number_has_fourteen_digits_and_a_check_digit_that_holds() {
        check(gtin("4006381333931"), "Some(\"04006381333931\")");
        check(gtin("036000291452"), "Some(\"00036000291452\")");
        check(gtin("96385074"), "Some(\"00000096385074\")");
        check(gtin("4006381333932"), "the check digit of 4006381333932 does not hold");
        check(
            gtin("36000291452"),
            "36000291452 is no GTIN; it has 8, 12, 13 or 14 digits (leading zeros may have been lost)",
        );
    }

    #[test]
    fn an_equipment_identity_has_fifteen_digits_and_a_luhn_digit_that_holds() {
        check(imeis("490154203237518"), "[\"490154203237518\"]");
        check(imeis("490154203237518 / 356938035643809"), "[\"490154203237518\", \"356938035643809\"]");
        check(imeis("490154203237519"), "the check digit of 490154203237519 does not hold");
        check(imeis("49015420323751"), "49015420323751 is no IMEI; it has 15 digits");
        check(imeis(""), "[]");
    }
}
