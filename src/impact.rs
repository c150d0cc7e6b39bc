//! Two graphs to what applying the second over the first does: which workloads roll, which only see fresh files, which
//! go on with what is old, and why.
//!
//! Pods are replaced when their template changes as a value, and never because the content of a config does. So the
//! templates of both trees are compared, and the content of the keys that each workload consumes; a stamp or a renamed
//! reference is nothing but a change of the template.

mod config_changes;
mod consumption;
mod dropped_immutable;
mod judge;
mod model;
mod objects;
mod pairs;
mod places;
mod quantity;
mod releases;
mod request_changes;
mod restarts;
mod rollout;
mod stored;
mod template_changes;
mod trees;
mod updates;
mod workload_pairs;

pub use model::{
    ChangeRoute, ConfigImpact, ConfigImpactId, Impact, ImpactClass, ImpactReason, KeyChange, KeyImpact, Refresh,
    Roller, TemplateChange, TemplatePart, WorkloadImpact,
};
pub use places::{ComparedObject, FindPlace};
pub use rollout::{RolledPods, Rollout};
pub use trees::ComparedTree;

use std::collections::BTreeSet;

use crate::plan::stamp;
use crate::setters::setters;

/// Options of a comparison.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ImpactOptions {
    /// The annotation that holds the stamp.
    pub annotation: String,
    /// Set if the changes of ConfigMaps are shown line by line.
    pub diff: bool,
}

impl Default for ImpactOptions {
    fn default() -> ImpactOptions {
        ImpactOptions { annotation: stamp::ANNOTATION.to_string(), diff: false }
    }
}

setters! {
    ImpactOptions { annotation: String, diff: bool }
}

/// Compares what is applied now with what is to be applied.
///
/// ```
/// use rollstamp::{
///     Bundle, ComparedTree, ImpactClass, ImpactOptions, LinkOptions, ParseOptions, Source, impact, link, parse,
/// };
///
/// fn parse_tree(level: &str) -> Bundle {
///     let text = format!("\
/// {{apiVersion: v1, kind: ConfigMap, metadata: {{name: app-env}}, data: {{LOG_LEVEL: {level}}}}}
/// ---
/// apiVersion: apps/v1
/// kind: Deployment
/// metadata: {{name: web}}
/// spec:
///   template:
///     spec: {{containers: [{{name: app, image: app, envFrom: [{{configMapRef: {{name: app-env}}}}]}}]}}
/// ");
///     parse(vec![Source::new("app.yaml", text)], &ParseOptions::default())
/// }
///
/// let (base, head) = (parse_tree("INFO"), parse_tree("DEBUG"));
/// let (base, head) = (link(&base, &LinkOptions::default()), link(&head, &LinkOptions::default()));
/// let base = ComparedTree { graph: &base, applied: None };
/// let head = ComparedTree { graph: &head, applied: None };
/// let impact = impact(&base, &head, &ImpactOptions::default());
/// // Nothing replaces the pods, and they see environment variables as they were when they started.
/// assert_eq!(impact.workloads[0].class, ImpactClass::Stale);
/// ```
pub fn impact(base: &ComparedTree<'_>, head: &ComparedTree<'_>, options: &ImpactOptions) -> Impact {
    let trees = trees::TreePair::new(base, head);
    let mut configs = config_changes::ConfigComparisons::new(&trees, options);
    let mut impact = Impact::default();
    let changed = restarts::changed_configs(&trees);
    let autoscalers = rollout::Autoscalers::read(head.graph.bundle);
    let mut requests = request_changes::ChangedRequests::default();
    for (base, head) in workload_pairs::pair_workloads(&trees) {
        let mut judged = match (base, head) {
            (Some(base), Some(head)) => judge::judge_workload(&trees, base, head, &mut configs, &changed, options),
            (base, head) => Some(judge::describe_workload(&trees, base, head)),
        };
        if let (Some(base), Some(head)) = (base, head) {
            requests.record_workload(&trees, base, head, &mut judged);
        }
        match judged {
            Some(mut workload) => {
                if let (ImpactClass::Rolls, Some(head)) = (workload.class, head) {
                    let opened = trees.head.open_applied(head);
                    let object = opened.node();
                    workload.rollout =
                        rollout::describe_rollout(&workload.kind, trees.head.applied_name(head), object, &autoscalers);
                    workload.sync_wave = rollout::find_sync_wave(object);
                }
                impact.workloads.push(workload);
            }
            None => impact.unaffected += 1,
        }
    }
    objects::compare_other_configs(&trees, &mut configs);
    let mut consumed = BTreeSet::new();
    for workload in &impact.workloads {
        consumed.extend(workload.reasons.iter().map(|reason| reason.config));
    }
    impact.workloads.extend(objects::judge_objects(&trees, &configs, &consumed));
    impact.diagnostics = requests.into_diagnostics(&trees);
    dropped_immutable::report_dropped_immutable(&trees, &configs, &mut impact.diagnostics);
    impact.configs = configs.into_sorted(&mut impact.workloads);
    impact.errors = head.graph.bundle.diagnostics.count_errors() + head.graph.diagnostics.count_errors();
    impact
}
