//! Relevant objects: their names, and the reason why each is relevant.

use std::fmt;
use std::sync::Arc;

use super::DocumentId;
use crate::escape::escape;
use crate::index::Id;
use crate::kinds::ConfigKind;
use crate::kinds::producers::ProducerKind;
use crate::kinds::referrers::ReferrerKind;
use crate::kinds::workloads::WorkloadKind;
use crate::rules::Rules;
use crate::yaml::NodeId;

/// The index of an object in its bundle.
pub type ObjectId = Id<Object>;

/// A relevant object: a config, a workload, or one that names or produces configs.
#[derive(Clone, Debug)]
pub struct Object {
    /// The document that contains it.
    pub document: DocumentId,
    /// The object's mapping in that document.
    pub node: NodeId,
    /// The offset at which the mapping starts, in the padded text of the source.
    pub start: u32,
    /// `v1`, `apps/v1`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// Namespace and name.
    pub name: ObjectName,
    /// The reason why it is relevant.
    pub role: Role,
}

/// Namespace and name of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// The namespace, or the one that a missing namespace was said to mean.
    pub namespace: Option<String>,
    /// The name; for `generateName` that prefix.
    pub name: String,
    /// The scope of the application that it is in, where the input holds several: no name is the same as one of another
    /// scope.
    pub scope: Option<Arc<str>>,
}

/// The identity of a config.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// ConfigMap or Secret.
    pub kind: ConfigKind,
    /// Namespace and name.
    pub name: ObjectName,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&object_label(self.name.namespace.as_deref(), self.kind.as_str(), &self.name.name))
    }
}

/// The reason why an object is relevant.
#[derive(Clone, Debug)]
pub enum Role {
    /// A config.
    Config(ConfigKind),
    /// A workload.
    Workload(Arc<WorkloadKind>),
    /// A referrer.
    Referrer(&'static ReferrerKind),
    /// A producer that is nothing else of these.
    Producer(Arc<ProducerKind>),
    /// An object of a kind that no table knows, with pod specs that name configs: the row is inferred from them.
    Unknown(Arc<WorkloadKind>),
    /// Kept only to look for names in it.
    Other,
}

impl Role {
    /// Returns `true` if objects of the kind have no namespace, so that a bare name can mean one in any.
    pub fn is_cluster_scoped(&self) -> bool {
        match self {
            Role::Workload(kind) => kind.cluster_scoped,
            Role::Referrer(kind) => kind.cluster_scoped,
            Role::Config(_) | Role::Producer(_) | Role::Unknown(_) | Role::Other => false,
        }
    }

    /// Returns `true` if no table knows the kind, so that nothing can be wrong with an object of it.
    pub(super) fn is_of_unknown_kind(&self) -> bool {
        matches!(self, Role::Unknown(_) | Role::Other)
    }

    /// Finds the role of objects of a kind in the tables.
    pub(super) fn of_kind(api_version: &str, kind: &str, rules: &Rules) -> Option<Role> {
        if let Some(kind) = ConfigKind::of(api_version, kind) {
            return Some(Role::Config(kind));
        }
        if let Some(kind) = rules.find_workload(api_version, kind) {
            return Some(Role::Workload(kind.clone()));
        }
        ReferrerKind::find(api_version, kind).map(Role::Referrer)
    }
}

impl Object {
    /// The object as people write it: `prod/Deployment/web`.
    pub fn label(&self) -> String {
        object_label(self.name.namespace.as_deref(), &self.kind, &self.name.name)
    }

    /// Returns `true` if its lines can hold a Secret's values.
    pub fn is_secret(&self) -> bool {
        matches!(self.role, Role::Config(ConfigKind::Secret))
    }
}

/// Formats an object as people write it: `prod/Deployment/web`, or `Deployment/web` without a namespace.
pub(crate) fn object_label(namespace: Option<&str>, kind: &str, name: &str) -> String {
    let label = match namespace {
        Some(namespace) => format!("{namespace}/{kind}/{name}"),
        None => format!("{kind}/{name}"),
    };
    escape(&label).into_owned()
}
