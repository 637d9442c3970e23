//! Bodies that arrive in pieces: at which places they can be cut, long ones, and limits.

use lineproof::error::SyntaxErrorKind as Kind;
use lineproof::line_protocol::{Chunks, Lines};

use crate::shared::line_protocol::{assert_same, read_all};
use crate::shared::reading::read_pieces;

const NO_LIMIT: usize = 16 << 20;

/// Pieces give the lines of the whole body.
#[track_caller]
fn check<'b>(name: &str, body: &[u8], pieces: impl IntoIterator<Item = &'b [u8]>, limit: usize) {
    let whole = read_all(Lines::new(body).max_line_bytes(limit));
    let mut lines = Vec::new();
    read_pieces(Chunks::new().max_line_bytes(limit), pieces, |line, _| {
        lines.push(line.map(|point| point.clone()));
    });
    assert_same(&lines, &whole, &|| format!("{name}, limit {limit}"));
}

#[test]
fn at_every_place_of_a_body() {
    const BODIES: [(&str, &[u8]); 21] = [
        ("two lines", b"m,t=v f=1 5\nm f=2\n"),
        ("no line end", b"m f=1"),
        ("CR LF", b"m f=1\r\nm f=2\r\n\r\nm f=3\r"),
        ("a CR alone", b"m f=1\rm f=2\nm f=3\n"),
        ("a line feed in a string", b"m f=\"a\nb\",g=1 5\nm f=2\n"),
        ("a CR LF in a string", b"m f=\"a\r\nb\"\r\nm f=2\n"),
        ("escapes", b"m\\ n,a\\,b=c\\=d f\\ g=\"\\\"\\\\\",h=\"\\\\\" 1\nm f=1\n"),
        ("characters of several bytes", "m\u{e4},k=\u{20ac} f=\"\u{1f980}\" 1\nm f=2".as_bytes()),
        ("not UTF-8", b"m f=1\nm\xe2\x82 f=1\nm f=\"\xff\"\nm f=2\n"),
        ("comments and blanks", b"# m f=\"\n  # x\n\n   \n m f=1\n#"),
        ("an unclosed quote", b"m f=\"a\nm f=2\nm f=3\n"),
        ("an unclosed quote and a string", b"m f=\"a\nm f=\"b\"\nm f=3\n"),
        ("a quote closed too late", b"m f=\"a\nb\"c\nm f=2\n"),
        ("a quote closed too late, and a CR", b"m f=\"a\nb\"\rc\nm f=2\n"),
        ("an error before a string", b"m f=x,g=\"a\nm f=1\nb\" 5\nm f=2\n"),
        (
            "a bad byte in a string",
            b"log,app=a msg=\"bad \xff byte\nevil,role=admin f=1\nend\" 5\nm f=1",
        ),
        ("an error before a string that closes", b"n v=oops,msg=\"text\nevil f=1\nend\" 5\nm f=1"),
        ("an error before a string that never closes", b"n v=oops,msg=\"text\nm f=1\n"),
        ("a CR alone after a string", b"m f=\"a\nb\"\r\r\nm f=\"a\nb\"\r"),
        ("strings opened in unclosed strings", b"m f=\"a\nm f=\"b\nm f=x,g=\"c\n\"d\nm f=2"),
        ("quotes where no string begins", b"\"m\",\"k\"=\" \"f\"=1\nm,k=\" f=1\nm f=1\n"),
    ];
    for (name, body) in BODIES {
        for limit in [NO_LIMIT, 12, 7, 1] {
            for at in 0..=body.len() {
                let (head, tail) = body.split_at(at);
                check(&format!("{name}, cut at {at}"), body, [head, b"", tail], limit);
            }
            check(&format!("{name}, byte by byte"), body, body.chunks(1), limit);
        }
    }
}

/// No byte is read again and again, however the pieces are cut: these bodies would take hours
/// otherwise.
#[test]
fn byte_by_byte_and_long() {
    let size = if cfg!(debug_assertions) { 1 << 20 } else { 10 << 20 };
    let bodies: [(&str, Vec<u8>, usize); 9] = [
        ("an unclosed quote and no more", [b"m f=\"", &b"x".repeat(size)[..]].concat(), 1),
        (
            "an unclosed quote and many lines",
            [b"m f=\"", &b"x f=1\n".repeat(size / 6)[..]].concat(),
            size / 6,
        ),
        (
            "strings of several lines",
            [b"m ", &b"f=\"\n\",".repeat(size / 7)[..], b"f=1\n"].concat(),
            1,
        ),
        ("unclosed quotes", b"m f=\"x\n".repeat(size / 8), size / 8),
        ("an error before each unclosed quote", b"m f=x,g=\"y\n".repeat(size / 11), size / 11),
        (
            "an error before an unclosed quote and many lines",
            [b"m f=x,g=\"", &b"x f=1\n".repeat(size / 6)[..]].concat(),
            size / 6,
        ),
        ("strings that a lone CR follows", b"m f=\"\n\"\rx\n".repeat(size / 11), size / 11 * 2),
        ("a name without an end", b"m".repeat(size), 1),
        (
            "wrong lines, each closing the string of the one before",
            [&b"m f=1\",g=\"x\n".repeat(size / 12)[..], b"\"\n"].concat(),
            // Each quote that opens is closed by the next line's, which a comma follows.
            1,
        ),
    ];
    for (name, body, lines) in bodies {
        for longest in [1, body.len()] {
            let mut count = 0;
            read_pieces(Chunks::new(), body.chunks(longest), |_, _| count += 1);
            assert_eq!(count, lines, "{name}, pieces of {longest}");
        }
    }
}

/// The limit, and the text after it that an error needs, may end just where a piece ends.
#[test]
fn cut_around_the_limit() {
    let body = [
        &b"m".repeat(600)[..],
        b"
m f=1
",
    ]
    .concat();
    check("byte by byte", &body, body.chunks(1), 10);
    for at in 0..=body.len() {
        let (head, tail) = body.split_at(at);
        check(&format!("cut at {at}"), &body, [head, tail], 10);
    }
}

/// A line over the limit is rejected without being kept.
#[test]
fn a_line_that_never_ends() {
    let x = b"x".repeat(100);
    let middle = std::iter::repeat_n(&x[..], 10_000);
    let pieces = [&b"m f=1\nm f=\""[..]].into_iter().chain(middle).chain([&b"\nm f=2\n"[..]]);
    let (mut lines, mut errors) = (Vec::new(), Vec::new());
    read_pieces(Chunks::new().max_line_bytes(1_000), pieces, |line, chunks| match line {
        Ok(point) => lines.push((point.line(), chunks.raw().len(), chunks.leading().len())),
        Err(error) => errors.push((error.kind(), error.span().start(), chunks.raw().len())),
    });
    assert_eq!(lines, [(1, 6, 0), (3, 6, 0)]);
    assert_eq!(errors, [(Kind::LineTooLong, 1_006, 1_260)]);
}
