//! Applications for programs.

use serde::Serialize;

use super::path_words;
use crate::diagnostic::Diagnostic;
use crate::index::IdVec;
use crate::report::format::json::{DiagnosticJson, LocationJson, VERSION, diagnostics_json, print};
#[cfg(test)]
use crate::report::schema_words;
use crate::repository::{Application, Declaration, RenderTool, ReportedApplication, StateReason};
use crate::source::Source;

/// Output of `rollstamp apps --format json`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct AppsJson<'g> {
    /// Version of the report.
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    version: u32,
    /// The applications.
    applications: Vec<ApplicationJson<'g>>,
    /// Messages about the input.
    diagnostics: Vec<DiagnosticJson<'g>>,
}

/// An application.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct ApplicationJson<'g> {
    /// Cluster, namespace and name, joined by `/`; parts that are not known are left out. The name of a HelmRelease
    /// is `HelmRelease/NAME` here.
    id: String,
    /// Kind of its declaration: by the options file (`declared`), a HelmRelease of Flux whose chart is here (`flux-release`),
    /// an ApplicationSet that cannot be evaluated (`argo-set`), else what the word says.
    #[cfg_attr(test, schemars(extend("enum" = ["declared", "flux", "flux-release", "argo", "argo-set", "kustomize", "helm", "directory"])))]
    kind: &'static str,
    /// Cluster; null if it is not known.
    cluster: Option<&'g str>,
    /// Namespace; null if it is not known.
    namespace: Option<&'g str>,
    /// Name.
    name: &'g str,
    /// The paths that are rendered, from the root of the repository, which is `.`.
    paths: Vec<&'g str>,
    /// The programs that render it, `kustomize` and `helm`; none for plain manifests.
    tools: Vec<&'static str>,
    /// The part of it that can be rendered.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::application_states())))]
    state: &'static str,
    /// Reasons why it is not `ok`, the one that matters most first.
    reasons: Vec<StateReasonJson<'g>>,
    /// The place of the object that declares it; null if there is none.
    declared_by: Option<LocationJson<'g>>,
    /// The declarations that lead to it, its own last.
    chain: Vec<DeclarationJson<'g>>,
    /// `true` if nothing in the repository applies it, although the repository says of other paths what is applied.
    loose: bool,
    /// The applications of its cluster that have to be ready before it is applied (`dependsOn` of Flux), as
    /// `namespace/name`, or `HelmRelease/namespace/name`.
    depends_on: &'g [String],
    /// 0 if it waits for none of the repository, else one more than the latest of those.
    stage: u32,
}

/// A reason why an application is not rendered, or not as a whole.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StateReasonJson<'g> {
    /// Code.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::REASON_CODES)))]
    code: &'static str,
    /// The reason in words.
    text: &'g str,
    /// File of the place that shows it; null if there is none.
    file: Option<&'g str>,
    /// Line, from 1; null if there is no place.
    line: Option<usize>,
}

/// A declaration of an application.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DeclarationJson<'g> {
    /// The object, as `flux-system/Kustomization/apps`.
    object: &'g str,
    /// File.
    file: &'g str,
    /// Line, from 1.
    line: usize,
}

/// An application of a run with `--apps`: the fields of an application, and its part in the run.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct ReportedApplicationJson<'g> {
    #[serde(flatten)]
    application: ApplicationJson<'g>,
    /// The part that it has in the run.
    #[cfg_attr(test, schemars(extend("enum" = ["rendered", "partial", "approximate", "unknown", "untouched", "suspended", "pinned"])))]
    status: &'static str,
    /// `true` if the change can touch it; always for `links`.
    touched: bool,
    /// Its inputs that differ between the base and the work tree.
    changed_inputs: &'g [String],
    /// Fields whose values are others at every rendering, each with its object; they are no change.
    random_fields: Vec<String>,
    /// Reason why it is not rendered, or not as a whole; null where there is nothing to say.
    reason: Option<StateReasonJson<'g>>,
}

impl<'g> ReportedApplicationJson<'g> {
    pub(in crate::report) fn of(one: &'g ReportedApplication) -> ReportedApplicationJson<'g> {
        ReportedApplicationJson {
            application: application_json(&one.application),
            status: one.status.as_str(),
            touched: one.is_touched,
            changed_inputs: &one.changed_inputs,
            random_fields: one.random_fields.iter().map(ToString::to_string).collect(),
            reason: one.reason.as_ref().map(reason_json),
        }
    }
}

/// The applications and the diagnostics as JSON.
pub(in crate::report) fn apps_json(applications: &[&Application], diagnostics: &[Diagnostic]) -> String {
    let mut rows = Vec::new();
    for application in applications {
        rows.push(application_json(application));
    }
    let sources: IdVec<Source> = IdVec::new();
    print(&AppsJson { version: VERSION, applications: rows, diagnostics: diagnostics_json(&sources, diagnostics) })
}

pub(in crate::report) fn application_json(application: &Application) -> ApplicationJson<'_> {
    ApplicationJson {
        id: application.to_string(),
        kind: application.kind.as_str(),
        cluster: application.cluster.as_deref(),
        namespace: application.namespace.as_deref(),
        name: &application.name,
        paths: path_words(application),
        tools: application.tools.iter().copied().map(RenderTool::as_str).collect(),
        state: application.state.as_str(),
        reasons: application.reasons.iter().map(reason_json).collect(),
        declared_by: application.declared_by().map(LocationJson::from),
        chain: application.chain.iter().map(declaration_json).collect(),
        loose: application.is_loose,
        depends_on: &application.depends_on,
        stage: application.stage,
    }
}

fn reason_json(reason: &StateReason) -> StateReasonJson<'_> {
    let place = reason.place.as_ref();
    StateReasonJson {
        code: reason.code.as_str(),
        text: &reason.text,
        file: place.map(|place| place.file.as_str()),
        line: place.map(|place| place.line),
    }
}

fn declaration_json(declaration: &Declaration) -> DeclarationJson<'_> {
    DeclarationJson { object: &declaration.object, file: &declaration.place.file, line: declaration.place.line }
}
