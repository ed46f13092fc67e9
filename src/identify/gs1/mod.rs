//! GS1: element strings, bracketed and with FNC1, and Digital Links, driven by the GS1 Barcode Syntax Dictionary.
//!
//! What an Application Identifier holds is data of the dictionary, never a table of ours.
//! Deliberately absent: which unit an element string names; the register is asked.

use crate::domain::Identifier;

/// Adds the elements of a composite component to the answer for the symbol below it.
pub(crate) fn add_composite(answer: &mut Identifier, composite: &str) {
    answer.fields.push(("composite".to_owned(), composite.to_owned()));
}
