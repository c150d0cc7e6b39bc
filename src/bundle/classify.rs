//! Classification of documents that are not simply objects: template source, kustomize source, broken text.

use std::ops::Range;

use super::template::contains;
use super::{ParseOptions, secret};
use crate::diagnostic::{Diagnostics, Place, Severity, SyntaxMessage};
use crate::kinds;
use crate::source::{Source, SourceId};
use crate::yaml::{Node, SyntaxError};

/// Returns `true` if a text contains one of the words without which no document is relevant.
pub fn may_be_relevant(text: &str) -> bool {
    kinds::marker_words().iter().any(|word| contains(text, word))
}

/// Reports a document that does not parse: an error where it may be relevant.
pub(super) fn report_invalid(
    text: &str,
    source: SourceId,
    error: SyntaxError,
    options: &ParseOptions,
    diagnostics: &mut Diagnostics,
) {
    let is_relevant = may_be_relevant(text) && !is_json_of_another_kind(text);
    let severity = if is_relevant { options.severity_of(Severity::Error) } else { Severity::Note };
    let hidden = secret::may_hold(text);
    let problem = if hidden { error.problem.without_names() } else { error.problem };
    // What is no manifest need not be mended, but a limit may hide that it is one.
    let help = problem.help().filter(|_| is_relevant || problem.is_limit()).map(str::to_string);
    let problem = problem.to_string();
    let message = if is_relevant {
        SyntaxMessage::InvalidYaml { problem, help }
    } else {
        SyntaxMessage::OtherTextSkipped { problem, help }
    };
    let place = Place { source, span: error.offset..error.offset };
    diagnostics.report_as(severity, place, None, message).quotable = !hidden;
}

/// Returns `true` for JSON that is not a manifest, such as a settings file with comments: no object is without
/// `apiVersion`.
fn is_json_of_another_kind(text: &str) -> bool {
    text.trim_start().starts_with('{') && !text.contains("apiVersion")
}

/// Reports text after a document's end, which kubectl drops without a word.
pub(super) fn report_ignored_text(
    source: &Source,
    id: SourceId,
    range: Range<usize>,
    options: &ParseOptions,
    diagnostics: &mut Diagnostics,
) {
    let text = &source.padded()[range.clone()];
    let severity = if may_be_relevant(text) { options.severity_of(Severity::Error) } else { Severity::Warning };
    let place = Place { source: id, span: range.start..range.start };
    diagnostics.report_as(severity, place, None, SyntaxMessage::IgnoredText).quotable = !secret::may_hold(text);
}

/// Returns `true` if a document is kustomize's own: its kinds, or the file of that name.
pub(super) fn is_kustomization(name: &str, root: Node<'_>) -> bool {
    match root.get("apiVersion").and_then(Node::as_str) {
        // `builtin` is the API version of kustomize's own generators and transformers.
        Some(version) => version.starts_with("kustomize.config.k8s.io/") || version == "builtin",
        None => {
            let base = name.rsplit('/').next().unwrap_or(name);
            let has_kind = root.get("kind").and_then(Node::as_str).is_some();
            matches!(base, "kustomization.yaml" | "kustomization.yml") && !has_kind
        }
    }
}

/// The second of two manifests in one document, without the `---` between them: its keys repeat the first's.
pub(super) fn second_manifest(root: Node<'_>) -> Option<Node<'_>> {
    if root.is_in_tree_with_distinct_keys() {
        return None;
    }
    let mut versions = Vec::new();
    let mut kinds = Vec::new();
    for (key, value) in root.pairs() {
        match key.key_text().as_deref() {
            Some("apiVersion") => versions.push(key),
            Some("kind") => kinds.push((key, value)),
            _ => {}
        }
    }
    let &(second_kind, _) = kinds.get(1)?;
    if !kinds.iter().any(|(_, kind)| may_be_relevant(&kind.as_str().unwrap_or_default())) {
        return None;
    }
    match versions.get(1) {
        Some(second_version) if second_version.span().start < second_kind.span().start => Some(*second_version),
        _ => Some(second_kind),
    }
}

/// Reports the second of two manifests in one document.
pub(super) fn report_second_manifest(
    source: &Source,
    id: SourceId,
    root: Node<'_>,
    second: Node<'_>,
    options: &ParseOptions,
    diagnostics: &mut Diagnostics,
) {
    let place = Place { source: id, span: second.span() };
    let message = SyntaxMessage::MissingSeparator { first_line: source.position(root.span().start).line };
    diagnostics.report_as(options.severity_of(Severity::Error), place, None, message);
}
