//! Variables that Flux replaces in manifests after us (`spec.postBuild` of its Kustomization): the value of one can
//! change without a change of the text that was hashed.

use crate::yaml::Node;

/// The annotation or label by which an object is left alone.
const SUBSTITUTE: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// Returns `true` if Flux leaves the object as it is.
pub(super) fn is_disabled(object: Node<'_>) -> bool {
    let metadata = object.get("metadata");
    let says = |map: &str| metadata.and_then(|metadata| metadata.get(map)?.get(SUBSTITUTE)?.as_str());
    ["annotations", "labels"].into_iter().any(|map| says(map).is_some_and(|value| value == "disabled"))
}

/// The name of the first `${name}`, with or without an operator behind the name. `$${name}` stands for the text
/// `${name}`, and `$name` for itself.
pub(super) fn variable(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, b"${").find_map(|at| {
        let dollars = bytes[..=at].iter().rev().take_while(|byte| **byte == b'$').count();
        let rest = &text[at + 2..];
        let name = rest.strip_prefix('#').unwrap_or(rest);
        let end = name.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_').unwrap_or(name.len());
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        (dollars % 2 == 1 && is_name && name[end..].contains('}')).then(|| &name[..end])
    })
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
