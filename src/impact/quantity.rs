//! Quantities as the API server compares them: `500m` and `0.5` are one, and so are `1Gi` and `1024Mi`.

use std::ops::RangeInclusive;

/// The suffixes of decimal and binary quantities (`k8s.io/apimachinery pkg/api/resource/suffix.go`), as factors of a
/// power of ten or of 1024.
const SUFFIXES: [(&str, Factor); 16] = [
    ("n", Factor::Ten(-9)),
    ("u", Factor::Ten(-6)),
    ("m", Factor::Ten(-3)),
    ("", Factor::Ten(0)),
    ("k", Factor::Ten(3)),
    ("M", Factor::Ten(6)),
    ("G", Factor::Ten(9)),
    ("T", Factor::Ten(12)),
    ("P", Factor::Ten(15)),
    ("E", Factor::Ten(18)),
    ("Ki", Factor::Kibi(1)),
    ("Mi", Factor::Kibi(2)),
    ("Gi", Factor::Kibi(3)),
    ("Ti", Factor::Kibi(4)),
    ("Pi", Factor::Kibi(5)),
    ("Ei", Factor::Kibi(6)),
];

#[derive(Clone, Copy)]
enum Factor {
    Ten(i32),
    Kibi(u32),
}

/// The exponents of ten that an i128 can hold.
const EXPONENTS: RangeInclusive<i32> = -30..=30;

/// Reads a quantity as thousandths, rounded up as the API server does it for resources. Returns `None` for what is no
/// quantity, or too large to tell.
pub(super) fn parse_thousandths(text: &str) -> Option<i128> {
    let number_end = text.find(|letter: char| !matches!(letter, '0'..='9' | '.' | '+' | '-')).unwrap_or(text.len());
    let (number, suffix) = text.split_at(number_end);
    let (digits, decimals) = parse_decimal(number)?;
    let factor = SUFFIXES.iter().find(|(name, _)| *name == suffix).map(|(_, factor)| *factor);
    let (exponent, kibi) = match factor.or_else(|| parse_exponent(suffix))? {
        Factor::Ten(exponent) => (exponent, 0),
        Factor::Kibi(power) => (0, power),
    };
    let scaled = digits.checked_mul(1024_i128.checked_pow(kibi)?)?;
    // In thousandths.
    let exponent = exponent - decimals + 3;
    if !EXPONENTS.contains(&exponent) {
        return None;
    }
    let power = 10_i128.checked_pow(exponent.unsigned_abs())?;
    if exponent >= 0 { scaled.checked_mul(power) } else { Some(divide_up(scaled, power)) }
}

/// Divides, away from zero where something is left.
fn divide_up(value: i128, by: i128) -> i128 {
    let rest = value % by;
    value / by + rest.signum()
}

/// The digits of a decimal number without its point, and how many of them follow the point.
fn parse_decimal(text: &str) -> Option<(i128, i32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.trim_start_matches(['+', '-']).is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some((digits, i32::try_from(fraction.len()).ok()?))
}

/// `e3`, `E-3`.
fn parse_exponent(suffix: &str) -> Option<Factor> {
    Some(Factor::Ten(suffix.strip_prefix(['e', 'E'])?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_of_one_value_are_equal() {
        for (left, right) in [
            ("500m", "0.5"),
            ("1Gi", "1024Mi"),
            ("1", "1000m"),
            ("1k", "1000"),
            ("1e3", "1k"),
            ("1E", "1e18"),
            ("0", "0m"),
            (".5", "500m"),
            ("1.", "1"),
            ("+1", "1"),
            ("1.5Gi", "1536Mi"),
            // Thousandths are the finest that is stored.
            ("1n", "1m"),
            ("100u", "1m"),
        ] {
            let value = parse_thousandths(left);
            assert!(value.is_some() && value == parse_thousandths(right), "{left} {right}");
        }
        for (left, right) in [("500m", "600m"), ("1G", "1Gi"), ("1", "-1"), ("1m", "2m")] {
            assert_ne!(parse_thousandths(left), parse_thousandths(right), "{left} {right}");
        }
        for text in ["", "m", "1 Gi", "1gi", "one", "1e", "1e99", "--1", "1.2.3"] {
            assert_eq!(parse_thousandths(text), None, "{text}");
        }
    }
}
