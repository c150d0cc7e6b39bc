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
    if documents.iter().all(Document::is_empty) && !may_be_empty {
        let message = format!(
            "{origin} printed no manifest, which Argo CD would take for an application without resources; if this is \
             intended, set the parameter allow-empty to \"true\""
        );
        return Err(vec![RunMessage(message).into()]);
    }
    let mut errors = Vec::new();
    for document in &documents {
        let Some(refusal) = find_refusal(document, joined.padded()) else { continue };
        // The position is that in the text which holds the offset: the stream is never shown.
        let started = starts.partition_point(|(start, _)| *start <= refusal.offset);
        let (start, index) = starts[..started].last().copied().unwrap_or_default();
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
    if let Some(ignored) = document.ignored
        && !text[ignored..document.range.end].lines().all(is_without_content)
    {
        return Refusal::at(ignored, "Argo CD ignores everything from here to the next `---`; write `---` before it");
    }
    match &document.content {
        DocumentContent::Empty => None,
        DocumentContent::Invalid(error) => {
            // Words of the text are not shown: they could be those of a Secret.
            let problem = error.problem.clone().without_names();
            let mut reason = format!("Argo CD cannot read this document: {problem}");
            if let Some(help) = problem.help() {
                reason.push_str(&format!("; {help}"));
            }
            Refusal::at(error.offset, reason)
        }
        DocumentContent::Tree(tree) => {
            let root = tree.root(text);
            match root.get("kind").and_then(Node::as_str).as_deref() {
                None | Some("") => Refusal::at(
                    root.span().start,
                    "this document has no `kind`, so Argo CD refuses it; exclude its file",
                ),
                Some(_) => None,
            }
        }
    }
}

/// Returns `true` for a line that holds no content: an empty one, a comment, the end of a document.
fn is_without_content(line: &str) -> bool {
    is_comment_or_blank(line) || is_document_end(line)
}

/// Returns `true` for the line `...`, also with a comment.
fn is_document_end(line: &str) -> bool {
    line.strip_prefix("...").is_some_and(is_comment_or_blank)
}

fn is_comment_or_blank(text: &str) -> bool {
    text.trim().is_empty() || text.trim_start().starts_with('#')
}

/// Writes every `---` alone on its line, and a comment after it on the next; drops lines `...` and byte order marks.
///
/// Such lines can only be markers: in a text that can be read, no value has them at the start of a line.
fn isolate_markers(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let line = line.trim_start_matches('\u{feff}');
        let is_separator = line.starts_with("---");
        if !is_separator && !is_document_end(line.trim_end()) {
            out.push_str(line);
            continue;
        }
        if is_separator {
            out.push_str("---\n");
        }
        let behind = &line["---".len()..];
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
            (&["# nothing\n---\n"], "the directory printed no manifest"),
            (&[], "the directory printed no manifest"),
        ] {
            let wrong = join_texts_for_argocd(texts).unwrap_err();
            assert!(wrong.contains(said), "{texts:?}: {wrong}");
        }
    }
}
