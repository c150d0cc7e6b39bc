//! The applications of a repository.

mod explain;
mod json;
mod text;

#[cfg(test)]
pub(super) use explain::ExplainedAppJson;
pub(super) use explain::{explain_json, explain_text};
#[cfg(test)]
pub(super) use json::AppsJson;
pub(super) use json::{ReportedApplicationJson, apps_json};
pub(super) use text::apps_text;

use crate::report::wording::count;
use crate::repository::{Application, ApplicationState, ApplicationStatus, RenderTool, ReportedApplication};

/// The programs that render an application, as words; `-` for none.
fn tool_words(application: &Application) -> String {
    let tools: Vec<&str> = application.tools.iter().copied().map(RenderTool::as_str).collect();
    if tools.is_empty() { "-".to_owned() } else { tools.join(", ") }
}

/// The paths of an application, of which the root is `.`.
fn path_words(application: &Application) -> Vec<&str> {
    application.paths.iter().map(|path| if path.is_empty() { "." } else { path }).collect()
}

/// One line on the applications of a comparison:
/// `312 applications: 9 touched, 8 rendered, 1 unknown (1 with changed inputs), 303 not touched; 4 clusters`.
pub fn compared_apps_summary(applications: &[ReportedApplication]) -> String {
    let count_status = |status: ApplicationStatus| applications.iter().filter(|one| one.status == status).count();
    let unknown = count_status(ApplicationStatus::Unknown);
    let with_changes =
        applications.iter().filter(|one| one.status == ApplicationStatus::Unknown && !one.changed_inputs.is_empty());
    let with_changes = with_changes.count();
    let rendered = [ApplicationStatus::Rendered, ApplicationStatus::Partial, ApplicationStatus::Approximate];
    let mut parts = Vec::new();
    let touched = applications.iter().filter(|one| one.is_touched).count();
    // Where nothing is compared, nothing is touched.
    if touched < applications.len() || applications.iter().any(|one| !one.changed_inputs.is_empty()) {
        parts.push(format!("{touched} touched"));
    }
    parts.push(format!("{} rendered", rendered.into_iter().map(count_status).sum::<usize>()));
    for status in &rendered[1..] {
        let number = count_status(*status);
        if number > 0 {
            parts.push(format!("{number} of them {}", status.as_str()));
        }
    }
    if unknown > 0 {
        let more = if with_changes > 0 { format!(" ({with_changes} with changed inputs)") } else { String::new() };
        parts.push(format!("{unknown} unknown{more}"));
    }
    for (status, word) in [
        (ApplicationStatus::Suspended, "suspended"),
        (ApplicationStatus::Pinned, "pinned"),
        (ApplicationStatus::Untouched, "not touched"),
    ] {
        let number = count_status(status);
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    let clusters = count_clusters(applications.iter().map(|one| &one.application));
    format!("{}: {}{clusters}", count(applications.len(), "application"), parts.join(", "))
}

fn count_clusters<'a>(applications: impl Iterator<Item = &'a Application>) -> String {
    let mut clusters: Vec<&str> = applications.filter_map(|application| application.cluster.as_deref()).collect();
    clusters.sort_unstable();
    clusters.dedup();
    if clusters.is_empty() { String::new() } else { format!("; {}", count(clusters.len(), "cluster")) }
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
    let clusters = count_clusters(applications.iter().copied());
    format!("{}: {}{clusters}", count(applications.len(), "application"), parts.join(", "))
}
