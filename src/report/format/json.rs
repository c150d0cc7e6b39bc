//! JSON for programs: the parts that reports have in common.

use serde::Serialize;
use serde_json::{Value, json};

use crate::bundle::Object;
use crate::diagnostic::Diagnostic;
use crate::index::IdVec;
use crate::source::{Source, SourceApplication};

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

/// Adds the application of an object, where there are some.
pub(in crate::report) fn add_application(value: &mut Value, application: Option<&SourceApplication>) {
    if let Some(application) = application {
        value["application"] = json!({"id": application.id, "cluster": application.cluster});
    }
}

pub(in crate::report) fn diagnostics_json(sources: &IdVec<Source>, diagnostics: &[Diagnostic]) -> Vec<Value> {
    let one = |diagnostic: &Diagnostic| {
        let position = diagnostic.position(sources);
        let application = diagnostic.place().and_then(|place| sources.get(place.source)?.application());
        let mut value = json!({
            "severity": diagnostic.severity.as_str(),
            "file": position.map(|(file, _)| file),
            "line": position.map(|(_, position)| position.line),
            "column": position.map(|(_, position)| position.column),
            "object": diagnostic.object,
            "message": diagnostic.message.to_string(),
            "help": diagnostic.message.help(),
        });
        add_application(&mut value, application.map(AsRef::as_ref));
        value
    };
    diagnostics.iter().map(one).collect()
}

pub(in crate::report) fn print(value: &Value) -> String {
    // Values of strings, numbers and lists always have a JSON text.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
