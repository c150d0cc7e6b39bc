//! Scalars in the style that stands there, as long as every reader takes the new text for the same string.

use std::fmt::Write;

use super::check_own_anchor;
use super::lines;
use super::refused::{EditRefusal, RefusalReason};
use crate::edit::Edit;
use crate::yaml::scalar::{self, Scalar};
use crate::yaml::tree::{Node, NodeKind, ScalarStyle};

/// Replaces the value of a scalar by a string.
///
/// The style stays where Kubernetes and kustomize still read a string equal to `value`, else it becomes double quotes.
/// An alias is replaced by the literal. A node that has this value already is replaced by its own bytes.
///
/// # Errors
/// [`EditRefusal`] when the node has an anchor that is used, has a tag of its own, or is no scalar. Whether a
/// collection above it is shared is for the caller to decide.
pub fn set_scalar(node: Node<'_>, value: &str) -> Result<Edit, EditRefusal> {
    check_own_anchor(node)?;
    let style = match node.kind() {
        NodeKind::Scalar(style) => style,
        NodeKind::Alias => return Ok(Edit::replacement(node.span(), quote_string(value))),
        _ => return Err(EditRefusal::new(RefusalReason::NotAScalar, node.span(), None)),
    };
    let tag = node.tag();
    if !matches!(tag, None | Some("!" | "tag:yaml.org,2002:str")) {
        return Err(EditRefusal::new(RefusalReason::Tagged, node.full_span(), None));
    }
    if has_value(node, value) {
        return Ok(Edit::replacement(node.span(), node.raw()));
    }
    // What was null is newly written, and kustomize reads `! 5` as a number.
    let newly = node.tree.json || tag == Some("!") || node.scalar() == Some(Scalar::Null);
    let style = if newly { ScalarStyle::DoubleQuoted } else { style };
    Ok(match style {
        ScalarStyle::Literal | ScalarStyle::Folded => replace_block(node, value),
        _ if node.span().is_empty() => insert_absent(node, value),
        _ => Edit::replacement(node.span(), write_in_style(value, style, is_in_flow(node))),
    })
}

/// Replaces a scalar by a string without quotes, where every reader takes it for that string.
///
/// # Errors
/// [`EditRefusal`] as for [`set_scalar`].
pub fn set_bare_scalar(node: Node<'_>, value: &str) -> Result<Edit, EditRefusal> {
    let edit = set_scalar(node, value)?;
    let is_quoted = matches!(node.kind(), NodeKind::Scalar(ScalarStyle::DoubleQuoted | ScalarStyle::SingleQuoted));
    if is_quoted && is_safe_plain(value, is_in_flow(node)) {
        return Ok(Edit::replacement(node.span(), value));
    }
    Ok(edit)
}

/// Returns `true` for a scalar without quotes in braces, where it can hold no comma.
pub fn is_bare_in_braces(node: Node<'_>) -> bool {
    node.kind() == NodeKind::Scalar(ScalarStyle::Plain) && is_in_flow(node)
}

/// Returns `true` if Kubernetes and kustomize both read this very string here.
pub(super) fn has_value(node: Node<'_>, value: &str) -> bool {
    node.is_string(value) && node.kustomize_reading(0).is_none()
}

/// A value that was not there: behind its `:`, anchor or tag, or behind a key that has no `:`.
fn insert_absent(node: Node<'_>, value: &str) -> Edit {
    let text = node.source_text();
    let at = node.span().start;
    let before = match node.parent() {
        _ if node.full_span().start < at || text[..at].ends_with(':') => " ".to_string(),
        Some(mapping) if !is_in_flow(node) => {
            let column = lines::column(text, mapping.span().start);
            format!("{}{}: ", lines::line_break(text, at), " ".repeat(column))
        }
        _ => ": ".to_string(),
    };
    Edit::insertion(at, format!("{before}{}", quote_string(value)))
}

/// A text in a style, or in double quotes where the style does not allow it.
pub(super) fn write_in_style(text: &str, style: ScalarStyle, flow: bool) -> String {
    match style {
        ScalarStyle::Plain if is_safe_plain(text, flow) => text.to_string(),
        ScalarStyle::SingleQuoted if text.chars().all(is_printable) => format!("'{}'", text.replace('\'', "''")),
        _ => quote_string(text),
    }
}

/// A double-quoted scalar, safe in YAML and JSON.
pub fn quote_string(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if is_printable(character) => out.push(character),
            // All of them are within 16 bits. Writing to a `String` cannot fail.
            _ => _ = write!(out, "\\u{:04X}", u32::from(character)),
        }
    }
    out.push('"');
    out
}

/// Returns `true` for what every reader takes as it stands, and no reader for a line break.
fn is_printable(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Returns `true` if no reader takes a bare text for anything but this string. Strict: what is refused here is only
/// quoted.
pub(super) fn is_safe_plain(text: &str, flow: bool) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-/ :,".contains(byte))
        && !(flow && text.contains([':', ',']))
        && (first.is_ascii_alphanumeric() || *first == b'/')
        && (last.is_ascii_alphanumeric() || b"/,".contains(last))
        && !text.contains(": ")
        && !is_special_word(text)
        && !may_be_number(text)
}

fn is_special_word(text: &str) -> bool {
    scalar::resolve_plain(&text.to_ascii_lowercase()).is_some()
}

/// Numbers and times of all versions of YAML start with a digit and have no letters but these.
fn may_be_number(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.starts_with(|first: char| first.is_ascii_digit())
        && (["0x", "0o", "0b"].iter().any(|prefix| lower.starts_with(prefix))
            || !lower.bytes().any(|byte| byte.is_ascii_lowercase() && !matches!(byte, b'e' | b't' | b'z')))
}

fn is_in_flow(node: Node<'_>) -> bool {
    match node.parent().map(Node::kind) {
        Some(NodeKind::Mapping { flow } | NodeKind::Sequence { flow }) => flow,
        _ => false,
    }
}

/// A block scalar keeps its header when that strips the last line break; else it becomes a quoted string, and the
/// line breaks after it stay.
fn replace_block(node: Node<'_>, value: &str) -> Edit {
    let (raw, span) = (node.raw(), node.span());
    let header = &raw[..lines::next_line(raw, 0)];
    let content = raw.trim_end_matches(lines::BREAKS);
    let range = span.start..span.start + content.len();
    let strips = header.split([' ', '\t', '#']).next().is_some_and(|indicators| indicators.contains('-'));
    let one_line = value.chars().all(is_printable) && !value.is_empty() && value.trim() == value;
    if strips && one_line && content.len() > header.len() {
        let indentation = " ".repeat(node.block_indent());
        Edit::replacement(range, format!("{header}{indentation}{value}"))
    } else {
        Edit::replacement(range, quote_string(value))
    }
}
