//! Stakater Reloader's words, and the decision that it makes by them (`pkg/common/common.go`, `ShouldReload`; the
//! keys in `internal/pkg/options/flags.go`).

use regex_lite::Regex;

use super::{ChangedConfig, ControllerView, Decision};
use crate::kinds::{ConfigKind, annotation, annotation_text, annotations, has_true_annotation};
use crate::yaml::Node;

/// The kinds that it restarts (`internal/pkg/handler/upgrade.go`); Rollouts where it is told to.
pub const KINDS: [&str; 6] = ["Deployment", "DaemonSet", "StatefulSet", "CronJob", "Job", "Rollout"];

/// On a workload: any config that it refers to.
pub const AUTO: &str = "reloader.stakater.com/auto";

/// On a workload: configs that carry [`MATCH`] only.
pub const SEARCH: &str = "reloader.stakater.com/search";

/// On a config: it is for workloads that search.
pub const MATCH: &str = "reloader.stakater.com/match";

/// On a Rollout: `restart` restarts its pods without a new revision.
pub const ROLLOUT_STRATEGY: &str = "reloader.stakater.com/rollout-strategy";

/// On a config: it never restarts anything.
pub const IGNORE: &str = "reloader.stakater.com/ignore";

/// The keys that are about one kind of config.
#[derive(Debug)]
pub struct ReloaderAnnotations {
    /// Any config of the kind that the workload refers to.
    pub auto: &'static str,
    /// A list of regular expressions: configs of the kind by name, referred to or not.
    pub reload: &'static str,
    /// A list of names: configs of the kind that never restart the workload.
    pub exclude: &'static str,
}

const CONFIG_MAP: ReloaderAnnotations = ReloaderAnnotations {
    auto: "configmap.reloader.stakater.com/auto",
    reload: "configmap.reloader.stakater.com/reload",
    exclude: "configmaps.exclude.reloader.stakater.com/reload",
};

const SECRET: ReloaderAnnotations = ReloaderAnnotations {
    auto: "secret.reloader.stakater.com/auto",
    reload: "secret.reloader.stakater.com/reload",
    exclude: "secrets.exclude.reloader.stakater.com/reload",
};

const SECRET_PROVIDER_CLASS: ReloaderAnnotations = ReloaderAnnotations {
    auto: "secretproviderclass.reloader.stakater.com/auto",
    reload: "secretproviderclass.reloader.stakater.com/reload",
    exclude: "secretproviderclasses.exclude.reloader.stakater.com/reload",
};

/// The keys for every kind that Reloader watches; classes where it is told to.
pub const ANNOTATIONS: [&ReloaderAnnotations; 3] = [&CONFIG_MAP, &SECRET, &SECRET_PROVIDER_CLASS];

/// The keys for a kind of config; none where Reloader does not watch it.
pub fn annotations_for(kind: ConfigKind) -> Option<&'static ReloaderAnnotations> {
    match kind {
        ConfigKind::ConfigMap => Some(&CONFIG_MAP),
        ConfigKind::Secret => Some(&SECRET),
        ConfigKind::SecretProviderClass => Some(&SECRET_PROVIDER_CLASS),
        ConfigKind::CsiSecrets => None,
    }
}

/// Returns `true` if a workload is one for Reloader: of a kind that it restarts, with an annotation that opts in or
/// out, on itself or on its pod template.
pub fn is_requested_by(workload: ControllerView<'_>) -> bool {
    workload.is_of_kind(&KINDS) && (has_annotation(workload.object) || workload.template.is_some_and(has_annotation))
}

/// Returns `true` if a workload or a pod template has an annotation that opts in or out.
fn has_annotation(node: Node<'_>) -> bool {
    let Some(annotations) = annotations(node) else { return false };
    let has_text = |key: &str| annotations.get(key).is_some_and(|value| value.decoded_text().is_some());
    has_text(AUTO)
        || has_text(SEARCH)
        || ANNOTATIONS.iter().any(|of_kind| has_text(of_kind.auto) || has_text(of_kind.reload))
}

/// Returns the annotation by which a Rollout has its pods restarted as they are, without the steps of a new revision
/// (`internal/pkg/callbacks/rolling_upgrade.go`, `UpdateRollout`).
pub fn find_restart_without_steps<'a>(workload: ControllerView<'a>) -> Option<Node<'a>> {
    let strategy = annotation(workload.object, ROLLOUT_STRATEGY)?;
    let is_restart = strategy.decoded_text().as_deref() == Some("restart");
    if workload.kind == "Rollout" && is_restart { Some(strategy) } else { None }
}

/// Returns Reloader's decision about a workload when a config changes.
pub fn decide(workload: ControllerView<'_>, config: ChangedConfig<'_>) -> Decision {
    let Some(keys) = annotations_for(config.kind) else { return Decision::No };
    let reaches = workload.is_of_kind(&KINDS) && workload.namespace == config.namespace;
    if !reaches || leaves_out(workload, config) {
        return Decision::No;
    }
    let Some(node) = find_deciding_object(workload, keys) else { return Decision::No };
    if let Some(list) = annotation_text(node, keys.reload)
        && compile_patterns(&list).flatten().any(|pattern| pattern.is_match(config.name))
    {
        return Decision::Named;
    }
    let searches = has_true_annotation(node, SEARCH) && config.object.is_some_and(|it| has_true_annotation(it, MATCH));
    let [auto, auto_of_kind] = [AUTO, keys.auto].map(|key| annotation_text(node, key).unwrap_or_default());
    if searches || parse_bool(&auto) || parse_bool(&auto_of_kind) {
        return Decision::IfReferred;
    }
    Decision::No
}

/// Returns `true` if a config is ignored, or excluded by the workload, which is checked before all else. Exclusion is
/// read from the workload alone, before the pod template is looked at.
pub fn leaves_out(workload: ControllerView<'_>, config: ChangedConfig<'_>) -> bool {
    config.object.is_some_and(|object| has_true_annotation(object, IGNORE)) || excludes_by_list(workload.object, config)
}

/// The object whose annotations count for one kind of config: the pod template where the workload itself has none of
/// the four keys. Two of these depend on the kind of what changes.
fn find_deciding_object<'a>(workload: ControllerView<'a>, keys: &ReloaderAnnotations) -> Option<Node<'a>> {
    let four = [keys.reload, AUTO, keys.auto, SEARCH];
    if four.iter().any(|key| annotation_text(workload.object, key).is_some()) {
        Some(workload.object)
    } else {
        workload.template
    }
}

/// Returns `true` if the workload's own list excludes a config: exact names, with the whitespace around them trimmed.
pub fn excludes_by_list(workload: Node<'_>, config: ChangedConfig<'_>) -> bool {
    let Some(keys) = annotations_for(config.kind) else { return false };
    let list = annotation_text(workload, keys.exclude).unwrap_or_default();
    !list.is_empty() && list.split(',').any(|item| item.trim() == config.name)
}

/// The items of a list that are no regular expressions: Reloader skips them. The annotation, and the item.
pub fn find_invalid_patterns(workload: ControllerView<'_>) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    for keys in ANNOTATIONS {
        let Some(node) = find_deciding_object(workload, keys) else { continue };
        let Some(list) = annotation_text(node, keys.reload) else { continue };
        for item in compile_patterns(&list).filter_map(Result::err) {
            wrong.push((keys.reload, item));
        }
    }
    wrong
}

/// The items of a list, each as Reloader compiles it: `^` before and `$` behind without a group, so that `a|b` means
/// `^a` or `b$`. What cannot be compiled is itself the error.
fn compile_patterns(list: &str) -> impl Iterator<Item = Result<Regex, String>> {
    list.split(',').map(str::trim).map(|item| Regex::new(&format!("^{item}$")).map_err(|_| item.to_string()))
}

/// Go's `strconv.ParseBool`, where what it refuses is false.
fn parse_bool(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "TRUE" | "true" | "True")
}
