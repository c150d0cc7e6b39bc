//! Entries that anchors, aliases and merge keys share with other places, written out with other values.
//!
//! The value of the entry is replaced as a whole by what Kubernetes reads there, in braces. Nothing else may change its
//! value by that: an anchor in the old text whose aliases stand elsewhere moves to the first of them, with the old value.

use super::lines;
use super::refused::{EditRefusal, RefusalReason};
use super::scalar::quote_string;
use super::{NewEntries, Record, anchor_span, find_merged, insert_entries};
use crate::edit::Edit;
use crate::yaml::tree::{Node, NodeKind};
use crate::yaml::{Limits, Value};

/// Writes the value of `key` in the mapping `base` out in full, with strings set at paths below it.
///
/// # Errors
/// [`EditRefusal`] when `base` is reached through an alias, or there is no such mapping.
pub fn write_out_entry(base: Node<'_>, key: &str, values: &[(&[&str], &str)]) -> Result<Vec<Edit>, EditRefusal> {
    let span = base.span();
    if base.kind() == NodeKind::Alias {
        return Err(EditRefusal::new(RefusalReason::Shared, span, anchor_span(base.target())));
    }
    let value = base.get(key).map(|node| Value::from_node(node, &Limits::default()));
    let Some(Ok(mut value)) = value else {
        return Err(EditRefusal::new(RefusalReason::NotAMapping, span, None));
    };
    for (path, text) in values {
        set_text(&mut value, path, text);
    }
    let text = write_value(&value);
    let mut edits = Vec::new();
    for node in std::iter::once(base).chain(base.ancestors()) {
        move_anchor(node, None, &mut edits)?;
    }
    let own = base.pairs().find(|(own, _)| !own.is_merge_key() && own.is_key(key));
    let Some((own_key, old)) = own else {
        let new = NewEntries { path: &[], entries: &[(key, text)], record: Record::None, blanks: 0 };
        edits.extend(insert_entries(base, false, &new)?);
        return Ok(edits);
    };
    if let Some((merge, supplied)) = find_merged(base, key)
        && merge.span().start > own_key.span().start
    {
        // Kubernetes takes what is merged behind the entry, kustomize the entry.
        return Err(EditRefusal::new(RefusalReason::Merged, merge.span(), supplied.span()));
    }
    let mut open = vec![old];
    while let Some(node) = open.pop() {
        move_anchor(node, Some(old), &mut edits)?;
        open.extend(node.children());
    }
    edits.push(replace_value(own_key, old, &text));
    Ok(edits)
}

/// Replaces a value with its anchor and tag. A block that ends with a line break gives it back.
fn replace_value(key: Node<'_>, old: Node<'_>, text: &str) -> Edit {
    let range = old.full_span();
    if range.is_empty() {
        return Edit::insertion(range.start, format!(" {text}"));
    }
    let source = old.source_text();
    let end = if source[range.clone()].ends_with('\n') { lines::line_break(source, key.span().start) } else { "" };
    Edit::replacement(range, format!("{text}{end}"))
}

/// Moves the anchor of a node to the first of its aliases outside of `replaced`, with the value that it has; or takes it
/// away where the node stays and others use it.
fn move_anchor(node: Node<'_>, replaced: Option<Node<'_>>, edits: &mut Vec<Edit>) -> Result<(), EditRefusal> {
    let Some(name) = node.anchor() else { return Ok(()) };
    let is_outside = |alias: &Node<'_>| match replaced {
        Some(replaced) => !contains(replaced, *alias),
        None => true,
    };
    let Some(alias) = node.aliases().find(is_outside) else { return Ok(()) };
    let Ok(value) = Value::from_node(node, &Limits::default()) else {
        return Err(EditRefusal::new(RefusalReason::Shared, anchor_span(node), alias.span()));
    };
    if replaced.is_none() {
        if holds_secret(&value) {
            // A diff masks values of Secrets where they are, and not where they come to be.
            return Err(EditRefusal::new(RefusalReason::Shared, anchor_span(node), alias.span()));
        }
        edits.push(Edit::deletion(anchor_span(node)));
    }
    edits.push(Edit::replacement(alias.span(), format!("&{name} {}", write_value(&value))));
    Ok(())
}

/// Returns `true` for an object that is a Secret, and for collections with one.
fn holds_secret(value: &Value) -> bool {
    match value {
        Value::Seq(items) => items.iter().any(holds_secret),
        Value::Map(entries) => {
            let is_secret = matches!(entries.get("kind"), Some(Value::String(kind)) if kind == "Secret");
            is_secret || entries.contains_key("stringData") || entries.values().any(holds_secret)
        }
        _ => false,
    }
}

fn contains(outer: Node<'_>, inner: Node<'_>) -> bool {
    let (outer, inner) = (outer.full_span(), inner.full_span());
    outer.start <= inner.start && inner.end <= outer.end
}

fn set_text(value: &mut Value, path: &[&str], text: &str) {
    let Some((key, rest)) = path.split_first() else {
        *value = Value::String(text.to_string());
        return;
    };
    if !matches!(value, Value::Map(_)) {
        *value = Value::Map(Default::default());
    }
    if let Value::Map(entries) = value {
        set_text(entries.entry(key.to_string()).or_insert(Value::Null), rest, text);
    }
}

/// A value in braces, as YAML and JSON.
fn write_value(value: &Value) -> String {
    match value {
        Value::String(text) => quote_string(text),
        Value::Seq(items) => {
            let items: Vec<String> = items.iter().map(write_value).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(entries) => {
            let mut texts = Vec::new();
            for (key, value) in entries {
                texts.push(format!("{}: {}", quote_string(key), write_value(value)));
            }
            format!("{{{}}}", texts.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_json().to_string(),
    }
}
