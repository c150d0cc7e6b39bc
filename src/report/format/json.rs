//! JSON for programs: the parts that reports have in common. The reports are types, of which the tests make the published
//! schemas and the tables of the documentation: their comments are read by users.

use serde::Serialize;

use crate::bundle::{Identity, Object};
use crate::diagnostic::Diagnostic;
use crate::index::IdVec;
#[cfg(test)]
use crate::report::schema_words;
use crate::source::{FileLine, Source, SourceApplication};

/// The version of the shapes. Under the same version fields are only ever added.
pub(in crate::report) const VERSION: u32 = 1;

/// An object of the input, mostly a workload.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct ObjectJson<'g> {
    /// Group and version.
    pub(in crate::report) api_version: &'g str,
    /// Kind.
    pub(in crate::report) kind: &'g str,
    /// Namespace; null if there is none.
    pub(in crate::report) namespace: Option<&'g str>,
    /// Name.
    pub(in crate::report) name: &'g str,
}

impl<'g> ObjectJson<'g> {
    pub(in crate::report) fn of(object: &'g Object) -> ObjectJson<'g> {
        ObjectJson {
            api_version: &object.api_version,
            kind: &object.kind,
            namespace: object.name.namespace.as_deref(),
            name: &object.name.name,
        }
    }
}

/// A config.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct ConfigJson<'g> {
    /// Kind.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::config_kinds())))]
    pub(in crate::report) kind: &'static str,
    /// Namespace; null if there is none.
    pub(in crate::report) namespace: Option<&'g str>,
    /// Name.
    pub(in crate::report) name: &'g str,
}

impl<'g> ConfigJson<'g> {
    pub(in crate::report) fn of(config: &'g Identity) -> ConfigJson<'g> {
        let name = &config.name;
        ConfigJson { kind: config.kind.as_str(), namespace: name.namespace.as_deref(), name: &name.name }
    }
}

/// A line of a file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct LocationJson<'g> {
    /// Path as it was given, with the revision before it if it was read from one.
    pub(in crate::report) file: &'g str,
    /// Line, from 1.
    pub(in crate::report) line: usize,
}

impl<'g> From<&'g FileLine> for LocationJson<'g> {
    fn from(place: &'g FileLine) -> LocationJson<'g> {
        LocationJson { file: &place.file, line: place.line }
    }
}

/// A place in a file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct PlaceJson<'g> {
    /// Path as it was given.
    pub(in crate::report) file: &'g str,
    /// Line, from 1.
    pub(in crate::report) line: usize,
    /// Column in characters, from 1.
    pub(in crate::report) column: usize,
}

/// The application that an entry is about, with `--apps`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct SourceApplicationJson<'g> {
    /// Its `id` in `applications`.
    pub(in crate::report) id: &'g str,
    /// Cluster; null if it is not known.
    pub(in crate::report) cluster: Option<&'g str>,
}

impl<'g> From<&'g SourceApplication> for SourceApplicationJson<'g> {
    fn from(application: &'g SourceApplication) -> SourceApplicationJson<'g> {
        SourceApplicationJson { id: &application.id, cluster: application.cluster.as_deref() }
    }
}

/// A message about the input.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct DiagnosticJson<'g> {
    /// Severity.
    #[cfg_attr(test, schemars(extend("enum" = ["error", "warning", "note"])))]
    severity: &'static str,
    /// File; null where no place is concerned, as for the next two.
    file: Option<&'g str>,
    /// Line, from 1.
    line: Option<usize>,
    /// Column in characters, from 1.
    column: Option<usize>,
    /// The object, as `prod/Deployment/web`; null where none is concerned.
    object: Option<&'g str>,
    /// The problem.
    message: String,
    /// The fix; null where there is none.
    help: Option<String>,
    /// The application, with `--apps`.
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<SourceApplicationJson<'g>>,
}

pub(in crate::report) fn diagnostics_json<'g>(
    sources: &'g IdVec<Source>,
    diagnostics: &'g [Diagnostic],
) -> Vec<DiagnosticJson<'g>> {
    let mut rows = Vec::new();
    for diagnostic in diagnostics {
        let position = diagnostic.position(sources);
        let application = diagnostic.place().and_then(|place| sources.get(place.source)?.application());
        rows.push(DiagnosticJson {
            severity: diagnostic.severity.as_str(),
            file: position.map(|(file, _)| file),
            line: position.map(|(_, position)| position.line),
            column: position.map(|(_, position)| position.column),
            object: diagnostic.object.as_deref(),
            message: diagnostic.message.to_string(),
            help: diagnostic.message.help(),
            application: application.map(|application| application.as_ref().into()),
        });
    }
    rows
}

pub(in crate::report) fn print(report: &impl Serialize) -> String {
    // Strings, numbers and lists of them always have a JSON text.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}
