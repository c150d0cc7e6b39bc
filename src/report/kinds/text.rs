//! Kinds as tables for a terminal.

use super::{
    describe_effects, describe_renaming, field_rows, format_groups, name_fields, producer_name, producer_rows,
    stamped_paths, workload_rows,
};
use crate::kinds::workloads::Effect;
use crate::report::format::table::table;
use crate::rules::Rules;

/// The effective tables for people: what is stamped and what that does, and which fields are rewritten by `rename`.
pub fn kinds_text(rules: &Rules) -> String {
    let mut rows = vec![["KIND", "GROUP", "FROM", "STAMPED AT", "A CHANGED STAMP"].map(str::to_string)];
    for (origin, row) in workload_rows(rules) {
        let (mut spots, mut changes) = (stamped_paths(row).into_iter(), describe_effects(row, describe_effect));
        let mut head = [row.kind.to_string(), format_groups(row.groups), origin.as_str().to_string()];
        let mut first = true;
        loop {
            let (spot, change) = (spots.next(), changes.next());
            if spot.is_none() && change.is_none() {
                break;
            }
            let spot = spot.unwrap_or_else(|| if first { "-".to_string() } else { String::new() });
            let [kind, groups, from] = std::mem::take(&mut head);
            rows.push([kind, groups, from, spot, change.unwrap_or_default()]);
            first = false;
        }
    }
    let mut out = table(&rows);
    out.push_str("\nFields that name a config, beside those of a pod spec:\n");
    let mut rows = vec![["KIND", "GROUP", "FROM", "FIELD", "NAMES"].map(str::to_string)];
    rows.extend(field_rows(rules).into_iter().map(|field| {
        let names = match field.place.rename_blocked_by {
            Some(_) => format!("{} (keeps its name)", field.place.target),
            None => field.place.target.to_string(),
        };
        [field.kind, field.groups, field.origin.as_str().to_string(), field.path, names]
    }));
    out.push_str(&table(&rows));
    out.push_str("\nKinds that make a controller write a config:\n");
    let mut rows = vec![["KIND", "GROUP", "FROM", "MAKES", "NAMED BY", "RENAMED"].map(str::to_string)];
    for (origin, row) in producer_rows(rules) {
        for production in row.generates {
            let [kind, group] = producer_name(row);
            let makes = production.target.to_string();
            let (by, renamed) = (name_fields(production), describe_renaming(production).to_string());
            rows.push([kind, group, origin.as_str().to_string(), makes, by, renamed]);
        }
    }
    out.push_str(&table(&rows));
    out
}

pub(super) fn describe_effect(effect: Effect) -> String {
    match effect {
        Effect::Rolls => "rolls",
        Effect::NextRun => "next run",
        Effect::WhileSuspended => "annotations may change",
        Effect::RefreshesOnly => "refreshes volumes only",
        Effect::NoEffect(_) | Effect::InPlace(_) | Effect::InPlaceOnly(_) => "no effect (warns)",
        Effect::Partly(_) => "rolls some pods (warns)",
        Effect::NothingToRoll(_) => "nothing to roll",
        Effect::Refused(_) => "refused (not stamped)",
        Effect::Harmful(_) => "harmful (not stamped)",
    }
    .to_string()
}
