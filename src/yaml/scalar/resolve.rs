//! Values of untagged plain scalars. The first character tells which are possible at all.

use super::{Scalar, number};

/// The value; `None` for a string.
pub(in crate::yaml) fn resolve_plain(text: &str) -> Option<Scalar<'static>> {
    match text.as_bytes().first() {
        None => Some(Scalar::Null),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => resolve_word(text),
        Some(b'.') => resolve_special_float(text).or_else(|| resolve_fraction(text)),
        Some(b'0'..=b'9' | b'+' | b'-') => resolve_special_float(text).or_else(|| resolve_numeral(text)),
        Some(_) => None,
    }
}

/// Returns `true` if plain text is a string, as is seen at little cost of most.
pub(in crate::yaml) fn is_surely_text(text: &[u8]) -> bool {
    match text.first() {
        None | Some(b'~' | b'.' | b'0'..=b'9' | b'+' | b'-') => false,
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') => text.len() > "false".len(),
        Some(_) => true,
    }
}

/// Returns `true` for the first byte of plain text that may be an infinite number, or none.
pub(in crate::yaml) fn may_be_infinite(first: u8) -> bool {
    matches!(first, b'.' | b'+' | b'-')
}

/// The words by their length, since most texts that start like one are longer or shorter.
fn resolve_word(text: &str) -> Option<Scalar<'static>> {
    let value = match text.len() {
        1 => match text {
            "y" | "Y" => true,
            "n" | "N" => false,
            "~" => return Some(Scalar::Null),
            _ => return None,
        },
        2 => match text {
            "on" | "On" | "ON" => true,
            "no" | "No" | "NO" => false,
            _ => return None,
        },
        3 => match text {
            "yes" | "Yes" | "YES" => true,
            "off" | "Off" | "OFF" => false,
            _ => return None,
        },
        4 => match text {
            "true" | "True" | "TRUE" => true,
            "null" | "Null" | "NULL" => return Some(Scalar::Null),
            _ => return None,
        },
        5 => match text {
            "false" | "False" | "FALSE" => false,
            _ => return None,
        },
        _ => return None,
    };
    Some(Scalar::Bool(value))
}

fn resolve_special_float(text: &str) -> Option<Scalar<'static>> {
    Some(Scalar::Float(match text {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    }))
}

/// Without digits before the point, underscores count only between digits.
fn resolve_fraction(text: &str) -> Option<Scalar<'static>> {
    if !text.contains('_') {
        return number::parse_float(text);
    }
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('_') {
        let neighbours = [bytes.get(at - 1)?, bytes.get(at + 1)?];
        if !neighbours.iter().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
    }
    number::parse_float(&text.replace('_', ""))
}

/// Otherwise they do not count, wherever they are.
fn resolve_numeral(text: &str) -> Option<Scalar<'static>> {
    if is_timestamp(text) {
        return None;
    }
    let without;
    let text = if text.contains('_') {
        without = text.replace('_', "");
        &without
    } else {
        text
    };
    if let Some(integer) = number::parse_integer(text) {
        return Some(Scalar::Int(integer));
    }
    number::parse_float(text).or_else(|| number::parse_signed_binary(text).map(Scalar::Int))
}

/// `2001-12-14`, `2001-12-14 21:59:43.10` or `2001-12-14t21:59:43.10-05:00`: a time in YAML 1.1, but a string for
/// Kubernetes.
pub(in crate::yaml) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return false;
    }
    parse_timestamp(text).is_some()
}

/// `Some` when the text is a time.
fn parse_timestamp(text: &str) -> Option<()> {
    let year = text[..4].parse().ok()?;
    let (month, rest) = parse_number(&text[5..])?;
    let (day, rest) = parse_number(rest.strip_prefix('-')?)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    let (zoned, rest) = match rest.as_bytes().first() {
        None => return Some(()),
        Some(b'T' | b't') => (true, &rest[1..]),
        Some(b' ') => (false, rest.trim_start_matches(' ')),
        Some(_) => return None,
    };
    let (hour, rest) = parse_number(rest)?;
    let (minute, rest) = parse_number(rest.strip_prefix(':')?)?;
    let (second, rest) = parse_number(rest.strip_prefix(':')?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let rest = pass_fraction(rest)?;
    if zoned { parse_zone(rest) } else { rest.is_empty().then_some(()) }
}

/// A number of one or two digits.
fn parse_number(text: &str) -> Option<(u32, &str)> {
    let len = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    Some((text[..len].parse().ok()?, &text[len..]))
}

fn pass_fraction(text: &str) -> Option<&str> {
    let Some(digits) = text.strip_prefix(['.', ',']) else { return Some(text) };
    let len = digits.bytes().take_while(u8::is_ascii_digit).count();
    if len > 0 { Some(&digits[len..]) } else { None }
}

fn parse_zone(text: &str) -> Option<()> {
    if text == "Z" {
        return Some(());
    }
    let bytes = text.strip_prefix(['+', '-'])?.as_bytes();
    match bytes {
        &[h1, h2, b':', m1, m2] => {
            let hours = parse_two_digits([h1, h2])?;
            let minutes = parse_two_digits([m1, m2])?;
            (hours <= 24 && minutes < 60).then_some(())
        }
        _ => None,
    }
}

fn parse_two_digits(digits: [u8; 2]) -> Option<u8> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some((digits[0] - b'0') * 10 + (digits[1] - b'0'))
}

fn days_in_month(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(table: &[(&str, Option<Scalar<'static>>)]) {
        for (text, value) in table {
            assert!(resolve_plain(text) == *value, "{text}");
        }
    }

    /// The value of each text, as kubectl shows it; `None` for a string.
    #[test]
    fn integers_are_those_of_go() {
        let int = |number| Some(Scalar::Int(number));
        let hexadecimal = [("0x1F", int(31)), ("0X1f", int(31)), ("0_x1", int(1)), ("0x_", None), ("0x1p-2", None)];
        let binary = [("0b101", int(5)), ("0B11", int(3)), ("0b+1", int(1)), ("0b-1", int(-1)), ("-0b1", int(-1))];
        let octal = [("0o17", int(15)), ("0O7", int(7)), ("-0o7", int(-7)), ("0644", int(420)), ("-0644", int(-420))];
        let underscores = [("0_", int(0)), ("1_000", int(1000)), ("-_1", int(-1)), ("_1", None), ("+_", None)];
        let others = [("00", int(0)), ("-0", int(0)), ("+12", int(12)), ("-", None), ("--1", None), ("12:30", None)];
        let large = [
            ("18446744073709551615", int(18_446_744_073_709_551_615)),
            ("-9223372036854775808", int(-9_223_372_036_854_775_808)),
            ("0xFFFFFFFFFFFFFFFFFF", None),
            ("-0x8000000000000001", None),
        ];
        for table in [&hexadecimal[..], &binary, &octal, &underscores, &others, &large] {
            check(table);
        }
    }

    #[test]
    fn floats_are_those_of_go() {
        let float = |number| Some(Scalar::Float(number));
        let octal_alike = [("08", float(8.0)), ("-09", float(-9.0)), ("09.5", float(9.5))];
        let exponents = [("1e3", float(1e3)), ("1E5", float(1e5)), ("1.e5", float(1e5)), ("1e", None), ("1e400", None)];
        let underscores = [("1e5_0", float(1e50)), ("1e_5", float(1e5)), ("+.1_0", float(0.1)), ("1.2.3", None)];
        let fractions = [("1.", float(1.0)), (".5", float(0.5)), (".1_0", float(0.1)), (".1e1_0", float(1e9))];
        let strings = [("._1", None), (".1_", None), (".1__0", None), (".1_e5", None), (".e1", None), (".", None)];
        let large = [
            ("+18446744073709551615", float(18_446_744_073_709_551_615.0)),
            ("18446744073709551616", float(18_446_744_073_709_551_616.0)),
        ];
        for table in [&octal_alike[..], &exponents, &underscores, &fractions, &strings, &large] {
            check(table);
        }
    }

    #[test]
    fn times_are_those_of_go() {
        for text in ["2001-12-14", "2001-1-2", "2001-12-14t21:59:43.10-05:00", "2001-12-14 1:2:3", "2004-02-29"] {
            assert!(is_timestamp(text) && resolve_plain(text).is_none(), "{text}");
        }
        for text in
            ["2001-13-14", "2001-02-30", "2001-12-14T", "201-12-14", "2001-12-14 25:00:00", "20011214", "2001-1-2 é"]
        {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
