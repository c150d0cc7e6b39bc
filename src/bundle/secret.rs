//! Spans of the values of Secrets, which are never shown.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::edit::join_spans;
use crate::kinds::annotations;
use crate::yaml::Node;

/// The fields of a Secret that hold its values.
const FIELDS: [&str; 2] = ["data", "stringData"];

/// The text shown instead of a value.
pub(super) const HIDDEN: &str = "***";

/// The fields of a Secret that hold none, and those of its metadata. Whatever else stands there is shown to nobody: a
/// value can get there by wrong indentation.
const OTHER_FIELDS: [&str; 6] = ["apiVersion", "kind", "metadata", "type", "immutable", "sops"];
const METADATA_FIELDS: [&str; 16] = [
    "annotations",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "kind",
    "labels",
    "managedFields",
    "name",
    "namespace",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// The kinds that make controllers write Secrets, with the path to the template in which values can be written out.
const MAKERS: [(&str, &[&str]); 4] = [
    ("SealedSecret", &["spec", "template"]),
    ("ExternalSecret", &["spec", "target", "template"]),
    ("ClusterExternalSecret", &["spec", "externalSecretSpec", "target", "template"]),
    ("PushSecret", &["spec", "template"]),
];

/// Returns `true` if a document can hold a Secret, or what kustomize makes one of, once it is read. It can hold the
/// words for it in escapes, with a tag for binary text, or over several lines in double quotes.
pub(super) fn may_be_in(text: &str) -> bool {
    is_named_in(text) || has_string_data(text) || memchr::memchr2(b'\\', b'!', text.as_bytes()).is_some()
}

/// Returns `true` if a text has the word `Secret` or `secretGenerator`. What both end in is looked for once.
fn is_named_in(text: &str) -> bool {
    static END: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("ecret"));
    let bytes = text.as_bytes();
    for at in END.find_iter(bytes) {
        match bytes[..at].last() {
            Some(b'S') => return true,
            Some(b's') if bytes[at..].starts_with(b"ecretGenerator") => return true,
            _ => {}
        }
    }
    false
}

fn has_string_data(text: &str) -> bool {
    static WORD: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("stringData"));
    WORD.find(text.as_bytes()).is_some()
}

/// Returns `true` if a line of text that was not read can be a Secret's: then none of it is shown. Text without a kind
/// can be the rest of a Secret that a stray `---` cut in two.
pub(super) fn may_hold(text: &str) -> bool {
    let escapes = ["\\u", "\\U", "\\x", "\\\n", "\\\r", "binary"];
    is_named_in(text)
        || has_string_data(text)
        || (text.contains("data") && !text.contains("kind"))
        || escapes.iter().any(|escape| text.contains(escape))
}

/// The bytes below a node that can hold values of Secrets, at any depth, sorted.
pub(super) fn find_secret_spans(root: Node<'_>) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node.is_mapping() {
            add_mapping(node, &mut spans);
        }
        open.extend(node.children());
    }
    join_spans(spans)
}

/// Adds the spans of a mapping that is a Secret, a list of Secrets, or holds what becomes one.
fn add_mapping(node: Node<'_>, spans: &mut Vec<Range<usize>>) {
    let node = node.target();
    if let Some(values) = node.get("stringData") {
        // Only Secrets have it, whatever has become of the kind.
        hide_values(values, spans);
    }
    if is_secret(node) {
        add_secret(node, spans);
        if let (Some(key), Some(object)) = (node.key(), node.parent())
            && key.is_key("metadata")
        {
            add_secret(object, spans);
            add_misplaced(object, spans);
        }
        if node.parent().is_none() || node.get("metadata").is_some() {
            add_misplaced(node, spans);
        }
    }
    for (key, value) in node.pairs() {
        match (key.key_text().as_deref(), value.decoded_text().as_deref()) {
            (Some("kind"), Some("SecretList")) => {
                for item in node.get("items").into_iter().flat_map(Node::items) {
                    add_secret(item.target(), spans);
                }
            }
            // Its values are ciphertext once SOPS has been run over it.
            (Some("kind"), Some("SopsSecret")) => {
                let templates = node.get_path(&["spec", "secretTemplates"]);
                for template in templates.into_iter().flat_map(Node::items) {
                    add_secret(template.target(), spans);
                }
                add_copies(node, spans);
            }
            (Some("kind"), Some(kind)) if MAKERS.iter().any(|(maker, _)| *maker == kind) => {
                for (_, path) in MAKERS.iter().filter(|(maker, _)| *maker == kind) {
                    add_template(node, path, spans);
                }
                add_copies(node, spans);
            }
            (Some("secretGenerator"), _) => spans.push(span_with_comments(key, value)),
            _ => {}
        }
    }
}

/// Returns `true` if the kind is `Secret`, or one of several kinds is.
fn is_secret(node: Node<'_>) -> bool {
    node.get("kind").is_some_and(is_secret_kind)
        || node.pairs().any(|(key, value)| key.is_key("kind") && is_secret_kind(value))
}

fn is_secret_kind(kind: Node<'_>) -> bool {
    kind.decoded_text().as_deref() == Some("Secret")
}

fn add_secret(secret: Node<'_>, spans: &mut Vec<Range<usize>>) {
    for (key, value) in secret.pairs() {
        spans.push(if is_field(key) { span_with_comments(key, value) } else { span_of_comments_below(value) });
    }
    for field in FIELDS {
        if let Some(values) = secret.get(field) {
            hide_values(values, spans);
        }
    }
    add_copies(secret, spans);
}

/// Hides the value of a field with all that it is merged or aliased from, which stands elsewhere.
fn hide_values(values: Node<'_>, spans: &mut Vec<Range<usize>>) {
    spans.push(values.full_span());
    spans.push(values.target().full_span());
    for (_, _, value) in values.entries() {
        spans.push(value.full_span());
        spans.push(value.target().full_span());
    }
}

/// Hides what stands in a Secret, or in its metadata, where it does not belong.
fn add_misplaced(secret: Node<'_>, spans: &mut Vec<Range<usize>>) {
    for (key, value) in secret.pairs() {
        let name = key.key_text();
        let name = name.as_deref().unwrap_or_default();
        let is_scalar = matches!(name, "apiVersion" | "kind" | "type" | "immutable");
        if !OTHER_FIELDS.contains(&name) && !FIELDS.contains(&name) && name != "<<" {
            spans.push(span_with_comments(key, value));
            hide_values(value, spans);
        } else if is_scalar && value.scalar().is_none() {
            hide_values(value, spans);
        }
    }
    let Some(metadata) = secret.get("metadata") else { return };
    for (key, _, value) in metadata.entries() {
        let is_scalar = matches!(&*key, "name" | "namespace" | "generateName");
        let is_map = matches!(&*key, "labels" | "annotations");
        if !METADATA_FIELDS.contains(&&*key) || (is_scalar && value.scalar().is_none()) {
            hide_values(value, spans);
        } else if is_map {
            for (_, _, entry) in value.entries() {
                if entry.scalar().is_none() {
                    hide_values(entry, spans);
                }
            }
        }
    }
}

/// The annotations of an object that hold a copy of it.
fn add_copies(object: Node<'_>, spans: &mut Vec<Range<usize>>) {
    let Some(annotations) = annotations(object) else { return };
    for (_, _, value) in annotations.entries() {
        if is_copy(value) {
            spans.push(value.target().full_span());
        }
    }
}

/// Hides the values that the template of a Secret has.
fn add_template(object: Node<'_>, path: &[&str], spans: &mut Vec<Range<usize>>) {
    let Some(template) = object.get_path(path) else { return };
    let mut values: Vec<Node<'_>> = Vec::new();
    for field in FIELDS {
        let entries = template.get(field).map(Node::entries).unwrap_or_default();
        values.extend(entries.into_iter().map(|(_, _, value)| value));
    }
    for source in template.get("templateFrom").into_iter().flat_map(Node::items) {
        values.extend(source.get("literal"));
    }
    for value in values {
        if !is_placeholder(value) {
            hide_values(value, spans);
        }
    }
    add_copies(template, spans);
}

/// Returns `true` if a value of a template consists of `{{ … }}` and signs between them, so that it holds no value.
fn is_placeholder(value: Node<'_>) -> bool {
    let Some(text) = value.decoded_text() else { return false };
    let mut rest = &*text;
    while let Some((before, action)) = rest.split_once("{{") {
        let Some((_, behind)) = action.split_once("}}") else { return false };
        if before.contains(char::is_alphanumeric) {
            return false;
        }
        rest = behind;
    }
    !rest.contains(char::is_alphanumeric)
}

/// Returns `true` if a document without a kind can be the rest of a Secret that a stray `---` cut in two: there is one
/// right before it.
pub(super) fn may_be_cut_off(before: &str) -> bool {
    let mut documents = before.rsplit("\n---").take(2);
    documents.any(|document| is_named_in(document) || has_string_data(document))
}

fn is_field(key: Node<'_>) -> bool {
    matches!(key.key_text(), Some(text) if FIELDS.contains(&&*text))
}

/// Returns `true` if an annotation holds a copy of the whole Secret, as `kubectl apply` and others keep one.
fn is_copy(value: Node<'_>) -> bool {
    let text = value.decoded_text().unwrap_or_default();
    FIELDS.iter().any(|field| text.contains(field))
}

/// Returns `true` if a node stands in a value of a Secret, not in its name or the name of one of its keys.
pub(super) fn holds_value(secret: Node<'_>, node: Node<'_>) -> bool {
    let mut values = Vec::new();
    for (key, field) in secret.target().pairs() {
        if is_field(key) {
            values.extend(field.own_values().map(Node::full_span));
        }
    }
    add_misplaced(secret.target(), &mut values);
    values.iter().any(|span| span.contains(&node.span().start))
}

/// The value of a field with the comments around it: people leave old values in comments.
fn span_with_comments(key: Node<'_>, value: Node<'_>) -> Range<usize> {
    let text = value.source_text();
    let span = value.full_span();
    let starts_below = text[key.span().end..span.start].contains('\n');
    let start = if starts_below { key.span().end } else { span.start };
    start..span.end + comments_length(&text[span.end..], text[..span.end].ends_with('\n'))
}

/// The comments on the lines below a value.
fn span_of_comments_below(value: Node<'_>) -> Range<usize> {
    let text = value.source_text();
    let end = value.span().end;
    let below = match text[end..].find('\n') {
        _ if text[..end].ends_with('\n') => end,
        Some(length) => end + length + 1,
        None => text.len(),
    };
    below..below + comments_length(&text[below..], true)
}

/// The number of bytes at the start of a text that are comments, with the blank lines between them.
fn comments_length(text: &str, mut at_line_start: bool) -> usize {
    let (mut seen, mut length) = (0, 0);
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        let is_comment = words.starts_with('#') && (at_line_start || line.starts_with([' ', '\t']));
        if !words.is_empty() && !is_comment {
            break;
        }
        at_line_start = true;
        seen += line.len();
        length = if is_comment { seen } else { length };
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{self, DocumentContent, Limits};

    /// The text with everything that is hidden in it replaced.
    fn shown(text: &str) -> String {
        let documents = yaml::read_documents(text, &Limits::default());
        let DocumentContent::Tree(tree) = &documents[0].content else { panic!("{text} does not parse") };
        let mut shown = text.to_string();
        for span in find_secret_spans(tree.root(text)).into_iter().rev() {
            shown.replace_range(span, HIDDEN);
        }
        shown
    }

    #[test]
    fn values_are_hidden_with_the_comments_around_them() {
        for (text, expected) in [
            ("kind: Secret\ndata:\n  a: eA==\ntype: x\n", "kind: Secret\ndata***\ntype: x\n"),
            (
                "kind: Secret\nstringData: # was: x\n  # was: y\n  a: z # was: w\n  # v\n\n# u\ntype: x\n",
                "kind: Secret\nstringData***type: x\n",
            ),
            ("kind: Secret\n# was x\nmetadata: {} # y\n# z\n", "kind: Secret\n***metadata: {} # y\n***"),
            ("{kind: Secret, data: {a: eA==}, type: x}\n", "{kind: Secret, data: ***, type: x}\n"),
            ("kind: ConfigMap\ndata:\n  a: b\n", "kind: ConfigMap\ndata:\n  a: b\n"),
            ("stringData: x#y\n\nkind: Secret\n", "stringData: ***\n\nkind: Secret\n"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn secrets_are_found_wherever_they_stand() {
        for text in [
            "kind: List\nitems: [{kind: Secret, data: {a: hush}}]",
            "kind: SecretList\nitems: [{data: {a: hush}}]",
            "kind: Template\nobjects: [{kind: Secret, data: {a: hush}}]",
            "x: &x {a: hush}\nkind: Secret\ndata: *x",
            "x: &x {a: hush}\nkind: Secret\ndata: {<<: *x}",
            "x: &x {data: {a: hush}}\nkind: Secret\n<<: *x",
            "x: &x hush\nkind: Secret\ndata: {a: *x}",
            "kind: Secret\nkind: ConfigMap\ndata: {a: hush}",
            "kind: Secret\nmetadata: {annotations: {copy: '{\"data\":{\"a\":\"hush\"}}'}}",
            "kind: SopsSecret\nspec: {secretTemplates: [{name: db, stringData: {a: hush}}, {data: {a: hush}}]}",
            "kind: SopsSecret\nmetadata: {annotations: {copy: '{\"stringData\":{\"a\":\"hush\"}}'}}",
            "kind: Kustomization\nsecretGenerator: [{literals: [a=hush]}]",
            "kind: SealedSecret\nspec: {template: {data: {a: hush}, stringData: {a: hush}}}",
            "kind: ExternalSecret\nspec: {target: {template: {data: {a: hush}}}}",
            "kind: ExternalSecret\nspec: {target: {template: {templateFrom: [{literal: 'a: hush'}]}}}",
            "kind: ClusterExternalSecret\nspec: {externalSecretSpec: {target: {template: {data: {a: hush}}}}}",
            "kind: PushSecret\nspec: {template: {data: {a: hush}}}",
            // The kind, or the field, by other means than its letters.
            "kind: \"S\\u0065cret\"\ndata: {a: hush}",
            "kind: \"Sec\\\n  ret\"\ndata: {a: hush}",
            "\"k\\x69nd\": \"S\\x65cret\"\n\"d\\u0061ta\": {a: hush}",
            "x: &x {kind: Secret}\ny:\n  <<: *x\n  data: {a: hush}",
            // Values that indentation has moved, with or without their field.
            "kind: Secret\nmetadata:\n  name: db\n  stringData:\n    a: hush",
            "kind: Secret\nmetadata:\n  name: db\n  data: {a: hush}",
            "kind: Secret\nmetadata:\n  name:\n    a: hush",
            "kind: Secret\nmetadata:\n  labels:\n    data: {a: hush}",
            "kind: Secret\nmetadata:\n  annotations:\n    x: {a: hush}",
            "kind: Secret\nmetadata: {name: db}\nstringData:\na: hush",
            "kind: Secret\nmetadata: {name: db}\na: |\n  hush",
            "kind: Secret\nmetadata: {name: db}\ntype:\n  a: hush",
            "metadata:\n  name: db\n  kind: Secret\ndata: {a: hush}",
            "apiVersion: v1\nmetadata: {name: db}\nstringData: {a: hush}",
            "spec: {kind: Secret, metadata: {name: db}, spec: {data: {a: hush}}}",
        ] {
            assert!(!shown(text).contains("hush"), "{text}");
        }
    }
}
