//! Random bodies of line protocol, right and wrong ones.

use crate::random::Random;

/// Pieces that lines consist of, right and wrong ones.
pub(crate) const PIECES: [&[u8]; 60] = [
    b",",
    b" ",
    b"=",
    b"\\",
    b"\"",
    b"\n",
    b"\r\n",
    b"\r",
    b"#",
    b"\t",
    b"\x00",
    b"\x7f",
    b"\xff",
    b"\xe2\x82",
    "\u{20ac}".as_bytes(),
    "\u{e4}\u{1f980}".as_bytes(),
    b"m",
    b"cpu",
    b"host=a",
    b"f=1",
    b"f=1i",
    b"f=-7u",
    b"f=1u",
    b"f=t",
    b"f=False",
    b"f=TRUE",
    b"f=\"text\"",
    b"f=\"a\\\"b\"",
    b"f=\"a\nb\"",
    b"f=\"",
    b"f=1.5e3",
    b"f=.5",
    b"f=1.",
    b"f=-.e",
    b"f=0.1234567890123456789",
    b"f=12345678",
    b"f=123456789012345678901",
    b"f=9223372036854775808i",
    b"f=18446744073709551615u",
    b"f=1e400",
    b"f=-0",
    b" 1700000000000000000",
    b" -5",
    b" 99999999999999999999",
    b"  ",
    b"\\,",
    b"\\ ",
    b"\\=",
    b"\\\\",
    b"m f=1\n",
    b"m,k=v f=1 1\n",
    b"m,b=1,a=2 f=1\n",
    b"m,a=1,a=2 f=1\n",
    b"m,k\\,x=v\\ w f\\==\"x\" 5\n",
    b"# comment\n",
    b"m,averylongtagkey1=1,averylongtagkey2=2 f=1\n",
    b"\n",
    b"averylongmeasurementnamethatspansablockofsixtyfourbytesandmore",
    b"f=nan",
    b"f=+1",
];

/// Returns some of `pieces`, one after another.
pub(crate) fn joined(pieces: &[&[u8]], random: &mut Random) -> Vec<u8> {
    (0..random.below(24)).flat_map(|_| random.pick(pieces).iter().copied()).collect()
}

/// Returns some of [`PIECES`], one after another.
pub(crate) fn made_up(random: &mut Random) -> Vec<u8> {
    joined(&PIECES, random)
}

/// Returns a few lines with a few changes.
pub(crate) fn mutated(random: &mut Random) -> Vec<u8> {
    let lines: [&[u8]; 6] = [
        b"cpu,cpu=cpu0,host=server\\ 01,region=eu-west-1 usage_user=0.5,usage_idle=99.25,up=t,n=12i 1700000000000000000\n",
        b"logs,app=api message=\"a \\\"quoted\\\" text, with = and \\\\ in it\",level=\"info\" 1700000000\n",
        "m,k=\u{e4} f=\"\u{20ac}uro\",g=1u\r\n".as_bytes(),
        b"m,z=1,y=2,x=3 f=1.7976931348623157e308\n",
        b"m f=\"two\nlines\",g=2 7\n",
        b"  m f=1 \n",
    ];
    let mut body: Vec<u8> =
        (0..=random.below(4)).flat_map(|_| random.pick(&lines).iter().copied()).collect();
    for _ in 0..=random.below(3) {
        let at = random.below(body.len());
        let piece = random.pick(&PIECES);
        match random.below(3) {
            0 => body[at] = piece[0],
            1 => drop(body.splice(at..at, piece.iter().copied())),
            _ => _ = body.remove(at),
        }
        if body.is_empty() {
            break;
        }
    }
    body
}
