//! Units of measured values.

/// What may stand after a number as its unit.
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "%", "\u{2030}", "\u{b0}", "\u{b0}C", "\u{b0}F", "\u{b0}K", "\u{2103}", "\u{2109}",
    "degC", "degF", "C", "F", "V", "mV", "kV",
    "A", "mA", "uA", "W", "mW", "kW", "MW", "GW",
    "VA", "kVA", "var", "Wh", "kWh", "MWh", "GWh", "Ah",
    "mAh", "J", "kJ", "MJ", "Hz", "kHz", "MHz", "GHz",
    "Pa", "hPa", "kPa", "MPa", "bar", "mbar", "psi", "N",
    "Nm", "B", "kB", "KB", "MB", "GB", "TB", "KiB",
    "MiB", "GiB", "TiB", 
    "bit", "bits", "byte", "bytes", "bps", "kbps",
    "Mbps", "Gbps", "kbit/s", "Mbit/s", "kB/s", "MB/s", "B/s", "ns",
    "us", "\u{b5}s", "\u{3bc}s", "ms", "s", "sec", "secs", "min",
    "mins", "h", "hr", "hrs", "days", "mm", "cm",
    "km", "mi", "ft", "in", "m/s", "km/h", "kmh", "mph",
    "kn", "g", "mg", "kg", "t", "lb", "l", "L",
    "ml", "mL", "l/h", "l/min", "m3", "m\u{b3}", "m\u{b2}", "m3/h",
    "m\u{b3}/h", "rpm", "dB", "dBm", "dBA", "ppm", "ppb", "lx",
    "lux", "px", "\u{3a9}", "ohm", "W/m2", "W/m\u{b2}", "ug/m3", "\u{b5}g/m3",
    "\u{b5}g/m\u{b3}", "mg/l", "deg", "\u{20ac}", "$", "EUR", "USD", "pcs",
    "pH", "mbps", "Mb", "Gb", "W/m^2", "\u{a3}", "\u{a5}",
    "GBP", "PB", "PiB", "hours", "hour", "minutes", "minute", "seconds",
    "second", "day", "L/min", "l/s", "mV/m", "kA", "kN", "bpm",
    "Bq", "Sv", "uSv/h", "\u{b5}Sv/h", "ug/m\u{b3}", "\u{3bc}g/m\u{b3}", "\u{3bc}g/m3", "inHg",
    "inch", "inches", "yd", "lbs", "oz", "gal", "cd", "lm",
    "mol", "\u{2126}",
];

/// What may be a unit, or stand for a multiple of the number.
const MULTIPLES: &[&str] = &["k", "K", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "m"];

/// What may stand before a number as its unit, or as a comparison with it.
const SIGNS: &[char] =
    &['$', '\u{20ac}', '\u{a3}', '\u{a5}', '<', '>', '~', '\u{2248}', '\u{2264}', '\u{2265}', '#'];

/// Returns whether `text` is a unit.
pub(super) fn is_unit(text: &str) -> bool {
    UNITS.contains(&text)
}

/// Returns whether `text` is a unit, or a letter for a multiple of a number.
pub(super) fn is_multiple(text: &str) -> bool {
    MULTIPLES.contains(&text)
}

/// Returns `text` without a currency or a comparison at its front, if there is one.
pub(super) fn without_sign(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(SIGNS)?;
    Some(rest.strip_prefix('=').unwrap_or(rest))
}

/// Returns whether `text` is a duration such as `1h30m`: numbers, each with its unit.
pub(super) fn is_duration(text: &str) -> bool {
    let units = ["h", "m", "s", "ms", "us", "\u{b5}s", "ns", "d", "w"];
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    let mut parts = 0;
    while !rest.is_empty() {
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let unit_end = number.find(|c: char| c.is_ascii_digit()).unwrap_or(number.len());
        if number.len() == rest.len() || !units.contains(&&number[..unit_end]) {
            return false;
        }
        rest = &number[unit_end..];
        parts += 1;
    }
    parts > 1
}
