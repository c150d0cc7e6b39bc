//! The kinds that are known, built in and of the user's own rules, as tables.

mod json;
mod markdown;
mod text;

pub use json::kinds_json;
pub use markdown::{fields_markdown, kinds_markdown, producers_markdown};
pub use text::kinds_text;

use crate::kinds::path::field;
use crate::kinds::producers::{CONNECTION, GenerationRule, PRODUCERS, ProducerKind, RenamePermission};
use crate::kinds::referrers::{self, ReferenceField};
use crate::kinds::workloads::{self, Effect, PodTemplateSite, WorkloadKind};
use crate::rules::{CustomReference, Rules};

/// Who says a row.
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

/// The kinds that describe pods: the user's own first, then the built-in ones that they do not replace.
fn workload_rows(rules: &Rules) -> Vec<(RowOrigin, &'static WorkloadKind)> {
    let own: Vec<&WorkloadKind> = rules.workloads().collect();
    let is_replaced = |row: &WorkloadKind| {
        let same =
            |own: &&&WorkloadKind| own.kind == row.kind && own.groups.iter().any(|group| row.groups.contains(group));
        own.iter().any(|own| same(&own))
    };
    let built_in = workloads::all().filter(|row| !is_replaced(row)).map(|row| (RowOrigin::BuiltIn, row));
    own.iter().map(|row| (RowOrigin::Rules, *row)).chain(built_in).collect()
}

/// A place that names a config, in objects of these kinds.
struct FieldRow {
    origin: RowOrigin,
    groups: String,
    kind: String,
    path: String,
    place: ReferenceField,
}

/// The fields that name configs, beside those of pods: the user's own first.
fn field_rows(rules: &Rules) -> Vec<FieldRow> {
    let mut fields: Vec<FieldRow> = rules.all_references().map(custom_field_row).collect();
    for row in workloads::all() {
        for pods in row.sites {
            let path = |place: &ReferenceField| pods.path.join(&place.path).to_string();
            fields.extend(
                pods.references.iter().map(|place| built_in_field_row(row.groups, row.kind, path(place), place)),
            );
        }
    }
    for row in referrers::all() {
        fields.extend(
            row.fields.iter().map(|place| built_in_field_row(row.groups, row.kind, place.path.to_string(), place)),
        );
    }
    fields
}

fn custom_field_row(reference: &CustomReference) -> FieldRow {
    let any = |text: &Option<String>| text.clone().unwrap_or_else(|| "*".to_string());
    let group = match &reference.selector.group {
        Some(group) => format_groups(&[group]),
        None => "*".to_string(),
    };
    let (path, place) = (reference.field.path.to_string(), reference.field);
    FieldRow { origin: RowOrigin::Rules, groups: group, kind: any(&reference.selector.kind), path, place }
}

fn built_in_field_row(groups: &[&str], kind: &str, path: String, place: &ReferenceField) -> FieldRow {
    let (groups, kind) = (format_groups(groups), kind.to_string());
    FieldRow { origin: RowOrigin::BuiltIn, groups, kind, path, place: *place }
}

fn format_groups(groups: &[&str]) -> String {
    let named: Vec<&str> = groups.iter().map(|group| if group.is_empty() { "core" } else { *group }).collect();
    named.join(", ")
}

/// The kinds that make controllers write configs: the user's own first, then the built-in ones that they do not replace.
fn producer_rows(rules: &Rules) -> Vec<(RowOrigin, &'static ProducerKind)> {
    let own: Vec<&ProducerKind> = rules.producers().collect();
    let replaced = |row: &ProducerKind| own.iter().any(|own| (own.group, own.kind) == (row.group, row.kind));
    let built_in = PRODUCERS.iter().chain([&CONNECTION]).filter(|row| !replaced(row));
    own.iter().map(|row| (RowOrigin::Rules, *row)).chain(built_in.map(|row| (RowOrigin::BuiltIn, row))).collect()
}

/// The kind and the group of a row; `*` is any.
fn producer_name(row: &ProducerKind) -> [String; 2] {
    [row.kind.to_string(), format_groups(&[row.group.unwrap_or("*")])]
}

/// The fields that can name a product, the first that is there counts.
fn name_fields(production: &GenerationRule) -> String {
    let names = production.name_paths.iter().map(|path| production.each.join(path).to_string());
    names.collect::<Vec<_>>().join(", else ")
}

/// Whether `rename` gives a product another name.
fn describe_renaming(production: &GenerationRule) -> &'static str {
    match production.rename {
        RenamePermission::Always => "yes",
        RenamePermission::Never(_) => "no",
        RenamePermission::If(..) | RenamePermission::Unless(..) => "depends",
    }
}

/// Where the annotation is written, from the object.
fn annotations_path(pods: &PodTemplateSite) -> Option<String> {
    Some(pods.path.join(pods.annotations.as_ref()?).to_string())
}

/// The pod templates of a kind; where there are none, the annotations that become those of its pods.
fn stamped_paths(row: &WorkloadKind) -> Vec<String> {
    let has_template =
        |pods: &PodTemplateSite| pods.annotations == Some(field!("metadata" / "annotations")) && !pods.path.is_empty();
    let spot =
        |pods: &PodTemplateSite| if has_template(pods) { Some(pods.path.to_string()) } else { annotations_path(pods) };
    row.sites.iter().filter(|_| !matches!(row.effect, Effect::NothingToRoll(_))).filter_map(spot).collect()
}

/// What a change does, and what it does where an exception holds.
fn describe_effects(row: &WorkloadKind, say: fn(Effect) -> String) -> impl Iterator<Item = String> {
    let exceptions = row.exceptions.iter().map(move |(condition, effect)| format!("if {condition}: {}", say(*effect)));
    std::iter::once(say(row.effect)).chain(exceptions)
}
