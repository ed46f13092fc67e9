//! Data identifiers without an envelope around them: believed only where the place says so.
//!
//! `1TBF1103` is a batch, `1H004217` a badge, if the option names them; a printed serial number may begin alike, so
//! the register is asked for the whole text first.
//! Deliberately absent: `I` and `23S`, which have a form of their own (`typed`).

use crate::domain::{Confidence, Identifier, IdentifierKind, Kind, Question};

use super::envelope::di::{self, Class};
use super::payload::{Payload, ask_serial_number, ask_text, ask_unit};
use super::typed::{iccid, imei};

/// Reads a badge, a phone or a SIM card behind its data identifier.
pub(crate) fn sure(payload: &Payload<'_>) -> Option<Identifier> {
    let (identifier, value, class) = believed(payload)?;
    let why = format!("The data identifier {identifier} stands in front, which is believed here.");
    let (kind, question, key) = if class == Class::Badge {
        (Kind::Badge, Question::Badge { key: value.to_owned() }, value.to_owned())
    } else if class == Class::Meid {
        match imei::parse_meid(value) {
            Ok(meid) => (Kind::Imei, ask_unit(IdentifierKind::Meid, meid.as_str()), meid),
            Err(_) => {
                imei::parse(value).ok().map(|it| (Kind::Imei, ask_unit(IdentifierKind::Imei, it.as_str()), it))?
            }
        }
    } else if class == Class::Iccid {
        let iccid = iccid::parse(value).ok()?;
        (Kind::Iccid, ask_unit(IdentifierKind::Iccid, iccid.as_str()), iccid)
    } else {
        return None;
    };
    let mut answer = Identifier::new(kind, key, Confidence::High, why);
    answer.questions.push(question);
    answer.fields.push((identifier.to_owned(), value.to_owned()));
    answer.questions.push(ask_text(&payload.text));
    Some(answer)
}

/// Reads a batch or a serial number behind its data identifier.
pub(crate) fn unsure(payload: &Payload<'_>) -> Option<Identifier> {
    let (identifier, value, class) = believed(payload)?;
    let kind = if class == Class::Lot {
        Kind::Lot
    } else if class == Class::Serial {
        Kind::SerialNumber
    } else {
        return None;
    };
    let why = format!("The data identifier {identifier} stands in front, which is believed here.");
    let mut answer = Identifier::new(kind, value, Confidence::Low, why);
    answer.fields.push((identifier.to_owned(), value.to_owned()));
    answer.questions.push(ask_text(&payload.text));
    if kind == Kind::Lot {
        answer.questions.push(Question::Lot { key: value.to_owned() });
    } else {
        answer.questions.extend(ask_serial_number(value));
    }
    Some(answer)
}

fn believed<'p>(payload: &'p Payload<'_>) -> Option<(&'p str, &'p str, Class)> {
    let (identifier, value) = di::split(&payload.text)?;
    if value.is_empty() || !payload.options.believes(identifier) {
        return None;
    }
    Some((identifier, value, di::get(identifier)?.class))
}
