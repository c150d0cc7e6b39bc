//! What a document's nodes tell: keys, merges, duplicates, places and mistakes.

use rollstamp::source::Source;
use rollstamp::yaml::{self, Document, DocumentContent, Limits, Node, Scalar, Tree};

fn tree(text: &str) -> Tree {
    match yaml::read_documents(text, &Limits::default()).into_iter().next().map(|document| document.content) {
        Some(DocumentContent::Tree(tree)) => tree,
        Some(DocumentContent::Invalid(error)) => panic!("{error}"),
        _ => panic!("nothing there"),
    }
}

fn text_of(node: Option<Node<'_>>) -> String {
    node.and_then(Node::decoded_text).expect("a scalar").into_owned()
}

#[test]
fn keys_are_found_as_kubernetes_spells_them() {
    let text = "y: 1\n0x10: 2\n1.50: 3\n\"yes\": 4\nnull_: 5\n'a''b': 6\n1e6: 7\n&k kk: 8\n*k : 9\n! 7: 10\n";
    let tree = tree(text);
    let root = tree.root(text);
    let keys: Vec<_> = root.entries().into_iter().map(|(key, ..)| key.into_owned()).collect();
    assert_eq!(keys, ["true", "16", "1.5", "yes", "null_", "a'b", "1e+06", "kk", "7"]);
    for (key, value) in [("true", "1"), ("16", "2"), ("1.5", "3"), ("yes", "4"), ("a'b", "6"), ("kk", "9"), ("7", "10")]
    {
        assert_eq!(text_of(root.get(key)), value, "{key}");
    }
    for key in ["y", "0x10", "1.50", "1e6", "on", "b"] {
        assert!(root.get(key).is_none(), "{key}");
    }
}

#[test]
fn merges_apply_in_order() {
    let text = "b: &b {x: b, z: b}\nc: &c {x: c, y_: c}\n\
                before: {x: own, <<: *b}\nafter: {<<: *b, x: own}\nlist: {<<: [*b, *c]}\nboth:\n  <<: *b\n  <<: *c\n";
    let tree = tree(text);
    let root = tree.root(text);
    let value = |mapping: &str, key: &str| text_of(root.get(mapping).and_then(|mapping| mapping.get(key)));
    assert_eq!((value("before", "x"), value("after", "x")), ("b".to_string(), "own".to_string()));
    assert_eq!((value("list", "x"), value("list", "y_")), ("b".to_string(), "c".to_string()));
    assert_eq!((value("both", "x"), value("both", "z")), ("c".to_string(), "b".to_string()));
    assert!(root.get("both").is_some_and(Node::has_merge) && !root.has_merge());
}

#[test]
fn duplicates_are_keys_that_kubernetes_takes_for_one() {
    let text = "a: {y: 1, on: 2}\nb: {<<: {}, <<: {}, \"<<\": 1}\nc: {k: 1, 'k': 2, k: 3}\nd: {x: {k: 1}, k: 2}\n";
    let tree = tree(text);
    let found: Vec<_> = tree.root(text).duplicate_keys().iter().map(|(a, b)| (a.raw(), b.raw())).collect();
    assert_eq!(found, [("y", "on"), ("<<", "<<"), ("k", "'k'"), ("k", "k")]);
    let many: String = (0..40).map(|at| format!("k{}: v\n", at % 39)).collect();
    assert_eq!(self::tree(&many).root(&many).duplicate_keys().len(), 1);
}

#[test]
fn aliases_are_followed_and_keep_their_place() {
    let text = "a: &x [1, yes]\nb: *x\nc: &s text\nd: *s\n";
    let tree = tree(text);
    let root = tree.root(text);
    let alias = root.get("b").expect("an entry");
    assert_eq!((alias.raw(), alias.items().count()), ("*x", 2));
    assert!(alias.items().nth(1).and_then(Node::scalar) == Some(Scalar::Bool(true)));
    assert_eq!(root.get("d").and_then(Node::as_str).as_deref(), Some("text"));
    assert!(root.get("c").is_some_and(|node| node.first_alias() == root.get("d")));
}

#[test]
fn spans_are_the_bytes_of_the_nodes() {
    let text = "k: &a !!str |- # c\n  x\n\n  y\n\nempty:\nlist:\n- a # c\n-\nflow: { a: [b: c] } # c\nkeep: |+\n  x\n\n\n# end\n";
    let tree = tree(text);
    let root = tree.root(text);
    let raw = |key: &str| root.get(key).map(Node::raw).expect("an entry");
    assert_eq!(raw("k"), "|- # c\n  x\n\n  y\n");
    assert_eq!(&text[root.get("k").expect("an entry").full_span()], "&a !!str |- # c\n  x\n\n  y\n");
    assert_eq!(root.get("empty").map(Node::span), Some(text.find("\nlist").map(|at| at..at).expect("there")));
    assert_eq!(raw("list"), "- a # c\n-");
    assert_eq!(raw("flow"), "{ a: [b: c] }");
    assert_eq!(raw("keep"), "|+\n  x\n\n\n");
    assert_eq!(root.span(), 0..text.find("# end").expect("there"));
}

fn ignored(document: &Document) -> Option<usize> {
    document.ignored
}

#[test]
fn ignored_text_is_reported() {
    let table = [
        ("a: 1\n...\nb: 2\n", Some(9)),
        ("a: 1\n...\n# c\n%YAML 1.1\n", None),
        ("{a: 1}\n{b: 2}\n", Some(7)),
        ("a: 1\n... x\n", Some(9)),
        ("\"a\" b\n", Some(4)),
        ("a: 1\n", None),
    ];
    for (text, expected) in table {
        let documents = yaml::read_documents(text, &Limits::default());
        assert_eq!(documents.iter().map(ignored).collect::<Vec<_>>(), [expected], "{text:?}");
    }
}

#[test]
fn syntax_errors_name_place_and_cause() {
    let table = [
        ("a: 1\n\tb: 2\n", "2:1: a tab cannot be used for indentation"),
        ("a: b: c\n", "1:5: unexpected `:`"),
        ("a: 1\nb\n", "2:1: expected a `:` after this key"),
        ("a: 1\nb c\nd: 2\n", "2:1: expected a `:` after this key"),
        ("a:\n  b: 1\n c: 2\n", "3:2: expected a key of the mapping above"),
        ("- a\nb: 1\n", "2:1: expected a list item `- `"),
        ("a: [1, 2\nb: 3\n", "2:2: expected `,` or `]`"),
        ("a: {{ x }}\n", "1:5: a mapping or a list cannot be a key"),
        ("a: \"x\n", "1:4: this quoted string is never closed"),
        ("a: \"\\.\"\n", "1:5: unknown escape `\\.` in double quotes"),
        ("a: @x\n", "1:4: a value cannot start with `@`"),
        ("a: *x\n", "1:4: unknown anchor `x`"),
        ("a: &x [*x]\n", "1:8: the value of anchor `x` contains itself"),
        ("a: |x\n  b\n", "1:5: only a comment can follow `|` or `>` on this line"),
        ("a: !!int x\n", "1:4: this value does not match its tag `!!int`"),
        ("a: 1\n--- b\n", "2:5: invalid document separator: text after `---`"),
        ("~: 1\n", "1:1: null cannot be a key"),
        ("a: .inf\n", "1:4: infinity and NaN are not values in Kubernetes"),
        ("a: \u{1}\n", "1:4: the control character U+0001 is not allowed"),
        ("<<: 1\n", "1:5: `<<` needs a mapping, or a list of mappings"),
    ];
    for (text, expected) in table {
        let source = Source::new("x", text);
        let documents = yaml::read_documents(text, &Limits::default());
        let error = documents.iter().find_map(|document| match &document.content {
            DocumentContent::Invalid(error) => Some(error),
            _ => None,
        });
        let error = error.unwrap_or_else(|| panic!("{text:?} is no mistake"));
        let place = source.position(error.offset);
        assert_eq!(format!("{}:{}: {error}", place.line, place.column), expected, "{text:?}");
    }
}
