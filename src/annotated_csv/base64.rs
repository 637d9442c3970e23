//! `base64Binary`: the standard alphabet with padding.

use alloc::vec::Vec;

/// The bytes that `text` spells; line ends inside it do not count.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut quad = [0; 4];
    let mut filled = 0;
    let mut padding = 0;
    for &byte in text.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')) {
        if padding > 0 && (byte != b'=' || filled == 0) {
            return None;
        }
        quad[filled] = match byte {
            b'=' if filled >= 2 => {
                padding += 1;
                0
            }
            byte => digit(byte)?,
        };
        filled += 1;
        if filled == 4 {
            let bits = quad.iter().fold(0, |bits: u32, &digit| bits << 6 | u32::from(digit));
            bytes.extend_from_slice(&bits.to_be_bytes()[1..4 - padding]);
            filled = 0;
        }
    }
    (filled == 0).then_some(bytes)
}

const fn digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn what_is_base64() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("YQ==", Some(b"a")),
            ("YWI=", Some(b"ab")),
            ("YWJj", Some(b"abc")),
            ("YWJjZA==", Some(b"abcd")),
            ("YW\r\nJj\n", Some(b"abc")),
            ("+/+/", Some(b"\xfb\xff\xbf")),
            // Bits that are left over need not be zero.
            ("YR==", Some(b"a")),
            ("YQ=", None),
            ("YQ", None),
            ("Y===", None),
            ("====", None),
            ("YQ==YQ==", None),
            ("YQ=a", None),
            ("YW Jj", None),
            ("-_-_", None),
        ] {
            assert_eq!(decode(text.as_bytes()).as_deref(), bytes, "{text:?}");
        }
    }
}
