//! The generator `clusters`.

use std::collections::BTreeMap;

use super::combine::KeyedSets;
use super::{Evaluation, selects, texts_value};
use crate::repository::application::{ReasonCode, StateReason};
use crate::repository::clusters::{IN_CLUSTER, IN_CLUSTER_SERVER, RegisteredClusters};
use crate::repository::fields;
use crate::repository::normalize::normalize;
use crate::repository::parameters::ParameterSet;
use crate::repository::settings::KnownCluster;
use crate::yaml::Value;

impl Evaluation<'_, '_> {
    /// The clusters whose labels the selector selects; without a selector also the one on which Argo CD runs.
    pub(super) fn clusters(&mut self, generator: &Value) -> Result<Vec<ParameterSet>, StateReason> {
        let context = self.context;
        let RegisteredClusters { known, is_complete } = &context.clusters;
        if known.is_empty() {
            let text = "the clusters are known to Argo CD only; name them in `repository.clusters`";
            return Err(StateReason::new(ReasonCode::Clusters, text, None));
        }
        if !is_complete {
            let text = "other clusters than Argo CD's own may be registered; name them in `repository.clusters`";
            self.generated.uncertainty = Some(text.to_owned());
        }
        let selector = fields::field(generator, &["selector"]).cloned().unwrap_or(Value::Null);
        let mut sets = Vec::new();
        let mut has_own = false;
        for cluster in known {
            if selects(&selector, &cluster.labels)? {
                has_own |= cluster.server == IN_CLUSTER_SERVER;
                sets.push(self.cluster_set(generator, cluster)?);
            }
        }
        let is_open = fields::items(&selector, &["matchExpressions"]).is_empty()
            && fields::mapping(&selector, &["matchLabels"]).is_none_or(BTreeMap::is_empty);
        if is_open && !has_own {
            let mut set = ParameterSet::new();
            insert_identity(&mut set, IN_CLUSTER, IN_CLUSTER_SERVER, "");
            self.add_values(generator, &mut set)?;
            sets.push(set);
        }
        if fields::is_true(generator, &["flatList"]) {
            let clusters = sets.into_iter().map(|set| set.0).collect();
            sets = vec![ParameterSet(Value::Map(BTreeMap::from([("clusters".to_owned(), Value::Seq(clusters))])))];
        }
        Ok(sets)
    }

    fn cluster_set(&self, generator: &Value, cluster: &KnownCluster) -> Result<ParameterSet, StateReason> {
        let KnownCluster { name, server, project, labels, annotations } = cluster;
        let mut set = ParameterSet::new();
        insert_identity(&mut set, name, server, project);
        if self.style.is_go {
            let mut metadata = BTreeMap::new();
            for (field, texts) in [("annotations", annotations), ("labels", labels)] {
                if !texts.is_empty() {
                    metadata.insert(field.to_owned(), texts_value(texts.clone()));
                }
            }
            set.insert("metadata", Value::Map(metadata));
        } else {
            for (field, texts) in [("annotations", annotations), ("labels", labels)] {
                for (key, text) in texts {
                    set.insert_text(&format!("metadata.{field}.{key}"), text);
                }
            }
        }
        self.add_values(generator, &mut set)?;
        Ok(set)
    }

    /// Adds the sets of clusters that are not known and that another generator of a merge names, unless the user named
    /// the clusters.
    pub(super) fn infer_clusters(
        &mut self,
        generator: &Value,
        keys: &[&str],
        others: &[KeyedSets],
        sets: &mut Vec<ParameterSet>,
    ) -> Result<(), StateReason> {
        let (Some(body), [key @ ("name" | "nameNormalized")]) = (fields::field(generator, &["clusters"]), keys) else {
            return Ok(());
        };
        let context = self.context;
        if context.clusters.is_complete {
            return Ok(());
        }
        let mut names: Vec<&str> = Vec::new();
        for set in others.iter().flat_map(BTreeMap::values) {
            names.extend(fields::text(&set.0, &[key]));
        }
        names.sort_unstable();
        names.dedup();
        for name in names {
            if context.clusters.known.iter().any(|cluster| cluster.name == name || normalize(&cluster.name) == name) {
                continue;
            }
            let mut set = ParameterSet::new();
            // The address is not known; the name stands for it.
            insert_identity(&mut set, name, name, "");
            self.add_values(body, &mut set)?;
            sets.push(set);
            self.generated.uncertainty = Some("its clusters are inferred from the lists that name them".to_owned());
        }
        Ok(())
    }
}

fn insert_identity(set: &mut ParameterSet, name: &str, server: &str, project: &str) {
    set.insert_text("name", name);
    set.insert_text("nameNormalized", &normalize(name));
    set.insert_text("server", server);
    set.insert_text("project", project);
}
