//! Characters that are taken for others: their names, and what is meant.

use crate::text::excerpt::is_invisible;

/// Why a character is not the one that it is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
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
const CHARACTERS: &[(char, Kind, &str)] = &[
    ('\u{ab}', Kind::Quote, "left-pointing double angle quotation mark"),
    ('\u{bb}', Kind::Quote, "right-pointing double angle quotation mark"),
    ('\u{2018}', Kind::Quote, "left single quotation mark"),
    ('\u{2019}', Kind::Quote, "right single quotation mark"),
    ('\u{201a}', Kind::Quote, "single low-9 quotation mark"),
    ('\u{201b}', Kind::Quote, "single high-reversed-9 quotation mark"),
    ('\u{201c}', Kind::Quote, "left double quotation mark"),
    ('\u{201d}', Kind::Quote, "right double quotation mark"),
    ('\u{201e}', Kind::Quote, "double low-9 quotation mark"),
    ('\u{201f}', Kind::Quote, "double high-reversed-9 quotation mark"),
    ('\u{2033}', Kind::Quote, "double prime"),
    ('\u{2039}', Kind::Quote, "single left-pointing angle quotation mark"),
    ('\u{203a}', Kind::Quote, "single right-pointing angle quotation mark"),
    ('\u{300c}', Kind::Quote, "left corner bracket"),
    ('\u{300d}', Kind::Quote, "right corner bracket"),
    ('\u{301d}', Kind::Quote, "reversed double prime quotation mark"),
    ('\u{301e}', Kind::Quote, "double prime quotation mark"),
    ('\u{ff02}', Kind::Quote, "fullwidth quotation mark"),
    ('\u{2010}', Kind::Minus, "hyphen"),
    ('\u{2011}', Kind::Minus, "non-breaking hyphen"),
    ('\u{2012}', Kind::Minus, "figure dash"),
    ('\u{2013}', Kind::Minus, "en dash"),
    ('\u{2014}', Kind::Minus, "em dash"),
    ('\u{2015}', Kind::Minus, "horizontal bar"),
    ('\u{2212}', Kind::Minus, "minus sign"),
    ('\u{fe63}', Kind::Minus, "small hyphen-minus"),
    ('\u{ff0d}', Kind::Minus, "fullwidth hyphen-minus"),
    ('\u{a0}', Kind::Blank, "no-break space"),
    ('\u{2002}', Kind::Blank, "en space"),
    ('\u{2003}', Kind::Blank, "em space"),
    ('\u{2007}', Kind::Blank, "figure space"),
    ('\u{2009}', Kind::Blank, "thin space"),
    ('\u{200a}', Kind::Blank, "hair space"),
    ('\u{202f}', Kind::Blank, "narrow no-break space"),
    ('\u{205f}', Kind::Blank, "medium mathematical space"),
    ('\u{3000}', Kind::Blank, "ideographic space"),
    ('\u{2028}', Kind::Invisible, "line separator"),
    ('\u{2029}', Kind::Invisible, "paragraph separator"),
    ('\u{ad}', Kind::Invisible, "soft hyphen"),
    ('\u{200b}', Kind::Invisible, "zero width space"),
    ('\u{200c}', Kind::Invisible, "zero width non-joiner"),
    ('\u{200d}', Kind::Invisible, "zero width joiner"),
    ('\u{200e}', Kind::Invisible, "left-to-right mark"),
    ('\u{200f}', Kind::Invisible, "right-to-left mark"),
    ('\u{2060}', Kind::Invisible, "word joiner"),
    ('\u{feff}', Kind::Invisible, "byte order mark"),
    ('\u{85}', Kind::Invisible, "next line"),
    ('\u{61c}', Kind::Invisible, "Arabic letter mark"),
    ('\u{202a}', Kind::Invisible, "left-to-right embedding"),
    ('\u{202b}', Kind::Invisible, "right-to-left embedding"),
    ('\u{202c}', Kind::Invisible, "pop directional formatting"),
    ('\u{202d}', Kind::Invisible, "left-to-right override"),
    ('\u{202e}', Kind::Invisible, "right-to-left override"),
    ('\u{2066}', Kind::Invisible, "left-to-right isolate"),
    ('\u{2067}', Kind::Invisible, "right-to-left isolate"),
    ('\u{2068}', Kind::Invisible, "first strong isolate"),
    ('\u{2069}', Kind::Invisible, "pop directional isolate"),
    ('\u{37e}', Kind::Like(';'), "Greek question mark"),
    ('\u{60c}', Kind::Like(','), "Arabic comma"),
    ('\u{66b}', Kind::Like('.'), "Arabic decimal separator"),
    ('\u{3001}', Kind::Like(','), "ideographic comma"),
    ('\u{a78a}', Kind::Like('='), "modifier letter short equals sign"),
    ('\u{fe50}', Kind::Like(','), "small comma"),
    ('\u{fe66}', Kind::Like('='), "small equals sign"),
    ('\u{ff0c}', Kind::Like(','), "fullwidth comma"),
    ('\u{ff0e}', Kind::Like('.'), "fullwidth full stop"),
    ('\u{ff1a}', Kind::Like(':'), "fullwidth colon"),
    ('\u{ff1b}', Kind::Like(';'), "fullwidth semicolon"),
    ('\u{ff1d}', Kind::Like('='), "fullwidth equals sign"),
];

/// Returns the kind and the name of a character that is taken for another one.
pub(super) fn mistaken(c: char) -> Option<(Kind, &'static str)> {
    if c.is_ascii() {
        return None;
    }
    let known = CHARACTERS.iter().find(|(known, ..)| *known == c);
    match known {
        Some((_, kind, name)) => Some((*kind, name)),
        None if is_invisible(c) => Some((Kind::Invisible, "invisible")),
        None => digit(c),
    }
}

/// Returns the digit of ASCII that a digit of another script stands for.
fn digit(c: char) -> Option<(Kind, &'static str)> {
    let scripts = [
        ('\u{ff10}', "fullwidth digit"),
        ('\u{660}', "Arabic-Indic digit"),
        ('\u{6f0}', "extended Arabic-Indic digit"),
        ('\u{966}', "Devanagari digit"),
    ];
    scripts.iter().find_map(|&(zero, name)| {
        let value = u32::from(c).checked_sub(u32::from(zero)).filter(|value| *value < 10)?;
        Some((Kind::Like(char::from_digit(value, 10)?), name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_is_listed_once() {
        for (at, (c, kind, name)) in CHARACTERS.iter().enumerate() {
            assert!(!CHARACTERS[..at].iter().any(|(other, _, named)| other == c || named == name));
            let is_unseen = matches!(kind, Kind::Blank | Kind::Invisible);
            assert_eq!(is_invisible(*c) || c.is_control(), is_unseen, "{name}");
        }
    }
}
