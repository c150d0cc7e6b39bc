//! One way in which a config reaches a workload, or is named.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::config::ConfigId;
use super::generated::GeneratedId;
use crate::bundle::{Identity, ObjectId};
use crate::content::{ConfigKey, ConfigKeys};
use crate::diagnostic::Place;
use crate::index::{Id, RareList};
use crate::kinds::Delivery;
use crate::kinds::references::ContainerType;
use crate::yaml::NodeId;

/// The index of a link in its graph.
pub type LinkId = Id<Link>;

/// One way in which a config reaches a workload: a container and a source in it.
#[derive(Clone, Debug)]
pub struct Link {
    /// The workload, or whatever names the config.
    pub object: ObjectId,
    /// The name that refers, as written.
    pub place: Place,
    /// Its node in the document of the object.
    pub node: NodeId,
    /// The container; absent where no container is concerned.
    pub container: Option<Arc<Container>>,
    /// The kind of the reference.
    pub mechanism: Mechanism,
    /// The config that it names.
    pub target: Arc<Identity>,
    /// The keys that are consumed.
    pub keys: KeySelection,
    /// The delivery of the content.
    pub delivery: Delivery,
    /// Set if the pod can start without it.
    pub optional: bool,
    /// The result of resolving the reference.
    pub resolution: Resolution,
    /// Its definitions, if it is ambiguous and the input holds them.
    pub definitions: RareList<ConfigId>,
    /// The generated configs of this name: what controllers will write into it.
    pub generated: RareList<GeneratedId>,
    /// Keys (or paths of a volume) that it asks for and the config lacks.
    pub missing: RareList<String>,
    /// The reason for which the config that it names keeps its name.
    pub rename_blocked_by: Option<&'static str>,
    /// The config that it means by a name that kustomize has changed, or will change, elsewhere only; it is missing then.
    pub unrewritten: Option<UnrewrittenName>,
    /// Set if only one side names a namespace, so that the config is a guess.
    pub is_namespace_inferred: bool,
    /// Variables of this link that stand as `$(VARIABLE)` in the container's `command` or `args`.
    pub variables: RareList<String>,
}

/// A config whose new name a reference lacks, because kustomize does not rewrite the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnrewrittenName {
    /// The config.
    pub config: ConfigId,
    /// Set if it is in the namespace that the reference means.
    pub in_same_namespace: bool,
}

/// A container of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// The list of containers that it is in.
    pub container_type: ContainerType,
}

/// Kinds of references from a workload to a config.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mechanism {
    /// `env[].valueFrom`.
    Env,
    /// `envFrom`.
    EnvFrom,
    /// A volume.
    Volume,
    /// A source of a projected volume.
    Projected,
    /// A volume of a CSI driver that fetches its files.
    Csi,
    /// By name only: the content reaches no container.
    Name,
    /// By name, from what makes a controller write a config: the content goes into that one.
    Template,
    /// An annotation of ours on the workload: its program reads the config by itself.
    Extra,
    /// An annotation of a controller whose words are honored.
    Honored,
}

impl Mechanism {
    /// The word for it: `env`, `envFrom`, `volume`, `projected`, `csi`, `name`, `template`, `extra`, `honored`.
    pub fn as_str(self) -> &'static str {
        match self {
            Mechanism::Env => "env",
            Mechanism::EnvFrom => "envFrom",
            Mechanism::Volume => "volume",
            Mechanism::Projected => "projected",
            Mechanism::Csi => "csi",
            Mechanism::Name => "name",
            Mechanism::Template => "template",
            Mechanism::Extra => "extra",
            Mechanism::Honored => "honored",
        }
    }
}

/// The keys that a link consumes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeySelection {
    /// Every key.
    All,
    /// Every key that an environment variable can carry: `binaryData` is left out.
    Data,
    /// These, sorted.
    These(Vec<String>),
}

impl KeySelection {
    /// No key: the reference is to a name only.
    pub(super) fn none() -> KeySelection {
        KeySelection::These(Vec::new())
    }

    /// These keys, in any order.
    pub(super) fn of_keys(keys: impl IntoIterator<Item = String>) -> KeySelection {
        let keys: BTreeSet<String> = keys.into_iter().collect();
        KeySelection::These(keys.into_iter().collect())
    }

    /// Those of a config's keys that it selects.
    pub(super) fn select<'c>(&self, keys: &'c ConfigKeys) -> Vec<(&'c str, &'c ConfigKey)> {
        let mut selected = Vec::new();
        if let KeySelection::These(wanted) = self {
            for key in wanted {
                if let Some(entry) = keys.get(key) {
                    selected.push((keys.name_of(entry), entry));
                }
            }
            return selected;
        }
        for (key, entry) in keys.iter() {
            if self.includes(key, entry) {
                selected.push((key, entry));
            }
        }
        selected
    }

    pub(super) fn includes(&self, key: &str, entry: &ConfigKey) -> bool {
        match self {
            KeySelection::All => true,
            KeySelection::Data => entry.in_data,
            KeySelection::These(keys) => keys.binary_search_by(|wanted| wanted.as_str().cmp(key)).is_ok(),
        }
    }
}

/// The result of resolving a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A config of the graph.
    Config(ConfigId),
    /// Not in the input, but the object is that makes a controller write it, or a CSI driver fetch it.
    Generated,
    /// Known to exist at run time only.
    RunTime,
    /// An option names it as made elsewhere.
    External,
    /// Not in the input.
    Missing,
    /// In the input several times, with different content.
    Ambiguous,
}
