//! What an untagged plain scalar is. The first character tells what is possible at all.

use super::{Scalar, number};

/// The value; `None` for a string.
pub(in crate::yaml) fn resolve(text: &str) -> Option<Scalar<'static>> {
    match text.as_bytes().first() {
        None => Some(Scalar::Null),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(text),
        Some(b'.') => special_float(text).or_else(|| number::float(text)),
        Some(b'0'..=b'9' | b'+' | b'-') => special_float(text).or_else(|| numeral(text)),
        Some(_) => None,
    }
}

fn word(text: &str) -> Option<Scalar<'static>> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => return None,
    })
}

fn special_float(text: &str) -> Option<Scalar<'static>> {
    Some(Scalar::Float(match text {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    }))
}

/// Underscores do not count, wherever they are.
fn numeral(text: &str) -> Option<Scalar<'static>> {
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
    let integer = number::integer(text).map(Scalar::Int);
    integer.or_else(|| number::float(text)).or_else(|| number::signed_binary(text).map(Scalar::Int))
}

/// `2001-12-14`, `2001-12-14 21:59:43.10` or `2001-12-14t21:59:43.10-05:00`: a time in YAML 1.1, but a string for
/// Kubernetes.
pub(in crate::yaml) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return false;
    }
    date_and_time(text).is_some()
}

/// `Some` when the text is a time.
fn date_and_time(text: &str) -> Option<()> {
    let year = text[..4].parse().ok()?;
    let (month, rest) = number(&text[5..])?;
    let (day, rest) = number(rest.strip_prefix('-')?)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let (zoned, rest) = match rest.as_bytes().first() {
        None => return Some(()),
        Some(b'T' | b't') => (true, &rest[1..]),
        Some(b' ') => (false, rest.trim_start_matches(' ')),
        Some(_) => return None,
    };
    let (hour, rest) = number(rest)?;
    let (minute, rest) = number(rest.strip_prefix(':')?)?;
    let (second, rest) = number(rest.strip_prefix(':')?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let rest = fraction(rest)?;
    if zoned { zone(rest) } else { rest.is_empty().then_some(()) }
}

/// A number of one or two digits.
fn number(text: &str) -> Option<(u32, &str)> {
    let len = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    Some((text[..len].parse().ok()?, &text[len..]))
}

fn fraction(text: &str) -> Option<&str> {
    let Some(digits) = text.strip_prefix(['.', ',']) else { return Some(text) };
    let len = digits.bytes().take_while(u8::is_ascii_digit).count();
    (len > 0).then(|| &digits[len..])
}

fn zone(text: &str) -> Option<()> {
    if text == "Z" {
        return Some(());
    }
    let bytes = text.strip_prefix(['+', '-'])?.as_bytes();
    match bytes {
        [h1, h2, b':', m1, m2] if [h1, h2, m1, m2].iter().all(|digit| digit.is_ascii_digit()) => {
            let pair = |a: &u8, b: &u8| (a - b'0') * 10 + (b - b'0');
            (pair(h1, h2) <= 24 && pair(m1, m2) < 60).then_some(())
        }
        _ => None,
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
