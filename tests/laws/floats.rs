//! A float is the double that the parser of `core` reads from its text, bit for bit.

use std::env;
use std::fmt::Write as _;

use lineproof::line_protocol::Lines;
use lineproof::{FieldValue, Point};

use crate::random::Random;

/// Returns the value of the field `token`, as bits, if it is one.
fn read(token: &str, line: &mut String, point: &mut Point<'static>) -> Option<u64> {
    line.clear();
    let _ = write!(line, "m f={token} 17");
    let mut read = std::mem::take(point).recycle();
    let is_read = Lines::new(line.as_str()).read(&mut read).is_some_and(|read| read.is_ok());
    let value = if is_read { read.field("f").and_then(FieldValue::as_float) } else { None };
    *point = read.recycle();
    value.map(f64::to_bits)
}

#[test]
fn hard_cases_of_the_literature() {
    let (mut line, mut point) = (String::new(), Point::default());
    for (token, bits) in [
        // A common decimal.
        ("0.1", 0x3fb9_9999_9999_999a),
        // 17 digits.
        ("0.30000000000000004", 0x3fd3_3333_3333_3334),
        // Between two doubles, not shortest.
        ("1e23", 0x44b5_2d02_c7e1_4af6),
        // A power where one division is not exact.
        ("8.41e21", 0x447c_7e83_209e_90b2),
        // A tie at 2^53, to even, down.
        ("9007199254740993", 0x4340_0000_0000_0000),
        // A tie at 2^53, to even, up.
        ("9007199254740995", 0x4340_0000_0000_0002),
        // Less than a tie.
        ("9007199254740992.5", 0x4340_0000_0000_0000),
        // Just more than a tie.
        ("9007199254740993.0000000000000000000000001", 0x4340_0000_0000_0001),
        // A tie at 2^63 and one more.
        ("9223372036854776833", 0x43e0_0000_0000_0001),
        // The largest u64.
        ("18446744073709551615", 0x43f0_0000_0000_0000),
        // One more.
        ("18446744073709551616", 0x43f0_0000_0000_0000),
        // The largest subnormal, on which PHP and Java hung.
        ("2.2250738585072011e-308", 0x000f_ffff_ffff_ffff),
        // The smallest normal.
        ("2.2250738585072012e-308", 0x0010_0000_0000_0000),
        // The smallest subnormal.
        ("4.9406564584124654e-324", 0x0000_0000_0000_0001),
        // Rounds to zero.
        ("2.4703282292062327e-324", 0x0000_0000_0000_0000),
        // Rounds to the smallest subnormal.
        ("2.4703282292062328e-324", 0x0000_0000_0000_0001),
        // The largest double.
        ("1.7976931348623157e308", 0x7fef_ffff_ffff_ffff),
        // Rounds to the largest double.
        ("1.7976931348623158e308", 0x7fef_ffff_ffff_ffff),
        // A tie with 54 decimals.
        ("0.500000000000000166533453693773481063544750213623046875", 0x3fe0_0000_0000_0002),
        // A tie above 2^45.
        ("3.518437208883201171875e13", 0x42c0_0000_0000_0002),
        // Wrong in old versions of glibc.
        ("62.5364939768271845828", 0x404f_44ab_d5aa_7ca4),
        // Wrong in old versions of glibc.
        ("8.10109172351e-10", 0x3e0b_d5cb_aef0_fd0c),
        // Just above a tie.
        ("1.50000000000000011102230246251565", 0x3ff8_0000_0000_0000),
        // Just below a tie.
        ("9007199254740991.4999999999999999999999999999999995", 0x433f_ffff_ffff_ffff),
        // A tie, wrong in old versions of GCC.
        ("7.3177701707893310e+15", 0x4339_ff79_2393_edd3),
        // A tie of 31 digits.
        ("1090544144181609348671888949248", 0x462b_8779_f247_4dfa),
        // The tie after one.
        ("1.00000000000000011102230246251565404236316680908203125", 0x3ff0_0000_0000_0000),
        // Just above it.
        ("1.00000000000000011102230246251565404236316680908203126", 0x3ff0_0000_0000_0001),
        // Just below it.
        ("1.00000000000000011102230246251565404236316680908203124", 0x3ff0_0000_0000_0000),
        // Zeros and an exponent.
        ("6250000000000000000000000000000000e-12", 0x4475_2d02_c7e1_4af6),
    ] {
        for (sign, expected) in [("", bits), ("-", bits | 1 << 63)] {
            let token = format!("{sign}{token}");
            assert_eq!(read(&token, &mut line, &mut point), Some(expected), "{token}");
        }
    }
}

/// Writes a random or extreme token: shortest texts, digits with a point anywhere, ties between two
/// doubles and their neighbours, whole numbers at powers of two, exponents of any size.
fn write_token(random: &mut Random, out: &mut String) {
    out.clear();
    if random.one_in(4) {
        out.push('-');
    }
    let any = random.next();
    let number = any >> random.below(64);
    match random.below(8) {
        0 | 1 => {
            let fraction = f64::from_bits(1023 << 52 | any >> 12) - 1.0;
            let scale = [0.001, 0.1, 1.0, 100.0, 1e6, 1e9][random.below(6)];
            let _ = write!(out, "{}", fraction * scale);
        }
        2 => {
            let value = f64::from_bits(any & !(1 << 63));
            let _ = write!(out, "{:e}", if value.is_finite() { value } else { 1.5 });
        }
        3 => {
            let bits = (1023 - 40 + random.below(100) as u64) << 52 | any >> 12;
            let _ = write!(out, "{}", f64::from_bits(bits));
        }
        4 => {
            // An odd number of 54 bits times a power of five is halfway between two doubles.
            let (decimals, half) = (random.below(5), any >> 10 | 1 << 53 | 1);
            let tie = u128::from(half) * 5_u128.pow(decimals as u32) + 1 - random.below(3) as u128;
            let _ = write!(out, "{tie}");
            out.insert(out.len() - decimals, '.');
        }
        5 => {
            let power = 1_u128 << (50 + random.below(20));
            let _ = write!(out, "{}", power + 8 - random.below(17) as u128);
            out.insert(out.len() - random.below(19).min(out.len() - 2), '.');
        }
        6 => {
            let _ = write!(out, "{number}");
            for _ in 0..random.below(25) {
                out.push(char::from(b'0' + random.below(10) as u8));
            }
            let sign = usize::from(out.starts_with('-'));
            out.insert(sign + random.below(out.len() - sign + 1), '.');
        }
        _ => {
            let sign = ["", "+", "-"][random.below(3)];
            let _ = write!(out, "{number}e{sign}{}", random.below(340));
        }
    }
}

/// The variable `LINEPROOF_FLOATS` sets how many tokens are compared, a million by default.
#[test]
fn floats_are_those_that_core_reads() {
    let count = env::var("LINEPROOF_FLOATS")
        .ok()
        .map_or(1_000_000, |count| count.parse().expect("LINEPROOF_FLOATS is a number of tokens"));
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut token, mut line, mut point) = (String::new(), String::new(), Point::default());
    let mut finite = 0_u64;
    for _ in 0..count {
        write_token(&mut random, &mut token);
        let expected: f64 = token.parse().expect("a float");
        let expected = Some(expected.to_bits()).filter(|_| expected.is_finite());
        assert_eq!(read(&token, &mut line, &mut point), expected, "{token}");
        finite += u64::from(expected.is_some());
    }
    assert!(finite > count / 10 * 9, "{finite} of {count}");
}
