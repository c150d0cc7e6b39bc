//! Classification of documents that are not simply objects: template source, kustomize source, broken text.

use std::ops::Range;

use super::{ParseOptions, secret};
use crate::diagnostic::{Diagnostic, Message, Place, Severity};
use crate::kinds;
use crate::source::{Source, SourceId};
use crate::yaml::{Error, Node};

/// Returns `true` if a text contains one of the words without which no document is relevant.
pub fn may_be_relevant(text: &str) -> bool {
    kinds::marker_words().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// Whether a document that cannot be read is the source of a template. `{{` alone means nothing, since sound
/// manifests are full of it; together with a document that does not parse it does.
pub(super) fn is_template(source: &Source) -> bool {
    let has = |mark: &str| memchr::memmem::find(source.padded().as_bytes(), mark.as_bytes()).is_some();
    has("{{") || has("{%")
}

/// What to say of a document that does not parse: an error where it may be relevant.
pub(super) fn invalid(text: &str, source: SourceId, error: Error, options: &ParseOptions) -> Diagnostic {
    let is_relevant = may_be_relevant(text);
    let severity = match (is_relevant, options.skip_invalid) {
        (true, false) => Severity::Error,
        (true, true) => Severity::Warning,
        (false, _) => Severity::Note,
    };
    let hidden = secret::may_hold(text);
    let problem = if hidden { error.problem.without_names() } else { error.problem };
    let message = Message::Syntax { problem: problem.to_string(), help: problem.help().map(str::to_string) };
    let place = Place { source, span: error.offset..error.offset };
    let diagnostic = Diagnostic::new(severity, place, None, message);
    if hidden { diagnostic.unquoted() } else { diagnostic }
}

/// Text after a document's end is dropped by kubectl without a word.
pub(super) fn ignored_text(
    source: &Source,
    id: SourceId,
    range: Range<usize>,
    options: &ParseOptions,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let text = &source.padded()[range.clone()];
    let severity = match (may_be_relevant(text), options.skip_invalid) {
        (true, false) => Severity::Error,
        _ => Severity::Warning,
    };
    let place = Place { source: id, span: range.start..range.start };
    let diagnostic = Diagnostic::new(severity, place, None, Message::TextIgnored);
    diagnostics.push(if secret::may_hold(text) { diagnostic.unquoted() } else { diagnostic });
}

/// Whether a document is kustomize's own: its kinds, or the file of that name.
pub(super) fn is_kustomization(name: &str, root: Node<'_>) -> bool {
    let text = |key| root.get(key).and_then(Node::as_str);
    match text("apiVersion") {
        Some(version) => version.starts_with("kustomize.config.k8s.io/"),
        None => {
            let base = name.rsplit('/').next().unwrap_or(name);
            matches!(base, "kustomization.yaml" | "kustomization.yml") && text("kind").is_none()
        }
    }
}

/// Two manifests in one document, without the `---` between them: the second's keys repeat the first's.
pub(super) fn run_together(source: SourceId, root: Node<'_>, options: &ParseOptions) -> Option<Diagnostic> {
    let keys =
        |wanted: &'static str| root.pairs().filter(move |(key, _)| key.key_text().is_some_and(|text| text == wanted));
    let kinds: Vec<Node<'_>> = keys("kind").map(|(_, value)| value).collect();
    if kinds.len() < 2 || !kinds.iter().any(|kind| kind.as_str().is_some_and(|kind| may_be_relevant(&kind))) {
        return None;
    }
    let starts = [keys("apiVersion").nth(1), keys("kind").nth(1)];
    let second = starts.into_iter().flatten().map(|(key, _)| key).min_by_key(|key| key.span().start)?;
    let place = Place { source, span: second.span() };
    let severity = if options.skip_invalid { Severity::Warning } else { Severity::Error };
    let first_line = line_of(root, root.span().start);
    Some(Diagnostic::new(severity, place, None, Message::RunTogether { first_line }))
}

fn line_of(node: Node<'_>, offset: usize) -> usize {
    memchr::memchr_iter(b'\n', &node.source_text().as_bytes()[..offset]).count() + 1
}
