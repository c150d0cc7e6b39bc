//! Clusters that Argo CD knows: those that the user names, and those whose Secrets are in the repository.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::fields;
use super::index::RepositoryIndex;
use super::manifest::Manifest;
use super::settings::KnownCluster;
use crate::yaml::Value;

/// The label of Secrets that register clusters.
///
/// Source: "Declarative Setup, Clusters" of the documentation of Argo CD.
const SECRET_TYPE: &str = "argocd.argoproj.io/secret-type";

/// The name of the cluster on which Argo CD runs.
pub(super) const IN_CLUSTER: &str = "in-cluster";

/// The address of the cluster on which Argo CD runs.
pub(super) const IN_CLUSTER_SERVER: &str = "https://kubernetes.default.svc";

/// The clusters that are registered, as far as they are known.
#[derive(Default)]
pub(super) struct RegisteredClusters {
    /// The clusters, by name.
    pub(super) known: Vec<KnownCluster>,
    /// Set if the user named clusters, or the Secret of another cluster than Argo CD's own is in the repository. Else
    /// others are likely to be registered by other means.
    pub(super) is_complete: bool,
}

/// Finds the clusters that are registered.
pub(super) fn find_clusters(index: &RepositoryIndex, named: &[KnownCluster]) -> RegisteredClusters {
    let mut clusters: BTreeMap<String, KnownCluster> = BTreeMap::new();
    for manifest in index.manifests() {
        if let Some(cluster) = read_cluster(manifest) {
            clusters.entry(cluster.name.clone()).or_insert(cluster);
        }
    }
    for cluster in named {
        clusters.insert(cluster.name.clone(), cluster.clone());
    }
    let known: Vec<KnownCluster> = clusters.into_values().collect();
    let is_complete = !named.is_empty() || known.iter().any(|cluster| cluster.server != IN_CLUSTER_SERVER);
    RegisteredClusters { known, is_complete }
}

/// The cluster that a Secret registers, or the object that a Secret is made of.
fn read_cluster(manifest: &Manifest) -> Option<KnownCluster> {
    let template: &[&str] = match manifest.kind() {
        "Secret" => &[],
        "ExternalSecret" => &["spec", "target", "template"],
        "SealedSecret" => &["spec", "template"],
        _ => return None,
    };
    let secret = fields::field(&manifest.value, template)?;
    let labels = read_texts(fields::mapping(secret, &["metadata", "labels"]));
    if labels.get(SECRET_TYPE).map(String::as_str) != Some("cluster") {
        return None;
    }
    let entry = |key| read_entry(secret, manifest.kind(), key);
    Some(KnownCluster {
        name: entry("name")?,
        server: entry("server").unwrap_or_default(),
        project: entry("project").unwrap_or_default(),
        annotations: read_texts(fields::mapping(secret, &["metadata", "annotations"])),
        labels,
    })
}

/// The text of a key of a Secret, if it is written there and no template.
fn read_entry(secret: &Value, kind: &str, key: &str) -> Option<String> {
    let plain = fields::text(secret, &["stringData", key]);
    let data = fields::text(secret, &["data", key]);
    let text = match (plain, data) {
        (Some(text), _) => text.to_owned(),
        // In the template of another object, data are templates of texts.
        (None, Some(text)) if kind != "Secret" => text.to_owned(),
        (None, Some(text)) => String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?,
        (None, None) => return None,
    };
    (!text.contains("{{")).then_some(text)
}

fn read_texts(entries: Option<&BTreeMap<String, Value>>) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for (key, value) in entries.into_iter().flatten() {
        texts.extend(fields::scalar_text(value).map(|text| (key.clone(), text)));
    }
    texts
}
