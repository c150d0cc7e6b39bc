//! The graph as plain data to draw: configs on one side, workloads on the other, and what leads from one to the
//! other. Every drawn format is made from this and from nothing else.

mod build;

pub(in crate::report) use build::DiagramNodes;

use std::collections::BTreeSet;
use std::fmt;

use crate::diagnostic::Message;
use crate::index::{Id, IdVec};
use crate::kinds::ConfigKind;
use crate::source::FileLine;

/// Configs, workloads and edges, each in the order of the input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagram {
    /// Every ConfigMap and Secret that is in the input or that something in it refers to.
    pub configs: IdVec<ConfigNode>,
    /// Every workload, and every other object that names a config.
    pub workloads: IdVec<WorkloadNode>,
    /// One edge for each config, workload and way of delivery.
    pub edges: IdVec<Edge>,
}

/// A ConfigMap or Secret, or what a CSI driver is told to fetch.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigNode {
    /// Its name.
    pub name: NodeName,
    /// Its presence in the input.
    pub presence: Presence,
    /// The locations of its definitions: several where the same content is defined again, none where it is not here.
    pub places: Vec<FileLine>,
    /// Its keys, sorted.
    pub keys: IdVec<KeyNode>,
    /// Set if it is marked `immutable: true`.
    pub immutable: bool,
    /// The application that it is part of, where the input is of applications.
    pub application: Option<String>,
    /// The cluster of that application.
    pub cluster: Option<String>,
    /// The highlight of a report.
    pub mark: Option<Highlight>,
}

impl ConfigNode {
    /// Returns `true` if its content is secret.
    pub fn is_secret(&self) -> bool {
        self.name.kind != ConfigKind::ConfigMap.as_str()
    }
}

/// One key of a config. Values are not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyNode {
    /// The key.
    pub key: String,
    /// The line of its file at which it stands, where it is known.
    pub line: Option<usize>,
    /// The hash of what the pod would see, 64 hex digits. A Secret has it only under a secret key: whoever sees the
    /// plain hash of a short password can guess the password.
    pub hash: Option<String>,
    /// The highlight of a report.
    pub mark: Option<Highlight>,
    /// The earlier location, if it changed.
    pub was: Option<FileLine>,
    /// The change of its text as a unified diff, if it was compared line by line. A Secret has none.
    pub diff: Option<String>,
}

/// A workload, or another object that names a config.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkloadNode {
    /// Its name.
    pub name: NodeName,
    /// Its location.
    pub place: FileLine,
    /// Set if it has a pod template.
    pub has_pods: bool,
    /// The earlier location, if something happens to it.
    pub was: Option<FileLine>,
    /// The application that it is part of, where the input is of applications.
    pub application: Option<String>,
    /// The cluster of that application.
    pub cluster: Option<String>,
    /// The causes of what happens to it, a word each.
    pub causes: Vec<&'static str>,
    /// The listing of each pod template that consumes something.
    pub listings: Vec<DrawnListing>,
    /// The highlight of a report.
    pub mark: Option<Highlight>,
}

/// The digest listing of a pod template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnListing {
    /// The path of the pod template, if the workload has several.
    pub template: Option<String>,
    /// The lines, sorted by path.
    pub lines: Vec<DrawnListingLine>,
    /// The stamp: SHA-256 of the listing, 64 hex digits. Absent if a line is not shown, because it could be guessed from
    /// the stamp.
    pub digest: Option<String>,
}

/// One line of a digest listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnListingLine {
    /// `<Kind>/<name>/<key>`.
    pub path: String,
    /// The config.
    pub config: Id<ConfigNode>,
    /// The key, one of those of that config.
    pub key: Id<KeyNode>,
}

/// The way from a config to a workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The config.
    pub config: Id<ConfigNode>,
    /// The workload.
    pub workload: Id<WorkloadNode>,
    /// The delivery of the content.
    pub reach: EdgeDelivery,
    /// Set if something is missing that a pod needs.
    pub unresolved: bool,
    /// Each place that refers.
    pub uses: Vec<EdgeUse>,
    /// The highlight of a report.
    pub mark: Option<Highlight>,
}

/// One place in which a workload refers to a config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeUse {
    /// The container, where one is concerned.
    pub container: Option<String>,
    /// `container`, `init` or `ephemeral`, where a container is concerned.
    pub container_type: Option<&'static str>,
    /// `env`, `envFrom`, `volume`, `projected` or `name`.
    pub mechanism: &'static str,
    /// The keys that it asks for; none for all of them.
    pub keys: Option<Vec<String>>,
    /// Those of them that are not there.
    pub missing: Vec<String>,
    /// The variables of it that stand as `$(NAME)` in the container's command line.
    pub variables: Vec<String>,
    /// Set if the pod can start without it.
    pub optional: bool,
    /// The problems with it: a config that is not there or not certain, or keys that are not there.
    pub problems: Vec<Message>,
    /// The name that refers.
    pub place: FileLine,
}

/// Kind, namespace and name of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeName {
    /// The kind.
    pub kind: String,
    /// The namespace, where one is known.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl fmt::Display for NodeName {
    /// `Deployment/web`: the namespace is said elsewhere.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

/// The title of the box of a namespace: with several clusters, that of the cluster before it.
pub(super) fn box_title(has_several: bool, cluster: Option<&str>, namespace: Option<&str>) -> Option<String> {
    match (cluster.filter(|_| has_several), namespace) {
        (Some(cluster), Some(namespace)) => Some(format!("{cluster} / {namespace}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    }
}

/// The presence of a config in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// A config of the input.
    Here,
    /// A config that is not in the input.
    Missing,
    /// A config that comes with the build of a kustomization, whose generator is its place.
    Built,
    /// A config that comes at run time.
    RunTime,
    /// A config that is in the input several times, with different content.
    Ambiguous,
}

impl Presence {
    /// The word for it: `here`, `missing`, `built`, `run-time`, `ambiguous`.
    pub fn as_str(self) -> &'static str {
        match self {
            Presence::Here => "here",
            Presence::Missing => "missing",
            Presence::Built => "built",
            Presence::RunTime => "run-time",
            Presence::Ambiguous => "ambiguous",
        }
    }
}

/// The delivery of content to a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeDelivery {
    /// Only a new pod sees a change.
    Frozen,
    /// The kubelet refreshes it in place.
    Live,
    /// Nothing mounts it.
    Unmounted,
    /// None: the config is only named.
    Named,
}

impl EdgeDelivery {
    /// The word for it: `frozen`, `live`, `unmounted`, `named`.
    pub fn as_str(self) -> &'static str {
        match self {
            EdgeDelivery::Frozen => "frozen",
            EdgeDelivery::Live => "live",
            EdgeDelivery::Unmounted => "unmounted",
            EdgeDelivery::Named => "named",
        }
    }
}

/// The highlight of a part of the diagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// The class, in the report's own word, for example `rolls`; nodes of one class look alike.
    pub class: &'static str,
    /// The class as people read it, for example `rolls twice`.
    pub label: &'static str,
    /// The reasons, a sentence each.
    pub reasons: Vec<String>,
}

impl Diagram {
    /// Returns `true` if its objects are on different clusters.
    pub fn has_several_clusters(&self) -> bool {
        let known = self.configs.iter().map(|config| &config.cluster);
        let mut known = known.chain(self.workloads.iter().map(|workload| &workload.cluster)).flatten();
        known.next().is_some_and(|first| known.any(|other| other != first))
    }

    /// The part of the diagram that a report says something about, and the edges within it, without digest listings.
    pub fn highlighted_part(&self) -> Diagram {
        let configs = renumber_kept(self.configs.iter().map(|config| config.mark.is_some()));
        let workloads = renumber_kept(self.workloads.iter().map(|workload| workload.mark.is_some()));
        let edge = |edge: &Edge| {
            Some(Edge { config: configs[edge.config]?, workload: workloads[edge.workload]?, ..edge.clone() })
        };
        let without_listing = |workload: &WorkloadNode| WorkloadNode { listings: Vec::new(), ..workload.clone() };
        Diagram {
            configs: self.configs.iter().filter(|config| config.mark.is_some()).cloned().collect(),
            workloads: self.workloads.iter().filter(|workload| workload.mark.is_some()).map(without_listing).collect(),
            edges: self.edges.iter().filter_map(edge).collect(),
        }
    }

    /// The configs that are not there and that some pod cannot start without.
    pub fn unresolved(&self) -> BTreeSet<Id<ConfigNode>> {
        let edges = self.edges.iter().filter(|edge| edge.unresolved).map(|edge| edge.config);
        edges.filter(|&config| self.configs[config].presence != Presence::Here).collect()
    }
}

/// The new id of each of those that are kept.
fn renumber_kept<T>(kept: impl Iterator<Item = bool>) -> IdVec<T, Option<Id<T>>> {
    let mut next = (0..).map(Id::new);
    kept.map(|kept| if kept { next.next() } else { None }).collect()
}

impl Edge {
    /// The label: its keys, each once, of which more than `most` are counted; `all keys`; the missing keys; or the
    /// delivery where no key is concerned.
    pub fn label(&self, most: usize) -> String {
        let missing = join_words(self.uses.iter().flat_map(|one| &one.missing), most);
        if !missing.is_empty() {
            return format!("no key {missing}");
        }
        if self.uses.iter().any(|one| one.keys.is_none()) {
            return "all keys".to_string();
        }
        let keys = join_words(self.uses.iter().flat_map(|one| one.keys.iter().flatten()), most);
        match self.reach {
            _ if !keys.is_empty() => keys,
            EdgeDelivery::Named => "by name".to_string(),
            reach => reach.as_str().to_string(),
        }
    }
}

fn join_words<'a>(words: impl Iterator<Item = &'a String>, most: usize) -> String {
    let words: BTreeSet<&str> = words.map(String::as_str).collect();
    let shown = words.iter().take(most).copied().collect::<Vec<_>>().join(", ");
    match words.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown}, {more} more"),
    }
}
