//! How many columns a terminal gives a character.

/// 0 for what combines with the character before it, 2 for what is wide, 1 for the rest.
pub(super) fn width(c: char) -> usize {
    let code = u32::from(c);
    let within = |ranges: &[(u32, u32)]| ranges.iter().any(|&(first, last)| (first..=last).contains(&code));
    if code < 0x300 {
        1
    } else if within(&COMBINING) {
        0
    } else if within(&WIDE) {
        2
    } else {
        1
    }
}

/// Marks, joiners and variation selectors, by Unicode block.
const COMBINING: [(u32, u32); 14] = [
    (0x300, 0x36f),
    (0x483, 0x489),
    (0x591, 0x5bd),
    (0x610, 0x61a),
    (0x64b, 0x65f),
    (0x6d6, 0x6dc),
    (0x900, 0x902),
    (0xe34, 0xe3a),
    (0x1ab0, 0x1aff),
    (0x1dc0, 0x1dff),
    (0x200b, 0x200f),
    (0x20d0, 0x20ff),
    (0xfe00, 0xfe0f),
    (0xe0100, 0xe01ef),
];

/// East Asian wide and fullwidth characters, and emoji.
const WIDE: [(u32, u32); 10] = [
    (0x1100, 0x115f),
    (0x2e80, 0x303e),
    (0x3041, 0x33ff),
    (0x3400, 0x4dbf),
    (0x4e00, 0xa4cf),
    (0xac00, 0xd7a3),
    (0xf900, 0xfaff),
    (0xfe30, 0xfe6f),
    (0xff00, 0xff60),
    (0x1f300, 0x3fffd),
];

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn widths() {
        for (text, expected) in [
            ("a\u{e4}\u{20ac}", 3),
            ("\u{65e5}\u{672c}", 4),
            ("\u{1f980}", 2),
            ("e\u{301}", 1),
            ("\u{200d}\u{fe0f}", 0),
        ] {
            assert_eq!(text.chars().map(width).sum::<usize>(), expected, "{text:?}");
        }
    }
}
