//! Bodies that are no text in UTF-8, recognised by their first bytes.

use super::cause::Cause;

/// The first bytes of binary formats.
const MAGIC: &[&[u8]] = &[
    b"\x28\xb5\x2f\xfd",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x04\x22\x4d\x18",
    b"\x02\x21\x4c\x18",
    b"\xff\x06\x00\x00sNaPpY",
    b"\x89LZO",
    b"BZh91AY",
    b"\x78\x9c",
    b"\x78\x01",
    b"\x78\x5e",
    b"\x78\xda",
    b"\x5d\x00\x00",
    b"PAR1",
    b"ORC",
    b"Obj\x01",
    b"SQLite format 3\x00",
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"ARROW1",
    b"\x7fELF",
];

/// So many bytes tell a body without a signature.
const LOOKED_AT: usize = 64;

/// So many control characters no text has at its beginning.
const CONTROLS: usize = 3;

pub(super) fn by_first_bytes(body: &[u8]) -> Option<Cause> {
    match body {
        [0x1f, 0x8b, ..] => return Some(Cause::Gzip),
        [0x16, 0x03, 0..=4, ..] => return Some(Cause::Tls),
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return Some(Cause::Utf32),
        _ => {}
    }
    // A signature of letters may also begin a name, which no control character follows.
    let is_binary = |magic: &&[u8]| {
        body.strip_prefix(*magic).is_some_and(|rest| {
            !magic.is_ascii()
                || magic.iter().any(u8::is_ascii_control)
                || rest.iter().take(16).any(|byte| !(b'\t'..0x80).contains(byte))
                || *magic == b"%PDF-"
        })
    };
    if MAGIC.iter().any(is_binary) {
        return Some(Cause::Binary);
    }
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = body {
        return Some(Cause::Utf16);
    }
    let start = &body[..body.len().min(LOOKED_AT)];
    if let Some(wide) = wide_characters(start) {
        return Some(wide);
    }
    // Lines end in some, a terminal's sequences begin with another, and 1C to 1F separate.
    let is_control = |byte: &&u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x7f);
    (start.iter().filter(is_control).count() >= CONTROLS).then_some(Cause::Binary)
}

/// Returns the encoding of a text of more than one byte a character, by the zeros that letters of
/// ASCII have in it.
fn wide_characters(start: &[u8]) -> Option<Cause> {
    if let [a, 0, 0, 0, b, 0, 0, 0, ..] | [0, 0, 0, a, 0, 0, 0, b, ..] = start
        && *a != 0
        && *b != 0
    {
        return Some(Cause::Utf32);
    }
    let pairs = start.len() / 2;
    let zeros = |at: usize| start.iter().skip(at).step_by(2).filter(|&&byte| byte == 0).count();
    let is_wide = |high: usize, low: usize| zeros(low) == 0 && 2 * zeros(high) > pairs;
    (pairs > 1 && (is_wide(1, 0) || is_wide(0, 1))).then_some(Cause::Utf16)
}
