//! Sources that can be applied: those with Kubernetes objects, without template source and text that cannot be read.

use std::ops::Range;

use crate::index::RareList;
use crate::kinds;
use crate::yaml::Node;

/// The part of a source that can be applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceManifests {
    /// Set if one of the documents is a Kubernetes object of any kind.
    pub has_object: bool,
    /// The documents that stop whatever applies the source: template source and, if it is skipped, text that cannot be
    /// read. Ranges of the padded text, in its order.
    pub refused: RareList<Range<usize>>,
}

/// The API groups of files for programs that run outside of a cluster, none of which knows their kinds.
const GROUPS_OF_TOOLS: [&str; 11] = [
    "backstage.io",
    // Generators and transformers of kustomize, such as HelmChartInflationGenerator.
    "builtin",
    "chainsaw.kyverno.io",
    "eksctl.io",
    "k3d.io",
    "kind.x-k8s.io",
    "kpt.dev",
    "kustomize.config.k8s.io",
    "kuttl.dev",
    "rollstamp.dev",
    "skaffold",
];

/// The words without which a document is not an object.
const WORDS_OF_OBJECT: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// The part that a document plays where its source is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DocumentRole {
    /// A Kubernetes object of any kind, or a list of them.
    Object,
    /// Text that stops whatever applies it.
    Refused,
    /// Anything else, such as a comment or the values of a chart.
    Other,
}

impl DocumentRole {
    /// Returns the role of a document that holds this many patches of workloads. A patch is not an object, as a change of
    /// kustomize that deletes one is not.
    pub(super) fn of_tree(root: Node<'_>, patches: usize) -> DocumentRole {
        let is_patch = patches > 0 || root.get("$patch").is_some();
        if is_list(root) || !is_patch && is_object(root) { DocumentRole::Object } else { DocumentRole::Other }
    }

    /// Returns the role of text that cannot be read. If it has the words of an object and is not skipped, its mistake is
    /// worth an error of what applies it.
    pub(super) fn of_invalid(text: &str, skip_invalid: bool) -> DocumentRole {
        if skip_invalid {
            DocumentRole::Refused
        } else if WORDS_OF_OBJECT.iter().all(|word| text.contains(word)) {
            DocumentRole::Object
        } else {
            DocumentRole::Other
        }
    }
}

impl SourceManifests {
    /// Adds the next document of the source.
    pub(super) fn add_document(&mut self, role: DocumentRole, range: Range<usize>) {
        match role {
            DocumentRole::Object => self.has_object = true,
            DocumentRole::Refused => self.refused.push(range),
            DocumentRole::Other => {}
        }
    }
}

/// Returns `true` for the API version of a file for a program that runs outside of a cluster.
pub(super) fn is_of_tool(api_version: &str) -> bool {
    let group = api_version.split('/').next().unwrap_or_default();
    GROUPS_OF_TOOLS.contains(&group)
}

fn is_object(root: Node<'_>) -> bool {
    let Some(version) = root.get("apiVersion").and_then(Node::as_str) else { return false };
    let has_kind = root.get("kind").and_then(Node::as_str).is_some_and(|kind| !kind.is_empty());
    has_kind && root.get("metadata").is_some_and(Node::is_mapping) && !is_of_tool(&version)
}

fn is_list(root: Node<'_>) -> bool {
    let kind = root.get("kind").and_then(Node::as_str);
    kind.is_some_and(|kind| kinds::is_list_kind(&kind)) && root.get("items").is_some_and(Node::is_sequence)
}
