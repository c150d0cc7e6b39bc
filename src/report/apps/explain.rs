//! One application: the declarations that lead to it, and the files that its rendering reads.

use serde_json::json;

use super::json::application_json;
use super::text::describe_reason;
use super::{path_words, tool_words};
use crate::report::format::json::{VERSION, print};
use crate::repository::Application;

/// The application as text.
pub(in crate::report) fn explain_text(application: &Application) -> String {
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
    add("path", &path_words(application).join(", "));
    add("state", application.state.as_str());
    for reason in &application.reasons {
        add(reason.code.as_str(), &describe_reason(reason, application));
    }
    if !application.chain.is_empty() {
        text.push_str("  declared by:\n");
        for declaration in &application.chain {
            text.push_str(&format!("    {} {}\n", declaration.place, declaration.object));
        }
    }
    text.push_str(&format!("  {} files are read:\n", application.inputs.len()));
    for input in &application.inputs {
        text.push_str(&format!("    {input}\n"));
    }
    text
}

/// The application as JSON.
pub(in crate::report) fn explain_json(application: &Application) -> String {
    let mut value = application_json(application);
    value["inputs"] = json!(application.inputs);
    print(&json!({"version": VERSION, "application": value}))
}
