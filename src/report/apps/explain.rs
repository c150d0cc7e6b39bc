//! One application: the declarations that lead to it, and the files that its rendering reads.

use std::collections::BTreeSet;

use serde::Serialize;

use super::json::{ApplicationJson, application_json};
use super::text::describe_reason;
use super::{path_words, tool_words};
use crate::report::format::json::{VERSION, print};
use crate::repository::{Application, RenderStep, StepPrograms};

/// The application as text.
pub(in crate::report) fn explain_text(application: &Application, renderers: &[String]) -> String {
    let mut text = format!("{application}\n");
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("  {name}: {value}\n"));
        }
    };
    add("kind", application.kind.as_str());
    add("cluster", application.cluster.as_deref().unwrap_or_default());
    add("namespace", application.namespace.as_deref().unwrap_or_default());
    add("tool", tool_words(application).trim_matches('-'));
    for renderer in renderers {
        add("renderer", renderer);
    }
    add("path", &path_words(application).join(", "));
    add("state", application.state.as_str());
    add("waits for", &application.depends_on.join(", "));
    for reason in &application.reasons {
        add(reason.code.as_str(), &describe_reason(reason, application));
    }
    if !application.chain.is_empty() {
        text.push_str("  declared by:\n");
        for declaration in &application.chain {
            text.push_str(&format!("    {} {}\n", declaration.place, declaration.object));
        }
    }
    let commands = list_commands(application);
    if !commands.is_empty() {
        text.push_str("  rendered by:\n");
        for command in &commands {
            text.push_str(&format!("    {}\n", command.join(" ")));
        }
    }
    text.push_str(&format!("  {} files are read:\n", application.inputs.len()));
    for input in &application.inputs {
        text.push_str(&format!("    {input}\n"));
    }
    text
}

/// Output of `rollstamp apps --explain APP --format json`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct ExplainedAppJson<'g> {
    /// Version of the report.
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    version: u32,
    /// The application.
    application: ExplainedApplicationJson<'g>,
}

/// An application of `--explain`: the fields of an application, and how it is rendered.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ExplainedApplicationJson<'g> {
    #[serde(flatten)]
    application: ApplicationJson<'g>,
    /// The files that its rendering reads.
    inputs: &'g BTreeSet<String>,
    /// The commands that render it, each as a list of program and arguments, from the root of the repository.
    commands: Vec<Vec<String>>,
    /// The renderers that are installed, each by its path with the version that it names.
    renderers: &'g [String],
}

/// The application as JSON.
pub(in crate::report) fn explain_json(application: &Application, renderers: &[String]) -> String {
    let explained = ExplainedApplicationJson {
        application: application_json(application),
        inputs: &application.inputs,
        commands: list_commands(application),
        renderers,
    };
    print(&ExplainedAppJson { version: VERSION, application: explained })
}

/// The commands that render an application, each with its arguments, from the root of the repository.
fn list_commands(application: &Application) -> Vec<Vec<String>> {
    let programs = StepPrograms { uses_kubectl: false, helm: "helm" };
    let mut commands = Vec::new();
    for (number, step) in application.recipe.steps.iter().enumerate() {
        let program = match step {
            RenderStep::Files(_) => continue,
            RenderStep::Kustomize(_) => "kustomize",
            RenderStep::Helm(_) => "helm",
            RenderStep::Command(command) => command.first().map_or("", String::as_str),
        };
        let generated = format!("../generated/0/{number}");
        commands.push([vec![program.to_owned()], step.arguments(&generated, programs)].concat());
        if let Some(arguments) = step.post_render_arguments(&generated, programs) {
            commands.push([vec!["kustomize".to_owned()], arguments].concat());
        }
    }
    commands
}
