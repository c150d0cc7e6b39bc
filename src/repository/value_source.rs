//! ConfigMaps and Secrets that Helm releases of Flux take values from: found by the names that `valuesFrom` has.

use std::collections::BTreeSet;

use super::manifest::{Manifest, read_manifests};

/// The field of a release that names them.
const FIELD: &str = "valuesFrom";

/// The names that stand behind `valuesFrom` in texts, in releases as in patches of them.
pub(super) fn collect_source_names<'t>(texts: impl Iterator<Item = &'t str>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for text in texts {
        let Some(at) = text.find(FIELD) else { continue };
        names.extend(names_in(&text[at..]).map(str::to_owned));
    }
    names
}

/// The words behind `name:`.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("name:").skip(1).filter_map(|rest| {
        let word = rest.lines().next()?.split([',', '}', '#', '"', '\'']).map(str::trim).find(|word| !word.is_empty());
        word.filter(|word| !word.contains(' '))
    })
}

/// Reads the ConfigMaps and Secrets of these names in a text.
pub(super) fn read_value_sources(file: &str, text: &str, names: &BTreeSet<String>) -> Vec<Manifest> {
    let is_candidate = (text.contains("ConfigMap") || text.contains("Secret"))
        && names_in(text).any(|name| names.contains(name))
        && text.contains("kind");
    if !is_candidate {
        return Vec::new();
    }
    let (mut manifests, _) = read_manifests(file, text);
    manifests.retain(|manifest| is_value_source(manifest) && names.contains(manifest.name()));
    manifests
}

/// Returns `true` for a ConfigMap or Secret.
pub(super) fn is_value_source(manifest: &Manifest) -> bool {
    matches!(manifest.kind(), "ConfigMap" | "Secret") && manifest.group().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_behind_the_field() {
        let texts = [
            "metadata:\n  name: web\nspec:\n  valuesFrom:\n  - kind: ConfigMap\n    name: web-values # all\n",
            "{metadata: {name: x}, spec: {valuesFrom: [{kind: Secret, name: \"keys\"}]}}",
            "name: other\n",
        ];
        let names: Vec<String> = collect_source_names(texts.into_iter()).into_iter().collect();
        assert_eq!(names, ["keys", "web-values"]);
    }
}
