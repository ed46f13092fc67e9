//! What somebody of a role may see of numbers, papers and stolen things: who has no role sees the ends of numbers only.
//!
//! One home for everybody who shows a record: requests, the search and the lists for other programs ask here.
//! A word of an event is judged by its name and the words beside it; what nothing tells apart is taken for the more secret.
//! Deliberately absent: who has which role, which the door knows, and writing what is shown.

use std::collections::BTreeMap;

use super::feedback::{UnitView, mask, masked};
use super::{Body, EventKind, IdentifierKind, Kind, Role, UnitState};

/// Digits of a number that may be a phone's or a SIM card's, where nothing says what was scanned (IMEI 15, IMEISV 16,
/// ICCID 19 or 20).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 15..=20;

/// The card by which a keeper says that a unit was stolen, and what stands in its place for those who may not know of it.
const STOLEN_CARD: &str = "STOLEN";
const HIDDEN_CARD: &str = "••••••";

/// What somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    role: Role,
}

impl Sight {
    /// The sight of a session's role; without a session that of a viewer.
    #[must_use]
    pub fn of(role: Option<Role>) -> Self {
        Self { role: role.unwrap_or_default() }
    }

    /// Whether serial numbers of the record are shown whole.
    #[must_use]
    pub fn sees_serial_numbers(self) -> bool {
        self.role.sees_serial_numbers()
    }

    /// Whether numbers of that kind are shown whole: labels are made to be seen; numbers of phones and SIM cards are a
    /// permission of their own, the keeper's.
    #[must_use]
    pub fn sees(self, kind: IdentifierKind) -> bool {
        use IdentifierKind as Is;
        match kind {
            Is::AssetTag | Is::ForeignTag => true,
            Is::Imei | Is::Imeisv | Is::Meid | Is::Iccid => self.sees_phones(),
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

    /// Whether what was scanned as that kind is shown whole; a badge's number never is, it opens sessions.
    #[must_use]
    pub fn sees_scan(self, kind: Kind) -> bool {
        match kind {
            Kind::Badge | Kind::Refused => false,
            Kind::AssetTag
            | Kind::ForeignTag
            | Kind::Command
            | Kind::Location
            | Kind::Quantity
            | Kind::Job
            | Kind::Gtin
            | Kind::Isbn
            | Kind::NoRead
            | Kind::DeviceReply
            | Kind::Empty => true,
            Kind::Imei | Kind::Iccid => self.sees_phones(),
            Kind::Gs1
            | Kind::Gs1DigitalLink
            | Kind::Sscc
            | Kind::Iso15434
            | Kind::Hibc
            | Kind::Vin
            | Kind::Mac
            | Kind::Lot
            | Kind::SerialNumber
            | Kind::Url
            | Kind::Text
            | Kind::Invalid
            | Kind::Unknown => self.sees_serial_numbers(),
        }
    }

    /// Whether it is shown what people were trained in and until when their papers count: not to those without a role, who
    /// see names and what each has.
    #[must_use]
    pub fn sees_papers(self) -> bool {
        self.sees_serial_numbers()
    }

    /// Whether licences of people are shown whole: they are papers of a person, the keeper's to look at.
    #[must_use]
    pub fn sees_licences(self) -> bool {
        self.role >= Role::Keeper
    }

    fn sees_phones(self) -> bool {
        self.role >= Role::Keeper
    }

    /// Whether it is told which units were reported stolen: to a keeper; on all other screens they show nothing unusual.
    #[must_use]
    pub fn sees_stolen(self) -> bool {
        self.role >= Role::Keeper
    }

    /// A unit's state as it may be seen.
    #[must_use]
    pub fn state(self, state: UnitState) -> UnitState {
        if self.sees_stolen() { state } else { state.quiet() }
    }

    /// A unit as it may be seen, its numbers apart.
    #[must_use]
    pub fn unit(self, unit: UnitView) -> UnitView {
        UnitView { state: self.state(unit.state), ..unit }
    }

    /// What an event is and where its unit is after it, as they may be seen: that one was stolen looks as if it had been
    /// looked up.
    #[must_use]
    pub fn turn(self, kind: EventKind, state: Option<UnitState>) -> (EventKind, Option<UnitState>) {
        if self.sees_stolen() || state != Some(UnitState::Stolen) {
            return (kind, state);
        }
        (if kind == EventKind::StateChanged { EventKind::Observed } else { kind }, None)
    }

    /// A number of that kind as it may be seen; one that is masked already stays as it is.
    #[must_use]
    pub fn number(self, kind: IdentifierKind, raw: String) -> String {
        if self.sees(kind) { raw } else { mask(&raw) }
    }

    /// The words of an event as they may be seen.
    #[must_use]
    pub fn words(self, body: &Body) -> BTreeMap<String, String> {
        let shown = |(name, value): (&str, &str)| {
            let hidden = self.hides(name, |it| body.get(it));
            (name.to_owned(), if hidden { masked_words(value) } else { value.to_owned() })
        };
        body.iter().filter(|(name, _)| !self.omits(name, |it| body.get(it))).map(shown).collect()
    }

    /// Whether the word of that name is left out, because it tells that the unit was stolen; `word` gives the words beside
    /// it.
    pub fn omits<'w>(self, name: &str, word: impl Fn(&str) -> Option<&'w str>) -> bool {
        let stolen = UnitState::Stolen.word();
        !self.sees_stolen()
            && match name {
                "alert" => true,
                "before" => [word("cause"), word("before")].contains(&Some(stolen)),
                "cause" | "by" | "mapping" => word("cause") == Some(stolen),
                _ => false,
            }
    }

    /// Whether the word of that name is masked; `word` gives the words beside it.
    pub fn hides<'w>(self, name: &str, word: impl Fn(&str) -> Option<&'w str>) -> bool {
        match name {
            "serial_number" => !self.sees(IdentifierKind::SerialNumber),
            "scanned" => !self.sees_scanned(&word) || self.hides_card(&word),
            "badge" => true,
            "licence" => !self.sees_licences(),
            "training" | "until" => !self.sees_papers() && word("holder").is_some(),
            // "imei 490154203237518", several one after the other.
            "identifier" | "beside" => !self.sees_phones(),
            "as" | "by" | "mapping" | "tag" => false, // Most events have these.
            _ => IdentifierKind::parse(name).is_some_and(|it| !self.sees(it)),
        }
    }

    /// Whether it is the card by which a keeper says that a unit was stolen.
    fn hides_card<'w>(self, word: &impl Fn(&str) -> Option<&'w str>) -> bool {
        !self.sees_stolen() && word("scanned") == Some(STOLEN_CARD)
    }

    /// By what it was scanned as, and by what the register knows it as.
    fn sees_scanned<'w>(self, word: &impl Fn(&str) -> Option<&'w str>) -> bool {
        // A line of a cart that is handed over: what ended the cart was scanned "as", the line itself before.
        let is_line = word("from").is_some() && word("cause").is_none();
        let read_as = word("as").filter(|_| !is_line).and_then(Kind::parse);
        let known_as = word("by").and_then(IdentifierKind::parse);
        match (read_as, known_as) {
            (Some(Kind::AssetTag), _) => true,
            (None, None) => {
                let text = word("scanned").unwrap_or_default();
                let may_be_phone = PHONE_DIGITS.contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
                self.sees_serial_numbers() && (self.sees_phones() || !may_be_phone)
            }
            (read_as, known_as) => {
                read_as.is_none_or(|it| self.sees_scan(it)) && known_as.is_none_or(|it| self.sees(it))
            }
        }
    }
}

/// A sentence or a code without the card by which a keeper says that a unit was stolen.
#[must_use]
pub fn without_stolen_card(text: &str) -> String {
    text.replace(STOLEN_CARD, HIDDEN_CARD)
}

/// A value with every word masked that is not the name of a kind.
#[must_use]
pub fn masked_words(value: &str) -> String {
    if value == STOLEN_CARD {
        return HIDDEN_CARD.to_owned();
    }
    let is_name = |it: &str| IdentifierKind::parse(it).is_some() || Kind::parse(it).is_some();
    let mut shown = String::with_capacity(2 * value.len());
    for (place, word) in value.split(' ').enumerate() {
        if place > 0 {
            shown.push(' ');
        }
        if is_name(word) { shown.push_str(word) } else { shown.extend(masked(word)) }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::Sight;
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
        check(None, &scanned("LOC-A", "location"), "scanned", "LOC-A");
        check(None, &scanned("C02XK1ABJG5H", "text"), "scanned", "••••••••••5H");
        let beside = Body::new().with("beside", "lot L2401, imei 356938035643809");
        check(Some(Role::Operator), &beside, "beside", "lot ••••1, imei •••••••••••••09");
        check(Some(Role::Keeper), &beside, "beside", "lot L2401, imei 356938035643809");
    }

    #[test]
    fn the_number_of_a_phone_that_was_scanned_is_the_keepers_to_see() {
        let (whole, hidden) = ("490154203237518", "•••••••••••••18");
        let scanned = Body::new().with("scanned", whole);
        for body in [
            scanned.clone().with("as", "imei"),
            scanned.clone().with("by", "imei"),
            scanned.clone().with("as", "text").with("by", "imei"),
            scanned.clone().with("as", "command").with("from", "Kim").with("to", "Ada"),
            scanned.clone(),
        ] {
            check(Some(Role::Tagger), &body, "scanned", hidden);
            check(Some(Role::Keeper), &body, "scanned", whole);
        }
        check(Some(Role::Operator), &scanned.with("as", "serial"), "scanned", whole);
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
    fn a_masked_number_stays_as_it_is() {
        assert_eq!(Sight::of(None).number(IdentifierKind::SerialNumber, "•••••45".to_owned()), "•••••45");
    }
}
