//! `repository` of the options document: what the files of a repository do not say of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rollstamp::repository::{DeclaredApplication, DeclaredRendering, DiscoveryOptions, KnownCluster};
use serde::Deserialize;

/// The repository and its applications, for `rollstamp apps`.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RepositoryOptions {
    /// Addresses of the repository besides those of its remotes.
    pub urls: Vec<String>,
    /// Directories from which the paths of a source of Flux count, by the name of the source; for artifacts that are
    /// pushed from a directory of the repository.
    pub roots: BTreeMap<String, String>,
    /// Clusters that Argo CD knows, for the generator `clusters`, besides those whose Secrets are in the repository.
    pub clusters: Vec<ClusterRow>,
    /// Applications that are declared here. One wins over what is found for its paths and its cluster.
    pub applications: Vec<ApplicationRow>,
}

/// A cluster that is registered in Argo CD.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterRow {
    /// Name of the cluster.
    pub name: String,
    /// Address of its API server.
    #[serde(default)]
    pub server: String,
    /// Project of Argo CD that it belongs to.
    #[serde(default)]
    pub project: String,
    /// Labels of its Secret.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Annotations of its Secret.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// An application: manifests that are applied together.
#[derive(Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApplicationRow {
    /// Name of the application.
    pub name: String,
    /// Cluster to which it is applied.
    #[serde(default)]
    pub cluster: Option<String>,
    /// Namespace of the application.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Directories and files that make it, relative to this document. Without `kustomize` and `helm` they hold plain
    /// manifests.
    pub paths: Vec<String>,
    /// Each path is a kustomization.
    #[serde(default)]
    pub kustomize: Option<KustomizeRow>,
    /// Each path is a chart.
    #[serde(default)]
    pub helm: Option<HelmRow>,
    /// Program with its arguments that prints the manifests, for other tools. Run in a copy of the files below the paths,
    /// and only with `--allow-exec` on the command line. With a `/`, the program is a file of the repository.
    #[serde(default)]
    pub command: Option<Vec<String>>,
    /// Patterns of other files that rendering reads, from the root of the repository.
    #[serde(default)]
    pub inputs: Vec<String>,
}

/// Rendering with kustomize.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KustomizeRow {}

/// Rendering with Helm.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HelmRow {
    /// Values files, relative to the chart.
    pub values: Vec<String>,
}

impl RepositoryOptions {
    /// The options of discovery in a repository with this root.
    pub fn to_discovery_options(&self, root: &Path, options_file: Option<&Path>) -> DiscoveryOptions {
        let directory = options_file.and_then(|file| locate_directory(root, file)).unwrap_or_default();
        let mut applications = Vec::new();
        for row in &self.applications {
            applications.push(row.to_application(&directory, options_file));
        }
        DiscoveryOptions::default()
            .urls(self.urls.clone())
            .roots(self.roots.clone())
            .clusters(self.clusters.iter().map(ClusterRow::to_cluster).collect())
            .applications(applications)
    }
}

impl ClusterRow {
    fn to_cluster(&self) -> KnownCluster {
        KnownCluster {
            name: self.name.clone(),
            server: self.server.clone(),
            project: self.project.clone(),
            labels: self.labels.clone(),
            annotations: self.annotations.clone(),
        }
    }
}

impl ApplicationRow {
    fn to_application(&self, directory: &Path, options_file: Option<&Path>) -> DeclaredApplication {
        let mut paths = Vec::new();
        for path in &self.paths {
            paths.push(directory.join(path).to_string_lossy().replace('\\', "/"));
        }
        let rendering = match (&self.kustomize, &self.helm, &self.command) {
            (_, _, Some(command)) => DeclaredRendering::Command(command.clone()),
            (Some(_), _, None) => DeclaredRendering::Kustomize,
            (None, Some(helm), None) => DeclaredRendering::Helm { values: helm.values.clone() },
            (None, None, None) => DeclaredRendering::Plain,
        };
        let file = options_file.and_then(Path::file_name).map(PathBuf::from).unwrap_or_default();
        DeclaredApplication {
            name: self.name.clone(),
            cluster: self.cluster.clone(),
            namespace: self.namespace.clone(),
            paths,
            rendering,
            inputs: self.inputs.clone(),
            file: directory.join(file).to_string_lossy().replace('\\', "/"),
        }
    }
}

/// The directory of a file, from the root of the repository.
fn locate_directory(root: &Path, file: &Path) -> Option<PathBuf> {
    let directory = file.canonicalize().ok()?;
    Some(directory.parent()?.strip_prefix(root.canonicalize().ok()?).ok()?.to_owned())
}
