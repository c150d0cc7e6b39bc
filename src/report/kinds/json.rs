//! Kinds for programs.

use serde::Serialize;

use super::{
    FieldRow, RowOrigin, annotations_path, describe_renaming, field_rows, name_fields, producer_name, producer_rows,
    workload_rows,
};
use crate::kinds::producers::{GenerationRule, ProducerKind};
use crate::kinds::workloads::{Effect, WorkloadKind};
use crate::report::format::json::{VERSION, print};
#[cfg(test)]
use crate::report::schema_words;
use crate::rules::Rules;

/// Output of `rollstamp kinds --format json`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct KindsJson<'r> {
    /// Version of the report.
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    version: u32,
    /// The workload kinds.
    workloads: Vec<WorkloadKindJson<'r>>,
    /// The reference fields outside of pod specs.
    references: Vec<ReferenceFieldJson>,
    /// The kinds that make a controller write configs, with an entry for each kind of generated config.
    producers: Vec<ProducerKindJson>,
}

/// A workload kind.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct WorkloadKindJson<'r> {
    /// The API groups; `""` is the core group.
    groups: Vec<&'r str>,
    /// Kind.
    kind: &'r str,
    /// Origin of the row.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::ROW_ORIGINS)))]
    from: &'static str,
    /// `true` if its objects have no namespace.
    cluster_scoped: bool,
    /// The pod templates.
    pods: Vec<PodTemplateJson>,
    /// The effect of a changed template.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::EFFECTS)))]
    on_change: &'static str,
    /// The reason for the effect; null where the effect says it all.
    reason: Option<&'r str>,
    /// Other effects under a condition.
    exceptions: Vec<EffectExceptionJson<'r>>,
}

/// A pod template of a kind.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PodTemplateJson {
    /// Path of the pod template.
    at: String,
    /// Path of the annotations that get the stamp; null where there are none.
    annotations: Option<String>,
}

/// Another effect under a condition.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct EffectExceptionJson<'r> {
    /// The effect of a changed template.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::EFFECTS)))]
    on_change: &'static str,
    /// The reason for the effect; null where the effect says it all.
    reason: Option<&'r str>,
    /// The condition in words.
    when: String,
}

/// A field outside of pod specs that names a config.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct ReferenceFieldJson {
    /// The API groups, separated by commas; `core` is the core group.
    group: String,
    /// Kind of the objects that have it.
    kind: String,
    /// Origin of the row.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::ROW_ORIGINS)))]
    from: &'static str,
    /// Path of the field.
    path: String,
    /// Kind of the config.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::config_kinds())))]
    names: &'static str,
    /// The reason why the config is not renamed; null where it is.
    keeps_name: Option<&'static str>,
}

/// A kind that makes a controller write a config.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct ProducerKindJson {
    /// The API group; `core` is the core group.
    group: String,
    /// Kind.
    kind: String,
    /// Origin of the row.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::ROW_ORIGINS)))]
    from: &'static str,
    /// Kind of the generated config.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::config_kinds())))]
    makes: &'static str,
    /// The fields with its name.
    named_by: String,
    /// Answer to the question if `rename` gives it another name.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::RENAMING)))]
    renamed: &'static str,
}

/// Prints the effective tables for programs.
pub(crate) fn kinds_json(rules: &Rules) -> String {
    let mut workloads = Vec::new();
    for (origin, row) in workload_rows(rules) {
        workloads.push(workload_json(origin, row));
    }
    let mut producers = Vec::new();
    for (origin, row) in producer_rows(rules) {
        producers.extend(row.generates.iter().map(|rule| producer_json(origin, row, rule)));
    }
    let references = field_rows(rules).into_iter().map(field_json).collect();
    print(&KindsJson { version: VERSION, workloads, references, producers })
}

fn workload_json(origin: RowOrigin, row: &WorkloadKind) -> WorkloadKindJson<'_> {
    let mut pods = Vec::new();
    for site in &row.sites {
        pods.push(PodTemplateJson { at: site.path.to_string(), annotations: annotations_path(site) });
    }
    let mut exceptions = Vec::new();
    for (condition, effect) in &row.exceptions {
        let (on_change, reason) = describe_effect(effect);
        exceptions.push(EffectExceptionJson { on_change, reason, when: condition.to_string() });
    }
    let (on_change, reason) = describe_effect(&row.effect);
    WorkloadKindJson {
        groups: row.groups.iter().map(AsRef::as_ref).collect(),
        kind: &row.kind,
        from: origin.as_str(),
        cluster_scoped: row.cluster_scoped,
        pods,
        on_change,
        reason,
        exceptions,
    }
}

/// An effect in one word, and the reason for it.
fn describe_effect(effect: &Effect) -> (&'static str, Option<&str>) {
    (effect.as_str(), effect.reason())
}

fn field_json(row: FieldRow) -> ReferenceFieldJson {
    ReferenceFieldJson {
        group: row.groups,
        kind: row.kind,
        from: row.origin.as_str(),
        path: row.path,
        names: row.field.target.as_str(),
        keeps_name: row.field.rename_blocked_by,
    }
}

fn producer_json(origin: RowOrigin, row: &ProducerKind, rule: &GenerationRule) -> ProducerKindJson {
    let [kind, group] = producer_name(row);
    ProducerKindJson {
        group,
        kind,
        from: origin.as_str(),
        makes: rule.target.as_str(),
        named_by: name_fields(rule),
        renamed: describe_renaming(rule),
    }
}
