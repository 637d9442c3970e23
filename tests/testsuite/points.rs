//! What makes points, tags and fields equal.

use lineproof::{Point, line_protocol};

#[track_caller]
fn point(line: &str) -> Point<'_> {
    line_protocol::points(line.as_bytes()).next().expect("a line").expect("a point")
}

#[test]
fn points_are_equal_when_they_say_the_same() {
    for (a, b) in [
        ("m f=1", "m f=1.0"),
        ("m f=1", "  m  f=1 "),
        ("m,a=1,b=2 f=1 5", "m,b=2,a=1 f=1 5"),
        (r"m\,n f=1", "\n\n# elsewhere\nm\\,n f=1"),
        ("m f=\"a\\\"b\",g=2i", "m f=\"a\\\"b\",g=2i"),
    ] {
        assert_eq!(point(a), point(b), "{a} and {b}");
    }
}

#[test]
fn points_differ_where_anything_that_they_say_differs() {
    let lines = [
        "m f=1",
        "n f=1",
        "m f=1 5",
        "m f=1 6",
        "m g=1",
        "m f=2",
        "m f=-0",
        "m f=0",
        "m f=1i",
        "m f=1u",
        "m f=t",
        "m f=\"1\"",
        "m f=\"2\"",
        "m f=1,g=2",
        "m g=2,f=1",
        "m,k=v f=1",
        "m,k=w f=1",
        "m,l=v f=1",
        "m,k=v,l=v f=1",
    ];
    for (number, a) in lines.iter().enumerate() {
        for b in &lines[number + 1..] {
            assert_ne!(point(a), point(b), "{a} and {b}");
        }
    }
}

/// Tags know their places, unlike points.
#[test]
fn tags_are_equal_when_they_say_the_same_at_the_same_place() {
    let tag = |line| point(line).tags().next().map(|tag| format!("{tag:?}"));
    let line = point("m,k=v f=1");
    for (other, equal) in [
        ("m,k=v g=2", true),
        ("m,k=w f=1", false),
        ("m,l=v f=1", false),
        ("mm,k=v f=1", false),
        (" m,k=v f=1", false),
    ] {
        let other_point = point(other);
        assert_eq!(line.tags().next() == other_point.tags().next(), equal, "{other}");
        assert_eq!(tag("m,k=v f=1") == tag(other), equal, "{other}");
    }
}
