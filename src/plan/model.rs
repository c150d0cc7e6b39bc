//! The plan as data: what changes and why, the edits, and the values that these must lead to.

use std::borrow::Cow;
use std::ops::Range;

use crate::bundle::{DocumentId, Object, ObjectId};
use crate::diagnostic::{Diagnostics, EditMessage, Place};
use crate::edit::{Edit, Edits};
use crate::graph::{ConfigId, Graph, ListingPart, WorkloadId};
use crate::index::IdVec;
use crate::source::Source;
use crate::yaml::{EditRefusal, Node, NodeId, Value};

/// Everything that is to be done, and nothing done.
pub struct Plan {
    /// The stamps that change, in input order.
    pub stamps: Vec<StampChange>,
    /// The lists of what Reloader leaves out that change, in input order.
    pub exclusions: Vec<Exclusion>,
    /// The objects that get another name, and those to which references do, in input order.
    pub renames: Vec<RenamedObject>,
    /// The configs that keep their names though something refers to them, in input order.
    pub kept: Vec<KeptConfig>,
    /// The workloads that should change and do not, in input order.
    pub skipped: Vec<SkippedWorkload>,
    /// The number of workloads that are up to date.
    pub unchanged: usize,
    /// The edits of each source of the bundle.
    pub edits: IdVec<Source, Edits>,
    /// The values that the edited documents must read as.
    pub(super) expected: Vec<ExpectedValue>,
    /// Diagnostics of the plan.
    pub diagnostics: Diagnostics,
}

/// One annotation that is written or removed.
pub struct StampChange {
    /// The workload.
    pub workload: WorkloadId,
    /// The path from the workload to the pod template, as reports show it: `spec.template`. Empty for a Pod.
    pub template: String,
    /// The key of the annotation; where there is none yet, the nearest key above it that is there.
    pub place: Place,
    /// The annotation.
    pub annotation: String,
    /// Its value so far.
    pub old: Option<String>,
    /// Its value from now on; none where it is removed.
    pub new: Option<String>,
    /// The parts of the listing that the value is computed from, which [`Graph::listing`] makes of them.
    pub listing: Vec<ListingPart>,
}

/// A list of the configs that Reloader leaves out of a workload, that changes.
pub struct Exclusion {
    /// The workload.
    pub workload: WorkloadId,
    /// The annotation.
    pub annotation: &'static str,
    /// The list so far.
    pub old: Option<String>,
    /// The list from now on; none where it is removed.
    pub new: Option<String>,
}

/// An object that gets another name; or that has its name already, while references to it say another.
pub struct RenamedObject {
    /// The object.
    pub object: ObjectId,
    /// Set if the names are not its own but those of the config that a controller writes for it.
    pub is_generated: bool,
    /// Its name so far.
    pub old: String,
    /// Its name from now on.
    pub new: String,
    /// The references that are rewritten.
    pub references: Vec<Place>,
}

/// A config that keeps its name, and why.
pub struct KeptConfig {
    /// The config.
    pub config: ConfigId,
    /// In words.
    pub reason: String,
}

/// A workload that is left alone, and why.
pub struct SkippedWorkload {
    /// The workload.
    pub workload: WorkloadId,
    /// In words.
    pub reason: Cow<'static, str>,
}

/// A value that an edited document must have.
pub(super) struct ExpectedValue {
    /// The document.
    pub(super) document: DocumentId,
    /// The node at or below which the value stands.
    pub(super) base: NodeId,
    /// The keys from there.
    pub(super) path: Vec<String>,
    /// The new value; none where the entry is removed.
    pub(super) value: Option<Value>,
}

/// The values that edits set or remove below one node of an object.
pub(super) struct PlannedEdits<'a> {
    pub(super) object: &'a Object,
    /// The node from which the paths start.
    pub(super) base: Node<'a>,
    /// The path to each entry, and its value; none if the entry is removed.
    pub(super) values: Vec<(Vec<String>, Option<Value>)>,
    pub(super) edits: Result<Vec<Edit>, EditRefusal>,
}

impl<'a> PlannedEdits<'a> {
    /// Edits that set or remove one value.
    pub(super) fn of_value(
        object: &'a Object,
        base: Node<'a>,
        path: &[&str],
        value: Option<Value>,
        edits: Result<Vec<Edit>, EditRefusal>,
    ) -> PlannedEdits<'a> {
        let path = path.iter().map(|key| key.to_string()).collect();
        PlannedEdits { object, base, values: vec![(path, value)], edits }
    }
}

/// The outcome of recording edits in a plan.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EditOutcome {
    /// They are part of the plan, or there was nothing to edit.
    Recorded,
    /// They cannot be made, which is reported.
    Reported,
}

impl EditOutcome {
    pub(super) fn is_recorded(self) -> bool {
        self == EditOutcome::Recorded
    }
}

impl Plan {
    pub(super) fn new(graph: &Graph<'_>) -> Plan {
        Plan {
            stamps: Vec::new(),
            exclusions: Vec::new(),
            renames: Vec::new(),
            kept: Vec::new(),
            skipped: Vec::new(),
            unchanged: 0,
            edits: vec![Edits::default(); graph.bundle.sources.len()].into(),
            expected: Vec::new(),
            diagnostics: Diagnostics::default(),
        }
    }

    /// Returns `true` if there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.edits.iter().all(Edits::is_empty)
    }

    /// Records edits and the values that the document must have afterwards; reports edits that cannot be made.
    pub(super) fn record_edits(&mut self, graph: &Graph<'_>, planned: PlannedEdits<'_>) -> EditOutcome {
        let PlannedEdits { object, base, values, edits } = planned;
        let source = graph.bundle.source_of(object);
        let edits = match edits {
            Ok(edits) => edits,
            Err(refused) => {
                self.report_refused(graph, object, &refused);
                return EditOutcome::Reported;
            }
        };
        if edits.is_empty() {
            return EditOutcome::Recorded;
        }
        for edit in edits {
            if let Err(overlapping) = self.edits[source].insert(edit) {
                let place = Place { source, span: overlapping.range() };
                self.diagnostics.report(place, object.label(), EditMessage::Overlap);
                return EditOutcome::Reported;
            }
        }
        for (path, value) in values {
            self.expected.push(ExpectedValue { document: object.document, base: base.id(), path, value });
        }
        EditOutcome::Recorded
    }

    fn report_refused(&mut self, graph: &Graph<'_>, object: &Object, refused: &EditRefusal) {
        let source = graph.bundle.source_of(object);
        let line_of = |span: &Range<usize>| graph.bundle.sources[source].position(span.start).line;
        let message = EditMessage::Refused {
            reason: refused.reason.to_string(),
            other_line: refused.other.as_ref().map(line_of),
            help: refused.reason.help().to_string(),
        };
        self.diagnostics.report(Place { source, span: refused.span.clone() }, object.label(), message);
    }
}
