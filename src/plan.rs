//! Changes with their reasons and places, planned before anything is changed; and the one place that makes the edits.
//!
//! A plan is made in two passes, and each run makes both: the first stamps, the second renames. A config chooses its
//! strategy by an annotation, and takes part in that pass only; the strategy of the run decides for configs that do not
//! choose. Stamps come first, because the rename pass needs to know nothing of them, while a name that changes may
//! never change a stamp: listings use base names.

mod apply;
mod model;
pub mod rename;
pub mod stamp;
mod strategy;
mod verify;

pub use apply::{apply, edit_source, verify_edits};
pub use model::{Exclusion, KeptConfig, Plan, RenamedObject, SkippedWorkload, StampChange};
pub use strategy::{ANNOTATION, Applier, Rename, RollOn, Stamp, Strategy};

use crate::bundle::ObjectId;
use crate::diagnostic::{Diagnostic, Message, ReferenceMessage, Severity};
use crate::graph::{ConfigStrategy, Graph};

/// Plans the changes of a strategy. Nothing is changed before [`apply`].
///
/// ```
/// use rollstamp::{LinkOptions, ParseOptions, Rename, Source, Strategy, link, parse, plan};
///
/// let text = "\
/// {apiVersion: v1, kind: ConfigMap, metadata: {name: app-env}, data: {LOG_LEVEL: INFO}}
/// ---
/// apiVersion: apps/v1
/// kind: Deployment
/// metadata: {name: web}
/// spec:
///   template:
///     spec: {containers: [{name: app, image: app, envFrom: [{configMapRef: {name: app-env}}]}]}
/// ";
/// let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
/// let graph = link(&bundle, &LinkOptions::default());
/// let plan = plan(&graph, &Strategy::Rename(Rename::default()));
/// assert_eq!(plan.renames[0].new, "app-env-b8tmtmkcf9");
/// ```
pub fn plan(graph: &Graph<'_>, strategy: &Strategy) -> Plan {
    let mut plan = Plan::new(graph);
    report_ambiguous_references(graph, &mut plan);
    match strategy {
        Strategy::Stamp(stamp) => {
            stamp::pass(graph, stamp, ConfigStrategy::Stamp, &mut plan);
            plan.stamps.shrink_to_fit();
            if !stamp.remove && chooses_rename(graph) {
                rename::pass(graph, &Rename::default(), ConfigStrategy::Stamp, &mut plan);
            }
        }
        Strategy::Rename(rename) => {
            stamp::pass(graph, &rename.stamp, ConfigStrategy::Rename, &mut plan);
            rename::pass(graph, rename, ConfigStrategy::Rename, &mut plan);
        }
    }
    plan.expected.shrink_to_fit();
    plan
}

/// Reports the ambiguous references of the graph once more: as errors, unless workloads with such references are to be
/// left as they are, or all definitions are outside of what is changed.
fn report_ambiguous_references(graph: &Graph<'_>, plan: &mut Plan) {
    for diagnostic in graph.diagnostics.iter() {
        let Message::Reference(ReferenceMessage::Ambiguous { only_in_context, .. }) = diagnostic.message else {
            continue;
        };
        let is_left_alone = graph.bundle.skip_invalid || only_in_context;
        let severity = if is_left_alone { Severity::Warning } else { Severity::Error };
        plan.diagnostics.push(Diagnostic { severity, ..diagnostic.clone() });
    }
}

/// Returns `true` if an annotation asks for another name in a run that stamps.
fn chooses_rename(graph: &Graph<'_>) -> bool {
    let is_chosen = |strategy, object: ObjectId| {
        strategy == Some(ConfigStrategy::Rename) && !graph.bundle.is_context(&graph.bundle.objects[object])
    };
    graph.configs.iter().any(|config| is_chosen(config.settings.strategy, config.object))
        || graph.generated.iter().any(|config| is_chosen(config.settings.strategy, config.object))
}
