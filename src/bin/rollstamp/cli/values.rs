//! The values of flags that take one of a few words.

use clap::ValueEnum;

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// `--format` of a report on changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChangeFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a workflow of GitHub Actions.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// GitLab's code quality.
    Gitlab,
}

/// `--format` of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KindsFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `--format` of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LinksFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// A flowchart that Markdown can hold.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
    /// A page for a browser.
    Html,
    /// For a workflow of GitHub Actions.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// GitLab's code quality.
    Gitlab,
}

/// `--format` of the impact of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImpactFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a pull-request comment.
    Markdown,
    /// A page for a browser.
    Html,
    /// For GitHub Actions: annotations and the step summary.
    Github,
}

/// What a host is to do: `strategy` in the options document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum StrategyName {
    /// Stamp pod templates.
    #[default]
    Stamp,
    /// Rename configs.
    Rename,
}

/// `--honor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Honor {
    /// Stakater Reloader.
    Reloader,
    /// Wave.
    Wave,
}

impl From<Honor> for rollstamp::kinds::controllers::Controller {
    fn from(honor: Honor) -> Self {
        match honor {
            Honor::Reloader => Self::Reloader,
            Honor::Wave => Self::Wave,
        }
    }
}

/// `--roll-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RollOn {
    /// Every consumed key.
    Any,
    /// Only keys that reach some container frozen.
    Frozen,
}

impl From<RollOn> for rollstamp::RollOn {
    fn from(roll_on: RollOn) -> rollstamp::RollOn {
        match roll_on {
            RollOn::Any => rollstamp::RollOn::Any,
            RollOn::Frozen => rollstamp::RollOn::Frozen,
        }
    }
}

/// `--prune-last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PruneLast {
    /// Argo CD.
    Argocd,
    /// Flux.
    Flux,
    /// Helm.
    Helm,
}

/// `--scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// All input.
    Run,
    /// Each directory.
    Dir,
    /// Each file.
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
