//! The effect on a workload, judged by the changes of its pod template and of the content that it consumes.

use super::config_changes::ConfigComparisons;
use super::consumption::{self, ConsumedChanges};
use super::restarts;
use super::template_changes;
use super::trees::TreePair;
use super::updates;
use super::{ImpactClass, ImpactOptions, ImpactReason, Refresh, Roller, TemplateChange, TemplatePart, WorkloadImpact};
use crate::bundle::{ObjectId, OpenObject};
use crate::graph::{Config, ConfigId, ConfigStrategy, Delivery, SettingSource, WorkloadId};
use crate::kinds::annotation;
use crate::kinds::workloads::Effect;
use crate::plan::{RollOn, stamp};
use crate::yaml::Value;

mod components;
mod rejection;

/// A class, and what is to be said about it.
struct Verdict {
    class: ImpactClass,
    sentence: Option<String>,
    finding: bool,
}

impl Verdict {
    fn of(class: ImpactClass) -> Option<Verdict> {
        Some(Verdict { class, sentence: None, finding: false })
    }

    fn because(class: ImpactClass, sentence: impl Into<String>) -> Option<Verdict> {
        Some(Verdict { class, sentence: Some(sentence.into()), finding: false })
    }

    fn finding(class: ImpactClass, sentence: impl Into<String>) -> Option<Verdict> {
        Some(Verdict { class, sentence: Some(sentence.into()), finding: true })
    }
}

/// A workload that both trees have; none where nothing happens to it.
pub(super) fn judge_workload(
    trees: &TreePair<'_>,
    base: WorkloadId,
    head: WorkloadId,
    configs: &mut ConfigComparisons<'_, '_>,
    changed: &[(ConfigId, bool)],
    options: &ImpactOptions,
) -> Option<WorkloadImpact> {
    let ConsumedChanges { reasons, renamed } = consumption::compare_consumption(trees, base, head, configs);
    let (before, after) = (trees.base.applied_templates(base), trees.head.applied_templates(head));
    let case = WorkloadComparison {
        trees,
        base,
        head,
        configs,
        annotation: &options.annotation,
        template: template_changes::compare_templates(before, after, &options.annotation, &renamed),
        reasons,
    };
    let rollers = restarts::find_rollers(trees, head, changed);
    let mut verdict = case.judge();
    let mut rolled_by = Vec::new();
    if matches!(verdict, Some(Verdict { class: ImpactClass::Rolls, .. })) {
        rolled_by.push(Roller::Template);
    }
    if !rollers.is_empty() && case.can_be_restarted(verdict.as_ref()) {
        if rolled_by.is_empty() {
            verdict = Verdict::because(ImpactClass::Rolls, describe_restart(&rollers));
        }
        rolled_by.extend(rollers);
    }
    if rolled_by.len() > 1 {
        verdict = Verdict::because(ImpactClass::Rolls, describe_double_roll(&rolled_by));
    }
    let verdict = match case.find_config_rejection() {
        Some((config, reason)) => case.add_config_rejection(verdict?, &config, reason),
        None => verdict?,
    };
    let refresh = case.find_refresh(&verdict);
    let WorkloadComparison { reasons, template, .. } = case;
    Some(WorkloadImpact {
        class: verdict.class,
        sentence: verdict.sentence,
        finding: verdict.finding,
        rolled_by,
        refresh,
        reasons,
        template,
        ..describe_workload(trees, Some(base), Some(head))
    })
}

/// Explains why a workload rolls twice. The first roller is its own controller.
pub(super) fn describe_double_roll(rolled_by: &[Roller]) -> String {
    format!("its pod template changes, and {} restarts it as well", join_names(&rolled_by[1..]))
}

/// Explains why a workload rolls whose template does not change.
pub(super) fn describe_restart(rolled_by: &[Roller]) -> String {
    format!("{} restarts it in the cluster", join_names(rolled_by))
}

fn join_names(rollers: &[Roller]) -> String {
    rollers.iter().copied().map(Roller::name).collect::<Vec<_>>().join(" and ")
}

/// A workload that only one tree has: new, or gone.
pub(super) fn describe_workload(
    trees: &TreePair<'_>,
    base: Option<WorkloadId>,
    head: Option<WorkloadId>,
) -> WorkloadImpact {
    let class = if head.is_some() { ImpactClass::New } else { ImpactClass::Gone };
    let base_object = base.map(|base| trees.base.workload(base).object);
    let head_object = head.map(|head| trees.head.workload(head).object);
    WorkloadImpact { base, head, ..describe_objects(trees, base_object, head_object, class) }
}

/// An object of the old tree and the same of the new one, of which nothing is known but a class.
pub(super) fn describe_objects(
    trees: &TreePair<'_>,
    base: Option<ObjectId>,
    head: Option<ObjectId>,
    class: ImpactClass,
) -> WorkloadImpact {
    let mut impact = WorkloadImpact {
        api_version: String::new(),
        kind: String::new(),
        namespace: None,
        name: String::new(),
        application: None,
        base: None,
        head: None,
        base_location: base.map(|base| trees.base.location_of_object(base)),
        head_location: head.map(|head| trees.head.location_of_object(head)),
        class,
        sentence: None,
        finding: false,
        rolled_by: Vec::new(),
        rollout: None,
        sync_wave: 0,
        refresh: None,
        reasons: Vec::new(),
        template: Vec::new(),
        requests: Vec::new(),
    };
    let (tree, id) = match (base, head) {
        (_, Some(head)) => (&trees.head, head),
        (Some(base), None) => (&trees.base, base),
        (None, None) => return impact,
    };
    let object = &tree.graph.bundle.objects[id];
    impact.application = tree.application(id).cloned();
    impact.api_version.clone_from(&object.api_version);
    impact.kind.clone_from(&object.kind);
    impact.namespace.clone_from(&object.name.namespace);
    impact.name.clone_from(&object.name.name);
    impact
}

/// The changes of one workload.
struct WorkloadComparison<'c, 's, 'a> {
    trees: &'c TreePair<'a>,
    base: WorkloadId,
    head: WorkloadId,
    configs: &'c ConfigComparisons<'s, 'a>,
    annotation: &'c str,
    template: Vec<TemplateChange>,
    reasons: Vec<ImpactReason>,
}

impl WorkloadComparison<'_, '_, '_> {
    fn open_head(&self) -> OpenObject<'_> {
        self.trees.head.open_workload(self.head)
    }

    fn head_effect(&self) -> Effect {
        self.trees.head.graph.effect_on(self.trees.head.workload(self.head))
    }

    fn is_kind(&self, kind: &str) -> bool {
        self.trees.head.workload(self.head).kind.kind == kind
    }

    fn frozen_reasons(&self) -> impl Iterator<Item = &ImpactReason> {
        self.reasons.iter().filter(|reason| reason.frozen)
    }

    fn judge(&self) -> Option<Verdict> {
        if let Some(rejected) = self.find_rejection() {
            return Verdict::finding(ImpactClass::Refused, rejected);
        }
        if self.template.is_empty() { self.judge_unchanged_template() } else { self.judge_changed_template() }
    }

    /// Adds to a verdict that the API server rejects a config, and says what the workload then does: it is applied all
    /// the same, and its pods find the content that the config had.
    fn add_config_rejection(&self, verdict: Verdict, config: &str, reason: &str) -> Verdict {
        let (class, outcome) = match verdict.class {
            ImpactClass::Refused => return verdict,
            ImpactClass::Rolls => (ImpactClass::Rolls, "its pods roll onto the old content"),
            ImpactClass::NextRun => (ImpactClass::NextRun, "its next run has the old content"),
            _ => (ImpactClass::Stale, "its pods keep the old content"),
        };
        let mut sentence = format!("the API server refuses {config}: {reason}; {outcome}");
        if class == ImpactClass::Rolls
            && let Some(more) = verdict.sentence
        {
            sentence.push_str(&format!("; {more}"));
        }
        Verdict { class, sentence: Some(sentence), finding: true }
    }

    fn judge_changed_template(&self) -> Option<Verdict> {
        let frozen = self.frozen_reasons().next().is_some();
        match self.head_effect() {
            Effect::Refused(_) if self.was_suspended() => Verdict::because(ImpactClass::NextRun, RESUMED),
            Effect::Rolls if self.trees.head.workload(self.head).kind.has_components => self.judge_components(),
            Effect::Rolls | Effect::StampHarms(_) => Verdict::of(ImpactClass::Rolls),
            Effect::Partly(reason) => Verdict::because(ImpactClass::Rolls, reason),
            Effect::NextRun if self.is_replaced() => Verdict::because(ImpactClass::NextRun, "its applier replaces it"),
            Effect::NextRun => Verdict::of(ImpactClass::NextRun),
            Effect::WhileSuspended => Verdict::because(ImpactClass::NextRun, RESUMED),
            Effect::NoEffect(reason) => Verdict::finding(ImpactClass::Stale, reason),
            // Only another spec makes new pods.
            Effect::InPlace(_) if self.template.iter().any(|change| !is_in_metadata(&change.path)) => {
                Verdict::of(ImpactClass::Rolls)
            }
            Effect::InPlace(reason) | Effect::InPlaceOnly(reason) => Verdict::finding(ImpactClass::Stale, reason),
            Effect::NothingToRoll(reason) => Verdict::because(ImpactClass::NextRun, reason),
            Effect::Harmful(reason) => Verdict::because(ImpactClass::Rolls, reason),
            Effect::RefreshesOnly if self.template.iter().any(|change| change.part == TemplatePart::Image) => {
                Verdict::because(ImpactClass::Rolls, "the kubelet restarts the container in the same pod")
            }
            Effect::RefreshesOnly if frozen => Verdict::finding(ImpactClass::Stale, NO_PARENT),
            Effect::RefreshesOnly if self.reasons.is_empty() => None,
            Effect::RefreshesOnly => Verdict::of(ImpactClass::Refreshes),
            // What is refused has been seen to before.
            Effect::Refused(reason) => Verdict::finding(ImpactClass::Refused, reason),
        }
    }

    fn judge_unchanged_template(&self) -> Option<Verdict> {
        if self.reasons.is_empty() {
            return None;
        }
        if self.frozen_reasons().next().is_none() {
            return self.judge_live_content();
        }
        match self.head_effect() {
            Effect::NextRun if !self.is_replaced() => {
                Verdict::because(ImpactClass::NextRun, "every run starts new pods")
            }
            Effect::WhileSuspended => Verdict::because(ImpactClass::NextRun, RESUMED),
            Effect::NothingToRoll(reason) => Verdict::because(ImpactClass::NextRun, reason),
            effect => self.judge_stale(effect),
        }
    }

    /// Judges content that reaches pods live only: of what runs to its end there may be no pod that could see it.
    fn judge_live_content(&self) -> Option<Verdict> {
        let kind = &self.trees.head.workload(self.head).kind.kind;
        let runs_once = kind.ends_with("Job") || matches!(&**kind, "JobSet" | "Workflow");
        match self.head_effect() {
            Effect::NextRun if !self.is_replaced() => {
                Verdict::because(ImpactClass::NextRun, "every run starts new pods")
            }
            Effect::NothingToRoll(reason) => Verdict::because(ImpactClass::NextRun, reason),
            Effect::NextRun | Effect::Refused(_) if runs_once => Verdict::because(
                ImpactClass::Stale,
                "it does not run again because its config changed; only a pod that still runs sees the fresh files",
            ),
            _ => Verdict::of(ImpactClass::Refreshes),
        }
    }

    /// Explains why pods keep old content, and what would change that.
    fn judge_stale(&self, effect: Effect) -> Option<Verdict> {
        if let Some(asked_for) = self.find_opt_out() {
            return Verdict::because(ImpactClass::Stale, asked_for);
        }
        if let Effect::NoEffect(reason)
        | Effect::InPlace(reason)
        | Effect::InPlaceOnly(reason)
        | Effect::Harmful(reason)
        | Effect::StampHarms(reason) = effect
        {
            return Verdict::finding(ImpactClass::Stale, reason);
        }
        Verdict::finding(
            ImpactClass::Stale,
            match effect {
                Effect::RefreshesOnly => NO_PARENT,
                _ if self.is_kind("Job") => {
                    "a Job does not run again because its config changed: delete it first, or give it a new name (`rollstamp rename --rename-jobs`)"
                }
                _ if self.frozen_reasons().all(|reason| self.config_of(reason).is_none()) => {
                    "its config is not in the new manifests: add it, or remove the reference"
                }
                _ if self.has_stamp() => "its stamp was not renewed: run `rollstamp stamp` again",
                _ if self.has_suffix() => "its config has new content under the old name: run `rollstamp rename` again",
                _ => "nothing in its pod template changes: `rollstamp stamp` would make it roll",
            },
        )
    }

    /// Returns the sentence about an annotation by which the workload stays as it is.
    fn find_opt_out(&self) -> Option<&'static str> {
        if stamp::roll_on(self.trees.head.graph, self.trees.head.workload(self.head)) == Some(RollOn::Never) {
            return Some("it is annotated rollstamp.dev/roll-on: never");
        }
        let mut all_ignored = true;
        let mut all_by_options = true;
        for reason in self.frozen_reasons() {
            let settings = &self.config_of(reason)?.settings;
            if !settings.ignored && settings.strategy != Some(ConfigStrategy::None) {
                return None;
            }
            all_ignored &= settings.ignored;
            all_by_options &= settings.strategy_source == SettingSource::Options;
        }
        Some(if all_ignored {
            "its config is annotated rollstamp.dev/ignore: \"true\""
        } else if all_by_options {
            "an option ignores its config (`configs`, `--ignore-config`)"
        } else {
            "its config is annotated rollstamp.dev/strategy: none"
        })
    }

    /// The config of a reason in the new tree, if it is still there.
    fn config_of(&self, reason: &ImpactReason) -> Option<&Config> {
        let head = self.configs.comparison(reason.config).head?;
        Some(&self.trees.head.graph.configs[head])
    }

    fn has_stamp(&self) -> bool {
        let templates = self.trees.head.applied_templates(self.head);
        templates.values().any(|template| find_value(template, &["metadata", "annotations", self.annotation]).is_some())
    }

    fn has_suffix(&self) -> bool {
        let mut configs = self.frozen_reasons().filter_map(|reason| self.config_of(reason));
        configs.any(|config| config.base_name.is_some())
    }

    /// Returns `true` for a Job that is applied again only because it changed.
    fn is_replaced(&self) -> bool {
        let opened = self.open_head();
        let node = opened.node();
        let is_hook =
            annotation(node, "helm.sh/hook").is_some() || annotation(node, "argocd.argoproj.io/hook").is_some();
        let has_generated_name = node.get("metadata").is_some() && node.get_path(&["metadata", "name"]).is_none();
        self.is_kind("Job") && !has_generated_name && !is_hook
    }

    /// Returns `true` if a controller in the cluster can restart it at its request.
    fn can_be_restarted(&self, verdict: Option<&Verdict>) -> bool {
        let is_refused = matches!(verdict, Some(Verdict { class: ImpactClass::Refused, .. }));
        !is_refused && matches!(self.head_effect(), Effect::Rolls | Effect::Partly(_) | Effect::NextRun)
    }

    /// Returns the arrival of fresh files, where that is all that happens.
    fn find_refresh(&self, verdict: &Verdict) -> Option<Refresh> {
        let mut live = false;
        for reason in &self.reasons {
            let arrives = self.configs.comparison(reason.config).refusal.is_none();
            live |= arrives && reason.routes.iter().any(|route| route.delivery == Delivery::Live);
        }
        match verdict.class {
            ImpactClass::Refreshes if !live => Some(Refresh::Starts),
            ImpactClass::Refreshes | ImpactClass::Stale if live && self.is_kind("Pod") && !self.template.is_empty() => {
                Some(Refresh::AtOnce)
            }
            ImpactClass::Refreshes | ImpactClass::Stale if live => Some(Refresh::KubeletSync),
            _ => None,
        }
    }
}

/// Returns `true` for a path from a template into its metadata.
fn is_in_metadata(path: &str) -> bool {
    path == "metadata" || path.starts_with("metadata.")
}

/// Finds the value at a path of keys.
fn find_value<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    let Some((key, rest)) = path.split_first() else { return Some(value) };
    match value {
        Value::Map(entries) => find_value(entries.get(*key)?, rest),
        _ => None,
    }
}

const RESUMED: &str = "its pods start when it is resumed";

const NO_PARENT: &str = "nothing replaces a Pod that has no controller: delete it and create it again";
