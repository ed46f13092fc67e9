//! One reader alone, by its name: what `--as KIND` runs, saying why it fails.
//!
//! A single reader is strict: it does not fall back to anything else, and its answer is invalid with a reason.
//! Deliberately absent: the precedence, and questions to the register beyond those of the kind.

use crate::domain::{AimId, AssetTag, Confidence, Identifier, IdentifierKind, Kind, TagError};

use super::aim::{self, Content};
use super::envelope::{self, uii};
use super::gs1::{self, element, link};
use super::options::{Options, TagCheck};
use super::payload::{Payload, ask_unit};
use super::text;
use super::typed::{Reason, book, eui, iccid, imei, number, vin};
use super::{check, epc, foreign, gtin, hibc, own, secret, web};

/// The kinds that can be read alone, besides the check algorithms of [`check::NAMES`].
pub const KINDS: &[&str] = &[
    "gs1",
    "digital-link",
    "iso15434",
    "hibc",
    "imei",
    "imeisv",
    "meid",
    "vin",
    "iccid",
    "eui48",
    "eui64",
    "isbn",
    "issn",
    "gtin",
    "sscc",
    "gsrn",
    "gln",
    "epc",
    "uii",
    "tag",
    "aim",
];

/// Whether a name is one of a single reader or of a check algorithm.
#[must_use]
pub fn is_reader(name: &str) -> bool {
    KINDS.contains(&name) || check::is_name(name)
}

/// Reads bytes as one kind; `None` if there is no reader of that name. `year` decides the century of dates.
#[must_use]
pub fn read_as(name: &str, bytes: &[u8], options: &Options, year: i16) -> Option<Identifier> {
    if !is_reader(name) {
        return None;
    }
    let (aim, content) = AimId::split(bytes);
    let whole = text::decode(bytes, false, &options.charset);
    let escaped = aim.and_then(aim::meaning).is_some_and(|it| it.eci);
    let content = text::decode(content, escaped, &options.charset);
    let read = match name {
        "gs1" => read_gs1(aim, &whole, &content, options, year),
        "digital-link" => link::parse(content.trim(), forms(options), year)
            .map(|it| gs1::named(Kind::Gs1DigitalLink, &it, Confidence::Certain, "A Digital Link."))
            .map_err(|error| error.to_string()),
        "iso15434" => read_message(&content, year),
        "hibc" => hibc::parse(&content).map(|mut it| {
            it.confidence = Confidence::Certain;
            it
        }),
        "uii" => read_uii(content.trim(), year),
        "tag" => read_tag(content.trim(), options, year),
        "aim" => read_aim(&whole),
        "epc" => epc::parse(content.trim())
            .and_then(|it| epc::named(&it, year, Confidence::Certain).ok_or_else(|| "it holds no GS1 key".to_owned())),
        _ => match read_typed(name, content.trim()) {
            Some(read) => read,
            None => return check::by_name(name, &whole).map(|it| checked(name, &whole, it.map_err(|e| e.to_string()))),
        },
    };
    let secret = || secret::read(&Payload::of_text(content.trim(), options, year));
    let mut answer = read.unwrap_or_else(|reason| match secret() {
        Some(secret) => Identifier { invalid: Some(reason), ..secret },
        None => refused(&whole, name, reason),
    });
    answer.aim = aim;
    answer.symbology = aim.and_then(aim::symbology);
    Some(answer)
}

fn refused(text: &str, name: &str, reason: Reason) -> Identifier {
    let mut answer =
        Identifier::new(Kind::Invalid, text, Confidence::Certain, format!("Read as {name}, it is not valid."));
    answer.invalid = Some(reason);
    answer
}

fn checked(name: &str, text: &str, result: Result<(), Reason>) -> Identifier {
    match result {
        Ok(()) => Identifier::new(Kind::Text, text, Confidence::Certain, format!("Its check by {name} holds.")),
        Err(reason) => refused(text, name, reason),
    }
}

const fn forms(options: &Options) -> link::Forms {
    link::Forms { short_gtin: options.short_gtin_links, words: options.word_links }
}

fn read_gs1(
    aim: Option<AimId>,
    whole: &str,
    content: &str,
    options: &Options,
    year: i16,
) -> Result<Identifier, Reason> {
    if let Some(aim) = aim {
        return gs1::scan::read(aim, content, forms(options), year);
    }
    let elements =
        if whole.starts_with('(') { element::parse_bracketed(whole, year) } else { element::parse(whole, year) };
    let elements = elements.map_err(|error| error.to_string())?;
    Ok(gs1::named(Kind::Gs1, &elements, Confidence::Certain, "GS1 elements."))
}

/// Reads a message whose dates are digits; on a label in the field other dates only spoil their own element.
fn read_message(text: &str, year: i16) -> Result<Identifier, Reason> {
    let message = envelope::parse(text, year).map_err(|error| error.to_string())?;
    let is_date = |it: &str| matches!(it, "D" | "4D" | "10D" | "12D" | "14D" | "16D");
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    match message.fields.iter().find(|(name, value)| is_date(name) && !digits(value)) {
        Some((name, value)) => Err(format!("{name}: the date {value:?} is not made of digits")),
        None => Ok(envelope::named(&message, year)),
    }
}

fn read_uii(text: &str, year: i16) -> Result<Identifier, Reason> {
    let uii = if text.starts_with("[)>") {
        let message = envelope::parse(text, year).map_err(|error| error.to_string())?;
        message.uii.ok_or("its fields make no UII")?
    } else {
        uii::check(text)?;
        text.to_owned()
    };
    let mut answer = Identifier::new(Kind::Iso15434, uii.as_str(), Confidence::Certain, "A unique item identifier.");
    answer.questions.push(ask_unit(IdentifierKind::Uii, uii));
    Ok(answer)
}

/// Reads one of our tags, bare or behind our own address; else the tag of another system, or a card with a UID.
fn read_tag(text: &str, options: &Options, year: i16) -> Result<Identifier, Reason> {
    let address = web::address(text);
    let tag = address.as_deref().and_then(|it| own::own_link(it, &options.own_url)).unwrap_or(text);
    let required = options.tag_check == TagCheck::Required;
    match AssetTag::parse(tag, &options.tag_prefix, required) {
        Ok(tag) => {
            let mut answer = Identifier::new(Kind::AssetTag, tag.as_str(), Confidence::Certain, "One of our tags.");
            answer.questions.extend(own::ask_tag(tag.as_str(), &options.tag_prefix));
            Ok(answer)
        }
        Err(error @ TagError::Prefix { .. }) => {
            let payload = Payload::of_text(text, options, year);
            let foreign = [web::tag, foreign::code, foreign::distributor, foreign::card];
            let found = foreign.iter().find_map(|it| it(&payload)).filter(|it| it.kind != Kind::Text);
            found.ok_or_else(|| format!("the tag {error}, and it is no tag of another system that we know"))
        }
        Err(error) => Err(format!("the tag {error}")),
    }
}

/// Explains a symbology identifier.
fn read_aim(text: &str) -> Result<Identifier, Reason> {
    let (aim, _) = AimId::split(text.as_bytes());
    let Some((aim, meaning)) = aim.and_then(|it| Some((it, aim::meaning(it)?))) else {
        return Err("it does not begin with a symbology identifier that is known".to_owned());
    };
    let say = |it: bool| if it { "yes" } else { "no" };
    // EAN/UPC content is GS1 data too: a trade item number without its AI.
    let gs1 = match meaning.content {
        Content::ElementStrings => true,
        Content::TradeItem => aim.code_character() == b'E',
        Content::Plain | Content::Indicator => false,
    };
    let mut answer = Identifier::new(
        Kind::Text,
        aim.to_string(),
        Confidence::Certain,
        format!("{aim} means {}: {}.", meaning.symbology, meaning.meaning),
    );
    answer.fields = [
        ("symbology", meaning.symbology),
        ("meaning", meaning.meaning),
        ("gs1_data", say(gs1)),
        ("aim_application_indicator", say(meaning.content == Content::Indicator)),
        ("eci_protocol", say(meaning.eci)),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    Ok(answer)
}

fn read_typed(name: &str, text: &str) -> Option<Result<Identifier, Reason>> {
    let make = |kind, register: Option<IdentifierKind>, key: String| {
        let mut answer =
            Identifier::new(kind, key.as_str(), Confidence::Certain, format!("Read as {name}, it is valid."));
        answer.questions.extend(register.map(|it| ask_unit(it, key)));
        answer
    };
    let simple = |parsed: Result<String, Reason>, kind, register| Some(parsed.map(|key| make(kind, register, key)));
    match name {
        "imei" => simple(imei::parse(text), Kind::Imei, Some(IdentifierKind::Imei)),
        "imeisv" => simple(imei::parse_imeisv(text), Kind::Imei, Some(IdentifierKind::Imeisv)),
        "meid" => simple(imei::parse_meid(text), Kind::Imei, Some(IdentifierKind::Meid)),
        "iccid" => simple(iccid::parse(text), Kind::Iccid, Some(IdentifierKind::Iccid)),
        "isbn" => simple(book::parse_isbn(text), Kind::Isbn, None),
        "issn" => simple(book::parse_issn(text), Kind::Isbn, None),
        "gtin" => simple(number::parse(text, &[8, 12, 13, 14]).map(|it| gtin::fourteen(&it)), Kind::Gtin, None),
        "sscc" => simple(number::parse_sscc(text), Kind::Sscc, Some(IdentifierKind::Sscc)),
        "gsrn" => simple(number::parse(text, &[18]), Kind::Gs1, None),
        "gln" => simple(number::parse(text, &[13]), Kind::Gs1, None),
        "vin" => Some(vin::parse(text).map(|vin| {
            let holds = vin::check_holds(&vin);
            let mut answer = make(Kind::Vin, Some(IdentifierKind::Vin), vin);
            if !holds {
                answer
                    .warnings
                    .push("its check character does not hold, which only advises for this region".to_owned());
            }
            answer
        })),
        "eui48" | "eui64" => {
            let (octets, kind) = if name == "eui48" { (6, IdentifierKind::Mac) } else { (8, IdentifierKind::Eui64) };
            Some(eui::parse(text, octets).map(|address| {
                let mut answer = make(Kind::Mac, Some(kind), address.hex);
                if address.padded {
                    answer.warnings.push("octets of one digit were read with a zero in front".to_owned());
                }
                answer
            }))
        }
        _ => None,
    }
}
