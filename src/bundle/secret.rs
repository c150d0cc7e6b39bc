//! Where values of Secrets stand: what is to be shown to nobody.

use std::ops::Range;

use crate::kinds::annotations;
use crate::yaml::Node;

/// The fields of a Secret that hold its values.
const FIELDS: [&str; 2] = ["data", "stringData"];

/// What stands for a value that is not shown.
pub(super) const HIDDEN: &str = "***";

/// Whether a Secret, or what kustomize makes one of, can stand in a document.
pub(super) fn may_be_in(text: &str) -> bool {
    text.contains("Secret") || text.contains("secretGenerator")
}

/// Whether a line of text that was not read can be a Secret's: then none of it is shown. Text without a kind can be
/// the rest of a Secret that a stray `---` cut in two.
pub(super) fn may_hold(text: &str) -> bool {
    may_be_in(text) || text.contains("stringData") || (text.contains("data") && !text.contains("kind"))
}

/// The bytes below a node that can hold values of Secrets, at any depth, sorted.
pub(super) fn spans(root: Node<'_>) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node.is_mapping() {
            mapping(node, &mut spans);
        }
        open.extend(node.children());
    }
    spans.retain(|span| !span.is_empty());
    spans.sort_by_key(|span| span.start);
    spans.dedup_by(|next, last| {
        let joins = next.start <= last.end;
        last.end = if joins { last.end.max(next.end) } else { last.end };
        joins
    });
    spans
}

/// What a mapping says of itself: it is a Secret, a list of Secrets, or holds what becomes one.
fn mapping(node: Node<'_>, spans: &mut Vec<Range<usize>>) {
    let node = node.target();
    for (key, value) in node.pairs() {
        match (key.key_text().as_deref(), value.decoded_text().as_deref()) {
            (Some("kind"), Some("Secret")) => secret(node, spans),
            (Some("kind"), Some("SecretList")) => {
                node.get("items").into_iter().flat_map(Node::items).for_each(|item| secret(item.target(), spans));
            }
            // Its values are ciphertext once SOPS has been run over it.
            (Some("kind"), Some("SopsSecret")) => {
                let templates = node.get("spec").and_then(|spec| spec.get("secretTemplates"));
                templates.into_iter().flat_map(Node::items).for_each(|item| secret(item.target(), spans));
                copies(node, spans);
            }
            (Some("secretGenerator"), _) => spans.push(with_comments(key, value)),
            _ => {}
        }
    }
}

fn secret(secret: Node<'_>, spans: &mut Vec<Range<usize>>) {
    for (key, value) in secret.pairs() {
        spans.push(if is_field(key) { with_comments(key, value) } else { comments_below(value) });
    }
    for value in FIELDS.iter().filter_map(|field| secret.get(field)) {
        spans.push(value.target().full_span());
        // What is merged in or aliased stands elsewhere.
        let values = value.entries().into_iter().map(|(_, _, value)| value);
        spans.extend(values.flat_map(|value| [value.full_span(), value.target().full_span()]));
    }
    copies(secret, spans);
}

/// The annotations of an object that hold a copy of it.
fn copies(object: Node<'_>, spans: &mut Vec<Range<usize>>) {
    let values = annotations(object).map(Node::entries).unwrap_or_default().into_iter().map(|(_, _, value)| value);
    spans.extend(values.filter(|value| is_copy(*value)).map(|value| value.target().full_span()));
}

fn is_field(key: Node<'_>) -> bool {
    key.key_text().is_some_and(|text| FIELDS.contains(&&*text))
}

/// Whether an annotation holds a copy of the whole Secret, as `kubectl apply` and others keep one.
fn is_copy(value: Node<'_>) -> bool {
    value.decoded_text().is_some_and(|text| FIELDS.iter().any(|field| text.contains(field)))
}

/// Whether a node stands in a value of a Secret, not in its name or the name of one of its keys.
pub(super) fn holds(secret: Node<'_>, node: Node<'_>) -> bool {
    let at = node.span().start;
    let fields = secret.target().pairs().filter(|(key, _)| is_field(*key)).map(|(_, value)| value);
    fields.flat_map(Node::pairs).any(|(_, value)| value.full_span().contains(&at))
}

/// The value of a field with the comments around it: people leave old values in comments.
fn with_comments(key: Node<'_>, value: Node<'_>) -> Range<usize> {
    let text = value.source_text();
    let span = value.full_span();
    let start = match text[key.span().end..span.start].contains('\n') {
        true => key.span().end,
        false => span.start,
    };
    start..span.end + comments(&text[span.end..], text[..span.end].ends_with('\n'))
}

/// The comments on the lines below a value.
fn comments_below(value: Node<'_>) -> Range<usize> {
    let text = value.source_text();
    let end = value.span().end;
    let below = match text[..end].ends_with('\n') {
        true => end,
        false => text[end..].find('\n').map_or(text.len(), |length| end + length + 1),
    };
    below..below + comments(&text[below..], true)
}

/// How many bytes at the start of a text are comments, with the blank lines between them.
fn comments(text: &str, mut at_line_start: bool) -> usize {
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
        for span in spans(tree.root(text)).into_iter().rev() {
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
        ] {
            assert!(!shown(text).contains("hush"), "{text}");
        }
    }
}
