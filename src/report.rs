//! Graphs and plans as plain data for people and programs: by subject, each in the formats that it has.

pub mod finding;
mod format;
mod impact;
mod kinds;
mod links;
pub mod picture;
mod plan;

pub use format::dot::dot;
pub use format::gitlab::code_quality;
pub use format::html::{Class, Page, html};
pub use format::mermaid::{MermaidLimit, mermaid};
pub use format::sarif::sarif;
pub use format::{github, markdown};
pub use impact::{
    COMMENT_LIMIT, impact_diff, impact_findings, impact_html, impact_json, impact_markdown, impact_summary,
    impact_text, impact_workloads_json,
};
pub use kinds::{fields_markdown, kinds_json, kinds_markdown, kinds_text, producers_markdown};
pub use links::{links_json, links_text};
pub use plan::{plan_findings, plan_json, plan_lines, plan_markdown, plan_sentences, plan_summary, workloads_json};

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
pub fn place(graph: &Graph<'_>, workload: &Workload) -> String {
    let object = graph.object(workload);
    let (file, position) = location(graph, object);
    format!("{} ({file}:{})", object.label(), position.line)
}
