//! Kinds as tables for a terminal.

use super::{
    describe_effects, describe_renaming, field_rows, format_groups, name_fields, producer_name, producer_rows,
    stamped_paths, workload_rows,
};
use crate::kinds::workloads::Effect;
use crate::report::format::table::table;
use crate::rules::Rules;

/// Prints the effective tables for people: the places of stamps and their effects, and the fields that `rename` rewrites.
pub(crate) fn kinds_text(rules: &Rules) -> String {
    let mut out = table(&workload_lines(rules));
    out.push_str("\nFields outside pod specs that name a config:\n");
    out.push_str(&table(&field_lines(rules)));
    out.push_str("\nKinds that make a controller write a config:\n");
    out.push_str(&table(&producer_lines(rules)));
    out
}

/// The lines of the workload table: as many of a kind as it has places of stamps, or effects.
fn workload_lines(rules: &Rules) -> Vec<[String; 5]> {
    let mut lines = vec![["KIND", "GROUP", "FROM", "STAMPED AT", "A CHANGED STAMP"].map(str::to_string)];
    for (origin, row) in workload_rows(rules) {
        let mut paths = stamped_paths(row);
        if paths.is_empty() {
            paths.push("-".to_string());
        }
        let effects = describe_effects(row, describe_effect);
        for index in 0..paths.len().max(effects.len()) {
            let [kind, groups, from] = match index {
                0 => [row.kind.to_string(), format_groups(&row.groups), origin.as_str().to_string()],
                _ => Default::default(),
            };
            let cell = |cells: &[String]| cells.get(index).cloned().unwrap_or_default();
            lines.push([kind, groups, from, cell(&paths), cell(&effects)]);
        }
    }
    lines
}

fn field_lines(rules: &Rules) -> Vec<[String; 5]> {
    let mut lines = vec![["KIND", "GROUP", "FROM", "FIELD", "NAMES"].map(str::to_string)];
    for row in field_rows(rules) {
        let mut target = row.field.target.to_string();
        if row.field.rename_blocked_by.is_some() {
            target.push_str(" (keeps its name)");
        }
        lines.push([row.kind, row.groups, row.origin.as_str().to_string(), row.path, target]);
    }
    lines
}

fn producer_lines(rules: &Rules) -> Vec<[String; 6]> {
    let mut lines = vec![["KIND", "GROUP", "FROM", "MAKES", "NAMED BY", "RENAMED"].map(str::to_string)];
    for (origin, row) in producer_rows(rules) {
        for rule in &row.generates {
            let [kind, group] = producer_name(row);
            let (target, answer) = (rule.target.to_string(), describe_renaming(rule).to_string());
            lines.push([kind, group, origin.as_str().to_string(), target, name_fields(rule), answer]);
        }
    }
    lines
}

/// An effect in a few words.
pub(super) fn describe_effect(effect: &Effect) -> String {
    match effect {
        Effect::Rolls => "rolls",
        Effect::NextRun => "next run",
        Effect::WhileSuspended => "annotations may change",
        Effect::RefreshesOnly => "refreshes volumes only",
        Effect::NoEffect(_) | Effect::InPlace(_) | Effect::InPlaceOnly(_) => "no effect (warns)",
        Effect::Partly(_) => "rolls some pods (warns)",
        Effect::NothingToRoll(_) => "nothing to roll",
        Effect::Refused(_) => "refused (not stamped)",
        Effect::Harmful(_) | Effect::StampHarms(_) => "harmful (not stamped)",
    }
    .to_string()
}
