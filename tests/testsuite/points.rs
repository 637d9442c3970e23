//! What makes points, tags and fields equal, and what else a point tells.

use lineproof::annotated_csv::Reader;
use lineproof::line_protocol::Lines;
use lineproof::point::PointBuilder;
use lineproof::{FieldValue, Point, line_protocol};

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

#[test]
fn of_each_key_the_last_field_where_the_key_comes_first() {
    for (line, expected) in [
        ("m f=1", "f=1"),
        ("m a=1,b=2,c=3", "a=1,b=2,c=3"),
        ("m a=1,b=2,a=3i", "a=3i,b=2"),
        ("m b=t,a=1,b=\"x\",a=2,b=3", "b=3,a=2"),
        (r"m a\,b=1,c=2,a\,b=3", "a,b=3,c=2"),
    ] {
        let point = point(line);
        let fields = point.last_fields();
        let shown: Vec<_> =
            fields.clone().map(|field| format!("{}={}", field.key(), field.value())).collect();
        assert_eq!(shown.join(","), expected, "{line}");
        assert_eq!(fields.len(), shown.len(), "{line}");
        assert!(fields.clone().all(|field| point.field(field.key()) == Some(field.value())));
    }
    assert_eq!(Point::default().last_fields().count(), 0);
}

#[test]
fn texts_are_told_where_they_stand_verbatim() {
    let line = r#"# c
 m\ n,a=b,c\=d=e s="x\"y",t="plain",u="""#;
    let point = point(line);
    let string = |key| point.field(key).and_then(FieldValue::as_str).unwrap();
    let tags: Vec<_> = point.tags().collect();
    for (text, verbatim) in [
        (point.measurement(), None),
        (tags[0].key(), Some("a")),
        (tags[0].value(), Some("b")),
        (tags[1].key(), None),
        (tags[1].value(), Some("e")),
        (string("s"), None),
        (string("t"), Some("plain")),
        (&string("t")[1..3], Some("la")),
        (string("u"), Some("")),
        ("another text", None),
        (line, None),
    ] {
        let span = point.text_span(text);
        assert_eq!(span.map(|span| &line[span.range()]), verbatim, "{text:?}");
    }
    let built = PointBuilder::new("m").field("f", "text").build().unwrap();
    assert_eq!(built.text_span(built.measurement()), None);

    let csv = "m|measurement,label|tag,s|string,t|string\nx,y,\"a\"\"b\",\"plain\"\n";
    let point = Reader::new(csv.as_bytes()).points().next().unwrap().unwrap();
    let tag = point.tags().next().unwrap();
    let string = |key| point.field(key).and_then(FieldValue::as_str).unwrap();
    for (text, verbatim) in [
        (point.measurement(), Some("x")),
        (tag.key(), None),
        (tag.value(), Some("y")),
        (string("s"), None),
        (string("t"), Some("plain")),
    ] {
        let span = point.text_span(text);
        assert_eq!(span.map(|span| &csv[span.range()]), verbatim, "{text:?}");
    }
}

#[test]
fn a_recycled_point_is_as_good_as_a_new_one() {
    let csv = "m|measurement,f|long,t|dateTime:number\nx,1,5\n";
    let row = Reader::new(csv.as_bytes()).points().next().unwrap().unwrap();
    let mut used = point("\n  m\\ n,a=b f=1,s=\"\\\"\" 5").into_owned();
    for spent in [row.into_owned(), point("m f=1 5").into_owned(), used.clone()] {
        assert_eq!(format!("{:?}", spent.recycle()), format!("{:?}", Point::default()));
    }
    for body in ["m f=1,g=\"\\\"\"\n".to_owned(), "n\\ o,t=1 f=2i 7\n".to_owned()] {
        let mut read = used.recycle();
        Lines::new(body.as_bytes()).read(&mut read).unwrap().unwrap();
        assert_eq!(format!("{read:?}"), format!("{:?}", point(&body)));
        used = read.recycle();
    }
}
