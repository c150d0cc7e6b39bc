//! Values of the flags that take one of a few words. The comment on a value is its text in `--help`.

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

/// `--format` of a report on changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChangeFormat {
    /// For reading
    Text,
    /// For programs; the fields are described in docs/json.md
    Json,
    /// For GitHub Actions: annotations, the step summary and outputs
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitLab code quality
    Gitlab,
}

/// `--format` of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KindsFormat {
    /// For reading
    Text,
    /// For programs; the fields are described in docs/json.md
    Json,
}

/// `--format` of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LinksFormat {
    /// For reading
    Text,
    /// For programs; the fields are described in docs/json.md
    Json,
    /// A flowchart for Markdown
    Mermaid,
    /// A graph for Graphviz
    Dot,
    /// A page for a browser, with the graph as a picture
    Html,
    /// For GitHub Actions: annotations, the step summary and outputs
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitLab code quality
    Gitlab,
}

/// `--format` of the impact of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImpactFormat {
    /// For reading
    Text,
    /// For programs; the fields are described in docs/json.md
    Json,
    /// A pull-request comment, short enough for GitHub
    Markdown,
    /// A page for a browser, with the graph as a picture
    Html,
    /// For GitHub Actions: annotations at the lines that changed, the step summary and outputs
    Github,
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

impl From<ChangeFormat> for rollstamp::report::Format {
    fn from(format: ChangeFormat) -> Self {
        match format {
            ChangeFormat::Text => rollstamp::report::Format::Text,
            ChangeFormat::Json => rollstamp::report::Format::Json,
            ChangeFormat::Github => rollstamp::report::Format::Github,
            ChangeFormat::Sarif => rollstamp::report::Format::Sarif,
            ChangeFormat::Gitlab => rollstamp::report::Format::Gitlab,
        }
    }
}

impl From<KindsFormat> for rollstamp::report::Format {
    fn from(format: KindsFormat) -> Self {
        match format {
            KindsFormat::Text => rollstamp::report::Format::Text,
            KindsFormat::Json => rollstamp::report::Format::Json,
        }
    }
}

impl From<LinksFormat> for rollstamp::report::Format {
    fn from(format: LinksFormat) -> Self {
        match format {
            LinksFormat::Text => rollstamp::report::Format::Text,
            LinksFormat::Json => rollstamp::report::Format::Json,
            LinksFormat::Mermaid => rollstamp::report::Format::Mermaid,
            LinksFormat::Dot => rollstamp::report::Format::Dot,
            LinksFormat::Html => rollstamp::report::Format::Html,
            LinksFormat::Github => rollstamp::report::Format::Github,
            LinksFormat::Sarif => rollstamp::report::Format::Sarif,
            LinksFormat::Gitlab => rollstamp::report::Format::Gitlab,
        }
    }
}

impl From<ImpactFormat> for rollstamp::report::Format {
    fn from(format: ImpactFormat) -> Self {
        match format {
            ImpactFormat::Text => rollstamp::report::Format::Text,
            ImpactFormat::Json => rollstamp::report::Format::Json,
            ImpactFormat::Markdown => rollstamp::report::Format::Markdown,
            ImpactFormat::Html => rollstamp::report::Format::Html,
            ImpactFormat::Github => rollstamp::report::Format::Github,
        }
    }
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
