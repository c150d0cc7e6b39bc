//! Values of the flags that take one of a few words. The comment on a value is its text in `--help`.

use anstream::ColorChoice;
use clap::ValueEnum;
use rollstamp::kinds::controllers::Controller;
use rollstamp::{Applier, RollOn, Scope};

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Also in files and pipes
    Always,
    /// Not at all
    Never,
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> ColorChoice {
        match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}

/// `--strategy`, and `strategy` in the options document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum StrategyName {
    /// Write a digest into the pod templates
    #[default]
    Stamp,
    /// Append a content hash to the names of configs
    Rename,
}

/// `--honor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Honor {
    /// No controller
    None,
    /// Stakater Reloader
    Reloader,
    /// Wave
    Wave,
}

/// `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// No effect
    None,
    /// The API server would refuse an object
    Refused,
    /// Pods of a workload would keep old content
    Stale,
    /// Pods of a workload would be replaced
    Rolls,
    /// All pods of a workload would be missing for some time
    Downtime,
    /// An application that the change touches cannot be rendered, or a Helm release changes whose chart is elsewhere
    Unknown,
}

impl From<Honor> for Option<Controller> {
    fn from(honor: Honor) -> Option<Controller> {
        match honor {
            Honor::None => None,
            Honor::Reloader => Some(Controller::Reloader),
            Honor::Wave => Some(Controller::Wave),
        }
    }
}

/// `--roll-on`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RollOnName {
    /// Every key that a container consumes
    #[default]
    Any,
    /// Only keys that are frozen when a container starts, not those that the kubelet refreshes in mounted volumes
    Frozen,
}

impl From<RollOnName> for RollOn {
    fn from(roll_on: RollOnName) -> RollOn {
        match roll_on {
            RollOnName::Any => RollOn::Any,
            RollOnName::Frozen => RollOn::Frozen,
        }
    }
}

/// `--prune-last`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PruneLast {
    /// Mark nothing
    #[default]
    None,
    /// Sync option PruneLast=true
    Argocd,
    /// kustomize.toolkit.fluxcd.io/prune: disabled
    Flux,
    /// helm.sh/resource-policy: keep
    Helm,
}

impl From<PruneLast> for Option<Applier> {
    fn from(prune_last: PruneLast) -> Option<Applier> {
        match prune_last {
            PruneLast::None => None,
            PruneLast::Argocd => Some(Applier::Argocd),
            PruneLast::Flux => Some(Applier::Flux),
            PruneLast::Helm => Some(Applier::Helm),
        }
    }
}

/// `--scope`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ScopeName {
    /// All input is the content of one cluster
    #[default]
    Run,
    /// A workload sees the configs of its directory, else of the nearest directory above that has one
    Dir,
    /// A workload sees the configs of its file
    File,
}

impl From<ScopeName> for Scope {
    fn from(scope: ScopeName) -> Scope {
        match scope {
            ScopeName::Run => Scope::Run,
            ScopeName::Dir => Scope::Directory,
            ScopeName::File => Scope::File,
        }
    }
}
