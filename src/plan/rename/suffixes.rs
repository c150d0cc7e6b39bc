//! The suffixes of the configs that get one, and the reasons of the others.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::unknown_fields::UnknownFields;
use super::{Renamer, policy};
use crate::bundle::Identity;
use crate::graph::{ConfigId, Graph};
use crate::suffix::SuffixBatch;

/// So many contents are held and hashed at once.
const DECIDED_TOGETHER: usize = 32;

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
        if selected.len() < PARALLEL_FROM {
            return decide_together(graph, selected, rules);
        }
        selected.par_chunks(DECIDED_TOGETHER).flat_map_iter(|ids| decide_together(graph, ids, rules)).collect()
    }
}

fn decide_together(
    graph: &Graph<'_>,
    ids: &[ConfigId],
    rules: &NameRules<'_>,
) -> Vec<(ConfigId, Result<String, String>)> {
    let mut decided = Vec::with_capacity(ids.len());
    let mut renamed = SuffixBatch::default();
    for &id in ids {
        let config = &graph.configs[id];
        let reason = policy::reason_to_keep(graph, config, &rules.foreign, &rules.fixed);
        match reason.or_else(|| rules.readers.get(&id).cloned()) {
            Some(reason) => decided.push((id, Err(reason))),
            None => {
                decided.push((id, Ok(String::new())));
                let object = graph.bundle.open(&graph.bundle.objects[config.object]);
                renamed.add(object.node(), config.identity.kind);
            }
        }
    }
    let mut suffixes = renamed.finish().into_iter();
    for (_, decision) in &mut decided {
        if let Ok(suffix) = decision {
            *suffix = suffixes.next().unwrap_or_default();
        }
    }
    decided
}
