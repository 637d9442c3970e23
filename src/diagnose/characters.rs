//! Characters that are taken for others: their names, and what is meant.

use crate::text::excerpt::is_invisible;

/// Why a character is not the one that it is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CharacterKind {
    Quote,
    Minus,
    /// Looks like a space.
    Blank,
    /// Looks like nothing.
    Invisible,
    /// Looks like this character of ASCII.
    Like(char),
}

/// The characters that text editors, phones and web pages put in the place of ASCII, with their
/// names in Unicode.
const CHARACTERS: &[(char, CharacterKind, &str)] = &[
    ('\u{ab}', CharacterKind::Quote, "left-pointing double angle quotation mark"),
    ('\u{bb}', CharacterKind::Quote, "right-pointing double angle quotation mark"),
    ('\u{2018}', CharacterKind::Quote, "left single quotation mark"),
    ('\u{2019}', CharacterKind::Quote, "right single quotation mark"),
    ('\u{201a}', CharacterKind::Quote, "single low-9 quotation mark"),
    ('\u{201b}', CharacterKind::Quote, "single high-reversed-9 quotation mark"),
    ('\u{201c}', CharacterKind::Quote, "left double quotation mark"),
    ('\u{201d}', CharacterKind::Quote, "right double quotation mark"),
    ('\u{201e}', CharacterKind::Quote, "double low-9 quotation mark"),
    ('\u{201f}', CharacterKind::Quote, "double high-reversed-9 quotation mark"),
    ('\u{2033}', CharacterKind::Quote, "double prime"),
    ('\u{2039}', CharacterKind::Quote, "single left-pointing angle quotation mark"),
    ('\u{203a}', CharacterKind::Quote, "single right-pointing angle quotation mark"),
    ('\u{300c}', CharacterKind::Quote, "left corner bracket"),
    ('\u{300d}', CharacterKind::Quote, "right corner bracket"),
    ('\u{301d}', CharacterKind::Quote, "reversed double prime quotation mark"),
    ('\u{301e}', CharacterKind::Quote, "double prime quotation mark"),
    ('\u{ff02}', CharacterKind::Quote, "fullwidth quotation mark"),
    ('\u{2010}', CharacterKind::Minus, "hyphen"),
    ('\u{2011}', CharacterKind::Minus, "non-breaking hyphen"),
    ('\u{2012}', CharacterKind::Minus, "figure dash"),
    ('\u{2013}', CharacterKind::Minus, "en dash"),
    ('\u{2014}', CharacterKind::Minus, "em dash"),
    ('\u{2015}', CharacterKind::Minus, "horizontal bar"),
    ('\u{2212}', CharacterKind::Minus, "minus sign"),
    ('\u{fe63}', CharacterKind::Minus, "small hyphen-minus"),
    ('\u{ff0d}', CharacterKind::Minus, "fullwidth hyphen-minus"),
    ('\u{a0}', CharacterKind::Blank, "no-break space"),
    ('\u{2002}', CharacterKind::Blank, "en space"),
    ('\u{2003}', CharacterKind::Blank, "em space"),
    ('\u{2007}', CharacterKind::Blank, "figure space"),
    ('\u{2009}', CharacterKind::Blank, "thin space"),
    ('\u{200a}', CharacterKind::Blank, "hair space"),
    ('\u{202f}', CharacterKind::Blank, "narrow no-break space"),
    ('\u{205f}', CharacterKind::Blank, "medium mathematical space"),
    ('\u{3000}', CharacterKind::Blank, "ideographic space"),
    ('\u{2028}', CharacterKind::Invisible, "line separator"),
    ('\u{2029}', CharacterKind::Invisible, "paragraph separator"),
    ('\u{ad}', CharacterKind::Invisible, "soft hyphen"),
    ('\u{200b}', CharacterKind::Invisible, "zero width space"),
    ('\u{200c}', CharacterKind::Invisible, "zero width non-joiner"),
    ('\u{200d}', CharacterKind::Invisible, "zero width joiner"),
    ('\u{200e}', CharacterKind::Invisible, "left-to-right mark"),
    ('\u{200f}', CharacterKind::Invisible, "right-to-left mark"),
    ('\u{2060}', CharacterKind::Invisible, "word joiner"),
    ('\u{feff}', CharacterKind::Invisible, "byte order mark"),
    ('\u{85}', CharacterKind::Invisible, "next line"),
    ('\u{61c}', CharacterKind::Invisible, "Arabic letter mark"),
    ('\u{202a}', CharacterKind::Invisible, "left-to-right embedding"),
    ('\u{202b}', CharacterKind::Invisible, "right-to-left embedding"),
    ('\u{202c}', CharacterKind::Invisible, "pop directional formatting"),
    ('\u{202d}', CharacterKind::Invisible, "left-to-right override"),
    ('\u{202e}', CharacterKind::Invisible, "right-to-left override"),
    ('\u{2066}', CharacterKind::Invisible, "left-to-right isolate"),
    ('\u{2067}', CharacterKind::Invisible, "right-to-left isolate"),
    ('\u{2068}', CharacterKind::Invisible, "first strong isolate"),
    ('\u{2069}', CharacterKind::Invisible, "pop directional isolate"),
    ('\u{37e}', CharacterKind::Like(';'), "Greek question mark"),
    ('\u{60c}', CharacterKind::Like(','), "Arabic comma"),
    ('\u{66b}', CharacterKind::Like('.'), "Arabic decimal separator"),
    ('\u{3001}', CharacterKind::Like(','), "ideographic comma"),
    ('\u{a78a}', CharacterKind::Like('='), "modifier letter short equals sign"),
    ('\u{fe50}', CharacterKind::Like(','), "small comma"),
    ('\u{fe66}', CharacterKind::Like('='), "small equals sign"),
    ('\u{ff0c}', CharacterKind::Like(','), "fullwidth comma"),
    ('\u{ff0e}', CharacterKind::Like('.'), "fullwidth full stop"),
    ('\u{ff1a}', CharacterKind::Like(':'), "fullwidth colon"),
    ('\u{ff1b}', CharacterKind::Like(';'), "fullwidth semicolon"),
    ('\u{ff1d}', CharacterKind::Like('='), "fullwidth equals sign"),
];

/// Returns the kind and the name of a character that is taken for another one.
pub(super) fn mistaken(c: char) -> Option<(CharacterKind, &'static str)> {
    if c.is_ascii() {
        return None;
    }
    let known = CHARACTERS.iter().find(|(known, ..)| *known == c);
    match known {
        Some((_, kind, name)) => Some((*kind, name)),
        None if is_invisible(c) => Some((CharacterKind::Invisible, "invisible")),
        None => digit(c),
    }
}

/// Returns the digit of ASCII that a digit of another script stands for.
fn digit(c: char) -> Option<(CharacterKind, &'static str)> {
    let scripts = [
        ('\u{ff10}', "fullwidth digit"),
        ('\u{660}', "Arabic-Indic digit"),
        ('\u{6f0}', "extended Arabic-Indic digit"),
        ('\u{966}', "Devanagari digit"),
    ];
    scripts.iter().find_map(|&(zero, name)| {
        let value = u32::from(c).checked_sub(u32::from(zero)).filter(|value| *value < 10)?;
        Some((CharacterKind::Like(char::from_digit(value, 10)?), name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_is_listed_once() {
        for (at, (c, kind, name)) in CHARACTERS.iter().enumerate() {
            assert!(!CHARACTERS[..at].iter().any(|(other, _, named)| other == c || named == name));
            let is_unseen = matches!(kind, CharacterKind::Blank | CharacterKind::Invisible);
            assert_eq!(is_invisible(*c) || c.is_control(), is_unseen, "{name}");
        }
    }
}
