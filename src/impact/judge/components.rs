//! Workloads whose pod templates have pods of their own: some of the pods are replaced, others are not.

use std::collections::BTreeSet;

use super::{Verdict, WorkloadComparison};
use crate::graph::Delivery;
use crate::impact::ImpactClass;

impl WorkloadComparison<'_, '_, '_> {
    /// Judges a workload whose pods are replaced as far as their own templates change.
    pub(super) fn judge_components(&self) -> Option<Verdict> {
        let changed: BTreeSet<&str> = self.template.iter().filter_map(|change| change.template.as_deref()).collect();
        let stale = self.find_stale_components(&changed);
        let replaced = join(&changed);
        if !stale.is_empty() {
            if let Some(reason) = self.find_opt_out() {
                return Verdict::because(ImpactClass::Rolls, format!("only the pods of {replaced}: {reason}"));
            }
            return Verdict::finding(
                ImpactClass::Stale,
                format!(
                    "only the pods of {replaced} are replaced, those of {} go on with the old content: run `rollstamp \
                     stamp` again",
                    join(&stale)
                ),
            );
        }
        let templates = &self.trees.head.workload(self.head).templates;
        if templates.iter().all(|template| changed.contains(template.path.as_str())) {
            return Verdict::of(ImpactClass::Rolls);
        }
        Verdict::because(ImpactClass::Rolls, format!("only the pods of {replaced}"))
    }

    /// The templates that do not change and whose pods see changed content frozen.
    fn find_stale_components(&self, changed: &BTreeSet<&str>) -> BTreeSet<&str> {
        let mut stale = BTreeSet::new();
        for reason in self.frozen_reasons() {
            for route in reason.routes.iter().filter(|route| route.delivery == Delivery::Frozen) {
                match route.template.as_deref() {
                    Some(template) => stale.extend(Some(template)),
                    // What is outside of all templates reaches the pods of each.
                    None => stale.extend(self.head_templates()),
                }
            }
        }
        stale.retain(|template| !changed.contains(template));
        stale
    }

    fn head_templates(&self) -> impl Iterator<Item = &str> {
        self.trees.head.workload(self.head).templates.iter().map(|template| template.path.as_str())
    }
}

fn join(templates: &BTreeSet<&str>) -> String {
    templates.iter().copied().collect::<Vec<_>>().join(" and ")
}
