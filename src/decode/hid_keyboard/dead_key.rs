//! Dead keys: an accent that waits for the letter it goes on.
//!
//! Composes what western European keyboards can type; anything else is the accent followed by the character, as
//! Windows does it, so that nothing is swallowed. Deliberately absent: full Unicode composition.

/// Accent, base letters, composed letters, place by place.
const COMPOSED: &[(char, &str, &str)] = &[
    ('\u{302}', "aeiouAEIOU", "âêîôûÂÊÎÔÛ"),
    ('\u{300}', "aeiouAEIOU", "àèìòùÀÈÌÒÙ"),
    ('\u{301}', "aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ"),
    ('\u{308}', "aeiouyAEIOU", "äëïöüÿÄËÏÖÜ"),
    ('\u{303}', "anoANO", "ãñõÃÑÕ"),
];

/// Whether a table entry stands for a dead key.
pub(super) fn is_dead(character: char) -> bool {
    COMPOSED.iter().any(|(accent, ..)| *accent == character)
}

/// The accent as a character of its own.
pub(super) const fn spacing(accent: char) -> char {
    match accent {
        '\u{302}' => '^',
        '\u{300}' => '`',
        '\u{301}' => '´',
        '\u{308}' => '¨',
        '\u{303}' => '~',
        other => other,
    }
}

/// The accent on the character; a blank gives the accent alone, `None` means that the two do not join.
pub(super) fn compose(accent: char, character: char) -> Option<char> {
    if character == ' ' {
        return Some(spacing(accent));
    }
    let (_, bases, composed) = COMPOSED.iter().find(|(it, ..)| *it == accent)?;
    bases.chars().zip(composed.chars()).find(|(base, _)| *base == character).map(|(_, it)| it)
}

/// The dead key of an accent, the reverse of [`spacing`].
pub(super) fn combining(accent: char) -> Option<char> {
    COMPOSED.iter().map(|(dead, ..)| *dead).find(|dead| spacing(*dead) == accent)
}
