//! Unique item identifiers (MIL-STD-130N with change 1, tables A-II and A-III): built from the fields of a message.
//!
//! Capital letters, digits, hyphen and slash; dots and blanks are dropped. The current part number (30P) and trace
//! numbers (30T) stay out. The rules for text element identifiers are inferred: table A-III was not reachable.
//! Deliberately absent: the registry of items; an identifier is only built.

/// Longest identifier built from parts.
const BUILT_MAX: usize = 50;

/// Longest identifier given whole.
const WHOLE_MAX: usize = 78;

/// Company fields, and the issuing agency code that goes in front of each.
const COMPANIES: &[(&str, &str)] =
    &[("17V", "D"), ("12V", "UN"), ("7L", "LD"), ("3V", ""), ("18V", ""), ("MFR", "D"), ("CAG", "D"), ("DUN", "UN")];

/// Fields that are a whole identifier as they stand and go before one that is built.
const WHOLE: &[&str] = &["25S", "UID"];

/// Fields that are a whole identifier where none can be built; the last four are equivalents of one.
const EQUIVALENT: &[&str] = &["UCN", "USN", "I", "22S", "8004", "8003"];

/// The identifier that a message's fields make, if they make one.
#[must_use]
pub fn derive(fields: &[(String, String)]) -> Option<String> {
    let get = |name: &str| fields.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
    if let Some(value) = WHOLE.iter().find_map(|it| get(it)) {
        return clean(&[value], WHOLE_MAX);
    }
    if let Some(value) = get("18S") {
        return clean(&["D", value], WHOLE_MAX);
    }
    for (company, agency) in COMPANIES {
        let Some(number) = get(company) else {
            continue;
        };
        let part = get("1P").or_else(|| get("1T")).zip(get("S")).or_else(|| get("PNO").zip(get("SEQ")));
        if let Some((part, serial_number)) = part {
            return clean(&[agency, number, part, serial_number], BUILT_MAX);
        }
        if let Some(serial_number) = get("SER") {
            return clean(&[agency, number, serial_number], BUILT_MAX);
        }
    }
    // A GRAI without its serial part names a kind.
    let whole = |name: &&str| get(name).filter(|it| *name != "8003" || it.len() > 14);
    EQUIVALENT.iter().find_map(whole).and_then(|it| clean(&[it], WHOLE_MAX))
}

/// Checks an identifier given whole: characters and length.
pub fn check(text: &str) -> Result<(), String> {
    if let Some(found) = text.chars().find(|it| !is_allowed(*it)) {
        return Err(format!("the character {found:?} is not allowed in a UII"));
    }
    if text.is_empty() || text.len() > WHOLE_MAX {
        return Err(format!("a UII has 1 to {WHOLE_MAX} characters"));
    }
    Ok(())
}

fn clean(parts: &[&str], max: usize) -> Option<String> {
    let text: String = parts.iter().flat_map(|it| it.chars()).filter(|it| !matches!(it, '.' | ' ')).collect();
    (!text.is_empty() && text.len() <= max && text.chars().all(is_allowed)).then_some(text)
}

const fn is_allowed(it: char) -> bool {
    it.is_ascii_uppercase() || it.is_ascii_digit() || matches!(it, '-' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fields: &[(&str, &str)], expected: Option<&str>) {
        let fields: Vec<_> = fields.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(derive(&fields).as_deref(), expected, "{fields:?}");
    }

    #[test]
    fn an_identifier_is_taken_whole_or_built_by_construct_one_or_two() {
        check(&[("17V", "1VPX7"), ("1P", "A"), ("S", "B"), ("25S", "UN123")], Some("UN123"));
        check(&[("MFR", "1VPX7"), ("SER", "55"), ("UID", "UN123")], Some("UN123"));
        check(&[("18S", "1VPX7S07")], Some("D1VPX7S07"));
        check(&[("12V", "080543119"), ("1T", "1234"), ("S", "7")], Some("UN08054311912347"));
        check(&[("DUN", "080543119"), ("PNO", "1234"), ("SEQ", "7")], Some("UN08054311912347"));
        check(&[("CAG", "1VPX7"), ("SER", "S 0.7")], Some("D1VPX7S07"));
        check(&[("17V", "1VPX7"), ("30P", "A"), ("S", "B")], None);
        check(&[("17V", "1VPX7"), ("1P", "a"), ("S", "B")], None);
        check(&[("8003", "09521234543213")], None);
        check(&[("8003", "095212345432131")], Some("095212345432131"));
    }
}
