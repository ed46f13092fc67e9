//! What the session of the asking lane may see: who has no role sees the ends of numbers only.
//!
//! Masking happens here and in the store's reader, before anything is written as JSON; the page hides nothing.
//! Deliberately absent: who has which role; that is the station's view.

use std::collections::BTreeMap;

use crate::domain::feedback::mask;
use crate::domain::{Body, IdentifierKind, Kind, Role};

/// What one asking lane may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    role: Role,
}

impl Sight {
    /// The sight of a session's role; without a session that of a viewer.
    pub(super) fn of(role: Option<Role>) -> Self {
        Self { role: role.unwrap_or_default() }
    }

    /// Whether serial numbers of the record are shown whole.
    pub(super) fn sees_serial_numbers(self) -> bool {
        self.role.sees_serial_numbers()
    }

    /// Whether numbers of that kind are shown whole: labels are made to be seen; numbers of phones and SIM cards are a
    /// permission of their own, the keeper's.
    pub(super) fn sees(self, kind: IdentifierKind) -> bool {
        use IdentifierKind as Is;
        match kind {
            Is::AssetTag | Is::ForeignTag => true,
            Is::Imei | Is::Imeisv | Is::Meid | Is::Iccid => self.role >= Role::Keeper,
            Is::SerialNumber
            | Is::Vin
            | Is::Mac
            | Is::Eui64
            | Is::Sgtin
            | Is::Uii
            | Is::Giai
            | Is::Grai
            | Is::Sscc
            | Is::RfidUid => self.sees_serial_numbers(),
        }
    }

    /// Whether it is shown what people were trained in and until when their papers count: not to those without a role, who
    /// see names and what each has.
    pub(super) fn sees_papers(self) -> bool {
        self.sees_serial_numbers()
    }

    /// Whether licences of people are shown whole: they are papers of a person, the keeper's to look at.
    pub(super) fn sees_licences(self) -> bool {
        self.role >= Role::Keeper
    }

    /// A number of that kind as this lane may see it; one that is masked already stays as it is.
    pub(super) fn number(self, kind: IdentifierKind, raw: String) -> String {
        if self.sees(kind) { raw } else { mask(&raw) }
    }

    /// The words of an event as this lane may see them.
    pub(super) fn words(self, body: &Body) -> BTreeMap<String, String> {
        body.iter().map(|(name, value)| (name.to_owned(), self.word(body, name, value))).collect()
    }

    fn word(self, body: &Body, name: &str, value: &str) -> String {
        let hidden = match name {
            "serial_number" => !self.sees(IdentifierKind::SerialNumber),
            "scanned" => !self.sees_scanned(body.get("as")),
            "badge" => true,
            "licence" => !self.sees_licences(),
            "training" | "until" if body.get("holder").is_some() => !self.sees_papers(),
            // "imei 490154203237518", several one after the other.
            "identifier" | "beside" => !self.sees(IdentifierKind::Imei),
            _ => IdentifierKind::parse(name).is_some_and(|it| !self.sees(it)),
        };
        if !hidden {
            return value.to_owned();
        }
        let is_name = |it: &str| IdentifierKind::parse(it).is_some() || Kind::parse(it).is_some();
        let shown = |it: &str| if is_name(it) { it.to_owned() } else { mask(it) };
        value.split(' ').map(shown).collect::<Vec<_>>().join(" ")
    }

    /// What was scanned is shown if it is made to be seen; a badge's number never is, it opens sessions.
    fn sees_scanned(self, read_as: Option<&str>) -> bool {
        match read_as.and_then(Kind::parse) {
            Some(Kind::Badge) => false,
            Some(Kind::AssetTag | Kind::Command) => true,
            _ => self.sees_serial_numbers(),
        }
    }
}

/// An outcome from the ledger as everybody may have it who asks later: the serial number of its unit masked, and of a
/// greeting what it says of the person's papers left out.
pub(super) fn masked(outcome: &str) -> String {
    let number = outcome.find(r#""unit":{"id":"#).and_then(|unit| {
        const NUMBER: &str = r#""serial_number":"#;
        Some(unit + outcome.get(unit..)?.find(NUMBER)? + NUMBER.len())
    });
    // The unit stands behind the sentence: it is replaced first, so that the place of the sentence holds.
    let outcome = number.and_then(|at| with_text(outcome, at, mask)).unwrap_or_else(|| outcome.to_owned());
    let why = outcome.find(WHY).map(|it| it + WHY.len());
    why.and_then(|at| with_text(&outcome, at, without_papers)).unwrap_or(outcome)
}

const WHY: &str = r#""why":"#;

/// The outcome with the text that begins at that place replaced; `None` if none begins there.
///
/// The places are unambiguous: inside a JSON string every quotation mark is escaped.
fn with_text(outcome: &str, at: usize, change: impl Fn(&str) -> String) -> Option<String> {
    let mut texts = serde_json::Deserializer::from_str(outcome.get(at..)?).into_iter::<String>();
    let text = texts.next()?.ok()?;
    let rest = outcome.get(at + texts.byte_offset()..)?;
    Some(format!("{}{}{rest}", outcome.get(..at)?, serde_json::to_string(&change(&text)).ok()?))
}

/// A greeting without what it says of trainings and licences.
fn without_papers(why: &str) -> String {
    let papers = |it: &&str| it.starts_with("training ") || it.starts_with("licence ");
    let kept: Vec<&str> = why.split("; ").filter(|it| !papers(it)).collect();
    kept.join("; ")
}

#[cfg(test)]
mod tests {
    use super::{Sight, masked};
    use crate::domain::{Body, IdentifierKind, Role};

    #[track_caller]
    fn check(role: Option<Role>, body: &Body, name: &str, expected: &str) {
        assert_eq!(Sight::of(role).words(body).get(name).map(String::as_str), Some(expected));
    }

    #[test]
    fn numbers_in_the_words_of_an_event_are_masked_without_the_role() {
        let registered = Body::new().with("serial_number", "C02XK1ABJG5H");
        check(None, &registered, "serial_number", "••••••••••5H");
        let bound = Body::new().with("serial", "C02XK1ABJG5H").with("tag", "AT-000123");
        check(None, &bound, "serial", "••••••••••5H");
        check(None, &bound, "tag", "AT-000123");
        check(Some(Role::Operator), &bound, "serial", "C02XK1ABJG5H");
        let phone = Body::new().with("identifier", "imei 490154203237518");
        check(Some(Role::Operator), &phone, "identifier", "imei •••••••••••••18");
        check(Some(Role::Keeper), &phone, "identifier", "imei 490154203237518");
    }

    #[test]
    fn a_badge_number_is_never_shown_and_a_tag_always() {
        let scanned = |what: &str, kind: &str| Body::new().with("scanned", what).with("as", kind);
        check(Some(Role::Admin), &scanned("BDG-12345", "badge"), "scanned", "•••••••45");
        check(None, &scanned("AT-000123", "asset-tag"), "scanned", "AT-000123");
        check(None, &scanned("C02XK1ABJG5H", "text"), "scanned", "••••••••••5H");
        let beside = Body::new().with("beside", "lot L2401, imei 356938035643809");
        check(Some(Role::Operator), &beside, "beside", "lot ••••1, imei •••••••••••••09");
        check(Some(Role::Keeper), &beside, "beside", "lot L2401, imei 356938035643809");
    }

    #[test]
    fn the_papers_of_a_person_are_masked_without_the_role() {
        let trained = Body::new().with("holder", "7").with("training", "laser").with("until", "2027-03-31T21:59:59Z");
        check(None, &trained, "training", "••••r");
        check(None, &trained, "until", "••••••••••••••••••9Z");
        check(Some(Role::Viewer), &trained, "training", "••••r");
        check(Some(Role::Operator), &trained, "training", "laser");
        check(Some(Role::Operator), &trained, "until", "2027-03-31T21:59:59Z");
        let asked = Body::new().with("category", "laser").with("training", "laser");
        check(None, &asked, "training", "laser");
    }

    #[test]
    fn an_old_outcome_loses_the_serial_number_of_its_unit_and_the_papers_of_its_person() {
        let outcome = r#"{"why":"say \"unit\":{\"id\":1,\"serial_number\":\"X","unit":{"id":3,"tag":null,"serial_number":"AB\"C12345","lot":null},"payload":"AB"}"#;
        let expected = outcome.replace(r#""AB\"C12345""#, "\"•••••••45\"");
        assert_eq!(masked(outcome), expected);
        let greeting = r#"{"why":"Hello Kim: you have 1; training laser until Tue 23:59; licence expired; 1 of it to be calibrated","unit":null}"#;
        let expected = r#"{"why":"Hello Kim: you have 1; 1 of it to be calibrated","unit":null}"#;
        assert_eq!(masked(greeting), expected);
        for whole in [r#"{"unit":null}"#, r#"{"unit":{"id":3,"serial_number":null},"a":1}"#, ""] {
            assert_eq!(masked(whole), whole);
        }
    }

    #[test]
    fn a_masked_number_stays_as_it_is() {
        assert_eq!(Sight::of(None).number(IdentifierKind::SerialNumber, "•••••45".to_owned()), "•••••45");
    }
}
