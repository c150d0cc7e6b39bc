//! What changes, why and where, before anything is changed; and the one place that makes the edits.

mod apply;
pub mod rename;
pub mod stamp;
mod verify;

pub use apply::apply;
pub use rename::{Applier, Rename};
pub use stamp::{RollOn, Stamp};

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::bundle::{DocumentId, Object, ObjectId};
use crate::diagnostic::{Diagnostics, EditMessage, Place};
use crate::digest::ListingLine;
use crate::edit::{Edit, Edits};
use crate::graph::{ConfigId, Graph, WorkloadId};
use crate::index::IdVec;
use crate::source::Source;
use crate::yaml::{EditRefusal, Node, NodeId, Value};

/// What to do about config that changes.
#[derive(Clone, Debug)]
pub enum Strategy {
    /// An annotation with a checksum on each pod template.
    Stamp(Stamp),
    /// A content-hash suffix on each config's name, and every reference with it.
    Rename(Rename),
}

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
    /// What the edited documents must read as afterwards.
    expected: Vec<ExpectedValue>,
    /// What is to be said about the plan.
    pub diagnostics: Diagnostics,
}

/// One annotation that is written or removed.
pub struct StampChange {
    /// The workload.
    pub workload: WorkloadId,
    /// The key of the annotation; where there is none yet, the nearest key above it that is there.
    pub place: Place,
    /// The annotation.
    pub annotation: String,
    /// Its value so far.
    pub old: Option<String>,
    /// Its value from now on; none where it is removed.
    pub new: Option<String>,
    /// What the value is made of.
    pub listing: BTreeSet<ListingLine>,
    /// In how many places where the workload describes pods it is written or removed.
    pub templates: usize,
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
    /// Whether the names are not its own but those of what a controller makes for it.
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
struct ExpectedValue {
    /// The document.
    document: DocumentId,
    /// The node at or below which the value stands.
    base: NodeId,
    /// The keys from there.
    path: Vec<String>,
    /// What is there afterwards; none where the entry is removed.
    value: Option<Value>,
}

/// Plans the changes of a strategy. Nothing is changed before [`apply`].
///
/// ```
/// use rollstamp::{LinkOptions, ParseOptions, Rename, Source, Strategy, link, parse, plan};
///
/// let text = "\
/// {apiVersion: v1, kind: ConfigMap, metadata: {name: app-env}, data: {LOG_LEVEL: INFO}}
/// ---
/// apiVersion: apps/v1
/// kind: Deployment
/// metadata: {name: web}
/// spec:
///   template:
///     spec: {containers: [{name: app, image: app, envFrom: [{configMapRef: {name: app-env}}]}]}
/// ";
/// let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
/// let graph = link(&bundle, &LinkOptions::default());
/// let plan = plan(&graph, &Strategy::Rename(Rename::default()));
/// assert_eq!(plan.renames[0].new, "app-env-b8tmtmkcf9");
/// ```
pub fn plan(graph: &Graph<'_>, strategy: &Strategy) -> Plan {
    match strategy {
        Strategy::Stamp(stamp) => stamp::plan(graph, stamp),
        Strategy::Rename(rename) => rename::plan(graph, rename),
    }
}

impl Plan {
    fn new(graph: &Graph<'_>) -> Plan {
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

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.edits.iter().all(Edits::is_empty)
    }

    /// Takes in the edits that set a value below a node of an object; says so where they cannot be made.
    fn take(
        &mut self,
        graph: &Graph<'_>,
        object: &Object,
        base: Node<'_>,
        path: &[&str],
        value: Option<Value>,
        edits: Result<Vec<Edit>, EditRefusal>,
    ) -> bool {
        self.take_all(graph, object, base, vec![(path, value)], edits)
    }

    /// The same for edits that set several values.
    fn take_all(
        &mut self,
        graph: &Graph<'_>,
        object: &Object,
        base: Node<'_>,
        values: Vec<(&[&str], Option<Value>)>,
        edits: Result<Vec<Edit>, EditRefusal>,
    ) -> bool {
        let source = graph.bundle.source_of(object);
        let edits = match edits {
            Ok(edits) => edits,
            Err(refused) => {
                self.report_refused(graph, object, &refused);
                return false;
            }
        };
        if edits.is_empty() {
            return true;
        }
        for edit in edits {
            if let Err(overlapping) = self.edits[source].insert(edit) {
                let place = Place { source, span: overlapping.range() };
                self.diagnostics.report(place, object.label(), EditMessage::Overlap);
                return false;
            }
        }
        for (path, value) in values {
            let path = path.iter().map(|key| key.to_string()).collect();
            self.expected.push(ExpectedValue { document: object.document, base: base.id(), path, value });
        }
        true
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
