//! The generator `clusters`.

use std::collections::BTreeMap;

use super::combine::KeyedSets;
use super::{Evaluation, selects, texts_value};
use crate::repository::application::{ReasonCode, StateReason};
use crate::repository::clusters::{IN_CLUSTER, IN_CLUSTER_SERVER};
use crate::repository::fields;
use crate::repository::normalize::normalize;
use crate::repository::parameters::ParameterSet;
use crate::repository::settings::KnownCluster;
use crate::yaml::Value;

impl Evaluation<'_, '_> {
    /// The clusters whose labels the selector selects; without a selector also the one on which Argo CD runs.
    pub(super) fn clusters(&self, generator: &Value) -> Result<Vec<ParameterSet>, StateReason> {
        let known = &self.context.clusters;
        if known.is_empty() {
            let text = "the clusters are known to Argo CD only; name them in `repository.clusters`";
            return Err(StateReason::new(ReasonCode::Clusters, text, None));
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

    /// The sets of a cluster generator whose clusters are not known, from what a merge says of them: each cluster that
    /// another generator of it names is one. Nothing for other generators and other keys.
    pub(super) fn infer_clusters(
        &mut self,
        generator: &Value,
        keys: &[&str],
        others: &[KeyedSets],
    ) -> Option<Result<Vec<ParameterSet>, StateReason>> {
        let body = fields::field(generator, &["clusters"])?;
        let [key @ ("name" | "nameNormalized")] = keys else { return None };
        if !self.context.clusters.is_empty() {
            return None;
        }
        let mut names: Vec<&str> = Vec::new();
        for set in others.iter().flat_map(BTreeMap::values) {
            names.extend(fields::text(&set.0, &[key]));
        }
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return None;
        }
        self.generated.uncertainty = Some("its clusters are inferred from the lists that name them".to_owned());
        let mut sets = Vec::new();
        for name in names {
            let mut set = ParameterSet::new();
            // The address is not known; the name stands for it.
            insert_identity(&mut set, name, name, "");
            if let Err(reason) = self.add_values(body, &mut set) {
                return Some(Err(reason));
            }
            sets.push(set);
        }
        Some(Ok(sets))
    }
}

fn insert_identity(set: &mut ParameterSet, name: &str, server: &str, project: &str) {
    set.insert_text("name", name);
    set.insert_text("nameNormalized", &normalize(name));
    set.insert_text("server", server);
    set.insert_text("project", project);
}
