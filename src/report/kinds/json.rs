//! Kinds for programs.

use serde_json::{Value, json};

use super::{
    FieldRow, RowOrigin, annotations_path, describe_renaming, field_rows, name_fields, producer_name, producer_rows,
    workload_rows,
};
use crate::kinds::producers::ProducerKind;
use crate::kinds::workloads::{Effect, WorkloadKind};
use crate::report::format::json::{VERSION, print};
use crate::rules::Rules;

/// The effective tables for programs.
pub fn kinds_json(rules: &Rules) -> String {
    let effect = |effect: Effect| json!({"onChange": effect.as_str(), "reason": effect.reason()});
    let workload = |(origin, row): (RowOrigin, &WorkloadKind)| {
        let exceptions: Vec<Value> = row
            .exceptions
            .iter()
            .map(|&(condition, of)| {
                let mut exception = effect(of);
                exception["when"] = json!(condition.to_string());
                exception
            })
            .collect();
        let pods =
            row.sites.iter().map(|pods| json!({"at": pods.path.to_string(), "annotations": annotations_path(pods)}));
        let mut value = json!({
            "groups": row.groups,
            "kind": row.kind,
            "from": origin.as_str(),
            "clusterScoped": row.cluster_scoped,
            "pods": pods.collect::<Vec<_>>(),
        });
        value["onChange"] = json!(row.effect.as_str());
        value["reason"] = json!(row.effect.reason());
        value["exceptions"] = json!(exceptions);
        value
    };
    let field = |field: FieldRow| {
        json!({
            "group": field.groups,
            "kind": field.kind,
            "from": field.origin.as_str(),
            "path": field.path,
            "names": field.place.target.as_str(),
            "keepsName": field.place.rename_blocked_by,
        })
    };
    let producer = |(origin, row): (RowOrigin, &'static ProducerKind)| {
        let [kind, group] = producer_name(row);
        row.generates.iter().map(move |production| {
            json!({
                "group": group,
                "kind": kind,
                "from": origin.as_str(),
                "makes": production.target.as_str(),
                "namedBy": name_fields(production),
                "renamed": describe_renaming(production),
            })
        })
    };
    print(&json!({
        "version": VERSION,
        "workloads": workload_rows(rules).into_iter().map(workload).collect::<Vec<_>>(),
        "references": field_rows(rules).into_iter().map(field).collect::<Vec<_>>(),
        "producers": producer_rows(rules).into_iter().flat_map(producer).collect::<Vec<_>>(),
    }))
}
