//! Kinds as tables for a terminal.

use super::{
    describe_effects, describe_renaming, field_rows, format_groups, name_fields, producer_name, producer_rows,
    stamped_paths, workload_rows,
};
use crate::kinds::workloads::Effect;
use crate::report::format::styled::StyledText;
use crate::report::format::table::{Cell, Column, TextTable};
use crate::report::model::RenderOptions;
use crate::rules::Rules;

const KIND: Column = Column::of_names("KIND", 4);
const GROUP: Column = Column::of_names("GROUP", 2);
const FROM: Column = Column::of_words("FROM");

/// Prints the effective tables for people: the places of stamps and their effects, and the fields that `rename` rewrites.
pub(crate) fn kinds_text(rules: &Rules, options: &RenderOptions) -> String {
    let width = if options.wide { None } else { options.width };
    let mut out = StyledText::new(options.color);
    list_workloads(rules).print(&mut out, width);
    out.push("\nFields outside pod specs that name a config:\n");
    list_fields(rules).print(&mut out, width);
    out.push("\nKinds that make a controller write a config:\n");
    list_producers(rules).print(&mut out, width);
    out.into_string()
}

/// The workload table: as many lines of a kind as it has places of stamps, or effects.
fn list_workloads(rules: &Rules) -> TextTable<'_> {
    let (path, effect) = (Column::of_names("STAMPED AT", 4), Column::of_sentences("A CHANGED STAMP", 24));
    let mut table = TextTable::new([KIND, GROUP, FROM, path, effect]);
    for (origin, row) in workload_rows(rules) {
        let mut paths = stamped_paths(row);
        if paths.is_empty() {
            paths.push("-".to_string());
        }
        let effects = describe_effects(row, describe_effect);
        let groups = format_groups(&row.groups);
        for path in &paths {
            for effect in &effects {
                table.push_row([
                    Cell::new(&*row.kind),
                    Cell::new(groups.clone()),
                    Cell::new(origin.as_str()),
                    Cell::new(path.clone()),
                    Cell::new(effect.clone()),
                ]);
            }
        }
    }
    table
}

fn list_fields(rules: &Rules) -> TextTable<'static> {
    let columns = [KIND, GROUP, FROM, Column::of_names("FIELD", 4), Column::of_sentences("NAMES", 12)];
    let mut table = TextTable::new(columns);
    for row in field_rows(rules) {
        let mut target = row.field.target.to_string();
        if row.field.rename_blocked_by.is_some() {
            target.push_str(" (keeps its name)");
        }
        let origin = Cell::new(row.origin.as_str());
        table.push_row([Cell::new(row.kind), Cell::new(row.groups), origin, Cell::new(row.path), Cell::new(target)]);
    }
    table
}

fn list_producers(rules: &Rules) -> TextTable<'static> {
    let named_by = Column::of_names("NAMED BY", 4);
    let columns = [KIND, GROUP, FROM, Column::of_words("MAKES"), named_by, Column::of_words("RENAMED")];
    let mut table = TextTable::new(columns);
    for (origin, row) in producer_rows(rules) {
        for rule in &row.generates {
            let [kind, group] = producer_name(row);
            table.push_row([
                Cell::new(kind),
                Cell::new(group),
                Cell::new(origin.as_str()),
                Cell::new(rule.target.to_string()),
                Cell::new(name_fields(rule)),
                Cell::new(describe_renaming(rule)),
            ]);
        }
    }
    table
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
