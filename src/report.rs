//! Graphs and plans as plain data for people and programs: by subject, each in the formats that it has.

pub(crate) mod diagnostics;
pub mod diagram;
mod format;
mod impact;
mod kinds;
mod links;
mod plan;
mod render;
mod wording;

pub use format::{github, markdown};
pub use impact::impact_summary;
pub use kinds::{fields_markdown, kinds_markdown, producers_markdown};
pub use links::{links_json, links_text};
pub use plan::{change_diagnostics, plan_lines, plan_summary};
pub use render::{Format, ImpactReport, LinksReport, PlanReport, RenderOptions, Rendered, Report, render};

use crate::bundle::Object;
use crate::digest;
use crate::graph::{Graph, Workload};
use crate::plan::{RollOn, stamp};
use crate::source::Position;

/// The listing whose SHA-256 is the stamp of a workload, as `sha256sum` prints it; none where it gets no stamp.
pub fn listing(graph: &Graph<'_>, workload: &Workload, roll_on: RollOn) -> Option<String> {
    stamp::lines(graph, workload, roll_on).map(|lines| digest::listing(&lines))
}

/// The file and the position at which an object starts.
fn location<'g>(graph: &'g Graph<'_>, object: &Object) -> (&'g str, Position) {
    let source = &graph.bundle.sources[graph.bundle.source_of(object)];
    (source.name(), source.position(graph.bundle.node(object).span().start))
}

/// `prod/Deployment/web (app.yaml:12)`.
pub fn describe_place(graph: &Graph<'_>, workload: &Workload) -> String {
    let object = graph.object(workload);
    let (file, position) = location(graph, object);
    format!("{} ({file}:{})", object.label(), position.line)
}
