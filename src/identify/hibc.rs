//! HIBC: labels of health products (ANSI/HIBC 2.6): `+`, labeler, product, unit of measure, and what follows `/`.
//!
//! The mod 43 check over everything from `+` makes it one; a secondary label of its own carries batch or serial
//! number, with the check of its primary as link.
//! Deliberately absent: HIBC provider labels.

use crate::domain::{Confidence, Identifier, Kind, Question};

use super::check;
use super::payload::{Payload, ask_serial_number};

/// Reads a label whose check holds; `+` with another check is left to others.
pub(crate) fn read(payload: &Payload<'_>) -> Option<Identifier> {
    if !payload.text.starts_with('+') {
        return None;
    }
    // The check character may be a blank, which is trimmed like any other.
    parse(&payload.text).or_else(|_| parse(&format!("{} ", payload.text))).ok()
}

/// Longest label in one symbol of a primary and its secondaries sent together, `+` and check included.
const LABEL_MAX: usize = 50;

/// Reads a label, or a primary and the secondaries linked to it in one go; says what is wrong.
pub fn parse(text: &str) -> Result<Identifier, String> {
    match parse_label(text) {
        Ok(answer) => Ok(answer),
        Err(error) => parse_linked(text).ok_or(error),
    }
}

/// The first label of a text whose check holds and behind which another one begins.
fn split_label(text: &str) -> Option<(&str, &str)> {
    let begins = text.match_indices('+').map(|(at, _)| at).skip(1).take_while(|at| *at <= LABEL_MAX);
    begins.filter_map(|at| text.split_at_checked(at)).find(|(label, _)| check::hibc::check(label).is_ok())
}

/// Reads a primary label and secondary ones that carry its check as their link, as some readers send them.
fn parse_linked(text: &str) -> Option<Identifier> {
    let (primary, mut rest) = split_label(text)?;
    let mut answer = parse_label(primary).ok()?;
    let link = primary.chars().next_back()?;
    while !rest.is_empty() {
        let (label, after) = split_label(rest).unwrap_or((rest, ""));
        check::hibc::check(label).ok()?;
        let mut characters = label.strip_prefix('+')?.chars();
        characters.next_back();
        if characters.next_back() != Some(link) {
            return None;
        }
        read_part(characters.as_str(), &mut answer.fields).ok()?;
        rest = after;
    }
    answer.questions.clear();
    ask(&mut answer);
    Some(answer)
}

fn parse_label(text: &str) -> Result<Identifier, String> {
    if !text.starts_with('+') {
        return Err("it does not begin with +".to_owned());
    }
    check::hibc::check(text).map_err(|error| error.to_string())?;
    let mut characters = text.chars();
    characters.next_back();
    let body = characters.as_str().strip_prefix('+').unwrap_or_default();
    let mut parts = body.split('/');
    let first = parts.next().unwrap_or_default();
    let mut fields = Vec::new();
    let primary = first.starts_with(|it: char| it.is_ascii_uppercase());
    let key = if primary {
        read_primary(first, &mut fields)?
    } else {
        // The last character of a secondary label is the link: the check of its primary.
        let mut characters = first.chars();
        let link = characters.next_back().ok_or("it is too short")?;
        read_secondary(characters.as_str(), &mut fields)?;
        add(&mut fields, "link", &link.to_string());
        let named = fields.iter().find(|(name, _)| matches!(name.as_str(), "serial" | "lot")).or(fields.first());
        named.map(|(name, value)| format!("{name} {value}")).unwrap_or_default()
    };
    for part in parts {
        read_part(part, &mut fields)?;
    }
    let by_date = !primary && first.starts_with(|it: char| it.is_ascii_digit());
    let confidence = if by_date { Confidence::Medium } else { Confidence::High };
    let why = "It begins with +, and its check (mod 43) holds.";
    let mut answer = Identifier::new(Kind::Hibc, key, confidence, why);
    answer.fields = fields;
    ask(&mut answer);
    Ok(answer)
}

fn ask(answer: &mut Identifier) {
    let get = |name: &str| answer.field(name).map(str::to_owned);
    let (serial_number, lot, product) = (get("serial"), get("lot"), get("product"));
    answer.questions.extend(serial_number.iter().flat_map(|it| ask_serial_number(it)));
    answer.questions.extend(lot.map(|key| Question::Lot { key }));
    answer.questions.extend(product.map(|key| Question::Sku { key }));
}

fn add(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    if !value.is_empty() {
        fields.push((name.to_owned(), value.to_owned()));
    }
}

/// Labeler (a letter and three), product, unit of measure.
fn read_primary(text: &str, fields: &mut Vec<(String, String)>) -> Result<String, String> {
    let alphanumeric = text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
    let (labeler, rest) = text.split_at_checked(4).ok_or("it is too short for a labeler")?;
    let (product, unit) =
        rest.len().checked_sub(1).and_then(|at| rest.split_at_checked(at)).ok_or("it has no product")?;
    if !alphanumeric || product.is_empty() || product.len() > 18 || !unit.starts_with(|it: char| it.is_ascii_digit()) {
        return Err("its labeler, product and unit of measure are not in order".to_owned());
    }
    add(fields, "labeler", labeler);
    add(fields, "product", product);
    add(fields, "uom", unit);
    Ok(format!("{labeler} {product} uom {unit}"))
}

/// What follows a `/`: a secondary string, or a field with its identifier.
fn read_part(part: &str, fields: &mut Vec<(String, String)>) -> Result<(), String> {
    for (identifier, name) in [("14D", "expiry"), ("16D", "production"), ("S", "serial"), ("Q", "quantity")] {
        if let Some(value) = part.strip_prefix(identifier) {
            add(fields, name, value);
            return Ok(());
        }
    }
    read_secondary(part, fields)
}

/// Batch or serial number, with dates and quantity in front.
fn read_secondary(text: &str, fields: &mut Vec<(String, String)>) -> Result<(), String> {
    if let Some(rest) = text.strip_prefix("$$") {
        let (name, rest) = rest.strip_prefix('+').map_or(("lot", rest), |it| ("serial", it));
        let rest = read_quantity(rest, fields)?;
        let rest = read_date(rest, fields)?;
        add(fields, name, rest);
    } else if let Some(rest) = text.strip_prefix('$') {
        let (name, rest) = rest.strip_prefix('+').map_or(("lot", rest), |it| ("serial", it));
        add(fields, name, rest);
    } else if let Some((date, lot)) = text.split_at_checked(5).filter(|(date, _)| is_digits(date)) {
        add(fields, "expiry", &format!("YYJJJ {date}"));
        add(fields, "lot", lot);
    } else {
        return Err(format!("the part {text:?} is not known"));
    }
    Ok(())
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_digit())
}

fn take(text: &str, length: usize) -> Result<(&str, &str), String> {
    let cut = || "it ends in the middle of a number".to_owned();
    text.split_at_checked(length).filter(|(taken, _)| is_digits(taken)).ok_or_else(cut)
}

fn read_quantity<'t>(text: &'t str, fields: &mut Vec<(String, String)>) -> Result<&'t str, String> {
    let (digits, rest) = match text.as_bytes().first() {
        Some(b'8') => take(text.get(1..).unwrap_or_default(), 2)?,
        Some(b'9') => take(text.get(1..).unwrap_or_default(), 5)?,
        _ => return Ok(text),
    };
    add(fields, "quantity", digits);
    Ok(rest)
}

/// Whether a text begins with a month and a year; behind a quantity a batch may begin with 0 or 1 too.
fn is_month_and_year(text: &str) -> bool {
    let month = text.get(..2).and_then(|it| it.parse::<u8>().ok());
    month.is_some_and(|it| (1..=12).contains(&it)) && text.get(2..4).is_some_and(is_digits)
}

fn read_date<'t>(text: &'t str, fields: &mut Vec<(String, String)>) -> Result<&'t str, String> {
    let (form, skipped, length) = match text.as_bytes().first() {
        Some(b'0' | b'1') if is_month_and_year(text) => ("MMYY", 0, 4),
        Some(b'2') => ("MMDDYY", 1, 6),
        Some(b'3') => ("YYMMDD", 1, 6),
        Some(b'4') => ("YYMMDDHH", 1, 8),
        Some(b'5') => ("YYJJJ", 1, 5),
        Some(b'6') => ("YYJJJHH", 1, 7),
        Some(b'7') => return Ok(text.get(1..).unwrap_or_default()),
        _ => return Ok(text),
    };
    let (date, rest) = take(text.get(skipped..).unwrap_or_default(), length)?;
    add(fields, "expiry", &format!("{form} {date}"));
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let fields = |it: Identifier| it.fields.iter().map(|(a, b)| format!("{a}={b}")).collect::<Vec<_>>().join(" ");
        assert_eq!(parse(text).map_or_else(|error| error, fields), expected);
    }

    #[test]
    fn primary_secondary_and_combined_labels_are_read() {
        check("+A123BJC5D6E71G", "labeler=A123 product=BJC5D6E7 uom=1");
        check(
            "+A99912345/$$52025010X3/16D20111212/S77DEFG458",
            "labeler=A999 product=1234 uom=5 expiry=YYJJJ 20250 lot=10X3 production=20111212 serial=77DEFG45",
        );
        check(
            "+E203PB414109/$$8243280112R00089525J",
            "labeler=E203 product=PB41410 uom=9 quantity=24 expiry=YYMMDD 280112 lot=R00089525",
        );
        check(
            "+A99912345/$$81210X3/16D20111212/14D20200906/S77DEFG45$",
            "labeler=A999 product=1234 uom=5 quantity=12 lot=10X3 production=20111212 expiry=20200906 serial=77DEFG45",
        );
        check(
            "+A99912345/$$90234510X3/$$+320090677DEFG45/16D20111212%",
            "labeler=A999 product=1234 uom=5 quantity=02345 lot=10X3 expiry=YYMMDD 200906 serial=77DEFG45 \
             production=20111212",
        );
        check("+$$+52001510X3GB", "expiry=YYJJJ 20015 serial=10X3 link=G");
        check("+2001510X3GG", "expiry=YYJJJ 20015 lot=10X3 link=G");
        check("+$$710X3G7", "lot=10X3 link=G");
        check(
            "+J123AQ3451/$$0125BC34567/S4012K",
            "labeler=J123 product=AQ345 uom=1 expiry=MMYY 0125 lot=BC34567 serial=4012",
        );
    }

    #[test]
    fn a_primary_and_its_secondaries_sent_together_are_read() {
        let primary = "labeler=A123 product=BJC5D6E7 uom=1";
        check("+A123BJC5D6E71G+$$52001510X3GD", &format!("{primary} expiry=YYJJJ 20015 lot=10X3"));
        check("+A123BJC5D6E71G+2001510X3GG", &format!("{primary} expiry=YYJJJ 20015 lot=10X3"));
        check(
            "+J123AQ3451T+25330BC34567T2+S4012TJ",
            "labeler=J123 product=AQ345 uom=1 expiry=YYJJJ 25330 lot=BC34567 serial=4012",
        );
        let linked = "labeler=A123 product=BJCMD6E7 uom=9 expiry=YYJJJ 20015 lot=10X3";
        check("+A123BJCMD6E79++$$52001510X3+ ", linked);
        // The secondary of another primary does not belong to this one.
        check("+A123BJC5D6E71G+$$52001510X3HE", "the check \"E\" should be \"3\"");
    }
}
