//! What holds of every text: nothing panics, and what is read lies where it says it lies.

use proptest::prelude::*;
use rollstamp::source::Source;
use rollstamp::yaml::{self, Document, DocumentContent, Limits, Node, NodeKind, Value};

/// Pieces of which YAML is made, so that random texts get far into the grammar.
const PIECES: &[&str] = &[
    "a",
    "b: ",
    "key:",
    ": ",
    ":",
    "- ",
    "-",
    "? ",
    "?",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\n",
    "\n  ",
    "\n    ",
    "\r\n",
    "\t",
    " ",
    "#",
    " # c",
    "&x ",
    "*x",
    "*x ",
    "!t ",
    "!!str ",
    "!!binary ",
    "!",
    "|",
    "|-\n",
    ">+2\n",
    "'",
    "''",
    "\"",
    "\\n",
    "\\\n",
    "\\u00e9",
    "---",
    "\n---\n",
    "...",
    "\n...\n",
    "%YAML 1.1\n",
    "%TAG ! x\n",
    "<<: ",
    "<<: *x\n",
    "é",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "yes",
    "0x1F",
    "1e3",
    ".inf",
    "~",
    "null",
    "{\"a\":",
    "\"\\ud83d\"",
    "@",
    "`",
    "\u{1}",
    "\r",
];

fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => pieces, 2 => mutated(), 1 => any::<String>()]
}

/// A sound text with a piece put somewhere or a part left out.
fn mutated() -> impl Strategy<Value = String> {
    let sound = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, labels: {a: \"b\"}} # c\ndata:\n  a.conf: |\n    x\n\n     y\n\
                 \x20 b: &b >-\n    folded\n    text\n  c: *b\n  'd': 'it''s'\nitems:\n- a\n- - b\n  - {c: [d, e]}\n---\n{\"a\": [1, \"\\u00e9\"]}\n";
    (0..sound.len(), 0..8usize, prop::sample::select(PIECES)).prop_map(move |(at, len, piece)| {
        let end = (at + len).min(sound.len());
        [&sound[..at], piece, &sound[end..]].concat()
    })
}

fn check_document(text: &str, document: &Document) {
    assert!(document.range.end <= text.len() && text.get(document.range.clone()).is_some());
    if let Some(at) = document.ignored {
        assert!(document.range.contains(&at) && text.is_char_boundary(at));
    }
    match &document.content {
        DocumentContent::Empty => {}
        DocumentContent::Invalid(error) => {
            assert!(text.is_char_boundary(error.offset) && !error.to_string().ends_with('.'));
            assert!(error.problem.help().is_none_or(|help| !help.is_empty()));
        }
        DocumentContent::Tree(tree) => {
            let root = tree.root(text);
            let span = root.full_span();
            assert!(document.range.start <= span.start && span.end <= document.range.end);
            check_node(root);
        }
    }
}

/// Children lie inside their parent, one after the other; what is asked of a node never panics.
fn check_node(root: Node<'_>) {
    let text = root.source_text();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let span = node.span();
        assert!(text.get(span.clone()).is_some() && node.full_span().start <= span.start);
        let mut end = span.start;
        for child in node.children() {
            assert!(end <= child.full_span().start && child.span().end <= span.end, "{child:?} in {node:?}");
            assert!(child.parent() == Some(node));
            end = child.span().end;
            open.push(child);
        }
        let scalar = matches!(node.target().kind(), NodeKind::Scalar(_));
        assert!(node.scalar().is_some() == scalar && node.decoded_text().is_some() == scalar);
        assert!(node.key_text().is_some() == scalar && (scalar || node.as_str().is_none()));
        node.kustomize_reading(1);
        for (key, found, value) in node.entries() {
            assert!(node.entry(&key) == Some((found, value)), "{key:?}");
        }
    }
    root.duplicate_keys();
    assert!(Value::from_node(root, &Limits::default()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in texts()) {
        let source = Source::new("x", text.as_str());
        let limits = Limits::default();
        let documents = yaml::read_documents(source.padded(), &limits);
        for document in &documents {
            check_document(source.padded(), document);
        }
        for document in yaml::read_stream(&text, &limits) {
            check_document(&text, &document);
        }
    }

    #[test]
    fn documents_of_a_text_do_not_overlap(text in texts()) {
        let source = Source::new("x", text);
        let mut end = 0;
        for document in yaml::read_documents(source.padded(), &Limits::default()) {
            prop_assert!(end <= document.range.start);
            end = document.range.end;
        }
    }
}
