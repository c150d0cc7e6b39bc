//! Names as Argo CD makes them of other texts.

/// The longest name of an object.
const MAX_LENGTH: usize = 253;

/// The text as a name that Kubernetes accepts: in lower case, with `-` for every other letter than letters, digits, `-`
/// and `.`, which neither begins nor ends with one of these two.
///
/// Source: `SanitizeName` in `applicationset/utils` of Argo CD.
pub(super) fn normalize(text: &str) -> String {
    let mut name = String::new();
    for letter in text.to_lowercase().chars() {
        let is_fit = letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | '.');
        name.push(if is_fit { letter } else { '-' });
    }
    name.truncate(MAX_LENGTH);
    name.trim_matches(['-', '.']).to_owned()
}
