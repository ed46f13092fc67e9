//! The calibration card at a scanner that types: what one scan of it teaches, in the words of profiles and of people.
//!
//! A running station listens for the card at every wedge; `devices calibrate` listens at one. Either keeps what was found
//! in the file of assignments. Deliberately absent: how the card is read (`decode::calibration`).

use crate::decode::calibration::{self, Finding, Separator};
use crate::decode::hid_keyboard::{Ending, KeyFields, Layout, read_keys};
use crate::source::profile::{KeyboardHabits, Octets, Usage};

/// Most reports between two silences that are kept; the card takes about 130.
const REPORTS_MAX: usize = 1_024;

/// A scan of the card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Card {
    /// It tells how the scanner types.
    Taught(Finding),
    /// It was the card, and cannot be read under any layout known here.
    Unreadable,
}

/// What was typed since the last silence.
pub(super) struct Listening {
    fields: KeyFields,
    reports: Vec<Vec<u8>>,
}

impl Listening {
    pub(super) const fn new(fields: KeyFields) -> Self {
        Self { fields, reports: Vec::new() }
    }

    /// Takes a report.
    pub(super) fn heard(&mut self, report: &[u8]) {
        if self.reports.len() <= REPORTS_MAX {
            self.reports.push(report.to_vec());
        }
    }

    /// Nothing was typed for a while: whether that was a scan of the card.
    pub(super) fn silence(&mut self) -> Option<Card> {
        let reports = std::mem::take(&mut self.reports);
        // A key more or less here or there does not hide the card, so any layout shows whether it was it.
        let seen = (!reports.is_empty() && reports.len() <= REPORTS_MAX)
            .then(|| read_keys(&reports, Layout::Us, &self.fields))?;
        calibration::is_card(seen.as_bytes())
            .then(|| calibration::infer(&reports, &self.fields).map_or(Card::Unreadable, Card::Taught))
    }
}

/// What a finding says, in the words of profiles and configuration.
#[must_use]
pub fn habits(finding: &Finding) -> KeyboardHabits {
    const GS: u8 = 0x1d;
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut habits = KeyboardHabits {
        layout: Some(finding.layout),
        ending: Some(finding.ending),
        case_inverted: finding.case_inverted.then_some(true),
        prefix: said(&finding.prefix),
        suffix: said(&finding.suffix),
        ..KeyboardHabits::default()
    };
    match finding.separator {
        Separator::Key(usage) => drop(habits.keys.insert(Usage(usage), Octets(vec![GS]))),
        Separator::Replaced(it) => drop(habits.replaced.insert(it, Octets(vec![GS]))),
        Separator::Kept | Separator::Dropped => {}
    }
    habits
}

/// What a finding says to people, one sentence each.
#[must_use]
pub fn sentences(finding: &Finding) -> Vec<String> {
    let ending = match finding.ending {
        Ending::Enter => "Enter",
        Ending::Tab => "Tab",
        Ending::Silence | Ending::Any => "silence: let it send Enter, then half a code is never taken for a whole one",
    };
    let mut said = vec![format!("layout {}, scans end by {ending}", finding.layout.name())];
    if finding.case_inverted {
        said.push("it turns upper and lower case round; undone from now on".to_owned());
    }
    if !finding.prefix.is_empty() || !finding.suffix.is_empty() {
        let (prefix, suffix) = (&finding.prefix, &finding.suffix);
        said.push(format!("it adds {prefix:?} in front and {suffix:?} behind; taken off from now on"));
    }
    said.push(match finding.separator {
        Separator::Kept => "GS arrives".to_owned(),
        Separator::Key(usage) => format!("GS comes as key {usage:#04x}; taken for GS from now on"),
        Separator::Replaced(it) => format!("GS comes as {it:?}; taken for GS from now on"),
        Separator::Dropped => {
            "GS is lost: GS1 codes with more than one variable part cannot be read like this".to_owned()
        }
    });
    said
}

#[cfg(test)]
mod tests {
    use super::{Card, Finding, Listening, habits, sentences};
    use crate::decode::calibration::card;
    use crate::decode::hid_keyboard::tests::reports;
    use crate::decode::hid_keyboard::{Ending, KeyFields, Layout};

    fn listening(layout: Layout, text: &str) -> Listening {
        let mut listening = Listening::new(KeyFields::default());
        for it in reports(layout, text).unwrap() {
            listening.heard(&it);
        }
        listening
    }

    fn taught(listening: &mut Listening) -> Finding {
        match listening.silence() {
            Some(Card::Taught(found)) => found,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_card_is_heard_whatever_the_scanner_is_set_to_and_no_other_code_is() {
        for layout in Layout::ALL {
            let mut listening = listening(layout, &format!("{}\r", card()));
            let found = taught(&mut listening);
            assert_eq!((found.layout, found.ending), (layout, Ending::Enter));
            assert_eq!(habits(&found).layout, Some(layout));
            assert_eq!(listening.silence(), None, "what was heard is heard once");
        }
        assert_eq!(listening(Layout::Us, "AT-000123\r").silence(), None);
        assert_eq!(listening(Layout::Us, &"AT-000123\r".repeat(200)).silence(), None);
        // Two scans of it without a pause: the card, yes, but which part is what cannot be told.
        assert_eq!(listening(Layout::De, &format!("{0}\r{0}\r", card())).silence(), Some(Card::Unreadable));
    }

    #[test]
    fn a_finding_is_told_in_sentences() {
        let text = format!("~{}#\t", card().replace('\u{1d}', "|"));
        let found = taught(&mut listening(Layout::De, &text));
        let expected = [
            "layout de, scans end by Tab",
            "it adds \"~\" in front and \"#\" behind; taken off from now on",
            "GS comes as '|'; taken for GS from now on",
        ];
        assert_eq!(sentences(&found), expected);
    }
}
