//! Graphs and plans as plain data for people and programs: by subject, each in the formats that it has.

mod apps;
pub(crate) mod diagnostics;
pub mod diagram;
mod findings;
mod format;
mod impact;
mod kinds;
mod links;
mod model;
mod plan;
mod render;
mod schema;
mod schema_words;
mod selection;
mod source_url;
mod wording;

pub use apps::{apps_summary, compared_apps_summary};
pub use findings::{NamedFinding, name_findings, name_impact_findings};
pub use format::{github, markdown, palette};
pub use impact::impact_summary;
pub use kinds::{fields_markdown, kinds_markdown, producers_markdown};
pub use links::{links_json, links_text};
pub use model::{AppsReport, ImpactReport, LinksReport, MAX_EDGES, PlanReport, RenderOptions};
pub use plan::{change_diagnostics, plan_lines, plan_summary};
pub use render::{Format, Rendered, Report, render};
pub use selection::LinkSelection;
pub use source_url::{SourceUrl, SourceUrlError};

use crate::bundle::Object;
use crate::digest;
use crate::graph::{Graph, Workload};
use crate::plan::{RollOn, stamp};
use crate::source::Position;

/// The path of each pod template of a workload that gets a stamp, with the listing whose SHA-256 is that stamp, as
/// `sha256sum` prints it.
pub fn template_listings<'w>(graph: &Graph<'_>, workload: &'w Workload, roll_on: RollOn) -> Vec<(&'w str, String)> {
    let templates = stamp::template_lines(graph, workload, roll_on);
    templates.into_iter().map(|(template, lines)| (&*template.path, digest::format_listing(&lines))).collect()
}

/// The file and the position at which an object starts.
fn location<'g>(graph: &'g Graph<'_>, object: &Object) -> (&'g str, Position) {
    let source = &graph.bundle.sources[graph.bundle.source_of(object)];
    (source.name(), source.position(graph.bundle.open(object).node().span().start))
}

/// `prod/Deployment/web (app.yaml:12)`.
pub fn describe_place(graph: &Graph<'_>, workload: &Workload) -> String {
    let object = graph.object(workload);
    let (file, position) = location(graph, object);
    format!("{} ({file}:{})", object.label(), position.line)
}
