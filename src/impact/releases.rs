//! Helm releases of Flux: a chart that is not in the input decides which workloads they have, so only the fields that
//! decide what is installed can be compared, and those of the source that the chart comes from.
//!
//! Fields: `helm-controller api/v2/helmrelease_types.go`, `source-controller api/v1`.

use std::collections::{BTreeMap, BTreeSet};

use super::template_changes::{TemplateValues, compare_templates};
use super::trees::{NamedTree, TreePair};
use super::{ImpactClass, ImpactReason, WorkloadImpact, judge};
use crate::bundle::{Object, ObjectId, ObjectName};
use crate::kinds;
use crate::source::SourceRelease;
use crate::yaml::{Limits, Node, Value};

/// The reason for which nothing more is known about a release that changed.
const DECIDED_BY_CHART: &str = "its chart decides which workloads roll, and is not in the input";

/// The reason for which a suspended release does not change.
const SUSPENDED: &str = "it is suspended: nothing changes until it is resumed";

/// The fields of a release that decide what is installed; the others say when and how.
const RELEASE_FIELDS: [&str; 9] = [
    "chart",
    "chartRef",
    "commonMetadata",
    "postRenderers",
    "releaseName",
    "suspend",
    "targetNamespace",
    "values",
    "valuesFrom",
];

/// The fields of a chart's source that decide what is fetched.
const SOURCE_FIELDS: [&str; 9] =
    ["bucketName", "chart", "endpoint", "layerSelector", "ref", "sourceRef", "url", "valuesFiles", "version"];

/// Returns `true` for a release that Flux installs.
pub(super) fn is_release(object: &Object) -> bool {
    object.kind == "HelmRelease" && kinds::api_group(&object.api_version) == "helm.toolkit.fluxcd.io"
}

/// The sources of charts in a tree, by kind and name.
struct ChartSources<'p, 'a> {
    tree: &'p NamedTree<'a>,
    objects: BTreeMap<(&'p str, &'p ObjectName), ObjectId>,
    /// The releases whose rendering is in the tree, by their scope.
    rendered: BTreeSet<(&'p str, &'p SourceRelease)>,
}

impl<'p, 'a> ChartSources<'p, 'a> {
    /// Finds the sources in a tree.
    fn find(tree: &'p NamedTree<'a>) -> ChartSources<'p, 'a> {
        let mut objects = BTreeMap::new();
        for (id, object) in tree.graph.bundle.objects.entries() {
            if kinds::api_group(&object.api_version) == "source.toolkit.fluxcd.io" {
                objects.insert((&*object.kind, &object.name), id);
            }
        }
        let mut rendered = BTreeSet::new();
        for source in &tree.graph.bundle.sources {
            let application = source.application();
            rendered.extend(application.and_then(|part| Some((&*part.scope, part.release.as_ref()?))));
        }
        ChartSources { tree, objects, rendered }
    }

    /// Returns `true` if the rendering of a release is in the tree, whose objects are compared then.
    fn is_rendered(&self, release: ObjectId) -> bool {
        let ObjectName { namespace, name, scope } = &self.tree.graph.bundle.objects[release].name;
        let scope = scope.as_deref().unwrap_or_default();
        self.rendered.iter().any(|(other_scope, other)| {
            *other_scope == scope
                && other.name == *name
                && (other.namespace == *namespace || other.namespace.is_none() || namespace.is_none())
        })
    }

    /// The values that decide what a release installs: those of the release by the empty text, those of its sources by
    /// `OCIRepository/name`.
    fn read_values(&self, release: ObjectId) -> TemplateValues {
        let mut values = TemplateValues::new();
        let name = &self.tree.graph.bundle.objects[release].name;
        let opened = self.tree.open_applied_object(release);
        let Some(spec) = opened.node().get("spec") else { return values };
        values.insert(String::new(), keep_fields(spec, &RELEASE_FIELDS));
        let chart = spec.get("chartRef").or_else(|| spec.get_path(&["chart", "spec", "sourceRef"]));
        if let Some(source) = chart.and_then(|reference| self.find_source(reference, name)) {
            self.add_source(source, &mut values);
        }
        values
    }

    /// Adds a source, and the one that it takes the chart from if it is a HelmChart.
    fn add_source(&self, id: ObjectId, values: &mut TemplateValues) {
        let object = &self.tree.graph.bundle.objects[id];
        let opened = self.tree.open_applied_object(id);
        let Some(spec) = opened.node().get("spec") else { return };
        let label = format!("{}/{}", object.kind, object.name.name);
        if values.insert(label, keep_fields(spec, &SOURCE_FIELDS)).is_some() {
            return;
        }
        if let Some(next) = spec.get("sourceRef").and_then(|reference| self.find_source(reference, &object.name)) {
            self.add_source(next, values);
        }
    }

    fn is_suspended(&self, release: ObjectId) -> bool {
        let opened = self.tree.open_applied_object(release);
        opened.node().get_path(&["spec", "suspend"]).is_some_and(Node::is_true)
    }

    fn find_source(&self, reference: Node<'_>, of: &ObjectName) -> Option<ObjectId> {
        let text = |field| reference.get(field).and_then(Node::decoded_text);
        let (kind, name) = (text("kind")?, text("name")?.into_owned());
        let namespace = text("namespace").map(|namespace| namespace.into_owned()).or_else(|| of.namespace.clone());
        let name = ObjectName { namespace, name, scope: of.scope.clone() };
        self.objects.get(&(&*kind, &name)).copied()
    }
}

/// The fields of a `spec`, below `spec`.
fn keep_fields(spec: Node<'_>, fields: &[&str]) -> Value {
    let mut kept = BTreeMap::new();
    if let Ok(Value::Map(entries)) = Value::from_node(spec, &Limits::default()) {
        kept.extend(entries.into_iter().filter(|(key, value)| fields.contains(&&**key) && *value != Value::Null));
    }
    Value::Map([("spec".to_string(), Value::Map(kept))].into())
}

/// The releases of both trees.
pub(super) struct ReleasePair<'p, 'a> {
    trees: &'p TreePair<'a>,
    base: ChartSources<'p, 'a>,
    head: ChartSources<'p, 'a>,
}

impl<'p, 'a> ReleasePair<'p, 'a> {
    pub(super) fn new(trees: &'p TreePair<'a>) -> ReleasePair<'p, 'a> {
        ReleasePair { trees, base: ChartSources::find(&trees.base), head: ChartSources::find(&trees.head) }
    }

    /// Judges a release that both trees have, by what it installs and by the content that it reads; `None` if neither
    /// changed.
    pub(super) fn judge_release(
        &self,
        (base, head): (ObjectId, ObjectId),
        reasons: Vec<ImpactReason>,
    ) -> Option<WorkloadImpact> {
        if self.base.is_rendered(base) && self.head.is_rendered(head) {
            return None;
        }
        let (before, after) = (self.base.read_values(base), self.head.read_values(head));
        let template = compare_templates(before, after, "", &BTreeSet::new());
        if template.is_empty() && reasons.is_empty() {
            return None;
        }
        let described = judge::describe_objects(self.trees, Some(base), Some(head), ImpactClass::Unknown);
        let sentence = if self.head.is_suspended(head) { SUSPENDED } else { DECIDED_BY_CHART };
        Some(WorkloadImpact { sentence: Some(sentence.to_string()), template, reasons, ..described })
    }

    /// Describes a release that only one tree has; `None` for other objects.
    pub(super) fn describe_one_sided(&self, base: Option<ObjectId>, head: Option<ObjectId>) -> Option<WorkloadImpact> {
        let (tree, id) = head.map(|head| (&self.trees.head, head)).or(base.map(|base| (&self.trees.base, base)))?;
        if !is_release(&tree.graph.bundle.objects[id]) {
            return None;
        }
        if head.is_some_and(|head| self.head.is_rendered(head)) || base.is_some_and(|base| self.base.is_rendered(base))
        {
            return None;
        }
        let class = if head.is_some() { ImpactClass::New } else { ImpactClass::Gone };
        Some(judge::describe_objects(self.trees, base, head, class))
    }
}
