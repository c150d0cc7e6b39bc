//! The stream of manifests that Argo CD takes from a plugin.
//!
//! Argo CD's decoder is that of Kubernetes (a stream of JSON values, or YAML 1.1 documents cut at lines that start with
//! `---`), after which each document must be an object with a `kind`. Text between `...` and the next `---` gets lost
//! without a word. So the stream is checked before a byte is printed, and laid out so that no line can be misread.

use crate::diagnostic::{Diagnostic, RunMessage};
use crate::source::Source;
use crate::stream::{JoinedTexts, join_texts};
use crate::yaml::{self, Document, DocumentContent, Limits, Node};

/// Joins texts to a stream that Argo CD's decoder reads as we do. `origin` is what gave the texts: `the directory`.
///
/// # Errors
/// Every document that Argo CD would refuse or lose, and an application without any manifest unless that is allowed.
pub fn join_for_argocd(sources: &[Source], origin: &str, may_be_empty: bool) -> Result<Source, Vec<Diagnostic>> {
    let JoinedTexts { text, starts } = join_texts(sources);
    let joined = Source::new("", text);
    let documents = yaml::read_documents(joined.padded(), &Limits::default());
    let is_empty = documents.iter().all(|document| matches!(document.content, DocumentContent::Empty));
    if is_empty && !may_be_empty {
        let message = format!(
            "{origin} gave no manifest: Argo CD would take this for an application without resources; if that is \
             right, set the parameter allow-empty to \"true\""
        );
        return Err(vec![RunMessage(message).into()]);
    }
    let mut errors = Vec::new();
    for document in &documents {
        let Some(refusal) = find_refusal(document, joined.padded()) else { continue };
        // The position is that in the text which holds the offset: the stream is never shown.
        let before = starts.iter().rev().find(|(start, _)| *start <= refusal.offset);
        let (start, index) = before.copied().unwrap_or_default();
        let source = &sources[index];
        let position = source.position((refusal.offset - start).min(source.padded().len()));
        errors.push(Diagnostic::at_position(source.name(), position, RunMessage(refusal.reason)));
    }
    if errors.is_empty() { Ok(Source::new("", isolate_markers(joined.text()))) } else { Err(errors) }
}

/// The reason for which the decoder would refuse a document or lose a part of it, and the offset of that part.
struct Refusal {
    offset: usize,
    reason: String,
}

impl Refusal {
    fn at(offset: usize, reason: impl Into<String>) -> Option<Refusal> {
        Some(Refusal { offset, reason: reason.into() })
    }
}

fn find_refusal(document: &Document, text: &str) -> Option<Refusal> {
    if let Some(ignored) = document.ignored.filter(|&from| !is_blank(&text[from..document.range.end])) {
        return Refusal::at(ignored, "Argo CD ignores everything from here to the next `---`; write `---` before it");
    }
    match &document.content {
        DocumentContent::Empty => None,
        DocumentContent::Invalid(error) => {
            // Words of the text are not shown: they could be those of a Secret.
            let problem = error.problem.clone().without_names();
            let help = problem.help().map_or(String::new(), |help| format!("; {help}"));
            Refusal::at(error.offset, format!("Argo CD cannot read this document: {problem}{help}"))
        }
        DocumentContent::Tree(tree) => {
            let root = tree.root(text);
            if root.get("kind").and_then(Node::as_str).is_some_and(|kind| !kind.is_empty()) {
                return None;
            }
            Refusal::at(root.span().start, "this document has no `kind`, so Argo CD refuses it; exclude its file")
        }
    }
}

/// Returns `true` for lines that hold no content: empty ones, comments and ends of documents.
fn is_blank(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#') || is_document_end(line))
}

/// Returns `true` for the line `...`, also with a comment.
fn is_document_end(line: &str) -> bool {
    line.strip_prefix("...").is_some_and(|rest| rest.trim().is_empty() || rest.trim_start().starts_with('#'))
}

/// Writes every `---` alone on its line, and a comment after it on the next; drops lines `...` and byte order marks.
///
/// Such lines can only be markers: in a text that can be read, no value has them at the start of a line.
fn isolate_markers(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let line = line.trim_start_matches('\u{feff}');
        let marker =
            line.strip_prefix("---").or_else(|| line.strip_prefix("...").filter(|_| is_document_end(line.trim_end())));
        let Some(behind) = marker else {
            out.push_str(line);
            continue;
        };
        if line.starts_with("---") {
            out.push_str("---\n");
        }
        if behind.trim_start().starts_with('#') {
            out.push_str(behind.trim_start());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::IdVec;

    fn join_texts_for_argocd(texts: &[&str]) -> Result<String, String> {
        let sources: Vec<Source> =
            texts.iter().enumerate().map(|(index, text)| Source::new(format!("{index}.yaml"), *text)).collect();
        match join_for_argocd(&sources, "the directory", false) {
            Ok(joined) => Ok(joined.text().to_owned()),
            Err(errors) => {
                let lines: Vec<String> = errors.iter().map(|error| error.line(&IdVec::new())).collect();
                Err(lines.join("\n"))
            }
        }
    }

    #[test]
    fn markers_stand_alone() {
        for (texts, expected) in [
            (&["kind: A\n", "kind: B\n"][..], "kind: A\n---\nkind: B\n"),
            (&["--- # x\nkind: A\n...\n---\nkind: B\n"], "---\n# x\nkind: A\n---\nkind: B\n"),
            (&["kind: A\n... # end\n# more\n"], "kind: A\n# end\n# more\n"),
            (&["\u{feff}kind: A\r\n---  \r\nkind: B\r\n"], "kind: A\r\n---\nkind: B\r\n"),
            (&["{\"kind\": \"A\"}", "kind: B"], "{\"kind\": \"A\"}\n---\nkind: B"),
            (&["kind: A\nx: |\n  ---\n  ...\n"], "kind: A\nx: |\n  ---\n  ...\n"),
            (&["# Source: a\n---\nkind: A\n"], "# Source: a\n---\nkind: A\n"),
        ] {
            assert_eq!(join_texts_for_argocd(texts), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn what_would_be_lost_or_refused_is_named() {
        for (texts, said) in [
            (&["kind: A\n...\nkind: B\n"][..], "0.yaml:3:1: error: Argo CD ignores everything from here"),
            (&["kind: A\n", "%YAML 1.2\n---\nkind: B\n"], "1.yaml:1:1: error: Argo CD cannot read this document"),
            (&["kind: A\n--- {kind: B}\n"], "0.yaml:2:5: error: Argo CD cannot read"),
            (&["kind: A\n----\n"], "Argo CD cannot read"),
            (&["kind: A\n", "- 1\n"], "1.yaml:1:1: error: this document has no `kind`"),
            (&["{}"], "this document has no `kind`"),
            (&["kind: A\n", "x: 1\n"], "1.yaml:1:1: error: this document has no `kind`"),
            (&["kind: A\n~: 1\n"], "0.yaml:2:1: error: Argo CD cannot read"),
            (&["kind: A\nx: .inf\n"], "Argo CD cannot read"),
            (&["kind: A\n", "{\"kind\": \"B\", \"x\": \"\\/\"}"], "1.yaml:1:"),
            (&["# nothing\n---\n"], "the directory gave no manifest"),
            (&[], "the directory gave no manifest"),
        ] {
            let wrong = join_texts_for_argocd(texts).unwrap_err();
            assert!(wrong.contains(said), "{texts:?}: {wrong}");
        }
    }
}
