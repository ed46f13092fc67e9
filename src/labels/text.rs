//! Words on a label: how wide they are, where a line ends, and how they stand in SVG.
//!
//! Fonts are those of whoever prints, so widths are the wide side of what usual fonts have, and nothing runs off a label.
//! Deliberately absent: which words stand there.

/// A character of a monospaced font, as a share of the size (DejaVu Sans Mono, Liberation Mono, Courier: 0.600 to 0.602).
pub(super) const MONO: f32 = 0.602;

/// The width of a line of a sans-serif font, as a share of its size (Liberation Sans and DejaVu Sans, the wider of both,
/// rounded up by class of letter).
pub(super) fn width(text: &str) -> f32 {
    text.chars().map(advance).sum()
}

fn advance(it: char) -> f32 {
    match it {
        'i' | 'j' | 'l' | 'I' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' | ' ' | 'f' | 't' | 'r' | '(' | ')' | '/' => {
            0.42
        }
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 1.02,
        'A'..='Z' => 0.79,
        ' '..='~' => 0.65,
        '\u{a0}'..='\u{24f}' => 0.8,
        _ => 1.05,
    }
}

/// Lines of at most so many characters, broken between words.
pub(super) fn wrapped(text: &str, characters_max: usize) -> Vec<String> {
    broken(text, |line| line.chars().count() <= characters_max)
}

/// At most so many lines of that width; what is left over is cut with an ellipsis.
pub(super) fn fitted(text: &str, width_max: f32, lines_max: usize) -> Vec<String> {
    let mut lines = broken(text, |line| width(line) <= width_max);
    let over = lines.len() > lines_max;
    lines.truncate(lines_max);
    let count = lines.len();
    for (place, line) in lines.iter_mut().enumerate() {
        if width(line) > width_max || over && place + 1 == count {
            *line = shortened(line, width_max);
        }
    }
    lines
}

/// What stands at the end of a line that was cut.
pub(super) const CUT: char = '…';

/// The beginning of a line that is too long, and an ellipsis.
fn shortened(line: &str, width_max: f32) -> String {
    let mut short = String::new();
    let mut used = advance(CUT);
    for character in line.chars() {
        used += advance(character);
        if used > width_max {
            break;
        }
        short.push(character);
    }
    format!("{}{CUT}", short.trim_end())
}

/// Lines that fit, broken between words and behind hyphens.
fn broken(text: &str, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        for (place, part) in word.split_inclusive('-').enumerate() {
            let between = if place == 0 { " " } else { "" };
            let longer = lines.last().map(|line| format!("{line}{between}{part}")).filter(|it| fits(it));
            match (lines.last_mut(), longer) {
                (Some(line), Some(longer)) => *line = longer,
                _ => lines.push(part.to_owned()),
            }
        }
    }
    lines
}

/// A text as SVG shows it; what XML cannot hold, and what would turn the reading direction, is shown as one box.
pub(super) fn escaped(text: &str) -> String {
    let plain: String = text.chars().map(|it| if crate::domain::steers(it) { '\u{fffd}' } else { it }).collect();
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A small count as a measure.
pub(super) fn number(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::{fitted, width, wrapped};

    #[test]
    fn a_sentence_is_broken_between_words() {
        assert_eq!(wrapped("one", 33), ["one"]);
        let lines = wrapped("What is scanned goes out to the person of the session.", 33);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|it| it.len() <= 33), "{lines:?}");
    }

    #[test]
    fn what_does_not_fit_ends_with_an_ellipsis() {
        assert_eq!(fitted("Bosch GSR 18V-55", 12.0, 2), ["Bosch GSR 18V-55"]);
        let lines = fitted("Bosch Professional cordless drill driver with battery", 12.0, 2);
        assert!(lines.len() == 2 && lines[1].ends_with('…'), "{lines:?}");
        let lines = fitted("Donaudampfschifffahrtsgesellschaft", 8.0, 2);
        assert!(lines.len() == 1 && lines[0].ends_with('…') && width(&lines[0]) <= 8.0, "{lines:?}");
        assert_eq!(fitted("Müller-Lüdenscheidt", 9.0, 2), ["Müller-", "Lüdenscheidt"]);
        assert!(fitted("", 8.0, 2).is_empty());
    }
}
