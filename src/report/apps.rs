//! The applications of a repository.

mod explain;
mod json;
mod text;

pub(super) use explain::{explain_json, explain_text};
pub(super) use json::apps_json;
pub(super) use text::apps_text;

use crate::repository::{Application, ApplicationState, RenderTool};

/// The programs that render an application, as words; `-` for none.
fn tool_words(application: &Application) -> String {
    let tools: Vec<&str> = application.tools.iter().copied().map(RenderTool::as_str).collect();
    if tools.is_empty() { "-".to_owned() } else { tools.join(", ") }
}

/// The paths of an application, of which the root is `.`.
fn path_words(application: &Application) -> Vec<&str> {
    application.paths.iter().map(|path| if path.is_empty() { "." } else { path }).collect()
}

/// One line on how many applications there are: `12 applications: 10 ok, 2 unknown; 3 clusters`.
pub fn apps_summary(applications: &[&Application]) -> String {
    let mut parts = Vec::new();
    for state in ApplicationState::ALL {
        let count = applications.iter().filter(|application| application.state == state).count();
        if count > 0 {
            parts.push(format!("{count} {}", state.as_str()));
        }
    }
    let mut clusters: Vec<&str> =
        applications.iter().filter_map(|application| application.cluster.as_deref()).collect();
    clusters.sort_unstable();
    clusters.dedup();
    let clusters = match clusters.len() {
        0 => String::new(),
        1 => "; 1 cluster".to_owned(),
        count => format!("; {count} clusters"),
    };
    let noun = if applications.len() == 1 { "application" } else { "applications" };
    format!("{} {noun}: {}{clusters}", applications.len(), parts.join(", "))
}
