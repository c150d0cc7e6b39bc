//! Applications for programs.

use serde_json::{Value, json};

use super::path_words;
use crate::diagnostic::Diagnostic;
use crate::index::IdVec;
use crate::report::format::json::{VERSION, diagnostics_json, print};
use crate::repository::{Application, Declaration, RenderTool, StateReason};

/// The applications and the diagnostics as JSON.
pub(in crate::report) fn apps_json(applications: &[&Application], diagnostics: &[Diagnostic]) -> String {
    let mut rows = Vec::new();
    for application in applications {
        rows.push(application_json(application));
    }
    print(&json!({
        "version": VERSION,
        "applications": rows,
        "diagnostics": diagnostics_json(&IdVec::new(), diagnostics),
    }))
}

pub(in crate::report) fn application_json(application: &Application) -> Value {
    let declared_by = application.declared_by();
    let tools: Vec<&str> = application.tools.iter().copied().map(RenderTool::as_str).collect();
    json!({
        "id": application.to_string(),
        "kind": application.kind.as_str(),
        "cluster": application.cluster,
        "namespace": application.namespace,
        "name": application.name,
        "paths": path_words(application),
        "tools": tools,
        "state": application.state.as_str(),
        "reasons": application.reasons.iter().map(reason_json).collect::<Vec<_>>(),
        "declaredBy": declared_by.map(|place| json!({"file": place.file, "line": place.line})),
        "chain": application.chain.iter().map(declaration_json).collect::<Vec<_>>(),
        "loose": application.is_loose,
        "dependsOn": application.depends_on,
        "stage": application.stage,
    })
}

fn reason_json(reason: &StateReason) -> Value {
    let place = reason.place.as_ref();
    json!({
        "code": reason.code.as_str(),
        "text": reason.text,
        "file": place.map(|place| &place.file),
        "line": place.map(|place| place.line),
    })
}

fn declaration_json(declaration: &Declaration) -> Value {
    json!({"object": declaration.object, "file": declaration.place.file, "line": declaration.place.line})
}
