//! JSON for programs: the parts that reports have in common.

use serde::Serialize;
use serde_json::{Value, json};

use crate::bundle::Object;
use crate::diagnostic::Diagnostic;
use crate::index::IdVec;
use crate::source::Source;

/// The version of the shapes. Under the same version fields are only ever added.
pub(in crate::report) const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct WorkloadJson<'g> {
    pub(in crate::report) api_version: &'g str,
    pub(in crate::report) kind: &'g str,
    pub(in crate::report) namespace: Option<&'g str>,
    pub(in crate::report) name: &'g str,
}

impl<'g> WorkloadJson<'g> {
    pub(in crate::report) fn of(object: &'g Object) -> WorkloadJson<'g> {
        WorkloadJson {
            api_version: &object.api_version,
            kind: &object.kind,
            namespace: object.name.namespace.as_deref(),
            name: &object.name.name,
        }
    }
}

pub(in crate::report) fn diagnostics_json(sources: &IdVec<Source>, diagnostics: &[Diagnostic]) -> Vec<Value> {
    let one = |diagnostic: &Diagnostic| {
        let position = diagnostic.position(sources);
        json!({
            "severity": diagnostic.severity.as_str(),
            "file": position.map(|(file, _)| file),
            "line": position.map(|(_, position)| position.line),
            "column": position.map(|(_, position)| position.column),
            "object": diagnostic.object,
            "message": diagnostic.message.to_string(),
            "help": diagnostic.message.help(),
        })
    };
    diagnostics.iter().map(one).collect()
}

pub(in crate::report) fn print(value: &Value) -> String {
    // Values of strings, numbers and lists always have a JSON text.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
