//! Kinds as tables of Markdown, for the documentation.

use std::fmt::Write as _;

use super::text::word;
use super::{Field, changes, fields, groups_of, named_by, producer_name, producer_rows, spots};
use crate::kinds::producers::RenamePermission;
use crate::kinds::workloads::{Effect, WorkloadKind};
use crate::rules::Rules;

/// Kinds that describe pods as a table of Markdown.
pub fn kinds_markdown(kinds: &[WorkloadKind]) -> String {
    let mut out = "| kind | group | stamped at | a changed stamp |\n|---|---|---|---|\n".to_string();
    for row in kinds {
        let spots: Vec<String> = spots(row).iter().map(|spot| format!("`{spot}`")).collect();
        let spots = if spots.is_empty() { "–".to_string() } else { spots.join("<br>") };
        let changes: Vec<String> = changes(row, sentence).collect();
        let change = changes.join("<br>");
        // Writing to a String cannot fail.
        let _ = writeln!(out, "| {} | {} | {spots} | {change} |", row.kind, groups_of(row.groups));
    }
    out
}

/// The built-in fields that name configs, beside those of pod specs, as a table of Markdown.
pub fn fields_markdown() -> String {
    let mut out = "| kind | group | field | names |\n|---|---|---|---|\n".to_string();
    for field in fields(&Rules::default()) {
        let Field { kind, groups, path, place, .. } = field;
        let keeps = place.rename_blocked_by.map_or_else(String::new, |why| format!(", which keeps its name: {why}"));
        let _ = writeln!(out, "| {kind} | {groups} | `{path}` | {}{keeps} |", place.target);
    }
    out
}

/// The built-in kinds that make controllers write configs, as a table of Markdown.
pub fn producers_markdown() -> String {
    let mut out = "| kind | group | makes | named by | renamed |\n|---|---|---|---|---|\n".to_string();
    for (_, row) in producer_rows(&Rules::default()) {
        for production in row.generates {
            let ([kind, group], by) = (producer_name(row), named_by(production));
            let renamed = match production.rename {
                RenamePermission::Always => "yes".to_string(),
                RenamePermission::Never(reason) => format!("no: {reason}"),
                RenamePermission::If(_, reason) | RenamePermission::Unless(_, reason) => {
                    format!("not always: {reason}")
                }
            };
            let _ = writeln!(out, "| {kind} | {group} | {} | `{by}` | {renamed} |", production.target);
        }
    }
    out
}

/// An effect with its reason.
fn sentence(effect: Effect) -> String {
    match effect.reason() {
        Some(reason) => format!("{}: {reason}", word(effect)),
        None => word(effect),
    }
}
