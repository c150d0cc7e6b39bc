//! Pairs of workloads of the old and the new tree.

use std::collections::{BTreeMap, HashMap};

use super::trees::{NamedTree, TreePair};
use crate::graph::{BASE_NAME, Workload, WorkloadId};
use crate::index::IdVec;
use crate::kinds::annotation_text;

/// API group, kind, namespace, and name without suffix.
type WorkloadKey<'a> = (&'a str, &'a str, Option<&'a str>, String);

/// The partner in the old tree of each workload of the new one.
type Partners = IdVec<Workload, Option<WorkloadId>>;

/// The pairs in the order of the new tree, then the workloads of the old tree that have no partner.
pub(super) fn pair_workloads(trees: &TreePair<'_>) -> Vec<(Option<WorkloadId>, Option<WorkloadId>)> {
    let mut waiting: HashMap<WorkloadKey<'_>, Vec<WorkloadId>> = HashMap::new();
    for id in trees.base.graph.workloads.ids() {
        waiting.entry(workload_key(&trees.base, id)).or_default().push(id);
    }
    // Where one identity stands in several files, as in overlays, those of the likest paths belong together.
    let mut heads: BTreeMap<WorkloadKey<'_>, Vec<WorkloadId>> = BTreeMap::new();
    for id in trees.head.graph.workloads.ids() {
        heads.entry(workload_key(&trees.head, id)).or_default().push(id);
    }
    let mut partner: Partners = vec![None; trees.head.graph.workloads.len()].into();
    for (key, heads) in heads {
        let Some(bases) = waiting.get_mut(&key) else { continue };
        match_by_path(trees, bases, &heads, &mut partner);
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

/// Takes out of `bases` what gets a partner.
fn match_by_path(trees: &TreePair<'_>, bases: &mut Vec<WorkloadId>, heads: &[WorkloadId], partner: &mut Partners) {
    if let ([base], [head]) = (&bases[..], heads) {
        partner[*head] = Some(*base);
        bases.clear();
        return;
    }
    let mut likest: Vec<(usize, WorkloadId, WorkloadId)> = Vec::new();
    for &head in heads {
        for &base in bases.iter() {
            likest.push((path_similarity(source_name(&trees.base, base), source_name(&trees.head, head)), head, base));
        }
    }
    likest.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    for (_, head, base) in likest {
        if partner[head].is_none() && bases.contains(&base) {
            partner[head] = Some(base);
            bases.retain(|&other| other != base);
        }
    }
}

/// Counts the names that two paths have in common at their ends.
fn path_similarity(a: &str, b: &str) -> usize {
    // The revision before a path ends in a colon.
    let separators = ['/', ':'];
    a.rsplit(separators).zip(b.rsplit(separators)).take_while(|(a, b)| a == b).count()
}

fn source_name<'a>(tree: &NamedTree<'a>, workload: WorkloadId) -> &'a str {
    tree.graph.bundle.sources[tree.graph.bundle.source_of(tree.object(workload))].name()
}

fn workload_key<'a>(tree: &NamedTree<'a>, workload: WorkloadId) -> WorkloadKey<'a> {
    let object = tree.object(workload);
    // A kind that moved to another group is still the same workload.
    let group = tree.workload(workload).kind.groups.first().map_or("", AsRef::as_ref);
    // A Job whose name takes a suffix records the name without it.
    let name = match annotation_text(tree.workload_node(workload), BASE_NAME) {
        Some(base) => base.into_owned(),
        None => object.name.name.clone(),
    };
    (group, &object.kind, object.name.namespace.as_deref(), name)
}
