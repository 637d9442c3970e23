//! Draws the speeds of several readers on several bodies as bars, in SVG.

use std::fmt::Write as _;

const WIDTH: f64 = 760.0;
/// Where bars begin, and how much room their figures have after the longest.
const LEFT: f64 = 40.0;
const RIGHT: f64 = 70.0;
const TOP: f64 = 70.0;
const BAR: f64 = 12.0;
const GAP: f64 = 12.0;
const COLOURS: [&str; 4] = ["#1f6feb", "#79b8ff", "#c9510c", "#8b949e"];

/// Returns a plot of speeds in MB/s: for each body its name, and its bars in the order of `readers`.
pub(crate) fn bars(title: &str, readers: &[&str], bodies: &[(&str, Vec<f64>)]) -> String {
    let most = bodies.iter().flat_map(|(_, speeds)| speeds).copied().fold(1.0, f64::max);
    let mut shapes = String::new();
    let text = |out: &mut String, x: f64, y: f64, text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        writeln!(out, r#"<text x="{x:.0}" y="{y:.0}">{text}</text>"#).expect("a string");
    };
    let bar = |out: &mut String, x: f64, y: f64, width: f64, reader: usize| {
        let (height, colour) = (BAR - 2.0, COLOURS[reader % COLOURS.len()]);
        writeln!(
            out,
            r#"<rect x="{x:.0}" y="{y:.0}" width="{width:.1}" height="{height}" fill="{colour}"/>"#
        )
        .expect("a string");
    };
    text(&mut shapes, LEFT, 20.0, title);
    let mut x = LEFT;
    for (reader, name) in readers.iter().enumerate() {
        bar(&mut shapes, x, 34.0, BAR, reader);
        text(&mut shapes, x + BAR + 6.0, 43.0, name);
        x += WIDTH / 3.0;
    }
    let mut y = TOP;
    for (name, speeds) in bodies {
        text(&mut shapes, 8.0, y + BAR, name);
        for (reader, speed) in speeds.iter().enumerate() {
            let width = speed / most * (WIDTH - LEFT - RIGHT);
            bar(&mut shapes, LEFT, y, width, reader);
            text(&mut shapes, LEFT + width + 5.0, y + BAR - 3.0, &format!("{speed:.0}"));
            y += BAR;
        }
        y += GAP;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y:.0}\" \
         font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{shapes}</svg>\n"
    )
}
