//! Controllers in the cluster that restart workloads, and the annotations by which they are asked to.
//!
//! A workload that is stamped and restarted by a controller as well rolls twice. Their words are read exactly as their
//! sources read them, so that the answer is theirs: Stakater Reloader (`pkg/common/common.go`, `ShouldReload`), Wave
//! (`pkg/core/children.go`, `types.go`), and three operators that restart for the Secrets that they write.

pub mod reloader;
pub mod wave;

use std::fmt;

use super::ConfigKind;
use super::path::{FieldPath, field};
use crate::kinds::{api_group, has_true_annotation};
use crate::yaml::Node;

/// A controller in the cluster that restarts workloads when a config changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Controller {
    /// Stakater Reloader.
    Reloader,
    /// Wave.
    Wave,
    /// HashiCorp's Vault Secrets Operator.
    Vault,
    /// The 1Password operator.
    OnePassword,
    /// The Doppler operator.
    Doppler,
}

impl fmt::Display for Controller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Controller::Reloader => "Reloader",
            Controller::Wave => "Wave",
            Controller::Vault => "the Vault Secrets Operator",
            Controller::OnePassword => "the 1Password operator",
            Controller::Doppler => "the Doppler operator",
        })
    }
}

impl Controller {
    /// Those that decide by the config that changes. The operators restart for Secrets of their own.
    pub const BY_CONFIG: [Controller; 2] = [Controller::Reloader, Controller::Wave];

    /// Returns `true` if a workload has annotations of the controller. One that has none is never restarted when a
    /// config changes.
    pub fn is_requested_by(self, workload: ControllerView<'_>) -> bool {
        match self {
            Controller::Reloader => reloader::is_requested_by(workload),
            Controller::Wave => wave::is_requested_by(workload),
            Controller::Vault | Controller::OnePassword | Controller::Doppler => false,
        }
    }

    /// Returns its decision about a workload when a config changes.
    pub fn decide(self, workload: ControllerView<'_>, config: ChangedConfig<'_>) -> Decision {
        match self {
            Controller::Reloader => reloader::decide(workload, config),
            Controller::Wave => wave::decide(workload, config),
            Controller::Vault | Controller::OnePassword | Controller::Doppler => Decision::No,
        }
    }

    /// The fix where it restarts a workload that is stamped too.
    pub fn remedy(self) -> &'static str {
        match self {
            Controller::Reloader => {
                "use `--exclude-from-reloader` to leave these configs to the stamp, or replace Reloader by `--honor \
                 reloader`, which reads its annotations"
            }
            Controller::Wave => {
                "remove wave.pusher.com/update-on-config-change from it, or replace Wave by `--honor wave`, which reads \
                 its annotations"
            }
            Controller::Vault => {
                "remove it from rolloutRestartTargets, or annotate it with rollstamp.dev/roll-on: never"
            }
            Controller::OnePassword | Controller::Doppler => {
                "remove that annotation, or annotate the workload with rollstamp.dev/roll-on: never"
            }
        }
    }
}

/// A workload as the controllers see it: annotations of its own, and annotations of its pods.
#[derive(Clone, Copy, Debug)]
pub struct ControllerView<'a> {
    /// The kind.
    pub kind: &'a str,
    /// The namespace.
    pub namespace: Option<&'a str>,
    /// The object.
    pub object: Node<'a>,
    /// Its pod template.
    pub template: Option<Node<'a>>,
    /// Set where the annotations mean the same on every kind, and not only on those that the controller restarts.
    pub is_of_any_kind: bool,
}

impl ControllerView<'_> {
    /// Returns `true` if a controller that restarts these kinds restarts the workload.
    fn is_of_kind(&self, kinds: &[&str]) -> bool {
        self.is_of_any_kind || kinds.contains(&self.kind)
    }
}

/// A ConfigMap or Secret that changes.
#[derive(Clone, Copy, Debug)]
pub struct ChangedConfig<'a> {
    /// Its kind.
    pub kind: ConfigKind,
    /// Its namespace.
    pub namespace: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// The object, where it is in the input.
    pub object: Option<Node<'a>>,
}

/// The decision of a controller about a workload when a config changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing.
    No,
    /// A restart if the pods refer to the config.
    IfReferred,
    /// A restart, whether or not the pods refer to the config.
    Named,
}

/// The annotations by which an operator is asked to restart a workload for the Secrets that it writes; the value is
/// `true` (`operator.1password.io`, and `secrets.doppler.com` of the Doppler operator's README).
const RESTARTS: [(&str, Controller); 2] = [
    ("operator.1password.io/auto-restart", Controller::OnePassword),
    ("secrets.doppler.com/reload", Controller::Doppler),
];

/// The list of workloads that an object of the Vault Secrets Operator restarts: entries of `kind` and `name`
/// (`api/v1beta1/common.go`, `RolloutRestartTarget`).
const VAULT_TARGETS: FieldPath = field!("spec" / "rolloutRestartTargets");

/// The API group of the Vault Secrets Operator.
const VAULT_GROUP: &str = "secrets.hashicorp.com/";

/// The operators that a workload asks to restart it, each with the annotation.
pub fn find_requested_operators(workload: ControllerView<'_>) -> impl Iterator<Item = (Controller, &'static str)> {
    RESTARTS
        .into_iter()
        .filter(move |(key, _)| has_true_annotation(workload.object, key))
        .map(|(key, controller)| (controller, key))
}

/// The workloads, by kind and name, that an object makes the Vault Secrets Operator restart. It writes the kind of
/// Argo Rollouts `argo.Rollout` (`internal/helpers/rollout_restart.go`).
pub fn find_vault_restart_targets(object: Node<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let api_version = object.get("apiVersion").and_then(Node::decoded_text).unwrap_or_default();
    if !api_version.starts_with(VAULT_GROUP) {
        return found;
    }
    for target in VAULT_TARGETS.first(object).into_iter().flat_map(Node::items) {
        let (Some(kind), Some(name)) = (target.get("kind"), target.get("name")) else { continue };
        let (Some(kind), Some(name)) = (kind.decoded_text(), name.decoded_text()) else { continue };
        let kind = if kind == "argo.Rollout" { "Rollout" } else { &kind };
        found.push((kind.to_string(), name.into_owned()));
    }
    found
}

/// The operators that restart a workload once they have written the Secret that an object of theirs makes.
pub fn find_restarting_operators(workload: ControllerView<'_>, name: &str, producer: Node<'_>) -> Vec<Controller> {
    let mut operators = Vec::new();
    let targets = find_vault_restart_targets(producer);
    if targets.iter().any(|(kind, target)| kind == workload.kind && target == name) {
        operators.push(Controller::Vault);
    }
    let api_version = producer.get("apiVersion").and_then(Node::decoded_text).unwrap_or_default();
    for (operator, _) in find_requested_operators(workload) {
        let group = match operator {
            Controller::OnePassword => "onepassword.com",
            _ => "secrets.doppler.com",
        };
        if api_group(&api_version) == group {
            operators.push(operator);
        }
    }
    operators
}
