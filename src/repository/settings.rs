//! Settings of discovery: what is known of the repository besides its files.

use std::collections::BTreeMap;

use crate::setters::setters;

/// Settings of discovery.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DiscoveryOptions {
    /// Addresses of the repository.
    pub urls: Vec<String>,
    /// Tags of the repository, and other names that are revisions other than the one that is read.
    pub tags: Vec<String>,
    /// The branches that what is read may be on: its own, and those that it is to be merged into.
    pub branches: Vec<String>,
    /// The commit that is read.
    pub commit: Option<String>,
    /// The directory from which the paths of a source of Flux count, by the name of the source.
    pub roots: BTreeMap<String, String>,
    /// Clusters that the user names.
    pub clusters: Vec<KnownCluster>,
    /// Applications that the user declares.
    pub applications: Vec<DeclaredApplication>,
    /// Set if commands of declared applications are run.
    pub runs_commands: bool,
}

setters! {
    DiscoveryOptions {
        urls: Vec<String>, tags: Vec<String>, branches: Vec<String>, commit: Option<String>, roots: BTreeMap<String, String>,
        clusters: Vec<KnownCluster>, applications: Vec<DeclaredApplication>, runs_commands: bool
    }
}

/// A cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownCluster {
    /// The name.
    pub name: String,
    /// The address of its API server.
    pub server: String,
    /// The project of Argo CD that it belongs to; empty for none.
    pub project: String,
    /// Labels by which ApplicationSets select it.
    pub labels: BTreeMap<String, String>,
    /// Annotations, as parameters of ApplicationSets.
    pub annotations: BTreeMap<String, String>,
}

/// An application that the options file declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredApplication {
    /// The name.
    pub name: String,
    /// The cluster.
    pub cluster: Option<String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// The paths that make it, from the root of the repository.
    pub paths: Vec<String>,
    /// The program that renders it; `None` for plain manifests.
    pub rendering: DeclaredRendering,
    /// Patterns of files that its rendering reads besides those below its paths.
    pub inputs: Vec<String>,
    /// The place in the options file.
    pub file: String,
}

/// The rendering of an application that the options file declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredRendering {
    /// None: the manifests below the paths.
    Plain,
    /// kustomize, of each path.
    Kustomize,
    /// helm, with these values files.
    Helm {
        /// Values files, from the root of the repository.
        values: Vec<String>,
    },
    /// A command, with its arguments, that prints the manifests.
    Command(Vec<String>),
}
