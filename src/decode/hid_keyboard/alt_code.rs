//! Alt + keypad: the number that is typed while Alt is held names a character.
//!
//! Scanners send what has no key in this way ("emulate keypad"). A leading zero means Windows-1252, none the OEM code
//! page (437 in the United States, 850 in western Europe); below 32 both are the control character itself.
//! Deliberately absent: numbers past 255, which only some programs understand: they spoil the scan.

/// Code page of numbers without a leading zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub enum OemPage {
    /// 437, United States.
    #[serde(rename = "437")]
    Page437,
    /// 850, western Europe.
    #[serde(rename = "850")]
    Page850,
}

// The upper halves, from the vendors' mapping tables at unicode.org (CP437.TXT, CP850.TXT, CP1252.TXT).
const UPPER_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const UPPER_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
const UPPER_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// The number typed so far while Alt is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct AltCode {
    digits: u8,
    leading_zero: bool,
    number: u16,
}

impl AltCode {
    /// Takes one more digit; four are enough, more make the number invalid.
    pub(super) fn push(&mut self, digit: u8) {
        self.leading_zero |= self.digits == 0 && digit == 0;
        self.digits = self.digits.saturating_add(1);
        self.number = self.number.saturating_mul(10).saturating_add(u16::from(digit));
    }

    /// Whether no digit was typed.
    pub(super) const fn is_empty(self) -> bool {
        self.digits == 0
    }

    /// The character, or `None` if the number names none.
    pub(super) fn character(self, page: OemPage) -> Option<char> {
        let number = u8::try_from(self.number).ok().filter(|_| !self.is_empty())?;
        let upper = match (number, self.leading_zero, page) {
            (0..=0x7f, ..) | (0xa0.., true, _) => return Some(char::from(number)),
            (_, true, _) => UPPER_1252,
            (_, false, OemPage::Page437) => UPPER_437,
            (_, false, OemPage::Page850) => UPPER_850,
        };
        upper.chars().nth(usize::from(number - 0x80))
    }
}

#[cfg(test)]
mod tests {
    use super::{AltCode, OemPage};

    #[track_caller]
    fn check(digits: &str, page: OemPage, expected: Option<char>) {
        let mut typed = AltCode::default();
        digits.bytes().for_each(|it| typed.push(it - b'0'));
        assert_eq!(typed.character(page), expected, "{digits}");
    }

    #[test]
    fn a_number_names_a_character_of_its_code_page() {
        check("065", OemPage::Page437, Some('A'));
        check("65", OemPage::Page437, Some('A'));
        check("029", OemPage::Page437, Some('\u{1d}'));
        check("29", OemPage::Page850, Some('\u{1d}'));
        check("0223", OemPage::Page437, Some('ß'));
        check("225", OemPage::Page437, Some('ß'));
        check("225", OemPage::Page850, Some('ß'));
        check("0128", OemPage::Page437, Some('€'));
        check("157", OemPage::Page437, Some('¥'));
        check("157", OemPage::Page850, Some('Ø'));
        check("255", OemPage::Page850, Some('\u{a0}'));
        check("0255", OemPage::Page850, Some('ÿ'));
        check("256", OemPage::Page850, None);
        check("99999999", OemPage::Page850, None);
        check("", OemPage::Page850, None);
    }
}
