//! The user's own rows, in the types of the built-in tables. Objects share the rows that they were recognised by.

use crate::kinds::path::FieldPath;
use crate::kinds::producers::ProducerKind;
use crate::kinds::referrers::{ReferenceField, ReferenceFilter, ReferrerKind};
use crate::kinds::workloads::WorkloadKind;
#[cfg(feature = "cli")]
pub mod kapp;
#[cfg(feature = "cli")]
pub mod kustomize;
#[cfg(feature = "cli")]
mod nesting;

#[cfg(feature = "cli")]
pub use nesting::{find_excessive_nesting, nesting_problem};

use std::sync::Arc;

use crate::kinds::{ConfigKind, Delivery};
use crate::yaml::Node;

/// The user's additions to the built-in tables.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    workloads: Vec<Arc<WorkloadKind>>,
    references: Vec<CustomReference>,
    producers: Vec<Arc<ProducerKind>>,
}

/// The objects that a rule is for. A part that is not set matches any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// The API group; the core group is the empty text.
    pub group: Option<String>,
    /// The version in that group.
    pub version: Option<String>,
    /// The kind.
    pub kind: Option<String>,
}

/// An error in a rule file of another tool.
#[cfg(feature = "cli")]
#[derive(Debug)]
pub enum RuleFileError {
    /// The text is not YAML, or has another shape.
    Yaml(serde_yaml::Error),
    /// The content cannot be used; the text says why, without text of the file.
    Content(String),
}

#[cfg(feature = "cli")]
impl From<serde_yaml::Error> for RuleFileError {
    fn from(error: serde_yaml::Error) -> RuleFileError {
        RuleFileError::Yaml(error)
    }
}

/// A place that names a config, in the objects that a rule is for.
#[derive(Clone, Debug)]
pub struct CustomReference {
    /// The objects.
    pub selector: Selector,
    /// Set if these objects have no namespace, so that a bare name can mean one in any.
    pub cluster_scoped: bool,
    /// The place in them.
    pub field: ReferenceField,
}

/// The row of an object that is relevant only because a rule of the user names a place in it.
pub static NAMED_BY_RULES: ReferrerKind =
    ReferrerKind { groups: &[], kind: "", cluster_scoped: false, fields: Vec::new() };

impl Rules {
    /// Adds a kind that describes pods. It replaces a built-in one, or one that was added before.
    pub fn add_workload(&mut self, kind: WorkloadKind) {
        self.workloads.push(Arc::new(kind));
    }

    /// The kinds that were added.
    pub fn workloads(&self) -> impl Iterator<Item = &Arc<WorkloadKind>> {
        self.workloads.iter()
    }

    /// The row of an API version and kind, own or built in.
    pub fn find_workload(&self, api_version: &str, kind: &str) -> Option<&Arc<WorkloadKind>> {
        let own = self.workloads.iter().rev().find(|row| row.matches(api_version, kind));
        own.or_else(|| WorkloadKind::find(api_version, kind))
    }

    /// Returns `true` if these rules add a kind that is not built in.
    pub fn adds_workload(&self, api_version: &str, kind: &str) -> bool {
        let is_own = self.workloads.iter().any(|row| row.matches(api_version, kind));
        is_own && WorkloadKind::find(api_version, kind).is_none()
    }

    /// Adds a kind whose objects produce configs. It replaces a built-in one, or one that was added
    /// before.
    pub fn add_producer(&mut self, kind: ProducerKind) {
        self.producers.push(Arc::new(kind));
    }

    /// The producing kinds that were added.
    pub fn producers(&self) -> impl Iterator<Item = &Arc<ProducerKind>> {
        self.producers.iter()
    }

    /// The row, own or built in, of an object that produces something.
    pub fn find_producer(&self, api_version: &str, kind: &str, object: Node<'_>) -> Option<&Arc<ProducerKind>> {
        match self.producers.iter().rev().find(|row| row.matches(api_version, kind)) {
            Some(own) => own.produces(object).then_some(own),
            None => ProducerKind::find(api_version, kind, object),
        }
    }

    /// Adds a reference.
    pub fn add_reference(&mut self, reference: CustomReference) {
        self.references.push(reference);
    }

    /// Every reference, in the order in which it was added.
    pub fn all_references(&self) -> impl Iterator<Item = &CustomReference> {
        self.references.iter()
    }

    /// The references in objects of an API version and kind.
    pub fn references_in(&self, api_version: &str, kind: &str) -> impl Iterator<Item = &CustomReference> {
        self.references.iter().filter(move |rule| rule.selector.selects(api_version, kind))
    }

    /// Returns `true` if an object names a config in a field that only these rules know.
    pub fn has_references(&self, api_version: &str, kind: &str, object: Node<'_>) -> bool {
        self.references_in(api_version, kind).any(|rule| !rule.field.find_names(object).is_empty())
    }
}

impl CustomReference {
    /// A reference in these objects: a text, a mapping with a `name`, or a list of either.
    pub fn new(selector: Selector, path: FieldPath, target: ConfigKind) -> CustomReference {
        let place = ReferenceField {
            path,
            target,
            filter: ReferenceFilter::TextOrName,
            delivery: Delivery::None,
            key: None,
            rename_blocked_by: None,
        };
        CustomReference { selector, cluster_scoped: false, field: place }
    }
}

impl Selector {
    fn selects(&self, api_version: &str, kind: &str) -> bool {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        matches_optional(&self.group, group)
            && matches_optional(&self.version, version)
            && matches_optional(&self.kind, kind)
    }
}

/// Returns `true` if a text is the wanted one, or none is wanted.
fn matches_optional(wanted: &Option<String>, text: &str) -> bool {
    match wanted {
        Some(wanted) => wanted == text,
        None => true,
    }
}
