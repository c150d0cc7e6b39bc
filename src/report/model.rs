//! The values that reports are written about, and the properties of the place where they are read.

use super::format::markdown::SUMMARY_LIMIT;
use super::selection::LinkSelection;
use super::source_url::{SourceLinks, SourceUrl};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::graph::Graph;
use crate::impact::Impact;
use crate::index::IdVec;
use crate::plan::{Plan, RollOn, Strategy};
use crate::repository::{Application, ReportedApplication};
use crate::setters::setters;
use crate::source::Source;

/// Changes that are planned, or that were made.
#[derive(Clone, Copy)]
pub struct PlanReport<'a> {
    /// The links that the plan was made from.
    pub graph: &'a Graph<'a>,
    /// The changes.
    pub plan: &'a Plan,
    /// The strategy that was planned.
    pub strategy: &'a Strategy,
    /// Diagnostics of the input and of the plan.
    pub diagnostics: &'a [Diagnostic],
    /// Set if the changes have been made.
    pub done: bool,
    /// The directory that the result was written to, if it was written to one.
    pub output_dir: Option<&'a str>,
}

impl PlanReport<'_> {
    /// Returns `true` if the report lists changes: those that would be made, errors or not, or those that were made,
    /// which after an error are none.
    pub(in crate::report) fn has_changes(&self) -> bool {
        !self.done || !has_errors(self.diagnostics)
    }
}

/// Links, and configs that nothing refers to.
#[derive(Clone, Copy)]
pub struct LinksReport<'a> {
    /// The part that the text and the JSON show.
    pub selection: &'a LinkSelection,
    /// The links.
    pub graph: &'a Graph<'a>,
    /// Diagnostics of the input.
    pub diagnostics: &'a [Diagnostic],
    /// The content that the listings in a diagram include.
    pub roll_on: RollOn,
    /// The applications of a repository, where the input is made of them.
    pub applications: &'a [ReportedApplication],
}

/// Applications of a repository.
#[derive(Clone, Copy)]
pub struct AppsReport<'a> {
    /// The applications that are listed.
    pub applications: &'a [&'a Application],
    /// The diagnostics of discovery.
    pub diagnostics: &'a [Diagnostic],
    /// Set if the one application that is listed is explained.
    pub is_explained: bool,
    /// The renderers of that application, each with the version that it names.
    pub renderers: &'a [String],
}

/// Effects of a change on workloads.
#[derive(Clone, Copy)]
pub struct ImpactReport<'a> {
    /// The effects.
    pub impact: &'a Impact,
    /// The links of the new tree.
    pub head: &'a Graph<'a>,
    /// Diagnostics of the new tree and of the comparison.
    pub diagnostics: &'a [Diagnostic],
    /// The content that the listings in a page include.
    pub roll_on: RollOn,
}

/// Properties of the place where a report will be read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RenderOptions {
    /// The path of each source from the root of the repository; `None` for a stream.
    pub paths: IdVec<Source, Option<String>>,
    /// Set if findings fail the run.
    pub strict: bool,
    /// The columns of the terminal that a text is for; whole lines where it is for none.
    pub width: Option<usize>,
    /// Set if a text shows whole lines and the places of what it lists.
    pub wide: bool,
    /// Set if a text is colored.
    pub color: bool,
    /// The bytes that are left for the summary of a step.
    pub summary_room: usize,
    /// The most edges of a Mermaid chart.
    pub max_edges: usize,
    /// The addresses of lines of files, where they are known.
    pub source_url: Option<SourceUrl>,
}

impl RenderOptions {
    /// The addresses of places in sources.
    pub(in crate::report) fn source_links<'a>(&'a self, sources: &'a IdVec<Source>) -> Option<SourceLinks<'a>> {
        Some(SourceLinks::new(self.source_url.as_ref()?, sources, &self.paths))
    }
}

/// The number of edges that can be followed in a chart that a page shows in its width.
pub const MAX_EDGES: u16 = 60;

impl Default for RenderOptions {
    fn default() -> RenderOptions {
        RenderOptions {
            paths: IdVec::new(),
            strict: false,
            width: None,
            wide: false,
            color: false,
            summary_room: SUMMARY_LIMIT,
            max_edges: MAX_EDGES.into(),
            source_url: None,
        }
    }
}

setters! {
    RenderOptions { paths: IdVec<Source, Option<String>>, strict: bool, width: Option<usize>, wide: bool, color: bool, summary_room: usize, max_edges: usize, source_url: Option<SourceUrl> }
}
