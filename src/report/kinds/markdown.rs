//! Kinds as tables of Markdown, for the documentation.

use std::fmt::Write as _;

use super::text::describe_effect;
use super::{
    FieldRow, describe_effects, field_rows, format_groups, name_fields, producer_name, producer_rows, stamped_paths,
};
use crate::kinds::producers::RenamePermission;
use crate::kinds::workloads::{Effect, WorkloadKind};
use crate::rules::Rules;

/// Kinds that describe pods as a table of Markdown.
pub fn kinds_markdown(kinds: &[WorkloadKind]) -> String {
    let mut out = "| kind | group | stamped at | a changed stamp |\n|---|---|---|---|\n".to_string();
    for row in kinds {
        let spots: Vec<String> = stamped_paths(row).iter().map(|spot| format!("`{spot}`")).collect();
        let spots = if spots.is_empty() { "–".to_string() } else { spots.join("<br>") };
        let changes: Vec<String> = describe_effects(row, explain_effect).collect();
        let change = changes.join("<br>");
        // Writing to a String cannot fail.
        let _ = writeln!(out, "| {} | {} | {spots} | {change} |", row.kind, format_groups(row.groups));
    }
    out
}

/// The built-in fields that name configs, beside those of pod specs, as a table of Markdown.
pub fn fields_markdown() -> String {
    let mut out = "| kind | group | field | names |\n|---|---|---|---|\n".to_string();
    for field in field_rows(&Rules::default()) {
        let FieldRow { kind, groups, path, place, .. } = field;
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
            let ([kind, group], by) = (producer_name(row), name_fields(production));
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
fn explain_effect(effect: Effect) -> String {
    match effect.reason() {
        Some(reason) => format!("{}: {reason}", describe_effect(effect)),
        None => describe_effect(effect),
    }
}
