//! What changes, why and where, before anything is changed; and the one place that makes the edits.

mod apply;
pub mod stamp;

pub use apply::apply;
pub use stamp::{RollOn, Stamp};

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::digest::Line;
use crate::edit::Edits;
use crate::graph::Graph;
use crate::yaml::NodeId;

/// What to do about config that changes.
#[derive(Clone, Debug)]
pub enum Strategy {
    /// An annotation with a checksum on each pod template.
    Stamp(Stamp),
}

/// Everything that is to be done, and nothing done.
pub struct Plan {
    /// The changes, in input order.
    pub changes: Vec<Change>,
    /// The workloads that should change and do not, in input order.
    pub skipped: Vec<Skipped>,
    /// How many workloads are as they should be.
    pub unchanged: usize,
    /// The edits of each source of the bundle.
    pub edits: Vec<Edits>,
    /// What the edited documents must read as afterwards.
    expected: Vec<Expected>,
    /// What is to be said about the plan.
    pub diagnostics: Vec<Diagnostic>,
}

/// One annotation that is written or removed.
pub struct Change {
    /// Index into the graph's workloads.
    pub workload: usize,
    /// The annotation.
    pub annotation: String,
    /// Its value so far.
    pub old: Option<String>,
    /// Its value from now on; none where it is removed.
    pub new: Option<String>,
    /// What the value is made of.
    pub lines: BTreeSet<Line>,
}

/// A workload that is left alone, and why.
pub struct Skipped {
    /// Index into the graph's workloads.
    pub workload: usize,
    /// In words.
    pub reason: &'static str,
}

/// A value that an edited document must have.
struct Expected {
    /// Index into the bundle's documents.
    document: usize,
    /// The mapping below which the value stands.
    base: NodeId,
    /// The keys from there.
    path: Vec<String>,
    value: Option<String>,
}

/// Plans a strategy.
pub fn plan(graph: &Graph<'_>, strategy: &Strategy) -> Plan {
    match strategy {
        Strategy::Stamp(stamp) => stamp::plan(graph, stamp),
    }
}

impl Plan {
    fn new(graph: &Graph<'_>) -> Plan {
        Plan {
            changes: Vec::new(),
            skipped: Vec::new(),
            unchanged: 0,
            edits: vec![Edits::default(); graph.bundle.sources.len()],
            expected: Vec::new(),
            diagnostics: Vec::new(),
        }
    }
}
