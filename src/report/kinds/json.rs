//! Kinds for programs.

use serde_json::{Value, json};

use super::{
    FieldRow, RowOrigin, annotations_path, describe_renaming, field_rows, name_fields, producer_name, producer_rows,
    workload_rows,
};
use crate::kinds::producers::{GenerationRule, ProducerKind};
use crate::kinds::workloads::{Effect, WorkloadKind};
use crate::report::format::json::{VERSION, print};
use crate::rules::Rules;

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
    print(&json!({
        "version": VERSION,
        "workloads": workloads,
        "references": field_rows(rules).into_iter().map(field_json).collect::<Vec<_>>(),
        "producers": producers,
    }))
}

fn workload_json(origin: RowOrigin, row: &WorkloadKind) -> Value {
    let mut sites = Vec::new();
    for site in &row.sites {
        sites.push(json!({"at": site.path.to_string(), "annotations": annotations_path(site)}));
    }
    let mut exceptions = Vec::new();
    for (condition, effect) in &row.exceptions {
        let mut exception = effect_json(effect);
        exception["when"] = json!(condition.to_string());
        exceptions.push(exception);
    }
    let mut value = json!({
        "groups": row.groups,
        "kind": row.kind,
        "from": origin.as_str(),
        "clusterScoped": row.cluster_scoped,
        "pods": sites,
    });
    value["onChange"] = json!(row.effect.as_str());
    value["reason"] = json!(row.effect.reason());
    value["exceptions"] = json!(exceptions);
    value
}

fn effect_json(effect: &Effect) -> Value {
    json!({"onChange": effect.as_str(), "reason": effect.reason()})
}

fn field_json(row: FieldRow) -> Value {
    json!({
        "group": row.groups,
        "kind": row.kind,
        "from": row.origin.as_str(),
        "path": row.path,
        "names": row.field.target.as_str(),
        "keepsName": row.field.rename_blocked_by,
    })
}

fn producer_json(origin: RowOrigin, row: &ProducerKind, rule: &GenerationRule) -> Value {
    let [kind, group] = producer_name(row);
    json!({
        "group": group,
        "kind": kind,
        "from": origin.as_str(),
        "makes": rule.target.as_str(),
        "namedBy": name_fields(rule),
        "renamed": describe_renaming(rule),
    })
}
