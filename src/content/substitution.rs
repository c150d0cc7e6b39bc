//! Variables that Flux replaces in manifests after us (`spec.postBuild` of its Kustomization): the value of one can
//! change without a change of the text that was hashed.

use crate::yaml::Node;

/// The annotation or label by which an object is left alone.
const SUBSTITUTE: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// Returns `true` if Flux leaves the object as it is.
pub(super) fn is_disabled(object: Node<'_>) -> bool {
    let Some(metadata) = object.get("metadata") else { return false };
    for map in ["annotations", "labels"] {
        if metadata.get_path(&[map, SUBSTITUTE]).is_some_and(|value| value.is_string("disabled")) {
            return true;
        }
    }
    false
}

/// The name of the first `${name}`, with or without an operator behind the name. `$${name}` stands for the text
/// `${name}`, and `$name` for itself.
pub(super) fn variable(text: &str) -> Option<&str> {
    for at in memchr::memmem::find_iter(text.as_bytes(), b"${") {
        let dollars = 1 + at - text[..at].trim_end_matches('$').len();
        let rest = &text[at + 2..];
        let rest = rest.strip_prefix('#').unwrap_or(rest);
        let behind = rest.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
        let name = &rest[..rest.len() - behind.len()];
        let is_name = !name.is_empty() && !name.starts_with(char::is_numeric);
        if dollars % 2 == 1 && is_name && behind.contains('}') {
            return Some(name);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_those_that_flux_replaces() {
        for (text, name) in [
            ("a ${cluster} b", Some("cluster")),
            ("${_a1:=default}", Some("_a1")),
            ("${a:-${b}}", Some("a")),
            ("${#a}", Some("a")),
            ("$${a} ${b}", Some("b")),
            ("$$${a}", Some("a")),
            ("$${a}", None),
            ("$a {b} ${} ${1} $ {a} ${a", None),
            ("é${ä}", None),
            ("", None),
        ] {
            assert_eq!(variable(text), name, "{text}");
        }
    }
}
