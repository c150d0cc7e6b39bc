//! What a real API server answered when one manifest was applied over another: whether it refused, and which workloads
//! got a new revision. `impact` says the same.

use std::collections::BTreeSet;
use std::fs;

use rollstamp::Impact;
use rollstamp::impact::ImpactClass;
use serde_json::Value;

use super::impact_classes::between;
use crate::support::vectors;

/// A change, and what became of it.
struct Vector {
    name: String,
    old: String,
    new: String,
    refused: bool,
    rolled: BTreeSet<String>,
}

impl Vector {
    fn read(line: &str) -> Vector {
        let value: Value = serde_json::from_str(line).unwrap();
        let stream = |field: &str| {
            let objects = value[field].as_array().unwrap().iter().map(Value::to_string);
            objects.collect::<Vec<_>>().join("\n---\n")
        };
        let rolled = value["rolled"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_string());
        Vector {
            name: value["name"].as_str().unwrap().to_string(),
            old: stream("old"),
            new: stream("new"),
            refused: value["refused"].is_string(),
            rolled: rolled.collect(),
        }
    }
}

/// The workloads that roll by their templates.
fn rolled(impact: &Impact) -> BTreeSet<String> {
    let rolls = impact.workloads.iter().filter(|workload| workload.class == ImpactClass::Rolls);
    // The server counts revisions; a Pod has none.
    rolls
        .filter(|workload| workload.kind != "Pod")
        .map(|workload| format!("{}/{}", workload.kind, workload.name))
        .collect()
}

#[test]
fn impact_says_what_the_api_server_does() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in vectors::files("apiserver-changes.jsonl") {
        for line in fs::read_to_string(path).unwrap().lines().filter(|line| !line.is_empty()) {
            let vector = Vector::read(line);
            let impact = between(&vector.old, &vector.new, None);
            let refused = impact.count_refused() > 0;
            if refused != vector.refused || rolled(&impact) != vector.rolled {
                let found: Vec<_> =
                    impact.workloads.iter().map(|one| (one.class_label(), one.label(), one.sentence.clone())).collect();
                wrong.push(format!(
                    "{}: refused {refused}, is {}; rolled {:?}; {found:?}",
                    vector.name, vector.refused, vector.rolled
                ));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 221, "{count} vectors");
}
