//! An outcome of the ledger as everybody may have it who asks later.
//!
//! It is a text that was made for the lane of its session; what that session alone might see is masked in it.
//! Deliberately absent: what a role may see, which is the same for requests and exports (`Sight`).

use crate::domain::feedback::mask;

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
    use super::masked;

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
}
