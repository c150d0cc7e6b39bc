//! What Argo CD's decoder makes of the output: it is checked before a byte is printed, and laid out so that no line can
//! be misread.
//!
//! The decoder is that of Kubernetes (a stream of JSON values, or YAML 1.1 documents cut at lines that start with
//! `---`), after which each document must be an object with a `kind`. Text between `...` and the next `---` gets lost
//! without a word.

use rollstamp::diagnostic::{Diagnostic, RunMessage};
use rollstamp::source::Source;
use rollstamp::yaml::{self, Document, DocumentContent, Limits, Node};

use crate::exit::Failure;
use crate::output;

/// All texts as one that the decoder reads as we do.
///
/// # Errors
/// Every document that Argo CD would refuse or lose, and an application without any manifest unless that is allowed.
pub fn safe(sources: &[Source], what: &str, may_be_empty: bool) -> Result<Vec<Source>, Failure> {
    let output::JoinedTexts { text, starts } = output::join_texts(sources);
    let joined = Source::new("", text);
    let error_at = |offset: usize, sentence: String| {
        let (start, index) = starts.iter().rev().find(|(start, _)| *start <= offset).copied().unwrap_or_default();
        let source = &sources[index];
        let position = source.position((offset - start).min(source.padded().len()));
        Diagnostic::at_position(source.name(), position, RunMessage(sentence))
    };
    let documents = yaml::read_documents(joined.padded(), &Limits::default());
    let holds = documents.iter().any(|document| !matches!(document.content, DocumentContent::Empty));
    if !holds && !may_be_empty {
        return Err(Failure::because(format!(
            "{what} gave no manifest: Argo CD would take this for an application without resources; if that is right, \
             set the parameter allow-empty to \"true\""
        )));
    }
    let wrong: Vec<Diagnostic> = documents
        .iter()
        .filter_map(|document| wrong(document, joined.padded()))
        .map(|(offset, sentence)| error_at(offset, sentence))
        .collect();
    match wrong.is_empty() {
        true => Ok(vec![Source::new("", laid_out(joined.text()))]),
        false => Err(Failure::Errors(wrong)),
    }
}

/// Why the decoder would refuse a document, and where.
fn wrong(document: &Document, text: &str) -> Option<(usize, String)> {
    if let Some(ignored) = document.ignored.filter(|&from| !is_blank(&text[from..document.range.end])) {
        return Some((ignored, "Argo CD ignores everything from here to the next `---`; write `---` before it".into()));
    }
    match &document.content {
        DocumentContent::Empty => None,
        DocumentContent::Invalid(error) => {
            // Words of the text are not shown: they could be those of a Secret.
            let problem = error.problem.clone().without_names();
            let help = problem.help().map_or(String::new(), |help| format!("; {help}"));
            Some((error.offset, format!("Argo CD cannot read this document: {problem}{help}")))
        }
        DocumentContent::Tree(tree) => {
            let root = tree.root(text);
            let start = root.span().start;
            let kind = root.get("kind").and_then(Node::as_str).is_some_and(|kind| !kind.is_empty());
            (!kind).then(|| (start, "this document has no `kind`, so Argo CD refuses it; exclude its file".into()))
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#') || is_end(line))
}

fn is_end(line: &str) -> bool {
    line.strip_prefix("...").is_some_and(|rest| rest.trim().is_empty() || rest.trim_start().starts_with('#'))
}

/// Every `---` alone on its line, a comment behind it on the next; no line `...`; no byte order mark.
///
/// Such lines can only be markers: in a text that reads well no value has them at the start of a line.
fn laid_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let line = line.trim_start_matches('\u{feff}');
        let marker = line.strip_prefix("---").or_else(|| line.strip_prefix("...").filter(|_| is_end(line.trim_end())));
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

    fn safe_text(texts: &[&str]) -> Result<String, String> {
        let sources: Vec<Source> =
            texts.iter().enumerate().map(|(index, text)| Source::new(format!("{index}.yaml"), *text)).collect();
        match safe(&sources, "the directory", false) {
            Ok(sources) => Ok(sources[0].text().to_owned()),
            Err(Failure::Errors(errors)) => Err(errors
                .iter()
                .map(|error| error.line(&rollstamp::index::IdVec::new()))
                .collect::<Vec<_>>()
                .join("\n")),
            Err(Failure::AlreadyReported) => Err(String::new()),
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
            assert_eq!(safe_text(texts), Ok(expected.to_owned()));
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
            let wrong = safe_text(texts).unwrap_err();
            assert!(wrong.contains(said), "{texts:?}: {wrong}");
        }
    }
}
