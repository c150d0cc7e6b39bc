//! The strategies, and their options.

use crate::kinds::Delivery;
use crate::setters::setters;

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

/// Options of the stamp strategy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stamp {
    /// The annotation's key.
    pub annotation: String,
    /// The content that is included, unless the workload's annotation decides.
    pub roll_on: RollOn,
    /// Removes stamps instead.
    pub remove: bool,
    /// Makes Reloader leave out the configs that a workload is stamped for.
    pub exclude_from_reloader: bool,
}

impl Default for Stamp {
    fn default() -> Stamp {
        Stamp { annotation: ANNOTATION.to_string(), roll_on: RollOn::Any, remove: false, exclude_from_reloader: false }
    }
}

setters! {
    Stamp { annotation: String, roll_on: RollOn, remove: bool, exclude_from_reloader: bool }
}

/// The content that is included in a stamp.
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

/// Options of the rename strategy.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Rename {
    /// Makes renamed configs immutable.
    pub immutable: bool,
    /// Renames Jobs that refer to a renamed config too.
    pub jobs: bool,
    /// The applier whose mark against early pruning is added.
    pub prune_last: Option<Applier>,
    /// Set if earlier generations of renamed configs stay in the result.
    pub keeps_generations: bool,
    /// The stamp options for configs that choose a stamp instead.
    pub stamp: Stamp,
}

setters! {
    Rename { immutable: bool, jobs: bool, prune_last: Option<Applier>, keeps_generations: bool, stamp: Stamp }
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
