//! The strategies, and their options.

use crate::kinds::Delivery;

/// The annotation that is written unless another is asked for.
pub const ANNOTATION: &str = "rollstamp.dev/checksum";

/// A way to make pods follow config that changes.
#[derive(Clone, Debug)]
pub enum Strategy {
    /// An annotation with a checksum on each pod template.
    Stamp(Stamp),
    /// A content-hash suffix on each config's name, and every reference with it.
    Rename(Rename),
}

/// How to stamp.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The annotation's key.
    pub annotation: String,
    /// Which content counts, where the workload does not say.
    pub roll_on: RollOn,
    /// Whether stamps are taken off instead.
    pub remove: bool,
    /// Whether Reloader is told to leave out the configs that a workload is stamped for.
    pub exclude_from_reloader: bool,
}

impl Default for Stamp {
    fn default() -> Stamp {
        Stamp { annotation: ANNOTATION.to_string(), roll_on: RollOn::Any, remove: false, exclude_from_reloader: false }
    }
}

/// Which content counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RollOn {
    /// Every consumed key.
    #[default]
    Any,
    /// Only keys that some container sees frozen.
    Frozen,
    /// Nothing: the workload is left alone.
    Never,
}

impl RollOn {
    pub(super) fn includes(self, delivery: Delivery) -> bool {
        match (self, delivery) {
            (_, Delivery::None) | (RollOn::Never, _) => false,
            (RollOn::Any, _) | (RollOn::Frozen, Delivery::Frozen) => true,
            (RollOn::Frozen, Delivery::Live) => false,
        }
    }
}

/// How to rename.
#[derive(Clone, Debug, Default)]
pub struct Rename {
    /// Whether renamed configs also become immutable.
    pub immutable: bool,
    /// Whether Jobs that refer to a renamed config get a new name too.
    pub jobs: bool,
    /// The applier whose mark against early pruning is added.
    pub prune_last: Option<Applier>,
    /// How configs that ask for a stamp instead are stamped.
    pub stamp: Stamp,
}

/// A tool that applies manifests and prunes what is gone from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applier {
    /// Argo CD: `argocd.argoproj.io/sync-options: PruneLast=true`.
    Argocd,
    /// Flux: `kustomize.toolkit.fluxcd.io/prune: disabled`.
    Flux,
    /// Helm: `helm.sh/resource-policy: keep`.
    Helm,
}
