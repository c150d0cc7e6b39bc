//! Which workload of the old tree is which of the new one.

use std::collections::{BTreeMap, HashMap};

use super::side::{Named, Sides};
use crate::graph::BASE_NAME;
use crate::kinds::annotation_text;

/// API group, kind, namespace, and name without suffix.
type Key<'a> = (&'a str, &'a str, Option<&'a str>, String);

/// The pairs in the order of the new tree, then the workloads of the old tree that have no partner.
pub(super) fn workloads(sides: &Sides<'_>) -> Vec<(Option<usize>, Option<usize>)> {
    let mut waiting: HashMap<Key<'_>, Vec<usize>> = HashMap::new();
    for index in 0..sides.base.graph.workloads.len() {
        waiting.entry(key(&sides.base, index)).or_default().push(index);
    }
    // Where one identity stands in several files, as in overlays, those of the likest paths belong together.
    let mut heads: BTreeMap<Key<'_>, Vec<usize>> = BTreeMap::new();
    for index in 0..sides.head.graph.workloads.len() {
        heads.entry(key(&sides.head, index)).or_default().push(index);
    }
    let mut partner: Vec<Option<usize>> = vec![None; sides.head.graph.workloads.len()];
    for (key, heads) in heads {
        let Some(bases) = waiting.get_mut(&key) else { continue };
        match_by_path(sides, bases, &heads, &mut partner);
    }
    let mut gone: Vec<usize> = waiting.into_values().flatten().collect();
    gone.sort_unstable();
    let stay = partner.into_iter().enumerate().map(|(head, base)| (base, Some(head)));
    stay.chain(gone.into_iter().map(|base| (Some(base), None))).collect()
}

/// Takes out of `bases` what gets a partner.
fn match_by_path(sides: &Sides<'_>, bases: &mut Vec<usize>, heads: &[usize], partner: &mut [Option<usize>]) {
    if let ([base], [head]) = (&bases[..], heads) {
        partner[*head] = Some(*base);
        bases.clear();
        return;
    }
    let mut likest: Vec<(usize, usize, usize)> = Vec::new();
    for &head in heads {
        for &base in bases.iter() {
            likest.push((likeness(file(&sides.base, base), file(&sides.head, head)), head, base));
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

/// How many names two paths have in common at their ends.
fn likeness(a: &str, b: &str) -> usize {
    // The revision before a path ends in a colon.
    let names = |path: &'_ str| path.rsplit(['/', ':']).map(str::to_owned).collect::<Vec<_>>();
    names(a).iter().zip(names(b).iter()).take_while(|(a, b)| a == b).count()
}

fn file<'a>(side: &Named<'a>, workload: usize) -> &'a str {
    side.graph.bundle.sources[side.graph.bundle.source_of(side.object(workload))].name()
}

fn key<'a>(side: &Named<'a>, workload: usize) -> Key<'a> {
    let object = side.object(workload);
    // A kind that moved to another group is still the same workload.
    let group = side.workload(workload).kind.groups.first().copied().unwrap_or_default();
    // A Job whose name takes a suffix records the name without it.
    let base = annotation_text(side.node(workload), BASE_NAME);
    let name = base.map_or_else(|| object.name.name.clone(), |base| base.into_owned());
    (group, &object.kind, object.name.namespace.as_deref(), name)
}
