//! Pairs of workloads of the old and the new tree.

use std::collections::{BTreeMap, HashMap};

use super::pairs::match_by_path;
use super::trees::{NamedTree, TreePair};
use crate::bundle::ObjectName;
use crate::graph::{BASE_NAME, Workload, WorkloadId};
use crate::index::IdVec;
use crate::kinds::annotation_text;

/// API group, kind, and name without suffix.
type WorkloadKey<'a> = (&'a str, &'a str, ObjectName);

/// The partner in the old tree of each workload of the new one.
type Partners = IdVec<Workload, Option<WorkloadId>>;

/// The pairs in the order of the new tree, then the workloads of the old tree that have no partner.
pub(super) fn pair_workloads(trees: &TreePair<'_>) -> Vec<(Option<WorkloadId>, Option<WorkloadId>)> {
    let mut waiting: HashMap<WorkloadKey<'_>, Vec<WorkloadId>> = HashMap::new();
    for id in trees.base.graph.workloads.ids() {
        waiting.entry(workload_key(&trees.base, id)).or_default().push(id);
    }
    let mut heads: BTreeMap<WorkloadKey<'_>, Vec<WorkloadId>> = BTreeMap::new();
    for id in trees.head.graph.workloads.ids() {
        heads.entry(workload_key(&trees.head, id)).or_default().push(id);
    }
    let mut partner: Partners = vec![None; trees.head.graph.workloads.len()].into();
    for (key, heads) in heads {
        let Some(bases) = waiting.get_mut(&key) else { continue };
        let pairs = match_by_path(
            bases,
            &heads,
            |base| trees.base.source_name(trees.base.workload(base).object),
            |head| trees.head.source_name(trees.head.workload(head).object),
        );
        for (head, base) in pairs {
            partner[head] = Some(base);
        }
    }
    let mut gone: Vec<WorkloadId> = waiting.into_values().flatten().collect();
    gone.sort_unstable();
    let mut pairs = Vec::new();
    for (head, &base) in partner.entries() {
        pairs.push((base, Some(head)));
    }
    for base in gone {
        pairs.push((Some(base), None));
    }
    pairs
}

fn workload_key<'a>(tree: &NamedTree<'a>, workload: WorkloadId) -> WorkloadKey<'a> {
    let object = tree.object(workload);
    // A kind that moved to another group is still the same workload.
    let group = tree.workload(workload).kind.groups.first().map_or("", AsRef::as_ref);
    // A Job whose name takes a suffix records the name without it.
    let name = match annotation_text(tree.open_workload(workload).node(), BASE_NAME) {
        Some(base) => base.into_owned(),
        None => object.name.name.clone(),
    };
    (group, &object.kind, ObjectName { name, ..object.name.clone() })
}
