//! The tables of kinds, built in and of the user's rules.

mod json;
mod markdown;
mod text;

#[cfg(test)]
pub(super) use json::KindsJson;
pub(super) use json::kinds_json;
pub use markdown::{fields_markdown, kinds_markdown, producers_markdown};
pub(super) use text::kinds_text;

use crate::kinds::path::field;
use crate::kinds::producers::{CONNECTION, GenerationRule, PRODUCERS, ProducerKind, RenamePermission};
use crate::kinds::referrers::{self, ReferenceField};
use crate::kinds::workloads::{self, Effect, PodTemplateSite, WorkloadKind};
use crate::rules::{CustomReference, Rules};

/// The origin of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RowOrigin {
    BuiltIn,
    Rules,
}

impl RowOrigin {
    fn as_str(self) -> &'static str {
        match self {
            RowOrigin::BuiltIn => "built-in",
            RowOrigin::Rules => "rules",
        }
    }
}

/// Collects the kinds with pod templates: the user's own first, then the built-in ones that they do not replace.
fn workload_rows(rules: &Rules) -> Vec<(RowOrigin, &WorkloadKind)> {
    let mut rows: Vec<(RowOrigin, &WorkloadKind)> = Vec::new();
    for row in rules.workloads() {
        rows.push((RowOrigin::Rules, row));
    }
    for row in workloads::all() {
        let is_replaced = rules
            .workloads()
            .any(|own| own.kind == row.kind && own.groups.iter().any(|group| row.groups.contains(group)));
        if !is_replaced {
            rows.push((RowOrigin::BuiltIn, row));
        }
    }
    rows
}

/// A field that names a config, with the objects that have it.
struct FieldRow {
    origin: RowOrigin,
    groups: String,
    kind: String,
    path: String,
    field: ReferenceField,
}

/// Collects the fields that name configs, without those of the Pod API: the user's own first.
fn field_rows(rules: &Rules) -> Vec<FieldRow> {
    let mut rows: Vec<FieldRow> = rules.all_references().map(custom_field_row).collect();
    for row in workloads::all() {
        for site in &row.sites {
            for field in &site.references {
                let path = site.path.join(&field.path).to_string();
                rows.push(built_in_field_row(format_groups(&row.groups), &row.kind, path, field));
            }
        }
    }
    for row in referrers::all() {
        for field in &row.fields {
            rows.push(built_in_field_row(format_groups(row.groups), row.kind, field.path.to_string(), field));
        }
    }
    rows
}

fn custom_field_row(reference: &CustomReference) -> FieldRow {
    let CustomReference { selector, field, .. } = reference;
    FieldRow {
        origin: RowOrigin::Rules,
        groups: format_groups(&[selector.group.as_deref().unwrap_or("*")]),
        kind: selector.kind.clone().unwrap_or_else(|| "*".to_string()),
        path: field.path.to_string(),
        field: field.clone(),
    }
}

fn built_in_field_row(groups: String, kind: &str, path: String, field: &ReferenceField) -> FieldRow {
    FieldRow { origin: RowOrigin::BuiltIn, groups, kind: kind.to_string(), path, field: field.clone() }
}

fn format_groups<G: AsRef<str>>(groups: &[G]) -> String {
    let mut names = Vec::new();
    for group in groups {
        names.push(if group.as_ref().is_empty() { "core" } else { group.as_ref() });
    }
    names.join(", ")
}

/// Collects the kinds that make controllers write configs: the user's own first, then the built-in ones that they do
/// not replace.
fn producer_rows(rules: &Rules) -> Vec<(RowOrigin, &ProducerKind)> {
    let mut rows: Vec<(RowOrigin, &ProducerKind)> = Vec::new();
    for row in rules.producers() {
        rows.push((RowOrigin::Rules, row));
    }
    for row in PRODUCERS.iter().chain([&*CONNECTION]) {
        if !rules.producers().any(|own| (&own.group, &own.kind) == (&row.group, &row.kind)) {
            rows.push((RowOrigin::BuiltIn, row));
        }
    }
    rows
}

/// The kind and the group of a row; `*` is any.
fn producer_name(row: &ProducerKind) -> [String; 2] {
    [row.kind.to_string(), format_groups(&[row.group.as_deref().unwrap_or("*")])]
}

/// The fields that can name a generated config; the first that is set counts.
fn name_fields(rule: &GenerationRule) -> String {
    let fields = rule.name_paths.iter().map(|path| rule.each.join(path).to_string());
    fields.collect::<Vec<_>>().join(", else ")
}

/// Answers whether `rename` gives a generated config another name.
fn describe_renaming(rule: &GenerationRule) -> &'static str {
    match rule.rename {
        RenamePermission::Always => "yes",
        RenamePermission::Never(_) => "no",
        RenamePermission::If(..) | RenamePermission::Unless(..) => "depends",
    }
}

/// The path from the object to the annotations of its pods.
fn annotations_path(site: &PodTemplateSite) -> Option<String> {
    Some(site.path.join(site.annotations.as_ref()?).to_string())
}

/// The paths of the pod templates of a kind; for a site without metadata of its own, that of the annotations that become
/// those of its pods.
fn stamped_paths(row: &WorkloadKind) -> Vec<String> {
    if matches!(row.effect, Effect::NothingToRoll(_)) {
        return Vec::new();
    }
    let mut paths = Vec::new();
    for site in &row.sites {
        let is_template = site.annotations == Some(field!("metadata" / "annotations")) && !site.path.is_empty();
        paths.extend(if is_template { Some(site.path.to_string()) } else { annotations_path(site) });
    }
    paths
}

/// Describes the effect of a changed stamp, and the effect for objects that an exception is about.
fn describe_effects(row: &WorkloadKind, describe: fn(&Effect) -> String) -> Vec<String> {
    let mut effects = vec![describe(&row.effect)];
    for (condition, effect) in &row.exceptions {
        effects.push(format!("if {condition}: {}", describe(effect)));
    }
    effects
}
