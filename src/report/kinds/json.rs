//! Kinds for programs.

use serde_json::{Value, json};

use super::{Field, Origin, fields, may_rename, named_by, producer_name, producer_rows, stamped_at, workload_rows};
use crate::kinds::producers::ProducerKind;
use crate::kinds::workloads::{Effect, WorkloadKind};
use crate::report::format::json::{VERSION, print};
use crate::rules::Rules;

/// The effective tables for programs.
pub fn kinds_json(rules: &Rules) -> String {
    let effect = |effect: Effect| json!({"onChange": effect.as_str(), "reason": effect.reason()});
    let workload = |(origin, row): (Origin, &WorkloadKind)| {
        let exceptions: Vec<Value> = row
            .exceptions
            .iter()
            .map(|&(condition, of)| {
                let mut exception = effect(of);
                exception["when"] = json!(condition.to_string());
                exception
            })
            .collect();
        let pods = row.sites.iter().map(|pods| json!({"at": pods.path.to_string(), "annotations": stamped_at(pods)}));
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
    let field = |field: Field| {
        json!({
            "group": field.groups,
            "kind": field.kind,
            "from": field.origin.as_str(),
            "path": field.path,
            "names": field.place.target.as_str(),
            "keepsName": field.place.rename_blocked_by,
        })
    };
    let producer = |(origin, row): (Origin, &'static ProducerKind)| {
        let [kind, group] = producer_name(row);
        row.generates.iter().map(move |production| {
            json!({
                "group": group,
                "kind": kind,
                "from": origin.as_str(),
                "makes": production.target.as_str(),
                "namedBy": named_by(production),
                "renamed": may_rename(production),
            })
        })
    };
    print(&json!({
        "version": VERSION,
        "workloads": workload_rows(rules).into_iter().map(workload).collect::<Vec<_>>(),
        "references": fields(rules).into_iter().map(field).collect::<Vec<_>>(),
        "producers": producer_rows(rules).into_iter().flat_map(producer).collect::<Vec<_>>(),
    }))
}
