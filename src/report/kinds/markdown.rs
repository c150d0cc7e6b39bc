//! Kinds as tables of Markdown, for the documentation.

use std::sync::Arc;

use super::text::describe_effect;
use super::{describe_effects, field_rows, format_groups, name_fields, producer_name, producer_rows, stamped_paths};
use crate::kinds::producers::RenamePermission;
use crate::kinds::workloads::{Effect, WorkloadKind};
use crate::rules::Rules;

/// Prints kinds with pod templates as a table of Markdown.
pub fn kinds_markdown<'k>(kinds: impl IntoIterator<Item = &'k Arc<WorkloadKind>>) -> String {
    let mut out = "| kind | group | stamped at | a changed stamp |\n|---|---|---|---|\n".to_string();
    for row in kinds {
        let paths: Vec<String> = stamped_paths(row).iter().map(|path| format!("`{path}`")).collect();
        let paths = if paths.is_empty() { "–".to_string() } else { paths.join("<br>") };
        let effects = describe_effects(row, explain_effect).join("<br>");
        out.push_str(&format!("| {} | {} | {paths} | {effects} |\n", row.kind, format_groups(&row.groups)));
    }
    out
}

/// Prints the built-in fields that name configs, without those of pod specs, as a table of Markdown.
pub fn fields_markdown() -> String {
    let mut out = "| kind | group | field | names |\n|---|---|---|---|\n".to_string();
    for row in field_rows(&Rules::default()) {
        let mut target = row.field.target.to_string();
        if let Some(reason) = row.field.rename_blocked_by {
            target.push_str(&format!(", which keeps its name: {reason}"));
        }
        out.push_str(&format!("| {} | {} | `{}` | {target} |\n", row.kind, row.groups, row.path));
    }
    out
}

/// Prints the built-in kinds that make controllers write configs as a table of Markdown.
pub fn producers_markdown() -> String {
    let mut out = "| kind | group | generates | name from | renamed |\n|---|---|---|---|---|\n".to_string();
    for (_, row) in producer_rows(&Rules::default()) {
        for rule in &row.generates {
            let [kind, group] = producer_name(row);
            let answer = match &rule.rename {
                RenamePermission::Always => "yes".to_string(),
                RenamePermission::Never(reason) => format!("no: {reason}"),
                RenamePermission::If(_, reason) | RenamePermission::Unless(_, reason) => {
                    format!("not always: {reason}")
                }
            };
            let fields = name_fields(rule);
            out.push_str(&format!("| {kind} | {group} | {} | `{fields}` | {answer} |\n", rule.target));
        }
    }
    out
}

/// An effect with its reason.
fn explain_effect(effect: &Effect) -> String {
    match effect.reason() {
        Some(reason) => format!("{}: {reason}", describe_effect(effect)),
        None => describe_effect(effect),
    }
}
