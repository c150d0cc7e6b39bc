//! granit-parser as a second opinion on every fixture: the same nodes, contents and places, or a reason why not.
//!
//! It reads YAML 1.2, so that its agreement is evidence and its disagreement a question, not an error.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use granit_parser::{Event, Parser, Span};
use rollstamp::source::Source;
use rollstamp::yaml::{self, DocumentContent, Limits, Node, NodeKind, ScalarStyle};

/// Fixtures on which the two disagree, by the end of their path.
const DISAGREEMENTS: &[(&str, &str)] = &[];

fn fixtures(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            fixtures(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

/// One line a node, in the order of the text, and one where a collection ends.
fn ours(root: Node<'_>) -> String {
    let mut out = String::new();
    let mut next = Some(root);
    while let Some(node) = next {
        describe(&mut out, node);
        let collection = matches!(node.kind(), NodeKind::Mapping { .. } | NodeKind::Sequence { .. });
        next = if collection { node.children().next() } else { None };
        if collection && next.is_none() {
            out.push_str("end\n");
        }
        let mut at = node;
        while next.is_none() && at != root {
            next = at.next_sibling();
            if next.is_none() {
                out.push_str("end\n");
                at = at.parent().expect("a node below the root");
            }
        }
    }
    out
}

fn describe(out: &mut String, node: Node<'_>) {
    match node.kind() {
        NodeKind::Mapping { .. } => out.push_str("mapping\n"),
        NodeKind::Sequence { .. } => out.push_str("sequence\n"),
        NodeKind::Alias => _ = writeln!(out, "alias {}", node.raw()),
        NodeKind::Scalar(style) => {
            let place = if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) { "" } else { node.raw() };
            let content = node.decoded_text().expect("a scalar");
            _ = writeln!(out, "{} {content:?} {place:?}", name(style));
        }
    }
}

fn name(style: ScalarStyle) -> &'static str {
    match style {
        ScalarStyle::Plain => "plain",
        ScalarStyle::SingleQuoted => "single",
        ScalarStyle::DoubleQuoted | ScalarStyle::Json => "double",
        ScalarStyle::Literal => "literal",
        ScalarStyle::Folded => "folded",
    }
}

/// The same of the first document in a text; an error ends with its own line.
fn theirs(text: &str) -> String {
    let mut out = String::new();
    let options = granit_parser::options! { emit_comments: false, flow_nesting_limit: 1000, block_nesting_limit: 1000 };
    for next in Parser::new_from_str_with_options(text, options) {
        match next {
            Ok((Event::DocumentEnd, _)) => break,
            Ok((event, span)) => their_event(&mut out, text, &event, span),
            Err(error) => {
                _ = writeln!(out, "error {error}");
                break;
            }
        }
    }
    out
}

fn their_event(out: &mut String, text: &str, event: &Event<'_>, span: Span) {
    let place = span.slice(text).unwrap_or_default();
    match event {
        Event::MappingStart(..) => out.push_str("mapping\n"),
        Event::SequenceStart(..) => out.push_str("sequence\n"),
        Event::MappingEnd | Event::SequenceEnd => out.push_str("end\n"),
        Event::Alias(_) => _ = writeln!(out, "alias {place}"),
        Event::Scalar(content, style, ..) => {
            let (name, place) = match style {
                // What is not there has the content `~` there.
                granit_parser::ScalarStyle::Plain if place.is_empty() => return out.push_str("plain \"\" \"\"\n"),
                granit_parser::ScalarStyle::Plain => ("plain", place),
                granit_parser::ScalarStyle::SingleQuoted => ("single", place),
                granit_parser::ScalarStyle::DoubleQuoted => ("double", place),
                granit_parser::ScalarStyle::Literal => ("literal", ""),
                granit_parser::ScalarStyle::Folded => ("folded", ""),
            };
            _ = writeln!(out, "{name} {content:?} {place:?}");
        }
        _ => {}
    }
}

/// What is different in a fixture.
fn disagreement(text: &str) -> Option<String> {
    for document in yaml::read_documents(text, &Limits::default()) {
        let chunk = &text[document.range.clone()];
        let theirs = theirs(chunk);
        let ours = match &document.content {
            DocumentContent::Empty => continue,
            DocumentContent::Tree(tree) => ours(tree.root(text)),
            DocumentContent::Invalid(_) if theirs.contains("\nerror ") || theirs.starts_with("error ") => continue,
            DocumentContent::Invalid(error) => format!("error {error}\n"),
        };
        if let Some((ours, theirs)) = ours.lines().zip(theirs.lines()).find(|(ours, theirs)| ours != theirs) {
            return Some(format!("{ours} instead of {theirs}"));
        }
        if ours.lines().count() != theirs.lines().count() {
            return Some("one has more nodes".to_string());
        }
    }
    None
}

#[test]
fn granit_sees_the_same_nodes_in_every_fixture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut paths = Vec::new();
    fixtures(&root, &mut paths);
    let mut wrong = Vec::new();
    for path in &paths {
        let Ok(source) = Source::from_bytes("fixture", std::fs::read(path).expect("a readable file")) else { continue };
        let listed = DISAGREEMENTS.iter().any(|(end, _)| path.ends_with(end));
        match disagreement(source.padded()) {
            Some(text) if !listed => wrong.push(format!("{}: {text}", path.display())),
            None if listed => wrong.push(format!("{}: is listed, but both agree", path.display())),
            _ => {}
        }
    }
    assert!(!paths.is_empty());
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), paths.len(), wrong.join("\n"));
}
