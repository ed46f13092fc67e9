//! Cases: what a person must look into, opened at a scan, closed by somebody with a reason.
//!
//! A case is named by the number of the ledger event that opened it. It blocks its units from going out and never from
//! coming in. Its steps stand in the bodies of `case-changed` events; the store's table is their fold.
//! Deliberately absent: when a case is opened, which `rules` decides.

use std::fmt;

use jiff::Timestamp;

use super::{Body, UnitId, unit::words};

/// Names a case: the number of the event that opened it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub i64);

words! {
    /// What a case is about.
    CaseKind {
        /// Tag and serial plate of different units were read from one thing.
        MappingConflict = "mapping-conflict",
        /// A tag or a serial number was to be bound that another unit bears.
        Duplicate = "duplicate",
        /// The plate does not say what is on record.
        ReadingDiffers = "reading-differs",
    }
}

/// What an event does to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseStep {
    /// It is opened; if the same one is open already, it was seen once more.
    Opened {
        /// What it is about.
        kind: CaseKind,
        /// The other unit, if there is one; the event names the first.
        other: Option<UnitId>,
        /// The tag that was read.
        tag: Option<String>,
        /// The serial number that was read.
        serial_number: Option<String>,
    },
    /// The thing that was read was put into a bin; the event says which.
    PutAside {
        /// The unit that the tag names.
        unit: UnitId,
        /// The other one.
        other: Option<UnitId>,
    },
    /// Somebody closed it.
    Resolved {
        /// Which.
        case: CaseId,
        /// Why, in the words of that person.
        why: String,
    },
}

impl CaseStep {
    /// The step as words of an event.
    #[must_use]
    pub fn body(&self) -> Body {
        let number = |it: Option<UnitId>| it.map(|it| it.0.to_string()).unwrap_or_default();
        match self {
            Self::Opened { kind, other, tag, serial_number } => Body::new()
                .with("opened", kind.word())
                .with("other", number(*other))
                .with("tag", tag.clone().unwrap_or_default())
                .with("serial_number", serial_number.clone().unwrap_or_default()),
            Self::PutAside { unit, other } => {
                Body::new().with("put_aside", number(Some(*unit))).with("other", number(*other))
            }
            Self::Resolved { case, why } => Body::new().with("resolved", case.0.to_string()).with("why", &**why),
        }
    }

    /// The step that the words of an event say; `None` if they say none.
    #[must_use]
    pub fn parse(body: &Body) -> Option<Self> {
        let text = |name: &str| body.get(name).map(str::to_owned);
        let number = |name: &str| body.get(name).and_then(|it| it.parse().ok());
        let other = number("other").map(UnitId);
        if let Some(kind) = body.get("opened") {
            let kind = CaseKind::parse(kind)?;
            return Some(Self::Opened { kind, other, tag: text("tag"), serial_number: text("serial_number") });
        }
        if let Some(unit) = number("put_aside") {
            return Some(Self::PutAside { unit: UnitId(unit), other });
        }
        let case = CaseId(number("resolved")?);
        Some(Self::Resolved { case, why: text("why").unwrap_or_default() })
    }
}

/// A case as people and programs see it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct CaseView {
    /// Its name.
    pub id: CaseId,
    /// What it is about.
    pub kind: CaseKind,
    /// The unit it is about, by number and tag.
    pub unit: UnitId,
    /// Its tag now.
    pub label: Option<String>,
    /// The other unit.
    pub other: Option<UnitId>,
    /// Its tag now.
    pub other_label: Option<String>,
    /// The tag that was read.
    pub tag: Option<String>,
    /// The serial number that was read; masked without the role.
    pub serial_number: Option<String>,
    /// When it was opened.
    pub opened: Timestamp,
    /// By whom, if a badge was there.
    pub person: Option<String>,
    /// How often it was met.
    pub readings: u32,
    /// Where the thing was put.
    pub place: Option<String>,
    /// When it was closed.
    pub resolved: Option<Timestamp>,
    /// By whom.
    pub resolved_by: Option<String>,
    /// Why.
    pub resolution: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(step: &CaseStep) {
        assert_eq!(CaseStep::parse(&step.body()).as_ref(), Some(step));
    }

    #[test]
    fn a_step_is_read_back_from_the_words_of_its_event() {
        let (other, tag, serial_number) = (Some(UnitId(7)), Some("AT-1".to_owned()), Some("SN 1".to_owned()));
        for kind in CaseKind::ALL {
            check(&CaseStep::Opened { kind: *kind, other, tag: tag.clone(), serial_number: None });
            check(&CaseStep::Opened { kind: *kind, other: None, tag: None, serial_number: serial_number.clone() });
        }
        check(&CaseStep::PutAside { unit: UnitId(3), other });
        check(&CaseStep::Resolved { case: CaseId(12), why: "labels were swapped".to_owned() });
        assert_eq!(CaseStep::parse(&Body::new().with("blocked", "no")), None);
    }
}
