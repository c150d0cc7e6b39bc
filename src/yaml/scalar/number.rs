//! Numbers as Go reads and writes them.

use super::Scalar;

/// An integer as Go's `ParseInt` and `ParseUint` read it with base 0: a sign, `0x`, `0b`, `0o`, or just `0`.
pub(super) fn parse_integer(text: &str) -> Option<i128> {
    let unsigned = strip_sign(text);
    let (digits, radix) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&unsigned[2..], 16),
        [b'0', b'b' | b'B', ..] => (&unsigned[2..], 2),
        [b'0', b'o' | b'O', ..] => (&unsigned[2..], 8),
        [b'0', _, ..] => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    if !digits.starts_with(|digit: char| digit.is_digit(radix)) {
        return None;
    }
    let number = i128::from_str_radix(digits, radix).ok()?;
    let number = if text.starts_with('-') { -number } else { number };
    let bound = if unsigned.len() == text.len() { i128::from(u64::MAX) } else { i128::from(i64::MAX) };
    (i128::from(i64::MIN)..=bound).contains(&number).then_some(number)
}

/// `0b` with a sign after it, which go-yaml lets pass.
pub(super) fn parse_signed_binary(text: &str) -> Option<i128> {
    let number = i128::from_str_radix(text.strip_prefix("0b")?, 2).ok()?;
    i64::try_from(number).ok().map(i128::from)
}

/// A finite decimal number, digits on at least one side of the point.
pub(super) fn parse_float(text: &str) -> Option<Scalar<'static>> {
    let unsigned = strip_sign(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_mantissa = has_only_digits(whole) && has_only_digits(fraction) && !matches!(mantissa, "" | ".");
    let has_exponent = match exponent.map(strip_sign) {
        Some(digits) => !digits.is_empty() && has_only_digits(digits),
        None => true,
    };
    if !has_mantissa || !has_exponent {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(Scalar::Float(number))
}

fn strip_sign(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn has_only_digits(text: &str) -> bool {
    text.as_bytes().iter().all(u8::is_ascii_digit)
}

/// A float as a key: Go's format `g` in the shortest form that tells 32-bit floats apart.
pub(in crate::yaml) fn format_float_key(number: f64) -> String {
    let short = number as f32;
    if short.is_nan() {
        return ".nan".to_string();
    }
    if short.is_infinite() {
        return if short > 0.0 { ".inf".to_string() } else { "-.inf".to_string() };
    }
    let text = format!("{short:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{short}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}
