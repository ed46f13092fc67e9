//! As what of a unit a code that nobody knew can be put on record: what it was read as, or what somebody says it is.
//!
//! Nothing is believed against its check, a number with a name of its own is never a serial number, and what names a
//! product or a batch names no unit; a text that no scan would find again is not put on record at all.
//! Deliberately absent: what the unit bears already, and who bears the number, which the register knows.

use crate::domain::claim::{carried, taken_as};
use crate::domain::prefix::is_garbled;
use crate::domain::{AssetTag, IdentifierKind, Kind};

use super::options::Options;
use super::payload::Payload;
use super::precedence;
use super::single::read_as;
use super::typed::Reason;

/// The kind of number that a code is of a unit: the one that is `wanted`, if it can be that, else what it was read as.
///
/// `key` is what the code named when it was read as `read`; `year` decides the century of dates.
///
/// # Errors
/// Says why it cannot be that, and what to do.
pub fn borne(
    (read, key): (Kind, &str),
    wanted: Option<IdentifierKind>,
    options: &Options,
    year: i16,
) -> Result<IdentifierKind, Reason> {
    let usual = taken_as(read, key);
    let labelled = matches!(read, Kind::Gs1 | Kind::Gs1DigitalLink | Kind::Iso15434 | Kind::Hibc);
    if matches!(read, Kind::Gtin | Kind::Isbn) || (labelled && usual.is_none()) {
        return Err(PRODUCT.to_owned());
    }
    if read == Kind::Lot {
        return Err(BATCH.to_owned());
    }
    if read == Kind::AssetTag && wanted.is_some_and(|it| it != IdentifierKind::AssetTag) {
        return Err(TAG.to_owned());
    }
    if let Some(tag) = meant(key, &options.tag_prefix).filter(|_| read != Kind::AssetTag) {
        return Err(format!(
            "that is the tag {tag} in small letters or with another keyboard's signs: scan the calibration card, then the \
             tag again"
        ));
    }
    let found_again =
        read != Kind::Unknown || !precedence::read(&Payload::of_text(key, options, year)).questions.is_empty();
    if !found_again {
        return Err(NEVER_FOUND.to_owned());
    }
    let Some(wanted) = wanted else {
        return usual.ok_or_else(|| {
            format!(
                "that is a number of the kind {read}; say as what the unit is to be known by it, such as foreign-tag"
            )
        });
    };
    if Some(wanted) == usual && carried(read, key, wanted).is_some() {
        return Ok(wanted);
    }
    let Err(reason) = can_be((read, key), wanted, options, year) else { return Ok(wanted) };
    Err(match usual {
        Some(usual) if usual != wanted => format!("{reason}; it can be known as {usual}"),
        _ => reason,
    })
}

const PRODUCT: &str =
    "that is the number of a product, which many units share: dismiss it, then scan the plate or the tag of the unit";
const BATCH: &str =
    "that is the number of a batch, which many units share: dismiss it, then scan the plate or the tag of the unit";
const TAG: &str = "that is one of our tags, and nothing else; it can be known as tag";
const NEVER_FOUND: &str = "no scan of that would lead to the unit: dismiss it, then print a label that is whole";

/// One of our tags that came in with swapped letters or with another sign behind the letters of its prefix.
fn meant(key: &str, prefix: &str) -> Option<AssetTag> {
    let head = key.get(..prefix.len()).filter(|it| it.eq_ignore_ascii_case(prefix));
    if prefix.is_empty() || (head.is_none() && !is_garbled(key, prefix)) {
        return None;
    }
    let body: String = key.chars().skip(prefix.chars().count()).collect();
    AssetTag::parse(&format!("{prefix}{}", body.to_ascii_uppercase()), prefix, false).ok()
}

/// Whether a code can be a number of that kind, which it was not read as, or may be nothing else.
fn can_be((read, key): (Kind, &str), kind: IdentifierKind, options: &Options, year: i16) -> Result<(), Reason> {
    use IdentifierKind as Is;
    let strictly = |name: &str| match read_as(name, key.as_bytes(), options, year).and_then(|it| it.invalid) {
        Some(reason) => Err(format!("that is no {kind}: {reason}")),
        None => Ok(()),
    };
    match kind {
        // What has a name of its own is not a serial number.
        Is::SerialNumber if taken_as(read, key) == Some(Is::SerialNumber) => Ok(()),
        Is::SerialNumber => Err(format!("that is a number of the kind {read}, not a serial number")),
        Is::AssetTag if !options.tag_prefix.is_empty() && key.starts_with(&options.tag_prefix) => strictly("tag"),
        Is::AssetTag if matches!(read, Kind::SerialNumber | Kind::Text | Kind::ForeignTag | Kind::Unknown) => Ok(()),
        Is::AssetTag => Err(format!("that is a number of the kind {read}, not a tag")),
        Is::Imei => strictly("imei"),
        Is::Imeisv => strictly("imeisv"),
        Is::Meid => strictly("meid"),
        Is::Vin => strictly("vin"),
        Is::Iccid => strictly("iccid"),
        Is::Mac => strictly("eui48"),
        Is::Eui64 => strictly("eui64"),
        Is::Sscc => strictly("sscc"),
        Is::Uii => strictly("uii"),
        Is::Sgtin if carried(read, key, Is::SerialNumber).is_some() => Ok(()),
        Is::Sgtin => strictly("epc"),
        Is::Giai | Is::Grai => Err(format!("that code carries no {kind}")),
        Is::RfidUid | Is::ForeignTag => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{BATCH, NEVER_FOUND, PRODUCT, TAG, borne};
    use crate::domain::{IdentifierKind as Is, Kind};
    use crate::identify::Options;
    use crate::identify::payload::Payload;
    use crate::identify::precedence;

    /// A text as it is read here, and what it is taken for.
    #[track_caller]
    fn check(text: &str, wanted: Option<Is>, expected: Result<Is, &str>) {
        let options = Options::default();
        let read = precedence::read(&Payload::of_text(text, &options, 2026));
        let key = if read.key.is_empty() { text } else { &read.key };
        let found = borne((read.kind, key), wanted, &options, 2026);
        assert_eq!(found.as_ref().map(|it| *it).map_err(String::as_str), expected, "{text} {}", read.kind);
    }

    #[test]
    fn a_code_is_what_it_was_read_as_unless_somebody_says_otherwise() {
        check("AT-000009", None, Ok(Is::AssetTag));
        check("490154203237518", None, Ok(Is::Imei));
        check("1M8GDM9AXKP042788", None, Ok(Is::Vin));
        check("00:1B:44:11:3A:B7", None, Ok(Is::Mac));
        check("00:1B:44:FF:FE:11:3A:B7", None, Ok(Is::Eui64));
        check("CHUCK-77", None, Ok(Is::SerialNumber));
        check("TESTING", None, Ok(Is::SerialNumber));
        check("(01)12312312312333(21)XYZ", None, Ok(Is::SerialNumber));
        check("(8004)0614141ABC", None, Ok(Is::Giai));
        check("[)>\u{1e}06\u{1d}25SD0CVA54786950\u{1e}\u{4}", None, Ok(Is::Uii));
        check("3074257BF7194E4000001A85", Some(Is::Sgtin), Ok(Is::Sgtin));
        check("(8004)0614141ABC", Some(Is::Giai), Ok(Is::Giai));
        check("(00)106141412345678908", Some(Is::Sscc), Ok(Is::Sscc));
    }

    #[test]
    fn what_many_units_share_is_the_number_of_none() {
        for wanted in [None, Some(Is::SerialNumber), Some(Is::ForeignTag), Some(Is::AssetTag), Some(Is::Giai)] {
            check("05412345000013", wanted, Err(PRODUCT));
            check("(01)12312312312333(10)ABC", wanted, Err(PRODUCT));
        }
        let (options, read) = (Options::default(), (Kind::Lot, "L2401"));
        assert_eq!(borne(read, None, &options, 2026), Err(BATCH.to_owned()));
    }

    #[test]
    fn a_number_with_a_name_of_its_own_is_no_serial_number() {
        let serial = Some(Is::SerialNumber);
        check("AT-000009", serial, Err(TAG));
        check("AT-000009", Some(Is::RfidUid), Err(TAG));
        check(
            "490154203237518",
            serial,
            Err("that is a number of the kind imei, not a serial number; it can be known as imei"),
        );
        check(
            "1M8GDM9AXKP042788",
            serial,
            Err("that is a number of the kind vin, not a serial number; it can be known as vin"),
        );
        check(
            "00:1B:44:11:3A:B7",
            serial,
            Err("that is a number of the kind mac, not a serial number; it can be known as mac"),
        );
        check(
            "490154203237518",
            Some(Is::AssetTag),
            Err("that is a number of the kind imei, not a tag; it can be known as imei"),
        );
        check("CHUCK-77", serial, Ok(Is::SerialNumber));
    }

    #[test]
    fn what_somebody_says_must_hold() {
        check(
            "490154203237519",
            Some(Is::Imei),
            Err("that is no imei: its check digit (Luhn) does not hold; it can be known as serial"),
        );
        check(
            "CHUCK-77",
            Some(Is::Imei),
            Err("that is no imei: an IMEI has digits only, blanks and hyphens between; it can be known as serial"),
        );
        check(
            "CHUCK-77",
            Some(Is::Mac),
            Err("that is no mac: the group \"CHUCK\" has not 2 digits; it can be known as serial"),
        );
        check("CHUCK-77", Some(Is::Vin), Err("that is no vin: 8 characters; a VIN has 17; it can be known as serial"));
        check("CHUCK-77", Some(Is::Giai), Err("that code carries no giai; it can be known as serial"));
        check("WVWZZZ1JZXW000001", Some(Is::Vin), Ok(Is::Vin));
        check("001B44113AB7", Some(Is::Mac), Ok(Is::Mac));
        check("CHUCK-77", Some(Is::AssetTag), Ok(Is::AssetTag));
        check("CHUCK-77", Some(Is::RfidUid), Ok(Is::RfidUid));
    }

    #[test]
    fn what_no_scan_would_find_again_is_not_put_on_record() {
        for wanted in [None, Some(Is::SerialNumber), Some(Is::ForeignTag), Some(Is::AssetTag)] {
            check("AT-12", wanted, Err(NEVER_FOUND));
            for text in ["AT/000123", "AT\u{df}000123", "at-000123", "At-000123"] {
                check(
                    text,
                    wanted,
                    Err(
                        "that is the tag AT-000123 in small letters or with another keyboard's signs: scan the calibration card, then the tag again",
                    ),
                );
            }
        }
        check("AT.1234", None, Ok(Is::SerialNumber));
    }
}
