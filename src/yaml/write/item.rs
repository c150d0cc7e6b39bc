//! Items of sequences.

use super::refused::{EditRefusal, RefusalReason};
use super::scalar::{quote_string, set_scalar, write_in_style};
use super::{check_own_anchor, lines};
use crate::edit::Edit;
use crate::yaml::tree::{Node, NodeKind, ScalarStyle};

/// Puts one or more strings in the place of a scalar item of a sequence, in its style and in the layout of its
/// neighbours.
///
/// # Errors
/// [`EditRefusal`] as for [`set_scalar`], and when the node is not an item on one line.
pub fn replace_item(item: Node<'_>, values: &[String]) -> Result<Edit, EditRefusal> {
    if let [value] = values {
        return set_scalar(item, value);
    }
    check_own_anchor(item)?;
    let refuse = |reason| Err(EditRefusal::new(reason, item.full_span(), None));
    let style = match item.kind() {
        NodeKind::Scalar(_) if item.tag().is_some() => return refuse(RefusalReason::Tagged),
        NodeKind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded) => return refuse(RefusalReason::Layout),
        NodeKind::Scalar(style) => style,
        NodeKind::Alias => ScalarStyle::DoubleQuoted,
        _ => return refuse(RefusalReason::NotAScalar),
    };
    let Some(list) = item.parent() else { return refuse(RefusalReason::Layout) };
    let separator = match list.kind() {
        NodeKind::Sequence { flow: true } => flow_separator(list, item),
        NodeKind::Sequence { flow: false } => block_separator(item),
        _ => return refuse(RefusalReason::Layout),
    };
    let is_flow = list.kind() == NodeKind::Sequence { flow: true };
    let is_json = style == ScalarStyle::Json;
    let write = |value: &String| if is_json { quote_string(value) } else { write_in_style(value, style, is_flow) };
    let texts: Vec<String> = values.iter().map(write).collect();
    Ok(Edit::replacement(item.full_span(), texts.join(&separator)))
}

/// The text between two items of a sequence in brackets.
fn flow_separator(list: Node<'_>, item: Node<'_>) -> String {
    let text = list.source_text();
    let at = item.full_span().start;
    if let Some(lead) = lines::lead_of(text, at) {
        return format!(",{}{lead}", lines::line_break(text, at));
    }
    let items: Vec<Node<'_>> = list.children().collect();
    let gap = match items[..] {
        [first, second, ..] => &text[first.span().end..second.full_span().start],
        _ => ", ",
    };
    if matches!(gap, "," | ", " | " , ") { gap.to_string() } else { ", ".to_string() }
}

/// The text between two items of a sequence of lines: a line break, and what stands before the item on its line, where
/// other indicators are blanks.
fn block_separator(item: Node<'_>) -> String {
    let text = item.source_text();
    let at = item.full_span().start;
    let before = &text[lines::line_start(text, at)..at];
    let dash = before.rfind('-').unwrap_or_default();
    let lead: String = before.char_indices().map(|(index, letter)| if index < dash { ' ' } else { letter }).collect();
    format!("{}{lead}", lines::line_break(text, at))
}
