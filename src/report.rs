//! Graphs and plans as plain data for people and programs: one `Report`, one file a format.

mod dot;
pub mod finding;
pub mod github;
mod gitlab;
mod html;
mod impact;
mod json;
mod kinds;
pub mod markdown;
mod mermaid;
mod palette;
pub mod picture;
mod sarif;
mod text;

pub use dot::dot;
pub use gitlab::code_quality;
pub use html::{Class, Page, html};
pub use impact::{
    COMMENT_LIMIT, impact_diff, impact_findings, impact_html, impact_json, impact_markdown, impact_summary,
    impact_text, impact_workloads_json,
};
pub use json::{links_json, plan_json, workloads_json};
pub use kinds::{fields_markdown, kinds_json, kinds_markdown, kinds_text, producers_markdown};
pub use mermaid::{MermaidLimit, mermaid};
pub use sarif::sarif;
pub use text::{links_text, plan_lines, plan_sentences, plan_summary};

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
