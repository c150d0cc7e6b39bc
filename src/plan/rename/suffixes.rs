//! The suffixes of the configs that get one, and the reasons of the others.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::unknown_fields::UnknownFields;
use super::{Renamer, policy};
use crate::bundle::Identity;
use crate::graph::{ConfigId, Graph};
use crate::hash_map::HashMap;
use crate::suffix::content_suffix;

/// Below this many configs threads cost more than they save.
const PARALLEL_FROM: usize = 64;

/// Facts about the whole input for which configs keep their names.
pub(super) struct NameRules<'g> {
    pub(super) foreign: UnknownFields,
    /// The configs whose names somebody needs as they are, and why.
    pub(super) fixed: HashMap<&'g Identity, String>,
    /// The configs that programs read by their names, and why these stay.
    pub(super) readers: BTreeMap<ConfigId, String>,
}

impl Renamer<'_, '_> {
    /// Decides for each of these configs: its suffix, or the reason to keep its name.
    pub(super) fn decide_names(
        &self,
        selected: &[ConfigId],
        rules: &NameRules<'_>,
    ) -> Vec<(ConfigId, Result<String, String>)> {
        let graph = self.graph;
        let decide = |&id: &ConfigId| (id, decide_name(graph, id, rules));
        if selected.len() < PARALLEL_FROM {
            return selected.iter().map(decide).collect();
        }
        selected.par_iter().map(decide).collect()
    }
}

fn decide_name(graph: &Graph<'_>, id: ConfigId, rules: &NameRules<'_>) -> Result<String, String> {
    let config = &graph.configs[id];
    let reason = policy::reason_to_keep(graph, config, &rules.foreign, &rules.fixed);
    if let Some(reason) = reason.or_else(|| rules.readers.get(&id).cloned()) {
        return Err(reason);
    }
    let object = graph.bundle.open(&graph.bundle.objects[config.object]);
    Ok(content_suffix(object.node(), config.identity.kind))
}
