//! Notes that kustomize keeps on objects while it builds: their earlier names, and whether a hash is still to come.
//!
//! A plugin of kustomize sees configs under their new names, and references under the old ones: kustomize repairs them
//! at the very end (`api/internal/utils/annotations.go`, `api/resource/resource.go`).

mod rewritten;

pub(super) use rewritten::is_rewritten;

use crate::kinds::{ConfigKind, annotation_text};
use crate::yaml::Node;

/// The names that an object had, the oldest first, with commas between them.
pub const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";

/// The namespaces that it had under each of these names; `default` where it had none.
pub const PREVIOUS_NAMESPACES: &str = "internal.config.kubernetes.io/previousNamespaces";

/// The kinds that it had under each of these names.
pub const PREVIOUS_KINDS: &str = "internal.config.kubernetes.io/previousKinds";

/// Set if kustomize will add a hash of the content to the name.
const NEEDS_HASH: &str = "internal.config.kubernetes.io/needsHashSuffix";

/// The prefixes and suffixes that its name was given: of configs that had one name once, a reference means the one with
/// the same history.
const HISTORY: [&str; 2] = ["internal.config.kubernetes.io/prefixes", "internal.config.kubernetes.io/suffixes"];

/// The prefixes of annotations that tools keep their books in while they work; none of them reaches a cluster.
const BOOKKEEPING: [&str; 5] = [
    "internal.config.kubernetes.io/",
    "kustomize.config.k8s.io/",
    "config.kubernetes.io/",
    "config.k8s.io/",
    "alpha.config.kubernetes.io/",
];

/// Returns `true` for an annotation in which kustomize or another tool keeps notes for itself.
pub fn is_bookkeeping(key: &str) -> bool {
    BOOKKEEPING.iter().any(|prefix| key.starts_with(prefix))
}

/// The names that a config had as this kind, each once, without its present one.
pub(super) fn read_former_names(config: Node<'_>, kind: ConfigKind, name: &str) -> Vec<String> {
    let [names, kinds] = [PREVIOUS_NAMES, PREVIOUS_KINDS].map(|key| annotation_text(config, key).unwrap_or_default());
    let mut former: Vec<String> = Vec::new();
    for (previous, of) in names.split(',').zip(kinds.split(',')) {
        let fits = of == kind.as_str() && !previous.is_empty() && previous != name;
        if fits && !former.iter().any(|known| known == previous) {
            former.push(previous.to_owned());
        }
    }
    former
}

/// Returns `true` if kustomize will name a config by its content.
pub(super) fn needs_hash(config: Node<'_>) -> bool {
    annotation_text(config, NEEDS_HASH).as_deref() == Some("enabled")
}

/// Returns `true` if the names of two objects have the same history.
pub(super) fn same_history(one: Node<'_>, other: Node<'_>) -> bool {
    HISTORY.iter().all(|key| annotation_text(one, key) == annotation_text(other, key))
}
