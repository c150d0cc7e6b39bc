//! Values of Secrets among the inputs of an application, which messages of its renderer may quote.

use std::collections::BTreeSet;

use rollstamp::repository::{Application, IndexedContent};

use super::side::RepositorySide;

/// Shorter values are words that any message can hold.
const SHORTEST: usize = 4;

/// Returns `true` if a message holds a value of a text in which a Secret or a generator of one stands, or of a file that
/// such a generator may read.
pub fn may_quote_secret(message: &str, side: &RepositorySide, application: &Application) -> bool {
    let makes_secrets = application.inputs.iter().any(|path| text_of(side, path).contains("ecret"));
    if !makes_secrets {
        return false;
    }
    let paths: BTreeSet<&str> = application.inputs.iter().map(String::as_str).collect();
    let Ok(read) = side.read_files(&paths) else { return true };
    for (path, bytes) in read {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        // Of texts in which no Secret stands, only those that are no manifests can be values of one.
        let may_hold = text.contains("ecret") || !(path.ends_with(".yaml") || path.ends_with(".yml"));
        if may_hold && quotes_value(message, &text) {
            return true;
        }
    }
    false
}

fn text_of<'s>(side: &'s RepositorySide, path: &str) -> &'s str {
    match side.index.content(path) {
        Some(IndexedContent::Text(text)) => text,
        _ => "",
    }
}

/// Returns `true` if a message holds what stands behind a `:` or `=` in a line of a text, or a whole line without one.
fn quotes_value(message: &str, text: &str) -> bool {
    for line in text.lines() {
        let at = line.find([':', '=']);
        let value = at.map_or(line, |at| &line[at + 1..]);
        let value = value.trim().trim_matches(['"', '\'']);
        if value.len() >= SHORTEST && message.contains(value) && !is_field_of_messages(value) {
            return true;
        }
    }
    false
}

/// Words that renderers use by themselves.
fn is_field_of_messages(value: &str) -> bool {
    matches!(value, "Secret" | "ConfigMap" | "Deployment" | "Service" | "Opaque" | "Kustomization" | "Namespace")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_stands_behind_a_colon_or_an_equals_sign() {
        let text = "kind: Secret\nstringData:\n  password: \"hush-hush\"\nTOKEN=abcdef\n";
        assert!(quotes_value("cannot parse hush-hush here", text));
        assert!(quotes_value("token abcdef", text));
        assert!(!quotes_value("no Secret is named password", text));
    }
}
